// Calls functions of an ES module for the Python tests: JSON in on stdin, JSON out on stdout.
//   node call.mjs path/to/module.js < [["function", [arguments]], ...]
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const module = await import(pathToFileURL(process.argv[2]));
const calls = JSON.parse(readFileSync(0, "utf-8"));
const result = ([name, values]) => (typeof module[name] === "function" ? module[name](...values) : module[name]); // or a constant
process.stdout.write(JSON.stringify(calls.map(result)));

// Calls functions of an ES module for the Python tests: JSON in on stdin, JSON out on stdout.
//   node call.mjs path/to/module.js < [["function", [arguments]], ...]
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const module = await import(pathToFileURL(process.argv[2]));
const calls = JSON.parse(readFileSync(0, "utf-8"));
// A function's result, or a constant.
const result = ([name, values]) => (typeof module[name] === "function" ? module[name](...values) : module[name]);
process.stdout.write(JSON.stringify(calls.map(result)));

// What a widget makes of links and states, for the Python tests: JSON in on stdin, JSON out on stdout.
//   node permalinks.mjs < { name, codec, words, data, schema, start, hashes, states }
// codec and words are addresses of modules, words may be null; data is what `fields` of the words is made from.
import { readFileSync } from "node:fs";

const { name, codec, words, data, schema, start, hashes, states } = JSON.parse(readFileSync(0, "utf-8"));
const { fromParameters, linkHash, parseLink, toParameters } = await import(codec);
const { fields = {} } = words ? await import(words) : {};
const own = typeof fields === "function" ? fields(data) : fields;
const opened = (hash) => {
  const parameters = parseLink(hash, name);
  return parameters && fromParameters(parameters, schema, start, own);
};
const result = {
  opened: hashes.map(opened),
  hashes: states.map((state) => linkHash(name, toParameters(state, schema, own))),
};
process.stdout.write(JSON.stringify(result));

// What the message stepper says: formulas, steps to try, verdicts, and its state as a link. No document.

import { errorText, orbitLetter } from "../shared/parts.js";
import { characters, numbersOf, permutation } from "../shared/permalink.js";

export const FORMULAS = {
  sum: "h′ᵢ = Σ hⱼ over the neighbours j of i: the vector Ah",
  mean: "h′ᵢ = (1/dᵢ) Σ hⱼ over the dᵢ neighbours j of i; 0 if it has none",
  max: "h′ᵢ = the largest hⱼ among the neighbours j of i; 0 if it has none",
  GCN: "h′ᵢ = Σ hⱼ / √((dᵢ + 1)(dⱼ + 1)) over j = i and the neighbours j of i: D̃^{−½} (A + I) D̃^{−½} h",
  WL: "c′ᵢ = a name for (cᵢ, the sorted colours of i’s neighbours); equal values begin with equal colours",
  position: "h′ᵢ = Σ (j + 1)/n · hⱼ over the neighbours j of i: a weight that looks at the number j",
};
const REASONS = {
  sum: "A sum does not care in which order its terms come.",
  mean: "Neither the sum nor the number of neighbours depends on their order.",
  max: "The largest of some values is the same in every order.",
  GCN: "A degree moves with its node, and a sum does not care in which order its terms come.",
  WL: "The neighbours’ colours are sorted before they are read.",
};

export const STEPS = [
  {
    title: "Weight each message by the sender’s number.",
    expect: "✗ Relabel, and the result does not follow: the weights look at something that the graph does not decide.",
    state: { graph: "grid", rule: "position", step: 2, labels: [3, 8, 0, 5, 1, 7, 4, 6, 2] },
  },
  {
    title: "Colour two triangles and a hexagon.",
    expect: "✗ One colour, whatever the number of steps: every node has two neighbours, and no message says more.",
    state: { graph: "two triangles and a hexagon", rule: "WL", step: 3, labels: [] },
  },
  {
    title: "Now cut one edge of the hexagon.",
    expect: "✓ Its ends have one neighbour left, and step by step the news travels: G and H part at once.",
    state: { graph: "two triangles and a hexagon", without: [6, 7], rule: "WL", step: 3, labels: [] },
  },
];

// ---- numbers ----

/** A number in three significant digits, short enough for a node: "0.333", "−12", "2.5e5". */
export function shortNumber(value) {
  if (Math.abs(value) < 1e-9) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e4 || size < 1e-3
      ? value.toExponential(1).replace("e+", "e").replace(".0e", "e")
      : String(Number(value.toPrecision(3)));
  return text.replaceAll("-", "−");
}

/** A node's value as people read it: a number, or a colour's letter. */
export const valueText = (rule, value) => (rule === "WL" ? orbitLetter(value) : shortNumber(value));

const count = (k, word) => `${k} ${word}${k === 1 ? "" : "s"}`;

// ---- the two verdicts ----

/** Does the result follow the numbers? `found` is what follows() of the mathematics returns. */
export function relabellingVerdict({ rule, step, labels }, found) {
  const shown = labels.some((p, i) => p !== i);
  if (step === 0) return { status: "partly", headline: "No message sent yet.", detail: "Press Step.", why: "" };
  const gap =
    rule === "WL"
      ? `${count(found.nodes.length, "node")} with another colour`
      : `largest difference ${errorText(found.largest)}`;
  if (found.nodes.length > 0) {
    const where = rule === "WL" ? "" : `, at ${found.nodes.length} of ${count(labels.length, "node")}`;
    return {
      status: "no",
      headline: "The result depends on the numbers.",
      detail: `f(PAPᵀ, PX) ≠ P f(A, X): ${gap}${where}.`,
      why: "The weight looks at a node’s number, and nothing in the graph decides who is number 0.",
    };
  }
  if (found.failed > 0) {
    return {
      status: "partly",
      headline: shown ? "It follows this relabelling, but not all." : "Nothing is relabelled yet.",
      detail:
        `Of ${found.trials} random relabellings ${found.failed} fail; ` +
        `largest difference ${errorText(found.largestOfAll)}.`,
      why: "Press Relabel.",
    };
  }
  const tried = shown ? `this relabelling and ${found.trials} random ones` : `${found.trials} random relabellings`;
  const most = rule === "WL" ? "no node changes its colour" : `largest difference ${errorText(found.largestOfAll)}`;
  return {
    status: "yes",
    headline: "The result follows the numbers.",
    detail: `f(PAPᵀ, PX) = P f(A, X) for ${tried}: ${most}.`,
    why: REASONS[rule] ?? "Here the weights have no say. Draw another edge, or change a value.",
  };
}

/** Can the two graphs of a pair be told apart? `pair` is what comparePair() of the mathematics returns. */
export function pairVerdict({ rule, step }, pair) {
  const what = rule === "WL" ? "colours" : "values";
  const after = `After ${count(step, "step")}`;
  if (pair.isomorphic)
    return {
      status: "yes",
      headline: "G and H are one graph, drawn twice.",
      detail: "Some renumbering carries one to the other, values and all.",
      why: "",
    };
  if (pair.apart === null) {
    const since = pair.stable === 0 ? "from the start" : `after ${count(pair.stable, "round")}`;
    const why = `The WL colours are stable ${since}: no further step helps, and no rule by messages does better.`;
    const detail = `Yet they differ: ${differences(pair.structures)}.`;
    if (!pair.same)
      return {
        status: "no",
        headline: "The values of G and H differ, and it means nothing.",
        detail: "They depend on the numbers: one graph, numbered twice, would differ too.",
        why,
      };
    return {
      status: "no",
      headline: `${after} G and H have the same ${what}, equally often: message passing cannot tell them apart.`,
      detail,
      why,
    };
  }
  const wl =
    pair.apart === 0
      ? "Their values differ from the start."
      : `WL colours tell them apart after ${count(pair.apart, "round")}.`;
  if (pair.same)
    return {
      status: "partly",
      headline: `${after} G and H have the same ${what}.`,
      detail: wl,
      why:
        rule === "WL"
          ? "Step on."
          : "A rule may need more steps than WL, or never manage: it may lose what the colours keep.",
    };
  return {
    status: "yes",
    headline: `${after} the ${what} tell G from H.`,
    detail: wl,
    why: `They differ: ${differences(pair.structures)}.`,
  };
}

/** "triangles 2 and 0, components 2 and 1": what two graphs do not share of it. */
function differences([g, h]) {
  const names = { triangles: "triangles", components: "components", girth: "shortest cycle" };
  const text = (value) => (value === null ? "none" : value);
  const parts = Object.entries(names)
    .filter(([key]) => g[key] !== h[key])
    .map(([key, name]) => `${name} ${text(g[key])} and ${text(h[key])}`);
  return parts.join(", ") || "no renumbering carries one to the other";
}

// ---- links ----

const sameGraph = (a, b) =>
  JSON.stringify([a.nodes, a.edges, a.values, a.split]) === JSON.stringify([b.nodes, b.edges, b.values, b.split]);
/** The name of the preset that this graph is, or null. */
export const presetOf = (graph, presets) =>
  Object.keys(presets).find((name) => sameGraph(graph, presets[name])) ?? null;

/** A preset by its name, any other graph by its places, edges and values. */
function write(graph, { presets }) {
  const name = presetOf(graph, presets);
  if (name) return name;
  return {
    nodes: graph.nodes.map((place) => place.join(".")).join("-"),
    edges: characters(graph.edges.flat()),
    values: graph.values.join("_"),
    split: graph.split,
  };
}

function read(name, { presets, most, limit }, { parameters: { nodes, edges = "", values = "", split = "0" } }) {
  if (Object.hasOwn(presets, name ?? "")) return presets[name];
  if (nodes === undefined) return undefined;
  const places = nodes.split("-").map((place) => place.split(".").map(Number));
  const n = places.length,
    ends = numbersOf(edges),
    numbers = values.split("_").map(Number),
    half = Number(split);
  const pairs = Array.from({ length: ends.length / 2 }, (_, k) => ends.slice(2 * k, 2 * k + 2));
  const good =
    n <= most &&
    places.every((place) => place.length === 2 && place.every((c) => Number.isInteger(c) && c >= 0 && c <= 100)) &&
    ends.length % 2 === 0 &&
    pairs.every(([i, j]) => i >= 0 && i < j && j < n) &&
    new Set(pairs.map(String)).size === pairs.length &&
    values !== "" &&
    numbers.length === n &&
    numbers.every((v) => Math.abs(v) <= limit) &&
    Number.isInteger(half) &&
    half >= 0 &&
    half < n &&
    pairs.every(([i, j]) => i < half === j < half);
  return good ? { nodes: places, edges: pairs, values: numbers, split: half } : undefined;
}

export const fields = { graph: { write, read }, labels: permutation(({ graph }) => graph.nodes.length) };

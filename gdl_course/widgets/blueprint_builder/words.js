// What the blueprint builder says: verdicts, counts, the cell to export, its state as a link. No document.

import { errorText } from "../shared/parts.js";

export const STEPS = [
  {
    title: "Put max-pool 2 in place of the blur.",
    expect: "✗ It keeps every second place, and an odd shift changes which. The other modules are innocent.",
    state: { domain: "cyclic-sequence", output: "invariant", swap: "max-pool-2" },
  },
  {
    title: "Forget the order: take a set, and press “new order”.",
    expect: "✓ Two weights are left for any n: one for an element itself, one for all the others.",
    state: { domain: "set", output: "equivariant", swap: "" },
  },
  {
    title: "Turn points in space, with ReLU on their vectors.",
    expect: "✗ What is negative depends on the axes. On invariant features the same function is lawful.",
    state: { domain: "points", output: "equivariant", swap: "vector-relu" },
  },
];

// ---- the state ----

export const domainOf = ({ domain }, domains) => domains.find(({ name }) => name === domain);
export const planOf = (state, domains) => domainOf(state, domains).outputs?.[state.output];
export const swapOf = (state, domains) => planOf(state, domains)?.swaps.find(({ name }) => name === state.swap);

/** The state with a size that its domain has, and without a swap that its network does not offer. */
export function fitted(state, domains) {
  const { size } = domainOf(state, domains);
  const fits = size.values.includes(state.size) || size.values.length === 0;
  return { ...state, size: fits ? state.size : size.start, swap: swapOf(state, domains) ? state.swap : "" };
}

/** The cell that makes this network, with its swap, and tests it: what `blueprint.cell` returns in Python.
 *  A template is a list of numbers of `lines`. */
export function cellText(state, domains, lines) {
  const template = (swapOf(state, domains) ?? planOf(state, domains))?.cell ?? [];
  return template
    .map((k) => lines[k])
    .join("\n")
    .replaceAll("{size}", state.size)
    .replaceAll("{channels}", state.channels);
}

// ---- numbers and formulas ----

/** "A_ij" as "Aᵢⱼ". */
export const withSubscripts = (text) =>
  text.replace(/_([ij]+)/g, (_, letters) => letters.replaceAll("i", "ᵢ").replaceAll("j", "ⱼ"));

/** 16384 as "16 384", with thin spaces that do not break. */
export const countText = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** "÷ 8", "÷ 2.7": by how much a prior shrinks a count. */
export function factorText(before, after) {
  if (!(after > 0) || after === before) return "";
  const factor = before / after;
  const whole = factor >= 10 || Number.isInteger(factor);
  return `÷ ${whole ? countText(Math.round(factor)) : factor.toFixed(1).replace(/\.0$/, "")}`;
}

// ---- verdicts ----

const PROMISE = {
  invariant: ["The output stays as it is.", "f(g·x) = f(x)"],
  equivariant: ["The output moves with the input.", "f(g·x) = g·f(x)"],
};

/** "p4" of "p4 = (Zₙ × Zₙ) ⋊ C₄": the group where there is little room. */
export const shortGroup = ({ group }) => group.split(" = ")[0];

/** What lives on a domain, its group and its layer, in one line. */
export function signalText({ title, signal, group, layer }) {
  return withSubscripts(`${title[0].toUpperCase()}${title.slice(1)}: ${signal}. Group ${group}. Layer: ${layer}.`);
}

/** The row of the table in words: [what, which] pairs. */
export const rowWords = ({ signal, group, layer, nonlinearity, pooling, readout }) => [
  ["signal", signal],
  ["group", group],
  ["equivariant layer", layer],
  ["non-linearity", nonlinearity],
  ["local pooling", pooling],
  ["readout", readout],
];

/** Does the network with its swap, if any, keep its promise? */
export function networkVerdict(state, domains) {
  const domain = domainOf(state, domains),
    plan = planOf(state, domains),
    swap = swapOf(state, domains);
  if (domain.planned) {
    const where = `chapter${domain.chapter.includes("and") ? "s" : ""} ${domain.chapter}`;
    return {
      status: "partly",
      headline: `Planned: the ${domain.title}.`,
      detail: `The row is complete, but its network is not built here. It belongs to ${where}.`,
    };
  }
  const measured = `Measured at ${domain.size.name} = ${domain.size.start}, with random weights, x and g.`;
  if (swap) return { status: "no", headline: `${swap.title} breaks it.`, detail: swap.verdict, why: measured };
  const [headline, formula] = PROMISE[state.output];
  return {
    status: "yes",
    headline,
    detail: `${formula}: relative error ${errorText(plan.error)}.`,
    why: [domain.trivial[state.output], measured].filter(Boolean).join(" "),
  };
}

// ---- links ----

/** What a link may name: a domain of the table, one of its sizes, and no swap unless it says so. */
export const fields = (domains) => ({
  domain: { read: (text) => domains.find(({ name }) => name === text)?.name },
  size: { read: (text, _, { next }) => domainOf(next, domains).size.values.find((value) => String(value) === text) },
  swap: { write: (swap) => swap || undefined, read: (text) => text ?? "" },
});

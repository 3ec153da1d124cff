// What the group explorer says: steps to try, the verdict, names of moves, links. No document.

import { readField } from "../shared/permalink.js";
import { centre, closure, commutingWith, cosetsOf, isNormal, turnOf } from "./math.js";

export const FAMILIES = [
  { value: "C", label: "turns Cₙ", title: "Cyclic groups: turns only" },
  { value: "D", label: "mirrors Dₙ", title: "Dihedral groups: turns and mirrors" },
  { value: "S", label: "permutations", title: "All permutations, or the even ones" },
  { value: "Q", label: "Q₈", title: "The quaternion group: ±1, ±i, ±j, ±k" },
];
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** "D4" as people write it. */
export const groupName = (name) => name[0] + [...name.slice(1)].map((digit) => SUBSCRIPTS[digit]).join("");

/** The family of a group; A₄ is one of permutations. */
export const familyOf = (name) => (name[0] === "A" ? "S" : name[0]);

export const STEPS = [
  {
    title: "In D₄ let g turn and h mirror.",
    expect: "✗: rs is not sr = r³s. It matters which comes first.",
    state: { group: "D4", element: 1, other: 4, generators: [], side: "left" },
  },
  {
    title: "In D₄ colour the cosets of H = ⟨s⟩; then change left to right.",
    expect: "8 = 2 × 4 both times, but other elements share a letter: H is not normal, and the blocks are mixed.",
    state: { group: "D4", element: 4, other: -1, generators: [4], side: "left" },
  },
  {
    title: "In S₄ take the Klein group, H = ⟨(01)(23), (02)(13)⟩.",
    expect: "24 = 4 × 6, one letter in every block: the six cosets multiply, and their table is that of S₃.",
    state: { group: "S4", element: 1, other: -1, generators: [1, 2], side: "left" },
  },
];

/** What an element does to the shape, in words. */
export function moveText(shape, g, name) {
  if (g.every((image, i) => image === i)) return "moves nothing";
  if (shape === "itself") return `multiplies by ${name} from the left`;
  if (shape !== "blade" && shape !== "polygon")
    return `sends ${g
      .map((image, i) => (image === i ? null : `${i}→${image}`))
      .filter(Boolean)
      .join(", ")}`;
  const { k, s } = turnOf(g),
    degrees = (turns) => `${Number((360 * turns).toFixed(1))}°`;
  return s === 1 ? `turns by ${degrees(k / g.length)}` : `mirrors in the line at ${degrees(k / g.length / 2)}`;
}

/** The subgroup of a state: { H, cosets, normal, name }, or null where none is chosen. */
export function subgroupOf(G, names, { generators, side }) {
  if (!generators.length) return null;
  const H = closure(G.table, generators);
  const name = `⟨${generators.map((g) => names[g]).join(", ")}⟩`;
  return { H, name, cosets: cosetsOf(G.table, H, side), normal: isNormal(G.table, H) };
}

/** "H = ⟨r²⟩ = {e, r²}: 8 = 2 × 4." */
export function lagrangeText(order, names, { H, name, cosets }) {
  const list =
    H.length <= 8 && H.length < order
      ? ` = {${H.map((h) => names[h]).join(", ")}}`
      : H.length === order
        ? ", the whole group"
        : "";
  return `H = ${name}${list}: ${order} = ${H.length} × ${cosets.length}.`;
}

/** Coset k as a product: "H", "rH" or "Hr". */
export function cosetName(names, coset, k, side) {
  if (k === 0) return "H";
  return side === "left" ? `${names[coset[0]]}H` : `H${names[coset[0]]}`;
}

/** How many elements commute with g, in words. */
export function commutesText(table, g) {
  const count = commutingWith(table, g).length;
  return count === table.length ? "all: central" : `${count} of ${table.length}`;
}

/** The verdict on a state: status, headline, details. */
export function verdictOf(G, names, state) {
  const subgroup = subgroupOf(G, names, state);
  const why = subgroup ? normalText(subgroup) : "";
  return { ...(state.other < 0 ? aloneText(G, names, state.element) : productText(G, names, state)), why };
}

function aloneText({ table, orders, inverses }, names, g) {
  const central = commutingWith(table, g).length === table.length;
  const middle = centre(table).map((z) => names[z]);
  const all =
    middle.length === table.length
      ? "The group is commutative: everything commutes."
      : `The centre is {${middle.join(", ")}}.`;
  return {
    status: central ? "yes" : "partly",
    headline: central
      ? `${names[g]} commutes with everything.`
      : `${names[g]} commutes with ${commutesText(table, g)} elements.`,
    detail: `Its order is ${orders[g]}, its inverse ${names[inverses[g]]}. ${all}`,
  };
}

function productText({ table }, names, { element: g, other: h }) {
  const [a, b, gh, hg] = [names[g], names[h], names[table[g][h]], names[table[h][g]]];
  if (g === h)
    return {
      status: "yes",
      headline: `${a}, and then ${a} again, is ${gh}.`,
      detail: "Everything commutes with itself.",
    };
  return {
    status: gh === hg ? "yes" : "no",
    headline: `First ${b}, then ${a}, is gh = ${gh}.`,
    detail:
      gh === hg
        ? `First ${a}, then ${b}, is the same: they commute.`
        : `First ${a}, then ${b}, is hg = ${hg}: they do not commute.`,
  };
}

function normalText({ H, cosets, normal }) {
  if (cosets.length === 1) return "H is the whole group, and its one coset.";
  if (H.length === 1) return "H is {e}, and every element is a coset of its own.";
  return normal
    ? "Left and right cosets agree: H is normal. Each block of the table holds one letter, " +
        `so the ${cosets.length} cosets form a group themselves.`
    : "Left and right cosets differ: H is not normal. Blocks of the table mix letters, so the cosets do not multiply.";
}

// ---- links ----

/** A field that starts anew where a link leads to another group and does not name it. */
const anew = (value) => ({
  read: (text, field, seen) =>
    readField(text, field, seen) ?? (seen.next.group === seen.state.group ? undefined : value),
});
export const START = { element: 1, other: -1, generators: [] };
export const fields = Object.fromEntries(Object.entries(START).map(([name, value]) => [name, anew(value)]));

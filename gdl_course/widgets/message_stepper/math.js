// The mathematics of the message stepper: message passing, Weisfeiler–Leman colours, renumbering. No document.
// A graph is a matrix A of zeros and ones (rows of numbers); a permutation p is an array, node i becomes p[i].

import { mulberry32, randomPermutation } from "../shared/parts.js";

export const TOLERANCE = 1e-9;
const TRIALS = 24; // random relabellings tried besides the one shown

// ---- graphs and their numbering ----

/** The adjacency matrix of n nodes and undirected edges [i, j]. */
export function adjacency(n, edges) {
  const A = Array.from({ length: n }, () => new Array(n).fill(0));
  for (const [i, j] of edges) A[i][j] = A[j][i] = 1;
  return A;
}

/** Px: the entry of node i goes to place p[i]. */
export function renumber(x, p) {
  const moved = new Array(x.length);
  x.forEach((value, i) => {
    moved[p[i]] = value;
  });
  return moved;
}

/** PAPᵀ: entry (i, j) goes to (p[i], p[j]). */
export const renumberGraph = (A, p) =>
  renumber(
    A.map((row) => renumber(row, p)),
    p,
  );

/** The first permutation drawn from the seed that is not its own inverse; with fewer than 3 nodes the reversal. */
export function randomRelabelling(n, seed) {
  if (n < 3) return Array.from({ length: n }, (_, i) => n - 1 - i);
  for (let attempt = 0; ; attempt++) {
    // at least one permutation in three is not an involution
    const p = randomPermutation(n, mulberry32(seed + 7919 * attempt));
    if (p.some((image, i) => p[image] !== i)) return p;
  }
}

// ---- one step ----

const sum = (numbers) => numbers.reduce((total, value) => total + value, 0);
const degree = (row) => sum(row);
const over = (row, term) => sum(row.map((a, j) => (a ? term(j) : 0)));

const STEP = {
  sum: (A, h) => A.map((row) => over(row, (j) => h[j])),
  mean: (A, h) => A.map((row) => over(row, (j) => h[j]) / Math.max(1, degree(row))),
  max: (A, h) => A.map((row) => (degree(row) ? Math.max(...h.filter((_, j) => row[j])) : 0)),
  GCN: (A, h) =>
    A.map((row, i) =>
      sum(row.map((a, j) => (a || i === j ? h[j] / Math.sqrt((degree(row) + 1) * (degree(A[j]) + 1)) : 0))),
    ),
  WL: (A, c) => ranks(A.map((row, i) => [c[i], ...c.filter((_, j) => row[j]).sort((a, b) => a - b)])),
  position: (A, h) => A.map((row) => over(row, (j) => ((j + 1) / A.length) * h[j])),
};

/** Lists compared entry by entry, then by length. */
function compare(a, b) {
  const k = a.findIndex((value, i) => value !== b[i]);
  return k < 0 ? a.length - b.length : k >= b.length ? 1 : a[k] - b[k];
}

/** For each list its place among the different ones in sorted order: a name that does not depend on the numbering. */
function ranks(lists) {
  const sorted = [...lists].sort(compare);
  const rank = new Map();
  for (const list of sorted) if (!rank.has(list.join())) rank.set(list.join(), rank.size);
  return lists.map((list) => rank.get(list.join()));
}

/** The values after 0, 1, …, `steps` steps. For "WL" they are colours 0, 1, …; equal values begin with equal ones. */
export function run(rule, A, x, steps) {
  const history = [rule === "WL" ? ranks(x.map((value) => [value])) : x];
  for (let k = 0; k < steps; k++) history.push(STEP[rule](A, history[k]));
  return history;
}

// ---- does the result follow the numbers? ----

/** The square for one relabelling p: `here` = f(PAPᵀ, PX) and `there` = P f(A, X), the largest difference,
 *  the nodes (new numbers) where they differ. Colours that differ count as a difference of 1. */
export function square(rule, A, x, steps, p) {
  const here = run(rule, renumberGraph(A, p), renumber(x, p), steps).at(-1);
  const there = renumber(run(rule, A, x, steps).at(-1), p);
  const scale = Math.max(1, ...there.map(Math.abs));
  const gaps = here.map((value, i) => (rule === "WL" ? Number(value !== there[i]) : Math.abs(value - there[i])));
  return {
    here,
    there,
    largest: Math.max(0, ...gaps),
    nodes: gaps.map((gap, i) => (gap > TOLERANCE * scale ? i : -1)).filter((i) => i >= 0),
  };
}

/** The square for p, and how many of 24 random relabellings (the same each time) fail. */
export function follows(rule, A, x, steps, p) {
  const shown = square(rule, A, x, steps, p);
  const others = Array.from({ length: TRIALS }, (_, k) => square(rule, A, x, steps, randomRelabelling(A.length, k)));
  return {
    ...shown,
    trials: TRIALS,
    failed: others.filter(({ nodes }) => nodes.length > 0).length,
    largestOfAll: Math.max(shown.largest, ...others.map(({ largest }) => largest)),
  };
}

// ---- can a pair be told apart? ----

/** The different values with how often they occur, in order; numbers within the tolerance count as one. */
export function histogram(values) {
  const bins = [];
  const scale = Math.max(1, ...values.map(Math.abs));
  for (const value of [...values].sort((a, b) => a - b)) {
    const last = bins.at(-1);
    if (last && value - last.value <= TOLERANCE * scale) last.count += 1;
    else bins.push({ value, count: 1 });
  }
  return bins;
}

/** Whether two lists hold the same values equally often, up to the tolerance. */
export function sameValues(a, b) {
  const [left, right] = [a, b].map((list) => [...list].sort((p, q) => p - q));
  const scale = Math.max(1, ...left.map(Math.abs));
  return left.length === right.length && left.every((value, i) => Math.abs(value - right[i]) <= TOLERANCE * scale);
}

/** Triangles, connected components and the length of the shortest cycle (null if there is none). */
export function structure(A) {
  const n = A.length;
  let triangles = 0,
    components = 0,
    girth = Infinity;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) for (let k = 0; k < j; k++) triangles += A[i][j] * A[j][k] * A[k][i];
  const known = new Set();
  for (let start = 0; start < n; start++) {
    // breadth first from each node: an edge back closes a cycle
    if (!known.has(start)) components += 1;
    const depth = new Map([[start, 0]]),
      parent = new Map();
    for (const [i, d] of depth) {
      // grows while it is read
      known.add(i);
      for (let j = 0; j < n; j++) {
        if (!A[i][j] || parent.get(i) === j) continue;
        if (depth.has(j)) girth = Math.min(girth, d + depth.get(j) + 1);
        else {
          depth.set(j, d + 1);
          parent.set(j, i);
        }
      }
    }
  }
  return { triangles, components, girth: girth === Infinity ? null : girth };
}

/** Whether some renumbering carries A to B and the colours a to b: by trying, node after node. */
export function isomorphic(A, B, a, b) {
  const n = A.length,
    image = [];
  const fits = (v) =>
    b[v] === a[image.length] && !image.includes(v) && image.every((w, i) => A[image.length][i] === B[v][w]);
  const extend = () => {
    if (image.length === n) return true;
    for (let v = 0; v < n; v++) {
      if (!fits(v)) continue;
      image.push(v);
      if (extend()) return true;
      image.pop();
    }
    return false;
  };
  return n === B.length && extend();
}

/** Compare the first `split` nodes with the rest. The rule's values after `steps` steps: `same`. Colours refined until
 *  they are stable: `stable`, the number of rounds; `apart`, the first round with different histograms (null: none). */
export function comparePair(rule, A, x, steps, split) {
  const halves = (list) => [list.slice(0, split), list.slice(split)];
  const [G, H] = halves(A).map((rows, k) => rows.map((row) => halves(row)[k]));
  const rounds = run("WL", A, x, A.length);
  const colours = (history) => new Set(history).size;
  const stable = rounds.findIndex((c, k) => k === rounds.length - 1 || colours(c) === colours(rounds[k + 1]));
  const apart = rounds.findIndex((c) => !sameValues(...halves(c)));
  return {
    same: sameValues(...halves(run(rule, A, x, steps).at(-1))),
    stable,
    apart: apart < 0 ? null : apart,
    isomorphic: isomorphic(G, H, ...halves(rounds.at(-1))),
    structures: [structure(G), structure(H)],
  };
}

// The mathematics of the melting matrix: the average of W over a group, built up along a chain of subgroups.
// A permutation is an array g with g[i] = where point i goes; a matrix is flat, W[i * n + j] in row i, column j.

import { mulberry32 } from "../shared/parts.js";

/** The n × n matrix with entries drawn from [-1, 1), row by row, from a seed.
 *  Two draws an entry fill all bits of a double: sums of 32-bit fractions would be exact, and hide the rounding. */
export function randomMatrix(n, seed) {
  const random = mulberry32(seed);
  return Array.from({ length: n * n }, () => 2 * (random() + random() / 2 ** 32) - 1);
}

/** All elements of the group of permutations of 0..n-1 that the generators generate, the identity first. */
export function closure(generators, n) {
  const identity = Array.from({ length: n }, (_, i) => i);
  const elements = [identity],
    seen = new Set([identity.join()]);
  for (const g of elements) {
    // grows while it is read
    for (const s of generators) {
      const product = g.map((i) => s[i]);
      if (seen.has(product.join())) continue;
      seen.add(product.join());
      elements.push(product);
    }
  }
  return elements;
}

/** The orbit of each index pair (i, j) under (i, j) → (g[i], g[j]), by union-find over the generators alone.
 *  Orbits are numbered by first appearance, column by column: those of column 0, the kernel, come first. */
export function pairOrbits(generators, n) {
  const parent = Array.from({ length: n * n }, (_, p) => p);
  const root = (p) => {
    while (parent[p] !== p) p = parent[p] = parent[parent[p]];
    return p;
  };
  for (const g of generators) {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) parent[root(i * n + j)] = root(g[i] * n + g[j]);
  }
  const number = new Map();
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) if (!number.has(root(i * n + j))) number.set(root(i * n + j), number.size);
  }
  return parent.map((_, p) => number.get(root(p)));
}

/** The mean of ρ(g) W ρ(g)ᵀ over the elements g: entry (i, j) is carried to (g[i], g[j]). */
export function average(W, elements, n) {
  const sum = new Array(n * n).fill(0);
  for (const g of elements) {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum[g[i] * n + g[j]] += W[i * n + j];
  }
  return sum.map((value) => value / elements.length);
}

/** ‖W ρ(g) − ρ(g) W‖ (Frobenius): the entry of the difference at (g[i], j) is W[g[i], g[j]] − W[i, j]. */
export function commutator(W, g, n) {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += (W[g[i] * n + g[j]] - W[i * n + j]) ** 2;
  return Math.sqrt(sum);
}

/** How many different numbers there are, two within the tolerance counting as one. */
export function distinctValues(values, tolerance = 1e-9) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.filter((value, k) => k === 0 || value - sorted[k - 1] > tolerance).length;
}

/** W averaged over ⟨⟩, ⟨g₁⟩, ⟨g₁, g₂⟩, …: one stage for each, the last over the whole group.
 *  A stage: order (elements averaged), matrix, orbits, parameters (its different numbers),
 *  error (largest ‖Wρ(g) − ρ(g)W‖ / ‖W‖ over the group) and commuting (how many elements commute with it). */
export function melt(W, generators, n) {
  const group = closure(generators, n);
  const norm = Math.hypot(...W);
  return [...generators, null].map((_, k) => {
    const subgroup = closure(generators.slice(0, k), n);
    const matrix = average(W, subgroup, n);
    const errors = group.map((g) => commutator(matrix, g, n) / norm);
    return {
      order: subgroup.length,
      matrix,
      orbits: pairOrbits(generators.slice(0, k), n),
      parameters: distinctValues(matrix),
      error: Math.max(...errors),
      commuting: errors.filter((error) => error < 1e-9).length,
    };
  });
}

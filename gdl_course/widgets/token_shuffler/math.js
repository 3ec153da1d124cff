// The mathematics of the token shuffler: one head of attention with masks and positions, and what it commutes with.
// x is an array of tokens (rows of 4 numbers); an order is an array, place i holds token order[i]. No document.

import { mulberry32, randomPermutation } from "../shared/parts.js";

export const TOLERANCE = 1e-9;
const CHANNELS = 4,
  LONGEST = 6;
const TURNS = [1, 0.01]; // radians a place, for each pair of channels

export const identity = (n) => Array.from({ length: n }, (_, i) => i);
export const isIdentity = (order) => order.every((token, i) => token === i);

/** Px: place i gets token order[i]. */
export const moved = (x, order) => order.map((token) => x[token]);

// ---- the numbers that a seed decides ----

/** Features x, matrices [W_q, W_k, W_v], and biases on a line and on a ring: the same in token_shuffler.py. */
export function drawnNumbers(words, seed) {
  const random = mulberry32(seed);
  const draw = (count, size = 1) => Array.from({ length: count }, () => size * Math.sqrt(3) * (2 * random() - 1));
  const matrices = [0, 1, 2].map(() => [0, 1, 2, 3].map(() => draw(CHANNELS, 0.6)));
  const line = draw(2 * LONGEST - 1),
    ring = draw(LONGEST).slice(0, words.length),
    features = {};
  for (const word of words) features[word] ??= draw(CHANNELS);
  return { x: words.map((word) => features[word]), matrices, line, ring };
}

// ---- attention ----

const dot = (a, b) => a.reduce((total, value, i) => total + value * b[i], 0);
const project = (x, W) => x.map((token) => W.map((row) => dot(row, token)));

/** Sines and cosines of a position: sin and cos of each angle in turn. */
export const sinusoids = (position) => TURNS.flatMap((turn) => [Math.sin(position * turn), Math.cos(position * turn)]);

/** Each pair of channels turned by an angle in proportion to the position. */
export function rotary(token, position) {
  return TURNS.flatMap((turn, m) => {
    const [a, b] = token.slice(2 * m, 2 * m + 2),
      cos = Math.cos(position * turn),
      sin = Math.sin(position * turn);
    return [cos * a - sin * b, sin * a + cos * b];
  });
}

/** Weights from scores; a score of −∞ gets weight 0. */
function softmax(scores) {
  const largest = Math.max(...scores),
    powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

const BIAS = {
  relative: ({ line }, i, j) => line[LONGEST - 1 + i - j],
  cyclic: ({ ring }, i, j) => ring[(i - j + ring.length) % ring.length],
};

/** The attention matrix A (row i: what place i takes from each place) and the output y = A v, for tokens x. */
export function attend(x, numbers, { mask, positions, offset }) {
  const tokens = positions === "absolute" ? x.map((token, i) => sinusoids(offset + i).map((s, c) => token[c] + s)) : x;
  const turn = positions === "rotary" ? (token, i) => rotary(token, offset + i) : (token) => token;
  const bias = BIAS[positions] ?? (() => 0);
  const [q, k, v] = numbers.matrices.map((W) => project(tokens, W));
  const keys = k.map(turn);
  const score = (query, i, j) =>
    mask === "causal" && j > i ? -Infinity : dot(query, keys[j]) / Math.sqrt(CHANNELS) + bias(numbers, i, j);
  const A = q.map(turn).map((query, i) => softmax(keys.map((_, j) => score(query, i, j))));
  return {
    A,
    y: A.map((weights) =>
      identity(CHANNELS).map((c) =>
        dot(
          weights,
          v.map((row) => row[c]),
        ),
      ),
    ),
  };
}

// ---- what it commutes with ----

const gap = (a, b) => Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i][j]))));

/** All orders of n tokens, the identity first. */
export function orders(n) {
  const extend = (start, left) =>
    left.length
      ? left.flatMap((k) =>
          extend(
            [...start, k],
            left.filter((other) => other !== k),
          ),
        )
      : [start];
  return extend([], identity(n));
}

/** The first order drawn from the seed that is another than this one. */
export function anotherOrder(order, seed) {
  for (let attempt = 0; ; attempt++) {
    const next = randomPermutation(order.length, mulberry32(seed + 7919 * attempt));
    if (String(next) !== String(order)) return next;
  }
}

/** Everything that the widget shows of a state.
 *  before, after: {A, y} of x and of Px; there = P f(x) and thereA = P A(x) Pᵀ; largest = |f(Px) − P f(x)|;
 *  passing of the n! orders pass; shift: the same difference for a cyclic shift by one; start: what changes if the
 *  first position is not 0 but `offset` (or 1); twins: pairs of places with one word, and how their outputs differ. */
export function follow(words, order, settings, seed) {
  const numbers = drawnNumbers(words, seed),
    n = words.length,
    { x } = numbers;
  const f = (tokens, changed = {}) => attend(tokens, numbers, { ...settings, ...changed });
  const before = f(x),
    after = f(moved(x, order)),
    there = moved(before.y, order);
  const miss = (p) => gap(f(moved(x, p)).y, moved(before.y, p));
  const all = orders(n),
    offset = settings.offset || 1;
  const equalWords = identity(n).flatMap((i) =>
    identity(i)
      .filter((j) => words[order[i]] === words[order[j]])
      .map((j) => [j, i]),
  );
  return {
    before,
    after,
    there,
    thereA: moved(before.A, order).map((row) => moved(row, order)),
    largest: gap(after.y, there),
    orders: all.length,
    passing: all.filter((p) => miss(p) <= TOLERANCE).length,
    shift: miss(identity(n).map((i) => (i + 1) % n)),
    start: { offset, largest: gap(f(moved(x, order), { offset }).y, f(moved(x, order), { offset: 0 }).y) },
    twins: equalWords.map((places) => ({ places, largest: gap([after.y[places[0]]], [after.y[places[1]]]) })),
  };
}

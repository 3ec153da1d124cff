// The mathematics of the Equivariance Explorer: both paths through the commuting square, no document.
// Signals are flat arrays, row by row. The tests run these functions against gdl_course on random cases.

import { mulberry32, randomPermutation } from "../shared/parts.js";

export const N = 8;
const TOLERANCE = 1e-9;
const sum = (values) => values.reduce((a, b) => a + b, 0);
const modulo = (a, n) => ((a % n) + n) % n;

// ---- the group ----

/** How g acts on the pixels: sources[i] is the pixel that cell i of g·x came from, x(g⁻¹u). */
export function pixelSources({ transform, dx, dy, seed }) {
  if (transform === "shuffle") return inverse(randomPermutation(N * N, mulberry32(seed)));
  return gridSources(transform, dx, dy, N);
}

/** The same for the output of a layer, which has size × size cells, and whether that is g's own action there:
 *  "exact"; "half" when a shift is no whole number of cells (then the nearest below is taken);
 *  "none" when g does not act on so few cells at all (then nothing moves). */
export function outputSources(state, size) {
  if (size === 1) return { sources: [0], rule: "exact" };
  if (size === N) return { sources: pixelSources(state), rule: "exact" };
  const cell = N / size;
  if (state.transform === "shuffle") return { sources: Array.from({ length: size * size }, (_, i) => i), rule: "none" };
  const whole = state.transform !== "shift" || (state.dx % cell === 0 && state.dy % cell === 0);
  const sources = gridSources(state.transform, Math.floor(state.dx / cell), Math.floor(state.dy / cell), size);
  return { sources, rule: whole ? "exact" : "half" };
}

function gridSources(transform, dx, dy, n) {
  const source = {
    shift: (r, c) => [modulo(r - dy, n), modulo(c - dx, n)],
    turn: (r, c) => [c, n - 1 - r], // a quarter turn, counter-clockwise, as numpy.rot90
    mirror: (r, c) => [r, n - 1 - c], // left and right change places
  }[transform];
  return Array.from({ length: n * n }, (_, i) => {
    const [r, c] = source(Math.floor(i / n), i % n);
    return r * n + c;
  });
}

export function inverse(p) {
  const q = new Array(p.length);
  p.forEach((image, i) => {
    q[image] = i;
  });
  return q;
}

export const act = (sources, x) => sources.map((s) => x[s]);

// ---- the layers ----

/** Cross-correlation with a 3×3 kernel; output (i, j) reads x around (stride·i, stride·j). */
export function correlate(x, kernel, padding, stride) {
  const size = N / stride;
  return Array.from({ length: size * size }, (_, out) => {
    const [r, c] = [Math.floor(out / size) * stride, (out % size) * stride];
    let total = 0;
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        const [u, v] = [r + a - 1, c + b - 1];
        const inside = u >= 0 && v >= 0 && u < N && v < N;
        if (inside || padding === "wrap") total += kernel[a][b] * x[modulo(u, N) * N + modulo(v, N)];
      }
    }
    return total;
  });
}

/** 64 × 64 independent weights, uniform in [-1, 1), row by row; another stream than the shuffle's. */
export function denseWeights(seed) {
  const random = mulberry32(seed + 1000003);
  return Array.from({ length: N * N }, () => Array.from({ length: N * N }, () => 2 * random() - 1));
}

export function maxPool(x) {
  const size = N / 2;
  return Array.from({ length: size * size }, (_, out) => {
    const corner = Math.floor(out / size) * 2 * N + (out % size) * 2;
    return Math.max(x[corner], x[corner + 1], x[corner + N], x[corner + N + 1]);
  });
}

/** The layer f that a state describes, as a function of the pixels. */
export function layerOf({ layer, kernel, padding, stride, seed }) {
  if (layer === "dense") {
    const weights = denseWeights(seed);
    return (x) => weights.map((row) => sum(row.map((w, j) => w * x[j])));
  }
  return {
    conv: (x) => correlate(x, kernel, padding, stride),
    relu: (x) => x.map((value) => Math.max(value, 0)),
    "max-pool": maxPool,
    mean: (x) => [sum(x) / x.length],
  }[layer];
}

// ---- the square ----

/** Both paths, their difference, and whether they agree here and everywhere. */
export function commutingSquare(state) {
  const x = state.pixels.flat();
  const f = layerOf(state);
  const sources = pixelSources(state);
  const gx = act(sources, x),
    fx = f(x),
    fgx = f(gx);
  const size = Math.sqrt(fx.length);
  const { sources: outSources, rule } = outputSources(state, size);
  const gfx = act(outSources, fx);
  const difference = fgx.map((value, i) => value - gfx[i]);
  const error = errorOf(difference, fx);
  const failing = failingPixels(f, sources, outSources);
  const commutes = error.cells === 0;
  return {
    x,
    gx,
    fx,
    fgx,
    gfx,
    difference,
    size,
    rule,
    sources,
    outSources,
    error,
    commutes,
    failing,
    always: failing.length === 0,
  };
}

/** The error in numbers: largest entry, cells that differ, ‖difference‖ / ‖f(x)‖ (absolute if f(x) is 0). */
export function errorOf(difference, fx) {
  const norm = (v) => Math.sqrt(sum(v.map((a) => a * a)));
  const zero = TOLERANCE * Math.max(1, ...fx.map(Math.abs));
  return {
    largest: Math.max(...difference.map(Math.abs)),
    cells: difference.filter((d) => Math.abs(d) > zero).length,
    relative: norm(difference) / (norm(fx) || 1),
  };
}

/** The pixels u for which the input "1 at u, else 0" fails. If there is none, no input fails:
 *  convolution, the dense map and the mean are linear, and single pixels are a basis; ReLU acts on each value
 *  alone; and for max-pooling, agreeing on single pixels says that g carries 2×2 blocks to 2×2 blocks. */
export function failingPixels(f, sources, outSources) {
  return sources
    .map((_, u) => u)
    .filter((u) => {
      const delta = sources.map((_, i) => (i === u ? 1 : 0));
      const fx = f(delta),
        moved = act(outSources, fx),
        fgx = f(act(sources, delta));
      return (
        errorOf(
          fgx.map((value, i) => value - moved[i]),
          fx,
        ).cells > 0
      );
    });
}

/** The smallest input that fails: one pixel of value 1, the one nearest the middle; null if none fails. */
export function smallestFailing(failing) {
  if (failing.length === 0) return null;
  const middle = (N - 1) / 2;
  const distance = (u) => Math.hypot(Math.floor(u / N) - middle, (u % N) - middle);
  const best = failing.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  return Array.from({ length: N }, (_, r) => Array.from({ length: N }, (_, c) => (r * N + c === best ? 1 : 0)));
}

/** Whether a 3×3 kernel looks the same after g (a shift does not touch it). */
export function kernelFixedBy(transform, kernel) {
  if (transform !== "turn" && transform !== "mirror") return transform === "shift";
  const flat = kernel.flat();
  return gridSources(transform, 0, 0, 3).every((s, i) => Math.abs(flat[s] - flat[i]) < TOLERANCE);
}

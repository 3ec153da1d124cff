// The mathematics of the filter turner: lift an image to orientation channels, turn both, compare. No document.
// A map is a flat array of n × n numbers, row by row; a field is an array of maps, one for each pose of the kernel.
// The tests run these functions against gdl_course.layers.group_grid on random cases.

import { mulberry32 } from "../shared/parts.js";

export const N = 9;
export const TOLERANCE = 1e-9;
/** How many poses of the kernel a group has: pose i < 4 is turned by i quarter turns, pose 4 + i mirrored before. */
export const POSES = { none: 1, C4: 4, D4: 8 };
const CURVE_STEP = 5; // degrees
const QUARTERS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
]; // exact cosines and sines
const modulo = (a, n) => ((a % n) + n) % n;

export const isQuarter = (angle) => angle % 90 === 0;
/** The number of quarter turns nearest to an angle in degrees; halfway, the larger. */
export const nearestTurns = (angle) => Math.floor(angle / 90 + 0.5) % 4;

// ---- g on an image ----

/** (g·x)(u) = x(g⁻¹u), g: mirror left and right (if asked), then turn counter-clockwise about the middle, `angle` in
 *  degrees. Between pixels bilinear, beyond the border 0; for quarter turns exact, as numpy.rot90. */
export function transformed(x, { angle, mirror }) {
  const n = Math.sqrt(x.length),
    middle = (n - 1) / 2;
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = isQuarter(angle) ? QUARTERS[(angle / 90) % 4] : [Math.cos(radians), Math.sin(radians)];
  return x.map((_, i) => {
    const [right, up] = [(i % n) - middle, middle - Math.floor(i / n)];
    const [across, high] = [cos * right + sin * up, cos * up - sin * right];
    return between(x, n, middle - high, middle + (mirror ? -across : across));
  });
}

/** The bilinear mean of the four pixels around a place; those beyond the border count as 0. */
function between(x, n, row, column) {
  const r = Math.floor(row),
    c = Math.floor(column),
    a = row - r,
    b = column - c;
  const at = (i, j) => (i < 0 || j < 0 || i >= n || j >= n ? 0 : x[i * n + j]);
  return (1 - a) * ((1 - b) * at(r, c) + b * at(r, c + 1)) + a * ((1 - b) * at(r + 1, c) + b * at(r + 1, c + 1));
}

// ---- the layer f ----

/** Cross-correlation with a 3 × 3 kernel (flat), 0 beyond the border. */
export function correlate(x, kernel) {
  const n = Math.sqrt(x.length);
  return x.map((_, i) => {
    const [r, c] = [Math.floor(i / n), i % n];
    return kernel.reduce((total, weight, j) => {
      const [u, v] = [r + Math.floor(j / 3) - 1, c + (j % 3) - 1];
      return u < 0 || v < 0 || u >= n || v >= n ? total : total + weight * x[u * n + v];
    }, 0);
  });
}

/** The kernel in every pose of the group. */
export const poses = (kernel, group) =>
  Array.from({ length: POSES[group] }, (_, i) => transformed(kernel, { angle: 90 * (i % 4), mirror: i >= 4 }));

/** The lifting convolution: one map for each pose. */
export const lift = (x, kernel, group) => poses(kernel, group).map((pose) => correlate(x, pose));

// ---- g on a field ----

/** Which channel comes to stand at channel h: g⁻¹h, for g = `turns` quarter turns after a mirror (if asked).
 *  Without mirrored poses (C4) a mirror can only put the turns into reversed order. */
export function channelSources(group, turns, mirror) {
  return Array.from({ length: POSES[group] }, (_, h) => {
    if (group === "none") return 0;
    const left = modulo((h % 4) - turns, 4),
      ring = h >= 4;
    if (!mirror) return (ring ? 4 : 0) + left;
    return (group === "D4" && !ring ? 4 : 0) + modulo(-left, 4);
  });
}

/** The channels that state.law moves, and the maps that it turns: "both", or one half of the law alone. */
export function acted(field, { group, angle, mirror, law }) {
  const sources = law === "space" ? field.map((_, h) => h) : channelSources(group, nearestTurns(angle), mirror);
  return sources.map((source) => (law === "channels" ? field[source] : transformed(field[source], { angle, mirror })));
}

// ---- the square ----

const largest = (field) => Math.max(...field.flat().map(Math.abs));

/** Both ways from x to the lower right corner, and by how much they differ. */
function bothWays(x, state) {
  const kernel = state.kernel.flat(),
    gx = transformed(x, state),
    fx = lift(x, kernel, state.group);
  const gfx = acted(fx, state),
    fgx = lift(gx, kernel, state.group);
  const difference = fgx.map((map, h) => map.map((value, i) => value - gfx[h][i]));
  const scale = largest(fx),
    gap = largest(difference);
  return {
    gx,
    fx,
    gfx,
    fgx,
    difference,
    scale,
    gap,
    relative: scale > 0 ? gap / scale : 0,
    commutes: gap <= TOLERANCE * Math.max(1, scale),
  };
}

/** Everything that the widget shows of a state. f and g are linear, so a random x decides for every x (`always`). */
export function follow(state) {
  const x = state.pixels.flat(),
    random = mulberry32(1),
    probe = x.map(() => random() - 0.5);
  const square = bothWays(x, state);
  return { x, ...square, always: square.commutes && bothWays(probe, state).commutes, empty: square.scale === 0 };
}

/** The relative gap for every fifth degree from 0 to 360. */
export function curve(state) {
  const x = state.pixels.flat();
  return Array.from(
    { length: 360 / CURVE_STEP + 1 },
    (_, i) => bothWays(x, { ...state, angle: CURVE_STEP * i }).relative,
  );
}

/** Whether the kernel looks the same in every pose of the group. */
export function allPosesEqual(kernel, group) {
  const [first, ...rest] = poses(kernel.flat(), group);
  return rest.every((pose) => pose.every((weight, i) => weight === first[i]));
}

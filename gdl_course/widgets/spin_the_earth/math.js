// What the turning Earth shows of a state: the function turned in pixels and in coefficients, and how far they differ.
// No document. The tests run these functions against NumPy and SciPy on random cases.

import { analysis, degreeOf, energies, grid, legendre, synthesis, turned, valueAt, wigner } from "./harmonics.js";
import { matrixOf } from "./rotations.js";

/** The side of a pixel in degrees; with "none" the function itself is read, at the middles of pixels of 5°. */
export const SIDES = { 5: 5, 3: 3, 1.5: 1.5, none: 5 };
export const SMOOTH = 3; // degrees a pixel of the smooth pictures: a wave of degree 16 has 7.5 of them
export const ROUNDING = 1e-10; // values and coefficients are about 1, and a thousand roundings are 1e-13

// ---- turned in pixels ----

/** (g·f)(u) = f(R⁻¹u) at the middle of each pixel, f read between the pixels of a map: bilinear, across the poles. */
export function lookedUp(map, pixels, R) {
  const { rings } = pixels,
    perRadian = rings / Math.PI;
  return atPixels(pixels, R, (x, y, z) => {
    const down = Math.acos(Math.max(-1, Math.min(1, z))) * perRadian - 0.5,
      along = Math.atan2(y, x) * perRadian - 0.5,
      j = Math.floor(down),
      k = Math.floor(along),
      t = down - j,
      w = along - k;
    return (1 - t) * inRing(map, rings, j, k, w) + t * inRing(map, rings, j + 1, k, w);
  });
}

/** Ring j of a map at k + w pixels. Beyond a pole the first ring goes on, on the other side: half a ring further. */
function inRing(map, rings, j, k, w) {
  const across = 2 * rings,
    beyond = j < 0 || j >= rings,
    start = (j < 0 ? 0 : beyond ? rings - 1 : j) * across,
    left = (k + (beyond ? rings : 0) + across) % across,
    right = left + 1 === across ? 0 : left + 1;
  return (1 - w) * map[start + left] + w * map[start + right];
}

/** f(R⁻¹u) itself at the middle of each pixel. */
export function evaluated(c, pixels, R) {
  const room = legendre(0, degreeOf(c));
  return atPixels(pixels, R, (x, y, z) => valueAt(c, x, y, z, room));
}

/** f at R⁻¹u for the middle u of each pixel. */
function atPixels({ rings, across, polar, cos, sin }, R, f) {
  const [[a, b, c], [d, e, g], [h, i, l]] = R,
    [C, S] = [cos[1], sin[1]],
    out = new Float64Array(rings * across);
  for (let j = 0, n = 0; j < rings; j++) {
    const s = Math.sin(polar[j]),
      z = Math.cos(polar[j]);
    for (let k = 0; k < across; k++, n++) {
      const x = s * C[k],
        y = s * S[k];
      out[n] = f(a * x + d * y + h * z, b * x + e * y + i * z, c * x + g * y + l * z);
    }
  }
  return out;
}

// ---- turned in coefficients ----

/** (−1)ᵐ times each coefficient: from harmonics without the Condon–Shortley sign to those with it. */
export const signed = (c) =>
  c.map((value, i) => ((i - Math.floor(Math.sqrt(i)) * (Math.floor(Math.sqrt(i)) + 1)) % 2 ? -value : value));

/** D(R) c, or what a slip makes of it. */
export function coefficientsAfter(c, R, convention) {
  const D = wigner(R, degreeOf(c));
  if (convention === "sign") return turned(signed(c), D);
  return turned(c, D, convention === "transposed");
}

/** The function with these coefficients at each pixel; "swapped" takes each angle for the other. */
export function pictureOf(c, pixels, convention) {
  if (convention !== "swapped") return synthesis(c, pixels);
  const { rings, across, swapped } = pixels,
    map = synthesis(c, swapped);
  return new Float64Array(rings * across).map((_, i) => map[(i % across) * across + Math.floor(i / across)]);
}

// ---- both ----

/** How far two maps may differ, as a share of the range, if the pixels alone are to blame.
 *
 *  Along a meridian and along a parallel f is a trigonometric polynomial of degree L. By Bernstein each second
 *  derivative is at most L² max|f|, and max|f| is half the range once a constant is taken off; a bilinear mean errs by
 *  at most h²/8 times both. So by h² L² / 8 of the range, h being the side of a pixel in radians. (follow() takes the
 *  range at the pixels, a little too small; the Earth reaches four fifths of the bound in degree 1 and less above.) */
export const allowed = (degree, name) =>
  name === "none" ? ROUNDING : ((SIDES[name] * Math.PI * degree) / 180) ** 2 / 8 + ROUNDING;

const unturned = new WeakMap();
/** The map of the Earth before it is turned, and the range of its values; made once for each degree and size. */
function stillMap(earth, degree, side) {
  if (!unturned.has(earth)) unturned.set(earth, new Map());
  const maps = unturned.get(earth),
    key = `${degree} ${side}`;
  if (!maps.has(key)) {
    const map = synthesis(earth.slice(0, (degree + 1) ** 2), grid(side, degreeOf(earth)));
    maps.set(key, { map, range: map.reduce((a, b) => Math.max(a, b)) - map.reduce((a, b) => Math.min(a, b)) });
  }
  return maps.get(key);
}

/** Everything that the widget shows of a state; `earth` are the coefficients of the Earth. */
export function follow({ turn, degree, pixel, convention }, earth) {
  const top = degreeOf(earth),
    c = Float64Array.from(earth.slice(0, (degree + 1) ** 2)),
    R = matrixOf(turn),
    pixels = grid(SIDES[pixel], top),
    { map: still, range } = stillMap(earth, degree, SIDES[pixel]);
  const left = pixel === "none" ? evaluated(c, pixels, R) : lookedUp(still, pixels, R);
  const after = coefficientsAfter(c, R, convention),
    right = pictureOf(after, pixels, convention);
  let gap = 0;
  for (let i = 0; i < left.length; i++) gap = Math.max(gap, Math.abs(left[i] - right[i]));
  const smooth = grid(SMOOTH, top),
    relative = range > ROUNDING ? gap / range : 0;
  return {
    coefficients: after,
    gap: relative,
    allowed: allowed(degree, pixel),
    same: relative <= allowed(degree, pixel),
    energies: { before: energies(c), pixels: energies(analysis(left, pixels, degree)), after: energies(after) },
    left: pixel === "none" ? lookedUp(stillMap(earth, degree, SMOOTH).map, smooth, R) : left,
    right: SIDES[pixel] === SMOOTH ? right : pictureOf(after, smooth, convention),
  };
}

/** The largest difference for every size of pixel, by name. */
export const gaps = (state, earth) =>
  Object.fromEntries(Object.keys(SIDES).map((pixel) => [pixel, follow({ ...state, pixel }, earth).gap]));

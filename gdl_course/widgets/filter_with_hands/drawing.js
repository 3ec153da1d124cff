// Canvases of the filter with hands: colours of the page as numbers, a picture in blue, signed maps, the filter itself.

import { h } from "../shared/parts.js";
import { SIDE, harmonics } from "./math.js";

const FILTER = 192; // pixels of the filter's canvas
const REACH = 1.9; // of the filter's canvas, in radii of the ring
const LEVELS = 8; // bands between 0 and the largest value
const SHADES = 511; // of a table of colours, from −1 over 0 to 1
const NIGHT = [6, 40, 66],
  SEA = [20, 104, 158],
  FOAM = [190, 219, 236],
  SNOW = [255, 255, 255]; // a picture is a picture, by day and by night

const mix = (a, b, t) => a.map((v, i) => v + (b[i] - v) * t);
const packed = ([r, g, b], alpha = 255) =>
  ((alpha << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;

/** The colours of the page, [r, g, b] by name, and whenever it changes between light and dark, again.
 *  onColours(colours) is called at once and then each time. */
export function followColours(element, names, onColours, life) {
  const probe = h("span", { hidden: true });
  element.append(probe);
  const read = () => {
    const colours = {};
    for (const name of names) {
      probe.style.color = `var(--gdl-${name})`;
      colours[name] = getComputedStyle(probe)
        .color.match(/[\d.]+/g)
        ?.slice(0, 3)
        .map(Number) ?? [128, 128, 128];
    }
    onColours(colours);
  };
  const observer = new MutationObserver(read);
  for (const root of [document.documentElement, document.body])
    observer.observe(root, {
      attributes: true,
      attributeFilter: ["data-theme", "theme", "class", "data-jp-theme-light"],
    });
  life.add(() => observer.disconnect());
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", read, { signal: life.signal });
  read();
  if (!element.isConnected) requestAnimationFrame(read); // before the host has put the card into its page
}

/** A canvas of side × side pixels that paint(values → packed colours) fills: write(i) gives the colour of pixel i. */
function pixelCanvas(side) {
  const element = /** @type {HTMLCanvasElement} */ (h("canvas", { width: side, height: side, "aria-hidden": "true" }));
  const context = element.getContext("2d"),
    image = context.createImageData(side, side),
    words = new Uint32Array(image.data.buffer);
  const paint = (write) => {
    for (let i = 0; i < words.length; i++) words[i] = write(i);
    context.putImageData(image, 0, 0);
  };
  return { element, words, paint };
}

/** A picture, dark to bright. */
export function pictureCanvas() {
  const { element, paint } = pixelCanvas(SIDE);
  const shades = Array.from({ length: 256 }, (_, i) => {
    const t = i / 255;
    if (t < 0.35) return packed(mix(NIGHT, SEA, t / 0.35));
    return packed(t < 0.7 ? mix(SEA, FOAM, (t - 0.35) / 0.35) : mix(FOAM, SNOW, (t - 0.7) / 0.3));
  });
  function set(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const v of values) [low, high] = [Math.min(low, v), Math.max(high, v)];
    const factor = 255 / (high - low || 1);
    paint((i) => shades[Math.round((values[i] - low) * factor)]);
  }
  return { element, set };
}

/** A table of colours from −1 to 1: blue above 0, gold below, or magenta on both sides. `bands` cuts it into steps. */
function signedShades({ colours, violation = false, bands = 0 }) {
  const [above, below] = violation ? [colours.violation, colours.violation] : [colours.signal, colours.negative];
  return Uint32Array.from({ length: 2 * SHADES + 1 }, (_, i) => {
    const v = (i - SHADES) / SHADES;
    let share = Math.abs(v);
    if (bands) {
      const step = Math.floor(share * bands),
        rest = Math.min(1, (share * bands - step) / 0.12); // a soft edge
      share = Math.max(0, step - 1 + rest) / bands;
      share = share > 0 ? 0.1 + 0.9 * share : 0; // the first band is seen
    }
    return packed(mix(colours.cell, v < 0 ? below : above, Math.min(1, share)));
  });
}

const shadeOf = (value, scale) => SHADES + Math.round(SHADES * Math.max(-1, Math.min(1, value / scale)));

/** A map of signed numbers. set({ values, scale, where, colours, violation }): pixels beyond `where` are left empty. */
export function signedCanvas() {
  const { element, words, paint } = pixelCanvas(SIDE);
  let known = null,
    table = null;
  function set({ values, scale, where, colours, violation = false }) {
    if (known !== colours) [known, table] = [colours, signedShades({ colours, violation })];
    const most = scale || 1;
    if (!where) return paint((i) => table[shadeOf(values[i], most)]);
    words.fill(0);
    for (const i of where) words[i] = table[shadeOf(values[i], most)];
    paint((i) => words[i]);
  }
  return { element, set };
}

/** The filter as a function of the plane, in bands. set(coefficients, most, colours): `most` is the sum of its hands' lengths. */
export function filterCanvas() {
  const { element, paint } = pixelCanvas(FILTER);
  let basis = null,
    known = null,
    table = null;
  function sampled() {
    const step = (2 * REACH) / FILTER;
    const found = Array.from({ length: FILTER * FILTER }, (_, i) =>
      harmonics(-REACH + step * ((i % FILTER) + 0.5), REACH - step * (Math.floor(i / FILTER) + 0.5), 1),
    );
    return [0, 1, 2, 3].map((k) => [0, 1].map((part) => Float32Array.from(found, (at) => at[k][part])));
  }
  const values = new Float32Array(FILTER * FILTER);
  function set(coefficients, most, colours) {
    basis ??= sampled();
    if (known !== colours) [known, table] = [colours, signedShades({ colours, bands: LEVELS })];
    const used = coefficients.flatMap(([a, b], k) => [
      [a, basis[k][0]],
      [b, basis[k][1]],
    ]);
    values.fill(0);
    for (const [weight, map] of used) {
      if (weight !== 0) for (let i = 0; i < values.length; i++) values[i] += weight * map[i];
    }
    const tip = most * harmonics(1, 0, 1)[0][0];
    paint((i) => table[shadeOf(values[i], tip)]);
  }
  return { element, set };
}

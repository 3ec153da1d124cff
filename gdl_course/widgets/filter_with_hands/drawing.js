// Canvases of the filter with hands: colours of the page as numbers, a picture in blue, signed maps, the filter itself.

import { h } from "../shared/parts.js";
import { SIDE, harmonics } from "./math.js";

const FILTER = 160; // pixels of the filter's canvas
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

/** A canvas of side × side pixels: fill `words`, one packed colour each, and call flush(). */
function pixelCanvas(side) {
  const element = /** @type {HTMLCanvasElement} */ (h("canvas", { width: side, height: side, "aria-hidden": "true" }));
  const context = element.getContext("2d"),
    image = context.createImageData(side, side),
    words = new Uint32Array(image.data.buffer);
  return { element, words, flush: () => context.putImageData(image, 0, 0) };
}

/** A picture, dark to bright. */
export function pictureCanvas() {
  const { element, words, flush } = pixelCanvas(SIDE);
  const shades = Array.from({ length: 256 }, (_, i) => {
    const t = i / 255;
    if (t < 0.35) return packed(mix(NIGHT, SEA, t / 0.35));
    return packed(t < 0.7 ? mix(SEA, FOAM, (t - 0.35) / 0.35) : mix(FOAM, SNOW, (t - 0.7) / 0.3));
  });
  function set(values) {
    let low = Infinity,
      high = -Infinity;
    for (const v of values) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    const factor = 255 / (high - low || 1);
    for (let i = 0; i < words.length; i++) words[i] = shades[((values[i] - low) * factor + 0.5) | 0];
    flush();
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

/** Colours for signed values, at the pixels `where` or at all. */
function shade(words, values, scale, table, where) {
  const factor = SHADES / scale,
    last = 2 * SHADES,
    count = where ? where.length : words.length;
  for (let j = 0; j < count; j++) {
    const i = where ? where[j] : j,
      shadeOf = (values[i] * factor + SHADES + 0.5) | 0;
    words[i] = table[Math.max(0, Math.min(last, shadeOf))];
  }
}

/** A map of signed numbers. set({ values, scale, where, colours, violation }): pixels beyond `where` are left empty. */
export function signedCanvas() {
  const { element, words, flush } = pixelCanvas(SIDE);
  let known = null,
    table = null;
  function set({ values, scale, where, colours, violation = false }) {
    if (known !== colours) [known, table] = [colours, signedShades({ colours, violation })];
    if (where) words.fill(0);
    shade(words, values, scale || 1, table, where);
    flush();
  }
  return { element, set };
}

function add(values, weight, basis) {
  if (weight !== 0) for (let i = 0; i < values.length; i++) values[i] += weight * basis[i];
}

/** The filter as a function of the plane, in bands. set(coefficients, most, colours): `most` is the sum of the lengths
 *  of its hands. */
export function filterCanvas() {
  const { element, words, flush } = pixelCanvas(FILTER);
  let basis = null,
    known = null,
    table = null,
    last = "";
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
    const shown = `${coefficients} ${most}`; // while the ring is dragged the filter stays as it is
    if (known === colours && shown === last) return;
    last = shown;
    if (known !== colours) [known, table] = [colours, signedShades({ colours, bands: LEVELS })];
    values.fill(0);
    coefficients.forEach((pair, k) => pair.forEach((weight, part) => add(values, weight, basis[k][part])));
    const tip = most * harmonics(1, 0, 1)[0][0];
    shade(words, values, tip, table, null);
    flush();
  }
  return { element, set };
}

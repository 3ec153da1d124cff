// The colours of the page as numbers, for canvases: read once from an element that has them, until they change.

import { h } from "../shared/parts.js";
import { shadedColours } from "./globe.js";

const NAMES = ["signal", "negative", "minus", "cell", "ink", "quiet", "group", "violation"];

/** `element` must stand in the card; colours() are those of its page, until forget(). */
export function paletteOf() {
  const element = h("span", { hidden: true });
  let found = null;

  function colours() {
    if (found) return found;
    const css = {},
      rgb = {};
    for (const name of NAMES) {
      element.style.color = `var(--gdl-${name})`;
      css[name] = getComputedStyle(element).color;
      rgb[name] = css[name]
        .match(/[\d.]+/g)
        .slice(0, 3)
        .map(Number);
    }
    const coast = rgb.ink.map((value, i) => Math.round(0.75 * value + 0.25 * rgb.cell[i]));
    found = {
      ...css,
      positive: css.signal,
      bar: css.signal,
      coast: `rgba(${coast}, 0.75)`,
      shaded: shadedColours({ zero: rgb.cell, positive: rgb.signal, negative: rgb.negative, rim: rgb.ink }),
    };
    return found;
  }
  const forget = () => {
    found = null;
  };
  return { element, colours, forget };
}

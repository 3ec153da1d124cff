// The triangle of coefficients: a row for each degree, and beside each row its energy, left from the pixels and right
// from the coefficients.

import { h } from "../shared/parts.js";

const FONT = '-apple-system, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif';
const LOOK = { gap: 1, bar: 0.62 }; // px between cells; share of a row that a bar is high

/** draw({ coefficients, energies }, colours): the cells of each row, and bars that hug the triangle. */
export function triangleView({ rows }) {
  const element = h("canvas", { class: "gdl-triangle", role: "img" });

  function draw({ coefficients, energies }, colours) {
    const { clientWidth: width, clientHeight: height } = element,
      ratio = Math.min(2, globalThis.devicePixelRatio || 1);
    if (!width) return;
    if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
    if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
    const context = element.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const high = height / rows,
      numbers = width >= 330 && high >= 12,
      margin = numbers ? 42 : 6, // beside the widest row: its degree, and the figures of its bars
      wide = Math.min(high, (width - 2 * margin - 52) / (2 * rows - 1));
    const most = Math.max(...coefficients.slice(1).map(Math.abs), 1e-12),
      full = energies.before[0] || 1;
    context.font = `${Math.max(9, Math.min(13, high * 0.8))}px ${FONT}`;
    context.textBaseline = "middle";
    for (let l = 0; l < rows; l++) row(context, l);

    function row(context, l) {
      const top = l * high,
        shown = (l + 1) ** 2 <= coefficients.length,
        half = (l + 0.5) * wide;
      for (let m = -l; m <= l; m++) {
        const x = width / 2 + (m - 0.5) * wide,
          value = shown ? coefficients[l * (l + 1) + m] : 0;
        cell(context, x, top, value, shown);
      }
      text(context, String(l), width / 2 - half - 4, top + high / 2, "right", colours.quiet);
      if (!shown) return;
      bars(context, l, half + 24, top, width / 2 - 0.5 * wide - 24 - (numbers ? 38 : 4));
    }

    function cell(context, x, top, value, shown) {
      const share = Math.abs(value) < 1e-9 ? 0 : 0.12 + 0.88 * Math.sqrt(Math.min(1, Math.abs(value) / most));
      context.globalAlpha = share || (shown ? 1 : 0.5);
      context.fillStyle = !share ? colours.cell : value < 0 ? colours.negative : colours.positive;
      context.fillRect(x + LOOK.gap / 2, top + LOOK.gap / 2, wide - LOOK.gap, high - LOOK.gap);
      context.globalAlpha = 1;
      if (value >= 0) return;
      context.fillStyle = colours.minus;
      context.fillRect(x + wide * 0.28, top + high / 2 - 0.6, wide * 0.44, 1.2);
    }

    function bars(context, l, from, top, longest) {
      const scale = longest / full;
      for (const [side, energy] of [
        [-1, energies.pixels[l]],
        [1, energies.after[l]],
      ]) {
        const x = width / 2 + side * from,
          y = top + (high * (1 - LOOK.bar)) / 2;
        const long = Math.max(1, energy * scale),
          before = Math.max(1, energies.before[l] * scale);
        context.fillStyle = colours.bar;
        context.fillRect(side < 0 ? x - long : x, y, long, high * LOOK.bar);
        context.fillStyle = colours.ink; // where it stood before the turn
        context.fillRect(x + side * before - 0.75, y - 1, 1.5, high * LOOK.bar + 2);
        if (numbers)
          text(
            context,
            energy.toFixed(3),
            x + side * (long + 5),
            top + high / 2,
            side < 0 ? "right" : "left",
            colours.quiet,
          );
      }
    }

    function text(context, words, x, y, align, colour) {
      context.textAlign = align;
      context.fillStyle = colour;
      context.fillText(words, x, y + 0.5);
    }
  }
  return { element, draw };
}

// The row below: one hand for each frequency, or on the second tab the two ways through the square.

import { h, put, write } from "../shared/parts.js";
import { arc } from "./dial.js";
import { signedCanvas } from "./drawing.js";
import { AMPLITUDES, direction } from "./math.js";
import { signOf, signed } from "./panels.js";

const RIM = 42; // of 50
const LONGEST = Math.max(...AMPLITUDES);

const place = (x, y) => `${x.toFixed(2)} ${(-y).toFixed(2)}`;

/** The hand of frequency k: the filter's pair of coefficients, turned by k times the angle; in blue the pair that the
 *  convolutions left; shaded, what of it lies along the hand. onToggle() switches the frequency on or off.
 *  set({ hand, angle, left, share, most, words }): `most` is the longest pair that the picture has. */
export function handView(k, onToggle) {
  const parts = Object.fromEntries(
    ["axis", "picture", "share", "drop", "swept", "lost", "hand"].map((name) => [
      name,
      h("path", { class: `gdl-${name}-of-hand` }),
    ]),
  );
  const tip = h("circle", { class: "gdl-tip", r: 4.5 }),
    rim = h("circle", { class: "gdl-clock", r: RIM }),
    plus = h("path", { class: "gdl-plus", d: "M-9 0H9M0 -9V9" });
  const svg = h(
    "svg",
    { viewBox: "-50 -50 100 100", "aria-hidden": "true" },
    rim,
    Object.values(parts),
    h("circle", { class: "gdl-hub", r: 2.5 }),
    tip,
    plus,
  );
  const turn = h("span", { class: "gdl-turned" }),
    number = h("b", {}),
    text = h("span", { class: "gdl-hand-text" }, h("span", {}, h("i", {}, "k"), ` = ${k}`), turn, number);
  const inside = [svg, text];
  const element =
    k === 0
      ? h("div", { class: "gdl-one-hand", role: "img" }, inside)
      : h("button", { type: "button", class: "gdl-one-hand", onclick: onToggle }, inside);
  put(parts.axis, { d: `M${-RIM} 0H${RIM}` });

  function set({ hand, angle, left: [p, q], share, most, words }) {
    element.dataset.hand = hand;
    const length = (RIM * AMPLITUDES[k]) / LONGEST,
      [c, s] = direction(k * angle);
    const [x, y] = hand === "off" ? [0, 0] : [length * c, hand === "cosine" ? 0 : length * s];
    const pair = hand === "cosine" ? [p, 0] : hand === "off" ? [0, 0] : [p, q];
    const size = Math.hypot(...pair),
      [u, v] = size > 0 ? pair.map((part) => part / size) : [1, 0];
    const along = x * u + y * v; // the hand's shadow on the pair
    const far = Math.max((RIM * size) / most, 2);
    put(parts.picture, { d: size > 0 ? arrowHead(u, v, far) : "" });
    put(parts.share, { d: hand === "off" ? "" : `M0 0L${place(along * u, along * v)}` });
    put(parts.share, { "stroke-width": ((24 * size) / most).toFixed(2) }); // so that the area is the share
    parts.share.dataset.sign = signOf(share);
    put(parts.drop, { d: hand === "off" ? "" : `M${place(x, y)}L${place(along * u, along * v)}` });
    put(parts.swept, { d: hand === "off" || k === 0 ? "" : swept(k * angle) });
    put(parts.hand, { d: hand === "off" ? "" : `M0 0L${place(x, y)}` });
    put(parts.lost, { d: hand === "cosine" ? `M${place(x, 0)}L${place(length * c, length * s)}` : "" });
    put(tip, { cx: x, cy: -y });
    tip.toggleAttribute("hidden", hand === "off");
    plus.toggleAttribute("hidden", hand !== "off");
    write(turn, words.turn);
    write(number, hand === "off" ? "" : signed(share));
    number.dataset.sign = signOf(share);
    put(element, { "aria-label": words.label });
    if (k > 0) put(element, { "aria-pressed": hand !== "off", title: words.title });
  }
  return { element, set };
}

/** The way that a hand has come: whole rounds are not drawn. */
function swept(angle) {
  const rest = angle % 360;
  return rest === 0 ? "" : arc(RIM, rest);
}

/** An arrow from the middle. */
function arrowHead(u, v, length) {
  const [x, y] = [length * u, length * v],
    back = Math.min(7, length / 2);
  const side = (sign) => place(x - back * (u + sign * 0.6 * v), y - back * (v - sign * 0.6 * u));
  return `M0 0L${place(x, y)}M${side(1)}L${place(x, y)}L${side(-1)}`;
}

/** The two ways through the square, and their difference: set({ before, after, difference, gap, scale, where,
 *  colours, same }). */
export function twoWays() {
  const names = {
    before: ["(g·x) ⋆ (g·w)", "turn, then filter"],
    after: ["g·(x ⋆ w)", "filter, then turn"],
    difference: ["difference", ""],
  };
  const canvases = Object.fromEntries(Object.keys(names).map((name) => [name, signedCanvas()]));
  const relation = h("span", { class: "gdl-relation" });
  const note = h("span", { class: "gdl-note" });
  const figures = Object.entries(names).map(([name, [formula, words]]) =>
    h(
      "figure",
      { class: `gdl-one-way gdl-one-way-${name}` },
      h("div", { class: "gdl-round-map" }, canvases[name].element),
      h(
        "figcaption",
        {},
        h("i", {}, formula),
        " ",
        name === "difference" ? note : h("span", { class: "gdl-note" }, words),
      ),
    ),
  );
  const element = h("div", { class: "gdl-ways", role: "img" }, figures[0], relation, figures[1], figures[2]);
  function set({ before, after, difference, gap, scale, where, colours, same, label, magnified }) {
    canvases.before.set({ values: before, scale, where, colours });
    canvases.after.set({ values: after, scale, where, colours });
    canvases.difference.set({ values: difference, scale: same ? scale : gap, where, colours, violation: true });
    write(relation, same ? "=" : "≠");
    relation.dataset.tone = same ? "layer" : "difference";
    write(note, magnified);
    put(element, { "aria-label": label });
  }
  return { element, set };
}

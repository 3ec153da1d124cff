// Beside the dial: the picture with a ring where the filter lies, the curve of responses, the curve of errors.

import { h, numberText, put, write } from "../shared/parts.js";
import { draggable } from "./dial.js";
import { pictureCanvas, signedCanvas } from "./drawing.js";
import { SIDE, direction } from "./math.js";

const clamp = (value) => Math.max(0, Math.min(SIDE - 1, Math.round(value)));

/** The picture, or the response everywhere, and the ring. onMove(row, column) while it is dragged, onSettle(), and
 *  onKey(row, column). set({ values, signed, ring: { row, column, reach }, angle, strongest, still, name }): signed
 *  is null, or the scale and colours of a signed map; a picture that stands `still` has its ring in the middle. */
export function pictureView({ onMove, onSettle, onKey }) {
  const grey = pictureCanvas(),
    map = signedCanvas();
  const circles = ["gdl-ring-casing", "gdl-ring-line"].map((name) => h("circle", { class: name })),
    spokes = ["gdl-ring-casing", "gdl-ring-line"].map((name) => h("line", { class: name }));
  const best = h("circle", { class: "gdl-best", r: 1.5 });
  const svg = h(
    "svg",
    { viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true" },
    circles[0],
    spokes[0],
    circles[1],
    spokes[1],
    best,
  );
  const element = h(
    "div",
    { class: "gdl-picture", tabindex: "0", role: "application", "aria-roledescription": "picture with a ring" },
    grey.element,
    map.element,
    svg,
  );
  let place = [0, 0],
    fixed = false;
  draggable(
    element,
    (x, y) => fixed || onMove(clamp(y * SIDE - 0.5), clamp(x * SIDE - 0.5)),
    () => fixed || onSettle(),
  );
  element.addEventListener("keydown", (event) => {
    if (fixed || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.shiftKey ? 1 : 3;
    const move = { ArrowRight: [0, by], ArrowLeft: [0, -by], ArrowDown: [by, 0], ArrowUp: [-by, 0] }[event.key];
    if (!move) return;
    event.preventDefault();
    onKey(clamp(place[0] + move[0]), clamp(place[1] + move[1]));
  });

  let drawn = null;
  function set({ values, signed, ring, angle, strongest, still, name }) {
    place = [ring.row, ring.column];
    fixed = still;
    grey.element.toggleAttribute("hidden", Boolean(signed));
    map.element.toggleAttribute("hidden", !signed);
    if (signed) map.set({ values, ...signed });
    else if (drawn !== values) grey.set(values);
    drawn = signed ? null : values;
    const [x, y] = still ? [SIDE / 2, SIDE / 2] : [ring.column + 0.5, ring.row + 0.5];
    const on = (degrees) => direction(degrees).map((part, i) => (i ? y - ring.reach * part : x + ring.reach * part));
    const [u, v] = on(angle);
    for (const circle of circles) put(circle, { cx: x, cy: y, r: ring.reach });
    for (const line of spokes) put(line, { x1: x, y1: y, x2: u, y2: v });
    best.toggleAttribute("hidden", strongest === null);
    if (strongest !== null) put(best, { cx: on(strongest)[0], cy: on(strongest)[1] });
    element.classList.toggle("gdl-still", still);
    put(element, { "aria-label": name });
  }
  return { element, set };
}

/** A plot: SVG that is stretched to its box, and dots and words that are not. onPick(share from the left). */
function plot({ name, onPick, onSettle, ticks }) {
  const svg = h("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
  const field = h("div", { class: "gdl-field-of-plot" }, svg);
  const element = h(
    "div",
    { class: `gdl-plot ${name}`, role: "img" },
    field,
    h(
      "div",
      { class: "gdl-ticks", "aria-hidden": "true" },
      ticks.map(([share, label]) => h("span", { style: `--at: ${share}` }, label)),
    ),
  );
  if (onPick) draggable(field, (x) => onPick(Math.max(0, Math.min(1, x))), onSettle);
  const add = (tag, className, ...children) => {
    const node = h(tag, { class: className, "vector-effect": "non-scaling-stroke" }, ...children);
    (["path", "line"].includes(tag) ? svg : field).append(node);
    return node;
  };
  const move = (node, x, y) => put(node, { style: `--x: ${x.toFixed(4)}; --y: ${y.toFixed(4)}` });
  return { element, add, move };
}

const path = (points) =>
  points.length ? `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}` : "";

/** Responses against the angle from −180° to 180°: blue above 0, gold below; in magenta what they ought to be.
 *  set({ read, ought, value, angle, most, strongest, text }): ought is null where it is the same. */
export function responseCurve({ onPick, onSettle }) {
  const ticks = [-180, -90, 0, 90, 180].map((a) => [(a + 180) / 360, `${numberText(a)}°`]);
  const view = plot({ name: "gdl-responses", onPick: (x) => onPick(Math.round(360 * x - 180)), onSettle, ticks });
  const zero = view.add("line", "gdl-axis");
  const areas = ["gdl-above-zero", "gdl-below-zero"].map((name) => view.add("path", name));
  const right = view.add("path", "gdl-ought");
  const lines = ["gdl-above-zero-line", "gdl-below-zero-line"].map((name) => view.add("path", name));
  const here = view.add("line", "gdl-hand-line");
  const best = view.add("span", "gdl-peak"),
    dot = view.add("span", "gdl-dot"),
    word = view.add("b", "gdl-value-here"),
    peak = view.add("span", "gdl-peak-word");
  put(zero, { x1: 0, x2: 100, y1: 50, y2: 50 });

  /** The curve itself, which no angle changes. */
  function draw(read, ought, y) {
    const drawn = [...read, read[0]].map((v, i) => [i / 3.6, v]).filter((_, i) => i % 2 === 0);
    const signs = [1, -1].map((sign) => drawn.map(([x, v]) => [x, y(sign * v > 0 ? v : 0)]));
    signs.forEach((points, i) => areas[i].setAttribute("d", `${path([[0, 50], ...points, [100, 50]])}Z`));
    lines.forEach((line, i) => line.setAttribute("d", runs(drawn, i ? -1 : 1, y)));
    right.setAttribute("d", ought ? path([...ought, ought[0]].map((v, i) => [i / 3.6, y(v)])) : "");
  }
  let known = null;
  function set({ read, ought, value, angle, most, strongest, text }) {
    const y = (v) => 50 - (41 * v) / most,
      at = (a) => (a + 180) / 360;
    if (known !== read) draw(read, ought, y);
    known = read;
    put(here, { x1: 100 * at(angle), x2: 100 * at(angle), y1: 0, y2: 100 });
    view.move(dot, at(angle), y(value) / 100);
    dot.dataset.sign = signOf(value);
    view.move(word, at(angle), y(value) / 100);
    write(word, signed(value));
    word.classList.toggle("gdl-leftwards", angle > 90);
    const top = y(read[strongest + 180]) / 100;
    view.move(best, at(strongest), top);
    view.move(peak, at(strongest), top);
    const left = word.classList.contains("gdl-leftwards"); // the two words keep clear of each other
    peak.classList.toggle("gdl-leftwards", left ? strongest > -60 && strongest > 60 : strongest > -100);
    write(peak, `strongest at ${numberText(strongest)}°`);
    put(view.element, { "aria-label": text });
  }
  return { element: view.element, set };
}

/** The parts of a curve above (or below) 0 as one path; it begins and ends on the axis. */
function runs(points, sign, y) {
  let d = "",
    open = false;
  points.forEach(([x, v], i) => {
    const here = sign * v > 0,
      [u, w] = points[i - 1] ?? [x, v];
    if (here !== open && i > 0) {
      const zero = u + ((x - u) * w) / (w - v);
      d += `${here ? "M" : "L"}${zero.toFixed(2)} 50`;
      open = here;
      if (here) d += `L${x.toFixed(2)} ${y(v).toFixed(2)}`;
    } else if (here) {
      d += `${open ? "L" : "M"}${x.toFixed(2)} ${y(v).toFixed(2)}`;
      open = true;
    }
  });
  return d;
}

/** A number with its sign and two decimals: +0.88, −0.20. */
export const signed = (value) => `${signOf(value) === "-" ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
/** The sign that those two decimals have. */
export const signOf = (value) => (value < -0.005 ? "-" : "+");

const ROUNDING = 90; // where errors of rounding stand, of 100
const height = (error) => (error < 1e-9 ? ROUNDING : Math.max(4, Math.min(76, 4 - 24 * Math.log10(error))));

/** Errors against the angle from 0° to 90°, on a logarithmic axis from 100 % to 0.1 %, and rounding below.
 *  draw({ layer, alone, text }): the curves, errors at equal steps as far as they are known (else null);
 *  set({ error, angle }): the dot. */
export function errorCurve({ onPick, onSettle }) {
  const ticks = [0, 45, 90].map((a) => [a / 90, `${a}°`]);
  const view = plot({ name: "gdl-errors", onPick: (x) => onPick(Math.round(90 * x)), onSettle, ticks });
  [1, 0.1, 0.01, 1e-16].forEach((error) => {
    const line = view.add("line", error < 1e-9 ? "gdl-axis" : "gdl-scale");
    put(line, { x1: 0, x2: 100, y1: height(error), y2: height(error) });
    const word = view.add("span", "gdl-scale-word", error < 1e-9 ? "10⁻¹⁶" : `${100 * error} %`);
    view.move(word, 0, height(error) / 100);
  });
  const floor = view.add("path", "gdl-picture-alone"),
    curve = view.add("path", "gdl-error-line"),
    here = view.add("line", "gdl-hand-line");
  const exact = [0, 1].map((x) => {
    const dot = view.add("span", "gdl-exact");
    view.move(dot, x, ROUNDING / 100);
    return dot;
  });
  const floorWord = view.add("span", "gdl-picture-alone-word", "the picture alone, there and back"),
    dot = view.add("span", "gdl-dot");

  function draw({ layer, alone, text }) {
    const points = (errors) =>
      errors.map((v, i) => [(100 * i) / (errors.length - 1), v]).filter(([, v]) => v !== null && v >= 1e-9);
    for (const [line, errors] of [
      [floor, alone],
      [curve, layer],
    ])
      put(line, { d: path(points(errors).map(([x, v]) => [x, height(v)])) });
    const middle = alone[Math.floor(alone.length / 2)];
    floorWord.hidden = middle === null;
    if (middle !== null) view.move(floorWord, 0.5, height(middle) / 100);
    exact[1].hidden = layer.at(-1) === null || layer.at(-1) >= 1e-9;
    put(view.element, { "aria-label": text });
  }
  function set({ error, angle }) {
    put(here, { x1: angle / 0.9, x2: angle / 0.9, y1: 0, y2: 100 });
    view.move(dot, angle / 90, height(error) / 100);
    dot.dataset.sign = error < 1e-9 ? "exact" : "error";
  }
  return { element: view.element, draw, set };
}

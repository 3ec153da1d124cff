// The dial: the filter in the middle of a circle of angles, with a handle on the circle. By mouse, touch and keyboard.

import { h, put } from "../shared/parts.js";
import { filterCanvas } from "./drawing.js";
import { direction } from "./math.js";

const RIM = 88; // of 100: where the handle runs
const STEP = 5; // degrees of an arrow key; with Shift 1

/** An arc of a circle about 0, from 0° to an angle, as SVG (y downwards). */
export function arc(radius, angle) {
  const parts = Math.max(1, Math.ceil(Math.abs(angle) / 90));
  const points = Array.from({ length: parts + 1 }, (_, i) => direction((angle * i) / parts));
  /** @param {number[]} place */
  const at = ([c, s]) => `${(radius * c).toFixed(2)} ${(-radius * s).toFixed(2)}`;
  const turn = angle > 0 ? 0 : 1;
  return `M${at(points[0])}${points
    .slice(1)
    .map((point) => `A${radius} ${radius} 0 0 ${turn} ${at(point)}`)
    .join("")}`;
}

/** The whole degrees, from −179 to 180, that stand for an angle. */
export const wrapped = (angle) => {
  const rest = (((Math.round(angle) % 360) + 360) % 360) + 0;
  return rest > 180 ? rest - 360 : rest;
};

/** What a pointer does to something that is dragged: onPlace(x, y) with the place in the element, from 0 to 1, while
 *  it is down, and onSettle() when it is let go. */
export function draggable(element, onPlace, onSettle) {
  let held = false;
  const place = (event) => {
    const box = element.getBoundingClientRect();
    onPlace((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    held = true;
    element.setPointerCapture?.(event.pointerId);
    element.focus({ preventScroll: true });
    event.preventDefault();
    place(event);
  });
  element.addEventListener("pointermove", (event) => held && place(event));
  for (const end of ["pointerup", "pointercancel"])
    element.addEventListener(end, () => {
      if (held) onSettle();
      held = false;
    });
}

/** The filter and its handle. onTurn(angle) while it is dragged, onSettle() when it is let go, onKey(angle) for a key.
 *  set({ angle, coefficients, most, colours, name }). */
export function angleDial({ onTurn, onSettle, onKey }) {
  const filter = filterCanvas();
  const swept = h("path", { class: "gdl-swept" }),
    spoke = h("line", { class: "gdl-spoke", x1: 0, y1: 0 }),
    knob = h("circle", { class: "gdl-knob", r: 9 });
  const ticks = Array.from({ length: 12 }, (_, i) => {
    const [c, s] = direction(30 * i),
      out = i % 3 ? 3 : 5;
    return h("line", { x1: (RIM - out) * c, y1: (out - RIM) * s, x2: (RIM + out) * c, y2: -(RIM + out) * s });
  });
  const svg = h(
    "svg",
    { viewBox: "-100 -100 200 200", "aria-hidden": "true" },
    h("g", { class: "gdl-rim" }, h("circle", { r: RIM }), ticks),
    swept,
    spoke,
    knob,
  );
  const element = h(
    "div",
    {
      class: "gdl-turn-dial",
      role: "slider",
      tabindex: "0",
      "aria-label": "Turn the filter",
      "aria-valuemin": -180,
      "aria-valuemax": 180,
    },
    h("div", { class: "gdl-filter" }, filter.element),
    svg,
  );
  let now = 0;
  draggable(element, (x, y) => onTurn(wrapped((Math.atan2(0.5 - y, x - 0.5) * 180) / Math.PI)), onSettle);
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.shiftKey ? 1 : STEP;
    const to = {
      ArrowRight: now + by,
      ArrowUp: now + by,
      ArrowLeft: now - by,
      ArrowDown: now - by,
      PageUp: now + 45,
      PageDown: now - 45,
      Home: 0,
      End: 180,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onKey(wrapped(to));
  });

  function set({ angle, coefficients, most, colours }) {
    now = angle;
    const [c, s] = direction(angle);
    filter.set(coefficients, most, colours);
    put(swept, { d: arc(RIM, angle) });
    put(spoke, { x2: (RIM - 9) * c, y2: (9 - RIM) * s });
    put(knob, { cx: RIM * c, cy: -RIM * s });
    put(element, { "aria-valuenow": angle, "aria-valuetext": `${angle} degrees`.replace("-", "minus ") });
  }
  return { element, set };
}

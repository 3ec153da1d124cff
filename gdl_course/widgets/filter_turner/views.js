// What the filter turner draws: a field of channels as a ring of maps, and the dial, a slider below a curve of errors.

import { matrixView } from "../shared/grids.js";
import { button, calm, h, uid } from "../shared/parts.js";

const TRAVEL = { duration: 200, easing: "ease-in-out" };
// Row / column of each pose. Both rings run counter-clockwise, so that g turns (or mirrors) a ring as one plate.
const PLACES = ["1 / 2", "1 / 1", "2 / 1", "2 / 2", "1 / 1", "2 / 1", "2 / 2", "1 / 2"];

/** The maps of a field, each in the place of its pose: one map, one ring of four, or two.
 *  set({ maps, scale, labels, chosen }) shows them and outlines the tile `chosen` (or none: null).
 *  With onChoose(index) the tiles are buttons.
 *  @param {{ label: string, size: number, tone?: string, onChoose?: (index: number) => void }} options */
export function ringView({ label, size, tone, onChoose }) {
  const element = h("div", { class: "gdl-rings", role: "group", "aria-label": label });
  let tiles = [],
    views = [],
    shown = [];

  function make(count) {
    views = Array.from({ length: count }, () => matrixView({ rows: size, cols: size, label }));
    tiles = views.map((view, i) => {
      if (tone) view.element.dataset.tone = tone;
      const properties = { class: "gdl-tile", style: count === 1 ? null : `grid-area: ${PLACES[i]}` };
      return onChoose && count > 1
        ? h("button", { type: "button", onclick: () => onChoose(i), ...properties }, view.element)
        : h("div", properties, view.element);
    });
    const ring = (some) => h("div", { class: `gdl-ring${count === 1 ? " gdl-alone" : ""}` }, some);
    shown = [];
    element.replaceChildren(ring(tiles.slice(0, 4)), ...(count > 4 ? [ring(tiles.slice(4))] : []));
  }
  function set({ maps, scale, labels, chosen = null }) {
    if (views.length !== maps.length) make(maps.length);
    maps.forEach((values, i) => {
      const now = String([scale, ...values]); // while the slider moves, most maps of the square stay as they are
      if (shown[i] !== now) views[i].set({ values, scale, label: labels[i] });
      shown[i] = now;
      tiles[i].classList.toggle("gdl-chosen", i === chosen);
      if (tiles[i].matches("button")) tiles[i].setAttribute("aria-pressed", String(i === chosen));
    });
  }
  /** Tile i comes from where tile sources[i] is, and turns by so many degrees (counter-clockwise) on its way. */
  function fly(sources, degrees) {
    if (calm() || !element.animate || sources.length !== tiles.length) return;
    const boxes = tiles.map((tile) => tile.getBoundingClientRect());
    tiles.forEach((tile, i) => {
      const x = boxes[sources[i]].left - boxes[i].left,
        y = boxes[sources[i]].top - boxes[i].top;
      if (x || y || degrees) turn(tile, degrees, `translate(${x}px, ${y}px) `);
    });
  }
  /** Each ring turns as one plate. */
  const spin = (degrees) => [...element.children].forEach((ring) => turn(ring, degrees));
  return { element, set, fly, spin };
}

/** Let an element arrive, turned by so many degrees (counter-clockwise), from where `from` puts it. */
export function turn(element, degrees, from = "") {
  if (calm() || !element.animate) return;
  element.animate(
    [
      { transform: `${from}rotate(${degrees}deg)`, zIndex: 2 },
      { transform: "none", zIndex: 2 },
    ],
    TRAVEL,
  );
}

/** The angle: a slider from 0° to 360° below a curve of the error at each angle, and buttons that turn further.
 *  onSlide(angle) while it moves, onSettle() when it stops, onTurn(degrees) for a button or Page Up and Page Down,
 *  onMirror() for the button that mirrors before. set({ angle, mirror, relative, said, curve, text }): the curve has
 *  values at equal steps from 0° to 360° and is described by `text`; `relative` is its value here, `said` says it. */
export function angleDial({ onSlide, onSettle, onTurn, onMirror }) {
  const id = uid("angle");
  const line = h("path", { class: "gdl-error", fill: "none", "vector-effect": "non-scaling-stroke" }),
    area = h("path", { class: "gdl-under" });
  const ticks = [0, 90, 180, 270, 360].map((angle) => h("span", { style: `--at: ${angle / 360}` }, `${angle}°`));
  const svg = h("svg", { viewBox: "0 0 360 100", preserveAspectRatio: "none", role: "img" }, area, line);
  const most = h("span", { class: "gdl-most", "aria-hidden": "true" });
  const dot = h("span", { class: "gdl-here", "aria-hidden": "true" }),
    here = h("span", { class: "gdl-here-text", "aria-hidden": "true" });
  const mirrored = button("mirror", onMirror, {
    class: "gdl-button gdl-turn",
    title: "Left and right change places before the turn",
  });
  const input = h("input", {
    id,
    type: "range",
    min: 0,
    max: 360,
    step: 1,
    oninput: () => onSlide(Number(input.value)),
    onchange: onSettle,
    onkeydown: (event) => {
      const by = { PageUp: 45, PageDown: -45 }[event.key];
      if (!by) return;
      event.preventDefault();
      onTurn(by);
    },
  });
  const angleText = h("output", { class: "gdl-angle", for: id });
  const element = h(
    "div",
    { class: "gdl-dial" },
    h(
      "div",
      { class: "gdl-dial-head" },
      h("label", { class: "gdl-label", for: id }, "Turn ", h("i", {}, "g")),
      angleText,
      h(
        "div",
        { class: "gdl-buttons", "data-tone": "group" },
        ...[45, 90].map((degrees) =>
          button(`+ ${degrees}°`, () => onTurn(degrees), {
            class: "gdl-button gdl-turn",
            title: `${degrees}° further, counter-clockwise`,
          }),
        ),
        mirrored,
      ),
      here,
    ),
    h(
      "div",
      { class: "gdl-track" },
      h("div", { class: "gdl-curve" }, svg, most, dot),
      input,
      h("div", { class: "gdl-ticks", "aria-hidden": "true" }, ticks),
    ),
  );

  function set({ angle, mirror, curve, relative, said, text }) {
    const top = Math.max(0.5, ...curve),
      height = (value) => 98 - (96 * value) / top;
    const points = curve
      .map((value, i) => `${((360 * i) / (curve.length - 1)).toFixed(1)} ${height(value).toFixed(2)}`)
      .join("L");
    line.setAttribute("d", `M${points}`);
    area.setAttribute("d", `M0 98L${points}L360 98Z`);
    svg.setAttribute("aria-label", text);
    element.style.setProperty("--at", (angle / 360).toFixed(4));
    element.style.setProperty("--up", ((100 - height(relative)) / 100).toFixed(4));
    most.textContent = `${Math.round(100 * top)} %`;
    here.textContent = said;
    here.dataset.status = dot.dataset.status = relative < 1e-9 ? "yes" : "no";
    mirrored.setAttribute("aria-pressed", String(mirror));
    input.value = angle;
    input.setAttribute("aria-valuetext", `${angle} degrees`);
    angleText.textContent = `${angle}°`;
  }
  return { element, set };
}

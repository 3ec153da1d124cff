// The group acting: points with a signal and the edges between them, carried by a move in 200 ms.

import { button, calm, h } from "../shared/parts.js";
import { between, carried, identity, placesOf, product } from "./math.js";

const SIDE = 240,
  DURATION = 200;
const sentence = (text) => text[0].toUpperCase() + text.slice(1);
const eased = (t) => t * t * (3 - 2 * t);

/** The picture and a button for each move. show(sample) draws a sample; onMove(move) hears of a move, comments it. */
export function stage({ onMove }) {
  const edges = h("g", { class: "gdl-links" }),
    arrows = h("g", { class: "gdl-arrows" }),
    discs = h("g", {});
  const picture = h("svg", { class: "gdl-stage", viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" }, edges, arrows, discs);
  const said = h("p", { class: "gdl-note gdl-moved", role: "status" });
  const buttons = h("div", { class: "gdl-buttons", "data-tone": "group" });
  const element = h("div", { class: "gdl-acting" }, picture, buttons, said);
  let sample,
    tokens,
    names,
    matrix,
    radius,
    inSpace,
    frame = 0,
    shown,
    backButton;

  function show(next) {
    if (next === sample) return;
    sample = next;
    inSpace = sample.moves.some((move) => move.matrix); // then an order of the points is another list, and no motion
    cancelAnimationFrame(frame);
    edges.replaceChildren(...sample.edges.map(() => h("line", {})));
    radius = Math.max(5, Math.min(17, (SIDE * 0.29) / Math.sqrt(sample.places.length)));
    const most = Math.max(...sample.signal.map(Math.abs)) || 1;
    discs.replaceChildren(...sample.signal.map((value) => disc(value, most, radius, inSpace)));
    backButton = button("Back", back, { title: "As it was at the start" });
    buttons.replaceChildren(
      ...sample.moves.map((move) =>
        button(move.label, () => apply(move), {
          class: "gdl-button gdl-move",
          onpointerenter: () => point(move),
          onfocus: () => point(move),
        }),
      ),
      backButton,
    );
    rest();
  }
  function rest(text = "Press a move: the group carries the values along.") {
    tokens = names = identity(sample.places.length);
    matrix = null;
    settle(text);
    point(sample.moves[0]);
  }
  function apply(move) {
    if (move.images && inSpace) names = names.map((name) => move.images[name]);
    else tokens = carried(tokens, move);
    matrix = move.matrix ? product(move.matrix, matrix) : matrix;
    settle(`${sentence(move.label)}. ${onMove(move)}`);
    point(move);
  }
  /** Arrows that say where a move takes the points. */
  function point(move) {
    if (move.images && inSpace) return arrows.replaceChildren();
    const here = sample.places.map((place) => placesOf([place], [0], matrix)[0]);
    const there = move.images
      ? move.images.map((image) => here[image])
      : placesOf(here, identity(here.length), move.matrix);
    arrows.replaceChildren(
      ...visible(here.map((place, i) => [place, there[i]])).map(([from, to]) =>
        h("path", { d: arrow(from, to, radius) }),
      ),
    );
  }
  function back() {
    rest("Back at the start.");
  }

  function settle(text) {
    const to = placesOf(sample.places, tokens, matrix),
      from = shown?.length === to.length ? shown : to,
      start = performance.now();
    cancelAnimationFrame(frame);
    const step = (now) => {
      const t = calm() ? 1 : Math.min(1, (now - start) / DURATION);
      draw(between(from, to, eased(Math.max(0, t))));
      if (t < 1) frame = requestAnimationFrame(step);
    };
    step(start);
    backButton.disabled = !matrix && [tokens, names].every((p) => p.every((image, i) => image === i));
    discs.querySelectorAll("text").forEach((text, i) => {
      text.textContent = names[i] + 1;
    });
    if (said.textContent !== text) said.textContent = text;
    const values = tokens.map((token) => sample.signal[token]).join(", ");
    picture.setAttribute("aria-label", `${sample.places.length} points. The values, place by place: ${values}.`);
  }
  function draw(places) {
    shown = places;
    [...discs.children].forEach((element, i) =>
      element.setAttribute("transform", `translate(${places[i].map((value) => (value * SIDE).toFixed(1)).join(" ")})`),
    );
    [...edges.children].forEach((line, k) => {
      const [[x1, y1], [x2, y2]] = sample.edges[k].map((i) => places[i]);
      for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, value * SIDE);
    });
  }
  return { element, show };
}

/** A value as a disc: blue positive, gold with a bar negative, paler for smaller; with a place for its number. */
function disc(value, most, radius, numbered) {
  const bar = value < 0 ? h("line", { class: "gdl-minus", x1: -radius * 0.4, x2: radius * 0.4, y1: 0, y2: 0 }) : null;
  return h(
    "g",
    {
      class: "gdl-value",
      "data-sign": value < 0 ? "-" : "+",
      style: `--v: ${(0.15 + (0.85 * Math.abs(value)) / most).toFixed(3)}`,
    },
    h("circle", { r: radius }),
    bar,
    numbered ? h("text", { x: radius, y: -radius * 0.6 }) : null,
  );
}

/** The arrows worth drawing: on a torus the few that go round the border would cross all the others. */
function visible(pairs) {
  const length = ([[a, b], [c, d]]) => Math.hypot(c - a, d - b);
  const moved = pairs.filter((pair) => length(pair) > 0.02);
  const median = moved.map(length).sort((a, b) => a - b)[Math.floor(moved.length / 2)];
  return pairs.length > 12 ? moved.filter((pair) => length(pair) < 1.9 * median) : moved;
}

/** A bent arrow from the rim of one disc to the rim of another. */
function arrow(from, to, radius) {
  const [x1, y1, x2, y2] = [...from, ...to].map((value) => value * SIDE),
    bend = 0.22;
  const middle = [(x1 + x2) / 2 + bend * (y2 - y1), (y1 + y2) / 2 - bend * (x2 - x1)];
  const toward = ([x, y], reach) => {
    const length = Math.hypot(middle[0] - x, middle[1] - y),
      share = Math.min(0.9, reach / length);
    return [x + share * (middle[0] - x), y + share * (middle[1] - y)];
  };
  const start = toward([x1, y1], radius + 1),
    end = toward([x2, y2], radius + 3);
  const angle = Math.atan2(end[1] - middle[1], end[0] - middle[0]);
  const barb = (side) =>
    [end[0] - 6 * Math.cos(angle + side), end[1] - 6 * Math.sin(angle + side)]
      .map((value) => value.toFixed(1))
      .join(" ");
  const text = (place) => place.map((value) => value.toFixed(1)).join(" ");
  return `M${text(start)}Q${text(middle)} ${text(end)}M${barb(0.6)}L${text(end)}L${barb(-0.6)}`;
}

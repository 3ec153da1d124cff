// What the token shuffler draws: a table of numbers by word, and the words themselves, which can be moved.

import { calm, h } from "../shared/parts.js";

const TRAVEL = { duration: 200, easing: "ease-in-out" };
const short = (value) => value.toFixed(2).replace("-", "−");

/** A table of numbers, a row for each word; with `byWord`, a column for each word too.
 *  set({ title, names, values, scale, other }): where `other` is given and differs, the cell is ringed and says so.
 *  fly(sources): row k (and column k, by word) comes from where row sources[k] was. */
export function numberTable({ byWord, tone }) {
  const caption = h("caption", {}),
    head = h("thead", {}),
    body = h("tbody", {});
  const element = h("table", { class: "gdl-weights", "data-tone": tone }, caption, byWord ? head : null, body);
  const heading = (scope) => (name) => h("th", { scope }, name);
  let rows = [];

  function cell(value, scale, other) {
    const wrong = other !== undefined && Math.abs(value - other) > 1e-9;
    return h(
      "td",
      {
        class: "gdl-cell",
        style: `--v: ${Math.min(1, Math.abs(value) / scale).toFixed(3)}`,
        "data-sign": value < 0 ? "-" : "+",
        "data-wrong": wrong,
      },
      value === 0 ? "·" : short(value),
      wrong ? h("span", { class: "gdl-unseen" }, `, not ${short(other)}`) : null,
    );
  }
  /** @param {{ title: string, names: string[], values: number[][], scale: number, other?: number[][] }} content */
  function set({ title, names, values, scale, other }) {
    caption.textContent = title;
    head.replaceChildren(h("tr", {}, h("td", {}), ...names.map(heading("col"))));
    rows = values.map((row, i) => [
      heading("row")(names[i]),
      ...row.map((value, j) => cell(value, scale, other?.[i][j])),
    ]);
    body.replaceChildren(...rows.map((cells) => h("tr", {}, cells)));
  }
  function fly(sources) {
    if (calm() || !element.animate || sources.length !== rows.length) return;
    const columns = byWord ? [0, ...sources.map((source) => source + 1)] : identityOf(rows[0].length);
    const flights = rows.flatMap((cells, i) => cells.map((from, j) => ({ from, to: rows[sources[i]][columns[j]] })));
    for (const { from, to } of flights) travel(from, to.offsetLeft - from.offsetLeft, to.offsetTop - from.offsetTop);
  }
  return { element, set, fly };
}

const identityOf = (n) => Array.from({ length: n }, (_, i) => i);

/** Let an element arrive from (x, y) pixels away. */
function travel(element, x, y) {
  if (x || y)
    element.animate(
      [
        { transform: `translate(${x}px, ${y}px)`, zIndex: 2 },
        { transform: "none", zIndex: 2 },
      ],
      TRAVEL,
    );
}

/** The words of x as they were: no more than a picture. */
export function fixedRow() {
  const element = h("ol", { class: "gdl-words", "aria-label": "x, the words in their first order" });
  const set = (names, places) =>
    element.replaceChildren(...names.map((name, i) => h("li", { class: "gdl-word" }, name, place(places[i]))));
  return { element, set };
}

const place = (text) => h("small", {}, text);

/** The words of Px: a row of buttons. Drag one, or focus it and use the arrow keys.
 *  onMove(from, to) moves a word; onSettle() says that the move is over. */
export function movableRow({ onMove, onSettle }) {
  const element = h("div", {
    class: "gdl-words gdl-movable",
    role: "group",
    "aria-label": "Px, the words in their present order: drag a word, or move it with the arrow keys",
  });
  let chips = [],
    tokens = [],
    held = null;

  function make(n) {
    chips = Array.from({ length: n }, () => h("button", { type: "button", class: "gdl-word" }));
    element.replaceChildren(...chips);
  }
  /** names[i] stands at place i and is word tokens[i] of the sentence; places[i] is the position shown under it. */
  function set(names, order, places) {
    if (chips.length !== names.length) make(names.length);
    tokens = order;
    chips.forEach((chip, i) => {
      chip.replaceChildren(names[i], place(places[i]));
      chip.setAttribute("aria-label", `${names[i]}, place ${i + 1} of ${names.length}`);
    });
    carry();
  }
  /** Chip k comes from where chip sources[k] is; the one that is held follows the pointer instead. */
  function fly(sources) {
    if (calm() || !element.animate || sources.length !== chips.length) return;
    chips.forEach((chip, k) => {
      if (tokens[k] !== held?.token) travel(chip, chips[sources[k]].offsetLeft - chip.offsetLeft, 0);
    });
  }
  function carry() {
    chips.forEach((chip, k) => {
      const mine = Boolean(held?.moved) && tokens[k] === held.token; // undefined would make `toggle` toggle
      chip.classList.toggle("gdl-held", mine);
      chip.style.transform = mine ? `translateX(${held.x - held.grab - chip.offsetLeft}px)` : "";
    });
  }
  const local = (event) => event.clientX - element.getBoundingClientRect().left;
  const placeAt = (x) => Math.max(0, Math.min(chips.length - 1, Math.floor((x / element.clientWidth) * chips.length)));

  element.addEventListener("pointerdown", (event) => {
    const k = chips.indexOf(event.target.closest("button"));
    if (k < 0 || event.button > 0) return;
    element.setPointerCapture?.(event.pointerId);
    chips[k].focus({ preventScroll: true });
    held = {
      token: tokens[k],
      start: local(event),
      x: local(event),
      grab: local(event) - chips[k].offsetLeft,
      moved: false,
    };
  });
  element.addEventListener("pointermove", (event) => {
    if (!held) return;
    held.x = local(event);
    held.moved ||= Math.abs(held.x - held.start) > 4;
    if (!held.moved) return;
    const from = tokens.indexOf(held.token),
      to = placeAt(held.x);
    if (from === to) return carry();
    onMove(from, to);
    chips[to].focus({ preventScroll: true });
  });
  const drop = () => {
    if (!held) return;
    held = null;
    carry();
    onSettle();
  };
  element.addEventListener("pointerup", drop);
  element.addEventListener("pointercancel", drop);
  element.addEventListener("keydown", (event) => {
    const from = chips.indexOf(event.target),
      last = chips.length - 1;
    const to = { ArrowLeft: Math.max(0, from - 1), ArrowRight: Math.min(last, from + 1), Home: 0, End: last }[
      event.key
    ];
    if (from < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (from === to) return;
    onMove(from, to);
    onSettle();
    chips[to].focus();
  });
  return { element, set, fly };
}

// The Cayley table as a grid that can be read and chosen from: row g, column h, in the cell gh.

import { calm, h, orbitColour, orbitInk, orbitLetter } from "../shared/parts.js";

/** The letter of a coset: a capital, so that it is no element. */
export const cosetLetter = (k) => orbitLetter(k).toUpperCase();

/** Colour an element of the page by its coset (strong, with a letter) or by its number (soft). */
export function paint(node, number, isCoset) {
  node.style.setProperty("--orbit", orbitColour(number));
  node.style.setProperty("--letter", isCoset ? orbitInk(number) : "inherit");
  node.classList.toggle("gdl-coset", isCoset);
}

/** A table of order + 1 rows and columns. onChoose(g, h): null for the one that was not chosen (a heading was).
 *  onPoint(g, h) follows the pointer and the focus; onPoint(null, null) at the end.
 *  Returns { element, set({ table, names, arrangement, numbers, isCoset, g, h }) }. */
export function tableView({ order, label, onChoose, onPoint }) {
  const size = order + 1,
    named = order <= 12; // more names than that would not fit on a phone
  let shown = null,
    current = 1;
  const role = (r, c) => (r === 0 ? "columnheader" : c === 0 ? "rowheader" : "gridcell");
  const cells = Array.from({ length: size * size }, (_, i) =>
    h("div", { role: role(Math.floor(i / size), i % size), class: "gdl-cayley-cell", tabindex: "-1", "data-i": i }),
  );
  const rows = Array.from({ length: size }, (_, r) => h("div", { role: "row" }, cells.slice(r * size, (r + 1) * size)));
  const frame = (name) =>
    h("div", { class: `gdl-frame gdl-frame-${name}`, "aria-hidden": "true" }, h("span", {}, name));
  const frames = { g: frame("g"), h: frame("h"), gh: frame("gh") };
  const grid = h(
    "div",
    { class: "gdl-cayley", role: "grid", "aria-label": label, "aria-readonly": "true", style: `--size: ${size}` },
    rows,
  );
  const element = h(
    "div",
    { class: "gdl-cayley-frame", "data-names": named ? "shown" : "hidden" },
    grid,
    Object.values(frames),
  );

  const elementAt = (position) => (position === 0 ? null : shown.arrangement[position - 1]);
  const pair = (i) => [elementAt(Math.floor(i / size)), elementAt(i % size)];
  const target = (event) => {
    const cell = event.target.closest?.("[data-i]");
    return cell && grid.contains(cell) ? Number(cell.dataset.i) : null;
  };

  function focusOn(i) {
    cells[current].tabIndex = -1;
    current = i;
    cells[current].tabIndex = 0;
  }
  function choose(i) {
    if (i === null || i === 0) return;
    focusOn(i);
    onChoose(...pair(i));
  }
  grid.addEventListener("click", (event) => choose(target(event)));
  grid.addEventListener("pointermove", (event) => {
    const i = target(event);
    if (i !== null) onPoint(...pair(i));
  });
  grid.addEventListener("pointerleave", () => onPoint(null, null));
  grid.addEventListener("focusin", (event) => {
    const i = target(event);
    if (i !== null) {
      focusOn(i);
      onPoint(...pair(i));
    }
  });
  grid.addEventListener("focusout", () => onPoint(null, null));
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [r, c] = [Math.floor(current / size), current % size],
      last = size - 1;
    const moves = {
      ArrowRight: [r, Math.min(c + 1, last)],
      ArrowLeft: [r, Math.max(c - 1, 0)],
      ArrowDown: [Math.min(r + 1, last), c],
      ArrowUp: [Math.max(r - 1, 0), c],
      Home: [r, 0],
      End: [r, last],
    };
    if (event.key === "Enter" || event.key === " ") choose(current);
    else if (event.key in moves) {
      const next = moves[event.key][0] * size + moves[event.key][1];
      if (next > 0) cells[next].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function set(next) {
    const before = shown?.arrangement;
    shown = next;
    cells.forEach((cell, i) => (i === 0 ? setCorner(cell) : setCell(cell, ...pair(i))));
    placeFrames();
    if (before && String(before) !== String(next.arrangement)) travel(before);
    if (grid.contains(document.activeElement)) return;
    focusOn((next.arrangement.indexOf(next.g) + 1) * size + (next.h < 0 ? 0 : next.arrangement.indexOf(next.h) + 1));
  }
  /** Let each product travel from where the arrangement before had it. */
  function travel(before) {
    const side = grid.clientWidth / size;
    if (calm() || !side) return;
    const was = shown.arrangement.map((x) => before.indexOf(x) + 1);
    cells.forEach((cell, i) => {
      const [r, c] = [Math.floor(i / size), i % size],
        from = (now) => (now === 0 ? 0 : was[now - 1]);
      const x = (from(c) - c) * side,
        y = (from(r) - r) * side;
      if (x || y)
        cell.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], {
          duration: 200,
          easing: "ease-in-out",
        });
    });
  }
  function setCorner(cell) {
    cell.setAttribute("aria-label", "row g, column h");
    cell.textContent = "gh";
  }
  function setCell(cell, g, k) {
    const { table, names, numbers, isCoset } = shown;
    const heading = g === null || k === null;
    const product = heading ? (g ?? k) : table[g][k];
    const letter = isCoset ? `, coset ${cosetLetter(numbers[product])}` : "";
    cell.setAttribute(
      "aria-label",
      heading
        ? `${g === null ? "column" : "row"} ${names[product]}${letter}`
        : `${names[g]} · ${names[k]} = ${names[product]}${letter}`,
    );
    if (!heading) cell.setAttribute("aria-selected", String(g === shown.g && k === shown.h));
    cell.classList.toggle("gdl-lit", heading && product === (g === null ? shown.h : shown.g));
    paint(cell, numbers[product], isCoset && !heading);
    const text = isCoset && !heading ? cosetLetter(numbers[product]) : named || heading ? names[product] : "";
    const parts = named ? text.split(/(?<=\))(?=\()/) : [text]; // two cycles may stand on two lines
    cell.replaceChildren(...parts.flatMap((part, i) => (i ? [h("wbr"), part] : [part])));
  }
  function placeFrames() {
    const share = (element) => (shown.arrangement.indexOf(element) + 1) * (100 / size),
      { g, h: k } = shown;
    const put = (frame, left, top, right, bottom) => {
      frame.style.inset = `${top}% ${right}% ${bottom}% ${left}%`;
    };
    const rest = (element) => 100 - share(element) - 100 / size;
    put(frames.g, 0, share(g), 0, rest(g));
    frames.h.hidden = frames.gh.hidden = k < 0;
    if (k < 0) return;
    put(frames.h, share(k), 0, rest(k), 0);
    put(frames.gh, share(k), share(g), rest(k), rest(g));
  }
  return { element, set };
}

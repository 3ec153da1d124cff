// What the blueprint builder draws beside the group: W by orbit, the counts, the modules, the cell to export.

import { matrixView } from "../shared/grids.js";
import { button, calm, h, orbitColour, orbitInk, orbitLetter, uid } from "../shared/parts.js";
import { barLength, cellSources, movesOfRows, orbitSizes } from "./math.js";
import { countText, factorText, withSubscripts } from "./words.js";

const MOST_FLYING = 700;

/** W coloured by orbit. show(orbits) draws it; fly(images) moves rows and columns along with the group. */
export function weightsView() {
  const slot = h("div", { class: "gdl-weights-slot" }),
    said = h("output", { class: "gdl-orbit-said" });
  const step = (by, label, text) =>
    button(text, () => choose(((chosen ?? (by > 0 ? -1 : 0)) + by + sizes.length) % sizes.length), {
      class: "gdl-button gdl-square",
      "aria-label": label,
    });
  const element = h(
    "div",
    {},
    slot,
    h(
      "div",
      { class: "gdl-orbit-line", role: "group", "aria-label": "Weights of W" },
      step(-1, "Previous weight", "◂"),
      said,
      step(1, "Next weight", "▸"),
    ),
  );
  let orbits,
    sizes = [],
    chosen = null,
    view;

  function show(next) {
    if (next === orbits) return;
    orbits = next;
    sizes = orbitSizes(orbits);
    const flat = orbits.flat(),
      rows = orbits.length,
      cols = orbits[0].length;
    const weights = `${sizes.length} ${sizes.length === 1 ? "weight" : "weights"}`;
    const label = `W, ${rows} × ${cols}, coloured by orbit: ${weights}${flat.includes(-1) ? ", and zeros" : ""}`;
    view = matrixView({ rows, cols, label });
    view.element.style.aspectRatio = `${cols} / ${rows}`;
    view.set({ values: flat.map(() => 0), scale: 1, orbits: flat });
    slot.replaceChildren(view.element);
    choose(null);
  }
  function choose(index) {
    chosen = index;
    const one = sizes[index],
      flat = orbits.flat();
    view.cells.forEach((cell, i) => {
      cell.dataset.other = one !== undefined && flat[i] !== one.orbit;
    });
    if (!one) said.replaceChildren(`${sizes.length} ${sizes.length === 1 ? "weight" : "weights"}`);
    else said.replaceChildren(chip(one.orbit), ` in ${one.entries} ${one.entries === 1 ? "place" : "places"}`);
  }
  slot.addEventListener("pointerover", (event) => {
    const i = view.cells.indexOf(event.target),
      orbit = orbits.flat()[i];
    choose(i < 0 || orbit < 0 ? null : sizes.findIndex((one) => one.orbit === orbit));
  });
  slot.addEventListener("pointerleave", () => choose(null));

  /** Every cell travels with its row and its column, and comes to lie where the same letter was; says so, or "". */
  function fly(images) {
    const moves = images && movesOfRows(orbits, images);
    if (!moves) return "";
    const n = moves.length,
      text = "Rows and columns of W move along, and W stays the same.";
    if (calm() || n * n > MOST_FLYING) return text;
    const size = view.element.clientWidth / n;
    cellSources(moves).forEach((from, to) => {
      const x = ((from % n) - (to % n)) * size,
        y = (Math.floor(from / n) - Math.floor(to / n)) * size;
      if (x || y)
        view.cells[to].animate(
          [
            { transform: `translate(${x}px, ${y}px)`, zIndex: 2 },
            { transform: "none", zIndex: 2 },
          ],
          { duration: 200, easing: "ease-in-out" },
        );
    });
    return text;
  }
  return { element, show, fly };
}

const chip = (orbit) =>
  h(
    "span",
    { class: "gdl-orbit-chip", style: `--orbit: ${orbitColour(orbit)}; --letter: ${orbitInk(orbit)}` },
    orbitLetter(orbit),
  );

/** Three counts with bars of logarithmic length, and by how much each prior shrinks the one before. */
export function countsView() {
  const rows = [
    ["none", "no prior"],
    ["symmetry", "symmetry"],
    ["locality", "and locality"],
  ].map(([key, label]) => {
    const bar = h("span", { class: "gdl-bar", "data-key": key }),
      number = h("td", {}),
      factor = h("td", {});
    return {
      key,
      bar,
      number,
      factor,
      name: h("span", {}, label),
      row: h("tr", {}, h("th", { scope: "row" }, label), h("td", { class: "gdl-bar-cell" }, bar), number, factor),
    };
  });
  const why = h("p", {}),
    inAll = h("p", { class: "gdl-note" });
  const element = h(
    "div",
    { class: "gdl-counts" },
    h(
      "table",
      {},
      h(
        "tbody",
        {},
        rows.map(({ row }) => row),
      ),
    ),
    why,
    inAll,
  );
  function show({ counts, why: reason }, channels) {
    let before = null;
    for (const { key, bar, number, factor, row } of rows) {
      const count = counts[key];
      row.hidden = count === null || count === undefined;
      if (row.hidden) continue;
      bar.style.width = `${(100 * barLength(count, counts.none)).toFixed(1)}%`;
      number.textContent = countText(count);
      factor.textContent = before === null ? "" : factorText(before, count);
      before = count;
    }
    why.textContent = withSubscripts(reason);
    inAll.textContent =
      `${channels} channels in and out: ${countText(channels ** 2)} times as many. Bars: log scale. ` +
      "Row i of W is output i; cells with one letter share one weight.";
  }
  return { element, show };
}

/** The modules in a row; one for which there are offers can be pressed. onOpen(index) */
export function stackView({ onOpen }) {
  const element = h("ol", { class: "gdl-stack", "aria-label": "The network, module by module" });
  function show({ modules, swaps }, swap, open) {
    const focused = [...element.querySelectorAll("button")].find((one) => one === document.activeElement)?.dataset.at;
    element.replaceChildren(
      ...modules.map((module, at) => {
        const broken = swap?.at === at,
          offers = swaps.some((one) => one.at === at);
        const inside = [
          h("strong", {}, broken ? `✗ ${swap.title}` : module.name),
          h("span", {}, broken ? `in place of ${module.name}` : module.says),
        ];
        const properties = { class: "gdl-module", "data-role": module.role, "data-broken": broken, "data-at": at };
        const box = offers
          ? h(
              "button",
              { type: "button", ...properties, "aria-expanded": String(open === at), onclick: () => onOpen(at) },
              inside,
              h("i", { class: "gdl-can-swap", "aria-hidden": "true" }, "⇄"),
            )
          : h("div", properties, inside);
        return h("li", {}, box);
      }),
    );
    if (focused !== undefined) element.querySelector(`button[data-at="${focused}"]`)?.focus();
  }
  return { element, show };
}

/** The cell to export, with a button that copies it, or selects it where the clipboard is out of reach. */
export function exportView() {
  const id = uid("export"),
    text = h("code", {}),
    said = h("span", { class: "gdl-said", role: "status" });
  const block = h("pre", { class: "gdl-cell-text", tabindex: "0", role: "region", "aria-labelledby": id }, text);
  const copyButton = button("Copy", copy, { class: "gdl-button gdl-copy", "aria-label": "Copy the cell" });
  const element = h(
    "div",
    { class: "gdl-export" },
    h(
      "div",
      { class: "gdl-export-head" },
      h("span", { class: "gdl-label", id }, "Export: a cell that runs and tests itself"),
      said,
      copyButton,
    ),
    block,
  );
  async function copy() {
    try {
      await navigator.clipboard.writeText(text.textContent);
      said.textContent = "Copied.";
    } catch {
      globalThis.getSelection().selectAllChildren(text);
      block.focus({ preventScroll: true });
      said.textContent = "The cell is selected: copy it with Ctrl+C or ⌘C.";
    }
    setTimeout(() => {
      said.textContent = "";
    }, 6000);
  }
  const show = (cell) => {
    if (text.textContent !== cell) text.textContent = cell;
  };
  return { element, show };
}

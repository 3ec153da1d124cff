// What the message stepper shows beside its board: the matrix, how often each value occurs, and a table.

import { matrixView } from "../shared/grids.js";
import { calm, h, numberText, orbitColour, orbitInk } from "../shared/parts.js";
import { histogram, renumberGraph } from "./math.js";
import { valueText } from "./words.js";

/** How each node looks on the board: `found` is the square of the mathematics, `labels` the nodes' numbers. */
export function looksOf({ rule, labels }, found) {
  const colours = rule === "WL";
  const scale = Math.max(1e-12, ...found.here.map(Math.abs));
  return labels.map((number) => {
    const value = found.here[number],
      wrong = found.nodes.includes(number),
      text = valueText(rule, value);
    const otherwise = wrong ? `; as drawn ${valueText(rule, found.there[number])}` : "";
    return {
      text,
      number: String(number),
      wrong,
      sign: value < 0 ? "-" : "+",
      colour: colours ? value : null,
      share: colours ? 0 : Math.abs(value) / scale,
      name: `Node ${number}, ${colours ? "colour" : "value"} ${text}${otherwise}`,
    };
  });
}

/** The adjacency matrix in the order of the numbers. set(A, labels); fly(before, after) lets its entries travel. */
export function adjacencyView() {
  const slot = h("div", { class: "gdl-matrix-slot" }),
    caption = h("figcaption", {});
  let view = null,
    n = 0;
  function set(A, labels) {
    if (labels.length !== n) {
      n = labels.length;
      view = matrixView({ rows: n, cols: n, label: "A" });
      slot.replaceChildren(view.element);
    }
    caption.textContent = labels.every((p, i) => p === i) ? "A" : "PAPᵀ";
    view.set({
      values: renumberGraph(A, labels).flat(),
      scale: 1,
      label: `${caption.textContent}, ${n} × ${n}: a filled cell in row i, column j is an edge between nodes i and j`,
    });
  }
  function fly(before, after) {
    if (before.length !== after.length || calm() || !view.element.animate) return;
    const size = view.element.clientWidth / n;
    const old = after.map((_, number) => before[after.indexOf(number)]);
    view.cells.forEach((cell, k) => {
      const r = Math.floor(k / n),
        c = k % n;
      if (cell.dataset.sign === "0" || (old[r] === r && old[c] === c)) return;
      cell.animate(
        [
          { transform: `translate(${(old[c] - c) * size}px, ${(old[r] - r) * size}px)`, zIndex: 2 },
          { transform: "none", zIndex: 2 },
        ],
        { duration: 200, easing: "ease-in-out" },
      );
    });
  }
  return { element: h("figure", { class: "gdl-map" }, caption, slot), set, fly };
}

/** How often each value occurs: of a whole graph with colours, or of the two graphs of a pair. */
export function binsView() {
  const element = h("div", { class: "gdl-bins" });
  function set(rule, values, split) {
    const parts = split
      ? [
          ["G", values.slice(0, split)],
          ["H", values.slice(split)],
        ]
      : [["All", values]];
    const name = rule === "WL" ? "colours" : "values";
    const chip = ({ value, count }) =>
      h(
        "li",
        { style: rule === "WL" ? `background: ${orbitColour(value)}; color: ${orbitInk(value)}` : null },
        `${valueText(rule, value)} × ${count}`,
      );
    element.hidden = !split && rule !== "WL";
    element.replaceChildren(
      ...parts.map(([title, list]) =>
        h(
          "div",
          {},
          h("span", {}, `${title}: `),
          h("ul", { "aria-label": `How often the ${name} of ${title} occur` }, histogram(list).map(chip)),
        ),
      ),
    );
  }
  return { element, set };
}

/** All values as a table, a row for each node, in the order of the numbers. */
export function valuesTable() {
  const rows = h("tbody", {});
  const heads = ["Node", "Neighbours", "Start", "f(PAPᵀ, PX)", "P f(A, X)"].map((text) =>
    h("th", { scope: "col" }, text),
  );
  const element = h(
    "details",
    { class: "gdl-values" },
    h("summary", {}, "All values as a table"),
    h("table", {}, h("thead", {}, h("tr", {}, heads)), rows),
  );
  function set({ graph, rule, labels }, A, found) {
    const order = labels.map((_, number) => labels.indexOf(number));
    rows.replaceChildren(
      ...order.map((i, number) => {
        const neighbours = labels.map((_, other) => other).filter((other) => A[i][order[other]]);
        const cells = [
          neighbours.join(", ") || "none",
          numberText(graph.values[i]),
          valueText(rule, found.here[number]),
          `${found.nodes.includes(number) ? "≠" : "="} ${valueText(rule, found.there[number])}`,
        ];
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, String(number)),
          cells.map((text) => h("td", {}, text)),
        );
      }),
    );
  }
  return { element, set };
}

// The group explorer: choose an element, and see it in the table, the graph, the matrices and the shape.

import { UndoCard } from "../shared/card.js";
import { button, h, segmented, stepList, verdictLine } from "../shared/parts.js";
import { centre, cosetNumbers, graphPlaces, groupOf, indexOf, permutationMatrix, planeMatrix } from "./math.js";
import { cosetLetter, paint, tableView } from "./table.js";
import { graphView, numberMatrix, shapeView } from "./views.js";
import {
  FAMILIES,
  START,
  STEPS,
  commutesText,
  cosetName,
  familyOf,
  fields,
  groupName,
  lagrangeText,
  moveText,
  subgroupOf,
  verdictOf,
} from "./words.js";

export default { render: (host) => GroupExplorer.render(host) };

class GroupExplorer extends UndoCard {
  constructor(host) {
    super(host);
    this.catalogue = this.model.get("catalogue");
    this.hand = "g"; // which of g and h a click in the graph chooses
    this.begin("group", fields);
  }

  /** An index may be too large for the group for a moment. */
  fit(state) {
    const order = this.catalogue[state.group].names.length,
      fits = (index) => index < order;
    return {
      ...state,
      element: Math.min(state.element, order - 1),
      other: fits(state.other) ? state.other : -1,
      generators: state.generators.filter(fits),
    };
  }

  /** Another group: its first generator, and nothing else chosen. */
  enter(group) {
    if (group !== this.state.group) this.change({ group, ...START });
  }

  /** A click on an element; on h itself, h is let go. */
  choose(x) {
    if (this.hand === "g") this.change({ element: x });
    else this.change({ other: x === this.state.other ? -1 : x });
  }

  /** A click in the table: on a row's heading g, on a column's heading h, on a cell both. */
  chooseCell(g, k) {
    if (g !== null && k !== null) this.change({ element: g, other: k });
    else if (k === null) this.change({ element: g });
    else this.change({ other: k === this.state.other ? -1 : k });
  }

  get entry() {
    return this.catalogue[this.state.group];
  }

  // ---- the elements, made once ----

  build() {
    this.verdict = verdictLine();
    this.about = h("p", { class: "gdl-note" });
    this.readout = h("p", { class: "gdl-note gdl-readout" });
    this.tableSlot = h("div", {});
    this.graphSlot = h("div", {});
    this.graphNote = h("p", { class: "gdl-note" });
    this.card = h(
      "section",
      { class: "gdl-card gdl-group-explorer", "aria-label": "Group explorer" },
      h("p", { class: "gdl-title" }, "What does one element do, seen from four sides?"),
      h(
        "p",
        { class: "gdl-lead" },
        "Click a place of the table, or a node of the graph. ",
        h("i", {}, "gh"),
        " means first ",
        h("i", {}, "h"),
        ", then ",
        h("i", {}, "g"),
        ".",
      ),
      this.buildGroups(),
      this.about,
      h(
        "div",
        { class: "gdl-two" },
        h(
          "figure",
          { class: "gdl-map" },
          h("figcaption", {}, "row g, column h, in the cell gh"),
          this.tableSlot,
          this.readout,
        ),
        h(
          "figure",
          { class: "gdl-map" },
          h("figcaption", {}, "the arrows of the group"),
          this.graphSlot,
          this.graphNote,
        ),
      ),
      this.buildHand(),
      this.buildSubgroup(),
      this.verdict.element,
      this.buildMoves(),
      stepList(STEPS, (step) => this.change({ ...step.state })),
      (this.foot = h("div", { class: "gdl-foot" })),
    );
  }

  buildGroups() {
    const families = segmented({
      label: "Group",
      tone: "group",
      options: FAMILIES,
      value: familyOf(this.state.group),
      onChange: (family) => this.enter({ C: "C4", D: "D4", S: "S3", Q: "Q8" }[family]),
    });
    this.families = families;
    this.sizes = Object.fromEntries(
      ["C", "D", "S"].map((family) => {
        const options = Object.keys(this.catalogue)
          .filter((name) => familyOf(name) === family)
          .map((value) => ({ value, label: groupName(value), title: this.catalogue[value].about }));
        return [
          family,
          segmented({
            label: "Size",
            tone: "group",
            options,
            value: this.state.group,
            onChange: (name) => this.enter(name),
          }),
        ];
      }),
    );
    return h(
      "div",
      { class: "gdl-row" },
      families.element,
      ...Object.values(this.sizes).map((choice) => choice.element),
    );
  }

  buildHand() {
    this.handChoice = segmented({
      label: "A click in the graph chooses",
      tone: "group",
      value: this.hand,
      onChange: (value) => {
        this.hand = value;
      },
      options: [
        { value: "g", label: "g", title: "The element shown in orange" },
        { value: "h", label: "h", title: "The element that acts before g" },
      ],
    });
    this.forget = button("Only g", () => this.change({ other: -1 }), { title: "Let h go" });
    this.swap = button("Swap g and h", () => this.change({ element: this.state.other, other: this.state.element }));
    return h(
      "div",
      { class: "gdl-row gdl-hand" },
      this.handChoice.element,
      h("div", { class: "gdl-buttons" }, this.swap, this.forget, this.undoButton),
    );
  }

  buildMoves() {
    this.shapeSlots = ["start", "first", "last"].map(() =>
      h("figure", { class: "gdl-map" }, h("figcaption", {}), h("div", {})),
    );
    this.shapeArrows = ["first", "last"].map(() => h("p", { class: "gdl-by" }));
    const [start, first, last] = this.shapeSlots,
      [one, two] = this.shapeArrows;
    this.matrixSlot = h("div", { class: "gdl-product" });
    this.matrixChoice = segmented({
      label: "Matrices",
      tone: "group",
      value: this.state.matrices,
      onChange: (value) => this.change({ matrices: value }),
      options: [
        { value: "permutation", label: "of the corners", title: "Permutation matrices" },
        { value: "plane", label: "of the plane", title: "Turns and mirrors, 2 × 2" },
      ],
    });
    this.facts = h("table", { class: "gdl-facts" });
    return h(
      "div",
      {},
      h("div", { class: "gdl-chain" }, start, one, first, two, last),
      h("div", { class: "gdl-two gdl-below" }, h("div", {}, this.matrixSlot, this.matrixChoice.element), this.facts),
    );
  }

  buildSubgroup() {
    const generate = (label, generators, title) =>
      button(label, () => this.change({ generators: generators() }), { title });
    this.addButton = generate(
      "Add g",
      () => [...this.state.generators, this.state.element],
      "Generate H with g as well",
    );
    this.noneButton = generate("None", () => [], "No subgroup");
    this.sideChoice = segmented({
      label: "Cosets",
      tone: "group",
      value: this.state.side,
      onChange: (side) => this.change({ side }),
      options: [
        { value: "left", label: "left, gH" },
        { value: "right", label: "right, Hg" },
      ],
    });
    this.lagrange = h("p", {});
    this.legend = h("ul", { class: "gdl-cosets", "aria-label": "Cosets" });
    return h(
      "div",
      { class: "gdl-subgroup" },
      h(
        "div",
        { class: "gdl-row" },
        h(
          "div",
          { class: "gdl-field", role: "group", "aria-label": "Subgroup H" },
          h("span", { class: "gdl-label" }, "Subgroup ", h("i", {}, "H")),
          h(
            "div",
            { class: "gdl-buttons" },
            generate("⟨g⟩", () => [this.state.element], "All powers of g"),
            this.addButton,
            generate("Centre", () => centre(this.G.table), "What commutes with everything"),
            this.noneButton,
          ),
        ),
        this.sideChoice.element,
      ),
      this.lagrange,
      this.legend,
    );
  }

  // ---- showing the state ----

  show() {
    const { state, entry } = this;
    if (this.shownGroup !== state.group) this.enterViews();
    const subgroup = subgroupOf(this.G, entry.names, state);
    const numbers = subgroup ? cosetNumbers(subgroup.cosets) : entry.names.map((_, x) => x);
    const view = {
      ...this.G,
      names: entry.names,
      numbers,
      isCoset: subgroup !== null,
      g: state.element,
      h: state.other,
    };
    this.table.set({ ...view, arrangement: subgroup ? subgroup.cosets.flat() : numbers });
    this.graph.set(view);
    this.showMoves();
    this.showMatrices();
    this.showFacts();
    this.showSubgroup(subgroup);
    this.showControls();
    this.point();
    this.verdict.set(verdictOf(this.G, entry.names, state));
  }

  /** The views of a group that was just entered. */
  enterViews() {
    const { entry, state } = this,
      name = groupName(state.group);
    this.shownGroup = state.group;
    this.G = groupOf(entry.series);
    const arrows = entry.arrows.map((arrow) => indexOf(this.G, arrow)),
      order = entry.names.length;
    this.table = tableView({
      order,
      label: `Cayley table of ${name}: row g, column h, in the cell gh`,
      onChoose: (g, k) => this.chooseCell(g, k),
      onPoint: (g, k) => this.point(g, k),
    });
    this.graph = graphView({
      places: graphPlaces(this.G, arrows),
      arrows,
      label: `Cayley graph of ${name}`,
      onChoose: (x) => this.choose(x),
      onPoint: (x) => this.point(x),
    });
    const labels = entry.shape === "itself" ? entry.names : this.G.elements[0].map(String);
    this.shapes = this.shapeSlots.map((slot) => {
      const view = shapeView({ shape: entry.shape, labels });
      slot.lastChild.replaceChildren(view.element);
      return view;
    });
    this.tableSlot.replaceChildren(this.table.element);
    this.graphSlot.replaceChildren(this.graph.element);
    this.about.textContent = `${name}, ${order} elements: ${entry.about}.`;
    this.arrowNames = arrows.map((a) => entry.names[a]);
  }

  showControls() {
    const { state, entry } = this,
      family = familyOf(state.group),
      flat = this.planar;
    this.families.set(family);
    for (const [name, choice] of Object.entries(this.sizes)) {
      choice.element.hidden = name !== family;
      choice.set(state.group);
    }
    this.matrixChoice.element.hidden = !flat;
    this.matrixChoice.set(state.matrices);
    this.sideChoice.set(state.side);
    this.forget.disabled = this.swap.disabled = state.other < 0;
    const lines = ["solid", "dotted"]
      .map((style, k) => this.arrowNames[k] && `${style}: x → ${this.arrowNames[k]}x`)
      .filter(Boolean)
      .join("; ");
    const others = lines[0].toUpperCase() + lines.slice(1);
    this.graphNote.textContent = `Orange: x → gx, g = ${entry.names[state.element]}. ${others}.`;
  }

  get planar() {
    return ["blade", "polygon"].includes(this.entry.shape);
  }

  /** The shape at the start, after h (if there is one), and after g. */
  showMoves() {
    const { elements, table } = this.G,
      { names, shape } = this.entry,
      { element: g, other: k } = this.state;
    const first = Math.max(0, k),
      last = table[g][first],
      alone = k < 0;
    const [start, middle, end] = this.shapes,
      [, middleSlot, endSlot] = this.shapeSlots;
    const show = (view, x, move, before, words) =>
      view.set({
        permutation: elements[x],
        before: elements[before],
        move: elements[move],
        label: `${words}: ${moveText(shape, elements[x], names[x])}`,
      });
    show(start, 0, 0, 0, "the start");
    show(middle, first, first, 0, `after ${names[first]}`);
    show(end, last, g, first, `after ${names[last]}`);
    middleSlot.hidden = this.shapeArrows[0].hidden = alone;
    this.shapeSlots[0].firstChild.textContent = "start";
    middleSlot.firstChild.textContent = `h = ${names[first]}`;
    endSlot.firstChild.textContent = alone ? `g = ${names[g]}` : `gh = ${names[last]}`;
    const by = (node, letter, x) =>
      node.replaceChildren(h("span", {}, `${letter} ${moveText(shape, elements[x], names[x])}`));
    by(this.shapeArrows[0], "h", first);
    by(this.shapeArrows[1], "g", g);
  }

  showMatrices() {
    const { elements, table } = this.G,
      { element: g, other: k } = this.state;
    const plane = this.planar && this.state.matrices === "plane",
      rho = plane ? planeMatrix : permutationMatrix;
    const images = (x) => (plane ? "" : `(${elements[x].join(", ")})`);
    const picture = (x, letters) => numberMatrix(rho(elements[x]), `ρ(${letters})`, images(x));
    const sign = (text) => h("span", { class: "gdl-sign", "aria-hidden": "true" }, text);
    this.matrixSlot.replaceChildren(
      picture(g, "g"),
      ...(k < 0 ? [] : [sign("·"), picture(k, "h"), sign("="), picture(table[g][k], "gh")]),
    );
  }

  showFacts() {
    const { table, inverses, orders } = this.G,
      { names } = this.entry,
      { element: g, other: k } = this.state;
    const row = (letters, x) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, letters),
        ...[names[x], orders[x], names[inverses[x]], commutesText(table, x)].map((text) => h("td", {}, String(text))),
      );
    const head = h(
      "tr",
      {},
      h("td", {}),
      ...["element", "order", "inverse", "commutes with"].map((text) => h("th", { scope: "col" }, text)),
    );
    this.facts.replaceChildren(
      h("thead", {}, head),
      h("tbody", {}, row("g", g), ...(k < 0 ? [] : [row("h", k), row("gh", table[g][k])])),
    );
  }

  showSubgroup(subgroup) {
    const { names } = this.entry,
      { element, generators, side } = this.state;
    this.noneButton.disabled = !subgroup;
    this.addButton.disabled = !subgroup || generators.includes(element);
    this.sideChoice.element.hidden = this.legend.hidden = !subgroup;
    this.lagrange.textContent = subgroup
      ? lagrangeText(names.length, names, subgroup)
      : "Let g generate a subgroup: its cosets share a colour and a letter, and the table puts them side by side.";
    this.legend.replaceChildren(
      ...(subgroup?.cosets ?? []).map((coset, k) => {
        const swatch = h("span", { class: "gdl-swatch" }, cosetLetter(k));
        paint(swatch, k, true);
        return h("li", {}, swatch, ` ${cosetName(names, coset, k, side)}`);
      }),
    );
  }

  /** Say what is under the pointer or the focus: an element, or a product. */
  point(g = null, k = null) {
    const { elements, table } = this.G,
      { names, shape } = this.entry;
    const x = g ?? k;
    this.readout.textContent =
      x === null
        ? "Point at a cell to read it. Arrow keys move, Enter chooses."
        : g !== null && k !== null
          ? `${names[g]} · ${names[k]} = ${names[table[g][k]]}: first ${names[k]}, then ${names[g]}.`
          : `${names[x]} ${moveText(shape, elements[x], names[x])}.`;
  }
}

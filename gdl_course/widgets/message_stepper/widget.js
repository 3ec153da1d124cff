// The message stepper: draw a graph, pass messages along its edges, renumber the nodes, watch the result follow.

import { UndoCard } from "../shared/card.js";
import { button, group, h, mulberry32, segmented, stepList, uid, verdictLine } from "../shared/parts.js";
import { adjacency, comparePair, follows, randomRelabelling } from "./math.js";
import { addNode, moveNode, removeNode, setValue, toggleEdge } from "./edits.js";
import { FORMULAS, STEPS, fields, pairVerdict, presetOf, relabellingVerdict } from "./words.js";
import { board } from "./canvas.js";
import { adjacencyView, binsView, looksOf, valuesTable } from "./views.js";

const HINT = "Tap two nodes to draw an edge or erase it; drag a node to move it.";
const identity = (n) => Array.from({ length: n }, (_, i) => i);
const isIdentity = (p) => p.every((image, i) => image === i);

export default { render: (host) => Stepper.render(host) };

class Stepper extends UndoCard {
  constructor(host) {
    super(host);
    this.presets = this.field("graph").presets;
    this.selected = null;
    this.draws = 0;
    this.begin("stepper", fields);
  }

  /** The labels may be empty (as drawn), or those of another graph for a moment. */
  fit(state) {
    const n = state.graph.nodes.length;
    return { ...state, labels: state.labels.length === n ? state.labels : identity(n) };
  }

  traits(state) {
    return { ...state, labels: isIdentity(state.labels) ? [] : state.labels };
  }

  accept(next) {
    this.selected = null;
    super.accept(next);
  }

  // ---- what the reader does ----

  /** Send the messages, then let them arrive; a second press does not wait for the first. */
  step() {
    this.arrive?.();
    this.arrive = this.board.send(this.state.graph.edges, () => {
      this.arrive = null;
      this.change({ step: Math.min(this.field("step").max, this.state.step + 1) });
    });
  }

  relabel() {
    const { graph, seed } = this.state;
    this.change({ labels: randomRelabelling(graph.nodes.length, seed), seed: seed + 1 });
  }

  choose(name) {
    if (Object.hasOwn(this.presets, name)) this.start({ graph: name, labels: [], step: 0 });
  }

  /** A state given by a preset's name, perhaps without one of its edges.
   *  @param {{ graph: string, without?: number[], labels: number[], step: number, rule?: string }} state */
  start({ graph: name, without, labels, ...rest }) {
    const whole = {
      graph: this.presets[name],
      labels: labels.length ? labels : identity(this.presets[name].nodes.length),
    };
    this.selected = null;
    this.change({ ...(without ? toggleEdge(whole, ...without) : whole), ...rest });
    this.say(HINT);
  }

  tap(node) {
    const first = this.selected;
    this.selected = first === null && node !== null ? node : null;
    if (first !== null && node !== null && first !== node) {
      const before = this.edgeCount;
      this.change(toggleEdge(this.state, first, node));
      this.say(
        `Edge between ${this.nameOf(first)} and ${this.nameOf(node)} ${this.edgeCount > before ? "drawn" : "erased"}.`,
      );
    } else {
      this.show();
      this.say(
        this.selected === null
          ? HINT
          : `Node ${this.nameOf(node)} chosen. Tap another to draw an edge to it, or erase it.`,
      );
    }
  }

  /** A drag is one step to undo, and one message to Python. */
  move(node, place, last) {
    this.drag({ graph: moveNode(this.state.graph, node, place) });
    if (last) this.settle();
  }

  remove(node) {
    if (this.state.graph.nodes.length === 1) return;
    const name = this.nameOf(node);
    this.selected = null;
    this.change(removeNode(this.state, node));
    this.board.focus(Math.min(node, this.state.graph.nodes.length - 1));
    this.say(`Node ${name} removed.`);
  }

  add() {
    this.change(addNode(this.state));
    this.say(`Node ${this.state.labels.at(-1)} added.`);
  }

  setValues(value) {
    this.change({ graph: { ...this.state.graph, values: this.state.graph.values.map((_, i) => value(i)) } });
  }

  randomValues() {
    const random = mulberry32(++this.draws + 7919 * this.state.seed);
    this.setValues(() => Math.floor(random() * 19) - 9);
  }

  setChosenValue() {
    const value = Number(this.valueInput.value);
    if (this.valueInput.value !== "" && Math.abs(value) <= this.field("graph").limit)
      this.change({ graph: setValue(this.state.graph, this.selected, value) });
    else this.show();
  }

  get edgeCount() {
    return this.state.graph.edges.length;
  }

  nameOf(node) {
    return this.state.labels[node];
  }

  // ---- the elements, made once ----

  build() {
    this.card = h(
      "section",
      { class: "gdl-card gdl-stepper", "aria-label": "Message stepper" },
      h("p", { class: "gdl-title" }, "Does the result follow when the nodes get other numbers?"),
      h(
        "p",
        { class: "gdl-lead" },
        "Each step, every node hears its neighbours. All is computed twice: numbered as you see it, and as drawn.",
      ),
      this.buildChoices(),
      this.buildControls(),
      h("div", { class: "gdl-stepper-main" }, this.buildBoard(), this.buildSide()),
      (this.verdict = verdictLine()).element,
      (this.pairLine = verdictLine()).element,
      stepList(STEPS, (step) => this.start(step.state)),
      (this.table = valuesTable()).element,
      (this.foot = h("div", { class: "gdl-foot" })),
    );
  }

  buildChoices() {
    const id = uid("graph");
    this.presetChoice = h(
      "select",
      { id, onchange: () => this.choose(this.presetChoice.value) },
      ...Object.keys(this.presets).map((name) => h("option", { value: name }, name)),
      h("option", { value: "", disabled: true }, "your own"),
    );
    this.ruleChoice = segmented({
      label: "Rule",
      tone: "layer",
      value: this.state.rule,
      onChange: (rule) => this.change({ rule }),
      options: this.field("rule").choices.map((rule) => ({ value: rule, label: rule === "WL" ? "WL colours" : rule })),
    });
    this.formula = h("p", { class: "gdl-note gdl-formula" });
    return h(
      "div",
      {},
      h(
        "div",
        { class: "gdl-row" },
        h("div", { class: "gdl-field" }, h("label", { class: "gdl-label", for: id }, "Graph"), this.presetChoice),
        this.ruleChoice.element,
      ),
      this.formula,
    );
  }

  buildControls() {
    this.backButton = button("◂ Back", () => this.change({ step: this.state.step - 1 }));
    this.stepButton = button("Step ▸", () => this.step(), { class: "gdl-button gdl-go" });
    this.resetButton = button("Reset", () => this.change({ step: 0 }), { title: "Back to the values at the start" });
    this.plainButton = button("Numbers as drawn", () => this.change({ labels: identity(this.state.labels.length) }));
    this.progress = h("span", { class: "gdl-progress" });
    return h(
      "div",
      { class: "gdl-row" },
      h("div", { class: "gdl-buttons" }, this.stepButton, this.backButton, this.resetButton, this.progress),
      h(
        "div",
        { class: "gdl-buttons", "data-tone": "group" },
        (this.relabelButton = button("Relabel", () => this.relabel(), { class: "gdl-button gdl-turn" })),
        this.plainButton,
      ),
    );
  }

  buildBoard() {
    this.board = board({
      label: "The graph",
      signal: this.life.signal,
      onTap: (node) => this.tap(node),
      onMove: (node, place, last) => this.move(node, place, last),
      onDelete: (node) => this.remove(node),
    });
    this.readout = h("p", { class: "gdl-note gdl-hint", role: "status" }, HINT);
    return h("div", { class: "gdl-stepper-board" }, this.board.element, this.readout);
  }

  buildSide() {
    this.addButton = button("Add node", () => this.add());
    this.removeButton = button("Remove", () => this.remove(this.selected), { title: "Remove the chosen node" });
    const { limit } = this.field("graph");
    this.valueInput = h("input", {
      type: "number",
      step: "any",
      min: -limit,
      max: limit,
      inputmode: "decimal",
      onchange: () => this.setChosenValue(),
    });
    this.valueLabel = h("span", {});
    this.valueField = h("label", { class: "gdl-chosen" }, this.valueLabel, this.valueInput);
    return h(
      "div",
      { class: "gdl-stepper-side" },
      group("Draw", h("div", { class: "gdl-buttons" }, this.addButton, this.removeButton, this.undoButton)),
      group(
        "Values",
        h(
          "div",
          { class: "gdl-buttons" },
          button("ones", () => this.setValues(() => 1)),
          button("spike", () => this.setValues((i) => Number(i === (this.selected ?? 0))), {
            title: "1 at the chosen node, or the first; else 0",
          }),
          button("random", () => this.randomValues()),
        ),
        this.valueField,
      ),
      (this.matrix = adjacencyView()).element,
      (this.bins = binsView()).element,
    );
  }

  // ---- showing the state ----

  show(before) {
    const { graph, rule, step, labels } = this.state;
    if (!(this.selected < graph.nodes.length)) this.selected = null;
    this.A = adjacency(graph.nodes.length, graph.edges);
    this.found = follows(rule, this.A, graph.values, step, labels);
    this.showControls();
    this.showBoard();
    this.matrix.set(this.A, labels);
    this.bins.set(
      rule,
      labels.map((number) => this.found.here[number]),
      graph.split,
    );
    this.table.set(this.state, this.A, this.found);
    this.verdict.set(relabellingVerdict(this.state, this.found));
    this.pairLine.element.hidden = graph.split === 0;
    if (graph.split > 0)
      this.pairLine.set(pairVerdict(this.state, comparePair(rule, this.A, graph.values, step, graph.split)));
    if (before) this.matrix.fly(before.labels, labels);
  }

  say(text) {
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  showControls() {
    const { graph, rule, step, labels } = this.state;
    this.presetChoice.value = presetOf(graph, this.presets) ?? "";
    this.ruleChoice.set(rule);
    this.formula.replaceChildren(
      ...FORMULAS[rule].split(/\^\{(.*?)\}/).map((text, k) => (k % 2 ? h("sup", {}, text) : text)),
    );
    this.progress.textContent = `after ${step} step${step === 1 ? "" : "s"}`;
    this.stepButton.disabled = step === this.field("step").max;
    this.backButton.disabled = this.resetButton.disabled = step === 0;
    this.relabelButton.disabled = graph.nodes.length === 1;
    this.plainButton.disabled = isIdentity(labels);
    this.addButton.disabled = graph.nodes.length === this.field("graph").most;
    this.removeButton.disabled = this.selected === null || graph.nodes.length === 1;
    this.valueInput.disabled = this.selected === null;
    this.valueLabel.textContent =
      this.selected === null ? "of a chosen node" : `of node ${this.nameOf(this.selected)} at the start`;
    this.valueInput.value = this.selected === null ? "" : graph.values[this.selected];
  }

  showBoard() {
    const { graph } = this.state;
    const middle = (places) => places.reduce((total, [, y]) => total + y, 0) / places.length;
    const halves =
      graph.split === 0
        ? []
        : [
            ["G", graph.nodes.slice(0, graph.split)],
            ["H", graph.nodes.slice(graph.split)],
          ];
    this.board.show({
      nodes: graph.nodes,
      edges: graph.edges,
      looks: looksOf(this.state, this.found),
      selected: this.selected,
      titles: halves.map(([text, places]) => ({ text, place: [4, middle(places)] })),
    });
  }
}

// The token shuffler: move the words of a sentence, and see whether attention moves along.

import { UndoCard } from "../shared/card.js";
import { button, group, h, segmented, stepList, uid, verdictLine } from "../shared/parts.js";
import { anotherOrder, follow, identity, isIdentity, moved } from "./math.js";
import { FORMULAS, STEPS, facts, fields, numbered, orderVerdict } from "./words.js";
import { fixedRow, movableRow, numberTable } from "./views.js";

export default { render: (host) => TokenShuffler.render(host) };

class TokenShuffler extends UndoCard {
  constructor(host) {
    super(host);
    this.draws = 0;
    this.begin("tokens", fields);
  }

  /** The order may be empty (as in the sentence), or that of another sentence for a moment. */
  fit(state) {
    const n = state.words.split(" ").length;
    return { ...state, order: state.order.length === n ? state.order : identity(n) };
  }

  traits(state) {
    return { ...state, order: isIdentity(state.order) ? [] : state.order };
  }

  // ---- what the reader does ----

  choose(words) {
    if (words !== this.state.words) this.change({ words, order: identity(words.split(" ").length) });
  }

  move(from, to) {
    const order = this.state.order.filter((_, i) => i !== from);
    this.drag({ order: [...order.slice(0, to), this.state.order[from], ...order.slice(to)] });
  }

  shuffle() {
    this.change({ order: anotherOrder(this.state.order, ++this.draws) });
  }

  turn() {
    this.change({ order: [...this.state.order.slice(1), this.state.order[0]] });
  }

  // ---- the elements, made once ----

  build() {
    this.verdict = verdictLine();
    this.facts = h("ul", { class: "gdl-findings" });
    this.formula = h("p", { class: "gdl-note gdl-formula" });
    this.card = h(
      "section",
      { class: "gdl-card gdl-tokens", "aria-label": "Token shuffler" },
      h("p", { class: "gdl-title" }, "Does attention know the order of its words?"),
      h(
        "p",
        { class: "gdl-lead" },
        "Drag a word on the right, or choose it and press ← or →. The layer f is one head of attention.",
      ),
      this.buildMoves(),
      this.buildLayer(),
      this.buildSquare(),
      stepList(STEPS, ({ state }) => this.change(state)),
      (this.foot = h("div", { class: "gdl-foot" })),
    );
  }

  buildLayer() {
    const choice = (name, label) =>
      segmented({
        label,
        tone: "layer",
        value: this.state[name],
        options: this.field(name).choices.map((value) => ({ value, label: value })),
        onChange: (value) => this.change({ [name]: value }),
      });
    this.positionsChoice = choice("positions", "Positions");
    this.maskChoice = choice("mask", "Mask");
    const id = uid("offset");
    this.offsetInput = h("input", {
      id,
      type: "range",
      min: 0,
      max: this.field("offset").max,
      oninput: () => this.drag({ offset: Number(this.offsetInput.value) }),
      onchange: () => this.settle(),
    });
    this.offsetText = h("output", { for: id });
    return h(
      "div",
      {},
      h("div", { class: "gdl-row" }, this.positionsChoice.element, this.maskChoice.element),
      h(
        "div",
        { class: "gdl-row gdl-formula-row" },
        this.formula,
        h(
          "div",
          { class: "gdl-field" },
          h("label", { class: "gdl-label", for: id }, "First position"),
          h("span", { class: "gdl-slide" }, this.offsetInput, this.offsetText),
        ),
      ),
    );
  }

  buildMoves() {
    const id = uid("words");
    this.wordsChoice = h(
      "select",
      { id, onchange: () => this.choose(this.wordsChoice.value) },
      this.field("words").choices.map((words) => h("option", { value: words }, words)),
    );
    this.backButton = button("Back", () => this.change({ order: identity(this.state.order.length) }), {
      title: "The first order",
    });
    return h(
      "div",
      { class: "gdl-row" },
      h("div", { class: "gdl-field" }, h("label", { class: "gdl-label", for: id }, "Words"), this.wordsChoice),
      group(
        "Order",
        h(
          "div",
          { class: "gdl-buttons", "data-tone": "group" },
          button("Shuffle", () => this.shuffle(), { class: "gdl-button gdl-turn" }),
          button("Shift", () => this.turn(), { title: "By one: the first word goes to the end" }),
          this.backButton,
          this.undoButton,
        ),
      ),
    );
  }

  /** The commuting square: x to Px is the group (orange), a column is the layer (teal). */
  buildSquare() {
    this.first = fixedRow();
    this.row = movableRow({ onMove: (from, to) => this.move(from, to), onSettle: () => this.settle() });
    this.said = h("p", { class: "gdl-unseen", role: "status" });
    const weights = () => numberTable({ byWord: true, tone: "layer" }),
      outputs = () => numberTable({ byWord: false, tone: "signal" });
    this.beforeA = weights();
    this.afterA = weights();
    this.beforeY = outputs();
    this.afterY = outputs();
    this.there = outputs();
    this.relation = h("span", { class: "gdl-equals", "aria-hidden": "true" });
    const at = (area, ...children) => h("div", { class: `gdl-at-${area}` }, children);
    const arrow = (area, tone, label) =>
      h("div", { class: `gdl-at-${area} gdl-way`, "data-tone": tone, "aria-hidden": "true" }, h("i", {}, label));
    const title = (text) => h("p", { class: "gdl-math" }, text);
    return h(
      "div",
      { class: "gdl-token-square" },
      at("x", title("x"), this.first.element),
      arrow("p1", "group", "P"),
      at("px", title("Px"), this.row.element, this.said),
      arrow("f1", "layer", "f"),
      arrow("f2", "layer", "f"),
      at("a", this.beforeA.element),
      at("b", this.afterA.element),
      h(
        "div",
        { class: "gdl-at-out" },
        at("y", this.beforeY.element),
        arrow("p2", "group", "P"),
        at("py", this.there.element),
        this.relation,
        at("fpx", this.afterY.element),
      ),
      at("said", this.verdict.element, this.facts),
    );
  }

  // ---- showing the state ----

  show(before) {
    const { words, order, mask, positions, offset, seed } = this.state;
    const sentence = words.split(" "),
      found = follow(sentence, order, { mask, positions, offset }, seed);
    this.showControls();
    this.showRows(sentence);
    this.showTables(numbered(sentence), found);
    this.verdict.set(orderVerdict(this.state, found));
    this.facts.replaceChildren(
      ...facts(this.state, found).map(({ good, text, neutral }) =>
        h(
          "li",
          { "data-good": good, "data-neutral": neutral },
          h("span", { class: "gdl-mark" }, neutral ? (good ? "=" : "≠") : good ? "✓" : "✗"),
          ` ${text}`,
        ),
      ),
    );
    if (before?.words === words && String(before.order) !== String(order)) this.fly(before.order);
  }

  /** The words, and their rows and columns, arrive from where they stood in the order `before`. */
  fly(before) {
    const sources = this.state.order.map((token) => before.indexOf(token));
    for (const view of [this.row, this.afterA, this.afterY, this.there]) view.fly(sources);
  }

  showControls() {
    const { words, order, mask, positions, offset } = this.state;
    this.wordsChoice.value = words;
    this.positionsChoice.set(positions);
    this.maskChoice.set(mask);
    this.formula.textContent = `${FORMULAS[positions]}.${mask === "causal" ? " Only j ≤ i is seen." : ""}`;
    this.offsetInput.value = offset;
    this.offsetInput.disabled = positions === "none";
    this.offsetText.textContent = offset;
    this.backButton.disabled = isIdentity(order);
  }

  showRows(sentence) {
    const { order, positions, offset } = this.state,
      n = order.length,
      names = numbered(sentence);
    const places = identity(n).map((i) =>
      positions === "none" ? "" : String(positions === "cyclic" ? (offset + i) % n : offset + i),
    );
    this.first.set(names, places);
    this.row.set(moved(names, order), order, places);
    const said = moved(names, order).join(" ");
    if (this.said.textContent !== said) this.said.textContent = said;
  }

  showTables(names, found) {
    const { order } = this.state,
      { before, after, there, thereA } = found,
      now = moved(names, order);
    const scale = Math.max(...[before.y, after.y].flat(2).map(Math.abs)),
      differs = (a, b) => a.some((row, i) => row.some((v, j) => Math.abs(v - b[i][j]) > 1e-9));
    const sign = differs(after.y, there) ? "≠" : "=",
      signA = differs(after.A, thereA) ? "≠" : "=";
    const most = Math.max(...[before.A, after.A].flat(2));
    this.beforeA.set({ title: "A(x)", names, values: before.A, scale: most });
    this.afterA.set({ title: `A(Px) ${signA} P A(x) Pᵀ`, names: now, values: after.A, scale: most, other: thereA });
    this.beforeY.set({ title: "f(x)", names, values: before.y, scale });
    this.there.set({ title: "P f(x)", names: now, values: there, scale });
    this.afterY.set({ title: "f(Px)", names: now, values: after.y, scale, other: there });
    this.relation.textContent = sign;
    this.relation.dataset.status = sign === "=" ? "yes" : "no";
  }
}

// The Equivariance Explorer: paint a signal, choose g and f, and see whether the square commutes.

import { UndoCard } from "../shared/card.js";
import { gridView } from "../shared/grids.js";
import { button, group, h, mulberry32, numberText, segmented, stepList, verdictLine } from "../shared/parts.js";
import { N, commutingSquare, denseWeights, inverse, smallestFailing } from "./math.js";
import { KERNELS, PICTURES, STEPS, layerText, transformText, verdictOf } from "./words.js";

const MAPS = {
  // the six corners of the picture: caption, and its name for a screen reader
  x: ["x", "x, the signal: paint here"],
  gx: ["g·x", "g·x, the transformed signal"],
  fx: ["f(x)", "f(x), the layer applied to x"],
  gfx: ["g·f(x)", "g·f(x), layer first"],
  fgx: ["f(g·x)", "f(g·x), transformation first"],
  difference: ["difference", "difference of f(g·x) and g·f(x)"],
};

// Layers without weights: a sketch of the rule, in words and as SVG marks.
const line = (d, colour, width = 1.5) => [
  "path",
  { d, fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" },
];
const word = (x, y, text, size = 17) => [
  "text",
  { x, y, "text-anchor": "middle", "font-size": size, fill: "currentColor" },
  text,
];
const RULES = {
  relu: [
    "Each value alone: a negative one becomes 0.",
    line("M20 70H160M90 10V84", "var(--gdl-edge)"),
    line("M20 70H90L150 10", "var(--gdl-layer)", 4),
  ],
  "max-pool": [
    "Each 2 × 2 block keeps its largest value.",
    line("M25 13h64v64h-64zM57 13v64M25 45h64", "var(--gdl-edge)"),
    word(41, 35, "1"),
    word(73, 35, "4"),
    word(41, 67, "0"),
    word(73, 67, "2"),
    line("M99 45h24M116 38l7 7l-7 7", "var(--gdl-layer)", 2.5),
    line("M131 29h32v32h-32z", "var(--gdl-edge)"),
    word(147, 51, "4"),
  ],
  mean: ["All 64 values become one number, their mean.", word(90, 56, "(x₁ + … + x₆₄) / 64", 19)],
};

export default { render: (host) => Explorer.render(host) };

class Explorer extends UndoCard {
  constructor(host) {
    super(host);
    this.brush = 1;
    this.pointed = [null, "x"]; // the cell under the pointer or the focus
    this.draws = 0; // how many random pictures and kernels were asked for
    this.begin("explorer");
  }

  random() {
    return mulberry32(++this.draws + 7919 * this.state.seed);
  }

  // ---- painting ----

  edit(index, action) {
    if (action === "end") return this.settle();
    const { limit } = this.field("pixels"),
      limited = (v) => Math.max(-limit, Math.min(limit, v));
    const old = this.state.pixels[Math.floor(index / N)][index % N];
    if (action === "start") this.ink = old === this.brush ? 0 : this.brush;
    const value = {
      start: this.ink,
      drag: this.ink,
      toggle: old === this.brush ? 0 : this.brush,
      up: limited(old + 1),
      down: limited(old - 1),
      zero: 0,
    }[action];
    this.drag({ pixels: this.state.pixels.map((row, r) => row.map((v, c) => (r * N + c === index ? value : v))) });
    if (action !== "start" && action !== "drag") this.settle(); // a stroke goes on to its "end"
  }

  noise() {
    const random = this.random();
    this.change({
      pixels: Array.from({ length: N }, () => Array.from({ length: N }, () => Math.floor(random() * 7) - 3)),
    });
  }

  randomKernel() {
    const random = this.random();
    this.change({
      kernel: Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => Math.floor(random() * 5) - 2)),
    });
  }

  // ---- the elements, made once ----

  build() {
    this.choices = {};
    const choose = (name, label, tone, words = {}) => {
      const { choices } = this.field(name);
      this.choices[name] = segmented({
        label,
        tone,
        value: this.state[name],
        onChange: (value) => this.change({ [name]: choices.find((choice) => String(choice) === value) }),
        options: choices.map((choice) => ({ value: String(choice), label: words[choice] ?? String(choice) })),
      });
      return this.choices[name].element;
    };
    const named = (word, letter) => h("span", {}, `${word} `, h("i", {}, letter));
    const transforms = choose("transform", named("Transform", "g"), "group", { turn: "turn 90°" });
    const layers = choose("layer", named("Layer", "f"), "layer", { conv: "convolve", relu: "ReLU" });
    this.convOptions = h(
      "div",
      { class: "gdl-row gdl-tight" },
      choose("padding", "Border", "layer"),
      choose("stride", "Stride", "layer"),
    );
    this.card = h(
      "section",
      { class: "gdl-card gdl-explorer", "aria-label": "Equivariance Explorer" },
      h("p", { class: "gdl-title" }, "Does the layer commute with the transformation?"),
      h(
        "p",
        { class: "gdl-lead" },
        "Paint on ",
        h("i", {}, "x"),
        ". Both paths through the square are computed as you paint.",
      ),
      h("div", { class: "gdl-row" }, transforms, this.buildShift()),
      h("div", { class: "gdl-row" }, layers, this.convOptions),
      this.buildPaint(),
      this.buildSquare(),
      this.buildVerdict(),
      stepList(STEPS, (step) => this.change(step.state)),
      (this.foot = h("div", { class: "gdl-foot" })),
    );
  }

  buildShift() {
    const by = (name, step) => () => {
      const next = this.state[name] + step;
      this.change({ [name]: Math.abs(next) < N ? next : 0 }); // on the torus a shift by 8 is no shift
    };
    const arrow = (sign, words, name, step) =>
      button(sign, by(name, step), { class: "gdl-button gdl-square", "aria-label": `Shift one more ${words}` });
    this.shift = h(
      "div",
      { class: "gdl-buttons", role: "group", "aria-label": "Change the shift" },
      arrow("←", "to the left", "dx", -1),
      arrow("→", "to the right", "dx", 1),
      arrow("↑", "up", "dy", -1),
      arrow("↓", "down", "dy", 1),
    );
    this.reshuffle = button("Shuffle again", () => this.change({ seed: this.state.seed + 1 }));
    return h("div", {}, this.shift, this.reshuffle);
  }

  buildPaint() {
    const brush = segmented({
      label: "Paint",
      tone: "signal",
      value: "1",
      onChange: (value) => {
        this.brush = Number(value);
      },
      options: [
        { value: "1", label: "+1", title: "Paint 1 (blue); painting over it erases" },
        { value: "-1", label: "−1", title: "Paint −1 (gold); painting over it erases" },
      ],
    });
    const preset = (name) => button(name, () => this.change({ pixels: PICTURES[name] }));
    return h(
      "div",
      { class: "gdl-row gdl-paint" },
      brush.element,
      h(
        "div",
        { class: "gdl-buttons", role: "group", "aria-label": "Pictures" },
        preset("bar"),
        preset("corner"),
        preset("digit"),
        button("noise", () => this.noise()),
      ),
      h(
        "div",
        { class: "gdl-buttons" },
        button("Clear", () => this.change({ pixels: PICTURES.bar.map((row) => row.map(() => 0)) })),
        this.undoButton,
      ),
    );
  }

  buildSquare() {
    this.grids = {};
    const arrow = (area, tone) =>
      h("div", { class: `gdl-arrow gdl-${area}`, "data-tone": tone, "aria-hidden": "true" });
    this.slots = Object.fromEntries(
      Object.entries(MAPS).map(([name, [caption]]) => [
        name,
        h(
          "figure",
          { class: `gdl-map gdl-${name}` },
          h("figcaption", { "aria-hidden": "true" }, caption),
          h("div", { class: "gdl-slot" }),
        ),
      ]),
    );
    this.transformLabel = h("span", { class: "gdl-on-g", "data-tone": "group" });
    this.layerLabel = h("span", { class: "gdl-on-f", "data-tone": "layer" });
    this.relation = h("span", { class: "gdl-relation" });
    this.readout = h("p", { class: "gdl-readout", "aria-live": "polite" });
    return h(
      "div",
      {},
      h(
        "div",
        { class: "gdl-square-of-maps" },
        this.slots.x,
        arrow("g1", "group"),
        this.transformLabel,
        this.slots.gx,
        arrow("f1", "layer"),
        this.layerLabel,
        arrow("f2", "layer"),
        this.slots.fx,
        arrow("g2", "group"),
        this.slots.gfx,
        this.relation,
        this.slots.fgx,
        this.slots.difference,
        this.buildPanel(),
      ),
      this.readout,
    );
  }

  /** Beside the square: what the layer is made of. */
  buildPanel() {
    const { limit } = this.field("kernel");
    this.weights = Array.from({ length: 9 }, (_, i) =>
      h("input", {
        type: "number",
        step: "any",
        min: -limit,
        max: limit,
        inputmode: "decimal",
        "aria-label": `Kernel, row ${Math.floor(i / 3) + 1}, column ${(i % 3) + 1}`,
        onchange: () => this.setWeight(i),
      }),
    );
    const preset = (name) => button(name, () => this.change({ kernel: KERNELS[name] }));
    this.kernelPanel = group(
      "Kernel",
      h("div", { class: "gdl-kernel" }, this.weights),
      h(
        "div",
        { class: "gdl-buttons" },
        preset("edge"),
        preset("blur"),
        button("random", () => this.randomKernel()),
      ),
    );
    this.canvas = h("canvas", {
      width: N * N,
      height: N * N,
      role: "img",
      "aria-label": "The 64 by 64 random weights of the dense map",
    });
    this.densePanel = group(
      "Weights",
      this.canvas,
      h("p", { class: "gdl-note" }, "64 × 64 free numbers"),
      button("Draw again", () => this.change({ seed: this.state.seed + 1 })),
    );
    this.rulePanels = Object.entries(RULES).map(([layer, [words, ...marks]]) =>
      h(
        "div",
        { "data-layer": layer },
        h(
          "svg",
          { viewBox: "0 0 180 90", "aria-hidden": "true" },
          marks.map(([tag, attributes, text]) => h(tag, attributes, text)),
        ),
        h("p", { class: "gdl-note" }, words),
      ),
    );
    return h("div", { class: "gdl-panel" }, this.kernelPanel, this.densePanel, this.rulePanels);
  }

  setWeight(i) {
    const value = Number(this.weights[i].value);
    const good = this.weights[i].value !== "" && Math.abs(value) <= this.field("kernel").limit;
    if (good)
      this.change({ kernel: this.state.kernel.map((row, r) => row.map((k, c) => (3 * r + c === i ? value : k))) });
    else this.weights[i].value = this.state.kernel.flat()[i];
  }

  buildVerdict() {
    this.smallest = button("Show the smallest input that fails", () =>
      this.change({ pixels: smallestFailing(this.square.failing) }),
    );
    this.verdict = verdictLine(this.smallest);
    return this.verdict.element;
  }

  // ---- showing the state ----

  /** Show the present state; `before`, if given, tells what changed and so what should move. */
  show(before) {
    const { state } = this;
    const square = (this.square = commutingSquare(state));
    for (const [name, choice] of Object.entries(this.choices)) choice.set(state[name]);
    this.showControls();
    const largest = (...maps) => Math.max(...maps.flat().map(Math.abs));
    const inScale = largest(square.x),
      outScale = largest(square.fx, square.fgx);
    const sizes = { x: N, gx: N };
    for (const name of Object.keys(MAPS)) {
      const scale = name in sizes ? inScale : name === "difference" ? square.error.largest : outScale;
      this.grid(name, sizes[name] ?? square.size).set(square[name], scale);
    }
    this.transformLabel.textContent = transformText(state);
    this.layerLabel.textContent = layerText(state);
    this.relation.textContent = square.commutes ? "=" : "≠";
    this.relation.dataset.tone = square.commutes ? "layer" : "difference";
    this.slots.gfx.classList.toggle("gdl-missing", square.rule !== "exact");
    this.verdict.set(verdictOf(state, square));
    this.smallest.hidden =
      square.always || JSON.stringify(smallestFailing(square.failing)) === JSON.stringify(state.pixels);
    this.point(...this.pointed);
    if (before && ["transform", "dx", "dy", "seed"].some((name) => state[name] !== before[name])) this.animate();
  }

  showControls() {
    const { transform, layer, kernel, seed } = this.state;
    this.shift.hidden = transform !== "shift";
    this.reshuffle.hidden = transform !== "shuffle";
    this.convOptions.hidden = this.kernelPanel.hidden = layer !== "conv";
    this.densePanel.hidden = layer !== "dense";
    for (const panel of this.rulePanels) panel.hidden = panel.dataset.layer !== layer;
    this.weights.forEach((input, i) => {
      input.value = kernel.flat()[i];
    });
    if (layer === "dense" && this.drawn !== seed) this.drawWeights(seed);
  }

  drawWeights(seed) {
    this.drawn = seed;
    const context = this.canvas.getContext("2d");
    const colour = (name) => {
      this.canvas.style.color = `var(--gdl-${name})`;
      return getComputedStyle(this.canvas).color;
    };
    const [positive, negative] = [colour("signal"), colour("negative")];
    context.clearRect(0, 0, N * N, N * N);
    denseWeights(seed)
      .flat()
      .forEach((w, i) => {
        context.globalAlpha = Math.abs(w);
        context.fillStyle = w > 0 ? positive : negative;
        context.fillRect(i % (N * N), Math.floor(i / (N * N)), 1, 1);
      });
  }

  /** The grid of a map, made again only when the output changes its size. */
  grid(name, size) {
    if (this.grids[name]?.size === size) return this.grids[name];
    const view = gridView({
      rows: size,
      cols: size,
      label: MAPS[name][1],
      tone: name === "difference" ? "difference" : "signed",
      onCursor: (index) => this.point(index, name),
      onEdit: name === "x" ? (index, action) => this.edit(index, action) : undefined,
    });
    this.slots[name].querySelector(".gdl-slot").replaceChildren(view.element);
    if (!["x", "gx"].includes(name) && this.pointed[1] !== "x") this.pointed = [null, "x"];
    return (this.grids[name] = { ...view, size });
  }

  /** The group moves cells; the layer makes new ones. */
  animate() {
    this.grids.gx.fly(this.square.sources);
    this.grids.gfx.fly(this.square.outSources);
  }

  /** Mark a cell and everything that g makes of it, and say the numbers. */
  point(index, name) {
    const { square } = this;
    this.pointed = [index, name];
    const input = name === "x" || name === "gx";
    const sources = input ? square.sources : square.outSources;
    const moved = name === "x" || name === "fx";
    const from = index === null ? null : moved ? index : sources[index];
    const to = index === null ? null : moved ? inverse(sources)[index] : index;
    const marks = input ? { x: from, gx: to } : { fx: from, gfx: to, fgx: to, difference: to };
    for (const [map, grid] of Object.entries(this.grids)) grid.mark(marks[map] ?? null);
    const size = input ? N : square.size;
    const place = (i) => (size === 1 ? "" : ` at row ${Math.floor(i / size) + 1}, column ${(i % size) + 1}`);
    const text =
      index === null
        ? "Point at a cell, or tab to a map and use the arrow keys, to read its numbers."
        : input
          ? `x${place(from)} is ${numberText(square.x[from])}; g moves it${place(to).replace(" at", " to")}.`
          : `${size === 1 ? "The" : `${place(to).slice(1).replace("at", "At")}: the`} ${bothWays(square, to)}.`;
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }
}

/** What the two paths give at cell i. */
const bothWays = ({ fgx, gfx, difference }, i) =>
  `layer first gives ${numberText(gfx[i])}, the transformation first ${numberText(fgx[i])}; ` +
  `difference ${numberText(Math.abs(difference[i]))}`;

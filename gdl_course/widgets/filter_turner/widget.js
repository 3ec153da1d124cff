// The filter turner: paint a picture, turn it by any angle, and see what the orientation channels do.

import { UndoCard } from "../shared/card.js";
import { gridView, matrixView } from "../shared/grids.js";
import { button, group, h, mulberry32, segmented, stepList, verdictLine } from "../shared/parts.js";
import { N, channelSources, curve, follow, nearestTurns, poses } from "./math.js";
import { KERNELS, PICTURES, STEPS, curveText, gapText, journey, poseName, transformText, verdictOf } from "./words.js";
import { angleDial, ringView, turn } from "./views.js";

const SIDES = { pixels: N, kernel: 3 };
const FIELDS = {
  fx: ["f(x)", "f(x), the layer applied to x"],
  gfx: ["g·f(x)", "g·f(x), layer first"],
  fgx: ["f(g·x)", "f(g·x), turn first"],
  difference: ["difference", "difference of f(g·x) and g·f(x)"],
};
const LAWS = {
  // each choice in words: the chip, and what it does
  both: ["both", "Turn each map, and move it to the channel of the turned kernel"],
  channels: ["channels only", "Move the maps to other channels, and turn none"],
  space: ["maps only", "Turn each map, and leave it in its channel"],
};
const GROUPS = {
  none: ["one", "No group: a plain convolution"],
  C4: ["C4 (p4)", "Four turns"],
  D4: ["D4 (p4m)", "Four turns, and their mirror images"],
};

export default { render: (host) => FilterTurner.render(host) };

class FilterTurner extends UndoCard {
  constructor(host) {
    super(host);
    this.brush = 1;
    this.followed = 0; // the channel that is outlined
    this.draws = 0;
    this.curve = { key: null, values: [] };
    this.begin("turner");
  }

  /** What g moved arrives from where it was; in a slide it follows the hand instead. */
  change(part) {
    const before = this.state;
    super.change(part);
    this.animate(before);
  }

  undo() {
    const before = this.state;
    super.undo();
    this.animate(before);
  }

  // ---- what the reader does ----

  /** One cell of x or of the kernel: a stroke of the brush, or a key. */
  edit(name, index, action) {
    if (action === "end") return this.settle();
    const n = SIDES[name],
      old = this.state[name].flat()[index];
    const { limit } = this.field(name),
      limited = (v) => Math.max(-limit, Math.min(limit, v));
    if (action === "start") this.ink = old === this.brush ? 0 : this.brush;
    const value = {
      start: this.ink,
      drag: this.ink,
      toggle: old === this.brush ? 0 : this.brush,
      up: limited(old + 1),
      down: limited(old - 1),
      zero: 0,
    }[action];
    this.drag({ [name]: this.state[name].map((row, r) => row.map((v, c) => (r * n + c === index ? value : v))) });
    if (action !== "start" && action !== "drag") this.settle();
  }

  turn(degrees) {
    this.change({ angle: (this.state.angle + degrees + 360) % 360 });
  }

  noise() {
    const random = mulberry32(++this.draws);
    this.change({ pixels: PICTURES.F.map((row) => row.map(() => Math.floor(random() * 7) - 3)) });
  }

  // ---- the elements, made once ----

  build() {
    const choose = (name, label, tone, words) =>
      segmented({
        label,
        tone,
        value: this.state[name],
        onChange: (value) => this.change({ [name]: value }),
        options: this.field(name).choices.map((value) => ({ value, label: words[value][0], title: words[value][1] })),
      });
    this.groupChoice = choose("group", "Poses of the kernel", "layer", GROUPS);
    this.lawChoice = choose("law", h("span", {}, h("i", {}, "g·f(x)"), " moves"), "group", LAWS);
    this.dial = angleDial({
      onMirror: () => this.change({ mirror: !this.state.mirror }),
      onSlide: (angle) => this.drag({ angle }),
      onSettle: () => this.settle(),
      onTurn: (degrees) => this.turn(degrees),
    });
    this.verdict = verdictLine();
    this.card = h(
      "section",
      { class: "gdl-card gdl-turner", "aria-label": "Filter turner" },
      h("p", { class: "gdl-title" }, "Turn the picture: what do the orientation channels do?"),
      h(
        "p",
        { class: "gdl-lead" },
        "Paint on ",
        h("i", {}, "x"),
        ", and turn it. The layer ",
        h("i", {}, "f"),
        " looks with its kernel in every pose. Each pose has a channel, and the channels stand in a ring, ",
        "in the places of their poses.",
      ),
      this.dial.element,
      h("div", { class: "gdl-row" }, this.groupChoice.element, this.lawChoice.element),
      this.buildPaint(),
      this.buildSquare(),
      this.verdict.element,
      stepList(STEPS, ({ state }) => this.change(state)),
      (this.foot = h("div", { class: "gdl-foot" })),
    );
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
        Object.keys(PICTURES).map(preset),
        button("noise", () => this.noise()),
      ),
      h(
        "div",
        { class: "gdl-buttons" },
        button("Clear", () => this.change({ pixels: PICTURES.F.map((row) => row.map(() => 0)) })),
        this.undoButton,
      ),
    );
  }

  /** The commuting square: orange arrows are g, teal arrows are f. */
  buildSquare() {
    const painter = (name, label) =>
      gridView({
        rows: SIDES[name],
        cols: SIDES[name],
        label,
        onEdit: (index, action) => this.edit(name, index, action),
      });
    this.x = painter("pixels", "x, the picture: paint here");
    this.kernel = painter("kernel", "The kernel: paint here");
    this.gx = matrixView({ rows: N, cols: N, label: "g·x, the turned picture" });
    this.fields = Object.fromEntries(
      Object.entries(FIELDS).map(([name, [, label]]) => [
        name,
        ringView({
          label,
          size: N,
          tone: name === "difference" ? "difference" : undefined,
          onChoose:
            name === "fx"
              ? (i) => {
                  this.followed = i;
                  this.showFollowed();
                }
              : undefined,
        }),
      ]),
    );
    this.bank = ringView({ label: "The kernel in every pose", size: 3, tone: "layer" });
    this.onG = h("span", { class: "gdl-on-g", "data-tone": "group" });
    this.relation = h("span", { class: "gdl-relation" });
    this.readout = h("p", { class: "gdl-readout", "aria-live": "polite" });
    const map = (name, caption, element) =>
      h("figure", { class: `gdl-map gdl-${name}` }, h("figcaption", { "aria-hidden": "true" }, caption), element);
    const arrow = (area, tone) =>
      h("div", { class: `gdl-arrow gdl-${area}`, "data-tone": tone, "aria-hidden": "true" });
    return h(
      "div",
      {},
      h(
        "div",
        { class: "gdl-square-of-maps gdl-turner-square" },
        map("x", "x", this.x.element),
        arrow("g1", "group"),
        this.onG,
        map("gx", "g·x", h("div", { class: "gdl-clip" }, this.gx.element)),
        this.buildKernel(),
        arrow("f1", "layer"),
        h("div", { class: "gdl-on-f" }, h("i", { "aria-hidden": "true" }, "f"), this.bank.element),
        arrow("f2", "layer"),
        Object.entries(FIELDS).map(([name, [caption]]) => map(name, caption, this.fields[name].element)),
        arrow("g2", "group"),
        this.relation,
      ),
      this.readout,
      h(
        "p",
        { class: "gdl-note" },
        "Turns are counter-clockwise about the middle, bilinear between the pixels; beyond the border everything is 0.",
      ),
    );
  }

  buildKernel() {
    const preset = (name) => button(name, () => this.change({ kernel: KERNELS[name] }));
    return h(
      "div",
      { class: "gdl-panel" },
      group(
        "Kernel",
        h("div", { class: "gdl-kernel-painter" }, this.kernel.element),
        h("div", { class: "gdl-buttons" }, Object.keys(KERNELS).map(preset)),
      ),
    );
  }

  // ---- showing the state ----

  show() {
    const { state } = this,
      found = (this.found = follow(state));
    this.groupChoice.set(state.group);
    this.lawChoice.set(state.law);
    this.showDial(found.relative);
    this.showMaps(found);
    this.onG.textContent = transformText(state);
    this.relation.textContent = found.commutes ? "=" : "≠";
    this.relation.dataset.tone = found.commutes ? "layer" : "difference";
    this.verdict.set(verdictOf(state, found));
    this.showFollowed();
  }

  showDial(relative) {
    const { angle, mirror, ...rest } = this.state,
      key = JSON.stringify([mirror, rest]);
    if (this.curve.key !== key) this.curve = { key, values: curve(this.state) };
    this.dial.set({
      angle,
      mirror,
      relative,
      said: gapText(relative),
      curve: this.curve.values,
      text: curveText(this.curve.values),
    });
  }

  showMaps(found) {
    const { kernel, group: name } = this.state,
      most = (values) => Math.max(...values.flat().map(Math.abs));
    const bank = poses(kernel.flat(), name);
    this.x.set(found.x, most(found.x));
    this.gx.set({ values: found.gx, scale: most(found.x) });
    this.kernel.set(kernel.flat(), most(kernel));
    this.bank.set({ maps: bank, scale: most(kernel), labels: bank.map((_, i) => `Kernel at ${poseName(i)}`) });
  }

  /** The fields, with one channel of f(x) outlined, and what became of it. */
  showFollowed() {
    const { group: name, angle, mirror, law } = this.state,
      { found } = this,
      count = found.fx.length;
    if (this.followed >= count) this.followed = 0;
    const sources = law === "space" ? found.fx.map((_, i) => i) : channelSources(name, nearestTurns(angle), mirror);
    const target = sources.indexOf(this.followed),
      scale = Math.max(found.scale, ...found.fgx.flat().map(Math.abs));
    const chosen = { fx: this.followed, gfx: target, fgx: target, difference: null };
    for (const [field, view] of Object.entries(this.fields)) {
      view.set({
        maps: found[field],
        scale: field === "difference" ? found.gap : scale,
        chosen: count === 1 ? null : chosen[field],
        labels: found[field].map((_, i) => `${FIELDS[field][0]}, channel ${poseName(i)}`),
      });
    }
    const text = count === 1 ? "One pose, one channel." : journey(this.state, this.followed, target);
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  /** The group turns x and moves the maps of f(x); the layer makes new ones. */
  animate(before) {
    const { group: name, angle, mirror, law } = this.state;
    const degrees = ((angle - before.angle + 540) % 360) - 180;
    if (degrees === 0 || name !== before.group || mirror !== before.mirror) return;
    const turns = (nearestTurns(angle % 360) - nearestTurns(before.angle % 360) + 4) % 4,
      still = this.found.fx.map((_, i) => i);
    turn(this.gx.element, degrees);
    if (law !== before.law) return;
    if (law === "both" && (degrees - 90 * turns) % 360 === 0) this.fields.gfx.spin(degrees);
    else
      this.fields.gfx.fly(
        law === "space" ? still : channelSources(name, turns, false),
        law === "channels" ? 0 : degrees,
      );
  }
}

// Spin the Earth: one globe turned in pixels, one in coefficients, and between them the coefficients, row by row.

import { UndoCard } from "../shared/card.js";
import { foldedControls, stepsInTurn, verdictBar } from "../shared/first_screen.js";
import { button, calm, h, segmented, uid, write } from "../shared/parts.js";
import { globeView } from "./globe.js";
import { SMOOTH, follow, gaps } from "./math.js";
import { paletteOf } from "./palette.js";
import { about, product } from "./rotations.js";
import { triangleView } from "./triangle.js";
import {
  CONVENTIONS,
  PIXELS,
  STEPS,
  deeds,
  degrees,
  fields,
  folded,
  triangleText,
  verdictOf,
  wholeTurn,
} from "./words.js";

const CALM = 200; // ms between two verdicts while the globe moves: nobody reads sixty a second
const CIRCLE = 5000; // ms that one spin takes
const [DRAFT, FINE] = [160, 640]; // canvas pixels of a globe: at most, while it moves and when it rests
const SIDES = {
  left: ["turned in pixels", "The Earth, turned in pixels"],
  right: ["turned in coefficients", "The Earth, turned in coefficients"],
};

export default { render: (host) => SpinTheEarth.render(host) };

class SpinTheEarth extends UndoCard {
  constructor(host) {
    super(host);
    this.earth = host.model.get("coefficients");
    this.coasts = host.model.get("coasts").map(unitVectors);
    this.saidAt = 0;
    this.begin("earth", fields);
    this.watch();
  }

  // ---- what the reader does ----

  turnTo(quaternion) {
    this.moving = true;
    this.drag({ turn: wholeTurn(quaternion) });
  }

  settle() {
    this.moving = false;
    super.settle();
    this.refresh();
  }

  /** Once round the Earth's own axis, and stop; a second press stops it where it is. */
  spin() {
    if (this.spinning) return this.stop();
    const start = this.state.turn;
    if (calm()) return this.change({ turn: wholeTurn(product(start, about([0, 0, 1], Math.PI / 2))) });
    let began = 0;
    const step = (now) => {
      began ||= now;
      const share = Math.min(1, (now - began) / CIRCLE);
      this.turnTo(share === 1 ? start : product(start, about([0, 0, 1], 2 * Math.PI * share)));
      if (share < 1) this.spinning = requestAnimationFrame(step);
      else this.stop();
    };
    this.spinning = requestAnimationFrame(step);
    this.spinButton.textContent = "Stop";
  }

  stop() {
    if (!this.spinning) return;
    cancelAnimationFrame(this.spinning);
    this.spinning = 0;
    this.spinButton.textContent = "Spin";
    this.settle();
  }

  // ---- the elements, made once ----

  build() {
    const choose = (name, label, tone, texts) =>
      segmented({
        label,
        tone,
        value: this.state[name],
        onChange: (value) => this.change({ [name]: value }),
        options: this.field(name).choices.map((value) => ({ value, label: texts[value][0], title: texts[value][1] })),
      });
    this.pixelChoice = choose("pixel", "Size of a pixel", "signal", PIXELS);
    this.conventionChoice = choose("convention", "Convention", "group", CONVENTIONS);
    this.folded = foldedControls("pixels, convention", this.pixelChoice.element, this.conventionChoice.element);
    this.verdict = verdictBar({ onAction: () => {}, life: this.life });
    this.spinButton = button("Spin", () => this.spin(), {
      class: "gdl-button gdl-spin",
      title: "Once round the Earth's own axis",
    });
    this.palette = paletteOf();
    this.card = h(
      "section",
      { class: "gdl-card gdl-earth", "aria-label": "Spin the Earth", dir: "ltr" },
      h("p", { class: "gdl-title" }, "Spin the Earth in coefficient space"),
      h(
        "p",
        { class: "gdl-lead" },
        "Drag either globe. Beside each row its energy: left from the pixels, right from the coefficients.",
      ),
      this.buildPicture(),
      this.buildCut(),
      this.verdict.element,
      this.folded.element,
      stepsInTurn(STEPS, ({ state }) => this.change(state)),
      (this.foot = h("div", { class: "gdl-foot" }, this.undoButton)),
      this.palette.element,
    );
  }

  buildPicture() {
    this.globes = {};
    this.relation = h("span", { class: "gdl-relation-sign" });
    this.deeds = {};
    const figure = (name) => {
      const [caption, label] = SIDES[name];
      this.globes[name] = globeView({
        label,
        coasts: this.coasts,
        turnOf: () => {
          this.stop();
          return this.state.turn;
        },
        onTurn: (turn) => this.turnTo(turn),
        onSettle: () => this.settle(),
      });
      this.deeds[name] = h("span", { class: "gdl-deed" });
      return h(
        "figure",
        { class: `gdl-map gdl-${name}` },
        this.globes[name].element,
        h("figcaption", {}, h("strong", {}, name === "right" ? this.relation : null, caption), " ", this.deeds[name]),
      );
    };
    this.triangle = triangleView({ rows: this.field("degree").max + 1 });
    this.angle = h("span", { class: "gdl-angle" });
    return h(
      "div",
      { class: "gdl-earth-picture" },
      figure("left"),
      h(
        "div",
        { class: "gdl-middle" },
        h(
          "p",
          { class: "gdl-heading" },
          (this.heading = h("span", {})),
          " coefficients, rows ",
          h("i", {}, "l"),
          " = 0 to ",
          (this.lastRow = h("span", {})),
        ),
        this.triangle.element,
        h("p", { class: "gdl-mixing" }, "a turn mixes inside a row, never between rows"),
      ),
      figure("right"),
    );
  }

  /** The main control: how many degrees are let in. */
  buildCut() {
    const id = uid("cut"),
      { min, max } = this.field("degree");
    this.cut = h("input", {
      id,
      type: "range",
      min,
      max,
      step: 1,
      oninput: () => {
        this.moving = true;
        this.drag({ degree: Number(this.cut.value) });
      },
      onchange: () => this.settle(),
    });
    this.cutText = h("output", { class: "gdl-cut-text", for: id });
    return h(
      "div",
      { class: "gdl-cut" },
      h("label", { class: "gdl-label", for: id }, h("span", { class: "gdl-long" }, "Degrees "), h("i", {}, "l"), " ≤"),
      this.cutText,
      this.cut,
      this.angle,
      this.spinButton,
    );
  }

  /** Draw anew when the size or the colours of the page change. */
  watch() {
    const again = () => this.refresh(),
      { signal } = this.life;
    const recolour = () => {
      this.palette.forget();
      again();
    };
    const sizes = new ResizeObserver(again),
      theme = new MutationObserver(recolour);
    sizes.observe(this.card);
    for (const element of [document.documentElement, document.body])
      theme.observe(element, {
        attributes: true,
        attributeFilter: ["class", "data-theme", "theme", "data-jp-theme-light"],
      });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour, { signal });
    this.life.add(() => {
      sizes.disconnect();
      theme.disconnect();
      cancelAnimationFrame(this.spinning);
      cancelAnimationFrame(this.frame);
    });
  }

  // ---- showing the state ----

  show(before) {
    const { state } = this;
    this.refresh();
    write(this.angle, `turned by ${degrees(state.turn)}`);
    if (before && Object.keys(state).every((name) => name === "turn" || state[name] === before[name])) return;
    this.pixelChoice.set(state.pixel);
    this.conventionChoice.set(state.convention);
    this.folded.set(folded(state));
    this.cut.value = state.degree;
    this.cut.setAttribute("aria-valuetext", `${(state.degree + 1) ** 2} coefficients`);
    this.cutText.textContent = state.degree;
    this.heading.textContent = (state.degree + 1) ** 2;
    this.lastRow.textContent = state.degree;
    const done = deeds(state);
    for (const name of Object.keys(SIDES)) this.deeds[name].textContent = done[name];
  }

  /** Paint in the next frame, however often the state changes until then. */
  refresh() {
    this.frame ??= requestAnimationFrame((now) => {
      this.frame = null;
      this.paint(now);
    });
  }

  /** While the globe moves, pixels of 1.5° make way for those of 3°, and the verdict on them waits. */
  paint(now) {
    const { state, moving } = this,
      fine = state.pixel === "1.5",
      pixel = moving && fine ? "3" : state.pixel,
      found = follow({ ...state, pixel }, this.earth),
      colours = this.palette.colours(),
      looks = {
        left: { map: found.left, rings: 180 / (Number(pixel) || SMOOTH), smooth: pixel === "none" || (moving && fine) },
        right: {
          map: found.right,
          rings: 180 / SMOOTH,
          smooth: true,
          wrong: state.convention !== "right" && !found.same,
        },
      };
    for (const [name, { element, draw }] of Object.entries(this.globes)) {
      const side = Math.round(element.clientWidth * Math.min(2, globalThis.devicePixelRatio || 1));
      if (side) draw({ ...looks[name], turn: state.turn }, colours, Math.min(side, moving ? DRAFT : FINE));
    }
    this.triangle.draw(found, colours);
    if (pixel === state.pixel && (!moving || now > this.saidAt + CALM)) {
      this.saidAt = now;
      this.say(found);
    }
  }

  /** The verdict; the gaps of all sizes of pixel only when the globe rests. */
  say(found) {
    const { state, moving } = this,
      verdict = verdictOf(state, found, moving ? null : gaps(state, this.earth));
    if (moving) verdict.why ||= this.why;
    this.why = verdict.why;
    this.verdict.set(verdict);
    if (!moving) this.triangle.element.setAttribute("aria-label", triangleText(state, found));
    this.card.dataset.status = verdict.status;
    write(this.relation, verdict.status === "no" ? "≠ " : "= ");
  }
}

/** Points of a coast, (latitude, longitude) in tenths of a degree, as unit vectors, one after another. */
function unitVectors(line) {
  const out = new Float32Array((line.length / 2) * 3);
  for (let i = 0; 2 * i < line.length; i++) {
    const [latitude, longitude] = [line[2 * i], line[2 * i + 1]].map((tenths) => (tenths * Math.PI) / 1800);
    out[3 * i] = Math.cos(latitude) * Math.cos(longitude);
    out[3 * i + 1] = Math.cos(latitude) * Math.sin(longitude);
    out[3 * i + 2] = Math.sin(latitude);
  }
  return out;
}

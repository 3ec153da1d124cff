// The filter with hands: turn one filter by turning its coefficients, and read its response off at every angle.

import { UndoCard } from "../shared/card.js";
import { foldedControls, stepsInTurn, verdictBar } from "../shared/first_screen.js";
import { calm, h, segmented, write } from "../shared/parts.js";
import { angleDial, wrapped } from "./dial.js";
import { followColours } from "./drawing.js";
import { handView, twoWays } from "./hands.js";
import {
  AMPLITUDES,
  ERROR_STEP,
  RADII,
  TOLERANCE,
  allowed,
  atOnePlace,
  bound,
  curvesAt,
  decoded,
  errorAt,
  folded,
  handsOf,
  inside,
  lengths,
  maps,
  onPixels,
  responseMap,
  wanted,
} from "./math.js";
import { errorCurve, pictureView, responseCurve, signOf, signed } from "./panels.js";
import {
  SIZES,
  STEPS,
  TABS,
  curveText,
  degrees,
  errorCurveText,
  handWords,
  highest,
  settings,
  verdictOnFilter,
  verdictOnPixels,
} from "./words.js";

const SWEEP = 200; // ms from one angle to the next
const POINTS = 90 / ERROR_STEP + 1;
const COLOURS = ["signal", "negative", "violation", "cell"];
const names = (choices) => Object.fromEntries(choices.map((choice) => [choice, choice]));

export default { render: (host) => FilterWithHands.render(host) };

class FilterWithHands extends UndoCard {
  constructor(host) {
    super(host);
    this.pictures = Object.fromEntries(
      Object.entries(this.model.get("pictures")).map(([name, text]) => [name, decoded(text)]),
    );
    this.left = { key: null }; // the maps of the picture that is shown
    this.errors = { key: null };
    this.begin("hands");
  }

  // ---- what the reader does ----

  /** A new angle is swept to; one that is dragged follows the hand instead. */
  change(part) {
    const from = this.shown?.angle ?? this.state.angle;
    super.change(part);
    this.sweep(from);
  }

  undo() {
    const from = this.shown?.angle ?? this.state.angle;
    super.undo();
    this.sweep(from);
  }

  sweep(from) {
    const { state } = this,
      way = ((state.angle - from + 540) % 360) - 180;
    if (way === 0 || calm() || !this.card.isConnected) return;
    const start = performance.now();
    const step = () => {
      if (this.state !== state || this.life.signal.aborted) return;
      const t = Math.min(1, (performance.now() - start) / SWEEP);
      const angle = t < 1 ? Math.round(from + way * t * (2 - t)) : state.angle;
      this.display({ ...state, angle: t < 1 ? wrapped(angle) : angle });
      if (t < 1) requestAnimationFrame(step);
    };
    step();
  }

  /** Switch a frequency on, with its pair, or off. */
  toggle(k) {
    this.change({ [`k${k}`]: this.state[`k${k}`] === "off" ? "both" : "off" });
  }

  /** The button of the verdict: forbid a partner, give all back, or try another angle. */
  act() {
    const hands = handsOf(this.state),
      lost = [1, 2, 3].filter((k) => hands[k] === "cosine");
    if (lost.length) return this.change(Object.fromEntries(lost.map((k) => [`k${k}`, "both"])));
    if (this.state.tab === "pixels") return this.change({ angle: this.state.angle % 90 ? 90 : 45 });
    this.change({ [`k${highest(hands)}`]: "cosine" });
  }

  // ---- the elements, made once ----

  build() {
    const choose = (name, label, tone, words) =>
      segmented({
        label,
        tone,
        value: this.state[name],
        onChange: (value) => this.change({ [name]: value }),
        options: this.field(name).choices.map((value) => ({ value, label: words[value] })),
      });
    const settle = () => this.settle();
    this.tabs = choose("tab", "View", "signal", TABS);
    this.choices = {
      picture: choose("picture", "Picture", "signal", names(this.field("picture").choices)),
      show: choose("show", "Show", "signal", { picture: "picture", response: "response" }),
      size: choose("size", "Filter", "layer", SIZES),
      ...Object.fromEntries(
        [1, 2, 3].map((k) => [
          `k${k}`,
          choose(`k${k}`, h("span", {}, h("i", {}, "k"), ` = ${k}`), "layer", {
            both: "cos, sin",
            cosine: "cos only",
            off: "off",
          }),
        ]),
      ),
    };
    this.fold = foldedControls("Settings", ...Object.values(this.choices).map((choice) => choice.element));
    this.dial = angleDial({
      onTurn: (angle) => this.drag({ angle }),
      onSettle: settle,
      onKey: (angle) => {
        this.drag({ angle }); // no sweep: a screen reader would hear every angle on the way
        settle();
      },
    });
    this.view = pictureView({
      onMove: (row, column) => this.drag({ row, column }),
      onSettle: settle,
      onKey: (row, column) => this.change({ row, column }),
    });
    const onPick = (angle) => this.drag({ angle });
    this.curve = responseCurve({ onPick, onSettle: settle });
    this.errorCurve = errorCurve({ onPick, onSettle: settle });
    this.hands = AMPLITUDES.map((_, k) => handView(k, () => this.toggle(k)));
    this.ways = twoWays();
    this.verdict = verdictBar({ onAction: () => this.act(), life: this.life });
    this.card = this.buildCard();
  }

  buildCard() {
    this.angle = h("b", { class: "gdl-theta" });
    this.pictureWord = h("span", {});
    this.curveWord = h("span", {});
    this.sum = h("b", {});
    this.aside = h("span", { class: "gdl-aside" });
    this.handsWord = h("span", {});
    const panel = (name, caption, ...elements) =>
      h("div", { class: `gdl-panel-of-hands gdl-${name}-panel` }, h("p", { class: "gdl-caption" }, caption), elements);
    this.total = h(
      "p",
      { class: "gdl-total" },
      h("span", { class: "gdl-is" }, "="),
      " ",
      this.sum,
      h("span", { class: "gdl-note" }, "the dot"),
    );
    const views = this.hands.map((hand) => hand.element);
    this.row = h("div", { class: "gdl-hands-row" }, views, this.total);
    this.foot = h("div", { class: "gdl-foot" }, this.undoButton);
    return h(
      "section",
      { class: "gdl-card gdl-hands", "aria-label": "The filter with hands", dir: "ltr" },
      h(
        "div",
        { class: "gdl-head" },
        h("p", { class: "gdl-title" }, "One filter, every direction"),
        h("div", { class: "gdl-tabs" }, this.tabs.element),
      ),
      h(
        "div",
        { class: "gdl-three-panels" },
        panel("dial", ["filter ", this.angle], this.dial.element),
        panel("picture", this.pictureWord, this.view.element),
        panel("curve", this.curveWord, this.curve.element, this.errorCurve.element),
      ),
      h("p", { class: "gdl-caption gdl-row-caption" }, this.aside, this.handsWord),
      this.row,
      this.ways.element,
      this.verdict.element,
      stepsInTurn(STEPS, ({ state }) => this.change(state)),
      h("div", { class: "gdl-last-line" }, this.fold.element, this.foot),
    );
  }

  // ---- showing the state ----

  get x() {
    return this.pictures[this.state.picture];
  }

  /** The colours of the page, from the first time that the card is in it. */
  watchColours() {
    followColours(
      this.card,
      COLOURS,
      (colours) => {
        const first = !this.colours;
        this.colours = colours;
        if (!first) this.show();
      },
      this.life,
    );
  }

  show() {
    if (!this.colours) this.watchColours();
    this.display(this.state);
  }

  /** Show a state: this.state, or on the way to it one with another angle. */
  display(state) {
    this.shown = state;
    const onPixelsTab = state.tab === "pixels";
    this.tabs.set(state.tab);
    for (const [name, choice] of Object.entries(this.choices)) choice.set(state[name]);
    this.fold.set(settings(state));
    this.card.dataset.tab = state.tab;
    write(this.angle, `θ = ${degrees(state.angle)}`);
    const hands = handsOf(state);
    this.dial.set({
      angle: state.angle,
      coefficients: allowed(hands, state.angle),
      most: wanted(hands, 0).reduce((sum, [a]) => sum + a, 0),
      colours: this.colours,
    });
    for (const [element, hidden] of [
      [this.curve.element, onPixelsTab],
      [this.errorCurve.element, !onPixelsTab],
      [this.row, onPixelsTab],
      [this.ways.element, !onPixelsTab],
    ])
      element.hidden = hidden;
    if (onPixelsTab) this.showPixels(state, hands);
    else this.showPlace(state, hands);
  }

  /** What the convolutions leave on the whole picture: the maps, the longest pair, and a bound on all responses. */
  convolved(hands) {
    const { picture, size } = this.state,
      key = `${picture} ${size}`;
    if (this.left.key !== key) {
      const left = maps(this.x, RADII[size]),
        long = lengths(left);
      this.left = { key, maps: left, long, longest: Math.max(...long.slice(1).map((pair) => Math.max(...pair))) };
    }
    if (this.left.hands !== String(hands)) {
      this.left.hands = String(hands);
      this.left.most = bound(this.left.long, hands);
    }
    return this.left;
  }

  /** The two curves at the ring: only another place, picture or filter changes them. */
  curves(hands) {
    const { picture, row, column, size } = this.state,
      key = `${picture} ${row} ${column} ${size} ${hands}`;
    if (this.known?.key !== key) this.known = { key, curves: curvesAt(this.x, this.state) };
    return this.known.curves;
  }

  /** The first tab: one place of the picture, all angles. */
  showPlace(state, hands) {
    const left = this.convolved(hands),
      found = atOnePlace(this.x, state, this.curves(hands)),
      wrong = found.gap > TOLERANCE;
    const everywhere = state.show === "response";
    this.view.set({
      values: everywhere ? responseMap(left.maps, allowed(hands, state.angle)) : this.x,
      signed: everywhere ? { scale: 0.8 * left.most, colours: this.colours } : null,
      ring: { row: state.row, column: state.column, reach: 2 * RADII[state.size] },
      angle: state.angle,
      strongest: found.round ? null : found.strongest,
      still: false,
      name: `Ring at column ${state.column + 1}, row ${state.row + 1} of the picture; arrow keys move it`,
    });
    write(this.pictureWord, everywhere ? "response everywhere" : "picture; drag the ring");
    write(this.curveWord, "response under the ring, against θ");
    const most = Math.max(0.3 * left.most, ...found.true.map(Math.abs)); // a faint response stays faint
    this.curve.set({
      read: found.read,
      ought: wrong ? found.true : null,
      value: found.value,
      angle: state.angle,
      most,
      strongest: found.strongest,
      text: curveText(found),
    });
    write(this.aside, `blue arrows: what ${found.convolutions} convolutions left here; black: the filter; `);
    write(this.handsWord, "hand k turns k times as fast; shaded: its share");
    this.hands.forEach((view, k) =>
      view.set({
        hand: hands[k],
        angle: state.angle,
        left: found.left[k],
        share: found.shares[k],
        most: left.longest,
        words: handWords(k, hands[k], state.angle, found.shares[k]),
      }),
    );
    write(this.sum, signed(found.value));
    this.sum.dataset.sign = signOf(found.value);
    this.verdict.set(verdictOnFilter(state, found));
  }

  /** The second tab: the whole picture turns as well. */
  showPixels(state, hands) {
    const found = onPixels(this.x, state),
      where = inside(RADII[state.size]),
      same = found.gap <= TOLERANCE * found.scale;
    this.view.set({
      values: found.gx,
      signed: null,
      ring: { row: 0, column: 0, reach: 2 * RADII[state.size] },
      angle: state.angle,
      strongest: null,
      still: true,
      name: `The picture, turned by ${degrees(state.angle)}`,
    });
    write(this.pictureWord, "picture, turned as well");
    write(this.curveWord, "error, against θ");
    write(this.aside, "");
    write(this.handsWord, "two ways that ought to agree");
    this.ways.set({
      ...found,
      where,
      colours: this.colours,
      same,
      magnified: same ? "none" : `shown × ${Math.round(found.scale / found.gap)}`,
      label: `Turn both and then filter, filter and then turn: ${same ? "the same" : "not the same"}`,
    });
    this.followErrors(hands);
    this.errorCurve.set({ error: found.error, angle: folded(state.angle) });
    this.verdict.set(verdictOnPixels(state, found));
  }

  /** The curve of errors: a point a frame, so that nothing has to wait for it. */
  followErrors(hands) {
    const { state } = this,
      key = `${state.picture} ${state.size} ${hands}`;
    if (this.errors.key === key) return;
    const empty = () => new Array(POINTS).fill(null);
    this.errors = { key, layer: empty(), alone: empty() };
    this.computeErrors(this.errors, state, this.x, 0);
  }

  computeErrors(errors, state, x, step) {
    if (errors !== this.errors || this.life.signal.aborted) return;
    const found = errorAt(x, state, step),
      { layer, alone } = errors;
    layer[step] = found.error;
    alone[step] = found.alone;
    this.errorCurve.draw({ layer, alone, text: errorCurveText(layer, alone) });
    if (step + 1 < POINTS) requestAnimationFrame(() => this.computeErrors(errors, state, x, step + 1));
  }
}

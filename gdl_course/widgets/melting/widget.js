// The melting matrix: a dense random W, averaged over more and more of a group, becomes a layer with a name.

import { Card } from "../shared/card.js";
import { matrixView } from "../shared/grids.js";
import { button, h, segmented, stepList, verdictLine } from "../shared/parts.js";
import { melt, randomMatrix } from "./math.js";
import { STEPS, progressText, verdictOf } from "./words.js";

const PAUSE = 1100; // ms between two steps of the animation

export default { render: (host) => Melting.render(host) };

class Melting extends Card {
  constructor(host) {
    super(host);
    this.chains = this.model.get("chains");
    this.begin("melting");
    this.life.add(() => this.pause());
  }

  /** The step may be too large for the group for a moment. */
  fit(state) {
    return { ...state, step: Math.min(state.step, this.chains[state.group].generators.length) };
  }

  follow(next) {
    this.go(next);
  }

  /** What the reader's hand does ends the animation. */
  go(part) {
    this.pause();
    this.change(part);
  }

  get chain() {
    return this.chains[this.state.group];
  }
  get last() {
    return this.chain.generators.length;
  }

  /** All stages for the present group and seed; computed when one of them changes. */
  get stages() {
    const { group: name, seed } = this.state;
    if (this.key !== `${name} ${seed}`) {
      this.key = `${name} ${seed}`;
      this.n = this.chain.generators[0].length;
      this.W = randomMatrix(this.n, seed);
      this.computed = melt(this.W, this.chain.generators, this.n);
    }
    return this.computed;
  }

  // ---- the animation ----

  play() {
    if (this.timer) return this.pause();
    if (this.state.step === this.last) this.change({ step: 0 });
    this.timer = setInterval(() => this.tick(), PAUSE);
    this.playButton.textContent = "Pause";
  }

  tick() {
    this.change({ step: this.state.step + 1 });
    if (this.state.step === this.last) this.pause();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.playButton.textContent = "Play";
  }

  // ---- the elements, made once ----

  build() {
    const groups = Object.entries(this.chains).map(([value, chain]) => ({
      value,
      label: chain.label,
      title: chain.points,
    }));
    this.groupChoice = segmented({
      label: "Group",
      tone: "group",
      value: this.state.group,
      options: groups,
      onChange: (value) => this.go({ group: value, step: 0 }),
    });
    this.viewChoice = segmented({
      label: "Show",
      tone: "signal",
      value: this.state.view,
      onChange: (value) => this.change({ view: value }),
      options: [
        { value: "values", label: "values", title: "Blue positive, gold negative" },
        { value: "orbits", label: "orbits", title: "Equal numbers share a colour and a letter" },
      ],
    });
    this.points = h("p", { class: "gdl-note" });
    this.verdict = verdictLine();
    this.card = h(
      "section",
      { class: "gdl-card gdl-melting", "aria-label": "Melting matrix" },
      h("p", { class: "gdl-title" }, "What is left of a matrix when a group has averaged it?"),
      h("p", { class: "gdl-lead" }, "Each entry becomes the mean of all entries that the group moves to its place."),
      h("div", { class: "gdl-row" }, this.groupChoice.element, this.viewChoice.element),
      this.points,
      this.buildControls(),
      this.buildPictures(),
      this.verdict.element,
      stepList(STEPS, (step) => this.go(step.state)),
      (this.foot = h("div", { class: "gdl-foot" })),
    );
  }

  buildControls() {
    this.playButton = button("Play", () => this.play(), { class: "gdl-button gdl-play" });
    this.stepButton = button("Step", () => this.go({ step: this.state.step + 1 }));
    this.backButton = button("Reset", () => this.go({ step: 0 }), { title: "Back to W" });
    this.slider = h("input", {
      type: "range",
      min: "0",
      step: "1",
      "aria-label": "Elements averaged",
      oninput: () => this.go({ step: Number(this.slider.value) }),
    });
    this.ticks = h("ol", { class: "gdl-ticks", "aria-hidden": "true" });
    return h(
      "div",
      { class: "gdl-row gdl-controls" },
      h(
        "div",
        { class: "gdl-buttons" },
        this.playButton,
        this.stepButton,
        this.backButton,
        button("New W", () => this.go({ seed: this.state.seed + 1, step: 0 })),
      ),
      h("div", { class: "gdl-scrub" }, this.slider, this.ticks),
    );
  }

  buildPictures() {
    const figure = (name) => {
      const slot = h("div", {}),
        caption = h("figcaption", {}),
        scaleNote = h("p", { class: "gdl-note" });
      this[name] = { slot, caption, scaleNote };
      return h("figure", { class: `gdl-map gdl-melt-${name}` }, caption, slot, scaleNote);
    };
    this.arrow = h("p", { class: "gdl-melt-arrow", "data-tone": "group" });
    return h("div", { class: "gdl-melt" }, figure("before"), this.arrow, figure("after"), figure("kernel"));
  }

  // ---- showing the state ----

  show() {
    const { chain, stages, last } = this;
    const { group: name, step, view } = this.state;
    const stage = stages[step];
    this.groupChoice.set(name);
    this.viewChoice.set(view);
    this.points.textContent = `${chain.points}.`;
    this.stepButton.disabled = step === last;
    this.backButton.disabled = step === 0;
    this.slider.max = last;
    this.slider.value = step;
    this.slider.setAttribute("aria-valuetext", progressText(stages, step));
    this.ticks.style.setProperty("--steps", last);
    this.ticks.replaceChildren(
      ...stages.map((s, k) => h("li", { class: k === step ? "gdl-now" : null }, String(s.parameters))),
    );
    this.arrow.textContent = `average over ${stage.order} of ${stages[last].order}`;
    this.showMatrices(stage, chain.shape);
    this.verdict.set(verdictOf(chain, stages, step));
  }

  showMatrices(stage, [rows, cols]) {
    const { n, W } = this;
    const largest = (values) => Math.max(...values.map(Math.abs));
    const scale = largest(stage.matrix); // averages shrink: each matrix has its own scale, and says which
    const shared = sharedOrbits(stage);
    const column = (values) => Array.from({ length: n }, (_, i) => values[i * n]);
    const orbits = this.state.view === "orbits" ? shared : undefined;
    this.picture("before", n, n, { values: W, scale: largest(W) }, `W: ${n * n} free numbers`);
    this.picture(
      "after",
      n,
      n,
      { values: stage.matrix, scale, orbits },
      `the average: ${stage.parameters} free numbers`,
    );
    this.picture(
      "kernel",
      rows,
      cols,
      { values: column(stage.matrix), scale, orbits: orbits && column(orbits) },
      "its column 0, on the points",
    );
  }

  /** Show a matrix in its place, in a view that is made again only when the size changes. */
  picture(name, rows, cols, content, caption) {
    const place = this[name];
    if (place.size !== `${rows} ${cols}`) {
      place.size = `${rows} ${cols}`;
      place.view = matrixView({ rows, cols, label: caption });
      place.slot.replaceChildren(place.view.element);
    }
    place.caption.textContent = caption;
    place.view.set({ ...content, label: `${caption}, ${rows} × ${cols}` });
    place.scaleNote.textContent = content.orbits
      ? "same letter, same number"
      : `strongest colour: ±${content.scale.toFixed(2)}`;
  }
}

/** The orbits that have more than one entry, numbered anew; -1 for an entry that shares its number with none. */
function sharedOrbits({ orbits }) {
  const sizes = new Map();
  for (const orbit of orbits) sizes.set(orbit, (sizes.get(orbit) ?? 0) + 1);
  const numbers = new Map(
    [...sizes.keys()]
      .filter((orbit) => sizes.get(orbit) > 1)
      .sort((a, b) => a - b)
      .map((orbit, k) => [orbit, k]),
  );
  return orbits.map((orbit) => numbers.get(orbit) ?? -1);
}

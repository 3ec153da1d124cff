// The blueprint builder: choose a domain, a task and a size; see the group, the layer, its size, the network; take it along.

import { button, group, h, lifetime, onModelChange, permalink, segmented, stepList, uid, verdictLine } from "./parts.js";
import { CHANNELS, STEPS, cellText, domainOf, fitted, fromParameters, networkVerdict, planOf, rowWords, shortGroup, signalText, swapOf, toParameters } from "./blueprint_builder_words.js";
import { countsView, exportView, stackView, weightsView } from "./blueprint_builder_views.js";
import { domainChoice, swapChoice, valueSlider } from "./blueprint_builder_choices.js";
import { stage } from "./blueprint_builder_stage.js";

const STATE = ["domain", "output", "size", "channels", "swap"];

export default { render({ model, el, signal }) {
  const life = lifetime(signal);
  new BlueprintBuilder(model, el, life);
  return () => life.end();
} };

class BlueprintBuilder {
  constructor(model, el, life) {
    Object.assign(this, { model, domains: model.get("domains"), lines: model.get("lines"), past: [], gesture: null, open: null });
    this.state = this.read();
    this.build();
    this.foot.append(...permalink({ el, name: "blueprint", life, read: () => toParameters(this.state),
      apply: (parameters) => this.change(fromParameters(parameters, this.state, this.domains)) }));
    el.classList.add("gdl");
    el.append(this.card);
    el.addEventListener("keydown", (event) => this.shortcut(event), { signal: life.signal });
    onModelChange(model, STATE, () => this.heed(), life);
    life.add(() => this.card.remove());
    this.show();
  }

  // ---- state ----

  /** The model's state; for a moment its size or its swap may be that of another domain. */
  read() { return fitted(Object.fromEntries(STATE.map((name) => [name, this.model.get(name)])), this.domains); }

  /** Python (or another view of the same model) changed something. */
  heed() {
    const next = this.read();
    if (this.sending || JSON.stringify(next) === JSON.stringify(this.state)) return;
    this.state = next;
    this.show();
  }

  /** Change part of the state: one step to undo, sent to Python, shown. */
  change(part) {
    this.drag(part);
    this.settle();
  }

  /** Change it as part of a slide; `settle` ends it and makes it one step to undo. */
  drag(part) {
    this.gesture ??= this.state;
    this.put(fitted({ ...this.state, ...part }, this.domains));
  }

  settle() {
    if (this.gesture && JSON.stringify(this.gesture) !== JSON.stringify(this.state)) this.past.push(this.gesture);
    this.gesture = null;
    this.undoButton.disabled = this.past.length === 0;
    this.model.save_changes();
  }

  put(next) {
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    if (next.domain !== this.state.domain || next.output !== this.state.output) this.open = null;
    this.state = next;
    this.sending = true; // the model speaks up after each trait; half a change is no state
    for (const name of STATE) this.model.set(name, next[name]);
    this.sending = false;
    this.show();
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.put(before);
    this.settle();
  }

  shortcut(event) {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.undo();
  }

  // ---- the elements, made once ----

  build() {
    this.repairButton = button("Put it back", () => this.change({ swap: "" }));
    this.verdict = verdictLine(this.repairButton);
    this.stack = stackView({ onOpen: (at) => { this.open = this.open === at ? null : at; this.show(); } });
    this.swaps = swapChoice({ onChange: (swap) => this.change({ swap }) });
    this.export = exportView();
    this.card = h("section", { class: "gdl-card gdl-blueprint", "aria-label": "Blueprint builder" },
      h("p", { class: "gdl-title" }, "Build a network from a domain and a symmetry"),
      h("p", { class: "gdl-lead" }, "Choose where the data live. The layer and its weights are solved for, not looked up."),
      this.buildDomains(), (this.signal = h("p", { class: "gdl-note gdl-signal" })), this.buildControls(), this.buildPanels(),
      (this.network = h("div", { class: "gdl-network" }, h("span", { class: "gdl-label" }, "The network, module by module"), this.stack.element, this.swaps.element)),
      this.verdict.element, (this.words = h("dl", { class: "gdl-row-words" })),
      stepList(STEPS, ({ state }) => this.change(state)), this.export.element, this.foot = h("div", { class: "gdl-foot" }));
  }

  buildDomains() {
    this.domainChoice = domainChoice({ domains: this.domains, onChange: (domain) => this.change({ domain }) });
    return this.domainChoice.element;
  }

  buildControls() {
    this.outputChoice = segmented({ label: "Output", tone: "layer", value: this.state.output, onChange: (output) => this.change({ output }),
      options: ["invariant", "equivariant"].map((value) => ({ value, label: value })) });
    this.sizeSlider = valueSlider({ onInput: (size) => this.drag({ size }), onChange: () => this.settle() });
    this.channelSlider = valueSlider({ onInput: (channels) => this.drag({ channels }), onChange: () => this.settle() });
    this.undoButton = button("Undo", () => this.undo(), { disabled: true });
    return h("div", { class: "gdl-row gdl-blueprint-controls" }, this.outputChoice.element, this.sizeSlider.element, this.channelSlider.element, this.undoButton);
  }

  buildPanels() {
    this.weights = weightsView();
    this.counts = countsView();
    this.stage = stage({ onMove: ({ images }) => this.weights.fly(images) || "The values go with their points." });
    const title = () => h("p", { class: "gdl-label", id: uid("panel") });
    const panel = (head, view) => h("div", { role: "group", "aria-labelledby": head.id }, head, view.element);
    const weightsTitle = title();
    weightsTitle.textContent = "W, coloured by orbit";
    [this.groupTitle, this.countsTitle] = [title(), title()];
    this.panels = h("div", { class: "gdl-panels" }, panel(this.groupTitle, this.stage), panel(weightsTitle, this.weights), panel(this.countsTitle, this.counts));
    return this.panels;
  }

  // ---- showing the state ----

  show() {
    const { state, domains } = this, domain = domainOf(state, domains), plan = planOf(state, domains), swap = swapOf(state, domains);
    this.domainChoice.set(state.domain);
    this.outputChoice.set(state.output);
    this.channelSlider.set("Channels", CHANNELS, state.channels);
    this.sizeSlider.set(h("i", {}, domain.size.name), domain.size.values, state.size);
    const parts = [this.outputChoice, this.channelSlider, this.export].map(({ element }) => element);
    for (const element of [...parts, this.panels, this.network]) element.hidden = !plan;
    if (plan) this.showPlan(domain, plan, swap);
    this.words.hidden = !domain.planned;
    this.words.replaceChildren(...rowWords(domain).flatMap(([what, which]) => [h("dt", {}, what), h("dd", {}, which)]));
    this.signal.hidden = domain.planned;
    this.signal.textContent = signalText(domain);
    this.verdict.set(networkVerdict(state, domains));
    this.repairButton.hidden = !swap;
  }

  showPlan(domain, plan, swap) {
    const sample = domain.by_size[this.state.size], open = this.open ?? swap?.at ?? null;
    this.stage.show(sample);
    this.weights.show(sample.orbits);
    this.groupTitle.replaceChildren("The group ", h("i", {}, shortGroup(domain)), " acts");
    this.countsTitle.replaceChildren("Weights of one layer, ", h("i", {}, `${domain.size.name} = ${this.state.size}`));
    this.counts.show(sample, this.state.channels);
    this.stack.show(plan, swap, open);
    this.swaps.show(plan, swap, open);
    if (swap) this.repairButton.textContent = `Put ${plan.modules[swap.at].name} back`;
    this.export.show(cellText(this.state, this.domains, this.lines));
  }
}

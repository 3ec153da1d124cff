// The blueprint builder: choose a domain, a task and a size; see the group, the layer, the network; take it along.

import { UndoCard } from "../shared/card.js";
import { button, h, segmented, stepList, uid, verdictLine } from "../shared/parts.js";
import {
  STEPS,
  cellText,
  domainOf,
  fields,
  fitted,
  networkVerdict,
  planOf,
  rowWords,
  shortGroup,
  signalText,
  swapOf,
} from "./words.js";
import { countsView, exportView, stackView, weightsView } from "./views.js";
import { domainChoice, swapChoice, valueSlider } from "./choices.js";
import { stage } from "./stage.js";

export default { render: (host) => BlueprintBuilder.render(host) };

class BlueprintBuilder extends UndoCard {
  constructor(host) {
    super(host);
    this.domains = this.model.get("domains");
    this.lines = this.model.get("lines");
    this.open = null;
    this.begin("blueprint", fields(this.domains));
  }

  /** The size or the swap may be that of another domain for a moment. */
  fit(state) {
    return fitted(state, this.domains);
  }

  // ---- the elements, made once ----

  build() {
    this.repairButton = button("Put it back", () => this.change({ swap: "" }));
    this.verdict = verdictLine(this.repairButton);
    this.stack = stackView({
      onOpen: (at) => {
        this.open = this.open === at ? null : at;
        this.show();
      },
    });
    this.swaps = swapChoice({ onChange: (swap) => this.change({ swap }) });
    this.export = exportView();
    this.card = h(
      "section",
      { class: "gdl-card gdl-blueprint", "aria-label": "Blueprint builder" },
      h("p", { class: "gdl-title" }, "Build a network from a domain and a symmetry"),
      h(
        "p",
        { class: "gdl-lead" },
        "Choose where the data live. The layer and its weights are solved for, not looked up.",
      ),
      this.buildDomains(),
      (this.signal = h("p", { class: "gdl-note gdl-signal" })),
      this.buildControls(),
      this.buildPanels(),
      (this.network = h(
        "div",
        { class: "gdl-network" },
        h("span", { class: "gdl-label" }, "The network, module by module"),
        this.stack.element,
        this.swaps.element,
      )),
      this.verdict.element,
      (this.words = h("dl", { class: "gdl-row-words" })),
      stepList(STEPS, ({ state }) => this.change(state)),
      this.export.element,
      (this.foot = h("div", { class: "gdl-foot" })),
    );
  }

  buildDomains() {
    this.domainChoice = domainChoice({ domains: this.domains, onChange: (domain) => this.change({ domain }) });
    return this.domainChoice.element;
  }

  buildControls() {
    this.outputChoice = segmented({
      label: "Output",
      tone: "layer",
      value: this.state.output,
      onChange: (output) => this.change({ output }),
      options: this.field("output").choices.map((value) => ({ value, label: value })),
    });
    this.sizeSlider = valueSlider({ onInput: (size) => this.drag({ size }), onChange: () => this.settle() });
    this.channelSlider = valueSlider({ onInput: (channels) => this.drag({ channels }), onChange: () => this.settle() });
    return h(
      "div",
      { class: "gdl-row gdl-blueprint-controls" },
      this.outputChoice.element,
      this.sizeSlider.element,
      this.channelSlider.element,
      this.undoButton,
    );
  }

  buildPanels() {
    this.weights = weightsView();
    this.counts = countsView();
    this.stage = stage({ onMove: ({ images }) => this.weights.fly(images) || "The values go with their points." });
    const title = () => h("p", { class: "gdl-label", id: uid("panel") });
    const panel = (head, view) => h("div", { role: "group", "aria-labelledby": head.id }, head, view.element);
    const weightsTitle = title();
    weightsTitle.textContent = "W, coloured by orbit";
    this.groupTitle = title();
    this.countsTitle = title();
    this.panels = h(
      "div",
      { class: "gdl-panels" },
      panel(this.groupTitle, this.stage),
      panel(weightsTitle, this.weights),
      panel(this.countsTitle, this.counts),
    );
    return this.panels;
  }

  // ---- showing the state ----

  show(before) {
    const { state, domains } = this,
      domain = domainOf(state, domains),
      plan = planOf(state, domains),
      swap = swapOf(state, domains);
    if (before && (before.domain !== state.domain || before.output !== state.output)) this.open = null;
    this.domainChoice.set(state.domain);
    this.outputChoice.set(state.output);
    this.channelSlider.set("Channels", this.field("channels").choices, state.channels);
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
    const sample = domain.by_size[this.state.size],
      open = this.open ?? swap?.at ?? null;
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

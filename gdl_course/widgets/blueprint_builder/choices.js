// What the reader chooses with: domains as cards, a slider over a few values, a module's offers.

import { h, uid } from "../shared/parts.js";
import { shortGroup } from "./words.js";

/** The little picture of a domain, 30 × 30: a path to stroke, and dots. */
function picture([path, dots]) {
  return h(
    "svg",
    { class: "gdl-symbol", viewBox: "0 0 30 30", "aria-hidden": "true" },
    h("path", { d: path }),
    dots.map(([cx, cy]) => h("circle", { cx, cy, r: 2.6 })),
  );
}

/** Cards, each a radio button: title and group, and for a planned one that it is planned. */
export function domainChoice({ domains, onChange }) {
  const name = uid("domain");
  const inputs = domains.map((domain) =>
    h("input", {
      type: "radio",
      name,
      value: domain.name,
      id: `${name}-${domain.name}`,
      onchange: () => onChange(domain.name),
    }),
  );
  const cards = domains.map((domain, i) => [
    inputs[i],
    h(
      "label",
      { for: inputs[i].id, "data-planned": domain.planned },
      picture(domain.icon),
      h("span", {}, domain.title, " ", h("small", {}, domain.planned ? "planned" : shortGroup(domain))),
    ),
  ]);
  const element = h(
    "fieldset",
    { class: "gdl-domains" },
    h("legend", { class: "gdl-label" }, "Domain Ω"),
    h("div", { class: "gdl-domain-cards" }, ...cards),
  );
  return {
    element,
    set: (chosen) =>
      inputs.forEach((input) => {
        input.checked = input.value === chosen;
      }),
  };
}

/** A slider over a list of values, with the value beside it. set(label, values, value); no values: hidden. */
export function valueSlider({ onInput, onChange }) {
  const id = uid("slider"),
    label = h("label", { class: "gdl-label", for: id }),
    text = h("output", { for: id });
  let values = [];
  const input = h("input", {
    id,
    type: "range",
    min: 0,
    oninput: () => onInput(values[Number(input.value)]),
    onchange: onChange,
  });
  const element = h("div", { class: "gdl-field" }, label, h("span", { class: "gdl-slide" }, input, text));
  function set(name, next, value) {
    values = next;
    element.hidden = values.length === 0;
    label.replaceChildren(name);
    input.max = values.length - 1;
    input.value = values.indexOf(value);
    input.setAttribute("aria-valuetext", String(value));
    text.textContent = value;
  }
  return { element, set };
}

/** What can stand in place of a module: itself, or one of the offers that break the network. */
export function swapChoice({ onChange }) {
  const element = h("div", { class: "gdl-tray" });
  let key = "",
    inputs = [];
  const hint = () =>
    h("p", { class: "gdl-note" }, "Press a module to put a forbidden one in its place, and see what breaks.");
  function make(modules, swaps, at) {
    const name = uid("swap"),
      lawful = modules[at];
    const options = [{ name: "", title: lawful.name }, ...swaps.filter((swap) => swap.at === at)];
    inputs = options.map((option) =>
      h("input", {
        type: "radio",
        name,
        value: option.name,
        id: `${name}-${option.name || "lawful"}`,
        onchange: () => onChange(option.name),
      }),
    );
    const chips = options.map((option, i) => [inputs[i], h("label", { for: inputs[i].id }, option.title)]);
    element.replaceChildren(
      h(
        "fieldset",
        { class: "gdl-field", "data-tone": "difference" },
        h("legend", { class: "gdl-label" }, "In this place"),
        h("div", { class: "gdl-segments" }, ...chips),
      ),
    );
  }
  /** open: the index of the module whose offers are shown, or null. */
  function show({ modules, swaps }, swap, open) {
    const next = JSON.stringify([modules, open]);
    if (next !== key) {
      if (open === null) element.replaceChildren(hint());
      else make(modules, swaps, open);
    }
    key = next;
    if (open !== null)
      inputs.forEach((input) => {
        input.checked = input.value === (swap?.at === open ? swap.name : "");
      });
  }
  return { element, show };
}

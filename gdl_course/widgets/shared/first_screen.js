// What lets a card show its picture, its verdict and its main control on the first screen: other controls folded into
// one line that says their values, and on a phone one step to try at a time.
// Nothing here touches the document when it is imported, so Node can import it too.

import { button, h, stepList } from "./parts.js";

/** Controls folded into one line: `label` says what they are, set(values) their present values.
 *  @param {string} label
 *  @param {...any} controls */
export function foldedControls(label, ...controls) {
  const values = h("span", { class: "gdl-values" });
  const element = h(
    "details",
    { class: "gdl-folded" },
    h("summary", {}, h("span", {}, label), " ", values),
    h("div", { class: "gdl-row" }, controls),
  );
  /** @param {string[]} texts */
  const set = (texts) => {
    const line = texts.join(" · ");
    if (values.textContent !== line) values.textContent = line;
  };
  return { element, set };
}

/** The steps to try: all of them where there is room, and on a phone one at a time. */
export function stepsInTurn(steps, onGo) {
  const element = stepList(steps, onGo),
    items = [...element.querySelectorAll("li")];
  let current = 0;
  const show = () => items.forEach((item, i) => item.classList.toggle("gdl-current", i === current));
  const next = button("Next step", () => {
    current = (current + 1) % items.length;
    show();
  });
  next.classList.add("gdl-quiet", "gdl-next");
  element.classList.add("gdl-in-turn");
  element.append(next);
  items.forEach((item, i) => {
    item.style.counterSet = `step ${i + 1}`; // an item that is not displayed does not count
  });
  show();
  return element;
}

// What lets a card show its picture, its verdict and its main control on the first screen: other controls folded into
// one line that says their values, on a phone one step to try at a time, and a verdict that stays in view.
// Nothing here touches the document when it is imported, so Node can import it too.

import { button, h, stepList, write } from "./parts.js";

const REST = 500; // ms without a change before a verdict is spoken

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
  const set = (texts) => write(values, texts.join(" · "));
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

/** The verdict of verdictLine (parts.js) in a bar that stays in view. While something is dragged it changes many times
 *  a second; a screen reader hears it when it has stood still, from a line of its own.
 *  set({ status, headline, detail, why, action }): `action` is the label of the bar's button, or null for none.
 *  @param {{ onAction: () => void, life: { add: (undo: () => void) => void } }} options */
export function verdictBar({ onAction, life }) {
  const mark = h("span", { class: "gdl-mark" }),
    headline = h("strong", {}),
    detail = h("span", { class: "gdl-detail" }),
    why = h("p", { class: "gdl-why" });
  const act = button("", onAction);
  const spoken = h("div", { class: "gdl-unseen", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const seen = h("div", {}, h("p", {}, mark, " ", headline, " ", detail), why);
  const element = h("div", { class: "gdl-verdict gdl-in-view" }, seen, h("div", { class: "gdl-actions" }, act), spoken);
  let timer;
  life.add(() => clearTimeout(timer));

  function set(verdict) {
    element.dataset.status = verdict.status;
    const texts = [{ yes: "✓", no: "✗", partly: "◐" }[verdict.status], verdict.headline, verdict.detail, verdict.why];
    [mark, headline, detail, why].forEach((node, i) => write(node, texts[i]));
    write(act, verdict.action ?? "");
    act.hidden = !verdict.action;
    clearTimeout(timer);
    const sentence = texts.join(" ");
    timer = setTimeout(() => write(spoken, sentence), REST);
  }
  return { element, set };
}

// The parts of a card whose picture, verdict and main control stand on the first screen: a verdict that is spoken when
// the hand rests, one step to try at a time on a phone, and a line that folds the other controls and says their values.
// Nothing here touches the document when it is imported, so Node can import it too.

import { button, h, uid, write } from "./parts.js";

const REST = 500; // ms without a change before a verdict is spoken

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
  const element = h("div", { class: "gdl-verdict gdl-bar" }, seen, h("div", { class: "gdl-actions" }, act), spoken);
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

/** "Try": steps [{ title, expect }]; a click calls onGo(step). A narrow card shows one of them, and a button for the
 *  next. */
export function stepByStep(steps, onGo) {
  const id = uid("steps");
  let current = 0;
  const items = steps.map((step, i) =>
    h(
      "li",
      { style: `counter-set: step ${i + 1}` },
      h(
        "button",
        { type: "button", class: "gdl-step", onclick: () => onGo(step) },
        h("span", {}, step.title),
        " ",
        h("span", { class: "gdl-expect" }, step.expect),
      ),
    ),
  );
  const next = button("", () => go((current + 1) % steps.length), { class: "gdl-button gdl-quiet gdl-next" });
  function go(index) {
    current = index;
    items.forEach((item, i) => item.classList.toggle("gdl-current", i === current));
    const following = ((current + 1) % steps.length) + 1;
    next.textContent = `${current + 1} of ${steps.length} ›`;
    next.setAttribute("aria-label", `Show step ${following} of ${steps.length}`);
  }
  go(0);
  return h(
    "section",
    { class: "gdl-steps gdl-one-by-one", "aria-labelledby": id },
    h("p", { class: "gdl-label", id }, "Try this"),
    h("ol", {}, items),
    next,
  );
}

/** Controls behind one line that names them and says their present values: set(values) with a list of words. */
export function foldedControls(name, ...controls) {
  const values = h("span", { class: "gdl-values" });
  const element = h(
    "details",
    { class: "gdl-fold" },
    h("summary", {}, h("span", {}, name), " ", values),
    h("div", { class: "gdl-row" }, ...controls),
  );
  const set = (words) => write(values, words.join(" · "));
  return { element, set };
}

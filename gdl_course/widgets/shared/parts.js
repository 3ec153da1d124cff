// The parts that all widgets of the course share: numbers as text, elements, verdicts, steps.
// Nothing here touches the document when it is imported, so Node can import it too.

// ---- seeded random numbers (the same stream as gdl_course.widgets.explorer.mulberry32) ----

/** A generator of numbers in [0, 1) from a 32-bit seed (mulberry32, T. Ettinger, public domain). */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A uniformly random permutation of 0..n-1 (Fisher–Yates): p[i] is where point i goes. */
export function randomPermutation(n, random) {
  const p = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [p[i], p[j]] = [p[j], p[i]];
  }
  return p;
}

// ---- numbers as text ----

/** A number as people write it: a true minus sign, no trailing zeros, at most `digits` decimals. */
export function numberText(value, digits = 2) {
  const rounded = Number(value.toFixed(digits));
  return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
}

/** An error: 0, two decimals, or one digit and a power of ten. */
export function errorText(error) {
  if (error === 0) return "0";
  return error >= 0.01 ? error.toFixed(2) : error.toExponential(0).replace("-", "−");
}

/** A colour and a letter for orbit k; both are repeated in the matrix, the kernel and the legend. */
export function orbitLetter(k) {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδεζηθλμνξπρστφχψω";
  return k < letters.length ? letters[k] : String(k);
}
/** The colours are those of the palette, as far as it has one for the orbit. */
export const orbitColour = (k) => `var(--gdl-orbit-${k}, hsl(${Math.round(k * 137.508) % 360} 45% 32%))`;
export const orbitInk = (k) => `var(--gdl-orbit-ink-${k}, #fff)`;

// ---- elements ----

// Each kind of widget, and in a notebook each widget, has its own copy of this module: a count alone would give two
// widgets of a page the same radio buttons, and choosing in one would clear the other.
const stamp = Math.random().toString(36).slice(2, 8);
let count = 0;
/** A name that nothing else in the page has. */
export const uid = (prefix) => `gdl-${prefix}-${stamp}-${++count}`;

/** Make an element: h("p", { class: "a", onclick: f, "aria-label": "x" }, child, "text"). */
export function h(tag, properties = {}, ...children) {
  const svg = ["svg", "path", "line", "rect", "g", "text", "circle"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Set the text of a node, or attributes of it, where they are others: what stays the same is not drawn again. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
export function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes))
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

export function button(label, onclick, properties = {}) {
  return h("button", { type: "button", class: "gdl-button", onclick, ...properties }, label);
}

/** Fields side by side under a small heading; `label` names the group for a screen reader. */
export function group(label, ...children) {
  const id = uid("group");
  return h(
    "div",
    { class: "gdl-field", role: "group", "aria-labelledby": id },
    h("span", { class: "gdl-label", id }, label),
    ...children,
  );
}

/** One choice out of a few, as joined chips: native radio buttons, so arrow keys work.
 *  options: [{ value, label, title }]; tone: "group" (orange), "layer" (teal) or "signal" (blue). */
export function segmented({ label, options, value, tone = "signal", onChange }) {
  const name = uid("choice");
  const inputs = options.map((option) =>
    h("input", {
      type: "radio",
      name,
      value: option.value,
      id: `${name}-${option.value}`,
      onchange: () => onChange(option.value),
    }),
  );
  const chips = options.map((option, i) => [
    inputs[i],
    h("label", { for: inputs[i].id, title: option.title }, option.label),
  ]);
  const element = h(
    "fieldset",
    { class: "gdl-field", "data-tone": tone },
    h("legend", { class: "gdl-label" }, label),
    h("div", { class: "gdl-segments" }, ...chips),
  );
  const set = (chosen) =>
    inputs.forEach((input) => {
      input.checked = input.value === String(chosen);
    });
  set(value);
  return { element, set };
}

/** Ends with the widget: signal for listeners, `add` for other things to undo. Older hosts pass no signal. */
export function lifetime(signal) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort(), { once: true });
  return {
    signal: controller.signal,
    add: (undo) => controller.signal.addEventListener("abort", undo, { once: true }),
    end: () => controller.abort(),
  };
}

/** Call `callback` when one of the model's traits changes, until the widget ends. */
export function onModelChange(model, names, callback, life) {
  for (const name of names) {
    model.on(`change:${name}`, callback);
    life.add(() => model.off?.(`change:${name}`, callback));
  }
}

export const calm = () => globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? true;

// ---- verdict, steps ----

/** The verdict: ✓, ✗ or ◐ (status "yes", "no", "partly"), a headline and details; spoken when they change.
 *  `action` is an element (a button) shown beside them. */
export function verdictLine(...actions) {
  const mark = h("span", { class: "gdl-mark", "aria-hidden": "true" }),
    headline = h("strong", {}),
    detail = h("span", { class: "gdl-detail" });
  const why = h("p", { class: "gdl-why" });
  const text = h(
    "div",
    { role: "status", "aria-live": "polite", "aria-atomic": "true" },
    h("p", {}, mark, " ", headline, " ", detail),
    why,
  );
  const element = h("div", { class: "gdl-verdict" }, text, h("div", { class: "gdl-actions" }, ...actions));
  function set(verdict) {
    element.dataset.status = verdict.status;
    write(mark, { yes: "✓", no: "✗", partly: "◐" }[verdict.status]);
    write(headline, verdict.headline);
    write(detail, verdict.detail ?? "");
    write(why, verdict.why ?? "");
  }
  return { element, set };
}

/** "Try this": steps [{ title, expect }]; a click calls onGo(step). */
export function stepList(steps, onGo) {
  const id = uid("steps");
  return h(
    "section",
    { class: "gdl-steps", "aria-labelledby": id },
    h("p", { class: "gdl-label", id }, "Try this"),
    h(
      "ol",
      {},
      steps.map((step) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "gdl-step", onclick: () => onGo(step) },
            h("span", {}, step.title),
            " ",
            h("span", { class: "gdl-expect" }, step.expect),
          ),
        ),
      ),
    ),
  );
}

// The parts that all widgets of the course share: elements, grids, matrices, verdicts, steps, permalinks.
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

/** A colour and a letter for orbit k; both are repeated in the matrix, the kernel and the legend. */
export function orbitLetter(k) {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδεζηθλμνξπρστφχψω";
  return k < letters.length ? letters[k] : String(k);
}
const ORBIT_COLOURS = ["#0072B2", "#5C6B7A", "#7D4E97", "#8A5F10", "#E69F00", "#00745A", "#56B4E9", "#8DB600"];
const LIGHT_ORBITS = [4, 6, 7]; // these carry dark letters
export function orbitColour(k) {
  return k < ORBIT_COLOURS.length ? ORBIT_COLOURS[k] : `hsl(${Math.round(k * 137.508) % 360} 45% 32%)`;
}
export const orbitInk = (k) => (LIGHT_ORBITS.includes(k) ? "#10141A" : "#FFFFFF");

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

export function button(label, onclick, properties = {}) {
  return h("button", { type: "button", class: "gdl-button", onclick, ...properties }, label);
}

/** Fields side by side under a small heading; `label` names the group for a screen reader. */
export function group(label, ...children) {
  const id = uid("group");
  return h("div", { class: "gdl-field", role: "group", "aria-labelledby": id }, h("span", { class: "gdl-label", id }, label), ...children);
}

/** One choice out of a few, as joined chips: native radio buttons, so arrow keys work.
 *  options: [{ value, label, title }]; tone: "group" (orange), "layer" (teal) or "signal" (blue). */
export function segmented({ label, options, value, tone = "signal", onChange }) {
  const name = uid("choice");
  const inputs = options.map((option) =>
    h("input", { type: "radio", name, value: option.value, id: `${name}-${option.value}`, onchange: () => onChange(option.value) }));
  const chips = options.map((option, i) => [inputs[i], h("label", { for: inputs[i].id, title: option.title }, option.label)]);
  const element = h("fieldset", { class: "gdl-field", "data-tone": tone },
    h("legend", { class: "gdl-label" }, label), h("div", { class: "gdl-segments" }, ...chips));
  const set = (chosen) => inputs.forEach((input) => { input.checked = input.value === String(chosen); });
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

// ---- grids ----

const shade = (value, scale) => (Math.abs(value) < 1e-9 ? 0 : 0.22 + 0.78 * Math.min(1, Math.abs(value) / (scale || 1)));
const signOf = (value) => (Math.abs(value) < 1e-9 ? "0" : value > 0 ? "+" : "-");

/** A rows × cols map of numbers: blue positive, gold negative (tone "difference": magenta).
 *  It can be read cell by cell: hover, touch, or focus and arrow keys call onCursor(index or null).
 *  With onEdit(index, action) it can be painted: actions "start", "drag", "end" of a stroke,
 *  "toggle", "up", "down", "zero" from the keyboard.
 *  Returns { element, set(values, scale), mark(index), fly(sources) }. */
export function gridView({ rows, cols, label, tone = "signal", onCursor = () => {}, onEdit }) {
  const id = uid("grid");
  let cursor = 0, values = new Array(rows * cols).fill(0), name = label;
  const cells = values.map((_, i) => h("div", { role: "gridcell", id: `${id}-${i}`, class: "gdl-cell" }));
  const lines = Array.from({ length: rows }, (_, r) => h("div", { role: "row" }, cells.slice(r * cols, (r + 1) * cols)));
  const element = h("div", {
    class: `gdl-grid${onEdit ? " gdl-painter" : ""}`, role: "grid", tabindex: "0", "aria-label": label, "data-tone": tone,
    "aria-readonly": onEdit ? null : "true", "aria-activedescendant": cells[0].id, style: `--cols: ${cols}`,
  }, lines);

  const describe = (i) => `row ${Math.floor(i / cols) + 1}, column ${(i % cols) + 1}: ${numberText(values[i])}`;
  function set(next, scale, newLabel = name) {
    values = next;
    name = newLabel;
    element.setAttribute("aria-label", name);
    cells.forEach((cell, i) => {
      cell.style.setProperty("--v", cells.length > 1 ? shade(values[i], scale).toFixed(3) : 0);
      cell.dataset.sign = signOf(values[i]);
      cell.setAttribute("aria-label", describe(i));
      if (cells.length === 1) cell.textContent = numberText(values[i]); // a single number is shown as one
    });
  }
  function mark(index) {
    cells.forEach((cell, i) => cell.classList.toggle("gdl-marked", i === index));
  }
  function move(index) {
    cursor = index;
    element.setAttribute("aria-activedescendant", cells[index].id);
    onCursor(index);
  }
  /** Let the non-zero cells travel from where they came from: sources[i] is the old place of cell i. */
  function fly(sources) {
    const size = element.clientWidth / cols;
    if (calm() || !size || !cells[0].animate) return;
    cells.forEach((cell, i) => {
      const s = sources[i];
      if (s === i || cell.dataset.sign === "0") return;
      const x = ((s % cols) - (i % cols)) * size, y = (Math.floor(s / cols) - Math.floor(i / cols)) * size;
      cell.animate([{ transform: `translate(${x}px, ${y}px)`, zIndex: 2 }, { transform: "none", zIndex: 2 }],
        { duration: 240, easing: "cubic-bezier(.3, 0, .2, 1)" });
    });
  }

  function at(event) {
    const box = element.getBoundingClientRect();
    const c = Math.floor(((event.clientX - box.left) / box.width) * cols), r = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return c < 0 || r < 0 || c >= cols || r >= rows ? null : r * cols + c;
  }
  /** The cells between two pointer events, so that a fast stroke has no gaps. */
  function between(a, b) {
    const [r0, c0, r1, c1] = [Math.floor(a / cols), a % cols, Math.floor(b / cols), b % cols];
    const n = Math.max(Math.abs(r1 - r0), Math.abs(c1 - c0));
    return Array.from({ length: n }, (_, k) =>
      Math.round(r0 + ((r1 - r0) * (k + 1)) / n) * cols + Math.round(c0 + ((c1 - c0) * (k + 1)) / n));
  }
  let stroke = null;
  element.addEventListener("pointermove", (event) => {
    const index = at(event);
    if (stroke !== null && index !== null && index !== stroke) {
      between(stroke, index).forEach((i) => onEdit(i, "drag"));
      stroke = index;
    }
    onCursor(index);
  });
  element.addEventListener("pointerdown", (event) => {
    const index = at(event);
    if (index === null || event.button > 0) return;
    move(index);
    if (!onEdit) return;
    element.setPointerCapture?.(event.pointerId);
    stroke = index;
    onEdit(index, "start");
  });
  const finish = () => {
    if (stroke === null) return;
    stroke = null;
    onEdit(null, "end");
  };
  element.addEventListener("pointerup", finish);
  element.addEventListener("pointercancel", finish);
  element.addEventListener("pointerleave", () => { if (stroke === null) onCursor(null); });
  element.addEventListener("focus", () => { if (element.matches(":focus-visible")) onCursor(cursor); });
  element.addEventListener("blur", () => onCursor(null));
  const edits = { " ": "toggle", Enter: "toggle", "+": "up", "=": "up", "-": "down", "−": "down", Delete: "zero", Backspace: "zero", 0: "zero" };
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [r, c] = [Math.floor(cursor / cols), cursor % cols];
    const moves = {
      ArrowRight: [r, Math.min(c + 1, cols - 1)], ArrowLeft: [r, Math.max(c - 1, 0)],
      ArrowDown: [Math.min(r + 1, rows - 1), c], ArrowUp: [Math.max(r - 1, 0), c], Home: [r, 0], End: [r, cols - 1],
    };
    if (event.key in moves) move(moves[event.key][0] * cols + moves[event.key][1]);
    else if (onEdit && event.key in edits) { onEdit(cursor, edits[event.key]); onCursor(cursor); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { element, set, mark, fly };
}

/** A matrix as a picture: values by colour, or orbits by colour and letter.
 *  set({ values, scale, orbits, label }): flat arrays of rows · cols numbers; orbits[i] is an orbit number,
 *  -1 for an entry that belongs to none (shown as a value), or leave `orbits` out. */
export function matrixView({ rows, cols, label }) {
  const cells = Array.from({ length: rows * cols }, () => h("span", { class: "gdl-cell" }));
  const element = h("div", { class: "gdl-grid gdl-matrix", role: "img", "aria-label": label, style: `--cols: ${cols}` }, cells);
  function set({ values, scale, orbits, label: newLabel = label }) {
    element.setAttribute("aria-label", newLabel);
    cells.forEach((cell, i) => {
      const orbit = orbits ? orbits[i] : -1;
      cell.style.setProperty("--v", shade(values[i], scale).toFixed(3));
      cell.dataset.sign = signOf(values[i]);
      cell.classList.toggle("gdl-orbit", orbit >= 0);
      if (orbit >= 0) {
        cell.style.setProperty("--orbit", orbitColour(orbit));
        cell.style.setProperty("--letter", orbitInk(orbit));
      }
      cell.textContent = orbit >= 0 && cols <= 20 ? orbitLetter(orbit) : "";
    });
  }
  return { element, set, cells };
}

// ---- verdict, steps ----

/** The verdict: ✓, ✗ or ◐ (status "yes", "no", "partly"), a headline and details; spoken when they change.
 *  `action` is an element (a button) shown beside them. */
export function verdictLine(...actions) {
  const mark = h("span", { class: "gdl-mark", "aria-hidden": "true" }), headline = h("strong", {}), detail = h("span", { class: "gdl-detail" });
  const why = h("p", { class: "gdl-why" });
  const text = h("div", { role: "status", "aria-live": "polite", "aria-atomic": "true" }, h("p", {}, mark, " ", headline, " ", detail), why);
  const element = h("div", { class: "gdl-verdict" }, text, h("div", { class: "gdl-actions" }, ...actions));
  function set(verdict) {
    element.dataset.status = verdict.status;
    const write = (node, content) => { if (node.textContent !== content) node.textContent = content; };
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
  return h("section", { class: "gdl-steps", "aria-labelledby": id }, h("p", { class: "gdl-label", id }, "Try this"),
    h("ol", {}, steps.map((step) => h("li", {}, h("button", { type: "button", class: "gdl-step", onclick: () => onGo(step) },
      h("span", {}, step.title), " ", h("span", { class: "gdl-expect" }, step.expect))))));
}

// ---- permalinks: `page.html#explorer?layer=relu&dx=1` ----

/** Parameters of the link to widget `name` in a URL's hash, or null. Pure. */
export function parseLink(hash, name) {
  const [key, query] = hash.replace(/^#/, "").split("?");
  return key === name && query !== undefined ? Object.fromEntries(new URLSearchParams(query)) : null;
}

/** The hash that leads to widget `name` in a given state. Pure; the inverse of parseLink. */
export const linkHash = (name, parameters) => `#${name}?${new URLSearchParams(parameters)}`;

/** Whether the widget is in a static page of the book (the page marks the mount point), not in a notebook. */
export const inStaticPage = (el) => el.closest("[data-gdl-static]") !== null;

/** Read the state from the page's address, now and when it changes, and offer a button that copies it.
 *  In a notebook this does nothing: there, Python holds the state. Returns the elements to show. */
export function permalink({ el, name, read, apply, life }) {
  if (!inStaticPage(el)) return [];
  const follow = () => {
    const parameters = parseLink(location.hash, name);
    if (!parameters) return;
    apply(parameters);
    el.scrollIntoView({ block: "start" });
  };
  follow();
  window.addEventListener("hashchange", follow, { signal: life.signal });
  const said = h("span", { class: "gdl-said", role: "status" });
  const copy = async () => {
    history.replaceState(null, "", linkHash(name, read()));
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = "Link copied.";
    } catch {
      said.textContent = "The link is in the address bar.";
    }
    setTimeout(() => { said.textContent = ""; }, 4000);
  };
  return [button("Copy link to this picture", copy, { class: "gdl-button gdl-quiet" }), said];
}

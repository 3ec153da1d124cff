// Maps of numbers as pictures: a grid to read and to paint cell by cell, and a matrix.
// Nothing here touches the document when it is imported, so Node can import it too.

import { calm, h, numberText, orbitColour, orbitInk, orbitLetter, uid } from "./parts.js";

const shade = (value, scale) =>
  Math.abs(value) < 1e-9 ? 0 : 0.22 + 0.78 * Math.min(1, Math.abs(value) / (scale || 1));
const signOf = (value) => (Math.abs(value) < 1e-9 ? "0" : value > 0 ? "+" : "-");

/** A rows × cols map of numbers: blue positive, gold negative (tone "difference": magenta).
 *  It can be read cell by cell: hover, touch, or focus and arrow keys call onCursor(index or null).
 *  With onEdit(index, action) it can be painted: actions "start", "drag", "end" of a stroke,
 *  "toggle", "up", "down", "zero" from the keyboard.
 *  Returns { element, set(values, scale), mark(index), fly(sources) }.
 *  @param {{ rows: number, cols: number, label: string, tone?: string, onCursor?: (index: number | null) => void,
 *    onEdit?: (index: number, action: string) => void }} options */
export function gridView({ rows, cols, label, tone = "signal", onCursor = () => {}, onEdit }) {
  const id = uid("grid");
  let cursor = 0,
    values = new Array(rows * cols).fill(0),
    name = label;
  const cells = values.map((_, i) => h("div", { role: "gridcell", id: `${id}-${i}`, class: "gdl-cell" }));
  const lines = Array.from({ length: rows }, (_, r) =>
    h("div", { role: "row" }, cells.slice(r * cols, (r + 1) * cols)),
  );
  const element = h(
    "div",
    {
      class: `gdl-grid${onEdit ? " gdl-painter" : ""}`,
      role: "grid",
      tabindex: "0",
      "aria-label": label,
      "data-tone": tone,
      "aria-readonly": onEdit ? null : "true",
      "aria-activedescendant": cells[0].id,
      style: `--cols: ${cols}`,
    },
    lines,
  );

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
      const x = ((s % cols) - (i % cols)) * size,
        y = (Math.floor(s / cols) - Math.floor(i / cols)) * size;
      cell.animate(
        [
          { transform: `translate(${x}px, ${y}px)`, zIndex: 2 },
          { transform: "none", zIndex: 2 },
        ],
        { duration: 240, easing: "cubic-bezier(.3, 0, .2, 1)" },
      );
    });
  }

  function at(event) {
    const box = element.getBoundingClientRect();
    const c = Math.floor(((event.clientX - box.left) / box.width) * cols),
      r = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return c < 0 || r < 0 || c >= cols || r >= rows ? null : r * cols + c;
  }
  /** The cells between two pointer events, so that a fast stroke has no gaps. */
  function between(a, b) {
    const [r0, c0, r1, c1] = [Math.floor(a / cols), a % cols, Math.floor(b / cols), b % cols];
    const n = Math.max(Math.abs(r1 - r0), Math.abs(c1 - c0));
    return Array.from(
      { length: n },
      (_, k) => Math.round(r0 + ((r1 - r0) * (k + 1)) / n) * cols + Math.round(c0 + ((c1 - c0) * (k + 1)) / n),
    );
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
  element.addEventListener("pointerleave", () => {
    if (stroke === null) onCursor(null);
  });
  element.addEventListener("focus", () => {
    if (element.matches(":focus-visible")) onCursor(cursor);
  });
  element.addEventListener("blur", () => onCursor(null));
  const edits = {
    " ": "toggle",
    Enter: "toggle",
    "+": "up",
    "=": "up",
    "-": "down",
    "−": "down",
    Delete: "zero",
    Backspace: "zero",
    0: "zero",
  };
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [r, c] = [Math.floor(cursor / cols), cursor % cols];
    const moves = {
      ArrowRight: [r, Math.min(c + 1, cols - 1)],
      ArrowLeft: [r, Math.max(c - 1, 0)],
      ArrowDown: [Math.min(r + 1, rows - 1), c],
      ArrowUp: [Math.max(r - 1, 0), c],
      Home: [r, 0],
      End: [r, cols - 1],
    };
    if (event.key in moves) move(moves[event.key][0] * cols + moves[event.key][1]);
    else if (onEdit && event.key in edits) {
      onEdit(cursor, edits[event.key]);
      onCursor(cursor);
    } else return;
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
  const element = h(
    "div",
    { class: "gdl-grid gdl-matrix", role: "img", "aria-label": label, style: `--cols: ${cols}` },
    cells,
  );
  /** @param {{ values: number[], scale: number, orbits?: number[], label?: string }} content */
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

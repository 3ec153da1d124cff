// Three pictures of a group: the Cayley graph, the shape that an element moves, and the matrix of an element.

import { calm, h, numberText, uid } from "../shared/parts.js";
import { cosetLetter, paint } from "./table.js";
import { shapePlaces, turnOf } from "./math.js";

const DURATION = 200; // ms
/** @param {number[]} place */
const point = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** The path of an arrow from place p to place q, with room for the nodes and, if asked, a head; bent to its left. */
function arrowPath(p, q, radius, head, bend = 0) {
  const [dx, dy] = [q[0] - p[0], q[1] - p[1]],
    length = Math.hypot(dx, dy);
  const middle = [(p[0] + q[0]) / 2 + dy * bend, (p[1] + q[1]) / 2 - dx * bend];
  const towards = (from, to, distance) => {
    const d = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    return [from[0] + ((to[0] - from[0]) * distance) / d, from[1] + ((to[1] - from[1]) * distance) / d];
  };
  const start = towards(p, middle, radius),
    end = towards(q, middle, radius + (head ? 2 : 0));
  const line = `M${point(start)}Q${point(middle)} ${point(end)}`;
  if (!head || length < 1) return line;
  const angle = Math.atan2(end[1] - middle[1], end[0] - middle[0]);
  const wing = (side) => [end[0] - 8 * Math.cos(angle + side), end[1] - 8 * Math.sin(angle + side)];
  return `${line}M${point(wing(0.5))}L${point(end)}L${point(wing(-0.5))}`;
}

// ---- the Cayley graph ----

/** The graph of the arrows x → ax, with the arrows x → gx in orange on top. onChoose(x), onPoint(x or null).
 *  Returns { element, set({ table, orders, names, numbers, isCoset, g, h }) }. */
export function graphView({ places, arrows, label, onChoose, onPoint }) {
  const radius = places.length > 12 ? 19 : 22;
  const extent = Math.max(...places.flat().map(Math.abs)) + radius + 12;
  const below = h("g", {}),
    orange = h("g", { class: "gdl-acting" });
  const nodes = places.map((place, x) =>
    h(
      "g",
      { class: "gdl-node", role: "button", tabindex: "-1", transform: `translate(${point(place)})`, "data-x": x },
      h("circle", { class: "gdl-halo", r: radius + 6 }),
      h("circle", { class: "gdl-disc", r: radius }),
      h("g", { "text-anchor": "middle", class: "gdl-node-name" }),
      h("text", { "text-anchor": "middle", class: "gdl-node-letter", y: 14 }),
      h("text", { "text-anchor": "middle", class: "gdl-node-tag", y: -radius - 9 }),
    ),
  );
  const element = h(
    "svg",
    {
      viewBox: `${-extent} ${-extent} ${2 * extent} ${2 * extent}`,
      class: "gdl-graph",
      role: "group",
      "aria-label": label,
    },
    below,
    orange,
    nodes,
  );

  const target = (event) => event.target.closest?.(".gdl-node");
  const choose = (node) => {
    if (node) {
      rove(nodes.indexOf(node));
      onChoose(Number(node.dataset.x));
    }
  };
  const rove = (x) => nodes.forEach((node, y) => node.setAttribute("tabindex", x === y ? "0" : "-1"));
  element.addEventListener("click", (event) => choose(target(event)));
  element.addEventListener("pointerover", (event) => onPoint(target(event) ? Number(target(event).dataset.x) : null));
  element.addEventListener("pointerleave", () => onPoint(null));
  element.addEventListener("focusin", (event) => onPoint(Number(target(event).dataset.x)));
  element.addEventListener("focusout", () => onPoint(null));
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !target(event)) return;
    const x = nodes.indexOf(target(event)),
      steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key === "Enter" || event.key === " ") choose(target(event));
    else if (event.key in steps) {
      const next = (x + steps[event.key] + nodes.length) % nodes.length;
      rove(next);
      nodes[next].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function set({ table, orders, names, numbers, isCoset, g, h: other }) {
    const edges = (a) =>
      table[a].map((to, from) => ({ from, to })).filter(({ from, to }) => from !== to && (orders[a] > 2 || from < to));
    below.replaceChildren(
      ...arrows.flatMap((a, k) =>
        a === g
          ? []
          : edges(a).map(({ from, to }) =>
              h("path", {
                d: arrowPath(places[from], places[to], radius, orders[a] > 2),
                class: "gdl-edge",
                "stroke-dasharray": k ? "2 5" : null,
              }),
            ),
      ),
    );
    const bend = arrows.includes(g) ? 0 : 0.16;
    const both = orders[g] <= 2;
    orange.replaceChildren(
      ...edges(g).map(({ from, to }) =>
        h("path", {
          d: arrowPath(places[from], places[to], radius + 3, !both, bend),
          class:
            from === other || (both && to === other) || (other < 0 && (from === 0 || (both && to === 0)))
              ? "gdl-step-taken"
              : null,
        }),
      ),
    );
    const product = other < 0 ? g : table[g][other];
    nodes.forEach((node, x) => setNode(node, x, { names, numbers, isCoset, tags: tagsOf(x, g, other, product) }));
    if (!element.contains(document.activeElement)) rove(g);
  }
  function tagsOf(x, g, other, product) {
    const tags = [
      [g, "g"],
      ...(other < 0
        ? []
        : [
            [other, "h"],
            [product, "gh"],
          ]),
    ];
    return tags.filter(([element]) => element === x).map(([, tag]) => tag);
  }
  function setNode(node, x, { names, numbers, isCoset, tags }) {
    const [halo, disc, name, letter, tag] = node.children,
      coset = isCoset ? cosetLetter(numbers[x]) : "";
    paint(disc, numbers[x], isCoset);
    paint(letter, numbers[x], isCoset);
    paint(name, numbers[x], isCoset);
    halo.dataset.tag = tags.at(-1) ?? "";
    writeName(name, names[x], isCoset ? -1 : 5);
    letter.textContent = coset;
    tag.textContent = tags.join(" = ");
    node.setAttribute("aria-label", [names[x], coset && `coset ${coset}`, ...tags].filter(Boolean).join(", "));
    node.setAttribute("aria-pressed", String(tags.includes("g")));
  }
  /** The name as large as fits; two cycles on two lines. */
  function writeName(node, text, y) {
    const lines = text.split(/(?<=\))(?=\()/),
      longest = Math.max(3, ...lines.map((line) => line.length));
    const size = Math.min(places.length > 12 ? 13 : 17, (3.1 * radius) / longest) - (lines.length > 1 ? radius / 6 : 0);
    node.style.fontSize = `${size}px`;
    node.replaceChildren(
      ...lines.map((line, i) =>
        h("text", { y: y - (lines.length - 1 - 2 * i) * 0.45 * size - (lines.length > 1 && y < 0 ? 2 : 0) }, line),
      ),
    );
  }
  return { element, set };
}

// ---- the shape ----

const SIZE = 100;
const spiral = (n) => {
  // teeth whose edges all lean one way: turning fits, mirroring does not
  const steps = 12 * n,
    at = (i) => {
      const r = SIZE * (0.62 + 0.32 * ((i % 12) / 12)),
        turn = (2 * Math.PI * i) / steps;
      return [r * Math.cos(turn), -r * Math.sin(turn)];
    };
  const tooth = (k) => {
    const t = (2 * Math.PI * k) / n;
    return [0.94 * SIZE * Math.cos(t), -0.94 * SIZE * Math.sin(t)];
  };
  const before = (i) => (i % 12 === 0 && i ? `L${point(tooth(i / 12))}` : "");
  const rim = Array.from({ length: steps }, (_, i) => `${before(i)}L${point(at(i))}`);
  return `M${point(at(0))}${rim.join("")}L${point(tooth(0))}Z`;
};
const closed = (places) => `M${places.map(point).join("L")}Z`;
const joined = (places) =>
  places.flatMap((p, i) => places.slice(i + 1).map((q) => `M${point(p)}L${point(q)}`)).join("");
const F = "M-20 30V-30H22M-20 0H12";

/** The shape with its tokens. set({ permutation, before, move, label }): `move` takes `before` to `permutation`. */
export function shapeView({ shape, labels }) {
  const places = shapePlaces(shape, labels.length).map(([x, y]) => [SIZE * x, SIZE * y]);
  const planar = shape === "blade" || shape === "polygon";
  const outline = {
    blade: () => spiral(labels.length),
    polygon: () => closed(places),
    tetrahedron: () => joined(places),
    row: () => "",
    itself: () => "",
  }[shape]();
  const mark = h("g", {}, h("path", { d: F, class: "gdl-glyph" })),
    turning = h("g", {}, mark);
  const tokens = labels.map((text) =>
    h("g", { class: "gdl-token" }, h("circle", { r: 19 }), h("text", { "text-anchor": "middle", y: 7 }, text)),
  );
  const names = places.map((place, i) =>
    h(
      "text",
      { ...placeOfName(place), "text-anchor": "middle", class: "gdl-place" },
      shape === "row" || planar ? labels[i] : "",
    ),
  );
  const mirror = h("path", { class: "gdl-mirror" });
  const box =
    { row: "-140 -48 280 112", tetrahedron: "-130 -130 260 210", itself: "-130 -130 260 260" }[shape] ??
    "-148 -148 296 296";
  const element = h(
    "svg",
    { viewBox: box, role: "img", class: "gdl-shape" },
    h("path", { d: outline, class: "gdl-outline" }),
    places.map(([x, y]) => h("circle", { cx: x, cy: y, r: 21, class: "gdl-hole" })),
    names,
    planar ? [turning, mirror] : null,
    tokens,
  );

  /** @param {number[]} place */
  function placeOfName([x, y]) {
    return shape === "row" ? { x, y: y + 47 } : { x: 1.33 * x, y: 1.33 * y + 5 };
  }
  function set({ permutation, before, move, label }) {
    element.setAttribute("aria-label", label);
    tokens.forEach((token, i) => glide(token, places[before[i]], places[permutation[i]]));
    if (planar) turn(before, move);
  }
  function glide(token, from, to) {
    token.setAttribute("transform", `translate(${point(to)})`);
    if (calm() || from === to) return;
    const at = ([x, y]) => ({ transform: `translate(${x}px, ${y}px)` });
    token.animate([at(from), at(to)], { duration: DURATION, easing: "ease-in-out" });
  }
  function turn(before, move) {
    const css = ({ k, s }) => {
      const n = labels.length;
      return `rotate(${(-360 * (2 * k > n ? k - n : k)) / n}deg) scaleY(${s})`;
    };
    mark.style.transform = css(turnOf(before));
    const { k, s } = turnOf(move),
      end = css({ k, s }),
      angle = (Math.PI * k) / labels.length;
    turning.style.transform = end;
    if (!calm())
      turning.animate([{ transform: "rotate(0deg) scaleY(1)" }, { transform: end }], {
        duration: DURATION,
        easing: "ease-in-out",
      });
    const tip = [1.42 * SIZE * Math.cos(angle), -1.42 * SIZE * Math.sin(angle)];
    mirror.setAttribute("d", s === 1 ? "" : `M${point(tip)}L${point([-tip[0], -tip[1]])}`);
  }
  return { element, set };
}

// ---- a matrix with its numbers ----

/** A matrix, given as rows, with its numbers on orange where they are not 0, a caption and a note below. */
export function numberMatrix(rows, caption, note) {
  const cells = rows
    .flat()
    .map((value) => h("span", { class: `gdl-number${value === 0 ? " gdl-zero" : ""}` }, numberText(value)));
  const words = rows.map((row) => row.map((value) => numberText(value)).join(" ")).join("; ");
  const id = uid("matrix");
  return h(
    "figure",
    { class: "gdl-map", "aria-labelledby": id },
    h("figcaption", { id }, caption),
    h(
      "div",
      {
        class: "gdl-numbers",
        role: "img",
        "aria-label": `${caption} = ${words}`,
        style: `--size: ${rows.length}; --fit: ${words.includes(".") ? 28 : 52}cqi`,
      },
      cells,
    ),
    h("p", { class: "gdl-images" }, note),
  );
}

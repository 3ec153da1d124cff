// The drawing board of the message stepper: nodes and edges as SVG, by mouse, touch and keyboard.

import { calm, h, orbitColour, orbitInk } from "../shared/parts.js";

const UNIT = 4; // SVG units for one hundredth of the side
const RADIUS = 24,
  REACH = 30; // of a node, and of the disc that can be touched (44 px on a phone)
const EDGE = 6; // hundredths that a node keeps from the border
const FLIGHT = 200; // ms that a message takes
const NEAR_NODE = 20,
  NEAR_BORDER = 11; // hundredths within which a number would be covered or cut
const STRIDE = 2; // hundredths that an arrow key moves a node

const within = (c) => Math.max(EDGE, Math.min(100 - EDGE, c));

/** The direction (a multiple of 45°, in radians) that is furthest from all the angles given. */
export function freeDirection(taken) {
  const gap = (a, b) => Math.PI - Math.abs((Math.abs(a - b) % (2 * Math.PI)) - Math.PI);
  const candidates = [-1, -3, 1, 3, -2, 2, 0, 4].map((k) => (k * Math.PI) / 4);
  const room = (angle) => Math.min(Math.PI, ...taken.map((other) => gap(angle, other)));
  return candidates.reduce((best, angle) => (room(angle) > room(best) + 1e-9 ? angle : best));
}

/** Where the number of node i should not stand: towards its neighbours, nodes close by, and a border close by. */
export function takenDirections(nodes, edges, i) {
  const [x, y] = nodes[i];
  const borders = [
    [x < NEAR_BORDER, Math.PI],
    [x > 100 - NEAR_BORDER, 0],
    [y < NEAR_BORDER, -Math.PI / 2],
    [y > 100 - NEAR_BORDER, Math.PI / 2],
  ];
  const others = nodes.filter(
    ([u, v], j) =>
      j !== i && (Math.hypot(u - x, v - y) < NEAR_NODE || edges.some((edge) => edge.includes(i) && edge.includes(j))),
  );
  return [
    ...others.map(([u, v]) => Math.atan2(v - y, u - x)),
    ...borders.filter(([near]) => near).map(([, angle]) => angle),
  ];
}

/** A board that calls onTap(node or null), onMove(node, place, last) and onDelete(node).
 *  show({ nodes, edges, looks, selected, titles }): looks[i] = { text, number, share, sign, colour, wrong, name }. */
export function board({ label, onTap, onMove, onDelete, signal }) {
  const edgeLayer = h("g", { class: "gdl-edges" }),
    dots = h("g", { class: "gdl-dots" }),
    nodeLayer = h("g", {}),
    words = h("g", { "aria-hidden": "true" });
  const element = h(
    "svg",
    { viewBox: `0 0 ${100 * UNIT} ${100 * UNIT}`, class: "gdl-board", role: "group", "aria-label": label },
    edgeLayer,
    dots,
    words,
    nodeLayer,
  );
  let nodes = [],
    parts = [],
    drag = null;

  const place = (event) => {
    const box = element.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100];
  };
  /** The node whose disc holds the point; the nearest one where discs overlap.
   *  @param {number[]} point */
  const nodeAt = ([x, y]) => {
    const distances = nodes.map(([u, v]) => Math.hypot(x - u, y - v));
    const best = distances.indexOf(Math.min(...distances));
    return distances[best] * UNIT <= REACH ? best : null;
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    const start = place(event),
      node = nodeAt(start);
    drag = {
      node,
      start,
      moved: false,
      offset: node === null ? null : [nodes[node][0] - start[0], nodes[node][1] - start[1]],
    };
    if (node !== null) element.setPointerCapture?.(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!drag || drag.node === null) return;
    const now = place(event);
    drag.moved ||= Math.hypot(now[0] - drag.start[0], now[1] - drag.start[1]) > 2;
    if (drag.moved)
      onMove(
        drag.node,
        now.map((c, k) => Math.round(within(c + drag.offset[k]))),
        false,
      );
  });
  element.addEventListener("pointerup", () => {
    if (!drag) return;
    const { node, moved } = drag;
    drag = null;
    if (moved) onMove(node, nodes[node], true);
    else onTap(node);
  });
  element.addEventListener("pointercancel", () => {
    if (drag?.moved) onMove(drag.node, nodes[drag.node], true);
    drag = null;
  });
  element.addEventListener("keydown", (event) => {
    const i = parts.findIndex(({ node }) => node === event.target);
    const [x, y] = nodes[i] ?? [];
    const moves = {
      ArrowLeft: [x - STRIDE, y],
      ArrowRight: [x + STRIDE, y],
      ArrowUp: [x, y - STRIDE],
      ArrowDown: [x, y + STRIDE],
    };
    if (i < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) onMove(i, moves[event.key].map(within), true);
    else if (event.key === "Enter" || event.key === " ") onTap(i);
    else if (event.key === "Escape") onTap(null);
    else if (event.key === "Delete" || event.key === "Backspace") onDelete(i);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** New elements for n nodes; the keyboard's focus stays on the node, or on the last. */
  function makeNodes(n) {
    const focused = parts.findIndex(({ node }) => node === element.getRootNode().activeElement);
    parts = Array.from({ length: n }, () => {
      const part = {
        disc: h("circle", { r: RADIUS, class: "gdl-disc" }),
        ring: h("circle", { r: RADIUS + 4, class: "gdl-ring" }),
        text: h("text", { class: "gdl-value", "text-anchor": "middle" }),
        number: h("text", { class: "gdl-number", "text-anchor": "middle" }),
      };
      part.node = h(
        "g",
        { class: "gdl-node", role: "button", tabindex: "0" },
        h("circle", { r: REACH, class: "gdl-reach" }),
        part.ring,
        part.disc,
        part.text,
        part.number,
      );
      return part;
    });
    nodeLayer.replaceChildren(...parts.map(({ node }) => node));
    if (focused >= 0) focus(Math.min(focused, n - 1));
  }

  function show({ nodes: places, edges, looks, selected, titles }) {
    nodes = places;
    if (parts.length !== nodes.length) makeNodes(nodes.length);
    edgeLayer.replaceChildren(
      ...edges.map(([i, j]) =>
        h("line", { x1: nodes[i][0] * UNIT, y1: nodes[i][1] * UNIT, x2: nodes[j][0] * UNIT, y2: nodes[j][1] * UNIT }),
      ),
    );
    words.replaceChildren(
      ...titles.map(({ text, place: [x, y] }) => h("text", { x: x * UNIT, y: y * UNIT + 7, class: "gdl-half" }, text)),
    );
    parts.forEach((part, i) => showNode(part, i, looks[i], i === selected, edges));
  }

  function showNode(part, i, look, chosen, edges) {
    const [x, y] = nodes[i];
    part.node.setAttribute("transform", `translate(${x * UNIT} ${y * UNIT})`);
    part.node.setAttribute("aria-label", look.name);
    part.node.setAttribute("aria-pressed", String(chosen));
    part.node.dataset.wrong = look.wrong;
    part.disc.dataset.sign = look.sign;
    part.disc.style.setProperty("--v", look.share.toFixed(3));
    part.disc.style.fill = look.colour === null ? "" : orbitColour(look.colour);
    part.text.style.fill = look.colour === null ? "" : orbitInk(look.colour);
    part.text.style.fontStyle = look.colour === null ? "" : "italic";
    part.text.textContent = look.text;
    const size = look.text.length > 5 ? 12 : look.text.length > 3 ? 15 : 19;
    part.text.style.fontSize = `${size}px`;
    part.text.setAttribute("y", (size * 0.35).toFixed(1));
    part.number.textContent = look.wrong ? `${look.number} ≠` : look.number;
    const angle = freeDirection(takenDirections(nodes, edges, i)),
      across = Math.cos(angle);
    part.number.setAttribute("text-anchor", across > 0.1 ? "start" : across < -0.1 ? "end" : "middle");
    part.number.setAttribute("x", (across * (RADIUS + 6)).toFixed(1));
    part.number.setAttribute("y", (Math.sin(angle) * (RADIUS + 13) + 6).toFixed(1));
  }

  /** Let a dot travel along each edge, both ways; `done` is called when they arrive (at once under reduced motion). */
  function send(edges, done) {
    if (calm() || !element.animate || edges.length === 0) return done();
    const flights = edges.flatMap(([i, j]) => [
      [i, j],
      [j, i],
    ]);
    dots.replaceChildren(...flights.map(() => h("circle", { r: 6 })));
    flights.forEach(([from, to], k) =>
      dots.children[k].animate(
        [from, to].map((i) => ({ transform: `translate(${nodes[i][0] * UNIT}px, ${nodes[i][1] * UNIT}px)` })),
        { duration: FLIGHT, easing: "ease-in-out", fill: "forwards" },
      ),
    );
    const timer = setTimeout(land, FLIGHT);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    function land() {
      clearTimeout(timer);
      dots.replaceChildren();
      done();
    }
    return land;
  }

  const focus = (i) => parts[i]?.node.focus();
  return { element, show, send, focus };
}

// A globe on a canvas: a pixel map seen from the front, coasts, the axis of the turn; dragged, and turned by keys.

import { h } from "../shared/parts.js";
import { about, axisAngle, matrixOf, product, shortest } from "./rotations.js";

const RADIUS = 0.43; // of the canvas's side; the rest is for the axis
const SHADES = 16; // from the middle of the disc to its rim
const LEVELS = 256; // of a value, from -1 to 1
const STEP = Math.PI / 18; // that an arrow key turns
// Where the eye is, and what is right and up for it: it looks along -x, with y to the right and z up.
const KEYS = {
  ArrowRight: [[0, 0, 1], STEP],
  ArrowLeft: [[0, 0, 1], -STEP],
  ArrowDown: [[0, 1, 0], STEP],
  ArrowUp: [[0, 1, 0], -STEP],
  PageDown: [[1, 0, 0], -STEP],
  PageUp: [[1, 0, 0], STEP],
};

/** Globes that look alike: onTurn(quaternion) while the hand drags, onSettle() when it lets go or a key has turned.
 *  draw({ map, rings, smooth, turn, wrong }, colours) paints one; turnOf() is the turn when a gesture begins. */
export function globeView({ label, coasts, turnOf, onTurn, onSettle }) {
  const element = h("canvas", {
    class: "gdl-globe",
    tabindex: "0",
    role: "application",
    "aria-label": `${label}. Arrow keys turn it, Page Up and Page Down roll it, Home turns it back.`,
  });
  const tables = new Map();

  // ---- by hand and by key ----
  let grip = null;
  const place = (event) => {
    const box = element.getBoundingClientRect(),
      radius = RADIUS * box.width;
    const y = (event.clientX - box.left - box.width / 2) / radius,
      z = -(event.clientY - box.top - box.height / 2) / radius,
      beyond = Math.hypot(y, z);
    return beyond >= 1 ? [0, y / beyond, z / beyond] : [Math.sqrt(1 - y * y - z * z), y, z];
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    element.setPointerCapture?.(event.pointerId);
    grip = { from: place(event), turn: turnOf() };
  });
  element.addEventListener("pointermove", (event) => {
    if (grip) onTurn(product(shortest(grip.from, place(event)), grip.turn));
  });
  const letGo = () => {
    if (grip) onSettle();
    grip = null;
  };
  element.addEventListener("pointerup", letGo);
  element.addEventListener("pointercancel", letGo);
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "Home" && !(event.key in KEYS)) return;
    event.preventDefault();
    onTurn(event.key === "Home" ? [1, 0, 0, 0] : product(about(...KEYS[event.key]), turnOf()));
    onSettle();
  });

  // ---- the picture ----

  /** Draw on `side` canvas pixels a side. */
  function draw({ map, rings, smooth, turn, wrong }, colours, side) {
    if (element.width !== side) element.width = element.height = side;
    const context = element.getContext("2d"),
      key = `${side} ${rings} ${smooth}`;
    if (!tables.has(key)) tables.set(key, discTable(side, rings, smooth));
    disc(context, map, tables.get(key), colours.shaded);
    context.globalCompositeOperation = "destination-over"; // what is behind the disc
    axis(context, side, turn, colours, false);
    context.globalCompositeOperation = "source-over";
    lines(context, side, coasts, matrixOf(turn), colours.coast);
    axis(context, side, turn, colours, true);
    if (wrong) rim(context, side, colours.violation);
  }
  return { element, draw };
}

/** For each canvas pixel of the disc: which pixels of the map it shows, how much of each, and how far out it is. */
function discTable(side, rings, smooth) {
  const radius = RADIUS * side,
    across = 2 * rings,
    places = new Int32Array(side * side),
    cells = new Int32Array(2 * side * side),
    parts = new Float32Array(2 * side * side),
    shades = new Uint8Array(side * side);
  let count = 0;
  for (let i = 0; i < side * side; i++) {
    const y = ((i % side) + 0.5 - side / 2) / radius,
      z = -(Math.floor(i / side) + 0.5 - side / 2) / radius,
      r2 = y * y + z * z;
    if (r2 >= 1) continue;
    const x = Math.sqrt(1 - r2),
      down = (Math.acos(z) / Math.PI) * rings - 0.5,
      along = ((Math.atan2(y, x) / Math.PI) * rings - 0.5 + across) % across;
    const j = smooth ? Math.max(0, Math.min(rings - 2, Math.floor(down))) : Math.round(down),
      k = smooth ? Math.floor(along) : Math.round(along) % across;
    places[count] = i;
    cells[2 * count] = j * across + k;
    cells[2 * count + 1] = j * across + ((k + 1) % across);
    parts[2 * count] = smooth ? Math.min(1, Math.max(0, down - j)) : 0;
    parts[2 * count + 1] = smooth ? along - k : 0;
    shades[count++] = Math.min(SHADES - 1, Math.floor((1 - x) * SHADES));
  }
  return { image: new ImageData(side, side), across, smooth, places: places.subarray(0, count), cells, parts, shades };
}

function disc(context, map, { image, across, smooth, places, cells, parts, shades }, shaded) {
  const ink = new Uint32Array(image.data.buffer);
  for (let n = 0; n < places.length; n++) {
    const a = cells[2 * n],
      b = cells[2 * n + 1];
    let value = map[a];
    if (smooth) {
      const t = parts[2 * n],
        w = parts[2 * n + 1];
      value = (1 - t) * ((1 - w) * map[a] + w * map[b]) + t * ((1 - w) * map[a + across] + w * map[b + across]);
    }
    const level = value <= -1 ? 0 : value >= 1 ? LEVELS - 1 : ((value + 1) * (LEVELS - 1)) / 2;
    ink[places[n]] = shaded[shades[n] * LEVELS + (level | 0)];
  }
  context.putImageData(image, 0, 0);
}

/** The colours of every level and shade, as canvas pixels: gold below 0, blue above, darker towards the rim. */
export function shadedColours({ zero, positive, negative, rim }) {
  const shaded = new Uint32Array(SHADES * LEVELS);
  for (let s = 0; s < SHADES; s++) {
    const dark = 0.3 * (s / (SHADES - 1)) ** 2;
    for (let v = 0; v < LEVELS; v++) {
      const value = (2 * v) / (LEVELS - 1) - 1,
        ink = value < 0 ? negative : positive;
      const [r, g, b] = zero.map((c, i) => {
        const flat = c + (ink[i] - c) * Math.abs(value);
        return Math.round(flat + (rim[i] - flat) * dark);
      });
      shaded[s * LEVELS + v] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
  }
  return shaded;
}

/** The lines on the front half, turned by R. */
function lines(context, side, polylines, R, colour) {
  const radius = RADIUS * side,
    [[a, b, c], [d, e, f], [g, k, l]] = R;
  context.beginPath();
  for (const line of polylines) {
    let drawing = false;
    for (let i = 0; i < line.length; i += 3) {
      const [x, y, z] = [line[i], line[i + 1], line[i + 2]];
      if (a * x + b * y + c * z <= 0.02) {
        drawing = false;
        continue;
      }
      const across = side / 2 + radius * (d * x + e * y + f * z),
        down = side / 2 - radius * (g * x + k * y + l * z);
      if (drawing) context.lineTo(across, down);
      else context.moveTo(across, down);
      drawing = true;
    }
  }
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1, side / 260);
  context.lineJoin = "round";
  context.stroke();
}

/** The two ends of the axis of the turn, and around the upper one an arrow in its sense: what lies behind the disc is
 *  drawn before it, what lies in front of it after. */
function axis(context, side, turn, colours, front) {
  const { axis: a, angle } = axisAngle(turn),
    radius = RADIUS * side,
    at = ([, y, z]) => [side / 2 + radius * y, side / 2 - radius * z];
  if (angle < 1e-3) return;
  context.strokeStyle = colours.group;
  context.lineWidth = Math.max(1.5, side / 110);
  context.lineCap = context.lineJoin = "round";
  for (const sign of [1, -1]) {
    if (sign * a[0] >= 0 !== front) continue;
    context.beginPath();
    context.moveTo(...at(a.map((v) => sign * v)));
    context.lineTo(...at(a.map((v) => 1.15 * sign * v)));
    context.stroke();
  }
  const up = a[2] >= 0 ? 1 : -1;
  if (up * a[0] >= 0 === front) arrow(context, side, at, a, up);
}

/** An arc of the turn around the tip of its axis, with a head. */
function arrow(context, side, at, a, up) {
  const [p, q] = frame(a),
    point = (t) => at(a.map((v, i) => 1.09 * up * v + 0.17 * (Math.cos(t) * p[i] + Math.sin(t) * q[i])));
  const arc = Array.from({ length: 17 }, (_, n) => point(-2.2 + (n * 3.1) / 16)),
    [end, before] = [arc[16], arc[14]];
  const direction = Math.atan2(end[1] - before[1], end[0] - before[0]),
    wing = (bend) => [
      end[0] - (side / 26) * Math.cos(direction + bend),
      end[1] - (side / 26) * Math.sin(direction + bend),
    ];
  context.beginPath();
  arc.forEach((place, n) => (n ? context.lineTo(...place) : context.moveTo(...place)));
  context.moveTo(...wing(0.5));
  context.lineTo(...end);
  context.lineTo(...wing(-0.5));
  context.stroke();
}

/** Two unit vectors p and q across a third, so that the turn about it goes from p to q; p is the nearest to the eye. */
function frame([x, y, z]) {
  const flat = Math.hypot(y, z) || 1e-9;
  const p = x * x > 0.999 ? [0, 1, 0] : [flat, (-x * y) / flat, (-x * z) / flat];
  return [p, [y * p[2] - z * p[1], z * p[0] - x * p[2], x * p[1] - y * p[0]]];
}

function rim(context, side, colour) {
  context.beginPath();
  context.arc(side / 2, side / 2, RADIUS * side, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = side / 70;
  context.stroke();
}

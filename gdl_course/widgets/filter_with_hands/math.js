// The mathematics of the filter with hands: circular harmonics on one Gaussian ring, turned by turning coefficients.
// A place has x to the right and y upwards; rows of a picture go downwards, so y = −row. Angles are degrees,
// counter-clockwise: the sense in which the package's SO(2), and np.rot90, turn what stands on a grid
// (gdl_course/representations/actions.py). The tests run these functions against NumPy on random cases. No document.

export const SIDE = 64; // of a picture
export const TOLERANCE = 1e-9;
/** How long the hand of each frequency is. All of them point to 0° when the filter is not turned. */
export const AMPLITUDES = [0.35, 1, 1, 1];
/** Pixels from the middle of the filter to its ring. */
export const RADII = { small: 1.5, medium: 3, large: 5 };
export const DEGREES = 360;
export const ERROR_STEP = 5; // degrees between two points of the curve of errors
const MIDDLE = (SIDE - 1) / 2;

/** The exact cosine and sine of quarter turns, and the machine's of all other angles. */
export function direction(degrees) {
  const turns = (((degrees % 360) + 360) % 360) / 90;
  if (Number.isInteger(turns)) return [[1, 0, -1, 0][turns], [0, 1, 0, -1][turns]];
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}

// ---- the filter: w(r, φ) = Σ_k R(r) (a_k cos kφ + b_k sin kφ) ----

/** A state's four hands: "both" (cosine and sine), "cosine" (the sine is forbidden) or "off". */
export const handsOf = ({ k1, k2, k3 }) => ["both", k1, k2, k3];

/** How many basis filters those hands need, and so how many convolutions. */
export const convolutions = (hands) =>
  hands.reduce((n, hand, k) => n + (hand === "off" ? 0 : hand === "both" && k > 0 ? 2 : 1), 0);

/** The coefficients [a_k, b_k] of the filter turned by an angle: (a_k, 0) turned by k times the angle. */
export const wanted = (hands, angle) =>
  hands.map((hand, k) => (hand === "off" ? [0, 0] : direction(k * angle).map((c) => AMPLITUDES[k] * c)));

/** What is left of them where a sine is forbidden. */
export const allowed = (hands, angle) =>
  wanted(hands, angle).map(([a, b], k) => (hands[k] === "cosine" ? [a, 0] : [a, b]));

/** The ring R(r), of width 0.4 · radius; over the whole plane it adds up to 4. */
function ring(r, radius) {
  const width = 0.4 * radius;
  const area = (2 * Math.PI) ** 1.5 * radius * width; // up to 1 %, for the part of the Gaussian below r = 0
  return (4 * Math.exp(-(((r - radius) / width) ** 2) / 2)) / area;
}

/** R(r) cos kφ and R(r) sin kφ at a place, as [[cosine, sine] of k = 0, 1, 2, 3]. In the middle φ has no value and a
 *  frequency above 0 no direction to prefer: there only k = 0 is not 0. */
export function harmonics(x, y, radius) {
  const r = Math.hypot(x, y),
    height = ring(r, radius);
  const [c, s] = r > 0 ? [x / r, y / r] : [0, 0];
  const found = [[height, 0]];
  for (let k = 1; k < AMPLITUDES.length; k++) {
    const [a, b] = found[k - 1];
    found.push([a * c - b * s, a * s + b * c]);
  }
  return found;
}

/** The value at a place of the filter with these coefficients. */
export const filterAt = (x, y, radius, coefficients) =>
  harmonics(x, y, radius).reduce((sum, [c, s], k) => sum + coefficients[k][0] * c + coefficients[k][1] * s, 0);

/** Pixels that a filter reaches from its middle. */
export const reachOf = (radius) => Math.ceil(2 * radius);

const once = new Map();
/** What make() returned for this key the last time it was made. */
function remembered(key, make) {
  if (!once.has(key)) {
    if (once.size >= 24) once.delete(once.keys().next().value);
    once.set(key, make());
  }
  return once.get(key);
}

/** The pixels of a filter, row by row, as places [x, y]. */
export const places = (radius) =>
  remembered(`places ${radius}`, () => {
    const reach = reachOf(radius),
      n = 2 * reach + 1;
    return Array.from({ length: n * n }, (_, i) => [(i % n) - reach, reach - Math.floor(i / n)]);
  });

/** The filter turned by an angle the slow way, as pixels: (g·w)(u) = w(g⁻¹u). It knows of no hands that turn. */
export function turnedFilter(radius, hands, angle) {
  const [c, s] = direction(angle),
    upright = wanted(hands, 0);
  return Float64Array.from(places(radius), ([x, y]) => filterAt(c * x + s * y, c * y - s * x, radius, upright));
}

/** The basis filters as pixels: bank[k] = [R cos kφ, R sin kφ]. */
export const bank = (radius) =>
  remembered(`bank ${radius}`, () => {
    const found = places(radius).map(([x, y]) => harmonics(x, y, radius));
    return AMPLITUDES.map((_, k) => [0, 1].map((part) => Float64Array.from(found, (at) => at[k][part])));
  });

/** The filter with these coefficients, as pixels. */
export function filterPixels(radius, coefficients) {
  const found = new Float64Array(places(radius).length);
  bank(radius).forEach((pair, k) =>
    pair.forEach((basis, part) => {
      const weight = coefficients[k][part];
      if (weight !== 0) for (let i = 0; i < found.length; i++) found[i] += weight * basis[i];
    }),
  );
  return found;
}

/** How much of the turned filter its hands cannot make: ‖w wanted − w allowed‖ / ‖w wanted‖. */
export function missing(radius, hands, angle) {
  const right = filterPixels(radius, wanted(hands, angle)),
    left = filterPixels(radius, allowed(hands, angle));
  return norm(right.map((w, i) => w - left[i])) / (norm(right) || 1);
}

const norm = (values) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

// ---- one place of a picture ----

/** The pixels under a filter that lies on a picture, 0 beyond the border. */
export function patch(x, row, column, radius) {
  return Float64Array.from(places(radius), ([right, up]) => {
    const [r, c] = [row - up, column + right];
    return r < 0 || c < 0 || r >= SIDE || c >= SIDE ? 0 : x[r * SIDE + c];
  });
}

function product(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** What the convolutions leave at one place: [p_k, q_k] for each frequency. */
export const measured = (under, radius) => bank(radius).map((pair) => pair.map((basis) => product(basis, under)));

/** The response of the filter with these coefficients, read off. */
export const response = (left, coefficients) =>
  left.reduce((sum, [p, q], k) => sum + coefficients[k][0] * p + coefficients[k][1] * q, 0);

/** The same, hand by hand. */
export const shares = (left, coefficients) => left.map(([p, q], k) => coefficients[k][0] * p + coefficients[k][1] * q);

/** The responses at −180°, −179°, …, 179°: read off, and by turning the filter 360 times. */
export function responses(under, radius, hands) {
  const left = measured(under, radius);
  const turns = remembered(`turns ${radius} ${hands}`, () =>
    Array.from({ length: DEGREES }, (_, i) => ({
      filter: turnedFilter(radius, hands, i - 180),
      coefficients: allowed(hands, i - 180),
    })),
  );
  return {
    left,
    read: turns.map(({ coefficients }) => response(left, coefficients)),
    true: turns.map(({ filter }) => product(filter, under)),
  };
}

/** The curves of a place, which no angle changes, with their largest difference and the strongest angle. */
export function curvesAt(x, state) {
  const radius = RADII[state.size],
    curves = responses(patch(x, state.row, state.column, radius), radius, handsOf(state));
  return {
    ...curves,
    gap: Math.max(...curves.read.map((value, i) => Math.abs(value - curves.true[i]))),
    strongest: curves.read.reduce((best, value, i) => (value > curves.read[best] ? i : best), 0) - 180,
  };
}

/** Everything that the first tab shows of a state, on the picture x; `curves` are those of the place. */
export function atOnePlace(x, state, curves = curvesAt(x, state)) {
  const radius = RADII[state.size],
    hands = handsOf(state);
  const now = allowed(hands, state.angle);
  return {
    ...curves,
    shares: shares(curves.left, now),
    value: response(curves.left, now),
    ought: response(curves.left, wanted(hands, state.angle)),
    missing: missing(radius, hands, state.angle),
    convolutions: convolutions(hands),
    round: hands.slice(1).every((hand) => hand === "off"),
  };
}

// ---- a whole picture ----

/** (g·x)(u) = x(g⁻¹u) about the middle of the picture: bilinear between pixels, 0 beyond; exact for quarter turns.
 *  At the pixels `where` (all by default), 0 elsewhere. */
export function turned(x, angle, where = null) {
  const [c, s] = direction(angle),
    found = new Float64Array(SIDE * SIDE);
  const at = (i, j) => (i < 0 || j < 0 || i >= SIDE || j >= SIDE ? 0 : x[i * SIDE + j]);
  const count = where ? where.length : found.length;
  for (let n = 0; n < count; n++) {
    const i = where ? where[n] : n,
      right = (i % SIDE) - MIDDLE,
      up = MIDDLE - Math.floor(i / SIDE);
    const row = MIDDLE - (c * up - s * right),
      column = MIDDLE + (c * right + s * up);
    const top = Math.floor(row),
      start = Math.floor(column),
      a = row - top,
      b = column - start;
    found[i] =
      (1 - a) * ((1 - b) * at(top, start) + b * at(top, start + 1)) +
      a * ((1 - b) * at(top + 1, start) + b * at(top + 1, start + 1));
  }
  return found;
}

/** The pixels so near to the middle that a turn brings nothing from beyond the border under the filter. */
export const inside = (radius) =>
  remembered(`inside ${radius}`, () => {
    const most = SIDE / 2 - reachOf(radius) - 1;
    const all = Array.from({ length: SIDE * SIDE }, (_, i) => i);
    return Int32Array.from(all.filter((i) => Math.hypot((i % SIDE) - MIDDLE, Math.floor(i / SIDE) - MIDDLE) <= most));
  });

/** Cross-correlation with a filter (as pixels), at the pixels `where` (all by default), 0 elsewhere. */
export function correlate(x, filter, where = null) {
  const n = Math.sqrt(filter.length),
    reach = (n - 1) / 2,
    found = new Float64Array(SIDE * SIDE);
  const count = where ? where.length : found.length;
  for (let j = 0; j < count; j++) {
    const i = where ? where[j] : j,
      row = Math.floor(i / SIDE) - reach,
      column = (i % SIDE) - reach;
    const [from, to] = [Math.max(0, -column), Math.min(n, SIDE - column)];
    let sum = 0;
    for (let a = Math.max(0, -row); a < Math.min(n, SIDE - row); a++) {
      const line = (row + a) * SIDE + column;
      for (let b = from; b < to; b++) sum += filter[a * n + b] * x[line + b];
    }
    found[i] = sum;
  }
  return found;
}

/** The maps of all frequencies, [cosine, sine] each: what the convolutions leave, everywhere. */
export const maps = (x, radius) => bank(radius).map((pair) => pair.map((basis) => correlate(x, basis)));

/** How long the pair of each frequency is, everywhere. */
export const lengths = (left) => left.map(([p, q]) => p.map((v, i) => Math.hypot(v, q[i])));

/** What no response exceeds, anywhere at any angle: the largest sum of those lengths, each times its hand. */
export function bound(long, hands) {
  const used = hands.map((hand, k) => (hand === "off" ? 0 : AMPLITUDES[k]));
  const sumAt = (_, i) => used.reduce((sum, a, k) => sum + a * long[k][i], 0);
  return Math.max(...long[0].map(sumAt));
}

/** The response everywhere to the filter with these coefficients, out of the maps. */
export function responseMap(left, coefficients) {
  const found = new Float64Array(SIDE * SIDE);
  left.forEach((pair, k) =>
    pair.forEach((map, part) => {
      const weight = coefficients[k][part];
      if (weight !== 0) for (let i = 0; i < found.length; i++) found[i] += weight * map[i];
    }),
  );
  return found;
}

/** The root of the sum of squares, and the largest size, of a map at some pixels. */
function sizeOf(map, where) {
  let [sum, largest] = [0, 0];
  for (const i of where) {
    sum += map[i] * map[i];
    largest = Math.max(largest, Math.abs(map[i]));
  }
  return { norm: Math.sqrt(sum), largest };
}

let unturned = { x: null, key: "" }; // what stays the same while the angle changes: x ⋆ w, its size and that of x
function untouched(x, radius, hands, where) {
  const key = `${radius} ${hands}`;
  if (unturned.x === x && unturned.key === key) return unturned;
  const map = correlate(x, filterPixels(radius, allowed(hands, 0)));
  unturned = { x, key, map, size: sizeOf(map, where), ofPicture: sizeOf(x, where) };
  return unturned;
}

/** Turn picture and filter, or turn what came out, (g·x) ⋆ (g·w) against g·(x ⋆ w), within the disc `inside`;
 *  beside it what the turn alone does to the picture: there and back, g⁻¹·(g·x) against x.
 *  Errors are shares: the norm of the difference, divided by that of x ⋆ w or of x. */
export function onPixels(x, state) {
  const radius = RADII[state.size],
    hands = handsOf(state),
    where = inside(radius);
  const { map, size, ofPicture } = untouched(x, radius, hands, where);
  const gx = turned(x, state.angle),
    before = correlate(gx, filterPixels(radius, allowed(hands, state.angle)), where),
    after = turned(map, state.angle, where),
    back = turned(gx, -state.angle, where);
  const difference = new Float64Array(SIDE * SIDE);
  for (const i of where) {
    difference[i] = before[i] - after[i];
    back[i] -= x[i];
  }
  const wrong = sizeOf(difference, where);
  return {
    gx,
    before,
    after,
    difference,
    gap: wrong.largest,
    scale: size.largest,
    error: wrong.norm / (size.norm || 1),
    alone: sizeOf(back, where).norm / (ofPicture.norm || 1),
  };
}

/** The two errors at one point of the curve over 0°, 5°, …, 90°. */
export function errorAt(x, state, step) {
  const { error, alone } = onPixels(x, { ...state, angle: ERROR_STEP * step });
  return { error, alone };
}

/** Where an angle stands on that curve: a quarter turn changes no error. */
export const folded = (angle) => {
  const rest = ((angle % 90) + 90) % 90;
  return rest === 0 && angle !== 0 ? 90 : rest;
};

/** A picture as it travels, base64 of 64 × 64 bytes, as numbers: between 0 and 1, less their mean. */
export function decoded(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const mean = bytes.reduce((sum, b) => sum + b, 0) / bytes.length;
  return Float64Array.from(bytes, (b) => (b - mean) / 255);
}

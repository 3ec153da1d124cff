// Functions on the sphere as coefficients and as pixels, and the matrices that turn the coefficients. No document.
//
// The harmonics are real, without the Condon–Shortley sign, in the order l = 0, 1, ..., m = -l, ..., l: coefficient
// (l, m) has index l(l + 1) + m, and the three of degree 1 are √(3/4π) times (y, z, x).
// A pixel map has n rings from north to south, each of 2n pixels from longitude 0 eastwards; z points north.

export const indexOf = (l, m) => l * (l + 1) + m;
/** The highest degree of so many coefficients. */
export const degreeOf = (c) => Math.round(Math.sqrt(c.length)) - 1;

// ---- Wigner matrices ----

/** D(R): a block for each degree, flat, row by row, so that Y(Ru) = D(R) Y(u).
 *  Degree 1 is R itself in the order (y, z, x); each further block comes from the one before and from it:
 *  J. Ivanic and K. Ruedenberg, J. Phys. Chem. 100 (1996) 6342, doi:10.1021/jp953350u, with the corrections in J. Phys.
 *  Chem. A 102 (1998) 9099, doi:10.1021/jp9833350, and one more: at m = -1 its V has √(1 + δ) for √(1 - δ). */
export function wigner(R, degree) {
  const place = [1, 2, 0],
    first = place.map((i) => place.map((j) => R[i][j]));
  const blocks = [Float64Array.of(1), Float64Array.from(first.flat())];
  for (let l = 2; l <= degree; l++) blocks.push(nextBlock(l, blocks[l - 1], first));
  return blocks.slice(0, degree + 1);
}

function nextBlock(l, before, first) {
  const size = 2 * l + 1,
    block = new Float64Array(size * size),
    factors = factorsOf(l),
    [back, middle, ahead] = first.map((row) => rowProducts(l, before, row)),
    at = (a) => (a + l - 1) * size; // where row a of these begins
  for (let m = -l; m <= l; m++) {
    const sign = m < 0 ? -1 : 1,
      { up, down, a, b } = neighbours(m);
    for (let n = 0; n < size; n++) {
      const entry = (m + l) * size + n,
        u = factors[3 * entry],
        v = factors[3 * entry + 1],
        w = factors[3 * entry + 2];
      let sum = u ? u * middle[at(m) + n] : 0;
      if (a) sum += v * a * ahead[at(up) + n];
      if (b) sum += v * b * back[at(down) + n];
      if (w) sum += w * (ahead[at(m + sign) + n] + sign * back[at(-m - sign) + n]);
      block[entry] = sum;
    }
  }
  return block;
}

/** V of the paper: the rows that it takes, and how much of each; at m = 0 and at m = ±1 two rows fall together. */
function neighbours(m) {
  const [up, down] = m === 0 ? [1, -1] : m > 0 ? [m - 1, 1 - m] : [m + 1, -m - 1];
  if (m === 1) return { up, down, a: Math.SQRT2, b: 0 };
  if (m === -1) return { up, down, a: 0, b: Math.SQRT2 };
  return { up, down, a: 1, b: m > 0 ? -1 : 1 };
}

/** P of the paper: a row of degree 1 times each row of degree l - 1; at both ends of a row two columns meet. */
function rowProducts(l, before, [west, middle, east]) {
  const narrow = 2 * l - 1,
    out = new Float64Array(narrow * (narrow + 2));
  for (let a = 0, i = 0; a < narrow; a++) {
    const first = before[a * narrow],
      last = before[(a + 1) * narrow - 1];
    out[i++] = east * first + west * last;
    for (let n = 0; n < narrow; n++) out[i++] = middle * before[a * narrow + n];
    out[i++] = east * last - west * first;
  }
  return out;
}

const factorTables = [];
/** u, v and w of the paper for each entry of a block; made once. */
function factorsOf(l) {
  if (factorTables[l]) return factorTables[l];
  const table = [];
  for (let m = -l; m <= l; m++) {
    const k = Math.abs(m),
      zero = m === 0 ? 1 : 0;
    for (let n = -l; n <= l; n++) {
      const scale = Math.abs(n) === l ? 2 * l * (2 * l - 1) : (l + n) * (l - n);
      table.push(
        Math.sqrt(((l + m) * (l - m)) / scale),
        0.5 * Math.sqrt(((1 + zero) * (l + k - 1) * (l + k)) / scale) * (1 - 2 * zero),
        -0.5 * Math.sqrt(((l - k - 1) * (l - k)) / scale) * (1 - zero),
      );
    }
  }
  factorTables[l] = Float64Array.from(table);
  return factorTables[l];
}

/** D c, or Dᵀ c. Coefficients beyond the blocks stay out. */
export function turned(c, blocks, backwards = false) {
  const out = new Float64Array(blocks.length ** 2);
  blocks.forEach((block, l) => {
    const size = 2 * l + 1,
      start = l * l;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += block[backwards ? j * size + i : i * size + j] * c[start + j];
      out[start + i] = sum;
    }
  });
  return out;
}

/** The energy of each row: Σ c² over m. */
export const energies = (c) =>
  Array.from({ length: Math.round(Math.sqrt(c.length)) }, (_, l) =>
    c.slice(l * l, (l + 1) ** 2).reduce((sum, x) => sum + x * x, 0),
  );

// ---- harmonics ----

const recursions = new Map();
/** The factors of the recursion in l, by index l(l + 1)/2 + m: P(l) = a (z P(l - 1) - b P(l - 2)). */
function recursion(degree) {
  if (!recursions.has(degree)) {
    const count = ((degree + 1) * (degree + 2)) / 2,
      [a, b] = [new Float64Array(count), new Float64Array(count)];
    for (let l = 1; l <= degree; l++) {
      for (let m = 0; m < l; m++) {
        a[(l * (l + 1)) / 2 + m] = Math.sqrt((4 * l * l - 1) / (l * l - m * m));
        b[(l * (l + 1)) / 2 + m] = Math.sqrt(((l - 1) ** 2 - m * m) / (4 * (l - 1) ** 2 - 1));
      }
    }
    recursions.set(degree, { a, b });
  }
  return recursions.get(degree);
}

/** What depends on z alone, for all l and m ≥ 0 at index l(l + 1)/2 + m: normalised Legendre functions, √2 included. */
export function legendre(z, degree, out = new Float64Array(((degree + 1) * (degree + 2)) / 2)) {
  const { a, b } = recursion(degree),
    s = Math.sqrt(Math.max(0, 1 - z * z));
  let diagonal = Math.sqrt(1 / (4 * Math.PI));
  for (let m = 0; m <= degree; m++) {
    if (m > 0) diagonal *= s * Math.sqrt((2 * m + 1) / (2 * m)) * (m === 1 ? Math.SQRT2 : 1);
    let [last, now] = [0, diagonal];
    out[(m * (m + 1)) / 2 + m] = now;
    for (let l = m + 1; l <= degree; l++) {
      const i = (l * (l + 1)) / 2 + m;
      [last, now] = [now, a[i] * (z * now - b[i] * last)];
      out[i] = now;
    }
  }
  return out;
}

/** The function with coefficients c at a unit vector; `P` is room to work in. */
export function valueAt(c, x, y, z, P = undefined) {
  const degree = degreeOf(c),
    r = Math.hypot(x, y),
    cos1 = r > 0 ? x / r : 1,
    sin1 = r > 0 ? y / r : 0;
  P = legendre(z, degree, P);
  let sum = 0,
    cos = 1,
    sin = 0;
  for (let m = 0; m <= degree; m++) {
    alongRing(c, P, m, degree);
    sum += ring.cos * cos + ring.sin * sin;
    const next = cos * cos1 - sin * sin1;
    sin = sin * cos1 + cos * sin1;
    cos = next;
  }
  return sum;
}

/** The sums over l of one ring: what stands before cos and sin of m times the longitude. */
function alongRing(c, P, m, degree) {
  let a = 0,
    b = 0;
  for (let l = m; l <= degree; l++) {
    const p = P[(l * (l + 1)) / 2 + m];
    a += p * c[l * (l + 1) + m];
    b += p * c[l * (l + 1) - m];
  }
  ring.cos = a;
  ring.sin = m > 0 ? b : 0;
}
const ring = { cos: 0, sin: 0 }; // what alongRing found: it is called some thousand times a frame

// ---- pixel maps ----

const grids = new Map();
/** The pixels of a map of so many degrees a side, and what a transform up to a degree needs of them; made once. */
export function grid(side, degree) {
  const key = `${side} ${degree}`;
  if (!grids.has(key)) grids.set(key, makeGrid(Math.round(180 / side), degree));
  return grids.get(key);
}

/** The middles of `count` pixels on an arc of n pixels to π. */
const middles = (n, count) => Float64Array.from({ length: count }, (_, k) => (Math.PI * (k + 0.5)) / n);
const waves = (angles, degree, f) => Array.from({ length: degree + 1 }, (_, m) => angles.map((angle) => f(m * angle)));

function makeGrid(rings, degree) {
  const across = 2 * rings,
    [polar, longitude] = [middles(rings, rings), middles(rings, across)];
  const transform = (down, along) => ({
    rings: down.length,
    across: along.length,
    legendre: Array.from(down, (angle) => legendre(Math.cos(angle), degree)),
    cos: waves(along, degree, Math.cos),
    sin: waves(along, degree, Math.sin),
  });
  return {
    ...transform(polar, longitude),
    polar,
    longitude,
    weights: polar.map((angle) => (fejer(rings, angle) * Math.PI) / rings),
    swapped: transform(longitude, longitude), // for a reader who takes each angle for the other
  };
}

/** Fejér's first rule: the weight of a ring, exact up to degree n - 1 (the plain sin θ is not). */
function fejer(n, theta) {
  let sum = 1;
  for (let k = 1; k <= n / 2; k++) sum -= (2 * Math.cos(2 * k * theta)) / (4 * k * k - 1);
  return (2 / n) * sum;
}

/** The function with coefficients c at the middle of each pixel: along each ring a sum over m. Half a turn further an
 *  even m gives the same and an odd one the opposite, so half a ring is enough. */
export function synthesis(c, { rings, across, legendre: P, cos, sin }) {
  const degree = degreeOf(c),
    half = across / 2,
    map = new Float64Array(rings * across),
    parts = [new Float64Array(half), new Float64Array(half)]; // even m, odd m
  for (let j = 0; j < rings; j++) {
    const [even, odd] = parts.map((part) => part.fill(0));
    for (let m = 0; m <= degree; m++) {
      alongRing(c, P[j], m, degree);
      const { cos: a, sin: b } = ring,
        part = m % 2 ? odd : even,
        C = cos[m],
        S = sin[m];
      for (let k = 0; k < half; k++) part[k] += a * C[k] + b * S[k];
    }
    for (let k = 0, i = j * across; k < half; k++, i++) {
      map[i] = even[k] + odd[k];
      map[i + half] = even[k] - odd[k];
    }
  }
  return map;
}

/** The coefficients of a pixel map up to a degree; exact for a map that has no more. */
export function analysis(map, { rings, across, legendre: P, cos, sin, weights }, degree) {
  const c = new Float64Array((degree + 1) ** 2),
    half = across / 2,
    [even, odd] = [new Float64Array(half), new Float64Array(half)];
  for (let j = 0; j < rings; j++) {
    for (let k = 0, i = j * across; k < half; k++, i++) {
      even[k] = map[i] + map[i + half];
      odd[k] = map[i] - map[i + half];
    }
    for (let m = 0; m <= degree; m++) {
      const part = m % 2 ? odd : even,
        C = cos[m],
        S = sin[m];
      let a = 0,
        b = 0;
      for (let k = 0; k < half; k++) {
        a += part[k] * C[k];
        b += part[k] * S[k];
      }
      for (let l = m; l <= degree; l++) {
        const p = weights[j] * P[j][(l * (l + 1)) / 2 + m];
        c[indexOf(l, m)] += p * a;
        if (m > 0) c[indexOf(l, -m)] += p * b;
      }
    }
  }
  return c;
}

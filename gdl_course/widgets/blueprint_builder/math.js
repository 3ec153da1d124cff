// The mathematics of the blueprint builder: how a move acts on a picture, on a signal, on the index pairs of W.

/** The identity of n places. */
export const identity = (n) => Array.from({ length: n }, (_, i) => i);

/** After `move` (images: point i goes to images[i]): which token stands at each place, if tokens[i] stood at i. */
export function carried(tokens, move) {
  if (!move.images) return tokens;
  const after = [...tokens];
  move.images.forEach((image, i) => {
    after[image] = tokens[i];
  });
  return after;
}

/** Where the tokens are: token tokens[i] is at place i, and a matrix move turns every place about the middle. */
export function placesOf(points, tokens, matrix) {
  const at = new Array(points.length);
  tokens.forEach((token, i) => {
    at[token] = turned(points[i], matrix);
  });
  return at;
}

const turned = ([x, y], matrix) => {
  if (!matrix) return [x, y];
  const [u, v] = [x - 0.5, y - 0.5];
  return [0.5 + matrix[0][0] * u + matrix[0][1] * v, 0.5 + matrix[1][0] * u + matrix[1][1] * v];
};

/** The product a · b of two matrices; null is the identity. */
export function product(a, b) {
  if (!a || !b) return a ?? b;
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
}

/** Places between two states of a picture: t = 0 is `from`, t = 1 is `to`. */
export const between = (from, to, t) => from.map((start, i) => start.map((value, k) => value + t * (to[i][k] - value)));

/** Whether a move leaves the coloured pattern of W as it is: orbits[g i][g j] = orbits[i][j] for all i, j. */
export function keepsPattern(orbits, images) {
  if (orbits.length !== images.length || orbits[0].length !== images.length) return false;
  return orbits.every((row, i) => row.every((orbit, j) => orbits[images[i]][images[j]] === orbit));
}

/** How a move of n points moves the rows of W, which may be points, pairs of points, or blocks of numbers at a point:
 *  the first of these that keeps the pattern, or null. */
export function movesOfRows(orbits, images) {
  const n = images.length,
    rows = orbits.length,
    block = rows / n,
    all = identity(rows);
  const pairs = rows === n * n ? all.map((k) => images[Math.floor(k / n)] * n + images[k % n]) : null;
  const blocks = Number.isInteger(block) ? all.map((k) => images[Math.floor(k / block)] * block + (k % block)) : null;
  return [pairs, blocks].find((moves) => moves && keepsPattern(orbits, moves)) ?? null;
}

/** The cell from which each cell of W comes when rows and columns move along: flat indices. */
export function cellSources(images) {
  const n = images.length,
    sources = new Array(n * n);
  images.forEach((a, i) =>
    images.forEach((b, j) => {
      sources[a * n + b] = i * n + j;
    }),
  );
  return sources;
}

/** The orbits of W with their sizes, without the zeros (-1): [{ orbit, entries }], by orbit. */
export function orbitSizes(orbits) {
  const sizes = new Map();
  orbits
    .flat()
    .filter((orbit) => orbit >= 0)
    .forEach((orbit) => sizes.set(orbit, (sizes.get(orbit) ?? 0) + 1));
  return [...sizes].map(([orbit, entries]) => ({ orbit, entries })).sort((a, b) => a.orbit - b.orbit);
}

/** The length of a bar for `count` of `most`, between 0 and 1, on a log scale on which 1 still has a length. */
export const barLength = (count, most) => (count <= 0 ? 0 : Math.log(1 + count) / Math.log(1 + Math.max(most, 1)));

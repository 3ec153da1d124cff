// The mathematics of the group explorer. An element is a permutation, an array g with g[i] = where point i goes,
// or its index in the list of elements; gh is first h, then g. No document.

export const compose = (g, h) => h.map((i) => g[i]);

/** All elements: the powers of the first of the series, then their products with the powers of the second, ... */
export function listElements(series) {
  const elements = [series[0].map((_, i) => i)];
  for (const s of series) {
    const block = [...elements],
      known = new Set(block.map(String));
    for (let power = s; !known.has(String(power)); power = compose(power, s))
      elements.push(...block.map((g) => compose(g, power)));
  }
  return elements;
}

/** The group that a series lists: { elements, table, inverses, orders }, where table[g][h] is the index of gh. */
export function groupOf(series) {
  const elements = listElements(series);
  const index = new Map(elements.map((g, i) => [String(g), i]));
  const table = elements.map((g) => elements.map((h) => index.get(String(compose(g, h)))));
  const orders = elements.map((_, g) => closure(table, [g]).length);
  return { elements, table, inverses: table.map((row) => row.indexOf(0)), orders };
}

/** The place of a permutation in the list of elements. */
export const indexOf = (G, permutation) => G.elements.findIndex((g) => String(g) === String(permutation));

/** The elements of the subgroup that some elements generate, in increasing order. */
export function closure(table, generators) {
  const found = new Set([0]);
  for (const g of found) for (const s of generators) found.add(table[s][g]); // a Set grows while it is read
  return [...found].sort((a, b) => a - b);
}

/** The cosets of the subgroup H, gH (side "left") or Hg ("right"): H first, each in the order of H. */
export function cosetsOf(table, H, side) {
  const taken = new Set(),
    cosets = [];
  for (let g = 0; g < table.length; g++) {
    if (taken.has(g)) continue;
    const coset = H.map((h) => (side === "left" ? table[g][h] : table[h][g]));
    coset.forEach((x) => taken.add(x));
    cosets.push(coset);
  }
  return cosets;
}

/** For each element, the number of its coset. */
export function cosetNumbers(cosets) {
  const numbers = [];
  cosets.forEach((coset, k) =>
    coset.forEach((g) => {
      numbers[g] = k;
    }),
  );
  return numbers;
}

/** Whether gH = Hg for every g. */
export const isNormal = (table, H) => table.every((row, g) => H.every((h) => H.some((k) => row[h] === table[k][g])));

/** The elements that commute with g. */
export const commutingWith = (table, g) => table.map((_, h) => h).filter((h) => table[g][h] === table[h][g]);

/** The elements that commute with everything. */
export const centre = (table) => table.map((_, g) => g).filter((g) => commutingWith(table, g).length === table.length);

// ---- matrices ----

/** The permutation matrix of g, as rows: column i has its 1 in row g[i]. */
export const permutationMatrix = (g) => g.map((_, row) => g.map((image) => (image === row ? 1 : 0)));

/** For g in C_n or D_n on the corners of a polygon: { k, s }, first the mirror y → −y if s = −1, then k/n of a turn. */
export function turnOf(g) {
  const n = g.length;
  return { k: g[0], s: (g[1] - g[0] + n) % n === 1 ? 1 : -1 };
}

/** The 2 × 2 matrix of g in C_n or D_n. */
export function planeMatrix(g) {
  const { k, s } = turnOf(g),
    angle = (2 * Math.PI * k) / g.length;
  const [c, d] = [Math.cos(angle), Math.sin(angle)];
  return [
    [c, -d * s],
    [d, c * s],
  ];
}

// ---- places, as [x, y] with y downwards ----

/** The point at `turns` full turns counter-clockwise from the right, `radius` from the middle, `aside` to its left. */
function polar(turns, radius, aside = 0) {
  const [c, d] = [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
  return [radius * c - aside * d, -(radius * d + aside * c)];
}

/** Where the Cayley graph of the arrows x → ax, x → bx puts each element, around (0, 0), within ±200. */
export function graphPlaces(G, [a, b]) {
  const { table, orders } = G,
    n = orders[a],
    places = new Array(table.length);
  const powers = [0];
  while (powers.length < n) powers.push(table[a][powers.at(-1)]);
  const ring = (first, place) =>
    powers.forEach((x, i) => {
      places[table[first][x]] = place(i);
    });
  if (table.length === n) ring(0, (i) => polar(i / n, 140));
  else if (table.length === 2 * n) {
    const shift = orders[b] === 2 ? 0 : 0.5; // where b has a higher order, its arrows would run through other places
    ring(0, (i) => polar(i / n, 170));
    ring(b, (i) => polar((i + shift) / n, 88));
  } else rosette(ring, table, powers, b);
  return places;
}

/** a^i in the middle, around it the n-gons a^j b a^i, outside (if any are left) b a² b a^i. */
function rosette(ring, table, powers, b) {
  const n = powers.length;
  const petals =
    n === 3
      ? [
          [102, 0],
          [148, 58],
          [148, -58],
        ]
      : [
          [100, 0],
          [148, -50],
          [196, 0],
          [148, 50],
        ];
  const start = n === 3 ? 1 / 4 : 1 / 8;
  ring(0, (i) => polar(start + i / n, n === 3 ? 44 : 48));
  powers.forEach((power, j) => {
    const aside = n === 3 ? -petals[j][1] : petals[j][1];
    ring(table[power][b], (i) => polar(start + i / n, petals[j][0], aside));
  });
  if (n === 4) ring(table[b][table[powers[2]][b]], (i) => polar(start + i / n, 250));
}

/** Where the points that the group permutes are drawn: within ±1. */
export function shapePlaces(shape, n) {
  const points = Array.from({ length: n }, (_, i) => i);
  if (shape === "row") return points.map((i) => [(2 * i) / (n - 1) - 1, 0]);
  if (shape === "tetrahedron") return [...[0, 1, 2].map((i) => polar(1 / 4 + i / 3, 1)), [0, 0]];
  if (shape === "itself") return points.map((i) => (i < 4 ? polar(i / 4, 1) : polar((i - 3.5) / 4, 0.52)));
  return points.map((i) => polar(i / n, 1));
}

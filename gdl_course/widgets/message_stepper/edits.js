// What the reader's hand does to a drawn graph. Each function returns a new one. No document.
// A drawing is { graph: { nodes, edges, values, split }, labels }: node i has a place, a value, the number labels[i].

const across = (edges, split) => edges.some(([i, j]) => i < split !== j < split);
const repaired = (graph) => ({
  ...graph,
  split: graph.split < graph.nodes.length && !across(graph.edges, graph.split) ? graph.split : 0,
});

/** Draw the edge between nodes i and j, or erase it. An edge between the two graphs of a pair makes them one. */
export function toggleEdge({ graph, labels }, i, j) {
  const edge = [Math.min(i, j), Math.max(i, j)];
  const rest = graph.edges.filter(([a, b]) => a !== edge[0] || b !== edge[1]);
  const edges = rest.length < graph.edges.length ? rest : [...rest, edge].sort(([a, b], [c, d]) => a - c || b - d);
  return { graph: repaired({ ...graph, edges }), labels };
}

/** Take node i away, with its edges; the numbers above its own close the gap. */
export function removeNode({ graph, labels }, i) {
  const keep = (list) => list.filter((_, k) => k !== i);
  const shift = (k, gone) => (k > gone ? k - 1 : k);
  const edges = graph.edges.filter((edge) => !edge.includes(i)).map((edge) => edge.map((k) => shift(k, i)));
  return {
    graph: repaired({ nodes: keep(graph.nodes), edges, values: keep(graph.values), split: shift(graph.split, i) }),
    labels: keep(labels).map((p) => shift(p, labels[i])),
  };
}

/** Add a node with value 1 and the next number, where there is most room. */
export function addNode({ graph, labels }) {
  const spots = Array.from({ length: 81 }, (_, k) => [10 + 10 * (k % 9), 10 + 10 * Math.floor(k / 9)]);
  /** @param {number[]} place */
  const room = ([x, y]) => Math.min(...graph.nodes.map(([u, v]) => Math.hypot(x - u, y - v)));
  const best = spots.reduce((a, b) => (room(b) > room(a) + 1e-9 ? b : a));
  return {
    graph: { ...graph, nodes: [...graph.nodes, best], values: [...graph.values, 1] },
    labels: [...labels, labels.length],
  };
}

/** Put node i at another place. */
export const moveNode = (graph, i, place) => ({
  ...graph,
  nodes: graph.nodes.map((old, k) => (k === i ? place : old)),
});

/** Give node i another value. */
export const setValue = (graph, i, value) => ({
  ...graph,
  values: graph.values.map((old, k) => (k === i ? value : old)),
});

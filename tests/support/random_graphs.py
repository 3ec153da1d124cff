"""Random graphs for tests: directed, weighted, with self-loops, repeated edges and an isolated node."""

import numpy as np

from gdl_course import graph, groups

NODES, EDGES = 7, 24


def random_graph(rng, *, features=None, weights=None):
    """On NODES nodes; the last is isolated. Edge 0 is a self-loop and edge 1 is there twice."""
    ends = rng.integers(0, NODES - 1, size=(EDGES, 2))
    ends[0], ends[2] = (3, 3), ends[1]
    weights = rng.uniform(0.5, 2.0, size=EDGES) if weights is None else weights
    return graph.from_directed_edges(ends, NODES, weights=weights, features=features)


def random_signal(rng, channels=3):
    return rng.normal(size=(NODES, channels)).astype(np.float32)


def random_relabelling(rng, n=NODES):
    """A permutation that is not its own inverse, so that P and its transpose are told apart."""
    return np.array(groups.symmetric(n).random_non_involution(rng))


def moved(p, x):
    """P x, that is x'[p[i]] = x[i]."""
    return x[np.argsort(p)]


def relabelling_error(layer, g, x, p):
    """The largest entry of f(P A Pᵀ, P x) - P f(A, x), relative to the largest of f(A, x)."""
    y = np.asarray(layer(g, x))
    return np.abs(np.asarray(layer(g.relabel(p), moved(p, x))) - moved(p, y)).max() / np.abs(y).max()

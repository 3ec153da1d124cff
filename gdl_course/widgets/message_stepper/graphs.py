"""The message stepper's graphs: the presets, and the trait that holds a drawn graph."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import traitlets

MOST_NODES = 20
LARGEST_VALUE = 9


def _polygon(corners: int, side: float, centre: tuple[float, float], first_angle: float) -> list[list[int]]:
    """The corners of a regular polygon, one after another; y grows downwards."""
    radius = side / (2 * math.sin(math.pi / corners))
    angles = [math.radians(first_angle + 360 * k / corners) for k in range(corners)]
    return [[round(centre[0] + radius * math.cos(t)), round(centre[1] + radius * math.sin(t))] for t in angles]


def _ring(first: int, length: int) -> list[list[int]]:
    return [sorted((first + k, first + (k + 1) % length)) for k in range(length)]


def _spike(n: int, place: int = 0) -> list[int]:
    return [int(k == place) for k in range(n)]


def _two_triangles_and_a_hexagon():
    triangles = [_polygon(3, 22, (x, 24.7), -90) for x in (25, 75)]
    return {
        "nodes": [*triangles[0], *triangles[1], *_polygon(6, 22, (50, 69), 0)],
        "edges": [*_ring(0, 3), *_ring(3, 3), *_ring(6, 6)],
        "values": [1] * 12,
        "split": 6,
    }


def _decalin_and_bicyclopentyl():
    """The carbon atoms of two molecules C₁₀H₁₈: two six-rings that share a bond, and two five-rings joined by one."""
    left, right = _polygon(6, 16.5, (35.7, 28.5), 30), _polygon(6, 16.5, (64.3, 28.5), 210)
    decalin = [*left[:5], left[5], *right[1:5]]  # left[0], left[5] are the shared bond
    pentagons = [*_polygon(5, 16.5, (27.7, 74.6), 0), *_polygon(5, 16.5, (72.3, 74.6), 180)]
    return {
        "nodes": [*decalin, *pentagons],
        "edges": [*_ring(0, 6), [5, 6], [6, 7], [7, 8], [8, 9], [0, 9], *_ring(10, 5), *_ring(15, 5), [10, 15]],
        "values": [1] * 20,
        "split": 10,
    }


PRESETS = {
    "path": {
        "nodes": [[10 + 20 * k, 42 + 16 * (k % 2)] for k in range(5)],
        "edges": list(map(list, pairwise(range(5)))),
        "values": _spike(5),
    },
    "ring": {"nodes": _polygon(6, 34, (50, 50), -90), "edges": _ring(0, 6), "values": _spike(6)},
    "star": {
        "nodes": [[50, 50], *_polygon(5, 41, (50, 52), -90)],
        "edges": [[0, leaf] for leaf in range(1, 6)],
        "values": _spike(6, 1),
    },
    "grid": {
        "nodes": [[20 + 30 * (k % 3), 20 + 30 * (k // 3)] for k in range(9)],
        "edges": [[k, k + 1] for k in range(9) if k % 3 < 2] + [[k, k + 3] for k in range(6)],
        "values": _spike(9),
    },
    "complete": {
        "nodes": _polygon(5, 40, (50, 52), -90),
        "edges": list(map(list, combinations(range(5), 2))),
        "values": [1, 2, 3, 4, 5],
    },
    "empty": {"nodes": _polygon(5, 40, (50, 52), -90), "edges": [], "values": [1, 2, 3, 4, 5]},
    "two triangles and a hexagon": _two_triangles_and_a_hexagon(),
    "decalin and bicyclopentyl": _decalin_and_bicyclopentyl(),
}


class DrawnGraph(traitlets.TraitType):
    """A simple undirected graph with a place and a value for each node.

    Given as the name of a preset, or as a dictionary: `edges`, pairs of node numbers; `nodes`, a place [x, y] from
    0 to 100 for each (left out: on a circle); `values`, a number within ±9 for each (left out: 1); `split`, how many
    of the first nodes are a graph of their own, to be compared with the rest (left out: 0, a single graph).
    Kept as a dictionary with all four, edges sorted.
    """

    def schema(self) -> dict:
        """What the front end needs to know: the presets, and how many nodes and how large values there may be."""
        return {"kind": "graph", "presets": PRESETS, "most": MOST_NODES, "limit": LARGEST_VALUE}

    def validate(self, owner, value):
        if isinstance(value, str):
            if value not in PRESETS:
                known = f"one of {sorted(PRESETS)}, or a dictionary"
                raise traitlets.TraitError(f"{self.name}: expected {known}; got {value!r}")
            value = PRESETS[value]
        try:
            return normalised(value)
        except (TypeError, ValueError, KeyError, AttributeError) as problem:
            raise traitlets.TraitError(f"{self.name}: {problem}") from None


def normalised(graph: dict) -> dict:
    """The graph with every entry filled in and checked; ValueError says what does not fit.

    >>> normalised({"edges": [(1, 0)], "nodes": [[0, 0], [100, 0]]})
    {'nodes': [[0, 0], [100, 0]], 'edges': [[0, 1]], 'values': [1, 1], 'split': 0}
    """
    unknown = set(graph) - {"nodes", "edges", "values", "split"}
    if unknown or "edges" not in graph:
        known = "a dictionary with edges and, if you like, nodes, values, split"
        raise ValueError(f"expected {known}; got {sorted(graph)}")
    pairs = [tuple(int(i) for i in edge) for edge in graph["edges"]]
    n = len(graph["nodes"]) if "nodes" in graph else max((max(pair) for pair in pairs), default=0) + 1
    if not 1 <= n <= MOST_NODES:
        raise ValueError(f"expected 1 to {MOST_NODES} nodes; got {n}")
    for pair in pairs:
        if len(pair) != 2 or pair[0] == pair[1] or not all(0 <= i < n for i in pair):
            raise ValueError(f"an edge is a pair of two different nodes from 0 to {n - 1}; got {pair}")
    nodes = graph.get("nodes") or _polygon(n, 76 * math.sin(math.pi / n) if n > 1 else 0, (50, 50), -90)
    edges = sorted({tuple(sorted(pair)) for pair in pairs})
    values = list(graph.get("values", [1] * n))
    split = int(graph.get("split", 0))
    if not 0 <= split < n or any((i < split) != (j < split) for i, j in edges):
        rule = "a number of first nodes with no edge to the rest, 0 for a single graph"
        raise ValueError(f"split: expected {rule}; got {split}")
    return {
        "nodes": [[round(c) for c in place] for place in _numbers("nodes", nodes, (n, 2), 0, 100)],
        "edges": [list(edge) for edge in edges],
        "values": _numbers("values", values, (n,), -LARGEST_VALUE, LARGEST_VALUE),
        "split": split,
    }


def _numbers(name: str, values, shape: tuple[int, ...], low: int, high: int) -> list:
    """`values` as nested lists of Python numbers, whole ones as int."""
    array = np.array(values, dtype=float)
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}; got {array.shape}")
    if not ((array >= low) & (array <= high)).all():  # false for NaN too
        raise ValueError(f"{name}: expected numbers from {low} to {high}; got {array.tolist()}")
    return [_plain(v) for v in array.tolist()]


def _plain(value):
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return int(value) if value == int(value) else value


PRESETS = {name: normalised(graph) for name, graph in PRESETS.items()}

"""Colour refinement, the 1-dimensional Weisfeiler–Leman test: what message passing can tell apart.

All nodes start with one colour (or with given ones). In each round a node's new colour is its old one together with the
multiset of what its edges bring: weight, features, and the sender's colour. Nodes of one colour have heard the same, so
every message passing network gives them the same features; and if two graphs have equally many nodes of each colour,
it gives them the same readout.

Source: Weisfeiler and Leman, *The reduction of a graph to canonical form*, 1968; Xu et al., ICLR 2019, theorem 3.
"""

from collections.abc import Sequence

import networkx as nx
import numpy as np
from jaxtyping import Int

from gdl_course.graph import Graph, from_networkx
from gdl_course.graph.edge_lists import AnyArray, Nodes, Whole


def colours(
    graph: Graph | nx.Graph, rounds: int | None = None, initial: Nodes | None = None
) -> Int[np.ndarray, " nodes"]:
    """The colour of each node after `rounds` rounds, by default as soon as no round splits a colour any more.

    Colours are numbered by what they mean, so relabelling the nodes permutes them and does nothing else. To compare the
    colours of several graphs, compute them together: `joint_colours`.

    >>> colours(nx.path_graph(5)).tolist()
    [0, 1, 2, 1, 0]
    >>> colours(nx.path_graph(5), rounds=1).tolist()  # the degrees
    [0, 1, 1, 1, 0]
    """
    return joint_colours([graph], rounds, None if initial is None else [initial])[0]


def joint_colours(
    graphs: Sequence[Graph | nx.Graph],
    rounds: int | None = None,
    initial: Sequence[Int[AnyArray, " _"] | Sequence[Whole]] | None = None,
) -> list[Int[np.ndarray, " _"]]:
    """Colours that mean the same in all graphs, an array for each; arguments as for `colours`, a list of them.

    >>> [c.tolist() for c in joint_colours([nx.path_graph(3), nx.cycle_graph(3)])]
    [[0, 1, 0], [2, 2, 2]]
    """
    graphs = [g if isinstance(g, Graph) else from_networkx(g) for g in graphs]
    sizes = [g.n_nodes for g in graphs]
    starts = np.cumsum([0, *sizes])
    initial = [[0] * size for size in sizes] if initial is None else initial
    if [len(one) for one in initial] != sizes:
        raise ValueError(f"graphs of {sizes} nodes need as many initial colours; got {[len(one) for one in initial]}")
    incoming = [edges for g, start in zip(graphs, starts[:-1], strict=True) for edges in _incoming_edges(g, start)]
    current, done = _numbered([int(colour) for one in initial for colour in one]), 0
    while rounds is None or done < rounds:
        heard = [tuple(sorted((edge, current[sender]) for edge, sender in edges)) for edges in incoming]
        refined = _numbered(list(zip(current, heard, strict=True)))
        if max(refined, default=0) == max(current, default=0):
            break
        current, done = refined, done + 1
    return np.split(np.array(current, int), starts[1:-1])


def indistinguishable(first: Graph | nx.Graph, second: Graph | nx.Graph) -> bool:
    """Whether both graphs have equally many nodes of each stable colour: then no message passing tells them apart.

    The converse of isomorphism fails: a hexagon and two triangles are indistinguishable.

    >>> indistinguishable(nx.cycle_graph(6), nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(3)))
    True
    >>> indistinguishable(nx.cycle_graph(6), nx.path_graph(6))
    False
    """
    a, b = joint_colours([first, second])
    return np.array_equal(np.sort(a), np.sort(b))


def _incoming_edges(graph, start):
    """For each node, the pairs ((weight, *features), sender) of its incoming edges; numbers of nodes begin at start."""
    incoming: list[list[tuple]] = [[] for _ in range(graph.n_nodes)]
    features = [] if graph.features is None else [np.asarray(graph.features[e]).ravel() for e in range(graph.n_edges)]
    carried = np.column_stack([np.asarray(graph.weights), *np.transpose(features)]).tolist()
    senders, receivers = np.asarray(graph.senders).tolist(), np.asarray(graph.receivers).tolist()
    for edge, sender, receiver in zip(carried, senders, receivers, strict=True):
        if receiver < graph.n_nodes:  # padding brings nothing
            incoming[receiver].append((tuple(edge), start + sender))
    return incoming


def _numbered(labels):
    """Each label's place among the sorted distinct ones."""
    place = {label: k for k, label in enumerate(sorted(set(labels)))}
    return [place[label] for label in labels]

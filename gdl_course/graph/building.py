"""Ways to make a graph: from pairs, from matrices, from networkx; and many graphs as one, padded batch."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import networkx as nx
import numpy as np
import scipy.sparse
from jaxtyping import Array, Shaped

from gdl_course.graph.edge_lists import AnyArray, Pairs, Weights, array, is_known, pairs_of
from gdl_course.graph.graph import Graph


def from_directed_edges(edges: Pairs, n_nodes: int, **attributes: Any) -> Graph:
    """The graph with an edge from i to j for each pair (i, j); attributes as for `Graph`, in the order of the pairs.

    >>> from_directed_edges([(0, 1), (0, 2)], 3, weights=[2.0, 5.0]).in_degrees()
    Array([0., 2., 5.], dtype=float32)
    """
    pairs = pairs_of(edges)
    return Graph(pairs[:, 0], pairs[:, 1], n_nodes, **attributes)


def from_edges(
    edges: Pairs,
    n_nodes: int,
    *,
    weights: Weights | None = None,
    features: Shaped[AnyArray, "edges ..."] | Sequence | None = None,
    **of_nodes: Any,
) -> Graph:
    """The undirected graph with an edge between i and j for each pair (i, j): two directed ones with equal attributes.

    A pair (i, i) is one self-loop. Weights and features have a row for each pair; `graph_of_node` and `n_graphs` are as
    for `Graph`.

    Raises:
        ValueError: a weight or a row of features is missing, or the pairs are not known since JAX traces them.

    >>> from_edges([(0, 1), (1, 1)], 2, weights=[2.0, 5.0]).adjacency()
    Array([[0., 2.],
           [2., 5.]], dtype=float32)
    """
    pairs = pairs_of(edges)
    if not is_known(pairs):
        raise ValueError(
            "which pairs are self-loops is not known while JAX traces; make the graph outside of `jax.jit`"
        )
    links = np.flatnonzero(pairs[:, 0] != pairs[:, 1])

    def both(name, a):
        a = None if a is None else array(a)
        if a is not None and a.shape[:1] != (len(pairs),):
            raise ValueError(f"{name} need a row for each of the {len(pairs)} pairs; got shape {a.shape}")
        return a if a is None else (np if is_known(a) else jnp).concatenate([a, a[links]])

    attributes = {"weights": both("weights", weights), "features": both("features", features)}
    return from_directed_edges(np.concatenate([pairs, pairs[links, ::-1]]), n_nodes, **attributes, **of_nodes)


def from_scipy(A: Any) -> Graph:
    """The graph of a square matrix, of SciPy or dense: an edge from j to i for each entry A[i, j] that is not 0.

    >>> from_scipy(np.array([[0.0, 2.0], [0.0, 0.0]])).senders
    Array([1], dtype=int32)
    """
    if getattr(A, "ndim", np.ndim(A)) != 2 or A.shape[0] != A.shape[1]:
        raise ValueError(f"an adjacency matrix is square; got shape {np.shape(A)}")
    A = scipy.sparse.coo_array(A if scipy.sparse.issparse(A) else np.asarray(A))
    return Graph(A.col, A.row, A.shape[0], weights=A.data)


def from_networkx(G: nx.Graph) -> Graph:
    """The graph of a networkx graph: nodes numbered in the order of ``list(G)``, edges with `weight`s, 1 by default.

    An edge from u to v of a directed graph sends from u to v, so A is the transpose of networkx's matrix.

    >>> from_networkx(nx.DiGraph([("a", "b")])).adjacency()
    Array([[0., 0.],
           [1., 0.]], dtype=float32)
    """
    number = {node: i for i, node in enumerate(G)}
    edges = [(number[u], number[v]) for u, v in G.edges()]
    weights = np.array([weight for _, _, weight in G.edges(data="weight", default=1.0)], np.float32)
    return (from_directed_edges if G.is_directed() else from_edges)(edges, len(G), weights=weights)


def torus(height: int, width: int) -> Graph:
    """The periodic grid where nine edges enter each node, from its 3 x 3 window; `features` are the edges' types.

    Node (i, j) has number i width + j. The edge from (i + a, j + b) to (i, j) has type 3 (a + 1) + (b + 1), its place
    in a 3 x 3 kernel; type 4 is the self-loop.

    >>> torus(4, 5)
    Graph(20 nodes, 180 directed edges)
    """
    i, j = np.divmod(np.arange(height * width), width)
    senders = [(i + a) % height * width + (j + b) % width for a in (-1, 0, 1) for b in (-1, 0, 1)]
    receivers = np.tile(np.arange(height * width), 9)
    return Graph(np.concatenate(senders), receivers, height * width, features=np.arange(9).repeat(height * width))


def batch(graphs: Sequence[Graph], *, nodes: int | None = None, edges: int | None = None) -> Graph:
    """The disjoint union of graphs, padded to `nodes` nodes and `edges` edges; `stack` joins their signals.

    Batches of equal sizes share one compiled function.

    Raises:
        ValueError: no graphs, sizes too small, or features on some graphs only.

    >>> pair = batch([from_edges([(0, 1)], 2), from_edges([(0, 1), (1, 2)], 3)], nodes=8, edges=10)
    >>> pair
    Graph(8 nodes, 10 directed edges, 2 graphs)
    >>> pair.graph_of_node  # the last three nodes are padding: they are in no graph
    Array([0, 0, 1, 1, 1, 2, 2, 2], dtype=int32)
    """
    if not graphs or any(g.n_graphs is not None for g in graphs):
        raise ValueError(f"batch takes one or more graphs, none of them a batch; got {list(graphs)}")
    if len({g.features is None for g in graphs}) == 2:
        raise ValueError("either all graphs of a batch have edge features or none has; got both kinds")
    sizes = [g.n_nodes for g in graphs]
    starts = np.cumsum([0, *sizes[:-1]])
    nodes = sum(sizes) if nodes is None else nodes
    edges = sum(g.n_edges for g in graphs) if edges is None else edges
    # An edge that is padding already must not point at the next graph's first node.
    moved = lambda ends, g, start: jnp.where(ends < g.n_nodes, ends + start, nodes)
    union = lambda ends: _join(map(moved, ends, graphs, starts), edges, nodes)
    return Graph(
        union([g.senders for g in graphs]),
        union([g.receivers for g in graphs]),
        nodes,
        weights=_join([g.weights for g in graphs], edges, 0),
        features=None if graphs[0].features is None else _join([g.features for g in graphs], edges, 0),
        graph_of_node=_join([np.full(size, k) for k, size in enumerate(sizes)], nodes, len(graphs)),
        n_graphs=len(graphs),
    )


def stack(signals: Sequence[Shaped[AnyArray, "_ ..."]], length: int | None = None) -> Shaped[Array, "length ..."]:
    """The rows of all signals, one below the other, and rows of zeros up to `length`.

    >>> stack([jnp.ones((1, 2)), 3 * jnp.ones((2, 2))], 4)
    Array([[1., 1.],
           [3., 3.],
           [3., 3.],
           [0., 0.]], dtype=float32)
    """
    signals = list(signals)
    return _join(signals, sum(len(x) for x in signals) if length is None else length, 0)


def _join(pieces, length, padding):
    rows = jnp.concatenate([jnp.asarray(piece) for piece in pieces])
    if length < len(rows):
        raise ValueError(f"{len(rows)} nodes or edges do not fit into a size of {length}")
    return jnp.pad(rows, [(0, length - len(rows))] + [(0, 0)] * (rows.ndim - 1), constant_values=padding)

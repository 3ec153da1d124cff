"""Reading lists of edges and checking them: what `gdl_course.graph` does before it builds a graph.

Checks look at numbers, so they are made outside of `jax.jit`; inside, the numbers are not known yet.
"""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

# What callers write: an array of NumPy or JAX, or a list of numbers. An empty list has no type yet.
AnyArray = Array | np.ndarray
Whole = int | np.integer
Ends = Int[AnyArray, " edges"] | Sequence[Whole]
Nodes = Int[AnyArray, " nodes"] | Sequence[Whole]
Pairs = Int[AnyArray, "edges 2"] | Sequence[Sequence[Whole]]
Weights = Float[AnyArray, " edges"] | Int[AnyArray, " edges"] | Sequence[float | Whole]


def is_known(*arrays: Any) -> bool:
    """Whether the numbers are there to be looked at, not the tracers of a function that JAX transforms."""
    return not any(isinstance(a, jax.core.Tracer) for a in arrays)


def array(a: Any, dtype: Any = None) -> AnyArray:
    """The array of `a`: of NumPy if its numbers are known, of JAX if they are traced."""
    return np.asarray(a, dtype) if is_known(a) else jnp.asarray(a, dtype)


def indices(a: Any) -> Int[AnyArray, "..."]:
    """`a` as int32; an empty list is an empty array of indices.

    Raises:
        ValueError: the entries are no whole numbers, or too large for int32.

    >>> indices([2, 0]), indices([]).dtype
    (array([2, 0], dtype=int32), dtype('int32'))
    """
    a = array(a)
    if a.size and not np.issubdtype(a.dtype, np.integer):
        raise ValueError(f"nodes are numbered by whole numbers; got an array of {a.dtype}")
    whole = a.astype(np.int32)
    if is_known(a) and not np.array_equal(whole, a):
        raise ValueError(f"nodes are numbered by int32, up to {2**31 - 1}; got numbers from {a.min()} to {a.max()}")
    return whole


def pairs_of(edges: Pairs) -> Int[AnyArray, "edges 2"]:
    """A list of pairs as an array of shape (edges, 2), also if it is empty.

    Raises:
        ValueError: the entries are no pairs of whole numbers.

    >>> pairs_of([(0, 1), (1, 2)]).shape, pairs_of([]).shape
    ((2, 2), (0, 2))
    """
    pairs = indices(edges)
    if pairs.size and (pairs.ndim != 2 or pairs.shape[1] != 2):
        raise ValueError(f"edges are pairs (i, j) of nodes, an array of shape (edges, 2); got shape {pairs.shape}")
    return pairs.reshape(-1, 2)


def check_edges(senders: Int[AnyArray, " edges"], receivers: Int[AnyArray, " edges"], n_nodes: int) -> None:
    """Refuse ends that are out of range. Edges from n_nodes to n_nodes are padding.

    Raises:
        ValueError: an end is out of range, or only one end is n_nodes, or there are edges but no nodes.

    >>> check_edges(np.array([0, 2]), np.array([1, 2]), 2)
    >>> check_edges(np.array([0, 1]), np.array([1, 2]), 2)
    Traceback (most recent call last):
    ...
    ValueError: the nodes of this graph are 0 to 1; got an edge from 1 to 2
    """
    if n_nodes == 0 and len(senders):
        raise ValueError(f"a graph without nodes has no edges, not even padding; got {len(senders)}")
    if not is_known(senders, receivers):
        return
    inside = (np.minimum(senders, receivers) >= 0) & (np.maximum(senders, receivers) < n_nodes)
    padding = (senders == n_nodes) & (receivers == n_nodes)
    if not (inside | padding).all():
        bad = np.argmin(inside | padding)
        raise ValueError(
            f"the nodes of this graph are 0 to {n_nodes - 1}; got an edge from {senders[bad]} to {receivers[bad]}"
        )


def check_graph_of_node(graph_of_node: Int[AnyArray, " nodes"] | None, n_nodes: int, n_graphs: int | None) -> None:
    """Refuse graphs of nodes that are out of range. The graph n_graphs is that of padding.

    Raises:
        ValueError: not one graph for each node, a graph out of range, or one of the two arguments without the other.

    >>> check_graph_of_node(np.array([0, 2, 1]), 3, 1)
    Traceback (most recent call last):
    ...
    ValueError: the graphs of this batch are 0 to 0, and 1 for padding; got a node in graph 2
    """
    if graph_of_node is None and n_graphs is None:
        return
    if graph_of_node is None or n_graphs is None or graph_of_node.shape != (n_nodes,):
        given = "nothing" if graph_of_node is None else f"shape {graph_of_node.shape}"
        raise ValueError(
            f"graph_of_node needs an entry for each of the {n_nodes} nodes, and n_graphs with it; "
            f"got {given} and n_graphs {n_graphs}"
        )
    if is_known(graph_of_node) and ((graph_of_node < 0) | (graph_of_node > n_graphs)).any():
        bad = graph_of_node[np.argmax((graph_of_node < 0) | (graph_of_node > n_graphs))]
        graphs = f"0 to {n_graphs - 1}"
        raise ValueError(
            f"the graphs of this batch are {graphs}, and {n_graphs} for padding; got a node in graph {bad}"
        )

"""Messages along the edges of a graph: the one function that every graph layer is made of, and its fast linear case.

A signal on the nodes has shape (nodes, channels). Padding edges (see `gdl_course.graph`) bring nothing anywhere.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.experimental import sparse
from jaxtyping import Array, Float, Int, Num, Shaped

from gdl_course.graph import Graph
from gdl_course.layers._precision import floats, widened


class Edge(NamedTuple):
    """What a message may use of its edge: the `weight`, and the row of the graph's edge `features` (or None)."""

    weight: Float[Array, ""]
    features: Shaped[Array, "..."] | None


def message_passing(
    graph: Graph,
    x: Num[Array, "nodes ..."],
    message: Callable[[Array, Array, Edge], Array],
    aggregate: Callable[[Graph, Array], Array] | None = None,
) -> Float[Array, "nodes ..."]:
    """y_i = aggregate of message(x_i, x_j, e_ij) over all edges j -> i, by default the sum.

    `message` is written for one edge: it takes the features of its receiver and of its sender, and the `Edge`.
    `aggregate` is `sum_messages`, `mean_messages`, `max_messages` or any function of (graph, messages) that does not
    depend on the order of the edges; then y commutes with every relabelling. A node that no edge enters gets 0.

    Raises:
        ValueError: x has no row for each node.

    >>> from gdl_course import graph
    >>> path = graph.from_edges([(0, 1), (1, 2)], 3)
    >>> x = jnp.array([[1.0], [2.0], [4.0]])
    >>> message_passing(path, x, lambda x_i, x_j, edge: edge.weight * (x_j - x_i))  # heat flows down the differences
    Array([[ 1.],
           [ 1.],
           [-2.]], dtype=float32)

    Source: Gilmer et al., *Neural Message Passing for Quantum Chemistry*, ICML 2017, equation 1.
    """
    x = node_signal(graph, x)
    receiver, sender = at_ends(x, graph.receivers), at_ends(x, graph.senders)
    messages = jax.vmap(message)(receiver, sender, Edge(graph.weights.astype(x.dtype), graph.features))
    return (aggregate or sum_messages)(graph, messages)


def sum_messages(graph: Graph, messages: Shaped[Array, "edges ..."]) -> Shaped[Array, "nodes ..."]:
    """The sum of the messages that enter each node; 0 for a node that gets none.

    >>> from gdl_course import graph
    >>> sum_messages(graph.Graph([0, 1, 0], [1, 1, 2], 3), jnp.array([1.0, 2.0, 4.0]))
    Array([0., 3., 4.], dtype=float32)
    """
    total = jax.ops.segment_sum(widened(messages), graph.receivers, graph.n_nodes, indices_are_sorted=True)
    return total.astype(messages.dtype)


def mean_messages(graph: Graph, messages: Float[Array, "edges ..."]) -> Float[Array, "nodes ..."]:
    """The mean of the messages that enter each node; 0 for a node that gets none.

    >>> from gdl_course import graph
    >>> mean_messages(graph.Graph([0, 1, 0], [1, 1, 2], 3), jnp.array([1.0, 2.0, 4.0]))
    Array([0. , 1.5, 4. ], dtype=float32)
    """
    total = sum_messages(graph, widened(messages))
    mean = total / as_column(jnp.maximum(_messages_per_node(graph), 1), total)
    return mean.astype(messages.dtype)


def max_messages(graph: Graph, messages: Float[Array, "edges ..."]) -> Float[Array, "nodes ..."]:
    """The largest of the messages that enter each node, channel by channel; 0 for a node that gets none.

    >>> from gdl_course import graph
    >>> max_messages(graph.Graph([0, 1, 0], [1, 1, 2], 3), jnp.array([-1.0, -2.0, 4.0]))
    Array([ 0., -1.,  4.], dtype=float32)
    """
    largest = largest_of(messages, graph.receivers, graph.n_nodes)
    return jnp.where(as_column(_messages_per_node(graph) > 0, largest), largest, 0)


def largest_of(
    rows: Float[Array, "rows ..."], segments: Int[Array, " rows"], n_segments: int
) -> Float[Array, "segments ..."]:
    """The largest row of each segment, channel by channel; -inf for a segment without rows."""
    # Outside of all segments the derivative of `segment_max` is 0 / 0: padding gets one more segment, which is cut off.
    return jax.ops.segment_max(rows, segments, n_segments + 1)[:n_segments]


def _messages_per_node(graph):
    return sum_messages(graph, jnp.ones(graph.n_edges))


def propagate(graph: Graph, x: Num[Array, "nodes channels"]) -> Float[Array, "nodes channels"]:
    """A @ x, the message passing whose message is weight * x_j, by a sparse product instead of a list of messages.

    It has derivatives in x and in the graph's weights, in reverse mode only.

    >>> from gdl_course import graph
    >>> propagate(graph.from_edges([(0, 1), (1, 2)], 3), jnp.array([[1.0], [2.0], [4.0]]))
    Array([[2.],
           [5.],
           [2.]], dtype=float32)
    """
    x = node_signal(graph, x)
    if x.ndim != 2:
        raise ValueError(f"propagate takes a signal of shape (nodes, channels); got shape {x.shape}")
    if graph.n_nodes == 0 or graph.n_edges == 0:
        return jnp.zeros_like(x)
    wide = widened(x)
    y = _product(graph.weights.astype(wide.dtype), wide, graph.senders, graph.receivers, graph.by_sender)
    return y.astype(x.dtype)


# JAX's own derivative of a sparse product scatters in the order of the edges. A product with Aᵀ in the order of its own
# rows takes half the time.
@jax.custom_vjp
def _product(weights, x, senders, receivers, by_sender):
    return _sorted_product(weights, receivers, senders, x)


def _product_forward(weights, x, senders, receivers, by_sender):
    return _sorted_product(weights, receivers, senders, x), (weights, x, senders, receivers, by_sender)


def _product_backward(saved, y):
    weights, x, senders, receivers, by_sender = saved
    to_x = _sorted_product(weights[by_sender], senders[by_sender], receivers[by_sender], y)
    at_receivers = y.at[receivers].get(mode="fill", fill_value=0)  # the weight of a padding edge has derivative 0
    to_weights = (at_receivers * at_ends(x, senders)).sum(axis=1)
    return to_weights, to_x, None, None, None


_product.defvjp(_product_forward, _product_backward)


def _sorted_product(weights, rows, columns, x):
    """The matrix with these entries, sorted by row, times x. Padding has row n, and `starts` ends before it.

    On CPUs JAX has a compiled kernel for it (0.7.2 to 0.10.2 at least), elsewhere and under `vmap` a generic one.
    """
    n = x.shape[0]
    starts = jnp.searchsorted(rows, jnp.arange(n + 1)).astype(columns.dtype)
    return sparse.BCSR((weights, columns, starts), shape=(n, n), indices_sorted=True) @ x


def at_ends(x: Shaped[Array, "nodes ..."], ends: Int[Array, " edges"]) -> Shaped[Array, "edges ..."]:
    """x at the given end of each edge; at the end of a padding edge any finite numbers, of which no use is made."""
    return x.at[ends].get(mode="clip")


def as_column(a: Array, b: Array) -> Array:
    """`a` with axes of length 1 added at its end, so that it has as many as `b`."""
    return a.reshape(a.shape + (1,) * (b.ndim - a.ndim))


def node_signal(graph: Graph, x: Num[Array, "nodes ..."]) -> Float[Array, "nodes ..."]:
    """x as a floating-point array, refused if it has no row for each node.

    JAX clips indices in silence: a signal that is too short would give wrong numbers and no error.
    """
    x = floats(x)
    if x.shape[:1] != (graph.n_nodes,):
        raise ValueError(f"a signal on {graph!r} has one row a node, shape ({graph.n_nodes}, ...); got shape {x.shape}")
    return x

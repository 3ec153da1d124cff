"""Layers for graphs: GCN, GIN, GAT and MPNN, all of them message passing with different messages.

A layer takes a `gdl_course.graph.Graph` and a signal on its nodes, x of shape (nodes, channels). Each commutes with
every relabelling of the nodes that acts on both: f(P A Pᵀ, P x) = P f(A, x) for all permutations P.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, PRNGKeyArray

from gdl_course.graph import Graph
from gdl_course.layers._precision import common_type, widened
from gdl_course.layers.messages import (
    Edge,
    as_column,
    at_ends,
    largest_of,
    max_messages,
    mean_messages,
    message_passing,
    node_signal,
    propagate,
    sum_messages,
)
from gdl_course.layers.pooling import graph_max, graph_mean, graph_sum, pool_clusters
from gdl_course.layers.relational import RelationalConv, relational

# One import serves a chapter: what it needs on graphs is `graphs.NAME`, in whichever file it is written.
__all__ = [
    "Edge", "GAT", "GCN", "GIN", "MPNN", "RelationalConv", "gat", "gcn", "graph_max", "graph_mean", "graph_sum",
    "max_messages", "mean_messages", "message_passing", "pool_clusters", "propagate", "relational", "sum_messages",
]  # fmt: skip


def gcn(graph: Graph, x: Float[Array, "nodes in"], weight: Float[Array, "out in"]) -> Float[Array, "nodes out"]:
    """D̃^(-1/2) (A + I) D̃^(-1/2) x Θ with Θ = weightᵀ, where D̃ is diagonal with the row sums of A + I.

    A self-loop that the graph has already stays and gets the 1 on top. Where a row sum is not positive (weights may be
    negative), D̃^(-1/2) is 0.

    Raises:
        ValueError: x has no row for each node, or its channels are not those of the weight.

    >>> from gdl_course import graph
    >>> g = graph.from_edges([(0, 1)], 3, weights=[3.0])  # D̃ is diag(4, 4, 1)
    >>> gcn(g, jnp.array([[4.0], [8.0], [5.0]]), jnp.ones((1, 1)))
    Array([[7.],
           [5.],
           [5.]], dtype=float32)

    Source: Kipf and Welling, *Semi-Supervised Classification with Graph Convolutional Networks*, ICLR 2017, equation 2.
    """
    dtype, x = common_type(x, weight), widened(_channels(node_signal(graph, x), weight))
    degree = graph.in_degrees() + 1
    positive = degree > 0
    scale = jnp.where(positive, 1 / jnp.sqrt(jnp.where(positive, degree, 1)), 0)[:, None]
    smooth = lambda z: scale * (propagate(graph, scale * z) + scale * z)
    out_channels, in_channels = weight.shape
    # Both orders give the same; the edges carry the narrower signal.
    y = smooth(_transform(weight, x)) if out_channels < in_channels else _transform(weight, smooth(x))
    return y.astype(dtype)


class GCN(eqx.Module):
    """`gcn` with a learned weight, and one learned bias per output channel.

    >>> from gdl_course import graph
    >>> layer = GCN(2, 4, key=jax.random.key(0))
    >>> layer(graph.from_edges([(0, 1), (1, 2)], 3), jnp.ones((3, 2))).shape
    (3, 4)
    """

    weight: Float[Array, "out in"]
    bias: Float[Array, " out"]

    def __init__(self, in_channels: int, out_channels: int, *, key: PRNGKeyArray):
        self.weight = _uniform(key, (out_channels, in_channels), in_channels)
        self.bias = jnp.zeros(out_channels)

    def __call__(self, graph: Graph, x: Float[Array, "nodes in"]) -> Float[Array, "nodes out"]:
        return gcn(graph, x, self.weight) + self.bias[None, :]


class GIN(eqx.Module):
    """y_i = MLP((1 + ε) x_i + Σ_j A_ij x_j), with a learned ε that starts at 0 and one hidden layer (ReLU).

    As fine as message passing on uniform edges gets, as fine as `gdl_course.graph.weisfeiler_leman`: if the network
    is wide.

    >>> from gdl_course import graph
    >>> layer = GIN(2, 4, key=jax.random.key(0))
    >>> layer(graph.from_edges([(0, 1), (1, 2)], 3), jnp.ones((3, 2))).shape
    (3, 4)

    Source: Xu et al., *How Powerful are Graph Neural Networks?*, ICLR 2019, equation 4.1.
    """

    epsilon: Float[Array, ""]
    mlp: eqx.nn.MLP

    def __init__(self, in_channels: int, out_channels: int, *, hidden: int | None = None, key: PRNGKeyArray):
        """The hidden layer has as many channels as the output unless `hidden` says otherwise."""
        self.epsilon = jnp.zeros(())
        self.mlp = eqx.nn.MLP(in_channels, out_channels, hidden or out_channels, depth=1, key=key)

    def __call__(self, graph: Graph, x: Float[Array, "nodes in"]) -> Float[Array, "nodes out"]:
        dtype, x = common_type(x, self), widened(node_signal(graph, x))
        return jax.vmap(self.mlp)((1 + self.epsilon) * x + propagate(graph, x)).astype(dtype)


def gat(
    graph: Graph,
    x: Float[Array, "nodes in"],
    weight: Float[Array, "heads out in"],
    to_receiver: Float[Array, "heads out"],
    to_sender: Float[Array, "heads out"],
) -> Float[Array, "nodes heads*out"]:
    """Attention over the senders to each node and the node itself, the outputs of all heads side by side.

    In each head, with z = W x, node i gives the share softmax_j(LeakyReLU(r·z_i + s·z_j)), slope 0.2, to node j, where
    r is `to_receiver`, s is `to_sender`, and j runs over i and the senders of all edges into i:

        y_i = sum over j of share_ij z_j

    The edges' weights are not used. Each node is its own neighbour once, whatever self-loops the graph has.

    Raises:
        ValueError: x has no row for each node, or its channels are not those of the weight.

    >>> from gdl_course import graph
    >>> g = graph.from_edges([(0, 1)], 3)
    >>> gat(g, jnp.array([[2.0], [4.0], [5.0]]), jnp.ones((1, 1, 1)), jnp.zeros((1, 1)), jnp.zeros((1, 1)))
    Array([[3.],
           [3.],
           [5.]], dtype=float32)

    Source: Veličković et al., *Graph Attention Networks*, ICLR 2018, equations 3 to 5.
    """
    dtype = common_type(x, weight, to_receiver, to_sender)
    x = widened(_channels(node_signal(graph, x), weight))
    z = jnp.einsum("hoi,ni->nho", weight, x, precision=lax.Precision.HIGHEST)
    received, sent = ((z * a[None]).sum(axis=2) for a in (to_receiver, to_sender))
    own = jax.nn.leaky_relu(received + sent, 0.2)
    score = jax.nn.leaky_relu(at_ends(received, graph.receivers) + at_ends(sent, graph.senders), 0.2)
    # True for padding too: both ends are n_nodes.
    loop = (graph.senders == graph.receivers)[:, None]
    # A softmax stays the same when a number is taken from all scores: with the largest taken, none overflows.
    rivals = lax.stop_gradient(jnp.where(loop, -jnp.inf, score))
    largest = jnp.maximum(largest_of(rivals, graph.receivers, graph.n_nodes), lax.stop_gradient(own))
    lowered = jnp.where(loop, 0, score - at_ends(largest, graph.receivers))
    share, own = jnp.where(loop, 0, jnp.exp(lowered)), jnp.exp(own - largest)
    total = sum_messages(graph, share) + own
    y = sum_messages(graph, as_column(share, z) * at_ends(z, graph.senders)) + as_column(own, z) * z
    return (y / as_column(total, y)).reshape(graph.n_nodes, weight.shape[0] * weight.shape[1]).astype(dtype)


class GAT(eqx.Module):
    """`gat` with learned weights, and one learned bias per output channel.

    >>> from gdl_course import graph
    >>> layer = GAT(2, 4, heads=2, key=jax.random.key(0))
    >>> layer(graph.from_edges([(0, 1), (1, 2)], 3), jnp.ones((3, 2))).shape
    (3, 4)
    """

    weight: Float[Array, "heads out in"]
    to_receiver: Float[Array, "heads out"]
    to_sender: Float[Array, "heads out"]
    bias: Float[Array, " heads*out"]

    def __init__(self, in_channels: int, out_channels: int, *, heads: int = 1, key: PRNGKeyArray):
        """All heads together have `out_channels` channels.

        Raises:
            ValueError: the heads do not divide the output channels.
        """
        if heads < 1 or out_channels % heads:
            raise ValueError(f"the heads share out the output channels evenly; got {out_channels} for {heads} heads")
        each = out_channels // heads
        keys = jax.random.split(key, 3)
        self.weight = _uniform(keys[0], (heads, each, in_channels), in_channels)
        self.to_receiver = _uniform(keys[1], (heads, each), each)
        self.to_sender = _uniform(keys[2], (heads, each), each)
        self.bias = jnp.zeros(out_channels)

    def __call__(self, graph: Graph, x: Float[Array, "nodes in"]) -> Float[Array, "nodes out"]:
        return gat(graph, x, self.weight, self.to_receiver, self.to_sender) + self.bias[None, :]


class MPNN(eqx.Module):
    """y_i = U(x_i, Σ_j M(x_i, x_j, A_ij, e_ij)), where M and U are learned networks with one hidden layer (ReLU).

    The sum runs over all edges j -> i; e_ij are the edge's features, `edge_channels` of them.

    >>> from gdl_course import graph
    >>> g = graph.from_edges([(0, 1), (1, 2)], 3, features=[[1.5], [0.5]])
    >>> MPNN(2, 4, edge_channels=1, key=jax.random.key(0))(g, jnp.ones((3, 2))).shape
    (3, 4)

    Source: Gilmer et al., *Neural Message Passing for Quantum Chemistry*, ICML 2017, equations 1 and 2.
    """

    message: eqx.nn.MLP
    update: eqx.nn.MLP

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        edge_channels: int = 0,
        hidden: int | None = None,
        key: PRNGKeyArray,
    ):
        """Messages and hidden layers have as many channels as the output unless `hidden` says otherwise."""
        key_message, key_update = jax.random.split(key)
        hidden = hidden or out_channels
        self.message = eqx.nn.MLP(2 * in_channels + 1 + edge_channels, hidden, hidden, depth=1, key=key_message)
        self.update = eqx.nn.MLP(in_channels + hidden, out_channels, hidden, depth=1, key=key_update)

    def __call__(self, graph: Graph, x: Float[Array, "nodes in"]) -> Float[Array, "nodes out"]:
        dtype, x = common_type(x, self), widened(node_signal(graph, x))

        def message(receiver, sender, edge):
            features = [] if edge.features is None else [jnp.atleast_1d(edge.features)]
            return self.message(jnp.concatenate([receiver, sender, edge.weight[None], *features]))

        received = message_passing(graph, x, message)
        return jax.vmap(self.update)(jnp.concatenate([x, received], axis=1)).astype(dtype)


def _channels(x: Array, weight: Array) -> Array:
    if x.ndim != 2 or x.shape[1] != weight.shape[-1]:
        raise ValueError(f"this layer takes a signal of shape (nodes, {weight.shape[-1]}); got shape {x.shape}")
    return x


def _transform(weight: Array, x: Array) -> Array:
    return jnp.matmul(x, weight.T, precision=lax.Precision.HIGHEST)


def _uniform(key: PRNGKeyArray, shape: tuple[int, ...], fan_in: int) -> Array:
    bound = 1 / math.sqrt(fan_in)
    return jax.random.uniform(key, shape, minval=-bound, maxval=bound)

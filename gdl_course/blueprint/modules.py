"""What the networks of the blueprint are made of, lawful and forbidden: each module takes a signal and returns one.

A signal is an array, except on graphs, (graph, x), and for points in space, (h, x, start): features, coordinates and
the coordinates at the beginning.
"""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from gdl_course.graph import from_edges
from gdl_course.layers import graphs, grid, points
from gdl_course.layers.messages import at_ends

CLASSES = 3  # numbers in an invariant answer


class Network(eqx.Module):
    """Modules one after the other.

    >>> Network((Apply(jnp.square), Apply(jnp.sum)))(jnp.array([1.0, 2.0]))
    Array(5., dtype=float32)
    """

    modules: tuple

    def __call__(self, signal):
        for module in self.modules:
            signal = module(signal)
        return signal


class Apply(eqx.Module):
    """A function without weights. Give a named function: each lambda would be compiled anew."""

    function: Callable = eqx.field(static=True)

    def __call__(self, signal):
        return self.function(signal)


class EachPoint(eqx.Module):
    """One affine map, applied to every row of (n, channels)."""

    linear: eqx.nn.Linear

    def __call__(self, x: Float[Array, "n in"]) -> Float[Array, "n out"]:
        return jax.vmap(self.linear)(x)


class OnNodes(eqx.Module):
    """A module for the signal x of (graph, x) that looks at no edge."""

    module: Callable

    def __call__(self, signal):
        graph, x = signal
        return graph, self.module(x)


class AlongEdges(eqx.Module):
    """A graph layer, from (graph, x) to (graph, y)."""

    layer: Callable

    def __call__(self, signal):
        graph, x = signal
        return graph, self.layer(graph, x)


class OnFeatures(eqx.Module):
    """A module for the features h of (h, x, start)."""

    module: Callable

    def __call__(self, signal):
        h, *rest = signal
        return self.module(h), *rest


class Messages(eqx.Module):
    """An EGNN layer, from (h, x, start) to (h', x', start)."""

    layer: points.EGNNLayer

    def __call__(self, signal):
        h, x, start = signal
        return *self.layer(h, x), start


class Start(eqx.Module):
    """From (h, x) to (embedding of h, x, x): the last is kept to measure how far the points move."""

    embed: EachPoint

    def __call__(self, signal):
        h, x = signal
        return self.embed(h), x, x


# Forbidden modules ----------------------------------------------------------------------------------------------------


class OwnBias(eqx.Module):
    """A lawful module, plus a bias that differs from place to place."""

    module: Callable
    bias: Array

    def __call__(self, x):
        return self.module(x) + self.bias


class DenseOverPoints(eqx.Module):
    """y_i = sum over j of W_ij x_j with all n² weights free: the order of the points is built in."""

    weight: Float[Array, "n n"]

    def __call__(self, x: Float[Array, "n channels"]) -> Float[Array, "n channels"]:
        return jnp.matmul(self.weight, x, precision=jax.lax.Precision.HIGHEST)


class PlainConv(eqx.Module):
    """One kernel for each of the four maps of a field, none of them a turned copy of another."""

    conv: grid.Conv

    def __call__(self, x: Float[Array, "in h w"]) -> Float[Array, "fields 4 h w"]:
        y = self.conv(x)
        return y.reshape(-1, 4, *y.shape[1:])


class StoredGraph(eqx.Module):
    """A graph layer that sends messages along the edges of one stored graph, whatever graph it is given."""

    layer: graphs.GCN

    def __call__(self, signal):
        graph, x = signal
        return graph, self.layer(sample_graph(graph.n_nodes), x)


class AbsoluteCoordinates(eqx.Module):
    """From (h, x) to (embedding of h and x, x, x): the coordinates are read as three more features."""

    embed: EachPoint

    def __call__(self, signal):
        h, x = signal
        return self.embed(jnp.concatenate([h, x], axis=1)), x, x


# Functions without weights --------------------------------------------------------------------------------------------


def leaky_relu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """max(x, x / 5): as ReLU, but no channel falls silent, however few there are."""
    return jnp.maximum(x, 0.2 * x)


def blur(x: Float[Array, "channels *space"]) -> Float[Array, "channels *space"]:
    return grid.blur_pool(x, 1)


def blur_fields(x: Float[Array, "fields H h w"]) -> Float[Array, "fields H h w"]:
    return blur(x.reshape(-1, *x.shape[2:])).reshape(x.shape)


def max_pool_2(x: Float[Array, "channels *space"]) -> Float[Array, "channels *coarse"]:
    return grid.max_pool(x, 2)


def stride_2(x: Float[Array, "channels *space"]) -> Float[Array, "channels *coarse"]:
    return x[(slice(None), *[slice(None, None, 2)] * (x.ndim - 1))]


def repeated(x: Float[Array, "channels *coarse"]) -> Float[Array, "channels *space"]:
    """Every value twice along each axis: back to the fine grid, as a decoder does it."""
    for axis in range(1, x.ndim):
        x = jnp.repeat(x, 2, axis=axis)
    return x


def max_pool_and_repeat(x):
    return repeated(max_pool_2(x))


def stride_and_repeat(x):
    return repeated(stride_2(x))


def mean_over_fields(x: Float[Array, "fields H h w"]) -> Float[Array, " fields"]:
    return x.mean(axis=(1, 2, 3))


def neighbourhood_max(signal):
    """The largest value among a node and its neighbours, channel by channel."""
    graph, x = signal
    # `max_messages` gives 0 to a node without neighbours; the graphs of the blueprint have none.
    return graph, jnp.maximum(x, graphs.max_messages(graph, at_ends(x, graph.senders)))


def mean_over_nodes(signal):
    graph, x = signal
    return graphs.graph_mean(graph, x)


def node_values(signal):
    return signal[1]


def first_half(x: Float[Array, "n channels"]) -> Float[Array, " channels"]:
    """The mean over the first rows only: which rows come first is an accident of numbering."""
    return x[: math.ceil(len(x) / 2)].mean(axis=0)


def first_half_of_nodes(signal):
    return first_half(signal[1])


def mean_of_features(signal):
    return signal[0].mean(axis=0)


def features(signal):
    return signal[0]


def moved(signal):
    """How far each point has moved: a vector, equivariant under turns, the same wherever the points are."""
    _, x, start = signal
    return x - start


def relu_on_vectors(signal):
    """ReLU on each coordinate of the arrows from the mean: it keeps what points to the right, up and forward."""
    h, x, start = signal
    centre = x.mean(axis=0, keepdims=True)
    return h, centre + jax.nn.relu(x - centre), start


def sample_graph(n: int):
    """The graph of the samples: a triangle with a tail, n nodes."""
    return from_edges([(i, i + 1) for i in range(n - 1)] + [(0, 2)], n)

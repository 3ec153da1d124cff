"""A graph and a value at each node: message passing. A signal is (graph, x) with x of shape (n, channels)."""

from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from gdl_course import groups
from gdl_course.blueprint import modules as m
from gdl_course.blueprint.domain import Domain, Make, Part, Swap, Symmetry
from gdl_course.blueprint.parts import (
    BIAS_WHY,
    LINEAR,
    ORDER_WHY,
    dense_over_points,
    each,
    fixed,
    flat,
    flatten,
    with_own_bias,
)  # fmt: skip
from gdl_course.blueprint.pictures import on_circle, picture, relabellings
from gdl_course.blueprint.symmetries import floats, permuted
from gdl_course.blueprint.weights import orbits_in_words, shared
from gdl_course.graph import Graph, from_edges
from gdl_course.layers import graphs
from gdl_course.layers.messages import at_ends
from gdl_course.representations import Representation

Signal = tuple[Graph, Float[Array, "n channels"]]


def sample_graph(n: int) -> Graph:
    """The graph of the samples: a triangle with a tail, n nodes."""
    return from_edges(_edges(n), n)


def _edges(n: int) -> list[tuple[int, int]]:
    return [(0, 1), (0, 2), *((i, i + 1) for i in range(1, n - 1))]


# Modules --------------------------------------------------------------------------------------------------------------


class OnNodes(eqx.Module):
    """A module for the signal x of (graph, x) that looks at no edge."""

    module: Callable

    def __call__(self, signal: Signal) -> Signal:
        graph, x = signal
        return graph, self.module(x)


class AlongEdges(eqx.Module):
    """A graph layer, from (graph, x) to (graph, y)."""

    layer: Callable

    def __call__(self, signal: Signal) -> Signal:
        graph, x = signal
        return graph, self.layer(graph, x)


class StoredGraph(eqx.Module):
    """A graph layer that sends messages along the edges of one stored graph, whatever graph it is given."""

    layer: graphs.GCN

    def __call__(self, signal: Signal) -> Signal:
        graph, x = signal
        return graph, self.layer(sample_graph(graph.n_nodes), x)


def neighbourhood_max(signal: Signal) -> Signal:
    """The largest value among a node and its neighbours, channel by channel."""
    graph, x = signal
    # `max_messages` gives 0 to a node without neighbours; the graphs of the blueprint have none.
    return graph, jnp.maximum(x, graphs.max_messages(graph, at_ends(x, graph.senders)))


def mean_over_nodes(signal: Signal) -> Float[Array, " channels"]:
    graph, x = signal
    return graphs.graph_mean(graph, x)


def node_values(signal: Signal) -> Float[Array, "n channels"]:
    return signal[1]


def first_half_of_nodes(signal: Signal) -> Float[Array, " channels"]:
    return m.first_half(signal[1])


# Networks -------------------------------------------------------------------------------------------------------------


def _gcn(first: bool) -> Make:
    return lambda size, c, key: AlongEdges(graphs.GCN(1 if first else c, c, key=key))


def _on_nodes(make: Make) -> Make:
    return lambda size, c, key: OnNodes(make(size, c, key))


def _after_nodes(make: Make) -> Make:
    return lambda size, c, key: m.Network((m.Apply(node_values), make(size, c, key)))


def _parts() -> dict[str, tuple[Part, ...]]:
    relu = Part("Leaky ReLU", "pointwise, allowed", "nonlinearity", _on_nodes(fixed(m.leaky_relu)))
    inside = (
        Part("GCN layer", "a message along each edge", "equivariant", _gcn(first=True)),
        relu,
        Part("Max of neighbours", "local pooling, keeps all nodes", "pooling", fixed(neighbourhood_max)),
        Part("GCN layer", "equivariant", "equivariant", _gcn(first=False)),
        relu,
    )
    return {
        "invariant": (*inside, Part("Mean over nodes", "invariant", "readout", fixed(mean_over_nodes)), LINEAR),
        "equivariant": (*inside, Part("Linear", "the same at each node", "readout", _after_nodes(each))),
    }


def _swaps() -> dict[str, tuple[Swap, ...]]:
    own_bias = with_own_bias(lambda size, c, key: each(size, c, key, c), lambda size, c: (size, c))
    both = (
        Swap(
            "stored-graph", "A stored graph", 0,
            "A must be relabelled with X. One that stays behind sends to the wrong nodes.",
            lambda size, c, key: StoredGraph(graphs.GCN(1, c, key=key)),
        ),
        Swap("dense", "Dense over nodes", 3, ORDER_WHY, _on_nodes(dense_over_points)),
        Swap("own-bias", "Bias for each node", 3, BIAS_WHY, _on_nodes(own_bias)),
    )  # fmt: skip
    half = Swap("first-half", "Mean of the first rows", 5, ORDER_WHY, fixed(first_half_of_nodes))
    return {
        "invariant": (*both, half, flatten(5, _after_nodes(flat(lambda size, c: (c,))))),
        "equivariant": (*both, flatten(5, _after_nodes(flat(lambda size, c: (size, 1))))),
    }


# The row --------------------------------------------------------------------------------------------------------------


def _symmetry(n: int) -> Symmetry:
    """Graph and values, relabelled together."""
    relabelled = lambda g, signal: (signal[0].relabel(g), permuted(g, signal[1]))
    return Symmetry(groups.symmetric(n).random_non_involution, relabelled, permuted)


def _pairs(n: int) -> Representation:
    """Sₙ on numbers at pairs of nodes, such as A."""
    return groups.symmetric(n).permutation() ** 2


def _nodes(n: int) -> dict:
    return picture(on_circle(n), relabellings(n), sorted(map(list, _edges(n))))


def _why(n: int, number: dict) -> str:
    local = "Locality needs a product, A_ij times x_j: no linear map of (A, X) has it."
    return f"{orbits_in_words(_pairs(n), number)} Numbers on pairs of nodes, such as A. {local}"


GRAPH = Domain(
    name="graph", title="graph", group="Sₙ on (A, X)", chapter="08",
    icon=("M7 8L22 6L14 17zM14 17L24 24", ((7, 8), (22, 6), (14, 17), (24, 24))),
    signal="edges A and a value at each of n nodes, X", layer="message passing: A_ij times something of x_j",
    nonlinearity="any function of one node's values, at each node", pooling="maximum or mean of neighbours, clusters",
    readout="sum, mean or maximum over the nodes", sizes=(4, 5, 6), start=5, parts=_parts(), swaps=_swaps(),
    symmetry=_symmetry, sample=lambda n, rng: (sample_graph(n), floats(rng, n, 1)), target_shape=lambda n: (n, 1),
    pattern=lambda n: shared(_pairs(n)), why=_why, picture=_nodes,
)  # fmt: skip

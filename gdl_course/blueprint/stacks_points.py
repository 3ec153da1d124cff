"""Sets, graphs and points in space: the networks, module by module, and what can be swapped to break them."""

import math

import equinox as eqx
import jax

from gdl_course.blueprint import modules as m
from gdl_course.blueprint.parts import BIAS_WHY, FLAT_WHY, LINEAR, ORDER_WHY, RELU, Part, Swap, bias, fixed
from gdl_course.layers import graphs, grid, points, sets

# Sets and graphs ------------------------------------------------------------------------------------------------------


def _each(size, c, key, out=1):
    return m.EachPoint(eqx.nn.Linear(c, out, key=key))


def _dense_over_points(size, c, key):
    return m.DenseOverPoints(jax.random.normal(key, (size, size)) / math.sqrt(size))


def _flat(to):
    return lambda size, c, key: grid.Dense((size, c), to(size, c), key=key)


def _own_bias(make):
    def biased(size, c, key):
        keys = jax.random.split(key)
        return m.OwnBias(make(size, c, keys[0]), bias((size, c), keys[1]))

    return biased


def _set_layer(first):
    return lambda size, c, key: sets.SetLinear(1 if first else c, c, key=key)


def on_set():
    """Modules and swaps for n numbers in any order, (n, 1): Deep Sets."""
    inside = (
        Part("Set layer", "itself and the mean of all", "equivariant", _set_layer(first=True)),
        RELU,
        Part("Set layer", "equivariant", "equivariant", _set_layer(first=False)),
        RELU,
    )
    swaps = (
        Swap("dense", "Dense over elements", 2, ORDER_WHY, _dense_over_points),
        Swap("own-bias", "Bias for each place", 2, BIAS_WHY, _own_bias(_set_layer(first=False))),
    )
    return (
        {
            "invariant": (*inside, Part("Mean over Ω", "invariant", "readout", fixed(sets.mean)), LINEAR),
            "equivariant": (*inside, Part("Linear", "the same for each element", "readout", _each)),
        },
        {
            "invariant": (
                *swaps,
                Swap("first-half", "Mean of the first rows", 4, ORDER_WHY, fixed(m.first_half)),
                Swap("flatten", "Flatten + dense", 4, FLAT_WHY, _flat(lambda size, c: (c,))),
            ),
            "equivariant": (
                *swaps, Swap("flatten", "Flatten + dense", 4, FLAT_WHY, _flat(lambda size, c: (size, 1)))
            ),
        },
    )  # fmt: skip


def _gcn(first):
    return lambda size, c, key: m.AlongEdges(graphs.GCN(1 if first else c, c, key=key))


def _on_nodes(make):
    return lambda size, c, key: m.OnNodes(make(size, c, key))


def _after_nodes(make):
    return lambda size, c, key: m.Network((m.Apply(m.node_values), make(size, c, key)))


def on_graph():
    """Modules and swaps for a graph and a number at each node, (graph, (n, 1)): message passing."""
    inside = (
        Part("GCN layer", "a message along each edge", "equivariant", _gcn(first=True)),
        Part("Leaky ReLU", "pointwise, allowed", "nonlinearity", _on_nodes(fixed(m.leaky_relu))),
        Part("Max of neighbours", "local pooling, keeps all nodes", "pooling", fixed(m.neighbourhood_max)),
        Part("GCN layer", "equivariant", "equivariant", _gcn(first=False)),
        Part("Leaky ReLU", "pointwise, allowed", "nonlinearity", _on_nodes(fixed(m.leaky_relu))),
    )
    swaps = (
        Swap(
            "stored-graph", "A stored graph", 0,
            "A must be relabelled with X. One that stays behind sends to the wrong nodes.",
            lambda size, c, key: m.StoredGraph(graphs.GCN(1, c, key=key)),
        ),
        Swap("dense", "Dense over nodes", 3, ORDER_WHY, _on_nodes(_dense_over_points)),
        Swap(
            "own-bias", "Bias for each node", 3, BIAS_WHY,
            _on_nodes(_own_bias(lambda size, c, key: m.EachPoint(eqx.nn.Linear(c, c, key=key)))),
        ),
    )  # fmt: skip
    return (
        {
            "invariant": (*inside, Part("Mean over nodes", "invariant", "readout", fixed(m.mean_over_nodes)), LINEAR),
            "equivariant": (*inside, Part("Linear", "the same at each node", "readout", _after_nodes(_each))),
        },
        {
            "invariant": (
                *swaps,
                Swap("first-half", "Mean of the first rows", 5, ORDER_WHY, fixed(m.first_half_of_nodes)),
                Swap("flatten", "Flatten + dense", 5, FLAT_WHY, _after_nodes(_flat(lambda size, c: (c,)))),
            ),
            "equivariant": (
                *swaps, Swap("flatten", "Flatten + dense", 5, FLAT_WHY, _after_nodes(_flat(lambda size, c: (size, 1))))
            ),
        },
    )  # fmt: skip


# Points in space ------------------------------------------------------------------------------------------------------


def _egnn(size, c, key):
    layer = points.EGNNLayer(c, c, key=key)
    # EGNN's points hardly move at the start. Here they shall, so that an error of the motion can be seen.
    last = layer.shift[1].weight
    return m.Messages(eqx.tree_at(lambda l: l.shift[1].weight, layer, 1000 * last))


def _after_features(make):
    return lambda size, c, key: m.Network((m.Apply(m.features), make(size, c, key)))


def on_points():
    """Modules and swaps for n points in space with a number at each, ((n, 1), (n, 3)): EGNN."""
    inside = (
        Part("Embed", "each point's features", "equivariant", lambda size, c, key: m.Start(_each(size, 1, key, c))),
        Part("EGNN layer", "messages by distance", "equivariant", _egnn),
        Part(
            "SiLU on features", "allowed: they do not turn", "nonlinearity",
            lambda size, c, key: m.OnFeatures(m.Apply(jax.nn.silu)),
        ),
        Part("EGNN layer", "equivariant", "equivariant", _egnn),
    )
    swaps = (
        Swap(
            "coordinates", "Coordinates as features", 0, "Coordinates depend on where the axes are; distances do not.",
            lambda size, c, key: m.AbsoluteCoordinates(_each(size, 4, key, c)),
        ),
        Swap(
            "own-bias", "Bias for each point", 0, BIAS_WHY,
            lambda size, c, key: m.Start(_own_bias(lambda s, c, k: _each(s, 1, k, c))(size, c, key)),
        ),
        Swap(
            "vector-relu", "ReLU on vectors", 2, "Which coordinates of a vector are negative depends on the axes.",
            fixed(m.relu_on_vectors),
        ),
    )  # fmt: skip
    return (
        {
            "invariant": (*inside, Part("Mean of features", "invariant", "readout", fixed(m.mean_of_features)), LINEAR),
            "equivariant": (*inside, Part("x′ − x", "how far each point moved", "readout", fixed(m.moved))),
        },
        {
            "invariant": (
                *swaps, Swap("flatten", "Flatten + dense", 4, FLAT_WHY, _after_features(_flat(lambda size, c: (c,))))
            ),
            "equivariant": (
                *swaps,
                Swap(
                    "flatten", "Flatten + dense", 4, "It gives numbers that do not turn, and calls them vectors.",
                    _after_features(_flat(lambda size, c: (size, 3))),
                ),
            ),
        },
    )  # fmt: skip

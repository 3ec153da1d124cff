"""One weight per type of edge: its definition, its symmetry, and convolution on the torus as a special case."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_graphs import EDGES, NODES, random_graph, random_relabelling, random_signal, relabelling_error

from gdl_course import graph
from gdl_course.layers import grid, relational

KEY = jax.random.key(3)


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def test_relational_is_a_sum_over_types_and_commutes_with_relabelling(rng):
    g, x = random_graph(rng, features=rng.integers(0, 3, EDGES)), random_signal(rng)
    layer = relational.RelationalConv(3, 4, 3, key=KEY)
    expected = np.zeros((NODES, 4))
    for j, i, w, t in zip(g.senders, g.receivers, g.weights, g.features, strict=True):
        expected[i] += w * (layer.weight[t] @ x[j])
    np.testing.assert_allclose(layer(g, x), expected, atol=1e-5)
    assert relabelling_error(layer, g, x, random_relabelling(rng)) < 1e-5


def test_types_left_behind_are_seen(rng):
    g, x, p = random_graph(rng, features=rng.integers(0, 3, EDGES)), random_signal(rng), random_relabelling(rng)
    layer = relational.RelationalConv(3, 4, 3, key=KEY)
    without_types = lambda h: graph.Graph(h.senders, h.receivers, NODES, weights=h.weights, features=g.features)
    assert relabelling_error(lambda h, x: layer(without_types(h), x), g, x, p) > 0.1


@pytest.mark.parametrize("shape", [(5, 5), (4, 7), (2, 3)])
def test_nine_types_on_the_torus_are_every_3x3_convolution(rng, shape):
    x, kernel = rng.normal(size=(2, *shape)).astype(np.float32), rng.normal(size=(3, 2, 3, 3)).astype(np.float32)
    y = grid.conv(x, kernel)
    weight = kernel.transpose(2, 3, 0, 1).reshape(9, 3, 2)
    on_graph = lambda weight: relational.relational(graph.torus(*shape), x.reshape(2, -1).T, weight).T.reshape(y.shape)
    np.testing.assert_allclose(on_graph(weight), y, atol=1e-5)
    assert np.abs(on_graph(weight[::-1]) - y).max() > 0.1  # the flipped kernel is another convolution


def test_padding_changes_neither_values_nor_gradients(rng):
    g, x = random_graph(rng, features=rng.integers(0, 3, EDGES)), random_signal(rng)
    layer = relational.RelationalConv(3, 4, 3, key=KEY)
    padded, z = graph.batch([g], nodes=9, edges=30), graph.stack([x], 9)
    loss = lambda g: lambda x: (layer(g, x)[:NODES] ** 2).sum()
    np.testing.assert_allclose(layer(padded, z)[:NODES], layer(g, x), atol=1e-5)
    np.testing.assert_allclose(jax.grad(loss(padded))(z)[:NODES], jax.grad(loss(g))(x), atol=1e-4)


@pytest.mark.parametrize(
    ("features", "words"),
    [(None, "be types"), ([0.5, 1.0], "be types"), ([[0], [1]], "be types"), ([0, 3], "got types 0 to 3")],
)
def test_bad_types_are_refused(features, words):
    g = graph.Graph([0, 1], [1, 0], 2, features=features)
    with pytest.raises(ValueError, match=words):
        relational.relational(g, jnp.ones((2, 1)), jnp.ones((3, 1, 1)))

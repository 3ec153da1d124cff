"""Message passing against the sums it stands for, with padding, isolated nodes, derivatives and relabelling."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads
from random_graphs import EDGES, NODES, random_graph, random_relabelling, random_signal, relabelling_error

from gdl_course import graph
from gdl_course.layers import messages

AGGREGATES = {messages.sum_messages: np.sum, messages.mean_messages: np.mean, messages.max_messages: np.max}


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def message(receiver, sender, edge):
    return edge.weight * jnp.tanh(sender - 2 * receiver + edge.features)


def by_loops(g, x, reduce):
    """The definition, node by node; 0 where no edge enters."""
    senders, receivers = np.asarray(g.senders), np.asarray(g.receivers)
    y = np.zeros_like(x)
    for i in range(g.n_nodes):
        entering = np.flatnonzero(receivers == i)
        if len(entering):
            y[i] = reduce(
                [g.weights[e] * np.tanh(x[senders[e]] - 2 * x[i] + np.asarray(g.features[e])) for e in entering], axis=0
            )
    return y


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_message_passing_is_its_definition_and_0_at_isolated_nodes(rng, aggregate):
    g, x = random_graph(rng, features=rng.normal(size=(EDGES, 3))), random_signal(rng)
    y = jax.jit(lambda g, x: messages.message_passing(g, x, message, aggregate))(g, x)
    np.testing.assert_allclose(y, by_loops(g, x, AGGREGATES[aggregate]), atol=1e-5)
    assert (y[-1] == 0).all()


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_message_passing_commutes_with_relabelling(rng, aggregate):
    g, x, p = random_graph(rng, features=rng.normal(size=(EDGES, 3))), random_signal(rng), random_relabelling(rng)
    layer = lambda g, x: messages.message_passing(g, x, message, aggregate)
    assert relabelling_error(layer, g, x, p) < 1e-5


def test_an_aggregate_that_reads_the_order_of_the_edges_does_not_commute(rng):
    g, x, p = random_graph(rng), random_signal(rng), random_relabelling(rng)
    by_order = lambda g, m: messages.sum_messages(g, m * jnp.arange(1.0, g.n_edges + 1)[:, None])
    layer = lambda g, x: messages.message_passing(g, x, lambda i, j, edge: j, by_order)
    assert relabelling_error(layer, g, x, p) > 0.1


def test_propagate_is_the_product_with_the_adjacency_matrix_and_message_passing(rng):
    g, x = random_graph(rng), random_signal(rng)
    y = jax.jit(messages.propagate)(g, x)
    np.testing.assert_allclose(y, g.adjacency() @ x, atol=1e-5)
    np.testing.assert_allclose(y, messages.message_passing(g, x, lambda i, j, edge: edge.weight * j), atol=1e-5)


def test_derivatives_of_propagate_are_those_of_the_dense_product(rng):
    g, x = random_graph(rng), random_signal(rng)

    def loss(multiply):
        build = lambda weights: graph.Graph(g.senders, g.receivers, NODES, weights=weights)
        return lambda weights, x: jnp.sin(multiply(build(weights), x)).sum()

    ours, dense = loss(messages.propagate), loss(lambda g, x: jnp.matmul(g.adjacency(), x, precision="highest"))
    for a, b in zip(*(jax.jit(jax.grad(f, argnums=(0, 1)))(g.weights, x) for f in (ours, dense)), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_gradients_of_message_passing(rng, aggregate):
    g = random_graph(rng, features=rng.normal(size=(EDGES, 3)))
    with jax.enable_x64(True):
        x = jnp.asarray(rng.normal(size=(NODES, 3)))
        f = jax.jit(lambda x: messages.message_passing(g, x, message, aggregate))
        check_grads(f, (x,), order=1, modes=["rev"], rtol=1e-5)


def layers_to_pad():
    functions = {aggregate.__name__: aggregate for aggregate in AGGREGATES}
    for name, aggregate in functions.items():
        yield name, lambda g, x, a=aggregate: messages.message_passing(g, x, lambda i, j, e: j - 2 * i + e.weight, a)
    yield "propagate", messages.propagate


@pytest.mark.parametrize("layer", [f for _, f in layers_to_pad()], ids=[name for name, _ in layers_to_pad()])
def test_padding_changes_neither_values_nor_gradients(rng, layer):
    g, x = random_graph(rng), random_signal(rng)
    padded, z = graph.batch([g], nodes=NODES + 4, edges=EDGES + 9), graph.stack([x], NODES + 4)
    np.testing.assert_allclose(layer(padded, z)[:NODES], layer(g, x), atol=1e-6)
    loss = lambda g: lambda x: (layer(g, x)[:NODES] ** 2).sum()
    np.testing.assert_allclose(jax.grad(loss(padded))(z)[:NODES], jax.grad(loss(g))(x), atol=1e-5)


def test_the_weight_of_a_padding_edge_has_derivative_0(rng):
    padded, x = graph.Graph([0, 2, 2], [1, 2, 2], 2), np.array([[2.0], [3.0]], np.float32)
    build = lambda weights: graph.Graph(padded.senders, padded.receivers, 2, weights=weights)
    gradient = jax.grad(lambda weights: messages.propagate(build(weights), x).sum())(padded.weights)
    np.testing.assert_array_equal(gradient, [2, 0, 0])


def test_padding_that_points_at_a_real_node_would_be_seen(rng):
    g, x = random_graph(rng), random_signal(rng)
    wrong = graph.Graph(np.append(g.senders, 0), np.append(g.receivers, 0), NODES, weights=np.append(g.weights, 1.0))
    assert np.abs(messages.propagate(wrong, x) - messages.propagate(g, x)).max() > 0.1


def test_propagate_under_vmap_over_signals_and_over_padded_graphs(rng):
    graphs_ = [graph.batch([random_graph(rng)], nodes=9, edges=30) for _ in range(2)]
    x = jnp.asarray(rng.normal(size=(2, 9, 3)), jnp.float32)
    expected = np.stack([messages.propagate(g, one) for g, one in zip(graphs_, x, strict=True)])
    stacked = jax.tree.map(lambda *a: jnp.stack(a), *graphs_)
    np.testing.assert_allclose(jax.vmap(messages.propagate)(stacked, x), expected, atol=1e-5)
    both = jax.vmap(messages.propagate, in_axes=(None, 0))(graphs_[0], x)
    np.testing.assert_allclose(both[0], expected[0], atol=1e-5)


@pytest.mark.parametrize("n", [0, 3])
def test_graphs_without_edges_send_nothing(n):
    g, x = graph.Graph([], [], n), jnp.ones((n, 2))
    for aggregate in AGGREGATES:
        assert (messages.message_passing(g, x, lambda i, j, edge: j, aggregate) == jnp.zeros((n, 2))).all()
    assert (messages.propagate(g, x) == jnp.zeros((n, 2))).all()


def test_whole_numbers_become_floats():
    g = graph.from_edges([(0, 1)], 2)
    assert messages.propagate(g, np.array([[1], [2]])).dtype == jnp.float32


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda g: messages.propagate(g, jnp.ones((2, 1))), r"shape \(3, \.\.\.\); got shape \(2, 1\)"),
        (lambda g: messages.propagate(g, jnp.ones(3)), r"\(nodes, channels\); got shape \(3,\)"),
        (lambda g: messages.message_passing(g, jnp.ones((4, 1)), message), r"got shape \(4, 1\)"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call(graph.from_edges([(0, 1), (1, 2)], 3))

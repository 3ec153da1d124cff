"""GCN, GIN, GAT, MPNN: equal to their dense formulas, equivariant to every relabelling, indifferent to padding."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_graphs import (
    EDGES,
    NODES,
    moved,
    random_graph,
    random_relabelling,
    random_signal,
    relabelling_error,
)  # fmt: skip

from gdl_course import graph
from gdl_course.layers import graphs

KEY = jax.random.key(2)
LAYERS = [
    graphs.GCN(3, 4, key=KEY),
    graphs.GCN(3, 2, key=KEY),
    graphs.GIN(3, 4, key=KEY),
    graphs.GAT(3, 4, heads=2, key=KEY),
    graphs.MPNN(3, 4, edge_channels=2, key=KEY),
]
NAMES = ["GCN", "GCN narrower", "GIN", "GAT", "MPNN"]
every_layer = pytest.mark.parametrize("layer", LAYERS, ids=NAMES)


@pytest.fixture
def rng():
    return np.random.default_rng(8)


@pytest.fixture
def g(rng):
    return random_graph(rng, features=rng.normal(size=(EDGES, 2)))


@pytest.fixture
def x(rng):
    return random_signal(rng)


@every_layer
def test_layers_commute_with_relabelling(rng, g, x, layer):
    for _ in range(3):
        assert relabelling_error(eqx.filter_jit(layer), g, x, random_relabelling(rng)) < 1e-5


@every_layer
def test_moving_the_signal_by_the_inverse_permutation_is_seen_unless_it_is_an_involution(rng, g, x, layer):
    wrong = lambda p: np.abs(layer(g.relabel(p), moved(np.argsort(p), x)) - moved(p, np.asarray(layer(g, x)))).max()
    assert wrong(random_relabelling(rng)) > 1e-2
    assert wrong(np.array([1, 0, 2, 3, 4, 5, 6])) < 1e-5  # why tests with swaps prove little


@every_layer
def test_relabelling_the_signal_alone_is_no_symmetry(rng, g, x, layer):
    p = random_relabelling(rng)
    assert np.abs(layer(g, moved(p, x)) - moved(p, np.asarray(layer(g, x)))).max() > 1e-2


@every_layer
def test_padding_changes_neither_values_nor_gradients(g, x, layer):
    padded, z = graph.batch([g], nodes=NODES + 3, edges=EDGES + 5), graph.stack([x], NODES + 3)
    np.testing.assert_allclose(layer(padded, z)[:NODES], layer(g, x), atol=1e-5)
    loss = lambda layer, g, x: (layer(g, x)[:NODES] ** 2).sum()
    derivatives = eqx.filter_jit(eqx.filter_grad(loss))
    for a, b in zip(*map(jax.tree.leaves, (derivatives(layer, padded, z), derivatives(layer, g, x))), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)
        assert np.abs(b).max() > 0


@every_layer
def test_a_batch_gives_the_results_of_its_graphs(rng, g, x, layer):
    other, y = random_graph(rng, features=rng.normal(size=(EDGES, 2))), random_signal(rng)
    together = layer(graph.batch([g, other], nodes=20, edges=60), graph.stack([x, y], 20))
    np.testing.assert_allclose(together[: 2 * NODES], np.concatenate([layer(g, x), layer(other, y)]), atol=1e-5)


@every_layer
@pytest.mark.parametrize("n", [0, 1, 4])
def test_graphs_without_edges(layer, n):
    empty = graph.Graph([], [], n, features=np.zeros((0, 2)))
    y = layer(empty, jnp.ones((n, 3)))
    assert y.shape[0] == n and np.isfinite(y).all()


@every_layer
def test_layers_under_vmap_over_signals(rng, g, layer):
    x = jnp.asarray(rng.normal(size=(2, NODES, 3)), jnp.float32)
    both = eqx.filter_jit(eqx.filter_vmap(layer, in_axes=(None, 0)))(g, x)
    np.testing.assert_allclose(both, np.stack([layer(g, one) for one in x]), atol=1e-5)


def dense_gcn(A, x, weight):
    with_loops = A + np.eye(len(A))
    scale = np.diag(with_loops.sum(axis=1) ** -0.5)
    return scale @ with_loops @ scale @ x @ weight.T


@pytest.mark.parametrize("out", [2, 5])
def test_gcn_is_its_dense_formula_in_both_orders_of_the_products(rng, g, x, out):
    A, weight = np.asarray(g.adjacency(), float), rng.normal(size=(out, 3))
    y = graphs.gcn(g, x, weight.astype(np.float32))
    np.testing.assert_allclose(y, dense_gcn(A, x, weight), atol=1e-5)
    transposed = np.diag((A.sum(axis=0) + 1) ** -0.5)  # out-degrees on one side: the same on undirected graphs only
    scale = np.diag((A.sum(axis=1) + 1) ** -0.5)
    assert np.abs(scale @ (A + np.eye(NODES)) @ transposed @ x @ weight.T - y).max() > 0.05


def test_the_degree_on_one_side_is_equivariant_all_the_same(rng, g, x):
    """Equivariance alone does not tell a GCN from its random-walk cousin: the dense formula does."""
    one_side = lambda g, x: graphs.propagate(g, x) / (g.in_degrees() + 1)[:, None] + x / (g.in_degrees() + 1)[:, None]
    assert relabelling_error(one_side, g, x, random_relabelling(rng)) < 1e-5
    assert np.abs(one_side(g, x) - graphs.gcn(g, x, jnp.eye(3))).max() > 0.05


def test_gcn_with_a_row_sum_below_0_is_finite_and_so_are_its_gradients(x):
    g = graph.from_edges([(0, 1), (1, 2)], NODES, weights=[-3.0, 1.0])
    value, gradient = jax.value_and_grad(lambda x: graphs.gcn(g, x, jnp.eye(3)).sum())(x)
    assert np.isfinite(value) and np.isfinite(gradient).all()
    assert (graphs.gcn(g, x, jnp.eye(3))[0] == 0).all()


def test_gin_is_its_formula_with_a_learned_epsilon(g, x):
    layer = eqx.tree_at(lambda layer: layer.epsilon, graphs.GIN(3, 4, hidden=6, key=KEY), jnp.asarray(0.3))
    expected = jax.vmap(layer.mlp)(1.3 * x + g.adjacency() @ x)
    np.testing.assert_allclose(layer(g, x), expected, atol=1e-5)


def dense_gat(g, x, layer, softmax_axis=1):
    """On the boolean matrix of who hears whom (no repeated edges), one head after the other."""
    hears = (np.asarray(g.adjacency()) > 0) | np.eye(NODES, dtype=bool)
    heads = []
    for W, r, s in zip(layer.weight, layer.to_receiver, layer.to_sender, strict=True):
        z = x @ np.asarray(W).T
        score = (z @ r)[:, None] + (z @ s)[None, :]
        share = np.where(hears, np.exp(np.where(score > 0, score, 0.2 * score)), 0)
        heads.append(share / share.sum(axis=softmax_axis, keepdims=True) @ z)
    return np.concatenate(heads, axis=1)


@pytest.fixture
def simple(rng):
    return graph.from_scipy((rng.random((NODES, NODES)) < 0.4) * rng.uniform(1, 2, size=(NODES, NODES)))


def test_gat_is_its_dense_formula_and_not_a_softmax_over_outgoing_edges(simple, x):
    layer = graphs.GAT(3, 4, heads=2, key=KEY)
    np.testing.assert_allclose(layer(simple, x), dense_gat(simple, x, layer), atol=1e-5)
    assert np.abs(layer(simple, x) - dense_gat(simple, x, layer, softmax_axis=0)).max() > 0.02


def test_gat_survives_scores_beyond_the_range_of_exp(simple, x):
    layer = eqx.tree_at(lambda layer: layer.weight, graphs.GAT(3, 4, key=KEY), replace_fn=lambda w: 1e4 * w)
    value, gradient = eqx.filter_value_and_grad(lambda layer: layer(simple, x).sum())(layer)
    assert np.isfinite(value) and all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))


def test_gradients_of_gat(simple, x):
    layer = graphs.GAT(3, 4, heads=2, key=KEY)
    direction = np.random.default_rng(0).normal(size=x.shape)
    with jax.enable_x64(True):
        layer = jax.tree.map(lambda a: jnp.asarray(a, jnp.float64), layer)
        loss = jax.jit(lambda x: jnp.sin(layer(simple, x)).sum())
        step, point = 1e-6 * direction, x.astype(np.float64)
        numerical = (loss(point + step) - loss(point - step)) / 2e-6
        np.testing.assert_allclose((jax.grad(loss)(point) * direction).sum(), numerical, rtol=1e-6)


def test_mpnn_hears_weights_and_edge_features_of_the_right_edge(rng, g, x):
    layer = graphs.MPNN(3, 4, edge_channels=2, key=KEY)
    expected = []
    for i in range(NODES):
        heard = jnp.zeros(4)
        for e in np.flatnonzero(np.asarray(g.receivers) == i):
            heard += layer.message(jnp.concatenate([x[i], x[g.senders[e]], g.weights[e][None], g.features[e]]))
        expected.append(layer.update(jnp.concatenate([x[i], heard])))
    np.testing.assert_allclose(layer(g, x), np.stack(expected), atol=1e-5)


def test_equal_keys_give_equal_layers_and_other_keys_others():
    for make in (graphs.GCN, graphs.GIN, graphs.GAT, graphs.MPNN):
        first, same, other = (make(3, 4, key=jax.random.key(k)) for k in (0, 0, 1))
        assert eqx.tree_equal(first, same) and not eqx.tree_equal(first, other)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda g: graphs.gcn(g, jnp.ones((NODES, 2)), jnp.ones((4, 3))), r"\(nodes, 3\); got shape \(7, 2\)"),
        (lambda g: LAYERS[0](g, jnp.ones((6, 3))), r"shape \(7, \.\.\.\); got shape \(6, 3\)"),
        (lambda g: LAYERS[3](g, jnp.ones((NODES, 5))), r"\(nodes, 3\); got shape \(7, 5\)"),
        (lambda g: graphs.GAT(3, 4, heads=3, key=KEY), "got 4 for 3 heads"),
    ],
)
def test_bad_input_says_what_was_given(g, call, words):
    with pytest.raises(ValueError, match=words):
        call(g)

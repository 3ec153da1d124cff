"""Readouts are invariant and leave padding out; coarsening is Sᵀ A S and commutes with relabelling."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_graphs import EDGES, NODES, moved, random_graph, random_relabelling, random_signal

from gdl_course import graph
from gdl_course.layers import graphs, pooling

READOUTS = {pooling.graph_sum: np.sum, pooling.graph_mean: np.mean, pooling.graph_max: np.max}
CLUSTERS = np.array([0, 2, 2, 1, 0, 2, 1])


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.mark.parametrize("readout", READOUTS)
def test_readouts_are_invariant_and_reduce_over_the_nodes(rng, readout):
    g, x, p = random_graph(rng), random_signal(rng), random_relabelling(rng)
    np.testing.assert_allclose(readout(g, x), READOUTS[readout](x, axis=0), atol=1e-5)
    np.testing.assert_allclose(readout(g.relabel(p), moved(p, x)), readout(g, x), atol=1e-5)


@pytest.mark.parametrize("readout", READOUTS)
def test_readouts_of_a_batch_are_those_of_its_graphs_with_gradients(rng, readout):
    g, x = random_graph(rng), random_signal(rng) - 3  # all below 0: a padding row of zeros would be the maximum
    together, z = graph.batch([g, graph.Graph([], [], 0), g], nodes=18), graph.stack([x, 2 * x], 18)
    y = jax.jit(readout)(together, z)
    np.testing.assert_allclose(y, np.stack([readout(g, x), np.zeros(3), readout(g, 2 * x)]), atol=1e-5)
    gradient = jax.grad(lambda z: (readout(together, z) ** 2).sum())(z)
    assert (gradient[2 * NODES :] == 0).all() and np.abs(gradient[: 2 * NODES]).max() > 0


def test_the_readouts_of_no_nodes_are_0():
    for readout in READOUTS:
        assert (readout(graph.Graph([], [], 0), jnp.ones((0, 2))) == jnp.zeros(2)).all()


def test_coarsening_is_conjugation_by_the_clusters_and_the_mean_over_them(rng):
    g, x = random_graph(rng), random_signal(rng)
    coarse, y = pooling.pool_clusters(g, x, CLUSTERS)
    S = np.eye(3)[CLUSTERS]
    np.testing.assert_allclose(coarse.adjacency(), S.T @ g.adjacency() @ S, atol=1e-5)
    np.testing.assert_allclose(y, S.T @ x / S.sum(axis=0)[:, None], atol=1e-5)


def test_coarsening_does_not_see_the_numbers_of_the_nodes(rng):
    g, x, p = random_graph(rng), random_signal(rng), random_relabelling(rng)
    coarse, y = pooling.pool_clusters(g, x, CLUSTERS)
    for clusters, same in ((moved(p, CLUSTERS), True), (CLUSTERS, False)):
        other, z = pooling.pool_clusters(g.relabel(p), moved(p, x), clusters)
        assert np.allclose(other.adjacency(), coarse.adjacency(), atol=1e-5) == np.allclose(y, z, atol=1e-5) == same


def test_coarsening_a_batch_keeps_its_graphs_apart_and_works_in_jit(rng):
    g, x = random_graph(rng), random_signal(rng)
    together, z = graph.batch([g, g], nodes=16, edges=60), graph.stack([x, 2 * x], 16)
    clusters = np.concatenate([CLUSTERS, CLUSTERS + 3, [6, 6]])
    coarse, y = jax.jit(pooling.pool_clusters, static_argnums=3)(together, z, clusters, 6)
    assert coarse.graph_of_node.tolist() == [0, 0, 0, 1, 1, 1] and coarse.n_edges == 60
    alone, mean = pooling.pool_clusters(g, x, CLUSTERS)
    np.testing.assert_allclose(coarse.adjacency()[3:, 3:], alone.adjacency(), atol=1e-5)
    total = mean.sum(axis=0)
    np.testing.assert_allclose(graphs.graph_sum(coarse, y), np.stack([total, 2 * total]), atol=1e-5)


def test_edge_features_go_with_the_edges(rng):
    g = random_graph(rng, features=np.arange(EDGES))
    coarse, _ = pooling.pool_clusters(g, random_signal(rng), CLUSTERS)
    assert sorted(coarse.features.tolist()) == list(range(EDGES))


PAIR = graph.batch([graph.from_edges([(0, 1)], 2)] * 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pooling.pool_clusters(PAIR, jnp.ones((4, 1)), [0, 1, 1, 2]), "a cluster of a batch lies in one graph"),
        (lambda: pooling.pool_clusters(PAIR, jnp.ones((4, 1)), [0, 0, 1]), "each of the 4 nodes"),
        (lambda: pooling.pool_clusters(PAIR, jnp.ones((4, 1)), [0, 0, 1, -1]), "from 0 to 1"),
        (lambda: pooling.pool_clusters(PAIR, jnp.ones((4, 1)), [0, 0, 1, 3], 2), "from 0 to 1"),
        (lambda: jax.jit(pooling.pool_clusters)(PAIR, jnp.ones((4, 1)), jnp.array([0, 0, 1, 1])), "give n_clusters"),
        (lambda: pooling.graph_sum(PAIR, jnp.ones((3, 1))), r"got shape \(3, 1\)"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

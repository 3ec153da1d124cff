"""The edge list: its matrix, its conversions, relabelling, batches, and refusals."""

import equinox as eqx
import jax
import jax.numpy as jnp
import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from random_graphs import EDGES, NODES, random_graph, random_relabelling

from gdl_course import graph


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_adjacency_sums_the_weights_of_the_edges_from_column_to_row(rng):
    senders, receivers = rng.integers(0, 4, size=(2, 20))
    weights = rng.normal(size=20)
    A = np.zeros((4, 4))
    for j, i, w in zip(senders, receivers, weights, strict=True):
        A[i, j] += w
    g = graph.Graph(senders, receivers, 4, weights=weights)
    np.testing.assert_allclose(g.adjacency(), A, atol=1e-6)
    np.testing.assert_allclose(g.to_scipy().toarray(), A, atol=1e-6)
    np.testing.assert_allclose(g.in_degrees(), A.sum(axis=1), atol=1e-6)


def test_edges_are_sorted_with_what_they_carry(rng):
    g = random_graph(rng, features=np.arange(EDGES), weights=np.arange(EDGES))
    order = list(zip(g.receivers.tolist(), g.senders.tolist(), strict=True))
    assert order == sorted(order)
    assert g.features.tolist() == g.weights.tolist() != list(range(EDGES))
    assert (np.diff(g.senders[g.by_sender]) >= 0).all()


def test_undirected_edges_are_two_directed_ones_and_a_loop_is_one():
    g = graph.from_edges([(0, 2), (1, 1)], 3, weights=[3.0, 5.0], features=[[1], [7]])
    np.testing.assert_array_equal(g.adjacency(), [[0, 0, 3], [0, 5, 0], [3, 0, 0]])
    assert g.features[:, 0].tolist() == [1, 7, 1]


@pytest.mark.parametrize("make", [nx.karate_club_graph, lambda: nx.path_graph(1), lambda: nx.empty_graph(3), nx.Graph])
def test_undirected_networkx_there_and_back(make):
    G = nx.convert_node_labels_to_integers(make())
    back = nx.Graph(graph.from_networkx(G).to_networkx())
    assert nx.utils.graphs_equal(nx.Graph(G), back) or {
        (u, v): d.get("weight", 1) for u, v, d in G.edges(data=True)
    } == {(u, v): d["weight"] for u, v, d in back.edges(data=True)}
    assert list(back) == list(G)


def test_directed_networkx_is_transposed(rng):
    G = nx.gnp_random_graph(6, 0.4, seed=1, directed=True)
    for _, _, data in G.edges(data=True):
        data["weight"] = rng.uniform(1, 2)
    g = graph.from_networkx(G)
    np.testing.assert_allclose(g.adjacency(), nx.to_numpy_array(G).T, rtol=1e-6)
    np.testing.assert_allclose(nx.to_numpy_array(g.to_networkx()), nx.to_numpy_array(G), rtol=1e-6)


def test_repeated_edges_of_networkx_add():
    G = nx.MultiGraph([(0, 1), (0, 1), (1, 1)])
    np.testing.assert_array_equal(graph.from_networkx(G).adjacency(), nx.to_numpy_array(G))


@pytest.mark.parametrize("kind", [np.asarray, scipy.sparse.csr_array, scipy.sparse.coo_matrix])
def test_matrices_there_and_back(rng, kind):
    A = rng.normal(size=(5, 5)) * (rng.random((5, 5)) < 0.4)
    g = graph.from_scipy(kind(A))
    assert g.n_edges == np.count_nonzero(A)
    np.testing.assert_allclose(g.adjacency(), A, atol=1e-6)


def test_relabelling_is_conjugation_by_the_permutation_matrix(rng):
    g, p = random_graph(rng), random_relabelling(rng)
    P = np.zeros((NODES, NODES))
    P[p, np.arange(NODES)] = 1
    A = np.asarray(g.adjacency())
    np.testing.assert_allclose(g.relabel(p).adjacency(), P @ A @ P.T, atol=1e-6)
    assert np.abs(g.relabel(p).adjacency() - P.T @ A @ P).max() > 0.1
    assert eqx.tree_equal(g.relabel(p).relabel(np.argsort(p)), g)


def test_a_batch_is_block_diagonal_and_padding_is_not_in_its_matrix(rng):
    parts = [random_graph(rng, features=rng.normal(size=(EDGES, 2))) for _ in range(2)]
    parts.insert(1, graph.Graph([], [], 2, features=np.zeros((0, 2))))
    together = graph.batch(parts, nodes=20, edges=60)
    blocks = scipy.sparse.block_diag([g.to_scipy() for g in parts] + [np.zeros((4, 4))]).toarray()
    np.testing.assert_allclose(together.adjacency(), blocks, atol=1e-6)
    np.testing.assert_allclose(together.to_scipy().toarray(), blocks, atol=1e-6)
    assert together.n_edges == 60 and together.n_graphs == 3
    assert together.graph_of_node.tolist() == [0] * 7 + [1] * 2 + [2] * 7 + [3] * 4
    np.testing.assert_array_equal(together.features[:EDGES], parts[0].features)


def test_padding_of_a_part_stays_padding_in_a_batch():
    padded = graph.Graph([0, 2], [1, 2], 2)
    together = graph.batch([padded, graph.from_edges([(0, 1)], 2)])
    np.testing.assert_array_equal(np.argwhere(together.adjacency()), [[1, 0], [2, 3], [3, 2]])


def test_relabelling_a_batch_moves_the_graphs_of_the_nodes_and_keeps_the_padding(rng):
    g = graph.batch([graph.from_edges([(0, 1)], 2), graph.from_edges([(0, 1), (1, 2)], 3)], nodes=7, edges=9)
    p = random_relabelling(rng, 7)
    assert g.relabel(p).graph_of_node[p].tolist() == g.graph_of_node.tolist()
    assert int((g.relabel(p).senders == 7).sum()) == 3


def test_a_graph_goes_through_jit_and_equal_sizes_share_a_compiled_function(rng):
    traced = []

    @jax.jit
    def degrees(g):
        traced.append(g.n_nodes)
        return g.in_degrees()

    for _ in range(3):
        g = random_graph(rng)
        np.testing.assert_allclose(degrees(g), g.adjacency().sum(axis=1), rtol=1e-5)
    assert traced == [NODES]


def test_building_and_relabelling_inside_jit(rng):
    g, p = random_graph(rng), random_relabelling(rng)
    inside = jax.jit(lambda s, r, p: graph.Graph(s, r, NODES).relabel(p))(g.senders, g.receivers, p)
    outside = graph.Graph(g.senders, g.receivers, NODES).relabel(p)
    assert eqx.tree_equal(inside, outside)


def test_a_matrix_is_differentiable_in_the_weights(rng):
    g = random_graph(rng)
    build = lambda weights: graph.Graph(g.senders, g.receivers, NODES, weights=weights).adjacency()[1].sum()
    gradient = jax.jit(jax.grad(build))(g.weights)
    np.testing.assert_array_equal(gradient, np.asarray(g.receivers) == 1)


def test_the_torus_has_each_type_once_at_each_node():
    g = graph.torus(4, 5)
    counts = np.zeros((20, 9), int)
    np.add.at(counts, (np.asarray(g.receivers), np.asarray(g.features)), 1)
    assert (counts == 1).all()
    loops = np.asarray(g.features) == 4
    np.testing.assert_array_equal(g.senders[loops], g.receivers[loops])
    from_right = (np.asarray(g.receivers) == 4) & (np.asarray(g.features) == 5)
    assert g.senders[from_right].tolist() == [0]  # to the right of the last column is the first


def test_a_graph_describes_itself_the_same_way_every_time():
    assert repr(graph.from_edges([(0, 1)], 3)) == "Graph(3 nodes, 2 directed edges)"


@pytest.mark.parametrize("g", [graph.Graph([], [], 0), graph.Graph([], [], 3), graph.from_edges([], 2)])
def test_graphs_without_edges_or_nodes(g):
    n = g.n_nodes
    assert g.adjacency().shape == g.to_scipy().shape == (n, n) and len(g.to_networkx()) == n
    assert g.relabel(np.arange(n)).n_nodes == n


def test_undirected_edges_take_no_weights_traced_weights_and_graphs_of_nodes():
    assert (graph.from_edges([(0, 1)], 2, weights=None, features=None).weights == 1).all()
    entries = lambda weights: graph.from_edges([(0, 1), (2, 2)], 3, weights=weights).adjacency()
    slopes = jax.jacrev(entries)(jnp.ones(2))
    np.testing.assert_array_equal(slopes[..., 0], [[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(slopes[..., 1], np.diag([0, 0, 1]))
    assert graph.from_edges([(0, 1)], 3, graph_of_node=[0, 0, 1], n_graphs=2).n_graphs == 2


PATH = graph.from_edges([(0, 1), (1, 2)], 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: graph.from_edges([(0, 3)], 3), "0 to 2; got an edge from 0 to 3"),
        (lambda: graph.from_edges([(0, -1)], 3), "got an edge from 0 to -1"),
        (lambda: graph.from_edges([(0, 1, 2)], 3), r"pairs.*got shape \(1, 3\)"),
        (lambda: graph.from_edges([(0.0, 1.5)], 3), "whole numbers; got an array of float64"),
        (lambda: graph.Graph([0], [0], 0), "a graph without nodes has no edges"),
        (lambda: graph.Graph([0, 1], [0], 2), r"same length.*got shapes \(2,\), \(1,\)"),
        (lambda: graph.Graph([0], [1], 2, weights=[1.0, 2.0]), r"and \(2,\)"),
        (lambda: graph.Graph([0, 1], [1, 0], 2, weights=[1.0, np.nan]), "finite; got 1 of 2"),
        (lambda: graph.Graph([0], [1], 2, features=[[1], [2]]), "a row for each of the 1 edges"),
        (lambda: graph.Graph([0], [1], 2, graph_of_node=[0]), "graph_of_node needs an entry for each of the 2 nodes"),
        (lambda: graph.Graph([0], [1], 2, graph_of_node=[0, 2], n_graphs=1), "0 to 0, and 1 for padding; got .* 2"),
        (lambda: graph.Graph([0], [1], 2, graph_of_node=[[0], [0]], n_graphs=1), r"got shape \(2, 1\)"),
        (lambda: graph.Graph([0], [1], 2, n_graphs=1), "got nothing and n_graphs 1"),
        (lambda: graph.from_edges([(0, 2**32 + 1)], 2), "up to 2147483647; got numbers from 0 to 4294967297"),
        (lambda: graph.Graph([-(2**32)], [1], 2), "got numbers from -4294967296"),
        (lambda: graph.from_edges([(0, 1)], 2, weights=[1.0, 2.0]), r"each of the 1 pairs; got shape \(2,\)"),
        (lambda: graph.from_edges([(0, 1)], 2, features=3.0), r"each of the 1 pairs; got shape \(\)"),
        (lambda: jax.jit(lambda e: graph.from_edges(e, 2).weights)(jnp.array([[0, 1]])), "outside of `jax.jit`"),
        (lambda: graph.from_scipy(np.ones((2, 3))), r"square; got shape \(2, 3\)"),
        (lambda: graph.from_scipy(np.ones(4)), r"square; got shape \(4,\)"),
        (lambda: PATH.relabel([0, 1, 1]), "a permutation of 0 .. 2; got"),
        (lambda: PATH.relabel([0, 1]), "a permutation of 0 .. 2"),
        (lambda: graph.batch([]), "one or more graphs"),
        (lambda: graph.batch([graph.batch([PATH])]), "none of them a batch"),
        (lambda: graph.batch([PATH], nodes=2), "3 nodes or edges do not fit into a size of 2"),
        (lambda: graph.batch([PATH], edges=3), "4 nodes or edges do not fit into a size of 3"),
        (lambda: graph.batch([PATH, graph.torus(3, 3)]), "edge features or none"),
        (lambda: graph.stack([jnp.ones((3, 1))], 2), "do not fit"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

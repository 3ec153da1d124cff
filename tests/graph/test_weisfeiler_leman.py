"""Colour refinement against networkx, and against what message passing sees."""

import itertools

import equinox as eqx
import jax
import jax.numpy as jnp
import networkx as nx
import numpy as np
import pytest
from random_graphs import NODES, random_graph, random_relabelling

from gdl_course import graph
from gdl_course.graph.weisfeiler_leman import colours, indistinguishable, joint_colours
from gdl_course.layers import graphs

TWO_TRIANGLES = nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(3))
DECALIN = nx.cycle_graph(10)
DECALIN.add_edge(0, 5)
BICYCLOPENTYL = nx.disjoint_union(nx.cycle_graph(5), nx.cycle_graph(5))
BICYCLOPENTYL.add_edge(0, 5)
PAIRS = [(TWO_TRIANGLES, nx.cycle_graph(6)), (DECALIN, BICYCLOPENTYL)]


def partition(labels):
    """For each pair of nodes, whether they have the same label."""
    labels = np.asarray(labels)
    return labels[:, None] == labels[None, :]


def weighted(G):
    """G with the weight 1 where it has none: with an edge attribute networkx starts, as we do, from one colour."""
    G = G.copy()
    nx.set_edge_attributes(G, {(u, v): w for u, v, w in G.edges(data="weight", default=1)}, "weight")
    return G


@pytest.mark.parametrize("G", [nx.karate_club_graph(), nx.path_graph(7), nx.gnp_random_graph(12, 0.3, seed=2), DECALIN])
@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_colours_split_the_nodes_as_networkx_does(G, rounds):
    hashes = nx.weisfeiler_lehman_subgraph_hashes(weighted(G), edge_attr="weight", iterations=rounds)
    np.testing.assert_array_equal(partition(colours(G, rounds)), partition([hashes[v][-1] for v in G]))


def test_graphs_are_told_apart_as_by_the_hash_of_networkx():
    some = [nx.gnp_random_graph(6, 0.5, seed=seed) for seed in range(12)] + [TWO_TRIANGLES, nx.cycle_graph(6)]
    hashes = [nx.weisfeiler_lehman_graph_hash(weighted(G), edge_attr="weight", iterations=6) for G in some]
    for (G, a), (H, b) in itertools.combinations(zip(some, hashes, strict=True), 2):
        assert indistinguishable(G, H) == (a == b)


@pytest.mark.parametrize(("G", "H"), PAIRS)
def test_two_graphs_that_no_colours_tell_apart(G, H):
    assert indistinguishable(G, H) and not nx.is_isomorphic(G, H)
    assert not indistinguishable(G, nx.path_graph(len(H)))


def test_relabelling_permutes_the_colours():
    rng = np.random.default_rng(2)
    g, p = random_graph(rng), random_relabelling(rng)
    assert colours(g.relabel(p))[p].tolist() == colours(g).tolist()
    assert len(set(colours(g).tolist())) == NODES  # random weights tell all nodes apart
    assert indistinguishable(g, g.relabel(p))


def test_direction_weights_features_and_repeated_edges_are_heard():
    alike = lambda a, b: indistinguishable(a, b)
    one, two = graph.from_directed_edges([(0, 1), (0, 2)], 3), graph.from_directed_edges([(1, 0), (2, 0)], 3)
    assert not alike(one, two)
    edge = lambda **attributes: graph.from_edges([(0, 1)], 2, **attributes)
    assert not alike(edge(), edge(weights=[2.0])) and alike(edge(weights=[2.0]), edge(weights=[2.0]))
    assert not alike(edge(features=[0]), edge(features=[1]))
    assert not alike(edge(features=[[0, 1]]), edge(features=[[1, 0]]))
    assert not alike(edge(weights=[2.0]), graph.from_edges([(0, 1), (0, 1)], 2))


def test_initial_colours_and_rounds():
    assert colours(nx.cycle_graph(4), initial=[7, 3, 3, 3]).tolist() == [2, 1, 0, 1]
    assert colours(nx.path_graph(5), rounds=0).tolist() == [0] * 5
    with pytest.raises(ValueError, match="graphs of \\[2\\] nodes.*got \\[1\\]"):
        colours(nx.path_graph(2), initial=[0])


def test_joint_colours_mean_the_same_in_all_graphs():
    path, ring = joint_colours([nx.path_graph(4), nx.cycle_graph(4)], rounds=1)
    assert path[1] == ring[0] and path[0] not in ring
    assert [len(c) for c in joint_colours([nx.Graph(), graph.Graph([], [], 2)])] == [0, 2]


def test_padding_is_not_heard():
    g = nx.path_graph(4)
    padded = graph.batch([graph.from_networkx(g)], edges=9)
    assert colours(padded).tolist() == colours(g).tolist()


@pytest.mark.parametrize("make", [graphs.GCN, graphs.GIN, graphs.GAT, graphs.MPNN])
@pytest.mark.parametrize(("G", "H"), PAIRS)
def test_message_passing_gives_nodes_of_one_colour_the_same_features(make, G, H):
    layers = [make(i, 8, key=key) for i, key in zip((1, 8, 8), jax.random.split(jax.random.key(0), 3), strict=True)]

    @eqx.filter_jit
    def features(g):
        x = jnp.ones((g.n_nodes, 1))
        for layer in layers:
            x = jnp.tanh(layer(g, x))
        return x

    both = jnp.concatenate([features(graph.from_networkx(one)) for one in (G, H)])
    classes = np.concatenate(joint_colours([G, H], rounds=3))
    for colour in set(classes.tolist()):
        assert np.ptp(np.asarray(both)[classes == colour], axis=0).max() < 1e-5
    random = jax.random.normal(jax.random.key(1), (len(G), 1))
    assert np.ptp(np.asarray(layers[0](graph.from_networkx(G), random)), axis=0).max() > 1e-2

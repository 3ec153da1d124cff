"""The message stepper as a Python object: its attributes, its presets, its picture."""

import math
import xml.etree.ElementTree as ElementTree

import networkx as nx
import numpy as np
import pytest
import traitlets

from gdl_course.widgets import MessageStepper
from gdl_course.widgets.message_stepper.graphs import PRESETS
from gdl_course.widgets.message_stepper.widget import random_relabelling
from gdl_course.widgets.shared.course_widget import restore


def drawn(name):
    graph = nx.empty_graph(len(PRESETS[name]["nodes"]))
    graph.add_edges_from(PRESETS[name]["edges"])
    return graph


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"graph": "cube"}, "graph: expected one of .*'ring'.*, or a dictionary; got 'cube'"),
        ({"graph": {"nodes": [[0, 0]]}}, r"expected a dictionary with edges .* got \['nodes'\]"),
        ({"graph": {"edges": [(0, 1), (1, 1)]}}, r"an edge is a pair of two different nodes from 0 to 1; got \(1, 1\)"),
        ({"graph": {"edges": [(0, 20)]}}, "expected 1 to 20 nodes; got 21"),
        ({"graph": {"edges": [(0, 1)], "nodes": [[0, 0], [101, 0]]}}, "nodes: expected numbers from 0 to 100"),
        ({"graph": {"edges": [(0, 1)], "values": [1]}}, r"values: expected shape \(2,\); got \(1,\)"),
        ({"graph": {"edges": [(0, 1)], "values": [1, math.nan]}}, "values: expected numbers from -9 to 9; got .*nan"),
        ({"graph": {"edges": [(0, 1)], "split": 1}}, "split: .* no edge to the rest.*; got 1"),
        ({"graph": 5}, "graph: "),
        ({"labels": [0, 0, 1]}, "labels: expected a permutation of 0 to 8, or an empty list"),
        ({"rule": "GIN"}, "expected any of .*'GCN'"),
        ({"step": 13}, "greater than 12"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        MessageStepper(**wrong)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"graph": "ring", "rule": "max"},
        {"graph": {"edges": [(2, 0)], "values": [1, -2, 0.5]}, "labels": [1, 2, 0], "step": 0},
    ],
)
def test_repr_is_the_call_that_makes_the_state(state):
    stepper = MessageStepper(**state)
    assert eval(repr(stepper)).state == stepper.state


def test_repr_names_a_preset():
    assert repr(MessageStepper(graph="ring")) == "MessageStepper(graph='ring')"


def test_a_stored_state_is_restored():
    stepper = MessageStepper(graph={"edges": [(0, 1), (1, 2)]}, rule="WL", labels=[2, 0, 1], seed=7)
    assert restore(stepper.get_state()).state == stepper.state


def test_another_graph_is_numbered_as_drawn():
    stepper = MessageStepper(graph="ring", labels=[1, 2, 3, 4, 5, 0])
    stepper.graph = "path"
    assert stepper.labels == [] and stepper.permutation.tolist() == [0, 1, 2, 3, 4]


def test_a_changed_graph_leaves_the_preset_as_it_was():
    stepper = MessageStepper(graph="path")
    stepper.graph["edges"].append([0, 4])
    MessageStepper().graph["values"].clear()
    assert len(PRESETS["path"]["edges"]) == 4 and len(PRESETS["grid"]["values"]) == 9


def test_relabelling_is_random_and_no_involution():
    stepper = MessageStepper()
    seen = set()
    for _ in range(5):
        stepper.relabel()
        p = stepper.permutation
        assert (p[p] != np.arange(9)).any()
        seen.add(tuple(p))
    assert len(seen) == 5


@pytest.mark.parametrize("n", [1, 2, 3])
def test_even_the_smallest_graphs_can_be_relabelled(n):
    assert sorted(random_relabelling(n, seed=4)) == list(range(n))


def test_presets_are_what_their_names_say():
    named = {
        "path": nx.path_graph(5),
        "ring": nx.cycle_graph(6),
        "star": nx.star_graph(5),
        "grid": nx.grid_2d_graph(3, 3),
        "complete": nx.complete_graph(5),
        "empty": nx.empty_graph(5),
        "two triangles and a hexagon": nx.disjoint_union_all([nx.cycle_graph(k) for k in (3, 3, 6)]),
    }
    for name, graph in named.items():
        assert nx.is_isomorphic(drawn(name), graph), name
    assert set(PRESETS) - set(named) == {"decalin and bicyclopentyl"}


def test_the_molecules_are_two_rings_with_a_common_bond_and_two_joined_rings():
    both = drawn("decalin and bicyclopentyl")
    decalin, bicyclopentyl = both.subgraph(range(10)), both.subgraph(range(10, 20))
    rings = [sorted(map(len, nx.minimum_cycle_basis(molecule))) for molecule in (decalin, bicyclopentyl)]
    assert rings == [[6, 6], [5, 5]]
    assert [len(list(nx.bridges(molecule))) for molecule in (decalin, bicyclopentyl)] == [0, 1]


@pytest.mark.parametrize("name", PRESETS)
def test_nodes_of_a_preset_do_not_overlap_and_leave_room_for_a_finger(name):
    """On a phone the board is 300 px wide: 15 hundredths are 45 px."""
    places = np.array(PRESETS[name]["nodes"], float)
    gaps = np.linalg.norm(places[:, None] - places[None, :], axis=-1) + 100 * np.eye(len(places))
    assert gaps.min() >= 15 and places.min() >= 10 and places.max() <= 90


def test_the_fallback_picture_says_what_it_shows():
    stepper = MessageStepper(graph="path", rule="position", labels=[1, 2, 3, 4, 0], step=1)
    svg, alt = stepper.fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt
    assert "5 nodes and 4 edges" in alt
    assert "✗ Renumbering changed the result at 1 of 5 nodes: largest difference 0.20" in alt
    assert "✓" in MessageStepper(graph="path", labels=[1, 2, 3, 4, 0]).fallback_svg()[1]
    _, colours = MessageStepper(graph="path", rule="WL", step=0).fallback_svg()
    assert "the colours are, by node, 0: b, 1: a, 2: a" in colours

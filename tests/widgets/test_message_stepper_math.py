"""The message stepper computes in JavaScript what NumPy, networkx and the package compute, and says what is true."""

import json
import subprocess
from itertools import combinations

import jax.numpy as jnp
import networkx as nx
import numpy as np
import pytest
from javascript import javascript, node

from gdl_course.graph import from_networkx, weisfeiler_leman
from gdl_course.layers.graphs import gcn
from gdl_course.layers.messages import max_messages, mean_messages, message_passing, sum_messages
from gdl_course.widgets import MessageStepper
from gdl_course.widgets.message_stepper.graphs import MOST_NODES, PRESETS, normalised
from gdl_course.widgets.message_stepper.widget import MOST_STEPS, RULES, random_relabelling, renumbered, run

MATH, WORDS, EDITS, CANVAS = (f"message_stepper/{part}.js" for part in ("math", "words", "edits", "canvas"))
PAIRS = ["two triangles and a hexagon", "decalin and bicyclopentyl"]
EQUIVARIANT = [rule for rule in RULES if rule != "position"]


def call(module, name, *arguments):
    """What one function of a JavaScript module returns."""
    return javascript(module, [(name, arguments)])[0]


@pytest.fixture
def rng():
    return np.random.default_rng(8)


def random_graph(rng, n=None):
    """A with about two edges a node, often with isolated nodes, and values without a tie."""
    n = n or int(rng.integers(3, 13))
    A = np.triu(rng.random((n, n)) < 2 / n, 1).astype(float)
    return A + A.T, rng.normal(size=n)


def colourful(rng, n):
    return rng.integers(0, 3, n).astype(float)


def same_partition(a, b):
    """Whether two labellings of the same things differ only in the names of the labels."""
    pairs = set(zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True))
    return len(pairs) == len(np.unique(a)) == len(np.unique(b))


def preset(name):
    stepper = MessageStepper(graph=name)
    return stepper.adjacency, np.array(stepper.graph["values"], float), stepper.graph["split"]


# ---- the rules ----


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_the_same_in_both_languages(rule, rng):
    cases = [random_graph(rng) for _ in range(12)]
    cases = [(A, colourful(rng, len(A)) if rule == "WL" else x) for A, x in cases]
    histories = javascript(MATH, [("run", [rule, A.tolist(), x.tolist(), 5]) for A, x in cases])
    for (A, x), history in zip(cases, histories, strict=True):
        for steps, values in enumerate(history):
            np.testing.assert_allclose(values, run(rule, A, x, steps), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("rule", "aggregate"),
    [("sum", sum_messages), ("mean", mean_messages), ("max", max_messages)],
    ids=["sum", "mean", "max"],
)
def test_rules_are_those_of_message_passing_in_the_package(rule, aggregate, rng):
    cases = [random_graph(rng, 8) for _ in range(4)]
    there = javascript(MATH, [("run", [rule, A.tolist(), x.tolist(), 1]) for A, x in cases])
    for (A, x), history in zip(cases, there, strict=True):
        graph = from_networkx(nx.from_numpy_array(A))
        expected = message_passing(graph, jnp.array(x)[:, None], lambda receiver, sender, edge: sender, aggregate)
        np.testing.assert_allclose(history[1], np.ravel(expected), rtol=1e-5, atol=1e-6)


def test_gcn_is_that_of_the_package_and_of_kipf_and_welling(rng):
    cases = [random_graph(rng, 8) for _ in range(4)]
    there = javascript(MATH, [("run", ["GCN", A.tolist(), x.tolist(), 1]) for A, x in cases])
    for (A, x), history in zip(cases, there, strict=True):
        layer = gcn(from_networkx(nx.from_numpy_array(A)), jnp.array(x)[:, None], jnp.ones((1, 1)))
        np.testing.assert_allclose(history[1], np.ravel(layer), rtol=1e-5, atol=1e-6)
        D = np.diag((A.sum(1) + 1) ** -0.5)
        np.testing.assert_allclose(history[1], D @ (A + np.eye(8)) @ D @ x, rtol=1e-12, atol=1e-12)


def test_colours_are_the_partition_of_the_package_and_of_networkx(rng):
    rounds, matrices = 3, [random_graph(rng)[0] for _ in range(12)]
    there = javascript(MATH, [("run", ["WL", A.tolist(), [1] * len(A), rounds]) for A in matrices])
    for A, history in zip(matrices, there, strict=True):
        graph = nx.from_numpy_array(A)
        nx.set_node_attributes(graph, "equal", "start")
        hashes = nx.weisfeiler_lehman_subgraph_hashes(graph, iterations=rounds, node_attr="start")
        for k in range(1, rounds + 1):
            assert same_partition(history[k], weisfeiler_leman.colours(graph, rounds=k))
            assert same_partition(history[k], np.unique([hashes[i][k - 1] for i in graph], return_inverse=True)[1])


def test_colours_begin_with_the_values(rng):
    A, _ = random_graph(rng, 9)
    x = colourful(rng, 9)
    history = call(MATH, "run", "WL", A.tolist(), x.tolist(), 4)
    assert history[0] == x.astype(int).tolist()
    assert same_partition(history[4], weisfeiler_leman.colours(nx.from_numpy_array(A), rounds=4, initial=x.astype(int)))


def test_a_node_without_neighbours_hears_nothing():
    A = np.zeros((3, 3)).tolist()
    heard = {rule: call(MATH, "run", rule, A, [-5, 2, 3], 1)[1] for rule in ("sum", "mean", "max", "GCN", "position")}
    assert heard == {"sum": [0] * 3, "mean": [0] * 3, "max": [0] * 3, "GCN": [-5, 2, 3], "position": [0] * 3}


# ---- renumbering ----


def test_renumbering_is_the_permutation_matrix(rng):
    A, x = random_graph(rng, 7)
    p = random_relabelling(7, seed=3)
    P = np.eye(7)[np.argsort(p)]
    np.testing.assert_array_equal(call(MATH, "renumber", x.tolist(), p), P @ x)
    np.testing.assert_array_equal(renumbered(x, np.array(p)), P @ x)
    A = rng.normal(size=(7, 7))  # not symmetric, so that a transpose would show
    np.testing.assert_array_equal(call(MATH, "renumberGraph", A.tolist(), p), P @ A @ P.T)


def test_relabellings_are_the_same_in_both_languages_and_no_involutions():
    cases = [(n, seed) for n in (1, 2, 3, 4, 9, 20) for seed in (0, 1, 5, 2**31 - 1)]
    for (n, seed), p in zip(cases, javascript(MATH, [("randomRelabelling", case) for case in cases]), strict=True):
        assert p == random_relabelling(n, seed)
        assert sorted(p) == list(range(n))
        assert n < 3 or [p[i] for i in p] != list(range(n))


@pytest.mark.parametrize("rule", RULES)
def test_the_result_follows_the_numbers_unless_the_rule_looks_at_them(rule, rng):
    calls = []
    for seed in range(5):
        A, x = random_graph(rng, 8)
        A[0, 1] = A[1, 0] = A[1, 2] = A[2, 1] = 1
        calls.append(("follows", [rule, A.tolist(), x.tolist(), 3, random_relabelling(8, seed)]))
    for found in javascript(MATH, calls):
        if rule == "position":
            assert found["failed"] == found["trials"] and found["largest"] > 1e-3 and found["nodes"]
        else:
            assert found["failed"] == 0 and found["nodes"] == [] and found["largestOfAll"] < 1e-12


@pytest.mark.parametrize("rule", RULES)
def test_square_is_that_of_the_python_class(rule, rng):
    A, x = random_graph(rng, 9)
    edges = [(i, j) for i, j in combinations(range(9), 2) if A[i, j]]
    x = np.round(x, 3)
    stepper = MessageStepper(graph={"nodes": [[50, 50]] * 9, "edges": edges, "values": x}, rule=rule, step=4)
    stepper.relabel()
    found = call(MATH, "square", rule, A.tolist(), x.tolist(), 4, stepper.labels)
    np.testing.assert_allclose(found["here"], stepper.relabelled_result(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["there"], stepper.result(), rtol=1e-12, atol=1e-12)
    if rule != "WL":
        assert found["largest"] == pytest.approx(stepper.error(), abs=1e-12)


# ---- pairs ----


@pytest.mark.parametrize("name", PAIRS)
def test_no_rule_tells_the_preset_pairs_apart(name):
    A, x, split = preset(name)
    cases = [[rule, A.tolist(), x.tolist(), steps, split] for rule in EQUIVARIANT for steps in (0, 1, 4, MOST_STEPS)]
    for pair in javascript(MATH, [("comparePair", case) for case in cases]):
        assert pair["same"] and pair["apart"] is None and not pair["isomorphic"]


def test_pairs_are_compared_as_the_package_does(rng):
    graphs = [nx.gnm_random_graph(6, int(m), seed=int(rng.integers(10_000))) for m in rng.integers(5, 8, 30)]
    pairs = [*zip(graphs[::2], graphs[1::2], strict=True)]
    pairs += [(g, nx.relabel_nodes(g, dict(enumerate(random_relabelling(6, k))))) for k, g in enumerate(graphs[:5])]
    calls = []
    for g, h in pairs:
        A = np.zeros((12, 12))
        A[:6, :6], A[6:, 6:] = (nx.to_numpy_array(half, nodelist=range(6)) for half in (g, h))
        calls.append(("comparePair", ["WL", A.tolist(), [1] * 12, 1, 6]))
    for (g, h), found in zip(pairs, javascript(MATH, calls), strict=True):
        assert found["isomorphic"] == nx.is_isomorphic(g, h)
        assert (found["apart"] is None) == weisfeiler_leman.indistinguishable(g, h)
        one_round = [np.sort(c).tolist() for c in weisfeiler_leman.joint_colours([g, h], rounds=1)]
        assert found["same"] == (one_round[0] == one_round[1])


def test_structure_is_that_of_networkx(rng):
    graphs = [nx.gnm_random_graph(8, int(m), seed=int(rng.integers(10_000))) for m in rng.integers(0, 16, 25)]
    there = javascript(MATH, [("structure", [nx.to_numpy_array(graph).tolist()]) for graph in graphs])
    for graph, found in zip(graphs, there, strict=True):
        girth = nx.girth(graph)
        assert found["triangles"] == sum(nx.triangles(graph).values()) // 3
        assert found["components"] == nx.number_connected_components(graph)
        assert found["girth"] == (None if girth == float("inf") else girth)


def test_isomorphism_respects_the_values():
    A, ends = nx.to_numpy_array(nx.path_graph(3)).tolist(), [0, 1, 0]
    assert call(MATH, "isomorphic", A, A, [1, 0, 0], [0, 0, 1])
    assert not call(MATH, "isomorphic", A, A, ends, [1, 0, 0])


def test_values_within_rounding_are_one_bin():
    bins = call(MATH, "histogram", [0.3, 0.1 + 0.2, 2, 0.3])
    assert [b["count"] for b in bins] == [3, 1]
    assert not call(MATH, "sameValues", [1, 1, 2], [1, 2, 2])


# ---- words ----


def said_of(steppers):
    """What the widget says of each: [the verdict on the relabelling, and that on the pair if there is one]."""
    states = [s.state | {"labels": s.permutation.tolist()} for s in steppers]
    seen = [(s.rule, s.adjacency.tolist(), s.graph["values"], s.step) for s in steppers]
    splits = [s.graph["split"] for s in steppers]
    labels = [state["labels"] for state in states]
    squares = javascript(MATH, [("follows", [*args, p]) for args, p in zip(seen, labels, strict=True)])
    pairs = javascript(MATH, [("comparePair", [*args, split or 1]) for args, split in zip(seen, splits, strict=True)])
    about_squares = javascript(WORDS, [("relabellingVerdict", both) for both in zip(states, squares, strict=True)])
    about_pairs = javascript(WORDS, [("pairVerdict", both) for both in zip(states, pairs, strict=True)])
    return [[one, two][: 2 if split else 1] for one, two, split in zip(about_squares, about_pairs, splits, strict=True)]


def said(**state):
    return said_of([MessageStepper(**state)])[0]


@pytest.mark.parametrize("name", PRESETS)
def test_the_verdict_on_an_equivariant_rule_is_yes_on_every_preset(name):
    labels = random_relabelling(len(PRESETS[name]["nodes"]), 5)
    for verdict, *_ in said_of([MessageStepper(graph=name, rule=rule, step=3, labels=labels) for rule in EQUIVARIANT]):
        assert verdict["status"] == "yes" and "this relabelling and 24 random ones" in verdict["detail"]


def test_the_verdict_on_the_planted_defect():
    assert said(rule="position", step=0)[0]["status"] == "partly"
    plain = said(rule="position", step=2)[0]
    assert plain["status"] == "partly" and "Of 24 random relabellings 24 fail" in plain["detail"]
    wrong = said(graph="path", rule="position", step=1, labels=[1, 2, 3, 4, 0])[0]
    assert wrong["status"] == "no" and wrong["detail"].endswith("largest difference 0.20, at 1 of 5 nodes.")
    harmless = said(graph="empty", rule="position", step=1, labels=[1, 2, 3, 4, 0])[0]
    assert harmless["status"] == "yes" and "weights have no say" in harmless["why"]


def test_the_verdict_on_a_pair_says_what_differs():
    hexagon = said(graph=PAIRS[0], rule="WL", step=2)[1]
    assert hexagon["status"] == "no" and hexagon["headline"].endswith("message passing cannot tell them apart.")
    assert "triangles 2 and 0, components 2 and 1, shortest cycle 3 and 6" in hexagon["detail"]
    assert "stable from the start" in hexagon["why"]
    molecules = said(graph=PAIRS[1], rule="sum", step=2)[1]
    assert "the same values" in molecules["headline"] and "shortest cycle 6 and 5" in molecules["detail"]
    assert "stable after 2 rounds" in molecules["why"]


def test_the_verdict_on_a_pair_knows_equal_graphs_and_early_days():
    twins = {"edges": [(0, 1), (1, 2), (3, 5), (5, 4)], "split": 3}
    assert said(graph=twins)[1]["headline"] == "G and H are one graph, drawn twice."
    # a path and a star: the degrees tell them apart after one round, the mean of equal values never does
    trees = {"edges": [(0, 1), (1, 2), (2, 3), (4, 5), (4, 6), (4, 7)], "split": 4}
    assert [said(graph=trees, rule="WL", step=k)[1]["status"] for k in (0, 1)] == ["partly", "yes"]
    mean = said(graph=trees, rule="mean", step=5)[1]
    assert mean["status"] == "partly" and "WL colours tell them apart after 1 round." in mean["detail"]


def test_values_that_depend_on_the_numbers_tell_nothing():
    verdict = said(graph=PAIRS[0], rule="position", step=2)[1]
    assert verdict["status"] == "no" and "it means nothing" in verdict["headline"]


def test_the_three_steps_show_what_they_promise():
    steps = javascript(WORDS, [("STEPS", [])])[0]
    first, second, third = (step["state"] for step in steps)
    assert [step["expect"][0] for step in steps] == ["✗", "✗", "✓"]
    assert said(**first)[0]["status"] == "no"
    assert said(**second)[1]["status"] == "no"
    whole = {"graph": PRESETS[third["graph"]], "labels": [*range(12)]}
    cut = call(EDITS, "toggleEdge", whole, *third.pop("without"))["graph"]
    assert len(cut["edges"]) == 11 and cut["split"] == 6
    stages = [third | {"graph": cut, "step": step} for step in (0, 1, third["step"])]
    assert [said(**stage)[1]["status"] for stage in stages] == ["partly", "yes", "yes"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[(1 / 3, "0.333"), (-12.0, "−12"), (0, "0"), (-1e-12, "0"), (1234.5, "1230")],
        *[(249999, "2.5e5"), (20000, "2e4"), (-0.00012, "−1.2e−4")],
    ],
)
def test_numbers_are_short(value, text):
    assert call(WORDS, "shortNumber", value) == text


# ---- editing ----


def drawing(name="ring", labels=None):
    n = len(PRESETS[name]["nodes"])
    return {"graph": PRESETS[name], "labels": labels or [*range(n)]}


def test_an_edge_is_drawn_and_erased():
    there = call(EDITS, "toggleEdge", drawing(), 3, 0)
    assert [0, 3] in there["graph"]["edges"] and len(there["graph"]["edges"]) == 7
    assert call(EDITS, "toggleEdge", there, 0, 3) == drawing()


def test_an_edge_between_the_graphs_of_a_pair_makes_them_one():
    assert call(EDITS, "toggleEdge", drawing(PAIRS[0]), 0, 1)["graph"]["split"] == 6
    assert call(EDITS, "toggleEdge", drawing(PAIRS[0]), 0, 6)["graph"]["split"] == 0


def test_a_removed_node_takes_its_edges_and_its_number(rng):
    p = random_relabelling(6, 2)
    there = call(EDITS, "removeNode", drawing("ring", p), 2)
    left = nx.cycle_graph(6)
    left.remove_node(2)
    renamed = nx.convert_node_labels_to_integers(left)
    assert nx.utils.edges_equal([tuple(e) for e in there["graph"]["edges"]], list(renamed.edges))
    assert there["labels"] == np.argsort(np.argsort([p[i] for i in (0, 1, 3, 4, 5)])).tolist()
    assert normalised(there["graph"]) == there["graph"]


@pytest.mark.parametrize("gone", [0, 11])
def test_a_pair_stays_a_pair_when_it_loses_a_node(gone):
    graph = call(EDITS, "removeNode", drawing(PAIRS[0]), gone)["graph"]
    assert graph["split"] == (5 if gone == 0 else 6) and normalised(graph) == graph


def test_a_new_node_stands_where_there_is_room():
    there = drawing("complete")
    while len(there["labels"]) < MOST_NODES:
        there = call(EDITS, "addNode", there)
    places = np.array(there["graph"]["nodes"], float)
    gaps = np.linalg.norm(places[:, None] - places[None, :], axis=-1) + 100 * np.eye(MOST_NODES)
    assert gaps.min() > 12 and there["labels"] == [*range(MOST_NODES)]
    assert normalised(there["graph"]) == there["graph"]


def test_a_number_stands_where_no_edge_leaves_and_no_border_cuts():
    square = [[30, 30], [70, 30], [70, 70], [30, 70], [50, 6]]
    edges = [[0, 1], [1, 2], [2, 3], [0, 3]]
    taken = javascript(CANVAS, [("takenDirections", [square, edges, i]) for i in range(5)])
    angles = np.array(javascript(CANVAS, [("freeDirection", [others]) for others in taken]))
    np.testing.assert_allclose(angles * 4 / np.pi, [-3, -1, 1, 3, 2])


# ---- rules, one module ----


def test_every_rule_has_its_formula():
    assert set(javascript(WORDS, [("FORMULAS", [])])[0]) == set(RULES)


def test_module_is_one_standard_es_module_below_200_kB(tmp_path):
    """It is imported with nothing beside it, as Jupyter does."""
    module = tmp_path / "message_stepper.mjs"
    module.write_text(str(MessageStepper._esm), "utf-8")
    assert module.stat().st_size < 200_000
    code = f"const m = await import({json.dumps(module.as_uri())}); console.log(typeof m.default.render);"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "function\n", done.stderr

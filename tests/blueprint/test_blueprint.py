"""The blueprint: its counts are right, its networks keep their promise, its swaps break it, its cells say which."""

import json
import re

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import blueprint, groups, linear_maps
from gdl_course.blueprint.counting import why
from gdl_course.blueprint.domains.grid_with_turns import fields
from gdl_course.blueprint.domains.points import pattern_of_vectors
from gdl_course.blueprint.modules import Apply
from gdl_course.blueprint.tables import COLUMNS, Table
from gdl_course.layers import group_grid

BUILT = [row for row in blueprint.DOMAINS.values() if not row.planned]
OFFERS = [
    (row.name, output, swap)
    for row in BUILT
    for output in row.parts
    for swap in (None, *blueprint.swaps(row.name, output))
]
BELL = [1, 1, 2, 5, 15]
each_domain = pytest.mark.parametrize("row", BUILT, ids=[row.name for row in BUILT])


@pytest.fixture(scope="module")
def description():
    return {row["name"]: row for row in blueprint.describe()["domains"]}


# ---- the counts ----


@pytest.mark.parametrize("n", [3, 5, 8])
def test_counts_of_rings_grids_and_sets_are_the_closed_forms(n):
    if n >= 6:
        assert blueprint.counts("cyclic-sequence", n) == {"none": n**2, "symmetry": n, "locality": 3}
    if n >= 4:
        assert blueprint.counts("grid", n) == {"none": n**4, "symmetry": n**2, "locality": 9}
        assert blueprint.counts("set", n) == {"none": n**2, "symmetry": BELL[2], "locality": None}
        assert blueprint.counts("graph", n) == {"none": n**4, "symmetry": BELL[4], "locality": None}
        assert blueprint.counts("sphere", n) == {"none": n**4, "symmetry": n, "locality": None}
        assert blueprint.counts("points", n) == {"none": 9 * n**2, "symmetry": 2, "locality": None}
    assert blueprint.counts("grid-with-turns", min(n, 5))["symmetry"] == 4 * min(n, 5) ** 2


def test_locality_on_a_grid_with_turns_is_a_window_in_four_poses():
    assert [blueprint.counts("grid-with-turns", n)["locality"] for n in (3, 4, 5)] == [36, 36, 36]


def test_the_vector_pattern_is_the_commutant_of_a_group_that_turns_and_permutes():
    """Against the solver on one finite group: S_3 on the points, and the 48 signed permutations of the axes."""
    turn, mirror = np.array([[0.0, -1, 0], [0, 0, 1], [-1, 0, 0]]), np.diag([-1.0, 1, 1])
    swap, cycle = np.eye(3)[[1, 0, 2]], np.eye(3)[[2, 0, 1]]
    both = [np.kron(np.eye(3), Q) for Q in (turn, mirror)] + [np.kron(P, np.eye(3)) for P in (swap, cycle)]
    rho = groups.finite(both, "turns and orders").vector()
    W = np.random.default_rng(0).normal(size=(9, 9))
    labels = pattern_of_vectors(3)
    ours = np.zeros((9, 9))
    for label in range(labels.max() + 1):
        ours[labels == label] = W[labels == label].mean()
    np.testing.assert_allclose(linear_maps(rho, rho).project(W), ours, rtol=0, atol=1e-12)
    assert linear_maps(rho, rho).dimension == 2


def test_fields_are_what_group_convolution_acts_on():
    n, C4, rng = 4, groups.cyclic(4), np.random.default_rng(1)
    rho, x = fields(n), rng.normal(size=(4, n, n))
    _down, right, turn = rho.group.generators
    np.testing.assert_array_equal(rho.act(turn, x), group_grid.act(C4.generators[0], x, C4))
    np.testing.assert_array_equal(rho.act(right, x), np.roll(x, 1, axis=2))


@each_domain
def test_the_words_quote_the_counts(row):
    number = blueprint.counts(row.name, row.start)
    assert re.search(rf"\b{number['symmetry']} (orbits|maps)", why(row.name, row.start))


def test_only_trivial_tells_zero_from_something():
    plane = groups.SO(2)
    assert "Only the zero map" in blueprint.only_trivial(plane.irrep(1), plane.irrep(2))
    assert blueprint.only_trivial(plane.irrep(2), plane.irrep(2)) == ""
    assert blueprint.only_trivial(plane.irrep(1) * plane.irrep(1), plane.irrep(2)) == ""


# ---- the networks ----


@pytest.mark.parametrize(("domain", "output", "swap"), OFFERS)
def test_every_offered_cell_runs_and_tests_itself(domain, output, swap, capsys):
    exec(blueprint.cell(domain, blueprint.DOMAINS[domain].start, 4, output, swap), {})
    assert re.search(r"loss \d+\.\d+, largest error of the symmetry \d\.\de[+-]\d\d", capsys.readouterr().out)


@each_domain
def test_the_description_measures_rounding_and_breaks_far_apart(row, description):
    for output, plan in description[row.name]["outputs"].items():
        assert plan["error"] < 1e-5
        assert {swap["name"] for swap in plan["swaps"]} == set(blueprint.swaps(row.name, output))
        assert all(swap["error"] > 1e-3 for swap in plan["swaps"])
        assert all(swap["at"] < len(plan["modules"]) for swap in plan["swaps"])


def test_a_planted_defect_fails_the_cell():
    text = blueprint.cell("cyclic-sequence", 8, 4)
    defect = "model = eqx.tree_at(lambda m: m.modules[2], model, Apply(first_places))\n\nx, errors"
    spoilt = text.replace("x, errors", defect, 1)
    assert spoilt != text
    with pytest.raises(AssertionError, match="differs"):
        exec(spoilt, {"eqx": eqx, "Apply": Apply, "first_places": first_places})


def first_places(x):
    return x.at[:, 0].multiply(2.0)


def test_a_lawful_network_fails_the_cell_of_a_swap():
    text = blueprint.cell("set", 8, 4, "invariant", "dense").replace('swap="dense",', "")
    with pytest.raises(AssertionError, match="expected the swap"):
        exec(text, {})


def test_the_inverse_action_on_the_output_is_found_out():
    """The elements are no involutions: a test that mixes up g and its inverse must fail."""
    model = blueprint.build("cyclic-sequence", size=8, channels=2, output="equivariant", key=jax.random.key(0))
    x = blueprint.sample("cyclic-sequence", 8)
    ring = groups.cyclic(8)
    for g in blueprint.actions("cyclic-sequence", 8, "equivariant"):
        wrong = ring.permutation().act(ring.inverse(g.element), model(x))
        assert jnp.abs(model(g.on_input(x)) - g.on_output(model(x))).max() < 1e-5
        assert jnp.abs(model(g.on_input(x)) - wrong).max() > 1e-3


def test_translations_of_points_are_tested():
    (motion, _), *_ = [g.element for g in blueprint.actions("points", 5)]
    assert np.linalg.norm(motion[:3, 3]) > 0.1
    h, x = blueprint.sample("points", 5)
    _moved_h, moved_x = blueprint.actions("points", 5)[0].on_input((h, x))
    distances = lambda z: np.sort(np.linalg.norm(np.asarray(z)[:, None] - np.asarray(z)[None], axis=2), axis=None)
    np.testing.assert_allclose(distances(moved_x), distances(x), rtol=0, atol=1e-5)
    assert not np.allclose(moved_x, x, rtol=0, atol=1e-2)


# ---- the description ----


def test_the_description_is_plain_data_of_bounded_size():
    text = json.dumps(blueprint.describe())
    assert json.loads(text) == blueprint.describe()
    assert len(text.encode()) < 180_000


@each_domain
def test_pictures_fit(row, description):
    for size, drawn in description[row.name]["by_size"].items():
        n = len(drawn["places"])
        assert len(drawn["signal"]) == n and np.asarray(drawn["places"]).shape == (n, 2)
        assert np.min(drawn["places"]) >= 0 and np.max(drawn["places"]) <= 1
        for move in drawn["moves"]:
            assert ("matrix" in move) or sorted(move["images"]) == list(range(n))
        orbits = np.array(drawn["orbits"])
        assert orbits.size == drawn["counts"]["none"], size


def test_a_quarter_turn_of_the_field_turns_its_picture(description):
    for drawn in description["grid-with-turns"]["by_size"].values():
        places = np.array(drawn["places"]) - 0.5
        (turn,) = [move["images"] for move in drawn["moves"] if move["label"] == "quarter turn"]
        turned = np.stack([places[:, 1], -places[:, 0]], axis=1)  # anticlockwise, with y downwards
        np.testing.assert_allclose(places[turn], turned, rtol=0, atol=2e-3)


# ---- what is refused ----


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"domain": "moon"}, "got 'moon'"),
        ({"domain": "mesh"}, "see chapter 14 and 15"),
        ({"size": 2}, "at least 6"),
        ({"channels": 0}, "channels = 0"),
        ({"output": "both"}, "got 'both'"),
        ({"swap": "nothing"}, "got 'nothing'"),
    ],
)
def test_errors_say_what_was_given(arguments, words):
    defaults = {"domain": "cyclic-sequence", "size": 8, "key": jax.random.key(0)}
    with pytest.raises(ValueError, match=re.escape(words)):
        blueprint.build(**(defaults | arguments))


def test_the_table_has_a_row_for_each_domain_and_its_numbers():
    text = str(blueprint.table())
    assert all(f"| {row.title} |" in text for row in blueprint.DOMAINS.values())
    assert "1296 → 36 → 9 (n = 6)" in text and text.count("planned") == 1


def test_the_table_is_drawn_with_a_head_and_nothing_unescaped():
    drawn = Table(("a", "b"), [("x < y", 1)])._repr_html_()
    assert '<th scope="row">x &lt; y</th><td>1</td>' in drawn
    drawn = blueprint.table()._repr_html_()
    assert drawn.count("</tr>") == 1 + len(blueprint.DOMAINS) and drawn.count('scope="col"') == len(COLUMNS)

"""The blueprint builder's JavaScript: moves act as representations do, W keeps its pattern, the words are right."""

import json
import subprocess

import numpy as np
import pytest
from javascript import javascript, node

from gdl_course import blueprint, groups, linear_maps
from gdl_course.widgets import BlueprintBuilder
from gdl_course.widgets.blueprint_builder.widget import CHANNELS, OUTPUTS, packed

MATH, WORDS = "blueprint_builder/math.js", "blueprint_builder/words.js"
GROUPS = [groups.cyclic(7), groups.symmetric(5), groups.p4(4), groups.dihedral(6)]
each_group = pytest.mark.parametrize("group", GROUPS, ids=[group.name for group in GROUPS])
READY = [row for row in blueprint.DOMAINS.values() if not row.planned]
each_domain = pytest.mark.parametrize("name", [row.name for row in READY])
EVERY_STATE = [
    {"domain": row.name, "output": output, "size": size, "channels": channels, "swap": swap}
    for row in READY
    for output in OUTPUTS
    for swap in ["", *blueprint.swaps(row.name, output)]
    for size in row.sizes
    for channels in CHANNELS
]


def rows():
    """The table as the page has it; made when a test asks for it, for it takes seconds."""
    return packed()[0]


def lines():
    return packed()[1]


def call(module, name, *arguments):
    """What one function of a JavaScript module returns."""
    return javascript(module, [(name, arguments)])[0]


def no_involution(group, seed):
    """A random element that is not its own inverse, as the images of the points."""
    return group.permutation().permutation_of(group.random_non_involution(np.random.default_rng(seed)))


# ---- the mathematics ----


@each_group
def test_a_move_carries_the_signal_as_the_representation_does(group):
    p = no_involution(group, 1)
    x = np.random.default_rng(2).normal(size=len(p))
    tokens = call(MATH, "carried", list(range(len(p))), {"images": p.tolist()})
    moved = np.empty_like(x)
    moved[p] = x
    np.testing.assert_array_equal(x[tokens], moved)
    assert (x[p] != moved).any()  # the inverse would not do


@each_group
def test_moves_compose_from_the_left(group):
    g, h = no_involution(group, 3), no_involution(group, 4)
    once = call(MATH, "carried", list(range(len(g))), {"images": h.tolist()})
    assert call(MATH, "carried", once, {"images": g.tolist()}) == np.argsort(g[h]).tolist()


@each_group
def test_the_pattern_of_an_equivariant_map_stays_under_the_group_and_only_under_it(group):
    rho = group.permutation()
    orbits = np.asarray(linear_maps(rho, rho).orbits).reshape(rho.dimension, rho.dimension)
    p = no_involution(group, 5)
    assert call(MATH, "keepsPattern", orbits.tolist(), p.tolist())
    flat, sources = orbits.ravel(), call(MATH, "cellSources", p.tolist())
    np.testing.assert_array_equal(flat[sources], flat)  # the cells that fly come to lie on their own letter
    spoilt = orbits.copy()
    spoilt[0, 1] = orbits.max() + 1
    assert not call(MATH, "keepsPattern", spoilt.tolist(), p.tolist())
    assert not call(MATH, "keepsPattern", orbits[:-1].tolist(), p.tolist())


def test_matrices_move_points_about_the_middle():
    turn, stretch = [[0.0, -1.0], [1.0, 0.0]], [[2.0, 0.0], [0.0, 1.0]]
    points = [[0.5, 0.5], [0.75, 0.5], [0.5, 0.1]]
    both = call(MATH, "product", turn, stretch)
    np.testing.assert_allclose(both, np.array(turn) @ stretch)
    expected = 0.5 + (np.array(points) - 0.5) @ np.array(both).T
    np.testing.assert_allclose(call(MATH, "placesOf", points, [0, 1, 2], both), expected)
    assert call(MATH, "product", turn, None) == turn == call(MATH, "product", None, turn)


def test_orbits_are_counted_without_the_zeros():
    sizes = call(MATH, "orbitSizes", [[0, 1, -1], [1, 0, 2]])
    assert [(s["orbit"], s["entries"]) for s in sizes] == [(0, 2), (1, 2), (2, 1)]


def test_bars_are_logarithmic_and_nothing_has_no_bar():
    lengths = [call(MATH, "barLength", count, 64) for count in (0, 1, 8, 64)]
    np.testing.assert_allclose(lengths, np.log1p([0, 1, 8, 64]) / np.log(65))


def test_rows_of_w_move_as_points_as_pairs_or_as_blocks():
    rho = groups.symmetric(4).permutation()
    p, pairs = no_involution(groups.symmetric(4), 6), rho**2
    g = tuple(p.tolist())
    for space, expected in ((rho, p), (pairs, pairs.permutation_of(g)), (rho + rho + rho, None)):
        orbits = linear_maps(space, space).orbits
        if expected is None:  # three numbers at each point, listed point by point
            order = np.arange(12).reshape(3, 4).T.ravel()
            orbits, expected = orbits[np.ix_(order, order)], 3 * np.repeat(p, 3) + np.tile(np.arange(3), 4)
        assert call(MATH, "movesOfRows", orbits.tolist(), p.tolist()) == expected.tolist()
    asymmetric = np.arange(16).reshape(4, 4)
    assert call(MATH, "movesOfRows", asymmetric.tolist(), p.tolist()) is None


@each_domain
def test_the_shown_moves_keep_the_shown_pattern(name):
    """Where the rows of W are places, or numbers at places; those of the sphere are coefficients, and W stays."""
    for size in blueprint.DOMAINS[name].sizes:
        sample = BlueprintBuilder(domain=name, size=size).sample
        moves = [move["images"] for move in sample["moves"] if "images" in move]
        found = javascript(MATH, [("movesOfRows", [sample["orbits"], p]) for p in moves])
        rows_are_places = len(sample["orbits"]) % len(sample["places"]) == 0
        assert moves and all((rows is not None) == rows_are_places for rows in found)
        assert len(call(MATH, "orbitSizes", sample["orbits"])) == sample["counts"]["symmetry"]


# ---- the exported cell ----


def test_the_cell_in_the_browser_is_the_cell_in_python():
    # A state and the part of the table that it looks at: the whole table for each would be 100 MB of JSON.
    alone = {row["name"]: [{**row, "by_size": {}}] for row in rows()}
    cells = javascript(WORDS, [("cellText", [state, alone[state["domain"]], lines()]) for state in EVERY_STATE])
    expected = [
        blueprint.cell(s["domain"], s["size"], s["channels"], s["output"], s["swap"] or None) for s in EVERY_STATE
    ]
    assert cells == expected
    assert len(set(cells)) == len(cells)  # each combination has its own


def test_a_planned_domain_has_no_cell():
    for row in rows():
        if row["planned"]:
            state = {"domain": row["name"], "output": "invariant", "size": 1, "channels": 1, "swap": ""}
            assert call(WORDS, "cellText", state, rows(), lines()) == "" == BlueprintBuilder(domain=row["name"]).cell


# ---- words ----


def verdict(**state):
    return call(WORDS, "networkVerdict", BlueprintBuilder(**state).state, rows())


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", blueprint.DOMAINS)
def test_every_verdict_is_measured_or_says_why_there_is_none(name, output):
    builder = BlueprintBuilder(domain=name, output=output)
    said = verdict(domain=name, output=output)
    if builder.row["planned"]:
        assert said["status"] == "partly" and said["headline"].startswith("Planned")
        return
    assert said["status"] == "yes" and builder.error < 1e-4 and builder.row["trivial"][output] in said["why"]
    for swap in builder.plan["swaps"]:
        said = verdict(domain=name, output=output, swap=swap["name"])
        assert said["status"] == "no" and swap["verdict"] in said["detail"] and swap["error"] > 1e-3


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [(64, 8, "÷ 8"), (8, 3, "÷ 2.7"), (4096, 21, "÷ 195"), (614_656, 784, "÷ 784"), (5, 0, ""), (4, 4, "")],
)
def test_factors(before, after, text):
    assert call(WORDS, "factorText", before, after) == text


def test_counts_have_thin_spaces():
    texts = [call(WORDS, "countText", count) for count in (784, 614_656, 1_048_576)]
    assert texts == ["784", "614\u202f656", "1\u202f048\u202f576"]


# ---- formulas and steps ----


def test_formulas_get_subscripts():
    assert call(WORDS, "withSubscripts", "A_ij times x_j") == "Aᵢⱼ times xⱼ"


def test_another_domain_brings_its_own_size_and_no_foreign_swap():
    start = BlueprintBuilder().state
    for row in READY:
        state = call(WORDS, "fitted", start | {"domain": row.name, "size": -5, "swap": "nothing"}, rows())
        assert state["size"] == row.start and state["swap"] == ""


def test_the_steps_to_try_lead_to_states_that_exist():
    start = BlueprintBuilder().state
    for step in call(WORDS, "STEPS"):
        wanted = start | step["state"]
        assert BlueprintBuilder(**wanted).state == wanted == call(WORDS, "fitted", wanted, rows())


# ---- the module as a whole ----


def test_the_bundle_is_one_module_that_renders_and_the_widget_is_small(tmp_path):
    path = tmp_path / "module.mjs"
    path.write_text(BlueprintBuilder._esm, "utf-8")
    script = f'const m = await import("{path.as_uri()}"); process.stdout.write(typeof m.default.render)'
    done = subprocess.run([node(), "--input-type=module", "-e", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "function", done.stderr
    state = BlueprintBuilder().get_state()
    data = json.dumps([state["domains"], state["lines"]])
    assert len((state["_esm"] + state["_css"] + data).encode()) <= 200_000

"""The blueprint builder as a Python object: its attributes, the cell that it exports, its picture."""

import xml.etree.ElementTree as ElementTree

import pytest
import traitlets

from gdl_course import blueprint
from gdl_course.widgets import BlueprintBuilder
from gdl_course.widgets.blueprint_builder.widget import OUTPUTS
from gdl_course.widgets.shared.course_widget import restore

READY = [row for row in blueprint.DOMAINS.values() if not row.planned]
PLANNED = [row.name for row in blueprint.DOMAINS.values() if row.planned]
each_domain = pytest.mark.parametrize("name", [row.name for row in READY])
each_output = pytest.mark.parametrize("output", OUTPUTS)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"domain": "moon"}, "domain: expected one of .*; got 'moon'"),
        ({"output": "both"}, "'invariant'.*'equivariant'"),
        ({"size": 5000}, "size of .*: expected one of .*; got 5000"),
        ({"channels": 3}, "expected any of .*16"),
        ({"swap": "nothing"}, "swap of .*, invariant: expected one of .*; got 'nothing'"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        BlueprintBuilder(**wrong)


@each_domain
@each_output
def test_a_domain_brings_a_size_that_it_has_and_no_foreign_swap(name, output):
    builder = BlueprintBuilder()
    builder.swap = builder.plan["swaps"][0]["name"]
    builder.domain = name
    builder.output = output
    assert builder.size in builder.row["size"]["values"]
    assert builder.swap in ["", *(swap["name"] for swap in builder.plan["swaps"])]


@each_domain
@each_output
def test_a_network_keeps_its_promise_and_each_swap_breaks_it(name, output):
    builder = BlueprintBuilder(domain=name, output=output)
    assert builder.error < 1e-4
    for swap in builder.plan["swaps"]:
        builder.swap = swap["name"]
        assert builder.error == swap["error"] > 1e-3


@each_domain
def test_a_prior_never_adds_weights(name):
    for size in blueprint.DOMAINS[name].sizes:
        counts = BlueprintBuilder(domain=name, size=size).counts
        known = [counts[key] for key in ("none", "symmetry", "locality") if counts.get(key) is not None]
        assert known == sorted(known, reverse=True) and known[0] > known[-1]


@pytest.mark.parametrize("name", PLANNED)
def test_a_planned_domain_has_no_network(name):
    builder = BlueprintBuilder(domain=name)
    assert (builder.plan, builder.counts, builder.error, builder.cell) == ({}, {}, None, "")
    assert "planned" in builder.fallback_svg()[1]


BROKEN = {"domain": "points", "output": "equivariant", "swap": "vector-relu", "channels": 4}
each_state = pytest.mark.parametrize("state", [{}, {"size": READY[0].sizes[-1]}, BROKEN])


@each_state
def test_repr_is_the_call_that_makes_the_state(state):
    builder = BlueprintBuilder(**state)
    assert eval(repr(builder)).state == builder.state


@each_state
def test_a_stored_state_is_restored(state):
    builder = BlueprintBuilder(**state)
    assert restore(builder.get_state()).state == builder.state


@each_domain
def test_the_fallback_picture_says_what_it_shows(name):
    builder = BlueprintBuilder(domain=name)
    svg, alt = builder.fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt
    assert f"no prior {builder.counts['none']}, symmetry {builder.counts['symmetry']}" in alt
    builder.swap = builder.plan["swaps"][0]["name"]
    assert "✗ Not invariant: relative error" in builder.fallback_svg()[1]
    assert builder.plan["swaps"][0]["title"] in builder.fallback_svg()[1]

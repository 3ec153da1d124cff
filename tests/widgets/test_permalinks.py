"""Links to a state of a widget: what was linked to once opens for ever, and no link opens what Python would refuse."""

import json
from pathlib import Path

import pytest
import traitlets
from javascript import javascript, links

from gdl_course import blueprint, widgets
from gdl_course.widgets.melting.widget import CHAINS
from gdl_course.widgets.shared.schema import schema_of

NAMES = {
    "blueprint": widgets.BlueprintBuilder,
    "explorer": widgets.EquivarianceExplorer,
    "group": widgets.GroupExplorer,
    "hands": widgets.FilterWithHands,
    "melting": widgets.MeltingMatrix,
    "stepper": widgets.MessageStepper,
    "tokens": widgets.TokenShuffler,
    "turner": widgets.FilterTurner,
}
STORED = json.loads(Path(__file__).with_name("permalinks.json").read_text("utf-8"))
EVERY_WIDGET = pytest.mark.parametrize("name", NAMES)


def stored(name):
    """The links of a widget made in November 2026, and the states that they opened then."""
    return zip(*[pair for pair in STORED if pair[0].startswith(f"#{name}?")], strict=True)


def domains():
    """What a link to the blueprint builder asks of the table."""
    return [
        {
            "name": row.name,
            "size": {"values": list(row.sizes), "start": row.start},
            "outputs": {
                out: {"swaps": [{"name": name} for name in blueprint.swaps(row.name, out)]} for out in row.parts
            },
        }
        for row in blueprint.DOMAINS.values()
    ]


def opened(name, hashes, start=None, states=()):
    """(The states that links open from the state `start`, the first one by default; the links to `states`.)"""
    start = start or first(name)
    data = domains() if name == "blueprint" else None
    return links(NAMES[name], name, start=start, hashes=hashes, states=states, data=data)


def first(name):
    """The state with which the widget begins, as the front end holds it: no permutation is [] there."""
    return list(stored(name))[1][0]


@EVERY_WIDGET
def test_every_link_made_before_opens_the_state_that_it_opened_then(name):
    hashes, states = stored(name)
    assert opened(name, hashes)[0] == list(states)


@EVERY_WIDGET
def test_a_link_holds_the_whole_state(name):
    """Whatever the state is in which it arrives."""
    _, states = stored(name)
    _, hashes = opened(name, [], states=states)
    for start in states[:2]:
        assert opened(name, hashes, start)[0] == list(states)


@EVERY_WIDGET
def test_a_link_may_arrive_with_its_question_mark_or_all_of_it_as_percent_codes(name):
    hashes, states = stored(name)
    assert opened(name, [hash.replace("?", "%3F") for hash in hashes])[0] == list(states)
    codes = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "?&=%"})
    assert opened(name, [hash.translate(codes) for hash in hashes])[0] == list(states)


@pytest.mark.parametrize(
    "hash", ["", "#", "#explorer", "#explorers?dx=1", "#an%3Fexplorer?dx=1", "#explorer-map", "#%"]
)
def test_another_hash_is_no_link_to_this_widget(hash):
    assert javascript("shared/permalink.js", [("parseLink", [hash, "explorer"])]) == [None]


def test_a_percent_sign_that_is_no_code_breaks_nothing():
    assert javascript("shared/permalink.js", [("parseLink", ["#explorer%3F100%", "explorer"])]) == [{"100%": ""}]


DAMAGE = {
    "explorer": [
        "transform=explode&dx=8&seed=-1&kernel=1+2+x&x=....&stride=3&dy=1.5",
        "kernel=1+1+1+1++1+1+1+1&layer=toString",
        "kernel=1+1+1+1+1+1+1+1+100",
    ],
    "turner": [
        "angle=361&mirror=yes",
        "angle=4.5&mirror=toString",
        "group=toString&law=none&x=.",
        f"x={'z' * 81}&kernel=1+2+3",
        "kernel=1+1+1+1+1+1+1+1+10",
        "kernel=1+1+1+1+1+1+1+1+0.5",
    ],
    "hands": [
        "tab=grid&angle=181&k1=sine&k2=toString&k3=&picture=cat&row=64&column=-1&size=huge&show=0",
        "angle=4.5&row=1e1&column=x",
        "angle=-181",
    ],
    "melting": [
        "group=toString&seed=-1&step=99&view=%3Cb%3E",
        "seed=4294967296&step=4",
    ],
    "group": [
        "group=E8&element=8&other=-2&generators=1.x&side=up&matrices=all",
        "generators=1.8&element=1e0",
    ],
    "stepper": [
        "graph=toString&labels=xx",
        "nodes=10.20-30&edges=01&values=1_1&labels=xx",
        "nodes=10.20-30.40&edges=0&values=1_1&labels=xx",
        "nodes=10.20-30.40&edges=00&values=1_1&labels=xx",
        "nodes=10.20-30.40&edges=0z&values=1_1&labels=xx",
        "nodes=10.20-30.40&edges=01&values=1_x&labels=xx",
        "nodes=10.20-30.40&edges=01&values=1_10&labels=xx",
        "nodes=10.20-30.400&edges=01&values=1_1&labels=xx",
        "nodes=10.20-30.40&edges=01&values=1_1&split=1&labels=xx",
        f"nodes={'-'.join(['1.1'] * 21)}&values={'_'.join(['1'] * 21)}&labels=xx",
        "rule=GIN&step=13&seed=-1&labels=001234567",
    ],
    "tokens": [
        "words=toString&order=xx",
        "order=013",
        "order=0120",
        "order=001",
        "order=a12",
        "mask=all&positions=toString&offset=21&seed=-1&order=xx",
        "offset=1e1&seed=2147483648&order=xx",
    ],
    "blueprint": [
        "domain=moon&output=both&size=-1&channels=3",
        "domain=toString&size=99999",
    ],
}


@EVERY_WIDGET
def test_a_damaged_link_keeps_the_state_it_cannot_change(name):
    hashes = [f"#{name}?{damage}" for damage in DAMAGE[name]]
    assert opened(name, hashes)[0] == [first(name)] * len(hashes)


def test_a_link_to_a_smaller_group_does_not_keep_what_is_not_in_it():
    start = widgets.GroupExplorer(element=7, other=6, generators=[5]).state
    arrived = opened("group", ["#group?group=C2"], start)[0][0]
    assert (arrived["element"], arrived["other"], arrived["generators"]) == (1, -1, [])


def test_a_limit_that_depends_on_another_field_is_that_of_the_state_that_the_link_makes():
    last = {name: chain.steps for name, chain in CHAINS.items()}
    start = widgets.MeltingMatrix(group="C8", step=1).state
    hashes = [f"#melting?group={name}&step={step + beyond}" for name, step in last.items() for beyond in (0, 1)]
    assert [state["step"] for state in opened("melting", hashes, start)[0]] == [
        s for k in last.values() for s in (k, 1)
    ]


# ---- the schema ----


@EVERY_WIDGET
def test_the_schema_names_every_field_once_and_is_json(name):
    schema = schema_of(NAMES[name])
    assert sorted(field["name"] for field in schema) == sorted(NAMES[name].class_trait_names(state=True))
    assert len({field["key"] for field in schema}) == len(schema) and json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("name", sorted(NAMES.keys() - {"blueprint"}))  # which would solve for its table first
def test_python_takes_what_the_schema_allows_and_refuses_what_it_does_not(name):
    """The limits of the front end are those of the traits."""
    for field in schema_of(NAMES[name]):
        for value in field.get("choices", []):
            assert getattr(NAMES[name](**{field["name"]: value}), field["name"]) == value
        for limit, beyond in (("min", -1), ("max", 1)):
            trait = NAMES[name].class_traits()[field["name"]]
            if field["kind"] == "whole" and getattr(trait, limit) is not None:
                NAMES[name](**{field["name"]: field[limit]})
                with pytest.raises(traitlets.TraitError):
                    NAMES[name](**{field["name"]: field[limit] + beyond})


@pytest.mark.parametrize(
    "name, field, group", [("melting", "step", "group"), ("group", "element", "group"), ("group", "other", "group")]
)
def test_a_limit_by_group_is_that_of_the_trait(name, field, group):
    most = next(one["max"] for one in schema_of(NAMES[name]) if one["name"] == field)
    assert most["by"] == group
    for value, limit in most["of"].items():
        NAMES[name](**{group: value, field: limit})
        with pytest.raises(traitlets.TraitError):
            NAMES[name](**{group: value, field: limit + 1})


def test_a_trait_that_no_front_end_knows_is_an_error():
    class Clock(traitlets.HasTraits):
        time = traitlets.Float().tag(state=True)

    with pytest.raises(TypeError, match="no front end knows a trait of the kind Float"):
        schema_of(Clock)

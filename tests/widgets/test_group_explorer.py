"""The group explorer as a Python object: its attributes, its picture, its module."""

import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
import traitlets
from javascript import node

from gdl_course.widgets import GroupExplorer
from gdl_course.widgets.shared.course_widget import restore


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"group": "E8"}, "expected any of .*'Q8'"),
        ({"element": 8}, "D4 has the elements 0 to 7; got element = 8"),
        ({"group": "S4", "other": 24}, "S4 has the elements 0 to 23; got other = 24"),
        ({"group": "C3", "element": 0, "other": -1, "generators": [1, 3]}, r"got generators = \[1, 3\]"),
        ({"other": -2}, "'other' trait .* less than -1|-1"),
        ({"side": "up"}, "expected any of .*'right'"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        GroupExplorer(**wrong)


def test_a_group_is_entered_with_indices_that_it_has():
    widget = GroupExplorer(group="S4", element=20, other=23, generators=[1, 12])
    widget.group = "C3"
    assert (widget.element, widget.other, widget.generators) == (2, -1, [1])


def test_repr_is_the_call_that_makes_the_state():
    widget = GroupExplorer(group="Q8", element=4, generators=[1], side="right")
    assert eval(repr(widget)).state == widget.state


def test_a_stored_state_is_restored():
    widget = GroupExplorer(group="S4", element=23, other=-1, generators=[1, 2])
    assert restore(widget.get_state()).state == widget.state


def test_the_fallback_picture_says_what_it_shows():
    svg, alt = GroupExplorer(generators=[2]).fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt
    assert "In row g = r and column h = s stands gh = rs: first s, then r." in alt
    assert "8 = 2 × 4" in alt
    assert "r has row 2" in GroupExplorer(other=-1).fallback_svg()[1]


@pytest.mark.parametrize("group", ["C2", "A4", "S4", "Q8"])
def test_the_fallback_picture_writes_every_product(group):
    widget = GroupExplorer(group=group, element=1, other=-1)
    texts = [t.text for t in ElementTree.fromstring(widget.fallback_svg()[0]).iter("{http://www.w3.org/2000/svg}text")]
    order = len(widget.names)
    assert len(texts) == (order + 1) ** 2 - 1 + 1  # all but the corner, and the sentence below
    assert all(texts.count(name) == order + 2 for name in widget.names)  # a Latin square and two headings


def test_the_module_is_self_contained_and_small():
    module, style = str(GroupExplorer._esm), str(GroupExplorer._css)
    assert len(module) + len(style) < 100_000
    assert "http" not in module.replace("http://www.w3.org/2000/svg", "") and "@import" not in style
    command = [node(), "--input-type=module", "--check"]
    assert subprocess.run(command, input=module, text=True, timeout=60).returncode == 0

"""The filter turner as a Python object: its attributes, what it computes, its picture."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets

from gdl_course.widgets import FilterTurner
from gdl_course.widgets.shared.course_widget import restore

HOOK = [[-1, 2, 1], [-1, 2, -1], [-1, 0, -1]]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pixels": np.eye(8)}, r"pixels: expected 9 rows of 9 integers from -9 to 9; got shape \(8, 8\)"),
        ({"pixels": np.full((9, 9), 0.5)}, "got 0.5"),
        ({"kernel": np.full((3, 3), 10)}, "kernel: expected 3 rows of 3 integers from -9 to 9; got 10"),
        ({"group": "C8"}, "expected any of .*'D4'"),
        ({"angle": 361}, "greater than 360"),
        ({"mirror": "yes"}, "expected a boolean"),
        ({"law": "half"}, "expected any of .*'space'"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        FilterTurner(**wrong)


@pytest.mark.parametrize("state", [{}, {"group": "D4", "kernel": HOOK, "angle": 45, "mirror": True, "law": "space"}])
def test_a_state_is_kept_in_repr_and_in_a_notebook(state):
    turner = FilterTurner(**state)
    assert eval(repr(turner)).state == turner.state
    assert restore(turner.get_state()).state == turner.state


def test_square_is_the_law_of_the_chapter():
    """new[r] = rot90(old[r - 1]); neither half of it, and not the turn in the other sense."""
    x = np.random.default_rng(0).integers(-9, 10, (9, 9))
    maps = FilterTurner(pixels=x, kernel=HOOK).square()
    old, new = maps["fx"], maps["fgx"]
    assert all(np.array_equal(new[r], np.rot90(old[r - 1])) for r in range(4))
    assert np.array_equal(maps["gfx"], new) and not maps["difference"].any()
    for wrong in (np.roll(old, 1, 0), np.rot90(old, axes=(1, 2)), np.rot90(np.roll(old, -1, 0), axes=(1, 2))):
        assert np.abs(new - wrong).max() >= 1


def test_errors_are_shares_of_the_largest_value():
    turner = FilterTurner(angle=45)
    maps = turner.square()
    assert turner.error() == np.abs(maps["fgx"] - maps["gfx"]).max() / np.abs(maps["fx"]).max() > 0.1
    assert FilterTurner(pixels=np.zeros((9, 9)), angle=45).error() == 0.0


def test_the_fallback_picture_says_what_it_shows():
    svg, alt = FilterTurner(angle=45).fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt
    share = f"{100 * FilterTurner(angle=45).error():.0f} %"
    assert "g·x (turn 45°)" in alt and "✗ turn 45°: f(g·x) ≠ g·f(x)" in alt and share in alt
    assert "✓ turn 90°" in FilterTurner().fallback_svg()[1]
    svg, alt = FilterTurner(group="D4", mirror=True, angle=0, law="channels").fallback_svg()
    assert "eight poses" in alt and "g·x (mirror)" in alt and "no map is turned" in alt
    assert ElementTree.fromstring(svg) is not None
    assert "✓ turn 45°" in FilterTurner(pixels=np.zeros((9, 9)), angle=45).fallback_svg()[1]  # nothing to divide by

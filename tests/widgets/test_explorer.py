"""The Equivariance Explorer as a Python object: its attributes, its picture, its module."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets

from gdl_course.widgets import EquivarianceExplorer
from gdl_course.widgets.shared.course_widget import restore


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pixels": [[1]]}, r"pixels: expected 8 rows of 8 integers from -9 to 9; got shape \(1, 1\)"),
        ({"pixels": np.full((8, 8), np.nan)}, "got nan"),
        ({"pixels": np.full((8, 8), 10)}, "got 10"),
        ({"kernel": "blur"}, "kernel: expected 3 rows of 3 numbers from -99 to 99; got 'blur'"),
        ({"dx": 8}, "'dx' trait .* greater than 7"),
        ({"layer": "pool"}, "expected any of .*'max-pool'"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        EquivarianceExplorer(**wrong)


def test_repr_is_the_call_that_makes_the_state():
    explorer = EquivarianceExplorer(pixels=np.eye(8), layer="relu", dy=-3)
    assert eval(repr(explorer)).state == explorer.state


def test_a_stored_state_is_restored():
    explorer = EquivarianceExplorer(transform="shuffle", seed=7)
    assert restore(explorer.get_state()).state == explorer.state


def test_the_fallback_picture_says_what_it_shows():
    svg, alt = EquivarianceExplorer().fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt
    assert "largest difference 4.00, in 12 of 64 cells; relative error 0.80" in alt
    assert "the two paths agree" in EquivarianceExplorer(padding="wrap").fallback_svg()[1]


def test_an_array_is_kept_as_lists_of_python_numbers():
    explorer = EquivarianceExplorer(pixels=np.eye(8, dtype=np.int8), kernel=np.full((3, 3), 0.5))
    assert explorer.pixels[0][:2] == [1, 0] and type(explorer.pixels[0][0]) is int
    assert explorer.kernel == [[0.5] * 3] * 3

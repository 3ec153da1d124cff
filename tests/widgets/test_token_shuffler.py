"""The token shuffler as a Python object: its attributes, what it computes, its picture."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets

from gdl_course.widgets import TokenShuffler
from gdl_course.widgets.shared.course_widget import restore
from gdl_course.widgets.token_shuffler.widget import LARGEST_OFFSET

CAT = "the cat sat on the mat"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"words": "time flies"}, "expected any of .*'dog bites man'"),
        ({"order": [0, 0, 1]}, r"order: expected a permutation of 0 to 2, or an empty list; got \[0, 0, 1\]"),
        ({"words": CAT, "order": [1, 2, 0]}, "order: expected a permutation of 0 to 5"),
        ({"mask": "padding"}, "expected any of .*'causal'"),
        ({"positions": "learned"}, "expected any of .*'rotary'"),
        ({"offset": LARGEST_OFFSET + 1}, "greater than 20"),
        ({"seed": -1}, "less than 0|-1"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        TokenShuffler(**wrong)


def test_another_sentence_is_read_in_its_own_order():
    shuffler = TokenShuffler(order=[1, 2, 0])
    shuffler.words = CAT
    assert shuffler.order == [] and shuffler.tokens == ["the₁", "cat", "sat", "on", "the₂", "mat"]
    assert TokenShuffler(words=CAT).order == []


@pytest.mark.parametrize(
    "state", [{}, {"order": []}, {"words": CAT, "order": [4, 1, 2, 3, 0, 5], "mask": "causal", "seed": 3}]
)
def test_repr_is_the_call_that_makes_the_state(state):
    shuffler = TokenShuffler(**state)
    assert eval(repr(shuffler)).state == shuffler.state


def test_a_stored_state_is_restored():
    shuffler = TokenShuffler(words=CAT, order=[1, 2, 3, 4, 5, 0], positions="rotary", offset=9, seed=7)
    assert restore(shuffler.get_state()).state == shuffler.state


def test_results_are_those_of_the_commuting_square():
    """Without positions the square commutes; the wrong side of it, Pᵀ f(x), does not."""
    shuffler = TokenShuffler(order=[1, 2, 0])
    P = np.eye(3)[shuffler.permutation]
    there = P.T @ shuffler.result()  # f(x)
    np.testing.assert_allclose(shuffler.shuffled_result(), P @ there, atol=1e-14)
    assert np.abs(shuffler.shuffled_result() - P.T @ there).max() > 0.01
    before = TokenShuffler(order=[]).attention_matrix()
    np.testing.assert_allclose(shuffler.attention_matrix(), P @ before @ P.T, atol=1e-14)


@pytest.mark.parametrize(
    ("state", "passing"),
    [({}, 6), ({"positions": "cyclic"}, 3), ({"positions": "relative"}, 1), ({"mask": "causal"}, 1)],
)
def test_the_orders_that_pass_are_counted(state, passing):
    assert TokenShuffler(**state).passing() == passing


def test_the_fallback_picture_says_what_it_shows():
    svg, alt = TokenShuffler(order=[1, 2, 0], mask="causal").fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt
    assert "the words bites man dog (positions: none; mask: causal)" in alt
    assert "bites 1.00, 0.00, 0.00; man" in alt and "✗ f(Px) ≠ P f(x)" in alt and "1 of 6 orders pass" in alt
    assert "✓ f(Px) = P f(x)" in TokenShuffler().fallback_svg()[1]
    assert "No word is moved yet. 6 of 6" in TokenShuffler(order=[]).fallback_svg()[1]

"""The filter with hands as a Python object: its attributes, what it computes, its pictures."""

import base64
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets
from scipy.ndimage import correlate, map_coordinates

from gdl_course import groups
from gdl_course.widgets import FilterWithHands
from gdl_course.widgets.filter_with_hands import harmonics
from gdl_course.widgets.filter_with_hands.pictures import SIDE, grey_values, pictures
from gdl_course.widgets.shared.course_widget import restore

ALL = ("both", "both", "both", "both")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tab": "sphere"}, "expected any of .*'pixels'"),
        ({"angle": 181}, "greater than 180"),
        ({"angle": 0.5}, "expected an int"),
        ({"k2": "sine"}, "expected any of .*'cosine'"),
        ({"picture": "cat"}, "expected any of .*'star'"),
        ({"row": 64}, "greater than 63"),
        ({"column": -1}, "less than 0"),
        ({"size": "huge"}, "expected any of .*'large'"),
        ({"show": "nothing"}, "expected any of .*'response'"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        FilterWithHands(**wrong)


@pytest.mark.parametrize("state", [{}, {"tab": "pixels", "angle": -77, "k1": "off", "k3": "cosine", "size": "small"}])
def test_a_state_is_kept_in_repr_and_in_a_notebook(state):
    widget = FilterWithHands(**state)
    assert eval(repr(widget)).state == widget.state
    assert restore(widget.get_state()).state == widget.state


# ---- the filter ----


@pytest.mark.parametrize("angle", [90, 180, 270, 25, -133])
def test_turned_coefficients_are_the_turned_filter(angle):
    """Counter-clockwise, as SO(2) turns the plane: the other sense, and k = 1 for all hands, are something else."""
    for radius in harmonics.RADII.values():
        steered = harmonics.pixels(radius, harmonics.wanted(ALL, angle))
        np.testing.assert_allclose(steered, harmonics.turned_filter(radius, ALL, angle), atol=1e-14, rtol=0)
        if angle % 180:
            assert np.abs(steered - harmonics.turned_filter(radius, ALL, -angle)).max() > 0.01 * np.abs(steered).max()


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_quarter_turn_of_the_filter_is_that_of_the_group_on_grids(turns):
    """To rounding: the filter is a sum of seven numbers below 0.3."""
    upright, steered = (harmonics.pixels(3.0, harmonics.wanted(ALL, 90 * t)) for t in (0, turns))
    np.testing.assert_allclose(steered, np.rot90(upright, turns), atol=1e-15, rtol=0)
    C4 = groups.cyclic(4)
    action = C4.on_grid(*upright.shape)
    np.testing.assert_allclose(action(C4.elements[turns]) @ upright.ravel(), steered.ravel(), atol=1e-15, rtol=0)


def test_the_response_at_every_angle_is_read_off_and_not_without_a_sine():
    assert FilterWithHands().gap() < 1e-14
    assert FilterWithHands(k3="both", size="small", picture="star", row=20, column=40).gap() < 1e-14
    assert FilterWithHands(k1="off", k2="off").gap() < 1e-14
    for lost in ({"k1": "cosine"}, {"k2": "cosine"}, {"k3": "cosine"}):
        assert FilterWithHands(**lost).gap() > 0.01


def test_a_response_is_that_of_a_convolution_with_the_turned_filter():
    widget = FilterWithHands(k3="both", angle=-50, picture="rings", row=3, column=60, size="medium")
    kernel = harmonics.turned_filter(3.0, widget.hands, -50)
    everywhere = correlate(grey_values("rings"), kernel, mode="constant")
    assert widget.response() == pytest.approx(everywhere[3, 60], abs=1e-13)


@pytest.mark.parametrize(("k", "angle"), [(1, 90), (2, 45), (3, 30)])
def test_where_the_hand_stands_upright_all_of_its_frequency_is_missing(k, angle):
    hands = dict.fromkeys(("k1", "k2", "k3"), "off") | {f"k{k}": "cosine"}
    widget = FilterWithHands(**hands, angle=angle)
    alone = harmonics.pixels(5.0, harmonics.wanted(("off", *widget.hands[1:]), angle))
    whole = harmonics.pixels(5.0, harmonics.wanted(widget.hands, angle))
    assert widget.missing() == pytest.approx(np.linalg.norm(alone) / np.linalg.norm(whole), abs=1e-12)
    assert FilterWithHands(**hands, angle=0).missing() == 0


@pytest.mark.parametrize(("hands", "count"), [({}, 5), ({"k3": "both"}, 7), ({"k2": "cosine"}, 4), ({"k1": "off"}, 3)])
def test_convolutions_are_the_basis_filters_in_use(hands, count):
    assert FilterWithHands(**hands).convolutions == count


# ---- pixels ----


def test_turns_interpolate_as_scipy_does():
    x = np.random.default_rng(0).normal(size=(SIDE, SIDE))
    row, column = np.indices(x.shape) - (SIDE - 1) / 2
    for angle in (7, 45, 90, 133, -90, -20):
        theta = np.radians(angle)
        back = np.linalg.inv([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]])
        across, high = np.tensordot(back, [column, -row], 1)
        expected = map_coordinates(x, np.array([-high, across]) + (SIDE - 1) / 2, order=1, mode="grid-constant")
        np.testing.assert_allclose(harmonics.turned(x, angle), expected, atol=1e-11)
    assert np.array_equal(harmonics.turned(x, 90), np.rot90(x))


@pytest.mark.parametrize("size", list(harmonics.RADII))
@pytest.mark.parametrize("picture", sorted(pictures()))
def test_on_pixels_quarter_turns_are_exact_and_no_other_angle_is(size, picture):
    for angle in (90, 180, -90):
        assert FilterWithHands(angle=angle, size=size, picture=picture).pixel_errors()["layer"] < 1e-14
    for angle in (1, 45, 100):
        errors = FilterWithHands(angle=angle, size=size, picture=picture).pixel_errors()
        assert errors["layer"] > 1e-4 and errors["alone"] > 0.003


def test_on_pixels_a_filter_without_its_sine_errs_more_than_the_pixels_do():
    """Not so with all sines: then the turned picture alone, there and back, is further off than the layer."""
    whole, broken = (FilterWithHands(angle=45, k2=k2).pixel_errors() for k2 in ("both", "cosine"))
    assert whole["layer"] < whole["alone"] == broken["alone"] < broken["layer"]


# ---- pictures ----


def test_pictures_are_64_x_64_bytes_with_contrast():
    for name, text in pictures().items():
        raw = np.frombuffer(base64.b64decode(text), np.uint8)
        assert raw.size == SIDE**2 and np.ptp(raw) > 150, name


def test_the_fallback_picture_says_what_it_shows():
    svg, alt = FilterWithHands().fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt and len(svg) < 100_000
    assert "turned to 40°" in alt and "✓ The curve is exact: 5 convolutions, 360 responses" in alt
    strongest = int(FilterWithHands().curves()[0].argmax()) - 180
    assert f"strongest at {strongest}°" in alt
    broken = FilterWithHands(k2="cosine", angle=-40)
    alt = broken.fallback_svg()[1]
    assert f"✗ The filter cannot turn: 4 convolutions, {100 * broken.missing():.0f} % of it is missing at −40°" in alt
    assert "✓ On pixels a turn by 90° is exact" in FilterWithHands(tab="pixels", angle=90).fallback_svg()[1]
    tilted = FilterWithHands(tab="pixels", angle=45)
    assert f"not exact: error {100 * tilted.pixel_errors()['layer']:.1f} %" in tilted.fallback_svg()[1]

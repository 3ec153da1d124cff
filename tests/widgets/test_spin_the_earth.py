"""The spinning Earth as a Python object: its attributes, what it computes, its picture."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets
from scipy.spatial.transform import Rotation

from gdl_course.data import relief
from gdl_course.representations.harmonics import degrees, harmonics
from gdl_course.widgets import SpinTheEarth
from gdl_course.widgets.shared.course_widget import restore
from gdl_course.widgets.spin_the_earth import harmonics as sphere
from gdl_course.widgets.spin_the_earth.coast import coasts, simplified


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"turn": [0, 0, 0, 0]}, "expected a quaternion .* that is not 0"),
        ({"turn": [1, 0, 0]}, "length"),
        ({"turn": [10001, 0, 0, 0]}, "greater than"),
        ({"degree": 17}, "greater than"),
        ({"pixel": "2"}, "expected any of .*'none'"),
        ({"convention": "left"}, "expected any of .*'transposed'"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_was_expected(wrong, words):
    with pytest.raises(traitlets.TraitError, match=words):
        SpinTheEarth(**wrong)


@pytest.mark.parametrize("state", [{}, {"turn": [1, -2, 3, 4], "degree": 5, "pixel": "none", "convention": "sign"}])
def test_a_state_is_kept_in_repr_and_in_a_notebook(state):
    spin = SpinTheEarth(**state)
    assert eval(repr(spin)).state == spin.state
    assert restore(spin.get_state()).state == spin.state


def test_a_quaternion_turns_as_in_scipy():
    for quaternion in np.random.default_rng(0).integers(-9, 10, (20, 4)):
        expected = Rotation.from_quat(quaternion, scalar_first=True).as_matrix()
        np.testing.assert_allclose(sphere.rotation_matrix(quaternion), expected, atol=1e-14)


def test_the_earth_is_the_best_fit_to_its_land():
    """The mean is the share of land, Africa is land and the Pacific is not, and degree 1 points to where land is."""
    c = sphere.earth(16)
    world = relief()
    share = (np.where(world.known, world.land, 1) * world.weights).sum()
    assert c[0] / np.sqrt(4 * np.pi) == pytest.approx(share, abs=1e-12)
    place = lambda latitude, longitude: np.array(
        [[np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]]
    )
    at = lambda latitude, longitude: (harmonics(17, place(*np.radians([latitude, longitude]))) @ c).item()
    assert at(20, 10) > 0.9 and at(60, 100) > 0.9 and at(-88, 0) > 0.8
    assert abs(at(0, -150)) < 0.15 and abs(at(-50, -120)) < 0.15
    y, z, x = c[1:4]
    assert x > 0 and y > 0 and z > 0  # most land is in the north and the east


def test_coefficients_find_again_what_they_were_made_into():
    """The cells of 1° are fine enough: the function with these coefficients has these coefficients."""
    c = np.random.default_rng(1).normal(size=17**2)
    z, weights = np.polynomial.legendre.leggauss(20)
    longitude = 2 * np.pi * np.arange(40) / 40
    values = sphere.synthesis(c, np.arccos(z), longitude) * weights[:, None] * 2 * np.pi / 40
    again = (values @ sphere.circular_part(longitude, 16) * sphere.legendre_part(z, 16)).sum(axis=0)
    np.testing.assert_allclose(again, c, atol=1e-12)


@pytest.mark.parametrize("degree", [1, 4, 16])
def test_without_pixels_both_globes_are_equal_up_to_rounding_for_any_turn(degree):
    for turn in np.random.default_rng(2).integers(-9999, 10000, (5, 4)).tolist():
        assert SpinTheEarth(turn=turn, degree=degree, pixel="none").difference() < 1e-12


def test_finer_pixels_close_the_gap_by_the_square_of_their_side():
    coarse, middle, fine = (SpinTheEarth(pixel=pixel).difference() for pixel in ("5", "3", "1.5"))
    assert coarse > middle > fine > 0
    assert middle / fine == pytest.approx(4, rel=0.1)


@pytest.mark.parametrize("convention", ["sign", "swapped", "transposed"])
def test_each_slip_drives_the_globes_apart(convention):
    for turn in ([6428, 0, 2993, 7051], [1, 2, 3, 4], [5, -1, 2, 0]):
        assert SpinTheEarth(turn=turn, convention=convention, pixel="none").difference() > 0.4


def test_the_lost_sign_is_half_a_turn_about_the_poles():
    spin = SpinTheEarth(turn=[2, 1, -1, 3], convention="sign", pixel="none")
    half = SpinTheEarth(turn=np.rint([-3, -1, -1, 2]).astype(int).tolist(), pixel="none")  # q times (0, 0, 0, 1)
    np.testing.assert_allclose(spin.after(), half.after(), atol=1e-12)


@pytest.mark.parametrize("convention", ["right", "sign", "swapped", "transposed"])
def test_every_row_keeps_its_energy_and_its_entries_do_not_stand_still(convention):
    spin = SpinTheEarth(convention=convention)
    l = degrees(17)
    energy = lambda c: np.bincount(l, c**2)
    np.testing.assert_allclose(energy(spin.after()), energy(spin.before()), atol=1e-12)
    assert np.abs(spin.after() - spin.before()).max() > 0.1


def test_a_constant_looks_the_same_from_every_side():
    assert SpinTheEarth(degree=0, convention="swapped").difference() == 0.0


# ---- the coasts ----


def test_coasts_lie_where_land_and_sea_meet():
    """Within a cell of a point of a coast there is land and there is sea."""
    world = relief()
    land = np.where(world.known, world.land, 1.0)
    for line in coasts():
        for latitude, longitude in np.reshape(line, (-1, 2)) / 10:
            row, column = int(np.clip(90 - latitude, 1, 178)), int(longitude + 180)
            around = land[row - 1 : row + 2][:, [(column + k) % 360 for k in (-1, 0, 1)]]
            assert around.min() < 0.5 < around.max(), (latitude, longitude)


def test_a_simplified_line_stays_near_the_line():
    angle = np.linspace(0, 3, 200)
    line = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    short = simplified(line, 0.01)
    assert len(short) < 25 and np.array_equal(short[[0, -1]], line[[0, -1]])
    middles = (short[:-1] + short[1:]) / 2
    assert np.abs(np.hypot(*middles.T) - 1).max() < 0.01


# ---- the picture ----


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ({}, "✓ The same globe, largest difference 0.017 of the range."),
        ({"convention": "transposed"}, "✗ Not the same globe, largest difference 0.82 of the range."),
        ({"degree": 0, "convention": "sign"}, "✓ The same globe, largest difference 0 of the range."),
    ],
)
def test_the_fallback_picture_says_what_it_shows(state, verdict):
    svg, alt = SpinTheEarth(**state).fallback_svg()
    assert ElementTree.fromstring(svg).get("aria-label") == alt
    assert alt.endswith(verdict) and verdict in svg and "turned by 100°" in alt
    assert len(svg) < 100_000

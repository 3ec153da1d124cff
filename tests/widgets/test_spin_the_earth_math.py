"""The spinning Earth computes in JavaScript what NumPy and SciPy compute, and says what is true."""

import json
import subprocess
from itertools import product

import numpy as np
import pytest
from javascript import javascript, node
from scipy.linalg import block_diag
from scipy.special import sph_harm_y

from gdl_course.representations.harmonics import degrees, harmonics, orders
from gdl_course.widgets import SpinTheEarth
from gdl_course.widgets.spin_the_earth import harmonics as sphere
from gdl_course.widgets.spin_the_earth.widget import CONVENTIONS, DEGREE, SIDES, START

MATH, HARMONICS, ROTATIONS, WORDS = (f"spin_the_earth/{n}.js" for n in ("math", "harmonics", "rotations", "words"))
EARTH = SpinTheEarth().coefficients
L, M = degrees(DEGREE + 1), orders(DEGREE + 1)


def array(value):
    """A typed array of JavaScript, which JSON writes as an object."""
    return np.array(list(value.values()) if isinstance(value, dict) else value, dtype=float)


def matrices(blocks):
    """The blocks of D(R), flat, as one matrix."""
    return block_diag(*(array(b).reshape(2 * l + 1, 2 * l + 1) for l, b in enumerate(blocks)))


def random_turns(count, seed=0):
    return np.random.default_rng(seed).integers(-9999, 10000, (count, 4)).tolist()


def random_points(count, seed=0):
    points = np.random.default_rng(seed).normal(size=(count, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def wigner(turns, degree=DEGREE):
    """D(R) of quaternions, as JavaScript has it."""
    R = [sphere.rotation_matrix(turn).tolist() for turn in turns]
    return [matrices(blocks) for blocks in javascript(HARMONICS, [("wigner", [r, degree]) for r in R])]


def follow(*spins):
    """What follow() finds out about each."""
    return javascript(MATH, [("follow", [spin.state, EARTH]) for spin in spins])


def verdicts(*states):
    """The verdict on each state."""
    spins = [SpinTheEarth(**state) for state in states]
    gaps = javascript(MATH, [("gaps", [spin.state, EARTH]) for spin in spins])
    calls = [[spin.state, found, gap] for spin, found, gap in zip(spins, follow(*spins), gaps, strict=True)]
    return javascript(WORDS, [("verdictOf", call) for call in calls])


# ---- harmonics ----


def real_harmonics_of_scipy(points):
    """From SciPy's complex ones, which have the Condon–Shortley sign, with m from -l to l."""
    polar, azimuth = np.arccos(points[:, 2]), np.arctan2(points[:, 1], points[:, 0])
    columns = []
    for l, m in zip(L, M, strict=True):
        Y = sph_harm_y(l, abs(m), polar, azimuth)
        columns.append(Y.real if m == 0 else np.sqrt(2) * (-1.0) ** m * (Y.real if m > 0 else Y.imag))
    return np.stack(columns, axis=1)


def test_harmonics_are_those_of_scipy_without_the_condon_shortley_sign():
    points = np.vstack([random_points(7), [[0, 0, 1], [0, 0, -1], [1, 0, 0]]])
    expected = real_harmonics_of_scipy(points)
    np.testing.assert_allclose(harmonics(DEGREE + 1, points), expected, atol=1e-12)
    rng = np.random.default_rng(3)
    coefficients = [rng.normal(size=len(L)) for _ in points]
    there = javascript(HARMONICS, [("valueAt", [c.tolist(), *p]) for c, p in zip(coefficients, points, strict=True)])
    np.testing.assert_allclose(there, [y @ c for y, c in zip(expected, coefficients, strict=True)], atol=1e-12)


def test_degree_one_is_y_z_x():
    point = random_points(1)[0]
    units = np.eye(4)[1:].tolist()
    there = javascript(HARMONICS, [("valueAt", [c, *point]) for c in units])
    np.testing.assert_allclose(there, np.sqrt(3 / (4 * np.pi)) * point[[1, 2, 0]], atol=1e-14)


# ---- Wigner matrices ----


def test_wigner_matrices_turn_the_harmonics():
    """Y(Ru) = D(R) Y(u), with SciPy's harmonics on both sides."""
    points = random_points(40)
    for turn, D in zip(random_turns(4), wigner(random_turns(4)), strict=True):
        there = real_harmonics_of_scipy(points @ sphere.rotation_matrix(turn).T)
        np.testing.assert_allclose(there, real_harmonics_of_scipy(points) @ D.T, atol=1e-11)


def test_wigner_matrices_are_a_homomorphism_into_the_orthogonal_matrices():
    R, S = (sphere.rotation_matrix(turn) for turn in random_turns(2, seed=5))
    D_R, D_S, D_RS, D_SR = (
        matrices(b) for b in javascript(HARMONICS, [("wigner", [r.tolist(), DEGREE]) for r in (R, S, R @ S, S @ R)])
    )
    np.testing.assert_allclose(D_R @ D_S, D_RS, atol=1e-12)
    np.testing.assert_allclose(D_R @ D_R.T, np.eye(len(L)), atol=1e-12)
    assert np.abs(D_R @ D_S - D_SR).max() > 0.5  # the order matters: these two do not commute


def test_wigner_matrices_are_those_of_the_integral():
    turns = [*random_turns(3, seed=6), [1, 0, 0, 0], [1, 0, 0, 1], [0, 1, 0, 0], [1, 1, 1, 1]]
    for turn, D in zip(turns, wigner(turns), strict=True):
        np.testing.assert_allclose(D, sphere.wigner(sphere.rotation_matrix(turn), DEGREE), atol=1e-12)


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_there_are_as_many_blocks_as_degrees(degree):
    (D,) = wigner([START], degree)
    np.testing.assert_allclose(D, sphere.wigner(sphere.rotation_matrix(START), degree), atol=1e-14)


# ---- pixel maps ----


@pytest.mark.parametrize("side", sorted(set(SIDES.values())))
def test_synthesis_and_analysis_are_inverse_to_each_other(side):
    """The quadrature is exact: 2 × 16 is below the number of rings."""
    c = np.random.default_rng(7).normal(size=len(L))
    code = [("grid", [side, DEGREE])]
    (pixels,) = javascript(HARMONICS, code)
    pixels = revived(pixels)
    (there,) = javascript(HARMONICS, [("synthesis", [c.tolist(), pixels])])
    polar, longitude = sphere.middles(side)
    expected = sphere.synthesis(c, polar, longitude)
    np.testing.assert_allclose(array(there), expected.ravel(), atol=1e-11)
    (again,) = javascript(HARMONICS, [("analysis", [array(there).tolist(), pixels, DEGREE])])
    np.testing.assert_allclose(array(again), c, atol=1e-12)


def revived(value):
    """The typed arrays in a grid as lists, which a function takes as well."""
    if isinstance(value, dict) and "0" in value:
        return list(value.values())
    if isinstance(value, dict):
        return {name: revived(part) for name, part in value.items()}
    return [revived(part) for part in value] if isinstance(value, list) else value


# ---- both globes ----


@pytest.mark.parametrize(("pixel", "convention"), list(product(SIDES, CONVENTIONS)))
def test_globes_are_those_of_the_python_class(pixel, convention):
    spins = [
        SpinTheEarth(turn=turn, degree=degree, pixel=pixel, convention=convention)
        for turn, degree in zip(random_turns(3, seed=8), (16, 5, 1), strict=True)
    ]
    for spin, found in zip(spins, follow(*spins), strict=True):
        assert found["gap"] == pytest.approx(spin.difference(), abs=1e-10)
        np.testing.assert_allclose(array(found["coefficients"]), spin.after(), atol=1e-12)
        left, right = spin.globes()
        if pixel != "none":  # there the picture is drawn from pixels of 3 degrees
            np.testing.assert_allclose(array(found["left"]), left.ravel(), atol=1e-10)
        if pixel == "3":
            np.testing.assert_allclose(array(found["right"]), right.ravel(), atol=1e-10)


def test_the_gap_of_the_right_convention_stays_below_its_bound_and_that_of_a_slip_does_not():
    """Bilinear reading errs by at most h² L² / 8 of the range; each slip by more than pixels of 3° can explain."""
    states = list(product(random_turns(3, seed=9), (1, 7, 16), SIDES))
    spins = [SpinTheEarth(turn=turn, degree=degree, pixel=pixel) for turn, degree, pixel in states]
    assert [found for found in follow(*spins) if not found["same"]] == []
    slips = [SpinTheEarth(turn=t, convention=c) for t in random_turns(6, seed=9) for c in CONVENTIONS[1:]]
    assert [found for found in follow(*slips) if found["same"]] == []


def test_energies_stand_still_but_for_what_the_pixels_lose():
    (found,) = follow(SpinTheEarth())
    before, pixels, after = (np.array(found["energies"][name]) for name in ("before", "pixels", "after"))
    np.testing.assert_allclose(after, before, rtol=1e-12)
    np.testing.assert_allclose(pixels, before, rtol=0.15)
    assert (pixels[9:] < before[9:]).all()  # reading between pixels is a blur
    (exact,) = follow(SpinTheEarth(pixel="none"))
    np.testing.assert_allclose(exact["energies"]["pixels"], before, rtol=1e-10)


# ---- turning by hand ----


def test_the_hand_takes_one_point_of_the_globe_to_another():
    pairs = list(zip(random_points(10, 1), random_points(10, 2), strict=True))
    turns = javascript(ROTATIONS, [("shortest", [a.tolist(), b.tolist()]) for a, b in pairs])
    for (a, b), turn in zip(pairs, turns, strict=True):
        R = sphere.rotation_matrix(turn)
        np.testing.assert_allclose(R @ a, b, atol=1e-12)
        assert np.trace(R) == pytest.approx(1 + 2 * (a @ b), abs=1e-12)  # by no more than the angle between them


def test_products_axes_and_matrices_of_quaternions():
    p, q = np.array(random_turns(2, seed=11)) / 1e4
    (pq, R, found) = javascript(
        ROTATIONS, [("product", [p.tolist(), q.tolist()]), ("matrixOf", [p.tolist()]), ("axisAngle", [p.tolist()])]
    )
    matrix = sphere.rotation_matrix
    np.testing.assert_allclose(R, matrix(p), atol=1e-14)
    np.testing.assert_allclose(matrix(pq), matrix(p) @ matrix(q), atol=1e-13)
    np.testing.assert_allclose(matrix(p) @ found["axis"], found["axis"], atol=1e-13)
    (again,) = javascript(ROTATIONS, [("about", [found["axis"], found["angle"]])])
    np.testing.assert_allclose(matrix(again), matrix(p), atol=1e-13)


# ---- words ----


def test_the_verdict_on_the_first_state_names_the_gaps():
    (said,) = verdicts({})
    assert said["status"] == "yes" and said["headline"] == "The same globe, up to the pixels."
    assert said["detail"] == f"Largest difference {SpinTheEarth().difference():.2g} of the range."
    for pixel in ("5", "3", "1.5"):
        assert f"{SpinTheEarth(pixel=pixel).difference():.2g}" in said["why"]


@pytest.mark.parametrize("convention", CONVENTIONS[1:])
def test_the_verdict_on_a_slip_has_its_number_and_its_reason(convention):
    said, small, constant = verdicts(
        {"convention": convention}, {"convention": convention, "turn": [10000, 0, 3, 0]},
        {"convention": convention, "degree": 0},
    )  # fmt: skip
    assert said["status"] == "no" and f"{SpinTheEarth(convention=convention).difference():.2g} of" in said["detail"]
    assert said["why"] and constant["status"] == "partly" and "constant" in constant["detail"]
    if convention == "transposed":
        assert small["status"] == "partly" and "too small to see" in small["headline"]


def test_the_steps_to_try_keep_their_promises():
    dragged, cut, transposed = (step["state"] for step in javascript(WORDS, [("STEPS", [])])[0])
    assert dragged == SpinTheEarth().state
    assert [said["status"] for said in verdicts(dragged, cut, transposed)] == ["yes", "yes", "no"]
    before, after = (follow(SpinTheEarth(**transposed))[0]["energies"][name] for name in ("before", "after"))
    np.testing.assert_allclose(before, after, rtol=1e-12)  # no bar notices


def test_javascript_and_python_have_the_same_choices():
    sides, pixels, conventions = javascript(MATH, [("SIDES", [])]) + javascript(
        WORDS, [("PIXELS", []), ("CONVENTIONS", [])]
    )
    assert sides == SIDES and set(pixels) == set(SIDES) and tuple(conventions) == CONVENTIONS


def test_a_turn_is_four_whole_numbers_of_length_10000():
    (turn,) = javascript(WORDS, [("wholeTurn", [[0.5, -0.5, 0.5, 0.5]])])
    assert turn == [5000, -5000, 5000, 5000] and SpinTheEarth(turn=turn).turn == turn


def test_module_is_one_standard_es_module_and_with_its_state_below_200_kB(tmp_path):
    """It is imported with nothing beside it, as Jupyter does."""
    module = tmp_path / "spin_the_earth.mjs"
    module.write_text(str(SpinTheEarth._esm), "utf-8")
    state = {name: value for name, value in SpinTheEarth().get_state().items() if not name.startswith("_")}
    assert module.stat().st_size + len(json.dumps(state, default=str)) < 200_000
    code = f"const m = await import({json.dumps(module.as_uri())}); console.log(typeof m.default.render);"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "function\n", done.stderr

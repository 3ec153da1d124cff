"""Real spherical harmonics: three independent ways to them agree, and Wigner matrices are of the same basis."""

import numpy as np
import pytest
from scipys_harmonics import of_scipy

from gdl_course import groups, linear_maps
from gdl_course.representations.harmonics import degrees, harmonic_polynomials, harmonics, legendre, orders

SO3 = groups.SO(3)


@pytest.fixture
def rng():
    return np.random.default_rng(12)


def directions(rng, n=40):
    u = rng.normal(size=(n, 3))
    return u / np.linalg.norm(u, axis=1, keepdims=True)


def of_degree(l):
    return slice(l * l, (l + 1) ** 2)


def test_harmonics_are_those_of_scipy_without_condon_and_shortley(rng):
    u = directions(rng)
    np.testing.assert_allclose(harmonics(64, u), of_scipy(64, u), rtol=0, atol=1e-10)


def test_degree_one_is_y_z_x(rng):
    u = directions(rng)
    np.testing.assert_allclose(harmonics(2, u)[:, 1:], np.sqrt(3 / (4 * np.pi)) * u[:, [1, 2, 0]], rtol=0, atol=1e-14)


def test_the_poles_are_points_like_all_others():
    north, south = harmonics(8, [[0, 0, 1], [0, 0, -1]])
    l, m = degrees(8), orders(8)
    expected = np.where(m == 0, np.sqrt((2 * l + 1) / (4 * np.pi)), 0)
    np.testing.assert_allclose(north, expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(south, (-1.0) ** l * expected, rtol=0, atol=1e-13)


def test_lengths_of_vectors_do_not_matter(rng):
    u = directions(rng)
    np.testing.assert_allclose(harmonics(5, 3 * u), harmonics(5, u), rtol=0, atol=1e-13)


@pytest.mark.parametrize("l", range(8))
def test_the_null_space_of_the_laplacian_is_the_span_of_the_harmonics(rng, l):
    u = directions(rng)
    exponents, polynomials = harmonic_polynomials(l)
    assert polynomials.shape == (2 * l + 1, (l + 1) * (l + 2) // 2)
    found = np.prod(u[:, None] ** exponents[None], axis=2) @ polynomials.T
    closed = harmonics(l + 1, u)[:, of_degree(l)]
    by_found = found @ np.linalg.lstsq(found, closed)[0]
    np.testing.assert_allclose(by_found, closed, rtol=0, atol=1e-10)
    if l:  # and of no other degree: the span can be told apart
        other = harmonics(l, u)[:, of_degree(l - 1)]
        assert np.abs(found @ np.linalg.lstsq(found, other)[0] - other).max() > 0.1


@pytest.mark.parametrize("l", [0, 1, 2, 3, 7, 20, 63])
def test_wigner_matrices_turn_the_harmonics(rng, l):
    u, R = directions(rng), SO3.random(rng)
    Y, turned = (harmonics(l + 1, v)[:, of_degree(l)] for v in (u, u @ R.T))
    D = SO3.irrep(l)(R)
    np.testing.assert_allclose(turned, Y @ D.T, rtol=0, atol=1e-10)
    if l:
        assert np.abs(turned - Y @ D).max() > 0.1  # the transpose is the turn back


@pytest.mark.parametrize("l", [1, 2, 5, 20])
def test_wigner_matrices_are_a_homomorphism(rng, l):
    g, h, D = SO3.random(rng), SO3.random(rng), SO3.irrep(l)
    np.testing.assert_allclose(D(g @ h), D(g) @ D(h), rtol=0, atol=1e-10)
    assert np.abs(D(g @ h) - D(h) @ D(g)).max() > 0.1


def test_commuting_with_rotations_leaves_one_number_for_each_degree():
    L = 4
    rho = SO3.irrep(0)
    for l in range(1, L):
        rho = rho + SO3.irrep(l)
    basis = linear_maps(rho, rho)
    assert basis.dimension == L
    masks = np.stack([np.diag(degrees(L) == l) for l in range(L)]).astype(float)
    np.testing.assert_allclose([basis.project(mask) for mask in masks], masks, rtol=0, atol=1e-10)


def test_legendre_functions_are_normalised():
    z, weight = np.polynomial.legendre.leggauss(12)
    P = legendre(12, z)
    for m in range(12):
        gram = 2 * np.pi * (P[m:, m] * weight) @ P[m:, m].T
        np.testing.assert_allclose(gram, np.eye(12 - m), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: harmonics(3, [[0, 0, 0]]), "other than 0"),
        (lambda: harmonics(3, [[1.0, 0.0]]), r"shape \(\.\.\., 3\); got \(1, 2\)"),
        (lambda: harmonics(0, [[0, 0, 1]]), "got L = 0"),
        (lambda: degrees(1.5), "got L = 1.5"),
        (lambda: harmonic_polynomials(-1), "degree"),
    ],
)
def test_errors_say_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

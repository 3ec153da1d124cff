"""The solver of equivariant maps, the projection, and the test of equivariance with its report."""

import math
import subprocess
import sys

import numpy as np
import pytest

from gdl_course import (
    check_equivariance,
    equivariance_error,
    equivariance_report,
    groups,
    linear_maps,
    project,
)
from gdl_course.equivariance import EquivarianceError, EquivariantBasis, solvers
from gdl_course.equivariance.shrinking import shrink
from gdl_course.representations import Representation

C4, C8, S3, S5, D4 = groups.cyclic(4), groups.cyclic(8), groups.symmetric(3), groups.symmetric(5), groups.dihedral(4)
SO2, SO3, E3 = groups.SO(2), groups.SO(3), groups.E(3)
PATH = np.diag(np.ones(4), 1) + np.diag(np.ones(4), -1)
ASYMMETRIC = np.zeros((6, 6))
for i, j in [(0, 1), (0, 3), (1, 2), (1, 3), (1, 5), (2, 4), (3, 5), (4, 5)]:
    ASYMMETRIC[i, j] = ASYMMETRIC[j, i] = 1


def on_itself(rho):
    return rho, rho


SQUARE = on_itself(C4.permutation())

DIMENSIONS = [
    *((f"Z_{n}", on_itself(groups.cyclic(n).permutation()), n) for n in (1, 2, 5, 64)),
    *((f"S_{n} sets", on_itself(groups.symmetric(n).permutation()), 2) for n in (2, 5, 9)),
    *((f"S_{n} edges", on_itself(groups.symmetric(n).permutation() ** 2), 15) for n in (4, 5, 8)),
    ("S_3 edges", on_itself(S3.permutation() ** 2), 14),
    ("S_6 order 2 to order 3", (groups.symmetric(6).permutation() ** 2, groups.symmetric(6).permutation() ** 3), 52),
    ("torus 28x28", on_itself(groups.translations(28, 28).permutation()), 784),
    ("automorphisms of the path", on_itself(groups.automorphisms(PATH).permutation()), 13),
    ("asymmetric graph", on_itself(groups.automorphisms(ASYMMETRIC).permutation()), 36),
    ("C4 on 8x8", on_itself(C4.on_grid(8, 8)), 1024),
    ("C4 on 7x7", on_itself(C4.on_grid(7, 7)), 601),
    ("p4 on 8x8", on_itself(groups.p4(8).permutation()), 18),
    ("C8 regular", on_itself(C8.regular()), 8),
    ("S3 regular", on_itself(S3.regular()), 6),
    ("D4 vectors", on_itself(D4.vector()), 1),
    ("SO(3) V", on_itself(SO3.vector()), 1),
    ("SO(3) T2", on_itself(SO3.vector() ** 2), 3),
    ("SO(3) T3", on_itself(SO3.vector() ** 3), 15),
    ("SO(3) T4", on_itself(SO3.vector() ** 4), 91),
    ("SO(3) V x V to V, the cross product", (SO3.vector() ** 2, SO3.vector()), 1),
    ("O(3) V x V to V", (groups.O(3).vector() ** 2, groups.O(3).vector()), 0),
    ("SO(2) m to m", on_itself(SO2.irrep(3)), 2),
    ("SO(2) 0 to 0", on_itself(SO2.irrep(0)), 1),
    ("SO(2) m to n", (SO2.irrep(3), SO2.irrep(2)), 0),
    ("O(2) m to m", on_itself(groups.O(2).irrep(3)), 1),
    ("SO(3) degree 1 to 2", (SO3.irrep(1), SO3.irrep(2)), 0),
    ("SO(3) V to degree 1", (SO3.vector(), SO3.irrep(1)), 1),
    ("SO(3) scalar to vector", (SO3.trivial(), SO3.vector()), 0),
    ("SO(3) trivial", on_itself(SO3.trivial(3)), 9),
    ("D4 sign to trivial", (D4.irrep(0, -1), D4.trivial()), 0),
    ("E(3) homogeneous to scalar", (E3.vector(), E3.trivial()), 1),
    ("E(3) scalar to homogeneous", (E3.trivial(), E3.vector()), 0),
]


@pytest.mark.parametrize(("name", "pair", "dimension"), DIMENSIONS, ids=[row[0] for row in DIMENSIONS])
def test_dimension_of_the_equivariant_maps(name, pair, dimension):
    assert linear_maps(*pair).dimension == dimension


def test_tensor_powers_of_S_n_count_by_bell_numbers():
    """Maps from order k to order m are the set partitions of k + m points, for n >= k + m (Maron et al., 2019)."""
    P = groups.symmetric(5).permutation()
    found = [linear_maps(P**0, P**k).dimension for k in range(1, 6)]
    assert found == [1, 2, 5, 15, 52]
    six = groups.symmetric(6).permutation()
    assert linear_maps(six**3, six**3).dimension == 203


def test_polynomials_in_A_are_fewer_than_the_maps_of_its_automorphisms():
    powers = np.stack([np.linalg.matrix_power(PATH, k).ravel() for k in range(10)])
    basis = linear_maps(*on_itself(groups.automorphisms(PATH).permutation()))
    assert np.linalg.matrix_rank(powers) == 5 < basis.dimension == 13
    for power in powers:
        np.testing.assert_allclose(basis.project(power.reshape(5, 5)), power.reshape(5, 5), atol=1e-9)


def test_commutant_of_the_shift_is_the_circulants():
    basis = linear_maps(*on_itself(C8.permutation()))
    i, j = np.indices((8, 8))
    np.testing.assert_array_equal(basis.orbits, basis.orbits[:, 0][(i - j) % 8])


def test_orbits_are_numbered_in_order_of_first_appearance():
    labels = linear_maps(*on_itself(groups.p4(5).permutation())).orbits.ravel()
    assert labels.dtype == np.int32
    values, first = np.unique(labels, return_index=True)
    np.testing.assert_array_equal(values, np.arange(len(values)))
    assert np.all(np.diff(first) > 0)


def dense_null_space(rho_in, rho_out):
    """The same space by one dense SVD of all constraints: the slow, plain reference."""
    rng = np.random.default_rng(0)
    G, rows = rho_in.group, []
    for g in [*G.generators, *(G.random(rng) for _ in range(4))]:
        rows.append(np.kron(rho_out(g), np.eye(rho_in.dimension)) - np.kron(np.eye(rho_out.dimension), rho_in(g).T))
    _, values, vectors = np.linalg.svd(np.concatenate(rows))
    null = np.concatenate([values, np.zeros(len(vectors) - len(values))]) < 1e-8
    return vectors[null]


AGAINST_DENSE = [
    on_itself(C8.permutation()),
    (S3.permutation() ** 2, S3.permutation()),
    on_itself(D4.on_grid(3, 3)),
    (D4.vector() * D4.vector(), D4.permutation()),
    on_itself(groups.quaternion().permutation()),
    on_itself(groups.finite([[[0, -1], [1, -1]]], name="oblique").vector()),
    (SO2.vector() ** 2, SO2.vector() ** 2),
    on_itself(SO3.vector() ** 2 + SO3.trivial(2)),
    (SO3.irrep(2) * SO3.vector(), SO3.irrep(1)),
    (groups.O(3).vector() ** 2, groups.O(3).irrep(2)),
    on_itself(groups.SE(2).vector() ** 2),
    (E3.vector(), E3.vector().dual),
    on_itself(E3.vector() * E3.vector()),
]


def methods(rho_in, rho_out):
    """The methods that apply to a pair."""
    yield "null_space"
    if rho_in.is_permutation and rho_out.is_permutation:
        yield "orbits"
    if rho_in.group.order < math.inf:
        yield "average"


@pytest.mark.parametrize(
    ("pair", "method"),
    [(pair, method) for pair in AGAINST_DENSE for method in methods(*pair)],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]!r} to {value[1]!r}",
)
def test_every_method_spans_the_space_of_a_dense_svd(pair, method):
    rho_in, rho_out = pair
    basis, reference = linear_maps(rho_in, rho_out, method), dense_null_space(rho_in, rho_out)
    W = np.random.default_rng(1).normal(size=(rho_out.dimension, rho_in.dimension))
    expected = (reference.T @ (reference @ W.ravel())).reshape(W.shape)
    assert basis.method == method and basis.dimension == len(reference)
    np.testing.assert_allclose(basis.project(W), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("pair", AGAINST_DENSE, ids=lambda pair: f"{pair[0]!r} to {pair[1]!r}")
def test_every_map_commutes_with_random_elements(pair):
    """The solvers see generators only; here the group is a random one of its elements."""
    rho_in, rho_out = pair
    g = rho_in.group.random_non_involution(np.random.default_rng(2))
    for W in linear_maps(rho_in, rho_out).maps:
        np.testing.assert_allclose(rho_out(g) @ W, W @ rho_in(g), rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    "pair",
    [on_itself(C8.permutation()), on_itself(D4.vector() + D4.irrep(2)), (S5.permutation() ** 2, S5.permutation())],
    ids=["circulants", "vectors", "edges to nodes"],
)
def test_group_average_and_least_squares_agree(pair):
    rho_in, rho_out = pair
    W = np.random.default_rng(3).normal(size=(rho_out.dimension, rho_in.dimension))
    once = project(W, rho_in, rho_out)
    np.testing.assert_allclose(linear_maps(*pair).project(W), once, rtol=0, atol=1e-12)
    np.testing.assert_allclose(project(once, rho_in, rho_out), once, rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", ["orbits", "null_space"])
def test_maps_combine_and_coefficients_fit_together(method):
    rho = C8.permutation()
    basis = linear_maps(rho, rho, method)
    c = np.random.default_rng(4).normal(size=8)
    W = basis.combine(c)
    np.testing.assert_allclose(W, np.tensordot(c, basis.maps, 1), rtol=0, atol=1e-14)
    np.testing.assert_allclose(basis.coefficients(W), c, rtol=0, atol=1e-12)


def test_null_space_maps_are_orthonormal():
    maps = linear_maps(*on_itself(SO3.vector() ** 3)).maps.reshape(15, -1)
    np.testing.assert_allclose(maps @ maps.T, np.eye(15), rtol=0, atol=1e-12)


def test_repr_is_one_deterministic_sentence_and_zero_is_said():
    basis = linear_maps(SO2.irrep(3), SO2.irrep(2))
    assert repr(basis) == (
        "EquivariantBasis of SO(2): irrep 3 (2) -> irrep 2 (2), dimension 0 of 4 "
        "(only the zero map is equivariant), by null_space"
    )
    assert basis.maps.shape == (0, 2, 2)
    np.testing.assert_array_equal(basis.project(np.ones((2, 2))), np.zeros((2, 2)))


def test_dense_maps_of_a_large_torus_are_refused_with_advice():
    basis = linear_maps(*on_itself(groups.translations(28, 28).permutation()))
    with pytest.raises(MemoryError, match=r"would take 3.9 GB; use .orbits, .combine"):
        basis.maps  # noqa: B018


def test_rotations_by_a_seventh_thin_out_the_unknowns_as_permutations_do():
    """4096 unknowns, more than the null space takes whole: no entry of the generator is 1, so that it is scaled."""
    rho = groups.cyclic(7).vector() ** 6
    assert linear_maps(rho, rho).dimension == solvers.character_dimension(rho, rho)


# What must not pass in silence: planted defects.


def test_a_wrong_orbit_is_refused(monkeypatch):
    right = solvers.orbits

    def one_entry_off(rho_in, rho_out):
        labels = right(rho_in, rho_out).copy()
        labels[0, 1] = labels[0, 0]
        return labels

    monkeypatch.setattr(solvers, "orbits", one_entry_off)
    with pytest.raises(ArithmeticError, match="residual"):
        linear_maps(*on_itself(C8.permutation()))


def test_orbits_that_are_too_coarse_are_refused(monkeypatch):
    """All entries in one orbit commute with the group, but they are not all the maps."""
    monkeypatch.setattr(solvers, "orbits", lambda a, b: np.zeros((b.dimension, a.dimension), np.int32))
    with pytest.raises(ArithmeticError, match="character formula gives dimension 8"):
        linear_maps(*on_itself(C8.permutation()))


@pytest.mark.parametrize("wrong", [lambda maps: maps[1:], lambda maps: maps + 1e-8, lambda maps: maps * np.nan])
def test_a_null_space_that_is_wrong_is_refused(monkeypatch, wrong):
    right = solvers.null_space
    monkeypatch.setattr(solvers, "null_space", lambda a, b: wrong(right(a, b)))
    with pytest.raises(ArithmeticError, match="residual|character formula"):
        linear_maps(*on_itself(D4.vector() + D4.irrep(0, -1)))


def test_a_spectrum_without_a_gap_is_refused():
    """Two frequencies that differ by 1e-5 are neither equal nor clearly different."""
    one = SO2.irrep(1)
    near = Representation(SO2, (2,), "nearly irrep 1", one.matrix, (one.lie_generators[0] * (1 + 1e-5),))
    with pytest.raises(ArithmeticError, match="no clear gap"):
        solvers.null_space(one, near)
    with pytest.raises(ArithmeticError, match="lie_generators are not the derivative"):
        linear_maps(one, near)


def test_matrices_that_do_not_respect_products_are_refused():
    one = D4.vector()
    fake = Representation(D4, (2,), "fake", lambda g: one(g) if g != D4.generators[0] else 0.9 * one(g))
    with pytest.raises(ArithmeticError, match="fake of D4, dimension 2 is no representation"):
        linear_maps(fake, one)


def acting_by_the_inverse(rho):
    """The usual slip: x -> P(g)ᵀx. Right for involutions, and no left action otherwise."""
    inverse = rho.group.inverse
    G, images = rho.group, lambda g: rho.images(inverse(g))
    return Representation(G, rho.shape, "inverse", lambda g: rho(inverse(g)), images=images)


def test_a_mixed_up_inverse_is_refused_by_the_solver():
    with pytest.raises(ArithmeticError, match="inverse of S3, dimension 3 is no representation"):
        linear_maps(S3.permutation(), acting_by_the_inverse(S3.permutation()))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: linear_maps(C8.permutation(), C4.permutation()), "permutation of C8.*, and permutation of C4"),
        (lambda: linear_maps(SO3.vector(), SO3.vector(), "orbits"), "needs permutation representations; got vector"),
        (lambda: linear_maps(SO3.vector(), SO3.vector(), "average"), "needs a finite group; got SO"),
        (lambda: linear_maps(*SQUARE, "svd"), "method is 'auto', 'orbits'.*got 'svd'"),
        (lambda: linear_maps(SO3.trivial(80), SO3.trivial(80), "null_space"), "6400 unknowns are left of 80x80"),
        (lambda: project(np.eye(3), *SQUARE), r"shape \(out, in\) = \(4, 4\); got shape \(3, 3\)"),
        (lambda: project(np.eye(3), SO3.vector(), SO3.vector()), r"finite group; got SO\(3\).*Use linear_maps"),
        (lambda: project(np.full((4, 4), np.nan), *SQUARE), "finite numbers in W; got 16 NaN"),
        (
            lambda: linear_maps(*SQUARE).project(np.diag([1, np.inf, 1, 1])),
            "finite numbers in W; got 1 NaN or infinite entries of 16",
        ),
        (lambda: linear_maps(*SQUARE).combine([1, 2]), r"expected 4 coefficients on the last axis; got shape \(2,\)"),
        (
            lambda: equivariance_error(np.square, np.array([1, np.nan, 0, 0]), *SQUARE, (1, 2, 3, 0)),
            "finite numbers in x; got NaN",
        ),
        (
            lambda: equivariance_report(lambda x: x[:2], *SQUARE),
            r"f must return arrays of shape \(..., 4\) for permutation of C4.*got shape \(2,\)",
        ),
        (lambda: equivariance_report(np.square, *SQUARE, samples=0), "at least one random element; got samples = 0"),
        (lambda: equivariance_report(np.square, C8.permutation(), C4.permutation()), "must be of one group"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()


# The test of maps that claim to be equivariant.

RING = on_itself(C8.permutation())


def circular(x):
    return np.maximum(0, x + 2 * np.roll(x, 1, -1) - np.roll(x, -1, -1))


def zero_padded(x):
    return np.convolve(x, [1.0, 2.0, -1.0], mode="same")


def test_error_is_zero_for_an_equivariant_map_and_relative_otherwise():
    x, g = np.random.default_rng(5).normal(size=8), C8.generators[0]
    assert equivariance_error(circular, x, *RING, g) < 1e-15
    assert equivariance_error(zero_padded, x, *RING, g) > 0.05
    by_hand = np.linalg.norm(zero_padded(np.roll(x, 1)) - np.roll(zero_padded(x), 1)) / np.linalg.norm(zero_padded(x))
    assert equivariance_error(zero_padded, x, *RING, g) == pytest.approx(by_hand, rel=1e-12)
    assert equivariance_error(zero_padded, 1000 * x, *RING, g) == pytest.approx(by_hand, rel=1e-12)


def test_error_is_absolute_where_the_output_is_zero():
    def first(x):
        return np.where(np.arange(8) == 0, x[0], 0.0)

    assert equivariance_error(first, 3 * np.eye(8)[7], *RING, C8.generators[0]) == 3.0


def test_an_output_that_is_not_finite_is_an_infinite_error():
    assert equivariance_error(lambda x: x * np.nan, np.ones(8), *RING, C8.generators[0]) == math.inf
    assert equivariance_report(lambda x: x * np.nan, *RING).error == math.inf


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_float32_and_float64_pass_with_their_own_rounding(dtype):
    report = check_equivariance(lambda x: circular(x.astype(dtype)), *RING)
    assert report.passed and report.error < 10 * np.finfo(dtype).eps
    assert check_equivariance(lambda x: 1e-12 * circular(x.astype(dtype)), *RING).passed


def test_a_jax_function_is_checked_as_it_is():
    jnp = pytest.importorskip("jax.numpy")
    assert check_equivariance(lambda x: jnp.tanh(x) - x.mean(-1, keepdims=True), *RING, leading=(2,)).passed
    assert not equivariance_report(lambda x: jnp.cumsum(x, -1), *RING, leading=(2,)).passed
    x = jnp.arange(8.0)
    assert equivariance_error(jnp.square, x, *RING, C8.generators[0]) == 0.0


def test_failure_raises_with_the_report_and_without_a_traceback_in_notebooks():
    with pytest.raises(EquivarianceError, match="✗ Not equivariant under C8") as caught:
        check_equivariance(zero_padded, *RING)
    assert isinstance(caught.value, AssertionError) and not caught.value.report.passed
    assert len(caught.value._render_traceback_()) == 1


def test_report_names_the_worst_element_and_the_smallest_failing_input():
    report = equivariance_report(zero_padded, *RING)
    assert report.error > 0.05 and report.element in C8
    np.testing.assert_array_equal(np.sort(report.counterexample), [0] * 7 + [1])
    assert report.counterexample_element == C8.generators[0]
    assert not np.allclose(report.left, report.right)
    np.testing.assert_array_equal(report.left, zero_padded(np.roll(report.counterexample, 1)))
    np.testing.assert_array_equal(report.right, np.roll(zero_padded(report.counterexample), 1))
    assert "Smallest failing input" in str(report) and "x = [" in str(report)


def test_report_is_deterministic_and_the_seed_changes_it():
    reports = [equivariance_report(zero_padded, *RING, seed=seed) for seed in (1, 1, 2)]
    assert str(reports[0]) == str(reports[1]) and reports[0].error != reports[2].error


def test_a_mixed_up_inverse_is_caught_by_the_check():
    rho = S3.permutation()
    wrong = acting_by_the_inverse(rho)
    assert equivariance_error(np.tanh, np.array([1.0, 2.0, 4.0]), rho, wrong, (1, 0, 2)) == 0.0
    assert not equivariance_report(np.tanh, rho, wrong, samples=1).passed


def test_a_map_that_commutes_with_involutions_only_is_caught():
    """Averaged over the two half turns of C8, not over C8."""
    W = np.random.default_rng(7).normal(size=(8, 8))
    half = C8.permutation()(C8.elements[4])
    W = (W + half @ W @ half) / 2
    assert equivariance_error(lambda x: W @ x, np.arange(8.0), *RING, C8.elements[4]) < 1e-14
    assert not equivariance_report(lambda x: W @ x, *RING).passed


def test_a_map_that_commutes_with_rotations_but_not_with_mirrors_is_caught():
    """The elements of D4 that are no involutions are two quarter turns: they alone would miss this."""
    turns = linear_maps(*on_itself(C4.on_grid(3, 3)))
    W = turns.combine(np.random.default_rng(8).normal(size=turns.dimension))
    grid = on_itself(D4.on_grid(3, 3))
    report = equivariance_report(lambda x: (W @ x.ravel()).reshape(3, 3), *grid, samples=4)
    assert not report.passed
    assert check_equivariance(lambda x: (W @ x.ravel()).reshape(3, 3), *on_itself(C4.on_grid(3, 3))).passed


@pytest.mark.parametrize("G", [groups.SO(3), groups.O(3)], ids=lambda G: G.name)
def test_lie_groups_are_tested_on_random_elements(G):
    vector = on_itself(G.vector())
    assert check_equivariance(lambda x: x * np.linalg.norm(x, axis=-1, keepdims=True), *vector, leading=(5,)).passed
    report = equivariance_report(np.tanh, *vector)
    assert not report.passed and report.error > 0.01
    assert np.count_nonzero(report.counterexample) == 1


def test_the_cross_product_is_equivariant_under_rotations_but_not_under_mirrors():
    def cross(x):
        return np.cross(x[0], x[1])

    assert check_equivariance(cross, *on_itself(SO3.vector()), leading=(2,)).passed
    report = equivariance_report(cross, *on_itself(groups.O(3).vector()), leading=(2,))
    assert not report.passed and np.linalg.det(report.element) < 0


def test_invariance_is_equivariance_to_the_trivial_representation():
    rho = S5.permutation()
    assert check_equivariance(lambda x: x.sum(keepdims=True), rho, S5.trivial()).passed
    assert not equivariance_report(lambda x: x[:1], rho, S5.trivial()).passed


def test_shrinking_finds_single_entries_small_integers_and_pairs():
    x = np.random.default_rng(9).normal(size=12)
    np.testing.assert_array_equal(shrink(lambda y: y[5] < 0, x), -np.eye(12)[5])
    pair = shrink(lambda y: y[2] * y[7] != 0, x)
    np.testing.assert_array_equal(pair, np.eye(12)[2] + np.eye(12)[7])
    large = shrink(lambda y: y[3] > 2.5, 4 + x)
    np.testing.assert_array_equal(large, 3 * np.eye(12)[3])


def test_shrinking_keeps_an_input_that_fails_and_a_budget():
    calls = []

    def fails(y):
        calls.append(1)
        return np.linalg.norm(y) > 5.5 and y[0] < y[1]

    x = np.array([-3.3, 5.1, 0.7, 2.2])
    assert fails(shrink(fails, x)) and len(calls) < 1000
    np.testing.assert_array_equal(shrink(lambda y: np.array_equal(y, x), x), x)


def test_report_draws_the_square_with_words_for_those_who_do_not_see_it():
    failed, passed = equivariance_report(zero_padded, *RING), equivariance_report(circular, *RING)
    for report, mark in ((failed, "✗ Not equivariant"), (passed, "✓ Equivariant")):
        html = report._repr_html_()
        assert mark in html and 'role="img"' in html and 'aria-label="Commuting square' in html
        assert html.count("<rect") == 6 * 8
        assert "data-theme=dark" in html and "prefers-color-scheme" in html
    assert "≠" in failed._repr_html_() and "≠" not in passed._repr_html_()


def test_rounding_errors_are_not_drawn_as_a_violation():
    """Every magenta cell of a passed test is transparent."""
    report = equivariance_report(lambda x: np.fft.ifft(np.fft.fft(x)).real, *RING)
    assert 0 < np.abs(report.left - report.right).max() < 1e-14
    cells = report._repr_html_().split("<rect")[1:]
    assert [cell.count("fill-opacity: 0.00") for cell in cells if "--violation" in cell] == [1] * 8


def test_large_arrays_are_drawn_cut_and_say_so():
    T = groups.translations(20, 20)
    html = equivariance_report(np.tanh, *on_itself(T.permutation()))._repr_html_()
    assert html.count("<rect") == 6 * 16 * 16 and "first 16 rows and columns" in html


def test_the_algebra_imports_without_jax_and_matplotlib():
    code = "import sys, gdl_course; print('jax' in sys.modules, 'matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_a_basis_holds_what_it_was_made_from():
    rho = C4.permutation()
    basis = linear_maps(rho, rho)
    assert isinstance(basis, EquivariantBasis) and basis.rho_in is rho and basis.residual == 0.0

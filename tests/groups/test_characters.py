"""Conjugacy classes, characters, irreps and the Fourier transform of finite groups, against books and brute force."""

import numpy as np
import pytest

from gdl_course import groups, linear_maps
from gdl_course.groups.characters import lettered, order_of

S3, S4, S5, D4, Q8 = (
    groups.symmetric(3),
    groups.symmetric(4),
    groups.symmetric(5),
    groups.dihedral(4),
    groups.quaternion(),
)
A4, A5, C6, C5 = groups.alternating(4), groups.alternating(5), groups.cyclic(6), groups.cyclic(5)
Q8C3 = groups.direct_product(Q8, groups.cyclic(3))
ALL = [groups.cyclic(1), S3, S4, D4, Q8, A4, A5, C5, C6, groups.p4(3), Q8C3]
every_group = pytest.mark.parametrize("G", ALL, ids=lambda G: G.name)
w, golden = np.exp(2j * np.pi / 3), (1 + np.sqrt(5)) / 2

# As in James and Liebeck, Representations and Characters of Groups, 2001: rows in any order, columns by class.
# A class is known by the order of its elements and its size, where this does not decide in either order.
TABLES = {
    "S3": (S3, [(1, 1), (2, 3), (3, 2)], [[1, 1, 1], [1, -1, 1], [2, 0, -1]]),
    "S4": (
        S4, [(1, 1), (2, 3), (2, 6), (3, 8), (4, 6)],
        [[1, 1, 1, 1, 1], [1, 1, -1, 1, -1], [2, 2, 0, -1, 0], [3, -1, 1, 0, -1], [3, -1, -1, 0, 1]],
    ),
    "D4": (
        D4, [(1, 1), (2, 1), (2, 2), (2, 2), (4, 2)],
        [[1, 1, 1, 1, 1], [1, 1, -1, -1, 1], [1, 1, 1, -1, -1], [1, 1, -1, 1, -1], [2, -2, 0, 0, 0]],
    ),
    "Q8": (
        Q8, [(1, 1), (2, 1), (4, 2), (4, 2), (4, 2)],
        [[1, 1, 1, 1, 1], [1, 1, -1, -1, 1], [1, 1, 1, -1, -1], [1, 1, -1, 1, -1], [2, -2, 0, 0, 0]],
    ),
    "A4": (
        A4, [(1, 1), (2, 3), (3, 4), (3, 4)],
        [[1, 1, 1, 1], [1, 1, w, w**2], [1, 1, w**2, w], [3, -1, 0, 0]],
    ),
    "A5": (
        A5, [(1, 1), (2, 15), (3, 20), (5, 12), (5, 12)],
        [[1, 1, 1, 1, 1], [4, 0, 1, -1, -1], [5, 1, -1, 0, 0], [3, -1, 0, golden, 1 - golden],
         [3, -1, 0, 1 - golden, golden]],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("G", "classes", "rows"), TABLES.values(), ids=TABLES.keys())
def test_known_character_tables(G, classes, rows):
    table = G.character_table()
    assert [(order_of(G, c[0]), len(c)) for c in table.classes] == classes
    key = lambda row: tuple((round(z.real, 6) + 0.0, round(z.imag, 6) + 0.0) for z in np.asarray(row, complex))
    assert sorted(map(key, table.values)) == sorted(map(key, rows))
    np.testing.assert_allclose(table.values[0], 1, rtol=0, atol=1e-12)


@every_group
def test_conjugacy_classes_by_brute_force(G):
    conjugates = {frozenset(G.compose(G.compose(s, g), G.inverse(s)) for s in G.elements) for g in G.elements}
    assert {frozenset(c) for c in G.conjugacy_classes()} == conjugates
    assert G.conjugacy_classes()[0] == (G.identity,)


@every_group
def test_rows_and_columns_are_orthogonal(G):
    table = G.character_table()
    rows = (table.values * table.sizes) @ table.values.conj().T
    np.testing.assert_allclose(rows, G.order * np.eye(len(rows)), rtol=0, atol=1e-9)
    columns = table.values.conj().T @ table.values
    np.testing.assert_allclose(columns, np.diag(G.order / table.sizes), rtol=0, atol=1e-9)
    assert (table.dimensions**2).sum() == G.order


@every_group
def test_frobenius_and_schur_count_the_square_roots(G):
    """The sum of indicator times dimension is the number of g with g g = e."""
    table = G.character_table()
    roots = sum(G.compose(g, g) == G.identity for g in G.elements)
    assert (table.indicators * table.dimensions).sum() == roots


@every_group
def test_the_product_of_two_characters_is_a_sum_of_characters(G):
    table = G.character_table()
    for row in table.values:
        counts = (table.values * row * table.sizes) @ table.values.conj().T / G.order
        np.testing.assert_allclose(counts, np.rint(counts.real), rtol=0, atol=1e-9)
        assert counts.real.min() > -1e-9


def test_indicators_of_Q8_and_D4_tell_them_apart():
    """Their tables are equal, and the irreps are not: one is quaternionic."""
    np.testing.assert_allclose(Q8.character_table().values, D4.character_table().values, rtol=0, atol=1e-12)
    assert Q8.character_table().indicators.tolist() == [1, 1, 1, 1, -1]
    assert D4.character_table().indicators.tolist() == [1, 1, 1, 1, 1]


def test_conjugation_by_a_relabelling_changes_nothing():
    rng = np.random.default_rng(0)
    p = rng.permutation(4)
    q = np.argsort(p)
    relabelled = groups.finite([tuple(p[np.array(g)[q]].tolist()) for g in S4.generators], "S4 again")
    np.testing.assert_allclose(relabelled.character_table().values, S4.character_table().values, rtol=0, atol=1e-9)


# Real irreps


@every_group
def test_irreps_are_orthogonal_representations_with_these_characters(G):
    rng, table = np.random.default_rng(0), G.character_table()
    characters, types = table.real()
    assert len(G.irreps()) == len(characters)
    for psi, row, c in zip(G.irreps(), characters, types, strict=True):
        for _ in range(4):
            g, h = G.random(rng), G.random(rng)
            np.testing.assert_allclose(psi(G.compose(g, h)), psi(g) @ psi(h), rtol=0, atol=1e-10)
            np.testing.assert_allclose(psi(g) @ psi(g).T, np.eye(psi.dimension), rtol=0, atol=1e-10)
        np.testing.assert_allclose([psi.character(k[0]) for k in table.classes], row, rtol=0, atol=1e-10)
        assert linear_maps(psi, psi).dimension == c


@every_group
def test_no_two_irreps_are_equivalent_and_none_is_missing(G):
    irreps = G.irreps()
    for k, psi in enumerate(irreps):
        for phi in irreps[:k]:
            assert linear_maps(psi, phi).dimension == 0
    _, types = G.character_table().real()
    assert sum(psi.dimension**2 / c for psi, c in zip(irreps, types, strict=True)) == G.order


def test_of_a_cyclic_group_they_are_the_frequencies():
    C8 = groups.cyclic(8)
    for psi in C8.irreps():
        assert sum(linear_maps(psi, C8.irrep(k)).dimension > 0 for k in range(5)) == 1


def test_lie_irreps_are_told_apart():
    for G, count in ((groups.SO(2), 4), (groups.O(2), 5), (groups.SO(3), 4), (groups.O(3), 8)):
        irreps = G.irreps(3)
        assert len(irreps) == count
        for k, psi in enumerate(irreps):
            for phi in irreps[:k]:
                assert linear_maps(psi, phi).dimension == 0
    with pytest.raises(ValueError, match="infinitely many irreps"):
        groups.SO(3).irreps()
    with pytest.raises(ValueError, match=r"irreps are built for.*got SE\(2\)"):
        groups.SE(2).irreps(1)


# Means over the group


@pytest.mark.parametrize("G", [groups.SO(2), groups.O(2), groups.SO(3), groups.O(3)], ids=lambda G: G.name)
def test_the_mean_of_an_irrep_is_zero_but_of_the_trivial_one(G):
    steps = G.quadrature(4)
    for psi in G.irreps(4):
        mean = np.eye(psi.dimension)
        for step in steps:
            assert sum(weight for _, weight in step) == pytest.approx(1, abs=1e-14)
            mean = mean @ sum(weight * psi(g) for g, weight in step)
        expected = 1.0 if psi.name == "irrep 0" else 0.0
        np.testing.assert_allclose(mean, expected * np.eye(psi.dimension), rtol=0, atol=1e-13)


def test_beyond_its_degree_a_mean_is_wrong():
    mean = np.eye(11)
    for step in groups.SO(3).quadrature(4):
        mean = mean @ sum(weight * groups.SO(3).irrep(5)(g) for g, weight in step)
    assert np.abs(mean).max() > 0.01


# The Fourier transform


@every_group
def test_forth_and_back(G):
    x = np.random.default_rng(0).normal(size=(3, G.order))
    X = groups.fourier_transform(G, x)
    assert sum(block[0].size / c for block, c in zip(X, G.character_table().real()[1], strict=True)) == G.order
    np.testing.assert_allclose(groups.inverse_fourier_transform(G, X), x, rtol=0, atol=1e-11)


@every_group
def test_convolution_is_one_small_matrix_product_for_each_irrep(G):
    x, y = np.random.default_rng(1).normal(size=(2, G.order))
    direct = np.zeros(G.order)
    for h in G.elements:
        for k in G.elements:
            direct[G.index(G.compose(h, k))] += x[G.index(h)] * y[G.index(k)]
    np.testing.assert_allclose(groups.convolve(G, x, y), direct, rtol=0, atol=1e-11)
    product = [a @ b for a, b in zip(groups.fourier_transform(G, x), groups.fourier_transform(G, y), strict=True)]
    np.testing.assert_allclose(groups.inverse_fourier_transform(G, product), direct, rtol=0, atol=1e-10)


@pytest.mark.parametrize("G", [S3, D4, A5], ids=lambda G: G.name)
def test_the_order_of_the_factors_counts(G):
    x, y = np.random.default_rng(2).normal(size=(2, G.order))
    assert np.abs(groups.convolve(G, x, y) - groups.convolve(G, y, x)).max() > 0.1


@every_group
def test_parseval(G):
    x = np.random.default_rng(3).normal(size=G.order)
    X, weights = groups.fourier_transform(G, x), groups.plancherel_weights(G)
    total = sum(weight * np.sum(block**2) for weight, block in zip(weights, X, strict=True)) / G.order
    assert total == pytest.approx(np.sum(x**2), rel=1e-12)


@every_group
def test_a_shift_from_the_left_multiplies_each_matrix_from_the_left(G):
    """(g·x)(h) = x(g⁻¹h) becomes psi(g) x̂(psi): what a regular representation does, irrep by irrep."""
    rng = np.random.default_rng(4)
    x, g = rng.normal(size=G.order), G.random_non_involution(rng)
    moved, X = groups.fourier_transform(G, G.regular().act(g, x)), groups.fourier_transform(G, x)
    for psi, a, b in zip(G.irreps(), moved, X, strict=True):
        np.testing.assert_allclose(a, psi(g) @ b, rtol=0, atol=1e-10)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_of_a_cyclic_group_it_is_the_discrete_fourier_transform(n):
    G, x = groups.cyclic(n), np.random.default_rng(5).normal(size=n)
    lengths = sorted(np.abs(np.fft.rfft(x)).round(9))
    sizes = [np.linalg.norm(block) / np.sqrt(len(block)) for block in groups.fourier_transform(G, x)]
    np.testing.assert_allclose(sorted(sizes), lengths, rtol=0, atol=1e-8)


def test_names_have_letters():
    assert lettered([1] * 28)[-3:] == ("1z", "1aa", "1ab")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: groups.fourier_transform(S3, np.zeros(5)), ValueError, r"has 6 numbers on its last axis; got.*\(5,\)"),
        (lambda: groups.fourier_transform(groups.SO(2), np.zeros(5)), TypeError, "of a finite group"),
        (lambda: groups.inverse_fourier_transform(S3, [np.eye(1)] * 3), ValueError, "one matrix for each irrep of S3"),
        (lambda: groups.convolve(S3, np.zeros(6), np.zeros(5)), ValueError, "has 6 numbers"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, error, words):
    with pytest.raises(error, match=words):
        make()

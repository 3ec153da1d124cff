"""Representations: homomorphisms, characters, sums and products, permutations, and what they say to bad input."""

import math

import numpy as np
import pytest
import scipy

from gdl_course import groups, linear_maps, representations
from gdl_course.layers import group_grid
from gdl_course.representations.irreps import rotation_generators

S4, D4, C6 = groups.symmetric(4), groups.dihedral(4), groups.cyclic(6)
SO2, SO3, O2, O3, E2 = groups.SO(2), groups.SO(3), groups.O(2), groups.O(3), groups.E(2)
EDGES = [(i, j) for i in range(4) for j in range(i)]


def move_edge(g, edge):
    return tuple(sorted((g[edge[0]], g[edge[1]]), reverse=True))


REPRESENTATIONS = [
    C6.permutation(),
    S4.permutation(),
    S4.permutation(move_edge, EDGES),
    S4.regular(),
    S4.trivial(3),
    D4.vector(),
    C6.vector(),
    groups.quaternion().permutation(),
    groups.translations(3, 4).permutation(),
    groups.p4m(4).permutation(),
    groups.cyclic(4).on_grid(3, 3),
    groups.cyclic(2).on_grid(2, 3),
    D4.on_grid(4, 4),
    groups.finite([[[0, 1], [1, 0]], [[-1, 0], [0, 1]]]).vector(),
    groups.finite([[[0, -1], [1, -1]]], name="oblique").vector(),
    *(C6.irrep(k) for k in range(4)),
    *(D4.irrep(k, sign) for k in range(3) for sign in (1, -1)),
    *(SO2.irrep(m) for m in range(3)),
    *(O2.irrep(m, sign) for m in range(3) for sign in (1, -1)),
    *(SO3.irrep(degree) for degree in range(4)),
    *(O3.irrep(degree, sign) for degree in range(3) for sign in (1, -1)),
    *(G.vector() for G in (SO2, SO3, O2, O3, groups.SE(2), groups.SE(3), E2, groups.E(3))),
    E2.vector().dual,
    SO3.trivial(2),
    S4.permutation() + S4.trivial(),
    S4.permutation() ** 2,
    S4.permutation() * S4.permutation(move_edge, EDGES),
    D4.vector() * D4.irrep(2),
    SO3.vector() ** 2 + SO3.irrep(2),
    O3.vector() ** 0,
    E2.vector() * E2.vector().dual + E2.trivial(),
    S4.permutation().restrict(groups.alternating(4)),
    SO3.irrep(2).restrict(SO2, lambda g: scipy.linalg.block_diag(g, 1.0)),
    SO2.vector().restrict(C6, C6.vector()),
]
every = pytest.mark.parametrize("rho", REPRESENTATIONS, ids=repr)


@every
def test_representation_respects_products(rho):
    rng, G = np.random.default_rng(0), rho.group
    np.testing.assert_allclose(rho(G.identity), np.eye(rho.dimension), rtol=0, atol=1e-12)
    for _ in range(5):
        g, h = G.random(rng), G.random(rng)
        np.testing.assert_allclose(rho(G.compose(g, h)), rho(g) @ rho(h), rtol=0, atol=1e-10)


@every
def test_act_is_the_matrix_and_leaves_leading_axes_alone(rho):
    rng = np.random.default_rng(1)
    g, x = rho.group.random(rng), rng.normal(size=(2, 3, *rho.shape))
    flat = x.reshape(6, rho.dimension)
    np.testing.assert_allclose(rho.act(g, x), (flat @ rho(g).T).reshape(x.shape), rtol=0, atol=1e-12)


@every
def test_character_is_the_trace(rho):
    g = rho.group.random(np.random.default_rng(2))
    assert rho.character(g) == pytest.approx(np.trace(rho(g)), abs=1e-12)


@every
def test_dual_is_the_inverse_transpose(rho):
    g = rho.group.random(np.random.default_rng(3))
    np.testing.assert_allclose(rho.dual(g), np.linalg.inv(rho(g)).T, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rho", [r for r in REPRESENTATIONS if r.group.order == math.inf], ids=repr)
def test_lie_generators_are_the_derivative(rho):
    """rho(expm(tA)) = expm(t d rho(A)), for sums, products, duals, irreps and restrictions alike."""
    coefficients = np.random.default_rng(4).uniform(0.2, 0.6, len(rho.group.lie_generators))
    expected = scipy.linalg.expm(np.tensordot(coefficients, rho.lie_generators, 1))
    np.testing.assert_allclose(rho(rho.group.exp(coefficients)), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("rho", [r for r in REPRESENTATIONS if r.is_permutation and r.group.order < 99], ids=repr)
def test_permutation_of_moves_entry_i_to_p_i(rho):
    rng = np.random.default_rng(5)
    g, x = rho.group.random_non_involution(rng), rng.normal(size=rho.dimension)
    np.testing.assert_array_equal((rho(g) @ x)[rho.permutation_of(g)], x)


def test_action_on_signals_is_from_the_left():
    """(g·x)(u) = x(g⁻¹u): the signal's bump goes where g sends the point."""
    C5 = groups.cyclic(5)
    g = C5.generators[0]
    np.testing.assert_array_equal(C5.permutation().act(g, np.eye(5)[1]), np.eye(5)[g[1]])


def test_translations_roll_and_quarter_turns_are_rot90():
    x = np.arange(12.0).reshape(3, 4)
    T = groups.translations(3, 4)
    np.testing.assert_array_equal(T.permutation().act(T.generators[0], x), np.roll(x, 1, 0))
    np.testing.assert_array_equal(T.permutation().act(T.generators[1], x), np.roll(x, 1, 1))
    square, C4 = np.arange(9.0).reshape(3, 3), groups.grid_rotations()
    for k, g in enumerate(C4.elements):
        np.testing.assert_array_equal(C4.on_grid(3, 3).act(g, square), np.rot90(square, k))


def test_grid_and_plane_turn_the_same_way():
    """The position vectors of the pixels, x to the right and y up, turn as the pixels do."""
    y, x = np.mgrid[1:-2:-1, -1:2]
    for g in D4.elements:
        moved = np.stack([D4.on_grid(3, 3).act(D4.inverse(g), field) for field in (x, y)])
        np.testing.assert_allclose(moved, np.tensordot(D4.vector()(g), np.stack([x, y]), 1), atol=1e-12)


def test_tensor_square_acts_on_adjacency_matrices():
    A = np.random.default_rng(6).normal(size=(4, 4))
    g = (1, 2, 3, 0)
    P = S4.permutation()(g)
    np.testing.assert_allclose((S4.permutation() ** 2).act(g, A), P @ A @ P.T, rtol=0, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64])
def test_act_keeps_the_dtype(dtype):
    x = np.ones((2, 2), dtype)
    assert D4.vector().act(D4.generators[0], x).dtype == dtype
    assert groups.cyclic(2).permutation().act((1, 0), x).dtype == dtype


def test_act_keeps_integers_under_permutations():
    assert S4.permutation().act((1, 2, 3, 0), np.arange(4)).dtype == np.arange(4).dtype


def test_characters_of_sums_and_products_add_and_multiply():
    rho, sigma = S4.permutation(), S4.regular()
    for g in S4.elements[:8]:
        assert (rho + sigma).character(g) == rho.character(g) + sigma.character(g)
        assert (rho * sigma).character(g) == rho.character(g) * sigma.character(g)


def inner(rho, sigma):
    """<chi, psi>, the mean of the product of two characters over a finite group."""
    return np.mean([rho.character(g) * sigma.character(g) for g in rho.group.elements])


QUARTER_TURN, MIRROR, DIAGONAL = [[0, -1], [1, 0]], [[-1, 0], [0, 1]], [[0, 1], [1, 0]]


def test_irreps_are_the_groups_and_not_its_names():
    """A group of four turns stays one under the name of a Lie group: R² is its irrep of frequency 1, of complex
    type."""
    G = groups.finite([QUARTER_TURN], name="SO(3)")
    assert [G.irrep(k).dimension for k in range(3)] == [1, 2, 1]
    assert linear_maps(G.irrep(1), G.vector()).dimension == 2
    with pytest.raises(ValueError, match="irreps are built for"):
        groups.finite([(1, 2, 0)], name="D3").irrep(1)


@pytest.mark.parametrize("generators", [[MIRROR], [DIAGONAL], [DIAGONAL, MIRROR], [QUARTER_TURN, DIAGONAL]])
def test_irreps_of_matrix_groups_with_any_mirror_are_homomorphisms(generators):
    """The first mirror need not fix the first axis: a diagonal one does not."""
    G = groups.finite(generators)
    irreps = [G.irrep(k, sign) for k in range(G.order // 4 + 1) for sign in (1, -1)]
    for rho in irreps:
        representations.require_homomorphism(rho)
    assert G.irrep(0, -1).character(G.generators[-1]) == -1


@pytest.mark.parametrize(
    "generators", [[MIRROR], [DIAGONAL], [QUARTER_TURN], [QUARTER_TURN, MIRROR], [[[1, 0], [0, 1]]]]
)
def test_a_group_acts_on_pixels_exactly_if_it_acts_on_fields(generators):
    G = groups.finite(generators, name="H")
    x = np.random.default_rng(0).normal(size=(5, 5))
    for g in G.elements:
        np.testing.assert_array_equal(G.on_grid(5, 5).act(g, x), group_grid.act_on_image(g, x, G))
        assert G.on_grid(5, 5).permutation_of(g).tolist() != list(range(25)) or g == G.identity


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_dihedral_irreps_are_orthonormal_and_complete(n):
    D = groups.dihedral(n)
    singles = [D.irrep(k, sign) for k in range(0, n // 2 + 1, n // 2 if n % 2 == 0 else n) for sign in (1, -1)]
    irreps = singles + [D.irrep(k) for k in range(1, (n + 1) // 2)]
    gram = [[inner(a, b) for a in irreps] for b in irreps]
    np.testing.assert_allclose(gram, np.eye(len(irreps)), atol=1e-12)
    assert sum(r.dimension**2 for r in irreps) == D.order


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_cyclic_irreps_are_real_irreducible_and_complete(n):
    """A real irrep of rotations has <chi, chi> = 2: it is two complex ones."""
    C = groups.cyclic(n)
    irreps = [C.irrep(k) for k in range(n // 2 + 1)]
    gram = [[inner(a, b) for a in irreps] for b in irreps]
    np.testing.assert_allclose(gram, np.diag([r.dimension for r in irreps]), atol=1e-12)
    assert sum(r.dimension for r in irreps) == n


def test_character_of_SO3_irreps_is_the_sine_quotient():
    """chi_l(angle) = sin((l + 1/2) angle) / sin(angle / 2)."""
    for degree in range(5):
        g = SO3.exp([0.3, -0.9, 0.6])
        angle = math.sqrt(0.3**2 + 0.9**2 + 0.6**2)
        expected = math.sin((degree + 0.5) * angle) / math.sin(angle / 2)
        assert SO3.irrep(degree).character(g) == pytest.approx(expected, abs=1e-12)


def test_tensor_square_of_vectors_has_the_characters_of_degrees_0_1_2():
    rng = np.random.default_rng(7)
    for g in [SO3.random(rng) for _ in range(5)]:
        total = sum(SO3.irrep(degree).character(g) for degree in range(3))
        assert (SO3.vector() ** 2).character(g) == pytest.approx(total, abs=1e-10)


def test_irreps_hold_at_half_turns():
    """At angle π the logarithm is not unique, and a careless one fails there."""
    half = np.diag([-1.0, -1.0, 1.0])
    for degree in range(4):
        twice = SO3.irrep(degree)(half) @ SO3.irrep(degree)(half)
        np.testing.assert_allclose(twice, np.eye(2 * degree + 1), rtol=0, atol=1e-10)


@pytest.mark.parametrize("degree", range(5))
def test_rotation_generators_are_skew_and_close_under_brackets(degree):
    X, Y, Z = rotation_generators(degree)
    for A, B, C in ((X, Y, Z), (Y, Z, X), (Z, X, Y)):
        np.testing.assert_allclose(A @ B - B @ A, C, rtol=0, atol=1e-12)
        np.testing.assert_allclose(A, -A.T, rtol=0, atol=1e-15)
    casimir = -(X @ X + Y @ Y + Z @ Z)
    np.testing.assert_allclose(casimir, degree * (degree + 1) * np.eye(2 * degree + 1), rtol=0, atol=1e-12)


def test_irrep_of_degree_1_is_the_vector_in_the_order_y_z_x():
    R = SO3.random(np.random.default_rng(8))
    order = [1, 2, 0]
    np.testing.assert_allclose(SO3.irrep(1)(R), R[np.ix_(order, order)], rtol=0, atol=1e-12)


def test_vectors_are_odd_under_inversion_and_the_determinant_is_a_sign():
    assert linear_maps(O3.vector(), O3.irrep(1, -1)).dimension == 1
    assert linear_maps(O3.vector(), O3.irrep(1)).dimension == 0
    np.testing.assert_array_equal(D4.irrep(0, -1)(D4.generators[1]), [[-1.0]])


def test_restriction_to_a_subgroup_splits_an_irrep():
    """Degree 1 under turns about the z axis: the axis stays, the plane turns."""
    rho = SO3.vector().restrict(SO2, lambda g: scipy.linalg.block_diag(g, 1.0))
    assert linear_maps(SO2.trivial(), rho).dimension == 1
    assert linear_maps(SO2.irrep(1), rho).dimension == 2


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: groups.grid_rotations().on_grid(8, 6), "group C4 acts on square grids; got height 8, width 6"),
        (lambda: groups.cyclic(8).on_grid(8, 8), "by quarter turns and mirrors.*got C8"),
        (lambda: groups.grid_rotations().on_grid(0, 0), "at least one pixel; got height 0, width 0"),
        (lambda: S4.permutation(move_edge, []), "S4 acts on a set of points; got an empty one"),
        (lambda: S4.permutation(move_edge, EDGES + EDGES[:1]), "points must differ; got 7 of which 6 differ"),
        (lambda: S4.permutation(move_edge, EDGES[:3]), "not an action on these points.*not one of them"),
        (lambda: S4.permutation(lambda g, i: g.index(i), range(4)), "not a left action"),
        (lambda: S4.trivial(0), "d >= 1; got d = 0"),
        (lambda: S4.vector(), "S4 was not given by matrices"),
        (lambda: S4.irrep(1), "irreps are built for .* got S4"),
        (lambda: C6.irrep(4), "C6 has irreps k = 0 ... 3; got k = 4"),
        (lambda: SO3.irrep(-1), "k = 0, 1, 2, ...; got -1"),
        (lambda: SO3.irrep(2.0), "whole numbers k = 0, 1, 2, ...; got 2.0"),
        (lambda: SO3.irrep(1, -1), r"groups with reflections; got SO\(3\)"),
        (lambda: O3.irrep(1, 0), "sign is 1 or -1; got 0"),
        (lambda: S4.permutation() + C6.permutation(), "one group; got permutation of S4.*, and permutation of C6"),
        (lambda: S4.permutation() ** -1, "exponent k = 0, 1, 2, ...; got -1"),
        (lambda: S4.permutation().act((1, 0, 2, 3), np.ones((4, 5))), r"shape \(..., 4\); got shape \(4, 5\)"),
        (lambda: S4.permutation()((0, 1, 2)), r"tuples of 4 ints; got \(0, 1, 2\)"),
        (lambda: SO3.vector().permutation_of(np.eye(3)), "not a permutation representation"),
        (lambda: S4.permutation().restrict(C6), "must send C6 into S4"),
        (lambda: C6.permutation().restrict(C6, lambda h: C6.generators[0]), "does not respect products"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_sum_with_something_else_says_what_was_expected():
    with pytest.raises(TypeError, match="expected a Representation.*got 3"):
        S4.permutation() + 3

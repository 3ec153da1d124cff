"""Finite groups and Lie groups: the axioms, the orders, the elements, and what they say to bad input."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import scipy

from gdl_course import groups, linear_maps
from gdl_course.groups import finite_group
from gdl_course.groups.lie_group import LieGroup
from gdl_course.groups.permutations import StabiliserChain

S3, C4, C5 = groups.symmetric(3), groups.cyclic(4), groups.cyclic(5)
PATH = np.diag(np.ones(4), 1) + np.diag(np.ones(4), -1)
SWAP_SIGN = [[[0, 1], [1, 0]], [[-1, 0], [0, 1]]]


def times_two(h, n):
    """The generator of C4 acts on C5 by k -> 2k: together the affine maps of the integers mod 5."""
    return tuple((i + n[0] * 2 ** h[0]) % 5 for i in range(5))


FINITE = [
    (groups.cyclic(1), 1),
    (groups.cyclic(2), 2),
    (groups.cyclic(8), 8),
    (groups.dihedral(3), 6),
    (groups.dihedral(4), 8),
    (groups.dihedral(5), 10),
    (groups.symmetric(1), 1),
    (groups.symmetric(4), 24),
    (groups.alternating(3), 3),
    (groups.alternating(4), 12),
    (groups.quaternion(), 8),
    (groups.icosahedral(), 60),
    (groups.direct_product(S3, C4), 24),
    (groups.semidirect_product(C5, C4, times_two), 20),
    (groups.translations(3, 4), 12),
    (groups.p4(3), 36),
    (groups.p4m(3), 72),
    (groups.automorphisms(PATH), 2),
    (groups.finite(SWAP_SIGN, name="signed permutations"), 8),
    (groups.finite([(1, 2, 0, 3, 4), (0, 1, 2, 4, 3)]), 6),
]
LIE = [make(n) for make in (groups.SO, groups.O, groups.SE, groups.E) for n in (2, 3)]
every_finite = pytest.mark.parametrize(("G", "order"), FINITE, ids=lambda value: getattr(value, "name", ""))
ALL = [G for G, _ in FINITE] + LIE
every_group = pytest.mark.parametrize("G", ALL, ids=lambda G: G.name)


def close(a, b):
    return np.allclose(a, b, rtol=0, atol=1e-10)


@every_finite
def test_order_and_listed_elements_agree(G, order):
    assert G.order == order == len(set(G.elements)) == StabiliserChain(G.degree, G.generators).order


@every_finite
def test_cayley_table_is_a_latin_square_with_an_identity(G, order):
    table = G.cayley_table()
    for line in (*table, *table.T):
        assert sorted(line) == list(range(order))
    assert G.elements[0] == G.identity
    assert list(table[0]) == list(table[:, 0]) == list(range(order))


@every_group
def test_group_axioms_hold(G):
    rng = np.random.default_rng(1)
    for _ in range(10):
        g, h, k = (G.random(rng) for _ in range(3))
        assert g in G and G.compose(g, h) in G and G.inverse(g) in G
        assert close(G.compose(G.compose(g, h), k), G.compose(g, G.compose(h, k)))
        assert close(G.compose(g, G.identity), g) and close(G.compose(G.identity, g), g)
        assert close(G.compose(g, G.inverse(g)), G.identity) and close(G.compose(G.inverse(g), g), G.identity)


@every_group
def test_is_abelian_agrees_with_random_products(G):
    rng = np.random.default_rng(2)
    pairs = [(G.random(rng), G.random(rng)) for _ in range(40)]
    assert G.is_abelian == all(close(G.compose(g, h), G.compose(h, g)) for g, h in pairs)


def test_compose_applies_the_right_element_first():
    assert S3.compose((1, 2, 0), (1, 0, 2)) == (2, 1, 0)


@pytest.mark.parametrize(
    "G",
    [C4, S3, groups.dihedral(5), groups.alternating(4), groups.translations(2, 3), groups.p4(3), groups.p4m(3)],
    ids=lambda G: G.name,
)
def test_random_elements_are_uniform(G):
    rng = np.random.default_rng(3)
    draws = 200 * G.order
    counts = np.bincount([G.index(G.random(rng)) for _ in range(draws)], minlength=G.order)
    assert np.abs(counts - 200).max() < 5 * np.sqrt(200)


INVOLUTIONS_ONLY = ("C1", "C2", "S1", "Aut(graph on 5 nodes)")


@pytest.mark.parametrize("G", [G for G in ALL if G.name not in INVOLUTIONS_ONLY], ids=lambda G: G.name)
def test_random_non_involution_has_a_square_that_is_not_e(G):
    rng = np.random.default_rng(4)
    for _ in range(10):
        g = G.random_non_involution(rng)
        assert not close(G.compose(g, g), G.identity)


@pytest.mark.parametrize("G", [groups.cyclic(2), groups.direct_product(groups.cyclic(2), groups.cyclic(2))], ids=str)
def test_random_non_involution_falls_back_to_any_element_but_e(G):
    rng = np.random.default_rng(5)
    assert all(G.random_non_involution(rng) != G.identity for _ in range(10))


def test_a_sampler_that_draws_involutions_only_is_told_after_a_thousand():
    draws = []
    half = groups.cyclic(4).elements[2]
    G = dataclasses.replace(groups.cyclic(4), sampler=lambda rng: draws.append(rng) or half)
    with pytest.raises(ValueError, match="1000 random elements of C4 were all involutions.*does its sampler reach"):
        G.random_non_involution(np.random.default_rng(0))
    assert len(draws) == 1000


def test_matrices_that_are_all_involutions_give_any_but_the_identity():
    """Three mirrors of space, as a Lie group without small steps."""
    mirrors = tuple(np.diag(np.where(np.arange(3) == k, -1.0, 1.0)) for k in range(3))
    G = LieGroup("mirrors", 3, (), mirrors, lambda rng: np.diag(rng.choice([-1.0, 1.0], 3)), bool)
    assert not np.array_equal(G.random_non_involution(np.random.default_rng(0)), np.eye(3))
    still = LieGroup("nothing", 2, (), (np.eye(2),), lambda rng: np.eye(2), bool)
    np.testing.assert_array_equal(still.random_non_involution(np.random.default_rng(0)), np.eye(2))


def test_mathieu_groups_have_their_known_orders():
    """An independent check of Schreier-Sims: M11 and M12, generators as in the ATLAS."""
    m11 = [cycles(12, [range(1, 12)]), cycles(12, [(3, 7, 11, 8), (4, 10, 5, 6)])]
    swaps = cycles(12, [(1, 12), (2, 11), (3, 6), (4, 8), (5, 9), (7, 10)])
    assert groups.finite(m11).order == 7920
    assert groups.finite([*m11, swaps]).order == 95040


def cycles(n, parts):
    """The image tuple of a product of disjoint cycles of 1 ... n."""
    images = list(range(n))
    for part in parts:
        for a, b in itertools.pairwise([*part, part[0]]):
            images[a - 1] = b - 1
    return tuple(images)


def test_large_groups_cost_nothing_until_they_are_listed():
    S20 = groups.symmetric(20)
    g = S20.random(np.random.default_rng(0))
    assert S20.order == math.factorial(20) and g in S20
    with pytest.raises(ValueError, match="S20 has 2432902008176640000 elements, more than the 100000"):
        S20.elements  # noqa: B018


def no_chain(degree, generators):
    raise AssertionError(f"a stabiliser chain of {len(generators)} generators on {degree} points, where none is needed")


HUGE = [
    groups.cyclic(8000),
    groups.dihedral(3000),
    groups.symmetric(200),
    groups.alternating(200),
    groups.translations(60, 50),
    groups.p4m(50),
    groups.direct_product(groups.alternating(50), groups.symmetric(40)),
]


@pytest.mark.parametrize("G", HUGE, ids=lambda G: G.name)
def test_groups_with_a_name_need_no_stabiliser_chain(G, monkeypatch):
    """The chain of A50 takes ten seconds, that of C8000 gigabytes; closed forms take one pass over the images."""
    monkeypatch.setattr(finite_group, "StabiliserChain", no_chain)
    rng = np.random.default_rng(0)
    g = G.random_non_involution(rng)
    assert g in G and G.compose(g, G.random(rng)) in G and G.order > 1000
    swapped = (g[1], g[0], *g[2:])
    assert (swapped in G) == (G.name == "S200")


@every_finite
def test_membership_in_closed_form_is_that_of_the_stabiliser_chain(G, order):
    chain, rng = StabiliserChain(G.degree, G.generators), np.random.default_rng(7)
    tries = [tuple(rng.permutation(G.degree).tolist()) for _ in range(50)] + [G.random(rng) for _ in range(10)]
    tries += [(g[1], g[0], *g[2:]) for g in tries if len(g) > 1]
    assert [g in G for g in tries] == [g in chain for g in tries]


def test_what_would_fill_the_memory_is_not_listed():
    with pytest.raises(ValueError, match="C8000 has 8000 elements of 8000 images each, more than the 3750 that are"):
        groups.cyclic(8000).elements  # noqa: B018


@pytest.mark.parametrize(("n", "order"), [(2, 8), (4, 64), (5, 100)])
def test_p4_is_shifts_times_quarter_turns(n, order):
    """4n² elements, but on the 2x2 torus the half turn is a shift."""
    assert groups.p4(n).order == order
    assert StabiliserChain(n * n, groups.p4(n).generators).order == order


def test_p4_on_its_pixels_is_the_semidirect_product():
    shifts = groups.translations(3, 3)
    turn = groups.p4(3).generators[2]
    conjugate = {}
    for t in shifts.elements:
        image = t
        for k in range(4):
            conjugate[k, t] = image
            image = groups.p4(3).compose(groups.p4(3).compose(turn, image), groups.p4(3).inverse(turn))
    G = groups.semidirect_product(shifts, C4, lambda h, t: conjugate[h[0], t])
    assert G.order == groups.p4(3).order == 36
    assert element_orders(G) == element_orders(groups.p4(3))


def element_orders(G):
    """The sorted orders of all elements: equal for isomorphic groups."""

    def order(g):
        power, n = g, 1
        while power != G.identity:
            power, n = G.compose(g, power), n + 1
        return n

    return sorted(order(g) for g in G.elements)


def test_quaternions_have_one_involution_only():
    assert element_orders(groups.quaternion()) == [1, 2, 4, 4, 4, 4, 4, 4]


def test_automorphisms_leave_the_adjacency_matrix_alone():
    A = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]])
    G = groups.automorphisms(A)
    assert G.order == 8  # the 4-cycle: the dihedral group
    for g in G.elements:
        P = G.permutation()(g)
        assert np.array_equal(P @ A @ P.T, A)


def test_automorphisms_see_directions_and_weights():
    directed = np.roll(np.eye(4), 1, axis=1)
    assert groups.automorphisms(directed).order == 4
    directed[0, 1] = 2.0
    assert groups.automorphisms(directed).order == 1


def test_matrix_generators_come_back_as_the_vector_representation():
    G = groups.finite(SWAP_SIGN)
    for g, matrix in zip(G.generators, SWAP_SIGN, strict=True):
        assert np.array_equal(G.vector()(g), matrix)


@pytest.mark.parametrize("G", LIE, ids=lambda G: G.name)
def test_exponentials_of_the_lie_generators_are_in_the_group(G):
    for A in G.lie_generators:
        assert scipy.linalg.expm(0.7 * A) in G
    assert G.exp(np.ones(len(G.lie_generators))) in G
    assert all(g in G for g in G.generators)


def test_random_rotations_are_uniform():
    """Under the Haar measure the trace of SO(3) has mean 0 and mean square 1, and no axis is preferred."""
    rng = np.random.default_rng(6)
    sample = np.array([groups.SO(3).random(rng) for _ in range(4000)])
    traces = np.trace(sample, axis1=1, axis2=2)
    assert abs(traces.mean()) < 0.06 and abs((traces**2).mean() - 1) < 0.1
    assert np.abs(sample.mean(0)).max() < 0.04 and np.abs((sample**2).mean(0) - 1 / 3).max() < 0.03


def test_reflections_are_in_O_and_not_in_SO():
    mirror = np.diag([1.0, -1.0, 1.0])
    assert mirror in groups.O(3) and mirror not in groups.SO(3)
    assert 2 * np.eye(3) not in groups.O(3)
    assert mirror in groups.E(2) and mirror not in groups.SE(2)  # as homogeneous coordinates of the plane
    assert np.diag([1.0, 1.0, -1.0]) not in groups.E(2)


def test_membership_of_a_finite_group():
    A4 = groups.alternating(4)
    assert (1, 2, 0, 3) in A4
    assert (1, 0, 2, 3) not in A4 and (0, 0, 2, 3) not in A4 and (0, 1) not in A4


def test_groups_are_equal_when_their_generators_are():
    assert groups.cyclic(4) == groups.grid_rotations()
    assert groups.cyclic(4) != groups.cyclic(5) and groups.SO(2) == groups.SO(2) != groups.SO(3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: groups.cyclic(0), r"cyclic\(n\) needs n >= 1 .* got n = 0"),
        (lambda: groups.symmetric(2.5), "got n = 2.5"),
        (lambda: groups.translations(0, 3), "must not be empty.*got height = 0"),
        (lambda: groups.p4(0), r"p4\(n\) needs n >= 1"),
        (lambda: groups.dihedral(2), r"n >= 3; got n = 2"),
        (lambda: groups.SO(4), "n = 2 and n = 3; got n = 4"),
        (lambda: groups.finite([(0, 0, 1)]), "generator 0 is not invertible.*no permutation of 0 ... 2"),
        (lambda: groups.finite([np.eye(2), np.ones((2, 2))]), r"generator 1 is not invertible.*\[\[1.0, 1.0\]"),
        (lambda: groups.finite([[[np.nan, 0], [0, 1]]]), "generator 0 is not invertible.*not finite"),
        (lambda: groups.finite([]), "one or more generators"),
        (lambda: groups.finite([(0, 1), (0, 1, 2)]), "equal size"),
        (lambda: groups.finite([[[2.0]]]), "infinite group"),
        (lambda: groups.finite([[[0.5]]]), "contract"),
        (lambda: groups.finite([[[1.0, 1.0], [0.0, 1.0]]]), "infinite group"),
        (lambda: groups.finite([np.ones((2, 3))]), r"got an array of shape \(2, 3\)"),
        (lambda: groups.automorphisms(np.zeros((0, 0))), "at least one node"),
        (lambda: groups.automorphisms(np.zeros((9, 9))), "too many automorphisms"),
        (lambda: groups.semidirect_product(C5, C4, lambda h, n: C5.generators[0]), "not a homomorphism of C5"),
        (lambda: LieGroup("G", 2, (), (np.zeros((2, 2)),), None, None), "generator 0 is no invertible 2x2 matrix"),
        (lambda: groups.cyclic(4).compose((0, 1), (0, 1)), r"tuples of 4 ints; got \(0, 1\)"),
        (lambda: groups.SO(3).compose(np.eye(2), np.eye(2)), r"3x3 matrices; got shape \(2, 2\)"),
        (lambda: groups.SO(3).elements, "infinitely many elements"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_action_that_is_none_is_refused_by_the_semidirect_product():
    """k -> 2k has order 4 on C5, so that C2 cannot act by it."""
    with pytest.raises(ValueError, match="not a left action"):
        groups.semidirect_product(C5, groups.cyclic(2), times_two)


def test_semidirect_products_take_finite_groups_only():
    with pytest.raises(TypeError, match=r"takes finite groups; got SO\(2\)"):
        groups.semidirect_product(C4, groups.SO(2), lambda h, n: n)
    with pytest.raises(TypeError, match="takes groups; got 3"):
        groups.direct_product(C4, 3)


@pytest.mark.parametrize("pair", [(groups.SO(3), groups.symmetric(5)), (C5, groups.O(2)), (groups.SE(2), groups.SO(3))])
def test_a_product_with_a_lie_group_multiplies_factor_by_factor(pair):
    G, rng = groups.direct_product(*pair), np.random.default_rng(0)
    g, h = G.random_non_involution(rng), G.random(rng)
    assert g in G and G.compose(g, h) in G and 2 * g not in G
    for factor, project in G.factors:
        product = factor.compose(project(g), project(h))
        np.testing.assert_allclose(project(G.compose(g, h)), product, rtol=0, atol=1e-12)
    assert len(G.lie_generators) == sum(len(factor.lie_generators) for factor in pair)


def test_points_in_space_have_two_maps_that_turns_and_renumberings_respect():
    """R^3 is irreducible under SO(3), R^5 = 1 + 4 under S5: the maps a I + b 1 1ᵀ on points, the same on
    coordinates."""
    SO3, S5 = groups.SO(3), groups.symmetric(5)
    G = groups.direct_product(SO3, S5)
    space, points = G.inflate(SO3.vector(), 0), G.inflate(S5.permutation(), 1)
    assert linear_maps(space * points, space * points).dimension == 2
    assert linear_maps(points, points).dimension == 2
    assert linear_maps(space, points).dimension == 0


def test_a_representation_of_a_factor_is_asked_for_by_its_place():
    G = groups.direct_product(groups.SO(3), S3)
    with pytest.raises(ValueError, match=r"factor 1 of SO\(3\)×S3 is S3; got a representation of SO\(3\)"):
        G.inflate(groups.SO(3).vector(), 1)
    with pytest.raises(ValueError, match="factor is 0 or 1"):
        G.inflate(S3.permutation(), 2)
    with pytest.raises(ValueError, match="direct products; got S3"):
        S3.inflate(S3.permutation(), 0)


def test_lie_groups_are_equal_when_their_generators_are_not_their_names():
    """An impostor under the name of SO(3), which turns about the z axis only."""
    honest = groups.SO(3)
    impostor = LieGroup("SO(3)", 3, honest.lie_generators[2:], (), honest.sampler, honest.contains)
    assert honest == groups.SO(3) and impostor != honest
    with pytest.raises(ValueError, match=r"irreps are built for .*; got SO\(3\)"):
        impostor.irrep(1)


def test_elements_are_described_in_few_words():
    assert groups.translations(8, 8).describe(groups.translations(8, 8).generators[0]) == "the shift by (1, 0)"
    assert groups.cyclic(64).describe(groups.cyclic(64).generators[0]) == "the shift by 1"
    assert groups.cyclic(3).describe((1, 2, 0)) == "(1, 2, 0)"
    assert "64 images" in groups.p4(8).describe(groups.p4(8).generators[2])

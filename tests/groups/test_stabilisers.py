"""Stabilisers, what carries one point to another, and restriction to them."""

import numpy as np
import pytest
import scipy

from gdl_course import groups, kernels, linear_maps

SO2, O2, SO3, O3 = groups.SO(2), groups.O(2), groups.SO(3), groups.O(3)
LIE = [SO2, O2, SO3, O3]
names = lambda G: G.name
POINTS = {2: [[0, 1], [1, 0], [-0.3, -2.0], [0, -1]], 3: [[0, 0, 1], [1, 0, 0], [0, 0, -3], [-1.0, 0.5, -2.0]]}
PAIRS = [(G, x) for G in LIE for x in POINTS[G.size]]


@pytest.mark.parametrize(("G", "x"), PAIRS, ids=lambda v: getattr(v, "name", str(v)))
def test_it_leaves_the_point_alone_and_is_a_homomorphism(G, x):
    rng = np.random.default_rng(0)
    H, inclusion = groups.stabiliser(G, x)
    for _ in range(5):
        h, k = H.random(rng), H.random(rng)
        assert inclusion(h) in G
        np.testing.assert_allclose(inclusion(h) @ x, x, rtol=0, atol=1e-13)
        np.testing.assert_allclose(inclusion(H.compose(h, k)), inclusion(h) @ inclusion(k), rtol=0, atol=1e-13)


@pytest.mark.parametrize(("G", "x"), PAIRS, ids=lambda v: getattr(v, "name", str(v)))
def test_nothing_else_does(G, x):
    """Its dimension, that of the group minus that of the orbit, and whether a mirror is in it."""
    H, inclusion = groups.stabiliser(G, x)
    dimension = {"SO(2)": 0, "O(2)": 0, "SO(3)": 1, "O(3)": 1}[G.name]
    assert len(H.lie_generators) == dimension
    mirrored = [np.linalg.det(inclusion(h)) < 0 for h in H.generators]
    assert any(mirrored) == bool(G.generators)


def test_their_names():
    said = [repr(groups.stabiliser(G, POINTS[G.size][0])) for G in LIE]
    assert said == [
        "C1, which fixes (0, 1) in SO(2)", "C2, the mirror through (0, 1) in O(2)",
        "SO(2) about (0, 0, 1) in SO(3)", "O(2) about (0, 0, 1) in O(3)",
    ]  # fmt: skip
    assert repr(groups.stabiliser(SO3, [0, 0, 0])) == "SO(3), which fixes 0"


def test_turns_about_an_axis_are_right_handed():
    for axis in np.random.default_rng(1).normal(size=(5, 3)):
        axis /= np.linalg.norm(axis)
        _, inclusion = groups.stabiliser(SO3, axis)
        expected = scipy.spatial.transform.Rotation.from_rotvec(0.7 * axis).as_matrix()
        np.testing.assert_allclose(inclusion(SO2.exp([0.7])), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("G", LIE, ids=names)
def test_carrying(G):
    rng = np.random.default_rng(2)
    for _ in range(20):
        a, b = rng.normal(size=(2, G.size))
        b *= np.linalg.norm(a) / np.linalg.norm(b)
        for end in (b, a, -a, -a + 1e-9 * b):
            end = end * np.linalg.norm(a) / np.linalg.norm(end)
            g = groups.carrying(G, a, end)
            assert g in G and np.linalg.det(g) > 0
            np.testing.assert_allclose(g @ a, end, rtol=0, atol=1e-12)


def test_the_shortest_turn_is_that_of_scipy():
    a, b = np.random.default_rng(3).normal(size=(2, 3))
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    angle = scipy.spatial.transform.Rotation.from_matrix(groups.carrying(SO3, a, b)).magnitude()
    assert angle == pytest.approx(np.arccos(a @ b / (a @ a)), abs=1e-12)


@pytest.mark.parametrize(
    ("G", "point", "order"),
    [
        (groups.symmetric(5), 2, 24), (groups.alternating(5), 0, 12), (groups.dihedral(6), 3, 2),
        (groups.cyclic(6), 1, 1), (groups.dihedral(4), [1.0, 1.0], 2), (groups.dihedral(4), [1.0, 0.3], 1),
        (groups.dihedral(4), [0.0, 0.0], 8), (groups.p4(3), 4, 4),
    ],
)  # fmt: skip
def test_of_finite_groups(G, point, order):
    H, inclusion = groups.stabiliser(G, point)
    orbit = G.order // order
    move = (
        (lambda g: g[point]) if isinstance(point, int) else (lambda g: tuple(np.round(G.vector()(g) @ point, 9) + 0.0))
    )
    assert H.order == order and len({move(g) for g in G.elements}) == orbit  # orbit and stabiliser
    assert all(move(inclusion(h)) == move(G.identity) for h in H.elements)
    for g in G.elements:
        assert move(groups.carrying(G, point, move(g))) == move(g)


# Restriction


@pytest.mark.parametrize("G", LIE, ids=names)
def test_restrictions_are_representations_of_the_stabiliser(G):
    rng = np.random.default_rng(4)
    H, inclusion = groups.stabiliser(G, POINTS[G.size][-1])
    rho = G.irrep(2) + G.vector()
    sigma = rho.restrict(H, inclusion)
    h, k = H.random(rng), H.random(rng)
    np.testing.assert_allclose(sigma(h), rho(inclusion(h)), rtol=0, atol=0)
    np.testing.assert_allclose(sigma(H.compose(h, k)), sigma(h) @ sigma(k), rtol=0, atol=1e-12)
    if H.lie_generators:
        step = 0.3
        derivative = scipy.linalg.expm(step * sigma.lie_generators[0])
        np.testing.assert_allclose(sigma(H.exp([step])), derivative, rtol=0, atol=1e-12)


def test_turns_in_turns_and_mirrors():
    """SO(2) in O(2) needs no inclusion: its elements are elements of O(2)."""
    rho = O2.irrep(3).restrict(SO2)
    assert rho.group == SO2
    np.testing.assert_allclose(rho(SO2.exp([0.4])), SO2.irrep(3)(SO2.exp([0.4])), rtol=0, atol=1e-13)
    np.testing.assert_allclose(rho.lie_generators[0], SO2.irrep(3).lie_generators[0], rtol=0, atol=1e-11)


@pytest.mark.parametrize(
    ("H", "inclusion", "words"),
    [
        (SO2, lambda h: h, r"must send SO\(2\) into SO\(3\)"),
        (SO2, lambda h: scipy.linalg.expm(np.abs(h[0, 0]) * SO3.lie_generators[0]), "does not respect products"),
        (
            groups.cyclic(2),
            lambda h: scipy.linalg.expm((1.0 + h[0]) * SO3.lie_generators[0]),
            "does not respect products",
        ),
        (groups.cyclic(2), lambda h: np.diag([1.0, 1.0, -1.0 + 2 * (h[0] == 0)]), r"must send C2 into SO\(3\)"),
    ],
)
def test_an_inclusion_that_is_no_homomorphism_is_refused(H, inclusion, words):
    with pytest.raises(ValueError, match=words):
        SO3.irrep(1).restrict(H, inclusion)


# Kernels


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("j", range(5))
def test_counts_at_one_point(i, j):
    """SO(3): 2 min(l, l') + 1, which is the number of degrees of the product; SO(2): everything; O(2): half."""
    at = lambda G, x: kernels.at_point(G.irrep(i), G.irrep(j), x).dimension
    x = np.random.default_rng(i).normal(size=3)
    assert at(SO3, x) == 2 * min(i, j) + 1
    sizes = [SO2.irrep(k).dimension for k in (i, j)]
    assert at(SO2, x[:2]) == np.prod(sizes)
    assert at(O2, x[:2]) == (np.prod(sizes) / 2 if i or j else 1)
    assert at(SO3, np.zeros(3)) == (i == j)


@pytest.mark.parametrize("G", LIE, ids=names)
def test_steering_does_not_depend_on_the_element_that_carries(G):
    """K(g x0) is defined: g h with h from the stabiliser leads to the same kernel. It does not for a random K."""
    rng = np.random.default_rng(5)
    rho, sigma = G.irrep(1) + G.irrep(2), G.irrep(2)
    x0, x = POINTS[G.size][-1], np.random.default_rng(6).normal(size=G.size)
    x *= np.linalg.norm(x0) / np.linalg.norm(x)
    K0, (H, inclusion) = kernels.at_point(rho, sigma, x0), groups.stabiliser(G, x0)
    g = groups.carrying(G, x0, x)
    for h in (H.random(rng), *H.generators):
        there, detour = (kernels.steer(K0.maps, rho, sigma, k) for k in (g, g @ inclusion(h)))
        np.testing.assert_allclose(there, detour, rtol=0, atol=1e-12)
    if G is not SO2:
        random, h = rng.normal(size=K0.maps.shape), inclusion(H.generators[0] if H.generators else H.random(rng))
        other = kernels.steer(random, rho, sigma, g @ h) - kernels.steer(random, rho, sigma, g)
        assert np.abs(other).max() > 0.01


@pytest.mark.parametrize("G", LIE, ids=names)
def test_steered_kernels_solve_the_constraint(G):
    rng = np.random.default_rng(7)
    rho, sigma, x0 = G.irrep(2), G.irrep(1), np.array(POINTS[G.size][-1], float)
    K0 = kernels.at_point(rho, sigma, x0).maps
    K = lambda x: kernels.steer(K0, rho, sigma, groups.carrying(G, x0, x))
    g, h = G.random_non_involution(rng), G.random(rng)
    np.testing.assert_allclose(K(g @ h @ x0), sigma(g) @ K(h @ x0) @ rho(G.inverse(g)), rtol=0, atol=1e-12)


def test_a_finite_group_is_steered_likewise():
    """On the 4 corners of a square: kernels from numbers to numbers are constant on the orbit, and all of them."""
    D4 = groups.dihedral(4)
    rho, corner = D4.irrep(1), [1.0, 1.0]
    K0 = kernels.at_point(rho, rho, corner)
    assert K0.dimension == 2
    direct = linear_maps(rho, D4.permutation() * rho).dimension  # maps to fields on the corners
    assert direct == K0.dimension


# What is refused


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: groups.stabiliser(SO3, [1, 0]), r"SO\(3\) acts on vectors of 3 finite numbers; got \[1, 0\]"),
        (lambda: groups.stabiliser(SO3, [1, 0, np.nan]), "finite numbers"),
        (lambda: groups.stabiliser(groups.SE(2), [1, 0, 1]), r"known in SO\(2\).*got SE\(2\)"),
        (lambda: groups.stabiliser(groups.symmetric(4), 4), r"points 0 \.\.\. 3; got 4"),
        (lambda: groups.stabiliser(groups.dihedral(4), [1, 0, 0]), "vectors of 2 numbers"),
        (lambda: groups.stabiliser(groups.quaternion(), [1, 0]), "was not given by matrices"),
        (lambda: groups.carrying(SO3, [1, 0, 0], [0, 2, 0]), "carries.*different orbits"),
        (lambda: groups.carrying(groups.dihedral(4), [1, 0], [1, 1]), "different orbits"),
        (lambda: groups.carrying(groups.SE(2), [1, 0, 1], [0, 1, 1]), r"carried by SO\(2\)"),
        (lambda: kernels.at_point(SO2.irrep(1), O2.irrep(1), [0, 1]), "of one group"),
        (lambda: kernels.steer(np.eye(3), SO2.irrep(1), SO2.irrep(1), np.eye(2)), r"out, in; got shape \(3, 3\)"),
        (lambda: kernels.steer(np.eye(2), SO2.irrep(1), O2.irrep(1), np.eye(2)), "of one group"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()

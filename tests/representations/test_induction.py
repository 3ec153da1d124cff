"""Induced representations: fields over cosets, Frobenius reciprocity, and the fields of the course's group layers."""

import numpy as np
import pytest

from gdl_course import groups, linear_maps
from gdl_course.layers import group_grid
from gdl_course.representations import Representation, induced

C2, C3, C4, S3, S4 = groups.cyclic(2), groups.cyclic(3), groups.cyclic(4), groups.symmetric(3), groups.symmetric(4)
A4, D4, D5, C5, C6 = groups.alternating(4), groups.dihedral(4), groups.dihedral(5), groups.cyclic(5), groups.cyclic(6)
TRIVIAL, RNG = groups.cyclic(1), np.random.default_rng(0)


def itself(h):
    return h


def point_3_in_place(h):
    return (*h, 3)


# A representation of H, its embedding into G, and a representation of G.
PAIRS = {
    "C4 in D4, vectors and vectors": (C4.vector(), itself, D4.vector()),
    "C4 in D4, numbers and mirrors' sign": (C4.trivial(), itself, D4.irrep(0, -1)),
    "C5 in D5, irrep 1 and the regular": (C5.irrep(1), itself, D5.regular()),
    "A4 in S4, points and edges": (A4.permutation(), itself, S4.permutation() ** 2),
    "S3 in S4, points and points": (S3.permutation(), point_3_in_place, S4.permutation()),
    "C3 in C6, irrep 1 and irrep 2": (C3.irrep(1), lambda h: tuple((i + 2 * h[0]) % 6 for i in range(6)), C6.irrep(2)),
}
every_pair = pytest.mark.parametrize(("rho", "embedding", "sigma"), PAIRS.values(), ids=PAIRS.keys())


@every_pair
def test_frobenius_reciprocity(rho, embedding, sigma):
    """Equivariant maps out of a field are the H-equivariant maps out of what stands at one place; and into it."""
    field, restricted = induced(rho, sigma.group, embedding), sigma.restrict(rho.group, embedding)
    assert linear_maps(field, sigma).dimension == linear_maps(rho, restricted).dimension
    assert linear_maps(sigma, field).dimension == linear_maps(restricted, rho).dimension


@every_pair
def test_it_is_a_homomorphism_of_the_expected_shape(rho, embedding, sigma):
    G, field = sigma.group, induced(rho, sigma.group, embedding)
    assert field.shape == (G.order // rho.group.order, *rho.shape)
    assert field.is_permutation == rho.is_permutation
    for _ in range(5):
        g, h = G.random_non_involution(RNG), G.random(RNG)
        np.testing.assert_allclose(field(G.compose(g, h)), field(g) @ field(h), rtol=0, atol=1e-12)


@every_pair
def test_the_subgroup_acts_on_the_first_place_by_rho(rho, embedding, sigma):
    field, h = induced(rho, sigma.group, embedding), rho.group.random_non_involution(RNG)
    d = rho.dimension
    np.testing.assert_allclose(field(embedding(h))[:d, :d], rho(h), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(field(embedding(h))[d:, :d], 0)


def test_images_and_matrices_agree():
    field = induced(S3.permutation(), S4, point_3_in_place)
    plain = Representation(S3, (3,), "as matrices", S3.permutation().matrix)
    g, as_matrices = S4.random_non_involution(RNG), induced(plain, S4, point_3_in_place)
    assert not as_matrices.is_permutation
    np.testing.assert_array_equal(field(g), as_matrices(g))


@pytest.mark.parametrize("G", [C6, S3, D4, groups.quaternion()], ids=str)
def test_the_regular_representation_is_induced_from_the_trivial_group(G):
    field = induced(TRIVIAL.trivial(), G, lambda h: G.identity, cosets=G.elements)
    for g in G.elements:
        np.testing.assert_array_equal(field.permutation_of(g), G.regular().permutation_of(g))


def test_inducing_from_the_whole_group_changes_nothing():
    field = induced(D4.vector(), D4)
    for g in D4.elements:
        np.testing.assert_array_equal(field(g), D4.vector()(g))


def test_in_stages_or_at_once():
    """Ind from {e} to C4 and then to D4 is the regular representation of D4 again, in another order."""
    twice = induced(induced(TRIVIAL.trivial(), C4, lambda h: C4.identity), D4)
    assert [twice.character(g) for g in D4.elements] == [D4.regular().character(g) for g in D4.elements]


def shifts_and_turn(n):
    """The shifts t_u of the n x n torus, with t_u(0) = u, and the quarter turn of p4(n) that leaves pixel 0 alone."""
    G, T = groups.p4(n), groups.translations(n, n)
    shift_to = {t[0]: t for t in T.elements}
    turn = G.generators[2]
    about_zero = G.compose(T.inverse(shift_to[turn[0]]), turn)
    return G, [shift_to[u] for u in range(n * n)], about_zero


def p4_fields(n):
    """C4 turns the pose of what stands at pixel 0, and p4(n) carries it to every pixel: shape (n², 4)."""
    G, shifts, turn = shifts_and_turn(n)
    powers = [G.identity]
    for _ in range(3):
        powers.append(G.compose(turn, powers[-1]))
    return induced(C4.regular(), G, lambda h: powers[C4.index(h)], cosets=shifts)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_fields_of_p4_are_induced_from_the_regular_representation_of_C4(n):
    """With the pose as first axis, (4, n, n), this is `group_grid.act` for turns, and a shift of all four maps."""
    rho, x = p4_fields(n), RNG.normal(size=(4, n, n))
    assert rho.is_permutation and rho.group.generators[2] == groups.p4(n).generators[2]

    def moved(g):
        return rho.act(g, x.reshape(4, n * n).T).T.reshape(4, n, n)

    down, right, turn = rho.group.generators
    np.testing.assert_array_equal(moved(down), np.roll(x, 1, axis=1))
    np.testing.assert_array_equal(moved(right), np.roll(x, 1, axis=2))
    np.testing.assert_array_equal(moved(turn), group_grid.act(C4.generators[0], x, C4))


@pytest.mark.parametrize("H", [C2, C4, D4], ids=str)
def test_fields_are_poses_times_pixels(H):
    """Ind(Res s) = Ind(1) ⊗ s: where poses turn alike at all pixels, `group_grid.act` is regular ⊗ pixels."""
    rho, x = H.regular() * H.on_grid(3, 3), RNG.normal(size=(2, H.order, 3, 3))
    for g in H.elements:
        np.testing.assert_array_equal(rho.act(g, x), group_grid.act(g, x, H))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: induced(groups.SO(2).vector(), groups.SO(3)), r"finite groups; got SO\(2\) in SO\(3\)"),
        (lambda: induced(C4.vector(), D5), "must send C4 into D5"),
        (lambda: induced(C4.vector(), D4, lambda h: D4.generators[1]), "does not respect products"),
        (lambda: induced(C4.vector(), D4, lambda h: D4.identity), "must be injective; 4 elements have 1 images"),
        (lambda: induced(C4.vector(), D4, cosets=[D4.identity]), "C4 has 2 cosets in D4.*got 1 elements of 1 cosets"),
        (lambda: induced(C4.vector(), D4, cosets=C4.elements[:2]), "got 2 elements of 1 cosets"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_what_is_no_representation_is_refused():
    fake = Representation(C4, (2,), "fake", lambda g: 0.9 * C4.vector()(g))
    with pytest.raises(ArithmeticError, match="no representation"):
        induced(fake, D4)

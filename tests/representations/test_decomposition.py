"""Representations taken apart: drawn at random, put together from known irreps, and hidden behind a change of basis."""

import numpy as np
import pytest

from gdl_course import groups, linear_maps
from gdl_course.representations import Representation, decompose, induced

SO2, O2, SO3, O3 = groups.SO(2), groups.O(2), groups.SO(3), groups.O(3)
FINITE = [
    groups.cyclic(5), groups.dihedral(4), groups.quaternion(), groups.symmetric(3), groups.alternating(4),
    groups.symmetric(4), groups.alternating(5), groups.p4(3),
    groups.direct_product(groups.quaternion(), groups.cyclic(3)),
]  # fmt: skip
LIE = [SO2, O2, SO3, O3]
names = lambda G: G.name


def hidden(rho, seed):
    """The same representation in random coordinates: no longer orthogonal."""
    M = np.random.default_rng(seed).normal(size=(rho.dimension,) * 2)
    back = np.linalg.inv(M)
    lie = tuple(M @ A @ back for A in rho.lie_generators)
    return Representation(rho.group, (rho.dimension,), f"hidden {rho.name}", lambda g: M @ rho(g) @ back, lie)


def check(result):
    """What a decomposition promises, on elements that it has not seen."""
    rho, rng = result.rho, np.random.default_rng(77)
    assert sum(m * psi.dimension for m, psi in zip(result.multiplicities, result.irreps, strict=True)) == rho.dimension
    for _ in range(5):
        g = rho.group.random_non_involution(rng)
        scale = np.abs(rho(g)).max() * np.abs(result.Q).max()
        np.testing.assert_allclose(rho(g) @ result.Q, result.Q @ result.direct_sum(g), rtol=0, atol=1e-10 * scale)
    for psi, c in zip(result.irreps, result.commutants, strict=True):
        assert linear_maps(psi, psi).dimension == c
    return result


def random_copies(irreps, rng):
    """A sum of some of these irreps, in random order, each up to twice; and how often each of them occurs."""
    counts = rng.integers(0, 3, len(irreps))
    counts[rng.integers(len(irreps))] = 1
    order = rng.permutation([k for k, n in enumerate(counts) for _ in range(n)])
    total = irreps[order[0]]
    for k in order[1:]:
        total = total + irreps[k]
    return total, counts


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("G", [*FINITE, *LIE], ids=names)
def test_what_was_put_together_and_hidden_is_found(G, seed):
    rng = np.random.default_rng(seed)
    irreps = G.irreps() if G in FINITE else G.irreps(3)
    rho, counts = random_copies(irreps, rng)
    result = check(decompose(hidden(rho, seed)))
    found = dict(zip((psi.name for psi in result.irreps), result.multiplicities, strict=True))
    assert [found.get(psi.name, 0) for psi in irreps] == counts.tolist()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("G", FINITE, ids=names)
def test_functions_on_the_cosets_of_a_random_subgroup(G, seed):
    """Frobenius: an irrep occurs as often as the subgroup leaves vectors of it alone, over its commutant."""
    rng = np.random.default_rng(seed)
    H = groups.finite([G.random(rng)], "H")
    rho = induced(H.trivial(), G)
    result = check(decompose(rho))
    for psi, m, c in zip(result.irreps, result.multiplicities, result.commutants, strict=True):
        invariant = linear_maps(H.trivial(), psi.restrict(H)).dimension
        assert m == invariant / c
    assert result.multiplicities[0] == 1 and result.irreps[0].name == "1a"


@pytest.mark.parametrize("G", [G for G in FINITE if G.order <= 24], ids=names)
def test_tensor_powers_have_the_multiplicities_of_their_characters(G):
    psi = G.irreps()[-1]
    result = check(decompose(psi**2))
    for phi, m, c in zip(result.irreps, result.multiplicities, result.commutants, strict=True):
        mean = np.mean([psi.character(g) ** 2 * phi.character(g) for g in G.elements])
        assert mean == pytest.approx(m * c, abs=1e-10)


@pytest.mark.parametrize("G", FINITE, ids=names)
def test_the_regular_representation_holds_each_irrep_dimension_over_commutant_times(G):
    result = check(decompose(G.regular()))
    assert len(result.irreps) == len(G.irreps())
    for psi, m, c in zip(result.irreps, result.multiplicities, result.commutants, strict=True):
        assert m * c == psi.dimension


@pytest.mark.parametrize(
    ("rho", "sizes"),
    [
        (SO3.vector() ** 2, "9 = 1 + 3 + 5"),
        (SO3.vector() ** 3, "27 = 1 + 3·3 + 2·5 + 7"),
        (SO3.irrep(3) * SO3.irrep(2), "35 = 3 + 5 + 7 + 9 + 11"),
        (SO2.vector() ** 2, "4 = 2·1 + 2"),
        (O2.vector() ** 2, "4 = 1 + 1 + 2"),
    ],
)
def test_products_of_rotations(rho, sizes):
    assert repr(check(decompose(rho))).endswith(f"dimensions {sizes}")


def test_a_matrix_is_its_trace_and_a_skew_and_a_symmetric_traceless_one():
    result = decompose(SO3.vector() ** 2)
    x = np.random.default_rng(0).normal(size=(3, 3))
    trace, skew = np.trace(x) / 3 * np.eye(3), (x - x.T) / 2
    for k, part in enumerate([trace, skew, x - trace - skew]):
        np.testing.assert_allclose(result.projector(k) @ x.ravel(), part.ravel(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("degree", range(5))
def test_a_degree_seen_from_an_axis_is_the_frequencies_up_to_it(degree):
    result = check(decompose(SO3.irrep(degree).restrict(*groups.stabiliser(SO3, [1.0, -2.0, 0.5]))))
    assert [psi.name for psi in result.irreps] == [f"irrep {m}" for m in range(degree + 1)]
    assert set(result.multiplicities) == {1}


def test_the_three_types():
    kinds = {"real": groups.symmetric(3), "complex": groups.cyclic(3), "quaternionic": groups.quaternion()}
    for kind, G in kinds.items():
        assert decompose(G.irreps()[-1]).types == (kind,)
    assert decompose(SO2.irrep(2)).types == ("complex",) and decompose(O2.irrep(2)).types == ("real",)


@pytest.mark.parametrize("rho", [SO3.vector() ** 3, O2.vector() ** 3, groups.quaternion().regular()], ids=repr)
def test_the_commutant_has_the_dimension_that_schur_says(rho):
    assert decompose(rho).commutant_dimension == linear_maps(rho, rho).dimension


def test_Q_is_orthogonal_where_rho_is():
    for rho in (SO3.vector() ** 3, groups.symmetric(4).permutation() ** 2):
        Q = decompose(rho).Q
        np.testing.assert_allclose(Q.T @ Q, np.eye(len(Q)), rtol=0, atol=1e-12)


def test_the_isotypic_projections_do_not_depend_on_the_coordinates():
    rho = groups.symmetric(4).permutation() ** 2
    result, blocks = decompose(rho), decompose(hidden(rho, 3))
    assert result.multiplicities == blocks.multiplicities
    total = sum(result.projector(k) for k in range(len(result.irreps)))
    np.testing.assert_allclose(total, np.eye(rho.dimension), rtol=0, atol=1e-12)
    for k in range(len(result.irreps)):
        P = result.projector(k)
        np.testing.assert_allclose(P @ P, P, rtol=0, atol=1e-12)


def test_it_is_the_same_every_time():
    rho = SO3.vector() ** 3
    np.testing.assert_array_equal(decompose(rho).Q, decompose(rho).Q)


def test_irreps_of_choice():
    C8 = groups.cyclic(8)
    result = check(decompose(C8.regular(), [C8.irrep(k) for k in range(5)]))
    assert [psi.name for psi in result.irreps] == [f"irrep {k}" for k in range(5)]


# What is refused


def test_too_few_irreps():
    with pytest.raises(ValueError, match=r"holds more than the irreps.*found 1 .irrep 1., of 3 dimensions"):
        decompose(SO3.vector() ** 2, [SO3.irrep(1)])


def test_what_is_no_irrep():
    with pytest.raises(ValueError, match="not irreducible: what commutes with it has dimension 3"):
        decompose(SO3.vector() ** 2, [SO3.vector() ** 2])


def test_an_irrep_that_is_not_orthogonal():
    with pytest.raises(ValueError, match="by orthogonal matrices; those of hidden irrep 1"):
        decompose(SO3.vector() ** 2, [SO3.irrep(0), hidden(SO3.irrep(1), 0), SO3.irrep(2)])


def test_an_irrep_of_another_group():
    with pytest.raises(ValueError, match="of one group"):
        decompose(SO3.vector(), [SO2.irrep(1)])


def test_a_group_without_a_rule_for_means():
    with pytest.raises(ValueError, match=r"finite groups, SO\(2\).*got SE\(2\)"):
        decompose(groups.SE(2).vector())


def test_what_is_no_representation():
    fake = Representation(SO2, (2,), "fake", lambda g: 0.9 * SO2.vector()(g), SO2.lie_generators)
    with pytest.raises(ArithmeticError, match="no representation"):
        decompose(fake)


def test_a_verification_that_can_fail():
    """Two columns of Q change places, and the result is refused."""
    from gdl_course.representations import decomposition

    result = decompose(SO3.vector() ** 2)
    wrong = result.Q[:, [1, 0, *range(2, 9)]]
    with pytest.raises(ArithmeticError, match="not good enough"):
        decomposition._verified(
            type(result)(result.rho, result.irreps, result.multiplicities, result.commutants, wrong, 0.0)
        )

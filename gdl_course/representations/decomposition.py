"""A representation taken apart: which real irreps it holds, how often, and in which coordinates this is seen."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float

from gdl_course.representations.representation import Representation, require_homomorphism, require_same_group

RESIDUAL = 1e-10  # a decomposition with a larger residual is refused
CONDITION = 1e6  # and one whose coordinates are worse conditioned
NOTHING = 1e-6  # what is left of a random map, once all copies are taken out
TYPES = {1: "real", 2: "complex", 4: "quaternionic"}


@dataclass(frozen=True, repr=False, eq=False)
class Decomposition:
    """rho(g) Q = Q (the direct sum of irreps)(g), for all g; made by `decompose`.

    Attributes:
        rho: what was taken apart.
        irreps: the real irreps in it, each once.
        multiplicities: how often each of them occurs.
        commutants: for each irrep the dimension of what commutes with it: 1 (real), 2 (complex), 4 (quaternionic type).
        Q: the change of basis, invertible, orthogonal where rho is. The columns of one copy of an irrep stand together.
        residual: the largest entry of rho(g) Q - Q (sum)(g) that was seen.
    """

    rho: Representation
    irreps: tuple[Representation, ...]
    multiplicities: tuple[int, ...]
    commutants: tuple[int, ...]
    Q: Float[np.ndarray, "d d"]
    residual: float

    def __repr__(self) -> str:
        counts = [(m, psi) for m, psi in zip(self.multiplicities, self.irreps, strict=True)]
        names = " + ".join(psi.name if m == 1 else f"{m} ({psi.name})" for m, psi in counts)
        sizes = " + ".join(f"{psi.dimension}" if m == 1 else f"{m}·{psi.dimension}" for m, psi in counts)
        return f"{self.rho.name} of {self.rho.group.name} = {names}, dimensions {self.rho.dimension} = {sizes}"

    @property
    def types(self) -> tuple[str, ...]:
        """The type of each irrep over the real numbers: "real", "complex" or "quaternionic"."""
        return tuple(TYPES[c] for c in self.commutants)

    @property
    def summands(self) -> tuple[Representation, ...]:
        """The irreps in the order of the columns of Q, each as often as it occurs."""
        return tuple(psi for m, psi in zip(self.multiplicities, self.irreps, strict=True) for _ in range(m))

    @property
    def direct_sum(self) -> Representation:
        """The block-diagonal representation Q⁻¹ rho(g) Q."""
        return functools.reduce(operator.add, self.summands)

    @property
    def commutant_dimension(self) -> int:
        """The number of independent maps that commute with rho: the sum of multiplicity² times commutant (Schur)."""
        return sum(m * m * c for m, c in zip(self.multiplicities, self.commutants, strict=True))

    @property
    def columns(self) -> tuple[slice, ...]:
        """For each irrep the columns of Q that span its copies, the isotypic part."""
        widths = [m * psi.dimension for m, psi in zip(self.multiplicities, self.irreps, strict=True)]
        ends = np.cumsum([0, *widths]).tolist()
        return tuple(slice(start, end) for start, end in itertools.pairwise(ends))

    def projector(self, k: int) -> Float[np.ndarray, "d d"]:
        """The equivariant projection onto the isotypic part of the k-th irrep, which does not depend on Q."""
        part = self.columns[k]
        return self.Q[:, part] @ np.linalg.inv(self.Q)[part]


def decompose(rho: Representation, irreps: Sequence[Representation] | None = None) -> Decomposition:
    """The real irreps of a representation of a finite group, of SO(2), O(2), SO(3) or O(3), with multiplicities.

    The mean over the group of rho(g) W psi(g)⁻¹ is, for a random W, a random equivariant map from the irrep psi into
    rho: another copy of psi, or 0 when there is none. Maschke: with an inner product that rho leaves alone, itself a
    mean over the group, the copies found so far are taken out of the next, until the dimension is used up.

    The result is verified: rho(g) Q = Q (sum)(g) on generators, the Lie algebra and random elements, to 1e-10 of the
    largest entry; the dimensions add up; Q is well conditioned; and what commutes with an irrep has dimension 1, 2, 4.

    Args:
        rho: what to take apart; it need not be orthogonal.
        irreps: the orthogonal irreps to look for, no two of them equivalent; `rho.group.irreps()` by default, for a
            Lie group up to the degree that occurs.

    Raises:
        ArithmeticError: rho is no representation, or the result does not stand the test.
        ValueError: the group is another one, or `irreps` are not enough, no irreps, or not orthogonal.

    >>> from gdl_course import groups
    >>> T2 = groups.SO(3).vector() ** 2
    >>> decompose(T2)
    (vector ⊗ vector) of SO(3) = irrep 0 + irrep 1 + irrep 2, dimensions 9 = 1 + 3 + 5
    >>> decompose(groups.alternating(4).regular())
    regular of A4 = 1a + 2a + 3 (3a), dimensions 12 = 1 + 2 + 3·3
    >>> _.types
    ('real', 'complex', 'real')

    Source: Serre, *Linear Representations of Finite Groups*, 1977, chapters 2 and 13.
    """
    require_homomorphism(rho)
    degree = _degree(rho)
    steps = rho.group.quadrature(2 * degree)
    candidates = rho.group.irreps(degree) if irreps is None else tuple(irreps)
    d, rng, mine = rho.dimension, np.random.default_rng(0), _matrices(rho, steps)
    straight = _straightening(mine, d)  # rho in these coordinates is orthogonal
    back = np.linalg.inv(straight)
    found: list[tuple[Representation, int, int]] = []
    Q = np.zeros((d, 0))  # orthonormal columns, in the straight coordinates
    for psi in candidates:
        require_same_group(rho, psi)
        theirs, copies = _matrices(psi, steps), 0
        if not all(np.allclose(B.swapaxes(-1, -2) @ B, np.eye(psi.dimension), rtol=0, atol=1e-9) for B, _ in theirs):
            raise ValueError(f"irreps are looked for by orthogonal matrices; those of {psi!r} are not")
        random = back @ rng.normal(size=((d - Q.shape[1]) // psi.dimension, d, psi.dimension))
        for T in straight @ _mean(mine, theirs, random):
            for _ in range(2):  # twice, against rounding
                T = T - Q @ (Q.T @ T)
            length = np.linalg.norm(T) / np.sqrt(psi.dimension)
            if length < NOTHING:
                break
            Q, copies = np.hstack([Q, T / length]), copies + 1
        if copies:
            found.append((psi, copies, _commutant(psi, theirs, rng)))
    if Q.shape[1] != d:
        names = ", ".join(f"{m} ({psi.name})" for psi, m, _ in found) or "none"
        raise ValueError(f"{rho!r} holds more than the irreps that were looked for; found {names}, of {Q.shape[1]} "
                         f"dimensions")  # fmt: skip
    kinds, multiplicities, commutants = zip(*found, strict=True)
    return _verified(Decomposition(rho, kinds, multiplicities, commutants, back @ Q, 0.0))


def _matrices(rho, steps):
    """The matrices of the elements of a quadrature, and the weights, step by step."""
    return [(np.array([rho(g) for g, _ in step]), np.array([w for _, w in step])) for step in steps]


def _mean(out, into, W):
    """The mean of rho_out(g) W rho_in(g)⁻¹ for W (k, out, in), from the `_matrices` of both; rho_in is orthogonal."""
    for (A, weights), (B, _) in zip(reversed(out), reversed(into), strict=True):
        W = sum(w * (a @ W @ b.T) for w, a, b in zip(weights, A, B, strict=True))
    return W


def _straightening(matrices, d):
    """The matrix L for which L rho(g) L⁻¹ is orthogonal: LᵀL is the mean of rho(g)ᵀ rho(g), an invariant product."""
    product = np.eye(d)
    for A, weights in matrices:
        product = sum(w * (a.T @ product @ a) for w, a in zip(weights, A, strict=True))
    if np.allclose(product, np.eye(d), rtol=0, atol=1e-12):
        return np.eye(d)  # orthogonal as it stands
    return scipy.linalg.cholesky((product + product.T) / 2)


def _degree(rho) -> int:
    """The highest frequency in a representation of a Lie group: the largest eigenvalue of its generators."""
    values = [np.abs(np.linalg.eigvals(A)).max() for A in rho.lie_generators]
    return round(max(values, default=0.0))


def _commutant(psi, matrices, rng) -> int:
    """The dimension 1, 2 or 4 of what commutes with an irrep."""
    maps = _mean(matrices, matrices, rng.normal(size=(6, psi.dimension, psi.dimension)))
    c = int(np.linalg.matrix_rank(maps.reshape(6, -1), tol=NOTHING))
    if c not in TYPES:
        raise ValueError(f"{psi!r} is not irreducible: what commutes with it has dimension {c}, and not 1, 2 or 4")
    return c


def _verified(result: Decomposition) -> Decomposition:
    rho, total, Q = result.rho, result.direct_sum, result.Q
    G, rng = rho.group, np.random.default_rng(1)
    elements = [*G.generators, *(G.random(rng) for _ in range(3))]
    pairs = [(rho(g), total(g)) for g in elements] + [*zip(rho.lie_generators, total.lie_generators, strict=True)]
    scale = max(1.0, *(float(np.abs(A).max()) for A, _ in pairs)) * max(1.0, float(np.abs(Q).max()))
    residual = max(float(np.abs(A @ Q - Q @ B).max()) for A, B in pairs)
    condition = np.linalg.cond(Q)
    if not residual < RESIDUAL * scale or not condition < CONDITION:
        raise ArithmeticError(
            f"the decomposition {result!r} is not good enough: residual {residual:.1e}, condition {condition:.1e}"
        )
    return Decomposition(rho, result.irreps, result.multiplicities, result.commutants, Q, residual)

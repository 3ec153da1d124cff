"""Three ways to solve rho_out(g) W = W rho_in(g) for all g: orbits, null space, average.

Each returns what it found and the residual; `equivariance.linear_maps` chooses, verifies and wraps.
"""

from __future__ import annotations

import numpy as np
import scipy
from jaxtyping import Float64, Int32

from gdl_course.representations import Representation

Constraints = list[tuple[Float64[np.ndarray, "out out"], Float64[np.ndarray, "in in"]]]

NULL, GAP = 1e-12, 1e-8  # eigenvalues of the Gram matrix: zero is below NULL, what is not zero above GAP
CLUSTER = 1e-4  # eigenvalues closer than this (of unit range) are treated as equal
UNKNOWNS = 4000  # largest dense eigenvalue problem


def orbits(rho_in: Representation, rho_out: Representation) -> Int32[np.ndarray, "out in"]:
    """Labels (out, in), int32, of the orbits of index pairs: W is equivariant iff constant on each.

    The pairs are the nodes of a graph, with an edge from (i, j) to (g·i, g·j) for every generator g; orbits
    are its connected components. Numbered in order of first appearance.
    """
    moves = [(rho_out.permutation_of(g), rho_in.permutation_of(g)) for g in rho_in.group.generators]
    shape = (rho_out.dimension, rho_in.dimension)
    if not moves:  # a connected Lie group acts on indices trivially: every pair is its own orbit
        return np.arange(shape[0] * shape[1], dtype=np.int32).reshape(shape)
    size = shape[0] * shape[1]
    targets = np.empty((*shape, len(moves)), dtype=np.int32)
    for k, (out, into) in enumerate(moves):
        np.add.outer((out * shape[1]).astype(np.int32), into.astype(np.int32), out=targets[..., k])
    # Each node has exactly len(moves) edges, so that the rows of the sparse matrix are known beforehand.
    rows = np.arange(0, size * len(moves) + 1, len(moves), dtype=np.int32)
    edges = np.ones(size * len(moves), dtype=np.int8)
    graph = scipy.sparse.csr_array((edges, targets.ravel(), rows), shape=(size, size))
    # Repeating a permutation leads back, so a weak component is a strong one, and those are found faster.
    count, labels = scipy.sparse.csgraph.connected_components(graph, connection="strong")
    first = np.empty(count, dtype=np.int64)
    first[labels[::-1]] = np.arange(size)[::-1]  # the last write wins: the first appearance
    renumber = np.empty(count, dtype=np.int32)
    renumber[np.argsort(first)] = np.arange(count, dtype=np.int32)
    return renumber[labels].reshape(shape)


def orbit_residual(labels: Int32[np.ndarray, "out in"], rho_in: Representation, rho_out: Representation) -> float:
    """0.0 when the labels are constant along every generator, 1.0 otherwise (exact, in integers)."""
    for g in rho_in.group.generators:
        if not np.array_equal(labels[np.ix_(rho_out.permutation_of(g), rho_in.permutation_of(g))], labels):
            return 1.0
    return 0.0


def constraints(rho_in: Representation, rho_out: Representation) -> Constraints:
    """The pairs (B, A) with B W = W A for every equivariant W: generators and Lie algebra, scaled to norm 1."""
    pairs = [*zip(rho_out.generators, rho_in.generators, strict=True)]
    pairs += [*zip(rho_out.lie_generators, rho_in.lie_generators, strict=True)]
    scales = [max(np.abs(B).max(), np.abs(A).max()) or 1.0 for B, A in pairs]
    return [(B / c, A / c) for (B, A), c in zip(pairs, scales, strict=True)]


def residual(maps: Float64[np.ndarray, "k out in"], pairs: Constraints) -> float:
    """The largest entry of B W - W A over all maps W (k, out, in) and all constraints (B, A)."""
    return max((float(np.abs(B @ maps - maps @ A).max(initial=0.0)) for B, A in pairs), default=0.0)


def null_space(rho_in: Representation, rho_out: Representation) -> Float64[np.ndarray, "k out in"]:
    """An orthonormal basis (k, out, in) of the W with B W = W A for all constraints (B, A).

    First the unknowns are thinned out. A symmetric element S of the algebra that the generators span acts on
    both sides, and S_out W = W S_in says, in the eigenbases of S_out and S_in, that W[i, j] can differ from
    zero only where the eigenvalues i and j agree. For SO(3) on T3 -> T3 this leaves 55 of 729 unknowns. Then
    the null vectors of the Gram matrix of the remaining constraints are the answer (`eigh`, float64).
    This is the idea of J. D. Dixon, *Computing irreducible representations of groups*, Math. Comp. 1970.
    """
    pairs = constraints(rho_in, rho_out)
    S_out, S_in = _symmetric_element(pairs, rho_out.dimension, rho_in.dimension)
    (mu, U), (lam, V) = np.linalg.eigh(S_out), np.linalg.eigh(S_in)
    rows, columns = _matching(mu, lam)
    unknowns = len(rows)
    if unknowns > UNKNOWNS:
        raise ValueError(
            f"{unknowns} unknowns are left of {rho_out.dimension}x{rho_in.dimension}, more than the {UNKNOWNS} that "
            "the null space is solved for; split the representations into smaller summands"
        )
    values, vectors = np.linalg.eigh(_gram([(U.T @ B @ U, V.T @ A @ V) for B, A in pairs], rows, columns))
    null = values < np.sqrt(NULL * GAP)
    if values[null].max(initial=0.0) > NULL or values[~null].min(initial=np.inf) < GAP:
        near = values[values < 10 * GAP]
        raise ArithmeticError(f"no clear gap in the spectrum, so that the dimension is uncertain: eigenvalues {near}")
    reduced = np.zeros((int(null.sum()), rho_out.dimension, rho_in.dimension))
    reduced[:, rows, columns] = vectors[:, null].T
    return U @ reduced @ V.T


def _symmetric_element(pairs, n_out, n_in):
    """The same random symmetric element of the generated algebra, as a matrix on either side.

    Only generators that are skew on both sides, or orthogonal on both up to one factor, take part: there the
    transpose of a product of generators is a multiple of a product of generators or inverses, the same multiple
    on either side, so that word + wordᵀ is in the algebra.
    """
    rng = np.random.default_rng(0)
    letters = [(B, A) for B, A in pairs if _transposes_alike(B, A)]
    words = letters + [(B @ D, A @ C) for B, A in letters[:4] for D, C in letters[:4]]
    S_out, S_in = np.zeros((n_out, n_out)), np.zeros((n_in, n_in))
    for B, A in words:
        c = rng.uniform(0.5, 1.5)
        S_out += c * (B + B.T)
        S_in += c * (A + A.T)
    return S_out, S_in


def _transposes_alike(B, A):
    """Whether B and A are both skew, or both c times an orthogonal matrix (`constraints` has scaled them)."""
    if all(np.allclose(M.T, -M, rtol=0, atol=1e-13) for M in (B, A)):
        return True
    square = (B.T @ B)[0, 0]
    return all(np.allclose(M.T @ M, square * np.eye(len(M)), rtol=0, atol=1e-12) for M in (B, A))


def _matching(mu, lam):
    """The index pairs (i, j) whose eigenvalues mu[i], lam[j] are equal or chained together by close ones."""
    joint = np.sort(np.concatenate([mu, lam]))
    wide = np.diff(joint) > CLUSTER * max(1.0, np.ptp(joint))
    edges = (joint[:-1] + joint[1:])[wide] / 2
    return np.nonzero(np.digitize(mu, edges)[:, None] == np.digitize(lam, edges))


def _gram(pairs, rows, columns):
    """The Gram matrix of W -> B W - W A on the unknowns W[rows, columns], summed over the constraints."""
    i, k, j, m = rows[:, None], rows, columns[:, None], columns
    same_row, same_column = i == k, j == m
    gram = np.zeros((len(rows), len(rows)))
    for B, A in pairs:
        gram += (B.T @ B)[i, k] * same_column + (A @ A.T)[j, m] * same_row
        cross = B[k, i] * A[m, j]
        gram -= cross + cross.T
    return gram


def average(
    rho_in: Representation, rho_out: Representation, dimension: int
) -> Float64[np.ndarray, "{dimension} out in"]:
    """An orthonormal basis from random matrices, each averaged over the finite group; needs the dimension."""
    rng = np.random.default_rng(0)
    random = rng.normal(size=(dimension + 2, rho_out.dimension, rho_in.dimension))
    averaged = reynolds(random, rho_in, rho_out).reshape(len(random), -1)
    _, values, vectors = np.linalg.svd(averaged, full_matrices=False)
    rank = int((values > 1e-8 * max(1.0, values[0])).sum())
    if rank != dimension:
        raise ArithmeticError(f"averaging found {rank} independent maps, the character formula {dimension}")
    return vectors[:dimension].reshape(dimension, rho_out.dimension, rho_in.dimension)


def reynolds(
    W: Float64[np.ndarray, "*k out in"], rho_in: Representation, rho_out: Representation
) -> Float64[np.ndarray, "*k out in"]:
    """The mean of rho_out(g) W rho_in(g)⁻¹ over all g of a finite group; W has shape (..., out, in)."""
    G = rho_in.group
    total = np.zeros(W.shape)
    for g in G.elements:
        if rho_in.is_permutation and rho_out.is_permutation:
            rows, columns = np.argsort(rho_out.permutation_of(g)), np.argsort(rho_in.permutation_of(g))
            total += W[..., rows[:, None], columns]
        else:
            total += rho_out(g) @ W @ rho_in(G.inverse(g))
    return total / G.order


def character_dimension(rho_in: Representation, rho_out: Representation) -> int:
    """The dimension by the character formula, the mean of chi_out(g) chi_in(g) over a finite group."""
    G = rho_in.group
    # Real characters of a finite group: chi(g⁻¹) = chi(g).
    mean = sum(rho_out.character(g) * rho_in.character(g) for g in G.elements) / G.order
    if abs(mean - round(mean)) > 1e-6:
        raise ArithmeticError(
            f"the character formula gives {mean}, not an integer: {rho_in!r}, or {rho_out!r}, is no representation"
        )
    return round(mean)

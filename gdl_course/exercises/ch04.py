"""Checks of chapter 04, "The engine: letting a machine solve for the layer"."""

from __future__ import annotations

from itertools import combinations_with_replacement, permutations, product

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.ch04_symmetrise import SYMMETRISE
from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import arrays
from gdl_course.exercises.engine.properties import TOLERANCE, holds

# 04.reversal: the number of maps that commute with reversing n entries ------------------------------------------------

REVERSAL = Check(
    reference=lambda n: (n * n + n % 2) // 2,
    inputs=st.tuples(st.integers(1, 30)),
    examples=[(2,), (4,)],
    slips={
        "dividing by |G| = 2: for odd n the middle entry stays in place, so the action is not free": lambda n: (
            n * n / 2
        ),
        "rounding n²/2 down: the middle entry of the matrix is its own partner, and an orbit too": lambda n: n * n // 2,
        "counting matrices without any symmetry": lambda n: n * n,
        "counting symmetric matrices: the condition turns the matrix by half a turn, "
        "it does not transpose it": lambda n: n * (n + 1) // 2,
        "counting circulants: the group is a reversal, not the shifts": lambda n: n,
        "dividing the sum of the characters squared by n instead of |G| = 2": lambda n: (n * n + n % 2) / n,
    },
    praise="the average of n² (identity) and of 1 or 0 (reversal)",
)


# 04.forms: the matrix of M -> Rᵀ M S - M ------------------------------------------------------------------------------


def _form_constraint(R, S):
    return np.kron(R.T, S.T) - np.eye(len(R) * len(S))


def _sizes(m, n):
    return arrays((m, m), (n, n))


FORMS = Check(
    reference=_form_constraint,
    inputs=st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(lambda mn: _sizes(*mn)),
    slips={
        "stacking the columns of M (or R and S trading places): `reshape(-1)` stacks rows, "
        "so the factor of R comes first": lambda R, S: np.kron(S.T, R.T) - np.eye(len(R) * len(S)),
        "both transposes missing: that is R M Sᵀ, with g⁻¹ where g is needed for orthogonal matrices": lambda R, S: (
            np.kron(R, S) - np.eye(len(R) * len(S))
        ),
        "the transpose of S missing: the rule is vec(A W B) = (A ⊗ Bᵀ) vec(W), and here B = S": lambda R, S: (
            np.kron(R.T, S) - np.eye(len(R) * len(S))
        ),
        "the transpose of R missing: the score is qᵀM k, so q → R q brings Rᵀ": lambda R, S: (
            np.kron(R, S.T) - np.eye(len(R) * len(S))
        ),
        "Rᵀ M S alone: subtract M itself, which is an identity matrix": lambda R, S: np.kron(R.T, S.T),
        "the opposite sign, M - Rᵀ M S: the same null space, another matrix than asked for": lambda R, S: (
            -_form_constraint(R, S)
        ),
        "the constraint of an equivariant map, R M - M S, not of an invariant form": lambda R, S: (
            np.kron(R, np.eye(len(S))) - np.kron(np.eye(len(R)), S.T)
        ),
    },
    praise="its null space holds every score qᵀMk that the symmetry leaves alone",
)


# 04.tuples: orbits on k-tuples ----------------------------------------------------------------------------------------


def _step(points, generators):
    """The points, and where one step of each generator takes them."""
    return points | {tuple(g[i] for i in point) for point in points for g in generators}


def _orbit(start, generators):
    orbit, size = {start}, 0
    while len(orbit) > size:
        size = len(orbit)
        orbit = _step(orbit, generators)
    return orbit


def _count(points, generators, reach=_orbit):
    """How many classes, if the class of a point is what `reach` finds from it."""
    seen, classes = set(), 0
    for start in points:
        if start not in seen:
            classes += 1
            seen |= reach(start, generators)
    return classes


def _count_orbits(generators, n, k):
    return _count(product(range(n), repeat=k), generators)


def _count_multisets(generators, n, k):
    """Orbits on tuples without order: (0, 1) and (1, 0) are one."""
    seen, orbits = set(), 0
    for start in combinations_with_replacement(range(n), k):
        if start not in seen:
            orbits += 1
            to_visit = [start]
            while to_visit:
                point = to_visit.pop()
                if point not in seen:
                    seen.add(point)
                    to_visit += [tuple(sorted(g[i] for i in point)) for g in generators]
    return orbits


def _tuple_inputs():
    def arguments(n):
        generator = st.permutations(range(n)).map(list)
        return st.tuples(st.lists(generator, min_size=1, max_size=2), st.just(n), st.integers(1, 3))

    return st.integers(1, 5).flatmap(arguments)


TUPLES = Check(
    reference=_count_orbits,
    inputs=_tuple_inputs(),
    examples=[([[1, 0]], 2, 1), ([[1, 2, 0]], 3, 2)],
    slips={
        "one step of each generator only: an orbit is all that any number of steps reaches": lambda generators, n, k: (
            _count(product(range(n), repeat=k), generators, reach=lambda start, generators: _step({start}, generators))
        ),
        "tuples without order: (0, 1) and (1, 0) are different tuples": _count_multisets,
        "tuples without repeated entries: (0, 0) is a tuple too": lambda generators, n, k: _count(
            permutations(range(n), k), generators
        ),
        "orbits of points to the power k: the same g moves all entries at once": lambda generators, n, k: (
            _count_orbits(generators, n, 1) ** k
        ),
        "the first generator only": lambda generators, n, k: _count_orbits(generators[:1], n, k),
        "the number of tuples, as if nothing moved": lambda generators, n, k: n**k,
    },
    praise="for k = 2 this is the dimension of the equivariant maps on n points",
)


# 04.fool: passes one test element, is not equivariant -----------------------------------------------------------------


def _commutator(W, n, steps):
    T = np.roll(np.eye(n), steps, axis=0)
    return float(np.abs(W @ T - T @ W).max())


def _fools(fooling_matrix, n):
    W = fooling_matrix(n)
    if W.shape != (n, n):
        return f"expected a matrix of shape {(n, n)}; got shape {W.shape}"
    if not np.isfinite(W).all():
        return "the matrix contains NaN or infinite numbers"
    size = max(float(np.abs(W).max()), 1e-300)
    half = _commutator(W, n, n // 2)
    if half > TOLERANCE * size:
        return f"the colleague notices: the commutator with the shift by n/2 has an entry of size {half:.3g}"
    one = _commutator(W, n, 1)
    if one <= 1e-9 * size:  # rounding; above it the failure is real, however small
        circulant = "so it is a circulant and truly equivariant"
        return f"nobody is fooled: the matrix commutes with the shift by 1 as well, {circulant}"
    if one < 0.01 * size:
        wanted = "make it at least a hundredth of the largest entry"
        return f"the failure is hardly visible: the commutator with the shift by 1 is {one:.1g}; {wanted}"
    return True


FOOL = Check(
    arguments=["n"],
    inputs=st.tuples(st.integers(2, 8).map(lambda half: 2 * half)),
    properties=[holds("commutes with the shift by n/2, not with the shift by 1", _fools)],
    praise="the test by one involution passes, the symmetry is not there: "
    "test generators, or random elements that are no involutions",
)


CHECKS = {
    "04.reversal": REVERSAL,
    "04.forms": FORMS,
    "04.symmetrise": SYMMETRISE,
    "04.tuples": TUPLES,
    "04.fool": FOOL,
}

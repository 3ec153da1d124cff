"""The check of 04.symmetrise, the group average of any function; see `ch04`."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from gdl_course import groups
from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import arrays
from gdl_course.exercises.engine.properties import equivariant


def _spike(x):
    return np.eye(len(x))[0] * x[0] ** 2


def _quadratic(x):
    rng = np.random.default_rng(len(x))
    A, B = rng.integers(-2, 3, size=(2, len(x), len(x)))
    return A @ x + (B @ x) ** 2


_spike.__name__ = "x -> (x[0]², 0, ...)"
_quadratic.__name__ = "a quadratic map"


def _matrices(group, skew):
    """All rho_in(g), a permutation, and rho_out(g), the same in a basis that is not orthonormal if `skew` is not I."""
    rho = group.permutation()
    plain = [rho(g) for g in group.elements]
    return plain, [skew @ R @ np.linalg.inv(skew) for R in plain]


_SHEAR = np.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 1]])
_CASES = [
    _matrices(groups.cyclic(2), np.eye(2)),
    _matrices(groups.cyclic(3), np.eye(3)),
    _matrices(groups.cyclic(3), _SHEAR),
    _matrices(groups.symmetric(3), _SHEAR),
    _matrices(groups.symmetric(3), _SHEAR)[::-1],  # here ρ_in is the one that is not orthogonal
    (_matrices(groups.cyclic(3), _SHEAR)[1], _matrices(groups.cyclic(3), _SHEAR.T)[1]),
]
_TRAPS = [(f, np.array([1.0, 2.0, -1.0]), *case) for case in _CASES[-2:] for f in (_spike, _quadratic)]


def _average_inputs():
    functions = st.sampled_from([_spike, _quadratic])
    return st.sampled_from(_CASES).flatmap(
        lambda case: st.tuples(
            functions, arrays((len(case[0][0]),)).map(lambda a: a[0]), st.just(case[0]), st.just(case[1])
        )
    )


def _averaged(term):
    """The mean over the group of term(f, x, rho_in(g), rho_out(g))."""

    def average(f, x, matrices_in, matrices_out):
        return np.mean([term(f, x, A, B) for A, B in zip(matrices_in, matrices_out, strict=True)], axis=0)

    return average


_symmetrise = _averaged(lambda f, x, A, B: np.linalg.inv(B) @ f(A @ x))

SYMMETRISE = Check(
    reference=_symmetrise,
    inputs=_average_inputs(),
    examples=[(_spike, np.array([1.0, 0.0]), *_CASES[0])],
    traps=_TRAPS,
    properties=[
        equivariant(
            "g",
            lambda f, x, matrices_in, matrices_out: list(zip(matrices_in, matrices_out, strict=True))[1:],
            [None, lambda g, x: g[0] @ x, None, None],
            lambda g, y: g[1] @ y,
            words="g = {g} (its matrices in and out)",
        )
    ],
    slips={
        "the sum without the factor 1/|G|": lambda f, x, matrices_in, matrices_out: (
            len(matrices_in) * _symmetrise(f, x, matrices_in, matrices_out)
        ),
        "g where g⁻¹ is needed: the output must be moved back": _averaged(lambda f, x, A, B: B @ f(A @ x)),
        "the transpose where the inverse is needed: they agree for orthogonal matrices only": _averaged(
            lambda f, x, A, B: B.T @ f(A @ x)
        ),
        "an average of outputs that were not moved back: fit for an invariant result only": _averaged(
            lambda f, x, A, B: f(A @ x)
        ),
        "moving the output and not the input: f must see every ρ_in(g) x": _averaged(
            lambda f, x, A, B: np.linalg.inv(B) @ f(x)
        ),
        "the transpose of ρ_in where its inverse is needed: they agree for orthogonal matrices only": _averaged(
            lambda f, x, A, B: B @ f(A.T @ x)
        ),
        "ρ_in and ρ_out swapped": _averaged(lambda f, x, A, B: np.linalg.inv(A) @ f(B @ x)),
        "f alone, without an average": lambda f, x, matrices_in, matrices_out: f(x),
    },
    praise="any function becomes equivariant, at the price of |G| evaluations",
)

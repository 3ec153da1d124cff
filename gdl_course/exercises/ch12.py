"""Checks of chapter 12, the sphere. The bank `tests/exercises/answers/ch12.py` shows right and wrong answers."""

import numpy as np
from hypothesis import strategies as st

from gdl_course import groups
from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array, arrays
from gdl_course.exercises.engine.properties import TOLERANCE, equivariant, holds, invariant

_SO3 = groups.SO(3)

# 12.mean --------------------------------------------------------------------------------------------------------------


def _weighted(x, weights):
    return (weights / weights.sum() * x.T).sum() / len(x[0])


def _angles(x):
    """From the pole to the middle of each row."""
    return (np.arange(len(x)) + 0.5) * np.pi / len(x)


# 12.convolve ----------------------------------------------------------------------------------------------------------


def _degrees(k):
    return np.repeat(np.arange(len(k)), 2 * np.arange(len(k)) + 1)


def _orders(k):
    l = _degrees(k)
    return np.arange(len(l)) - l * l - l


def _by_degree(c, k, factor):
    l = _degrees(k)
    return c * (factor(l) * k[l])


def _turned(R, c):
    rows = range(round(len(c) ** 0.5))
    return np.concatenate([_SO3.irrep(l)(R) @ c[l * l : (l + 1) ** 2] for l in rows])


_TURN = _SO3.exp([0.4, -0.7, 1.1])

# 12.wigner ------------------------------------------------------------------------------------------------------------


def _bases(d, seed):
    """Values of d functions at d + 2 points before a turn, and after it; the basis need not be orthonormal."""
    rng = np.random.default_rng([d, seed])
    P = rng.normal(size=(d + 2, d)).round(1)
    P[:d] += 3 * np.eye(d)
    return P, P @ rng.integers(-3, 4, (d, d)).T + 4.0 * P @ np.triu(np.ones((d, d)))


def _fitted(before, after):
    return np.linalg.lstsq(before, after, rcond=None)[0]


# 12.twin --------------------------------------------------------------------------------------------------------------

_LARGE = np.array([0.0, 1, 0, 0, 0, 0, 2, 0, 0])  # an arrow and an ellipsoid that cannot be overlooked
_FUNCTIONS = [np.random.default_rng(seed).normal(size=9).round(1) + _LARGE for seed in range(3)]
_R2, _R6 = 2**-0.5, 6**-0.5


def _vector_and_matrix(c):
    """Degrees 1 and 2 as a vector v and a symmetric matrix M: the function is a + v·u + uᵀMu, up to factors."""
    xy, yz, zz, xz, xx = c[4:]
    M = [[_R2 * xx - _R6 * zz, _R2 * xy, _R2 * xz], [0, -_R2 * xx - _R6 * zz, _R2 * yz], [0, 0, 2 * _R6 * zz]]
    M = np.array(M)
    return c[[3, 1, 2]], M + M.T - np.diag(np.diag(M))


def _invariants(c):
    """What rotations leave of v and M beside the spectrum. If all agree, one function is the other, turned."""
    v, M = _vector_and_matrix(c)
    return np.array([c[0], np.linalg.det(M), v @ M @ v, v @ M @ M @ v, np.linalg.det([v, M @ v, M @ M @ v])])


def _is_a_twin(f, c):
    answer = np.asarray(f(c), dtype=float)
    if answer.shape != (9,):
        return f"expected nine coefficients; got shape {answer.shape}"
    energy, other = (np.add.reduceat(x**2, [0, 1, 4]) for x in (c, answer))
    size = max(1.0, energy.max())
    if not np.allclose(energy, other, rtol=0, atol=TOLERANCE * size):
        l = int(np.abs(energy - other).argmax())
        return f"the spectrum differs: degree {l} had energy {energy[l]:.3g} and has {other[l]:.3g}"
    if np.allclose(_invariants(c), _invariants(answer), rtol=0, atol=1e-3 * size):
        return "a rotation takes the one function to the other, so they are no twins but one function, seen twice"
    return True


CHECKS = {
    "12.by-hand": Check(
        reference=(48, 13, 11),
        slips={
            "a number for each coefficient in (a): by Schur there is one for each degree": (384, 13, 11),
            "the degrees added up in (a): each pair of channels has its own 8 numbers": (8, 13, 11),
            "monomials counted in (b): 15 of the 28 are old, r² times a polynomial of degree 4": (48, 28, 11),
            "the old polynomials counted in (b)": (48, 15, 11),
            "the degrees of f³ taken for 14 in (c): three factors, each up to 7": (48, 13, 8),
            "one ring for each degree in (c): n rings of Gauss and Legendre are exact up to 2n - 1": (48, 13, 22),
            "24 for the degree of f³ in (c): the highest degree below 8 is 7": (48, 13, 13),
            "24 for the degree of f³ in (c), and 2n for the reach of n rings": (48, 13, 12),
            "ten rings in (c): they are exact up to 19, and f³ has degree 21": (48, 13, 10),
            "biases counted in (a), which were left out": (50, 13, 11),
        },
        praise="Schur counts the weights, the Laplacian the harmonics, and n rings are exact up to 2n − 1",
    ),
    "12.mean": Check(
        reference=lambda x: _weighted(x, np.sin(_angles(x))),
        inputs=st.integers(1, 4).flatmap(lambda n: arrays((n, 2 * n))),
        examples=[(np.ones((2, 4)),), (np.outer([1.0, 0, 0], np.ones(6)),)],
        properties=[
            invariant("turn about the axis by a column", [1], [lambda g, x: np.roll(x, g, axis=1)], words="the {name}")
        ],
        slips={
            "a plain mean: a pixel near a pole stands for less area": lambda x: x.mean(),
            "the cosine of the angle from the pole: it vanishes at the equator": (
                lambda x: _weighted(x, np.abs(np.cos(_angles(x))) + 1e-12)
            ),
            "the integral: the area 4π of the sphere has to be divided out": (
                lambda x: 4 * np.pi * _weighted(x, np.sin(_angles(x)))
            ),
            "the sum of the weighted pixels, not divided by the sum of the weights": (
                lambda x: (np.sin(_angles(x))[:, None] * x).mean()
            ),
            "angles at the northern edges of the rows: the first row would count nothing": (
                lambda x: _weighted(x, np.sin(np.arange(len(x)) * np.pi / len(x)) + 1e-12)
            ),
            "weights along the columns: rows are latitudes": (lambda x: _weighted(x.T, np.sin(_angles(x.T)))),
        },
        praise="each pixel counts as the area that it stands for",
    ),
    "12.wigner": Check(
        reference=lambda before, after: _fitted(before, after).T,
        inputs=st.builds(_bases, st.integers(1, 3), st.integers(0, 3)),
        examples=[(np.array([[1.0, 0], [0, 1], [1, 1]]), np.array([[0.0, 1], [-1, 0], [-1, 1]]))],
        slips={
            "D transposed: row i of `after` is D times row i of `before`, written as a row": _fitted,
            "the way back: Y(u) from Y(Ru) gives D(R⁻¹)": lambda before, after: _fitted(after, before).T,
            "the way back, and transposed: in an orthonormal basis this would be D": (
                lambda before, after: _fitted(after, before)
            ),
            "afterᵀ before, the inner products: that is D for orthonormal columns only": (
                lambda before, after: after.T @ before
            ),
            "the mean of the products: that is D for columns that are orthonormal on these points only": (
                lambda before, after: after.T @ before / len(before)
            ),
        },
        praise="Y(Ru) = D(R) Y(u) at every point, in a basis that need not be orthonormal",
    ),
    "12.convolve": Check(
        reference=lambda c, k: _by_degree(c, k, lambda l: np.sqrt(4 * np.pi / (2 * l + 1))),
        inputs=st.integers(1, 3).flatmap(lambda L: st.tuples(array(L * L), array(L))),
        examples=[(np.ones(4), np.ones(2))],
        properties=[equivariant("rotation", [_TURN], [_turned, None], _turned, words="the {name}")],
        slips={
            "one number for each order: all orders of a degree get the same": (
                lambda c, k: c * (np.sqrt(4 * np.pi / (2 * _degrees(k) + 1)) * k[np.abs(_orders(k))])
            ),
            "k repeated in turns: degree l has 2l + 1 places, one after another": (
                lambda c, k: c * np.resize(np.sqrt(4 * np.pi / (2 * np.arange(len(k)) + 1)) * k, len(c))
            ),
            "no factor: (k * f)_lm is √(4π/(2l+1)) k_l f_lm": lambda c, k: _by_degree(c, k, np.ones_like),
            "the factor without its root": lambda c, k: _by_degree(c, k, lambda l: 4 * np.pi / (2 * l + 1)),
            "the factor upside down": lambda c, k: _by_degree(c, k, lambda l: np.sqrt((2 * l + 1) / (4 * np.pi))),
            "the factor of degree 0 for all degrees": lambda c, k: _by_degree(c, k, lambda l: np.sqrt(4 * np.pi)),
        },
        praise="one number for each degree, and it commutes with every rotation",
    ),
    "12.twin": Check(
        inputs=st.sampled_from([(c,) for c in _FUNCTIONS]),
        arguments=["c"],
        properties=[holds("the spectrum is the same, and no rotation takes one to the other", _is_a_twin)],
        praise="the same energies, and another function: the spectrum does not see how degrees stand to each other",
    ),
}

"""Checks of chapter 01, why geometry. The bank `tests/exercises/answers/ch01.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import arrays, signals
from gdl_course.exercises.engine.properties import TOLERANCE, Property, holds, invariant


def _shift(s, x):
    return np.roll(x, s)


# 01.orbit-distance ----------------------------------------------------------------------------------------------------


def _over_shifts(combine):
    """(x, y) -> combine the distances from all shifts of x to y."""
    return lambda x, y: combine([np.linalg.norm(np.roll(x, s) - y) for s in range(len(x))])


def _shifts(x, y):
    return range(1, len(x))


def _moves(which: int, name: str) -> Property:
    """f does not change when one of its two signals is shifted."""
    actions = [_shift if k == which else None for k in range(2)]
    return invariant("shift", _shifts, actions, words=f"a {{name}} of {name} by {{g}}")


# 01.fool --------------------------------------------------------------------------------------------------------------


def _nearest(X, u):
    return np.linalg.norm(X - u, axis=1).min()


def _vanishes(f, X, u):
    values = [float(np.asarray(f(X, x))) for x in X]
    worst = int(np.argmax(np.abs(values)))
    return (
        abs(values[worst]) <= _rounding(f, X, u)
        or f"the function must be 0 at every sample; at sample {worst} it is {values[worst]:.4g}"
    )


def _rounding(f, X, u):
    """How far from 0 a right answer may be at a sample: the square root of a few units in the last place.

    |x|² + |u|² - 2 x·u is the square of the distance up to about 4 (d + 2) units in the last place of |x|², in the type
    of f's own numbers; at a sample the root of that is all that is left.
    """
    unit = np.finfo(np.result_type(np.asarray(f(X, u)).dtype, np.float16)).eps
    return np.sqrt(4 * (X.shape[1] + 2) * unit) * max(1.0, np.linalg.norm(X, axis=1).max())


def _climbs_slowly(f, X, u):
    """Whether f keeps the Lipschitz bound on a few steps away from u."""
    step = np.linspace(0.3, -0.5, len(u))
    climb = abs(float(np.asarray(f(X, u + step))) - float(np.asarray(f(X, u))))
    allowed = np.linalg.norm(step)
    size = 1 + np.linalg.norm(u) + np.linalg.norm(X, axis=1).max()
    return (
        climb <= allowed + TOLERANCE * size
        or f"a step of length {allowed:.4g} changes the value by {climb:.4g}: not Lipschitz with 1"
    )


_SAMPLES = st.integers(1, 3).flatmap(lambda d: st.integers(1, 4).flatmap(lambda n: arrays((n, d), (d,))))


CHECKS = {
    "01.how-many-more": Check(
        reference=np.array([2.0, 4, 1024]),
        slips={
            "`2^(1/d)`: the exponent is turned round, `(m/n)^(-1/d) = 1/2` gives `m/n = 2^d`": np.array(
                [2, 2**0.5, 2**0.1]
            ),
            "`2 d`: the factor multiplies with each dimension, it does not add": np.array([2.0, 4, 20]),
            "`d^2`": np.array([1.0, 4, 100]),
        },
        praise="in ten dimensions, half the error costs a thousand times the data",
    ),
    "01.hat": Check(
        reference=np.array([1.0, -2, 1]),
        slips={
            "slopes instead of *changes* of slope: at 0 the slope goes from 1 to -1": np.array([1.0, -1, 0]),
            "the hat turned upside down": np.array([-1.0, 2, -1]),
            "a function that stays at a slope of -1 for ever: it must be flat again beyond 1": np.array([1.0, -2, 0]),
        },
        praise="second differences: a ReLU network in one dimension is a list of bends",
    ),
    "01.orbit-distance": Check(
        reference=_over_shifts(min),
        inputs=signals(2, low=1, high=6),
        examples=[(np.array([1.0, 0, 0]), np.array([0.0, 0, 1]))],
        properties=[_moves(0, "x"), _moves(1, "y")],
        slips={
            "the plain distance, without any shift of x": lambda x, y: np.linalg.norm(x - y),
            "the mean over all shifts: it is invariant, but not 0 for two points of one orbit": _over_shifts(np.mean),
            "the largest distance instead of the smallest": _over_shifts(max),
            "the distance of the sorted values: that is the orbit under *all* orders, not only shifts": (
                lambda x, y: np.linalg.norm(np.sort(x) - np.sort(y))
            ),
            "the squared distance": _over_shifts(lambda distances: min(distances) ** 2),
        },
        praise="zero exactly when y is a shift of x",
    ),
    "01.fool": Check(
        reference=_nearest,
        inputs=_SAMPLES,
        examples=[(np.array([[0.0], [4.0]]), np.array([1.0]))],
        properties=[
            holds("0 at every sample", _vanishes),
            holds("Lipschitz with constant 1", _climbs_slowly),
        ],
        slips={
            "the distance to the *farthest* sample: it is not 0 at the samples": (
                lambda X, u: np.linalg.norm(X - u, axis=1).max()
            ),
            "the squared distance, which climbs faster than the distance once it is large": (
                lambda X, u: _nearest(X, u) ** 2
            ),
            "the distance to the *first* sample only": lambda X, u: np.linalg.norm(X[0] - u),
            "the distance along the largest coordinate, which is smaller than the Euclidean one": (
                lambda X, u: np.abs(X - u).max(axis=1).min()
            ),
        },
        praise="two functions, this one and its negative, that no set of samples tells apart",
    ),
}

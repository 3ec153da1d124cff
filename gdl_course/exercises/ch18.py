"""Checks of chapter 18, why symmetry helps. The bank `tests/exercises/answers/ch18.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course import groups, linear_maps
from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array
from gdl_course.exercises.engine.properties import TOLERANCE, holds
from gdl_course.exercises.engine.values import parts


def _projection(rho):
    """The mean of rho(g) over the group."""
    V = linear_maps(rho.group.trivial(), rho).maps[:, :, 0].T
    V = V / np.linalg.norm(V, axis=0)
    return V @ V.T


_PROJECTIONS = [
    _projection(groups.cyclic(2).permutation()),
    _projection(groups.cyclic(4).permutation()),
    _projection(groups.finite([np.eye(5)[::-1]], "mirror").permutation()),
    _projection(groups.cyclic(4).on_grid(3, 3)),
]

# 18.built-in ----------------------------------------------------------------------------------------------------------


def _data(P, rows):
    """X of full rank, rows x d: noise on top of what Hypothesis draws, so that the best fit is one."""
    d = len(P)

    def build(X, y, seed):
        return X + np.random.default_rng(seed).normal(size=X.shape), y, P

    return st.builds(build, array(rows, d), array(rows), st.integers(0, 9))


def _invariant_fit(X, y, P):
    return P @ np.linalg.lstsq(X @ P, y, rcond=None)[0]


def _plain_fit(X, y, P):
    return np.linalg.lstsq(X, y, rcond=None)[0]


def _is_invariant(f, X, y, P):
    theta = f(X, y, P)
    return np.allclose(P @ theta, theta, rtol=0, atol=TOLERANCE * max(1.0, np.abs(theta).max()))


# 18.crossover ---------------------------------------------------------------------------------------------------------


def _crossover(theta, P, sigma):
    d, r = len(theta), np.trace(P)
    return d + 1 + sigma**2 * (d - r) / _bias(theta, P)


def _bias(theta, P):
    return np.sum((theta - P @ theta) ** 2)


def _belief(P):
    """Weights that P does not leave alone, and a noise."""
    d = len(P)

    def build(theta, noise):
        return theta + 5.0 * (np.arange(d) == 0), P, noise

    return st.builds(build, array(d).map(lambda x: x / 4), st.sampled_from([0.5, 2.0, 3.0]))


# 18.hurt --------------------------------------------------------------------------------------------------------------


def _hurts(pair):
    pair = parts(pair, (6,), (6,))
    if pair is None:
        return "expected the pair `(theta, p)`: six weights and six places"
    theta, p = pair
    if sorted(p.tolist()) != list(range(6)):
        return f"`p` must hold each of 0, ..., 5 once; got {p.tolist()}"
    p = p.astype(int)
    if not abs(np.linalg.norm(theta) - 1) < 1e-6:
        return f"the weights must have norm 1; theirs is {np.linalg.norm(theta):.4g}"
    orbits = _orbits(p)
    left = np.linalg.norm([theta[list(o)].sum() / np.sqrt(len(o)) for o in orbits])
    if len(orbits) == 6:
        return "this permutation moves nothing, so believing in it costs nothing: P θ = θ"
    if left > 1e-6:
        return (
            f"with endless data the learner answers P θ, of norm {left:.4g}, and this is better than answering 0: "
            "the weights must sum to zero over every orbit"
        )
    if len(orbits) > 1:
        return f"it is as wrong as it can be, but d/r = 6/{len(orbits)} is not the largest possible: use one orbit"
    return True


def _orbits(p):
    orbits, seen = [], set()
    for start in range(len(p)):
        orbit, place = set(), start
        while place not in seen:
            seen.add(place)
            orbit.add(place)
            place = int(p[place])
        if orbit:
            orbits.append(orbit)
    return orbits


CHECKS = {
    "18.worth": Check(
        reference=np.array([4, 7 / 4, 3]),
        slips={
            "the orders of the groups, 4, 2, 8: places that the group leaves alone buy nothing": np.array([4, 2, 8]),
            "the dimensions r: the factor is d/r": np.array([3, 4, 3]),
            "the factors upside down, r/d": np.array([1 / 4, 4 / 7, 1 / 3]),
            "d − r, which stands in the difference of the risks; the factor is d/r": np.array([9, 3, 6]),
            "a mirror without the place in its middle: it is an orbit of its own, r = 4": np.array([4, 7 / 3, 3]),
            "a square without the pixel in its middle: it is an orbit of its own, r = 3": np.array([4, 7 / 4, 9 / 2]),
        },
        praise="the orbits count, and the size of the group does not: the square's eight moves buy a factor of 3",
    ),
    "18.built-in": Check(
        reference=lambda X, y, P: _invariant_fit(X, y, P),
        inputs=st.sampled_from([(P, rows) for P in _PROJECTIONS for rows in (4, 12)]).flatmap(lambda c: _data(*c)),
        examples=[(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([1.0, 3.0, 4.0]), _PROJECTIONS[0])],
        properties=[holds("the result is invariant, `P @ theta = theta`", _is_invariant)],
        slips={
            "averaging afterwards, `P` times an unconstrained fit: fit among the invariant vectors instead": (
                lambda X, y, P: P @ _plain_fit(X, y, P)
            ),
            "an unconstrained fit: `P` is not used": _plain_fit,
            "the residual `y - X theta`; the weights are asked": lambda X, y, P: y - X @ _invariant_fit(X, y, P),
            "the predictions `X theta`; the weights are asked": lambda X, y, P: X @ _invariant_fit(X, y, P),
            "the fit of what `P` removes: use `P`, not `I - P`": (
                lambda X, y, P: _invariant_fit(X, y, np.eye(len(P)) - P)
            ),
        },
        praise="r numbers are fitted, not d, so fewer samples are enough",
    ),
    "18.crossover": Check(
        reference=lambda theta, P, sigma: _crossover(theta, P, sigma),
        inputs=st.sampled_from(_PROJECTIONS).flatmap(_belief),
        examples=[(np.array([5.0, 0.0]), _PROJECTIONS[0], 2.0)],
        slips={
            "`d - 1` in place of `d + 1`: the variance is σ² r / (n − d − 1)": (
                lambda theta, P, sigma: _crossover(theta, P, sigma) - 2
            ),
            "a missing `d + 1`: you have solved for n − d − 1": (
                lambda theta, P, sigma: _crossover(theta, P, sigma) - len(theta) - 1
            ),
            "`r` in place of `d - r`: saved is the variance in the directions that P removes": (
                lambda theta, P, sigma: len(theta) + 1 + sigma**2 * np.trace(P) / _bias(theta, P)
            ),
            "`d` in place of `d - r`: the averaged estimate keeps a variance of its own": (
                lambda theta, P, sigma: len(theta) + 1 + sigma**2 * len(theta) / _bias(theta, P)
            ),
            "sigma where its square is needed": (
                lambda theta, P, sigma: len(theta) + 1 + sigma * (len(theta) - np.trace(P)) / _bias(theta, P)
            ),
            "a norm where its square is needed: the bias is ‖θ − Pθ‖²": (
                lambda theta, P, sigma: len(theta) + 1
                + sigma**2 * (len(theta) - np.trace(P)) / np.sqrt(_bias(theta, P))
            ),
            "‖Pθ‖² for the bias: it is what P *removes*, ‖θ − Pθ‖²": (
                lambda theta, P, sigma: len(theta) + 1
                + sigma**2 * (len(theta) - np.trace(P)) / np.sum((P @ theta) ** 2)
            ),
        },
        praise="the smaller the bias, the longer a false belief pays",
    ),
    "18.hurt": Check(
        properties=[holds("as wrong as answering 0, with one orbit", _hurts)],
        praise="weights that sum to zero, and one orbit: the belief that all are equal leaves nothing of them",
    ),
}  # fmt: skip

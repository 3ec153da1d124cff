"""From an input that fails to the smallest one we can find: few non-zero entries, small integers."""

from __future__ import annotations

import itertools

import numpy as np

TRIALS = 600  # calls of `fails` before we are content with what we have


def shrink(fails, x):
    """A small input on which `fails` still holds, found from x; every step keeps an input that fails.

    First a single entry 1 or -1 anywhere; otherwise integers instead of fractions, zeros instead of blocks
    and entries, then 1, -1, 2, ... instead of larger integers. Deterministic, at most 600 calls of `fails`.

    >>> shrink(lambda x: x[1] + x[2] > 2.5, np.array([0.3, 1.9, 2.2, -1.0]))
    array([0., 1., 2., 0.])
    """
    budget = itertools.count()

    def still_fails(candidate):
        return next(budget) < TRIALS and fails(candidate)

    for delta in _deltas(x):
        if next(budget) < TRIALS // 2 and fails(delta):
            return delta
    x = next((y for y in _rounded(x) if still_fails(y)), x)
    smaller = x
    while smaller is not None:
        x, smaller = smaller, next((y for y in _smaller(smaller) if still_fails(y)), None)
    return x


def _deltas(x):
    for value in (1.0, -1.0):
        for index in np.ndindex(x.shape):
            delta = np.zeros_like(x)
            delta[index] = value
            yield delta


def _rounded(x):
    """Integer inputs of about the same direction, small ones first."""
    for scale in (1, 2, 4, 8, 16):
        yield np.round(scale * x) + 0.0


def _smaller(x):
    """Inputs one step simpler than x, the boldest first."""
    support = np.flatnonzero(x)
    block = len(support) // 2
    while block >= 1:
        for start in range(0, len(support), block):
            if 0 < len(support[start : start + block]) < len(support):
                yield _with(x, support[start : start + block], 0.0)
        block //= 2
    for index in support:
        value = x.flat[index]
        for simpler in (1.0, -1.0, 2.0, -2.0, 3.0, -3.0, np.round(value), np.round(value / 2)):
            if _complexity(simpler) < _complexity(value):
                yield _with(x, index, simpler)


def _with(x, indices, value):
    y = x.copy()
    y.flat[indices] = value
    return y


def _complexity(value):
    """Integers before fractions, small before large, positive before negative; zero comes by blocks."""
    return (value != round(value), abs(value), value < 0) if value else (True, np.inf, True)

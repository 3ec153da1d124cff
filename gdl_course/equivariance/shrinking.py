"""From an input that fails to the smallest one we can find: few non-zero entries, small integers."""

from __future__ import annotations

import numpy as np

TRIALS = 100  # calls of `fails` before we are content with what we have


def shrink(fails, x, trials: int = TRIALS):
    """A small input on which `fails` still holds, found from x; every step keeps an input that fails.

    First zero; then integers instead of fractions, zeros instead of blocks and entries, then 1, -1, 2, ... instead
    of larger integers, until none of these is smaller and fails; where several entries are left, a single 1 or -1
    anywhere. Deterministic, at most `trials` calls of `fails`: half of x is removed at a time, so a single entry
    out of n is found in about 2 log n of them.

    Args:
        fails: whether the test fails on an array of x's shape.
        x: an array on which it does.
        trials: the budget.

    >>> shrink(lambda x: x[1] + x[2] > 2.5, np.array([0.3, 1.9, 2.2, -1.0]))
    array([0., 1., 2., 0.])
    """
    still_fails = _Budget(fails, trials)
    if still_fails(np.zeros_like(x)):
        return np.zeros_like(x)
    x = next((y for y in _rounded(x) if still_fails(y)), x)
    smaller = x
    while smaller is not None:
        x, smaller = smaller, next((y for y in _smaller(smaller) if still_fails(y)), None)
    if np.count_nonzero(x) > 1:
        return next((y for y in _deltas(x) if still_fails(y)), x)
    return x


class _Budget:
    """`fails`, until it has been asked so often; then nothing fails any more, and the search ends."""

    def __init__(self, fails, trials):
        self.fails, self.left = fails, trials

    def __call__(self, candidate):
        self.left -= 1
        return self.left >= 0 and self.fails(candidate)


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

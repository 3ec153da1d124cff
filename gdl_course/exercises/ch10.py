"""Checks of chapter 10, group convolution. The bank `tests/exercises/answers/ch10.py` shows right and wrong answers
to each.
"""

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array, arrays
from gdl_course.exercises.engine.properties import TOLERANCE, equivariant, holds, invariant


def _turn_image(g, x):
    return np.rot90(x, g)


def _turn_field(g, y):
    return np.rot90(np.roll(y, g, axis=0), g, axes=(1, 2))


def _squares(*shapes):
    """Arguments with n x n pixels in their last axes, n = 2, 3, 4, after the leading axes `shapes`."""
    return st.integers(2, 4).flatmap(lambda n: st.tuples(*(array(*shape, n, n) for shape in shapes)))


# 10.lift --------------------------------------------------------------------------------------------------------------

_OFFSETS = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)]


def _correlate(x, k):
    return sum(k[a + 1, b + 1] * np.roll(x, (-a, -b), (0, 1)) for a, b in _OFFSETS)


def _correlate_padded(x, k):
    n, padded = len(x), np.pad(x, 1)
    return sum(k[a + 1, b + 1] * padded[1 + a : 1 + a + n, 1 + b : 1 + b + n] for a, b in _OFFSETS)


def _lifted(x, k, correlate=_correlate, turn=np.rot90):
    return np.stack([correlate(x, turn(k, r)) for r in range(4)])


# 10.impostor ----------------------------------------------------------------------------------------------------------

_IMAGES = [np.random.default_rng(seed).normal(size=(8, 8)).round(1) for seed in range(3)]


def _fools_the_maxima(f, x):
    old, new = np.asarray(f(x)), np.asarray(f(np.rot90(x)))
    if old.shape != (4, 8, 8):
        return f"expected four maps, shape (4, 8, 8); got shape {old.shape}"
    peaks, moved = old.max(axis=(1, 2)), new.max(axis=(1, 2))
    rounding = TOLERANCE * max(1.0, np.abs(old).max())
    if not np.allclose(moved, np.roll(peaks, 1), rtol=0, atol=rounding):
        return f"the test sees it: the maxima {peaks.round(2)} became {moved.round(2)} instead of moving on by one"
    if np.diff(np.sort(peaks)).min() < rounding:
        return f"two of the maxima {peaks.round(2)} are equal, so the test has nothing to see"
    if np.allclose(new, _turn_field(1, old), rtol=0, atol=rounding):
        return "this one is honest: new[r] = rot90(old[r-1]) holds, so there is nothing to find out"
    return True


# 10.strands -----------------------------------------------------------------------------------------------------------


def _matches(X, k):
    return np.array([(k * X[p : p + len(k)]).sum() for p in range(len(X) - len(k) + 1)])


def _best(X, *motifs):
    return max(_matches(X, motif).max() for motif in motifs)


def _other_strand(g, X):
    return X[::-1, ::-1]


CHECKS = {
    "10.by-hand": Check(
        reference=(7, 6, 216),
        slips={
            "ordinary kernels in (a) and (b): a quarter turn must leave them as they are": (25, 25, 216),
            "the bank of turned kernels counted as free in (c): its four poses are one kernel": (7, 6, 864),
            "a lifting kernel in (c): between fields the kernel has an axis of poses, too": (7, 6, 54),
            "25 / 4 and 25 / 8, rounded: the orbits are not all of one size": (6, 3, 216),
            "25 / 8 rounded up in (b): on the axes and diagonals a mirror leaves taps in place": (7, 4, 216),
        },
        praise="7 orbits, 6 orbits, and a kernel with an axis of poses",
    ),
    "10.act": Check(
        reference=lambda y: _turn_field(1, y),
        inputs=_squares((4,)),
        examples=[(np.arange(16.0).reshape(4, 2, 2),)],
        slips={
            "the channels move on and nothing turns: that is half of the law": lambda y: np.roll(y, 1, axis=0),
            "each map turns and stays in its channel: that is half of the law": lambda y: np.rot90(y, axes=(1, 2)),
            "the channels move backwards: new[r] comes from old[r-1], not from old[r+1]": (
                lambda y: np.rot90(np.roll(y, -1, axis=0), axes=(1, 2))
            ),
            "a clockwise turn of the maps, with the channels going the counter-clockwise way": (
                lambda y: np.rot90(np.roll(y, 1, axis=0), -1, axes=(1, 2))
            ),
            "the turn by -90°, the inverse of what was asked": lambda y: _turn_field(-1, y),
            "map r turned r times: every map takes the same single quarter turn": (
                lambda y: np.stack([np.rot90(y[r - 1], r) for r in range(4)])
            ),
        },
        praise="poses move on by one, and every map turns: the regular representation",
    ),
    "10.lift": Check(
        reference=lambda x, k: _lifted(x, k),
        inputs=st.integers(3, 4).flatmap(lambda n: arrays((n, n), (3, 3))),
        examples=[(np.eye(3), np.arange(9.0).reshape(3, 3))],
        properties=[equivariant("quarter turn", [1], [_turn_image, None], _turn_field)],
        slips={
            "zero padding: the torus has no border": lambda x, k: _lifted(x, k, correlate=_correlate_padded),
            "a flipped kernel: you compute convolution, `x(t - u)`, and correlation is asked": (
                lambda x, k: _lifted(x, k[::-1, ::-1])
            ),
            "clockwise kernels: pose r has the kernel turned r times *counter-clockwise*": (
                lambda x, k: _lifted(x, k, turn=lambda k, r: np.rot90(k, -r))
            ),
            "turned responses of one filter: turn the kernel, not the result": (
                lambda x, k: np.stack([np.rot90(_correlate(x, k), r) for r in range(4)])
            ),
            "turned images under one filter: turn the kernel, not the image": (
                lambda x, k: np.stack([_correlate(np.rot90(x, r), k) for r in range(4)])
            ),
            "one kernel four times, never turned": lambda x, k: _lifted(x, k, turn=lambda k, r: k),
            "a transposed kernel": lambda x, k: _lifted(x, k.T),
        },
        praise="it commutes with the quarter turn, for every kernel",
    ),
    "10.impostor": Check(
        inputs=st.sampled_from([(x,) for x in _IMAGES]),
        arguments=["x"],
        properties=[holds("the maxima move on and the law fails", _fools_the_maxima)],
        praise="the maxima pass and the law fails: test whole feature maps, on random images",
    ),
    "10.strands": Check(
        reference=lambda X, k: _best(X, k, k[::-1, ::-1]),
        inputs=st.tuples(st.integers(2, 4), st.integers(1, 2)).flatmap(lambda s: arrays((s[0], 4), (s[1], 4))),
        examples=[(np.eye(4), np.eye(4)[:2])],
        traps=[(-np.ones((3, 4)), np.ones((2, 4))), (np.arange(12.0).reshape(3, 4) - 20, np.eye(4)[:1])],
        properties=[invariant("reverse complement", [1], [_other_strand, None], words="the {name}")],
        slips={
            "one strand only: the reverse complement of the motif has a say, too": lambda X, k: _best(X, k),
            "a maximum that starts from 0: where nothing matches the best score is negative": (
                lambda X, k: max(0, _best(X, k, k[::-1, ::-1]))
            ),
            "a motif read backwards without its complement": lambda X, k: _best(X, k, k[::-1]),
            "complemented letters in the old order: the other strand runs backwards": (
                lambda X, k: _best(X, k, k[:, ::-1])
            ),
            "the two strands added: the maximum over both is asked": (
                lambda X, k: _matches(X, k).max() + _matches(X, k[::-1, ::-1]).max()
            ),
            "the sum over both strands at each place, then the maximum: each strand has its own best place": (
                lambda X, k: (_matches(X, k) + _matches(X, k[::-1, ::-1])).max()
            ),
            "a missing last window: there are L - w + 1 of them": (
                lambda X, k: _best(X[:-1], k, k[::-1, ::-1]) if len(X) > len(k) else _best(X, k, k[::-1, ::-1])
            ),
        },
        praise="the score is the same from both strands",
    ),
}

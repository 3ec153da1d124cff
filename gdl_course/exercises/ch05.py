"""Checks of chapter 05, convolution. The bank `tests/exercises/answers/ch05.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course import kernels
from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import arrays
from gdl_course.exercises.engine.properties import TOLERANCE, equivariant, holds
from gdl_course.exercises.engine.values import parts


def _shift(s, x):
    return np.roll(x, s)


# 05.by-hand -----------------------------------------------------------------------------------------------------------

_MATRIX = kernels.circulant([1, 2, 0, -1])
_UPWARDS = np.array([[1, 2, 0, -1][(i + j) % 4] for i in range(4) for j in range(4)]).reshape(4, 4)


# 05.circular-conv -----------------------------------------------------------------------------------------------------


def _sliding(x, k, sign, centre):
    """y[i] = sum over t of k[t] * x[i + sign * (t - centre)], indices mod n."""
    n, t = len(x), np.arange(len(k))
    return np.array([k @ x[(i + sign * (t - centre)) % n] for i in range(n)])


def _correlation(x, k):
    return _sliding(x, k, 1, len(k) // 2)


def _padded(x, k, mode):
    padded = np.pad(x, len(k) // 2, mode=mode)
    return np.correlate(padded, k, mode="valid")


# 05.nearest-circulant -------------------------------------------------------------------------------------------------


def _average(W):
    n = len(W)
    return sum(np.roll(W, (s, s), (0, 1)) for s in range(n)) / n


def _commutes_with_the_shift(f, W):
    C = f(W)
    return np.allclose(np.roll(C, 1, 0), np.roll(C, -1, 1), rtol=0, atol=TOLERANCE * max(1.0, np.abs(C).max()))


def _nothing_moves_twice(f, W):
    return np.allclose(f(f(W)), f(W), rtol=TOLERANCE, atol=TOLERANCE)


def _unwrapped(W):
    n = len(W)
    return np.array([[np.diagonal(W, j - i).mean() for j in range(n)] for i in range(n)])


# 05.surviving-shifts: layers from R^8 to R^m, each with a trap for one way of testing ---------------------------------


def identity(x):
    return x


def total(x):
    return np.array([x.sum()])


def every_second(x):
    return x[::2]


def every_fourth(x):
    return x[::4]


def max_pool_2(x):
    return x.reshape(-1, 2).max(axis=1)


def read_backwards(x):
    return x[::-1]


def zero_padded_difference(x):
    return np.convolve(x, [1, 0, -1], mode="same")


def shuffled(x):
    return x[[0, 3, 1, 2, 7, 5, 4, 6]]


def times_position(x):
    return x * np.arange(1, len(x) + 1)


def marks_negatives(x):
    return x + np.minimum(x, 0) * np.arange(len(x))


_LAYERS = [
    identity, total, every_second, every_fourth, max_pool_2, read_backwards,
    zero_padded_difference, shuffled, times_position, marks_negatives,
]  # fmt: skip
_NORMAL = np.random.default_rng(5).normal(size=8)


def _all_shifts(y, s):
    return [np.roll(y, r) for r in range(len(y))]


def _survives(f, n, signal=_NORMAL, candidates=_all_shifts):
    """For each shift s, whether f(T^s signal) is one of the candidates made of y = f(signal) and s."""
    y = np.asarray(f(signal))
    moved = [np.asarray(f(np.roll(signal, s))) for s in range(n)]
    return np.array([any(np.allclose(z, c) for c in candidates(y, s)) for s, z in enumerate(moved)])


def _any_order(f, n):
    y = np.sort(f(_NORMAL))
    return np.array([np.allclose(np.sort(f(np.roll(_NORMAL, s))), y) for s in range(n)])


# 05.worst-border ------------------------------------------------------------------------------------------------------


def _border_error(k, x):
    zero_padded = kernels.correlation_matrix(k, (len(x),), padding="zero")
    return np.abs(zero_padded @ np.roll(x, 1) - np.roll(zero_padded @ x, 1)).max()


def _as_wrong_as_possible(pair):
    pair = parts(pair, (3,), (8,))
    if pair is None:
        return "expected the pair `(k, x)`: 3 numbers and 8 numbers"
    k, x = pair
    if max(np.abs(k).max(), np.abs(x).max()) > 1 + 1e-9:
        return "entries beyond 1 do not count: any error can be made larger by making everything larger"
    error = _border_error(k, x)
    if error < 1e-9:
        return "the two orders agree: nothing that the border cuts off is different from zero"
    if error < 2 - 1e-6:
        return (
            f"the largest entry of |f(Tx) - T f(x)| is {error:.4g}, and more is possible: "
            "at output 0 each order loses a term of its own, and the two can add up"
        )
    return True


CHECKS = {
    "05.by-hand": Check(
        reference=_MATRIX,
        slips={
            "(1, 2, 0, -1) in the first row: `W e_0` is the first *column*": _MATRIX.T,
            "columns that move up: `T e_0 = e_1`, so each column is the one before, moved *down*": _UPWARDS,
            "a shift that fills with zeros: what leaves at the bottom comes back at the top": np.tril(_MATRIX),
        },
        praise="one column and one shift determine all sixteen entries",
    ),
    "05.circular-conv": Check(
        reference=lambda x, k: _correlation(x, k),
        inputs=st.tuples(st.integers(1, 6), st.sampled_from([1, 3, 5])).flatmap(lambda s: arrays((s[0],), (s[1],))),
        examples=[(np.array([0.0, 0, 1, 0, 0]), np.array([1.0, 2, 1]))],
        properties=[equivariant("shift", [1, 2], [_shift, None], _shift)],
        slips={
            "a flipped kernel: you compute convolution, `x[i - t]`, and correlation is asked, `x[i + t]`": (
                lambda x, k: _correlation(x, k[::-1])
            ),
            "zero padding: the ring has no border, `x[-1]` is the neighbour of `x[0]`": (
                lambda x, k: _padded(x, k, "constant")
            ),
            '`np.convolve` with `mode="same"`: it pads with zeros, and it flips the kernel': (
                lambda x, k: np.convolve(x, k, mode="same")
            ),
            '`np.correlate` with `mode="same"`: it pads with zeros, and the ring has no border': (
                lambda x, k: np.correlate(x, k, mode="same")
            ),
            "a mirrored border: the ring has no border, `x[-1]` is the neighbour of `x[0]`": (
                lambda x, k: _padded(x, k, "reflect")
            ),
            "a repeated edge: the ring has no border, `x[-1]` is the neighbour of `x[0]`": (
                lambda x, k: _padded(x, k, "edge")
            ),
            "a kernel without a centre: `k[0]` belongs to t = -r, not to t = 0": lambda x, k: _sliding(x, k, 1, 0),
            "a kernel that is flipped and has no centre, the textbook `sum k[t] x[i - t]` with t from 0": (
                lambda x, k: _sliding(x, k, -1, 0)
            ),
            "a centre off by one: `k[r]`, the middle entry, belongs to t = 0": (
                lambda x, k: _sliding(x, k, 1, len(k) // 2 + 1)
            ),
            "a centre off by one: `k[r]`, the middle entry, belongs to t = 0; yours reads one place further": (
                lambda x, k: _sliding(x, k, 1, len(k) // 2 - 1)
            ),
        },
        praise="it commutes with every shift, and the kernel is not flipped",
    ),
    "05.nearest-circulant": Check(
        reference=lambda W: _average(W),
        inputs=st.integers(1, 5).flatmap(lambda n: arrays((n, n))),
        examples=[(kernels.circulant([1, 2, 3]),)],
        properties=[
            holds("the result commutes with the shift", _commutes_with_the_shift),
            holds("projecting twice is projecting once", _nothing_moves_twice),
        ],
        slips={
            "the circulant of the first column of `W`: it commutes, but the other columns have a say": (
                lambda W: kernels.circulant(W[:, 0])
            ),
            "the circulant of the first row of `W`": lambda W: kernels.circulant(W[0]).T,
            "the transpose: the inverse DFT of the diagonal is the first *column*, not the first row": (
                lambda W: _average(W).T
            ),
            "a sum over the shifts where the mean is needed: divide by n": lambda W: _average(W) * len(W),
            "means over the plain diagonals: on a ring the diagonals wrap round": _unwrapped,
            "the diagonal of `W` alone: erase off the diagonal in *Fourier* space": lambda W: np.diag(np.diag(W)),
        },
        praise="erasing off the diagonal in Fourier space is averaging over all shifts",
    ),
    "05.surviving-shifts": Check(
        reference=lambda f, n: _survives(f, n),
        inputs=st.sampled_from([(f, 8) for f in _LAYERS]),
        examples=[(identity, 8)],
        slips={
            "comparing with the same shift only: under stride 2 an input shift by 2 is an output shift by 1": (
                lambda f, n: _survives(f, n, candidates=lambda y, s: [np.roll(y, s)])
            ),
            "asking for invariance: the output may move, too": (
                lambda f, n: _survives(f, n, candidates=lambda y, s: [y])
            ),
            "a constant test signal: every shift of it is itself, so everything passes": (
                lambda f, n: _survives(f, n, signal=np.ones(8))
            ),
            "a test signal with one bright pixel: it is too simple to tell layers apart": (
                lambda f, n: _survives(f, n, signal=np.eye(8)[0])
            ),
            "a test signal without negative values: some layers treat those differently": (
                lambda f, n: _survives(f, n, signal=np.abs(_NORMAL))
            ),
            "comparing the values without their order: a shuffle is not a shift": _any_order,
        },
        praise="random signals, and every shift of the output: this is how the chapter tests",
    ),
    "05.worst-border": Check(
        properties=[holds("the error is as large as it can be", _as_wrong_as_possible)],
        praise="2 is the maximum: one lost term in each order, of opposite signs",
    ),
}

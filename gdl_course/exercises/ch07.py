"""Checks of chapter 07, attention. The bank `tests/exercises/answers/ch07.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array
from gdl_course.exercises.engine.properties import TOLERANCE, holds
from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.values import parts

# 07.masked-softmax ----------------------------------------------------------------------------------------------------


def _masked_softmax(scores, mask, axis=-1):
    low = np.where(mask, scores, -np.inf).max(axis=axis, keepdims=True)
    powers = np.where(mask, np.exp(np.where(mask, scores - np.where(np.isfinite(low), low, 0), 0)), 0)
    total = powers.sum(axis=axis, keepdims=True)
    return powers / np.where(total == 0, 1, total)


def _softmax_then_mask(scores, mask):
    return np.where(mask, _masked_softmax(scores, np.ones_like(mask)), 0)


def _forbidden_is_zero(scores, mask):
    return _masked_softmax(np.where(mask, scores, 0), np.ones_like(mask))


def _mean_where_nothing_is_allowed(scores, mask):
    return _masked_softmax(np.where(mask, scores, scores.min() - 1e9), np.ones_like(mask))


_LARGE = np.array([[0.0, 800.0, 1600.0], [-900.0, -900.0, -900.0]])
_ALL, _SOME = np.ones((2, 3), bool), np.array([[1, 1, 0], [0, 1, 1]], bool)
_NONE = np.array([[1, 0, 1], [0, 0, 0]], bool)  # nothing, in the second row


def _masks(rows, columns):
    bits = st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns)
    return bits.map(lambda b: np.array(b, dtype=bool).reshape(rows, columns))


def _scores_and_mask(shape):
    scale = st.sampled_from([1.0, 1000.0])
    scores = st.tuples(array(*shape), scale).map(lambda pair: pair[0] * pair[1])
    return st.tuples(scores, _masks(*shape))


def _large_scores_are_no_trouble(f, scores, mask):
    try:
        f(scores + 800.0, mask)
    except Stop as stop:
        if stop.final or "NaN" not in stop.result.message:
            raise
        return "NaN for scores around 800: take away the largest score of each row before `exp`"
    return True


# 07.rotate ------------------------------------------------------------------------------------------------------------


def _rotate(x, positions, turns, sign=1.0):
    angle = sign * np.multiply.outer(positions, turns)
    a, b = x[:, 0::2], x[:, 1::2]
    y = np.empty_like(x)
    y[:, 0::2] = np.cos(angle) * a - np.sin(angle) * b
    y[:, 1::2] = np.sin(angle) * a + np.cos(angle) * b
    return y


def _pairs_by_halves(x, positions, turns):
    half = x.shape[1] // 2
    order = np.arange(2 * half).reshape(2, half).T.ravel()
    return _rotate(x[:, order], positions, turns)[:, np.argsort(order)]


def _same_turn_for_all_pairs(x, positions, turns):
    return _rotate(x, positions, np.full_like(turns, turns[0]))


def _reflected(x, positions, turns):
    y = _rotate(x, positions, turns)
    y[:, 1::2] = np.sin(np.multiply.outer(positions, turns)) * x[:, 0::2]
    y[:, 1::2] -= np.cos(np.multiply.outer(positions, turns)) * x[:, 1::2]
    return y


def _scores_ignore_a_common_shift(f, x, positions, turns):
    def scores(shift):
        turned = np.asarray(f(x, positions + shift, turns), dtype=float)
        return turned @ turned.T

    return np.allclose(scores(2.5), scores(0.0), rtol=0, atol=10 * TOLERANCE * max(1.0, np.abs(x).max() ** 2))


_ROTATIONS = st.tuples(st.integers(1, 3), st.integers(1, 2)).flatmap(
    lambda s: st.tuples(array(s[0], 2 * s[1]), array(s[0]), array(s[1]))
)
_QUARTER = np.pi / 2

# 07.worst-order -------------------------------------------------------------------------------------------------------


def _running_mean(x):
    return np.cumsum(x) / np.arange(1, len(x) + 1)


def _moved(g, x):
    y = np.empty_like(x)
    y[g] = x
    return y


def _as_wrong_as_possible(pair):
    pair = parts(pair, (3,), (3,))
    if pair is None:
        return "expected the pair `(g, x)`: a permutation of 3 and 3 numbers"
    g, x = pair
    if sorted(np.asarray(g).tolist()) != [0, 1, 2]:
        return "`g` must hold 0, 1 and 2 once each: `g[i]` is where token i goes"
    if np.abs(x).max() > 1 + 1e-9:
        return "entries beyond 1 do not count: any error can be made larger by making everything larger"
    g, x = np.asarray(g, dtype=int), np.asarray(x, dtype=float)
    error = np.abs(_running_mean(_moved(g, x)) - _moved(g, _running_mean(x))).max()
    if error < 1e-9:
        return "the two orders agree: nobody's set of predecessors holds other values than before"
    if error < 4 / 3 - 1e-6:
        return (
            f"the error is {error:.4g}, and more is possible: "
            "let one token see itself alone in one order and everybody in the other"
        )
    return True


CHECKS = {
    "07.count-masks": Check(
        reference=np.array([4, 16, 256]),
        slips={
            "the number of orbits of pairs, not of masks: each orbit may be allowed or forbidden": np.array([2, 4, 8]),
            "counting without the mask that allows nothing": np.array([3, 15, 255]),
            "orbits of *tokens*: a mask is a table of pairs": np.array([2, 2, 4]),
            "orbits of unordered pairs: that j may look at i says nothing about i looking at j": np.array([4, 8, 64]),
            "all masks: 2 to the 16": np.array([2**16, 2**16, 2**16]),
        },
        praise="a mask has a symmetry if it is a union of orbits of pairs, so there are 2 to the number of orbits",
    ),
    "07.masked-softmax": Check(
        reference=lambda scores, mask: _masked_softmax(scores, mask),
        inputs=st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(_scores_and_mask),
        examples=[(np.zeros((2, 3)), _ALL), (np.zeros((2, 3)), _SOME), (_LARGE, _ALL), (np.zeros((2, 3)), _NONE)],
        properties=[holds("large scores are no trouble", _large_scores_are_no_trouble)],
        slips={
            "a softmax over the wrong axis: each *row* belongs to one query and sums to 1": (
                lambda scores, mask: _masked_softmax(scores, mask, axis=0)
            ),
            "a softmax over the whole table: each row has a sum of its own": (
                lambda scores, mask: _masked_softmax(scores, mask, axis=None)
            ),
            "masking after the softmax: what the forbidden keys took is missing from the row": _softmax_then_mask,
            "forbidden scores set to 0: exp(0) is 1, not 0": _forbidden_is_zero,
            "a mean where nothing is allowed: such a row is 0": _mean_where_nothing_is_allowed,
            "no mask at all": lambda scores, mask: _masked_softmax(scores, np.ones_like(mask)),
            "a mask upside down: True means that the query may look": (
                lambda scores, mask: _masked_softmax(scores, ~mask)
            ),
        },
        praise="rows sum to 1, or are 0 where nothing is allowed, for scores of any size",
    ),
    "07.rotate": Check(
        reference=lambda x, positions, turns: _rotate(x, positions, turns),
        inputs=_ROTATIONS,
        examples=[(np.array([[1.0, 0.0]]), np.array([1.0]), np.array([_QUARTER]))],
        properties=[holds("scores ignore a common shift of all positions", _scores_ignore_a_common_shift)],
        slips={
            "turns the other way round: the pair (1, 0) at angle t becomes (cos t, sin t)": (
                lambda x, positions, turns: _rotate(x, positions, turns, sign=-1.0)
            ),
            "pairs (m, m + depth / 2), as some libraries have them: here they are (2m, 2m + 1)": _pairs_by_halves,
            "one frequency for all pairs: pair m turns with `turns[m]`": _same_turn_for_all_pairs,
            "a reflection: check the sign of the cosine in the second line": _reflected,
            "no turn at all": lambda x, positions, turns: x,
        },
        praise="scores depend on differences of positions only",
    ),
    "07.worst-order": Check(
        properties=[holds("the error is as large as it can be", _as_wrong_as_possible)],
        praise="4/3 is the maximum: the last token of one order is the first of the other",
    ),
}

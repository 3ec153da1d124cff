"""Checks of chapter 06, sets. The bank `tests/exercises/answers/ch06.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import arrays
from gdl_course.exercises.engine.properties import TOLERANCE, equivariant, holds
from gdl_course.exercises.engine.values import parts

# 06.how-many ----------------------------------------------------------------------------------------------------------

_COUNTS = [2, 1, 24, 3, 2, 6]


def _with(place, value):
    return [value if k == place else count for k, count in enumerate(_COUNTS)]


# 06.set-layer ---------------------------------------------------------------------------------------------------------


def _move(order, rows):
    return rows[list(order)]


def _orders(x, mask, A, B):
    """A cycle where there are rows enough: it is not its own inverse."""
    n = len(x)
    return [tuple((i + 1) % n for i in range(n))]


def _layer(x, mask, A, B, *, rows=None, divide=None, fill=0, own=None, others=None):
    elements = np.where(mask[:, None], x, 0)
    seen = elements if rows is None else rows
    count = max(mask.sum(), 1) if divide is None else divide
    mean = seen.sum(axis=0) / count
    y = elements @ (A if own is None else own).T + (B if others is None else others) @ mean
    return np.where(mask[:, None], y, fill)


def _unmasked_rows(x, mask, A, B):
    elements = np.where(mask[:, None], x, 0)
    return elements @ A.T + B @ (elements.sum(axis=0) / max(mask.sum(), 1))


def _without_myself(x, mask, A, B):
    elements = np.where(mask[:, None], x, 0)
    others = (elements.sum(axis=0) - elements) / max(mask.sum() - 1, 1)
    return np.where(mask[:, None], elements @ A.T + others @ B.T, 0)


_PADDED_SET = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda s: st.tuples(
        arrays((s[0], s[1]), (s[2], s[1]), (s[2], s[1])), st.lists(st.booleans(), min_size=s[0], max_size=s[0])
    ).map(lambda drawn: (drawn[0][0], np.array(drawn[1]), *drawn[0][1:]))
)
_FULL_SET = (np.array([[1.0], [3.0]]), np.array([True, True]), np.array([[1.0]]), np.array([[1.0]]))


# 06.recover -----------------------------------------------------------------------------------------------------------


def _recover(p1, p2, *, spread=lambda p1, p2: np.sqrt(max(p2 / 2 - (p1 / 2) ** 2, 0))):
    d = spread(p1, p2)
    return np.array([p1 / 2 - d, p1 / 2 + d])


_TWO_SUMS = arrays((2,)).map(lambda pair: (pair[0].sum(), (pair[0] ** 2).sum()))


# 06.collision ---------------------------------------------------------------------------------------------------------


def _collide(pair):
    pair = parts(pair, (3,), (3,))
    if pair is None:
        return "expected a pair of lists of three numbers each"
    first, second = (np.sort(np.asarray(p, dtype=float)) for p in pair)
    if not np.abs([first, second]).max() <= 10:  # nor is NaN
        return "a number lies outside of -10 to 10"
    if np.abs(first - second).max() < 0.5:
        return "sorted, the two sets are (nearly) equal: another order is the same set"
    for power in (1, 2):
        sums = [(p**power).sum() for p in (first, second)]
        if abs(sums[0] - sums[1]) > TOLERANCE * 10**power:  # fits float32
            return f"the sums of the {'numbers' if power == 1 else 'squares'} differ: {sums[0]:.6g} and {sums[1]:.6g}"
    return True


CHECKS = {
    "06.how-many": Check(
        reference=_COUNTS,
        slips={
            "one weight for each pair of channels: each pair has two, for myself and for the others": _with(2, 12),
            "the even permutations of three elements mixed up with all of them: they are the three cyclic shifts": (
                _with(3, 2)
            ),
            "a weight for each even permutation, or the ring: with seven elements the even permutations take every "
            "pair of different elements to every other": _with(4, 7),
            "twice the two of a single kind: weights between the kinds are missing": _with(5, 4),
            "(b) with a weight for each element: if the sum may be weighted, it depends on the order": _with(1, 7),
        },
        praise="all are numbers of orbits on pairs",
    ),
    "06.set-layer": Check(
        reference=lambda x, mask, A, B: _layer(x, mask, A, B),
        inputs=_PADDED_SET,
        examples=[_FULL_SET],
        properties=[
            equivariant("cycle of the rows", _orders, [_move, _move, None, None], _move, words="a {name}"),
        ],
        slips={
            "the sum where the mean is asked": lambda x, mask, A, B: _layer(x, mask, A, B, divide=1),
            "a mean over all rows, padding included: divide by the number of elements": (
                lambda x, mask, A, B: _layer(x, mask, A, B, divide=len(x))
            ),
            "a mask that is not used: the padding is treated as elements": (
                lambda x, mask, A, B: _layer(x, np.ones_like(mask), A, B)
            ),
            "padding that is added to the mean": lambda x, mask, A, B: _layer(x, mask, A, B, rows=x),
            "rows of the padding that are not set back to 0: they still get `B mean`": _unmasked_rows,
            "`A` and `B` exchanged": lambda x, mask, A, B: _layer(x, mask, B, A),
            "a mean over the *other* elements: each element counts itself, too": _without_myself,
        },
        praise="equivariant, and blind to the padding",
    ),
    "06.recover": Check(
        reference=lambda p1, p2: _recover(p1, p2),
        inputs=_TWO_SUMS,
        examples=[(3.0, 5.0), (0.2, 0.02 - 1e-12)],
        tolerance=1e-4,
        slips={
            "the larger number first": lambda p1, p2: _recover(p1, p2)[::-1],
            "a distance from the mean without the factor ½: p₂ = 2m² + 2d²": (
                lambda p1, p2: _recover(p1, p2, spread=lambda a, b: np.sqrt(max(b - a**2 / 2, 0)))
            ),
            "the standard deviation with n − 1: here d² = p₂/2 − m²": (
                lambda p1, p2: _recover(p1, p2, spread=lambda a, b: np.sqrt(max(2 * (b / 2 - a**2 / 4), 0)))
            ),
            "the mean twice: p₂ says how far the numbers lie apart": (
                lambda p1, p2: _recover(p1, p2, spread=lambda a, b: 0.0)
            ),
            "p₂ taken for the square of the sum": (
                lambda p1, p2: _recover(p1, p2, spread=lambda a, b: np.sqrt(max(a**2 - b, 0) / 2))
            ),
        },
        praise="two sums hold two numbers, and only their order was lost",
    ),
    "06.collision": Check(
        properties=[holds("the two sets collide", _collide)],
        praise="two latent numbers cannot hold three: the sets with equal p₁ and p₂ lie on a circle",
    ),
}

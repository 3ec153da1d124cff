"""Checks of chapter 11, steerable filters. The bank `tests/exercises/answers/ch11.py` shows right and wrong answers
to each.
"""

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array
from gdl_course.exercises.engine.properties import TOLERANCE, holds

_ANGLES = [0.0, np.pi / 2, 0.3, -1.1, 2.0]


def _turn(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


# 11.steer -------------------------------------------------------------------------------------------------------------


def _hands(c, rate):
    """The pairs of c, the k-th turned by rate(k)."""
    pairs = [_turn(rate(k)) @ c[2 * k - 1 : 2 * k + 1] for k in range(1, len(c) // 2 + 1)]
    return np.concatenate([c[:1], *pairs])


def _scaled(c, angle):
    k = np.repeat(np.arange(len(c) // 2 + 1), 2)[1:]
    return c * np.cos(k * angle)


def _filters():
    """Coefficients of 0 to 3 pairs, and an angle."""
    return st.tuples(st.integers(0, 3).flatmap(lambda K: array(2 * K + 1)), st.sampled_from(_ANGLES))


# 11.kernel ------------------------------------------------------------------------------------------------------------


def _at(K0, i, j, phi, out=1, into=-1):
    return _turn(out * j * phi) @ K0 @ _turn(into * i * phi)


def _steerable(f, K0, i, j, phi):
    step = 0.7
    left, right = np.asarray(f(K0, i, j, phi + step)), _turn(j * step) @ np.asarray(f(K0, i, j, phi)) @ _turn(-i * step)
    if left.shape != (2, 2):
        return f"expected a 2 x 2 matrix; got shape {left.shape}"
    return bool(np.allclose(left, right, rtol=0, atol=TOLERANCE * max(1.0, np.abs(K0).max())))


# 11.fool --------------------------------------------------------------------------------------------------------------

_ARROWS = [np.array([1.0, 0.0]), np.array([1.0, 2.0]), np.array([-0.5, 0.3]), np.array([2.0, -1.0])]


def _fools_quarter_turns(f, v):
    value, turned = np.asarray(f(v)), np.asarray(f(_turn(np.pi / 2).round() @ v))
    if value.shape != (2,):
        return f"expected an arrow, shape (2,); got shape {value.shape}"
    expected = _turn(np.pi / 2).round() @ value
    if not np.allclose(turned, expected, rtol=0, atol=TOLERANCE * max(1.0, np.abs(value).max())):
        return (
            f"the test sees it: f of the arrow turned by 90° is {turned.round(2).tolist()}, and the value of f turned "
            f"by 90° is {expected.round(2).tolist()}"
        )
    # One of these arrows must show it, and plainly.
    gaps = [np.asarray(f(_turn(np.pi / 4) @ w)) - _turn(np.pi / 4) @ np.asarray(f(w)) for w in _ARROWS]
    sizes = [np.abs(np.asarray(f(w))).max() for w in _ARROWS]
    if max(np.abs(gap).max() / max(size, 1e-12) for gap, size in zip(gaps, sizes, strict=True)) < 0.05:
        return "this one is honest: it commutes with the turn by 45°, too, so there is nothing to find out"
    return True


# 11.multiplicities ----------------------------------------------------------------------------------------------------

_W = np.exp(2j * np.pi / 3)
_TABLES = [  # characters, sizes of the classes
    (np.array([[1.0, 1, 1], [1, -1, 1], [2, 0, -1]]), np.array([1, 3, 2])),  # S3
    (np.array([[1, 1, 1], [1, _W, _W**2], [1, _W**2, _W]]), np.array([1, 1, 1])),  # C3
    (np.array([[1.0, 1, 1, 1, 1], [1, 1, -1, 1, -1], [2, 2, 0, -1, 0], [3, -1, 1, 0, -1], [3, -1, -1, 0, 1]]),
     np.array([1, 3, 6, 8, 6])),  # S4
    (np.array([[1, 1, 1, 1], [1, 1, _W, _W**2], [1, 1, _W**2, _W], [3, -1, 0, 0]]), np.array([1, 3, 4, 4])),  # A4
]  # fmt: skip


def _decomposed():
    """A character that is a sum of rows, its table, and the sizes of the classes."""
    return st.sampled_from(_TABLES).flatmap(
        lambda case: st.lists(st.integers(0, 3), min_size=len(case[0]), max_size=len(case[0])).map(
            lambda copies: (np.array(copies) @ case[0], *case)
        )
    )


def _inner(chi, table, sizes, total):
    return (table.conj() @ (sizes * chi)).real / total


def _multiplicities(chi, table, sizes):
    return np.rint(_inner(chi, table, sizes, sizes.sum()))


CHECKS = {
    "11.by-hand": Check(
        reference=(4, 2, 5, 6),
        slips={
            "complex weights counted in (a) and (b): one for each wave, where a real layer has two": (2, 1, 5, 6),
            "one weight for each wave in (a): both waves of a pair are allowed": (2, 2, 5, 6),
            "all matrices counted in (d), of which only those that commute are layers": (4, 2, 5, 16),
            "the centre taken for a point of a ring in (b): every turn leaves it where it is": (4, 4, 5, 6),
            "one weight at the centre in (b), by Schur's lemma over the complex numbers": (4, 1, 5, 6),
            "one convolution for each frequency in (c): a frequency above 0 needs a pair of waves": (4, 2, 3, 6),
            "two waves for frequency 0 as well in (c)": (4, 2, 6, 6),
            "frequency 2 counted in (c), which this filter does not have": (4, 2, 7, 6),
            "one map for each part in (d): the two numbers of frequency 0 may mix": (4, 2, 5, 4),
            "one weight for frequency 2 in (d): a pair may be stretched and turned": (4, 2, 5, 5),
            "three maps in (d), as for SO(3): in the plane the antisymmetric part is one more number at rest": (
                4,
                2,
                5,
                3,
            ),
        },
        praise="4, the stabiliser of a point of a ring asks nothing; 2, the centre; 5 waves; 2² + 2 maps",
    ),
    "11.steer": Check(
        reference=lambda c, angle: _hands(c, lambda k: k * angle),
        inputs=_filters(),
        examples=[(np.array([1.0]), 0.3), (np.array([0.0, 1.0, 0.0]), np.pi / 2)],
        traps=[(np.array([1.0, 2.0, 0.0, 1.0, -1.0]), 0.3), (np.array([2.0, 0, 1, 0, 2, 1, 0]), 2.0)],
        slips={
            "a turn the other way: these are the coefficients of f(φ + angle)": (
                lambda c, angle: _hands(c, lambda k: -k * angle)
            ),
            "the same angle for every pair: a wave with k periods turns its pair by k times the angle": (
                lambda c, angle: _hands(c, lambda k: angle)
            ),
            "the pairs counted from 0: the first pair has one period and turns by the angle itself": (
                lambda c, angle: _hands(c, lambda k: (k - 1) * angle)
            ),
            "the pairs counted from 2": lambda c, angle: _hands(c, lambda k: (k + 1) * angle),
            "each coefficient times a cosine: cos and sin of one frequency mix": _scaled,
            "angle / k where k · angle is needed": lambda c, angle: _hands(c, lambda k: angle / k),
        },
        praise="pair k turns by k times the angle: the filter is a sum of irreps",
    ),
    "11.kernel": Check(
        reference=lambda K0, i, j, phi: _at(K0, i, j, phi),
        inputs=st.tuples(array(2, 2), st.integers(1, 3), st.integers(1, 3), st.sampled_from(_ANGLES)),
        examples=[(np.eye(2), 1, 1, 0.0), (np.eye(2), 1, 2, 0.3)],
        traps=[(np.array([[1.0, 2], [0, -1]]), 1, 2, 0.3), (np.array([[0.0, 1], [3, 1]]), 2, 1, 2.0)],
        properties=[holds("K(φ + α) = R(jα) K(φ) R(−iα)", _steerable)],
        slips={
            "ρ_in(g) where its inverse is needed": lambda K0, i, j, phi: _at(K0, i, j, phi, into=1),
            "i and j swapped: j belongs to the output, on the left": lambda K0, i, j, phi: _at(K0, j, i, phi),
            "the output turned and the input left alone": lambda K0, i, j, phi: _turn(j * phi) @ K0,
            "the wave of frequency j − i alone: that fits K0 = aI + bJ only": (
                lambda K0, i, j, phi: _turn((j - i) * phi) @ K0
            ),
            "clockwise turns: K(φ) with −φ": lambda K0, i, j, phi: _at(K0, i, j, -phi),
            "a product entry by entry, `*` where `@` is needed": (
                lambda K0, i, j, phi: _turn(j * phi) * K0 * _turn(-i * phi)
            ),
        },
        praise="one point, and the whole ring follows",
    ),
    "11.fool": Check(
        inputs=st.sampled_from([(v,) for v in _ARROWS]),
        arguments=["v"],
        properties=[holds("it commutes with quarter turns and fails at 45°", _fools_quarter_turns)],
        praise="the quarter turns pass and 45° fails: test a non-linearity off the grid, on arrows and not on pixels",
    ),
    "11.multiplicities": Check(
        reference=lambda chi, table, sizes: _multiplicities(chi, table, sizes),
        inputs=_decomposed(),
        examples=[(np.array([3.0, 1, 0]), *_TABLES[0]), (np.array([1, _W, _W**2]), *_TABLES[1])],
        traps=[(np.array([1, 1, _W, _W**2]) + _TABLES[3][0][3], *_TABLES[3])],
        slips={
            "a mean over the classes: each counts as often as it has elements": (
                lambda chi, table, sizes: _inner(chi, table, np.ones(len(sizes)), len(sizes))
            ),
            "each class counted once: a mean over the group has as many terms as there are elements": (
                lambda chi, table, sizes: _inner(chi, table, np.ones(len(sizes)), sizes.sum())
            ),
            "a sum without the division by |G|": lambda chi, table, sizes: _inner(chi, table, sizes, 1),
            "no bar: with complex characters the conjugate irreps change places": (
                lambda chi, table, sizes: np.rint((table @ (sizes * chi)).real / sizes.sum())
            ),
            "a division by the number of classes instead of the number of elements": (
                lambda chi, table, sizes: _inner(chi, table, sizes, len(sizes))
            ),
            "columns for rows: the irreps are the rows of the table": (
                lambda chi, table, sizes: np.rint((table.conj().T @ (sizes * chi)).real / sizes.sum())
            ),
            "dimensions in place of multiplicities: each irrep counted d times": (
                lambda chi, table, sizes: _multiplicities(chi, table, sizes) * table[:, 0].real
            ),
        },
        praise="a multiplicity is a mean over the group",
    ),
}

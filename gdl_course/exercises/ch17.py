"""Checks of chapter 17, the blueprint. The bank `tests/exercises/answers/ch17.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array
from gdl_course.exercises.engine.properties import equivariant, holds
from gdl_course.exercises.engine.values import parts

# 17.count -------------------------------------------------------------------------------------------------------------


def _orbits(generators, start, move):
    """The number of orbits of the items `start` under all products of the generators."""
    left, count = set(start), 0
    while left:
        queue = [left.pop()]
        count += 1
        for item in queue:  # grows while it is read
            for g in generators:
                moved = move(g, item)
                if moved in left:
                    left.remove(moved)
                    queue.append(moved)
    return count


def _pairs(generators, ordered=True):
    n = generators.shape[1]
    key = (lambda i, j: (int(i), int(j))) if ordered else (lambda i, j: (int(min(i, j)), int(max(i, j))))
    return _orbits(generators, {key(i, j) for i in range(n) for j in range(n)}, lambda g, p: key(g[p[0]], g[p[1]]))


def _points(generators):
    return _orbits(generators, set(range(generators.shape[1])), lambda g, i: int(g[i]))


def _one_step(generators):
    """Pairs joined to their images by each generator once, without repeating."""
    n = generators.shape[1]
    labels = np.arange(n * n).reshape(n, n)
    for g in generators:
        labels = np.minimum(labels, labels[g][:, g])
    return len(np.unique(labels))


_PERMUTATIONS = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.permutations(range(n)), min_size=1, max_size=2).map(lambda rows: (np.array(rows),))
)

# 17.gate --------------------------------------------------------------------------------------------------------------

_TURN = np.array([[0.0, -1, 0], [0, 0, 1], [-1, 0, 0]])  # of order 6: not its own inverse


def _turned(Q, v):
    return v @ Q.T


def _sigmoid(t):
    return 1 / (1 + np.exp(-t))


def _lengths(v):
    return np.linalg.norm(v, axis=1, keepdims=True)


# 17.worst-flatten -----------------------------------------------------------------------------------------------------


def _as_bad_as_possible(pair):
    pair = parts(pair, (8,), (8,))
    if pair is None:
        return "expected the pair `(w, x)`: 8 numbers and 8 numbers"
    w, x = (p.astype(float) for p in pair)
    if max(np.abs(w).max(), np.abs(x).max()) > 1 + 1e-9:
        return "entries beyond 1 do not count: any change can be made larger by making everything larger"
    step = np.roll(x, 1) - x
    change = abs(w @ step)
    if np.abs(step).max() < 1e-9:
        return "a constant signal does not move: every head is invariant on it"
    if np.ptp(w) < 1e-9:
        return "equal weights everywhere are a mean, and the mean is invariant"
    if change < np.abs(step).sum() - 1e-6:
        return (
            f"the answer changes by {change:.4g}, and this signal allows {np.abs(step).sum():.4g}: "
            "let each weight have the sign of Tx − x at its place"
        )
    if change < 16 - 1e-6:
        return f"the answer changes by {change:.4g}, and more is possible: not every place changes by 2"
    return True


CHECKS = {
    "17.corners": Check(
        reference=np.array([4, 3, 2]),
        slips={
            "the entries of the matrix divided by the order of the group, 16/4, 16/8, 16/24": np.array([4, 2, 1]),
            "the orbits of corners, not of *pairs* of corners": np.array([1, 1, 1]),
            "the orders of the groups": np.array([4, 8, 24]),
            "the three in another order: asked are C4, D4, S4": np.array([2, 3, 4]),
            "pairs of *different* corners only: a corner with itself is a pair, too": np.array([3, 2, 1]),
            "pairs without an order for C4: one step on and one step back are different pairs": np.array([3, 3, 2]),
        },
        praise="the larger the group, the fewer weights: 4, 3, 2",
    ),
    "17.count": Check(
        reference=lambda generators: _pairs(generators),
        inputs=_PERMUTATIONS,
        examples=[(np.array([[1, 2, 0]]),), (np.array([[1, 2, 3, 0], [1, 0, 2, 3]]),)],
        slips={
            "the orbits of points: a weight belongs to a *pair*, (output, input)": _points,
            "pairs without an order: (i, j) and (j, i) are two places in the matrix": lambda g: _pairs(
                g, ordered=False
            ),
            "the first generator only": lambda g: _pairs(g[:1]),
            "one step of each generator, without repeating until nothing changes": _one_step,
            "n², as without a symmetry": lambda g: g.shape[1] ** 2,
            "pairs of different points only: (i, i) is a pair, too": lambda g: _pairs(g) - _points(g),
        },
        praise="this is the engine of the course, for permutations, in a few lines",
    ),
    "17.gate": Check(
        reference=lambda v: v * _sigmoid(_lengths(v)),
        inputs=st.integers(1, 4).flatmap(lambda n: array(n, 3).map(lambda v: (v,))),
        examples=[(np.array([[3.0, 0, -4]]),)],
        properties=[equivariant("turn", [_TURN], [_turned], _turned, words="the {name} of space")],
        slips={
            "ReLU on the coordinates: which of them are negative depends on the axes": lambda v: np.maximum(v, 0),
            "a sigmoid on each coordinate": lambda v: v * _sigmoid(v),
            "the gate without the vector: the sigmoid of the length alone, three times": lambda v: np.repeat(
                _sigmoid(_lengths(v)), 3, axis=1
            ),
            "the squared length in the gate": lambda v: v * _sigmoid(_lengths(v) ** 2),
            "one length for the whole array instead of one for each row": lambda v: v * _sigmoid(np.linalg.norm(v)),
            "the sign turned round: exp(+length), so that long vectors are closed off": (
                lambda v: v * _sigmoid(-_lengths(v))
            ),
        },
        praise="a number that does not turn times a vector that does: allowed for every rotation",
    ),
    "17.worst-flatten": Check(
        properties=[holds("the answer changes as much as it can", _as_bad_as_possible)],
        praise="16 is the maximum: eight places, each changes by 2, and all count",
    ),
}

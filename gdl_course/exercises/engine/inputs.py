"""Inputs for checks: Hypothesis strategies that draw small whole numbers and random reals, and shrink to small ones.

Hypothesis tries simple inputs first, and once an input fails it looks for the smallest one that fails.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st


def array(*shape: int) -> st.SearchStrategy[np.ndarray]:
    """Arrays of this shape, float64: whole numbers from -3 to 3, or such numbers with random reals added.

    >>> from hypothesis import find
    >>> find(array(3), lambda x: True)
    array([0., 0., 0.])
    """
    size = int(np.prod(shape))

    def build(seed, whole):
        x = np.array(whole, dtype=np.float64).reshape(shape)
        noise = np.random.default_rng([seed, *np.add(whole, 3)]).standard_normal(shape).round(2)
        return x + noise if seed else x

    # The seed comes first: seed 0, whole numbers, is then simpler to Hypothesis than any other input of this shape.
    return st.builds(build, st.integers(0, 3), st.lists(st.integers(-3, 3), min_size=size, max_size=size))


def arrays(*shapes: tuple[int, ...]) -> st.SearchStrategy[tuple[np.ndarray, ...]]:
    """The arguments of a function of several arrays: `arrays((4, 5), (5,))` for a matrix and a vector."""
    return st.tuples(*(array(*shape) for shape in shapes))


def signals(count: int = 1, *, low: int = 1, high: int = 6) -> st.SearchStrategy[tuple[np.ndarray, ...]]:
    """The arguments of a function of `count` signals of one length n, low ≤ n ≤ high."""
    return st.integers(low, high).flatmap(lambda n: arrays(*[(n,)] * count))

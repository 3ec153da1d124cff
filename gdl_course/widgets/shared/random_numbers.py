"""Random numbers that Python and JavaScript draw alike, so that both show the same picture."""

from __future__ import annotations

import numpy as np


def mulberry32(seed: int):
    """Yield numbers in [0, 1) from a 32-bit seed: the same stream as `mulberry32` in parts.js.

    >>> random = mulberry32(5)
    >>> next(random), next(random)
    (0.6897749109193683, 0.7727432732935995)
    """
    mask = 0xFFFFFFFF
    state = seed & mask
    while True:
        state = (state + 0x6D2B79F5) & mask
        t = ((state ^ (state >> 15)) * (state | 1)) & mask
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & mask)) & mask
        yield (t ^ (t >> 14)) / 4294967296


def random_permutation(n: int, seed: int) -> np.ndarray:
    """A uniformly random permutation p of 0..n-1, (n,) int64; p[i] is where point i goes (Fisher–Yates).

    >>> random_permutation(5, seed=1).tolist()
    [4, 2, 1, 0, 3]
    """
    random = mulberry32(seed)
    p = np.arange(n)
    for i in range(n - 1, 0, -1):
        j = int(next(random) * (i + 1))
        p[i], p[j] = p[j], p[i]
    return p

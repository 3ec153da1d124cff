"""Right and wrong answers to the exercises of chapter 01."""

import jax.numpy as jnp
import numpy as np
from scipy.spatial.distance import cdist


def orbit_by_matrix(x, y):
    n = len(x)
    shifts = x[(np.arange(n)[None, :] - np.arange(n)[:, None]) % n]
    return np.sqrt(((shifts - y) ** 2).sum(axis=1).min())


def orbit_by_moving_y(x, y):
    return min(float(jnp.linalg.norm(jnp.asarray(x) - jnp.roll(jnp.asarray(y), s))) for s in range(len(y)))


def one_shift_only(x, y):
    return min(np.linalg.norm(x - y), np.linalg.norm(np.roll(x, 1) - y))


def forgets_one_shift(x, y):
    return min(np.linalg.norm(np.roll(x, s) - y) for s in range(max(1, len(x) - 1)))


def fool_by_loop(X, u):
    best = float("inf")
    for x in X:
        best = min(best, sum((a - b) ** 2 for a, b in zip(x, u, strict=True)) ** 0.5)
    return best


def for_ever(*arguments):
    while True:
        pass


RIGHT = {
    "01.how-many-more": [[2, 4, 1024], lambda: [2.0**d for d in (1, 2, 10)]],
    "01.hat": [[1, -2, 1], lambda: np.array([1.0, -2.0, 1.0])],
    "01.orbit-distance": [orbit_by_matrix, orbit_by_moving_y],
    "01.fool": [fool_by_loop, lambda X, u: cdist(X, u[None]).min()],
}

WRONG = {
    "01.how-many-more": [
        ([2, 2**0.5, 2**0.1], "the exponent is turned round"),
        ([2, 4, 20], "multiplies with each dimension"),
        ([1, 4, 100], "looks like `d^2`"),
        ([2, 4], "wrong shape"),
        (1024, "wrong shape"),
        ([0.5, 0.25, 1 / 1024], "wrong"),
    ],
    "01.hat": [
        ([1, -1, 0], "*changes* of slope"),
        ([-1, 2, -1], "upside down"),
        ([1, -2, 0], "flat again beyond 1"),
        ([1, 2, 1], "wrong"),
        ([1, -2, 1, 0], "wrong shape"),
        ("1, -2, 1", "wrong"),
    ],
    "01.orbit-distance": [
        (lambda x, y: np.linalg.norm(x - y), "not invariant under a shift of x by 1"),
        (lambda x, y: np.mean([np.linalg.norm(np.roll(x, s) - y) for s in range(len(x))]), "the mean over all shifts"),
        (lambda x, y: max(np.linalg.norm(np.roll(x, s) - y) for s in range(len(x))), "largest distance"),
        (lambda x, y: np.linalg.norm(np.sort(x) - np.sort(y)), "under *all* orders"),
        (one_shift_only, "not invariant under a shift"),
        (forgets_one_shift, "not invariant under a shift"),
        (lambda x, y: x, "wrong shape"),
        (for_ever, "loop for ever"),
    ],
    "01.fool": [
        (lambda X, u: np.linalg.norm(X - u, axis=1).max(), "farthest"),
        (lambda X, u: np.linalg.norm(X - u, axis=1).min() ** 2, "squared distance"),
        (lambda X, u: np.linalg.norm(X[0] - u), "first"),
        (lambda X, u: np.abs(X - u).max(axis=1).min(), "largest coordinate"),
        (lambda X, u: 0.0, "wrong"),
        (lambda X, u: 2 * np.linalg.norm(X - u, axis=1).min(), "Lipschitz"),
        (lambda X, u: X - u, "wrong shape"),
    ],
}

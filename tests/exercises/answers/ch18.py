"""Right and wrong answers to the exercises of chapter 18."""

import jax.numpy as jnp
import numpy as np

# Build it in ----------------------------------------------------------------------------------------------------------


def by_lstsq(X, y, P):
    return P @ np.linalg.lstsq(X @ P, y, rcond=None)[0]


def by_a_basis(X, y, P):
    values, vectors = np.linalg.eigh(P)
    V = vectors[:, values > 0.5]
    return V @ np.linalg.lstsq(X @ V, y, rcond=None)[0]


def by_pseudo_inverse(X, y, P):
    return jnp.asarray(np.linalg.pinv(X @ P, rcond=1e-10) @ y)


def plain(X, y, P):
    return np.linalg.lstsq(X, y, rcond=None)[0]


def averaged_afterwards(X, y, P):
    return P @ plain(X, y, P)


def projected_targets(X, y, P):
    return np.linalg.solve(X.T @ X + np.eye(len(P)), P @ X.T @ y)


def in_place(X, y, P):
    X @= P
    return np.linalg.lstsq(X, y, rcond=None)[0]


# Crossover ------------------------------------------------------------------------------------------------------------


def crossover(theta, P, sigma):
    return len(theta) + 1 + sigma**2 * (len(theta) - np.trace(P)) / np.linalg.norm(theta - P @ theta) ** 2


def crossover_by_rank(theta, P, sigma):
    d = theta.size
    removed = np.eye(d) - P
    return float(d + 1 + sigma * sigma * np.linalg.matrix_rank(removed) / (theta @ removed @ theta))


def off(change):
    return lambda theta, P, sigma: crossover(theta, P, sigma) + change(len(theta))


# A symmetry that hurts ------------------------------------------------------------------------------------------------

CYCLE = [1, 2, 3, 4, 5, 0]
DIPOLE = np.array([1, -1, 0, 0, 0, 0]) / np.sqrt(2)


RIGHT = {
    "18.worth": [[4, 1.75, 3], lambda: np.array([12 / 3, 7 / 4, 9 / 3])],
    "18.built-in": [by_lstsq, by_a_basis, by_pseudo_inverse],
    "18.crossover": [crossover, crossover_by_rank],
    "18.hurt": [
        (DIPOLE, CYCLE),
        lambda: (np.array([1, -1, 1, -1, 1, -1]) / np.sqrt(6), [3, 4, 5, 1, 2, 0]),
        lambda: ([0.5, 0.5, -0.5, -0.5, 0, 0], [5, 0, 1, 2, 3, 4]),
    ],
}

WRONG = {
    "18.worth": [
        ([4, 2, 8], "orders of the groups"),
        ([3, 4, 3], "the dimensions r"),
        (lambda: [0.25, 4 / 7, 1 / 3], "upside down"),
        ([9, 3, 6], "difference of the risks"),
        ([4, 7 / 3, 3], "a mirror without the place"),
        ([4, 1.75, 4.5], "a square without the pixel"),
        ([4, 1.75], "shape"),
    ],
    "18.built-in": [
        (averaged_afterwards, "looks like averaging afterwards"),
        (plain, "`P` is not used"),
        (lambda X, y, P: y - X @ by_lstsq(X, y, P), "the weights are asked"),
        (lambda X, y, P: by_lstsq(X, y, np.eye(len(P)) - P), "not `I - P`"),
        (projected_targets, "smallest failing input"),
        (in_place, "changes its argument"),
        (lambda X, y, P: np.zeros(len(P)), "smallest failing input"),
        (lambda X, y: X, "takes"),
    ],
    "18.crossover": [
        (off(lambda d: -2), "`d - 1` in place of `d + 1`"),
        (off(lambda d: -d - 1), "a missing `d + 1`"),
        (lambda t, P, s: len(t) + 1 + s**2 * np.trace(P) / np.sum((t - P @ t) ** 2), "`r` in place of `d - r`"),
        (lambda t, P, s: len(t) + 1 + s**2 * len(t) / np.sum((t - P @ t) ** 2), "`d` in place of `d - r`"),
        (lambda t, P, s: len(t) + 1 + s * (len(t) - np.trace(P)) / np.sum((t - P @ t) ** 2), "sigma where its square"),
        (
            lambda t, P, s: len(t) + 1 + s**2 * (len(t) - np.trace(P)) / np.linalg.norm(t - P @ t),
            "a norm where its square",
        ),
        (lambda t, P, s: len(t) + 1 + s**2 * (len(t) - np.trace(P)) / np.sum((P @ t) ** 2), "what P *removes*"),
        (off(lambda d: 1), "smallest failing input"),
    ],
    "18.hurt": [
        ((DIPOLE, [0, 1, 2, 3, 4, 5]), "moves nothing"),
        ((np.eye(6)[0], CYCLE), "better than answering 0"),
        ((DIPOLE, [1, 0, 2, 3, 4, 5]), "not the largest possible"),
        ((2 * DIPOLE, CYCLE), "norm 1"),
        ((DIPOLE, [1, 2, 3, 4, 5, 5]), "each of 0, ..., 5 once"),
        (lambda: (DIPOLE, np.eye(6)), "expected the pair"),
        (lambda: DIPOLE, "expected the pair"),
    ],
}

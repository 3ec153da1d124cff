"""Right and wrong answers to the exercises of chapter 17."""

import jax
import jax.numpy as jnp
import numpy as np

from gdl_course import groups, linear_maps


def count_by_labels(generators):
    n = generators.shape[1]
    labels, before = np.arange(n * n).reshape(n, n), None
    while before is None or (labels != before).any():
        before = labels.copy()
        for g in generators:
            labels = np.minimum(labels, labels[g][:, g])
    return len(np.unique(labels))


def count_by_solver(generators):
    rho = groups.finite([tuple(map(int, g)) for g in generators]).permutation()
    return linear_maps(rho, rho).dimension


def count_by_rank(generators):
    n = generators.shape[1]
    P = [np.eye(n)[:, np.argsort(g)] for g in generators]
    equations = np.concatenate([np.kron(p, np.eye(n)) - np.kron(np.eye(n), p.T) for p in P])
    return n * n - np.linalg.matrix_rank(equations)


def count_points(generators):
    n = generators.shape[1]
    labels = np.arange(n)
    for _ in range(n * n):
        for g in generators:
            labels = np.minimum(labels, labels[g])
    return len(set(labels))


def count_unordered(generators):
    n = generators.shape[1]
    i, j = np.indices((n, n))
    labels = np.minimum(i, j) * n + np.maximum(i, j)
    for _ in range(n * n):
        for g in generators:
            labels = np.minimum(labels, labels[g][:, g])
    return len(np.unique(labels))


def count_once(generators):
    n = generators.shape[1]
    labels = np.arange(n * n).reshape(n, n)
    for g in generators:
        labels = np.minimum(labels, labels[g][:, g])
    return len(np.unique(labels))


def gate_by_rows(v):
    return [row / (1 + np.exp(-np.sqrt((row**2).sum()))) for row in v]


def gate_by_jax(v):
    v = jnp.asarray(v)
    return v * jax.nn.sigmoid(jnp.sqrt((v**2).sum(axis=1, keepdims=True)))


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def lengths(v):
    return np.linalg.norm(v, axis=1, keepdims=True)


def gate_in_place(v):
    v *= sigmoid(lengths(v))
    return v


ZIGZAG = (-1.0) ** np.arange(8)

RIGHT = {
    "17.corners": [[4, 3, 2], lambda: np.array([4, 3, 2])],
    "17.count": [count_by_labels, count_by_solver, count_by_rank],
    "17.gate": [gate_by_rows, gate_by_jax, lambda v: v * (1 + np.tanh(lengths(v) / 2)) / 2],
    "17.worst-flatten": [(-ZIGZAG, ZIGZAG), lambda: (ZIGZAG, ZIGZAG), (ZIGZAG, -ZIGZAG)],
}

WRONG = {
    "17.corners": [
        ([4, 2, 1], "divided by the order"),
        (lambda: [1, 1, 1], "orbits of corners"),
        ([4, 8, 24], "orders of the groups"),
        ([2, 3, 4], "another order"),
        ([3, 2, 1], "different* corners"),
        ([3, 3, 2], "without an order"),
        ([16, 16, 16], "got"),
        ([4, 3], "shape"),
    ],
    "17.count": [
        (count_points, "orbits of points"),
        (count_unordered, "pairs without an order"),
        (lambda g: count_by_labels(g[:1]), "first generator only"),
        (count_once, "without repeating"),
        (lambda g: g.shape[1] ** 2, "without a symmetry"),
        (lambda g: count_by_labels(g) - count_points(g), "different points only"),
        (lambda g: 2, "expected"),
        (lambda: 2, "takes"),
    ],
    "17.gate": [
        (lambda v: np.maximum(v, 0), "ReLU on the coordinates"),
        (lambda v: v * sigmoid(v), "on each coordinate"),
        (lambda v: np.repeat(sigmoid(lengths(v)), 3, axis=1), "without the vector"),
        (lambda v: v * sigmoid(lengths(v) ** 2), "squared length"),
        (lambda v: v * sigmoid(np.linalg.norm(v)), "whole array"),
        (lambda v: v * sigmoid(-lengths(v)), "sign turned round"),
        (lambda v: sigmoid(lengths(v)), "shape"),
        (gate_in_place, "changes its argument"),
    ],
    "17.worst-flatten": [
        ((np.ones(8), ZIGZAG), "equal weights everywhere"),
        ((ZIGZAG, np.ones(8)), "a constant signal does not move"),
        ((np.eye(8)[0], ZIGZAG), "this signal allows 16"),
        ((np.eye(8)[1], np.eye(8)[0]), "this signal allows 2"),
        ((np.array([-1.0, 1, 0, 0, 0, 0, 0, 1]), np.eye(8)[0]), "not every place changes by 2"),
        ((9 * ZIGZAG, ZIGZAG), "entries beyond 1"),
        (lambda: (np.ones(3), np.ones(8)), "8 numbers and 8 numbers"),
        (lambda: ZIGZAG, "expected the pair"),
    ],
}

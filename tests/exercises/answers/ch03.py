"""Right and wrong answers to the exercises of chapter 03."""

import itertools

import jax.numpy as jnp
import numpy as np


def permutation_matrix(g):
    return np.eye(len(g))[:, g]


def relabel_by_matrix(A, g):
    P = jnp.asarray(permutation_matrix(g))
    return P @ A @ P.T


def relabel_by_loop(A, g):
    B = np.zeros_like(A)
    for i in range(len(g)):
        for j in range(len(g)):
            B[g[i], g[j]] = A[i, j]
    return B


def relabel_by_inverse(A, g):
    back = np.argsort(g)
    return A[back][:, back]


def relabel_in_place(A, g):
    A[np.ix_(g, g)] = A.copy()
    return A


def cycles(g):
    """By the powers of g: two points share a cycle if a power of g joins them."""
    n, power = len(g), np.arange(len(g))
    orbit = [set() for _ in range(n)]
    for _ in range(n):
        for i in range(n):
            orbit[i].add(int(power[i]))
        power = g[power]
    return len({frozenset(o) for o in orbit})


def colourings_by_powers(elements, k):
    return sum(k ** cycles(g) for g in elements) // len(elements)


def colourings_by_graph(elements, k):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = elements.shape[1]
    arrows = (coo_array((np.ones(n), (np.arange(n), g)), shape=(n, n)) for g in elements)
    return np.mean([float(k) ** connected_components(a)[0] for a in arrows])


def colourings_by_listing(elements, k):
    """Right where it ends, but 4**12 colourings are too many."""
    listed = itertools.product(range(k), repeat=elements.shape[1])
    return len({min(tuple(x[i] for i in g) for g in elements) for x in listed})


def fixed(g):
    return np.count_nonzero(g == np.arange(len(g)))


def square_count_by_cases(n):
    return (n**4 + 4 * n * n + 3) // 8 if n % 2 else (n**4 + 2 * n * n) // 8


def square_count_by_pixels(n):
    """The same, by looking at the pixels."""
    pixels = np.arange(n * n).reshape(n, n)
    moved = [np.rot90(p, k) for p in (pixels, pixels.T) for k in range(4)]
    return sum(np.count_nonzero(m == pixels) ** 2 for m in moved) // 8


def graph(*edges):
    A = np.zeros((4, 4), dtype=int)
    for i, j in edges:
        A[i, j] = A[j, i] = 1
    return A


CYCLE = (1, 2, 3, 0)

RIGHT = {
    "03.which-rule": [[2, 1, 3, 0, 4, 0, 1, 4], lambda: np.array([2, 1, 3, 0, 4, 0, 1, 4])],
    "03.relabel": [relabel_by_matrix, relabel_by_loop, relabel_by_inverse],
    "03.colourings": [colourings_by_powers, colourings_by_graph],
    "03.square-count": [square_count_by_cases, square_count_by_pixels],
    "03.break-it": [
        (CYCLE, graph((0, 2))),
        lambda: (np.array([3, 0, 1, 2]), graph((0, 1), (2, 3))),
        lambda: (CYCLE, graph((0, 1), (1, 2), (2, 3), (3, 0), (1, 3)).tolist()),
    ],
}

WRONG = {
    "03.which-rule": [
        ([0, 1, 3, 0, 4, 0, 1, 4], "(a) is not 0, 'it is a group'"),
        ([2, 3, 3, 0, 4, 0, 1, 4], "(b) is not 3"),
        ([2, 1, 4, 0, 4, 0, 1, 4], "(c) is not 4"),
        ([2, 1, 3, 0, 0, 0, 1, 4], "zero matrix"),
        ([2, 1, 3, 0, 4, 0, 4, 4], "2·2 = 0"),
        ([2, 1, 3, 0, 4, 0, 1, 0], "erases everything"),
        ([2, 1, 3, 0, 4, 0, 1, 7], "expected 0, 1, 2, 3 or 4"),
        ([2, 1, 3], "eight numbers"),
    ],
    "03.relabel": [
        (lambda A, g: A[np.ix_(g, g)], "inverse relabelling"),
        (lambda A, g: permutation_matrix(g) @ A, "rows alone"),
        (lambda A, g: A[g], "rows alone, and with the inverse"),
        (lambda A, g: A @ permutation_matrix(g).T, "columns alone"),
        (lambda A, g: permutation_matrix(g) @ A @ permutation_matrix(g), "without the transpose"),
        (lambda A, g: A, "wrong"),
        (lambda A, g: A[g, g], "shape"),
        (relabel_in_place, "changes its argument"),
    ],
    "03.colourings": [
        (lambda elements, k: k ** elements.shape[1], "number of colourings, not of orbits"),
        (lambda elements, k: k ** elements.shape[1] / len(elements), "not every element moves"),
        (lambda elements, k: k ** elements.shape[1] // len(elements), "rounded"),
        (lambda elements, k: np.mean([k ** fixed(g) for g in elements]), "cycles that count"),
        (lambda elements, k: np.mean([k ** (cycles(g) - fixed(g)) for g in elements]), "without those of length one"),
        (lambda elements, k: sum(k ** cycles(g) for g in elements), "divide by |G|"),
        (lambda elements, k: np.mean([cycles(g) ** k for g in elements]), "exchanged"),
        (colourings_by_listing, "loop for ever"),
    ],
    "03.square-count": [
        (lambda n: n**4 / 8, "left a pixel in place"),
        (lambda n: n**4 // 8, "rounded"),
        (lambda n: (n**4 + 3 * (n % 2)) // 4, "the turns alone"),
        (lambda n: (n**4 + 3 * (n % 2) + 4 * n * n) // 8, "between"),
        (lambda n: (n**2 + 3 * (n % 2) + 2 * n + 2 * n * (n % 2)) // 8, "orbits of pixels"),
        (lambda n: (n**4 + 2 * n * n) // 8, "wrong"),
        (lambda n: n**4, "wrong"),
    ],
    "03.break-it": [
        ((CYCLE, graph((0, 1))), "does tell the two formulas apart"),
        ((CYCLE, graph((0, 1), (1, 2), (2, 3), (3, 0))), "automorphism of this graph"),
        (((1, 0, 3, 2), graph((0, 2))), "its own inverse"),
        (((0, 0, 1, 2), graph((0, 2))), "no permutation"),
        ((CYCLE, np.eye(4)), "no adjacency matrix"),
        ((CYCLE, graph((0, 2))[:3]), "expected the pair"),
        (CYCLE, "expected the pair"),
    ],
}

"""Right and wrong answers to the exercises of chapter 04; see tests/exercises/test_exercises.py."""

from itertools import combinations_with_replacement, permutations, product

import numpy as np

# 04.reversal ----------------------------------------------------------------------------------------------------------


def reversal_characters(n):
    return (n * n + n % 2) // 2


def reversal_ceiling(n):
    return -(-n * n // 2)


def reversal_by_rank(n):
    J = np.eye(n)[::-1]
    K = np.kron(J, np.eye(n)) - np.kron(np.eye(n), J)
    return n * n - np.linalg.matrix_rank(K) if n < 9 else (n * n + 1) // 2


# 04.forms -------------------------------------------------------------------------------------------------------------


def forms_kron(R, S):
    return np.kron(R.T, S.T) - np.eye(len(R) * len(S))


def forms_by_columns_of_the_answer(R, S):
    basis = np.eye(len(R) * len(S)).reshape(-1, len(R), len(S))
    return np.stack([(R.T @ M @ S - M).reshape(-1) for M in basis], axis=1)


def forms_loops(R, S):
    m, n = len(R), len(S)
    K = -np.eye(m * n)
    for i, j, a, b in product(range(m), range(n), range(m), range(n)):
        K[i * n + j, a * n + b] += R[a, i] * S[b, j]
    return K


def forms_rows_of_the_answer(R, S):
    return forms_by_columns_of_the_answer(R, S).T


# 04.symmetrise --------------------------------------------------------------------------------------------------------


def symmetrise_solve(f, x, matrices_in, matrices_out):
    return sum(np.linalg.solve(B, f(A @ x)) for A, B in zip(matrices_in, matrices_out)) / len(matrices_in)


def symmetrise_the_other_way(f, x, matrices_in, matrices_out):
    return np.mean([B @ f(np.linalg.inv(A) @ x) for A, B in zip(matrices_in, matrices_out)], axis=0)


def symmetrise_sum(f, x, matrices_in, matrices_out):
    return sum(np.linalg.solve(B, f(A @ x)) for A, B in zip(matrices_in, matrices_out))


def symmetrise_not_back(f, x, matrices_in, matrices_out):
    return np.mean([B @ f(A @ x) for A, B in zip(matrices_in, matrices_out)], axis=0)


def symmetrise_transpose(f, x, matrices_in, matrices_out):
    return np.mean([B.T @ f(A @ x) for A, B in zip(matrices_in, matrices_out)], axis=0)


def symmetrise_invariant(f, x, matrices_in, matrices_out):
    return np.mean([f(A @ x) for A in matrices_in], axis=0)


def symmetrise_swapped(f, x, matrices_in, matrices_out):
    return np.mean([np.linalg.solve(A, f(B @ x)) for A, B in zip(matrices_in, matrices_out)], axis=0)


def symmetrise_input_left_alone(f, x, matrices_in, matrices_out):
    return np.mean([np.linalg.solve(B, f(x)) for B in matrices_out], axis=0)


# 04.tuples ------------------------------------------------------------------------------------------------------------


def tuples_search(generators, n, k):
    seen, orbits = set(), 0
    for start in product(range(n), repeat=k):
        orbits += start not in seen
        to_visit = [start]
        while to_visit:
            point = to_visit.pop()
            if point not in seen:
                seen.add(point)
                to_visit += [tuple(g[i] for i in point) for g in generators]
    return orbits


def tuples_burnside(generators, n, k):
    group = {tuple(range(n))}
    while len(group) < len(group := group | {tuple(g[h[i]] for i in range(n)) for g in generators for h in group}):
        pass
    return sum(sum(g[i] == i for i in range(n)) ** k for g in group) // len(group)


def tuples_union_find(generators, n, k):
    parent = {point: point for point in product(range(n), repeat=k)}

    def root(point):
        while parent[point] != point:
            point = parent[point]
        return point

    for point in parent:
        for g in generators:
            parent[root(point)] = root(tuple(g[i] for i in point))
    return sum(parent[point] == point for point in parent)


def tuples_one_step(generators, n, k):
    seen, orbits = set(), 0
    for start in product(range(n), repeat=k):
        if start not in seen:
            orbits += 1
            seen |= {start, *(tuple(g[i] for i in start) for g in generators)}
    return orbits


def tuples_without_order(generators, n, k):
    points = set(combinations_with_replacement(range(n), k))
    orbits = 0
    while points:
        orbits += 1
        to_visit = [points.pop()]
        while to_visit:
            point = to_visit.pop()
            for g in generators:
                moved = tuple(sorted(g[i] for i in point))
                if moved in points:
                    points.remove(moved)
                    to_visit.append(moved)
    return orbits


def tuples_distinct(generators, n, k):
    points = set(permutations(range(n), k))
    orbits = 0
    while points:
        orbits += 1
        to_visit = [points.pop()]
        while to_visit:
            point = to_visit.pop()
            for g in generators:
                moved = tuple(g[i] for i in point)
                if moved in points:
                    points.remove(moved)
                    to_visit.append(moved)
    return orbits


# 04.fool --------------------------------------------------------------------------------------------------------------


def fool_diagonal(n):
    half = np.arange(n // 2, dtype=float)
    return np.diag(np.concatenate([half, half]))


def fool_average(n):
    W = np.random.default_rng(0).normal(size=(n, n))
    T = np.roll(np.eye(n), n // 2, axis=0)
    return (W + T @ W @ T.T) / 2


def fool_checkerboard_rows(n):
    """Alternating signs repeat after half a ring only if n/2 is even."""
    return np.diag((-1.0) ** np.arange(n))


RIGHT = {
    "04.reversal": [reversal_characters, reversal_ceiling, reversal_by_rank],
    "04.forms": [forms_kron, forms_by_columns_of_the_answer, forms_loops],
    "04.symmetrise": [symmetrise_solve, symmetrise_the_other_way],
    "04.tuples": [tuples_search, tuples_burnside, tuples_union_find],
    "04.fool": [fool_diagonal, fool_average],
}

WRONG = {
    "04.reversal": [
        (lambda n: n * n / 2, "dividing by |G|"),
        (lambda n: n * n // 2, "rounding n²/2 down"),
        (lambda n: n * n, "without any symmetry"),
        (lambda n: n * (n + 1) // 2, "symmetric matrices"),
        (lambda n: n, "circulants"),
        (lambda n: (n * n + n % 2) / n, "instead of |G|"),
        (lambda n: (n * n + 1) // 2 if n < 6 else n, "smallest failing input `n = 6`"),
    ],
    "04.forms": [
        (lambda R, S: np.kron(S.T, R.T) - np.eye(len(R) * len(S)), "stacking the columns"),
        (lambda R, S: np.kron(R, S) - np.eye(len(R) * len(S)), "both transposes missing"),
        (lambda R, S: np.kron(R.T, S) - np.eye(len(R) * len(S)), "transpose of S missing"),
        (lambda R, S: np.kron(R, S.T) - np.eye(len(R) * len(S)), "transpose of R missing"),
        (lambda R, S: np.kron(R.T, S.T), "subtract M itself"),
        (lambda R, S: np.eye(len(R) * len(S)) - np.kron(R.T, S.T), "opposite sign"),
        (lambda R, S: np.kron(R, np.eye(len(S))) - np.kron(np.eye(len(R)), S.T), "equivariant map"),
        (lambda R, S: np.kron(R.T, S.T) - 1, "smallest failing input"),
        (lambda R, S: R.T @ S - np.eye(len(R)), "error"),
        (forms_rows_of_the_answer, "both transposes missing"),
    ],
    "04.symmetrise": [
        (symmetrise_sum, "without the factor 1/|G|"),
        (symmetrise_not_back, "g where g⁻¹ is needed"),
        (symmetrise_transpose, "transpose where the inverse is needed"),
        (symmetrise_invariant, "not moved back"),
        (symmetrise_swapped, "swapped"),
        (symmetrise_input_left_alone, "not the input"),
        (lambda f, x, matrices_in, matrices_out: f(x), "without an average"),
    ],
    "04.tuples": [
        (tuples_one_step, "one step"),
        (tuples_without_order, "without order"),
        (tuples_distinct, "without repeated entries"),
        (lambda generators, n, k: tuples_search(generators, n, 1) ** k, "to the power k"),
        (lambda generators, n, k: tuples_search(generators[:1], n, k), "first generator only"),
        (lambda generators, n, k: n**k, "as if nothing moved"),
    ],
    "04.fool": [
        (lambda n: np.eye(n), "nobody is fooled"),
        (lambda n: np.zeros((n, n)), "nobody is fooled"),
        (lambda n: np.roll(np.eye(n), n // 2, axis=0), "nobody is fooled"),
        (lambda n: np.diag(np.arange(n, dtype=float)), "the colleague notices"),
        (fool_checkerboard_rows, "the colleague notices"),
        (lambda n: np.eye(n) + 1e-6 * fool_diagonal(n), "hardly visible"),
        (lambda n: np.arange(n // 2), "expected a matrix of shape"),
    ],
}

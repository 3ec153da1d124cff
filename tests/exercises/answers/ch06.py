"""Right and wrong answers to the exercises of chapter 06."""

import jax.numpy as jnp
import numpy as np

from gdl_course.layers import sets

COUNTS = [2, 1, 24, 3, 2, 6]


def with_count(place, value):
    return [*COUNTS[:place], value, *COUNTS[place + 1 :]]


# The layer with a mask ------------------------------------------------------------------------------------------------


def layer_by_loops(x, mask, A, B):
    elements = [i for i in range(len(x)) if mask[i]]
    y = np.zeros((len(x), len(A)))
    for i in elements:
        y[i] = A @ x[i] + sum(B @ x[j] for j in elements) / len(elements)
    return y


def layer_by_package(x, mask, A, B):
    return sets.linear(x, A, B, jnp.zeros(len(A)), mask)


def layer_by_matrix(x, mask, A, B):
    m = np.asarray(mask, dtype=float)
    mean = np.outer(m, m) / max(m.sum(), 1)
    return np.diag(m) @ x @ A.T + mean @ x @ B.T


def elements_of(x, mask):
    return np.where(mask[:, None], x, 0)


def layer_dividing(count):
    def answer(x, mask, A, B):
        e = elements_of(x, mask)
        return np.where(mask[:, None], e @ A.T + B @ (e.sum(0) / count(mask)), 0)

    return answer


def layer_with_leak(x, mask, A, B):
    return np.where(mask[:, None], x @ A.T + B @ (x.sum(0) / max(mask.sum(), 1)), 0)


def layer_with_padding_left(x, mask, A, B):
    return elements_of(x, mask) @ A.T + B @ (elements_of(x, mask).sum(0) / max(mask.sum(), 1))


def layer_without_myself(x, mask, A, B):
    e = elements_of(x, mask)
    rest = (e.sum(0) - e) / max(mask.sum() - 1, 1)
    return np.where(mask[:, None], e @ A.T + rest @ B.T, 0)


def layer_running(x, mask, A, B):
    e = elements_of(x, mask)
    return np.where(mask[:, None], e @ A.T + np.cumsum(e, 0) @ B.T / max(mask.sum(), 1), 0)


def layer_in_place(x, mask, A, B):
    x[~mask] = 7
    return layer_by_loops(x, mask, A, B)


# Nothing was lost -----------------------------------------------------------------------------------------------------


def recover_by_roots(p1, p2):
    product = (p1**2 - p2) / 2
    return np.sort(np.roots([1, -p1, product]).real)


def recover_by_root_of_discriminant(p1, p2):
    gap = max(2 * p2 - p1**2, 0) ** 0.5
    return [(p1 - gap) / 2, (p1 + gap) / 2]


def recover_careless(p1, p2):
    d = np.sqrt(p2 / 2 - p1**2 / 4)
    return np.array([p1 / 2 - d, p1 / 2 + d])


def recover_with(distance):
    return lambda p1, p2: np.array([p1 / 2 - distance(p1, p2), p1 / 2 + distance(p1, p2)])


RIGHT = {
    "06.how-many": [COUNTS, lambda: list(COUNTS), np.array(COUNTS)],
    "06.set-layer": [layer_by_loops, layer_by_package, layer_by_matrix],
    "06.recover": [recover_by_roots, recover_by_root_of_discriminant],
    "06.collision": [
        ([1, 5, 6], [2, 3, 7]),
        [[1, 5, 6], [2, 3, 7]],
        lambda: ([0.0, 3.0, 3.0], [1.0, 1.0, 4.0]),
        (np.array([-1.0, 0, 1]), np.array([2, -1, -1]) / 3**0.5),
    ],
}

WRONG = {
    "06.how-many": [
        (with_count(2, 12), "each pair has two"),
        (with_count(3, 2), "the three cyclic shifts"),
        (with_count(4, 7), "every pair of different elements"),
        (with_count(5, 4), "weights between the kinds"),
        (with_count(1, 7), "it depends on the order"),
        ([1, 1, 1, 1, 1, 1], "got"),
        ([2, 1, 24], "shape"),
    ],
    "06.set-layer": [
        (layer_dividing(lambda mask: 1), "looks like the sum where the mean is asked"),
        (layer_dividing(len), "looks like a mean over all rows"),
        (lambda x, mask, A, B: layer_by_loops(x, np.ones_like(mask), A, B), "looks like a mask that is not used"),
        (layer_with_leak, "looks like padding that is added to the mean"),
        (layer_with_padding_left, "not set back to 0"),
        (lambda x, mask, A, B: layer_by_loops(x, mask, B, A), "exchanged"),
        (layer_without_myself, "the *other* elements"),
        (layer_running, "not equivariant"),
        (lambda x, mask, A, B: layer_by_loops(x, mask, A, B).T, "shape"),
        (lambda x, mask, A, B: layer_by_loops(x, mask, A, B) / mask.any(), "NaN"),
        (layer_in_place, "changes its argument"),
    ],
    "06.recover": [
        (lambda p1, p2: recover_by_roots(p1, p2)[::-1], "looks like the larger number first"),
        (recover_careless, "NaN"),
        (recover_with(lambda p1, p2: np.sqrt(max(p2 - p1**2 / 2, 0))), "looks like"),
        (recover_with(lambda p1, p2: 0), "looks like the mean twice"),
        (recover_with(lambda p1, p2: np.sqrt(max(p1**2 - p2, 0) / 2)), "p₂ taken for the square of the sum"),
        (lambda p1, p2: p1 / 2, "shape"),
        (lambda p1, p2: np.array([p1, p2]), "smallest failing input"),
    ],
    "06.collision": [
        (([1, 2, 3], [3, 1, 2]), "another order is the same set"),
        (([1, 2, 3], [0, 3, 3]), "the sums of the squares differ"),
        (([1, 2, 3], [1, 2, 4]), "the sums of the numbers differ"),
        (([10, 50, 60], [20, 30, 70]), "outside of -10 to 10"),
        (([np.nan, 1, 2], [1, 2, 3]), "contains NaN"),
        (([1, 2], [0, 3]), "three numbers each"),
        ([1, 5, 6], "pair of lists"),
    ],
}

"""Right and wrong answers to the exercises of chapter 07."""

import itertools

import numpy as np

from gdl_course import groups, linear_maps

# Count the masks ------------------------------------------------------------------------------------------------------


def masks_by_the_solver():
    ring, everything = groups.cyclic(4).permutation(), groups.symmetric(4).permutation()
    flip = groups.finite([(3, 2, 1, 0)], "reversal").permutation()
    return [2 ** linear_maps(rho, rho).dimension for rho in (everything, ring, flip)]


def masks_by_trying():
    masks = np.array(list(itertools.product([False, True], repeat=16))).reshape(-1, 4, 4)
    generators = [[1, 0, 2, 3], [1, 2, 3, 0]], [[1, 2, 3, 0]], [[3, 2, 1, 0]]
    kept = lambda g: (masks[:, g][:, :, g] == masks).all(axis=(1, 2))
    return [np.logical_and.reduce([kept(g) for g in group]).sum() for group in generators]


# A softmax that never says NaN ----------------------------------------------------------------------------------------


def softmax_by_loops(scores, mask):
    weights = np.zeros(scores.shape)
    for i, (row, allowed) in enumerate(zip(scores, mask)):
        seen = np.flatnonzero(allowed)
        if len(seen):
            e = np.exp(row[seen] - row[seen].max())
            weights[i, seen] = e / e.sum()
    return weights


def softmax_by_logarithms(scores, mask):
    """By np.logaddexp, which is stable by itself."""
    low = np.where(mask, scores, -np.inf)
    log_sum = np.logaddexp.reduce(low, axis=1, keepdims=True)
    return np.where(mask, np.exp(np.where(mask, low - np.where(np.isfinite(log_sum), log_sum, 0), 0)), 0)


def plain(scores, axis=1):
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_textbook(scores, mask):
    e = np.where(mask, np.exp(scores), 0)
    total = e.sum(axis=1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def softmax_minus_infinity(scores, mask):
    return plain(np.where(mask, scores, -np.inf))


def softmax_in_place(scores, mask):
    scores[~mask] = -1e9
    return np.where(mask, plain(scores), 0)


# Turn by position -----------------------------------------------------------------------------------------------------


def rotate_by_complex_numbers(x, positions, turns):
    z = (x[:, 0::2] + 1j * x[:, 1::2]) * np.exp(1j * np.outer(positions, turns))
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape)


def rotate_by_matrices(x, positions, turns):
    y = []
    for row, p in zip(x, positions):
        blocks = [np.array([[np.cos(p * t), -np.sin(p * t)], [np.sin(p * t), np.cos(p * t)]]) for t in turns]
        y.append(np.concatenate([b @ row[2 * m : 2 * m + 2] for m, b in enumerate(blocks)]))
    return np.array(y)


def rotate_backwards(x, positions, turns):
    return rotate_by_complex_numbers(x, -positions, turns)


def rotate_halves(x, positions, turns):
    m = x.shape[1] // 2
    z = (x[:, :m] + 1j * x[:, m:]) * np.exp(1j * np.outer(positions, turns))
    return np.concatenate([z.real, z.imag], axis=1)


def rotate_all_alike(x, positions, turns):
    return rotate_by_complex_numbers(x, positions, 0 * turns + turns[0])


def reflect(x, positions, turns):
    angle = np.outer(positions, turns)
    y = rotate_by_complex_numbers(x, positions, turns)
    y[:, 1::2] = np.sin(angle) * x[:, 0::2] - np.cos(angle) * x[:, 1::2]
    return y


def rotate_by_index(x, positions, turns):
    return rotate_by_complex_numbers(x, np.arange(len(x)), turns)


RIGHT = {
    "07.count-masks": [[4, 16, 256], lambda: np.array([4, 16, 256]), masks_by_the_solver, masks_by_trying],
    "07.masked-softmax": [softmax_by_loops, softmax_by_logarithms],
    "07.rotate": [rotate_by_complex_numbers, rotate_by_matrices],
    "07.worst-order": [
        (np.array([1, 2, 0]), np.array([-1.0, -1.0, 1.0])),
        lambda: (np.array([2, 1, 0]), np.array([1.0, 1.0, -1.0])),
    ],
}

WRONG = {
    "07.count-masks": [
        ([2, 4, 8], "the number of orbits of pairs"),
        ([3, 15, 255], "without the mask that allows nothing"),
        ([2, 2, 4], "orbits of *tokens*"),
        (lambda: [4, 8, 64], "unordered pairs"),
        ([65536] * 3, "all masks"),
        ([4, 16], "shape"),
        (lambda: undefined, "NameError"),  # noqa: F821
    ],
    "07.masked-softmax": [
        (softmax_textbook, "take away the largest score"),
        (softmax_minus_infinity, "NaN"),
        (lambda scores, mask: np.where(mask, plain(scores), 0), "masking after the softmax"),
        (lambda scores, mask: plain(np.where(mask, scores, 0)), "forbidden scores set to 0"),
        (lambda scores, mask: plain(np.where(mask, scores, scores.min() - 1e9)), "a mean where nothing is allowed"),
        (lambda scores, mask: plain(scores), "no mask at all"),
        (lambda scores, mask: softmax_by_loops(scores, ~mask), "upside down"),
        (lambda scores, mask: softmax_by_loops(scores.T, mask.T).T, "wrong axis"),
        (softmax_in_place, "changes its argument"),
        (lambda scores, mask: softmax_by_loops(scores, mask)[0], "shape"),
    ],
    "07.rotate": [
        (rotate_backwards, "the other way round"),
        (rotate_halves, "pairs (m, m + depth / 2)"),
        (rotate_all_alike, "one frequency for all pairs"),
        (reflect, "a reflection"),
        (lambda x, positions, turns: x, "no turn at all"),
        (rotate_by_index, "smallest failing input"),
        (lambda x, positions, turns: x[:, 0::2] * np.cos(np.outer(positions, turns)), "shape"),
        (lambda x, positions, turns: x + np.sin(positions)[:, None], "common shift"),
    ],
    "07.worst-order": [
        ((np.array([0, 1, 2]), np.array([-1.0, -1, 1])), "the two orders agree"),
        ((np.array([1, 0, 2]), np.array([1.0, -1, 0])), "the error is 1, and more is possible"),
        ((np.array([1, 2, 0]), np.array([-2.0, -2, 2])), "entries beyond 1"),
        ((np.array([1, 2, 2]), np.array([-1.0, -1, 1])), "once each"),
        (lambda: np.array([-1.0, -1, 1]), "expected the pair"),
        (lambda: (np.array([1, 2, 0]), np.zeros(3)), "the two orders agree"),
    ],
}

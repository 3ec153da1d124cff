"""Right and wrong answers to the exercises of chapter 10."""

import jax.numpy as jnp
import numpy as np
from scipy import ndimage

from gdl_course import groups
from gdl_course.layers import group_grid

C4 = groups.cyclic(4)
KERNEL = np.array([[1.0, 2, 0], [-1, 0, 3], [0, -2, 1]])


# The law --------------------------------------------------------------------------------------------------------------


def act_by_loop(y):
    return [np.rot90(y[(r - 1) % 4]) for r in range(4)]


def act_by_package(y):
    return group_grid.act(C4.generators[0], y, C4)


def act_by_indices(y):
    return jnp.asarray(y)[jnp.array([3, 0, 1, 2])].swapaxes(1, 2)[:, ::-1]


# Lifting --------------------------------------------------------------------------------------------------------------


def correlate(x, k, mode="wrap"):
    return ndimage.correlate(x, k, mode=mode)


def lift_by_scipy(x, k):
    return np.stack([correlate(x, np.rot90(k, r)) for r in range(4)])


def lift_by_package(x, k):
    return group_grid.lift(x[None], k[None, None], C4)[0]


def lift_by_turning_the_image(x, k):
    return [np.rot90(correlate(np.rot90(x, -r), k), r) for r in range(4)]


def lift_by_convolution(x, k):
    return np.stack([ndimage.convolve(x, np.rot90(k, r), mode="wrap") for r in range(4)])


def lift_with_zeros(x, k):
    return np.stack([correlate(x, np.rot90(k, r), "constant") for r in range(4)])


# An impostor ----------------------------------------------------------------------------------------------------------


def shifted(x):
    return np.roll(lift_by_scipy(x, KERNEL), 1, axis=2)


def mirrored(x):
    return [y[::-1] for y in lift_by_scipy(x, KERNEL)]


def peaks_only(x):
    return np.ones((4, 8, 8)) * lift_by_scipy(x, KERNEL).max(axis=(1, 2))[:, None, None] * np.tri(8)


def unturned(x):
    return np.stack([correlate(np.rot90(x, -r), KERNEL) for r in range(4)])


# Either strand --------------------------------------------------------------------------------------------------------


def windows(X, k):
    return np.lib.stride_tricks.sliding_window_view(X, k.shape)[:, 0]


def match_by_windows(X, k):
    both = np.stack([k, k[::-1, ::-1]])
    return np.einsum("pic,sic->sp", windows(X, k), both).max()


def match_by_strands(X, k):
    return max((windows(strand, k) * k).sum(axis=(1, 2)).max() for strand in (X, X[::-1, ::-1]))


def match_without_the_last(X, k):
    return match_by_windows(X[:-1] if len(X) > len(k) else X, k)


def match(X, *motifs):
    return max((windows(X, k) * k).sum(axis=(1, 2)).max() for k in motifs)


RIGHT = {
    "10.by-hand": [(7, 6, 216), lambda: (7.0, 6, 216), lambda: (np.int64(7), np.int64(6), np.int64(216))],
    "10.act": [act_by_loop, act_by_package, act_by_indices],
    "10.lift": [lift_by_scipy, lift_by_package, lift_by_turning_the_image],
    "10.impostor": [shifted, mirrored, unturned, peaks_only],
    "10.strands": [match_by_windows, match_by_strands],
}

WRONG = {
    "10.by-hand": [
        ((25, 25, 216), "looks like ordinary kernels"),
        ((7, 6, 864), "the bank of turned kernels counted as free"),
        ((7, 6, 54), "looks like a lifting kernel"),
        ((6, 3, 216), "not all of one size"),
        ((7, 4, 216), "a mirror leaves taps in place"),
        ((7, 6), "shape"),
        ((7, 6, 100), "got"),
    ],
    "10.act": [
        (lambda y: np.roll(y, 1, axis=0), "channels move on and nothing turns"),
        (lambda y: np.rot90(y, axes=(1, 2)), "each map turns and stays"),
        (lambda y: np.rot90(np.roll(y, -1, axis=0), axes=(1, 2)), "the channels move backwards"),
        (lambda y: np.rot90(np.roll(y, 1, axis=0), 3, axes=(1, 2)), "a clockwise turn of the maps"),
        (lambda y: group_grid.act(C4.generators[0][-1:] + C4.generators[0][:-1], y, C4), "smallest failing input"),
        (lambda y: np.stack([np.rot90(y[(r + 1) % 4], -1) for r in range(4)]), "the inverse of what was asked"),
        (lambda y: np.stack([np.rot90(y[r - 1], r) for r in range(4)]), "every map takes the same single quarter turn"),
        (np.rot90, "shape"),
    ],
    "10.lift": [
        (lift_with_zeros, "looks like zero padding"),
        (lift_by_convolution, "looks like a flipped kernel"),
        (lambda x, k: np.stack([correlate(x, np.rot90(k, -r)) for r in range(4)]), "looks like clockwise kernels"),
        (lambda x, k: [np.rot90(correlate(x, k), r) for r in range(4)], "looks like turned responses"),
        (lambda x, k: [correlate(np.rot90(x, r), k) for r in range(4)], "looks like turned images"),
        (lambda x, k: [correlate(x, k)] * 4, "looks like one kernel four times"),
        (lambda x, k: lift_by_scipy(x, k.T), "looks like a transposed kernel"),
        (lambda x, k: correlate(x, k), "shape"),
        (lambda x, k: lift_by_scipy(x, k) ** 2, "smallest failing input"),
    ],
    "10.impostor": [
        (lambda x: lift_by_scipy(x, KERNEL), "this one is honest"),
        (lambda x: np.stack([x, x, x, x]), "two of the maxima"),
        (lambda x: np.zeros((4, 8, 8)), "two of the maxima"),
        (lambda x: np.stack([x, 2 * x, 3 * x, 4 * x]), "the test sees it"),
        (lambda x: lift_by_scipy(x, KERNEL)[::-1], "the test sees it"),
        (lambda x: x, "expected four maps"),
    ],
    "10.strands": [
        (lambda X, k: match(X, k), "looks like one strand only"),
        (lambda X, k: match(X, k, k[::-1]), "a motif read backwards without its complement"),
        (lambda X, k: match(X, k, k[:, ::-1]), "complemented letters in the old order"),
        (lambda X, k: match(X, k) + match(X, k[::-1, ::-1]), "the two strands added"),
        (lambda X, k: match(X, k + k[::-1, ::-1]), "each strand has its own best place"),
        (match_without_the_last, "a missing last window"),
        (lambda X, k: 0.0, "smallest failing input"),
    ],
}

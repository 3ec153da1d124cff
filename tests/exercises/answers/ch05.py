"""Right and wrong answers to the exercises of chapter 05."""

import jax.numpy as jnp
import numpy as np
from scipy import ndimage

from gdl_course import groups, kernels, project

MATRIX = [[1, -1, 0, 2], [2, 1, -1, 0], [0, 2, 1, -1], [-1, 0, 2, 1]]


# Circular convolution -------------------------------------------------------------------------------------------------


def conv_by_loops(x, k):
    n, r = len(x), len(k) // 2
    return [sum(k[t + r] * x[(i + t) % n] for t in range(-r, r + 1)) for i in range(n)]


def conv_by_matrix(x, k):
    return kernels.correlation_matrix(k, x.shape) @ x


def conv_by_jax(x, k):
    r = len(k) // 2
    return sum(k[t + r] * jnp.roll(jnp.asarray(x), -t) for t in range(-r, r + 1))


def conv_padded(mode):
    return lambda x, k: np.correlate(np.pad(x, len(k) // 2, mode=mode), k, "valid")


def conv_from_zero(x, k):
    return sum(k[t] * np.roll(x, -t) for t in range(len(k)))


def conv_textbook(x, k):
    return sum(k[t] * np.roll(x, t) for t in range(len(k)))


def conv_off_by_one(x, k):
    return np.roll(conv_by_loops(x, k), 1)


def conv_same(x, k):
    return np.convolve(x, k, mode="same")


def conv_in_place(x, k):
    x += 0.5
    return conv_by_loops(x, k)


# Nearest circulant ----------------------------------------------------------------------------------------------------


def circulant_by_diagonals(W):
    n = len(W)
    return kernels.circulant([np.mean([W[(j + d) % n, j] for j in range(n)]) for d in range(n)])


def circulant_by_project(W):
    ring = groups.cyclic(len(W)).permutation()
    return project(W, ring, ring)


def circulant_by_fourier(W):
    F = np.fft.fft(np.eye(len(W)))
    inverse = np.linalg.inv(F)
    return (inverse @ np.diag(np.diag(F @ W @ inverse)) @ F).real


def circulant_of_plain_diagonals(W):
    n = len(W)
    return np.array([[W.diagonal(j - i).mean() for j in range(n)] for i in range(n)])


# Surviving shifts -----------------------------------------------------------------------------------------------------


def surviving(signal, candidates):
    def answer(f, n):
        x = signal(n)
        y = np.asarray(f(x))
        return [any(np.allclose(f(np.roll(x, s)), c) for c in candidates(y, s)) for s in range(n)]

    return answer


def noise(n):
    return np.random.default_rng(11).normal(size=n)


def all_shifts(y, s):
    return [np.roll(y, r) for r in range(len(y))]


def surviving_by_jax(f, n):
    x = np.linspace(-1, 1, n) ** 3 + 0.01 * np.cos(np.arange(n))
    outputs = [np.asarray(f(np.roll(x, s))) for s in range(n)]
    m = len(outputs[0])
    return jnp.array([min(np.abs(np.roll(outputs[0], r) - y).max() for r in range(m)) < 1e-9 for y in outputs])


def surviving_any_order(f, n):
    y = np.sort(f(noise(n)))
    return [np.allclose(np.sort(f(np.roll(noise(n), s))), y) for s in range(n)]


def surviving_as_list(f, n):
    return [s for s, ok in enumerate(surviving(noise, all_shifts)(f, n)) if ok]


# As wrong as possible -------------------------------------------------------------------------------------------------


def pair(k, first, seventh):
    x = np.zeros(8)
    x[0], x[6] = first, seventh
    return np.array(k, dtype=float), x


def for_ever(*arguments):
    while True:
        pass


RIGHT = {
    "05.by-hand": [MATRIX, lambda: np.array(MATRIX), kernels.circulant([1, 2, 0, -1])],
    "05.circular-conv": [conv_by_loops, conv_by_matrix, conv_by_jax],
    "05.nearest-circulant": [circulant_by_diagonals, circulant_by_project, circulant_by_fourier],
    "05.surviving-shifts": [surviving(noise, all_shifts), surviving_by_jax],
    "05.worst-border": [pair([1, 0, -1], 1, 1), lambda: pair([1, 0.3, 1], 1, -1), lambda: pair([-1, 1, 1], 1, 1)],
}

WRONG = {
    "05.by-hand": [
        (np.array(MATRIX).T, "first *column*"),
        (lambda: [[1, 2, 0, -1], [2, 0, -1, 1], [0, -1, 1, 2], [-1, 1, 2, 0]], "columns that move up"),
        (np.tril(MATRIX), "fills with zeros"),
        (np.tile([[1], [2], [0], [-1]], 4), "got"),
        ([1, 2, 0, -1], "shape"),
        (lambda: undefined, "NameError"),  # noqa: F821
    ],
    "05.circular-conv": [
        (lambda x, k: conv_by_loops(x, k[::-1]), "looks like a flipped kernel"),
        (lambda x, k: np.fft.ifft(np.fft.fft(x) * np.fft.fft(k, len(x))).real, "smallest failing input"),
        (conv_padded("constant"), "looks like zero padding"),
        (conv_padded("reflect"), "looks like a mirrored border"),
        (conv_padded("edge"), "looks like a repeated edge"),
        (conv_from_zero, "looks like a kernel without a centre"),
        (conv_textbook, "flipped and has no centre"),
        (lambda x, k: conv_by_loops(np.roll(x, -1), k), "looks like a centre off by one"),
        (conv_off_by_one, "looks like a centre off by one"),
        (conv_same, "looks like `np.convolve` with `mode"),
        (lambda x, k: ndimage.convolve1d(x, k, mode="wrap"), "looks like a flipped kernel"),
        (conv_in_place, "changes its argument"),
        (lambda x, k: np.correlate(x, k, "full"), "shape"),
        (lambda x, k: np.zeros(len(x)), "smallest failing input"),
        (for_ever, "does it loop for ever"),
        (lambda x: x, "takes"),
    ],
    "05.nearest-circulant": [
        (lambda W: kernels.circulant(W[:, 0]), "looks like the circulant of the first column"),
        (lambda W: kernels.circulant(W[0]).T, "looks like the circulant of the first row"),
        (lambda W: circulant_by_diagonals(W).T, "looks like the transpose"),
        (lambda W: circulant_by_diagonals(W) * len(W), "looks like a sum over the shifts"),
        (circulant_of_plain_diagonals, "the diagonals wrap round"),
        (lambda W: np.diag(np.diag(W)), "the diagonal of `W` alone"),
        (lambda W: W, "the result commutes with the shift"),
        (lambda W: circulant_by_diagonals(W)[0], "shape"),
        (lambda W: np.full_like(W, W.mean()), "smallest failing input"),
    ],
    "05.surviving-shifts": [
        (surviving(noise, lambda y, s: [np.roll(y, s)]), "looks like comparing with the same shift only"),
        (surviving(noise, lambda y, s: [y]), "looks like asking for invariance"),
        (surviving(np.ones, all_shifts), "looks like a constant test signal"),
        (surviving(lambda n: np.eye(n)[0], all_shifts), "looks like a test signal with one bright pixel"),
        (surviving(lambda n: np.random.default_rng(3).random(n), all_shifts), "without negative values"),
        (surviving_any_order, "a shuffle is not a shift"),
        (surviving_as_list, "expected"),
        (lambda f, n: [s == 0 for s in range(n)], "smallest failing input"),
    ],
    "05.worst-border": [
        (pair([1, 0, -1], 1, 0), "is 1, and more is possible"),
        (pair([1, 0, 1], 1, 1), "the two orders agree"),
        (pair([0, 1, 0], 1, 1), "the two orders agree"),
        (pair([9, 0, -9], 1, 1), "entries beyond 1"),
        (lambda: (np.ones(3), np.ones(7)), "3 numbers and 8 numbers"),
        (lambda: np.array([1.0, 0, -1]), "expected the pair"),
    ],
}

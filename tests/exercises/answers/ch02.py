"""Right and wrong answers to the exercises of chapter 02."""

import jax.numpy as jnp
import numpy as np


def act_by_loop(g, x):
    moved = [0.0] * len(x)
    for i, place in enumerate(g):
        moved[place] = x[i]
    return moved


def act_by_matrix(g, x):
    return jnp.eye(len(g))[:, g] @ jnp.asarray(x)


def act_by_inverse(g, x):
    return x[np.argsort(g)]


def act_in_place(g, x):
    x[g] = x.copy()
    return x


def symmetrise_by_loop(f, x):
    total = np.zeros(len(x))
    for s in range(len(x)):
        total += np.roll(f(np.roll(x, s)), -s)
    return total / len(x)


def symmetrise_backwards(f, x):
    """The same sum, run the other way round."""
    return np.mean([np.roll(f(np.roll(x, -s)), s) for s in range(len(x))], axis=0)


def one_pixel(row, column):
    x = np.zeros((8, 8))
    x[row, column] = 2
    return x


def for_ever(*arguments):
    while True:
        pass


RIGHT = {
    "02.six-maps": [[1, -1, 1, -1, 0, 1], lambda: np.array([1, -1, 1, -1, 0, 1])],
    "02.act": [act_by_loop, act_by_matrix, act_by_inverse],
    "02.symmetrise": [symmetrise_by_loop, symmetrise_backwards],
    "02.tell-apart": [
        lambda x: np.sum(x * np.roll(x, 1)),
        lambda x: np.abs(np.fft.fft(x)),
        lambda x: [np.sum(x * np.roll(x, s)) for s in range(len(x))],
        lambda x: jnp.max(x + jnp.roll(x, 1)),
    ],
    "02.break-it": [one_pixel(3, 6), lambda: one_pixel(1, 6).tolist()],
}

WRONG = {
    "02.six-maps": [
        ([1, 1, 1, -1, 0, 1], "map (b)"),
        ([1, -1, -1, -1, 0, 1], "map (c)"),
        ([1, -1, 1, 1, 0, 1], "map (d)"),
        ([1, -1, 1, -1, -1, 1], "map (e)"),
        ([1, -1, 1, -1, 0, -1], "map (f)"),
        ([1, -1, 1], "six numbers"),
    ],
    "02.act": [
        (lambda g, x: x[g], "action of the inverse"),
        (lambda g, x: x[::-1], "whatever g is"),
        (lambda g, x: x, "wrong"),
        (lambda g, x: x[g][g], "wrong"),
        (lambda g, x: np.eye(len(g))[:, g], "shape"),
        (act_in_place, "changes its argument"),
        (lambda g, x: x[g[0] :], "shape"),
    ],
    "02.symmetrise": [
        (lambda f, x: f(x), "f itself"),
        (lambda f, x: sum(np.roll(f(np.roll(x, s)), -s) for s in range(len(x))), "divide by the number of shifts"),
        (lambda f, x: np.mean([f(np.roll(x, s)) for s in range(len(x))], axis=0), "never shifts back"),
        (lambda f, x: np.mean([np.roll(f(np.roll(x, s)), s) for s in range(len(x))], axis=0), "twice the same way"),
        (lambda f, x: np.mean([np.roll(f(np.roll(x, s)), -s) for s in range(1, len(x))], axis=0), "wrong"),
        (lambda f, x: np.mean([np.roll(f(np.roll(x, s)), -s) for s in range(len(x))]), "shape"),
    ],
    "02.tell-apart": [
        (np.sum, "the sum"),
        (np.mean, "the mean"),
        (np.max, "the maximum"),
        (np.sort, "forgets the arrangement"),
        (lambda x: np.fft.fft(x), "take the modulus"),
        (lambda x: 0.0, "the same for"),
        (lambda x: x[0] * x[-1], "not invariant"),
        (lambda x: np.sum(x[:-1] * x[1:]), "not invariant"),
    ],
    "02.break-it": [
        (one_pixel(3, 7), "lies on the border"),
        (one_pixel(3, 3), "stays inside"),
        (np.zeros((8, 8)), "exactly one non-zero pixel; got 0"),
        (np.ones((8, 8)), "exactly one non-zero pixel; got 64"),
        (np.zeros((8, 7)), "shape (8, 8)"),
        (for_ever, "loop for ever"),
    ],
}

"""Right and wrong answers to the exercises of chapter 12."""

import jax.numpy as jnp
import numpy as np

from gdl_course import groups
from gdl_course.layers import sphere

SO3 = groups.SO(3)
R, S = SO3.exp([0.3, 1.1, -0.4]), SO3.exp([-0.9, 0.2, 0.8])


# The mean over a map --------------------------------------------------------------------------------------------------


def mean_by_sine(x):
    theta = (np.arange(len(x)) + 0.5) * np.pi / len(x)
    return np.average(x.mean(axis=1), weights=np.sin(theta))


def mean_by_edges(x):
    edges = np.cos(np.linspace(0, np.pi, len(x) + 1))
    return (-np.diff(edges) / 2) @ x.mean(axis=1)


def mean_in_jax(x):
    latitude = jnp.pi / 2 - (jnp.arange(len(x)) + 0.5) * jnp.pi / len(x)
    return jnp.average(jnp.asarray(x), axis=0, weights=jnp.cos(latitude)).mean()


def mean_with_edge_angles(x):
    theta = np.arange(len(x)) * np.pi / len(x)
    return np.average(x.mean(axis=1), weights=np.sin(theta) + 1e-12)


# Wigner matrices ------------------------------------------------------------------------------------------------------


def by_least_squares(before, after):
    return np.linalg.lstsq(before, after, rcond=None)[0].T


def by_the_pseudoinverse(before, after):
    return (np.linalg.pinv(before) @ after).T


def by_normal_equations(before, after):
    return np.linalg.solve(before.T @ before, before.T @ after).T


# Convolution ----------------------------------------------------------------------------------------------------------


def by_a_loop(c, k):
    out = [np.sqrt(4 * np.pi / (2 * l + 1)) * k[l] * c[l * l : (l + 1) ** 2] for l in range(len(k))]
    return np.concatenate(out)


def by_repeat(c, k):
    l = np.arange(len(k))
    return c * np.repeat(np.sqrt(4 * np.pi / (2 * l + 1)) * k, 2 * l + 1)


def by_package(c, k):
    return sphere.convolve(jnp.asarray(c), jnp.asarray(k))


def in_turns(c, k):
    return c * np.resize(np.sqrt(4 * np.pi / (2 * np.arange(len(k)) + 1)) * k, len(c))


def factor_without_its_root(c, k):
    l = np.arange(len(k))
    return c * np.repeat(4 * np.pi / (2 * l + 1) * k, 2 * l + 1)


def each_order(c, k):
    l = np.repeat(np.arange(len(k)), 2 * np.arange(len(k)) + 1)
    m = np.arange(len(c)) - l * l - l
    return c * np.sqrt(4 * np.pi / (2 * l + 1)) * k[abs(m)]


# Twins ----------------------------------------------------------------------------------------------------------------


def turn_degree_two(c):
    return np.concatenate([c[:4], SO3.irrep(2)(R) @ c[4:]])


def turn_apart(c):
    return np.concatenate([c[:1], SO3.irrep(1)(S) @ c[1:4], SO3.irrep(2)(R) @ c[4:]])


def negative_degree_two(c):
    return np.concatenate([c[:4], -c[4:]])


def sorted_rows(c):
    return [c[0], *sorted(c[1:4]), *sorted(c[4:])]


def turned(c, R=R):
    return np.concatenate([SO3.irrep(l)(R) @ c[l * l : (l + 1) ** 2] for l in range(3)])


RIGHT = {
    "12.by-hand": [(48, 13, 11), lambda: (48.0, 13, 11), lambda: np.array([48, 13, 11])],
    "12.mean": [mean_by_sine, mean_by_edges, mean_in_jax],
    "12.wigner": [by_least_squares, by_the_pseudoinverse, by_normal_equations],
    "12.convolve": [by_a_loop, by_repeat, by_package],
    "12.twin": [turn_degree_two, turn_apart, negative_degree_two, sorted_rows],
}

WRONG = {
    "12.by-hand": [
        ((384, 13, 11), "a number for each coefficient"),
        ((8, 13, 11), "each pair of channels has its own 8"),
        ((48, 28, 11), "monomials counted"),
        ((48, 13, 8), "three factors, each up to 7"),
        ((48, 13, 22), "one ring for each degree"),
        ((48, 13), "shape"),
        ((48, 13, 10), "exact up to 19"),
        ((48, 13, 12), "2n for the reach"),
        ((50, 13, 11), "biases counted"),
        ((48, 13, 9), "got"),
    ],
    "12.mean": [
        (lambda x: x.mean(), "looks like a plain mean"),
        (lambda x: np.sum(mean_by_sine(x)) * 4 * np.pi, "looks like the integral"),
        (lambda x: (np.sin((np.arange(len(x)) + 0.5) * np.pi / len(x)) @ x).sum() / x.size, "not divided by the sum"),
        (mean_with_edge_angles, "angles at the northern edges"),
        (lambda x: mean_by_sine(x.T), "weights along the columns"),
        (lambda x: mean_by_sine(x) * np.ones(2), "shape"),
        (lambda x: x[0, 0], "failing input"),
    ],
    "12.wigner": [
        (lambda before, after: np.linalg.lstsq(before, after, rcond=None)[0], "looks like D transposed"),
        (lambda before, after: by_least_squares(after, before), "D(R⁻¹)"),
        (lambda before, after: by_least_squares(after, before).T, "the way back, and transposed"),
        (lambda before, after: after.T @ before, "orthonormal columns only"),
        (lambda before, after: after.T @ before / len(before), "the mean of the products"),
        (lambda before, after: after, "shape"),
        (lambda before, after: np.eye(before.shape[1]), "failing input"),
    ],
    "12.convolve": [
        (each_order, "looks like one number for each order"),
        (in_turns, "k repeated in turns"),
        (lambda c, k: c * np.repeat(k, 2 * np.arange(len(k)) + 1), "looks like no factor"),
        (factor_without_its_root, "without its root"),
        (lambda c, k: np.sqrt(4 * np.pi) * c * np.repeat(k, 2 * np.arange(len(k)) + 1), "degree 0 for all degrees"),
        (lambda c, k: by_repeat(c, k)[: len(k)], "shape"),
        (lambda c, k: by_repeat(c, k) ** 2, "failing input"),
    ],
    "12.twin": [
        (lambda c: c, "seen twice"),
        (turned, "seen twice"),
        (lambda c: 2 * c, "the spectrum differs"),
        (lambda c: np.concatenate([c[:1], c[:0:-1]]), "the spectrum differs: degree"),
        (lambda c: c[:4], "expected nine coefficients"),
        (lambda c: np.zeros(9), "the spectrum differs"),
    ],
}

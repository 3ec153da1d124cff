"""Right and wrong answers to the exercises of chapter 11."""

import cmath

import jax.numpy as jnp
import numpy as np

from gdl_course import groups, kernels

SO2 = groups.SO(2)


def turn(a):
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])


# Turn the hands -------------------------------------------------------------------------------------------------------


def steer_as_complex(c, angle):
    out = [c[0]]
    for k, (a, b) in enumerate(zip(c[1::2], c[2::2], strict=True), start=1):
        z = complex(a, b) * cmath.exp(1j * k * angle)
        out += [z.real, z.imag]
    return out


def steer_by_irreps(c, angle):
    rho = sum((SO2.irrep(k) for k in range(1, len(c) // 2 + 1)), SO2.irrep(0))
    return rho(turn(angle)) @ c


def steer_by_sampling(c, angle):
    phi = 2 * np.pi * np.arange(16) / 16
    K = len(c) // 2
    basis = [np.ones(16), *(f(k * phi) for k in range(1, K + 1) for f in (np.cos, np.sin))]
    later = [np.ones(16), *(f(k * (phi - angle)) for k in range(1, K + 1) for f in (np.cos, np.sin))]
    return np.linalg.lstsq(np.stack(basis, 1), np.stack(later, 1) @ c)[0]


def pairs(c, rate):
    out = np.array(c, float)
    for k in range(1, len(c) // 2 + 1):
        out[2 * k - 1 : 2 * k + 1] = turn(rate(k)) @ c[2 * k - 1 : 2 * k + 1]
    return out


# From one point to the ring -------------------------------------------------------------------------------------------


def kernel_by_package(K0, i, j, phi):
    return kernels.steer(K0, SO2.irrep(i), SO2.irrep(j), turn(phi))


def kernel_by_formula(K0, i, j, phi):
    J, S = turn(np.pi / 2).round(), np.diag([1.0, -1.0])
    a, b = (K0[0, 0] + K0[1, 1]) / 2, (K0[1, 0] - K0[0, 1]) / 2
    c, d = (K0[0, 0] - K0[1, 1]) / 2, -(K0[0, 1] + K0[1, 0]) / 2
    slow, fast = turn((j - i) * phi), turn((j + i) * phi)
    return jnp.asarray(slow @ (a * np.eye(2) + b * J) + fast @ (c * S + d * S @ J))


def kernel_by_solving(K0, i, j, phi):
    return np.linalg.solve(turn(i * phi).T, (turn(j * phi) @ K0).T).T


# Fool a test of quarter turns -----------------------------------------------------------------------------------------


def largest_only(v):
    return np.where(np.abs(v) >= np.abs(v).max(), v, 0.0)


def along_and_across(v):
    x, y = v
    return [x * abs(x) - 0.2 * y, y * abs(y) + 0.2 * x]


# Multiplicities -------------------------------------------------------------------------------------------------------


def by_least_squares(chi, table, sizes):
    return np.linalg.lstsq(np.asarray(table).T.astype(complex), chi)[0].real.round()


def by_loops(chi, table, sizes):
    order = sum(sizes)
    return [round(sum(n * (c * t.conjugate()).real for n, c, t in zip(sizes, chi, row, strict=True)) / order)
            for row in table]  # fmt: skip


def inner(chi, table, sizes, total):
    return (np.conj(table) @ (sizes * chi)).real / total


RIGHT = {
    "11.by-hand": [(4, 2, 5, 6), [4, 2, 5, 6], np.array([4, 2, 5, 6]), lambda: (4.0, 2, 5, 6)],
    "11.steer": [steer_as_complex, steer_by_irreps, steer_by_sampling],
    "11.kernel": [kernel_by_package, kernel_by_formula, kernel_by_solving],
    "11.fool": [lambda v: v**3, np.sign, largest_only, along_and_across, lambda v: np.tanh(3 * v)],
    "11.multiplicities": [by_least_squares, by_loops],
}

WRONG = {
    "11.by-hand": [
        ((2, 1, 5, 6), "looks like complex weights counted"),
        ((2, 2, 5, 6), "looks like one weight for each wave"),
        ((4, 2, 5, 16), "looks like all matrices counted"),
        ((4, 4, 5, 6), "looks like the centre taken for a point of a ring"),
        ((4, 1, 5, 6), "by Schur's lemma over the complex numbers"),
        ((4, 2, 3, 6), "looks like one convolution for each frequency"),
        ((4, 2, 7, 6), "looks like frequency 2 counted"),
        ((4, 2, 5, 4), "looks like one map for each part"),
        ((4, 2, 5, 3), "as for SO(3)"),
        ((4, 2, 5), "shape"),
    ],
    "11.steer": [
        (lambda c, angle: pairs(c, lambda k: -k * angle), "looks like a turn the other way"),
        (lambda c, angle: pairs(c, lambda k: angle), "looks like the same angle for every pair"),
        (lambda c, angle: pairs(c, lambda k: (k - 1) * angle), "looks like the pairs counted from 0"),
        (lambda c, angle: pairs(c, lambda k: angle / k), "looks like angle / k"),
        (lambda c, angle: c * np.cos((np.arange(len(c)) + 1) // 2 * angle), "coefficient times a cosine"),
        (lambda c, angle: pairs(c, lambda k: np.deg2rad(k * angle)), "smallest failing input"),
        (lambda c, angle: pairs(c, lambda k: k * angle)[1:], "shape"),
        (lambda c, angle: c, "smallest failing input"),
    ],
    "11.kernel": [
        (lambda K0, i, j, phi: turn(j * phi) @ K0 @ turn(i * phi), "looks like ρ_in(g) where its inverse"),
        (lambda K0, i, j, phi: turn(i * phi) @ K0 @ turn(-j * phi), "looks like i and j swapped"),
        (lambda K0, i, j, phi: turn(j * phi) @ K0, "looks like the output turned and the input left alone"),
        (lambda K0, i, j, phi: turn((j - i) * phi) @ K0, "looks like the wave of frequency j − i alone"),
        (lambda K0, i, j, phi: turn(-j * phi) @ K0 @ turn(i * phi), "looks like clockwise turns"),
        (lambda K0, i, j, phi: turn(j * phi) * K0 * turn(-i * phi), "entry by entry"),
        (lambda K0, i, j, phi: K0, "smallest failing input"),
        (lambda K0, i, j, phi: (turn(j * phi) @ K0 @ turn(-i * phi))[0], "shape"),
    ],
    "11.fool": [
        (lambda v: 2 * v, "this one is honest"),
        (lambda v: v * np.hypot(*v), "this one is honest"),
        (lambda v: np.array([-v[1], v[0]]), "this one is honest"),
        (lambda v: np.maximum(v, 0), "the test sees it"),
        (lambda v: v[::-1], "the test sees it"),
        (lambda v: v**2, "the test sees it"),
        (lambda v: np.hypot(*v), "expected an arrow"),
        (lambda v: 0 * v, "this one is honest"),
    ],
    "11.multiplicities": [
        (lambda chi, table, sizes: inner(chi, table, np.ones(len(sizes)), len(sizes)), "a mean over the classes"),
        (lambda chi, table, sizes: inner(chi, table, np.ones(len(sizes)), sizes.sum()), "each class counted once"),
        (lambda chi, table, sizes: inner(chi, table, sizes, 1), "looks like a sum without the division"),
        (lambda chi, table, sizes: np.rint((table @ (sizes * chi)).real / sizes.sum()), "looks like no bar"),
        (lambda chi, table, sizes: inner(chi, table, sizes, len(sizes)), "the number of classes instead"),
        (lambda chi, table, sizes: inner(chi, table, sizes, sizes.sum()) * np.real(table[:, 0]), "like dimensions"),
        (lambda chi, table, sizes: inner(chi, table, sizes, sizes.sum()).sum(), "shape"),
        (lambda chi, table, sizes: inner(chi, np.conj(table).T, sizes, sizes.sum()), "got"),
    ],
}  # fmt: skip

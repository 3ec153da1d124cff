"""Real irreducible representations of C_n, D_n, SO(2), O(2), SO(3) and O(3)."""

from __future__ import annotations

import numpy as np
import scipy

from gdl_course.finite_groups import FiniteGroup
from gdl_course.representations import Representation


def irrep(group, k, sign=1):
    """The real irrep of frequency k (C_n, D_n, SO(2), O(2)) or of degree k, dimension 2k + 1 (SO(3), O(3)).

    `sign` = -1 turns the sign of rho(g) wherever g is a reflection: irrep(0, -1) of D_n and O(n) is the
    determinant, irrep(1, -1) of O(3) is the vector representation.
    C_n and D_n have k = 0 ... n // 2, of dimension 1 for k = 0 and k = n/2 and of dimension 2 otherwise.

    >>> from gdl_course import groups
    >>> groups.SO(3).irrep(2)
    irrep 2 of SO(3), dimension 5
    >>> groups.cyclic(8).irrep(4)((1, 2, 3, 4, 5, 6, 7, 0))
    array([[-1.]])
    """
    if int(k) != k or k < 0:
        raise ValueError(f"irreps are numbered k = 0, 1, 2, ...; got {k}")
    if sign not in (1, -1):
        raise ValueError(f"sign is 1 or -1; got {sign}")
    if sign == -1 and not _has_reflections(group):
        raise ValueError(f"sign = -1 is for groups with reflections; got {group.name}")
    if isinstance(group, FiniteGroup) and group.turn is not None:
        return _of_polygon(group, k, sign)
    if group.name in ("SO(2)", "O(2)"):
        return _of_circle(group, k, sign)
    if group.name in ("SO(3)", "O(3)"):
        return _of_sphere(group, k, sign)
    raise ValueError(f"irreps are built for C_n, D_n, SO(2), O(2), SO(3), O(3); got {group.name}")


def _has_reflections(group):
    return group.name in ("O(2)", "O(3)") or group.name.startswith("D")


def _name(k, sign):
    return f"irrep {k}" if sign == 1 else f"irrep {k}, sign -1"


def _planar(frequency, angle, reflection, sign):
    """The 2x2 block: mirror the second axis if reflection = -1, then turn by frequency times angle."""
    c, s = np.cos(frequency * angle), np.sin(frequency * angle)
    factor = 1 if reflection == 1 else sign
    return factor * np.array([[c, -s * reflection], [s, c * reflection]])


def _of_polygon(group, k, sign):
    n = group.degree
    if k > n // 2:
        raise ValueError(f"{group.name} has irreps k = 0 ... {n // 2}; got k = {k}")
    d = 1 if k == 0 or 2 * k == n else 2

    def matrix(g):
        turns, reflection = group.turn(g)
        return _planar(k, 2 * np.pi * turns / n, reflection, sign)[:d, :d]

    if d == 2:
        return Representation(group, (d,), _name(k, sign), matrix)
    # One dimension: exactly +1 or -1.
    return Representation(group, (d,), _name(k, sign), lambda g: np.round(matrix(g)) + 0.0)


def _of_circle(group, m, sign):
    def matrix(g):
        reflection = 1 if np.linalg.det(g) > 0 else -1
        block = _planar(m, np.arctan2(g[1, 0], g[0, 0]), reflection, sign)
        return block if m > 0 else block[:1, :1]

    d = 1 if m == 0 else 2
    generator = m * np.array([[0.0, -1.0], [1.0, 0.0]])[:d, :d]
    return Representation(group, (d,), _name(m, sign), matrix, (generator,))


def _of_sphere(group, degree, sign):
    generators = rotation_generators(degree)

    def matrix(g):
        reflection = 1 if np.linalg.det(g) > 0 else -1
        turn = scipy.spatial.transform.Rotation.from_matrix(reflection * np.asarray(g)).as_rotvec()
        factor = 1 if reflection == 1 else sign
        return factor * scipy.linalg.expm(np.tensordot(turn, generators, 1))

    return Representation(group, (2 * degree + 1,), _name(degree, sign), matrix, generators)


def rotation_generators(degree):
    """d rho of the turns about x, y, z on real spherical harmonics of a degree: skew, shape (2l+1, 2l+1).

    The angular momentum matrices J_x, J_y, J_z in the basis |m>, m = -l ... l, carried to the real basis
    Y^l_m by the usual unitary matrix; degree 1 has the order y, z, x. (See any text on quantum mechanics,
    for instance A. R. Edmonds, *Angular Momentum in Quantum Mechanics*, 1957, section 2.3.)

    >>> X, Y, Z = rotation_generators(2)
    >>> np.allclose(X @ Y - Y @ X, Z)
    True
    """
    m = np.arange(-degree, degree + 1)
    raising = np.diag(np.sqrt(degree * (degree + 1) - m[:-1] * (m[:-1] + 1)), -1)  # |m> -> |m + 1>
    J_x, J_y, J_z = (raising + raising.T) / 2, (raising - raising.T) / 2j, np.diag(m)
    real = np.zeros((2 * degree + 1, 2 * degree + 1), dtype=complex)  # row: real harmonic, column: |m>
    real[degree, degree] = 1.0
    for k in range(1, degree + 1):
        plus, minus, parity = degree + k, degree - k, (-1) ** k
        real[plus, plus], real[plus, minus] = parity / np.sqrt(2), 1 / np.sqrt(2)
        real[minus, plus], real[minus, minus] = -1j * parity / np.sqrt(2), 1j / np.sqrt(2)
    # Coordinates transform with the conjugate of the basis; -iJ is skew-Hermitian, hence real and skew here.
    return tuple((real.conj() @ (-1j * J) @ real.T).real for J in (J_x, J_y, J_z))

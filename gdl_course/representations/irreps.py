"""Real irreducible representations of C_n, D_n, SO(2), O(2), SO(3) and O(3)."""

from __future__ import annotations

import numbers

import numpy as np
import scipy
from jaxtyping import Float

from gdl_course.representations.representation import Representation


def of_polygon(group, k: int, sign: int) -> Representation:
    """The irrep of frequency k of a finite group of turns, and mirrors, of the plane: C_n or D_n.

    Raises:
        ValueError: the group is not given by 2 x 2 orthogonal matrices, or has no such irrep.
    """
    n, angle = _turns(group)
    _require_numbers(group, k, sign)
    if k > n // 2:
        raise ValueError(f"{group.name} has irreps k = 0 ... {n // 2}; got k = {k}")
    d = 1 if k == 0 or 2 * k == n else 2

    def matrix(g):
        turned, reflection = angle(g)
        block = _planar(k, turned, reflection, sign)[:d, :d]
        return block if d == 2 else np.round(block) + 0.0  # exactly +1 or -1

    return Representation(group, (d,), _name(k, sign), matrix)


def of_circle(group, m: int, sign: int) -> Representation:
    """The irrep of frequency m of SO(2) or O(2)."""
    _require_numbers(group, m, sign)

    def matrix(g):
        turned, reflection = _angle(g)
        block = _planar(m, turned, reflection, sign)
        return block if m > 0 else block[:1, :1]

    d = 1 if m == 0 else 2
    generator = m * np.array([[0.0, -1.0], [1.0, 0.0]])[:d, :d]
    return Representation(group, (d,), _name(m, sign), matrix, (generator,))


def of_sphere(group, degree: int, sign: int) -> Representation:
    """The irrep of a degree of SO(3) or O(3), on the real spherical harmonics of this degree."""
    _require_numbers(group, degree, sign)
    generators = rotation_generators(degree)

    def matrix(g):
        reflection = 1 if np.linalg.det(g) > 0 else -1
        turn = scipy.spatial.transform.Rotation.from_matrix(reflection * np.asarray(g)).as_rotvec()
        factor = 1 if reflection == 1 else sign
        return factor * scipy.linalg.expm(np.tensordot(turn, generators, 1))

    return Representation(group, (2 * degree + 1,), _name(degree, sign), matrix, generators)


def _require_numbers(group, k, sign):
    """Raise ValueError unless k numbers an irrep, and a sign of -1 has a reflection to act on."""
    if not isinstance(k, numbers.Integral) or k < 0:
        raise ValueError(f"irreps are numbered by whole numbers k = 0, 1, 2, ...; got {k!r}")
    if sign not in (1, -1):
        raise ValueError(f"sign is 1 or -1; got {sign}")
    if sign == -1 and all(np.linalg.det(group.vector()(g)) > 0 for g in group.generators):
        raise ValueError(f"sign = -1 is for groups with reflections; got {group.name}")


def _name(k, sign):
    return f"irrep {k}" if sign == 1 else f"irrep {k}, sign -1"


def _planar(frequency, angle, reflection, sign):
    """The 2x2 block: mirror the second axis if reflection = -1, then turn by frequency times angle."""
    c, s = np.cos(frequency * angle), np.sin(frequency * angle)
    factor = 1 if reflection == 1 else sign
    return factor * np.array([[c, -s * reflection], [s, c * reflection]])


def _angle(g):
    """The angle and the sign with g = (mirror the second axis if the sign is -1, then turn by the angle)."""
    return np.arctan2(g[1, 0], g[0, 0]), 1 if np.linalg.det(g) > 0 else -1


def _turns(group):
    """How many turns a finite group of the plane has, and for each element its angle and sign.

    A mirror need not fix the first axis: angles count in the frame that the first mirror fixes.
    """
    matrices = [] if group.matrix is None else [group.matrix(g) for g in (group.identity, *group.generators)]
    if not matrices or any(M.shape != (2, 2) or not np.allclose(M.T @ M, np.eye(2), atol=1e-9) for M in matrices):
        raise ValueError(f"irreps are built for C_n, D_n, SO(2), O(2), SO(3), O(3); got {group.name}")
    mirrors = [angle for angle, reflection in map(_angle, matrices) if reflection == -1]
    n = group.order // 2 if mirrors else group.order
    first = mirrors[0] if mirrors else 0.0

    def angle(g):
        turned, reflection = _angle(group.matrix(g))
        return (turned if reflection == 1 else turned - first), reflection

    return n, angle


def rotation_generators(degree: int) -> tuple[Float[np.ndarray, "d d"], ...]:
    """d rho of the turns about x, y, z on real spherical harmonics of a degree l: skew, with d = 2l + 1.

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

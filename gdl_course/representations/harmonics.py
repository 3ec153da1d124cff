"""Real spherical harmonics: the functions on the sphere that a rotation carries into each other, degree by degree.

One convention everywhere in the course. A direction is u = (x, y, z) = (sin θ cos φ, sin θ sin φ, cos θ), with θ the
colatitude, 0 at the north pole, and φ the longitude. For degree l and order m = -l ... l, in this order,

    Y^l_m(u) = P^l_|m|(cos θ) · (√2 sin |m|φ, 1, √2 cos mφ)    for m < 0, m = 0, m > 0,

without the sign (-1)^m of Condon and Shortley, and orthonormal: the integral of Y^l_m Y^k_n over the sphere is 1 if
(l, m) = (k, n) and 0 otherwise. Degree 1 is √(3/4π) (y, z, x). These are the coordinates on which SO(3).irrep(l) acts:
Y^l(Ru) = D^l(R) Y^l(u), where D^l(R) = `groups.SO(3).irrep(l)(R)` is the real Wigner matrix.

All degrees below L make one vector of L² numbers, degree after degree: (l, m) stands at l² + l + m.
"""

from __future__ import annotations

import math
from itertools import combinations_with_replacement

import numpy as np
import scipy
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

__all__ = ["degrees", "harmonic_polynomials", "harmonics", "legendre", "orders"]


def harmonics(L: int, directions: ArrayLike) -> Float[np.ndarray, "*n coefficients"]:
    """All Y^l_m of the degrees l < L, at l² + l + m, in directions (..., 3), which are vectors of any length but 0.

    sin^m θ (cos mφ, sin mφ) are the real and imaginary part of (x + iy)^m, so no angle is computed and the poles are
    points like all others.

    Raises:
        ValueError: L is no positive number, a vector is zero, or there are no three coordinates.

    >>> harmonics(2, [[0, 0, 1], [1, 0, 0]]).round(3)  # 1/√4π, and √(3/4π) (y, z, x)
    array([[0.282, 0.   , 0.489, 0.   ],
           [0.282, 0.   , 0.   , 0.489]])
    """
    u = np.asarray(directions, float)
    length = np.linalg.norm(u, axis=-1, keepdims=True)
    if u.shape[-1:] != (3,) or not length.all():
        raise ValueError(f"directions are vectors (x, y, z) other than 0, of shape (..., 3); got {u.shape}")
    x, y, z = np.moveaxis(u / length, -1, 0)
    rest = legendre(L, z, divided=True)  # P^l_m(z) / sin^m θ
    power, Y = np.ones(z.shape, complex), np.empty((*z.shape, L * L))
    for m in range(L):
        for l in range(m, L):
            Y[..., l * l + l - m] = math.sqrt(2) * rest[l, m] * power.imag
            Y[..., l * l + l + m] = (math.sqrt(2) if m else 1) * rest[l, m] * power.real
        power = power * (x + 1j * y)
    return Y


def legendre(L: int, z: ArrayLike, *, divided: bool = False) -> Float[np.ndarray, "L L *n"]:
    """P^l_m(z) at [l, m] for 0 ≤ m ≤ l < L and z = cos θ, so normalised that 2π ∫ P² dz = 1; 0 where m > l.

    P^m_m grows out of P^0_0 = 1/√4π by the factors sin θ √((2m + 1)/2m), and the other degrees of an order by

        P^l_m = a (z P^(l-1)_m - b P^(l-2)_m),  a² = (4l² - 1)/(l² - m²),  b² = ((l - 1)² - m²)/(4(l - 1)² - 1),

    which loses no digits (W. H. Press et al., *Numerical Recipes*, 3rd edition, section 6.7).

    Args:
        divided: leave out the factor sin^m θ.

    Raises:
        ValueError: L is no positive number.

    >>> legendre(2, 0.5)[1].round(4)  # √(3/4π) cos θ and √(3/8π) sin θ at θ = 60°
    array([0.2443, 0.2992])
    """
    _require_degrees(L)
    z = np.asarray(z, float)
    sine = np.ones_like(z) if divided else np.sqrt((1 - z) * (1 + z))
    P = np.zeros((L, L, *z.shape))
    P[0, 0] = 1 / math.sqrt(4 * math.pi)
    for m in range(1, L):
        P[m, m] = math.sqrt((2 * m + 1) / (2 * m)) * sine * P[m - 1, m - 1]
    for m in range(L):
        for l in range(m + 1, L):
            b = math.sqrt(((l - 1) ** 2 - m * m) / (4 * (l - 1) ** 2 - 1)) if l > m + 1 else 0.0
            P[l, m] = math.sqrt((4 * l * l - 1) / (l * l - m * m)) * (z * P[l - 1, m] - b * P[l - 2, m])
    return P


def harmonic_polynomials(l: int) -> tuple[Int[np.ndarray, "n 3"], Float[np.ndarray, "d n"]]:
    """The homogeneous polynomials of degree l with Laplacian 0, found as the null space of a matrix.

    The Laplacian takes x^a y^b z^c to a(a - 1) x^(a-2) y^b z^c + ..., from the (l + 1)(l + 2)/2 monomials of degree l
    to those of degree l - 2. Its null space has dimension 2l + 1. On the sphere these polynomials are the spherical
    harmonics of degree l, in no particular basis.

    Returns:
        The exponents (a, b, c) of the n monomials, and one polynomial a row: its coefficients.

    Raises:
        ValueError: the degree is no number 0, 1, 2, ...

    >>> exponents, polynomials = harmonic_polynomials(2)
    >>> exponents.tolist()
    [[2, 0, 0], [1, 1, 0], [1, 0, 1], [0, 2, 0], [0, 1, 1], [0, 0, 2]]
    >>> polynomials.shape
    (5, 6)
    """
    if int(l) != l or l < 0:
        raise ValueError(f"a degree is 0, 1, 2, ...; got {l}")
    monomials, lower = _exponents(l), _exponents(l - 2)
    place = {tuple(e): row for row, e in enumerate(lower.tolist())}
    laplacian = np.zeros((len(lower), len(monomials)))
    for column, e in enumerate(monomials):
        for axis in np.flatnonzero(e >= 2):
            laplacian[place[tuple((e - 2 * np.eye(3, dtype=int)[axis]).tolist())], column] += e[axis] * (e[axis] - 1)
    return monomials, scipy.linalg.null_space(laplacian).T if len(lower) else np.eye(len(monomials))


def _exponents(l: int) -> Int[np.ndarray, "n 3"]:
    """The exponents of the monomials of degree l in x, y, z."""
    chosen = combinations_with_replacement(range(3), l) if l >= 0 else ()
    return np.array([np.bincount(axes, minlength=3) for axes in map(list, chosen)], int).reshape(-1, 3)


def degrees(L: int) -> Int[np.ndarray, " coefficients"]:
    """The degree l of each of the L² places.

    >>> degrees(3)
    array([0, 1, 1, 1, 2, 2, 2, 2, 2])
    """
    _require_degrees(L)
    return np.repeat(np.arange(L), 2 * np.arange(L) + 1)


def orders(L: int) -> Int[np.ndarray, " coefficients"]:
    """The order m of each of the L² places.

    >>> orders(3)
    array([ 0, -1,  0,  1, -2, -1,  0,  1,  2])
    """
    l = degrees(L)
    return np.arange(L * L) - l * l - l


def _require_degrees(L):
    if int(L) != L or L < 1:
        raise ValueError(f"L counts the degrees 0 ... L - 1, so that L >= 1; got L = {L}")

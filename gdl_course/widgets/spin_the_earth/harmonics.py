"""What the turning Earth needs of the sphere: harmonics on rings, the matrices that turn them, the Earth in them.

The convention is that of `gdl_course.representations.harmonics`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.linalg import block_diag

from gdl_course.data import relief
from gdl_course.groups import SO
from gdl_course.representations.harmonics import degrees, legendre, orders


def legendre_part(z: np.ndarray, degree: int) -> np.ndarray:
    """The factor of each harmonic that depends on z = sin(latitude) alone: shape (n, (degree + 1)²)."""
    l, m = degrees(degree + 1), orders(degree + 1)
    return (np.where(m == 0, 1, np.sqrt(2))[:, None] * legendre(degree + 1, z)[l, abs(m)]).T


def circular_part(longitude: np.ndarray, degree: int) -> np.ndarray:
    """The other factor: cos(m longitude) for m ≥ 0, sin(|m| longitude) for m < 0; shape (n, (degree + 1)²)."""
    m = orders(degree + 1)
    angle = np.abs(m) * longitude[:, None]
    return np.where(m < 0, np.sin(angle), np.cos(angle))


def wigner(rotation: np.ndarray, degree: int) -> np.ndarray:
    """D(R), block by block along the diagonal: Y(Ru) = D(R) Y(u), so (g·f)(u) = f(R⁻¹u) has coefficients D(R) c.

    >>> quarter = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]])  # x to y: (y, z, x) to (x, z, -y)
    >>> wigner(quarter, 1)[1:, 1:].round(12) + 0
    array([[ 0.,  0.,  1.],
           [ 0.,  1.,  0.],
           [-1.,  0.,  0.]])
    """
    return block_diag(*(SO(3).irrep(l)(rotation) for l in range(degree + 1)))


def rotation_matrix(quaternion: list[int] | np.ndarray) -> np.ndarray:
    """The rotation of a quaternion (w, x, y, z) that is not 0; its length does not matter.

    >>> rotation_matrix([1, 0, 0, 1]).round(12) + 0
    array([[ 0., -1.,  0.],
           [ 1.,  0.,  0.],
           [ 0.,  0.,  1.]])
    """
    w, x, y, z = np.array(quaternion, dtype=float) / np.linalg.norm(quaternion)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + 2 * w * cross + 2 * cross @ cross


@cache
def earth(degree: int) -> np.ndarray:
    r"""The coefficients of the Earth's land, 1 on land and 0 on the sea: $c = \int f(u)\, Y(u)\, du$ over cells of 1°.

    What the map of heights does not know, the cap beyond 85° S, is land.

    >>> c = earth(16)
    >>> c.shape, float(round(c[0] / np.sqrt(4 * np.pi), 2))  # the mean
    ((289,), 0.3)
    """
    world = relief()
    land = np.where(world.known, world.land, 1.0) * 4 * np.pi * world.weights
    rings = land @ circular_part(np.radians(world.longitude), degree)
    return (rings * legendre_part(np.sin(np.radians(world.latitude)), degree)).sum(axis=0)


# ---- pixel maps: rings from north to south, twice as many pixels in each, from longitude 0 eastwards ----


def middles(side: float) -> tuple[np.ndarray, np.ndarray]:
    """The polar angles of the rings and the longitudes in a ring, for pixels of so many degrees a side.

    >>> polar, longitude = middles(45)
    >>> np.degrees(polar).round(1), len(longitude)
    (array([ 22.5,  67.5, 112.5, 157.5]), 8)
    """
    rings = round(180 / side)
    return np.pi * (np.arange(rings) + 0.5) / rings, np.pi * (np.arange(2 * rings) + 0.5) / rings


def synthesis(c: np.ndarray, polar: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """The function with coefficients c at every pair of a polar angle and a longitude.

    >>> synthesis(np.array([np.sqrt(4 * np.pi)]), np.zeros(2), np.zeros(3)).round(12).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    degree = round(np.sqrt(len(c))) - 1
    return (legendre_part(np.cos(polar), degree) * c) @ circular_part(longitude, degree).T


def sources(polar: np.ndarray, longitude: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """R⁻¹u for the middle u of each pixel, as unit vectors (pixels, 3)."""
    polar, longitude = (a.ravel() for a in np.meshgrid(polar, longitude, indexing="ij"))
    flat = np.sin(polar)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.cos(polar)], axis=1) @ rotation


def looked_up(pixels: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A map (n, 2n) read at unit vectors: the bilinear mean of the four pixels around each, also across a pole.

    >>> looked_up(np.array([[0.0, 1, 2, 3], [0, 1, 2, 3]]), np.array([[1.0, 0, 0], [0, 1, 0]]))
    array([1.5, 0.5])
    """
    n = len(pixels)
    beyond = np.roll(pixels, n, axis=1)  # the ring beyond a pole is the first one, half a ring further
    padded = np.vstack([beyond[:1], pixels, beyond[-1:]])
    down = np.arccos(np.clip(points[:, 2], -1, 1)) * n / np.pi - 0.5
    along = np.arctan2(points[:, 1], points[:, 0]) * n / np.pi - 0.5
    j, k = np.floor(down).astype(int), np.floor(along).astype(int)
    t, w = down - j, along - k
    ring = lambda row: (1 - w) * padded[row, k % (2 * n)] + w * padded[row, (k + 1) % (2 * n)]
    return (1 - t) * ring(j + 1) + t * ring(j + 2)

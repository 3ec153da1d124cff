"""Point clouds drawn from the surfaces of five solids: sets of points in space whose order means nothing.

Every point is uniform on the surface: a part of the surface gets as many points as its share of the area says.
The solids stand upright in the cube [-1, 1]^3.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

TUBE = 0.3  # of the torus: the radius of the tube; its centre line has radius 1 - TUBE


def sphere(n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 3"]:
    """n points on the unit sphere.

    >>> points = sphere(5, np.random.default_rng(0))
    >>> points.shape, bool(np.allclose(np.linalg.norm(points, axis=1), 1))
    ((5, 3), True)
    """
    points = rng.normal(size=(n, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def torus(n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 3"]:
    """n points on a ring that lies flat. The outside of the tube is longer than the inside and gets more of them."""
    angle = np.empty(0)
    while len(angle) < n:  # rejection: a circle round the axis has a length proportional to its radius
        trial = rng.uniform(0, 2 * np.pi, 2 * n)
        kept = rng.random(2 * n) < 1 - TUBE + TUBE * np.cos(trial)
        angle = np.concatenate([angle, trial[kept]])
    angle = angle[:n]
    return _around_the_axis(1 - TUBE + TUBE * np.cos(angle), TUBE * np.sin(angle), rng)


def cube(n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 3"]:
    """n points on the six faces of a cube with edges of length sqrt(2), which fits when turned about its axis."""
    points = rng.uniform(-1, 1, (n, 3))
    axis, side = rng.integers(0, 3, n), rng.choice([-1.0, 1.0], n)
    points[np.arange(n), axis] = side
    return points / np.sqrt(2)


def cylinder(n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 3"]:
    """n points on a can of radius 0.7 and height 2, lid and bottom included."""
    radius, height = 0.7, 2.0
    side, lid = 2 * np.pi * radius * height, np.pi * radius**2
    part = rng.choice(3, n, p=np.array([side, lid, lid]) / (side + 2 * lid))
    r = np.where(part == 0, radius, radius * np.sqrt(rng.random(n)))
    z = np.choose(part, [rng.uniform(-height / 2, height / 2, n), height / 2, -height / 2])
    return _around_the_axis(r, z, rng)


def cone(n: int, rng: np.random.Generator) -> Float[np.ndarray, "n 3"]:
    """n points on a cone of radius 1 and height 2, bottom included, with its tip on top."""
    slant = np.sqrt(1 + 2**2)  # the areas of bottom and mantle are as 1 to the slant height
    r = np.sqrt(rng.random(n))
    z = np.where(rng.random(n) < slant / (1 + slant), 1 - 2 * r, -1.0)
    return _around_the_axis(r, z, rng)


SHAPES = {"sphere": sphere, "torus": torus, "cube": cube, "cylinder": cylinder, "cone": cone}


@dataclass(frozen=True, eq=False)
class PointClouds:
    """Clouds padded to one size, which ones are points, and the number of the shape in `names`.

    Points are float32 in random order; rows that are no points are 0.
    """

    points: Float[np.ndarray, "clouds n 3"]
    mask: Bool[np.ndarray, "clouds n"]
    label: Int[np.ndarray, " clouds"]
    names: tuple[str, ...] = tuple(SHAPES)

    def __repr__(self) -> str:
        sizes = self.mask.sum(axis=1)
        points = f"{sizes.min()} to {sizes.max()} points"
        return f"PointClouds({len(self.label)} clouds of {points}, {len(self.names)} shapes)"


def clouds(count: int, sizes: tuple[int, int], *, noise: float = 0.05, seed: int = 0) -> PointClouds:
    """`count` clouds, as many of each shape: turned about the vertical axis, stretched by 0.7 to 1.3, with noise.

    Args:
        count: a multiple of five.
        sizes: the smallest and the largest number of points of a cloud, which is uniform between them.
        noise: standard deviation of the normal noise on every coordinate.
        seed: equal seeds give equal clouds.

    Raises:
        ValueError: `count` is no multiple of five, or the sizes are not 0 <= smallest <= largest.

    >>> clouds(10, (16, 64))
    PointClouds(10 clouds of 16 to 58 points, 5 shapes)
    """
    low, high = sizes
    if count < 5 or count % len(SHAPES) or not 0 <= low <= high:
        raise ValueError(
            f"expected a positive multiple of {len(SHAPES)} clouds and sizes 0 <= smallest <= largest; "
            f"got {count} clouds and sizes {sizes}"
        )
    rng = np.random.default_rng(seed)
    label = np.arange(count) % len(SHAPES)
    points = np.array([_turned(shape(high, rng), rng) for shape in (list(SHAPES.values())[k] for k in label)])
    points = points * rng.uniform(0.7, 1.3, (count, 1, 1)) + rng.normal(scale=noise, size=points.shape)
    mask = np.arange(high) < rng.integers(low, high + 1, (count, 1))
    return PointClouds(np.where(mask[:, :, None], points, 0).astype(np.float32), mask, label.astype(np.int32))


def _around_the_axis(radius, z, rng):
    angle = rng.uniform(0, 2 * np.pi, len(z))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z])


def _turned(points, rng):
    c, s = np.cos(angle := rng.uniform(0, 2 * np.pi)), np.sin(angle)
    return points @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])

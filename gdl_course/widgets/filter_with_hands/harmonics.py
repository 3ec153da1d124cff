"""A filter made of circular harmonics on one Gaussian ring, in NumPy: what the widget shows, in the reference's words.

A place has x to the right and y upwards, φ runs counter-clockwise from the right: the sense in which SO(2) turns what
stands on a grid, and in which `np.rot90` does (`gdl_course.representations.actions`).
"""

from __future__ import annotations

import numpy as np

AMPLITUDES = (0.35, 1.0, 1.0, 1.0)  # how long the hand of each frequency is; upright, all point to 0°
RADII = {"small": 1.5, "medium": 3.0, "large": 5.0}  # pixels from the middle to the ring
SHARES = ("both", "cosine", "off")  # what a frequency above 0 may have: its pair, one of it, nothing


def quarter_exact(degrees: float) -> tuple[float, float]:
    """Cosine and sine of an angle, without rounding for quarter turns.

    >>> quarter_exact(270)
    (0.0, -1.0)
    """
    turns, rest = divmod(degrees % 360, 90)
    if rest == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(turns)]
    return float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))


def filter_values(x: np.ndarray, y: np.ndarray, radius: float, coefficients: np.ndarray) -> np.ndarray:
    r"""The filter $w(r, \varphi) = R(r) \sum_k (a_k \cos k\varphi + b_k \sin k\varphi)$ at places (x, y).

    R is a Gaussian ring of width 0.4 · radius that adds up to 4 over the plane, and 0 in the middle for k > 0, where
    φ has no value.

    Args:
        x: Pixels to the right of the middle.
        y: Pixels above it.
        radius: Of the ring.
        coefficients: [a_k, b_k] for each frequency, (4, 2).

    >>> upright = np.array([[0, 0], [1, 0], [0, 0], [0, 0]])      # cos φ
    >>> filter_values(np.array([3.0, 0.0, -3.0]), np.zeros(3), 3.0, upright).round(3).tolist()
    [0.071, 0.0, -0.071]
    """
    r, phi, width = np.hypot(x, y), np.arctan2(y, x), 0.4 * radius
    ring = 4 * np.exp(-(((r - radius) / width) ** 2) / 2) / ((2 * np.pi) ** 1.5 * radius * width)
    waves = [(np.cos(k * phi), np.sin(k * phi)) for k in range(len(AMPLITUDES))]
    total = sum(a * c + b * s for (a, b), (c, s) in zip(coefficients[1:], waves[1:], strict=True))
    return ring * (coefficients[0][0] + np.where(r > 0, total, 0.0))


def wanted(hands: tuple[str, ...], angle: float) -> np.ndarray:
    """The coefficients of the filter turned by an angle: each pair turns by k times the angle; (4, 2) float64."""
    pairs = [np.multiply(a, quarter_exact(k * angle)) for k, a in enumerate(AMPLITUDES)]
    return np.array([pair if hand != "off" else (0.0, 0.0) for pair, hand in zip(pairs, hands, strict=True)])


def allowed(hands: tuple[str, ...], angle: float) -> np.ndarray:
    """The same where some sines are forbidden: those coefficients are lost.

    >>> allowed(("both", "cosine", "both", "off"), 90).round(9).tolist()
    [[0.35, 0.0], [0.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]
    """
    sine = [hand != "cosine" for hand in hands]
    return wanted(hands, angle) * np.stack([np.ones(len(hands)), sine], axis=1)


def places(radius: float) -> tuple[np.ndarray, np.ndarray]:
    """The pixels of a filter, x to the right and y upwards: two arrays (side, side), side = 2⌈2 radius⌉ + 1."""
    reach = int(np.ceil(2 * radius))
    row, column = np.indices((2 * reach + 1, 2 * reach + 1)) - reach
    return column.astype(float), -row.astype(float)


def pixels(radius: float, coefficients: np.ndarray) -> np.ndarray:
    """The filter on the grid, (side, side) float64."""
    return filter_values(*places(radius), radius, coefficients)


def turned_filter(radius: float, hands: tuple[str, ...], angle: float) -> np.ndarray:
    """The filter turned the slow way, (g·w)(u) = w(g⁻¹u), which knows of no coefficients that turn.

    >>> hands = ("both", "both", "both", "off")
    >>> bool(np.allclose(turned_filter(3.0, hands, 25), pixels(3.0, wanted(hands, 25)), atol=1e-15, rtol=0))
    True
    """
    (x, y), (c, s) = places(radius), quarter_exact(angle)
    return filter_values(c * x + s * y, c * y - s * x, radius, wanted(hands, 0))


def turned(x: np.ndarray, angle: float) -> np.ndarray:
    """g·x for a square picture: (g·x)(u) = x(g⁻¹u), bilinear between pixels, 0 beyond; quarter turns are exact.

    >>> turned(np.array([[1.0, 2.0], [3.0, 4.0]]), 90).tolist()   # as np.rot90
    [[2.0, 4.0], [1.0, 3.0]]
    """
    middle, (c, s) = (len(x) - 1) / 2, quarter_exact(angle)
    row, column = np.indices(x.shape) - middle
    i, j = middle + c * row + s * column, middle + c * column - s * row
    top, start, padded = np.floor(i).astype(int), np.floor(j).astype(int), np.pad(x, 1)
    at = lambda r, q: padded[np.clip(r + 1, 0, len(x) + 1), np.clip(q + 1, 0, len(x) + 1)]
    above, below = ((1 - (j - start)) * at(r, start) + (j - start) * at(r, start + 1) for r in (top, top + 1))
    return (1 - (i - top)) * above + (i - top) * below


def inside(side: int, radius: float) -> np.ndarray:
    """Which pixels are so near to the middle that a turn brings nothing from beyond the border under the filter."""
    row, column = np.indices((side, side)) - (side - 1) / 2
    return np.hypot(row, column) <= side / 2 - int(np.ceil(2 * radius)) - 1

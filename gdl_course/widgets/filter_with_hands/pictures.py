"""The pictures under the filter: drawn by formula, 64 × 64 grey values, so that nothing is downloaded."""

from __future__ import annotations

import base64
from functools import cache

import numpy as np

from gdl_course.widgets.shared.random_numbers import mulberry32

SIDE = 64


@cache
def pictures() -> dict[str, str]:
    """Every picture by name: base64 of its bytes, row by row.

    >>> sorted(pictures())
    ['leaf', 'rings', 'star']
    """
    drawn = {"leaf": _leaf(), "star": _star(), "rings": _rings()}
    return {name: base64.b64encode(as_bytes(values).tobytes()).decode() for name, values in drawn.items()}


def as_bytes(values: np.ndarray) -> np.ndarray:
    """Grey values between 0 and 1 as whole numbers from 0 to 255."""
    return np.round(255 * np.clip(values, 0, 1)).astype(np.uint8)


def grey_values(name: str) -> np.ndarray:
    """A picture as the widget computes with it: between 0 and 1, less its mean, (64, 64) float64.

    >>> grey_values("leaf").shape, bool(abs(grey_values("leaf").mean()) < 1e-12)
    ((64, 64), True)
    """
    raw = np.frombuffer(base64.b64decode(pictures()[name]), np.uint8).reshape(SIDE, SIDE).astype(float)
    return (raw - raw.mean()) / 255


def _grid() -> tuple[np.ndarray, np.ndarray]:
    row, column = np.indices((SIDE, SIDE)).astype(float)
    return row, column


def _line(along: np.ndarray, across: np.ndarray, width: float) -> np.ndarray:
    """A bright line through points (column `along`, row `across`)."""
    row, column = _grid()
    squared = (row[..., None] - across) ** 2 + (column[..., None] - along) ** 2
    return np.exp(-squared.min(axis=-1) / (2 * width**2))


def _leaf() -> np.ndarray:
    """A leaf on a dark ground: stalk and midrib along a curve, veins that leave it on both sides, and a grain."""
    random = mulberry32(11)
    grain = np.array([next(random) for _ in range(SIDE * SIDE)]).reshape(SIDE, SIDE)
    for axis in (0, 1):
        grain = (np.roll(grain, 1, axis) + 2 * grain + np.roll(grain, -1, axis)) / 4
    row, column = _grid()
    base, tip = np.array([17.0, 43.0]), np.array([62.0, 12.0])  # column and row
    length = np.hypot(*(tip - base))
    ahead = (tip - base) / length
    t = ((column - base[0]) * ahead[0] + (row - base[1]) * ahead[1]) / length  # 0 at the base, 1 at the tip
    across = (column - base[0]) * ahead[1] - (row - base[1]) * ahead[0] + 5 * np.sin(np.pi * t)
    half = 19 * np.sin(np.pi * np.clip(t, 0, 1)) ** 0.75  # of the width
    blade = 1 / (1 + np.exp((np.abs(across) - half) / 0.6))
    start = t - 0.011 * np.abs(across) - 0.00012 * across**2  # where a vein through this pixel leaves the midrib
    phase = np.where(across > 0, start, start + 0.05) / 0.115
    veins = np.exp(-(((phase - np.round(phase)) * 0.115 * length / 0.9) ** 2) / 2)
    rib = np.exp(-((across / 1.3) ** 2) / 2) * (t < 1)
    return 0.08 + 0.3 * (grain - 0.5) + blade * (0.22 + 0.42 * veins) * (1 - rib) + 0.85 * rib


def _star() -> np.ndarray:
    """Three rays from the middle, at unequal angles."""
    t, middle = np.linspace(0, 60, 240), (SIDE - 1) / 2
    angles = np.radians([25.0, 140.0, 260.0])
    return 0.15 + 0.8 * np.max([_line(middle + t * np.cos(a), middle - t * np.sin(a), 1.6) for a in angles], axis=0)


def _rings() -> np.ndarray:
    """Circles about a point beside the middle."""
    row, column = _grid()
    return 0.5 + 0.45 * np.cos(2 * np.pi * np.hypot(row - 40, column - 22) / 9)

"""The Earth's coasts as lines, for the eye: where land and sea share a cell of the map by halves."""

from __future__ import annotations

from functools import cache

import numpy as np

from gdl_course.data import relief

LEAST = 9  # points of a line; shorter ones are islands of a few cells
NEAR = 0.5  # degrees by which the drawn line may leave the true one


@cache
def coasts() -> tuple[tuple[int, ...], ...]:
    """Lines as (latitude, longitude, latitude, longitude, ...), in tenths of a degree.

    >>> lines = coasts()
    >>> len(lines) > 20, sum(map(len, lines)) < 4000
    (True, True)
    """
    from contourpy import contour_generator  # comes with matplotlib; only those who make the picture wait for it

    world = relief()
    land = np.where(world.known, world.land, 1.0)
    land = np.concatenate([land[:, -1:], land, land[:, :1]], axis=1)  # the lines run on beyond 180°
    contours = contour_generator(np.arange(-180.5, 181), world.latitude, land).lines(0.5)
    drawn = (simplified(np.asarray(line), NEAR) for line in contours if len(line) >= LEAST)
    return tuple(tuple(np.rint(10 * line[:, ::-1]).astype(int).ravel().tolist()) for line in drawn)


def simplified(line: np.ndarray, near: float) -> np.ndarray:
    """The line (n, 2) without the points that it passes anyway, to within `near`.

    Source: D. Douglas and T. Peucker, *Cartographica* 10 (1973) 112, doi:10.3138/FM57-6770-U75U-7727.

    >>> simplified(np.array([[0, 0], [1, 0.1], [2, 0], [2, 2]]), 0.5).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]
    """
    start, along = line[0], line[-1] - line[0]
    away = line - start
    length = np.hypot(*along)
    off = np.abs(away[:, 0] * along[1] - away[:, 1] * along[0]) / length if length > 0 else np.hypot(*away.T)
    furthest = off.argmax()
    if off[furthest] <= near:
        return line[[0, -1]]
    return np.vstack([simplified(line[: furthest + 1], near)[:-1], simplified(line[furthest:], near)])

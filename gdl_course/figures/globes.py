"""The sphere as a picture: what one sees of it from far away."""

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from gdl_course.figures.style import DIVERGING, LINE
from gdl_course.representations.harmonics import harmonics

PIXELS = 120  # across the globe


def globe(
    c: Float[np.ndarray, " coefficients"], ax: Axes | None = None, limit: float | None = None,
    view: tuple[float, float] = (0.0, 0.0),
) -> Axes:  # fmt: skip
    """A function on the sphere, seen from far away: blue positive, gold negative, pale zero; north is up.

    Args:
        c: its coefficients, L² of them, as in `layers.sphere`.
        ax: where to draw.
        limit: the magnitude with the strongest colour; by default the largest in view.
        view: longitude and latitude, in degrees, of the point in the middle.

    Raises:
        ValueError: there are not L² coefficients, or they are not finite.

    >>> ax = globe(np.array([0.0, 0.0, 1.0, 0.0]))  # z: blue in the north, gold in the south
    >>> picture = ax.images[0].get_array()
    >>> bool(picture[10, 60] > 0 > picture[110, 60]), bool(picture.mask[0, 0])
    (True, True)
    """
    c = np.asarray(c, dtype=float)
    L = round(len(c) ** 0.5) if c.ndim == 1 else 0
    if L < 1 or c.size != L * L or not np.isfinite(c).all():
        raise ValueError(f"a globe needs L² finite coefficients; got shape {c.shape}")
    ax = plt.subplots(figsize=(2.2, 2.2), layout="constrained")[1] if ax is None else ax
    right, up = np.meshgrid(_places(), -_places())
    seen = right**2 + up**2 < 1
    towards = np.sqrt(1 - right[seen] ** 2 - up[seen] ** 2)
    picture = np.ma.masked_all(seen.shape)
    picture[seen] = harmonics(L, np.stack([right[seen], up[seen], towards], axis=1) @ _axes_of(*view)) @ c
    limit = limit or np.abs(picture).max() or 1.0
    ax.imshow(picture, cmap=DIVERGING, vmin=-limit, vmax=limit, extent=(-1, 1, -1, 1), interpolation="bilinear")
    ax.add_patch(plt.Circle((0, 0), 1, fill=False, color=LINE, lw=0.8))
    ax.set(xlim=(-1.03, 1.03), ylim=(-1.03, 1.03))
    ax.axis("off")
    return ax


def _places() -> Float[np.ndarray, " n"]:
    """The middles of the pixels, between -1 and 1."""
    return (np.arange(PIXELS) + 0.5) * 2 / PIXELS - 1


def _axes_of(longitude: float, latitude: float) -> Float[np.ndarray, "3 3"]:
    """Right, up and towards the viewer, as rows: east, north and the direction of a point of the sphere."""
    phi, delta = np.radians([longitude, latitude])
    east = np.array([-np.sin(phi), np.cos(phi), 0])
    towards = np.array([np.cos(delta) * np.cos(phi), np.cos(delta) * np.sin(phi), np.sin(delta)])
    return np.stack([east, np.cross(towards, east), towards])

"""The Equivariance Explorer: paint a signal, choose g and f, and see whether the square commutes."""

from __future__ import annotations

import numpy as np
import traitlets

from gdl_course.kernels import correlation_matrix
from gdl_course.widgets.explorer.picture import draw
from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles
from gdl_course.widgets.shared.grid_trait import EDGE, Grid
from gdl_course.widgets.shared.random_numbers import mulberry32, random_permutation

SIZE = 8
CORNER = [[int((c == 5 and 2 <= r <= 5) or (r == 5 and c >= 5)) for c in range(SIZE)] for r in range(SIZE)]


class EquivarianceExplorer(CourseWidget):
    r"""Does $f(g \cdot x) = g \cdot f(x)$? The reader paints $x$ on an 8×8 grid and chooses $g$ and $f$.

    Both paths of the commuting square are computed in the browser as the reader paints; every change is
    read back into these attributes, and assigning to an attribute changes the picture.

    Attributes:
        pixels: 8×8 integers from -9 to 9 (nested lists, or any array of that shape).
        transform: "shift" (cyclic, by `dx` columns to the right and `dy` rows down, each from -7 to 7),
            "turn" (90° counter-clockwise), "mirror" (left and right), "shuffle" (a random permutation of the 64
            pixels).
        layer: "conv" (cross-correlation with `kernel`), "dense" (64×64 random weights), "relu", "max-pool" (2×2),
            "mean".
        kernel: 3×3 numbers;  padding : "wrap" or "zero";  stride : 1 or 2. Used by "conv".
        seed: whole number from 0; decides the shuffle and the dense weights (mulberry32, the same in both languages).

    A value out of range raises `traitlets.TraitError` and says what was expected.

    >>> explorer = EquivarianceExplorer(transform="turn", padding="wrap")
    >>> explorer
    EquivarianceExplorer(padding='wrap', transform='turn')
    >>> explorer.error() > 0.1        # a turn does not commute with an edge kernel
    True
    >>> explorer.kernel = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    >>> explorer.error()
    0.0
    """

    _esm = bundle("explorer/widget.js")
    _css = styles("explorer")
    page_height = (1090, 1700)

    pixels = Grid(CORNER, limit=9, whole=True).tag(sync=True, state=True, key="x", letters=True)
    transform = traitlets.Enum(["shift", "turn", "mirror", "shuffle"], "shift").tag(sync=True, state=True)
    dx = traitlets.Int(2, min=1 - SIZE, max=SIZE - 1).tag(sync=True, state=True)
    dy = traitlets.Int(0, min=1 - SIZE, max=SIZE - 1).tag(sync=True, state=True)
    layer = traitlets.Enum(["conv", "dense", "relu", "max-pool", "mean"], "conv").tag(sync=True, state=True)
    kernel = Grid(EDGE, limit=99, whole=False).tag(sync=True, state=True)
    padding = traitlets.Enum(["wrap", "zero"], "zero").tag(sync=True, state=True)
    stride = traitlets.Enum([1, 2], 1).tag(sync=True, state=True)
    seed = traitlets.Int(1, min=0, max=2**31 - 1).tag(sync=True, state=True)

    def square(self) -> dict[str, np.ndarray]:
        """The maps of the commuting square, by name: x, gx, fx, gfx, fgx, difference (float64, size × size)."""
        x = np.array(self.pixels, dtype=float)
        gx, fx = self._act(x), self._apply(x)
        gfx, fgx = self._act(fx), self._apply(gx)
        return {"x": x, "gx": gx, "fx": fx, "gfx": gfx, "fgx": fgx, "difference": fgx - gfx}

    def error(self) -> float:
        """‖f(g·x) − g·f(x)‖ / ‖f(x)‖ for the picture shown (absolute if f(x) is 0)."""
        maps = self.square()
        return float(np.linalg.norm(maps["difference"]) / (np.linalg.norm(maps["fx"]) or 1))

    def fallback_svg(self) -> tuple[str, str]:
        """The picture shown, without a browser: (svg, alt text)."""
        return draw(self)

    def _act(self, x: np.ndarray) -> np.ndarray:
        """g·x, on the pixels or on the coarser output of a layer (there, the nearest whole shift below)."""
        size = len(x)
        if self.transform == "shift":
            cell = SIZE // size
            return np.roll(x, (self.dy // cell, self.dx // cell), axis=(0, 1))
        if self.transform == "turn":
            return np.rot90(x)
        if self.transform == "mirror":
            return np.fliplr(x)
        if size < SIZE:  # 64 shuffled pixels do not act on fewer cells
            return x
        moved = np.empty(SIZE * SIZE)
        moved[random_permutation(SIZE * SIZE, self.seed)] = x.ravel()
        return moved.reshape(SIZE, SIZE)

    def _apply(self, x: np.ndarray) -> np.ndarray:
        """f(x): (8, 8) float64 -> (size, size) with size 8, 4 or 1."""
        if self.layer == "conv":
            matrix = correlation_matrix(
                np.array(self.kernel, float), (SIZE, SIZE), padding=self.padding, stride=self.stride
            )
            return (matrix @ x.ravel()).reshape(SIZE // self.stride, -1)
        if self.layer == "dense":
            return (dense_weights(self.seed) @ x.ravel()).reshape(SIZE, SIZE)
        if self.layer == "relu":
            return np.maximum(x, 0)
        if self.layer == "max-pool":
            return x.reshape(SIZE // 2, 2, SIZE // 2, 2).max(axis=(1, 3))
        return x.mean(keepdims=True)


def dense_weights(seed: int) -> np.ndarray:
    """The unconstrained layer: (64, 64) float64, independent and uniform in [-1, 1).

    >>> dense_weights(1).shape
    (64, 64)
    """
    random = mulberry32(seed + 1000003)
    return np.array([2 * next(random) - 1 for _ in range(SIZE**4)]).reshape(SIZE**2, SIZE**2)

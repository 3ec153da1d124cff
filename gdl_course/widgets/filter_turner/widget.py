"""The filter turner: turn a picture by any angle, and see what the orientation channels do."""

from __future__ import annotations

import numpy as np
import traitlets

from gdl_course.kernels import correlation_matrix
from gdl_course.widgets.filter_turner.picture import draw
from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles
from gdl_course.widgets.shared.grid_trait import EDGE, Grid

SIZE, LIMIT = 9, 9
LETTER = "......... ..1111... ..1...... ..1...... ..111.... ..1...... ..1...... ......... .........".replace(".", "0")
F = [[int(pixel) for pixel in row] for row in LETTER.split()]
POSES = {"none": 1, "C4": 4, "D4": 8}
LAWS = ("both", "channels", "space")
QUARTERS = ((1, 0), (0, 1), (-1, 0), (0, -1))  # exact cosines and sines


class FilterTurner(CourseWidget):
    r"""Does $f(g \cdot x) = g \cdot f(x)$ for a lifting convolution $f$, if $g$ turns the picture by any angle?

    The layer correlates the picture with its kernel $\psi$ in every pose $h$ of a group, $f(x)[h] = x \star h\psi$,
    with
    0 beyond the border: one map (a channel) for each pose. Then $(g \cdot f(x))[h] = g \cdot (f(x)[g^{-1} h])$: every
    map is turned, and moves to another channel. For a quarter turn $r$ that reads `new[r] = rot90(old[r - 1])`, and it
    is exact. At other angles $g \cdot x$ is interpolated (bilinear), there is no such law, and the picture is compared
    with the maps turned by the angle and the channels moved by the nearest quarter turn.

    Attributes:
        pixels: 9×9 integers from -9 to 9, the picture x;  kernel : 3×3 integers from -9 to 9, ψ.
        group: "none" (one pose, a plain convolution), "C4" (four turns: p4), "D4" (and their mirror images: p4m).
            Pose i < 4 is turned by i quarter turns, pose 4 + i is mirrored before.
        angle: whole degrees from 0 to 360, counter-clockwise;  mirror : left and right change places before.
        law: what g does to f(x): "both", or one half of it alone, "channels" or "space".

    A value out of range raises `traitlets.TraitError` and says what was expected.

    >>> turner = FilterTurner()
    >>> turner.angle, turner.error()
    (90, 0.0)
    >>> turner.law = "channels"      # half of the law
    >>> turner.error() > 0.5
    True
    >>> FilterTurner(angle=45).error() > 0.1
    True

    Source: Cohen and Welling, *Group Equivariant Convolutional Networks*, ICML 2016; the layer is
    `gdl_course.layers.group_grid.lift`, the law `act`.
    """

    _esm = bundle("filter_turner/widget.js")
    _css = styles("explorer", "filter_turner")
    page_height = (1300, 2345)

    pixels = Grid(F, limit=LIMIT, whole=True).tag(sync=True, state=True, key="x", letters=True)
    kernel = Grid(EDGE, limit=LIMIT, whole=True).tag(sync=True, state=True)
    group = traitlets.Enum(tuple(POSES), "C4").tag(sync=True, state=True)
    angle = traitlets.Int(90, min=0, max=360).tag(sync=True, state=True)
    mirror = traitlets.Bool(False).tag(sync=True, state=True)
    law = traitlets.Enum(LAWS, "both").tag(sync=True, state=True)

    def square(self) -> dict[str, np.ndarray]:
        """The corners of the commuting square, by name, float64.

        x and gx are (9, 9); fx, gfx, fgx and difference = fgx - gfx are (poses, 9, 9).
        """
        x = np.array(self.pixels, dtype=float)
        gx = transformed(x, self.angle, self.mirror)
        fx, fgx = self._lift(x), self._lift(gx)
        gfx = self._act(fx)
        return {"x": x, "gx": gx, "fx": fx, "gfx": gfx, "fgx": fgx, "difference": fgx - gfx}

    def error(self) -> float:
        """The largest entry of |f(g·x) − g·f(x)|, as a share of the largest of |f(x)| (0 if f(x) is 0)."""
        maps = self.square()
        scale = np.abs(maps["fx"]).max()
        return float(np.abs(maps["difference"]).max() / scale) if scale > 0 else 0.0

    def fallback_svg(self) -> tuple[str, str]:
        """The square and the verdict, without a browser: (svg, alt text)."""
        return draw(self)

    def _lift(self, x: np.ndarray) -> np.ndarray:
        kernel = np.array(self.kernel, dtype=float)
        poses = [transformed(kernel, 90 * (h % 4), h >= 4) for h in range(POSES[self.group])]
        layers = [correlation_matrix(pose, x.shape, padding="zero") for pose in poses]
        return np.array([(layer @ x.ravel()).reshape(x.shape) for layer in layers])

    def _act(self, field: np.ndarray) -> np.ndarray:
        if self.law != "space":
            field = field[channel_sources(self.group, nearest_turns(self.angle), self.mirror)]
        if self.law == "channels":
            return field
        return np.array([transformed(channel, self.angle, self.mirror) for channel in field])


def nearest_turns(angle: int) -> int:
    """The number of quarter turns, 0 to 3, nearest to an angle in degrees; halfway, the larger.

    >>> [nearest_turns(angle) for angle in (44, 45, 90, 300, 359)]
    [0, 1, 1, 3, 0]
    """
    return int(angle / 90 + 0.5) % 4


def channel_sources(group: str, turns: int, mirror: bool) -> list[int]:
    """Which pose comes to stand at pose h: g⁻¹h, for g = `turns` quarter turns, after a mirror if asked.

    Without mirrored poses (C4) a mirror can only put the turns into reversed order.

    >>> channel_sources("C4", 1, False)
    [3, 0, 1, 2]
    >>> channel_sources("D4", 0, True)
    [4, 7, 6, 5, 0, 3, 2, 1]
    """
    if group == "none":
        return [0]
    lefts = [((h % 4) - turns, h >= 4) for h in range(POSES[group])]
    if mirror:
        lefts = [(-left, not ring) for left, ring in lefts]
    return [4 * (ring and group == "D4") + left % 4 for left, ring in lefts]


def transformed(x: np.ndarray, angle: int, mirror: bool = False) -> np.ndarray:
    """g·x for a square array: mirrored left and right if asked, then turned by `angle` degrees counter-clockwise.

    (g·x)(u) = x(g⁻¹u) about the middle, bilinear between pixels, 0 beyond the border; quarter turns are exact.

    >>> transformed(np.array([[1.0, 2.0], [3.0, 4.0]]), 90).tolist()   # as np.rot90
    [[2.0, 4.0], [1.0, 3.0]]
    """
    n = len(x)
    row, column = np.indices(x.shape)
    right, up = column - (n - 1) / 2, (n - 1) / 2 - row
    turns, rest = divmod(angle, 90)
    cos, sin = (np.cos(np.radians(angle)), np.sin(np.radians(angle))) if rest else QUARTERS[turns % 4]
    across, high = np.asarray(cos * right + sin * up), np.asarray(cos * up - sin * right)
    return _between(x, (n - 1) / 2 - high, (n - 1) / 2 + (-across if mirror else across))


def _between(x: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The bilinear mean of the four pixels around each place; those beyond the border count as 0."""
    padded = np.pad(x, 1)
    r, c = np.floor(row).astype(int), np.floor(column).astype(int)
    a, b = row - r, column - c
    at = lambda i, j: padded[np.clip(i + 1, 0, len(x) + 1), np.clip(j + 1, 0, len(x) + 1)]
    above = (1 - b) * at(r, c) + b * at(r, c + 1)
    return (1 - a) * above + a * ((1 - b) * at(r + 1, c) + b * at(r + 1, c + 1))

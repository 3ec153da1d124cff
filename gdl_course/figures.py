"""The figures that recur: signals, filter banks, orbit matrices, the commuting square; one style for all of them.

A colour means one thing: blue the signal, gold its negative values, orange the group, teal the layer, magenta a
violation. Call `use_style()` once, at the top of a notebook. A function draws on the axes that it is given, or on a
new figure, and never calls `plt.show`.
"""

import colorsys
import sys

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gdl_course.report import relative_error

SIGNAL, NEGATIVE, GROUP, LAYER, VIOLATION = "#0072B2", "#B8973B", "#D55E00", "#009E73", "#B5127E"
INK, QUIET, LINE, ZERO = "#1D2430", "#596275", "#DDDCD6", "#F6F6F3"  # text, less of it, cell borders, the value 0
WIDTH = 7.0  # inches: the width of every full figure

# Colours and letters of orbits, the same as in the widgets (gdl_course/widgets/parts.js).
ORBIT_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδεζηθλμνξπρστφχψω"
ORBIT_COLOURS = ("#0072B2", "#5C6B7A", "#7D4E97", "#8A5F10", "#E69F00", "#00745A", "#56B4E9", "#8DB600")
LIGHT_ORBITS = (4, 6, 7)  # these carry dark letters

# Both ends are equally dark, so that a sign never looks like a size.
DIVERGING = LinearSegmentedColormap.from_list("gdl-diverging", ["#6E5714", NEGATIVE, ZERO, "#4A9CCB", "#00538A"])
ERRORS = LinearSegmentedColormap.from_list("gdl-errors", [ZERO, "#DE86BE", VIOLATION, "#5E0742"])

STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.prop_cycle": plt.cycler(color=[SIGNAL, GROUP, LAYER, VIOLATION, NEGATIVE, QUIET]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.figsize": (WIDTH, 3.6),
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": 9.5,
    "image.interpolation": "nearest",
    "lines.linewidth": 1.8,
    "mathtext.fontset": "dejavuserif",
    "savefig.facecolor": "white",  # a white card, in dark pages too
    "svg.hashsalt": "gdl-course",  # the same figure makes the same file
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
}


def use_style() -> None:
    """Set fonts, sizes and colours; in a notebook, draw figures as SVG that is the same at every run."""
    plt.rcParams.update(STYLE)
    interactive = sys.modules.get("IPython.core.interactiveshell")
    if interactive is not None and interactive.InteractiveShell.initialized():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None})


def heat(values: Float[np.ndarray, "height width"], ax: Axes | None = None, limit: float | None = None) -> Axes:
    """A signal, a kernel or a matrix as coloured cells: blue positive, gold negative, pale zero.

    Args:
        values: (height, width), or (n,) for one row of cells; axes of size 1 in front are dropped.
        limit: the magnitude with the strongest colour; by default the largest magnitude in `values`.

    Raises:
        ValueError: `values` has more than two axes, is empty, or is not finite.

    >>> ax = heat(np.array([[1.0, -1.0], [0.0, 0.5]]))
    >>> ax.images[0].get_clim()
    (-1.0, 1.0)
    """
    values = _cells(values)
    limit = limit or np.abs(values).max() or 1.0
    return _paint(values, _axes(ax), DIVERGING, -limit, limit)


def error_map(
    difference: Float[np.ndarray, "height width"], ax: Axes | None = None, limit: float | None = None
) -> Axes:
    """The magnitude of a difference as coloured cells: pale where two signals agree, magenta where they do not.

    Args: as `heat`.

    >>> ax = error_map(np.array([0.0, -3.0, 1.0]))
    >>> ax.images[0].get_clim(), float(ax.images[0].get_array().max())
    ((0.0, 3.0), 3.0)
    """
    magnitude = np.abs(_cells(difference))
    return _paint(magnitude, _axes(ax), ERRORS, 0.0, limit or magnitude.max() or 1.0)


def filter_bank(kernels: Float[np.ndarray, "... size size"], columns: int = 8) -> Figure:
    """Kernels side by side on one colour scale, with their numbers written in where they are 5 x 5 or smaller.

    Args:
        kernels: (..., k, k), or (..., k) for one dimension if it has two axes; drawn in order of the leading axes.

    >>> figure = filter_bank(np.stack([np.eye(3), -np.eye(3)]))
    >>> [text.get_text() for text in figure.axes[1].texts][:4]
    ['−1', '0', '0', '0']
    """
    kernels = np.asarray(kernels, dtype=np.float64)
    if kernels.ndim < 2 or kernels.size == 0:
        raise ValueError(f"a filter bank has shape (count, k) or (..., k, k); got {kernels.shape}")
    stack = kernels[:, None, :] if kernels.ndim == 2 else kernels.reshape(-1, *kernels.shape[-2:])
    columns = min(columns, len(stack))
    rows = -(-len(stack) // columns)
    height, width = stack.shape[1:]
    side = min(1.3, WIDTH / columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(side * columns, side * rows * height / width), squeeze=False, layout="constrained"
    )
    for ax in axes.flat[len(stack) :]:
        ax.remove()
    limit = np.abs(stack).max() or 1.0
    for ax, kernel in zip(axes.flat, stack, strict=False):
        heat(kernel, ax, limit)
        if max(height, width) <= 5:
            _write_numbers(kernel, ax, limit, size=min(9, 26 * side / width))
    return figure


def orbit_matrix(labels: Int[np.ndarray, "out in"], ax: Axes | None = None) -> Axes:
    """A matrix whose entries share a weight where they share a label: one colour and one letter an orbit.

    Letters are left out above 20 columns, where they could not be read.

    Args:
        labels: whole numbers from 0, such as ``linear_maps(rho_in, rho_out).orbits``; -1 leaves a cell empty.

    >>> ax = orbit_matrix(np.array([[0, 1], [1, 0]]))
    >>> [text.get_text() for text in ax.texts]
    ['a', 'b', 'b', 'a']
    """
    labels = np.asarray(labels)
    if labels.ndim != 2 or labels.size == 0 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be whole numbers of shape (out, in); got {labels.dtype} of shape {labels.shape}")
    ax = _axes(ax)
    picture = np.array([[_rgb(k) for k in row] for row in labels])
    ax.imshow(picture, aspect="equal")
    _grid_lines(ax, labels.shape, "white")
    if labels.shape[1] <= 20:
        inches = ax.get_position().width * ax.figure.get_figwidth() / labels.shape[1]
        for (i, j), k in np.ndenumerate(labels):
            if k >= 0:
                letter = ORBIT_LETTERS[k] if k < len(ORBIT_LETTERS) else str(k)
                ink = INK if k in LIGHT_ORBITS else "white"
                size = min(11, 42 * inches) / max(1, 0.6 * len(letter))
                ax.text(j, i, letter, color=ink, fontsize=size, ha="center", va="center")
    return ax


def commuting_square(
    x: ArrayLike, gx: ArrayLike, fx: ArrayLike, gfx: ArrayLike, fgx: ArrayLike, *,
    g: str = "g", f: str = "f", tolerance: float = 1e-5,
) -> Figure:  # fmt: skip
    """Does the layer commute with the group? The two ways through the square, their difference, and the verdict.

    x is at the top left and g·x at the top right; below them are f(x), then g·f(x) and f(g·x) side by side. Arrows of
    the group are orange, arrows of the layer teal. The three outputs share one colour scale.

    Args:
        x, gx: input and transformed input, each (n,) or (height, width); axes of size 1 in front are dropped.
        fx, gfx, fgx: f(x), g·f(x) and f(g·x), in this order; the last two have one shape.
        g, f: what the arrows are called, such as "shift by 2".
        tolerance: the largest relative error ‖f(g·x) - g·f(x)‖ / ‖f(x)‖ that counts as commuting.

    >>> x = np.array([0.0, 1.0, 2.0, 0.0])
    >>> figure = commuting_square(x, np.roll(x, 1), 2 * x, 2 * np.roll(x, 1), 2 * np.roll(x, 1), g="shift by 1")
    >>> figure.texts[-1].get_text()
    '✓ They commute: relative error 0.'
    """
    x, gx, fx, gfx, fgx = (_cells(values) for values in (x, gx, fx, gfx, fgx))
    if gfx.shape != fgx.shape:
        raise ValueError(f"g·f(x) and f(g·x) must have one shape to be compared; got {gfx.shape} and {fgx.shape}")
    error = relative_error(fgx, gfx, fx)
    difference = np.abs(fgx - gfx)
    commutes = error <= tolerance
    output = max(np.abs(fx).max(), np.abs(gfx).max(), np.abs(fgx).max()) or 1.0

    square = _Square(flat=all(len(values) == 1 for values in (x, fx, gfx)))
    square.panel(0, 1, "$x$", x)
    square.panel(2, 1, r"$g \cdot x$", gx)
    square.panel(0, 0, "$f(x)$", fx, output)
    square.panel(1, 0, r"$g \cdot f(x)$", gfx, output)
    square.panel(2, 0, r"$f(g \cdot x)$", fgx, output)
    # Rounding errors must not fill the scale: on success the difference is shown against the size of the output.
    error_map(difference, square.axes(3, 0, "difference"), output if commutes else difference.max())
    square.arrows(g, f)
    square.sign("=" if commutes else "≠", LAYER if commutes else VIOLATION)
    if commutes:
        square.verdict(f"✓ They commute: relative error {error:.1g}.", LAYER)
    else:
        cells = f"{(difference > tolerance * output).sum()} of {difference.size} cells"
        square.verdict(
            f"✗ They do not commute: relative error {error:.2g}, largest difference {difference.max():.2g}, in {cells}.",
            VIOLATION,
        )
    return square.figure


class _Square:
    """Places of the commuting square, in inches: columns f(x), g·f(x), f(g·x), difference; rows below, above."""

    LEFT, SIDE = (0.1, 2.02, 3.76, 5.6), 1.3

    def __init__(self, flat: bool):
        self.side = 0.3 if flat else self.SIDE  # one-dimensional signals are strips
        self.bottom = (0.5, 1.2 + self.side)
        self.figure = plt.figure(figsize=(WIDTH, self.bottom[1] + self.side + 0.3))

    def axes(self, column: int, row: int, title: str) -> Axes:
        width, height = self.figure.get_size_inches()
        box = (self.LEFT[column] / width, self.bottom[row] / height, self.SIDE / width, self.side / height)
        ax = self.figure.add_axes(box)
        ax.set_title(title, pad=4)
        return ax

    def panel(self, column: int, row: int, title: str, values: np.ndarray, limit: float | None = None) -> None:
        heat(values, self.axes(column, row, title), limit).set_aspect("auto" if len(values) == 1 else "equal")

    def arrows(self, g: str, f: str) -> None:
        above, below = (bottom + self.side / 2 for bottom in self.bottom[::-1])
        column = [left + self.SIDE / 2 for left in self.LEFT]
        ends = self.bottom[1] - 0.08, self.bottom[0] + self.side + 0.28
        self._arrow((self.LEFT[0] + 1.42, above), (self.LEFT[2] - 0.12, above), GROUP)
        self._arrow((self.LEFT[0] + 1.42, below), (self.LEFT[1] - 0.12, below), GROUP)
        self._text((self.LEFT[0] + self.LEFT[2] + self.SIDE) / 2, above + 0.07, g, GROUP, va="bottom")
        for c in (0, 2):
            self._arrow((column[c], ends[0]), (column[c], ends[1]), LAYER)
            self._text(column[c] + 0.1, sum(ends) / 2, f, LAYER, ha="left", va="center")

    def sign(self, sign: str, colour: str) -> None:
        middle = (self.LEFT[1] + self.SIDE + self.LEFT[2]) / 2
        self._text(middle, self.bottom[0] + self.side / 2, sign, colour, va="center", fontsize=17, weight="bold")

    def verdict(self, words: str, colour: str) -> None:
        self._text(self.LEFT[0], 0.16, words, colour, ha="left", va="center", fontsize=10.5, weight="bold")

    def _text(self, across: float, up: float, words: str, colour: str, ha: str = "center", **style) -> None:
        width, height = self.figure.get_size_inches()
        self.figure.text(across / width, up / height, words, color=colour, ha=ha, **style)

    def _arrow(self, tail: tuple[float, float], head: tuple[float, float], colour: str) -> None:
        size = self.figure.get_size_inches()
        ends = {"xy": tuple(head / size), "xytext": tuple(tail / size)}
        style = {"arrowstyle": "-|>,head_width=0.25,head_length=0.45", "color": colour, "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
        self.figure.axes[0].annotate("", **ends, xycoords="figure fraction", arrowprops=style, annotation_clip=False)


def _axes(ax: Axes | None) -> Axes:
    return plt.subplots(figsize=(3.4, 3.4), layout="constrained")[1] if ax is None else ax


def _cells(values: ArrayLike) -> np.ndarray:
    """As a float64 matrix of cells."""
    cells = np.asarray(values, dtype=np.float64)
    shape = cells.shape
    while cells.ndim > 2 and len(cells) == 1:
        cells = cells[0]
    if cells.ndim > 2 or cells.size == 0 or not np.isfinite(cells).all():
        raise ValueError(
            "a picture needs finite values of shape (n,) or (height, width), one channel at a time; got shape "
            f"{shape} with {np.size(cells) - np.isfinite(cells).sum()} values that are NaN or infinite"
        )
    return np.atleast_2d(cells)


def _paint(cells: np.ndarray, ax: Axes, colours: LinearSegmentedColormap, low: float, high: float) -> Axes:
    ax.imshow(cells, cmap=colours, vmin=low, vmax=high, aspect="equal")
    _grid_lines(ax, cells.shape, LINE)
    return ax


def _grid_lines(ax: Axes, shape: tuple[int, int], colour: str) -> None:
    """Lines between the cells where there is room for them, and a frame."""
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set(visible=True, color=LINE, linewidth=0.8)
    if max(shape) <= 40:
        ax.hlines(np.arange(1, shape[0]) - 0.5, -0.5, shape[1] - 0.5, color=colour, lw=0.6)
        ax.vlines(np.arange(1, shape[1]) - 0.5, -0.5, shape[0] - 0.5, color=colour, lw=0.6)


def _rgb(k: int) -> tuple[float, float, float]:
    """The colour of orbit k; an empty cell if k is negative."""
    if k >= len(ORBIT_COLOURS):
        return colorsys.hls_to_rgb(round(k * 137.508) % 360 / 360, 0.32, 0.45)  # turns by the golden angle
    return plt.matplotlib.colors.to_rgb(ZERO if k < 0 else ORBIT_COLOURS[k])


def _write_numbers(cells: np.ndarray, ax: Axes, limit: float, size: float) -> None:
    for (i, j), value in np.ndenumerate(cells):
        words = f"{value:.2g}".replace("-", "−")
        ink = "white" if abs(value) > 0.45 * limit else INK
        ax.text(j, i, words, color=ink, fontsize=size, ha="center", va="center")

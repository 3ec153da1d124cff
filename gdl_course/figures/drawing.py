"""The figures that recur: signals, errors, filter banks, orbit matrices, curves of results, the commuting square."""

import colorsys
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gdl_course.equivariance.testing import relative_error
from gdl_course.figures.square_layout import SquareLayout
from gdl_course.figures.style import (
    DIVERGING,
    ERRORS,
    INK,
    LAYER_INK,
    LIGHT_ORBITS,
    LINE,
    MODELS,
    ORBIT_COLOURS,
    ORBIT_LETTERS,
    VIOLATION,
    WIDTH,
    ZERO,
)


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


def filter_bank(kernels: Float[np.ndarray, "... size size"], columns: int = 6) -> Figure:
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
            _write_numbers(kernel, ax, size=min(9, 23 * side / width))
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
        inches = ax.bbox.width / ax.figure.dpi / labels.shape[1]
        for (i, j), k in np.ndenumerate(labels):
            if k >= 0:
                letter = ORBIT_LETTERS[k] if k < len(ORBIT_LETTERS) else str(k)
                ink = INK if k in LIGHT_ORBITS else "white"
                size = min(11, 42 * inches) / max(1, 0.6 * len(letter))
                ax.text(j, i, letter, color=ink, fontsize=size, ha="center", va="center")
    return ax


def seed_curves(places: Sequence[float] | np.ndarray, results: dict[str, np.ndarray], ax: Axes | None = None) -> Axes:
    """Results of several models, each trained from several seeds: mean and standard deviation, named at the line's end.

    Args:
        places: (points,), what is on the horizontal axis.
        results: for each model its numbers, shape (seeds, points), two seeds or more.

    >>> ax = seed_curves([0, 1], {"MLP": np.array([[0.9, 0.2], [0.8, 0.3]])})
    >>> [text.get_text() for text in ax.texts]
    ['MLP']
    """
    ax = plt.subplots(layout="constrained")[1] if ax is None else ax
    for (name, scores), (colour, marker) in zip(results.items(), MODELS, strict=False):
        scores = np.asarray(scores, dtype=np.float64)
        if scores.ndim != 2 or len(scores) < 2 or scores.shape[1] != len(places):
            raise ValueError(
                f"results of {name!r} must have shape (seeds, {len(places)}) with two seeds or more; got {scores.shape}"
            )
        mean = scores.mean(axis=0)
        ax.errorbar(places, mean, scores.std(axis=0, ddof=1), color=colour, marker=marker, capsize=3, markersize=5)
        ax.annotate(name, (places[-1], mean[-1]), (9, 0), textcoords="offset points", color=colour, va="center")
    return ax


def commuting_square(
    x: ArrayLike, gx: ArrayLike, fx: ArrayLike, gfx: ArrayLike, fgx: ArrayLike, *,
    g: str = "$g$", f: str = "$f$", tolerance: float = 1e-5,
) -> Figure:  # fmt: skip
    """Does the layer commute with the group? The two ways through the square, their difference, and the verdict.

    x is at the top left and g·x at the top right; below them are f(x), then g·f(x) and f(g·x) side by side. Arrows
    of the group are orange, arrows of the layer teal. The three outputs share one colour scale.

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

    square = SquareLayout(flat=all(len(values) == 1 for values in (x, gx, fx, gfx)))
    heat(x, square.axes(0, 1, "$x$")).set_aspect(square.aspect)
    heat(gx, square.axes(2, 1, r"$g \cdot x$")).set_aspect(square.aspect)
    for column, title, values in (0, "$f(x)$", fx), (1, r"$g \cdot f(x)$", gfx), (2, r"$f(g \cdot x)$", fgx):
        heat(values, square.axes(column, 0, title), output).set_aspect(square.aspect)
    # Rounding errors must not fill the scale: on success the difference is shown against the size of the output.
    scale = output if commutes else difference.max()
    error_map(difference, square.axes(3, 0, "difference"), scale).set_aspect(square.aspect)
    square.arrows(g, f)
    square.sign("=" if commutes else "≠", LAYER_INK if commutes else VIOLATION)
    if commutes:
        square.verdict(f"✓ They commute: relative error {error:.1g}.", LAYER_INK)
    else:
        cells = f"{(difference > tolerance * output).sum()} of {difference.size} cells"
        square.verdict(
            f"✗ They do not commute: relative error {error:.2g}, "
            f"largest difference {difference.max():.2g}, in {cells}.",
            VIOLATION,
        )
    return square.figure


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
    return to_rgb(ZERO if k < 0 else ORBIT_COLOURS[k])


def _write_numbers(cells: np.ndarray, ax: Axes, size: float) -> None:
    whole = np.array_equal(cells, cells.round())
    limit = ax.images[0].get_clim()[1]
    for (i, j), value in np.ndenumerate(cells):
        words = f"{value:z.0f}" if whole else f"{value:z.1f}"  # z: no minus sign on a zero
        ink = "white" if value > 0.6 * limit else INK
        ax.text(j, i, words.replace("-", "−"), color=ink, fontsize=size, ha="center", va="center")

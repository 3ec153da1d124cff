"""Permutation representations of finite groups: on their points, on themselves, on pixels, by any action."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

import numpy as np

from gdl_course.representations.representation import Representation, from_images

# The symmetries of the square for `moved`, on points (x to the right, y up): by 0, 1, 2, 3 quarter turns, and the same
# followed by the mirror y -> -y.
TURNS = ([[1, 0], [0, 1]], [[0, -1], [1, 0]], [[-1, 0], [0, -1]], [[0, 1], [-1, 0]])
MIRRORS = ([[1, 0], [0, -1]], [[0, -1], [-1, 0]], [[-1, 0], [0, 1]], [[0, 1], [1, 0]])


def natural(group) -> Representation:
    """A finite group on its own points."""
    return from_images(group, np.array, group.shape, "permutation")


def regular(group) -> Representation:
    """A finite group on its own elements, h -> gh, numbered as in `group.elements`."""
    return from_images(
        group, lambda g: np.array([group.index(group.compose(g, h)) for h in group.elements]), (group.order,), "regular"
    )


def on_grid(group, height: int, width: int) -> Representation:
    """Quarter turns (counter-clockwise, as np.rot90) and mirrors, on pixels; see `FiniteGroup.on_grid`."""
    if height < 1 or width < 1:
        raise ValueError(f"a grid has at least one pixel; got height {height}, width {width}")
    swaps = [pixel_matrix(group, g)[0][0] == 0 for g in (group.identity, *group.generators)]
    if height != width and any(swaps):
        raise ValueError(f"group {group.name} acts on square grids; got height {height}, width {width}")
    pixels = np.arange(height * width).reshape(height, width)
    return from_images(
        group, lambda g: np.argsort(moved(pixels, pixel_matrix(group, g)).ravel()), (height, width),
        f"{height}x{width} pixels",
    )  # fmt: skip


def pixel_matrix(group, g) -> list[list[int]]:
    """The matrix [[a, b], [c, d]] of g, entries 0, 1 and -1, for a finite group that maps pixels to pixels.

    Raises:
        ValueError: g is no quarter turn and no mirror of the square.
    """
    M = np.zeros(0) if getattr(group, "matrix", None) is None else group.matrix(group.require(g))
    if M.shape != (2, 2) or not np.allclose(np.sort(np.abs(M)), [0, 1], rtol=0, atol=1e-9):
        raise ValueError(
            "a group acts on square grids by quarter turns and mirrors: C1, C2, C4, D4, or 2 x 2 matrices with one "
            f"entry 1 or -1 in each row and column, given to groups.finite; got {getattr(group, 'name', group)}"
        )
    return np.rint(M).astype(int).tolist()


def moved(x, matrix: list[list[int]]):
    """An image turned or mirrored about its centre by a `pixel_matrix`: (g·x)(u) = x(g⁻¹u) on the last two axes.

    The first axis of the plane points to the right, the second one up, so the rows of x run against it.

    >>> moved(np.array([[1, 2], [3, 4]]), [[0, -1], [1, 0]])  # as np.rot90
    array([[2, 4],
           [1, 3]])
    """
    (a, b), (c, d) = matrix
    if a == 0:  # x' = b y and y' = c x; a transpose alone is x' = -y, y' = -x
        x, a, d = x.swapaxes(-1, -2), -b, -c
    return x[..., ::d, ::a]


def from_action(group, action: Callable, points: Iterable[Hashable]) -> Representation:
    """The permutation representation of a finite group on any points, through `action(g, point)`.

    The law action(gh, p) = action(g, action(h, p)) is verified, for every pair (generator, element) of
    groups with up to 500 elements, on random pairs of larger ones.

    Raises:
        ValueError: the law fails, an image is none of the points, or these are empty or not different.
    """
    points = list(points)
    place = {point: i for i, point in enumerate(points)}
    if not points:
        raise ValueError(f"{group.name} acts on a set of points; got an empty one")
    if len(place) != len(points):
        raise ValueError(f"the points must differ; got {len(points)} of which {len(place)} differ")

    def images(g):
        moved = [action(g, point) for point in points]
        for point, image in zip(points, moved, strict=True):
            if image not in place:
                raise ValueError(f"not an action on these points: {g} sends {point!r} to {image!r}, not one of them")
        return np.array([place[image] for image in moved])

    if group.order <= 500:
        tests = group.elements
    else:
        rng = np.random.default_rng(0)
        tests = [group.random(rng) for _ in range(20)]
    for g in tests:
        for s in group.generators:
            if not np.array_equal(images(group.compose(s, g)), images(s)[images(g)]):
                raise ValueError(
                    f"not a left action: action(gh, p) differs from action(g, action(h, p)) for g = {s}, h = {g}"
                )
    return from_images(group, images, (len(points),), "permutation")

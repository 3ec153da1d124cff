"""Permutation representations of finite groups: on their points, on themselves, on pixels, by any action."""

from __future__ import annotations

import numpy as np

from gdl_course.representations import from_images


def natural(group):
    """A finite group on its own points."""
    return from_images(group, np.array, group.shape, "permutation")


def regular(group):
    """A finite group on its own elements, h -> gh, numbered as in `group.elements`."""
    return from_images(
        group, lambda g: np.array([group.index(group.compose(g, h)) for h in group.elements]), (group.order,), "regular"
    )


def on_grid(group, height, width):
    """Quarter turns (counter-clockwise, as np.rot90) and the up-down mirror, on pixels; see `FiniteGroup.on_grid`."""
    if group.turn is None or group.degree not in (1, 2, 4):
        raise ValueError(
            f"only turns by 90 degrees map pixels to pixels: on_grid is for C4, D4 and C2; got group {group.name}"
        )
    if height < 1 or width < 1:
        raise ValueError(f"a grid has at least one pixel; got height {height}, width {width}")
    if group.degree == 4 and height != width:
        raise ValueError(f"group {group.name} acts on square grids; got height {height}, width {width}")
    pixels = np.arange(height * width).reshape(height, width)

    def images(g):
        k, s = group.turn(g)
        return np.argsort(np.rot90(pixels[::s], k * 4 // group.degree).ravel())

    return from_images(group, images, (height, width), f"{height}x{width} pixels")


def from_action(group, action, points):
    """The permutation representation of a finite group on any points, through `action(g, point)`.

    The law action(gh, p) = action(g, action(h, p)) is verified, for every pair (generator, element) of
    groups with up to 500 elements, on random pairs of larger ones. Raises ValueError when it fails.
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

"""The filter turner without a browser: its commuting square as SVG, and in words."""

from __future__ import annotations

import numpy as np

from gdl_course.widgets.shared.picture import SIDE, SQUARE, commuting_square, number_map

GAP = 4
CORNERS = ((1, 0), (0, 0), (0, 1), (1, 1), (0, 0), (0, 1), (1, 1), (1, 0))  # column and row of each pose in its ring
LAWS = {"both": "every map is turned and moves to another channel", "channels": "the channels move, no map is turned",
        "space": "every map is turned, no channel moves"}  # fmt: skip
POSES = {
    "none": "one pose",
    "C4": "four poses, a ring of four channels",
    "D4": "eight poses, two rings of four channels",
}


def draw(turner) -> tuple[str, str]:
    """Return (svg, alt) for a `FilterTurner`: self-contained SVG of 860 × 500, and what it shows in words."""
    maps = turner.square()
    g, verdict = _transform(turner), _verdict(turner, maps)
    alt = (
        f"A commuting square. Top left the painted picture x, top right g·x ({g}); below them f(x) and f(g·x), "
        f"f being a convolution whose kernel has {POSES[turner.group]}. In g·f(x) {LAWS[turner.law]}. {verdict}"
    )
    in_scale, out_scale = np.abs(maps["x"]).max(), max(np.abs(maps["fx"]).max(), np.abs(maps["fgx"]).max())
    scales = {"x": in_scale, "gx": in_scale, "difference": np.abs(maps["difference"]).max()}
    drawn = {
        name: _field(
            SQUARE[name], maps[name].reshape(-1, *maps["x"].shape), scales.get(name, out_scale), name == "difference"
        )
        for name in SQUARE
    }
    return commuting_square(drawn, g, POSES[turner.group].split(",")[0], verdict, alt)


def _transform(turner) -> str:
    turned = f"turn {turner.angle}°"
    if not turner.mirror:
        return turned
    return f"mirror, {turned}" if turner.angle % 360 else "mirror"


def _verdict(turner, maps) -> str:
    largest, scale = np.abs(maps["difference"]).max(), np.abs(maps["fx"]).max()
    if largest <= 1e-9 * max(1, scale):
        return f"✓ {_transform(turner)}: on this x f(g·x) = g·f(x), largest difference 0."
    share = 100 * turner.error()
    return (
        f"✗ {_transform(turner)}: f(g·x) ≠ g·f(x), largest difference {largest:.2f}, "
        f"{share:.0f} % of the largest value of f(x)."
    )


def _field(place: tuple[int, int], field: np.ndarray, scale: float, violation: bool) -> str:
    """One map over the whole place, a ring of four, or two rings of half the size."""
    left, top = place
    ring = SIDE if len(field) <= 4 else (SIDE - GAP) / 2
    side = SIDE if len(field) == 1 else (ring - GAP) / 2
    parts = []
    for pose, values in enumerate(field):
        column, row = CORNERS[pose] if len(field) > 1 else (0, 0)
        x = left + (ring + GAP) * (pose // 4) + (side + GAP) * column
        y = top + (SIDE - ring) / 2 + (side + GAP) * row
        parts.append(number_map(values, (x, y), side, scale, violation=violation))
    return "".join(parts)

"""The filter turner without a browser: its commuting square as SVG, and in words."""

from __future__ import annotations

from html import escape

import numpy as np

from gdl_course.widgets.explorer.picture import BLUE, GOLD, INK, MAGENTA, ORANGE, PLACES, SIDE, TEAL, _arrow, _text

WIDTH, HEIGHT, GAP = 860, 500, 4
CAPTIONS = {"x": "x", "gx": "g·x", "fx": "f(x)", "gfx": "g·f(x)", "fgx": "f(g·x)", "difference": "difference"}
CORNERS = ((1, 0), (0, 0), (0, 1), (1, 1), (0, 0), (0, 1), (1, 1), (1, 0))  # column and row of each pose in its ring
LAWS = {"both": "every map is turned and moves to another channel", "channels": "the channels move, no map is turned",
        "space": "every map is turned, no channel moves"}  # fmt: skip
POSES = {"none": "one pose", "C4": "four poses, a ring of four channels", "D4": "eight poses, two rings of four channels"}


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
    same = verdict.startswith("✓")
    body = [_field(name, maps[name].reshape(-1, *maps["x"].shape), scales.get(name, out_scale)) for name in PLACES]
    body += [
        _arrow((198, 120), (440, 120), ORANGE), _text(319, 142, g, ORANGE), _arrow((198, 350), (232, 350), ORANGE),
        _arrow((110, 206), (110, 240), TEAL), _text(122, 228, POSES[turner.group].split(",")[0], TEAL, "start"),
        _arrow((530, 206), (530, 240), TEAL), _text(425, 362, "=" if same else "≠", TEAL if same else MAGENTA, size=30),
        _text(30, 475, verdict, TEAL if same else MAGENTA, "start", size=18),
    ]  # fmt: skip
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}" '
        f'font-family="Arial, Liberation Sans, sans-serif"><rect width="{WIDTH}" height="{HEIGHT}" rx="14" fill="#fbfbf9"/>'
        f"{''.join(body)}</svg>"
    )
    return svg, alt


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


def _field(name: str, field: np.ndarray, scale: float) -> str:
    """One map over the whole place, a ring of four, or two rings of half the size."""
    left, top = PLACES[name]
    parts = [_text(left + SIDE / 2, top - 8, CAPTIONS[name], INK, size=17, style="italic")]
    ring = SIDE if len(field) <= 4 else (SIDE - GAP) / 2
    side = SIDE if len(field) == 1 else (ring - GAP) / 2
    for pose, values in enumerate(field):
        column, row = CORNERS[pose] if len(field) > 1 else (0, 0)
        x = left + (ring + GAP) * (pose // 4) + (side + GAP) * column
        parts.append(_map(x, top + (SIDE - ring) / 2 + (side + GAP) * row, side, values, scale, name == "difference"))
    return "".join(parts)


def _map(left: float, top: float, side: float, values: np.ndarray, scale: float, violation: bool) -> str:
    cell = side / len(values)
    parts = [f'<rect x="{left:g}" y="{top:g}" width="{side:g}" height="{side:g}" rx="4" fill="#ecece7"/>']
    for r, c in np.argwhere(np.abs(values) > 1e-9):
        value, x, y = values[r, c], left + c * cell, top + r * cell
        colour, share = MAGENTA if violation else BLUE if value > 0 else GOLD, 0.22 + 0.78 * abs(value) / scale
        parts.append(f'<path d="M{x:.1f} {y:.1f}h{cell:.1f}v{cell:.1f}h-{cell:.1f}z" fill="{colour}" fill-opacity="{share:.2f}"/>')
        if value < 0 and not violation:  # a bar for "minus": the sign must not hang on colour
            parts.append(f'<path d="M{x + 0.3 * cell:.1f} {y + 0.5 * cell:.1f}h{0.4 * cell:.1f}" stroke="#3d2f00"/>')
    return "".join(parts)

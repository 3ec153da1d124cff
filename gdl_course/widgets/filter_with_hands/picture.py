"""The filter with hands without a browser: filter, picture and curve as SVG, and in words."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

from gdl_course.figures.colours import EDGE, GROUP, GROUP_INK, INK, LAYER_INK, NEGATIVE, PAPER, QUIET, SIGNAL, VIOLATION
from gdl_course.widgets.filter_with_hands import harmonics
from gdl_course.widgets.filter_with_hands.pictures import SIDE, grey_values
from gdl_course.widgets.shared.picture import number_map, page, text

BOX, TOP = 220, 60  # of each of the three pictures
LEFTS = {"filter": 30, "picture": 310, "curve": 590}
DARK, BRIGHT = (6, 40, 66), (255, 255, 255)  # of the picture's blue


def draw(widget) -> tuple[str, str]:
    """Return (svg, alt) for a `FilterWithHands`: self-contained SVG of 860 × 360, and what it shows in words."""
    verdict, angle = _verdict(widget), f"{widget.angle}°".replace("-", "−")
    read, true = widget.curves()
    alt = (
        f"A filter of circular harmonics, turned to {angle}; the picture “{widget.picture}” with a ring where the "
        f"filter lies; and the response there against the angle, strongest at {_degrees(int(read.argmax()) - 180)}. "
        f"{verdict}"
    )
    captions = {
        "filter": f"filter, θ = {angle}",
        "picture": "picture",
        "curve": "response under the ring, against θ",
    }
    body = [text(LEFTS[name], TOP - 14, words, QUIET) for name, words in captions.items()]
    body += [_filter(widget), _picture(widget), _curve(widget, read, true)]
    tone = LAYER_INK if verdict.startswith("✓") else VIOLATION
    return page(860, 360, alt, [*body, text(30, 330, verdict, tone, size=18)])


def _degrees(angle: int) -> str:
    return f"{angle}°".replace("-", "−")


def _verdict(widget) -> str:
    if widget.tab == "pixels":
        errors = widget.pixel_errors()
        if errors["layer"] < 1e-9:
            return f"✓ On pixels a turn by {_degrees(widget.angle)} is exact to rounding."
        return (
            f"✗ On pixels a turn by {_degrees(widget.angle)} is not exact: error {100 * errors['layer']:.1f} %; the "
            f"picture alone, there and back, {100 * errors['alone']:.0f} %."
        )
    gap = widget.gap()
    if gap < 1e-9:
        return f"✓ The curve is exact: {widget.convolutions} convolutions, 360 responses, largest difference {gap:.0e}."
    return (
        f"✗ The filter cannot turn: {widget.convolutions} convolutions, {100 * widget.missing():.0f} % of it is "
        f"missing at {_degrees(widget.angle)}, largest difference {gap:.2f}."
    )


def _filter(widget) -> str:
    radius = harmonics.RADII[widget.size]
    values = harmonics.pixels(radius, harmonics.allowed(widget.hands, widget.angle))
    values[np.abs(values) < 0.03 * np.abs(values).max()] = 0
    cells = number_map(values, (LEFTS["filter"], TOP), BOX, np.abs(values).max())
    middle, (c, s) = (LEFTS["filter"] + BOX / 2, TOP + BOX / 2), harmonics.quarter_exact(widget.angle)
    return cells + _spoke(middle, BOX / 2 - 6, c, s)


def _spoke(middle: tuple[float, float], length: float, c: float, s: float) -> str:
    x, y = middle
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{length:.1f}" fill="none" stroke="{GROUP}" stroke-width="2"/>'
        f'<path d="M{x:.1f} {y:.1f}L{x + length * c:.1f} {y - length * s:.1f}" stroke="{GROUP}" stroke-width="3"/>'
    )


def _picture(widget) -> str:
    values = grey_values(widget.picture)
    shares = (values - values.min()) / (values.max() - values.min())
    rgb = np.array(DARK) + shares[..., None] * np.subtract(BRIGHT, DARK)
    link = "data:image/png;base64," + base64.b64encode(_png(rgb.round().astype(np.uint8))).decode()
    left, cell = LEFTS["picture"], BOX / SIDE
    middle = (left + (widget.column + 0.5) * cell, TOP + (widget.row + 0.5) * cell)
    c, s = harmonics.quarter_exact(widget.angle)
    image = f'<image href="{link}" x="{left}" y="{TOP}" width="{BOX}" height="{BOX}"/>'
    return image + _spoke(middle, 2 * harmonics.RADII[widget.size] * cell, c, s)


def _png(rgb: np.ndarray) -> bytes:
    """An (h, w, 3) uint8 array as a PNG file."""
    height, width, _ = rgb.shape
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = b"".join(b"\0" + line.tobytes() for line in rgb)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")


def _curve(widget, read: np.ndarray, true: np.ndarray) -> str:
    left, most = LEFTS["curve"], max(np.abs(read).max(), np.abs(true).max(), 1e-9)
    x = lambda angle: left + BOX * (angle + 180) / 360
    y = lambda value: TOP + BOX / 2 - 0.9 * BOX / 2 * value / most
    line = lambda values: "L".join(f"{x(a):.1f} {y(v):.1f}" for a, v in zip(range(-180, 180), values, strict=True))
    parts = [f'<path d="M{left} {TOP + BOX / 2}h{BOX}" stroke="{EDGE}"/>']
    if np.abs(read - true).max() > 1e-9:
        parts.append(f'<path d="M{line(true)}" fill="none" stroke="{VIOLATION}" stroke-dasharray="5 4"/>')
    parts.append(f'<path d="M{line(read)}" fill="none" stroke="{SIGNAL}" stroke-width="2.5"/>')
    value = widget.response()
    colour = SIGNAL if value >= 0 else NEGATIVE
    parts.append(f'<path d="M{x(widget.angle):.1f} {TOP}v{BOX}" stroke="{GROUP}" stroke-width="2"/>')
    parts.append(f'<circle cx="{x(widget.angle):.1f}" cy="{y(value):.1f}" r="6" fill="{colour}" stroke="{PAPER}"/>')
    parts.append(text(x(widget.angle) + 9, TOP + 14, f"{value:+.2f}".replace("-", "−"), INK))
    parts += [text(x(a), TOP + BOX + 18, _degrees(a), GROUP_INK if a == 0 else QUIET, anchor="middle", size=13)
              for a in (-180, 0, 180)]  # fmt: skip
    return "".join(parts)

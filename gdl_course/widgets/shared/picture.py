"""What the pictures of widgets without a browser share: a page, text, arrows, maps of numbers, the commuting square."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import numpy as np

from gdl_course.figures.colours import (
    BACK,
    GROUP_INK,
    INK,
    LAYER_INK,
    MINUS,
    NEGATIVE,
    SIGNAL,
    VIOLATION,
    ZERO,
)  # fmt: skip

FONT = "Arial, Liberation Sans, sans-serif"
SIDE = 160  # of a map in the commuting square
SQUARE = {  # where each map stands
    "x": (30, 40), "gx": (450, 40),
    "fx": (30, 270), "gfx": (240, 270), "fgx": (450, 270), "difference": (670, 270),
}  # fmt: skip
CAPTIONS = {"x": "x", "gx": "g·x", "fx": "f(x)", "gfx": "g·f(x)", "fgx": "f(g·x)", "difference": "difference"}


def page(width: int, height: int, alt: str, body: Iterable[str]) -> tuple[str, str]:
    """Return (svg, alt): self-contained SVG that says in words what it shows.

    >>> svg, alt = page(20, 10, "Nothing & more.", [])
    >>> svg[-42:], alt
    ('height="10" rx="12" fill="#FBFBF9"/></svg>', 'Nothing & more.')
    """
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(alt)}" '
        f'font-family="{FONT}"><rect width="{width}" height="{height}" rx="12" fill="{BACK}"/>{"".join(body)}</svg>'
    )
    return svg, alt


def text(
    x: float, y: float, words: str, colour: str = INK, *, anchor: str = "start", size: float = 15, style: str = "normal"
) -> str:
    """SVG text; `anchor` is "start", "middle" or "end"."""
    look = f'fill="{colour}" text-anchor="{anchor}" font-size="{size:.4g}" font-style="{style}"'
    return f'<text x="{x:.4g}" y="{y:.4g}" {look}>{escape(words)}</text>'


def arrow(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    """A straight arrow to the right or downwards."""
    (x, y), (u, v) = start, end
    head = f"M{u - 7} {v - 6}L{u} {v}L{u - 7} {v + 6}" if y == v else f"M{u - 6} {v - 7}L{u} {v}L{u + 6} {v - 7}"
    return f'<path d="M{x} {y}L{u} {v}{head}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def number_map(
    values: np.ndarray, place: tuple[float, float], side: float, scale: float, *, violation: bool = False
) -> str:
    """An n × n array as coloured cells: blue positive, gold with a bar negative; a violation magenta.

    Args:
        values: The numbers, (n, n).
        place: The left upper corner.
        side: The width, and the height.
        scale: The number that has the full colour.
        violation: Whether the numbers are a difference that should be 0.
    """
    (left, top), cell = place, side / len(values)
    parts = [f'<rect x="{left:.5g}" y="{top:.5g}" width="{side:.5g}" height="{side:.5g}" rx="4" fill="{ZERO}"/>']
    for r, c in np.argwhere(np.abs(values) > 1e-9):
        value, x, y = values[r, c], left + c * cell, top + r * cell
        colour = VIOLATION if violation else SIGNAL if value > 0 else NEGATIVE
        share = 0.22 + 0.78 * abs(value) / scale
        box = f"M{x:.1f} {y:.1f}h{cell:.1f}v{cell:.1f}h-{cell:.1f}z"
        parts.append(f'<path d="{box}" fill="{colour}" fill-opacity="{share:.2f}"/>')
        if value < 0 and not violation:  # a bar for "minus": the sign must not hang on colour
            bar = f"M{x + 0.3 * cell:.1f} {y + 0.5 * cell:.1f}h{0.4 * cell:.1f}"
            parts.append(f'<path d="{bar}" stroke="{MINUS}" stroke-width="{min(2, cell / 8):.2g}"/>')
    return "".join(parts)


def commuting_square(maps: dict[str, str], g: str, f: str, verdict: str, alt: str) -> tuple[str, str]:
    """Return (svg, alt): the commuting square of 860 × 500, its maps at the places of `SQUARE`, and the verdict below.

    Args:
        maps: SVG of each map, by name as in `SQUARE`; each is drawn with its caption above.
        g: The group's arrow in words.
        f: The layer's arrow in words.
        verdict: One sentence that begins with ✓ or ✗.
        alt: What the picture shows.
    """
    same = verdict.startswith("✓")
    tone = LAYER_INK if same else VIOLATION
    captions = [
        text(left + SIDE / 2, top - 8, CAPTIONS[name], anchor="middle", size=17, style="italic")
        for name, (left, top) in SQUARE.items()
    ]
    frame = [
        arrow((198, 120), (440, 120), GROUP_INK), text(319, 142, g, GROUP_INK, anchor="middle"),
        arrow((198, 350), (232, 350), GROUP_INK),
        arrow((110, 206), (110, 240), LAYER_INK), text(122, 228, f, LAYER_INK), arrow((530, 206), (530, 240), LAYER_INK),
        text(425, 362, "=" if same else "≠", tone, anchor="middle", size=30), text(30, 475, verdict, tone, size=18),
    ]  # fmt: skip
    return page(860, 500, alt, [*captions, *maps.values(), *frame])

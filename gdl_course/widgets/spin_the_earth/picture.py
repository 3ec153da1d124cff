"""The turning Earth without a browser: two globes and the triangle of coefficients as SVG, and in words."""

from __future__ import annotations

import numpy as np

from gdl_course.figures.colours import EDGE, GROUP_INK, INK, LAYER_INK, MINUS, NEGATIVE, QUIET, SIGNAL, VIOLATION, ZERO
from gdl_course.widgets.shared.picture import page, text
from gdl_course.widgets.spin_the_earth.coast import coasts
from gdl_course.widgets.spin_the_earth.harmonics import looked_up

CELLS = 36  # of a globe, across: a picture of some tens of kB
RADIUS = 118
SLIPS = {
    "right": "", "sign": " with the Condon–Shortley sign dropped in one place,",
    "swapped": " drawn with its two angles swapped,", "transposed": " with D transposed,",
}  # fmt: skip


def draw(spin) -> tuple[str, str]:
    """Return (svg, alt) for a `SpinTheEarth`: self-contained SVG of 860 × 420, and what it shows in words."""
    left, right = spin.globes()
    after, gap = spin.after(), spin.difference()
    same = spin.convention == "right" or spin.degree == 0
    verdict = f"{'✓ The same globe' if same else '✗ Not the same globe'}, largest difference {gap:.2g} of the range."
    angle = 2 * np.degrees(np.arccos(min(1.0, abs(spin.turn[0]) / np.linalg.norm(spin.turn))))
    alt = (
        f"Two globes show the land of the Earth up to degree {spin.degree}, turned by {angle:.0f}°: the "
        f"left one turned pixel by pixel, the right one,{SLIPS[spin.convention]} turned by multiplying its "
        f"{len(after)} coefficients by Wigner matrices. Between them the coefficients as a triangle, row l with 2l + 1 "
        f"of them, and the energy of each row beside it, the same before and after the turn. {verdict}"
    )
    body = [
        *_globe(left, 140), *_globe(right, 720), *(_coast(spin.rotation, x) for x in (140, 720)),
        *_triangle(spin.before(), after),
        text(140, 335, "turned in pixels", anchor="middle"), text(720, 335, "turned in coefficients", anchor="middle"),
        text(430, 352, "a turn mixes inside a row, never between rows", GROUP_INK, anchor="middle", size=14),
        text(430, 40, f"{len(after)} coefficients", QUIET, anchor="middle", size=14),
        text(30, 395, verdict, LAYER_INK if same else VIOLATION, size=18),
    ]  # fmt: skip
    return page(860, 420, alt, body)


def _globe(pixels: np.ndarray, middle: float) -> list[str]:
    """A map seen from the front, as small squares, and the rim."""
    ticks = (np.arange(CELLS) + 0.5) / CELLS * 2 - 1
    y, z = (a.ravel() for a in np.meshgrid(ticks, -ticks))
    inside = y**2 + z**2 < 1
    y, z = y[inside], z[inside]
    values = looked_up(pixels, np.stack([np.sqrt(1 - y**2 - z**2), y, z], axis=1))
    cell = 2 * RADIUS / CELLS
    parts = [f'<circle cx="{middle}" cy="180" r="{RADIUS + 2}" fill="{ZERO}" stroke="{EDGE}"/>']
    for level in range(-4, 9):  # all squares of one colour are one path
        chosen = np.rint(np.clip(values, -0.5, 1) * 8) == level
        if level and chosen.any():
            squares = zip(middle + RADIUS * y[chosen] - cell / 2, 180 - RADIUS * z[chosen] - cell / 2, strict=True)
            path = "".join(f"M{a:.1f} {b:.1f}h{cell:.1f}v{cell:.1f}h-{cell:.1f}z" for a, b in squares)
            colour = SIGNAL if level > 0 else NEGATIVE
            parts.append(f'<path d="{path}" fill="{colour}" fill-opacity="{abs(level) / 8:.2f}"/>')
    return parts


def _coast(rotation: np.ndarray, middle: float) -> str:
    """The coasts on the front half of the turned globe: where the land should be."""
    path = []
    for line in coasts():
        latitude, longitude = np.radians(np.reshape(line, (-1, 2)) / 10).T
        flat = np.cos(latitude)
        x, y, z = rotation @ [flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)]
        pen = "M"
        for front, across, down in zip(x > 0, middle + RADIUS * y, 180 - RADIUS * z, strict=True):
            if front:
                path.append(f"{pen}{across:.0f} {down:.0f}")
            pen = "L" if front else "M"
    return f'<path d="{"".join(path)}" fill="none" stroke="{INK}" stroke-opacity="0.6"/>'


def _triangle(before: np.ndarray, after: np.ndarray) -> list[str]:
    """The coefficients, a row for each degree, and the energies: as bars, with a stroke where they stood before."""
    rows, high, wide = round(np.sqrt(len(after))), 16.5, 7.5
    most = np.abs(after[1:]).max() if len(after) > 1 else 1.0
    parts = []
    for l in range(rows):
        row, top = after[l * l : (l + 1) ** 2], 52 + l * high
        for m, value in zip(range(-l, l + 1), row, strict=True):
            x = 430 + (m - 0.5) * wide
            share = 0.12 + 0.88 * np.sqrt(min(1.0, abs(value) / most))
            colour = SIGNAL if value > 0 else NEGATIVE
            parts.append(
                f'<path d="M{x:.1f} {top:.1f}h{wide - 1}v{high - 2}h-{wide - 1}z" fill="{colour}" '
                f'fill-opacity="{share:.2f}"/>'
            )
            if value < 0:
                parts.append(f'<path d="M{x + 2:.1f} {top + 7:.1f}h3" stroke="{MINUS}"/>')
        still, energy = (max(1.0, 90 * np.sum(c[l * l : (l + 1) ** 2] ** 2) / before[0] ** 2) for c in (before, after))
        for side in (-1, 1):
            start = 430 + side * ((l + 0.5) * wide + 8)
            bar = f"M{start:.1f} {top + 3:.1f}h{side * energy:.1f}v9h{-side * energy:.1f}z"
            mark = f"M{start + side * still:.1f} {top + 1:.1f}v13"
            parts.append(f'<path d="{bar}" fill="{SIGNAL}"/><path d="{mark}" stroke="{INK}" stroke-width="1.5"/>')
    return parts

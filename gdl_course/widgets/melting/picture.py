"""The melting matrix without a browser: W and its average as SVG, and in words."""

from __future__ import annotations

import numpy as np

from gdl_course.figures.colours import GROUP_INK, NEGATIVE, SIGNAL
from gdl_course.widgets.shared.picture import arrow, page, text

SIDE = 240


def draw(melting) -> tuple[str, str]:
    """Return (svg, alt) for a `MeltingMatrix`: self-contained SVG of 640 × 310, and what it shows in words."""
    W, average, whole = melting.matrix, melting.average, melting.chain.group
    n, order = len(W), melting.chain.subgroup(melting.step).order
    alt = (
        f"A random {n} × {n} matrix of {n * n} different numbers, and its average over {order} of the {whole.order} "
        f"elements of {whole.name}, which has {melting.dimension} different numbers."
    )
    body = [
        _heat_map(W, 30), _heat_map(average, 370), arrow((285, 140), (345, 140), GROUP_INK),
        text(30, 285, f"{n * n} free numbers", size=16), text(370, 285, f"{melting.dimension} free numbers", size=16),
    ]  # fmt: skip
    return page(640, 310, alt, body)


def _heat_map(W: np.ndarray, left: float) -> str:
    size, top = SIDE / len(W), np.abs(W).max()
    return "".join(
        f'<rect x="{left + j * size:g}" y="{20 + i * size:g}" width="{size:g}" height="{size:g}" '
        f'fill="{SIGNAL if value > 0 else NEGATIVE}" opacity="{abs(value) / top:.2f}"/>'
        for (i, j), value in np.ndenumerate(W)
    )

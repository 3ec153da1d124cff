"""The token shuffler without a browser: the attention matrix as SVG, and in words."""

from __future__ import annotations

import math

from gdl_course.figures.colours import LAYER
from gdl_course.widgets.shared.picture import page, text

WIDTH, SIDE, LEFT, TOP = 480, 330, 100, 50


def draw(shuffler) -> tuple[str, str]:
    """Return (svg, alt) for a `TokenShuffler`: self-contained SVG of 480 × 430, and what it shows in words."""
    tokens, A = shuffler.tokens, shuffler.attention_matrix()
    verdict = _verdict(shuffler)
    rows = "; ".join(
        f"{word} {', '.join(f'{weight:.2f}' for weight in row)}" for word, row in zip(tokens, A, strict=True)
    )
    alt = (
        f"The attention matrix of the words {' '.join(tokens)} "
        f"(positions: {shuffler.positions}; mask: {shuffler.mask}). "
        f"How much each word takes from each, in this order: {rows}. {verdict}"
    )
    size = SIDE / len(tokens)
    cells = [
        _cell(LEFT + size * j, TOP + size * i, size, float(A[i, j]))
        for i in range(len(tokens))
        for j in range(len(tokens))
    ]
    labels = [
        text(LEFT + size * (k + 0.5), TOP - 12, word, anchor="middle")
        + text(LEFT - 10, TOP + size * (k + 0.5) + 5, word, anchor="end")
        for k, word in enumerate(tokens)
    ]
    said = text(WIDTH / 2, SIDE + TOP + 30, verdict, anchor="middle")
    return page(WIDTH, SIDE + 100, alt, [*cells, *labels, said])


def _verdict(shuffler) -> str:
    orders = math.factorial(len(shuffler.tokens))
    count = f"{shuffler.passing()} of {orders} orders pass."
    if not shuffler.order:
        return f"No word is moved yet. {count}"
    if shuffler.error() > 1e-9:
        return f"✗ f(Px) ≠ P f(x): largest difference {shuffler.error():.2f}. {count}"
    return f"✓ f(Px) = P f(x): largest difference {shuffler.error():.0e}. {count}"


def _cell(x: float, y: float, size: float, weight: float) -> str:
    box = f'<rect x="{x:.1f}" y="{y:.1f}" width="{size - 2:.1f}" height="{size - 2:.1f}"'
    number = text(x + size / 2 - 1, y + size / 2 + 5, f"{weight:.2f}", anchor="middle")
    return f'{box} fill="{LAYER}" fill-opacity="{0.04 + weight / 2:.3f}"/>{number}'

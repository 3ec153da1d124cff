"""The message stepper without a browser: its graph as SVG, and in words."""

from __future__ import annotations

import numpy as np

from gdl_course.figures.colours import EDGE, GROUP_INK, NEGATIVE, PAPER, SIGNAL, VIOLATION
from gdl_course.widgets.shared.picture import page, text

SIDE, UNIT, RADIUS = 400, 4, 24


def draw(stepper) -> tuple[str, str]:
    """Return (svg, alt) for a `MessageStepper`: self-contained SVG of 400 × 440, and what it shows in words."""
    graph, p = stepper.graph, stepper.permutation
    here, there = stepper.relabelled_result(), stepper.result()
    wrong = np.abs(here - there) > 1e-9 * max(1, np.abs(there).max())
    verdict = _verdict(stepper, int(wrong.sum()))
    share = np.abs(here) / (np.abs(here).max() or 1)
    nodes = [
        _node(place, _short(stepper.rule, here[k]), int(k), float(share[k]), bool(here[k] < 0), bool(wrong[k]))
        for place, k in zip(graph["nodes"], p, strict=True)
    ]
    values = ", ".join(f"{k}: {_short(stepper.rule, value)}" for k, value in enumerate(here))
    what = "colours" if stepper.rule == "WL" else "values"
    alt = (
        f"A graph of {len(p)} nodes and {len(graph['edges'])} edges. "
        f"After {stepper.step} steps of the rule {stepper.rule} the {what} are, by node, {values}. {verdict}"
    )
    lines = [_line(graph["nodes"][i], graph["nodes"][j]) for i, j in graph["edges"]]
    said = text(SIDE / 2, SIDE + 22, verdict, anchor="middle", size=min(14, 1.85 * SIDE / len(verdict)))
    return page(SIDE, SIDE + 40, alt, [*lines, *nodes, said])


def _verdict(stepper, wrong: int) -> str:
    if not stepper.labels:
        return "The nodes are numbered as drawn."
    if wrong:
        where = f"at {wrong} of {len(stepper.labels)} nodes"
        return f"✗ Renumbering changed the result {where}: largest difference {stepper.error():.2f}."
    return f"✓ Renumbering moved the result with the numbers: largest difference {stepper.error():.0e}."


def _short(rule: str, value: float) -> str:
    return chr(ord("a") + int(value)) if rule == "WL" else f"{value:.3g}".replace("-", "−")


def _line(start: list[int], end: list[int]) -> str:
    (x, y), (u, v) = start, end
    return f'<path d="M{x * UNIT} {y * UNIT}L{u * UNIT} {v * UNIT}" stroke="{EDGE}" stroke-width="3"/>'


def _node(place: list[int], value: str, number: int, share: float, negative: bool, wrong: bool) -> str:
    x, y = (c * UNIT for c in place)
    disc = f'<circle cx="{x}" cy="{y}" r="{RADIUS}"'
    return (
        f'{disc} fill="{PAPER}"/>{disc} fill="{NEGATIVE if negative else SIGNAL}" fill-opacity="{share / 2:.2f}" '
        f'stroke="{VIOLATION if wrong else EDGE}" stroke-width="{5 if wrong else 2}"/>'
        + text(x, y + 5, value, anchor="middle")
        + text(x + 28, y - 22, str(number), GROUP_INK, anchor="middle", size=16)
    )

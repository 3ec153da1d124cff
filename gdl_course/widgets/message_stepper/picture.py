"""The message stepper without a browser: its graph as SVG, and in words."""

from __future__ import annotations

from html import escape

import numpy as np

BLUE, GOLD, MAGENTA, ORANGE, GREY, INK = "#0072b2", "#b8973b", "#b5127e", "#b34a00", "#85888f", "#1d2430"
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
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE + 40}" role="img" '
        f'aria-label="{escape(alt)}" font-family="Arial, Liberation Sans, sans-serif" text-anchor="middle">'
        f'<rect width="{SIDE}" height="{SIDE + 40}" rx="12" fill="#fbfbf9"/>'
        f"{''.join(lines)}{''.join(nodes)}"
        f'<text x="{SIDE / 2:g}" y="{SIDE + 22}" font-size="14" fill="{INK}">{escape(verdict)}</text></svg>'
    )
    return svg, alt


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
    return f'<path d="M{x * UNIT} {y * UNIT}L{u * UNIT} {v * UNIT}" stroke="{GREY}" stroke-width="3"/>'


def _node(place: list[int], text: str, number: int, share: float, negative: bool, wrong: bool) -> str:
    x, y = (c * UNIT for c in place)
    disc = f'<circle cx="{x}" cy="{y}" r="{RADIUS}"'
    return (
        f'{disc} fill="#ffffff"/>{disc} fill="{GOLD if negative else BLUE}" fill-opacity="{share / 2:.2f}" '
        f'stroke="{MAGENTA if wrong else GREY}" stroke-width="{5 if wrong else 2}"/>'
        f'<text x="{x}" y="{y + 5}" font-size="15" fill="{INK}">{text}</text>'
        f'<text x="{x + 28}" y="{y - 22}" font-size="16" fill="{ORANGE}">{number}</text>'
    )

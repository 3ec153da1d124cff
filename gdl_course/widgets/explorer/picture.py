"""The Equivariance Explorer without a browser: its commuting square as SVG, and in words."""

from __future__ import annotations

from html import escape

import numpy as np

BLUE, GOLD, MAGENTA, ORANGE, TEAL, INK = "#0072b2", "#b8973b", "#b5127e", "#b34a00", "#00745a", "#1d2430"
SIDE, WIDTH, HEIGHT = 160, 860, 500
PLACES = {"x": (30, 40), "gx": (450, 40), "fx": (30, 270), "gfx": (240, 270), "fgx": (450, 270), "difference": (670, 270)}
CAPTIONS = {"x": "x", "gx": "g·x", "fx": "f(x)", "gfx": "g·f(x)", "fgx": "f(g·x)", "difference": "difference"}
LAYERS = {"conv": "convolve", "dense": "dense map", "relu": "ReLU", "max-pool": "max-pool 2 × 2", "mean": "mean"}


def draw(explorer) -> tuple[str, str]:
    """Return (svg, alt) for an `EquivarianceExplorer`: self-contained SVG of 860 × 500, and what it shows in words."""
    maps = explorer.square()
    verdict = _verdict(explorer, maps)
    g, f = _transform(explorer), _layer(explorer)
    in_scale = np.abs(maps["x"]).max()
    out_scale = max(np.abs(maps["fx"]).max(), np.abs(maps["fgx"]).max())
    scales = {"x": in_scale, "gx": in_scale, "difference": np.abs(maps["difference"]).max()}
    body = [_map(name, maps[name], scales.get(name, out_scale)) for name in PLACES]
    same = verdict.startswith("✓")
    body += [
        _arrow((198, 120), (440, 120), ORANGE), _text(319, 142, g, ORANGE), _arrow((198, 350), (232, 350), ORANGE),
        _arrow((110, 206), (110, 240), TEAL), _text(122, 228, f, TEAL, "start"), _arrow((530, 206), (530, 240), TEAL),
        _text(425, 362, "=" if same else "≠", TEAL if same else MAGENTA, size=30),
        _text(30, 475, verdict, TEAL if same else MAGENTA, "start", size=18),
    ]  # fmt: skip
    alt = (
        f"A commuting square. Top left the painted signal x, top right g·x ({g}); below them f(x) and f(g·x), "
        f"f being {f}. {verdict}"
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}" '
        f'font-family="Arial, Liberation Sans, sans-serif"><rect width="{WIDTH}" height="{HEIGHT}" rx="14" fill="#fbfbf9"/>'
        f"{''.join(body)}</svg>"
    )
    return svg, alt


def _verdict(explorer, maps) -> str:
    difference = np.abs(maps["difference"])
    cells = int((difference > 1e-9 * max(1.0, np.abs(maps["fx"]).max())).sum())
    if cells == 0:
        return "✓ On this x the two paths agree: largest difference 0."
    return (
        f"✗ They do not commute: largest difference {difference.max():.2f}, "
        f"in {cells} of {difference.size} cells; relative error {explorer.error():.2f}."
    )


def _transform(explorer) -> str:
    if explorer.transform != "shift":
        return {"turn": "turn 90°", "mirror": "mirror", "shuffle": f"shuffle no. {explorer.seed}"}[explorer.transform]
    steps = [("→" if explorer.dx > 0 else "←", explorer.dx), ("↓" if explorer.dy > 0 else "↑", explorer.dy)]
    return "shift " + (" ".join(f"{arrow} {abs(d)}" for arrow, d in steps if d) or "by 0")


def _layer(explorer) -> str:
    if explorer.layer != "conv":
        return LAYERS[explorer.layer]
    return f"convolve, border {explorer.padding}" + (", stride 2" if explorer.stride == 2 else "")


def _map(name: str, values: np.ndarray, scale: float) -> str:
    (left, top), cell = PLACES[name], SIDE / len(values)
    parts = [_text(left + SIDE / 2, top - 8, CAPTIONS[name], INK, size=17, style="italic")]
    for (r, c), value in np.ndenumerate(values):
        share = 0 if abs(value) < 1e-9 else 0.22 + 0.78 * abs(value) / scale
        colour = MAGENTA if name == "difference" else BLUE if value > 0 else GOLD
        place = f'x="{left + c * cell:g}" y="{top + r * cell:g}" width="{cell - 1:g}" height="{cell - 1:g}"'
        parts.append(f'<rect {place} fill="#ecece7"/>')
        if share:
            parts.append(f'<rect {place} fill="{colour}" fill-opacity="{share:.2f}"/>')
        if value < -1e-9 and name != "difference":  # a bar for "minus": the sign must not hang on colour
            parts.append(f'<path d="M{left + (c + 0.3) * cell:g} {top + (r + 0.48) * cell:g}h{0.35 * cell:g}" stroke="#3d2f00" stroke-width="2"/>')
    if values.size == 1:
        parts.append(_text(left + SIDE / 2, top + SIDE / 2 + 8, f"{values[0, 0]:.2f}", INK, size=24))
    return "".join(parts)


def _arrow(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    (x, y), (u, v) = start, end
    head = f"M{u - 7} {v - 6}L{u} {v}L{u - 7} {v + 6}" if y == v else f"M{u - 6} {v - 7}L{u} {v}L{u + 6} {v - 7}"
    return f'<path d="M{x} {y}L{u} {v}{head}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def _text(x: float, y: float, words: str, colour: str, anchor: str = "middle", size: int = 15, style: str = "normal") -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}" text-anchor="{anchor}" font-size="{size}" font-style="{style}">{escape(words)}</text>'

"""The Equivariance Explorer without a browser: its commuting square as SVG, and in words."""

from __future__ import annotations

import numpy as np

from gdl_course.widgets.shared.picture import SIDE, SQUARE, commuting_square, number_map, text

LAYERS = {"conv": "convolve", "dense": "dense map", "relu": "ReLU", "max-pool": "max-pool 2 × 2", "mean": "mean"}


def draw(explorer) -> tuple[str, str]:
    """Return (svg, alt) for an `EquivarianceExplorer`: self-contained SVG of 860 × 500, and what it shows in words."""
    maps = explorer.square()
    verdict, g, f = _verdict(explorer, maps), _transform(explorer), _layer(explorer)
    in_scale = np.abs(maps["x"]).max()
    out_scale = max(np.abs(maps["fx"]).max(), np.abs(maps["fgx"]).max())
    scales = {"x": in_scale, "gx": in_scale, "difference": np.abs(maps["difference"]).max()}
    drawn = {name: _map(name, maps[name], scales.get(name, out_scale)) for name in SQUARE}
    alt = (
        f"A commuting square. Top left the painted signal x, top right g·x ({g}); below them f(x) and f(g·x), "
        f"f being {f}. {verdict}"
    )
    return commuting_square(drawn, g, f, verdict, alt)


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
    cells = number_map(values, SQUARE[name], SIDE, scale, violation=name == "difference")
    if values.size > 1:
        return cells
    left, top = SQUARE[name]  # a single number is shown as one
    return cells + text(left + SIDE / 2, top + SIDE / 2 + 8, f"{values[0, 0]:.2f}", anchor="middle", size=24)

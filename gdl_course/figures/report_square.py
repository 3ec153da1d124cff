"""The commuting square of an equivariance report as inline SVG: x, g·x, f(x), f(g·x), g·f(x)."""

from __future__ import annotations

from html import escape

import numpy as np

from gdl_course.figures.colours import DARK, LIGHT, declarations

SIDE = 16  # rows and columns of a heat map that are drawn; larger arrays are cut and say so
CELL, GAP, LABEL = 15, 70, 20

# Blue is the signal, gold its negative values, orange the group, teal the layer, magenta a violation.
_NAMES = ("signal", "negative", "group", "layer", "violation")
_LIGHT, _DARK = (declarations({name: scheme[name] for name in _NAMES}, prefix="") for scheme in (LIGHT, DARK))
STYLE = f"""<style>
.gdl-square {{ {_LIGHT} max-width: 100%; overflow-x: auto; font: 13px/1.5 system-ui, sans-serif }}
@media (prefers-color-scheme: dark) {{ .gdl-square {{ {_DARK} }} }}
:is([data-theme=light], [data-jp-theme-light=true]) .gdl-square {{ {_LIGHT} }}
:is([data-theme=dark], [data-jp-theme-light=false]) .gdl-square {{ {_DARK} }}
.gdl-square svg {{ max-width: 100%; height: auto; color: inherit }}
.gdl-square text {{ fill: currentColor; font: 11px system-ui, sans-serif }}
.gdl-square p {{ margin: 0.4em 0 }}
</style>"""


def draw(report):
    """HTML of the report: the verdict, then the square with the difference of its two lower right corners."""
    x, gx, fx = _Panel(report.x, "x"), _Panel(report.gx, "g·x"), _Panel(report.fx, "f(x)")
    right, left = _Panel(report.right, "g·f(x)"), _Panel(report.left, "f(g·x)")
    # On the scale of its two sides, so that rounding errors stay invisible.
    difference = _Panel(report.left - report.right, "difference", ("violation", "violation"), right.largest)
    panels = [x, gx, fx, right, left, difference]
    # Two rows; g·x stands above f(g·x), so that each arrow leads to what it makes.
    top, lower = LABEL, LABEL + max(x.height, gx.height) + GAP
    second = max(x.width, fx.width) + GAP
    third = second + right.width + 36
    fourth = third + max(left.width, gx.width) + 36
    parts = [
        x.at(0, top), gx.at(third, top), fx.at(0, lower), right.at(second, lower), left.at(third, lower),
        difference.at(fourth, lower),
        _arrow((x.width + 8, top + x.height / 2), (third - 8, top + x.height / 2), "group", "g"),
        _arrow((fx.width + 8, lower + fx.height / 2), (second - 8, lower + fx.height / 2), "group", "g"),
        _arrow((x.width / 2, top + x.height + 8), (x.width / 2, lower - LABEL - 4), "layer", "f"),
        _arrow((third + gx.width / 2, top + gx.height + 8), (third + gx.width / 2, lower - LABEL - 4), "layer", "f"),
        f'<text x="{third - 18}" y="{lower + left.height / 2 + 6}" text-anchor="middle" '
        f'style="font-size: 18px">{"=" if report.passed else "≠"}</text>',
    ]  # fmt: skip
    width, height = fourth + difference.width + 4, lower + max(fx.height, left.height, right.height) + 8
    alt = escape(f"Commuting square of x, g·x, f(x), f(g·x) and g·f(x). {report}", quote=True)
    colour = "layer" if report.passed else "violation"
    svg = f'<svg role="img" aria-label="{alt}" viewBox="-2 0 {width:g} {height:g}" width="{width:g}">'
    details = "" if report.passed else f"<p>{escape(report.failure())}</p>"
    verdict = f'<p style="border-left: 4px solid var(--{colour}); padding-left: 0.6em">{escape(report.verdict())}</p>'
    note = "" if not any(p.cut for p in panels) else f"<p>Only the first {SIDE} rows and columns are drawn.</p>"
    return f'{STYLE}<div class="gdl-square">{verdict}{svg}{"".join(parts)}</svg>{details}{note}</div>'


class _Panel:
    """One array as a heat map; the last axis runs to the right, the others are stacked downwards."""

    def __init__(self, array, title, colours=("signal", "negative"), scale=0.0):
        rows = np.asarray(array, float)
        rows = rows.reshape(-1, rows.shape[-1] if rows.ndim else 1)
        self.cut = rows.shape[0] > SIDE or rows.shape[1] > SIDE
        self.rows, self.title, self.colours = rows[:SIDE, :SIDE], title, colours
        self.largest = max(scale, np.abs(self.rows[np.isfinite(self.rows)]).max(initial=0.0))
        self.height, self.width = (CELL * n for n in self.rows.shape)
        self.width = max(self.width, 7 * len(title))

    def at(self, left, top):
        """SVG of the panel with its title above."""
        largest = self.largest or 1.0
        cells = [
            _cell(v, abs(v) / largest, self.colours[int(v < 0)], left + CELL * j, top + CELL * i)
            for (i, j), v in np.ndenumerate(self.rows)
        ]
        return f'<text x="{left:g}" y="{top - 6:g}">{escape(self.title)}</text>{"".join(cells)}'


def _cell(value, strength, colour, left, top):
    if not np.isfinite(value):
        strength, colour = 1.0, "violation"
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{CELL}" height="{CELL}" style="fill: var(--{colour}); '
        f'fill-opacity: {strength:.2f}; stroke: currentColor; stroke-opacity: 0.25"><title>{value:.4g}</title></rect>'
    )


def _arrow(start, end, colour, label):
    (x0, y0), (x1, y1) = start, end
    horizontal = y0 == y1
    wings = [(x1 - 6, y1 - 4), (x1 - 6, y1 + 4)] if horizontal else [(x1 - 4, y1 - 6), (x1 + 4, y1 - 6)]
    tip = " ".join(f"{x:g},{y:g}" for x, y in (wings[0], end, wings[1]))
    middle = ((x0 + x1) / 2, y0 - 6) if horizontal else (x0 + 8, (y0 + y1) / 2 + 4)
    return (
        f'<path d="M{x0:g},{y0:g} L{x1:g},{y1:g}" style="stroke: var(--{colour}); stroke-width: 2; fill: none"/>'
        f'<polyline points="{tip}" style="stroke: var(--{colour}); stroke-width: 2; fill: none"/>'
        f'<text x="{middle[0]:g}" y="{middle[1]:g}">{label}</text>'
    )

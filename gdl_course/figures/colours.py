"""The colours of the course, each with a meaning: one list, `palette.json`, for Python, JavaScript and CSS alike.

Python reads the constants below, the style sheets of widgets, book and reports get `declarations`, and JavaScript names
the custom properties of those sheets. This module does not load matplotlib.

Attributes:
    LIGHT: The colours on a light page, by name, as "#0072B2".
    DARK: Those on a dark one.
    EITHER: Colours for a page of which nobody says whether it is dark: 3 : 1 on white and on black alike.
    ORBIT_COLOURS: The first orbits' colours; an orbit beyond them has a hue of its own.
    LIGHT_ORBITS: The orbits that carry dark letters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_PALETTE = json.loads(Path(__file__).with_name("palette.json").read_text("utf-8"))
LIGHT: dict[str, str] = {name: light for name, (light, _) in _PALETTE["meaning"].items()}
DARK: dict[str, str] = {name: dark for name, (_, dark) in _PALETTE["meaning"].items()}
EITHER: dict[str, str] = _PALETTE["either"]

SIGNAL, NEGATIVE, MINUS, VIOLATION = (LIGHT[name] for name in ("signal", "negative", "minus", "violation"))
GROUP, GROUP_INK, LAYER, LAYER_INK = (LIGHT[name] for name in ("group", "group-ink", "layer", "layer-ink"))  # ink: text
INK, QUIET, LINE, EDGE = (LIGHT[name] for name in ("ink", "quiet", "line", "edge"))  # text, quiet text, borders
BACK, ZERO, PAPER = (LIGHT[name] for name in ("back", "cell", "raised"))  # a card, the value 0, white

ORBIT_COLOURS: tuple[str, ...] = tuple(_PALETTE["orbits"])
LIGHT_ORBITS: tuple[int, ...] = tuple(_PALETTE["light-orbits"])
# The letters of orbits, the same as in widgets/shared/parts.js.
ORBIT_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδεζηθλμνξπρστφχψω"
MODEL_COLOURS: tuple[str, ...] = tuple(_PALETTE["models"])  # free of a meaning


def declarations(values: Mapping[str, str], prefix: str = "gdl-") -> str:
    """CSS declarations of custom properties.

    Args:
        values: A colour for each name, as `LIGHT`.
        prefix: What stands before each name.

    Example:
        >>> declarations({"signal": "#0072B2", "group": "#D55E00"})
        '--gdl-signal: #0072B2; --gdl-group: #D55E00;'
    """
    return " ".join(f"--{prefix}{name}: {value};" for name, value in values.items())


def of_both_schemes() -> dict[str, str]:
    """Every colour as CSS that follows the page's colour scheme, and the orbits' colours and dark letters.

    >>> of_both_schemes()["signal"], of_both_schemes()["orbit-0"]
    ('light-dark(#0072B2, #56B4E9)', '#0072B2')
    """
    meaning = {name: f"light-dark({light}, {DARK[name]})" for name, light in LIGHT.items()}
    orbits = {f"orbit-{k}": colour for k, colour in enumerate(ORBIT_COLOURS)}
    return meaning | orbits | {f"orbit-ink-{k}": INK for k in LIGHT_ORBITS}


def book_sheet() -> str:
    """The custom properties of the book's pages, which say in `data-theme` whether they are dark.

    >>> book_sheet().splitlines()[1][:50]
    'html:root[data-theme="dark"] { --gdl-signal: #56B4'
    """
    dark = f'html:root[data-theme="dark"] {{ {declarations(DARK)} }}'
    return f"html:root {{ {declarations(LIGHT)} }}\n{dark}\n"

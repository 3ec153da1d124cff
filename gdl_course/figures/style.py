"""One style for all figures: colours with a meaning each, colour maps, fonts and sizes."""

import sys

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

from gdl_course.figures.colours import (
    GROUP,
    GROUP_INK,
    INK,
    LAYER,
    LAYER_INK,
    LIGHT_ORBITS,
    LINE,
    MODEL_COLOURS,
    NEGATIVE,
    ORBIT_COLOURS,
    ORBIT_LETTERS,
    QUIET,
    SIGNAL,
    VIOLATION,
    ZERO,
)  # fmt: skip

__all__ = [
    "DIVERGING", "ERRORS", "GROUP", "GROUP_INK", "INK", "LAYER", "LAYER_INK", "LIGHT_ORBITS", "LINE", "MODELS",
    "NEGATIVE", "ORBIT_COLOURS", "ORBIT_LETTERS", "QUIET", "SIGNAL", "STYLE", "VIOLATION", "WIDTH", "ZERO", "use_style",
]  # fmt: skip

WIDTH = 7.0  # inches: the width of every full figure

DIVERGING = LinearSegmentedColormap.from_list("gdl-diverging", [NEGATIVE, ZERO, SIGNAL], N=257)  # odd: 0 has a colour
ERRORS = LinearSegmentedColormap.from_list("gdl-errors", [ZERO, VIOLATION], N=257)
MODELS = tuple(zip(MODEL_COLOURS, "os^D", strict=True))  # colour and marker, free of a meaning

STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.prop_cycle": plt.cycler(color=[colour for colour, _ in MODELS]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.figsize": (WIDTH, 3.6),
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": 9.5,
    "image.interpolation": "nearest",
    "lines.linewidth": 1.8,
    "mathtext.fontset": "dejavuserif",
    "savefig.facecolor": "white",  # a white card, in dark pages too
    "svg.hashsalt": "gdl-course",  # the same figure makes the same file
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
}


def use_style() -> None:
    """Set fonts, sizes and colours; in a notebook, draw figures as SVG that is the same at every run."""
    plt.rcParams.update(STYLE)  # type: ignore[arg-type]
    interactive = sys.modules.get("IPython.core.interactiveshell")
    if interactive is not None and interactive.InteractiveShell.initialized():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None})

"""One style for all figures: colours with a meaning each, colour maps, fonts and sizes."""

import sys

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

SIGNAL, NEGATIVE, GROUP, LAYER, VIOLATION = "#0072B2", "#B8973B", "#D55E00", "#009E73", "#B5127E"
GROUP_INK, LAYER_INK = "#B34A00", "#00745A"  # the same two for text, which needs more contrast
INK, QUIET, LINE, ZERO = "#1D2430", "#596275", "#DDDCD6", "#F1F1ED"  # text, quiet text, cell borders, the value 0
WIDTH = 7.0  # inches: the width of every full figure

# Colours and letters of orbits, the same as in the widgets (gdl_course/widgets/parts.js).
ORBIT_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδεζηθλμνξπρστφχψω"
ORBIT_COLOURS = ("#0072B2", "#5C6B7A", "#7D4E97", "#8A5F10", "#E69F00", "#00745A", "#56B4E9", "#8DB600")
LIGHT_ORBITS = (4, 6, 7)  # these carry dark letters

DIVERGING = LinearSegmentedColormap.from_list("gdl-diverging", [NEGATIVE, ZERO, SIGNAL], N=257)  # odd: 0 has a colour
ERRORS = LinearSegmentedColormap.from_list("gdl-errors", [ZERO, VIOLATION], N=257)
MODELS = (("#3B4A5A", "o"), ("#7D4E97", "s"), ("#8A5F10", "^"), ("#6B7F00", "D"))  # free of a meaning

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
    plt.rcParams.update(STYLE)
    interactive = sys.modules.get("IPython.core.interactiveshell")
    if interactive is not None and interactive.InteractiveShell.initialized():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None})

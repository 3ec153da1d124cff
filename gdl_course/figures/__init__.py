"""The figures that recur: signals, filter banks, orbit matrices, the commuting square; one style for all of them.

A colour means one thing: blue the signal, gold its negative values, orange the group, teal the layer, magenta a
violation. Call `use_style()` once, at the top of a notebook. A function draws on the axes that it is given, or on a
new figure, and never calls `plt.show`.

matplotlib loads with the first of these names that is used: widgets and reports need the colours alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gdl_course.figures.drawing import commuting_square, error_map, filter_bank, heat, orbit_matrix, seed_curves
    from gdl_course.figures.globes import globe
    from gdl_course.figures.style import (
        DIVERGING,
        ERRORS,
        GROUP,
        INK,
        LAYER,
        LAYER_INK,
        LIGHT_ORBITS,
        LINE,
        MODELS,
        NEGATIVE,
        ORBIT_COLOURS,
        ORBIT_LETTERS,
        QUIET,
        SIGNAL,
        VIOLATION,
        WIDTH,
        ZERO,
        use_style,
    )

__all__ = [
    "DIVERGING", "ERRORS", "GROUP", "INK", "LAYER", "LAYER_INK", "LIGHT_ORBITS", "LINE", "MODELS", "NEGATIVE",
    "ORBIT_COLOURS", "ORBIT_LETTERS", "QUIET", "SIGNAL", "VIOLATION", "WIDTH", "ZERO", "commuting_square", "error_map",
    "filter_bank", "globe", "heat", "orbit_matrix", "seed_curves", "use_style",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    parts = (import_module(f"{__name__}.{part}") for part in ("drawing", "globes", "style"))
    return next(getattr(part, name) for part in parts if hasattr(part, name))


def __dir__() -> list[str]:
    return __all__

"""Data sets: bundled or simulated, never downloaded, each with its provenance."""

from gdl_course.data.global_relief import RELIEF_PROVENANCE, Relief, relief
from gdl_course.data.global_wind import WIND_PROVENANCE, Wind, wind
from gdl_course.data.handwritten_digits import DIGITS_PROVENANCE, Digits, digits, on_canvas

__all__ = [
    "DIGITS_PROVENANCE", "RELIEF_PROVENANCE", "WIND_PROVENANCE", "Digits", "Relief", "Wind", "digits", "on_canvas",
    "relief", "wind",
]  # fmt: skip

"""Data sets: bundled or simulated, never downloaded, each with its provenance."""

from gdl_course.data.global_wind import WIND_PROVENANCE, Wind, wind
from gdl_course.data.handwritten_digits import DIGITS_PROVENANCE, Digits, digits, on_canvas

__all__ = ["DIGITS_PROVENANCE", "WIND_PROVENANCE", "Digits", "Wind", "digits", "on_canvas", "wind"]

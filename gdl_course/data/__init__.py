"""Data sets: bundled or simulated, never downloaded, each with its provenance."""

from gdl_course.data.global_relief import RELIEF_PROVENANCE, Relief, relief
from gdl_course.data.handwritten_digits import DIGITS_PROVENANCE, Digits, digits, on_canvas

__all__ = ["DIGITS_PROVENANCE", "RELIEF_PROVENANCE", "Digits", "Relief", "digits", "on_canvas", "relief"]

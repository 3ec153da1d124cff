"""GDL Course: geometric deep learning, derived from symmetry.

The algebra loads with the package and needs NumPy and SciPy only; the rooms that need JAX or matplotlib
(`gdl_course.layers`, `gdl_course.figures`, ...) are imported by name.
"""

from gdl_course import groups
from gdl_course.equivariance import (
    EquivarianceReport,
    check_equivariance,
    equivariance_error,
    equivariance_report,
    linear_maps,
    project,
)

__all__ = ["check_equivariance", "equivariance_error", "equivariance_report", "groups", "linear_maps", "project"]


def _drawn(report):
    """The commuting square, for a notebook. The algebra does not paint, so the package joins the two, here alone."""
    from gdl_course.figures.report_square import draw

    return draw(report)


EquivarianceReport._repr_html_ = _drawn  # type: ignore[attr-defined]

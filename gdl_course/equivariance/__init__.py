"""Every linear map that commutes with a symmetry, and tests of maps that claim to.

>>> from gdl_course import groups, linear_maps
>>> rho = groups.cyclic(8).permutation()
>>> linear_maps(rho, rho)
EquivariantBasis of C8: permutation (8) -> permutation (8), dimension 8 of 64, by orbits
"""

from gdl_course.equivariance.bases import (
    EquivariantBasis,
    check_equivariance,
    equivariance_error,
    equivariance_report,
    linear_maps,
    project,
)  # fmt: skip
from gdl_course.equivariance.testing import EquivarianceError, EquivarianceReport

__all__ = [
    "EquivarianceError", "EquivarianceReport", "EquivariantBasis", "check_equivariance", "equivariance_error",
    "equivariance_report", "linear_maps", "project",
]  # fmt: skip

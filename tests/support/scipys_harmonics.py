"""Our real spherical harmonics out of SciPy's complex ones, which have the sign (-1)^m of Condon and Shortley."""

import numpy as np
import scipy

from gdl_course.representations.harmonics import degrees, orders


def of_scipy(L, u):
    """Y^l_m at unit vectors u of shape (n, 3), for l < L."""
    l, m = degrees(L)[None], orders(L)[None]
    theta, phi = np.arccos(u[:, 2:]), np.arctan2(u[:, 1:2], u[:, :1])
    c = (-1.0) ** m * scipy.special.sph_harm_y(l, abs(m), theta, phi)
    return np.where(m == 0, c.real, np.sqrt(2) * np.where(m > 0, c.real, c.imag))

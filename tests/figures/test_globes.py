"""A globe shows each point of a function on the sphere at its place: north up, east right, the back not at all."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from gdl_course import figures
from gdl_course.representations.harmonics import harmonics

X, Y, Z = np.eye(4)[[3, 1, 2]]  # the functions x, y and z, up to a factor


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def picture(c, **options):
    return figures.globe(c, **options).images[0].get_array()


def test_north_is_up_and_east_is_right():
    north, east = picture(Z), picture(Y)  # from longitude 0: y grows to the east
    middle = north.shape[0] // 2
    assert north[5, middle] > 0.4 and north[-6, middle] < -0.4
    assert east[middle, -6] > 0.4 and east[middle, 5] < -0.4


@pytest.mark.parametrize("longitude, latitude", [(0, 0), (75, 20), (-160, -65)])
def test_the_point_of_the_view_is_in_the_middle(longitude, latitude):
    c = np.random.default_rng(0).normal(size=25)
    phi, delta = np.radians([longitude, latitude])
    u = [np.cos(delta) * np.cos(phi), np.cos(delta) * np.sin(phi), np.sin(delta)]
    values = picture(c, view=(longitude, latitude))
    middle = values.shape[0] // 2
    assert np.isclose(values[middle, middle], harmonics(5, u) @ c, rtol=0, atol=0.1)


def test_the_back_is_not_seen():
    assert picture(X).min() > 0 and picture(X).mask[0, 0]  # x is positive on the half that faces the viewer


def test_zero_is_pale_and_the_scale_can_be_set():
    assert figures.globe(X, limit=3).images[0].get_clim() == (-3, 3)
    low, high = figures.globe(X).images[0].get_clim()
    assert low == -high and high == pytest.approx(picture(X).max())


@pytest.mark.parametrize("c", [np.ones(5), np.ones((2, 2)), np.array([np.nan]), np.ones(0)])
def test_what_is_no_function_is_refused(c):
    with pytest.raises(ValueError, match="L² finite coefficients"):
        figures.globe(c)

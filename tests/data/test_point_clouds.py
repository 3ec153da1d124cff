"""Points lie on their surfaces, uniformly: moments agree with the integrals over the surface."""

import numpy as np
import pytest

from gdl_course.data import point_clouds
from gdl_course.data.point_clouds import SHAPES, TUBE

N = 40_000


def radius(points):
    return np.hypot(points[:, 0], points[:, 1])


# How far a point is from the surface, by the equation of the surface.
MISSES = {
    "sphere": lambda p: np.linalg.norm(p, axis=1) - 1,
    "torus": lambda p: np.hypot(radius(p) - (1 - TUBE), p[:, 2]) - TUBE,
    "cube": lambda p: np.abs(p).max(axis=1) - 1 / np.sqrt(2),
    "cylinder": lambda p: np.maximum(radius(p) / 0.7, np.abs(p[:, 2])) - 1,
    "cone": lambda p: np.minimum(np.abs(1 - p[:, 2] - 2 * radius(p)), np.abs(p[:, 2] + 1)),
}
# A mean over the surface that is wrong if the points crowd somewhere: E r for the torus, E z² or E z for the others.
SLANT = np.sqrt(5)
MEANS = {
    "sphere": (lambda p: p[:, 2] ** 2, 1 / 3),
    "torus": (radius, 1 - TUBE + TUBE**2 / (2 * (1 - TUBE))),
    "cube": (lambda p: p[:, 2] ** 2, (1 / 3 + 2 / 3 / 3) / 2),
    "cylinder": (lambda p: p[:, 2] ** 2, (2 / 3 + 0.7) / 2.7),  # side : lids = 2 : 0.7
    "cone": (lambda p: p[:, 2], (SLANT * (1 - 4 / 3) - 1) / (1 + SLANT)),  # E r = 2/3 on the mantle
}


@pytest.mark.parametrize("name", SHAPES)
def test_points_lie_on_the_surface(name):
    points = SHAPES[name](1000, np.random.default_rng(0))
    assert points.shape == (1000, 3)
    np.testing.assert_allclose(MISSES[name](points), 0, atol=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_points_are_uniform_on_the_surface(name):
    measure, expected = MEANS[name]
    values = measure(SHAPES[name](N, np.random.default_rng(1)))
    assert abs(values.mean() - expected) < 5 * values.std() / np.sqrt(N)


@pytest.mark.parametrize("name", SHAPES)
def test_the_shapes_have_no_preferred_direction_about_the_axis(name):
    points = SHAPES[name](N, np.random.default_rng(2))
    np.testing.assert_allclose(points[:, :2].mean(axis=0), 0, atol=5 / np.sqrt(N))
    np.testing.assert_allclose(*(points[:, :2] ** 2).mean(axis=0), atol=0.02)


def test_an_angle_drawn_uniformly_would_crowd_the_inside_of_the_torus():
    _measure, expected = MEANS["torus"]
    angle = np.random.default_rng(3).uniform(0, 2 * np.pi, N)
    naive = 1 - TUBE + TUBE * np.cos(angle)
    assert abs(naive.mean() - expected) > 5 * naive.std() / np.sqrt(N)


def test_clouds_are_balanced_padded_with_zeros_and_of_the_sizes_asked_for():
    found = point_clouds.clouds(100, (3, 20), seed=4)
    assert np.bincount(found.label).tolist() == [20] * 5
    assert found.points.shape == (100, 20, 3) and found.points.dtype == np.float32
    assert set(found.mask.sum(axis=1)) == set(range(3, 21))
    assert not found.points[~found.mask].any() and np.abs(found.points[found.mask]).sum(axis=1).min() > 0


def test_clouds_may_be_empty():
    assert not point_clouds.clouds(5, (0, 0)).mask.any()


def test_equal_seeds_give_equal_clouds_and_other_seeds_others():
    a, b, c = (point_clouds.clouds(5, (4, 4), seed=seed).points for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()


@pytest.mark.parametrize(("count", "sizes"), [(7, (1, 2)), (0, (1, 2)), (5, (3, 2)), (5, (-1, 2))])
def test_impossible_requests_say_so(count, sizes):
    with pytest.raises(ValueError, match=f"got {count} clouds"):
        point_clouds.clouds(count, sizes)

"""The rotations of the icosahedron and its 12 vertices: a sphere on which the solver is exact."""

from collections import Counter

import numpy as np
import pytest

from gdl_course import groups, linear_maps
from gdl_course.representations.harmonics import harmonics

I, V = groups.icosahedral(), groups.icosahedron()


def order_of(G, g):
    power, count = g, 1
    while power != G.identity:
        power, count = G.compose(g, power), count + 1
    return count


def test_the_vertices_are_unit_vectors_with_five_neighbours_each():
    cosines = np.round(V @ V.T * np.sqrt(5))
    assert np.allclose(V @ V.T * np.sqrt(5), np.where(abs(cosines) == 2, np.sqrt(5) * np.sign(cosines), cosines))
    assert all(Counter(row) == {2.0: 1, 1.0: 5, -1.0: 5, -2.0: 1} for row in cosines)
    np.testing.assert_array_equal(V, -V[::-1])


def test_the_group_is_that_of_sixty_rotations():
    """1, 15 half turns, 20 thirds and 24 fifths, as many as in A_5."""
    orders = [Counter(order_of(G, g) for g in G.elements) for G in (I, groups.alternating(5))]
    assert orders[0] == orders[1] == {1: 1, 2: 15, 3: 20, 5: 24}


def test_matrices_are_rotations_that_move_the_vertices():
    rho = I.vector()
    for g in I.elements:
        R = rho(g)
        assert R in groups.SO(3)
        np.testing.assert_allclose(V @ R.T, V[list(g)], rtol=0, atol=1e-12)
    a, b = I.generators
    np.testing.assert_allclose(rho(I.compose(a, b)), rho(a) @ rho(b), rtol=0, atol=1e-12)


def test_linear_maps_on_the_vertices_are_one_weight_for_each_distance():
    basis = linear_maps(I.permutation(), I.permutation())
    assert basis.dimension == 4  # same, near, far, opposite
    distance = np.round(V @ V.T, 6)
    labels = basis.orbits
    assert {tuple(np.unique(distance[labels == k])) for k in range(4)} == {(-1.0,), (-0.447214,), (0.447214,), (1.0,)}


@pytest.mark.parametrize(("l", "rank"), [(0, 1), (1, 3), (2, 5)])
def test_degrees_below_three_live_on_the_vertices_undistorted(l, rank):
    """12 = 1 + 3 + 5 + 3: the maps of the vertices act on samples of these degrees by one number."""
    Y = harmonics(l + 1, V)[:, l * l :]
    assert np.linalg.matrix_rank(Y) == rank
    np.testing.assert_allclose(Y.T @ Y, 12 / (4 * np.pi) * np.eye(2 * l + 1), rtol=0, atol=1e-12)
    near = (np.round(V @ V.T, 6) == 0.447214).astype(float)
    factor = near[0] @ Y[:, l] / Y[0, l]
    np.testing.assert_allclose(near @ Y, factor * Y, rtol=0, atol=1e-12)


def test_degree_three_is_taken_apart():
    Y = harmonics(4, V)[:, 9:]
    assert np.linalg.matrix_rank(Y, tol=1e-9) == 3  # four of its seven functions vanish on all vertices

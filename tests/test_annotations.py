"""Annotations are held in tests, the algebra's and the layers': a call that violates one is an error in any case."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

from gdl_course import graph, kernels
from gdl_course.layers import grid, sets


def violates(call, *arguments):
    """Whether the call is stopped by an annotation; `pytest.raises` would make the annotations stand back."""
    try:
        call(*arguments)
    except jaxtyping.TypeCheckError:
        return True
    return False


def test_the_algebra_is_held_to_its_annotations():
    assert not violates(kernels.rotated, [[0.0, 1.0], [2.0, 3.0]], 1)
    assert violates(kernels.rotated, [[0.0, 1.0], [2.0, 3.0]], "once")


@pytest.mark.parametrize("array", [np.ones, jnp.ones])
def test_shapes_that_disagree_violate_the_annotations(array):
    assert not violates(grid.conv, array((2, 8)), array((3, 2, 5)))
    assert violates(grid.conv, array((2, 8)), array((3, 4, 5)))
    assert violates(sets.linear, array((5, 2)), array((3, 2)), array((3, 1)), array(3))


def test_a_layer_is_held_to_its_annotations_inside_jit():
    layer = grid.Conv(1, 2, 3, key=jax.random.key(0))
    assert violates(eqx.filter_jit(layer), jnp.zeros((1, 6, 6), bool))
    assert not violates(eqx.filter_jit(layer), jnp.zeros((1, 6, 6)))


def test_lists_make_a_graph_and_numbers_that_are_not_whole_do_not():
    assert not violates(graph.Graph, [], [], 0)
    assert not violates(graph.Graph, [0, 1], [1, 0], 2)
    assert violates(graph.Graph, [0.5, 1.5], [1, 0], 2)

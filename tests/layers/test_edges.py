"""The 15 maps span what the solver finds; the layer commutes with relabelling; triangles need a product."""

import jax
import jax.numpy as jnp
import networkx as nx
import numpy as np
import pytest

from gdl_course import check_equivariance, equivariance_report, groups, linear_maps
from gdl_course.layers import edges

TWO_TRIANGLES = nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(3))
PAIR = [jnp.asarray(nx.to_numpy_array(G), jnp.float32)[:, :, None] for G in (TWO_TRIANGLES, nx.cycle_graph(6))]


def as_matrices(operation, n):
    """The (k, outputs, n * n) matrices of k linear maps, from the images of the unit arrays."""
    unit = jnp.eye(n * n).reshape(n, n, n * n)
    images = np.asarray(operation(unit), float)
    return images.reshape(len(images), -1, n * n)


def rank(matrices):
    return np.linalg.matrix_rank(matrices.reshape(len(matrices), -1), tol=1e-5)


@pytest.mark.parametrize(("n", "dimension"), [(1, 1), (2, 8), (3, 14), (4, 15), (5, 15)])
def test_the_maps_span_all_equivariant_ones(n, dimension):
    S = groups.symmetric(n) if n > 1 else groups.cyclic(1)
    pairs = S.permutation() ** 2
    basis = linear_maps(pairs, pairs)
    ours = as_matrices(edges.edge_maps, n)
    assert basis.dimension == dimension == rank(ours) == rank(np.concatenate([ours, basis.maps]))
    assert rank(np.delete(ours, 6, axis=0)) < dimension or n < 4


@pytest.mark.parametrize("n", [4, 5])
def test_the_two_numbers_span_all_invariant_ones(n):
    S = groups.symmetric(n)
    basis = linear_maps(S.permutation() ** 2, S.trivial())
    ours = as_matrices(lambda x: edges.edge_numbers(x)[:, None], n)
    assert basis.dimension == 2 == rank(ours) == rank(np.concatenate([ours, basis.maps]))


def test_the_two_biases_span_all_equivariant_arrays():
    S = groups.symmetric(4)
    basis = linear_maps(S.trivial(), S.permutation() ** 2)
    layer = edges.EdgeLayer(1, 2, key=jax.random.key(0))
    ours = np.asarray(layer(jnp.zeros((4, 4, 1)))).transpose(2, 0, 1).reshape(2, 16, 1)
    assert basis.dimension == 2 == rank(ours) == rank(np.concatenate([ours, basis.maps]))


def test_the_layer_is_its_maps_weighted():
    layer, x = edges.EdgeLayer(2, 3, key=jax.random.key(0)), jax.random.normal(jax.random.key(1), (4, 4, 2))
    maps = np.asarray(edges.edge_maps(x))
    expected = sum(m @ np.asarray(W).T for m, W in zip(maps, layer.weight, strict=True))
    np.testing.assert_allclose(layer(x) - layer(jnp.zeros_like(x)), expected, atol=1e-5)


def channels_first(layer):
    return jax.jit(lambda x: layer(jnp.moveaxis(jnp.asarray(x, jnp.float32), 0, 2)).transpose(2, 0, 1))


def test_the_layer_commutes_with_relabelling_and_a_bias_on_the_first_row_does_not():
    pairs = groups.symmetric(5).permutation() ** 2
    layer = edges.EdgeLayer(2, 3, key=jax.random.key(0))
    assert check_equivariance(channels_first(layer), pairs, pairs, leading=(2,)).passed
    planted = channels_first(lambda x: layer(x).at[0].add(0.1))
    assert not equivariance_report(planted, pairs, pairs, leading=(2,)).passed


def test_the_product_commutes_with_relabelling_and_a_pointwise_one_is_another():
    pairs = groups.symmetric(5).permutation() ** 2
    assert check_equivariance(channels_first(lambda x: edges.edge_product(x, x)), pairs, pairs, leading=(2,)).passed
    x = jax.random.normal(jax.random.key(0), (5, 5, 2))
    assert np.abs(edges.edge_product(x, x)[:, :, 0] - x[:, :, 0] @ x[:, :, 0]).max() < 1e-5
    assert np.abs(edges.edge_product(x, x) - x * x).max() > 0.1


@pytest.mark.parametrize("seed", range(3))
def test_linear_maps_and_relu_do_not_see_triangles_and_a_product_does(seed):
    keys = jax.random.split(jax.random.key(seed), 3)
    layers = [edges.EdgeLayer(i, 8, key=key) for i, key in zip((1, 8, 8), keys, strict=True)]

    def readout(x, between=lambda x: x):
        for layer in layers:
            x = jax.nn.relu(between(layer(x)))
        return edges.edge_numbers(x)

    two, one = (readout(x) for x in PAIR)
    np.testing.assert_allclose(two, one, atol=1e-5)
    multiplied = [readout(x, lambda x: edges.edge_product(x, x)) for x in PAIR]
    assert np.abs(multiplied[0] - multiplied[1]).max() > 1e-3
    path = jnp.asarray(nx.to_numpy_array(nx.path_graph(6)), jnp.float32)[:, :, None]
    assert np.abs(readout(path) - one).max() > 1e-3  # the network itself is no constant


def test_gradients_are_finite_and_reach_every_weight():
    layer = edges.EdgeLayer(1, 2, key=jax.random.key(0))
    gradient = jax.grad(lambda layer: jnp.sin(layer(jax.random.normal(jax.random.key(1), (5, 5, 1)))).sum())(layer)
    assert (np.abs(gradient.weight) > 0).all() and (np.abs(gradient.bias) > 0).all()


@pytest.mark.parametrize("shape", [(3, 3), (3, 4, 1), (0, 0, 1)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="shape \\(nodes, nodes, channels\\)"):
        edges.edge_maps(jnp.ones(shape))

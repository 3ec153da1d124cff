"""The layer that any basis of equivariant maps becomes: it commutes, it learns, it starts at the right size."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import check_equivariance, groups, linear_maps
from gdl_course.layers.from_basis import EquivariantLinear

KEY = jax.random.key(0)
SO3, D4, SO2 = groups.SO(3), groups.dihedral(4), groups.SO(2)
RING, NODES, VECTOR = groups.cyclic(8).permutation(), groups.symmetric(5).permutation(), SO3.vector()
PAIRS = {
    "a ring": (RING, RING),
    "edges of a graph to its nodes": (NODES**2, NODES),
    "edges to edges": (NODES**2, NODES**2),
    "pixels under quarter turns": (groups.cyclic(4).on_grid(3, 3),) * 2,
    "D4 on itself": (D4.regular(), D4.regular()),
    "D4, vectors to a field": (D4.vector() + D4.permutation(), D4.regular()),
    "SO(3), tensors to tensors": (VECTOR**2, VECTOR**2),
    "SO(3), tensors to vectors and numbers": (VECTOR**2, VECTOR + SO3.trivial()),
}
every_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())


def layer_of(pair, in_channels=2, out_channels=3):
    """A layer whose bias is not 0."""
    layer = EquivariantLinear(linear_maps(*pair), in_channels, out_channels, key=KEY)
    return eqx.tree_at(lambda layer: layer.bias, layer, 1.0 + jnp.arange(layer.bias.size).reshape(layer.bias.shape))


@every_pair
def test_the_layer_commutes_with_random_elements(pair):
    layer, (rho_in, rho_out) = layer_of(pair), pair
    report = check_equivariance(eqx.filter_jit(layer), rho_in, rho_out, leading=(2,), samples=4)
    assert report.error < 1e-5


@every_pair
def test_with_one_channel_it_is_the_combined_map_and_an_invariant_vector(pair):
    layer, (rho_in, rho_out) = layer_of(pair, 1, 1), pair
    basis, x = linear_maps(*pair), np.random.default_rng(0).normal(size=rho_in.shape)
    g = rho_in.group.random_non_involution(np.random.default_rng(1))
    bias = layer.invariants.combine(np.asarray(layer.bias[0], float))[:, 0]
    expected = basis.combine(np.asarray(layer.weight[0, 0], float)) @ x.ravel() + bias
    np.testing.assert_allclose(layer(x[None])[0].ravel(), expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(rho_out(g) @ bias, bias, rtol=0, atol=1e-5)


def test_channels_are_mixed_by_one_matrix_for_each_pair():
    layer = layer_of(PAIRS["edges of a graph to its nodes"])
    x = np.random.default_rng(2).normal(size=(2, 5, 5))
    W = layer.basis.combine(np.asarray(layer.weight, float))
    assert W.shape == (3, 2, 5, 25)
    expected = [W[o, 0] @ x[0].ravel() + W[o, 1] @ x[1].ravel() + float(layer.bias[o, 0]) for o in range(3)]
    np.testing.assert_allclose(layer(x), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["edges to edges", "SO(3), tensors to vectors and numbers"])
def test_gradients_are_finite_and_reach_every_weight(name):
    layer = layer_of(PAIRS[name])
    x = jax.random.normal(KEY, (2, *layer.basis.rho_in.shape))
    gradient = eqx.filter_grad(lambda layer: (layer(x) ** 2).sum())(layer)
    for part, own in zip(jax.tree.leaves(gradient), (layer.weight, layer.bias), strict=True):
        assert part.shape == own.shape and part.dtype == jnp.float32
        assert jnp.isfinite(part).all() and (part != 0).all()


def test_a_batch_by_vmap_is_its_examples_one_by_one():
    layer = layer_of(PAIRS["SO(3), tensors to tensors"])
    x = jax.random.normal(KEY, (4, 2, 3, 3))
    y = jax.jit(jax.vmap(layer))(x)
    assert y.shape == (4, 3, 3, 3)
    np.testing.assert_allclose(y, jnp.stack([layer(one) for one in x]), rtol=0, atol=1e-5)


@pytest.mark.parametrize("pair", [PAIRS["edges to edges"], PAIRS["SO(3), tensors to tensors"]], ids=["orbits", "null"])
def test_inputs_of_mean_square_1_give_outputs_of_mean_square_1(pair):
    """E |W_oc|² = n_out / in, a mean over 4000 matrices: in units of it the spread of one is below sqrt(2)."""
    rho_out, channels = pair[1], 4
    layer = EquivariantLinear(linear_maps(*pair), channels, 1000, key=KEY)
    squares = (layer.basis.combine(np.asarray(layer.weight, float)) ** 2).sum((-1, -2)) * channels / rho_out.dimension
    assert abs(squares.mean() - 1) < 5 * np.sqrt(2 / 4000)


def test_the_first_map_has_one_law_whichever_method_found_the_basis():
    """An isotropic law on the space of maps: the mean of vec(W) vec(W)ᵀ is a multiple of the projection on it."""
    rho, covariances = RING * groups.cyclic(8).trivial(), []
    for method in ("orbits", "null_space"):
        basis = linear_maps(rho, rho, method)
        maps = basis.maps.reshape(8, 64) / basis.norms[:, None]
        weight = EquivariantLinear(basis, 1, 1, key=KEY).weight[0, 0]
        np.testing.assert_allclose(weight * basis.norms, jax.random.normal(KEY, (1, 1, 8))[0, 0], atol=1e-6)
        covariances.append(maps.T @ maps)
    np.testing.assert_allclose(*covariances, rtol=0, atol=1e-12)


def test_where_only_zero_is_equivariant_the_layer_has_no_weights_and_gives_zero():
    layer = EquivariantLinear(linear_maps(SO2.irrep(1), SO2.irrep(2)), 2, 3, key=KEY)
    assert layer.weight.shape == (3, 2, 0) and layer.bias.shape == (3, 0)
    np.testing.assert_array_equal(layer(np.ones((2, 2))), np.zeros((3, 2)))


def test_the_bias_is_what_the_group_leaves_in_place():
    """One number for each orbit of pixels (13 of 49); no favourite direction for vectors."""
    pixels = groups.cyclic(4).on_grid(7, 7)
    assert EquivariantLinear(linear_maps(pixels, pixels), 1, 1, key=KEY).bias.shape == (1, 13)
    assert EquivariantLinear(linear_maps(VECTOR, VECTOR), 1, 1, key=KEY).bias.shape == (1, 0)


def test_orbits_never_build_the_dense_maps():
    """784 maps of 784 x 784 would take 3.9 GB, and `basis.maps` refuses them."""
    torus = groups.translations(28, 28).permutation()
    layer = EquivariantLinear(linear_maps(torus, torus), 1, 1, key=KEY)
    x = jnp.zeros((1, 28, 28)).at[0, 0, 0].set(1.0)
    assert layer(x).shape == (1, 28, 28)
    kernel = layer(x)[0]  # the response to an impulse, moved with it
    np.testing.assert_allclose(layer(jnp.roll(x, (3, 5), (1, 2)))[0], jnp.roll(kernel, (3, 5), (0, 1)), atol=1e-6)


def test_only_weight_and_bias_are_trained():
    leaves = jax.tree.leaves(layer_of(PAIRS["SO(3), tensors to tensors"]))
    assert [leaf.shape for leaf in leaves] == [(3, 2, 3), (3, 1)]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: EquivariantLinear(RING, 1, 1, key=KEY), TypeError, "EquivariantBasis.*got permutation of C8"),
        (lambda: layer_of(PAIRS["a ring"], 0, 3), ValueError, "one channel in and out; got 0 in, 3 out"),
        (
            lambda: layer_of(PAIRS["edges to edges"])(np.ones((5, 5))),
            ValueError,
            r"\(in, \*rho_in.shape\) = \(2, 5, 5\); got \(5, 5\)",
        ),
        (lambda: layer_of(PAIRS["a ring"]).basis.combine(np.ones((2, 7))), ValueError, r"expected 8 .* got .*\(2, 7\)"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, error, words):
    with pytest.raises(error, match=words):
        make()

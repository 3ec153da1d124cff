"""The grid layers: equal to their dense matrices, equivariant exactly where the docstrings say so."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course import check_equivariance, equivariance_report, groups, kernels
from gdl_course.equivariance import EquivarianceError
from gdl_course.layers import grid

SHAPES = [(9,), (12,), (6, 4)]
conv = jax.jit(grid.conv, static_argnames=("stride", "padding"))


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def torus(shape):
    return (groups.cyclic(*shape) if len(shape) == 1 else groups.translations(*shape)).permutation()


def every_other_shift(n):
    """Shifts by multiples of 2, as a subgroup acting on n points and on the n / 2 sampled ones."""
    G = groups.cyclic(n // 2)
    fine = G.permutation(lambda g, u: (u + 2 * g[0]) % n, list(range(n)))
    return fine, G.permutation()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("padding", "stride"), [("wrap", 1), ("zero", 1), ("reflect", 1), ("zero", 2), ("reflect", 3)])
def test_conv_is_its_dense_matrix_for_every_pair_of_channels(rng, shape, padding, stride):
    with jax.enable_x64(True):
        kernel = rng.normal(size=(3, 2, *(5, 3)[: len(shape)]))
        x = rng.normal(size=(2, *shape))
        y = np.asarray(conv(x, kernel, stride=stride, padding=padding))
    assert y.dtype == np.float64 and y.shape == (3, *(math.ceil(n / stride) for n in shape))
    W = [[kernels.correlation_matrix(k, shape, padding, stride) for k in row] for row in kernel]
    expected = np.block(W) @ x.ravel()
    np.testing.assert_allclose(y.ravel(), expected, atol=1e-12)


@pytest.mark.parametrize("shape", [(12,), (4, 6)])
def test_wrapped_conv_with_stride_is_its_dense_matrix(rng, shape):
    kernel, x = rng.normal(size=(1, 1, *[3] * len(shape))), rng.normal(size=(1, *shape))
    with jax.enable_x64(True):
        y = np.asarray(conv(x, kernel, stride=2))
    W = kernels.correlation_matrix(kernel[0, 0], shape, stride=2)
    np.testing.assert_allclose(y.ravel(), W @ x.ravel(), atol=1e-12)


@pytest.mark.parametrize("size", [7, 11])
def test_conv_takes_a_kernel_larger_than_the_torus(rng, size):
    kernel, x = rng.normal(size=(1, 1, size)), rng.normal(size=(1, 3))
    with jax.enable_x64(True):
        y = np.asarray(conv(x, kernel))
    np.testing.assert_allclose(y[0], kernels.correlation_matrix(kernel[0, 0], (3,)) @ x[0], atol=1e-12)


@pytest.mark.parametrize("shape", [(9,), (6, 4)])
def test_wrapped_conv_commutes_with_every_shift(rng, shape):
    layer = eqx.filter_jit(grid.Conv(2, 3, 3, dimensions=len(shape), key=jax.random.key(0)))
    rho = torus(shape)
    assert check_equivariance(layer, rho, rho, leading=(2,), tolerance=1e-5).passed


@pytest.mark.parametrize("padding", ["zero", "reflect"])
def test_conv_with_another_padding_does_not_commute_with_shifts(padding):
    layer = eqx.filter_jit(grid.Conv(2, 3, 3, padding=padding, key=jax.random.key(0)))
    with pytest.raises(EquivarianceError):
        check_equivariance(layer, torus((6, 5)), torus((6, 5)), leading=(2,))


@pytest.mark.parametrize("padding", ["zero", "reflect"])
def test_conv_with_another_padding_commutes_in_the_interior(rng, padding):
    kernel, x = rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 12, 12))
    f = lambda x: np.asarray(conv(x, kernel, padding=padding))
    left, right = f(np.roll(x, (2, 1), (1, 2))), np.roll(f(x), (2, 1), (1, 2))
    np.testing.assert_allclose(left[:, 3:-1, 2:-1], right[:, 3:-1, 2:-1], atol=1e-5)
    assert np.abs(left - right).max() > 0.1


def test_conv_commutes_with_turns_and_reflections_only_if_its_kernel_is_isotropic(rng):
    rho = groups.dihedral(4).on_grid(6, 6)
    kernel = rng.normal(size=(3, 3))
    layer = lambda kernel: lambda x: conv(x[None], kernel[None, None], padding="zero")[0]
    assert check_equivariance(layer(kernels.isotropic(kernel)), rho, rho).passed
    assert not equivariance_report(layer(kernel), rho, rho).passed


def test_stride_2_commutes_with_shifts_by_even_steps_only(rng):
    fine, coarse = every_other_shift(10)
    layer = eqx.filter_jit(grid.Conv(1, 1, 3, dimensions=1, stride=2, key=jax.random.key(1)))
    assert check_equivariance(layer, fine, coarse, leading=(1,)).passed
    x = rng.normal(size=(1, 10))
    shifted = np.asarray(layer(np.roll(x, 1, axis=1)))
    assert min(np.abs(shifted - np.roll(layer(x), s, axis=1)).max() for s in range(5)) > 0.1


@pytest.mark.parametrize("pool", [grid.max_pool, grid.average_pool])
def test_pooling_commutes_with_shifts_by_even_steps_only(rng, pool):
    fine, coarse = every_other_shift(10)
    layer = jax.jit(lambda x: pool(x, 2))
    assert check_equivariance(layer, fine, coarse, leading=(1,)).passed
    x = rng.normal(size=(1, 10))
    assert min(np.abs(layer(np.roll(x, 1, axis=1)) - np.roll(layer(x), s, axis=1)).max() for s in range(5)) > 0.1


@pytest.mark.parametrize("pool", [grid.max_pool, grid.average_pool])
def test_pooling_with_stride_1_commutes_with_every_shift(pool):
    rho = torus((6, 5))
    assert check_equivariance(jax.jit(lambda x: pool(x, 2, 1)), rho, rho, leading=(2,)).passed


@pytest.mark.parametrize(("pool", "reference"), [(grid.max_pool, np.max), (grid.average_pool, np.mean)])
def test_pooling_side_by_side_is_a_reduction_of_blocks(rng, pool, reference):
    x = rng.normal(size=(3, 6, 9)).astype(np.float32)
    np.testing.assert_allclose(pool(x, 3), reference(x.reshape(3, 2, 3, 3, 3), axis=(2, 4)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("pool", "reference"), [(grid.max_pool, np.max), (grid.average_pool, np.mean)])
def test_overlapping_windows_wrap_round(rng, pool, reference):
    x = rng.normal(size=(1, 6)).astype(np.float32)
    windows = np.array([x[0, np.arange(i, i + 3) % 6] for i in (0, 2, 4)])
    np.testing.assert_allclose(pool(x, 3, 2)[0], reference(windows, axis=1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("taps", [3, 5])
def test_blur_pool_is_a_binomial_convolution_then_a_subsample(rng, taps):
    x = rng.normal(size=(2, 6, 8)).astype(np.float32)
    row = np.array([1.0])
    for _ in range(taps - 1):
        row = np.convolve(row, [0.5, 0.5])
    W = kernels.correlation_matrix(np.outer(row, row), (6, 8), stride=2)
    np.testing.assert_allclose(grid.blur_pool(x, 2, taps).reshape(2, -1), x.reshape(2, -1) @ W.T, atol=1e-6)


def shift_error(pool, signals):
    """How far a shift by one point moves the output from every shift of it, relative to how much it varies."""
    y, z = (np.asarray(pool(x)) for x in (signals, np.roll(signals, 1, axis=-1)))
    distance = min(np.linalg.norm(np.roll(y, s, axis=-1) - z) for s in range(y.shape[-1]))
    return distance / np.linalg.norm(y - y.mean(axis=-1, keepdims=True))


def test_blur_reduces_the_shift_error_and_does_not_remove_it(rng):
    signals = rng.normal(size=(200, 16))
    plain = shift_error(lambda x: grid.max_pool(x, 2), signals)
    blurred = shift_error(lambda x: grid.blur_pool(grid.max_pool(x, 2, stride=1), 2), signals)
    blurred_more = shift_error(lambda x: grid.blur_pool(grid.max_pool(x, 2, stride=1), 2, taps=5), signals)
    assert blurred < 0.8 * plain and blurred_more < 0.92 * blurred and blurred_more > 0.5


def test_blur_pool_commutes_with_shifts_by_even_steps():
    fine, coarse = every_other_shift(10)
    assert check_equivariance(jax.jit(lambda x: grid.blur_pool(x, 2)), fine, coarse, leading=(2,)).passed


def test_global_mean_is_invariant_to_every_permutation_and_a_dense_layer_is_not():
    rho, trivial = groups.symmetric(9).permutation(), groups.symmetric(9).trivial()
    mean = lambda x: grid.global_mean(x)[:, None]  # one number a channel: the trivial representation has shape (1,)
    dense = grid.Dense((1, 9), (1, 1), key=jax.random.key(0))
    assert check_equivariance(mean, rho, trivial, leading=(2,)).passed
    assert not equivariance_report(dense, rho, trivial, leading=(1,)).passed


def test_dense_is_its_matrix(rng):
    layer = grid.Dense((2, 3, 4), (5, 2), key=jax.random.key(0))
    x = rng.normal(size=(2, 3, 4)).astype(np.float32)
    expected = np.asarray(layer.weight) @ x.ravel() + np.asarray(layer.bias)
    assert layer.weight.shape == (10, 24)
    np.testing.assert_allclose(layer(x), expected.reshape(5, 2), atol=1e-6)


@pytest.mark.parametrize(("shape", "padding"), [((7,), "zero"), ((7,), "reflect"), ((4, 6), "wrap")])
def test_gradients_of_conv(rng, shape, padding):
    with jax.enable_x64(True):
        kernel, x = jnp.asarray(rng.normal(size=(2, 2, *[3] * len(shape)))), jnp.asarray(rng.normal(size=(2, *shape)))
        check_grads(jax.jit(lambda x, k: conv(x, k, padding=padding)), (x, kernel), order=1, rtol=1e-6)


@pytest.mark.parametrize("pool", [grid.max_pool, grid.average_pool, grid.blur_pool])
def test_gradients_of_pooling(rng, pool):
    with jax.enable_x64(True):
        x = jnp.asarray(rng.normal(size=(2, 4, 6)))
        check_grads(jax.jit(lambda x: pool(x, 2)), (x,), order=1, rtol=1e-6)


def network(key):
    keys = jax.random.split(key, 3)
    return eqx.nn.Sequential([
        grid.Conv(1, 4, 3, key=keys[0]), eqx.nn.Lambda(jax.nn.relu), eqx.nn.Lambda(lambda x: grid.max_pool(x, 2)),
        grid.Conv(4, 4, 3, stride=2, key=keys[1]), eqx.nn.Lambda(grid.global_mean), grid.Dense((4,), (3,), key=keys[2]),
    ])  # fmt: skip


def test_layers_compose_under_jit_vmap_and_grad(rng):
    model, x = network(jax.random.key(0)), jnp.asarray(rng.normal(size=(5, 1, 8, 8)), jnp.float32)
    batched = eqx.filter_jit(eqx.filter_vmap(model))(x)
    np.testing.assert_allclose(batched, np.stack([eqx.filter_jit(model)(one) for one in x]), atol=1e-6)
    gradient = eqx.filter_jit(eqx.filter_grad(lambda model: (jax.vmap(model)(x) ** 2).sum()))(model)
    assert all(np.abs(g).max() > 0 for g in jax.tree.leaves(eqx.filter(gradient, eqx.is_array)))


@pytest.mark.parametrize("layer", [
    grid.Conv(1, 2, 3, key=jax.random.key(0)), lambda x: grid.max_pool(x, 2), lambda x: grid.average_pool(x, 2),
    lambda x: grid.blur_pool(x, 2), grid.global_mean, grid.Dense((1, 4, 4), (2,), key=jax.random.key(0)),
])  # fmt: skip
def test_dtypes(layer):
    x = np.arange(16).reshape(1, 4, 4)
    assert layer(x).dtype == layer(x.astype(np.float32)).dtype == jnp.float32
    np.testing.assert_allclose(layer(x), layer(x.astype(np.float32)))


def test_equal_keys_give_equal_layers_and_other_keys_others():
    first, same, other = (grid.Conv(2, 3, 3, key=jax.random.key(k)) for k in (0, 0, 1))
    assert eqx.tree_equal(first, same) and not eqx.tree_equal(first, other)
    assert 0.9 / math.sqrt(18) < float(jnp.abs(first.kernel).max()) <= 1 / math.sqrt(18)


ONES = jnp.ones((2, 6, 6))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: grid.conv(ONES, jnp.ones((1, 3, 3, 3))), "got x \\(2, 6, 6\\) and kernel \\(1, 3, 3, 3\\)"),
        (lambda: grid.conv(ONES, jnp.ones((3, 3))), "a kernel of shape \\(out, in, \\*size\\)"),
        (lambda: grid.conv(ONES[0, 0], jnp.ones((1, 1, 3))), "got x \\(6,\\)"),
        (lambda: grid.conv(ONES, jnp.ones((1, 2, 2, 2))), "odd, so that the kernel has a centre; got \\(2, 2\\)"),
        (lambda: grid.conv(ONES, jnp.ones((1, 2, 3, 3)), padding="same"), "wrap, zero, reflect; got 'same'"),
        (lambda: grid.conv(ONES[:, :5], jnp.ones((1, 2, 3, 3)), stride=2), "height 5 is not a multiple of stride 2"),
        (lambda: grid.Conv(1, 1, 4, key=jax.random.key(0)), "odd.*got \\(4, 4\\)"),
        (lambda: grid.Conv(1, 1, 3, padding="valid", key=jax.random.key(0)), "got 'valid'"),
        (lambda: grid.Conv(1, 1, 3, stride=0, key=jax.random.key(0)), "stride must be .* got 0"),
        (lambda: grid.max_pool(ONES[:, :, :5], 2), "width 5 is not a multiple of stride 2"),
        (lambda: grid.max_pool(ONES, 7), "1 to 6 points.*got size 7"),
        (lambda: grid.average_pool(ONES, 0), "got size 0"),
        (lambda: grid.blur_pool(ONES[:, :5], 2), "height 5 is not a multiple of stride 2"),
        (lambda: grid.blur_pool(ONES, 2, 4), "odd.*got \\(4, 4\\)"),
        (lambda: grid.global_mean(jnp.ones(3)), "got \\(3,\\)"),
        (lambda: grid.Dense((2, 6), (1,), key=jax.random.key(0))(ONES), "shape \\(2, 6\\); got \\(2, 6, 6\\)"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

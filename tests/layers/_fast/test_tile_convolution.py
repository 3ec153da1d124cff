"""Convolution in tiles: the values and gradients of the direct sum, for all sizes, also under vmap."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import groups
from gdl_course.layers import group_grid
from gdl_course.layers._fast import bank_convolution, tile_convolution

C4 = groups.cyclic(4)


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def normal(rng, *shape):
    return jnp.asarray(rng.normal(size=shape))


def wrap(x, r):
    return jnp.pad(x, ((0, 0), (r, r), (r, r)), mode="wrap")


def in_tiles(x, bank, pad):
    """With the hand-written gradients."""
    f = jax.custom_vjp(lambda x, bank: tile_convolution.correlate(x, bank, pad))
    f.defvjp(lambda *args: (f(*args), args), lambda args, dy: tile_convolution.gradients(*args, pad, dy))
    return f(x, bank)


def direct(x, bank, pad):
    return jax.lax.conv_general_dilated(pad(x)[None], bank, (1, 1), "VALID", precision="highest")[0]


def test_second_derivatives_are_those_of_the_direct_sum(rng):
    with jax.enable_x64(True):
        pad = functools.partial(wrap, r=1)
        x, bank, v = normal(rng, 2, 9, 9), normal(rng, 3, 2, 3, 3), normal(rng, 2, 9, 9)

        def bent(f):
            slope = jax.grad(lambda x, bank: jnp.sin(f(x, bank, pad)).sum())
            return jax.jit(jax.grad(lambda x, bank: (slope(x, bank) * v).sum(), argnums=(0, 1)))(x, bank)

        for ours, theirs in zip(bent(in_tiles), bent(direct), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-9)


def values_and_gradients(f, x, bank, dy, pad):
    """For a batch of images and one bank."""
    y, pull_back = jax.vjp(jax.jit(jax.vmap(lambda x, bank: f(x, bank, pad), (0, None))), x, bank)
    return y, *pull_back(dy)


@pytest.mark.parametrize(
    ("shape", "k"), [((9, 9), 1), ((13, 6), 2), ((12, 12), 3), ((16, 16), 5), ((19, 33), 5), ((4, 4), 7), ((21, 20), 7)]
)
def test_values_and_gradients_are_those_of_the_direct_sum(rng, shape, k):
    with jax.enable_x64(True):
        pad = functools.partial(wrap, r=k // 2)
        x, bank = normal(rng, 2, 3, *shape), normal(rng, 4, 3, k, k)
        dy = normal(rng, 2, 4, *(n + 2 * (k // 2) - k + 1 for n in shape))
        expected = values_and_gradients(direct, x, bank, dy, pad)
        for mine, theirs in zip(values_and_gradients(in_tiles, x, bank, dy, pad), expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-13 * np.abs(theirs).max() * k**2)


def test_the_rounding_error_is_as_small_as_the_docstring_says(rng):
    with jax.enable_x64(True):
        pad = functools.partial(wrap, r=2)
        numbers = normal(rng, 2, 64, 48, 48), normal(rng, 48, 64, 5, 5), normal(rng, 2, 48, 48, 48)
        exact = values_and_gradients(direct, *numbers, pad)
        rounded = values_and_gradients(in_tiles, *(a.astype(np.float32) for a in numbers), pad)
        for mine, theirs in zip(rounded, exact, strict=True):
            assert mine.dtype == np.float32
            assert 0 < np.abs(mine - theirs).max() < 1e-6 * np.abs(theirs).max()


@pytest.mark.parametrize("axes", [(0, 0), (None, 0)])
def test_banks_under_vmap(rng, axes):
    with jax.enable_x64(True):
        x, banks, pad = normal(rng, 2, 3, 10, 10), normal(rng, 2, 4, 3, 3, 3), functools.partial(wrap, r=1)
        x = x if axes[0] == 0 else x[0]
        loss = lambda f: jax.grad(lambda x, bank: (f(x, bank, pad) ** 2).sum(), (0, 1))
        expected = jax.vmap(loss(direct), axes)(x, banks)
        for mine, theirs in zip(jax.vmap(loss(in_tiles), axes)(x, banks), expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("size", "fields", "k", "stride", "dtype", "expected"),
    [
        (48, 12, 5, 1, np.float32, True), (48, 12, 7, 1, np.float32, True), (47, 12, 5, 1, np.float32, False),
        (48, 11, 5, 1, np.float32, False), (48, 33, 5, 1, np.float32, False), (48, 12, 3, 1, np.float32, False),
        (48, 12, 5, 2, np.float32, False), (48, 12, 5, 1, np.float64, False),
    ],
)  # fmt: skip
def test_group_convolution_takes_tiles_where_they_are_faster(monkeypatch, size, fields, k, stride, dtype, expected):
    calls = []
    called = lambda name, f: lambda *args: calls.append(name) or f(*args)
    for name in ("correlate", "gradients"):
        monkeypatch.setattr(tile_convolution, name, called(name, getattr(tile_convolution, name)))
    monkeypatch.setattr(jax, "default_backend", lambda: "cpu")
    with jax.enable_x64(True):
        x = jax.ShapeDtypeStruct((fields, 4, size, size), dtype)
        kernel = jax.ShapeDtypeStruct((fields, fields, 4, k, k), dtype)
        loss = lambda x, kernel: group_grid.group_conv(x, kernel, C4, stride=stride).sum()
        jax.eval_shape(jax.grad(loss, (0, 1)), x, kernel)
    assert calls == (["correlate", "gradients"] if expected else [])


@pytest.mark.parametrize("padding", ["wrap", "zero", "reflect"])
def test_group_convolution_is_the_same_in_tiles_and_directly(rng, monkeypatch, padding):
    x, kernel = (normal(rng, *shape).astype(np.float32) for shape in ((2, 4, 21, 21), (3, 2, 4, 5, 5)))
    loss = lambda x, kernel: (group_grid.group_conv(x, kernel, C4, padding=padding) ** 2).sum()
    results = []
    for tiles in (True, False):
        monkeypatch.setattr(bank_convolution, "_in_tiles", lambda *_, tiles=tiles: tiles)
        results.append(
            jax.jit(jax.grad(lambda x, kernel: loss(x, kernel), (0, 1)))(x, kernel)
        )  # a new function: a new trace
    for mine, theirs in zip(*results, strict=True):
        assert 0 < np.abs(mine - theirs).max() < 1e-5 * np.abs(theirs).max()

"""Convolution with a large bank: the values and gradients of XLA's own convolution, also in parts and under vmap."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import groups
from gdl_course.layers import group_grid
from gdl_course.layers._fast import bank_convolution

C4 = groups.cyclic(4)


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def normal(rng, *shape):
    return rng.normal(size=shape).astype(np.float32)


def plain(x, kernel, stride=1, padding="wrap"):
    """The same numbers by XLA's own convolution, whose gradients are JAX's."""
    order, r = kernel.shape[2], kernel.shape[-1] // 2
    bank = group_grid.filter_bank(kernel, C4).reshape(-1, x.shape[0] * order, *kernel.shape[-2:])
    mode = {"wrap": "wrap", "zero": "constant", "reflect": "reflect"}[padding]
    padded = jnp.pad(x.reshape(-1, *x.shape[-2:]), ((0, 0), (r, r), (r, r)), mode=mode)
    y = jax.lax.conv_general_dilated(padded[None], bank, (stride, stride), "VALID")[0]
    return y.reshape(-1, order, *y.shape[-2:])


@pytest.mark.parametrize(
    ("n", "k", "stride", "padding"),
    [
        (6, 3, 1, "wrap"), (6, 5, 2, "zero"), (7, 3, 3, "reflect"),
        (5, 1, 1, "wrap"), (3, 7, 1, "wrap"), (8, 5, 3, "zero"),
    ],
)  # fmt: skip
def test_values_and_gradients_are_those_of_the_plain_convolution(rng, n, k, stride, padding):
    with jax.enable_x64(True):
        x, kernel = jnp.asarray(rng.normal(size=(3, 2, 4, n, n))), jnp.asarray(rng.normal(size=(3, 2, 4, k, k)))
        ours = lambda x, kernel: group_grid.group_conv(x, kernel, C4, stride=stride, padding=padding)
        batch = lambda f: jax.jit(lambda x, kernel: jax.vmap(lambda one: f(one, kernel))(x))
        y, pull_back = jax.vjp(batch(ours), x, kernel)
        expected, expected_pull_back = jax.vjp(batch(lambda x, k: plain(x, k, stride, padding)), x, kernel)
        np.testing.assert_allclose(y, expected, atol=1e-11)
        dy = jnp.asarray(rng.normal(size=y.shape))
        for mine, theirs in zip(pull_back(dy), expected_pull_back(dy), strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-10)


def test_a_large_batch_is_worked_through_in_parts(rng, monkeypatch):
    x, kernel = normal(rng, 5, 2, 4, 6, 6), normal(rng, 3, 2, 4, 3, 3)
    loss = lambda kernel: (jax.vmap(lambda one: group_grid.group_conv(one, kernel, C4))(x) ** 2).sum()
    whole = jax.grad(loss)(kernel)
    for at_once in (1, 6_000):  # one by one; two by two, and the last alone
        monkeypatch.setattr(bank_convolution, "AT_ONCE", at_once)
        np.testing.assert_allclose(jax.grad(lambda k: loss(k))(kernel), whole, rtol=1e-4, atol=1e-3)


def test_gradients_under_vmap_over_kernels(rng):
    x, kernels = normal(rng, 3, 1, 4, 5, 5), normal(rng, 2, 2, 1, 4, 3, 3)
    loss = lambda kernel: (jax.vmap(lambda one: group_grid.group_conv(one, kernel, C4))(x) ** 2).sum()
    together = jax.vmap(jax.grad(loss))(kernels)
    np.testing.assert_allclose(together, [jax.grad(loss)(k) for k in kernels], rtol=1e-4, atol=1e-3)

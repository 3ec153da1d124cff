"""What the networks of several domains are made of, lawful and forbidden: each module takes a signal and returns one.

A signal is an array here; what is made for one domain alone is in that domain's file.
"""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from gdl_course.layers import grid

CLASSES = 3  # numbers in an invariant answer


class Network(eqx.Module):
    """Modules one after the other.

    >>> Network((Apply(jnp.square), Apply(jnp.sum)))(jnp.array([1.0, 2.0]))
    Array(5., dtype=float32)
    """

    modules: tuple

    def __call__(self, signal):
        for module in self.modules:
            signal = module(signal)
        return signal


class Apply(eqx.Module):
    """A function without weights. Give a named function: each lambda would be compiled anew."""

    function: Callable = eqx.field(static=True)

    def __call__(self, signal):
        return self.function(signal)


class EachPoint(eqx.Module):
    """One affine map, applied to every row of (n, channels)."""

    linear: eqx.nn.Linear

    def __call__(self, x: Float[Array, "n in"]) -> Float[Array, "n out"]:
        return jax.vmap(self.linear)(x)


# Forbidden modules ----------------------------------------------------------------------------------------------------


class OwnBias(eqx.Module):
    """A lawful module, plus a bias that differs from place to place."""

    module: Callable
    bias: Array

    def __call__(self, x):
        return self.module(x) + self.bias


class DenseOverPoints(eqx.Module):
    """y_i = sum over j of W_ij x_j with all n² weights free: the order of the points is built in."""

    weight: Float[Array, "n n"]

    def __call__(self, x: Float[Array, "n channels"]) -> Float[Array, "n channels"]:
        return jnp.matmul(self.weight, x, precision=jax.lax.Precision.HIGHEST)


# Functions without weights --------------------------------------------------------------------------------------------


def leaky_relu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """max(x, x / 5): as ReLU, but no channel falls silent, however few there are."""
    return jnp.maximum(x, 0.2 * x)


def blur(x: Float[Array, "channels *space"]) -> Float[Array, "channels *space"]:
    return grid.blur_pool(x, 1)


def max_pool_2(x: Float[Array, "channels *space"]) -> Float[Array, "channels *coarse"]:
    return grid.max_pool(x, 2)


def stride_2(x: Float[Array, "channels *space"]) -> Float[Array, "channels *coarse"]:
    return x[(slice(None), *[slice(None, None, 2)] * (x.ndim - 1))]


def first_half(x: Float[Array, "n channels"]) -> Float[Array, " channels"]:
    """The mean over the first rows only: which rows come first is an accident of numbering."""
    return x[: math.ceil(len(x) / 2)].mean(axis=0)

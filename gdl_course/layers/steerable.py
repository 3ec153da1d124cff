"""Steerable convolution on a pixel grid: layers that commute with turns by any angle, as far as pixels allow.

What stands at a pixel turns with the picture: numbers (frequency 0), vectors (frequency 1), and what turns twice, three
times as fast. `Fields` says how many of each there are. The kernels between them are cos and sin of the frequencies
j - i and j + i on rings, and a layer learns one weight for each of them; so the convolution itself is a plain one.

In the continuous plane the layers commute with SO(2) (or O(2)) exactly. On pixels, turns by 90 degrees are exact to
rounding and all others as good as the sampling. The plane has x to the right and y up, so that a turn is
counter-clockwise as seen, as in `np.rot90` and in `group_grid`.

Source: Weiler and Cesa, *General E(2)-Equivariant Steerable CNNs*, NeurIPS 2019; Worrall et al., *Harmonic Networks*,
CVPR 2017; steerable filters, Freeman and Adelson, IEEE PAMI 1991.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Num, PRNGKeyArray

from gdl_course import kernels
from gdl_course.layers._fast.bank_convolution import correlate
from gdl_course.layers.steerable_kernels import Fields, act, grid_kernels, ring_kernels
from gdl_course.layers.steerable_nonlinearities import (
    fourier_relu,
    gate,
    invariants,
    norm_relu,
    tensor_product,
)

__all__ = [
    "Fields", "SteerableConv", "act", "add_bias", "fourier_relu", "gate", "grid_kernels", "invariants",
    "norm_relu", "ring_kernels", "tensor_product",
]  # fmt: skip


class SteerableConv(eqx.Module):
    """Convolution whose kernel is a learned mixture of all steerable ones, and a bias on frequency 0.

    y(u) = sum over t of K(t) x(u + t), with K(g t) = rho_out(g) K(t) rho_in(g)⁻¹. The weights are expanded into a plain
    bank of filters first, `bank()`: one small product, once for a whole batch under `jax.vmap`.

    The weights start as independent normal numbers, scaled so that inputs of mean square 1 lead, on average, to outputs
    of mean square 1. The bias starts at 0.

    Args:
        fields_in, fields_out: of one group.
        size: of the kernel, odd.
        padding: how x is continued beyond its border: "wrap", "zero" or "reflect".
        key: a JAX random key.

    Attributes:
        weights: one array (fields out, fields in, kernels) for each pair of irreps, row by row of `fields_out`.
        bias: one number for each field of frequency 0 (for O(2), without those that a mirror turns round).

    Raises:
        ValueError: the fields are of two groups, no kernel joins them, or x does not fit.

    >>> from gdl_course import groups
    >>> image, fields = Fields(groups.SO(2), (1,)), Fields(groups.SO(2), (8, 4, 2))
    >>> layer = SteerableConv(image, fields, 5, key=jax.random.key(0))
    >>> layer.bank().shape, layer(jnp.ones((1, 16, 16))).shape
    ((20, 1, 5, 5), (20, 16, 16))
    """

    weights: list[Float[Array, "out in k"]]
    bias: Float[Array, " scalars"]
    fields_in: Fields = eqx.field(static=True)
    fields_out: Fields = eqx.field(static=True)
    size: int = eqx.field(static=True)
    padding: str = eqx.field(static=True)

    def __init__(self, fields_in: Fields, fields_out: Fields, size: int, *, padding: str = "wrap", key: PRNGKeyArray):
        kernels.check_correlation((size, size), (1, 1), padding, 1)
        if fields_in.group != fields_out.group:
            raise ValueError(f"both fields must be of one group; got {fields_in!r}, and {fields_out!r}")
        self.fields_in, self.fields_out, self.size, self.padding = fields_in, fields_out, size, padding
        self.weights = []
        for n_out, psi_out in zip(fields_out.counts, fields_out.irreps, strict=True):
            solutions = [len(grid_kernels(psi_in, psi_out, size)) for psi_in in fields_in.irreps]
            feeding = sum(n * k for n, k in zip(fields_in.counts, solutions, strict=True))
            if n_out and not feeding:
                raise ValueError(f"no kernel of size {size} leads from {fields_in!r} to {psi_out!r}; take a larger one")
            for n_in, k in zip(fields_in.counts, solutions, strict=True):
                key, subkey = jax.random.split(key)
                scale = np.sqrt(psi_out.dimension / max(1, feeding)).astype(np.float32)
                self.weights.append(scale * jax.random.normal(subkey, (n_out, n_in, k)))
        self.bias = jnp.zeros(fields_out.counts[0])

    def bank(self) -> Float[Array, "channels_out channels_in size size"]:
        """The filters: for each pair of irreps the weights times the kernels, in float32 or better."""
        dtype = jnp.result_type(*self.weights, jnp.float32)
        weights, rows = iter(self.weights), []
        for n_out, psi_out in zip(self.fields_out.counts, self.fields_out.irreps, strict=True):
            row = []
            for n_in, psi_in in zip(self.fields_in.counts, self.fields_in.irreps, strict=True):
                basis = jnp.asarray(grid_kernels(psi_in, psi_out, self.size), dtype)
                block = jnp.einsum("oik,kpqab->opiqab", next(weights), basis, precision=lax.Precision.HIGHEST)
                row.append(block.reshape(n_out * psi_out.dimension, n_in * psi_in.dimension, self.size, self.size))
            rows.append(jnp.concatenate(row, axis=1))
        return jnp.concatenate(rows)

    def __call__(
        self, x: Num[Array, "channels_in h w"], *, key: PRNGKeyArray | None = None
    ) -> Float[Array, "channels_out h w"]:
        if jnp.ndim(x) != 3 or x.shape[0] != self.fields_in.channels:
            expected = f"({self.fields_in.channels}, height, width)"
            raise ValueError(f"the layer takes {self.fields_in!r}, shape {expected}; got {jnp.shape(x)}")
        kernels.check_correlation((self.size, self.size), x.shape[1:], self.padding, 1)
        dtype = jnp.result_type(x, *self.weights, float)
        y = correlate(jnp.asarray(x, dtype), self.bank().astype(dtype), 1, self.padding)
        return add_bias(y, self.bias, self.fields_out)


def add_bias(
    x: Float[Array, "channels *space"], bias: Float[Array, " scalars"], fields: Fields
) -> Float[Array, "channels *space"]:
    """x + b on the fields of frequency 0, which come first; no other field can have a bias.

    A bias is the same at all pixels and for all turns, so that rho(g) b = b for all g. For a frequency k > 0 only b = 0
    does this: a constant vector points somewhere.

    Raises:
        ValueError: there is not one number for each field of frequency 0.

    >>> from gdl_course import groups
    >>> fields = Fields(groups.SO(2), (1, 1))
    >>> add_bias(jnp.zeros((3, 2)), jnp.array([5.0]), fields)[:, 0]
    Array([5., 0., 0.], dtype=float32)
    >>> add_bias(jnp.zeros((3, 2)), jnp.array([5.0, 1.0, 1.0]), fields)
    Traceback (most recent call last):
        ...
    ValueError: a bias has one number for each of the 1 fields of frequency 0, since any other would point somewhere; \
got shape (3,)
    """
    scalars = fields.counts[0]
    if jnp.shape(bias) != (scalars,):
        raise ValueError(
            f"a bias has one number for each of the {scalars} fields of frequency 0, since any other would point "
            f"somewhere; got shape {jnp.shape(bias)}"
        )
    fields.split(x)
    column = bias.reshape(-1, *[1] * (x.ndim - 1)).astype(x.dtype)
    return x.at[:scalars].add(column)

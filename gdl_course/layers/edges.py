"""Layers on pairs of nodes: the 15 linear maps of (nodes, nodes) arrays that commute with every relabelling.

A signal has shape (nodes, nodes, channels): a number for each pair and channel; an adjacency matrix is one channel.
Row i is the receiver. Relabelling acts by x -> P x Pᵀ on each channel.

A network of `EdgeLayer`s and pointwise nonlinearities tells no two regular graphs of the same size and degree apart
(Chen et al., NeurIPS 2019), such as two triangles and a hexagon: linear maps of pairs count edges, not triangles.
Matrix products, `edge_product`, do: the trace of A³ is six times the number of triangles.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, PRNGKeyArray

from gdl_course.layers._precision import common_type, floats, widened


def edge_maps(x: Float[Array, "nodes nodes channels"]) -> Float[Array, "15 nodes nodes channels"]:
    """The images of x under 15 linear maps that span all that commute with S_n (a basis for n >= 4).

    In this order, where d, r, c are the diagonal and the means of the rows and of the columns:

    - 0, 1: x and its transpose;
    - 2 to 10: for v = d, r, c: v on the diagonal, v_i at (i, j), v_j at (i, j);
    - 11 to 14: for s = mean of the diagonal, mean of everything: s on the diagonal, s everywhere.

    Means rather than sums: they span the same space, and the weights keep their meaning when n changes.

    Raises:
        ValueError: x is not a square array with channels.

    >>> x = jnp.array([[1.0, 2.0], [3.0, 6.0]])[:, :, None]
    >>> edge_maps(x)[6, :, :, 0]  # the mean of row i at (i, j)
    Array([[1.5, 1.5],
           [4.5, 4.5]], dtype=float32)

    Source: Maron et al., *Invariant and Equivariant Graph Networks*, ICLR 2019, Theorem 1 and appendix A.
    """
    x = _pairs(x)
    everywhere = lambda a: jnp.broadcast_to(a, x.shape)
    on_diagonal = lambda a: _eye(x) * a
    diagonal = jnp.diagonal(x).T
    maps = [x, x.transpose(1, 0, 2)]
    for v in (diagonal, x.mean(axis=1), x.mean(axis=0)):
        maps += [on_diagonal(v[:, None, :]), everywhere(v[:, None, :]), everywhere(v[None, :, :])]
    for s in (diagonal.mean(axis=0), x.mean(axis=(0, 1))):
        maps += [on_diagonal(s[None, None, :]), everywhere(s[None, None, :])]
    return jnp.stack(maps)


def edge_numbers(x: Float[Array, "nodes nodes channels"]) -> Float[Array, "2 channels"]:
    """The two invariant linear numbers of each channel: the mean of the diagonal, and the mean of everything.

    >>> edge_numbers(jnp.array([[1.0, 2.0], [3.0, 6.0]])[:, :, None])[:, 0]
    Array([3.5, 3. ], dtype=float32)
    """
    x = _pairs(x)
    return jnp.stack([jnp.diagonal(x).mean(axis=1), x.mean(axis=(0, 1))])


def edge_product(
    x: Float[Array, "nodes nodes channels"], y: Float[Array, "nodes nodes channels"]
) -> Float[Array, "nodes nodes channels"]:
    """The matrix product of x and y in each channel: equivariant, since (P x Pᵀ)(P y Pᵀ) = P x y Pᵀ, and not linear.

    >>> triangle = (jnp.ones((3, 3)) - jnp.eye(3))[:, :, None]
    >>> jnp.trace(edge_product(edge_product(triangle, triangle), triangle))
    Array([6.], dtype=float32)

    Source: Maron et al., *Provably Powerful Graph Networks*, NeurIPS 2019.
    """
    return jnp.einsum("ijc,jkc->ikc", _pairs(x), _pairs(y), precision=lax.Precision.HIGHEST)


class EdgeLayer(eqx.Module):
    """The general linear equivariant layer on pairs: y = sum over k of W_k map_k(x), plus two biases.

    There are 15 weights for each pair of an input and an output channel, whatever the number of nodes, and for each
    output channel one bias for the diagonal and one for all pairs.

    >>> layer = EdgeLayer(1, 4, key=jax.random.key(0))
    >>> layer(jnp.ones((5, 5, 1))).shape, layer.weight.shape, layer.bias.shape
    ((5, 5, 4), (15, 4, 1), (2, 4))

    Source: Maron et al., *Invariant and Equivariant Graph Networks*, ICLR 2019.
    """

    weight: Float[Array, "15 out in"]
    bias: Float[Array, "2 out"]

    def __init__(self, in_channels: int, out_channels: int, *, key: PRNGKeyArray):
        key_weight, key_bias = jax.random.split(key)
        bound = 1 / math.sqrt(15 * in_channels)
        self.weight = jax.random.uniform(key_weight, (15, out_channels, in_channels), minval=-bound, maxval=bound)
        self.bias = jax.random.uniform(key_bias, (2, out_channels), minval=-bound, maxval=bound)

    def __call__(self, x: Float[Array, "nodes nodes in"]) -> Float[Array, "nodes nodes out"]:
        dtype, maps = common_type(x, self), edge_maps(widened(_pairs(x)))
        y = jnp.einsum("koi,kabi->abo", self.weight, maps, precision=lax.Precision.HIGHEST)
        on_diagonal, everywhere = self.bias[:, None, None, :]
        return (y + _eye(y) * on_diagonal + everywhere).astype(dtype)


def _eye(x: Array) -> Array:
    return jnp.eye(x.shape[0], dtype=x.dtype)[:, :, None]


def _pairs(x: Array) -> Array:
    x = floats(x)
    if x.ndim != 3 or x.shape[0] != x.shape[1] or x.shape[0] == 0:
        raise ValueError(f"a signal on pairs has shape (nodes, nodes, channels), with at least one node; got {x.shape}")
    return x

"""Attention: every point of a set looks at all points, and decides by their content how much.

One example is a set of n tokens with some channels each, an array (n, channels); use `jax.vmap` for batches. Without
a mask and without positions attention commutes with every permutation of the tokens: it is a layer for *sets*. What
else it should respect is chosen by a mask (`causal_mask`) or by an encoding of positions
(`gdl_course.layers.positions`).
"""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Num, PRNGKeyArray

from gdl_course.layers._fast.headwise import attend, positive, row_maximum, score


def attention_weights(
    q: Num[Array, "*heads queries depth"],
    k: Num[Array, "*heads keys depth"],
    *,
    mask: Bool[Array, "... queries keys"] | None = None,
    bias: Float[Array, "... queries keys"] | None = None,
) -> Float[Array, "*heads queries keys"]:
    """How much query i takes from key j: the softmax over j of ⟨q_i, k_j⟩ / sqrt(depth) + bias_ij.

    Rows sum to 1. Where `mask` is False the weight is exactly 0; a row without any True is 0 altogether. The largest
    score of each row is subtracted before `exp`, so that no score overflows.

    A permutation P of the queries and Q of the keys turns the weights A into P A Qᵀ, if mask and bias turn likewise.

    Raises:
        ValueError: the shapes do not fit together, or the mask is not boolean.

    >>> q = jnp.array([[0.0], [1000.0]])
    >>> attention_weights(q, jnp.array([[1.0], [2.0]]))
    Array([[0.5, 0.5],
           [0. , 1. ]], dtype=float32)
    >>> attention_weights(q, q, mask=jnp.array([[True, True], [False, False]]))
    Array([[0.5, 0.5],
           [0. , 0. ]], dtype=float32)
    """
    q, k, bias = _checked(q, k, mask, bias)
    scores = score(q, k, bias)
    powers = jnp.exp(scores - lax.stop_gradient(row_maximum(scores)))
    return powers / positive(powers.sum(axis=-1, keepdims=True))


def attention(
    q: Num[Array, "*heads queries depth"],
    k: Num[Array, "*heads keys depth"],
    v: Num[Array, "*heads keys channels"],
    *,
    mask: Bool[Array, "... queries keys"] | None = None,
    bias: Float[Array, "... queries keys"] | None = None,
) -> Float[Array, "*heads queries channels"]:
    """Each query's mean of the values, with weights by content: ``attention_weights(q, k, ...) @ v``, but faster.

    Permuting the keys together with their values changes nothing, permuting the queries permutes the output: the
    symmetry is S_queries x S_keys. A query that may look at no key, or at none because there is none, gets 0.

    The heads are computed one after the other, and the weights again in the backward pass: they are never stored.
    For derivatives of second order, or forward mode, write ``attention_weights(q, k) @ v``.

    Args:
        mask: True where a query may look at a key; (queries, keys) for all heads, or with axes in front for some.
        bias: what is added to the scores, with the same shapes.

    Raises:
        ValueError: the shapes do not fit together, or the mask is not boolean.

    >>> x = jnp.array([[0.0], [1.0], [2.0]])
    >>> attention(0 * x, x, x)  # equal scores: everyone gets the mean
    Array([[1.],
           [1.],
           [1.]], dtype=float32)
    >>> attention(0 * x, x, x, mask=causal_mask(3))  # the mean of what came before
    Array([[0. ],
           [0.5],
           [1. ]], dtype=float32)

    Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017; the weights are recomputed as in Dao et al.,
    *FlashAttention*, NeurIPS 2022.
    """
    q, k, bias = _checked(q, k, mask, bias)
    if v.shape[:-1] != k.shape[:-1]:
        raise ValueError(f"each key needs one value: keys {k.shape} and values {v.shape} differ before the last axis")
    v = jnp.asarray(v, q.dtype)
    if bias is not None and bias.ndim > 2:
        bias = jnp.broadcast_to(bias, (*q.shape[:-1], k.shape[-2]))
    return attend(q, k, v, bias) if jax.default_backend() == "cpu" else _attend_by_library(q, k, v, bias)


def causal_mask(n: int) -> Bool[Array, "n n"]:
    """Token i may look at tokens j ≤ i. The mask knows an order, so it commutes with no permutation but the identity.

    >>> causal_mask(3).astype(int)
    Array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]], dtype=int32)
    """
    return jnp.tril(jnp.ones((n, n), bool))


class MultiHeadAttention(eqx.Module):
    """Self-attention: several heads look at the tokens side by side, each in channels of its own.

    The layer commutes with every permutation of the tokens, S_n, unless a mask or a bias is given, which must then be
    permuted too (M' = P M Pᵀ). Every n is allowed, also 0 and 1.

    Args:
        channels, heads: channels of a token, before and after; heads divides it.
        key: a JAX random key. Weights start uniform in ±1/sqrt(channels), biases at 0.

    Raises:
        ValueError: the heads do not divide the channels.

    >>> layer = MultiHeadAttention(8, 2, key=jax.random.key(0))
    >>> x = jax.random.normal(jax.random.key(1), (5, 8))
    >>> order = jnp.array([2, 0, 3, 1, 4])
    >>> layer(x).shape, bool(jnp.allclose(layer(x[order]), layer(x)[order], atol=1e-6))
    ((5, 8), True)

    Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017, section 3.2.2.
    """

    project: Float[Array, "3 heads depth channels"]
    project_bias: Float[Array, "3 heads depth"]
    merge: Float[Array, "channels heads depth"]
    merge_bias: Float[Array, " channels"]

    def __init__(self, channels: int, heads: int, *, key: PRNGKeyArray):
        if heads < 1 or channels % heads:
            raise ValueError(f"the heads must divide the channels; got {channels} channels and {heads} heads")
        key_project, key_merge = jax.random.split(key)
        depth, bound = channels // heads, 1 / math.sqrt(channels)
        self.project = jax.random.uniform(key_project, (3, heads, depth, channels), minval=-bound, maxval=bound)
        self.project_bias = jnp.zeros((3, heads, depth))
        self.merge = jax.random.uniform(key_merge, (channels, heads, depth), minval=-bound, maxval=bound)
        self.merge_bias = jnp.zeros(channels)

    def queries_keys_values(self, x: Float[Array, "n channels"]) -> Float[Array, "3 heads n depth"]:
        """What each token asks for, what it can be found by, and what it hands over."""
        channels = self.merge.shape[0]
        if x.ndim != 2 or x.shape[1] != channels:
            raise ValueError(f"this layer takes tokens of shape (n, {channels}); got {x.shape}")
        projected = jnp.einsum("thdc,nc->thnd", self.project, x, precision=lax.Precision.HIGHEST)
        return projected + self.project_bias[:, :, None, :]

    def __call__(
        self,
        x: Float[Array, "n channels"],
        *,
        mask: Bool[Array, "... n n"] | None = None,
        bias: Float[Array, "... n n"] | None = None,
        encode: Callable[[Array], Array] = lambda q_or_k: q_or_k,
    ) -> Float[Array, "n channels"]:
        """Attend; `encode` is applied to queries and keys, for example ``lambda q: rotary(q, positions)``."""
        q, k, v = self.queries_keys_values(x)
        heads = attention(encode(q), encode(k), v, mask=mask, bias=bias)
        merged = jnp.einsum("chd,hnd->nc", self.merge, heads, precision=lax.Precision.HIGHEST)
        return merged + self.merge_bias[None, :]


def _checked(q, k, mask, bias):
    """Float arrays of one type, and mask and bias as one: forbidden pairs are so low that their weight is exactly 0."""
    dtype = jnp.result_type(q, k, float)
    q, k = jnp.asarray(q, dtype), jnp.asarray(k, dtype)
    if q.ndim < 2 or q.shape[:-2] != k.shape[:-2] or q.shape[-1:] != k.shape[-1:]:
        raise ValueError(
            "attention takes queries (*heads, queries, depth) and keys (*heads, keys, depth); "
            f"got {q.shape} and {k.shape}"
        )
    shape = (*q.shape[:-1], k.shape[-2])
    for name, pairs in ("mask", mask), ("bias", bias):
        if pairs is not None and not (2 <= pairs.ndim <= len(shape) and pairs.shape == shape[-pairs.ndim :]):
            raise ValueError(f"the {name} must have shape {shape[-2:]}, or {shape}; got {pairs.shape}")
    if mask is not None and mask.dtype != bool:
        raise ValueError(f"the mask holds booleans, True where a query may look; got {mask.dtype}")
    if mask is None:
        return q, k, bias if bias is None else jnp.asarray(bias, dtype)
    allowed = jnp.zeros((), dtype) if bias is None else jnp.asarray(bias, dtype)
    common = jnp.broadcast_shapes(mask.shape, allowed.shape)
    mask, allowed = jnp.broadcast_to(mask, common), jnp.broadcast_to(allowed, common)
    return q, k, jnp.where(mask, allowed, jnp.finfo(dtype).min / 2)


def _attend_by_library(q, k, v, bias):
    """For GPUs, whose library kernels win. It takes one axis of heads, second to last, and values as deep as keys."""
    if v.shape[-1] != k.shape[-1]:
        return jnp.matmul(attention_weights(q, k, bias=bias), v, precision=lax.Precision.HIGHEST)
    count = math.prod(q.shape[:-2])
    heads_third = lambda a: jnp.swapaxes(a.reshape(1, count, *a.shape[-2:]), 1, 2)
    whole = (*q.shape[:-1], k.shape[-2])
    pairs = None if bias is None else jnp.broadcast_to(bias, whole).reshape(1, count, *whole[-2:])
    with jax.default_matmul_precision("highest"):  # TF32, the default, keeps three digits
        y = jax.nn.dot_product_attention(heads_third(q), heads_third(k), heads_third(v), bias=pairs)
    y = jnp.swapaxes(y, 1, 2).reshape(*q.shape[:-1], v.shape[-1])
    if bias is None:
        return y
    sees_something = (bias > jnp.finfo(bias.dtype).min / 4).any(axis=-1, keepdims=True)
    return jnp.where(jnp.broadcast_to(sees_something, (*q.shape[:-1], 1)), y, 0)

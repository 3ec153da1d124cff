"""Attention: every point of a set looks at all points, and decides by their content how much.

One example is a set of n tokens with some channels each, an array (n, channels); use `jax.vmap` for batches. Without
a mask and without positions attention commutes with every permutation of the tokens: it is a layer for *sets*. What
else it should respect is chosen by a mask (`causal_mask`) or by an encoding of positions
(`gdl_course.layers.positions`).
"""

import functools
import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Num, PRNGKeyArray

from gdl_course.layers._fast.headwise import attend, positive, row_maximum, score
from gdl_course.layers._precision import common_type, floats, widened


def attention_weights(
    q: Num[Array, "*heads queries depth"],
    k: Num[Array, "*heads keys depth"],
    *,
    mask: Bool[Array, "... #queries #keys"] | None = None,
    bias: Float[Array, "... #queries #keys"] | None = None,
) -> Float[Array, "*heads queries keys"]:
    """How much query i takes from key j: the softmax over j of ⟨q_i, k_j⟩ / sqrt(depth) + bias_ij.

    Rows sum to 1. Where `mask` is False the weight is exactly 0, also if NaN stands there; a row without any True is 0
    altogether. The largest score of each row is subtracted before `exp`, so that no score overflows.

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
    dtype = common_type(q, k)
    q, k, mask, bias = _checked(q, k, mask, bias)
    (q, k), spoilt = _finite(mask, q, k)
    scores = score(q, k, _with_mask(mask, bias, q.dtype))
    powers = jnp.exp(scores - lax.stop_gradient(row_maximum(scores)))
    weights = powers / positive(powers.sum(axis=-1, keepdims=True))
    return _spoil(weights, spoilt).astype(dtype)


def attention(
    q: Num[Array, "*heads queries depth"],
    k: Num[Array, "*heads keys depth"],
    v: Num[Array, "*heads keys channels"],
    *,
    mask: Bool[Array, "... #queries #keys"] | None = None,
    bias: Float[Array, "... #queries #keys"] | None = None,
) -> Float[Array, "*heads queries channels"]:
    """Each query's mean of the values, with weights by content: ``attention_weights(q, k, ...) @ v``, but faster.

    Permuting the keys together with their values changes nothing, permuting the queries permutes the output: the
    symmetry is S_queries x S_keys. A query that may look at no key, or at none because there is none, gets 0. Under a
    mask, what is not finite (padding, say) makes NaN of the queries that may look at it, and nothing of the others.

    The heads are computed one after the other, and the weights again in the backward pass: they are never stored.
    Derivatives of every order are there in reverse mode, and forward over reverse (`jax.hessian`). For forward mode
    alone write ``attention_weights(q, k) @ v``.

    Args:
        mask: True where a query may look at a key; (queries, keys) for all heads, or with axes in front for some. An
            axis of length 1 serves all: (1, keys) says which keys there are.
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
    dtype = common_type(q, k, v)
    q, k, mask, bias = _checked(floats(q, v), floats(k, v), mask, bias)
    v = jnp.asarray(v, q.dtype)
    if v.shape[:-1] != k.shape[:-1]:
        raise ValueError(f"each key needs one value: keys {k.shape} and values {v.shape} differ before the last axis")
    (q, k, v), spoilt = _finite(mask, q, k, v)
    bias = _with_mask(mask, bias, q.dtype)
    if bias is not None and bias.ndim > 2:
        bias = jnp.broadcast_to(bias, (*q.shape[:-1], k.shape[-2]))
    y = attend(q, k, v, bias) if jax.default_backend() == "cpu" else _attend_by_library(q, k, v, bias)
    return _spoil(y, spoilt).astype(dtype)


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
        channels, x = self.merge.shape[0], floats(x)
        if x.ndim != 2 or x.shape[1] != channels:
            raise ValueError(f"this layer takes tokens of shape (n, {channels}); got {x.shape}")
        projected = jnp.einsum("thdc,nc->thnd", self.project, x, precision=lax.Precision.HIGHEST)
        return projected + self.project_bias[:, :, None, :]

    def __call__(
        self,
        x: Float[Array, "n channels"],
        *,
        mask: Bool[Array, "... #n #n"] | None = None,
        bias: Float[Array, "... #n #n"] | None = None,
        encode: Callable[[Array], Array] = lambda q_or_k: q_or_k,
    ) -> Float[Array, "n channels"]:
        """Attend; `encode` is applied to queries and keys, for example ``lambda q: rotary(q, positions)``."""
        dtype = common_type(x, self)
        q, k, v = self.queries_keys_values(widened(floats(x)))
        heads = attention(encode(q), encode(k), v, mask=mask, bias=bias)
        merged = jnp.einsum("chd,hnd->nc", self.merge, heads, precision=lax.Precision.HIGHEST)
        return (merged + self.merge_bias[None, :]).astype(dtype)


def _checked(q, k, mask, bias):
    """Float arrays of one type that is wide enough for sums, and mask and bias with a place for each pair."""
    q, k = (widened(floats(a, q, k)) for a in (q, k))
    if q.ndim < 2 or q.shape[:-2] != k.shape[:-2] or q.shape[-1:] != k.shape[-1:]:
        raise ValueError(
            "attention takes queries (*heads, queries, depth) and keys (*heads, keys, depth); "
            f"got {q.shape} and {k.shape}"
        )
    shape = (*q.shape[:-1], k.shape[-2])
    mask = None if mask is None else jnp.asarray(mask)
    if mask is not None and mask.dtype != bool:
        raise ValueError(f"the mask holds booleans, True where a query may look; got {mask.dtype}")
    bias = None if bias is None else jnp.asarray(bias, q.dtype)
    return q, k, _pairs("mask", mask, shape), _pairs("bias", bias, shape)


def _pairs(name, pairs, shape):
    """A mask or a bias whose axes of length 1 are repeated, refused if it does not fit."""
    if pairs is None:
        return None
    wanted = shape[-pairs.ndim :] if 2 <= pairs.ndim <= len(shape) else ()
    if len(wanted) != pairs.ndim or any(n not in (1, m) for n, m in zip(pairs.shape, wanted, strict=True)):
        whole = f", or {shape}" if len(shape) > 2 else ""
        raise ValueError(f"the {name} must have shape {shape[-2:]}{whole}; got {pairs.shape}")
    return jnp.broadcast_to(pairs, wanted)


def _finite(mask, q, *of_keys):
    """Queries, keys and values with 0 for what is not finite, and which queries that spoils: those that may look at it.

    A weight of 0 keeps no NaN away, 0 times NaN is NaN. Without a mask everything is seen, and NaN goes its own way.
    """
    if mask is None:
        return (q, *of_keys), None
    finite = [jnp.isfinite(a).all(axis=-1, keepdims=True) for a in (q, *of_keys)]
    shape = (*q.shape[:-1], of_keys[0].shape[-2])
    key_is_finite = jnp.swapaxes(functools.reduce(jnp.logical_and, finite[1:]), -1, -2)
    pair_is_finite = jnp.broadcast_to(finite[0], shape) & jnp.broadcast_to(key_is_finite, shape)
    spoilt = (jnp.broadcast_to(mask, shape) & ~pair_is_finite).any(axis=-1, keepdims=True)
    return [jnp.where(ok, a, 0) for ok, a in zip(finite, (q, *of_keys), strict=True)], spoilt


def _spoil(y, spoilt):
    return y if spoilt is None else jnp.where(spoilt, jnp.nan, y)


def _with_mask(mask, bias, dtype):
    """Mask and bias as one: forbidden pairs are so low that their weight is exactly 0."""
    if mask is None:
        return bias
    allowed = jnp.zeros(mask.shape, dtype) if bias is None else bias
    common = jnp.broadcast_shapes(mask.shape, allowed.shape)
    mask, allowed = jnp.broadcast_to(mask, common), jnp.broadcast_to(allowed, common)
    return jnp.where(mask, allowed, jnp.finfo(dtype).min / 2)


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

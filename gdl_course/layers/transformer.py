"""The transformer block: attention mixes the tokens, a perceptron works on each, beside a path that changes nothing."""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from gdl_course.layers._precision import common_type, floats, widened
from gdl_course.layers.attention import MultiHeadAttention


class TransformerBlock(eqx.Module):
    """x + attention(norm x), then x + perceptron(norm x): normalised first ("pre-norm"), GELU in between.

    Normalisation and perceptron act on each token by itself, so the block has the symmetry of its attention: every
    permutation of the tokens, unless a mask, a bias or an encoding of positions takes some away. The path beside
    attention is what can express x - mean(x), which one head alone cannot.

    Args:
        channels, heads: as in `MultiHeadAttention`.
        hidden: width of the perceptron, 4 * channels if left out.
        key: a JAX random key. The perceptron's weights start uniform in ±1/sqrt(fan in), its biases at 0.

    >>> block = TransformerBlock(8, 2, key=jax.random.key(0))
    >>> x = jax.random.normal(jax.random.key(1), (5, 8))
    >>> order = jnp.array([2, 0, 3, 1, 4])
    >>> block(x).shape, bool(jnp.allclose(block(x[order]), block(x)[order], atol=1e-5))
    ((5, 8), True)

    Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017; pre-norm: Xiong et al., *On layer normalization
    in the transformer architecture*, ICML 2020.
    """

    attention: MultiHeadAttention
    norms: tuple[eqx.nn.LayerNorm, eqx.nn.LayerNorm]
    weights: tuple[Float[Array, "hidden channels"], Float[Array, "channels hidden"]]
    biases: tuple[Float[Array, " hidden"], Float[Array, " channels"]]

    def __init__(self, channels: int, heads: int, *, hidden: int | None = None, key: PRNGKeyArray):
        key_attention, *keys = jax.random.split(key, 3)
        hidden = 4 * channels if hidden is None else hidden
        self.attention = MultiHeadAttention(channels, heads, key=key_attention)
        self.norms = (eqx.nn.LayerNorm(channels), eqx.nn.LayerNorm(channels))
        shapes = (hidden, channels), (channels, hidden)
        bounds = [1 / math.sqrt(shape[1]) for shape in shapes]
        widen, narrow = (
            jax.random.uniform(k, shape, minval=-bound, maxval=bound)
            for k, shape, bound in zip(keys, shapes, bounds, strict=True)
        )
        self.weights = (widen, narrow)
        self.biases = (jnp.zeros(hidden), jnp.zeros(channels))

    def __call__(
        self,
        x: Float[Array, "n channels"],
        *,
        mask: Bool[Array, "... #n #n"] | None = None,
        bias: Float[Array, "... #n #n"] | None = None,
        encode: Callable[[Array], Array] = lambda q_or_k: q_or_k,
    ) -> Float[Array, "n channels"]:
        """See `MultiHeadAttention.__call__` for mask, bias and encode."""
        dtype, x = common_type(x, self), widened(floats(x))
        x = x + self.attention(jax.vmap(self.norms[0])(x), mask=mask, bias=bias, encode=encode)
        hidden = jax.nn.gelu(self._linear(0, jax.vmap(self.norms[1])(x)), approximate=False)
        return (x + self._linear(1, hidden)).astype(dtype)

    def _linear(self, k: int, x: Float[Array, "n in"]) -> Float[Array, "n out"]:
        return jnp.matmul(x, self.weights[k].T, precision=lax.Precision.HIGHEST) + self.biases[k][None, :]

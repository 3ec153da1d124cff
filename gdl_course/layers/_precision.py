"""The numbers that layers take, add up and give back: one rule for all of them.

- Taken are real numbers of every type; whole numbers and booleans become floats.
- Half precision is for keeping numbers, not for adding them up: the sum of a thousand ones is 256 in bfloat16, which
  has no 257. So sums are taken in float32 at least.
- Given back, rounded once, is the floating type that a layer's signal and its parameters have in common. The weights
  of a graph, masks and positions have no part in it.

Products of matrices and convolutions need no care: XLA adds them up in float32 by itself.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, PyTree


def common_type(*arrays: PyTree) -> Any:
    """The floating type of arrays, lists of numbers and layers that meet.

    Raises:
        TypeError: some are complex.

    >>> common_type(jnp.ones(2, jnp.bfloat16)), common_type([1, 2]), common_type(jnp.ones(2, bool))
    (dtype(bfloat16), dtype('float32'), dtype('float32'))
    """
    numbers = [leaf for leaf in jax.tree.leaves(arrays) if eqx.is_array_like(leaf)]
    dtype = jnp.result_type(*numbers, float)
    if jnp.issubdtype(dtype, jnp.complexfloating):
        raise TypeError(
            f"layers take real numbers; got {dtype}: give real and imaginary parts as channels of their own"
        )
    return dtype


def floats(x: Any, *others: PyTree) -> Array:
    """x as an array of the type that it has in common with the others.

    >>> floats([1, 2], jnp.ones(2, jnp.float16))
    Array([1., 2.], dtype=float16)
    """
    return jnp.asarray(x, common_type(x, *others))


def widened(x: Array) -> Array:
    """x as it is added up: half precision as float32, every other type as it is.

    >>> x = jnp.ones(1000, jnp.bfloat16)
    >>> sum_of = lambda x: jax.ops.segment_sum(x, jnp.zeros(1000, int), 1)
    >>> sum_of(x), sum_of(widened(x))
    (Array([256], dtype=bfloat16), Array([1000.], dtype=float32))
    """
    narrow = jnp.issubdtype(x.dtype, jnp.floating) and jnp.finfo(x.dtype).bits < 32
    return x.astype(jnp.float32) if narrow else x

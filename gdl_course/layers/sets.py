"""Layers for sets: the linear equivariant layer, Deep Sets, PointNet's encoder, and masks for sets of different sizes.

A set of n elements with some channels each is an array of shape (n, channels) whose rows may come in any order; use
`jax.vmap` for batches. Sets of different sizes are padded to one size, and a mask of n booleans says which rows are
elements. What stands in the other rows influences nothing, not even if it is NaN.
"""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, ArrayLike, Bool, Float, Int, Num, PRNGKeyArray

from gdl_course.graph.edge_lists import is_known
from gdl_course.layers._precision import common_type, floats, widened


def total(x: Num[Array, "n channels"], mask: Bool[Array, " n"] | None = None) -> Float[Array, " channels"]:
    """The sum over the elements: invariant under S_n, and 0 for the empty set.

    >>> total(jnp.array([[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]]), jnp.array([True, True, False]))
    Array([4., 6.], dtype=float32)
    """
    x, mask = _checked(x, mask)
    return _keep(x, mask).sum(axis=0)


def mean(x: Num[Array, "n channels"], mask: Bool[Array, " n"] | None = None) -> Float[Array, " channels"]:
    """The mean over the elements: invariant under S_n. For the empty set it is 0, by convention.

    >>> mean(jnp.array([[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]]), jnp.array([True, True, False]))
    Array([2., 3.], dtype=float32)
    """
    x, mask = _checked(x, mask)
    mean = widened(_keep(x, mask)).sum(axis=0) / jnp.maximum(mask.sum(), 1)
    return mean.astype(x.dtype)


def maximum(x: Num[Array, "n channels"], mask: Bool[Array, " n"] | None = None) -> Float[Array, " channels"]:
    """The largest value of each channel: invariant under S_n. For the empty set it is 0, by convention, not -inf.

    >>> maximum(jnp.array([[-1.0, -2.0], [-3.0, -1.0], [9.0, 9.0]]), jnp.array([True, True, False]))
    Array([-1., -1.], dtype=float32)
    >>> maximum(jnp.zeros((0, 2)))
    Array([0., 0.], dtype=float32)
    """
    x, mask = _checked(x, mask)
    largest = _keep(x, mask, -jnp.inf).max(axis=0, initial=-jnp.inf)
    return jnp.where(mask.any(), largest, 0)


POOLS = {"sum": total, "mean": mean, "max": maximum}


def linear(
    x: Num[Array, "n in"],
    own: Float[Array, "out in"],
    others: Float[Array, "out in"],
    bias: Float[Array, " out"],
    mask: Bool[Array, " n"] | None = None,
    *,
    pool: str = "mean",
) -> Float[Array, "n out"]:
    """Each element by itself, plus all of them together: y_i = own x_i + others pool(x) + bias.

    With pool "sum" and one channel this is W = a I + b 11ᵀ. These are *all* linear maps R^n -> R^n that commute
    with every permutation; with C_in and C_out channels they have dimension 2 C_in C_out. "mean" is the same layer
    with b divided by n, so that its size does not grow with the set. "max" is equivariant but not linear.

    Rows that are no elements come out as 0.

    Raises:
        ValueError: the shapes do not agree, or the pool is unknown.

    >>> a, b = jnp.eye(1), jnp.ones((1, 1))
    >>> linear(jnp.array([[1.0], [2.0], [4.0]]), a, b, jnp.zeros(1), pool="sum")[:, 0]
    Array([ 8.,  9., 11.], dtype=float32)

    Source: Zaheer et al., *Deep Sets*, NeurIPS 2017, Lemma 3.
    """
    dtype, (x, mask) = common_type(x, own, others, bias), _checked(x, mask)
    x = widened(x)
    pooled = _pool(pool)(x, mask)
    if own.shape != others.shape or own.shape[1:] != x.shape[1:] or bias.shape != own.shape[:1]:
        raise ValueError(
            "linear takes x (n, in), own and others (out, in) and a bias (out,); "
            f"got x {x.shape}, own {own.shape}, others {others.shape}, bias {bias.shape}"
        )
    return _keep(_apply(own, _keep(x, mask)) + (_apply(others, pooled) + bias)[None, :], mask).astype(dtype)


class SetLinear(eqx.Module):
    """`linear` with learned weights: the S_n-equivariant linear layer, from (n, in) to (n, out) for every n.

    Weights and bias start uniform in ±1/sqrt(2 in); `key` is a JAX random key.

    >>> layer = SetLinear(3, 5, key=jax.random.key(0))
    >>> layer(jnp.ones((10, 3))).shape, layer(jnp.ones((2, 3))).shape
    ((10, 5), (2, 5))
    """

    own: Float[Array, "out in"]
    others: Float[Array, "out in"]
    bias: Float[Array, " out"]
    pool: str = eqx.field(static=True)

    def __init__(self, in_channels: int, out_channels: int, *, pool: str = "mean", key: PRNGKeyArray):
        _pool(pool)
        bound = 1 / math.sqrt(2 * in_channels)
        keys, shape = jax.random.split(key, 3), (out_channels, in_channels)
        self.own = jax.random.uniform(keys[0], shape, minval=-bound, maxval=bound)
        self.others = jax.random.uniform(keys[1], shape, minval=-bound, maxval=bound)
        self.bias = jax.random.uniform(keys[2], (out_channels,), minval=-bound, maxval=bound)
        self.pool = pool

    def __call__(self, x: Num[Array, "n in"], mask: Bool[Array, " n"] | None = None) -> Float[Array, "n out"]:
        return linear(x, self.own, self.others, self.bias, mask, pool=self.pool)


class MLP(eqx.Module):
    """A perceptron with ReLU between its layers, applied to the last axis: to each element of a set alike.

    Weights start uniform in ±sqrt(6 / in), biases at 0 (He et al., ICCV 2015).

    >>> MLP((3, 16, 4), key=jax.random.key(0))(jnp.ones((10, 3))).shape
    (10, 4)
    """

    weights: tuple[Float[Array, "out in"], ...]
    biases: tuple[Float[Array, " out"], ...]

    def __init__(self, widths: tuple[int, ...], *, key: PRNGKeyArray):
        keys = jax.random.split(key, len(widths))
        bounds = [math.sqrt(6 / i) for i in widths[:-1]]
        shapes = list(zip(widths[1:], widths[:-1], strict=True))
        self.weights = tuple(
            jax.random.uniform(k, s, minval=-b, maxval=b) for k, s, b in zip(keys, shapes, bounds, strict=False)
        )
        self.biases = tuple(jnp.zeros(o) for o in widths[1:])

    def __call__(self, x: Num[Array, "*n in"]) -> Float[Array, "*n out"]:
        dtype, x = common_type(x, self), widened(floats(x))
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = jax.nn.relu(x) if k else x
            x = _apply(weight, x) + jnp.broadcast_to(bias, (*x.shape[:-1], bias.size))
        return x.astype(dtype)


class DeepSets(eqx.Module):
    """outer(pool of inner(x_i) over the elements): a function of sets, invariant under S_n.

    With the sum and a latent space (the output of `inner`) of at least n dimensions these functions approximate every
    continuous invariant function of n numbers from a compact set; with fewer dimensions they do not. Deep Sets take
    the sum or the mean; with the maximum this is the encoder of PointNet (without its learned alignment).

    Args:
        inner, outer: widths of the two perceptrons; `inner` ends where `outer` begins, in the latent space.
        pool: "sum", "mean" or "max".

    Raises:
        ValueError: the widths do not fit together, or the pool is unknown.

    >>> model = DeepSets((3, 32, 8), (8, 32, 2), key=jax.random.key(0))
    >>> x = jax.random.normal(jax.random.key(1), (10, 3))
    >>> bool(jnp.allclose(model(x), model(x[::-1]), atol=1e-5)), model(x[:4]).shape
    (True, (2,))

    Source: Zaheer et al., *Deep Sets*, NeurIPS 2017; Qi et al., *PointNet*, CVPR 2017; for the number of dimensions,
    Wagstaff et al., *On the limitations of representing functions on sets*, ICML 2019.
    """

    inner: MLP
    outer: MLP
    pool: str = eqx.field(static=True)

    def __init__(self, inner: tuple[int, ...], outer: tuple[int, ...], *, pool: str = "sum", key: PRNGKeyArray):
        _pool(pool)
        if min(len(inner), len(outer)) < 2 or inner[-1] != outer[0]:
            raise ValueError(f"inner must end with the width that outer begins with; got {inner} and {outer}")
        key_inner, key_outer = jax.random.split(key)
        self.inner = MLP(inner, key=key_inner)
        self.outer = MLP(outer, key=key_outer)
        self.pool = pool

    def latent(self, x: Num[Array, "n in"], mask: Bool[Array, " n"] | None = None) -> Float[Array, " latent"]:
        """What the network keeps of the set: the pooled features."""
        x, mask = _checked(x, mask)
        return _pool(self.pool)(self.inner(_keep(x, mask)), mask)

    def __call__(self, x: Num[Array, "n in"], mask: Bool[Array, " n"] | None = None) -> Float[Array, " out"]:
        return self.outer(self.latent(x, mask))


def critical_points(
    features: Float[Array, "n channels"], mask: Bool[Array, " n"] | None = None
) -> Int[Array, " channels"]:
    """For each channel the row where its maximum stands: the elements that a max-pooled network looks at.

    Elements that are nobody's maximum can be removed without any change of the output. In ties the first row counts.

    Raises:
        ValueError: there is no element.

    >>> critical_points(jnp.array([[0.0, 5.0], [3.0, 1.0], [2.0, 2.0]]))
    Array([1, 0], dtype=int32)

    Source: Qi et al., *PointNet*, CVPR 2017, Theorem 2.
    """
    features, mask = _checked(features, mask)
    if not len(features) or (is_known(mask) and not mask.any()):
        raise ValueError("a set without elements has no critical points; give at least one row that the mask keeps")
    return _keep(features, mask, -jnp.inf).argmax(axis=0)


def _checked(x: Array, mask: Array | None) -> tuple[Array, Array]:
    x = floats(x)
    if x.ndim != 2:
        raise ValueError(f"a set has shape (n, channels), one row an element; got {x.shape}")
    mask = jnp.ones(len(x), bool) if mask is None else jnp.asarray(mask)
    if mask.shape != x.shape[:1] or mask.dtype != bool:
        raise ValueError(f"the mask needs one boolean for each of the {len(x)} rows; got {mask.dtype} {mask.shape}")
    return x, mask


def _keep(x: Array, mask: Array, other: ArrayLike = 0.0) -> Array:
    """The rows that are elements; `other` elsewhere. It selects and never multiplies: 0 times NaN is NaN."""
    return jnp.where(mask[:, None], x, jnp.asarray(other, x.dtype))


def _apply(weight: Array, x: Array) -> Array:
    # Full float32 also on GPUs, whose default (TF32) keeps three digits.
    return jnp.matmul(x, weight.T, precision=lax.Precision.HIGHEST)


def _pool(name: str) -> Callable:
    if name not in POOLS:
        raise ValueError(f"pool is one of {', '.join(map(repr, POOLS))}; got {name!r}")
    return POOLS[name]

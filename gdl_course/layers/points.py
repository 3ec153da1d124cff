"""Layers for points in space: the E(n)-equivariant graph network, EGNN, on every pair of a set of points.

A set of n points in d dimensions is an array x of shape (n, d), with features h of shape (n, features) that do not
turn when space turns; use `jax.vmap` for batches. Sets of different sizes are padded to one size, and a mask of n
booleans says which rows are points. What stands in the other rows influences nothing, not even if it is NaN.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Num, PRNGKeyArray, Shaped

from gdl_course.layers._precision import common_type, floats, widened


class EGNNLayer(eqx.Module):
    """One layer of EGNN: every point hears from every other how far away it is, and moves along the line to it.

    With φ_e, φ_x, φ_h perceptrons with one hidden layer (SiLU, which is also called Swish), all sums over j ≠ i:

        m_ij = SiLU(φ_e(h_i, h_j, |x_i - x_j|², a_ij))
        x'_i = x_i + 1/(n - 1) Σ_j (x_i - x_j) φ_x(m_ij)
        h'_i = h_i + φ_h(h_i, Σ_j m_ij)

    Let Q be orthogonal, t any vector. The layer takes (h, x Qᵀ + t) to (h', x' Qᵀ + t): features are *invariant* and
    coordinates *equivariant* under E(d), rotations, reflections and translations. It also commutes with permutations
    of the points. The price of the reflections: h' is the same for a figure and its mirror image, so no layer on top
    of h' tells a left hand from a right hand. Where handedness matters, choose a layer that is only SE(3)-equivariant.

    Every dimension d and every n is allowed: an empty set, a single point (which hears nothing and stays where it
    is) and points that coincide. Time and memory grow with n².

    Weights and biases start uniform in ±1/sqrt(in). The last weights of φ_x, which have no bias, start about a thousand
    times smaller, as in the authors' code: points hardly move before training.

    Args:
        features: channels of h, before and after.
        hidden: channels of the messages m_ij and of the hidden layers.
        edge_channels: channels of what is known about pairs of points, a_ij; none if left out.
        key: a JAX random key.

    Raises:
        ValueError: when called: the shapes do not fit together.

    >>> layer = EGNNLayer(4, 16, key=jax.random.key(0))
    >>> x = jax.random.normal(jax.random.key(1), (5, 3))
    >>> h, _ = layer(jnp.ones((5, 4)), x)
    >>> mirrored, _ = layer(jnp.ones((5, 4)), x * jnp.array([[-1.0, 1.0, 1.0]]))
    >>> h.shape, bool(jnp.allclose(h, mirrored, atol=1e-5))  # five points have a handedness; h does not know it
    ((5, 4), True)

    Source: Satorras, Hoogeboom and Welling, *E(n) equivariant graph neural networks*, ICML 2021, equations 3 to 6, and
    the authors' code for the sum h_i + φ_h, the widths and the first weights.
    """

    message: tuple[eqx.nn.Linear, eqx.nn.Linear]
    shift: tuple[eqx.nn.Linear, eqx.nn.Linear]
    update: tuple[eqx.nn.Linear, eqx.nn.Linear]

    def __init__(self, features: int, hidden: int, *, edge_channels: int = 0, key: PRNGKeyArray):
        keys = jax.random.split(key, 6)
        linear = lambda k, fan_in, fan_out: eqx.nn.Linear(fan_in, fan_out, key=keys[k])
        self.message = linear(0, 2 * features + 1 + edge_channels, hidden), linear(1, hidden, hidden)
        self.shift = linear(2, hidden, hidden), _small(hidden, keys[3])
        self.update = linear(4, features + hidden, hidden), linear(5, hidden, features)

    def __call__(
        self,
        h: Num[Array, "n features"],
        x: Num[Array, "n d"],
        mask: Bool[Array, " n"] | None = None,
        edges: Float[Array, "n n edge_channels"] | None = None,
    ) -> tuple[Float[Array, "n features"], Float[Array, "n d"]]:
        """New features and coordinates, 0 in rows that are no points. `edges[i, j]` is a_ij, known to point i."""
        dtype = common_type(h, x, self)
        h, x, mask = _checked(h, x, mask, self.update[1].weight.shape[0])
        heard = None if mask is None else _others((mask[:, None] & mask[None])[:, :, None])
        arrows = _keep(_others(x[:, None] - x[None]), heard)
        messages = _keep(self._messages(h, arrows, self._others_known(edges, heard, len(x))), heard)
        factor = _apply(self.shift[1], jax.nn.silu(_apply(self.shift[0], messages)))
        count = (len(x) if mask is None else mask.sum()) - 1
        x = x + (arrows * factor).sum(axis=1) / jnp.maximum(count, 1).astype(x.dtype)
        both = jnp.concatenate([h, messages.sum(axis=1)], axis=1)
        h = h + _apply(self.update[1], jax.nn.silu(_apply(self.update[0], both)))
        return _keep_points(h, mask).astype(dtype), _keep_points(x, mask).astype(dtype)

    def _messages(self, h, arrows, edges):
        """m_ij, (n, n - 1, hidden). The first weights meet each point once, not once in each of its pairs."""
        first, second = self.message
        own, other, pair = jnp.split(first.weight, [h.shape[1], 2 * h.shape[1]], axis=1)
        assert first.bias is not None  # `eqx.nn.Linear` has one by default
        ends = (_matmul(h, own) + first.bias[None])[:, None] + _matmul(h, other)[None]
        known = jnp.concatenate([(arrows**2).sum(axis=2, keepdims=True), edges], axis=2)
        return jax.nn.silu(_apply(second, jax.nn.silu(_others(ends) + _matmul(known, pair))))

    def _others_known(self, edges, heard, n):
        """What each point knows of the others: nothing, unless the layer was made for it."""
        shape = (n, n, self.message[0].weight.shape[1] - 2 * self.update[1].weight.shape[0] - 1)
        edges = jnp.zeros((n, n, 0)) if edges is None else widened(floats(edges))
        if edges.shape != shape:
            raise ValueError(f"this layer takes edges of shape {shape}; got {edges.shape}")
        return _keep(_others(edges), heard)


class EGNN(eqx.Module):
    """An embedding of the features, `depth` layers `EGNNLayer`, and a readout of the features: (h, x) -> (h', x').

    As each layer, the whole is invariant in h' and equivariant in x' under E(d), and commutes with permutations of the
    points: embedding and readout are affine maps of each point's features by themselves.

    Args:
        features_in, features_out: channels of the features before and after.
        hidden: channels of the features in between, of the messages and of the hidden layers.
        depth: number of layers.
        edge_channels: channels of what is known about pairs of points, a_ij, the same for each layer.

    Raises:
        ValueError: depth is negative; when called: the shapes do not fit together.

    >>> model = EGNN(4, 16, 2, 3, key=jax.random.key(0))
    >>> h, x = model(jnp.ones((5, 4)), jax.random.normal(jax.random.key(1), (5, 3)))
    >>> h.shape, x.shape
    ((5, 2), (5, 3))

    Source: Satorras, Hoogeboom and Welling, *E(n) equivariant graph neural networks*, ICML 2021.
    """

    embed: eqx.nn.Linear
    layers: tuple[EGNNLayer, ...]
    readout: eqx.nn.Linear

    def __init__(
        self,
        features_in: int,
        hidden: int,
        features_out: int,
        depth: int,
        *,
        edge_channels: int = 0,
        key: PRNGKeyArray,
    ):
        if depth < 0:
            raise ValueError(f"the depth counts layers, 0 or more; got {depth}")
        first, last, *keys = jax.random.split(key, depth + 2)
        self.embed = eqx.nn.Linear(features_in, hidden, key=first)
        self.layers = tuple(EGNNLayer(hidden, hidden, edge_channels=edge_channels, key=k) for k in keys)
        self.readout = eqx.nn.Linear(hidden, features_out, key=last)

    def __call__(
        self,
        h: Num[Array, "n features_in"],
        x: Num[Array, "n d"],
        mask: Bool[Array, " n"] | None = None,
        edges: Float[Array, "n n edge_channels"] | None = None,
    ) -> tuple[Float[Array, "n features_out"], Float[Array, "n d"]]:
        dtype = common_type(h, x, self)
        h, x, mask = _checked(h, x, mask, self.embed.weight.shape[1])
        h = _apply(self.embed, h)
        for layer in self.layers:
            h, x = layer(h, x, mask, edges)
        return _keep_points(_apply(self.readout, h), mask).astype(dtype), x.astype(dtype)


def _checked(h: Array, x: Array, mask: Array | None, features: int) -> tuple[Array, Array, Array | None]:
    """Features and coordinates of one float type, wide enough for sums, and 0 in rows that are no points; the mask."""
    h, x = (widened(floats(a, h, x)) for a in (h, x))
    mask = None if mask is None else jnp.asarray(mask)
    if h.ndim != 2 or x.ndim != 2 or h.shape != (len(x), features):
        raise ValueError(f"points have features (n, {features}) and coordinates (n, d); got {h.shape} and {x.shape}")
    if mask is not None and (mask.shape != x.shape[:1] or mask.dtype != bool):
        raise ValueError(f"the mask needs one boolean for each of the {len(x)} rows; got {mask.dtype} {mask.shape}")
    return _keep_points(h, mask), _keep_points(x, mask), mask


def _keep_points(rows: Float[Array, "n channels"], mask: Array | None) -> Float[Array, "n channels"]:
    return _keep(rows, None if mask is None else mask[:, None])


def _keep(values: Array, which: Array | None) -> Array:
    """0 instead of what is not kept. It selects and never multiplies: 0 times NaN is NaN."""
    return values if which is None else jnp.where(which, values, 0)


def _others(pairs: Shaped[Array, "n n channels"]) -> Shaped[Array, "n others channels"]:
    """Every pair but those of a point with itself, row by row.

    In the flat list of all pairs every (n + 1)-th is such a one, beginning with the first.
    """
    n, _, channels = pairs.shape
    if n == 0:
        return pairs
    return pairs.reshape(n * n, channels)[1:].reshape(n - 1, n + 1, channels)[:, :-1].reshape(n, n - 1, channels)


def _apply(linear: eqx.nn.Linear, z: Float[Array, "*n in"]) -> Float[Array, "*n out"]:
    y = _matmul(z, linear.weight)
    return y if linear.bias is None else y + jnp.broadcast_to(linear.bias, y.shape)


def _matmul(z: Float[Array, "*n in"], weight: Float[Array, "out in"]) -> Float[Array, "*n out"]:
    # Full float32 also on GPUs, whose default (TF32) keeps three digits.
    return jnp.matmul(z, weight.T, precision=lax.Precision.HIGHEST)


def _small(fan_in: int, key: PRNGKeyArray) -> eqx.nn.Linear:
    """The last map of φ_x: one output, no bias, weights uniform in ±0.001 sqrt(6 / (fan in + 1)) ("Xavier")."""
    linear = eqx.nn.Linear(fan_in, 1, use_bias=False, key=key)
    bound = 0.001 * math.sqrt(6 / (fan_in + 1))
    weight = jax.random.uniform(key, (1, fan_in), minval=-bound, maxval=bound)
    return eqx.tree_at(lambda linear: linear.weight, linear, weight)

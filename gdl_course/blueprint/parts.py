"""What the networks of several domains share: parts, makers of modules, and why a swap breaks the symmetry."""

import math
from collections.abc import Callable

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from gdl_course.blueprint import modules as m
from gdl_course.blueprint.domain import Make, Part, Swap
from gdl_course.layers import grid

FLAT_WHY = "A head with a weight of its own for each place knows where everything is."
BIAS_WHY = "A bias that differs from place to place is a landmark, and it does not move with the signal."
ORDER_WHY = "It reads the order of the list, and the order is an accident of numbering."


def fixed(function: Callable) -> Make:
    """The maker of a module without weights."""
    return lambda size, channels, key: m.Apply(function)


def with_own_bias(make: Make, shape: Callable[[int, int], tuple[int, ...]]) -> Make:
    """The maker of a lawful module and a bias of shape(size, channels), which differs from place to place."""

    def biased(size: int, channels: int, key: PRNGKeyArray) -> m.OwnBias:
        keys = jax.random.split(key)
        return m.OwnBias(make(size, channels, keys[0]), jax.random.normal(keys[1], shape(size, channels)))

    return biased


def each(size: int, channels: int, key: PRNGKeyArray, out: int = 1) -> m.EachPoint:
    """One affine map from `channels` to `out` numbers, for every row."""
    return m.EachPoint(eqx.nn.Linear(channels, out, key=key))


def dense_over_points(size: int, channels: int, key: PRNGKeyArray) -> m.DenseOverPoints:
    """A weight for each pair of rows."""
    weight: Float[Array, "n n"] = jax.random.normal(key, (size, size)) / math.sqrt(size)
    return m.DenseOverPoints(weight)


def flat(to: Callable[[int, int], tuple[int, ...]]) -> Make:
    """The maker of a dense layer on flattened rows, with an answer of shape to(size, channels)."""
    return lambda size, channels, key: grid.Dense((size, channels), to(size, channels), key=key)


def flatten(at: int, make: Make, why: str = FLAT_WHY) -> Swap:
    """The swap that most networks offer: a head that looks at the flattened signal."""
    return Swap("flatten", "Flatten + dense", at, why, make)


RELU = Part("Leaky ReLU", "pointwise, allowed", "nonlinearity", fixed(m.leaky_relu))
LINEAR = Part(
    "Linear", "on invariant numbers", "readout",
    lambda size, c, key: eqx.nn.Linear(c, m.CLASSES, use_bias=False, key=key),
)  # fmt: skip

"""What a network of the blueprint is described by: its parts, the forbidden swaps, and what several domains share."""

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax
from jaxtyping import PRNGKeyArray

from gdl_course.blueprint import modules as m


@dataclass(frozen=True)
class Part:
    """One module of a network, built by `make(size, channels, key)`; `role` is one of the four types."""

    name: str
    says: str
    role: str
    make: Callable[[int, int, PRNGKeyArray], Callable]


@dataclass(frozen=True)
class Swap:
    """A module that breaks the symmetry when it takes the place `at` in the network, and why it does."""

    name: str
    title: str
    at: int
    why: str
    make: Callable[[int, int, PRNGKeyArray], Callable]


def fixed(function):
    return lambda size, channels, key: m.Apply(function)


def bias(shape, key):
    return jax.random.normal(key, shape)


RELU = Part("Leaky ReLU", "pointwise, allowed", "nonlinearity", fixed(m.leaky_relu))
LINEAR = Part(
    "Linear", "on invariant numbers", "readout",
    lambda size, c, key: eqx.nn.Linear(c, m.CLASSES, use_bias=False, key=key),
)  # fmt: skip
FLAT_WHY = "A head with a weight of its own for each place knows where everything is."
BIAS_WHY = "A bias that differs from place to place is a landmark, and it does not move with the signal."
ORDER_WHY = "It reads the order of the list, and the order is an accident of numbering."

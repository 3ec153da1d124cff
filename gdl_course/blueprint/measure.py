"""Signals, answers and group elements to test a network with, and the error of its symmetry."""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from gdl_course.blueprint.domain import Symmetry
from gdl_course.blueprint.domains import domain_of, output_shape
from gdl_course.blueprint.modules import Network
from gdl_course.equivariance.testing import relative_error


@dataclass(frozen=True)
class Action:
    """One group element g: `on_input(x)` is g·x, `on_output(y)` is g·y (y itself if the answer is invariant)."""

    element: object
    on_input: Callable
    on_output: Callable


def sample(domain: str, size: int, seed: int = 0) -> Array | tuple:
    """A random signal, float32: an array; for graphs (graph, x), for points in space (features, coordinates).

    >>> sample("cyclic-sequence", 8).shape
    (1, 8)
    """
    return domain_of(domain, size).sample(size, np.random.default_rng(seed))


def target(domain: str, size: int, output: str = "invariant", seed: int = 0) -> Float[Array, "..."]:
    """A random answer of the shape that the network gives, to have something to train on.

    >>> target("cyclic-sequence", 8, "equivariant").shape
    (1, 8)
    """
    shape = output_shape(domain, size, output)
    return jnp.asarray(np.random.default_rng((seed, 1)).normal(size=shape), jnp.float32)


def squared_error(model: Network, signal: Array | tuple, answer: Float[Array, "..."]) -> Float[Array, ""]:
    """The mean squared difference between the model's answer and the right one, for `training.minimise`."""
    return ((model(signal) - answer) ** 2).mean()


def actions(domain: str, size: int, output: str = "invariant", seed: int = 0, count: int = 4) -> list[Action]:
    """Random elements of the domain's group, none its own inverse, with their actions on inputs and on outputs.

    >>> g = actions("cyclic-sequence", 8, "invariant")[0]
    >>> x = jnp.arange(8.0)[None]
    >>> bool((g.on_input(x) == x).all()), bool((g.on_output(x) == x).all())  # an invariant answer does not move
    (False, True)
    """
    output_shape(domain, size, output)
    symmetry, rng = domain_of(domain).symmetry(size), np.random.default_rng(seed)
    elements = [symmetry.random(rng) for _ in range(count)]
    return [_action(g, symmetry, output) for g in elements]


def _action(g: object, symmetry: Symmetry, output: str) -> Action:
    on_output = (lambda y: y) if output == "invariant" else (lambda y: symmetry.on_output(g, y))
    return Action(g, lambda x: symmetry.on_input(g, x), on_output)


def measured_error(
    model: Callable, domain: str, size: int, output: str = "invariant", seed: int = 0, count: int = 4
) -> float:
    """The largest relative error |f(g·x) - g·f(x)| / |f(x)| for one random x and `count` random elements g.

    >>> import jax
    >>> from gdl_course.blueprint import build
    >>> model = build("set", size=5, channels=8, swap="flatten", key=jax.random.key(0))
    >>> measured_error(model, "set", 5) > 0.001
    True
    """
    x, elements = sample(domain, size, seed + 1), actions(domain, size, output, seed, count)
    return largest_error(model(x), [model(g.on_input(x)) for g in elements], elements)


def largest_error(answer: Array, answers: list[Array], elements: list[Action]) -> float:
    """The largest relative error for `answer` = f(x) and `answers` = f(g·x), one for each element g."""
    y = np.asarray(answer, float)
    moved = [np.asarray(g.on_output(answer), float) for g in elements]
    return max(relative_error(np.asarray(left, float), right, y) for left, right in zip(answers, moved, strict=True))

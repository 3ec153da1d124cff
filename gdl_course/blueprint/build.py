"""Networks from the table, sample data for them, and the measurement of their symmetry."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from gdl_course.blueprint.actions import Action
from gdl_course.blueprint.domains import domain_of, output_shape
from gdl_course.blueprint.modules import Network
from gdl_course.blueprint.parts import Swap
from gdl_course.equivariance.testing import relative_error, two_ways


def build(
    domain: str,
    *,
    size: int,
    channels: int = 16,
    output: str = "invariant",
    swap: str | None = None,
    key: PRNGKeyArray,
) -> Network:
    """The network of a domain: equivariant layers, non-linearities, local pooling, and a readout.

    Args:
        domain, size: a name of `DOMAINS` that is not planned only, and how large the domain is.
        channels: features at each point inside the network.
        output: "invariant", three numbers for the whole signal; "equivariant", an answer for each point.
        swap: the name of a forbidden module (see `swaps`) that takes the place of a lawful one; None for none.
        key: a JAX random key.

    Raises:
        ValueError: one of the names is unknown, or a number is out of range.

    >>> model = build("grid", size=6, channels=4, output="equivariant", key=jax.random.key(0))
    >>> model(sample("grid", 6, seed=0)).shape
    (1, 6, 6)
    >>> len(model.modules)
    6
    """
    output_shape(domain, size, output)  # raises if domain, size or output do not fit
    if channels < 1:
        raise ValueError(f"a network needs at least one channel; got channels = {channels}")
    makers = [part.make for part in domain_of(domain).parts[output]]
    if swap is not None:
        forbidden = swap_named(domain, output, swap)
        makers[forbidden.at] = forbidden.make
    keys = jax.random.split(key, len(makers))
    return Network(tuple(make(size, channels, k) for make, k in zip(makers, keys, strict=True)))


def swaps(domain: str, output: str = "invariant") -> tuple[str, ...]:
    """The names of the forbidden modules that `build` can put in.

    >>> swaps("set")
    ('dense', 'own-bias', 'first-half', 'flatten')
    """
    return tuple(swap.name for swap in domain_of(domain).swaps[output])


def swap_named(domain: str, output: str, name: str) -> Swap:
    """The forbidden module of this name; raises ValueError if the domain does not offer it."""
    offers = {swap.name: swap for swap in domain_of(domain).swaps[output]}
    if name not in offers:
        raise ValueError(f"the swaps of {domain!r}, {output}, are {', '.join(map(repr, offers))}; got {name!r}")
    return offers[name]


def sample(domain: str, size: int, seed: int = 0):
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


def squared_error(model: Network, signal, answer: Float[Array, "..."]) -> Float[Array, ""]:
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


def _action(g, symmetry, output):
    on_output = (lambda y: y) if output == "invariant" else (lambda y: symmetry.on_output(g, y))
    return Action(g, lambda x: symmetry.on_input(g, x), on_output)


def measured_error(model, domain: str, size: int, output: str = "invariant", seed: int = 0, count: int = 4) -> float:
    """The largest relative error |f(g·x) - g·f(x)| / |f(x)| for one random x and `count` random elements g.

    >>> model = build("set", size=5, channels=8, swap="flatten", key=jax.random.key(0))
    >>> measured_error(model, "set", 5) > 0.001
    True
    """
    x = sample(domain, size, seed + 1)
    y = model(x)
    f = lambda z: y if z is x else model(z)  # noqa: E731 - f(x) is the same for every g
    squares = [two_ways(f, x, g.on_input, g.on_output) for g in actions(domain, size, output, seed, count)]
    return max(relative_error(*(np.asarray(corner, float) for corner in corners)) for corners in squares)

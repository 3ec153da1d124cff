"""Networks from the table: the modules of a row, one after the other."""

import jax
from jaxtyping import PRNGKeyArray

from gdl_course.blueprint.domain import Domain, Make, Swap
from gdl_course.blueprint.domains import domain_of, output_shape
from gdl_course.blueprint.modules import Network


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
        domain: a name of `DOMAINS` that is not planned only.
        size: how large the domain is.
        channels: features at each point inside the network.
        output: "invariant", three numbers for the whole signal; "equivariant", an answer for each point.
        swap: the name of a forbidden module (see `swaps`) that takes the place of a lawful one; None for none.
        key: a JAX random key.

    Returns:
        The network; call it on a signal such as `sample` gives.

    Raises:
        ValueError: one of the names is unknown, or a number is out of range.

    >>> from gdl_course.blueprint import sample
    >>> model = build("grid", size=6, channels=4, output="equivariant", key=jax.random.key(0))
    >>> model(sample("grid", 6, seed=0)).shape
    (1, 6, 6)
    >>> len(model.modules)
    6
    """
    output_shape(domain, size, output)  # raises if domain, size or output do not fit
    if channels < 1:
        raise ValueError(f"a network needs at least one channel; got channels = {channels}")
    makers = makers_of(domain_of(domain), output, None if swap is None else swap_named(domain, output, swap))
    keys = jax.random.split(key, len(makers))
    return Network(tuple(make(size, channels, k) for make, k in zip(makers, keys, strict=True)))


def makers_of(row: Domain, output: str, swap: Swap | None) -> list[Make]:
    """What makes the modules of a network, in their order, with the swap in its place."""
    makers = [part.make for part in row.parts[output]]
    if swap is not None:
        makers[swap.at] = swap.make
    return makers


def swaps(domain: str, output: str = "invariant") -> tuple[str, ...]:
    """The names of the forbidden modules that `build` can put in.

    >>> swaps("set")
    ('dense', 'own-bias', 'first-half', 'flatten')
    """
    return tuple(swap.name for swap in domain_of(domain).swaps[output])


def swap_named(domain: str, output: str, name: str) -> Swap:
    """The forbidden module of this name.

    Raises:
        ValueError: the domain does not offer it.
    """
    offers = {swap.name: swap for swap in domain_of(domain).swaps[output]}
    if name not in offers:
        raise ValueError(f"the swaps of {domain!r}, {output}, are {', '.join(map(repr, offers))}; got {name!r}")
    return offers[name]

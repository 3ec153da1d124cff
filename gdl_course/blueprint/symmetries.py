"""Groups of several domains, and how they act on signals. In NumPy: each shape would be compiled anew in JAX."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike, Float

from gdl_course import groups
from gdl_course.blueprint.domain import Symmetry
from gdl_course.representations import Representation


def on_pixels(rho: Representation) -> Symmetry:
    """Signals (channels, *space), moved with the pixels."""

    def act(g, x: Float[ArrayLike, "channels *space"]) -> Float[Array, "channels *space"]:
        return jnp.asarray(rho.act(g, np.asarray(x)))

    return Symmetry(rho.group.random_non_involution, act, act)


def on_rows(n: int) -> Symmetry:
    """Signals (n, channels) whose rows may come in any order."""
    return Symmetry(groups.symmetric(n).random_non_involution, permuted, permuted)


def permuted(g: tuple[int, ...], x: Float[ArrayLike, "n channels"]) -> Float[Array, "n channels"]:
    """Row i goes to place g[i].

    >>> permuted((1, 2, 0), np.array([[10.0], [20.0], [30.0]], np.float32)).ravel()
    Array([30., 10., 20.], dtype=float32)
    """
    return jnp.asarray(np.asarray(x)[np.argsort(g)])


def floats(rng: np.random.Generator, *shape: int) -> Float[Array, "..."]:
    """Normal numbers in float32."""
    return jnp.asarray(rng.normal(size=shape).astype(np.float32))

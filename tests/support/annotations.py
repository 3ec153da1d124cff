"""How calls are held to their annotations in tests: by beartype, with NumPy's arrays taken for JAX's, as JAX does."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from beartype import BeartypeConf, beartype
from beartype.roar import BeartypeCallHintViolation


_WHOLE_NUMBERS_ARE_FLOATS = BeartypeConf(is_pep484_tower=True)


def held(function: Callable) -> Callable:
    """What `--jaxtyping-packages` puts around every function: a call whose shapes or types are wrong is an error."""
    check = beartype(conf=_WHOLE_NUMBERS_ARE_FLOATS)(function)

    @functools.wraps(function)
    def checked(*args, **kwargs):
        try:
            return check(*args, **kwargs)
        except BeartypeCallHintViolation:
            return check(*map(_in_jax, args), **{name: _in_jax(value) for name, value in kwargs.items()})

    return checked


def _in_jax(value: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf, value)

"""How calls are held to their annotations in tests: by beartype, with NumPy's arrays taken for JAX's, as JAX does."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from beartype import BeartypeConf, beartype
from beartype.roar import BeartypeCallHintViolation

_WHOLE_NUMBERS_ARE_FLOATS = BeartypeConf(is_pep484_tower=True)


def held(function: Callable) -> Callable:
    """What `--jaxtyping-packages` puts around every function: a call whose shapes or types are wrong is an error.

    jaxtyping hands over two functions that only have the signature: one for what is taken, and one for what is
    returned, which comes as a further argument of type Any. What is returned is never converted.
    """
    check = beartype(conf=_WHOLE_NUMBERS_ARE_FLOATS)(function)
    signature = inspect.signature(function)
    returned = {name for name, parameter in signature.parameters.items() if parameter.annotation is Any}

    @functools.wraps(function)
    def checked(*args, **kwargs):
        try:
            return check(*args, **kwargs)
        except BeartypeCallHintViolation:
            bound = signature.bind(*args, **kwargs)
            taken = {name: value for name, value in bound.arguments.items() if name not in returned}
            bound.arguments.update({name: _in_jax(value) for name, value in taken.items()})
            return check(*bound.args, **bound.kwargs)

    return checked


def _in_jax(value: Any) -> Any:
    with jax.debug_nans(False):  # what the call does with a NaN is not asked here
        return jax.tree.map(lambda leaf: jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf, value)

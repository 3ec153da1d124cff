"""Recurrent updates as plain functions: the state after a step, and the run over time; used through `sequences`.

Each takes one sequence or one state and no parameters but those in its signature. ``drive`` is W x + b, the part of an
update that does not depend on the state.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree


def scan(
    step: Callable[[PyTree, Array], PyTree],
    start: PyTree,
    drive: Float[Array, "time features"],
    length: Int[Array, ""] | int | None = None,
) -> PyTree:
    """The states after each step, state[t] = step(state[t - 1], drive[t]), stacked along a new first axis.

    From `length` on the state stays as it is, so that the last one is that at the end of the sequence whatever is
    stored behind it. Differentiable; `length` may differ from example to example under `jax.vmap`.

    >>> scan(lambda state, x: state + x[0], jnp.array(0.0), jnp.array([[1.0], [2.0], [3.0], [9.0]]), length=3)
    Array([1., 3., 6., 6.], dtype=float32)
    """
    start = stable_start(step, start, drive)
    live = jnp.arange(len(drive)) < (len(drive) if length is None else length)

    def advance(state, now):
        drive, live = now
        state = jax.tree.map(lambda new, old: jnp.where(live, new, old), step(state, drive), state)
        return state, state

    return lax.scan(advance, start, (drive, live))[1]


def stable_start(
    step: Callable[[PyTree, Array], PyTree], start: PyTree, drive: Float[Array, "time features"]
) -> PyTree:
    """The start in the types that a step makes of it, so that every step gives back what it takes.

    >>> stable_start(lambda state, x: state + x[0], jnp.array(1), jnp.ones((3, 1)))
    Array(1., dtype=float32)
    """
    one = jax.ShapeDtypeStruct(drive.shape[1:], drive.dtype)
    return jax.tree.map(lambda old, new: jnp.asarray(old, new.dtype), start, jax.eval_shape(step, start, one))


def leaky_step(
    h: Float[Array, " hidden"],
    drive: Float[Array, " hidden"],
    U: Float[Array, "hidden hidden"],
    leak: Float[Array, " hidden"] | Float[Array, ""] | float = 1.0,
) -> Float[Array, " hidden"]:
    """h + leak * (tanh(drive + U h) - h): a plain RNN if the leak is 1, no change if it is 0.

    It is Euler's step for dh/dt = tanh(drive + U h) - h, with the leak as its length.

    >>> leaky_step(jnp.array([1.0]), jnp.array([0.0]), jnp.array([[0.0]]), 0.25)
    Array([0.75], dtype=float32)
    """
    return h + leak * (jnp.tanh(drive + _apply(U, h)) - h)


def gru_step(
    h: Float[Array, " hidden"],
    drive: Float[Array, " 3*hidden"],
    U: Float[Array, "3*hidden hidden"],
    c: Float[Array, " hidden"],
) -> Float[Array, " hidden"]:
    """One step of a gated recurrent unit; the rows of `drive` and `U` are those of r, z and n, in this order.

    As formulas::

        r = sigmoid(drive_r + U_r h)                 what the candidate may see of the state
        z = sigmoid(drive_z + U_z h)                 what is kept
        n = tanh(drive_n + r * (U_n h + c))          the candidate
        h + (1 - z) * (n - h)                        a leaky step whose leak, 1 - z, depends on the data

    >>> gru_step(jnp.array([1.0]), jnp.zeros(3), jnp.zeros((3, 1)), jnp.zeros(1))  # half is kept
    Array([0.5], dtype=float32)

    Source: Cho et al., EMNLP 2014; r multiplies the state after U_n, as in cuDNN and PyTorch (the paper: before).
    """
    drive_r, drive_z, drive_n = jnp.split(drive, 3)
    fed_r, fed_z, fed_n = jnp.split(_apply(U, h), 3)
    r, z = jax.nn.sigmoid(drive_r + fed_r), jax.nn.sigmoid(drive_z + fed_z)
    n = jnp.tanh(drive_n + r * (fed_n + c))
    return h + (1 - z) * (n - h)


def lstm_step(
    state: tuple[Float[Array, " hidden"], Float[Array, " hidden"]],
    drive: Float[Array, " 4*hidden"],
    U: Float[Array, "4*hidden hidden"],
) -> tuple[Float[Array, " hidden"], Float[Array, " hidden"]]:
    """One step of a long short-term memory, (h, c) to (h, c); the rows are those of i, f, g and o.

    As formulas::

        i, f, o = sigmoid(drive + U h)               input, forget and output gate
        g = tanh(drive_g + U_g h)                    the candidate
        c' = f * c + i * g                           a leaky step if i = 1 - f; the LSTM learns the two apart
        h' = o * tanh(c')

    >>> h, c = lstm_step((jnp.zeros(1), jnp.ones(1)), jnp.zeros(4), jnp.zeros((4, 1)))
    >>> c
    Array([0.5], dtype=float32)

    Source: Hochreiter and Schmidhuber, Neural Computation 1997; the forget gate: Gers et al., 2000.
    """
    h, c = state
    i, f, g, o = jnp.split(drive + _apply(U, h), 4)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def chrono_bias(size: int, longest: float, *, key: PRNGKeyArray) -> Float[Array, " size"]:
    """Biases log(T - 1) with T uniform in [2, longest], so that sigmoid(bias) = 1 - 1/T keeps a state T steps.

    Where the share f is kept in every step, the state fades as f^t, over a forgetting time of 1 / (1 - f) steps. A
    bias of 0 means 2 steps; these biases spread the units over all times up to `longest`.

    Raises:
        ValueError: `longest` is less than 2.

    >>> times = 1 + jnp.exp(chrono_bias(1000, 100, key=jax.random.key(0)))
    >>> bool(times.min() >= 2) and bool(times.max() <= 100), round(float(times.mean()))
    (True, 51)

    Source: Tallec and Ollivier, ICLR 2018.
    """
    if longest < 2:
        raise ValueError(f"the longest forgetting time is at least 2 steps; got {longest}")
    return jnp.log(jax.random.uniform(key, (size,), minval=1.0, maxval=longest - 1.0))


def _apply(U: Float[Array, "rows hidden"], h: Float[Array, " hidden"]) -> Float[Array, " rows"]:
    return jnp.matmul(U, h, precision=lax.Precision.HIGHEST)  # full float32 also on GPUs

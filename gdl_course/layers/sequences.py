"""Layers for sequences: recurrent networks that read one step after the other, from RNN to LSTM.

A sequence has shape (time, in); a layer returns its states, shape (time, hidden). Functions take one sequence, use
`jax.vmap` for batches. Every layer computes ``drive = W x + b`` for all times at once, which the state has no part in,
and then runs its `step` over time with `scan`. The layers fit into `equinox.nn.Sequential`; they ignore its `key`.

**Delays.** Put one step of input p, the pad, in front of x. From the start h0 the network then reads x from the state
step(h0, p) in place of h0. So its states are delayed by one step and otherwise unchanged, for every x, exactly if
``step(h0, p) = h0``: the start is a fixed point under the pad. `rest_state` looks for it. From any other start the
difference fades where the update contracts, and need not fade where it does not.

**Speed.** If h solves dh/dt = tanh(W x + U h + b) - h, then h(c(t)), driven by x(c(t)), solves the same equation with
its right side times dc/dt. In steps that factor is the leak of `leaky_step`: a number, if the speed is constant
(`LeakyRNN`), and otherwise a function of the data, a gate (`GRU`, `LSTM`).
Source: Tallec and Ollivier, *Can recurrent neural networks warp time?*, ICLR 2018.
"""

import math
from abc import abstractmethod

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from gdl_course.layers._precision import common_type, floats, widened
from gdl_course.layers.recurrences import chrono_bias, gru_step, leaky_step, lstm_step, scan, stable_start

__all__ = [
    "GRU", "LSTM", "RNN", "LeakyRNN", "chrono_bias", "gru_step", "leaky_step", "lstm_step", "rest_state", "scan",
]  # fmt: skip


class _Recurrent(eqx.Module):
    """What the layers share: weights for `gates` rows a unit, uniform in ±1/sqrt(hidden), and the run over time."""

    W: Float[Array, "rows in"]
    U: Float[Array, "rows hidden"]
    b: Float[Array, " rows"]

    def __init__(self, in_features: int, hidden: int, *, gates: int, key: PRNGKeyArray):
        bound = 1 / math.sqrt(hidden)
        shapes = (gates * hidden, in_features), (gates * hidden, hidden), (gates * hidden,)
        keys = jax.random.split(key, 3)
        self.W, self.U, self.b = (
            jax.random.uniform(k, shape, minval=-bound, maxval=bound) for k, shape in zip(keys, shapes, strict=True)
        )

    def start(self) -> PyTree:
        """The state before the first step, unless another is given: zero."""
        return jnp.zeros(self.U.shape[1], self.U.dtype)

    @abstractmethod
    def step(self, state: PyTree, drive: Float[Array, " rows"]) -> PyTree:
        """The state after one more step."""

    def drive(self, x: Float[Array, "time in"]) -> Float[Array, "time rows"]:
        """W x + b at all times at once, and so, with the state, in float32 at least."""
        x = widened(floats(x, self))
        if x.ndim != 2 or x.shape[1] != self.W.shape[1]:
            raise ValueError(f"this layer takes a sequence of shape (time, {self.W.shape[1]}); got {x.shape}")
        return jnp.matmul(x, self.W.T, precision=lax.Precision.HIGHEST) + self.b[None]

    def states(
        self, x: Float[Array, "time in"], length: Int[Array, ""] | int | None = None, initial: PyTree | None = None
    ) -> PyTree:
        """The whole state after each step: h, or for an LSTM the pair (h, c)."""
        drive, start = self.drive(x if length is None else _cut(x, length)), self.start()
        initial = start if initial is None else initial
        given, expected = jax.tree.map(jnp.shape, initial), jax.tree.map(jnp.shape, start)
        if given != expected:
            raise ValueError(f"the initial state has shape {expected}; got {given}")
        dtype, states = common_type(x, self), scan(self.step, initial, drive, length)
        return jax.tree.map(lambda h: h.astype(dtype), states)

    def __call__(
        self,
        x: Float[Array, "time in"],
        *,
        length: Int[Array, ""] | int | None = None,
        initial: PyTree | None = None,
        key: PRNGKeyArray | None = None,
    ) -> Float[Array, "time hidden"]:
        return self.states(x, length, initial)


class RNN(_Recurrent):
    """h' = tanh(W x + U h + b). Its memory has one speed: it has no number that a slower input could change.

    >>> RNN(2, 3, key=jax.random.key(0))(jnp.ones((5, 2))).shape
    (5, 3)

    Source: Elman, *Finding structure in time*, Cognitive Science 1990.
    """

    def __init__(self, in_features: int, hidden: int, *, key: PRNGKeyArray):
        super().__init__(in_features, hidden, gates=1, key=key)

    def step(self, h: Array, drive: Array) -> Array:
        return leaky_step(h, drive, self.U)


class LeakyRNN(_Recurrent):
    """h' = h + leak * (tanh(W x + U h + b) - h), one learned constant leak = sigmoid(-memory) in (0, 1) a unit.

    The class of these networks is closed under a slow-down by s, up to the error of Euler's method: divide the
    leaks by s. No constant leak follows a speed that changes.

    >>> LeakyRNN(2, 3, key=jax.random.key(0)).remembering(20, key=jax.random.key(1))(jnp.ones((5, 2))).shape
    (5, 3)
    """

    memory: Float[Array, " hidden"]

    def __init__(self, in_features: int, hidden: int, *, key: PRNGKeyArray):
        super().__init__(in_features, hidden, gates=1, key=key)
        self.memory = jnp.zeros(hidden)

    def step(self, h: Array, drive: Array) -> Array:
        return leaky_step(h, drive, self.U, jax.nn.sigmoid(-self.memory))

    def remembering(self, longest: float, *, key: PRNGKeyArray) -> "LeakyRNN":
        """This layer with forgetting times 1 / leak from 2 to `longest` steps; see `chrono_bias`."""
        return eqx.tree_at(lambda layer: layer.memory, self, chrono_bias(len(self.memory), longest, key=key))


class GRU(_Recurrent):
    """`gru_step` over time: a leaky unit that decides from the data, step by step, how much to keep.

    >>> GRU(2, 3, key=jax.random.key(0)).remembering(20, key=jax.random.key(1))(jnp.ones((5, 2))).shape
    (5, 3)
    """

    c: Float[Array, " hidden"]

    def __init__(self, in_features: int, hidden: int, *, key: PRNGKeyArray):
        super().__init__(in_features, hidden, gates=3, key=key)
        self.c = jnp.zeros(hidden)

    def step(self, h: Array, drive: Array) -> Array:
        return gru_step(h, drive, self.U, self.c)

    def remembering(self, longest: float, *, key: PRNGKeyArray) -> "GRU":
        """The layer with forgetting times of 2 to `longest` steps at rest, set in the bias of z: see `chrono_bias`."""
        n = len(self.c)
        return eqx.tree_at(lambda layer: layer.b, self, self.b.at[n : 2 * n].set(chrono_bias(n, longest, key=key)))


class LSTM(_Recurrent):
    """`lstm_step` over time, starting from h = c = 0; it returns h. `initial` is a pair (h, c).

    >>> LSTM(2, 3, key=jax.random.key(0)).remembering(20, key=jax.random.key(1))(jnp.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(self, in_features: int, hidden: int, *, key: PRNGKeyArray):
        super().__init__(in_features, hidden, gates=4, key=key)

    def start(self) -> tuple[Array, Array]:
        zero = super().start()
        return zero, zero

    def step(self, state: tuple[Array, Array], drive: Array) -> tuple[Array, Array]:
        return lstm_step(state, drive, self.U)

    def __call__(self, x, *, length=None, initial=None, key=None):
        return self.states(x, length, initial)[0]

    def remembering(self, longest: float, *, key: PRNGKeyArray) -> "LSTM":
        """This layer with forgetting times from 2 to `longest` steps at rest: f's bias, and minus it for i."""
        n = self.U.shape[1]
        bias = chrono_bias(n, longest, key=key)
        return eqx.tree_at(lambda layer: layer.b, self, self.b.at[: 2 * n].set(jnp.concatenate([-bias, bias])))


def rest_state(layer: _Recurrent, pad: Float[Array, " in"], *, steps: int = 10_000) -> PyTree:
    """The state that the input `pad` leaves alone, found by feeding it until nothing changes.

    A layer that starts there commutes exactly with delays that fill with `pad`.

    Raises:
        ValueError: the state still moves after so many steps (it oscillates, say, or is chaotic).

    >>> layer = RNN(1, 2, key=jax.random.key(0))
    >>> rest = rest_state(layer, jnp.zeros(1))
    >>> bool(jnp.allclose(layer(jnp.zeros((7, 1)), initial=rest), rest[None], atol=1e-6))
    True
    """
    state, gap = _settled(layer, jnp.asarray(pad), steps)
    tolerance = 8 * float(jnp.finfo(gap.dtype).eps)
    if gap > tolerance:
        raise ValueError(f"no rest state found: after {steps} steps of this input the state still moves by {gap:.2g}")
    return state


@eqx.filter_jit
def _settled(layer: _Recurrent, pad: Float[Array, " in"], steps: int) -> tuple[PyTree, Float[Array, ""]]:
    """The state after so many steps of one input, and how far one more step moves it."""
    drive = layer.drive(pad[None])
    start = stable_start(layer.step, layer.start(), drive)
    state = lax.fori_loop(0, steps, lambda _, state: layer.step(state, drive[0]), start)
    gaps = jax.tree.map(lambda new, old: jnp.abs(new - old).max(), layer.step(state, drive[0]), state)
    return state, jnp.stack(jax.tree.leaves(gaps)).max()


def _cut(x: Float[Array, "time in"], length: Int[Array, ""] | int) -> Float[Array, "time in"]:
    """x with zeros behind its end: whatever is stored there, it must not reach a gradient."""
    x = floats(x)
    if not isinstance(length, jax.core.Tracer) and not 0 <= length <= len(x):
        raise ValueError(f"a sequence of {len(x)} steps has a length from 0 to {len(x)}; got {length}")
    return jnp.where(jnp.arange(len(x))[:, None] < length, x, 0)

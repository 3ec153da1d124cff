"""Checks of chapter 09, sequences. The bank `tests/exercises/answers/ch09.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import arrays
from gdl_course.exercises.engine.properties import TOLERANCE, holds

# 09.gated-states ------------------------------------------------------------------------------------------------------


def _states(x, gate, W, U, b, update=None, start=0.0):
    """The states after each step; `update(h, a, new)` mixes the old state and the candidate."""
    update = update or (lambda h, a, new: (1 - a) * h + a * new)
    h, states = np.full(len(b), start), []
    for now, a in zip(x, gate, strict=True):
        h = update(h, a, np.tanh(W @ now + U @ h + b))
        states.append(h)
    return np.array(states)


def _before(x, gate, W, U, b):
    return np.concatenate([np.zeros((1, len(b))), _states(x, gate, W, U, b)[:-1]])


def _without_memory(x, gate, W, U, b):
    return gate[:, None] * np.tanh(x @ W.T + b)


def _inside(x, gate, W, U, b):
    """The gate inside the tanh."""
    h, states = np.zeros(len(b)), []
    for now, a in zip(x, gate, strict=True):
        h = np.tanh((1 - a) * h + a * (W @ now + U @ h + b))
        states.append(h)
    return np.array(states)


def _closing_undoes_an_echo(f, x, gate, W, U, b):
    """Every input twice, the gate closed on the second: every second state is the old one."""
    closing = np.stack([gate, np.zeros_like(gate)], axis=1).ravel()
    states = np.asarray(f(np.repeat(x, 2, axis=0), closing, W, U, b))
    return np.allclose(states[1::2], f(x, gate, W, U, b), rtol=0, atol=TOLERANCE)


def _gates_in_the_unit_interval(arguments):
    x, gate, W, U, b = arguments
    return x, np.abs(gate) / (1 + np.abs(gate)), W, U, b


# 09.rest-state --------------------------------------------------------------------------------------------------------


def _iterated(U, b, rounds=500):
    h = np.zeros(len(b))
    for _ in range(rounds):
        h = np.tanh(U @ h + b)
    return h


def _contracting(arguments):
    U, b = arguments
    return 0.9 * U / max(1.0, np.linalg.norm(U, 2)), b


def _rests(f, U, b):
    h = np.asarray(f(U, b))
    gap = np.abs(np.tanh(U @ h + b) - h).max()
    return bool(gap < 1e-5) or f"silence moves this state by {gap:.2g}, and it should not move at all"


# 09.thrown-off --------------------------------------------------------------------------------------------------------


def _last(w, u, b, x):
    h = 0.0
    for now in x:
        h = np.tanh(w * now + u * h + b)
    return h


def _differs_under_an_echo(value):
    if not isinstance(value, tuple) or len(value) != 4:
        return "expected the four of them, `(w, u, b, x)`"
    *numbers, x = (np.asarray(part, float) for part in value)
    if any(part.size != 1 for part in numbers) or x.ndim != 1 or not 1 <= len(x) <= 12:
        return "expected three numbers and a list of 1 to 12 numbers"
    w, u, b = (part.item() for part in numbers)
    if max(abs(w), abs(u), abs(b)) > 3:
        return "`w`, `u` or `b` is beyond 3"
    if np.abs(x).max() > 1:
        return "`x` has entries beyond 1"
    once, twice = _last(w, u, b, x), _last(w, u, b, np.repeat(x, 2))
    gap = abs(once - twice)
    if gap >= 1.9:
        return True
    if gap < 1e-6:
        return "the two last states agree: an echo does not disturb this unit at all"
    return f"the last states are {once:.2f} and {twice:.2f}: they differ by {gap:.2f}, and 1.9 is possible"


CHECKS = {
    "09.by-hand": Check(
        reference=np.array([2, 8, 2.0**-10]),
        slips={
            "a forgotten bias: `+ 1` acts in silence, too": np.array([0, 6, 0.0]),
            "the pad without the bias in the second number: h = h/2 + 3 + 1": np.array([2, 6, 2.0**-10]),
            "the value of the silence in place of the state: solve h = h/2 + p + 1": np.array([1, 4, 2.0**-10]),
            "one step too many in the third number: from 0 the first two states differ by 1, after 0 pads": (
                np.array([2, 8, 2.0**-11])
            ),
            "the distance from rest, not that of the two copies": np.array([2, 8, 2.0**-9]),
        },
        tolerance=1e-7,
        praise="a bias moves the rest state, and a factor of ½ forgets the start by half in each step",
    ),
    "09.gated-states": Check(
        reference=lambda x, gate, W, U, b: _states(x, gate, W, U, b),
        inputs=st.integers(1, 4)
        .flatmap(lambda t: arrays((t, 2), (t,), (3, 2), (3, 3), (3,)))
        .map(_gates_in_the_unit_interval),
        examples=[(np.ones((2, 1)), np.ones(2), np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1))],
        properties=[holds("a gate that closes on repetitions undoes them", _closing_undoes_an_echo)],
        slips={
            "keep and take in the wrong way round: gate 0 must leave the state as it is": (
                lambda x, gate, W, U, b: _states(x, 1 - gate, W, U, b)
            ),
            "the states before the steps: update first, then note the state down": _before,
            "a sum in place of a mixture: the old state has the weight 1 - gate": (
                lambda x, gate, W, U, b: _states(x, gate, W, U, b, lambda h, a, new: h + a * new)
            ),
            "no gate on what is kept: the old state has the weight 1 - gate": (
                lambda x, gate, W, U, b: _states(x, gate, W, U, b, lambda h, a, new: a * new)
            ),
            "a plain network: the gate is not used": (
                lambda x, gate, W, U, b: _states(x, gate, W, U, b, lambda h, a, new: new)
            ),
            "a gate inside the tanh: it mixes the old state with the tanh, outside of it": _inside,
            "a state that is never handed on: `U h` and (1 - gate) h need the last state": _without_memory,
            "a start from 1: before the first step the state is 0": (
                lambda x, gate, W, U, b: _states(x, gate, W, U, b, start=1.0)
            ),
        },
        praise="a closed gate stops the time of this unit, an open one lets it run",
    ),
    "09.rest-state": Check(
        reference=lambda U, b: _iterated(U, b),
        inputs=st.integers(1, 4).flatmap(lambda n: arrays((n, n), (n,))).map(_contracting),
        examples=[(np.zeros((2, 2)), np.array([0.5, -1.0]))],
        properties=[holds("the state does not move in silence", _rests)],
        slips={
            "one step from zero: tanh(b) is where the network is after one step of silence": (
                lambda U, b: _iterated(U, b, 1)
            ),
            "too few rounds: go on until nothing changes": lambda U, b: _iterated(U, b, 10),
            "the state zero: it rests only if b = 0": lambda U, b: 0 * b,
            "the solution of the linear equation h = U h + b: the tanh is missing": (
                lambda U, b: np.linalg.solve(np.eye(len(b)) - U, b)
            ),
            "the transpose: `U @ h`, row i belongs to unit i": lambda U, b: _iterated(U.T, b),
        },
        praise="a contraction forgets its start, so waiting is a way to solve",
    ),
    "09.thrown-off": Check(
        properties=[holds("the last states differ by 1.9", _differs_under_an_echo)],
        praise="a unit that counts steps loses a beat with every echo: its time is not the time of the signal",
    ),
}

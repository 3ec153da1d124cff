"""Right and wrong answers to the exercises of chapter 09."""

import jax
import jax.numpy as jnp
import numpy as np
from scipy import optimize

# A unit with a gate ---------------------------------------------------------------------------------------------------


def states(x, gate, W, U, b):
    h = jnp.zeros(len(b))
    out = []
    for t in range(len(x)):
        h = h + gate[t] * (jnp.tanh(W @ x[t] + U @ h + b) - h)
        out.append(h)
    return jnp.stack(out)


def states_by_scan(x, gate, W, U, b):
    def step(h, now):
        x, a = now
        h = (1 - a) * h + a * jnp.tanh(W @ x + U @ h + b)
        return h, h

    return jax.lax.scan(step, jnp.zeros(len(b)), (jnp.asarray(x), jnp.asarray(gate)))[1]


def states_recursive(x, gate, W, U, b):
    if len(x) == 0:
        return np.zeros((0, len(b)))
    before = states_recursive(x[:-1], gate[:-1], W, U, b)
    h = before[-1] if len(before) else np.zeros(len(b))
    return np.vstack([before, (1 - gate[-1]) * h + gate[-1] * np.tanh(W @ x[-1] + U @ h + b)])


def states_with(update, start=0.0, note="after"):
    def answer(x, gate, W, U, b):
        h, out = np.full(len(b), start), []
        for now, a in zip(x, gate):
            new = update(h, a, W @ now + b, U)
            out.append(new if note == "after" else h)
            h = new
        return np.array(out)

    return answer


swapped = states_with(lambda h, a, drive, U: a * h + (1 - a) * np.tanh(drive + U @ h))
before_the_step = states_with(lambda h, a, drive, U: (1 - a) * h + a * np.tanh(drive + U @ h), note="before")
summed = states_with(lambda h, a, drive, U: h + a * np.tanh(drive + U @ h))
nothing_kept = states_with(lambda h, a, drive, U: a * np.tanh(drive + U @ h))
without_gate = states_with(lambda h, a, drive, U: np.tanh(drive + U @ h))
gate_inside = states_with(lambda h, a, drive, U: np.tanh((1 - a) * h + a * (drive + U @ h)))
from_one = states_with(lambda h, a, drive, U: (1 - a) * h + a * np.tanh(drive + U @ h), start=1.0)
without_tanh = states_with(lambda h, a, drive, U: (1 - a) * h + a * (drive + U @ h))


# The right first state ------------------------------------------------------------------------------------------------


def rest_by_waiting(U, b, rounds=400):
    h = np.zeros(len(b))
    for _ in range(rounds):
        h = np.tanh(U @ h + b)
    return h


def rest_by_root(U, b):
    return optimize.fsolve(lambda h: np.tanh(U @ h + b) - h, np.zeros(len(b)), xtol=1e-12)


def rest_by_newton(U, b):
    h = rest_by_waiting(U, b, 60)
    for _ in range(20):
        value = np.tanh(U @ h + b)
        h = h - np.linalg.solve((1 - value**2)[:, None] * U - np.eye(len(b)), value - h)
    return h


def for_ever(*arguments):
    while True:
        pass


RIGHT = {
    "09.by-hand": [[2, 8, 2**-10], lambda: [2.0, 8.0, 1 / 1024], np.array([2, 8, 0.0009765625])],
    "09.gated-states": [states, states_by_scan, states_recursive],
    "09.rest-state": [rest_by_waiting, rest_by_root, rest_by_newton],
    "09.thrown-off": [
        (3.0, -3.0, 0.0, np.array([1.0, 0, 0, 0])),
        lambda: (-3, -3, 0, [1, 0, 0, 0]),
        lambda: (jnp.array(3.0), -2.9, 0.0, np.array([1.0, 0, 0, 0])),
    ],
}

WRONG = {
    "09.by-hand": [
        ([0, 6, 0], "looks like a forgotten bias"),
        ([2, 6, 2**-10], "the pad without the bias"),
        (lambda: [1, 4, 2**-10], "the value of the silence"),
        ([2, 8, 2**-11], "one step too many"),
        ([2, 8, 2**-9], "the distance from rest"),
        ([2, 8, 10], "got"),
        ([2, 8], "shape"),
    ],
    "09.gated-states": [
        (swapped, "looks like keep and take in the wrong way round"),
        (before_the_step, "looks like the states before the steps"),
        (summed, "looks like a sum in place of a mixture"),
        (nothing_kept, "looks like no gate on what is kept"),
        (without_gate, "looks like a plain network"),
        (gate_inside, "looks like a gate inside the tanh"),
        (from_one, "looks like a start from 1"),
        (lambda x, gate, W, U, b: gate[:, None] * np.tanh(x @ W.T + b), "never handed on"),
        (without_tanh, "smallest failing input"),
        (lambda x, gate, W, U, b: states_recursive(x, gate, W, U, b)[-1], "shape"),
        (for_ever, "does it loop for ever"),
    ],
    "09.rest-state": [
        (lambda U, b: np.tanh(b), "looks like one step from zero"),
        (lambda U, b: rest_by_waiting(U, b, 10), "looks like too few rounds"),
        (lambda U, b: np.zeros(len(b)), "looks like the state zero"),
        (lambda U, b: np.linalg.solve(np.eye(len(b)) - U, b), "looks like the solution of the linear equation"),
        (lambda U, b: rest_by_waiting(U.T, b), "looks like the transpose"),
        (lambda U, b: rest_by_waiting(U, -b), "silence moves this state"),
        (lambda U, b: U, "shape"),
        (lambda U, b: undefined, "NameError"),  # noqa: F821
    ],
    "09.thrown-off": [
        ((1.0, 0.0, 0.0, np.ones(4)), "an echo does not disturb"),
        ((3.0, -3.0, 0.0, np.array([1.0, 0.0])), "and 1.9 is possible"),
        ((3.0, 3.0, 0.0, np.array([1.0, -1.0])), "and 1.9 is possible"),
        ((9.0, -3.0, 0.0, np.array([1.0, 0, 0, 0])), "is beyond 3"),
        ((3.0, -3.0, 0.0, np.array([2.0, 0, 0, 0])), "entries beyond 1"),
        (lambda: (3.0, -3.0, 0.0), "expected the four of them"),
        ((3.0, -3.0, 0.0, np.ones(13)), "1 to 12 numbers"),
    ],
}

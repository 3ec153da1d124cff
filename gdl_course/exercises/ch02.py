"""Checks of chapter 02, invariance and equivariance."""

import numpy as np
from hypothesis import strategies as st

from gdl_course import kernels
from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array, signals
from gdl_course.exercises.engine.properties import error, holds, invariant
from gdl_course.exercises.engine.words import show

# Six maps on a ring -------------------------------------------------------------------------------------------------

RING = {
    "a": (lambda x: x + 1, 1),
    "b": (lambda x: x[::-1], -1),
    "c": (lambda x: x - x.mean(), 1),
    "d": (lambda x: x * np.arange(1, len(x) + 1), -1),
    "e": (np.sort, 0),
    "f": (lambda x: x.max() * x, 1),
}


def _six_answers(answer):
    if np.shape(answer) != (6,):
        return f"expected six numbers, one for each map; got shape {np.shape(answer)}"
    x = np.array([3.0, 1.0, 2.0])
    for (letter, (f, kind)), given in zip(RING.items(), answer, strict=True):
        if given != kind:
            moved, fx = f(np.roll(x, 1)), f(x)
            return (
                f"map ({letter}) is not {show(given)}: for x = {show(x)}, "
                f"f(Tx) = {show(moved)}, T f(x) = {show(np.roll(fx, 1))}, f(x) = {show(fx)}"
            )
    return True


# Let a permutation act ----------------------------------------------------------------------------------------------


def act(g, x):
    """g · x: the value at i moves to g[i]."""
    moved = np.empty_like(x)
    moved[np.asarray(g, dtype=int)] = x
    return moved


@st.composite
def permutation_and_signal(draw):
    n = draw(st.integers(1, 5))
    return np.array(draw(st.permutations(range(n))), dtype=int), draw(array(n))


def _composes(f, g, x):
    """g · (g · x) = (gg) · x: true for both directions, false for anything that is no action."""
    return np.array_equal(f(g, f(g, x)), f(g[g], x))


# Make any map equivariant -------------------------------------------------------------------------------------------


def symmetrise(f, x):
    """The average over all shifts s of T^(-s) f(T^s x)."""
    return sum(np.roll(f(np.roll(x, s)), -s) for s in range(len(x))) / len(x)


def _named(name, f):
    f.__name__ = name  # what the learner is shown
    return f


UNSYMMETRIC = [
    _named("(x ↦ x * [0, 1, 2, …])", lambda x: x * np.arange(len(x))),
    _named("np.cumsum", lambda x: np.cumsum(x)),
    _named("(x ↦ x with its first value squared)", lambda x: np.concatenate([x[:1] ** 2, x[1:]])),
]


@st.composite
def map_and_signal(draw):
    (x,) = draw(signals(1, low=2, high=4))
    return draw(st.sampled_from(UNSYMMETRIC)), x


# An invariant that still sees something -----------------------------------------------------------------------------

NEIGHBOURS, STRANGERS = np.array([1.0, 1, 0, 0, 0, 0]), np.array([1.0, 0, 1, 0, 0, 0])


def _tells_apart(f, x):
    """On the two signals, shifted and scaled as the drawn x says: the gap between them counts, nothing else."""
    scale, start = 0.5 + np.abs(x).mean(), len(x)
    of = lambda signal, s: f(np.roll(scale * signal, start + s))
    gap = error(of(NEIGHBOURS, 0), of(STRANGERS, 0))
    if not gap > 1e-4 * scale:
        return f"the feature is the same for {show(NEIGHBOURS)} and {show(STRANGERS)}"
    for signal in (NEIGHBOURS, STRANGERS):
        moved = max(error(of(signal, 0), of(signal, s)) for s in range(1, 6))
        if moved > 0.01 * gap:
            return f"the feature is not invariant: it changes by {moved:.2g} when {show(scale * signal)} is shifted"
    return True


# Break it without touching the border -------------------------------------------------------------------------------

EDGE = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def _breaks(x):
    if np.shape(x) != (8, 8):
        return f"expected an array of shape (8, 8); got {np.shape(x)}"
    if np.count_nonzero(x) != 1:
        return f"expected exactly one non-zero pixel; got {np.count_nonzero(x)}"
    if not x[1:-1, 1:-1].any():
        return "the pixel lies on the border; can you do without?"
    W = kernels.correlation_matrix(EDGE, (8, 8), padding="zero")
    layer = lambda y: (W @ y.reshape(-1)).reshape(8, 8)
    gap = np.abs(layer(np.roll(x, 1, 1)) - np.roll(layer(x), 1, 1)).max()
    return True if gap > 0 else "for this drawing both ways round agree: its response stays inside when it is shifted"


CHECKS = {
    "02.six-maps": Check(
        properties=[holds("all six are right", _six_answers)],
        praise="and notice that (f) is equivariant without being linear",
    ),
    "02.act": Check(
        reference=act,
        inputs=permutation_and_signal(),
        examples=[(np.array([1, 0]), np.array([1.0, 2.0]))],
        properties=[holds("acting twice is acting with the square", _composes)],
        slips={
            "the action of the inverse: `x[g]` brings the value from `g[i]` to `i`": lambda g, x: x[g],
            "the values in reverse order, whatever g is": lambda g, x: x[::-1],
        },
        praise="the value at i moves to g[i], for every permutation",
    ),
    "02.symmetrise": Check(
        reference=symmetrise,
        inputs=map_and_signal(),
        slips={
            "the sum: divide by the number of shifts": lambda f, x: symmetrise(f, x) * len(x),
            "an average that never shifts back: apply T^(-s) to f(T^s x)": lambda f, x: (
                sum(f(np.roll(x, s)) for s in range(len(x))) / len(x)
            ),
            "an average that shifts twice the same way: T^s f(T^s x)": lambda f, x: (
                sum(np.roll(f(np.roll(x, s)), s) for s in range(len(x))) / len(x)
            ),
            "f itself, not averaged": lambda f, x: f(x),
        },
        praise="the average commutes with every shift, although f does not",
    ),
    "02.tell-apart": Check(
        inputs=signals(1, low=1, high=6),
        arguments=["x"],
        properties=[
            invariant("shift", [1, 2, 3], [lambda s, x: np.roll(x, s)]),
            holds("the feature tells neighbours from strangers", _tells_apart),
        ],
        slips={
            "the sum": lambda x: np.sum(x),
            "the mean": lambda x: np.mean(x),
            "the maximum": lambda x: np.max(x),
            "sorting, which forgets the arrangement": lambda x: np.sort(x),
            "the Fourier transform with its phases: take the modulus": lambda x: np.fft.fft(x),
        },
    ),
    "02.break-it": Check(
        properties=[holds("zero padding fails on it", _breaks)],
        praise="the drawing stays off the border, its response does not",
    ),
}

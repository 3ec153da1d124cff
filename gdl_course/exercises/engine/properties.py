"""What can be asked of an answer besides agreeing with a reference: equivariance, invariance, any statement.

A property is a `test(f, arguments)` that returns None where it holds and a `Failure` where it does not. In an exercise
whose answer is a value, f is that value and there are no arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdl_course.equivariance.testing import two_ways
from gdl_course.exercises.engine.running import copied
from gdl_course.exercises.engine.words import number, show, show_both

TOLERANCE = 1e-5  # relative to the largest expected entry, but at least to 1: fits float32


@dataclass(frozen=True)
class Failure:
    """`before` and `after` surround the smallest failing input in the message."""

    status: str
    before: str
    after: str = ""


@dataclass(frozen=True)
class Property:
    """`words` says it when it holds: `equivariant under a shift`."""

    words: str
    test: Callable


def error(a, b) -> float:
    """The largest absolute difference of two arrays or tuples of arrays; inf where shapes differ or NaN occurs."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        if not (isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)):
            return np.inf
        return max((error(x, y) for x, y in zip(a, b, strict=True)), default=0.0)
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return np.inf
    # Equal entries differ by 0, infinite ones too. Boolean arrays have no difference, hence the + 0.0.
    with np.errstate(invalid="ignore"):
        gaps = np.where(a == b, 0.0, np.abs((a + 0.0) - (b + 0.0)))
    worst = float(gaps.max(initial=0.0))
    return np.inf if np.isnan(worst) else worst


def same(a, b, tolerance: float = TOLERANCE) -> bool:
    """Equal up to `tolerance`, relative to the largest finite entry of b, but at least to 1.

    >>> same(np.array([1e6]), np.array([1e6 + 1])), same(np.array([1.0]), np.array([1.001]))
    (True, False)
    """
    return error(a, b) <= tolerance * max(1.0, _size(b))


def alike(a, b, tolerance) -> bool:
    """Whether two answers are the same up to rounding; NaN is like NaN here.

    >>> x = np.array([1.0, np.nan])
    >>> alike(x, x, 1e-6), alike(x, x[::-1], 1e-6), same(x, x)
    (True, False, False)
    """
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(alike(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, tuple) or isinstance(b, tuple) or a.shape != b.shape:
        return False
    nan = np.isnan(a)
    return np.array_equal(nan, np.isnan(b)) and same(a[~nan], b[~nan], tolerance)


def _size(value) -> float:
    if isinstance(value, tuple):
        return max(map(_size, value), default=0.0)
    finite = np.abs(np.asarray(value) + 0.0)
    return float(finite[np.isfinite(finite)].max(initial=0.0))


def equivariant(name: str, elements, actions, act_out, *, words: str = "a {name} by {g}") -> Property:
    """f(g·x) = g·f(x), for each g of `elements`: a list, smallest first, or a function of f's arguments.

    `actions` has one function `act(g, argument)` for each argument of f, or None where the group leaves it alone;
    `act_out(g, value)` acts on what f returns. `Representation.act` has this form.

    >>> shift = lambda g, x: np.roll(x, g)
    >>> p = equivariant("shift", [1, 2], [shift], shift)
    >>> p.test(lambda x: x * np.arange(len(x)), (np.array([0.0, 0, 3]),)).before
    'not equivariant under a shift by 1: max error 6'
    """
    return _commutes(name, elements, actions, act_out, words, "equivariant")


def invariant(name: str, elements, actions, *, words: str = "a {name} by {g}") -> Property:
    """f(g·x) = f(x); see `equivariant`.

    >>> invariant("shift", [1], [lambda g, x: np.roll(x, g)]).test(np.sum, (np.array([0.0, 0, 3]),))
    """
    return _commutes(name, elements, actions, None, words, "invariant")


def _commutes(name, elements, actions, act_out, words, adjective) -> Property:
    def test(f, arguments):
        for g in elements(*arguments) if callable(elements) else elements:
            left, right, _ = two_ways(
                lambda xs: f(*xs),
                arguments,
                lambda xs, g=g: [x if act is None else act(g, copied(x)) for act, x in zip(actions, xs, strict=True)],
                lambda y, g=g: y if act_out is None else act_out(g, y),
            )
            gap = error(left, right)
            if gap > TOLERANCE and gap > _allowed(f, arguments, actions, right):
                under = words.format(name=name, g=show(g))
                size = f"max error {number(gap)}" if np.isfinite(gap) else "the two sides do not compare"
                one, other = show_both(left, right)
                sides = f"`f({name} x) = {one}`, `{name + ' ' if act_out else ''}f(x) = {other}`"
                return Failure("not equivariant", f"not {adjective} under {under}: {size}", sides)
        return None

    return Property(f"{adjective} under {_one(name, elements, words)}", test)


def _allowed(f, arguments, actions, value) -> float:
    """What the two sides may differ by: `TOLERANCE`, relative to what f says of its arguments, f(x) - f(0).

    Relative to f(x) itself, a large constant would hide every failure; see `equivariance.testing.Square`. Rounding of
    f(x) in its own type is allowed for.
    """
    try:
        silence = f(*(x if act is None else np.zeros_like(x) for act, x in zip(actions, arguments, strict=True)))
        said = error(value, silence)
    except Exception:  # f need not be defined at 0
        said = np.inf
    said = said if np.isfinite(said) else _size(value)
    return max(TOLERANCE * max(1.0, said), 16 * _epsilon(value) * _size(value))


def _epsilon(value) -> float:
    if isinstance(value, tuple):
        return max(map(_epsilon, value), default=0.0)
    return float(np.finfo(value.dtype).eps) if np.asarray(value).dtype.kind in "fc" else 0.0


def _one(name, elements, words) -> str:
    """`a shift` out of `a {name} by {g}`; other words are told with the first element."""
    if words == "a {name} by {g}":
        return f"a {name}"
    return f"a {name}" if callable(elements) else words.format(name=name, g=show(next(iter(elements))))


def holds(words: str, statement: Callable[..., bool | str]) -> Property:
    """`statement(f, *arguments)`, or `statement(value)` where the answer is a value, is true.

    It returns True; or False, and then the learner is told that `words` does not hold; or a string that says more.

    >>> doubles = holds("f(2x) = 2 f(x)", lambda f, x: np.allclose(f(2 * x), 2 * f(x)))
    >>> doubles.test(np.square, (np.array([1.0]),)).before
    'this does not hold: f(2x) = 2 f(x)'
    """

    def test(f, arguments):
        verdict = statement(f, *map(copied, arguments))
        if isinstance(verdict, str):
            return Failure("wrong", verdict)
        return None if verdict else Failure("wrong", f"this does not hold: {words}")

    return Property(words, test)

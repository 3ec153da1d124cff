"""How an answer fails: try inputs, take the gravest failure, look for the smallest input that shows it, name the slip.

`check` is a `checking.Check` throughout; `f` is the answer as something that returns plain arrays or raises `Stop`, a
`Guarded` function or one in another process; `seed` decides which inputs are tried.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from functools import lru_cache
from random import Random

import hypothesis
import numpy as np
from hypothesis.errors import HypothesisException

from gdl_course.exercises.engine.limits import Budget
from gdl_course.exercises.engine.properties import Failure, Property, alike, same
from gdl_course.exercises.engine.result import Result, Stop
from gdl_course.exercises.engine.running import copied, first_line, plain
from gdl_course.exercises.engine.values import (
    difference,
    fitted,
    is_finite,
    require_finite,
    require_real,
    require_shape,
    stacked,
    which_are_wrong,
)  # fmt: skip
from gdl_course.exercises.engine.words import show, show_arguments

# Work is counted in calls, which a busy machine does not change; the seconds of computing guard against slow answers.
ASKED = 300  # smaller inputs on which an answer is asked, to find the smallest that fails
TRYING, SHRINKING = 4.0, 4.0
AT_LEAST = 12  # random inputs that even the slowest answer must get right
SETTINGS = hypothesis.settings(
    max_examples=40,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
)
MANY = hypothesis.settings(SETTINGS, max_examples=80)  # to look for small ones among; f is asked on few of them
MORE = hypothesis.settings(SETTINGS, max_examples=300)  # most are larger, and f is not asked
GRAVEST_FIRST = ["error", "wrong shape", "not equivariant", "wrong"]


def judge_value(check, value) -> Result | None:
    """What is wrong with an answer that is a value; else None."""
    slip = _looks_like(_value_slip(check, value))
    try:
        if check.reference is None:
            value = stacked(value)
            require_real(value)
            require_finite(value)
        else:
            value = _required(value, plain(check.reference))
    except Stop as stop:
        return Result(stop.result.status, stop.result.message + slip)
    if check.reference is not None:
        expected = plain(check.reference)
        right = lambda v, e: same(v, e, check.tolerance)
        if not right(value, expected):
            return Result("wrong", f"got `{show(value)}`{which_are_wrong(value, expected, right)}{slip}")
    for p in check.properties:
        if failure := _ask(p, value, ()):
            return Result(failure.status, f"{failure.before}; got `{show(value)}`{slip}")
    return None


def _required(value, expected):
    """`value` as it was asked for; raises `Stop` where its shape or kind is another, or where it is not finite."""
    value = fitted(value, expected)
    require_shape(value, expected)
    if is_finite(expected):
        require_finite(value)
    return value


def _value_slip(check, value) -> str | None:
    slips = {words: plain(slip) for words, slip in check.slips.items()}
    return next((words for words, slip in slips.items() if same(fitted(value, slip), slip, check.tolerance)), None)


def _ask(p: Property, f, arguments) -> Failure | None:
    """`p.test`, where an answer so odd that the question itself fails (a group cannot act on it) has a wrong shape."""
    try:
        return p.test(f, arguments)
    except Stop:
        raise
    except Exception as problem:
        return Failure("wrong shape", f"it cannot be asked whether {p.words}: {first_line(problem)}")


# A function ---------------------------------------------------------------------------------------------------------


def judge_function(check, f, seed: int) -> Result | None:
    """What is wrong with a function, on the smallest input that shows it; else None."""
    tried, failures = [], []
    inputs = [*check.examples, *check.traps, *_draw(check.inputs, seed)]
    budget = Budget(TRYING)
    for arguments in inputs:
        tried.append(arguments)
        failures.append(_failure(check, f, arguments))
        if budget.is_spent() and len(tried) >= len(check.examples) + len(check.traps) + AT_LEAST:
            break
    _repeatable(f, tried[-1], check.tolerance)
    found = [(x, e) for x, e in zip(tried, failures, strict=True) if e]
    if not found:
        return None
    slip = _slip(check, f, tried)
    if slip:  # it says more than a shape does
        found = [pair for pair in found if pair[1].status != "wrong shape"] or found
    arguments, failure = min(found, key=lambda pair: GRAVEST_FIRST.index(pair[1].status))
    arguments, failure = _smallest(check, f, arguments, failure, seed)
    easy = len(check.examples) and not any(failures[: len(check.examples)])
    parts = [
        "right on the easy inputs, wrong in general" if easy else "",
        failure.before,
        f"smallest failing input `{show_arguments(check.names, arguments)}`",
        failure.after,
    ]
    return Result(failure.status, "; ".join(filter(None, parts)) + _looks_like(slip))


def _failure(check, f, arguments) -> Failure | None:
    """How f fails on these arguments: an error, a wrong shape, a broken property, another value than the reference."""
    try:
        value = f(*arguments)
        expected = stacked(value) if check.reference is None else plain(check.reference(*map(copied, arguments)))
        if check.reference is None:
            require_finite(value)
        value = _required(value, expected)
        for p in check.properties:
            if failure := _ask(p, _asked(f, expected), arguments):
                return failure
    except Stop as stop:
        if stop.final:
            raise
        return Failure(stop.result.status, stop.result.message)
    if same(value, expected, check.tolerance):
        return None
    return Failure("wrong", "", difference(value, expected))


def _asked(f, expected):
    """f as properties call it: its values in the container of `expected`, and finite if that is."""

    def asked(*arguments):
        value = fitted(f(*arguments), expected)
        if is_finite(expected):
            require_finite(value)
        return value

    return asked


def _repeatable(f, arguments, tolerance):
    first, second = _call(f, arguments), _call(f, arguments)
    if first is not None and second is not None and not alike(first, second, tolerance):
        raise Stop("wrong", f"two calls with the same input `{show_arguments(f.names, arguments)}` differ")


# Search -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)  # the same for every answer to an exercise, as many as a class or a test gives
def _draw(inputs, seed: int, settings=SETTINGS) -> list[tuple]:
    """The inputs that Hypothesis tries, simple ones first, in a fixed order."""
    drawn: list[tuple] = []
    with contextlib.suppress(HypothesisException):  # NoSuchExample: nothing was looked for
        hypothesis.find(inputs, lambda x: drawn.append(x), settings=settings, random=Random(seed))  # type: ignore
    return drawn


def _smallest(check, f, arguments, failure: Failure, seed: int):
    """The smallest input found on which f fails in the same way, and how.

    Hypothesis shrinks what it drew, entry by entry; from an input of five nodes it seldom comes to one of three. So
    many more inputs are drawn, without asking f, and f is asked on the smaller ones, smallest first. This goes on in
    turn until no smaller input is found, or the answer has been asked on `ASKED` of them.
    """
    best = [(arguments, failure)]
    pool = sorted(_draw(check.inputs, seed + 1, MANY), key=size)
    budget, asked = Budget(SHRINKING), itertools.count()

    def fails(candidate) -> bool:
        if size(candidate)[0] > size(best[-1][0])[0]:
            return False
        if next(asked) >= ASKED or budget.is_spent():
            return False
        try:
            other = _failure(check, f, candidate)
        except Stop:
            return False
        if other is None or other.status != failure.status:
            return False
        if size(candidate) < size(best[-1][0]):
            best.append((candidate, other))
        return True

    found = 0
    while found < len(best):
        found = len(best)
        next(filter(fails, (x for x in pool if size(x) < size(best[-1][0]))), None)
        with contextlib.suppress(HypothesisException, Stop):  # nothing smaller, or an answer that changes its mind
            hypothesis.find(check.inputs, fails, settings=MORE, random=Random(seed))
    return best[-1]


def size(arguments) -> tuple:
    """How large an input is to a reader: entries first, then those that are not 0, fractions, sizes, signs."""
    numbers = np.concatenate([np.zeros(0), *(_numbers(a) for a in arguments)])
    return (
        numbers.size, np.count_nonzero(numbers), np.count_nonzero(numbers % 1),
        float(np.abs(numbers).sum()), np.count_nonzero(numbers < 0),
    )  # fmt: skip


def _numbers(argument):
    try:
        return np.ravel(np.asarray(argument, float))
    except (TypeError, ValueError):  # a function, a list of permutations of several lengths
        return np.zeros(0)


def _slip(check, f, tried) -> str | None:
    """The words of the first slip that returns what f returns on all inputs (f is wrong on one, so the slip is too)."""
    outputs = [_call(f, x) for x in tried]
    for words, slip in check.slips.items():
        if all(_both_same(_slipped(slip, x), b, check.tolerance) for x, b in zip(tried, outputs, strict=True)):
            return words
    return None


def _slipped(slip, arguments):
    return _call(lambda *x: plain(slip(*map(copied, x))), arguments)


def _call(f: Callable, arguments):
    try:
        return f(*arguments)
    except Exception:  # a slip may fail on some inputs, as an answer may
        return None


def _both_same(a, b, tolerance) -> bool:
    return a is not None and b is not None and same(a, fitted(b, a), tolerance)


def _looks_like(slip: str | None) -> str:
    return f".\nThis looks like {slip}." if slip else ""

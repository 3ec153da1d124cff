"""How an answer fails: try inputs, take the gravest failure, look for the smallest input that shows it, name the slip.

`check` is a `checking.Check` throughout; `f` is the answer as something that returns plain arrays or raises `Stop`, a
`Guarded` function or one in another process; `seed` decides which inputs are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import hypothesis
import numpy as np
from hypothesis.errors import HypothesisException

from gdl_course.exercises.engine.properties import Failure, Property, error, same
from gdl_course.exercises.engine.result import Result, Stop
from gdl_course.exercises.engine.running import Budget, copied, first_line, plain
from gdl_course.exercises.engine.words import show, show_arguments, show_type

TRYING, SHRINKING = 2.0, 1.0  # seconds of computing; only slow answers need as much
AT_LEAST = 12  # random inputs that even the slowest answer must get right
SETTINGS = hypothesis.settings(
    max_examples=40,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
)
GRAVEST_FIRST = ["error", "wrong shape", "not equivariant", "wrong"]


def judge_value(check, value) -> Result | None:
    """What is wrong with an answer that is a value; else None."""
    if check.reference is not None:
        expected = plain(check.reference)
        _same_shape(value, expected)
        if not same(value, expected, check.tolerance):
            return Result("wrong", f"got `{show(value)}`{_looks_like(_value_slip(check, value))}")
    for p in check.properties:
        if failure := _ask(p, value, ()):
            slip = _looks_like(_value_slip(check, value))
            return Result(failure.status, f"{failure.before}; got `{show(value)}`{slip}")
    return None


def _value_slip(check, value) -> str | None:
    return next((words for words, slip in check.slips.items() if same(value, plain(slip), check.tolerance)), None)


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
    inputs = [*check.examples, *_draw(check.inputs, seed)]
    budget = Budget(TRYING)
    for arguments in inputs:
        tried.append(arguments)
        failures.append(_failure(check, f, arguments))
        if budget.is_spent() and len(tried) >= len(check.examples) + AT_LEAST:
            break
    _repeatable(f, tried[-1])
    found = [(x, e) for x, e in zip(tried, failures, strict=True) if e]
    if not found:
        return None
    arguments, failure = min(found, key=lambda pair: GRAVEST_FIRST.index(pair[1].status))
    arguments, failure = _smallest(check, f, arguments, failure, seed)
    easy = len(check.examples) and not any(failures[: len(check.examples)])
    parts = [
        "right on the easy inputs, wrong in general" if easy else "",
        failure.before,
        f"smallest failing input `{show_arguments(check.names, arguments)}`",
        failure.after,
    ]
    slip = None if failure.status == "error" else _slip(check, f, tried)
    return Result(failure.status, "; ".join(filter(None, parts)) + _looks_like(slip))


def _failure(check, f, arguments) -> Failure | None:
    """How f fails on these arguments: an error, a wrong shape, a broken property, another value than the reference."""
    try:
        value = f(*arguments)
        expected = value if check.reference is None else plain(check.reference(*map(copied, arguments)))
        _same_shape(value, expected)
        if not np.isfinite(error(value, value)):
            return Failure("wrong", "the answer contains NaN", f"got `{show(value)}`")
        for p in check.properties:
            if failure := _ask(p, f, arguments):
                return failure
    except Stop as stop:
        if stop.final:
            raise
        return Failure(stop.result.status, stop.result.message)
    if same(value, expected, check.tolerance):
        return None
    return Failure("wrong", "", f"got `{show(value)}`, expected `{show(expected)}`")


def _same_shape(value, expected):
    """Raise `Stop` unless the two have one shape and one kind of numbers."""
    tuples = isinstance(value, tuple), isinstance(expected, tuple)
    if any(tuples) and not (all(tuples) and len(value) == len(expected)):
        raise Stop("wrong shape", f"got {show_type(value)}, expected {show_type(expected)}")
    if isinstance(value, tuple):
        for v, e in zip(value, expected, strict=True):
            _same_shape(v, e)
    elif value.shape != expected.shape:
        raise Stop("wrong shape", f"got shape {value.shape}, expected shape {expected.shape}")
    elif value.dtype.kind == "c" and expected.dtype.kind != "c":
        raise Stop("wrong shape", f"got complex numbers ({value.dtype}), expected real ones: take `.real`")


def _repeatable(f, arguments):
    first, second = _call(f, arguments), _call(f, arguments)
    if first is not None and second is not None and not _identical(first, second):
        raise Stop("wrong", f"two calls with the same input `{show_arguments(f.names, arguments)}` differ")


def _identical(a, b) -> bool:
    return show(a) == show(b)  # NaN is like NaN here


# Search -------------------------------------------------------------------------------------------------------------


def _draw(inputs, seed: int) -> list[tuple]:
    """The inputs that Hypothesis tries, simple ones first, in a fixed order."""
    drawn = []
    try:
        hypothesis.find(inputs, lambda x: drawn.append(x), settings=SETTINGS, random=Random(seed))
    except HypothesisException:  # NoSuchExample: nothing was looked for
        pass
    return drawn


def _smallest(check, f, arguments, failure: Failure, seed: int):
    """The smallest input on which f fails in the same way, and how."""
    best = [(arguments, failure)]
    budget = Budget(SHRINKING)

    def fails(candidate) -> bool:
        if budget.is_spent():
            return False
        try:
            other = _failure(check, f, candidate)
        except Stop:
            return False
        if other is None or other.status != failure.status:
            return False
        best.append((candidate, other))
        return True

    try:
        smallest = hypothesis.find(check.inputs, fails, settings=SETTINGS, random=Random(seed))
        return smallest, _failure(check, f, smallest) or best[-1][1]
    except (HypothesisException, Stop):  # nothing smaller, an answer that changes its mind, or no time left
        return best[-1]


def _slip(check, f, tried) -> str | None:
    """The words of the first slip that returns what f returns on all inputs (f is wrong on one, so the slip is too)."""
    outputs = [_call(f, x) for x in tried]
    for words, slip in check.slips.items():
        values = [_call(lambda *x: plain(slip(*map(copied, x))), x) for x in tried]
        if all(_both_same(a, b, check.tolerance) for a, b in zip(values, outputs, strict=True)):
            return words
    return None


def _call(f: Callable, arguments):
    try:
        return f(*arguments)
    except Exception:  # a slip may fail on some inputs, as an answer may
        return None


def _both_same(a, b, tolerance) -> bool:
    return a is not None and b is not None and same(a, b, tolerance)


def _looks_like(slip: str | None) -> str:
    return f".\nThis looks like {slip}." if slip else ""


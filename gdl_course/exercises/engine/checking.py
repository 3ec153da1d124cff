"""Checks of learners' answers that say how an answer fails.

A check in ten lines, for `gdl_course/exercises/ch05.py`:

    CHECKS = {
        "05.circular-conv": Check(
            reference=lambda x, k: circulant(k) @ x,
            inputs=signals(2),                                    # two signals of one length: see inputs.py
            examples=[(np.ones(3), np.ones(3))],                  # easy inputs, tried first
            properties=[equivariant("shift", [1, 2], [shift, None], shift)],  # acts on x, leaves k alone
            slips={"correlation: `x[i - j]` is needed where you have `x[i + j]`": lambda x, k: ...},
        ),
        "05.how-many": Check(reference=6, slips={"the number of pairs, not of orbits": 36}),     # by hand: a value
        "05.break-it": Check(properties=[holds("the kernel is not symmetric", lambda k: not np.allclose(k, k.T))]),
    }

`check(name, answer)` runs it. The names of the arguments in messages are those of `reference` (or `arguments=`, where
there is no reference). The arguments are NumPy arrays; an answer returns NumPy or JAX arrays, lists or numbers. Where
the answer is a value, a function without arguments may return it, `def how_many(): return 6`, so that a stub can raise
NotImplementedError. A property is stated once and is asked on every input. A slip is a wrong answer that learners
often give, with words that end the sentence `This looks like ...`; it is named when it returns what the learner's
function returns on every input, the wrong values included. The bank `tests/exercises/answers/ch05.py` proves all of it
(tests/exercises/test_checking.py has a whole example):

    RIGHT = {"05.circular-conv": [with_a_loop, with_the_fft], ...}                    # two or more each
    WRONG = {"05.circular-conv": [(correlation, "looks like correlation"), ...], ...}   # five or more each
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gdl_course import exercises
from gdl_course.exercises.engine.apart import judged_apart
from gdl_course.exercises.engine.judging import judge_function, judge_value
from gdl_course.exercises.engine.properties import TOLERANCE, Property
from gdl_course.exercises.engine.record import record
from gdl_course.exercises.engine.result import Result, Stop, UnknownExercise
from gdl_course.exercises.engine.running import Guarded, plain, quiet
from gdl_course.exercises.engine.words import show_type


@dataclass(frozen=True, kw_only=True)
class Check:
    """What is asked of an answer. See the module's text for an example.

    reference   the right function, or the right value; None if properties say all
    inputs      a Hypothesis strategy for the tuple of arguments; None if the answer is a value
    examples    easy arguments, tried first
    traps       arguments that tell a likely mistake from the right answer, tried next
    properties  what must hold on each input, beside agreeing with the reference
    slips       {words: function or value}: usual wrong answers
    arguments   names of the arguments, where there is no reference to take them from
    praise      what to tell when the answer is right: what it shows
    """

    reference: Any = None
    inputs: Any = None
    examples: Sequence[tuple] = ()
    traps: Sequence[tuple] = ()
    properties: Sequence[Property] = ()
    slips: dict[str, Any] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    tolerance: float = TOLERANCE
    praise: str = ""

    def __post_init__(self):
        if self.reference is None and not self.properties:
            raise ValueError("a Check needs a reference or properties")
        if self.inputs is not None and self.reference is None and not self.arguments:
            raise ValueError('a Check without a reference needs the arguments\' names: arguments=["x"]')

    @property
    def names(self) -> list[str]:
        return list(self.arguments) or list(inspect.signature(self.reference).parameters)


def check(name: str, answer) -> Result:
    """Check `answer`, a function or a value, against the exercise `name`.

    >>> check("02.act", ...)
    ○ not started yet
    >>> check("02.act", lambda g, x: x[:1])
    ✗ wrong shape: got shape (1,), expected shape (2,); smallest failing input `g = [0, 1], x = [0, 0]`

    A loop in Python that does not end is told after 3 s of computing, everywhere. A call that stays in C,
    `sum(range(10**10))`, is told on Linux alone, and there not for certain once JAX has started: else restart the
    kernel; see `apart.py`.

    A try is recorded on this machine, for `progress()`. Raises `UnknownExercise`, with the nearest names, if there is
    no such exercise.
    """
    result = run(find_check(name), answer)
    record(name, result.status)
    return result


def run(check: Check, answer, seed: int = 0) -> Result:
    """The result of a check. The same answer and seed give the same result, unless the answer is so slow that the
    search for inputs ends early.
    """
    if answer is None or answer is ...:
        return Result("not started", "")
    if callable(answer):
        f = Guarded(answer, check.names if check.inputs is not None else [])
        with quiet():  # forking beside threads is warned of
            result = judged_apart(lambda: judge(check, f, seed))
        return result or judge(check, f, seed)
    if check.inputs is not None:
        return Result("wrong shape", f"expected a function of `({', '.join(check.names)})`; got {show_type(answer)}")
    return judge(check, lambda: plain(answer), seed)


def judge(check: Check, f, seed: int) -> Result:
    """The result of a check of `f`, an answer that can be called safely: it returns plain arrays or raises `Stop`.

    Where the answer is a value, `f` is called without arguments.
    """
    try:
        with quiet():
            failure = judge_value(check, f()) if check.inputs is None else judge_function(check, f, seed)
    except Stop as stop:
        return stop.result
    return failure or Result("right", check.praise or _praise(check))


def chapters() -> list[str]:
    """The numbers of the chapters that have exercises: `["02", "04", ...]`."""
    modules = pkgutil.iter_modules(exercises.__path__)
    return sorted(m.name[2:] for m in modules if m.name.startswith("ch") and m.name[2:].isdigit())


def checks_of(chapter: str) -> dict[str, Check]:
    """All checks of a chapter, by name."""
    return importlib.import_module(f"{exercises.__name__}.ch{chapter}").CHECKS


def find_check(name: str) -> Check:
    """The check of this name, or `UnknownExercise` with the nearest names."""
    chapter = str(name).split(".")[0]
    if chapter not in chapters():
        raise UnknownExercise(f"no chapter {chapter!r} in {name!r}; chapters with exercises: {', '.join(chapters())}")
    checks = checks_of(chapter)
    if name not in checks:
        near = difflib.get_close_matches(name, checks, cutoff=0.4) or list(checks)
        raise UnknownExercise(f"no exercise {name!r}; did you mean {' or '.join(map(repr, near))}?")
    return checks[name]


def _praise(check: Check) -> str:
    return "; ".join(p.words for p in check.properties)

"""Run a learner's function so that whatever it does, the check goes on: time limit, copies, no prints, own error line.

`Guarded(f)` is called like f. It returns plain NumPy arrays (or a tuple of them), or raises `Stop` with the result
to show. It protects from accidents, not from attacks: grading for a class runs the code in a sandbox.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import linecache
import traceback
import warnings

import numpy as np

from gdl_course.exercises.engine.limits import NOT_THE_LEARNERS, TimeUp, beat, half_of_the_memory, within
from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.words import show_arguments, show_type

LIMIT = 3.0  # seconds of computing that one call of a learner's function may take


class _Nowhere:
    """A file that forgets what is written to it: an endless loop that prints must not fill the memory."""

    def write(self, text):
        return len(text)

    def flush(self):
        pass


class Guarded:
    """The learner's function, guarded. `names` are the names of the arguments in messages."""

    def __init__(self, function, names):
        self.function, self.names = function, names

    def __call__(self, *arguments):
        given = [copied(a) for a in arguments]
        self._bind(given)
        beat(lambda: show_arguments(self.names, arguments))
        try:
            nowhere = contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere())
            with nowhere[0], nowhere[1], quiet(), half_of_the_memory():
                value = within(LIMIT, lambda: self.function(*given))
        except NotImplementedError as error:
            raise Stop("not started", self._left_over(error), final=True) from None
        except TimeUp:
            on = f" on `{show_arguments(self.names, arguments)}`" if arguments else ""
            raise Stop("error", f"stopped after {LIMIT:g} s{on}: does it loop for ever?", final=True) from None
        except KeyboardInterrupt:
            raise
        except RecursionError as error:
            raise Stop("error", f"{where(error)}RecursionError: the function calls itself without an end") from None
        except BaseException as error:  # SystemExit too: a learner's exit() must not end the kernel
            raise Stop("error", f"{where(error)}{type(error).__name__}: {first_line(error)}") from None
        self._unchanged(arguments, given)
        return plain(value)

    def _left_over(self, error) -> str:
        """A word on the stub's last line where there is more in the function than that."""
        code = getattr(self.function, "__code__", None)
        if code is None or not (set(code.co_names) - {"NotImplementedError"} or code.co_nlocals > code.co_argcount):
            return ""
        return f"{where(error)}this line of the stub is still reached; delete it once your answer stands above it"

    def _bind(self, given):
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):  # some built-in functions have none
            return
        try:
            signature.bind(*given)
        except TypeError:
            expected = ", ".join(self.names)
            message = f"the function takes `{signature}`; it is called with `({expected})`"
            raise Stop("error", message, final=True) from None

    def _unchanged(self, before, after):
        for name, old, new in zip(self.names, before, after, strict=True):
            if not _identical(old, new):
                advice = f"the function changes its argument `{name}`: work on a copy, `{name}.copy()`"
                raise Stop("wrong", advice, final=True)


def _identical(a, b) -> bool:
    if isinstance(a, list):
        return len(a) == len(b) and all(map(_identical, a, b))
    if not isinstance(a, np.ndarray):
        return True
    return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")


def copied(argument):
    """A copy that a learner may spoil. Functions, groups and JAX arrays are not copied: they do not change."""
    if isinstance(argument, np.ndarray):
        return argument.copy()
    return copy.deepcopy(argument) if isinstance(argument, (list, dict, set)) else argument


@contextlib.contextmanager
def quiet():
    """No warnings: the message says what is wrong, once, in words."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


NUMBERS = "expected numbers: one, an array, or a tuple or list of them"


def plain(value, depth: int = 8):
    """`value` as a NumPy array of numbers or a tuple of answers; raises `Stop` for anything else.

    A list is an array where its rows are of one length, and like a tuple where they are not.

    >>> plain([1, 2]), plain(([1, 2], 3)), plain([[1, 2], 3])
    (array([1, 2]), (array([1, 2]), array(3)), (array([1, 2]), array(3)))
    """
    if value is None:
        raise Stop("wrong shape", "the function returns None: is a `return` missing?")
    if isinstance(value, tuple) and depth:
        return tuple(plain(v, depth - 1) for v in value)
    try:
        array = np.asarray(value)
    except Exception:
        if isinstance(value, list) and depth:
            return tuple(plain(v, depth - 1) for v in value)
        raise Stop("wrong shape", f"the answer is {show_type(value)}; {NUMBERS}") from None
    if array.dtype.kind not in "biufc":
        array = _as_float(array, value)
    return array


def _as_float(array, value):
    """JAX's small floats (bfloat16) are numbers that NumPy calls void; anything else is no array of numbers."""
    try:
        if array.dtype.kind == "V":
            return array.astype(np.float64)
    except (TypeError, ValueError):
        pass
    raise Stop("wrong shape", f"the answer is {show_type(value)}; {NUMBERS}")


def where(error) -> str:
    """`line 3, \\`return x[i]\\`: ` for the innermost line of the learner's own code, or nothing."""
    own = [
        (f.f_code.co_filename, line)
        for f, line in traceback.walk_tb(error.__traceback__)
        if not f.f_code.co_filename.startswith(NOT_THE_LEARNERS)
    ]
    if not own:
        return ""
    file, number = own[-1]
    text = linecache.getline(file, number).strip()
    text = text if len(text) <= 80 else text[:77] + "..."
    return f"line {number}, `{text}`: " if text else f"line {number}: "


def first_line(error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "(no message)"

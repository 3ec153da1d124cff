"""Run a learner's function so that whatever it does, the check goes on: time limit, copies, no prints, own error line.

`Guarded(f)` is called like f. It returns plain NumPy arrays (or a tuple of them), or raises `Stop` with the result
to show. It protects from accidents, not from attacks: grading for a class runs the code in a sandbox.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import inspect
import linecache
import os
import signal
import sysconfig
import threading
import time
import traceback
import warnings

import numpy as np

import gdl_course

from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.words import show_arguments, show_type

LIMIT = 3.0  # seconds of computing that one call of a learner's function may take
PACKAGE = os.path.dirname(os.path.abspath(gdl_course.__file__))
_PATHS = sysconfig.get_paths()
_FOLDERS = [PACKAGE, _PATHS["stdlib"], _PATHS["purelib"], _PATHS["platlib"]]
NOT_THE_LEARNERS = (*(folder + os.sep for folder in _FOLDERS), "<frozen", "<__array_")


class Budget:
    """Seconds of computing, so that a busy machine changes no result; three times as many on the clock, for sleepers."""

    def __init__(self, seconds: float):
        self.computing, self.clock = time.process_time() + seconds, time.monotonic() + 3 * seconds

    def is_spent(self) -> bool:
        return time.process_time() > self.computing or time.monotonic() > self.clock


class TimeUp(BaseException):
    """Raised inside the learner's code at the time limit. Not an Exception: `except Exception` must not catch it."""


def within(seconds: float, call):
    """The value of `call()`, or `TimeUp`. The main thread on Unix uses an alarm; elsewhere, a thread that we leave."""
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        return _with_alarm(seconds, call)
    return _in_thread(seconds, call)


def _with_alarm(seconds, call):
    budget = Budget(seconds)

    def ring(signum, frame):
        if budget.is_spent():
            raise TimeUp

    old_handler = signal.signal(signal.SIGALRM, ring)
    # It rings again and again: a bare `except:` in the learner's loop swallows some rings, not all.
    old_timer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.01)
    try:
        try:
            return call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old_handler)
        signal.setitimer(signal.ITIMER_REAL, *old_timer)


def _in_thread(seconds, call):
    outcome = {}

    def work():
        try:
            outcome["value"] = call()
        except BaseException as error:  # carried to the caller, below
            outcome["error"] = error

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    budget = Budget(seconds)
    while thread.is_alive() and not budget.is_spent():
        thread.join(0.01)
    if thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TimeUp))
        raise TimeUp
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


@contextlib.contextmanager
def half_of_the_memory():
    """At most half of the memory that is free may be taken meanwhile: a MemoryError, not a dead kernel. Linux only."""
    try:
        import resource

        free, used = _kilobytes("/proc/meminfo", "MemAvailable"), _kilobytes("/proc/self/status", "VmData")
        # Private memory that can be written, not address space: a GPU's driver reserves far more of that than there is.
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = 1024 * (used + free // 2)
        resource.setrlimit(resource.RLIMIT_DATA, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))
    except (ImportError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _kilobytes(file: str, name: str) -> int:
    with open(file) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


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
        try:
            nowhere = contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere())
            with nowhere[0], nowhere[1], quiet(), half_of_the_memory():
                value = within(LIMIT, lambda: self.function(*given))
        except NotImplementedError:
            raise Stop("not started", "", final=True) from None
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
            if isinstance(old, np.ndarray) and not _identical(old, new):
                advice = f"the function changes its argument `{name}`: work on a copy, `{name}.copy()`"
                raise Stop("wrong", advice, final=True)


def _identical(a, b) -> bool:
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


def plain(value):
    """`value` as a NumPy array of numbers or a tuple of such arrays; raises `Stop` for anything else."""
    if value is None:
        raise Stop("wrong shape", "the function returns None: is a `return` missing?")
    if isinstance(value, tuple):
        return tuple(plain(v) for v in value)
    try:
        array = np.asarray(value)
    except Exception:
        raise Stop("wrong shape", f"the answer is {show_type(value)}; expected an array of numbers") from None
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
    raise Stop("wrong shape", f"the answer is {show_type(value)}; expected an array of numbers")


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


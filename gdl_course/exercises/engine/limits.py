"""How long and how large: limits for code that may loop for ever. The learner's own time counts, not the compiler's.

`within` interrupts Python code, wherever it runs. What stays in C, `sum(range(10**10))`, it cannot interrupt: for this
`apart.py` has a process of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import sysconfig
import threading
import time

import gdl_course

INTERVAL = 0.05  # seconds between two looks at what the code is doing
COMPILING = 60.0  # seconds on the clock after which even a compiler is no excuse
PACKAGE = os.path.dirname(os.path.abspath(gdl_course.__file__))
_PATHS = sysconfig.get_paths()
_FOLDERS = [PACKAGE, _PATHS["stdlib"], _PATHS["purelib"], _PATHS["platlib"]]
NOT_THE_LEARNERS = (*(folder + os.sep for folder in _FOLDERS), "<frozen", "<__array_")
COMPILERS = (
    "jax._src.compiler", "jax._src.interpreters.mlir", "jax._src.interpreters.pxla", "jax._src.xla_bridge",
    "importlib", "_frozen_importlib",
)  # fmt: skip


class Budget:
    """Seconds of computing, so that a busy machine changes no result; thrice as many on the clock, for sleepers."""

    def __init__(self, seconds: float):
        self.computing, self.clock = time.process_time() + seconds, time.monotonic() + 3 * seconds

    def is_spent(self) -> bool:
        return time.process_time() > self.computing or time.monotonic() > self.clock


class OwnTime(Budget):
    """A budget of the learner's own time, by looking at the code again and again: compiling and importing are free.

    While the compiler runs, in C, nobody can look; the next look finds its frame still on the stack.
    """

    def __init__(self, seconds: float):
        super().__init__(seconds)
        self._ceiling = time.monotonic() + max(COMPILING, 3 * seconds)
        self._last = time.process_time(), time.monotonic()

    def look(self, frame) -> bool:
        """Whether the budget is spent, now that the code is at `frame`."""
        now = time.process_time(), time.monotonic()
        if compiles(frame):
            self.computing += now[0] - self._last[0]
            self.clock = min(self.clock + now[1] - self._last[1], self._ceiling)
        self._last = now
        return self.is_spent()


def compiles(frame) -> bool:
    """Whether JAX compiles, or Python imports, on behalf of the innermost code that is the learner's own."""
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(COMPILERS):
            return True
        if not frame.f_code.co_filename.startswith(NOT_THE_LEARNERS):
            return False
        frame = frame.f_back
    return False


class TimeUp(BaseException):
    """Raised inside the learner's code at the time limit. Not an Exception: `except Exception` must not catch it."""


def within(seconds: float, call):
    """The value of `call()`, or `TimeUp`. The main thread on Unix uses an alarm; elsewhere, a thread that we leave."""
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        return _with_alarm(seconds, call)
    return _in_thread(seconds, call)


def _with_alarm(seconds, call):
    budget = OwnTime(seconds)

    def ring(signum, frame):
        beat()
        if budget.look(frame):
            # From now on often: a bare `except:` in the learner's loop swallows some rings, not all.
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            raise TimeUp

    old_handler = signal.signal(signal.SIGALRM, ring)
    old_timer = signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
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
    budget = OwnTime(seconds)
    while thread.is_alive() and not budget.look(sys._current_frames().get(thread.ident)):
        thread.join(0.01)
        beat()
    if thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TimeUp))
        raise TimeUp
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


_listeners: list = []


def beat(doing=None) -> None:
    """Tell who listens (see `apart.py`) that Python is alive; `doing()` says in words what begins now."""
    for listener in _listeners:
        listener(doing)


def listen(listener) -> None:
    """From now on `listener(doing)` is called at each beat."""
    _listeners.append(listener)


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

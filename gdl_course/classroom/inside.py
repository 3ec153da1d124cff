"""What runs inside the sandbox: a submission's cells, and then its functions, asked for by name.

The process knows neither the checks nor the right answers. It obeys four requests:

    {"do": "limit", "memory": bytes, ...}                       once, before all
    {"do": "read", "notebook": bytes}                           once, before any of the submission's code
                                                                -> {"cells": lines}, see `cells`, or {"unreadable": why}
    {"do": "run", "cell": i, "seconds": s}                      one of these cells  -> {"failed": "" or why}
    {"do": "call", "function": name, "names": [...], "arguments": (...)}  -> {"value": ...} or {"stop": [...]}

A submission may do what it likes to this process: it only spoils its own answers. What it sends is data to the
checker, and the checker alone decides.
"""

import builtins
import os
import resource
import signal
import socket
import sys
import time

import numpy as np

from gdl_course.classroom import seccomp
from gdl_course.classroom.cells import Unreadable, line_of, read_notebook
from gdl_course.classroom.replies import WORDS, travels
from gdl_course.classroom.wire import HEAD, LARGEST, OURS, Broken, Channel
from gdl_course.exercises.engine import limits
from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.running import Guarded, TimeUp, first_line, plain, where

FOREVER = 10 * 365 * 24 * 3600.0  # the checker has the clock


def main(descriptor: int) -> None:
    """Obey the requests that come through this file descriptor until the checker closes it."""
    channel = Channel(socket.socket(fileno=descriptor), head=OURS, body=OURS)
    request = channel.receive(FOREVER)
    set_limits(**{name: request[name] for name in ("memory", "processes", "disk", "computing")})
    if "rules" in request:  # no bubblewrap around us has set them
        seccomp.load(request["rules"].tobytes())
    inside, first = _Inside(channel), os.getpid()
    _silence()
    # The checker has the clock.
    limits.Budget.is_spent = lambda budget: time.process_time() > budget.computing  # type: ignore[method-assign,assignment]
    reply = {"ready": True}
    while os.getpid() == first:  # a copy of this process, made by a submission's fork, has nothing to say
        _reply(channel, reply)
        try:
            request = channel.receive(FOREVER)
        except Broken:
            break
        reply = inside.obey(request)
    os._exit(0)


def _reply(channel, reply):
    """Send a reply, or what is wrong with it: an array of a kind that cannot travel, or too many."""
    try:
        channel.send(reply, FOREVER, HEAD, LARGEST)
    except TypeError as error:
        channel.send({"stop": ["wrong shape", str(error)[:WORDS], True]}, FOREVER, HEAD, LARGEST)


def set_limits(memory: int, processes: int, disk: int, computing: float) -> None:
    """Limits of this process and its children, which they cannot raise.

    Bytes of memory and of a file, processes, seconds of each on a processor; open files, queues, locked pages.
    """
    limits = {"AS": memory, "NPROC": processes, "FSIZE": disk, "CPU": int(computing) + 1}
    limits |= {"CORE": 0, "NOFILE": 256, "MSGQUEUE": 0, "MEMLOCK": 0}
    for name, most in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))


def _silence():
    """Nothing that a submission prints goes anywhere; what it reads is empty."""
    for descriptor, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        nowhere = os.open(os.devnull, mode)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


def _shell():
    """IPython without history and colours: magics work, and errors know their line."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    import gdl_course.exercises as exercises

    for name in ("check", "quiz", "progress"):  # this process has no checks; to ask for one does no harm
        setattr(exercises, name, lambda *anything: None)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):
            """There is no screen; `%matplotlib` must not fail for that."""

    shell = Shell.instance(config=config)
    sys.modules["__main__"] = shell.user_module
    return shell


class _Inside:
    """The notebook's cells and the shell that runs them."""

    def __init__(self, channel):
        self.channel, self.shell, self.cells = channel, _shell(), []

    def obey(self, request):
        return getattr(self, f"_{request['do']}")(request)

    def _read(self, request):
        try:
            self.cells = read_notebook(request["notebook"].tobytes())
        except Unreadable as why:
            return {"unreadable": str(why)}
        lines = "".join(map(line_of, self.cells))
        return {"cells": np.frombuffer(lines.encode(errors="replace"), np.uint8)}

    def _run(self, request):
        return {"failed": _run(self.shell, self.cells[request["cell"]], request["seconds"])[:WORDS]}

    def _call(self, request):
        if request["function"] not in self.shell.user_ns:
            return {"missing": True}
        answer = self.shell.user_ns[request["function"]]
        try:
            value = self._value(answer, request)
            travels(value)
            return {"value": value}
        except Stop as stop:
            return {"stop": [stop.result.status, stop.result.message[:WORDS], stop.final]}
        except TypeError as error:
            return {"stop": ["wrong shape", str(error)[:WORDS], True]}

    def _value(self, answer, request):
        if callable(answer):
            arguments = [_received(argument, self.channel) for argument in request["arguments"]]
            return Guarded(answer, request["names"])(*arguments)
        if request["arguments"]:
            raise Stop("wrong shape", f"expected a function of `({', '.join(request['names'])})`", final=True)
        if answer is None or answer is ...:
            raise Stop("not started", "", final=True)
        return plain(answer)


def _run(shell, code, seconds) -> str:
    """Run a cell; the learner's line and the error, or an empty string."""
    try:
        outcome = _computing(seconds, lambda: shell.run_cell(code, store_history=False))
    except TimeUp:
        return f"stopped after {seconds:g} s"
    error = outcome.error_before_exec or outcome.error_in_exec
    if error is None:
        return ""
    if isinstance(error, TimeUp):
        return f"stopped after {seconds:g} s"
    return f"{where(error)}{type(error).__name__}: {first_line(error)}"


def _computing(seconds, call):
    """The value of `call()`, or `TimeUp` after so many seconds of computing; again and again, for a bare `except:`."""

    def ring(signum, frame):
        raise TimeUp

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.05)
    try:
        try:
            return call()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _received(argument, channel):
    """An argument as the learner's function gets it: a function stays with the checker and is called through here."""
    if isinstance(argument, dict) and argument.keys() == {"function"}:
        return _Elsewhere(argument["function"], channel)
    return [_received(part, channel) for part in argument] if isinstance(argument, list) else argument


class _Elsewhere:
    """A function that the checker holds."""

    def __init__(self, number, channel):
        self.number, self.channel = number, channel

    def __call__(self, *arguments):
        arguments = tuple(map(plain, arguments))
        travels(arguments)
        self.channel.send({"callback": self.number, "arguments": arguments}, FOREVER, HEAD, LARGEST)
        reply = self.channel.receive(FOREVER)
        if "failed" in reply:
            raise getattr(builtins, reply["kind"], RuntimeError)(reply["failed"])
        return reply["value"]

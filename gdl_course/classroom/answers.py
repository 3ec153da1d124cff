"""A submission's answers as the checker sees them: functions in another process, called through a channel.

`Session` is that process, started in the sandbox. `Answer` is one of its functions: to the checks it is what a
`Guarded` function is in a notebook, called like it and failing like it.
"""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from gdl_course.classroom import sandbox
from gdl_course.classroom.wire import Broken, Channel
from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.running import copied, plain
from gdl_course.exercises.engine.words import show_arguments

CALL = 12.0  # seconds on the clock for one call: more than a guarded function may take, so that it stops by itself
START = 60.0  # seconds for Python and IPython to start
LOOK = 0.2  # seconds between two looks at the memory in use
FROM_A_FUNCTION = ("error", "wrong shape", "wrong", "not started")  # what a process may say of its own function
CALLBACK = 10_000  # entries: how large an array the checker's own functions take from a submission


class Ended(Exception):
    """The process is gone: it ended itself, was too late or too large. The message says which."""


class NotStarted(Exception):
    """No process could be started. The machine is to blame, not the submission, none of whose code has run."""


class Session:
    """A process in which a submission's cells are run and its functions are called.

    `command` makes the command line, `sandbox.protected` or `sandbox.unprotected`. Raises `NotStarted` if that fails.
    After `close` nothing of the process is left.
    """

    def __init__(self, command, course: Path, folder: Path, limits: sandbox.Limits):
        self.limits, self.problem, self._last_words = limits, "", ""
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        with theirs:
            self.process = sandbox.start(command(course, theirs.fileno()), theirs.fileno(), folder)
        request = {"do": "limit", "memory": limits.memory, "processes": limits.processes, "disk": limits.disk}
        try:
            self.ask(request, START)
        except Ended:
            raise NotStarted(f"the sandbox did not start: {self.problem} {self._last_words}".strip()) from None

    def ask(self, request, seconds: float, functions=()):
        """The reply to a request; the process may call `functions` meanwhile. Raises `Ended` if no reply comes."""
        if self.problem:
            raise Ended(self.problem)
        until = time.monotonic() + seconds
        try:
            self.channel.send(request, seconds)
            while True:
                reply = self._receive(until)
                if not (isinstance(reply, dict) and "callback" in reply):
                    return reply if isinstance(reply, dict) else {}
                self.channel.send(_called(functions, reply), seconds)
        except Broken as broken:
            self._end(broken, time.monotonic() >= until, seconds)
            raise Ended(self.problem) from None

    def _receive(self, until):
        """The next message; meanwhile the memory is watched. `Broken` if it comes too late."""
        while (left := until - time.monotonic()) > 0:  # asked before each message, for there may be many
            if memory_of(self.process.pid) > self.limits.memory:
                self.problem = f"stopped: more than {self.limits.memory // 2**20} MB of memory in use"
                raise Broken(self.problem)
            if self.channel.waits(min(LOOK, left)):
                return self.channel.receive(left)
        raise Broken("no answer in time")

    def _end(self, broken, late, seconds):
        if not self.problem:
            self.problem = f"stopped after {seconds:.0f} s" if late else "the code ended its own process"
            if str(broken).startswith(("a message", "not a message")):
                self.problem = f"the code sent what is no answer: {broken}"
        self.close()

    def close(self) -> None:
        """End the process and all that it started; nothing can be asked any more."""
        if self.process.stderr.closed:
            return
        self.problem = self.problem or "the session is over"
        self.channel.close()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        with self.process.stderr as last_words:
            self._last_words = last_words.read(2000).decode(errors="replace").strip()


def _called(functions, reply):
    """Call the function that the process asks for. Whatever it sends, the checker goes on."""
    try:
        arguments = reply["arguments"]
        if any(getattr(argument, "size", CALLBACK + 1) > CALLBACK for argument in arguments):
            raise ValueError(f"the function takes arrays with {CALLBACK} entries at most")
        return {"value": plain(functions[reply["callback"]](*arguments))}
    except Exception as error:  # the learner's own call was wrong: the error goes back to it
        return {"failed": str(error)[:500], "kind": type(error).__name__}


class Answer:
    """The function `name` of a session, for the checks: called with plain arguments it returns arrays or raises `Stop`.

    `seconds` is the time on the clock that all calls together may take.
    """

    def __init__(self, session: Session, name: str, names, seconds: float):
        self.session, self.name, self.names = session, name, list(names)
        self.until, self.seconds = time.monotonic() + seconds, seconds

    def __call__(self, *arguments):
        left = self.until - time.monotonic()
        if left <= 0:
            raise Stop("error", f"stopped: all calls together took more than {self.seconds:.0f} s", final=True)
        functions = []
        request = {"do": "call", "function": self.name, "names": self.names}
        request["arguments"] = tuple(_sent(argument, functions) for argument in arguments)
        try:
            reply = self.session.ask(request, min(CALL, left), functions)
        except Ended as ended:
            on = f" on `{show_arguments(self.names, arguments)}`" if arguments else ""
            raise Stop("error", f"{ended}{on}", final=True) from None
        return _value(reply)


class NotFound(Exception):
    """The submission defines no such function."""


def _value(reply):
    """What a call returned; raises what it raised. Nothing in a reply can make an answer right."""
    if "value" in reply:
        return plain(reply["value"])
    if "missing" in reply:
        raise NotFound
    status, message, final = reply.get("stop", ("not started", "", True))
    if status not in FROM_A_FUNCTION:
        raise Stop("error", "the code sent what is no answer", final=True)
    raise Stop(status, str(message)[:2000], final=bool(final))


def _sent(argument, functions):
    """An argument as it travels: a function is kept here, and its number goes."""
    if callable(argument):
        functions.append(argument)
        return {"function": len(functions) - 1}
    if isinstance(argument, list):
        return [_sent(part, functions) for part in argument]
    return copied(argument)


def memory_of(pid: int) -> int:
    """Bytes of memory that a process and all its descendants use; 0 where /proc is not to be had."""
    total, waiting = 0, [pid]
    while waiting:
        folder = Path(f"/proc/{waiting.pop()}")
        try:
            fields = (folder / "statm").read_text().split()
            children = [(task / "children").read_text() for task in (folder / "task").iterdir()]
        except OSError:  # ended meanwhile
            continue
        total += (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")  # resident, less what is shared
        waiting += [int(child) for text in children for child in text.split()]
    return total

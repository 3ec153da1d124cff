"""A submission's answers as the checker sees them: functions in another process, called through a channel.

`Session` is that process, started in the sandbox and watched for its whole life. `Answer` is one of its functions: to
the checks it is what a `Guarded` function is in a notebook, called like it and failing like it.
"""

import os
import signal
import socket
import time
from pathlib import Path

import numpy as np

from gdl_course.classroom import replies, seccomp
from gdl_course.classroom.sandbox import Limits, Sandbox, own_number
from gdl_course.classroom.watch import Watch, tree_of
from gdl_course.classroom.wire import Broken, Channel, Forged
from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.running import copied, plain
from gdl_course.exercises.engine.words import show_arguments

CALL = 12.0  # seconds for one call: more than a guarded function may take, so that it stops by itself
START = 60.0  # seconds for Python and IPython to start
PATIENCE = 20  # times as long we wait on the clock, where others have the processor
KINDS = {
    kind.__name__: kind for kind in (ValueError, TypeError, IndexError, ArithmeticError, MemoryError, RuntimeError)
}


class Ended(Exception):
    """The process is gone: it ended itself, was too late or too large. The message says which."""


class NotGraded(Exception):
    """The machine is to blame and not the submission: it is to be graded again."""


class NotStarted(NotGraded):
    """No process could be started; none of the submission's code has run."""


class Busy(NotGraded):
    """The machine had other things to do for so long that nothing can be said of the submission."""


class Session:
    """A process in which a submission's cells are run and its functions are called.

    Raises `NotStarted` if it does not begin. After `close` nothing of it is left.
    """

    def __init__(self, sandbox: Sandbox, course: Path, folder: Path, limits: Limits):
        self.problem, self._last_words = "", ""
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        with theirs:
            self.process = sandbox.start(course, theirs.fileno(), folder)
        self._user = own_number() if sandbox.kind == "user" else None
        self.watch = Watch(self._tree, limits, self._kill)
        self.watch.start()
        request = {"do": "limit", "memory": limits.memory, "processes": limits.processes, "disk": limits.disk}
        rules = seccomp.program()
        if sandbox.kind == "user" and rules is not None:
            request["rules"] = np.frombuffer(rules, np.uint8)
        try:
            self.ask(request | {"computing": limits.computing}, START)
        except Ended:
            raise NotStarted(f"the sandbox did not start: {self.problem} {self._last_words}".strip()) from None

    @property
    def spent(self) -> float:
        """Seconds of this session's life in which a processor was to be had."""
        return self.watch.spent

    def ask(self, request, seconds: float, functions=()) -> dict:
        """The reply to a request; the process may call `functions` meanwhile. Raises `Ended` if no reply comes."""
        if self.problem:
            raise Ended(self.problem)
        until, patience = self.spent + seconds, time.monotonic() + PATIENCE * seconds

        def late():
            if time.monotonic() > patience:
                raise Busy("the machine was too busy: others had its processors all the time")
            return bool(self.watch.problem) or self.spent >= until

        try:
            return self._conversation(request, late, functions)
        except Broken as broken:
            self._end(broken, until, seconds)
            raise Ended(self.problem) from None
        except Busy:
            self.close()
            raise

    def _conversation(self, request, late, functions):
        self.channel.send(request, late)
        while True:
            reply = self.channel.receive(late)
            if not isinstance(reply, dict):
                raise Forged("no reply")
            if "callback" not in reply:
                return reply
            self.channel.send(_called(functions, reply), late)

    def forged(self, why: Forged) -> Ended:
        """End the process, which sent what is no answer; the error to raise."""
        self._end(why, self.spent, 0.0)
        return Ended(self.problem)

    def _end(self, broken, until, seconds):
        if isinstance(broken, Forged):
            self.problem = self.watch.problem or f"the code sent what is no answer: {broken}"
        late = f"stopped after {seconds:.0f} s" if self.spent >= until else "the code ended its own process"
        self.problem = self.problem or self.watch.problem or late
        self.close()

    def _kill(self):
        """End the process and all that it started."""
        for _ in range(100 if self._user else 1):  # one that forks meanwhile is met in the next round
            tree = self._tree()
            for pid in reversed(tree):
                try:
                    os.kill(pid, signal.SIGKILL)
                except (ProcessLookupError, PermissionError):  # bubblewrap's own end takes all with it
                    pass
            if not tree:
                return

    def _tree(self):
        return tree_of(self.process.pid, self._user)

    def close(self) -> None:
        """End the process and all that it started; nothing can be asked any more."""
        last_words = self.process.stderr
        if last_words is None or last_words.closed:
            return
        self.problem = self.problem or "the session is over"
        self.watch.stop()
        self.channel.close()
        self._kill()
        self.process.wait()
        with last_words:
            self._last_words = last_words.read(2000).decode(errors="replace").strip()


def _called(functions, reply):
    """Call the function that the process asks for. Whatever it sends, the checker goes on."""
    try:
        function, arguments = replies.call_of(reply, functions)
        return {"value": plain(function(*arguments))}
    except Forged:
        raise
    except Exception as error:  # the learner's own call was wrong: the error goes back to it
        kind = next((name for name, kind in KINDS.items() if isinstance(error, kind)), "RuntimeError")
        return {"failed": str(error)[:500], "kind": kind}


class Answer:
    """The function `name` of a session, for the checks: called with plain arguments it returns arrays or raises `Stop`.

    `seconds` is the time that all calls together may take.
    """

    def __init__(self, session: Session, name: str, names, seconds: float):
        self.session, self.name, self.names = session, name, list(names)
        self.until, self.seconds = session.spent + seconds, seconds

    def __call__(self, *arguments):
        left = self.until - self.session.spent
        if left <= 0:
            raise Stop("error", f"stopped: all calls together took more than {self.seconds:.0f} s", final=True)
        functions = []
        request = {"do": "call", "function": self.name, "names": self.names}
        request["arguments"] = tuple(_sent(argument, functions) for argument in arguments)
        try:
            reply = self.session.ask(request, min(CALL, left), functions)
            return self._value(reply)
        except Ended as ended:
            on = f" on `{show_arguments(self.names, arguments)}`" if arguments else ""
            raise Stop("error", f"{ended}{on}", final=True) from None

    def _value(self, reply):
        """What a call returned; raises what it raised. Nothing in a reply can make an answer right."""
        try:
            if "value" in reply:
                return replies.value_of(reply["value"])
            if "missing" in reply:
                raise NotFound
            if "untouched" in reply:
                raise Stop("not started", "", final=True)
            status, message, final = replies.stop_of(reply.get("stop"))
        except Forged as why:
            raise self.session.forged(why) from None
        raise Stop(status, message, final=final)


class NotFound(Exception):
    """The submission defines no such function."""


def _sent(argument, functions):
    """An argument as it travels: a function is kept here, and its number goes."""
    if callable(argument):
        functions.append(argument)
        return {"function": len(functions) - 1}
    if isinstance(argument, list):
        return [_sent(part, functions) for part in argument]
    return copied(argument)

"""What runs inside the sandbox: a submission's cells, and then its functions, asked for by name.

The process knows neither the checks nor the right answers. It obeys three requests:

    {"do": "limit", "memory": bytes, ...}                       once, before any of the submission's code
    {"do": "run", "code": text, "seconds": s}                   one cell               -> {"failed": "" or why}
    {"do": "call", "function": name, "names": [...], "arguments": (...)}  -> {"value": ...} or {"stop": [...]}

A submission may do what it likes to this process: it only spoils its own answers. What it sends is data to the
checker, and the checker alone decides.
"""

import builtins
import os
import resource
import socket
import sys

from gdl_course.classroom.wire import Broken, Channel
from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.running import Guarded, TimeUp, first_line, plain, where, within

FOREVER = 10 * 365 * 24 * 3600.0  # the checker has the clock


def main(descriptor: int) -> None:
    """Obey the requests that come through this file descriptor until the checker closes it."""
    channel = Channel(socket.socket(fileno=descriptor))
    set_limits(**{key: value for key, value in channel.receive(FOREVER).items() if key != "do"})
    shell, first = _shell(), os.getpid()
    _silence()
    reply = {"ready": True}
    while os.getpid() == first:  # a copy of this process, made by a submission's fork, has nothing to say
        channel.send(reply, FOREVER)
        try:
            request = channel.receive(FOREVER)
        except Broken:
            break
        reply = _obey(request, shell, channel)
    os._exit(0)


def set_limits(memory: int, processes: int, disk: int) -> None:
    """Limits of this process and its children, which they cannot raise: bytes of memory and of a file, processes."""
    limits = {"AS": memory, "NPROC": processes, "FSIZE": disk, "CORE": 0, "NOFILE": 512}
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


def _obey(request, shell, channel):
    if request["do"] == "run":
        return {"failed": _run(shell, request["code"], request["seconds"])}
    name = request["function"]
    if name not in shell.user_ns:
        return {"missing": True}
    answer = shell.user_ns[name]
    try:
        if not callable(answer):
            if request["arguments"]:
                raise Stop("wrong shape", f"expected a function of `({', '.join(request['names'])})`", final=True)
            return {"value": plain(answer)} if answer is not None and answer is not ... else {"untouched": True}
        arguments = [_received(argument, channel) for argument in request["arguments"]]
        return {"value": Guarded(answer, request["names"])(*arguments)}
    except Stop as stop:
        return {"stop": [stop.result.status, stop.result.message, stop.final]}
    except TypeError as error:  # from the channel: an array of a kind that cannot travel
        return {"stop": ["wrong shape", str(error), True]}


def _run(shell, code, seconds) -> str:
    """Run a cell; the learner's line and the error, or an empty string."""
    try:
        outcome = within(seconds, lambda: shell.run_cell(code, store_history=False))
    except TimeUp:
        return f"stopped after {seconds:g} s"
    error = outcome.error_before_exec or outcome.error_in_exec
    if error is None:
        return ""
    if isinstance(error, TimeUp):
        return f"stopped after {seconds:g} s"
    return f"{where(error)}{type(error).__name__}: {first_line(error)}"


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
        self.channel.send({"callback": self.number, "arguments": tuple(map(plain, arguments))}, FOREVER)
        reply = self.channel.receive(FOREVER)
        if "failed" in reply:
            raise getattr(builtins, reply["kind"], RuntimeError)(reply["failed"])
        return reply["value"]

"""Judge an answer in a copy of this process: code that Python cannot interrupt hangs the copy, not the notebook.

`sum(range(10**10))` stays in C for minutes and answers to no signal, since Python handles signals between its own
instructions. A forked copy can be killed. What is promised where:

- Linux (JupyterLab, Colab, VS Code, WSL): such an answer is told after `STUCK` seconds of computing, unless the check
  or the answer calls JAX and JAX has started in the notebook: see below.
- macOS and Windows: nothing; forking is not safe there. Loops in Python are told everywhere, see `limits.within`.

A copy has no other threads, so that JAX, once it has started here, waits there for ever. A copy that sleeps is given
up, and the answer is judged here, as it is where there is no copy.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import select
import signal
import struct
import sys
from pathlib import Path

from gdl_course.exercises.engine import limits
from gdl_course.exercises.engine.result import Result

STUCK = 5.0  # seconds of computing without a single Python instruction
ASLEEP = 8  # looks, 0.05 s apart, that find it asleep, less those that do not: a signal wakes it for a moment
TEXT = 2000  # bytes of the arguments that are told


def judged_apart(judge) -> Result | None:
    """What `judge()` returns, from a copy of this process; None where the copy has nothing to say."""
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return None
    board = mmap.mmap(-1, 4096)  # shared with the copy: how many beats, and what it is doing
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _be_the_copy(judge, board, writing)
    os.close(writing)
    try:
        result = _wait(pid, reading, board)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        board.close()
    # Beside a GPU or threads that the copy lacks, a failure there may be no failure here.
    return result if result is None or result.passed or _is_stuck(result) or not _jax_has_started() else None


def _be_the_copy(judge, board, writing) -> None:
    beats = 0

    def note(doing):
        nonlocal beats
        beats += 1
        if doing is not None:
            text = doing().encode()[:TEXT]
            board[8 : 12 + len(text)] = struct.pack("i", len(text)) + text
        board[:8] = struct.pack("q", beats)

    try:
        limits.listen(note)
        result = judge()
        os.write(writing, json.dumps([result.status, result.message]).encode())
    finally:
        os._exit(0)  # no farewell: the sockets and files are the notebook's


def _wait(pid, reading, board) -> Result | None:
    beats, computed_then, sleepy = 0, 0.0, 0
    while not select.select([reading], [], [], limits.INTERVAL)[0]:
        asleep, computed = _look(pid)
        now = struct.unpack("q", board[:8])[0]
        if now != beats:
            beats, computed_then = now, computed
        sleepy = sleepy + 1 if asleep else max(sleepy - 1, 0)
        if computed - computed_then > STUCK:
            length = struct.unpack("i", board[8:12])[0]
            return _stuck(board[12 : 12 + length].decode(errors="replace"))
        if sleepy > ASLEEP:
            return None
    text = b"".join(iter(lambda: os.read(reading, 65536), b""))
    try:
        return Result(*json.loads(text))
    except ValueError:  # it ended without a word
        return None


def _look(pid) -> tuple[bool, float]:
    """Whether the copy's main thread sleeps, and its seconds of computing."""
    fields = Path(f"/proc/{pid}/task/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0] in "SD", (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


FOREVER = "in a call that Python cannot interrupt; does it loop for ever?"


def _stuck(arguments) -> Result:
    on = f" on `{arguments}`" if arguments else ""
    return Result("error", f"stopped after {STUCK:g} s{on}, {FOREVER}")


def _is_stuck(result) -> bool:
    return result.message.endswith(FOREVER)


def _jax_has_started() -> bool:
    return bool(getattr(sys.modules.get("jax._src.xla_bridge"), "_backends", None))

"""Attacks that once worked: on the checker's memory and time, on the limit of memory, on the kernel, on "not graded".

Each is a notebook that holds the attack beside a right answer. The answer gets its marks, the attack none, and nobody
is told that the machine is to blame. Run this file as root and as an ordinary user: the walls are built differently.
"""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from handed_in import (
    RIGHT,
    RIGHT_MATRIX,
    graded,
    hasty,
    messages,
    needs_bubblewrap,
    notebook,
    own_folder,
    processes_of,
    statuses,
)  # fmt: skip

from gdl_course.classroom.assignment import Assignment, Exercise
from gdl_course.classroom.batch import grade_all
from gdl_course.classroom.sandbox import MEGABYTE, Limits
from gdl_course.classroom.submissions import find_submissions

__all__ = ["hasty", "own_folder"]  # fixtures
pytestmark = needs_bubblewrap
LIMIT = Limits(memory=1024 * MEGABYTE, seconds=60.0)
SYMMETRISE = Assignment((Exercise("02.symmetrise", "2.3", "Symmetrise", "symmetrise", 4.0),))


class Peak:
    """The most memory that the processes of a folder, or this process, used for a second, in MB; measured apart."""

    def __init__(self, folder=None):
        self.folder, self.seen, self.over = folder, [], threading.Event()
        self.thread = threading.Thread(target=self._measure, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def _measure(self):
        while not self.over.wait(0.25):
            paths = [Path("/proc/self")] if self.folder is None else _processes(self.folder)
            self.seen.append(sum(map(_proportional, paths)) / 2**20)

    @property
    def for_a_second(self) -> float:
        return max((min(self.seen[i : i + 4]) for i in range(len(self.seen) - 3)), default=0.0)


def _processes(name):
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if name in (folder / "mountinfo").read_text(errors="replace"):
                yield folder
        except OSError:
            continue


def _proportional(folder) -> int:
    """Bytes of a process in its proportion, with its page tables and the files in memory that it holds open."""
    total = 0
    try:
        for line in (folder / "smaps_rollup").read_text().splitlines() + (folder / "status").read_text().splitlines():
            if line.startswith(("Pss:", "VmPTE:")):
                total += 1024 * int(line.split()[1])
        held = {d.stat().st_ino: d.stat().st_blocks for d in (folder / "fd").iterdir() if "memfd" in str(d.readlink())}
        total += 512 * sum(held.values())
    except OSError:
        pass
    return total


# 1. The checker's memory and time -------------------------------------------------------------------------------------

CALLS = {
    "a billion empty rows to the checker's function": "f(np.zeros((10**9, 0)))",
    "a tuple of tuples to it": "f(tuple(np.zeros(3) for _ in range(10**5)))",
}
RETURNS = {
    "a billion empty rows": "np.zeros((10**9, 0))",
    "a hundred million rows of nothing": "np.zeros((10**4, 10**4, 0))",
    "a million arrays": "tuple(np.zeros(1) for _ in range(10**6))",
    "an array of 16 MB": "np.zeros(2 * 10**6)",
    "many dimensions": "np.zeros((1,) * 32)",
}
FIND_CHANNEL = (
    "import gc, json\nfrom gdl_course.classroom.wire import Channel\n"
    "channel, = [o for o in gc.get_objects() if type(o) is Channel]\n"
    "def raw(text, body=b''):\n"
    "    text = text if isinstance(text, bytes) else json.dumps(text).encode()\n"
    "    channel.end.sendall(len(text).to_bytes(4, 'big') + HEADER(body) + text + body)\n"
).replace("HEADER(body)", "(len(body).to_bytes(4, 'big') if hasattr(channel, 'head') else b'')")


def test_the_checker_itself_has_a_limit_of_memory():
    """What it has when it begins, and 512 MB: an error that costs an exercise, not a machine without memory."""
    script = """
import numpy as np
from gdl_course.classroom.batch import CHECKER, limit_memory
limit_memory(CHECKER)
held = np.ones(400 * 2**17)
try:
    np.ones(600 * 2**17)
except MemoryError:
    print("a limit")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "a limit\n", done.stderr


@pytest.mark.parametrize("value", RETURNS.values(), ids=RETURNS)
def test_an_answer_that_is_too_large_costs_itself_alone(value, tmp_path):
    cell = f"import numpy as np\ndef circ_conv(x, k):\n    return {value}"
    with Peak() as peak:
        began, before = time.monotonic(), _proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell))
    assert statuses(record)["by_hand"] == "right" and statuses(record)["circ_conv"] in ("wrong shape", "error", "wrong")
    assert max(peak.seen) - before < 500 and time.monotonic() - began < 60


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_checkers_function_takes_no_array_that_fills_its_memory(call, tmp_path):
    cell = f"import numpy as np\ndef symmetrise(f, x):\n    return {call}"
    with Peak() as peak:
        before = _proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "02_a.ipynb", cell), assignment=SYMMETRISE)
    assert statuses(record) == {"symmetrise": "error"} and max(peak.seen) - before < 500


@pytest.mark.parametrize(
    "reply", ["'[' + '\"\",' * 5 * 10**6 + '1]'", "'[' + '[],' * 5 * 10**6 + '1]'", "'[' + '{},' * 5 * 10**6 + '1]'"]
)
def test_a_reply_of_many_parts_fills_no_memory(reply, tmp_path, hasty):
    cell = f"{FIND_CHANNEL}\ndef circ_conv(x, k):\n    raw(({reply}).encode())\n    return x"
    with Peak() as peak:
        before = _proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell))
    assert statuses(record) == {"by_hand": "right", "circ_conv": "error"} and max(peak.seen) - before < 500


# 2. The limit of memory -----------------------------------------------------------------------------------------------

HOLD = "\nimport time\ntime.sleep(20)"
FORK = "import os\nfor _ in range(4):\n    if os.fork() == 0:\n"
HOARDS = {
    "memfd": """
import os
for _ in range(4):
    held = os.memfd_create("x")
    for _ in range(15):
        os.write(held, bytes(10**7))""",
    "shared and anonymous": """
import mmap
held = [mmap.mmap(-1, 10**8) for _ in range(5)]
for m in held:
    m.write(bytes(10**8))""",
    "System V": """
import ctypes
c = ctypes.CDLL(None)
c.shmat.restype = ctypes.c_void_p
for _ in range(6):
    n = c.shmget(0, 10**8, 0o1600)
    p = c.shmat(n, None, 0)
    ctypes.memset(p, 1, 10**8)
    c.shmdt(ctypes.c_void_p(p))""",
    "shared and of no file": """
import mmap
zero = open("/dev/zero", "r+b")
held = [mmap.mmap(zero.fileno(), 10**8) for _ in range(5)]
for m in held:
    m.write(bytes(10**8))""",
    "files in memory": """
for place in ("/tmp", "/dev/shm", "/dev", "/"):
    try:
        with open(place + "/x", "wb") as f:
            for _ in range(200):
                f.write(bytes(10**7))
    except OSError:
        pass""",
    "private": """
waste = []
try:
    while len(waste) < 60:
        waste.append(b"x" * 10**7)
except MemoryError:
    pass""",
}


@pytest.mark.parametrize("cell", HOARDS.values(), ids=HOARDS)
def test_no_kind_of_memory_escapes_the_limit(cell, tmp_path, hasty, own_folder):
    """Four processes hoard at a time; the whole tree stays below 1.5 times the limit."""
    body = "\n".join("        " + line for line in (cell + HOLD).splitlines())
    with Peak(own_folder) as peak:
        record = graded(
            notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, f"{FORK}{body}\n        os._exit(0)\n{cell}{HOLD}", RIGHT),
            LIMIT,
        )
    assert statuses(record) == {"by_hand": "right", "circ_conv": "right"}, messages(record)
    assert peak.for_a_second < 1536


def test_two_bytes_of_a_message_do_not_close_the_watchs_eyes(tmp_path, hasty, own_folder):
    """The checker waits for the rest of the message, the watch goes on."""
    body = "\n".join("        " + line for line in (HOARDS["private"] + HOLD).splitlines())
    cell = (
        f"{FIND_CHANNEL}\nchannel.end.sendall(bytes(2))\n{FORK}{body}\n        os._exit(0)\nimport time\ntime.sleep(20)"
    )
    with Peak(own_folder) as peak:
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell, RIGHT), LIMIT)
    assert "more than 1024 MB" in messages(record) and peak.for_a_second < 1536
    assert statuses(record) == {"by_hand": "right", "circ_conv": "right"}


def test_memory_is_watched_while_nobody_asks(tmp_path, own_folder):
    """A thread of the submission hoards while the checker is busy with the answer."""
    cell = (
        "import threading, time\nwaste = []\ndef hoard():\n    time.sleep(1)\n    while True:\n"
        "        waste.append(bytearray(b'x' * 10**7))\nthreading.Thread(target=hoard, daemon=True).start()"
    )
    with Peak(own_folder) as peak:
        record = graded(notebook(tmp_path / "ada.ipynb", cell, RIGHT, RIGHT_MATRIX), LIMIT)
    assert record["problem"] == "" and peak.for_a_second < 1536


def test_processor_time_has_a_limit(tmp_path):
    cell = f"{FORK}        while True:\n            pass\nimport time\ntime.sleep(50)"
    limits = Limits(memory=1024 * MEGABYTE, seconds=60.0, computing=8.0)
    began = time.monotonic()
    record = graded(notebook(tmp_path / "ada.ipynb", cell, RIGHT), limits)
    assert "8 s of processor time" in messages(record) and time.monotonic() - began < 60
    assert statuses(record)["circ_conv"] == "right"


# 3. The kernel --------------------------------------------------------------------------------------------------------

DOORS = {
    "another user namespace": "c.unshare(0x10000000) == 0",
    "a process in one": "any(c.syscall(n, 0x10000000 | 17, 0, 0, 0, 0) > 0 for n in (56, 220))",
    "a file system": "c.unshare(0x10020000) == 0 and c.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    "io_uring": "c.syscall(425, 8, ctypes.create_string_buffer(120)) >= 0",
    "a key": "c.syscall(248, b'user', b'gdl', b'x', 1, -3) > 0",
    "keys of others": "len(open('/proc/keys').read()) > 0",
    "vsock": "c.socket(40, 1, 0) >= 0",
    "the network's own socket": "c.socket(16, 3, 0) >= 0 or c.socket(2, 2, 0) >= 0",
    "another's memory": "c.ptrace(16, 1, 0, 0) == 0",
    "userfaultfd": "c.syscall(323, 1) >= 0",
    "performance counters": "c.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0) >= 0",
    "programs of the kernel's": "c.syscall(321, 0, ctypes.create_string_buffer(128), 128) >= 0",
}


def test_what_learners_never_need_is_refused_by_the_kernel(tmp_path):
    tests = "\n".join(
        f"try:\n    if {test}:\n        open_doors.append({name!r})\nexcept OSError:\n    pass"
        for name, test in DOORS.items()
    )
    begin = "import ctypes\nc = ctypes.CDLL(None)\nopen_doors = []"
    cell = f"{begin}\n{tests}\ndef by_hand():\n    raise ValueError(str(open_doors))"
    assert "ValueError: []" in messages(graded(notebook(tmp_path / "ada.ipynb", cell)))


# 5. "Not graded", by choice -------------------------------------------------------------------------------------------

FORGERIES = {
    "a stop that is a number": {"dict": {"stop": 5}},
    "a stop of two": {"dict": {"stop": {"list": ["error", "x"]}}},
    "a stop of another status": {"dict": {"stop": {"list": [{"list": []}, "x", True]}}},
    "a value that is text": {"dict": {"value": "x"}},
    "a value that is a dictionary": {"dict": {"value": {"dict": {}}}},
    "a deep value": {"dict": {"value": {"tuple": [{"tuple": [{"tuple": [{"tuple": [{"tuple": []}]}]}]}]}}},
    "a failure that is a list": {"dict": {"failed": {"list": [1]}}},
    "a call without arguments": {"dict": {"callback": 0}},
    "a call of a name": {"dict": {"callback": "x", "arguments": {"tuple": []}}},
    "arguments that are a number": {"dict": {"callback": 0, "arguments": 5}},
    "arguments with a dictionary": {"dict": {"callback": 0, "arguments": {"tuple": [{"dict": {"size": 3}}]}}},
    "a complex number of text": {"complex": ["a", "b"]},
    "a number": 5,
    "null": None,
    "nothing": {"dict": {}},
    "missing": {"dict": {"missing": True}},
    "cells": {"dict": {"cells": 5}},
}


@pytest.mark.parametrize("reply", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("where", ["in a cell", "in a call"])
def test_a_forged_reply_is_the_submissions_own_error(reply, where, tmp_path, hasty):
    forged = f"raw({reply!r})"
    call = f"{FIND_CHANNEL}\ndef circ_conv(x, k):\n    {forged}\n    return x"
    cell = f"{FIND_CHANNEL}\n{forged}\ndef circ_conv(x, k):\n    return x"
    ((_, record),) = graded_as_a_class(tmp_path, RIGHT_MATRIX, call if where == "in a call" else cell)
    assert record["problem"] == "" and record["points"] == 2.0


def test_600_shell_lines_are_the_submissions_own_error(tmp_path):
    ((_, record),) = graded_as_a_class(tmp_path, RIGHT_MATRIX, "!true\n" * 600, RIGHT)
    assert (record["problem"], record["points"]) == ("", 5.0)


def graded_as_a_class(tmp_path, *cells):
    """In a process of its own, as `gdl grade` does it."""
    import handed_in

    notebook(tmp_path / "class" / "ada.ipynb", *cells)
    sandbox = getattr(handed_in, "SANDBOX", "bubblewrap")
    found = find_submissions(tmp_path / "class")
    return list(grade_all(found, handed_in.ASSIGNMENT, tmp_path / "report", sandbox, limits=LIMIT))


# 6. Reading -----------------------------------------------------------------------------------------------------------

LONG = {
    "a cell of 1.5 MB": "x = [" + "a.b(c)[d], " * 140_000 + "]",
    "deep": "x = " + "-" * 50_000 + "1",
    "brackets": "x = " + "(" * 5000 + ")" * 5000,
    "many statements": "x=1\n" * 300_000,
}


@pytest.mark.parametrize("cell", LONG.values(), ids=LONG)
def test_a_long_cell_fills_no_memory_of_the_checker(cell, tmp_path):
    with Peak() as peak:
        before = _proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell, RIGHT))
    assert record["points"] == 5.0, messages(record)
    assert max(peak.seen) - before < 300


def test_the_measure_sees_what_it_looks_for(tmp_path, own_folder):
    assert processes_of(own_folder) == []
    with Peak() as peak:
        before, waste = _proportional(Path("/proc/self")) / 2**20, b"x" * (600 * 2**20)
        time.sleep(1.5)
    assert len(waste) and max(peak.seen) - before > 500 and peak.for_a_second - before > 500


def test_one_exercise_that_cannot_be_judged_costs_no_other(tmp_path, monkeypatch):
    from gdl_course.classroom import grading

    def judge(check, answer, seed):
        answer(*([] if check.inputs is None else [[1.0], [1.0]]))
        if check.inputs is not None:
            raise IndexError("a check that nobody tried on this")
        return real(check, answer, seed)

    real = grading.judge
    monkeypatch.setattr(grading, "judge", judge)
    record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, RIGHT))
    assert statuses(record) == {"by_hand": "right", "circ_conv": "error"} and "cannot be judged" in messages(record)

"""Attacks that once worked: on the checker's memory and time, on "not graded", on whoever reads a notebook.

Each is a notebook that holds the attack beside a right answer. The answer gets its marks, the attack none, and nobody
is told that the machine is to blame. Run this file as root and as an ordinary user: the walls are built differently.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from attacked import FIND_CHANNEL, LIMIT, Peak, proportional
from handed_in import RIGHT, RIGHT_MATRIX, graded, messages, needs_bubblewrap, notebook, statuses

from gdl_course.classroom.assignment import Assignment, Exercise
from gdl_course.classroom.batch import grade_all
from gdl_course.classroom.submissions import find_submissions

pytestmark = needs_bubblewrap
SYMMETRISE = Assignment((Exercise("02.symmetrise", "2.3", "Symmetrise", "symmetrise", 4.0),))

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
        began, before = time.monotonic(), proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell))
    assert statuses(record)["by_hand"] == "right" and statuses(record)["circ_conv"] in ("wrong shape", "error", "wrong")
    assert max(peak.seen) - before < 500 and time.monotonic() - began < 60


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_checkers_function_takes_no_array_that_fills_its_memory(call, tmp_path):
    cell = f"import numpy as np\ndef symmetrise(f, x):\n    return {call}"
    with Peak() as peak:
        before = proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "02_a.ipynb", cell), assignment=SYMMETRISE)
    assert statuses(record) == {"symmetrise": "error"} and max(peak.seen) - before < 500


@pytest.mark.parametrize(
    "reply", ["'[' + '\"\",' * 5 * 10**6 + '1]'", "'[' + '[],' * 5 * 10**6 + '1]'", "'[' + '{},' * 5 * 10**6 + '1]'"]
)
def test_a_reply_of_many_parts_fills_no_memory(reply, tmp_path, hasty):
    cell = f"{FIND_CHANNEL}\ndef circ_conv(x, k):\n    raw(({reply}).encode())\n    return x"
    with Peak() as peak:
        before = proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell))
    assert statuses(record) == {"by_hand": "right", "circ_conv": "error"} and max(peak.seen) - before < 500


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
        before = proportional(Path("/proc/self")) / 2**20
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell, RIGHT))
    assert record["points"] == 5.0, messages(record)
    assert max(peak.seen) - before < 300


def test_the_measure_sees_what_it_looks_for(tmp_path, own_folder):
    with Peak() as peak:
        before, waste = proportional(Path("/proc/self")) / 2**20, b"x" * (600 * 2**20)
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

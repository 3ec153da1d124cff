"""Notebooks as learners hand them in, for the tests of the grader."""

import json
import time
from pathlib import Path

import pytest

from gdl_course.classroom.assignment import Assignment, Exercise
from gdl_course.classroom.grading import grade_submission
from gdl_course.classroom.sandbox import MEGABYTE, Limits, NoSandbox, Sandbox, require_bubblewrap
from gdl_course.classroom.submissions import Submission

CONVOLUTION = Exercise("05.circular-conv", "5.2", "Circular convolution", "circ_conv", 3.0)
MATRIX = Exercise("05.by-hand", "5.1", "By hand", "by_hand", 2.0)
ASSIGNMENT = Assignment((MATRIX, CONVOLUTION))
LIMITS = Limits(memory=1536 * MEGABYTE, seconds=60.0)

RIGHT_MATRIX = """
import numpy as np

def by_hand():
    return np.array([[1, -1, 0, 2], [2, 1, -1, 0], [0, 2, 1, -1], [-1, 0, 2, 1]])
"""
RIGHT = """
def circ_conv(x, k):
    n, r = len(x), len(k) // 2
    return [sum(k[t + r] * x[(i + t) % n] for t in range(-r, r + 1)) for i in range(n)]
"""
WRONG = """
def circ_conv(x, k):
    return x
"""


def _sandbox():
    try:
        return require_bubblewrap(), ""
    except NoSandbox as reason:
        return Sandbox(), str(reason)


SANDBOX, WHY_NOT = _sandbox()
needs_bubblewrap = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "it is here")


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook with these code cells and nothing else."""
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def graded(path: Path, limits: Limits = LIMITS, assignment: Assignment = ASSIGNMENT, sandbox=SANDBOX) -> dict:
    """The record of what is at `path`."""
    return grade_submission(Submission("ada", path), assignment, 20261121, sandbox, limits)


def statuses(record) -> dict[str, str]:
    return {e["function"]: e["status"] for chapter in record["chapters"] for e in chapter["exercises"]}


def messages(record) -> str:
    chapters = record["chapters"]
    told = [e["message"] for chapter in chapters for e in [*chapter["exercises"], *chapter["cells"], chapter]]
    return "\n".join(told)


def left_running(name: str) -> list[str]:
    """What `processes_of` finds, once what was killed has had a moment to go."""
    until = time.monotonic() + 5
    while (found := processes_of(name)) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def processes_of(name: str) -> list[str]:
    """How the processes were called that have `name` in their command or see a folder of that name."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if name in command or name in (folder / "mountinfo").read_text(errors="replace"):
                found.append(command)
        except OSError:
            continue
    return found


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder, and what is in them."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

"""Random and mutated replies and notebooks: no traceback of ours, no lost neighbour, no mark that was not earned.

A short run is part of every test run; GDL_NIGHTLY=1 makes it long (10,000 replies, 1,000 notebooks). Each case is drawn
from its own number, so that one that fails can be run again: `-k "replies and 17"`.
"""

import json
import os
import random
import socket
import struct
import subprocess
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from handed_in import (
    CONVOLUTION,
    LIMITS,
    MATRIX,
    RIGHT,
    RIGHT_MATRIX,
    WRONG,
    graded,
    messages,
    needs_bubblewrap,
    notebook,
    statuses,
)
from nightly import NIGHTLY

from gdl_course.classroom import answers, wire
from gdl_course.classroom.answers import Session
from gdl_course.classroom.cells import Unreadable, line_of, read_notebook
from gdl_course.classroom.grading import _Grader
from gdl_course.classroom.plan import plan
from gdl_course.classroom.replies import cells_of

BATCH = 50  # cases of one test
REPLIES, NOTEBOOKS, GRADED = (10_000, 1_000, 1_000) if NIGHTLY else (100, 100, 3)


# Replies --------------------------------------------------------------------------------------------------------------

WORDS = ["value", "stop", "missing", "callback", "arguments", "failed", "ready", "cells", "right", "error", "wrong"]
WORDS += ["untouched", "array", "number", "tuple", "list", "dict", "complex", "<f8", "|O8", "<i4", "\ud800", ""]
WORDS += ["x" * 3000]
NUMBERS = [0, 1, -1, 3, 2**31, 2**63, 10**30, 0.5, float("nan"), float("inf"), 1e308]


def tree(draw, depth=4):
    """JSON that looks like ours now and then."""
    kind = draw.randrange(9) if depth else draw.randrange(4)
    shape = [draw.choice([0, 1, 2, 3, 10**9, -1]) for _ in range(draw.randrange(4))]
    parts = [lambda: draw.choice(WORDS), lambda: draw.choice(NUMBERS), lambda: draw.choice([None, True, False]),
             lambda: {"array": [draw.choice(["<f8", "|b1", "<i8", "|O8", "<c16"]), shape]},
             lambda: [tree(draw, depth - 1) for _ in range(draw.randrange(4))]]  # fmt: skip
    if kind < 5:
        return parts[kind]()
    inner = [tree(draw, depth - 1) for _ in range(draw.randrange(5))]
    if kind < 7:
        return {draw.choice(["list", "tuple"]): inner}
    return {"dict": {draw.choice(WORDS): part for part in inner}}


def message(draw) -> bytes:
    """A reply as bytes: a right one in form, one from a random tree, or either with some bytes changed."""
    if draw.random() < 0.4:
        arrays = [
            np.zeros(draw.randrange(5)),
            np.ones((2, 3)),
            np.array(3),
            np.array([1, 2, 3], bool),
            np.zeros((2, 0)),
        ]
        value = draw.choice([*arrays, tuple(arrays), (), ((),), [1], "x", None, 3])
        key = draw.choice(["value", "stop", "callback", "missing", "failed"])
        packed = []
        head = json.dumps(wire._packed({key: value, "arguments": (np.zeros(3),)}, packed)).encode()
        body = b"".join(array.tobytes() for array in packed)
    else:
        head, body = json.dumps(tree(draw)).encode(), draw.randbytes(draw.choice([0, 0, 8, 24, 100]))
    for _ in range(draw.choice([0, 0, 1, 3])):
        head = changed(draw, head)
    length = draw.choice([len(head)] * 8 + [0, 2**32 - 1])
    return struct.pack(">II", length, draw.choice([len(body)] * 8 + [7])) + head + body


def changed(draw, content: bytes) -> bytes:
    """Some bytes overwritten, cut out, doubled or put in."""
    place = draw.randrange(len(content) + 1)
    other = draw.randbytes(draw.randrange(1, 4))
    return draw.choice([
        content[:place] + other + content[place + len(other) :],
        content[:place] + content[place + draw.randrange(1, 20) :],
        content[:place] + content[max(0, place - 9) : place] + content[place:],
        content[:place] + other + content[place:],
        content[:place],
    ])  # fmt: skip


class Puppet:
    """A "sandbox" whose process is a sleeping one, and whose replies are ours: the first is right, the others drawn."""

    kind = "a puppet"

    def __init__(self, draw):
        self.draw = draw

    def start(self, course, descriptor, folder):
        end = socket.socket(fileno=os.dup(descriptor))
        threading.Thread(target=self._reply, args=[end], daemon=True).start()
        return subprocess.Popen(["sleep", "600"], stderr=subprocess.PIPE, start_new_session=True)

    def _reply(self, end):
        try:
            end.settimeout(30)
            head = json.dumps({"dict": {"ready": True}}).encode()
            end.recv(2**16)
            end.sendall(struct.pack(">II", len(head), 0) + head)
            while end.recv(2**20):
                end.sendall(message(self.draw))
        except OSError:
            pass
        finally:
            end.close()


@pytest.mark.parametrize("first", range(0, REPLIES, BATCH))
def test_no_reply_earns_a_mark_or_ends_the_grader(first, tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "CALL", 0.2)
    for number in range(first, first + BATCH):
        puppet = Puppet(random.Random(number))
        session = Session(puppet, tmp_path, tmp_path, LIMITS)
        book = SimpleNamespace(
            session=lambda: session, plan=SimpleNamespace(answers={"circ_conv": [0], "by_hand": [0]})
        )
        grader = _Grader(tmp_path, puppet, LIMITS, number)
        try:
            for exercise in (CONVOLUTION, MATRIX):
                result = grader._exercise(exercise, book)
                assert result["status"] != "right" and result["points"] == 0.0, number
                json.dumps(result)
        finally:
            session.close()


# Notebooks ------------------------------------------------------------------------------------------------------------

SNIPPETS = ["%%time\n", "%matplotlib inline\n", "!ls\n", "def f(:\n", "\\", "(" * 99, "'''", "x = 1\n", "\0", "\ud800"]
SNIPPETS += ["\ufeff", "\r\n", "lambda", "async def g(): await x\n", "from x import *\n", "%%bash\n", "get_ipython()"]
SNIPPETS += ["f'{x!r:>{w}}'", "é" * 50, "?", "??x"]


def cell_of(draw, source: str) -> str:
    """A cell with something cut, doubled or put in."""
    for _ in range(draw.randrange(1, 5)):
        place = draw.randrange(len(source) + 1)
        end = place + draw.randrange(20)
        source = draw.choice(
            [
                source[:place] + source[end:],
                source[:end] + source[place:],
                source[:place] + draw.choice(SNIPPETS) + source[place:],
            ]
        )
    return source


def notebook_bytes(draw) -> bytes:
    """A notebook with odd cells, with odd JSON, or with bytes changed."""
    cells = [
        {"cell_type": "code", "source": cell_of(draw, draw.choice([RIGHT, WRONG, RIGHT_MATRIX, "", "x"]))}
        for _ in range(4)
    ]
    found = {"cells": cells, "metadata": {}, "nbformat": 4}
    if draw.random() < 0.5:
        odd = draw.choice([None, 3, [], {}, "x", ["a", 3, None], [["a"]]])
        draw.choice([found, *cells])[draw.choice(["source", "cells", "cell_type", "metadata"])] = odd
    text = json.dumps(found).encode(draw.choice(["utf8", "utf8", "utf-16", "utf-32"]))
    for _ in range(draw.choice([0, 1, 5])):
        text = changed(draw, text)
    return text


@pytest.mark.parametrize("first", range(0, NOTEBOOKS, BATCH))
def test_no_notebook_breaks_its_reader(first):
    for number in range(first, first + BATCH):
        draw = random.Random(number)
        try:
            sources = read_notebook(notebook_bytes(draw))
        except Unreadable:
            continue
        lines = "".join(map(line_of, sources)).encode(errors="replace")
        cells = cells_of(np.frombuffer(lines, np.uint8))
        assert len(cells) == len(sources)
        assert set(plan(cells, frozenset(), ["f", "circ_conv"]).run) <= set(range(len(cells)))


@needs_bubblewrap
@pytest.mark.parametrize("number", range(GRADED))
def test_no_odd_cell_costs_its_neighbours_their_marks(number, tmp_path):
    """A wrong answer, mutated, between two cells of which one is right."""
    draw = random.Random(number)
    odd = [cell_of(draw, WRONG), cell_of(draw, draw.choice(SNIPPETS) * 3)]
    path = notebook(tmp_path / "ada.ipynb", odd[0], RIGHT_MATRIX, odd[1])
    record = graded(path)
    assert statuses(record)["by_hand"] == "right", messages(record)
    assert statuses(record)["circ_conv"] != "right" and record["problem"] == ""

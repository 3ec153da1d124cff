"""Files that are no notebook, or an odd one: each is told what is wrong with it."""

import pytest
from handed_in import RIGHT, RIGHT_MATRIX, graded, messages, needs_bubblewrap, notebook, statuses

from gdl_course.classroom.cells import LARGEST
from gdl_course.classroom.sandbox import MEGABYTE

pytestmark = needs_bubblewrap


BROKEN = {
    "not JSON": (b"circ_conv = ...", "not JSON"),
    "empty": (b"", "empty"),
    "not text": (bytes(range(256)), "not JSON"),
    "no cells": (b"{}", "no list of cells"),
    "a list": (b"[1, 2]", "no list of cells"),
    "cells that are none": (b'{"cells": [1, 2]}', "no list of cells"),
    "deep nesting": (b"[" * 200_000, "not JSON"),
    "a huge number": (b'{"cells": ' + b"9" * 10_000 + b"}", "not JSON"),
    "too many cells": (b'{"cells": [' + b",".join([b"{}"] * 3000) + b"]}", "3000 cells"),
}


@pytest.mark.parametrize("content, words", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_notebook_is_told_why(content, words, tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_bytes(content)
    record = graded(path)
    assert record["to_blame"] == "hand-in" and words in record["problem"]
    assert record["chapters"][0]["status"] == "unreadable" and words in messages(record)


def test_a_notebook_of_100_mb_is_not_read(tmp_path):
    path = tmp_path / "ada.ipynb"
    with path.open("wb") as file:
        file.truncate(100 * MEGABYTE)
    record = graded(path)
    assert path.stat().st_size > LARGEST and "100 MB" in messages(record)
    assert record["chapters"][0]["status"] == "unreadable"


def test_odd_sources_are_read_as_far_as_they_go(tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_text(
        '{"cells": [{"cell_type": "code", "source": ["def circ_conv(x, k):\\n", 3, "    return x"]},'
        ' {"cell_type": "code", "source": {"a": 1}}, {"cell_type": "code"}, {"cell_type": 7, "source": "x"}]}'
    )
    assert statuses(graded(path)) == {"by_hand": "not found", "circ_conv": "wrong"}


def test_a_link_to_another_submission_is_not_followed(tmp_path):
    grace = notebook(tmp_path / "grace.ipynb", RIGHT, RIGHT_MATRIX)
    (tmp_path / "ada.ipynb").symlink_to(grace)
    record = graded(tmp_path / "ada.ipynb")
    assert "link" in record["problem"]


def test_a_notebook_of_another_chapter_gets_nothing(tmp_path):
    cells = ["def relabel(p, A, X):\n    return A, X", "def walks():\n    return 3"]
    record = graded(notebook(tmp_path / "08_message_passing.ipynb", *cells))
    assert record["points"] == 0 and set(statuses(record).values()) == {"not found"}

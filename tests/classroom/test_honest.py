"""Honest submissions in all the forms in which they come: each gets its marks, or an entry in the list of problems.

A chapter's notebook is answered with its own solutions, written into the learner's notebook as a learner does, and then
changed by what stands between learner and grader: formatters, front ends, systems, browsers, habits.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from handed_in import LIMITS, RIGHT, RIGHT_MATRIX, SANDBOX, graded, messages, needs_bubblewrap, notebook

from gdl_course.chapters.links import Links
from gdl_course.chapters.notebooks import chapters, learner_notebook, solution_notebook, stub
from gdl_course.chapters.source import without_markers
from gdl_course.classroom.assignment import make_assignment
from gdl_course.classroom.grading import grade_submission
from gdl_course.classroom.submissions import Submission, find_submissions

ROOT = Path(__file__).resolve().parents[2]
(FIVE,) = [chapter for chapter in chapters(ROOT) if chapter.number == "05"]
ASSIGNED = make_assignment([FIVE], 20)


SOLUTIONS = {  # the stub of each exercise, and the answer
    stub(cell.source, FIVE.prompts[cell.exercise].gdl["title"]): without_markers(cell.source)
    for cell in FIVE.cells if cell.role == "solution"
}  # fmt: skip


def answered():
    """The learner's notebook of chapter 05 with right answers in place of the stubs."""
    found = learner_notebook(FIVE, Links(ROOT))
    for cell in answer_cells(found):
        cell.source = SOLUTIONS[cell.source]
    return found


def code_cells(found):
    return [cell for cell in found.cells if cell.cell_type == "code"]


def answer_cells(found):
    return [cell for cell in code_cells(found) if cell.source in {*SOLUTIONS, *SOLUTIONS.values()}]


def every_code_cell(change):
    def changed(found):
        for cell in code_cells(found):
            cell.source = change(cell.source)

    return changed


def above_answers(line):
    def changed(found):
        for cell in answer_cells(found):
            cell.source = f"{line}\n{cell.source}"

    return changed


def without_metadata(found):
    for cell in found.cells:
        cell.metadata = {}
    found.metadata = {}


def as_black_writes(source):
    """Double quotes, blank lines, no spaces inside brackets, a comma at the end: what formatters do to a cell."""
    import ast

    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    return "\n\n\n".join(ast.unparse(statement) for statement in tree.body)


def colab(found):
    found.metadata = {"colab": {"provenance": [], "toc_visible": True}, "kernelspec": {"name": "python3"}}
    for n, cell in enumerate(found.cells):
        cell.metadata |= {"id": f"x{n}", "outputId": "y", "colab": {"base_uri": "https://localhost:8080/"}}


def vs_code(found):
    for cell in found.cells:
        cell.metadata = {"vscode": {"languageId": "python"}, "execution": {"iopub.status.busy": "2026"}}


def stub_below(found):
    found.cells += [nbformat.v4.new_code_cell(source) for source in SOLUTIONS]


def answers_below(found):
    """The stubs stay as they were, the answers are in new cells at the end."""
    places = answer_cells(found)
    found.cells += [nbformat.v4.new_code_cell(cell.source) for cell in places]
    for cell, source in zip(places, SOLUTIONS, strict=True):
        cell.source = source


def helpers(found):
    """A helper in a cell of its own, to which an answer goes for its work."""
    cell = answer_cells(found)[1]
    name = re.search(r"^def (\w+)\((.*?)\)", cell.source, re.MULTILINE)
    inner = cell.source.replace(f"def {name[1]}(", f"def _{name[1]}(")
    cell.source = f"def {name[1]}(*arguments):\n    return _{name[1]}(*arguments)"
    found.cells.insert(0, nbformat.v4.new_code_cell(inner))
    found.cells.insert(0, nbformat.v4.new_code_cell("import numpy as np"))


def extra(*sources):
    def changed(found):
        found.cells += [nbformat.v4.new_code_cell(source) for source in sources]
        found.cells[3:3] = [nbformat.v4.new_code_cell(source) for source in sources]

    return changed


def commented(found):
    for cell in code_cells(found):
        cell.source += "\n# checked"


KINDS = {
    "as it is": lambda found: None,
    "stripped of its metadata": without_metadata,
    "formatted": every_code_cell(as_black_writes),
    "Colab's metadata": colab,
    "VS Code's metadata": vs_code,
    "carriage returns inside the cells": every_code_cell(lambda source: source.replace("\n", "\r\n")),
    "blanks at the ends of lines": every_code_cell(lambda source: source.replace("\n", "  \n") + "\n\n"),
    "comments": commented,
    "%%time above the answers": above_answers("%%time"),
    "%%capture above the answers": above_answers("%%capture out"),
    "%%time above every cell": every_code_cell(lambda source: f"%%time\n{source}"),
    "two magics": above_answers("%%capture\n%%time"),
    "a stub below": stub_below,
    "answers below their stubs": answers_below,
    "helpers": helpers,
    "cells that fail": extra("1 / 0", "undefined", "def (", "import not_there", "%nomagic", "raise SystemExit"),
    "plots": extra("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
    "shell and pip": extra("!pip list", "%pip install numpy", "!ls"),
    "tries of their own": extra("circ_conv([1, 2, 3], [0, 1, 0])", "help(sum)", "%timeit sum(range(10))"),
}
ENCODINGS = {
    "a byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "carriage returns": lambda text: text.replace("\n", "\r\n").encode(),
    "escapes": lambda text: json.dumps(json.loads(text)).encode(),
}


@needs_bubblewrap
@pytest.mark.parametrize("change", KINDS.values(), ids=KINDS)
def test_an_honest_submission_gets_full_marks(change, tmp_path):
    found = answered()
    change(found)
    nbformat.write(found, tmp_path / "05_convolution.ipynb")
    record = grade_submission(Submission("ada", tmp_path / "05_convolution.ipynb"), ASSIGNED, 7, SANDBOX, LIMITS)
    assert record["points"] == 20.0, messages(record)
    assert record["problem"] == "" and record["remarks"] == []
    assert record["seconds"] < 100, "the chapter's own training was run"


@needs_bubblewrap
@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_an_honest_submission_is_read_in_any_encoding(encode, tmp_path):
    path = notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, RIGHT + "\n# π, é")
    path.write_bytes(encode(path.read_text("utf8")))
    assert graded(path)["points"] == 5.0


@needs_bubblewrap
@pytest.mark.parametrize(
    "name", ["homework 5", "05_convolution(1)", "05_convolution - Copy", "ünïcode", "Kopie von 05_convolution"]
)
def test_a_renamed_notebook_is_found(name, tmp_path):
    notebook(tmp_path / "class" / "ada" / f"{name}.ipynb", RIGHT, RIGHT_MATRIX)
    (submission,) = find_submissions(tmp_path / "class")
    assert graded(submission.path)["points"] == 5.0


@needs_bubblewrap
def test_of_two_copies_of_one_file_either_counts(tmp_path):
    notebook(tmp_path / "ada" / "05_convolution.ipynb", RIGHT, RIGHT_MATRIX)
    notebook(tmp_path / "ada" / "05_convolution(1).ipynb", RIGHT, RIGHT_MATRIX)
    assert graded(tmp_path / "ada")["points"] == 5.0


@needs_bubblewrap
@pytest.mark.parametrize("number", ["02", "07", "10"])
def test_a_formatted_notebook_runs_no_training(number, tmp_path):
    (chapter,) = [chapter for chapter in chapters(ROOT) if chapter.number == number]
    found = solution_notebook(chapter, Links(ROOT))
    every_code_cell(as_black_writes)(found)
    nbformat.write(found, tmp_path / "a.ipynb")
    assignment = make_assignment([chapter], 20)
    record = grade_submission(Submission("ada", tmp_path / "a.ipynb"), assignment, 7, SANDBOX, LIMITS)
    assert record["points"] == 20.0, messages(record)


@needs_bubblewrap
def test_under_the_load_of_ten_busy_processes_the_marks_are_the_same(tmp_path):
    path = notebook(
        tmp_path / "ada.ipynb", "import jax, jax.numpy as jnp\nz = jax.jit(jnp.sin)(jnp.ones(3))", RIGHT_MATRIX, RIGHT
    )
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(10)]
    try:
        record = graded(path)
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert record["points"] == 5.0 and record["chapters"][0]["cells"] == [], messages(record)

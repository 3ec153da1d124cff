"""What is no fault of the learner's is a problem for people, with a reason and an exit code; cells by their meaning."""

import json

import pytest
from click.testing import CliRunner
from handed_in import ASSIGNMENT, LIMITS, RIGHT, RIGHT_MATRIX, SANDBOX, graded, needs_bubblewrap, notebook, statuses

from gdl_course.classroom.assignment import load_assignment
from gdl_course.classroom.cells import by_meaning, by_text, prints
from gdl_course.classroom.cli import main
from gdl_course.classroom.submissions import find_submissions

# Where nobody can know what was meant: a problem, with a reason and an exit code, and never a zero --------------------


@needs_bubblewrap
def test_what_cannot_be_read_is_listed_with_its_reason_and_an_exit_code(tmp_path):
    ASSIGNMENT.save(tmp_path / "assignment.json")
    folder = tmp_path / "class"
    notebook(folder / "ada.ipynb", RIGHT, RIGHT_MATRIX)
    (folder / "bob.zip").write_bytes(b"PK\x03\x04")
    (folder / "carl").mkdir()
    (folder / "carl" / "homework.zip").write_bytes(b"PK\x03\x04")
    (folder / "dora.ipynb").write_bytes(b"")
    (folder / "eve.html").write_text("<html>")
    notebook(folder / "finn" / "05_a.ipynb", RIGHT)
    notebook(folder / "finn" / "05_b.ipynb", RIGHT_MATRIX)
    (folder / "notes.csv").write_text("mine")
    done = CliRunner().invoke(main, ["grade", str(folder), "--out", str(tmp_path / "report")])
    assert done.exit_code == 4, done.output
    told = {line.split(": ")[1]: line for line in done.output.splitlines() if line.startswith("not graded: ")}
    assert sorted(told) == ["bob", "carl", "dora", "eve", "finn"]
    for name, words in {
        "bob": "bob.zip` is no notebook",
        "carl": "homework.zip",
        "dora": "empty",
        "finn": "2 notebooks",
    }.items():
        assert words in told[name]
    table = (tmp_path / "report" / "grades.csv").read_text("utf-8-sig").splitlines()
    assert len(table) == 7 and all(line.split(",")[-7] == "" for line in table[1:] if not line.startswith("ada"))
    assert "5 of 6 could not be read" in (tmp_path / "report" / "index.html").read_text("utf8")
    assert "median" in (tmp_path / "report" / "index.html").read_text("utf8")


@needs_bubblewrap
def test_a_stub_in_the_answers_own_cell_is_something_to_look_at(tmp_path):
    """Who pasted it there meant something by it, and nobody knows what."""
    stub = "def circ_conv(x, k):\n    raise NotImplementedError('your turn, really')"
    record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, RIGHT, stub))
    assert statuses(record) == {"by_hand": "right", "circ_conv": "not started"}
    assert len(record["remarks"]) == 1 and "code cell 2" in record["remarks"][0]


@needs_bubblewrap
def test_a_machine_that_is_too_busy_is_the_machines_problem(tmp_path, monkeypatch):

    from gdl_course.classroom import answers, batch

    monkeypatch.setattr(answers, "PATIENCE", 0.0)
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT)
    (ada,) = find_submissions(tmp_path / "class")
    monkeypatch.setattr(batch, "limit_memory", lambda more: None)  # this very process lives on
    batch.grade_one(ada, ASSIGNMENT, 7, 0, SANDBOX, LIMITS, tmp_path / "report")
    record = json.loads(next((tmp_path / "report" / "records").iterdir()).read_text())
    assert "too busy" in record["problem"] and record["to_blame"] == "machine"


# Cells are compared by their meaning ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one, other",
    [
        ("x = {'a':1}", 'x = {"a": 1}'),
        ("def f(x):\n  return x # why", "def f(x):\n    return x"),
        ('def f():\n    """Say.\n\n      More.\n    """', 'def f():\n  """Say.\n\n  More."""'),
        ("y = (1,\n     2)", "y = (1, 2)"),
        ("%%time\ny = 1", "y = 1"),
        ("a = 1; b = 2", "a = 1\nb = 2"),
    ],
)
def test_the_same_code_in_another_layout_is_the_same_cell(one, other):
    assert by_meaning(one) == by_meaning(other) and by_text(one) != by_text(other)


@pytest.mark.parametrize(
    "one, other", [("x = 1", "x = 2"), ("x = 'a b'", "x = 'a  b'"), ("x = 1", "x: int = 1"), ("f(1)", "f(*1)")]
)
def test_other_code_is_another_cell(one, other):
    assert by_meaning(one) != by_meaning(other)


def test_an_assignment_of_an_earlier_version_is_still_understood(tmp_path):
    """It has prints of text alone."""
    found = json.loads(json.dumps({"exercises": [], "handout": [by_text("x = 1")]}))
    (tmp_path / "a.json").write_text(json.dumps(found))
    assert set(prints("x = 1")) & set(load_assignment(tmp_path / "a.json").handout)

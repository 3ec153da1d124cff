"""The grader with honest submissions: full marks, none, partly right, several chapters, stopped runs, no sandbox."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from handed_in import (
    ASSIGNMENT,
    CONVOLUTION,
    LIMITS,
    RIGHT,
    RIGHT_MATRIX,
    SANDBOX,
    WRONG,
    graded,
    messages,
    needs_bubblewrap,
    notebook,
    statuses,
)  # fmt: skip

from gdl_course.chapters.links import Links
from gdl_course.chapters.notebooks import chapters, learner_notebook, solution_notebook
from gdl_course.classroom import batch, sandbox
from gdl_course.classroom.assignment import Assignment, Exercise, make_assignment
from gdl_course.classroom.batch import grade_all, grade_one, has_record
from gdl_course.classroom.cli import main
from gdl_course.classroom.grading import grade_submission, record_path
from gdl_course.classroom.submissions import Submission, find_submissions
from gdl_course.exercises.engine.checking import check

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = {chapter.number: chapter for chapter in chapters(ROOT)}
LINKS = Links(ROOT)


def handed_in(tmp_path, chapter, make):
    """A submission and the assignment it answers, of one of the course's chapters."""
    path = tmp_path / f"{chapter.path.stem}.ipynb"
    nbformat.write(make(chapter, LINKS), path)
    return Submission("ada", path), make_assignment([chapter], 20)


@needs_bubblewrap
@pytest.mark.parametrize("number", CHAPTERS)
def test_the_solutions_of_a_chapter_get_full_marks(number, tmp_path):
    submission, assignment = handed_in(tmp_path, CHAPTERS[number], solution_notebook)
    record = grade_submission(submission, assignment, 7, SANDBOX, LIMITS)
    assert (record["points"], record["of"]) == (20.0, 20.0), messages(record)
    assert record["chapters"][0]["cells"] == [] and record["isolation"] == "bubblewrap"


@needs_bubblewrap
@pytest.mark.parametrize("number", ["02", "05", "17"])
def test_an_untouched_notebook_gets_nothing(number, tmp_path):
    submission, assignment = handed_in(tmp_path, CHAPTERS[number], learner_notebook)
    record = grade_submission(submission, assignment, 7, SANDBOX, LIMITS)
    assert record["points"] == 0.0 and set(statuses(record).values()) == {"not started"}


@needs_bubblewrap
def test_a_learner_reads_the_words_of_their_own_check(tmp_path):
    """A wrong answer is told the same by `check` and by the grader, down to the smallest input."""
    record = graded(notebook(tmp_path / "ada.ipynb", WRONG, RIGHT_MATRIX))
    namespace = {}
    exec(WRONG, namespace)
    assert check("05.circular-conv", namespace["circ_conv"]).message in messages(record)


@needs_bubblewrap
def test_an_error_names_the_learners_own_line(tmp_path):
    cell = "def circ_conv(x, k):\n    shifted = x.shift(1)\n    return shifted"
    record = graded(notebook(tmp_path / "ada.ipynb", "1 / 0", cell))
    assert "line 2, `shifted = x.shift(1)`: AttributeError" in messages(record)
    assert record["chapters"][0]["cells"] == [
        {"cell": 1, "message": "line 1, `1 / 0`: ZeroDivisionError: division by zero"}
    ]


@needs_bubblewrap
def test_magics_values_and_helpers_in_other_cells_work(tmp_path):
    helper = "%matplotlib inline\nimport numpy as np\ndef wrapped(x, i):\n    return x[i % len(x)]"
    terms = "k[t] * wrapped(x, i + t - r) for t in range(len(k))"
    conv = f"def circ_conv(x, k):\n    r = len(k) // 2\n    return [sum({terms}) for i in range(len(x))]"
    value = RIGHT_MATRIX.replace("def by_hand():\n    return", "by_hand =")
    record = graded(notebook(tmp_path / "ada.ipynb", helper, conv, value))
    assert statuses(record) == {"by_hand": "right", "circ_conv": "right"}, messages(record)


@needs_bubblewrap
def test_two_chapters_of_one_learner_are_graded_together(tmp_path):
    vectors = Exercise("02.tell-apart", "2.4", "Tell apart", "feature", 1.0)
    assignment = Assignment((CONVOLUTION, vectors))
    notebook(tmp_path / "class/ada/my_05_convolution (1).ipynb", RIGHT)
    notebook(tmp_path / "class/bob/05_a.ipynb", RIGHT)
    notebook(tmp_path / "class/bob/05_b.ipynb", WRONG)
    found = find_submissions(tmp_path / "class")
    ada, bob = (grade_submission(s, assignment, 7, SANDBOX, LIMITS) for s in found)
    assert ada["points"] == 3.0 and "no notebook of chapter 02" in messages(ada) and ada["problem"] == ""
    assert "2 notebooks could be chapter 05: 05_a.ipynb, 05_b.ipynb" in bob["problem"]


@needs_bubblewrap
def test_a_run_that_was_stopped_goes_on(tmp_path):
    for name in ("ada", "bob", "carl"):
        notebook(tmp_path / "class" / f"{name}.ipynb", RIGHT)
    found, report = find_submissions(tmp_path / "class"), tmp_path / "report"
    run = grade_all(found, Assignment((CONVOLUTION,)), report, SANDBOX)
    first, _ = next(run)
    run.close()  # as Ctrl-C does
    assert [has_record(s, report) for s in found] == [True, False, False]
    rest = [s.learner for s, _ in grade_all(found, Assignment((CONVOLUTION,)), report, SANDBOX, jobs=2)]
    assert sorted([first.learner, *rest]) == ["ada", "bob", "carl"]
    notebook(tmp_path / "class" / "bob.ipynb", WRONG)  # handed in again
    again = [(s.learner, r["points"]) for s, r in grade_all(found, Assignment((CONVOLUTION,)), report, SANDBOX)]
    assert again == [("bob", 0.0)]


@needs_bubblewrap
def test_a_report_is_of_one_assignment(tmp_path):
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT)
    found = find_submissions(tmp_path / "class")
    assert len(list(grade_all(found, Assignment((CONVOLUTION,)), tmp_path / "report", SANDBOX))) == 1
    with pytest.raises(ValueError, match="another assignment"):
        list(grade_all(found, ASSIGNMENT, tmp_path / "report", SANDBOX))


# The command ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def class_of_two(tmp_path):
    ASSIGNMENT.save(tmp_path / "assignment.json")
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT, RIGHT_MATRIX)
    notebook(tmp_path / "class" / "bob.ipynb", WRONG)
    return tmp_path


def points(report):
    records = [json.loads(path.read_text("utf8")) for path in sorted((report / "records").glob("*.json"))]
    return {record["learner"]: record["points"] for record in records}


@needs_bubblewrap
def test_gdl_grade_writes_a_report_and_says_where(class_of_two):
    command = [sys.executable, "-m", "gdl_course.classroom", "grade", "class", "--out", "report", "--jobs", "2"]
    done = subprocess.run(command, cwd=class_of_two, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "report/index.html" in done.stdout and (class_of_two / "report" / "index.html").is_file()
    assert points(class_of_two / "report") == {"ada": 5.0, "bob": 0.0}


def test_without_bubblewrap_nothing_is_run(class_of_two, monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    done = CliRunner().invoke(main, ["grade", str(class_of_two / "class"), "--out", str(class_of_two / "report")])
    assert done.exit_code == 3 and "apt-get install bubblewrap" in done.output and "--unprotected" in done.output
    assert not (class_of_two / "report").exists()


def test_bubblewrap_that_may_not_work_here_is_told_why(class_of_two, monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: "/bin/bwrap")
    monkeypatch.setattr(sandbox, "why_not", lambda *a: "bwrap: No permissions to create new namespace")
    done = CliRunner().invoke(main, ["grade", str(class_of_two / "class"), "--out", str(class_of_two / "report")])
    assert done.exit_code == 3 and "No permissions to create new namespace" in done.output


def test_unprotected_runs_only_when_asked_and_is_marked(class_of_two, monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    arguments = ["grade", str(class_of_two / "class"), "--out", str(class_of_two / "report"), "--unprotected"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "without a sandbox" in done.output and points(class_of_two / "report") == {"ada": 5.0, "bob": 0.0}
    pages = [path.read_text("utf8") for path in (class_of_two / "report").rglob("*.html")]
    assert len(pages) == 3 and all("without a sandbox" in page for page in pages)


def test_a_sandbox_that_fails_is_no_fault_of_the_learner(class_of_two, monkeypatch):
    """The record has a problem, not a grade, and the next run tries again."""
    refuse = ["sh", "-c", "echo no namespaces >&2"]
    monkeypatch.setattr(sandbox.Sandbox, "start", lambda self, course, d, folder: sandbox._started(refuse, [d], folder))
    monkeypatch.setattr(batch, "limit_memory", lambda more: None)  # this very process lives on
    ada, _ = find_submissions(class_of_two / "class")
    report = class_of_two / "report"
    grade_one(ada, ASSIGNMENT, 7, 0, SANDBOX, LIMITS, report)
    record = json.loads(record_path(report, "ada").read_text("utf8"))
    assert "did not start" in record["problem"] and "no namespaces" in record["problem"]
    assert not has_record(ada, report)


@needs_bubblewrap
def test_a_grader_that_dies_is_told_and_ends_with_1(class_of_two, monkeypatch):
    for name in ("ada", "bob"):
        notebook(class_of_two / "class" / f"{name}.ipynb", "import time\ntime.sleep(60)", RIGHT)
    monkeypatch.setattr(batch, "GRACE", -1e6)  # the time of each is up as soon as somebody looks
    done = CliRunner().invoke(main, ["grade", str(class_of_two / "class"), "--out", str(class_of_two / "report")])
    assert done.exit_code == 1 and "not graded: ada: its grading ended with code -9" in done.output
    assert points(class_of_two / "report") == {"ada": 0.0, "bob": 0.0}


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["grade", "nowhere", "--out", "report"], 2, "does not exist"),
        (["grade", "class"], 2, "--out"),
        (["grade", "class", "--out", "report", "--jobs", "0"], 2, "jobs"),
        (["grade", "empty", "--out", "report", "--assignment", "assignment.json"], 2, "no submissions in"),
        (["grade", "class", "--out", "report", "--assignment", "class/ada.ipynb"], 2, "not an assignment"),
        (["grade", "class", "--out", "assignment.json"], 2, "is a file"),
        (["grade", "far/class", "--out", "report"], 2, "no assignment.json"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(arguments, code, words, class_of_two, monkeypatch):
    monkeypatch.chdir(class_of_two)
    monkeypatch.setattr(sandbox, "require_bubblewrap", lambda secrets: SANDBOX)
    (class_of_two / "empty").mkdir()
    notebook(class_of_two / "far/off/class/ada.ipynb", RIGHT)
    (class_of_two / "far/class").symlink_to(class_of_two / "far/off/class")
    if arguments[1] == "far/class":
        monkeypatch.chdir(class_of_two / "far/off")
        arguments = ["grade", "class", "--out", "report"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code and words in done.output and "Traceback" not in done.output

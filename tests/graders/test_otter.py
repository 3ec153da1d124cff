"""The notebooks that `gdl assign --to otter` writes, in the hands of Otter itself, without a container."""

import json

import nbformat
import pytest

CHAPTERS = ["02_symmetry", "03_groups"]


@pytest.fixture(scope="module")
def course(tool, handed_out):
    """What was handed out, after `otter assign`."""
    otter, course = tool("otter"), handed_out("otter")
    for name in CHAPTERS:
        otter.run("otter", "assign", "--no-run-tests", f"{name}.ipynb", f"dist/{name}", cwd=course)
    return course


def test_what_learners_get_holds_no_solution_and_no_answer(course, leaked):
    for name in CHAPTERS:
        assert leaked(course / "dist" / name / "student") == {}
        (packed,) = (course / "dist" / name / "autograder").glob("*.zip")
        assert leaked(packed.parent) != {}  # so the search can find
        (course / "zip" / name).mkdir(parents=True)
        (course / "zip" / name / packed.name).write_bytes(packed.read_bytes())
    assert leaked(course / "zip") == {}  # the tests hold none either


def test_learners_get_the_learner_notebook(course, handed_out):
    learner = handed_out("learner")
    for name in CHAPTERS:
        ours = nbformat.read(learner / f"{name}.ipynb", as_version=4)
        theirs = nbformat.read(course / "dist" / name / "student" / f"{name}.ipynb", as_version=4)
        assert [cell.source for cell in theirs.cells] == [cell.source for cell in ours.cells]


@pytest.mark.parametrize(("learner", "points"), [("right", 20), ("untouched", 0)])
def test_right_answers_get_all_points_and_an_untouched_notebook_none(course, tool, submit, learners, learner, points):
    score, of = 0, 0
    for name in CHAPTERS:
        dist, submission = course / "dist" / name, course / "submitted" / learner / f"{name}.ipynb"
        submit(dist / "student" / submission.name, submission, learners[learner])
        (packed,) = (dist / "autograder").glob("*.zip")
        results = course / "results" / learner / name
        results.mkdir(parents=True)
        tool("otter").run("otter", "run", "--no-logo", "-a", packed, "-o", results, submission, cwd=course)
        graded = [test for test in json.loads((results / "results.json").read_text("utf8"))["tests"] if "score" in test]
        score, of = score + sum(test["score"] for test in graded), of + sum(test["max_score"] for test in graded)
    assert (score, of) == (points, 20)

"""The course folder that `gdl assign --to nbgrader` writes, in the hands of nbgrader itself."""

import csv

import nbformat
import pytest

NAME = "chapters-02-03"


@pytest.fixture(scope="module")
def course(tool, handed_out, submit, learners):
    """A course after release, hand-in and grading."""
    nbgrader, course = tool("nbgrader"), handed_out("nbgrader")
    nbgrader.run("nbgrader", "generate_assignment", NAME, cwd=course)
    for learner, written in learners.items():
        for notebook in (course / "release" / NAME).glob("*.ipynb"):
            submit(notebook, course / "submitted" / learner / NAME / notebook.name, written)
    nbgrader.run("nbgrader", "autograde", NAME, cwd=course)
    nbgrader.run("nbgrader", "export", cwd=course)
    return course


def test_the_release_holds_no_solution_and_no_answer(course, leaked):
    assert len(list((course / "release").rglob("*.ipynb"))) == 2
    assert leaked(course / "release") == {}
    assert leaked(course / "source") != {}  # so the search can find


def test_right_answers_get_all_points_and_an_untouched_notebook_none(course):
    with open(course / "grades.csv", encoding="utf8") as file:
        grades = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert grades == {"right": (20, 20), "untouched": (0, 20)}


def test_an_untouched_notebook_fails_only_where_nbgrader_adds_its_line(course):
    for path in (course / "autograded" / "untouched" / NAME).glob("*.ipynb"):
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        failed = [cell for cell in cells if any(output.output_type == "error" for output in cell.outputs)]
        assert failed == [cell for cell in cells if "points" in cell.metadata.get("nbgrader", {})]
        for cell in failed:
            assert "BEGIN HIDDEN TESTS" in cell.source
            assert "not started yet" in cell.outputs[0].data["text/plain"]

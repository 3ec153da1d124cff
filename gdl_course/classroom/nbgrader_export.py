"""A course folder for nbgrader (https://nbgrader.readthedocs.io), made from the chapters' source.

`nbgrader generate_assignment` takes it as it stands. Solutions are cleared between the markers that the source has
anyway. The line by which a check cell raises is a hidden test: learners get a cell that only shows the verdict, so
that an untouched notebook runs to its end, and nbgrader puts the line back when it grades.

nbgrader runs the check in the learner's own process and can be deceived: `gdl grade` is the grader that defends itself.
"""

from gdl_course.classroom.replacing import grade_id, notebook_with

CONFIG = """\
# Settings of nbgrader for this course. Change what you like: `gdl assign` writes this file only where there is none.
import os

c = get_config()  # noqa: F821, nbgrader defines it

os.environ["GDL_PROGRESS_FILE"] = ""  # what is graded here is nobody's own progress
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("your turn")'}  # a check says "not started yet"
c.Execute.timeout = 600  # seconds that one cell may take
"""
CHECK = """\
verdict = check("{name}", {function})
display(verdict)
### BEGIN HIDDEN TESTS
assert verdict.passed, verdict
### END HIDDEN TESTS"""


def write_nbgrader(assignment, chapters, links, folder, name) -> None:
    """Write `folder`/source/`name`/NN_name.ipynb for each chapter, and `folder`/nbgrader_config.py if there is none."""
    import nbformat

    source = folder / "source" / name
    source.mkdir(parents=True, exist_ok=True)
    for chapter in chapters:
        nbformat.write(nbgrader_notebook(assignment, chapter, links), source / f"{chapter.path.stem}.ipynb")
    config = folder / "nbgrader_config.py"
    if not config.exists():
        config.write_text(CONFIG, "utf8")


def nbgrader_notebook(assignment, chapter, links):
    """The chapter with solutions between markers, check cells worth their points, and no answers to open exercises."""
    exercises = {exercise.name: exercise for exercise in assignment.exercises}

    def solution(cell, part):
        cell.source = part.source
        cell.metadata["nbgrader"] = _metadata(grade_id(part.exercise) + "-solution", solution=True)
        return [cell]

    def graded(cell, part):
        exercise = exercises[part.exercise]
        cell.source = CHECK.format(name=exercise.name, function=exercise.function)
        cell.metadata["nbgrader"] = _metadata(grade_id(exercise.name), grade=True, locked=True, points=exercise.points)
        return [cell]

    return notebook_with(chapter, links, {"solution": solution, "check": graded})


def _metadata(name, **more):
    """nbgrader's cell metadata, version 3 of its schema."""
    kinds = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"schema_version": 3, "grade_id": name, **kinds, **more}

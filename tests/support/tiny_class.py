"""A class of three, small enough to be graded in a test: notebooks of one or two cells about one exercise."""

import shutil
from pathlib import Path

import pytest
from handed_in import notebook

from gdl_course.classroom.assignment import Assignment, Exercise

ASSIGNMENT = Assignment((Exercise("17.corners", "17.1", "Four corners, three groups", "corners", 2.0),))
RIGHT = "def corners():\n    return [4, 3, 2]"
WRONG = "def corners():\n    return [4, 8, 24]"


def write_class(folder: Path) -> Path:
    """Submissions of Ada (right), of =Bob, whose name is a formula (wrong), and of Cleo D, a folder (right)."""
    notebook(folder / "Ada.ipynb", RIGHT)
    notebook(folder / "=Bob.ipynb", WRONG, "print(undefined)")
    notebook(folder / "Cleo D" / "17_blueprint.ipynb", RIGHT)
    ASSIGNMENT.save(folder / "assignment.json")
    return folder


def need(program: str, package: str) -> None:
    """Skip the test where a program is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"no {program}: apt-get install {package}")

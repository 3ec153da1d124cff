"""What the graders are given: one assignment, and the submissions of two learners, one right and one untouched.

Each grader has a file of its own here: nbgrader, Otter. `gdl grade` takes the same fixtures: `handed_out("learner")`
for what it hands out, `submit` for what comes back.
"""

import os
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from leaks import Haystack, secrets, text_of_the_course

from gdl_course.chapters.source import read_chapter
from gdl_course.classroom.cli import main

ROOT = Path(__file__).resolve().parents[2]
NUMBERS, POINTS = ["02", "03"], 20  # the chapters that run fastest
STRICT = ("JAX_NUMPY_RANK_PROMOTION", "JAX_DEBUG_NANS", "JAX_ENABLE_COMPILATION_CACHE")  # for our own tests only


class Tool:
    """A grader that is installed in an environment of its own."""

    def __init__(self, bin: Path):
        self.bin = bin

    def run(self, *command, cwd):
        """Run a command of the tool; a failure shows what it printed."""
        environment = {key: value for key, value in os.environ.items() if key not in STRICT}
        environment |= {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "JUPYTER_PREFER_ENV_PATH": "1"}
        command = [self.bin / command[0], *command[1:]]
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


@pytest.fixture(scope="session")
def tool():
    """tool("nbgrader") -> the `Tool` in _build/nbgrader, or where NBGRADER says; if none is there, the test is skipped."""

    def found(name):
        folder = Path(os.environ.get(name.upper(), ROOT / "_build" / name))
        if not (folder / "bin" / name).is_file():
            pytest.skip(f"{name} is not in {folder}: `make test-graders` makes it")
        return Tool(folder / "bin")

    return found


@pytest.fixture(scope="session")
def handed_out(tmp_path_factory):
    """handed_out("otter") -> the folder that `gdl assign` wrote for this grader."""

    def made(kind):
        out = tmp_path_factory.mktemp(kind)
        command = ["assign", *NUMBERS, "--points", str(POINTS), "--to", kind, "--out", str(out), "--root", str(ROOT)]
        done = CliRunner().invoke(main, command, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return out

    return made


@pytest.fixture(scope="session")
def chapters():
    return [read_chapter(*(ROOT / "notebooks").glob(f"{number}_*.md")) for number in NUMBERS]


@pytest.fixture(scope="session")
def submit():
    """submit(notebook, to, written) copies what a learner was given, each cell as `written(source)` makes it."""

    def copied(notebook, to, written):
        found = nbformat.read(notebook, as_version=4)
        for cell in found.cells:
            cell.source = written(cell.source)
        to.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(found, to)

    return copied


@pytest.fixture(scope="session")
def learners(chapters):
    """Name -> what this learner makes of the source of a cell."""
    cells = [cell for chapter in chapters for cell in chapter.cells if cell.role == "solution"]
    solutions = {defined(cell.source): cell.source for cell in cells}

    def right(source):
        return solutions[defined(source)] if 'raise NotImplementedError("your turn' in source else source

    return {"right": right, "untouched": lambda source: source}


def defined(source):
    """The name of the last function that a cell defines."""
    return re.findall(r"^def (\w+)", source, flags=re.MULTILINE)[-1]


@pytest.fixture(scope="session")
def leaked(chapters):
    """leaked(folder) -> {secret: files that hold it}, for every line of a solution and phrase of an answer."""
    course = text_of_the_course(ROOT, chapters)
    pieces = [piece for chapter in chapters for secret in secrets(chapter, course) for piece in secret.pieces]
    assert len(pieces) > 50

    return lambda folder: Haystack(folder).where(pieces)

"""Grading 30 right submissions of one chapter: `gdl grade` on two cores beside nbgrader's single process.

    make test-graders && python benchmarks/grading.py

The submissions hold the chapter's imports, its exercises and their checks, and nothing else, so that nbgrader does not
wait for the chapter's own figures, which `gdl grade` leaves out by itself. Both start from notebooks on disk and end
with a grade for each; nbgrader starts a kernel for each notebook, `gdl grade` a sandbox.

On 2 cores, chapter 03, nbgrader 0.9.6: 18 s beside 58 s, 0.31; on a loaded machine 63 s beside 92 s, 0.68.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from gdl_course.chapters.source import END
from gdl_course.classroom.exports import hand_out

ROOT = Path(__file__).resolve().parent.parent
NBGRADER = ROOT / "_build" / "nbgrader" / "bin"
CHAPTER, CLASS = "03", 30


def exercises_only(path: Path) -> None:
    """Keep the cells that nbgrader knows, and those that import."""
    notebook = nbformat.read(path, as_version=4)
    known = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    imports = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and "from gdl_course.exercises import check" in cell.source
    ]
    notebook.cells = [*imports, *known]
    nbformat.write(notebook, path)


def hand_in(source: Path, to: Path) -> None:
    """The source's own solutions, as a learner hands them in; graders take no notice of the markers."""
    to.parent.mkdir(parents=True, exist_ok=True)
    assert END in source.read_text("utf8")
    shutil.copy(source, to)


def timed(command, folder) -> float:
    started = time.perf_counter()
    environment = {**os.environ, "PATH": f"{NBGRADER}{os.pathsep}{os.environ['PATH']}", "JUPYTER_PREFER_ENV_PATH": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return time.perf_counter() - started


def main() -> None:
    if not (NBGRADER / "nbgrader").is_file():
        print("nbgrader is not installed: `make test-graders` makes its environment")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand_out(ROOT, [CHAPTER], 20, "nbgrader", folder)
        (source,) = (folder / "source").rglob("*.ipynb")
        assignment = source.parent.name
        exercises_only(source)
        timed([NBGRADER / "nbgrader", "generate_assignment", assignment], folder)
        for number in range(CLASS):
            learner = f"learner-{number:02d}"
            hand_in(source, folder / "submitted" / learner / assignment / source.name)
            hand_in(source, folder / "class" / learner / source.name)
        grade = [sys.executable, "-m", "gdl_course.classroom", "grade", "class", "--out", "report", "--jobs", "2"]
        ours = timed(grade, folder)
        theirs = timed([NBGRADER / "nbgrader", "autograde", assignment], folder)
        points = {line.split(",")[-6] for line in (folder / "report" / "grades.csv").read_text("utf8").splitlines()[1:]}
        assert points == {"20.0"}, points
    ratio = f"{ours / theirs:.2f}"
    print(f"chapter {CHAPTER}, {CLASS} submissions: gdl grade, 2 jobs {ours:.0f} s, nbgrader {theirs:.0f} s: {ratio}")


if __name__ == "__main__":
    main()

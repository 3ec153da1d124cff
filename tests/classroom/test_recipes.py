"""Each recipe for a large class grades a small one, for real: every submission once, all into one report."""

import csv
import json
import os
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from handed_in import needs_bubblewrap
from tiny_class import need, write_class

from gdl_course.classroom.gradescope import ABOUT

pytestmark = needs_bubblewrap

RECIPES = Path(__file__).resolve().parents[2] / "gdl_course" / "classroom" / "recipes"
POINTS = {"Ada": "2.0", "'=Bob": "0.0", "Cleo D": "2.0"}


@pytest.fixture
def classroom(tmp_path):
    """A folder with submissions/ and assignment.json, as the recipes expect it, and `gdl` on the PATH."""
    write_class(tmp_path / "submissions")
    (tmp_path / "submissions" / "assignment.json").rename(tmp_path / "assignment.json")
    gdl = tmp_path / "bin" / "gdl"
    gdl.parent.mkdir()
    gdl.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gdl_course.classroom "$@"\n')
    gdl.chmod(0o755)
    return tmp_path


def run(classroom, *command, **environment):
    path = f"{classroom / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=classroom, env=os.environ | {"PATH": path} | environment, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def points(classroom):
    with open(classroom / "report" / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return {row["learner"]: row["total"] for row in csv.DictReader(file)}


def assert_one_run_graded_all(classroom):
    """All points are right, and all submissions were asked the same secret questions."""
    assert points(classroom) == POINTS
    assert len(list((classroom / "report" / "learners").iterdir())) == len(POINTS)
    asked = {json.loads(path.read_text("utf8"))["questions"] for path in classroom.glob("report/records/*.json")}
    assert len(asked) == 1


def test_every_recipe_is_shipped_with_the_package():
    settings = tomllib.loads((RECIPES.parents[2] / "pyproject.toml").read_text("utf8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["gdl_course"]
    shipped = [path.name for path in RECIPES.iterdir() if any(fnmatch(path.as_posix(), f"*/{p}") for p in patterns)]
    assert sorted(shipped) == sorted(path.name for path in RECIPES.iterdir())


def test_the_image_is_given_what_pip_needs_and_no_chapter():
    lines = (RECIPES / "Containerfile").read_text("utf8").splitlines()
    copied = {name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]}
    assert copied == {*ABOUT, "gdl_course"}
    assert all((RECIPES.parents[2] / name).exists() for name in copied)


def test_xargs(classroom):
    run(classroom, "sh", RECIPES / "xargs.sh", "submissions", "report", "3")
    assert_one_run_graded_all(classroom)


def test_xargs_fails_if_a_submission_does(classroom):
    (classroom / "bin" / "gdl").write_text('#!/bin/sh\n[ "$1" = report ]\n')
    with pytest.raises(AssertionError):
        run(classroom, "sh", RECIPES / "xargs.sh", "submissions", "report")


def test_gnu_parallel(classroom):
    need("parallel", "parallel")
    run(classroom, "sh", RECIPES / "parallel.sh", "submissions", "report", "3")
    assert_one_run_graded_all(classroom)
    assert len((classroom / "report" / "parallel.log").read_text().splitlines()) == 1 + len(POINTS)


def test_slurm(classroom):
    def task(number):
        run(classroom, "bash", RECIPES / "slurm.sh", SLURM_ARRAY_TASK_ID=str(number), SLURM_ARRAY_TASK_COUNT="4")

    with ThreadPoolExecutor(4) as tasks:  # the fourth finds nothing to do
        list(tasks.map(task, range(4)))
    run(classroom, "gdl", "report", "report")
    assert_one_run_graded_all(classroom)


def test_slurms_options_come_before_its_first_command():
    lines = (RECIPES / "slurm.sh").read_text().splitlines()
    options = [number for number, line in enumerate(lines) if line.startswith("#SBATCH")]
    assert len(options) == 5 and max(options) < min(n for n, line in enumerate(lines) if line and line[0] != "#")


def test_kubernetes(classroom):
    job = yaml.safe_load((RECIPES / "kubernetes.yaml").read_text())
    assert (job["kind"], job["spec"]["completionMode"]) == ("Job", "Indexed")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert {"name": "PARTS", "value": str(job["spec"]["completions"])} in container["env"]
    for index in range(2):
        run(classroom, *container["command"], JOB_COMPLETION_INDEX=str(index), PARTS="2")
    run(classroom, "gdl", "report", "report")
    assert_one_run_graded_all(classroom)

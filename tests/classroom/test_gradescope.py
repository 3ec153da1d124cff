"""The autograder's zip is what Gradescope expects, holds only what it needs, and without a sandbox gives no marks."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from handed_in import needs_bubblewrap, notebook
from tiny_class import ASSIGNMENT, RIGHT, WRONG

from gdl_course.chapters.source import BEGIN
from gdl_course.classroom import gradescope_run
from gdl_course.classroom.cli import main
from gdl_course.classroom.gradescope import write_autograder
from gdl_course.classroom.gradescope_run import results_of
from gdl_course.classroom.records import record_of
from gdl_course.classroom.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
# https://gradescope-autograders.readthedocs.io/en/latest/specs/
OF_RESULTS = {"score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "extra_data",
              "tests"}  # fmt: skip
OF_A_TEST = {"name", "name_format", "score", "max_score", "status", "output", "output_format", "visibility"}


@pytest.fixture
def autograder(tmp_path):
    """autograder(isolation) -> what Gradescope makes of the zip, with this environment in place of what setup.sh makes.

    The package is the one from the zip.
    """

    def unpacked(isolation):
        folder = tmp_path / "autograder"
        archive = write_autograder(ROOT, tmp_path / "autograder.zip", ASSIGNMENT, isolation)
        zipfile.ZipFile(archive).extractall(folder / "source")
        (folder / "source" / "run_autograder").rename(folder / "run_autograder")
        (folder / "run_autograder").chmod(0o755)
        python = folder / "gdl" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}/source" exec "{sys.executable}" -P "$@"\n')
        python.chmod(0o755)
        return folder

    return unpacked


def run(folder, **changes):
    """The results of run_autograder in this folder."""
    environment = os.environ | {"AUTOGRADER": str(folder)} | changes
    subprocess.run([folder / "run_autograder"], env=environment, check=True, timeout=120)
    return json.loads((folder / "results" / "results.json").read_text("utf8"))


def test_the_zip_has_the_layout_that_gradescope_asks_for(tmp_path):
    with zipfile.ZipFile(write_autograder(ROOT, tmp_path / "a.zip", ASSIGNMENT, "bubblewrap")) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 & 0o111
            assert archive.read(name).startswith(b"#!/bin/")
        settings = json.loads(archive.read("autograder.json"))
    assert settings["isolation"] == "bubblewrap" and settings["assignment"]["exercises"][0]["name"] == "17.corners"


def test_the_zip_holds_the_assigned_checks_and_no_other_answers(tmp_path):
    with zipfile.ZipFile(write_autograder(ROOT, tmp_path / "a.zip", ASSIGNMENT, "bubblewrap")) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name).decode("utf8", "replace") for name in names}
    assert [name for name in names if re.search("/ch[0-9]", name)] == ["gdl_course/exercises/ch17.py"]
    assert not [name for name in names if "quiz" in name and name.endswith(".json")]
    assert not [name for name in names if name.startswith(("notebooks", "tests", "book", "_build")) or "cache" in name]
    assert [name for name, text in texts.items() if f"\n    {BEGIN}\n" in text] == []


def test_the_scripts_are_shell():
    for name in ("setup.sh", "run_autograder.sh"):
        script = ROOT / "gdl_course" / "classroom" / "autograder" / name
        subprocess.run(["bash", "-n", script], check=True)


@needs_bubblewrap
def test_a_submission_is_graded_as_gradescope_runs_it(autograder):
    folder = autograder("bubblewrap")
    notebook(folder / "submission" / "17_blueprint.ipynb", RIGHT, "print(undefined)")
    results = run(folder)
    assert (results["score"], results["extra_data"]["isolation"]) == (2.0, "bubblewrap")
    (test,) = results["tests"]
    assert (test["score"], test["max_score"], test["status"]) == (2.0, 2.0, "passed")
    assert "Code cell 2 of 17_blueprint.ipynb failed: line 1, `print(undefined)`" in results["output"]
    assert set(results) <= OF_RESULTS and set(test) <= OF_A_TEST


def test_without_a_sandbox_nothing_is_graded(autograder, tmp_path):
    folder = autograder("bubblewrap")
    notebook(folder / "submission" / "17_blueprint.ipynb", RIGHT)
    programs = tmp_path / "programs"  # all that the scripts need, but no bwrap
    programs.mkdir()
    for program in ("sh", "mkdir", "cat"):
        (programs / program).symlink_to(f"/bin/{program}")
    results = run(folder, PATH=str(programs))
    assert results["score"] == 0 and results["visibility"] == "visible"
    (test,) = results["tests"]
    assert (test["name"], test["status"]) == ("Not graded", "failed")
    assert "bubblewrap" in test["output"] and "no points lost" in results["output"]


def test_unprotected_grading_is_the_instructors_choice_and_says_so(autograder):
    folder = autograder("none")
    notebook(folder / "submission" / "17_blueprint.ipynb", WRONG)
    results = run(folder)
    assert results["output"].startswith("Graded without a sandbox")
    assert results["tests"][0]["status"] == "failed" and "orders of the groups" in results["tests"][0]["output"]


def test_as_another_user_the_doors_are_shut_before_one_looks_whether_they_are(tmp_path, monkeypatch):
    package = tmp_path / "gdl_course"
    package.mkdir()
    monkeypatch.setattr(gradescope_run, "__file__", str(package / "classroom" / "gradescope_run.py"))
    looked = []

    def require_other_user(secrets):
        looked.extend((path.name, path.stat().st_mode & 0o777) for path in [*secrets, package])
        return Sandbox("user")

    monkeypatch.setattr(gradescope_run, "require_other_user", require_other_user)
    assert gradescope_run._around("user", tmp_path).kind == "user"
    assert looked == [("source", 0o700), ("submission", 0o700), ("results", 0o700), ("gdl_course", 0o700)]


def test_the_zip_is_made_for_another_user_where_the_instructor_says_so(tmp_path):
    made = ["gradescope", "17", "--root", str(ROOT), "--out", str(tmp_path / "a.zip"), "--other-user"]
    assert CliRunner().invoke(main, made).exit_code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert json.loads(archive.read("autograder.json"))["isolation"] == "user"
    both = CliRunner().invoke(main, [*made, "--unprotected"])
    assert both.exit_code == 2 and "choose one" in both.output
    record = {"to_blame": "", "learner": "x", "assignment": "", "points": 0.0, "of": 2.0, "seconds": 0.1, "version": "",
              "isolation": "user", "graded_at": "", "problem": "", "chapters": []}  # fmt: skip
    assert results_of(record_of(record))["output"].startswith("Graded as another user")


def test_a_grader_that_cannot_even_start_leaves_a_result(autograder):
    folder = autograder("none")
    (folder / "gdl" / "bin" / "python").write_text("#!/bin/sh\nkill -9 $$\n")
    with pytest.raises(subprocess.CalledProcessError):
        run(folder)
    results = json.loads((folder / "results" / "results.json").read_text("utf8"))
    assert results["score"] == 0 and results["output"].startswith("Not graded")


def test_our_own_failure_is_a_result_too(autograder):
    folder = autograder("none")
    (folder / "source" / "autograder.json").write_text("{}")
    assert "KeyError" in run(folder)["output"]


def test_a_notebook_that_is_missing_is_said_first():
    chapter = {"chapter": "17", "notebook": None, "status": "missing", "message": "there is no notebook", "cells": []}
    record = {"to_blame": "", "learner": "submission",
              "assignment": "Chapter 17", "points": 0.0, "of": 2.0, "seconds": 0.1,
              "isolation": "bubblewrap", "graded_at": "", "version": "", "problem": "",
              "chapters": [chapter | {"exercises": []}]}  # fmt: skip
    assert results_of(record_of(record))["output"] == "Chapter 17: there is no notebook."

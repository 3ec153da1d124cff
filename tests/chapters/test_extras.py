"""Learners install the package alone; what authors and instructors need is named with a command that works."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from gdl_course.chapters import extras
from gdl_course.chapters.extras import MODULES, REPOSITORY
from gdl_course.classroom.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["optional-dependencies"]
COMMANDS = {
    "notebooks": ["notebooks", "out"],
    "assign": ["assign", "5"],
    "assign to nbgrader": ["assign", "5", "--to", "nbgrader"],
    "gradescope": ["gradescope", "5", "--out", "out.zip"],
    "executed": ["executed", "book", "out"],
    "slides": ["slides", "book", "out"],
}
WITHOUT = f"""
import sys, importlib.abc
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in {sorted({*MODULES["classroom"], *MODULES["book"], "sphinx", "jupytext"})!r}:
            raise ModuleNotFoundError("No module named " + name)
sys.meta_path.insert(0, Missing())
"""


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_command_without_its_extra_says_how_to_install_it(arguments, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    done = CliRunner().invoke(main, arguments)
    extra = "book" if arguments[0] == "slides" else "classroom"
    assert done.exit_code == 2 and isinstance(done.exception, SystemExit)
    assert f'`pip install ".[{extra}]"`' in done.output
    assert f'`pip install "gdl-course[{extra}] @ git+{REPOSITORY}"`' in done.output


def test_the_address_is_the_courses():
    assert yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["repository"]["url"] == REPOSITORY


def test_an_extra_installs_what_it_is_needed_for():
    names = {"yaml": "pyyaml", "markdown_it": "myst-nb", "sphinx_revealjs": "sphinx-revealjs", "myst_nb": "myst-nb"}
    for extra, modules in MODULES.items():
        installed = {line.split(">=")[0] for line in [*EXTRAS[extra], *EXTRAS["classroom"]]}
        assert {names.get(module, module) for module in modules} <= installed


def test_the_book_has_all_that_the_classroom_has():
    assert "gdl-course[classroom]" in EXTRAS["book"]


@pytest.mark.parametrize(
    "code",
    [
        "import gdl_course.layers, gdl_course.widgets, gdl_course.figures, gdl_course.exercises, gdl_course.training",
        "from gdl_course.exercises import check; assert check('02.act', ...).status == 'not started'",
        "from gdl_course.classroom import grading, batch, reports, gradescope_run",
        "from gdl_course.classroom.cli import main; main(['progress', '5'])",
        "from gdl_course.classroom.cli import main; main(['grade', '--help'])",
    ],
)
def test_learning_and_grading_need_no_extra(code, tmp_path):
    done = subprocess.run([sys.executable, "-c", WITHOUT + code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_progress_takes_the_numbers_that_assign_takes():
    one, two = (CliRunner().invoke(main, ["progress", number]) for number in ("5", "05"))
    assert one.exit_code == 0 and one.output == two.output

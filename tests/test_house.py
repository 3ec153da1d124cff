"""The house: who imports whom, where a module may stand, and how long a file and a line may be."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gdl_course"
DOORS = {"__init__", "kernels", "training"}  # `from gdl_course import kernels`: a subject in one file
ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))

MOST_LINES = 260
MOST_COLUMNS = 120


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows or could know, so that nothing generated is measured."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in answer.stdout.splitlines() if (ROOT / name).is_file()]


def exported_functions(room: Path) -> set[str]:
    """The names that a room's `__init__.py` imports from its own modules, or defines."""
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    imported = {a.asname or a.name for node in tree.body if isinstance(node, ast.ImportFrom) for a in node.names}
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return imported | defined


def test_a_room_imports_only_rooms_below_it():
    # In a process of its own: it keeps the standard output that it finds, and pytest closes that after each test.
    command = "from importlinter import cli; raise SystemExit(cli.lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ["representations", "groups", "equivariance", "kernels"])
def test_the_algebra_loads_neither_jax_nor_matplotlib(room):
    # What is imported on the way, too, which no list of imports shows.
    program = f"import sys, gdl_course.{room}; print([m for m in ('jax', 'matplotlib', 'IPython') if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_the_root_of_the_package_has_doors_only():
    assert {path.stem for path in PACKAGE.glob("*.py")} == DOORS


def test_every_folder_with_python_is_a_package():
    # Without __init__.py a folder escapes the rule of imports and the wheel.
    assert {path.parent for path in tracked("gdl_course/*.py")} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: ".".join(room.relative_to(ROOT).parts))
def test_a_module_never_bears_the_name_of_what_its_room_exports(room):
    modules = {path.stem for path in room.glob("*.py")} | {path.parent.name for path in room.glob("*/__init__.py")}
    name = ".".join(room.relative_to(ROOT).parts)
    here = importlib.import_module(name)
    hidden = [m for m in modules & exported_functions(room) if not isinstance(getattr(here, m), type(sys))]
    assert not hidden, f"{name}: `from {name} import {hidden[0]}` would be a function or a module, by chance"


def test_no_python_file_of_the_course_is_above_260_lines():
    files = tracked("gdl_course/*.py", "book/*.py", "benchmarks/*.py")
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert len(lengths) > 100
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


@pytest.mark.parametrize("language", ["py", "js"])
def test_no_line_is_above_120_columns(language):
    files = tracked(f"*.{language}")
    assert len(files) > 30
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MOST_COLUMNS
    ]
    assert not long, f"{len(long)} lines are above {MOST_COLUMNS} columns: {long[:20]}"

"""Pages are executed once, and again exactly when something that their cells use has changed."""

import sys
from pathlib import Path

import nbformat.v4
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where the build finds its extensions
import gdl_execution  # noqa: E402
from gdl_execution import Failed, execute, executed, place, used_files  # noqa: E402

FILES = {
    "requirements.txt": "numpy==2.4.6\n",
    "gdl_course/__init__.py": "from gdl_course.low import twice\n",
    "gdl_course/low.py": "def twice(x):\n    return 2 * x\n",
    "gdl_course/room/__init__.py": "from gdl_course.room.one import first\nfrom gdl_course.room.two import second\n",
    "gdl_course/room/one.py": "def first():\n    import gdl_course.far\n",
    "gdl_course/room/one.css": "p {}",
    "gdl_course/room/two.py": "second = 2\n",
    "gdl_course/far.py": "",
    "gdl_course/exercises/__init__.py": "from gdl_course.exercises.engine import check\n",
    "gdl_course/exercises/engine.py": "check = print\n",
    "gdl_course/exercises/ch05.py": "CHECKS = {}\n",
    "gdl_course/exercises/quiz05.json": "[]",
    "gdl_course/exercises/ch06.py": "CHECKS = {}\n",
}


def notebook(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course; what was read of its files is forgotten when one of them changes."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return tmp_path


def change(course, name):
    (course / name).write_text((course / name).read_text() + "\n")
    gdl_execution._contents.cache_clear()
    gdl_execution._imports_of.cache_clear()


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("import numpy", set()),
        ("from gdl_course import twice", {"low.py"}),
        ("from gdl_course.room import second", {"low.py", "room/two.py", "room/one.css"}),
        ("from gdl_course.room import first", {"low.py", "room/one.py", "room/one.css", "far.py"}),
        ("def f():\n    import gdl_course.room", {"low.py", "room/one.py", "room/two.py", "room/one.css", "far.py"}),
        ("if False:\n    %pip install x\nimport numpy", set()),
        ("%timeit 1\nfrom gdl_course.exercises import check", {"low.py", "exercises/engine.py"}),
    ],
)
def test_a_page_uses_what_it_imports_directly_or_not_and_the_data_beside_it(course, source, files):
    used = {file.relative_to(course / "gdl_course").as_posix() for file in used_files(source, "09_x", course)}
    assert {name for name in used if not name.endswith("__init__.py")} == files


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("requirements.txt", {"05_a", "06_b", "07_c"}),
        ("gdl_course/exercises/engine.py", {"05_a", "06_b"}),
        ("gdl_course/exercises/ch05.py", {"05_a"}),
        ("gdl_course/exercises/quiz05.json", {"05_a"}),
        ("gdl_course/far.py", {"07_c"}),
        ("gdl_course/room/two.py", set()),
    ],
)
def test_a_change_reaches_the_pages_that_use_it_and_no_others(course, changed, again):
    check = notebook("from gdl_course.exercises import check")
    pages = {"05_a": check, "06_b": check, "07_c": notebook("from gdl_course.room import first")}
    before = {name: place(page, name, course) for name, page in pages.items()}
    change(course, changed)
    assert {name for name, page in pages.items() if place(page, name, course) != before[name]} == again


def test_a_page_runs_once_and_the_next_build_finds_its_outputs(course):
    pages = {"a": notebook("6 * 7", "print('hello')"), "b": notebook("1")}
    said = []
    for _ in range(2):
        execute(pages, course, 60, said.append)
    assert sorted(line.split(":")[0] for line in said) == ["executed 1 of 2", "executed 2 of 2"]
    page, record = executed(pages["a"], "a", course)
    assert page.cells[0].outputs[0].data == {"text/plain": "42"} and page.cells[1].outputs[0].text == "hello\n"
    assert record["succeeded"] and record["runtime"] > 0
    assert pages["a"].cells[0].outputs == []


def test_an_edited_cell_leaves_the_outputs_of_the_old_one_nowhere(course):
    execute({"a": notebook("6 * 7")}, course, 60)
    with pytest.raises(FileNotFoundError):
        executed(notebook("6 * 8"), "a", course)
    execute({"a": notebook("6 * 8")}, course, 60)
    assert executed(notebook("6 * 8"), "a", course)[0].cells[0].outputs[0].data["text/plain"] == "48"
    assert len(list((course / gdl_execution.FOLDER).iterdir())) == 1


def test_a_failing_cell_is_told_with_its_traceback_and_tried_again(course):
    page, flag = notebook(f"assert open({str(course / 'flag')!r}).read() == 'good'"), course / "flag"
    flag.write_text("bad")
    execute({"a": page}, course, 60)
    with pytest.raises(Failed, match="AssertionError"):
        executed(page, "a", course)
    flag.write_text("good")
    execute({"a": page}, course, 60)
    assert executed(page, "a", course)[1]["succeeded"]

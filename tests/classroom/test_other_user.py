"""The third way, where a container forbids namespaces: another user, unreadable checks, no network, one tree."""

import os
import shutil
import tempfile
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner
from handed_in import ASSIGNMENT, LIMITS, RIGHT, RIGHT_MATRIX, WRONG, graded, left_running, messages, notebook, statuses

from gdl_course.classroom import hidden, sandbox
from gdl_course.classroom.cli import main
from gdl_course.classroom.sandbox import NoSandbox, Sandbox, require_other_user

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv")
OTHER = Sandbox("user")


def other(path, limits=LIMITS):
    return graded(path, limits, sandbox=OTHER)


def test_right_is_right_and_wrong_is_wrong(tmp_path):
    record = other(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, WRONG))
    assert statuses(record) == {"by_hand": "right", "circ_conv": "wrong"} and record["isolation"] == "user", messages(
        record
    )
    assert other(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, RIGHT))["points"] == 5.0


def test_neither_network_nor_another_user_nor_the_checkers_files_are_reached(tmp_path):
    (tmp_path / "secret").write_text("x")
    os.chmod(tmp_path / "secret", 0o600)
    cell = f"""
import os, socket
reached = []
def attempt(name, act):
    try:
        act()
        reached.append(name)
    except OSError:
        pass
attempt("network", lambda: socket.socket(socket.AF_INET))
attempt("root", lambda: os.setuid(0))
attempt("another", lambda: os.setuid(100_000))
attempt("a signal", lambda: os.kill({os.getpid()}, 0))
attempt("a file", lambda: open({str(tmp_path / "secret")!r}))
attempt("its memory", lambda: open("/proc/{os.getpid()}/environ").read())
attempt("a write", lambda: open({str(tmp_path / "x")!r}, "w"))
def by_hand():
    raise ValueError(str(reached))
"""
    assert "ValueError: []" in messages(other(notebook(tmp_path / "ada.ipynb", cell)))


def test_a_process_that_leaves_the_tree_ends_with_its_submission(tmp_path):
    mark = f"gdl-other-user-{os.getpid()}"
    child = (
        f"import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        f"        os.execv('/bin/sh', ['sh', '-c', 'while :; do sleep 1; done # {mark}'])\n    os._exit(0)"
    )
    assert other(notebook(tmp_path / "ada.ipynb", child, RIGHT, RIGHT_MATRIX))["points"] == 5.0
    assert left_running(mark) == []


def test_nothing_is_graded_where_another_user_can_read_a_check(tmp_path, monkeypatch):
    exercises = tmp_path / "gdl_course" / "exercises"
    exercises.mkdir(parents=True)
    (exercises / "ch05.py").write_text("secret")
    for folder in takewhile(lambda folder: folder != Path(tempfile.gettempdir()), (tmp_path, *tmp_path.parents)):
        os.chmod(folder, 0o755)  # pytest's workers have one more than pytest alone
    monkeypatch.setattr(hidden, "_courses", lambda: {exercises.parent})
    with pytest.raises(NoSandbox, match="ch05.py.*chmod"):
        require_other_user()
    os.chmod(exercises / "ch05.py", 0o600)
    assert require_other_user().kind == "user"
    (tmp_path / "class").mkdir()
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT)
    with pytest.raises(NoSandbox, match="ada.ipynb"):
        require_other_user([tmp_path / "class"])
    os.chmod(tmp_path / "class", 0o700)
    assert require_other_user([tmp_path / "class"]).kind == "user"


def test_the_report_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "require_other_user", lambda secrets: OTHER)
    ASSIGNMENT.save(tmp_path / "assignment.json")
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT, RIGHT_MATRIX)
    done = CliRunner().invoke(
        main, ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "report"), "--other-user"]
    )
    assert done.exit_code == 0 and "share /tmp" in done.output.splitlines()[0]
    assert "graded as another user, without a sandbox" in (tmp_path / "report" / "index.html").read_text("utf8")
    assert "as another user" in (tmp_path / "report" / "learners" / "ada.html").read_text("utf8")

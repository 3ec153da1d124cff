"""What is recorded of a learner's tries, and that recording never spoils a check."""

import errno
import json
import os
import subprocess
import sys

import platformdirs
import pytest
from click.testing import CliRunner

from gdl_course.classroom.cli import main
from gdl_course.exercises import UnknownExercise, check, progress
from gdl_course.exercises.engine.checking import checks_of
from gdl_course.exercises.engine.record import VARIABLE, Tried, add, read_record, record, record_file


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of this test, in a folder that does not exist yet."""
    path = tmp_path / "data" / "progress.jsonl"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def gdl(*arguments, answer=""):
    return CliRunner().invoke(main, ["progress", *arguments], input=answer)


def act(g, x):
    """The right answer to 02.act."""
    y = [0.0] * len(x)
    for i, target in enumerate(g):
        y[target] = x[i]
    return y


# The record


def test_every_try_is_recorded_up_to_the_right_one(file):
    check("02.act", lambda g, x: x[:1])
    check("02.act", lambda g, x: 1 / 0)
    assert read_record(file) == {"02.act": Tried("error", 2)}
    assert check("02.act", act).passed
    (tried,) = read_record(file).values()
    assert (tried.status, tried.tries) == ("right", 3)
    last = file.read_text().splitlines()[-1]
    assert json.loads(last)["at"].startswith(tried.first_right) and len(tried.first_right) == len("2026-11-21")


def test_once_right_stays_right(file):
    for status in ("wrong", "right", "wrong", "right"):
        add(file, "02.act", status)
    (tried,) = read_record(file).values()
    assert (tried.status, tried.tries) == ("right", 2)


def test_an_exercise_that_is_not_started_is_no_try(file):
    check("02.act", ...)
    assert not file.exists()


def test_two_processes_that_write_at_once_lose_nothing(file):
    program = (
        "import sys; from pathlib import Path; from gdl_course.exercises.engine.record import add\n"
        "sys.stdin.read(1)\n"
        "for i in range(500): add(Path(sys.argv[1]), f'{sys.argv[2]}.{i}', 'wrong')"
    )
    command = [sys.executable, "-c", program, str(file)]
    writers = [subprocess.Popen([*command, chapter], stdin=subprocess.PIPE) for chapter in ("02", "03")]
    for writer in writers:
        writer.stdin.close()  # both start now
    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert set(read_record(file)) == {f"{chapter}.{i}" for chapter in ("02", "03") for i in range(500)}


def test_a_damaged_line_costs_no_other_and_is_kept(file):
    add(file, "02.act", "right")
    damaged = b'\xff\x00{"exercise": "02.six-maps", "sta'
    lines = [b"[]", b'{"exercise": 1, "status": "wrong", "at": ""}', b'{"exercise": "02.a", "status": "?", "at": ""}']
    file.write_bytes(file.read_bytes() + b"\n".join([*lines, damaged]))
    record("02.break-it", "wrong")
    found = {name: tried.status for name, tried in read_record(file).items()}
    assert found == {"02.act": "right", "02.break-it": "wrong"}
    assert damaged in file.read_bytes()


@pytest.mark.parametrize(
    ("hinder", "words"),
    [
        (lambda file: file.mkdir(parents=True), "cannot be read"),
        (lambda file: file.parent.touch(), "is not a folder"),
    ],
    ids=["a folder of that name", "a file in place of the folder"],
)
def test_a_place_that_cannot_hold_the_file_spoils_no_check(hinder, words, file):
    hinder(file)
    assert check("02.act", act).passed
    with pytest.raises(OSError):
        add(file, "02.act", "right")
    assert words in progress("02").remark
    assert progress("02").chapters[0].right == 0


def test_a_home_that_is_read_only_spoils_no_check(file, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    add(file, "02.six-maps", "right")
    monkeypatch.setattr(os, "open", refuse)
    assert check("02.act", act).passed
    assert set(read_record(file)) == {"02.six-maps"}


def test_a_file_that_may_not_be_written_is_still_read(file, monkeypatch):
    add(file, "02.six-maps", "right")
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    assert progress("02").chapters[0].right == 1
    assert "may not be written to" in progress("02").remark


def test_an_empty_variable_records_nothing(file, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    check("02.act", act)
    assert record_file() is None and not file.parent.exists()
    assert VARIABLE in progress("02").remark


def test_without_the_variable_the_file_is_in_the_users_data_folder(monkeypatch):
    monkeypatch.delenv(VARIABLE)
    assert record_file().parent == platformdirs.user_data_path("gdl-course", appauthor=False)


def test_the_tests_record_nothing():
    assert os.environ[VARIABLE] == ""


# What a learner sees


def test_a_chapter_says_how_many_are_right_and_which_is_next(file):
    names = list(checks_of("05"))
    for name in names[:2]:
        add(file, name, "right")
    add(file, names[2], "wrong")
    found = progress("05")
    assert repr(found) == f"Chapter 5: 2 of 5 checked exercises right; next: 5.3 {names[2].removeprefix('05.')}"
    assert 'aria-label="5.2 right"' in found._repr_html_() and 'aria-label="5.3 wrong"' in found._repr_html_()
    for name in names[2:]:
        add(file, name, "right")
    assert repr(progress("05")) == "Chapter 5: 5 of 5 checked exercises right"


def test_the_course_has_a_line_for_each_chapter(file):
    add(file, "05.by-hand", "right")
    lines = repr(progress()).splitlines()
    assert [line for line in lines if " 0 of " not in line] == [repr(progress("05"))]
    assert len(lines) == len(progress().chapters) >= 12


def test_a_chapter_without_checks_is_refused():
    with pytest.raises(UnknownExercise, match="no chapter '99'.*05"):
        progress("99")


# In a terminal


def test_gdl_progress_draws_a_bar_for_each_chapter_and_names_the_file(file):
    for name in checks_of("02"):
        add(file, name, "right")
    add(file, "05.by-hand", "right")
    done = gdl()
    assert done.exit_code == 0
    assert " 2  ##########  5 of 5\n" in done.output
    assert " 5  ##........  1 of 5  next: 5.2 " in done.output
    assert f"Kept in {file}" in done.output


def test_gdl_progress_of_a_chapter_tells_of_each_exercise(file):
    add(file, "02.act", "wrong")
    add(file, "02.act", "right")
    since = read_record(file)["02.act"].first_right
    done = gdl("02")
    assert done.exit_code == 0
    assert f"2.2 act         right since {since}, 2 tries\n" in done.output
    assert gdl("99").exit_code == 2


def test_gdl_progress_forgets_only_when_told_so(file):
    add(file, "02.act", "right")
    assert gdl("--reset", answer="n\n").exit_code == 0 and file.exists()
    assert gdl("02", "--reset", answer="y\n").exit_code == 2 and file.exists()
    assert gdl("--reset", answer="y\n").exit_code == 0 and not file.exists()
    assert gdl("--reset").exit_code == 0

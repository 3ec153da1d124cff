"""Grade one submission: run it in the sandbox, ask its functions, write one record.

The checker stays outside. It draws random inputs from a secret seed, sends them to the submission's functions, and
judges the arrays that come back, with the checks that learners know. A function is found by its name, so cells may be
moved, doubled, edited or stripped of their metadata.
"""

import hashlib
import hashlib
import json
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from gdl_course.classroom import sandbox
from gdl_course.classroom.answers import Answer, Ended, NotFound, Session
from gdl_course.classroom.files import write_whole
from gdl_course.classroom.submissions import Unreadable, read_cells, to_run
from gdl_course.exercises.engine.checking import find_check, judge
from gdl_course.exercises.engine.running import TimeUp, within

CELL = 20.0  # seconds of computing for one cell
EXERCISE = 60.0  # seconds on the clock for one exercise
LONG_NAME = 150  # characters
RESTARTS = 3  # how many cells of a notebook may end the process
ISOLATION = {"bubblewrap": sandbox.protected, "none": sandbox.unprotected}


def grade_submission(submission, assignment, seed, isolation, limits) -> dict:
    """The record of a submission: points, and for each exercise the check's status and words.

    `isolation` is a key of `ISOLATION`. Never raises for anything in a submission.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gdl-grade-") as folder:
        sandbox.write_course(Path(folder) / "course")
        grader = _Grader(Path(folder), isolation, limits, seed, started + limits.seconds)
        chapters = [grader.chapter(submission, assignment, chapter) for chapter in assignment.chapters]
    points = sum(exercise["points"] for chapter in chapters for exercise in chapter["exercises"])
    return {
        "learner": submission.learner, "assignment": assignment.title, "points": points, "of": assignment.points,
        "seconds": _since(started), "isolation": isolation,
        "questions": hashlib.sha256(str(seed).encode()).hexdigest()[:12],  # which were asked, not what they were
        "graded_at": datetime.now(UTC).isoformat(timespec="seconds"), "version": version("gdl-course"),
        "problem": "", "chapters": chapters,
    }  # fmt: skip


class _Grader:
    """What the gradings of one submission's chapters share."""

    def __init__(self, folder, isolation, limits, seed, until):
        self.folder, self.isolation, self.limits, self.seed, self.until = folder, isolation, limits, seed, until

    def chapter(self, submission, assignment, chapter):
        started, exercises = time.monotonic(), assignment.of_chapter(chapter)
        record = {"chapter": chapter, "notebook": None, "status": "missing", "cells": []}
        try:
            path = submission.notebook(chapter, only=len(assignment.chapters) == 1)
            if path is None:
                raise Unreadable(f"there is no notebook of chapter {chapter}: its name should contain `{chapter}_`")
            record |= {"notebook": path.name, "status": "unreadable"}
            cells = read_cells(path)
            run = to_run(cells, frozenset(assignment.handout), [exercise.function for exercise in exercises])
            record |= {"status": "graded", "message": ""}
            with _Notebook(self, cells, run) as notebook:
                graded = [self._exercise(exercise, notebook) for exercise in exercises]
                record["cells"] = [{"cell": i + 1, "message": text} for i, text in sorted(notebook.failed.items())]
        except Unreadable as reason:
            record["message"] = str(reason)
            graded = [_graded(exercise, "not found", "", 0.0) for exercise in exercises]
        return record | {"seconds": _since(started), "exercises": graded}

    def _exercise(self, exercise, notebook):
        started = time.monotonic()
        seconds = min(EXERCISE, self.until - started)
        if seconds <= 0:
            return _graded(exercise, "error", f"no time left: a submission has {self.limits.seconds:.0f} s", 0.0)
        check = find_check(exercise.name)
        names = check.names if check.inputs is not None else []
        try:
            answer = Answer(notebook.session(), exercise.function, names, seconds)
            result = within(seconds, lambda: judge(check, answer, self.seed))
        except NotFound:
            message = f"the notebook defines no `{exercise.function}`"
            return _graded(exercise, "not found", message, _since(started))
        except Ended as ended:
            return _graded(exercise, "error", str(ended), _since(started))
        except TimeUp:  # an answer so large that the check itself takes for ever; a message may be half read
            notebook.current.close()
            return _graded(exercise, "error", f"stopped after {seconds:.0f} s", _since(started))
        return _graded(exercise, result.status, result.message, _since(started))


class _Notebook:
    """The cells of a notebook, and the process in which they were run; a new one where the last has ended."""

    def __init__(self, grader, cells, run):
        self.grader, self.cells, self.run, self.failed = grader, cells, run, {}
        self.current, self.restarts = None, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.current:
            self.current.close()

    def session(self) -> Session:
        """A process in which the cells were run. Raises `Ended` if they end every one."""
        while self.current is None or self.current.problem:
            if self.restarts > RESTARTS:
                raise Ended("the notebook's own code ends its process again and again")
            self.current = self._started()
            self._run_cells()
        return self.current

    def _started(self):
        command = ISOLATION[self.grader.isolation]
        return Session(command, self.grader.folder / "course", self.grader.folder, self.grader.limits)

    def _run_cells(self):
        """Run all cells but those that ended a process before."""
        for i in self.run:
            left = self.grader.until - time.monotonic()
            try:
                request = {"do": "run", "code": self.cells[i], "seconds": min(CELL, max(left, 0.1))}
                failure = self.current.ask(request, max(min(3 * CELL, left), 0.2)).get("failed", "")
            except Ended as ended:
                self.failed[i] = str(ended)
                self.run = [j for j in self.run if j != i]
                self.restarts += 1
                return
            if failure:
                self.failed[i] = str(failure)[:2000]


def _graded(exercise, status, message, seconds):
    points = exercise.points if status == "right" else 0.0
    return {
        "exercise": exercise.name, "label": exercise.label, "title": exercise.title, "function": exercise.function,
        "status": status, "message": message, "points": points, "of": exercise.points, "seconds": seconds,
    }  # fmt: skip


def _since(started):
    return round(time.monotonic() - started, 2)


def record_path(report: Path, learner: str) -> Path:
    """Where a learner's record is: no name, however odd or long, leads out of the folder or to another's record."""
    name = quote(learner, safe=" @+,=", errors="surrogateescape")
    if len(name) > 200:
        name = f"{name[:160]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return Path(report) / "records" / f"{name}.json"


def write_record(path: Path, record: dict) -> None:
    """Write a record so that it is there whole or not at all."""
    write_whole(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")

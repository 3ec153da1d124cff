"""Grade one submission: run it in the sandbox, ask its functions, write one record.

The checker stays outside. It draws random inputs from a secret seed, sends them to the submission's functions, and
judges the arrays that come back, with the checks that learners know. A function is found by its name, so cells may be
moved, doubled, edited or stripped of their metadata.
"""

import hashlib
import json
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import numpy as np

from gdl_course.classroom import replies
from gdl_course.classroom.answers import Answer, Busy, Ended, NotFound, NotGraded, Session
from gdl_course.classroom.cells import Unreadable
from gdl_course.classroom.files import write_whole
from gdl_course.classroom.plan import plan
from gdl_course.classroom.sandbox import write_course
from gdl_course.classroom.submissions import read_bytes
from gdl_course.classroom.wire import Forged
from gdl_course.exercises.engine.checking import find_check, judge
from gdl_course.exercises.engine.result import Result
from gdl_course.exercises.engine.running import TimeUp, within

CELL = 20.0  # seconds of computing for one cell
UNNEEDED = 5.0  # for one that no answer needs: a chapter's own training, run by a learner, is none of them
EXERCISE = 60.0  # seconds for one exercise
LONG_NAME = 150  # characters
RESTARTS = 3  # how many cells of a notebook may end the process


def grade_submission(submission, assignment, seed, sandbox, limits) -> dict:
    """The record of a submission: points, and for each exercise the check's status and words.

    Where a notebook cannot be read, `problem` says why, for people to decide, and there are no points to speak of;
    `remarks` are what people should look at. Raises `NotGraded` where the machine is to blame, and nothing else
    whatever the submission.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gdl-grade-") as folder:
        write_course(Path(folder) / "course")
        grader = _Grader(Path(folder), sandbox, limits, seed)
        chapters = [grader.chapter(submission, assignment, chapter) for chapter in assignment.chapters]
    if all(chapter["status"] == "missing" for chapter in chapters):
        chapters = [chapter | {"status": "unreadable"} for chapter in chapters]
    points = sum(exercise["points"] for chapter in chapters for exercise in chapter["exercises"])
    problems = [f"chapter {c['chapter']}: {c['message']}" for c in chapters if c["status"] == "unreadable"]
    return {
        "learner": submission.learner, "assignment": assignment.title, "points": points, "of": assignment.points,
        "seconds": _since(started), "isolation": sandbox.kind, "without": list(sandbox.without),
        "questions": hashlib.sha256(str(seed).encode()).hexdigest()[:12],  # which were asked, not what they were
        "graded_at": datetime.now(UTC).isoformat(timespec="seconds"), "version": version("gdl-course"),
        "problem": "; ".join(problems), "to_blame": "hand-in" if problems else "", "remarks": grader.remarks,
        "chapters": chapters,
    }  # fmt: skip


class _Grader:
    """What the gradings of one submission's chapters share."""

    def __init__(self, folder, sandbox, limits, seed):
        self.folder, self.sandbox, self.limits, self.seed = folder, sandbox, limits, seed
        self.spent, self.remarks = 0.0, []

    def left(self, session=None) -> float:
        """Seconds that the submission still has."""
        return self.limits.seconds - self.spent - (session.spent if session else 0.0)

    def chapter(self, submission, assignment, chapter):
        started, exercises = time.monotonic(), assignment.of_chapter(chapter)
        record = {"chapter": chapter, "notebook": None, "status": "missing", "cells": []}
        try:
            path = self._path(submission, assignment, chapter, record)
            with _Notebook(self, read_bytes(path), assignment, exercises) as notebook:
                notebook.begin()
                record |= {"status": "graded", "message": ""}
                graded = [self._exercise(exercise, notebook) for exercise in exercises]
                record["cells"] = [{"cell": i + 1, "message": text} for i, text in sorted(notebook.failed.items())]
        except Unreadable as reason:
            record["message"] = str(reason)
            graded = [_graded(exercise, "not found", "", 0.0) for exercise in exercises]
        return record | {"seconds": _since(started), "exercises": graded}

    def _path(self, submission, assignment, chapter, record):
        record["status"] = "unreadable"
        path = submission.notebook(chapter, only=len(assignment.chapters) == 1)
        if path is None:
            record["status"] = "missing"
            raise Unreadable(f"there is no notebook of chapter {chapter}: its name should contain `{chapter}_`")
        record["notebook"] = path.name
        return path

    def _exercise(self, exercise, notebook):
        started = time.monotonic()
        try:
            result = self._result(exercise, notebook)
        except NotFound:
            message = f"the notebook defines no `{exercise.function}`"
            return _graded(exercise, "not found", message, _since(started))
        except Ended as ended:
            result = Result("error", str(ended))
        if result.status == "not started" and (above := notebook.plan.answers[exercise.function][:-1]):
            cells = ", ".join(str(i + 1) for i in above)
            message = (
                f"a stub of `{exercise.function}` stands below what code cell {cells} defines, and the last one counts"
            )
            self.remarks.append(f"exercise {exercise.label}: {message}")
            result = Result("not started", message)
        return _graded(exercise, result.status, result.message, _since(started))

    def _result(self, exercise, notebook) -> Result:
        check, session = find_check(exercise.name), notebook.session()
        names = check.names if check.inputs is not None else []
        seconds = min(EXERCISE, self.left(session))
        if seconds <= 0:
            raise Ended(f"no time left: a submission has {self.limits.seconds:.0f} s")
        answer, began = Answer(session, exercise.function, names, seconds), session.spent
        try:
            return within(seconds, lambda: judge(check, answer, self.seed))
        except (NotFound, Ended, NotGraded):
            raise
        except TimeUp:  # a message may be half read
            session.close()
            if session.spent - began < seconds / 2:
                raise Busy("the machine was too busy") from None
            return Result("error", f"stopped after {seconds:.0f} s")
        except Exception as error:  # whatever comes from a submission costs this exercise and no other
            return Result("error", f"what the function returns cannot be judged: {type(error).__name__}: {error}"[:500])


class _Notebook:
    """The cells of a notebook, and the process in which they were run; a new one where the last has ended."""

    def __init__(self, grader, content, assignment, exercises):
        self.grader, self.content, self.failed = grader, np.frombuffer(content, np.uint8), {}
        self.handout, self.functions = frozenset(assignment.handout), [exercise.function for exercise in exercises]
        self.current, self.plan, self.run, self.restarts = None, None, [], 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._close()

    def _close(self):
        if self.current:
            self.current.close()
            self.grader.spent += self.current.spent
            self.current = None

    def begin(self):
        """Read the notebook and run its cells. Raises `Unreadable`; what the cells do is told exercise by exercise."""
        try:
            self.session()
        except Ended:
            pass

    def session(self) -> Session:
        """A process in which the cells were run. Raises `Ended` if they end each, `Unreadable` if there are none."""
        while self.current is None or self.current.problem:
            self._close()
            if self.restarts > RESTARTS:
                raise Ended("the notebook's own code ends its process again and again")
            if self.grader.left() <= 0:
                raise Ended(f"no time left: a submission has {self.grader.limits.seconds:.0f} s")
            self.current = Session(
                self.grader.sandbox, self.grader.folder / "course", self.grader.folder, self.grader.limits
            )
            self._read()
            self._run_cells()
        return self.current

    def _read(self):
        """Let the process read the notebook. The first reading counts: no code of the submission has run before it."""
        try:
            reply = self.current.ask({"do": "read", "notebook": self.content}, 3 * CELL)
            if "unreadable" in reply:
                raise Unreadable(replies.words_of(reply["unreadable"]))
            cells = replies.cells_of(reply.get("cells"))
        except (Ended, Forged) as why:
            raise Unreadable(f"the notebook cannot be read: {why}") from None
        if self.plan is None:
            self.plan = plan(cells, self.handout, self.functions)
            self.run = list(self.plan.run)

    def _run_cells(self):
        """Run all cells but those that ended a process before."""
        for i in self.run:
            most = CELL if i in self.plan.need else UNNEEDED
            left = self.grader.left(self.current)
            try:
                request = {"do": "run", "cell": i, "seconds": min(most, max(left, 0.1))}
                failure = replies.words_of(self.current.ask(request, max(min(3 * most, left), 0.2)).get("failed"))
            except (Ended, Forged) as why:
                ended = self.current.forged(why) if isinstance(why, Forged) else why
                self.failed[i] = str(ended)
                self.run = [j for j in self.run if j != i]
                self.restarts += 1
                return
            if failure:
                self.failed[i] = failure


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

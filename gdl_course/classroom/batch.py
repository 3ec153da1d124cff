"""Grade a class: each submission in a process of its own, several at a time, from where the last run stopped.

What happens to one grading process, whatever the reason, happens to no other, and its record says so.
"""

import hashlib
import json
import multiprocessing
import multiprocessing.connection
import os
import secrets
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from gdl_course.classroom.answers import NotStarted
from gdl_course.classroom.assignment import Assignment
from gdl_course.classroom.grading import grade_submission, record_path, write_record
from gdl_course.classroom.sandbox import Limits
from gdl_course.exercises.engine.checking import checks_of

GRACE = 60.0  # seconds beyond a submission's own, after which its grading process is ended
PRELOAD = ["gdl_course.classroom.grading"]


def grade_all(submissions, assignment: Assignment, report: Path, isolation: str, *, jobs: int = 1, limits=Limits()):
    """Yield (submission, record) as they come, for all that have no record in `report` yet; write the records.

    One secret seed serves all submissions of a report, so that all get the same questions; it is kept in
    `report`/run.json, with what was assigned. Raises ValueError if the report is of another assignment.
    """
    seed = _run_of(report, assignment)
    waiting = [submission for submission in submissions if not has_record(submission, report)]
    context, running = _context(assignment), {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                submission = waiting.pop(0)
                arguments = (submission, assignment, seed, isolation, limits, report)
                record_path(report, submission.learner).unlink(missing_ok=True)  # of an earlier version, or a failure
                process = context.Process(target=grade_one, args=arguments)
                process.start()
                running[process.sentinel] = (process, submission, time.monotonic() + limits.seconds + GRACE)
            for sentinel in multiprocessing.connection.wait(running, timeout=1.0):
                process, submission, _ = running.pop(sentinel)
                process.join()
                yield submission, _record_of(submission, report, f"its grading ended with code {process.exitcode}")
            for process, submission, until in list(running.values()):
                if time.monotonic() > until:
                    process.kill()
    finally:
        for process, _, _ in running.values():
            process.kill()
            process.join()


def grade_one(submission, assignment, seed, isolation, limits, report):
    """Grade one submission and write its record, in a process of its own."""
    try:
        record = grade_submission(submission, assignment, seed, isolation, limits)
    except NotStarted as problem:
        record = _ungraded(submission, str(problem))
    write_record(record_path(report, submission.learner), record | {"fingerprint": content_of(submission)})


def has_record(submission, report) -> bool:
    """Whether this submission, as it is now, was graded before."""
    try:
        record = json.loads(record_path(report, submission.learner).read_text("utf8"))
        return not record["problem"] and record["fingerprint"] == content_of(submission)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def content_of(submission) -> str:
    """A fingerprint of a submission's notebooks; a large file or a link counts by its name and size only."""
    found = [submission.path] if not submission.path.is_dir() else sorted(submission.path.rglob("*.ipynb"))
    digest = hashlib.sha256()
    for path in found:
        small = path.is_file() and not path.is_symlink() and path.stat().st_size < 2**25
        digest.update(repr((path.name, path.lstat().st_size)).encode())
        digest.update(path.read_bytes() if small else b"")
    return digest.hexdigest()


def _record_of(submission, report, problem):
    """The record that the grading wrote; if it wrote none, one that says why."""
    path = record_path(report, submission.learner)
    if not path.exists():
        write_record(path, _ungraded(submission, problem))
    return json.loads(path.read_text("utf8"))


def _ungraded(submission, problem):
    return {"learner": submission.learner, "problem": problem, "points": 0.0, "chapters": []}


def _run_of(report, assignment) -> int:
    """The seed of this report; a new report gets one that nobody can guess."""
    path = Path(report) / "run.json"
    if not path.exists():
        _write_first(path, {"seed": secrets.randbits(63), "assignment": asdict(assignment)})
    run = json.loads(path.read_text("utf8"))
    if run["assignment"] != json.loads(json.dumps(asdict(assignment))):
        raise ValueError(f"{report} is the report of another assignment: give a new folder with --out")
    return run["seed"]


def _write_first(path, content):
    """Write a file, readable by its owner alone, unless another process was first: then its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(number, "w", encoding="utf8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
        os.link(unfinished, path)  # the one step in which a file appears whole, and only once
    except FileExistsError:
        pass
    finally:
        os.unlink(unfinished)


def _context(assignment):
    """New processes are copies of one that has read the checks: each starts at once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    checks = [checks_of(chapter) and f"gdl_course.exercises.ch{chapter}" for chapter in assignment.chapters]
    context.set_forkserver_preload([*PRELOAD, *checks])
    return context

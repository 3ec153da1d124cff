"""Grade a class: each submission in a process of its own, several at a time, from where the last run stopped.

What happens to one grading process, whatever the reason, happens to no other, and its record says so.
"""

import hashlib
import json
import multiprocessing
import multiprocessing.connection
import os
import re
import resource
import secrets
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from gdl_course.classroom.answers import PATIENCE, NotGraded
from gdl_course.classroom.assignment import Assignment
from gdl_course.classroom.grading import grade_submission, record_path, write_record
from gdl_course.classroom.sandbox import MEGABYTE, Limits, Sandbox
from gdl_course.exercises.engine.checking import checks_of

LIMITS = Limits()
GRACE = 60.0  # seconds beyond a submission's own, after which its grading process is ended
PRELOAD = ["gdl_course.classroom.grading"]
CHECKER = 512 * MEGABYTE  # bytes that the checker may take beyond what it has when it begins
UNFINISHED = "its grading was not finished"


def grade_all(submissions, assignment: Assignment, report: Path, sandbox: Sandbox, *, jobs: int = 1, limits=LIMITS):
    """Yield (submission, record) as they come, for all that have no record in `report` yet; write the records.

    One secret serves all submissions of a report, so that all get the same questions; it is kept in `report`/run.json,
    with what was assigned and how. A submission that was graded before and has changed gets the questions of the next
    round, for its author has seen the report of the last. Raises ValueError if the report is of another assignment,
    or if its results came about in another kind of sandbox.
    """
    secret = _run_of(report, assignment, sandbox.kind)
    waiting = [submission for submission in submissions if not has_record(submission, report)]
    context = _context(assignment)
    running: dict = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                submission = waiting.pop(0)
                number = round_of(submission, report)
                write_record(record_path(report, submission.learner), _ungraded(submission, UNFINISHED, number))
                arguments = (submission, assignment, secret, number, sandbox, limits, report)
                process = context.Process(target=grade_one, args=arguments)
                process.start()
                running[process.sentinel] = (process, submission, time.monotonic() + PATIENCE * limits.seconds + GRACE)
            for sentinel in multiprocessing.connection.wait(running, timeout=1.0):
                process, submission, _ = running.pop(sentinel)
                process.join()
                yield submission, _record_of(submission, report, f"its grading ended with code {process.exitcode}")
            for process, _, until in list(running.values()):
                if time.monotonic() > until:
                    process.kill()
    finally:
        for process, _, _ in running.values():
            process.kill()
            process.join()


def grade_one(submission, assignment, secret, number, sandbox, limits, report):
    """Grade one submission and write its record, in a process of its own."""
    limit_memory(CHECKER)
    try:
        record = grade_submission(submission, assignment, seed_of(secret, number), sandbox, limits)
    except NotGraded as problem:
        record = _ungraded(submission, str(problem), number)
    record |= {"fingerprint": content_of(submission), "round": number}
    write_record(record_path(report, submission.learner), record)


def limit_memory(more: int) -> None:
    """From now on this process can take so many bytes more: what a submission sends cannot fill the machine.

    It is private memory that can be written which is limited, not address space: libraries reserve far more of that
    than they use, and not all of them are loaded yet.
    """
    found = re.search(r"VmData:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None  # Linux says so of every process
    used = 1024 * int(found[1])
    resource.setrlimit(resource.RLIMIT_DATA, (used + more, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def seed_of(secret: int, number: int) -> int:
    """The seed of a round's questions; no round tells anything about another."""
    return int.from_bytes(hashlib.sha256(f"{secret} {number}".encode()).digest()[:7])


def round_of(submission, report) -> int:
    """0 for a submission that nobody has seen a result of, else one more than the round of the last result."""
    record = _read(record_path(report, submission.learner))
    return record.get("round", 0) + (not record.get("problem", "none yet"))


def has_record(submission, report) -> bool:
    """Whether this submission, as it is now, was graded before."""
    record = _read(record_path(report, submission.learner))
    return not record.get("problem", "none yet") and record.get("fingerprint") == content_of(submission)


def _read(path) -> dict:
    try:
        record = json.loads(path.read_text("utf8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) and type(record.get("round", 0)) is int else {}


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
    record = _read(path)
    if record.get("problem") == UNFINISHED:
        record["problem"] = problem
        write_record(path, record)
    return record


def _ungraded(submission, problem, number):
    return {
        "learner": submission.learner, "problem": problem, "to_blame": "machine", "round": number, "points": 0.0,
        "chapters": [],
    }  # fmt: skip


def _run_of(report, assignment, kind) -> int:
    """The secret of this report; a new report gets one that nobody can guess."""
    path = Path(report) / "run.json"
    if not path.exists():
        _write_first(path, {"seed": secrets.randbits(63), "isolation": kind, "assignment": asdict(assignment)})
    run = json.loads(path.read_text("utf8"))
    if run["assignment"] != json.loads(json.dumps(asdict(assignment))):
        raise ValueError(f"{report} is the report of another assignment: give a new folder with --out")
    if run.get("isolation", "bubblewrap") != kind:
        raise ValueError(
            f"{report} holds results of another kind of sandbox ({run['isolation']}): give a new folder with --out"
        )
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

"""Read the records of a report. What they quote from submissions is hostile, so it is made harmless here, once.

A record that cannot be read becomes one that says so: a disk that was full on one machine hides nobody else's grade.
"""

import json
import math
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from gdl_course.exercises.engine.result import LOOKS

NOT_FOUND = "not found"
STATUSES = ("right", "not started", NOT_FOUND, *[status for status in LOOKS if status not in ("right", "not started")])
_JOINERS = "\u200c\u200d"  # invisible, but part of ordinary names and of emoji


@dataclass(frozen=True)
class Exercise:
    """How one exercise was answered."""

    name: str
    label: str
    title: str
    function: str
    status: str
    message: str
    points: float
    of: float
    seconds: float


@dataclass(frozen=True)
class Chapter:
    """One notebook of a submission; `cells` are (number, message) of those that failed."""

    number: str
    notebook: str
    status: str
    message: str
    cells: tuple[tuple[int, str], ...]
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True)
class Record:
    """One graded submission; where `problem` says why it was not graded, there are no points to speak of.

    `to_blame` is then "hand-in", for people to decide, or "machine", to be graded again; `remarks` are for people, too.
    """

    learner: str
    file: str
    problem: str
    to_blame: str = ""
    remarks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    assignment: str = ""
    points: float = 0.0
    of: float = 0.0
    seconds: float = 0.0
    isolation: str = ""
    graded_at: str = ""
    version: str = ""
    chapters: tuple[Chapter, ...] = ()

    @property
    def when(self) -> str:
        """`graded_at` for people: `2026-11-21 17:00:00 UTC`."""
        return self.graded_at.replace("T", " ").replace("+00:00", " UTC")

    @property
    def exercises(self) -> list[Exercise]:
        return [exercise for chapter in self.chapters for exercise in chapter.exercises]


def read_records(report: Path) -> list[Record]:
    """All records under `report`/records, in the order of the learners' names."""
    found = [read_record(path) for path in Path(report).glob("records/*.json")]
    return sorted(found, key=lambda record: (record.learner.casefold(), record.file))


def read_record(path: Path) -> Record:
    """The record in this file, whatever the file holds."""
    learner = visible(unquote(path.stem, errors="replace"))
    try:
        content = json.loads(path.read_text("utf8"))
        learner = visible(content["learner"])
        return record_of(content, path.stem)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
        why = visible(f"{type(error).__name__}: {error}")[:200]
        return Record(learner, path.stem, f"its record cannot be read ({why}): delete the record and grade again")


def record_of(content: dict, file: str = "") -> Record:
    """What `grade_submission` returned, as a `Record`. Raises one of several errors if it is something else."""
    learner = visible(content["learner"])
    if content["problem"]:
        return Record(learner, file, visible(content["problem"]), visible(content.get("to_blame", "machine")))
    return Record(
        learner, file, "", "", tuple(map(visible, content.get("remarks", ()))),
        tuple(map(visible, content.get("without", ()))), visible(content["assignment"]), _number(content["points"]),
        _number(content["of"]),
        _number(content["seconds"]), visible(content["isolation"]), visible(content["graded_at"]),
        visible(content["version"]), tuple(map(_chapter, content["chapters"])),
    )  # fmt: skip


def _chapter(content) -> Chapter:
    cells = tuple((int(cell["cell"]), visible(cell["message"])) for cell in content["cells"])
    exercises = tuple(map(_exercise, content["exercises"]))
    words = [visible(content[key]) for key in ("chapter", "notebook", "status", "message")]
    return Chapter(*words, cells, exercises)  # type: ignore[call-arg,arg-type]


def _exercise(content) -> Exercise:
    if content["status"] not in STATUSES:
        raise ValueError(f"unknown status {content['status']!r}")
    words = [visible(content[key]) for key in ("exercise", "label", "title", "function", "status", "message")]
    return Exercise(*words, *(_number(content[key]) for key in ("points", "of", "seconds")))  # type: ignore[arg-type]


def _number(value) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} where a number is expected")
    return float(value)


def visible(text) -> str:
    r"""`text` with all that is not seen spelled out, but for line breaks: controls, turned directions, half characters.

    >>> visible("a\u202eb\x07c\nd"), visible(None)
    ('a<U+202E>b<U+0007>c\nd', '')
    """
    return "".join(map(_visible, "" if text is None else str(text)))


def _visible(character) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return f"<U+{ord(character):04X}>" if hidden else character

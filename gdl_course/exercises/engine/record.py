"""What a learner has tried, kept in one file on the learner's own machine; nothing is sent anywhere.

Each check adds one line to the file, and nothing else ever changes it:

    {"exercise": "05.by-hand", "status": "wrong", "at": "2026-11-21T17:00:00+01:00"}

The operating system adds whole lines, so two notebooks may write at once without a
lock, and a damaged line costs no other. The environment variable GDL_PROGRESS_FILE names another file; if it is empty,
nothing is recorded.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import platformdirs

from gdl_course.exercises.engine.result import LOOKS

VARIABLE = "GDL_PROGRESS_FILE"


@dataclass(frozen=True)
class Tried:
    """What came of an exercise: `right` once it was right, else the last status; `tries` counts up to then.

    `first_right` is a date, "2026-11-21", or empty.
    """

    status: str
    tries: int
    first_right: str = ""


def record_file() -> Path | None:
    """The file, whether it exists or not; None if nothing is to be recorded."""
    named = os.environ.get(VARIABLE)
    if named is None:
        return platformdirs.user_data_path("gdl-course", appauthor=False) / "progress.jsonl"
    return Path(os.path.expanduser(named)) if named else None


def record(exercise: str, status: str) -> None:
    """Add a try to the file. An exercise that is not started is no try. Whatever goes wrong, this says nothing."""
    file = record_file()
    if file is None or status == "not started":
        return
    with contextlib.suppress(OSError):  # a full disk, a home that is read-only: no reason to spoil a check
        add(file, exercise, status)


def add(file: Path, exercise: str, status: str) -> None:
    """Add one line to `file`, in one go. Raises OSError where that is not possible."""
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    line = json.dumps({"exercise": exercise, "status": status, "at": at})
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.write(descriptor, f"\n{line}\n".encode())  # the first line break ends a line that some crash cut short
    finally:
        os.close(descriptor)


def read_record(file: Path) -> dict[str, Tried]:
    """Exercise -> what came of it; empty if there is no such file. Raises OSError if it cannot be read."""
    if not os.path.lexists(file):
        return {}
    found: dict[str, Tried] = {}
    for line in file.read_text("utf8", errors="replace").splitlines():
        entry = _entry(line)
        if entry is not None:
            name, status, at = entry
            before = found.get(name, Tried("", 0))
            if before.status != "right":
                found[name] = Tried(status, before.tries + 1, at[:10] if status == "right" else "")
    return found


def _entry(line):
    """Exercise, status and time of a line; None for a line that is empty or damaged."""
    try:
        entry = json.loads(line)
        name, status, at = entry["exercise"], entry["status"], entry["at"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (name, status, at) if all(isinstance(x, str) for x in (name, status, at)) and status in LOOKS else None


def obstacle(file: Path) -> str:
    """Why nothing can be added to `file`; empty if nothing stands in the way. The file is not touched."""
    if os.path.lexists(file):
        return "" if os.access(file, os.W_OK) else "it may not be written to"
    parent = next(folder for folder in file.absolute().parents if os.path.lexists(folder))
    if not os.path.isdir(parent):
        return f"{parent} is not a folder"
    return "" if os.access(parent, os.W_OK) else f"{parent} may not be written to"

"""Files that are there whole or as they were, for readers, and for writers at the same time."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path`, readable by its owner alone; nobody ever meets half of it, or half of another's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(number, "w", encoding="utf8", errors="replace", newline="") as file:
        file.write(text)
    os.replace(unfinished, path)

"""Find and read what learners handed in. Nothing in a submission is trusted: not its names, its size or its form."""

import re
from dataclasses import dataclass
from pathlib import Path

from gdl_course.classroom.cells import LARGEST, Unreadable

NO_HAND_IN = {"assignment.json", ".csv", ".md", ".log", ".jsonl"}  # what instructors keep beside the submissions
_CHAPTER = re.compile(r"(?<![0-9])([0-9]{2})_")


@dataclass(frozen=True)
class Submission:
    """What one learner handed in: a notebook, or a folder of notebooks."""

    learner: str
    path: Path

    def notebook(self, chapter: str, only: bool) -> Path | None:
        """The notebook of a chapter, by its name; any notebook at all if the assignment has `only` this chapter.

        None if there are others and not this one. Raises `Unreadable` if there is none at all, or two could be meant.
        """
        if self.path.is_symlink():
            raise Unreadable("it is a link or no file: hand in the notebook itself")
        found = _notebooks_in(self.path) if self.path.is_dir() else [self.path]
        if not found:
            others = [path.name for path in sorted(self.path.iterdir())]
            there = f"; there are {', '.join(others[:5])}" if others else ""
            raise Unreadable(f"there is no notebook{there}")
        if found == [self.path] and self.path.suffix != ".ipynb":
            raise Unreadable(
                f"`{self.path.name}` is no notebook: hand in the `.ipynb` file itself, not packed or exported"
            )
        named = [path for path in found if chapter in _CHAPTER.findall(path.name)]
        meant = _different(named or (found if only else []))
        if len(meant) > 1:
            raise Unreadable(f"{len(meant)} notebooks could be chapter {chapter}: {', '.join(p.name for p in meant)}")
        return meant[0] if meant else None


def _different(paths: list[Path]) -> list[Path]:
    """Of copies of one file, as browsers make them, the first."""
    found: dict[bytes | Path, Path] = {}
    for path in paths:
        whole = path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST
        found.setdefault(path.read_bytes() if whole else path, path)
    return list(found.values())


def find_submissions(path: Path) -> list[Submission]:
    """The submissions at `path`, by learner: each folder or file in it, or the one notebook that it is.

    A file that is no notebook, a zip say, is somebody's submission, too; what instructors keep there is not.

    Raises FileNotFoundError if there is none. Links are not followed: they may lead to somebody else's work.
    """
    path = Path(path)
    if path.is_file():
        return [Submission(path.stem, path)]
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith(".")) if path.is_dir() else []
    found = [
        Submission(entry.name if entry.is_dir() else entry.stem, entry)
        for entry in entries
        if not {entry.name, entry.suffix} & NO_HAND_IN
    ]
    if not found:
        raise FileNotFoundError(f"no submissions in {path}: expected notebooks, or a folder of notebooks per learner")
    return _told_apart(found)


def chosen(submissions: list[Submission], only: str | None, part: str | None) -> list[Submission]:
    """Those whose file is named `only`, or those of `part` "K/N": every N-th, from the K-th on; else all.

    Raises ValueError if there is no such file or no such part.

    >>> [s.learner for s in chosen([Submission(name, Path(name)) for name in "abcde"], None, "1/3")]
    ['b', 'e']
    """
    if only is not None:
        found = [submission for submission in submissions if submission.path.name == only]
        if not found:
            raise ValueError(f"no submission {only!r}; expected one of {len(submissions)} names of files or folders")
        return found
    if part is None:
        return submissions
    numbers = re.fullmatch(r"([0-9]+)/([0-9]+)", part)
    if numbers is None or int(numbers[1]) >= int(numbers[2]):
        raise ValueError(f"expected a part such as 0/10, the first of ten, up to 9/10; got {part!r}")
    return submissions[int(numbers[1]) :: int(numbers[2])]


def _told_apart(submissions):
    """`x.ipynb` beside a folder `x` would write one report: the name of both is then their whole file name.

    >>> [s.learner for s in _told_apart([Submission("x", Path("x")), Submission("x", Path("x.ipynb")),
    ...                                  Submission("x.ipynb", Path("x.ipynb.ipynb"))])]
    ['x', 'x.ipynb', 'x.ipynb.ipynb']
    """
    names = [submission.learner for submission in submissions]
    while len(set(names)) < len(names):  # a whole name may be the short one of a third
        names = [s.path.name if names.count(name) > 1 else name for s, name in zip(submissions, names, strict=True)]
    return [Submission(name, s.path) for s, name in zip(submissions, names, strict=True)]


def _notebooks_in(folder):
    found = sorted(folder.rglob("*.ipynb")) if not folder.is_symlink() else []
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def read_bytes(path: Path) -> bytes:
    """What is in a notebook's file. Raises `Unreadable` for what is none, is empty or too large."""
    if path.is_symlink() or not path.is_file():
        raise Unreadable("it is a link or no file: hand in the notebook itself")
    size = path.stat().st_size
    if size > LARGEST:
        raise Unreadable(
            f"the file has {size / 2**20:.0f} MB; {LARGEST // 2**20} are the most: clear its outputs and save"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {error.strerror}") from None
    if not content.strip():
        raise Unreadable("the file is empty")
    return content

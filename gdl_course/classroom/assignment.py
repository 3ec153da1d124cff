"""What is assigned and what it is worth: the exercises of some chapters, with points that add up to a total.

An assignment is made from the chapters' source once, and is then a small JSON file of its own: a grader needs neither
the source nor the book's tools.
"""

import json
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from gdl_course.chapters.notebooks import stub
from gdl_course.classroom.cells import prints

STEP = 0.25  # points are whole multiples of this


@dataclass(frozen=True)
class Exercise:
    """One exercise that a check decides: `function` is what the learner defines, `points` what it is worth."""

    name: str
    label: str
    title: str
    function: str
    points: float

    @property
    def chapter(self) -> str:
        return self.name.split(".")[0]


@dataclass(frozen=True)
class Assignment:
    """Exercises in their order, chapter by chapter; `handout` recognises the cells that learners were given.

    >>> exercise = Exercise("05.by-hand", "5.1", "By hand", "by_hand", 2.0)
    >>> Assignment((exercise,)).points, Assignment((exercise,)).chapters
    (2.0, ['05'])
    """

    exercises: tuple[Exercise, ...]
    handout: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def chapters(self) -> list[str]:
        return list(dict.fromkeys(exercise.chapter for exercise in self.exercises))

    @property
    def title(self) -> str:
        chapters = [str(int(chapter)) for chapter in self.chapters]
        return f"Chapter {chapters[0]}" if len(chapters) == 1 else f"Chapters {', '.join(chapters)}"

    def of_chapter(self, chapter: str) -> list[Exercise]:
        return [exercise for exercise in self.exercises if exercise.chapter == chapter]

    def save(self, path) -> None:
        """Write the assignment as JSON."""
        Path(path).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", "utf8")


def load_assignment(path) -> Assignment:
    """Read what `Assignment.save` wrote. Raises ValueError if the file is something else."""
    try:
        return assignment_of(json.loads(Path(path).read_text("utf8")))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not an assignment that `gdl assign` wrote: {error}") from None


def assignment_of(found: dict) -> Assignment:
    """The assignment that `dataclasses.asdict` took apart."""
    return Assignment(tuple(Exercise(**exercise) for exercise in found["exercises"]), tuple(found["handout"]))


def make_assignment(chapters, points: float | None = None) -> Assignment:
    """All exercises of `chapters` (as `read_chapter` returns them) that a check decides.

    They are worth what the source says, or share `points` in the same proportion, in steps of a quarter of a point.
    Raises ValueError if `points` is no positive multiple of a quarter, or too few for every exercise to have some.
    """
    exercises = [exercise for chapter in chapters for exercise in _exercises(chapter)]
    if not exercises:
        raise ValueError("none of these chapters has an exercise that a check decides")
    if points is not None:
        shares = share([exercise.points for exercise in exercises], points)
        exercises = [Exercise(**asdict(e) | {"points": p}) for e, p in zip(exercises, shares, strict=True)]
    return Assignment(tuple(exercises), tuple(_handed_out(chapters)))


def share(weights: list[float], points: float) -> list[float]:
    """`points` in proportion to `weights`, in steps of a quarter; the largest remainders are rounded up.

    >>> share([1, 1, 1], 20)
    [6.75, 6.75, 6.5]
    """
    if not (math.isfinite(points) and points > 0):
        raise ValueError(f"expected a positive number of points; got {points}")
    steps = points / STEP
    if steps != int(steps):
        raise ValueError(f"points are given in steps of {STEP}; got {points}")
    shares = in_proportion(int(steps), weights)
    if not all(shares):
        raise ValueError(f"{points} points are too few for {len(weights)} exercises: each needs {STEP} at least")
    return [STEP * part for part in shares]


def in_proportion(total: int, weights: list[float]) -> list[int]:
    """`total` in whole numbers, in proportion to `weights`; the largest remainders are rounded up.

    >>> in_proportion(10, [1, 1, 2])
    [3, 2, 5]
    """
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [math.floor(part) for part in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def _handed_out(chapters):
    """The prints of each code cell as learners get it: a submission's cell that has one is the course's own."""
    for chapter in chapters:
        for cell in chapter.cells:
            if cell.kind == "code":
                title = chapter.prompts[cell.exercise].gdl["title"] if cell.role == "solution" else ""
                yield from prints(stub(cell.source, title))


def _exercises(chapter):
    for cell in chapter.cells:
        if cell.role == "check":
            name = cell.exercise
            function = re.search(rf"""check\(\s*["']{re.escape(name)}["']\s*,\s*(\w+)\s*\)""", cell.source)
            if function is None:
                raise ValueError(f'{chapter.path}:{cell.line}: expected check("{name}", a_name), to grade by that name')
            title = chapter.prompts[name].gdl["title"]
            yield Exercise(name, chapter.label(name), title, function[1], float(cell.gdl["points"]))


def find_assignment(path, submissions) -> Assignment:
    """The assignment at `path`; by default the `assignment.json` beside the submissions, above them, or here."""
    if path is not None:
        return load_assignment(path)
    folder = Path(submissions) if Path(submissions).is_dir() else Path(submissions).parent
    for place in (folder, folder.parent, Path(".")):
        if (place / "assignment.json").is_file():
            return load_assignment(place / "assignment.json")
    raise FileNotFoundError(f"no assignment.json in {folder}, above it, or here: name it with --assignment")

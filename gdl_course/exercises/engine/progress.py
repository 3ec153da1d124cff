"""How far a learner is: `progress("05")` for a chapter, `progress()` for the course, `gdl progress` in a terminal."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from gdl_course.exercises.engine.checking import chapters, checks_of
from gdl_course.exercises.engine.record import VARIABLE, Tried, obstacle, read_record, record_file
from gdl_course.exercises.engine.result import LOOKS, UnknownExercise

WIDTH = 10  # of a bar, in characters


@dataclass(frozen=True)
class ChapterProgress:
    """The exercises of a chapter that a check decides, in their order, and what came of each."""

    chapter: str
    exercises: dict[str, Tried]

    @property
    def right(self) -> int:
        return sum(tried.status == "right" for tried in self.exercises.values())

    @property
    def next(self) -> str:
        """The first exercise that is not right yet, `5.4 surviving-shifts`; empty if there is none."""
        return next((self.label(name) for name, tried in self.exercises.items() if tried.status != "right"), "")

    @property
    def bar(self) -> str:
        full = WIDTH * self.right // len(self.exercises)
        return "#" * full + "." * (WIDTH - full)

    def label(self, name: str) -> str:
        number = list(self.exercises).index(name) + 1
        return f"{int(self.chapter)}.{number} {name.split('.')[1]}"

    def __str__(self) -> str:
        after = f"; next: {self.next}" if self.next else ""
        return f"Chapter {int(self.chapter)}: {self.right} of {len(self.exercises)} checked exercises right{after}"


@dataclass(frozen=True)
class Progress:
    """Progress in some chapters; `remark` says what is wrong with the record, if something is."""

    chapters: tuple[ChapterProgress, ...]
    remark: str = ""

    def __repr__(self) -> str:
        return "\n".join([*map(str, self.chapters), *([self.remark] if self.remark else [])])

    def _repr_html_(self) -> str:
        lines = "".join(_line(chapter) for chapter in self.chapters)
        remark = f"<div><em>{html.escape(self.remark)}</em></div>" if self.remark else ""
        colour = LOOKS["right"][1] if any(chapter.right for chapter in self.chapters) else LOOKS["not started"][1]
        return (
            f'<div role="status" style="border-left: 0.35em solid {colour}; padding: 0.3em 0.8em; '
            f'overflow-wrap: anywhere">{lines}{remark}</div>'
        )


def progress(chapter: str | None = None) -> Progress:
    """What this learner has got right: in one chapter, `progress("05")`, or in all, `progress()`.

    Exercises that no check decides do not count. Raises `UnknownExercise` if the chapter has no checks.
    """
    known = chapters()
    if chapter is not None and chapter not in known:
        raise UnknownExercise(f"no chapter {chapter!r}; chapters with exercises: {', '.join(known)}")
    tried, remark = _read(record_file())
    wanted = known if chapter is None else [chapter]
    return Progress(tuple(_chapter(number, tried) for number in wanted), remark)


def table(found: Progress) -> str:
    """Progress for a terminal: a line for each chapter; for a single one, a line for each exercise."""
    if len(found.chapters) == 1:
        lines = _exercise_lines(found.chapters[0])
    else:
        lines = [
            f"{int(c.chapter):2d}  {c.bar}  {c.right} of {len(c.exercises)}" + (f"  next: {c.next}" if c.next else "")
            for c in found.chapters
        ]
    right = sum(c.right for c in found.chapters)
    total = sum(len(c.exercises) for c in found.chapters)
    return "\n".join([*lines, f"{right} of {total} checked exercises right"])


def _exercise_lines(chapter):
    width = max(map(len, map(chapter.label, chapter.exercises)))
    for name, tried in chapter.exercises.items():
        since = f" since {tried.first_right}" if tried.first_right else ""
        tries = {0: "", 1: ", 1 try"}.get(tried.tries, f", {tried.tries} tries")
        yield f"{chapter.label(name):{width}}  {tried.status}{since}{tries}"


def _chapter(number, tried):
    return ChapterProgress(number, {name: tried.get(name, Tried("not started", 0)) for name in checks_of(number)})


def _read(file: Path | None) -> tuple[dict[str, Tried], str]:
    if file is None:
        return {}, f"Progress is not recorded: the environment variable {VARIABLE} is empty."
    try:
        tried = read_record(file)
    except OSError as error:
        return {}, f"Progress is not recorded: {file} cannot be read ({error.strerror})."
    problem = obstacle(file)
    return tried, f"Nothing new is recorded in {file}: {problem}." if problem else ""


def _line(chapter):
    marks = []
    for name, tried in chapter.exercises.items():
        symbol, colour = LOOKS[tried.status]
        number = chapter.label(name).split()[0]
        mark = f'<span aria-hidden="true" style="color: {colour}">{symbol}</span>'
        said = f'role="img" aria-label="{number} {tried.status}" title="{tried.status}"'
        marks.append(f"<span {said}>{mark} {number}</span>")
    return f"<div>{html.escape(str(chapter))}<br>{' &nbsp; '.join(marks)}</div>"

"""What a chapter says of itself to those who teach it: minutes, goals, what it builds on, its sections.

Nothing is typed a second time. The question, minutes, goals and prerequisites stand in the chapter's section `## Ask`,
as its readers find them:

    **Which linear maps commute with a shift?**

    After this chapter you can
    - derive ...;

    It takes about 75 minutes, the exercises 70, the computer one. It builds on {doc}`/notebooks/02_symmetry`.

What follows a semicolon after "builds on" is a remark, not a prerequisite. The minutes of an exercise stand on its
prompt. Those of a section are estimated: the chapter's minutes are shared out by length. A word counts 1, a displayed
formula 20, a line of code 5, a widget 300, a quiz its words; the sources are not counted.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gdl_course.chapters.source import Chapter, ChapterError, Problem, read_chapter
from gdl_course.classroom.assignment import in_proportion
from gdl_course.exercises import quiz

FORMULA, LINE, WIDGET = 20, 5, 300  # what each counts, in words
NOT_READ = ("Sources",)
ASK = re.compile(r"^## Ask\b.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
QUESTION = re.compile(r"^\*\*(.+?\?)\*\*", re.MULTILINE)
GOALS = re.compile(r"^After this chapter you can\n\s*((?:- .+\n?)+)", re.MULTILINE)
TIME = re.compile(r"takes about (\d+) minutes, the exercises (\d+)\b")
BUILDS_ON = re.compile(r"builds on ([^.;]+)")
LINKED = re.compile(r"\{doc\}`[^`]*?/notebooks/(\d\d)_\w+>?`")
HEADING = re.compile(r"^(?=## )", re.MULTILINE)
DISPLAYED = re.compile(r"\$\$.+?\$\$", re.DOTALL)
QUIZ = re.compile(r"""\bquiz\(["'](\d\d)["']\)""")


@dataclass(frozen=True)
class Section:
    """A section `## name` and its minutes: `reading` is estimated, `exercises` the sum of its prompts."""

    name: str
    reading: int
    exercises: int

    @property
    def short(self) -> str:
        """What a learning path calls it: "Use" for "Use: digits that move"."""
        return self.name.split(":")[0]


@dataclass(frozen=True)
class Plan:
    """A chapter, the minutes it takes without its exercises, and what else it says of itself."""

    chapter: Chapter
    reading: int
    question: str
    goals: tuple[str, ...]
    builds_on: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def number(self) -> str:
        return self.chapter.number

    @property
    def exercises(self) -> int:
        """The minutes of all its exercises."""
        return sum(section.exercises for section in self.sections)


def read_plans(paths) -> dict[str, Plan]:
    """The plans of the chapters at `paths`, by number. Raises `ChapterError` for one that does not say all."""
    plans = (_read_plan(Path(path), Path(path).read_text("utf8")) for path in sorted(paths))
    return {plan.number: plan for plan in plans}


@lru_cache(maxsize=64)
def _read_plan(path, text):
    return plan_of(read_chapter(path, text))


def plan_of(chapter: Chapter) -> Plan:
    """The plan of a chapter that was read. Raises `ChapterError` if its section Ask does not say all."""
    cell, ask = _ask(chapter)
    question, goals, time, builds_on = (part.search(ask) for part in (QUESTION, GOALS, TIME, BUILDS_ON))
    wanted = {
        "**the question that it answers?**": question,
        "After this chapter you can, and a list of goals": goals,
        "takes about N minutes, the exercises M": time,
        "builds on ..., with a {doc} link to each chapter": builds_on,
    }
    problems = [Problem(cell.line, f"the section Ask does not say `{words}`") for words in wanted if not wanted[words]]
    if problems:
        raise ChapterError(chapter.path, problems)
    reading, exercises = map(int, time.groups())
    sections = _sections(chapter, reading)
    found = sum(section.exercises for section in sections)
    if exercises != found:
        message = f"the section Ask says that the exercises take {exercises} minutes; their prompts add up to {found}"
        raise ChapterError(chapter.path, [Problem(cell.line, message)])
    goals = tuple(line.removeprefix("- ") for line in goals[1].splitlines())
    return Plan(chapter, reading, question[1], goals, tuple(sorted(LINKED.findall(builds_on[1]))), sections)


def _ask(chapter):
    for cell in chapter.cells:
        if cell.kind == "markdown" and (found := ASK.search(cell.source)):
            return cell, found[0]
    raise ChapterError(chapter.path, [Problem(1, "no section `## Ask`, which says minutes, goals and prerequisites")])


def _sections(chapter, reading):
    """The sections in their order. What stands in an exercise is counted by its prompt's minutes alone."""
    lengths, minutes, name = {}, {}, None
    for cell in chapter.cells:
        for part in HEADING.split(cell.source) if cell.kind == "markdown" else [cell.source]:
            if cell.kind == "markdown" and part.startswith("## "):
                name = part.splitlines()[0].removeprefix("## ").strip()
                lengths[name], minutes[name] = 0, 0
            if name is None:
                continue
            if cell.role == "prompt":
                minutes[name] += cell.gdl["minutes"]
            if cell.role is None:
                lengths[name] += _words(part) if cell.kind == "markdown" else _code_length(part)
    names = [name for name in lengths if name not in NOT_READ]
    shares = in_proportion(reading, [lengths[name] for name in names])
    return tuple(Section(name, share, minutes[name]) for name, share in zip(names, shares))


def _words(text):
    return len(DISPLAYED.sub(" ", text).split()) + FORMULA * len(DISPLAYED.findall(text))


def _code_length(source):
    lines = sum(1 for line in source.splitlines() if line.strip())
    asked = sum(len(str(quiz(number)).split()) for number in QUIZ.findall(source))
    return LINE * lines + WIDGET * source.count("from gdl_course.widgets import") + asked

"""What a chapter says of itself to those who teach it, read from a chapter of a few lines."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from chapter_source import HEADER

from gdl_course.chapters.source import ChapterError, read_chapter

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "book" / "_ext"))  # where the build finds them
import gdl_paths
import gdl_plan
from gdl_paths import PlanError, Session

CHAPTER = (
    HEADER
    + """\
# Rings: what turns

## Play: turn it

One two three four.

## Ask

**What turns?** It is short.

After this chapter you can
- turn a ring;
- count its turns.

It takes about 30 minutes, the exercises 15, the computer one. It builds on {doc}`/notebooks/02_shapes` and
{doc}`points </notebooks/01_points>`; {doc}`/notebooks/09_later` has a remark.

## Derive

$$
a = b
$$

```{code-cell} ipython3
x = 1

y = 2
```

## Exercises

+++ {"gdl": {"role": "prompt", "ex": "05.one", "title": "One", "difficulty": 1, "minutes": 5}}

A text that is as long as this one counts for nothing, since its minutes stand on the prompt.

+++ {"gdl": {"role": "answer", "ex": "05.one"}}

Because.

+++ {"gdl": {"role": "rubric", "ex": "05.one"}}

- 2: It has a reason. Slip: habit.
- 1: It has a case. Slip: none.
- 1: It has a test. Slip: nothing that could fail.

+++ {"gdl": {"role": "prompt", "ex": "05.two", "title": "Two", "difficulty": 1, "minutes": 10}}

And this.

+++ {"gdl": {"role": "answer", "ex": "05.two"}}

Because.

+++ {"gdl": {"role": "rubric", "ex": "05.two"}}

- 2: It has a reason. Slip: habit.
- 1: It has a case. Slip: none.
- 1: It has a test. Slip: nothing that could fail.

+++

## Sources
"""
)


def plan(old="", new="", path="notebooks/05_rings.md"):
    """The plan of the chapter above, with one piece of its text changed."""
    assert old in CHAPTER
    return gdl_plan.plan_of(read_chapter(path, CHAPTER.replace(old, new, 1)))


def test_a_plan_is_what_the_section_ask_says():
    found = plan()
    assert (found.number, found.reading, found.exercises) == ("05", 30, 15)
    assert found.question == "What turns?"
    assert found.goals == ("turn a ring;", "count its turns.")
    assert found.builds_on == ("01", "02")  # what follows the semicolon is a remark


def test_reading_is_shared_out_by_length_and_exercises_have_their_own_minutes():
    sections = {section.short: section for section in plan().sections}
    assert list(sections) == ["Play", "Ask", "Derive", "Exercises"]
    assert sum(section.reading for section in sections.values()) == 30
    assert sections["Ask"].reading > sections["Derive"].reading > sections["Play"].reading
    assert [section.exercises for section in sections.values()] == [0, 0, 0, 15]
    assert plan("And this.", "And this. " * 100 + "And this.").sections == plan().sections


def test_formulas_code_widgets_and_quizzes_count():
    def of_derive(text):
        return {section.short: section.reading for section in plan("x = 1\n", text).sections}["Derive"]

    assert of_derive("x = 1\n" * 20) > of_derive("x = 1\n")
    assert of_derive("from gdl_course.widgets import MeltingMatrix\n") > of_derive("x = 1\n")
    assert of_derive('quiz("05")\n') > of_derive("x = 1\n")
    without = {section.short: section.reading for section in plan("$$\na = b\n$$", "").sections}
    assert without["Derive"] < of_derive("x = 1\n")


@pytest.mark.parametrize(("old", "new", "words"), [
    ("the exercises 15", "the exercises 20", "exercises take 20 minutes; their prompts add up to 15"),
    ("takes about 30 minutes", "takes a while", "does not say `takes about N minutes, the exercises M`"),
    ("**What turns?**", "What turns?", "does not say `**the question that it answers?**`"),
    ("builds on", "needs", "does not say `builds on"),
    ("After this chapter you can", "You can", "does not say `After this chapter you can"),
    ("## Ask", "## Questions", "no section `## Ask`"),
])  # fmt: skip
def test_a_chapter_that_does_not_say_all_is_an_error(old, new, words):
    with pytest.raises(ChapterError, match=r"05_rings\.md:\d+: .*" + re.escape(words)):
        plan(old, new)


def test_a_chapter_that_builds_on_an_unknown_one_is_an_error():
    words = "05_rings.md: builds on chapter 01, which is not in the book: add it to _toc.yml"
    with pytest.raises(PlanError, match=words):
        gdl_paths.order_of({"05": plan(), "02": replace(plan(), builds_on=())})


def test_a_circle_is_an_error_that_names_it():
    circle = {"01": replace(plan(), builds_on=("02",)), "02": replace(plan(), builds_on=("01",))}
    with pytest.raises(PlanError, match="in a circle: 01 -> 02 -> 01. Take one link out of a section Ask"):
        gdl_paths.order_of(circle)


def test_minutes_of_a_session_are_those_of_its_sections_and_exercises():
    plans = {"05": plan()}
    derive = plans["05"].sections[2].reading
    assert gdl_paths.minutes_of(Session({"05": ["Derive"]}, ("05.two",)), plans) == (derive, 10)
    assert gdl_paths.minutes_of(Session({"05": "all"}, ("05",)), plans) == (30, 15)

"""The rules of a chapter's source, each broken on purpose."""

import pytest

from gdl_course.classroom.source import ChapterError, read_chapter

HEADER = """\
---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
---

# A chapter

"""
PROMPT = """\
+++ {"gdl": {"role": "prompt", "ex": "05.roll", "title": "Roll", "difficulty": 1, "minutes": 5}}

Write it.

"""
HINT = '+++ {"gdl": {"role": "hint", "ex": "05.roll"}}\n\nThink.\n\n'
SOLUTION = """\
```{code-cell} ipython3
---
gdl: {role: solution, ex: 05.roll}
---
def roll(x):
    # BEGIN SOLUTION
    return x[-1:] + x[:-1]
    # END SOLUTION
```

"""
CHECK = """\
```{code-cell} ipython3
---
gdl: {role: check, ex: 05.roll, points: 2}
---
check("05.roll", roll)
```

"""
ANSWER = '+++ {"gdl": {"role": "answer", "ex": "05.roll"}}\n\nBecause.\n\n'
RIGHT = PROMPT + HINT + SOLUTION + CHECK + ANSWER


def read(body):
    return read_chapter("notebooks/05_shifts.md", HEADER + body)


def test_a_right_chapter_is_read_with_its_roles():
    chapter = read(RIGHT)
    assert [cell.role for cell in chapter.cells] == [None, "prompt", "hint", "solution", "check", "answer"]
    assert (chapter.number, chapter.title, chapter.label("05.roll")) == ("05", "A chapter", "5.1")


def test_every_cell_knows_the_line_where_its_text_starts():
    lines = (HEADER + RIGHT).splitlines()
    for cell in read(RIGHT).cells:
        assert lines[cell.line - 1] == cell.source.splitlines()[0]


@pytest.mark.parametrize(
    ("body", "at", "message"),
    [
        (PROMPT.replace("prompt", "promt") + ANSWER, "Write it.", "unknown role 'promt'"),
        (PROMPT + SOLUTION, "Write it.", "exercise 05.roll has a solution but no check"),
        (PROMPT + CHECK, "Write it.", "exercise 05.roll has a check but no solution"),
        (PROMPT + HINT, "Write it.", "neither a solution nor an answer"),
        (HINT, "Think.", "does not follow its prompt"),
        (PROMPT + ANSWER + HINT, "Think.", "hint after answer"),
        (PROMPT + ANSWER + PROMPT + ANSWER, None, "second prompt"),
        (PROMPT.replace("05.roll", "04.roll") + ANSWER, "Write it.", "expected 05.some-name"),
        (PROMPT.replace(', "minutes": 5', "") + ANSWER, "Write it.", "`minutes` is missing"),
        (PROMPT.replace('"difficulty": 1', '"difficulty": 4') + ANSWER, "Write it.", "difficulty is 4"),
        (PROMPT.replace("Write it.", "## Write it.") + ANSWER, "## Write it.", "a heading"),
        (RIGHT.replace(", points: 2", ""), 'check("05.roll", roll)', "`points` is missing"),
        (RIGHT.replace('check("05.roll"', 'check("05.rol"'), 'check("05.rol", roll)', 'no call of check("05.roll"'),
        (RIGHT.replace("    # END SOLUTION\n", ""), "def roll(x):", "must come in pairs"),
        (RIGHT.replace("    # BEGIN", "# BEGIN"), "# BEGIN SOLUTION", "a marker outside a function"),
        (RIGHT.replace("gdl: {role: solution, ex: 05.roll}", "tags: []"), "def roll(x):", "would reach learners"),
    ],
)
def test_a_broken_rule_is_named_with_its_line(body, at, message):
    with pytest.raises(ChapterError, match="notebooks/05_shifts.md:") as error:
        read(body)
    found = [problem for problem in error.value.problems if message in problem.message]
    assert found, str(error.value)
    if at:
        assert (HEADER + body).splitlines()[found[0].line - 1] == at


def test_all_problems_are_reported_at_once():
    with pytest.raises(ChapterError) as error:
        read(PROMPT.replace("prompt", "promt") + HINT.replace("hint", "hin"))
    assert len(error.value.problems) == 2

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
CLAIM = "```{code-cell} ipython3\n:gdl: {claims: [B19, F1b]}\nassert 1 + 1 == 2\n```\n\n"
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


def test_a_cell_says_which_claims_it_shows():
    assert [cell.claims for cell in read(CLAIM + RIGHT).cells if cell.kind == "code"] == [("B19", "F1b"), (), ()]
    for call in ("check_equivariance(f, rho)", "with pytest.raises(ValueError):\n    f()"):
        assert read(CLAIM.replace("assert 1 + 1 == 2", call)).cells[1].claims == ("B19", "F1b")


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
        (CLAIM.replace("B19", "B019"), "assert 1 + 1 == 2", "'B019' is not the name of a row"),
        (CLAIM.replace("B19", "19"), "assert 1 + 1 == 2", "19 is not the name of a row"),
        (CLAIM.replace("[B19, F1b]", "B19"), "assert 1 + 1 == 2", "got 'B19', expected a list"),
        (CLAIM.replace("[B19, F1b]", "[]"), "assert 1 + 1 == 2", "got [], expected a list"),
        (CLAIM.replace("assert 1", "1"), "1 + 1 == 2", "asserts nothing"),
        (CLAIM.replace("assert 1", "asserted = 1"), "asserted = 1 + 1 == 2", "asserts nothing"),
        (CLAIM.replace("assert 1 + 1 == 2", "assert x  # BEGIN SOLUTION"), None, "would reach learners"),
        (RIGHT.replace("points: 2", "points: 2, claims: [B19]"), 'check("05.roll", roll)', "claims stand alone"),
        ('+++ {"gdl": {"claims": ["B19"]}}\n\nWe assert it.\n', "We assert it.", "claims stand alone"),
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

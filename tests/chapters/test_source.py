"""The rules of a chapter's source, each broken on purpose."""

import chapter_source
import pytest

from gdl_course.chapters.rubric import read_rubric, rubric_markdown, rubric_title
from gdl_course.chapters.source import ChapterError, read_chapter

HEADER = chapter_source.HEADER + "# A chapter\n\n"
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
RUBRIC = """\
+++ {"gdl": {"role": "rubric", "ex": "05.roll"}}

- 2: It names the shift. Slip: it argues from one example.
- 1: It has a reason. Slip: habit.
- 1: It has a test. Slip: nothing that could fail.

"""
ON_PAPER = PROMPT + ANSWER + RUBRIC
CLAIM = "```{code-cell} ipython3\n:gdl: {claims: [B19, F1b]}\nassert 1 + 1 == 2\n```\n\n"
RIGHT = PROMPT + HINT + SOLUTION + CHECK + ANSWER
TEST = "- 1: It has a test. Slip: nothing that could fail."


def read(body):
    return read_chapter("notebooks/05_shifts.md", HEADER + body)


def test_a_right_chapter_is_read_with_its_roles():
    chapter = read(RIGHT)
    assert [cell.role for cell in chapter.cells] == [None, "prompt", "hint", "solution", "check", "answer"]
    assert (chapter.number, chapter.title, chapter.label("05.roll")) == ("05", "A chapter", "5.1")


def test_a_rubric_follows_an_answer_with_a_check_or_without():
    for body in (ON_PAPER, RIGHT + RUBRIC):
        rubric = read(body).cells[-1]
        assert [criterion.points for criterion in read_rubric(rubric.source)] == [2, 1, 1]
        assert rubric_title(rubric.source) == "Mark yourself: 4 points"


def test_a_rubric_is_drawn_line_by_line():
    source = read(ON_PAPER).cells[-1].source
    drawn = rubric_markdown(source).splitlines()
    assert drawn[:2] == [
        "- **2 points.** It names the shift. *A slip:* it argues from one example.",
        "- **1 point.** It has a reason. *A slip:* habit.",
    ]
    assert len(drawn) == len(source.splitlines())


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
        (PROMPT + ANSWER, "Write it.", "an answer but neither a check nor a rubric"),
        (PROMPT + RUBRIC, "Write it.", "a rubric but no answer"),
        (PROMPT + RUBRIC + ANSWER, "Because.", "answer after rubric"),
        (ON_PAPER.replace("- 1: It has a test.", "- It has a test."), TEST.replace("- 1: ", "- "), "is no criterion"),
        (ON_PAPER.replace("Slip: nothing", "Not: nothing"), TEST.replace("Slip", "Not"), "is no criterion"),
        (ON_PAPER.replace(TEST, ""), "- 2: It names the shift. Slip: it argues from one example.", "this one has 2"),
        (ON_PAPER.replace(TEST, f"{TEST}\n" * 4), None, "this one has 6"),
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

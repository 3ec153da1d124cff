"""The plain form of every directive and role that a chapter may use, and an error for every other."""

from pathlib import Path

import pytest

from gdl_course.chapters.links import Addresses, Links
from gdl_course.chapters.markdown import plain_markdown
from gdl_course.chapters.source import Cell, Chapter, ChapterError

BIBLIOGRAPHY = """
@article{three, author={Ada One and Bo Two and Cy Three}, title={On {Shifts}}, year={2001}, doi={10.1/x}}
@article{two, author={Ada One and Jo van der Two}, title={More}, year={2002}, journal={A Journal}}
"""


@pytest.fixture
def links(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "_config.yml").write_text("repository: {url: https://github.com/Owner/course}")
    (tmp_path / "book" / "references.bib").write_text(BIBLIOGRAPHY)
    (tmp_path / "book" / "notation.md").write_text("# Notation\n")
    (tmp_path / "notebooks" / "04_solving.md").write_text("---\nx: y\n---\n\n# Solving for symmetry\n")
    return Links(tmp_path)


def plain(text, links):
    chapter = Chapter(Path("notebooks/05_shifts.md"), {}, ())
    return plain_markdown(chapter, Cell("markdown", text, 11, {}), links)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain $x$ and `code`.", "Plain $x$ and `code`."),
        ("```{note}\nMind $x$.\n```", "> **Note**\n>\n> Mind $x$."),
        ("::::{tip}\n:class: a\n\nDo.\n\n:::{note}\nIn.\n:::\n::::",
         "> **Tip**\n>\n> Do.\n>\n>\n> > **Note**\n> >\n> > In.\n>"),
        ("```{claim} \"It *is*.\"\n**Wrong**. No.\n```", '> **Said elsewhere:** "It *is*."\n>\n> ✗ **Wrong**. No.'),
        ("```{claim} A\n**Conditional** on\n$$\na\n= b\n$$\n```",
         "> **Said elsewhere:** A\n>\n> ◐ **Conditional** on\n> $$a = b$$"),
        ("```{dropdown} More\nText.\n```", "<details>\n<summary>More</summary>\n\nText.\n\n</details>"),
        ("```{math}\na = b\n```", "$$\na = b\n$$"),
        ("As {cite:t}`two` say {cite:p}`three,two`.",
         "As One and van der Two (2002) say ([One et al., 2001](https://doi.org/10.1/x); One and van der Two, 2002)."),
        ("See {doc}`/notebooks/04_solving`.",
         "See [Solving for symmetry](https://owner.github.io/course/notebooks/04_solving.html)."),
        ("See {doc}`that <04_solving>`.", "See [that](https://owner.github.io/course/notebooks/04_solving.html)."),
        ("[n](../book/notation.md#a)", "[n](https://owner.github.io/course/book/notation.html#a)"),
        ("[n](https://example.org/a.md)", "[n](https://example.org/a.md)"),
        ("`{doc}` and ``{cite:p}`x` ``", "`{doc}` and ``{cite:p}`x` ``"),
        ("```python\n{doc}`x`\n```", "```python\n{doc}`x`\n```"),
        ("% a note to authors\nText.", "Text."),
    ],
)  # fmt: skip
def test_plain_form(text, expected, links):
    assert plain(text, links) == expected


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("One.\n\n```{figure} a.png\n```", 13, "directive 'figure' has no plain form"),
        ("Text {ref}`x`.", 11, "role 'ref' has no plain form"),
        ("One\ntwo {cite:p}`nobody`", 12, "no source 'nobody'"),
        ("{doc}`/notebooks/99_none`", 11, "99_none.md does not exist"),
        ("[n](none.md)", 11, "none.md does not exist"),
        ("One.\n![p](picture.png)", 12, "a file that learners do not have"),
        ("(label)=\n", 11, "the target (label)= has no plain form"),
        ("```{note}\nnever closed", 11, "is never closed"),
        ("```{note} Title\n```", 11, "a note has no title"),
        ("```{claim} C\nMaybe.\n```", 11, "starts with one of"),
        ("````{note}\n:class: a\n\n```{tip}\nSee {ref}`x`.\n```\n````", 15, "role 'ref' has no plain form"),
        ("A footnote[^1].", 11, "a footnote has no plain form"),
    ],
)
def test_what_has_no_plain_form_is_an_error_with_its_line(text, line, message, links):
    with pytest.raises(ChapterError) as error:
        plain(text, links)
    assert error.value.problems[0].line == line
    assert message in error.value.problems[0].message


def test_a_repository_that_is_not_on_github_is_refused():
    with pytest.raises(ValueError, match="expected https://github.com/OWNER/NAME"):
        Addresses("https://example.org/course")

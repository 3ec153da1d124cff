"""The claims page's data: every statement is there, and each is shown by a cell that can fail, or by a source."""

import json
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from chapter_source import HEADER

from gdl_course.chapters.markdown import cited_keys
from gdl_course.chapters.notebooks import chapters
from gdl_course.chapters.source import CAN_FAIL, ChapterError, read_chapter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where the build finds its extensions
import gdl_chapters  # noqa: E402
import gdl_claims  # noqa: E402

LAST = {"A": 16, "B": 24, "C": 19, "D": 15, "E": 3, "F": 10, "G": 8, "H": 13}
IDS = {f"{letter}{n}" for letter, last in LAST.items() for n in range(1, last + 1)} | {"F1b"}
CLAIMS = gdl_claims.read_claims(ROOT)
CHAPTERS = {chapter.number: chapter for chapter in chapters(ROOT)}
BIBLIOGRAPHY = set(
    re.findall(r"^@\w+\{([^,]+),", (ROOT / "book" / "references.bib").read_text("utf8"), flags=re.MULTILINE)
)


def missing(claims, book):
    """What each statement lacks whose chapter is in the `book` (number -> chapter)."""
    for claim in claims:
        chapter = book.get(claim.chapter)
        if chapter is None or any(claim.id in cell.claims for cell in chapter.cells):
            continue
        if claim.source is None:
            yield f"{claim.id}: no cell of chapter {claim.chapter} shows it"
        elif claim.source not in cited_keys(chapter):
            yield f"{claim.id}: chapter {claim.chapter} does not cite {claim.source}"


def test_every_row_has_exactly_the_fields():
    names = [field.name for field in fields(gdl_claims.Claim)]
    for record in json.loads((ROOT / gdl_claims.DATA).read_text("utf8")):
        assert sorted(record) == sorted(names)
        assert all(record[name].strip() for name in names if name != "source")
        assert record["verdict"] in gdl_claims.MARKS and re.fullmatch(r"0[1-9]|1[0-8]", record["chapter"])


def test_all_rows_are_there_once():
    assert len(IDS) == 109
    assert sorted(claim.id for claim in CLAIMS) == sorted(IDS)


def test_no_two_rows_say_the_same():
    assert len({claim.said for claim in CLAIMS}) == len({claim.truth for claim in CLAIMS}) == len(CLAIMS)


def test_every_row_of_a_chapter_is_shown_by_a_cell_or_a_source():
    assert list(missing(CLAIMS, CHAPTERS)) == []


def test_a_row_without_a_cell_is_missed():
    planted = gdl_claims.Claim("B99", "05", "Said.", "true", "True.", None)
    assert list(missing([planted], CHAPTERS)) == ["B99: no cell of chapter 05 shows it"]
    planted = gdl_claims.Claim("B99", "05", "Said.", "true", "True.", "noether1918invariante")
    assert list(missing([planted], CHAPTERS)) == ["B99: chapter 05 does not cite noether1918invariante"]
    without = {number: chapter for number, chapter in CHAPTERS.items() if number != "05"}
    assert list(missing([planted], without)) == []


def test_sources_are_in_the_bibliography():
    assert {claim.source for claim in CLAIMS if claim.source} <= BIBLIOGRAPHY


def test_chapters_mark_only_rows_of_the_page_and_cells_that_can_fail():
    marked = [cell for chapter in CHAPTERS.values() for cell in chapter.cells if cell.claims]
    assert {row for cell in marked for row in cell.claims} <= IDS
    assert [cell.line for cell in marked if not CAN_FAIL.search(cell.source)] == []
    hidden = {"remove-cell", "remove-input"}
    assert [cell.line for cell in marked if hidden & set(cell.metadata.get("tags", []))] == []


def test_the_page_is_in_the_book():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    assert gdl_claims.PAGE in [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]


CHAPTER = (
    HEADER
    + """\
# A chapter

```{code-cell} ipython3
:gdl: {claims: [B12, B3]}

assert 1 + 1 == 2
```

```{code-cell} ipython3
---
tags: [hide-input]
gdl: {claims: [B3, F1b]}
---
assert 2 + 2 == 4
```
"""
)


def test_the_first_cell_that_shows_a_row_is_its_anchor():
    page = gdl_chapters.read_page(CHAPTER, Path("notebooks/05_shifts.md"), ROOT)
    cells = [cell.metadata for cell in page.cells if cell.cell_type == "code"]
    assert [cell["gdl_anchors"] for cell in cells] == [["claim-b12", "claim-b3"], ["claim-f1b"]]
    assert cells[1]["tags"] == ["hide-input"] and "gdl" not in cells[0]


def test_a_row_that_the_page_does_not_have_stops_the_build():
    path = Path("notebooks/05_shifts.md")
    with pytest.raises(ChapterError, match=r"05_shifts\.md:22: claims: there is no row B25 in book/claims\.json"):
        gdl_chapters.read_page(CHAPTER.replace("B3, F1b", "B25"), path, ROOT)
    assert read_chapter(path, CHAPTER.replace("B3, F1b", "B25"))  # well-formed, so the page must know

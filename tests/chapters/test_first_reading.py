"""The second reading can be skipped without loss, a core is at most half of the text, and no pointer is stale."""

import ast
import builtins
import re
from pathlib import Path

import pytest
from chapter_source import HEADER

from gdl_course.chapters.source import read_chapter

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SKIPPABLE = "## Second reading"
WITH_A_CORE = ["03_groups", "11_steerable_filters"]
HALF = ["03_groups"]  # where the core is half of the text at most
READ_AGAIN = ["01_why_geometry", "02_symmetry", "03_groups"]  # chapters whose pointers have been checked
NOT_READ = ("## Exercises", "## Claims", "## Sources")


def sections(chapter):
    """Pairs (heading of the section, cell); a Markdown cell with several headings is cut at each."""
    heading = ""
    for cell in chapter.cells:
        parts = re.split(r"^(?=## )", cell.source, flags=re.MULTILINE) if cell.kind == "markdown" else [cell.source]
        for part in parts:
            if cell.kind == "markdown" and part.startswith("## "):
                heading = part.splitlines()[0]
            yield heading, cell, part


def names_missing(sources):
    """Names that code uses at its top level, in this order, before anything has defined them."""
    defined, missing = set(dir(builtins)), set()
    for source in sources:
        tree = ast.parse(source)
        stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        stored |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        stored |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        stored |= {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        missing |= used - stored - defined
        defined |= stored
    return missing


def code_without_the_second_reading(chapter):
    kept = [cell for heading, cell, _ in sections(chapter) if not heading.startswith(SKIPPABLE)]
    return [cell.source for cell in kept if cell.kind == "code"]


def words(chapter, wanted):
    texts = (part for heading, cell, part in sections(chapter) if cell.kind == "markdown" and wanted(heading))
    return sum(len(text.split()) for text in texts)


@pytest.mark.parametrize("name", WITH_A_CORE)
def test_the_code_runs_without_the_second_reading(name):
    chapter = read_chapter(NOTEBOOKS / f"{name}.md")
    assert names_missing(code_without_the_second_reading(chapter)) == set()


@pytest.mark.parametrize("name", HALF)
def test_the_core_is_at_most_half_of_the_text(name):
    chapter = read_chapter(NOTEBOOKS / f"{name}.md")
    text = words(chapter, lambda heading: not heading.startswith(NOT_READ))
    core = words(chapter, lambda heading: not heading.startswith((*NOT_READ, SKIPPABLE)))
    assert 0 < core <= text / 2


def test_a_name_that_only_the_second_reading_defines_is_found(tmp_path):
    skipped, kept = ("```{code-cell}\nx = 1\n```\n\n", "```{code-cell}\nprint(x)\n```\n")
    text = HEADER + "# A\n\n## Second reading\n\n" + skipped + "## Exercises\n\n" + kept
    chapter = read_chapter(tmp_path / "03_a.md", text)
    assert names_missing(code_without_the_second_reading(chapter)) == {"x"}


def stale(name, text):
    """Pointers that time has overtaken: to a chapter as planned that exists, or to "the next" that is not the next."""
    number = int(name[:2])
    found = re.findall(r"still to come|a later chapter", text)
    for pointer in re.finditer(r"(?i)\b(?:the )?next (?:chapter|one)\b[^.]{0,20}?/notebooks/(\d\d)_", text):
        if int(pointer[1]) != number + 1:
            found.append(pointer[0])
    planned = (re.findall(r"\b\d\d\b", line) for line in re.findall(r"[^|;]*planned[^|;]*", text))
    found += [f"{n} is not planned, it exists" for row in planned for n in row if any(NOTEBOOKS.glob(f"{n}_*.md"))]
    return found


@pytest.mark.parametrize("name", READ_AGAIN)
def test_no_pointer_is_stale(name):
    assert stale(name, (NOTEBOOKS / f"{name}.md").read_text("utf8")) == []


@pytest.mark.parametrize("text", [
    "The chapter on scale, still to come, measures it.",
    "{doc}`The next chapter </notebooks/04_solving_for_symmetry>` turns it round.",
    "| what results | planned: 10 to 13 |",
])  # fmt: skip
def test_a_stale_pointer_is_found(text):
    assert stale("02_symmetry", text)

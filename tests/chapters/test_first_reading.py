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
WITH_A_CORE = ["03_groups", "08_message_passing", "11_steerable_filters", "12_sphere"]
HALF = ["03_groups", "08_message_passing"]  # where the core is half of the text at most
CHAPTERS = sorted(file.stem for file in NOTEBOOKS.glob("[0-9][0-9]_*.md"))
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


def prose(chapter):
    return "\n".join(cell.source for cell in chapter.cells if cell.kind == "markdown")


def stale(name, text):
    """Pointers that time has overtaken: to a chapter as planned that exists, or to "the next" that is not the next.

    "The next chapter" without a link cannot be checked, and counts as stale.
    """
    number = int(name[:2])
    found = re.findall(r"(?i)still to come|a later chapter|\bnext chapter\b(?![^.]{0,3}<)", text)
    for steps, words in ((1, r"next (?:chapter|one)"), (2, r"(?:chapter|one) after (?:it|that|next)")):
        for pointer in re.finditer(rf"(?i)\b(?:the )?{words}\b[^.]{{0,20}}?/notebooks/(\d\d)_", text):
            if int(pointer[1]) != number + steps:
                found.append(pointer[0])
    planned = (re.findall(r"\b\d\d\b", line) for line in re.findall(r"[^|;]*planned[^|;]*", text))
    found += [f"{n} is not planned, it exists" for row in planned for n in row if any(NOTEBOOKS.glob(f"{n}_*.md"))]
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_pointer_is_stale(name):
    assert stale(name, prose(read_chapter(NOTEBOOKS / f"{name}.md"))) == []


@pytest.mark.parametrize("text", [
    "The chapter on scale, still to come, measures it.",
    "The next chapter turns it round.",
    "{doc}`The one after it </notebooks/05_convolution>` is about pictures.",
    "{doc}`The next chapter </notebooks/04_solving_for_symmetry>` turns it round.",
    "| what results | planned: 10 to 13 |",
])  # fmt: skip
def test_a_stale_pointer_is_found(text):
    assert stale("02_symmetry", text)

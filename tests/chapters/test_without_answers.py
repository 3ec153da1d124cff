"""How the class edition's notebooks are made: from the open edition's, without a trace of an answer, or not at all."""

import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from sphinx.errors import ConfigError

from gdl_course.chapters.source import read_chapter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where the build finds its extensions
import gdl_edition  # noqa: E402
from gdl_chapters import read_page  # noqa: E402
from gdl_execution import executed  # noqa: E402

CHAPTER = """\
---
kernelspec: {name: python3, display_name: Python 3}
---
# A chapter

```{code-cell} ipython3
print("shown")
```
+++ {"gdl": {"role": "prompt", "ex": "01.one", "title": "One", "difficulty": 1, "minutes": 5}}
Return one.

```{code-cell} ipython3
---
gdl: {role: solution, ex: 01.one}
---
def one():
    # BEGIN SOLUTION
    return 10 ** 0
    # END SOLUTION
```
```{code-cell} ipython3
---
gdl: {role: check, ex: 01.one, points: 1}
---
check("01.one", one)
```
+++ {"gdl": {"role": "answer", "ex": "01.one"}}
Anything to the power of zero.
+++ {"gdl": {"role": "rubric", "ex": "01.one"}}
- 1: A power. Slip: a sum.
- 1: A zero. Slip: a one.
- 1: A base. Slip: none.
"""


@pytest.fixture
def executed_page(tmp_path):
    """(chapter, page): a chapter of a few cells, and its notebook with an output from every code cell."""
    path = tmp_path / "01_a.md"
    page = read_page(CHAPTER, path, ROOT)
    for cell in page.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text=f"output of {cell.source}")]
    return read_chapter(path, CHAPTER), page


def test_a_notebook_of_the_class_edition_has_no_trace_of_an_answer(executed_page):
    chapter, page = executed_page
    notebook = gdl_edition.without_answers(chapter, page)
    for secret in ("10 ** 0", "power of zero", "A power.", "output of check"):
        assert secret in str(page) and secret not in str(notebook)
    shown = {cell.source: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert [len(found) for found in shown.values()] == [1, 0, 0]
    assert list(shown)[1] == 'def one():\n    raise NotImplementedError("your turn: One")'
    assert len(notebook.metadata.source_map) == len(notebook.cells)


def test_a_chapter_that_was_not_executed_as_it_stands_stops_the_build(executed_page, tmp_path):
    (tmp_path / "requirements.txt").write_text("")
    with pytest.raises(FileNotFoundError, match="notebooks/01_a"):
        executed(executed_page[1], "notebooks/01_a", tmp_path)


def test_an_unknown_edition_stops_the_build():
    with pytest.raises(ConfigError, match="gdl_edition is 'clas', expected open or class"):
        gdl_edition.choose_the_parser(None, SimpleNamespace(gdl_edition="clas"))

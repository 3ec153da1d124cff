"""The book's two editions: `open`, with solutions and answers folded, and `class`, without them.

`make book EDITION=class` makes the second. Chapters are executed once for both (`gdl_execution`), and here everything
that gives an answer away is taken out of the notebook before MyST-NB sees it. So no page, search index or other file
that is made from the notebook can hold an answer.
"""

import os
from pathlib import Path

import nbformat.v4
from gdl_chapters import ChapterParser
from sphinx.errors import ConfigError

from gdl_course.chapters.notebooks import stub
from gdl_course.chapters.source import read_chapter

EDITIONS = ("open", "class")
SHOWN = (None, "prompt", "hint")  # the roles of cells that the class edition shows as they are
NOTE = "This is the class edition of the book: it has the exercises and their hints, and no solutions."


class ClassParser(ChapterParser):
    """The parser of the class edition: MyST-NB is handed a notebook in which nothing is left to hide."""

    def page(self, docname, text):
        page = super().page(docname, text)
        if not docname.startswith("notebooks/"):
            return page
        return without_answers(read_chapter(Path(self.env.srcdir) / f"{docname}.md", text), page)


def without_answers(chapter, page):
    """`page`, the executed notebook of `chapter`, with stubs for solutions, without what else gives an answer away."""
    cells, lines, noted = [], [], False
    for cell, shown, line in zip(chapter.cells, page.cells, page.metadata.source_map, strict=True):
        kept = _without_answer(chapter, cell, shown)
        if cell.role == "prompt" and not noted:
            kept, noted = [nbformat.v4.new_markdown_cell(f"*{NOTE}*"), *kept], True
        cells += kept
        lines += [line] * len(kept)
    return nbformat.v4.new_notebook(cells=cells, metadata={**page.metadata, "source_map": lines})


def _without_answer(chapter, cell, shown):
    """What the class edition shows of one cell. A role that is not named here is not shown: an answer, a rubric."""
    if cell.role in SHOWN:
        return [shown]
    if cell.role == "solution":
        title = chapter.prompts[cell.exercise].gdl["title"]
        return [nbformat.v4.new_code_cell(stub(cell.source, title), metadata={"tags": ["gdl-part", "gdl-stub"]})]
    if cell.role == "check":  # its output is the verdict on the solution
        return [nbformat.v4.new_code_cell(cell.source, metadata=shown.metadata)]
    return []


def choose_the_parser(app, config):
    if config.gdl_edition not in EDITIONS:
        expected = " or ".join(EDITIONS)
        raise ConfigError(f"gdl_edition is {config.gdl_edition!r}, expected {expected}: `make book EDITION=class`")
    if config.gdl_edition == "class":
        app.add_source_parser(ClassParser, override=True)


def setup(app):
    app.setup_extension("gdl_chapters")  # whose parser this replaces
    app.add_config_value("gdl_edition", os.environ.get("GDL_EDITION", "open"), "env")
    app.connect("config-inited", choose_the_parser)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

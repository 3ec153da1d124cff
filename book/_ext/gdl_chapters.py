"""A chapter's page: the same source that the notebooks are made of, with exercises as boxes and answers folded.

`gdl_course.classroom` reads the chapter and checks it; here each cell that plays a part in an exercise is dressed in
a directive. Line numbers stay those of the source, so that a warning points at what its author wrote.

A cell that shows a row of the claims page is an anchor, `#claim-b12`; where several show one row, the first is.
"""

from contextlib import suppress
from pathlib import Path

import nbformat.v4
from docutils import nodes
from docutils.parsers.rst import directives
from gdl_claims import DATA, anchor, read_claims
from gdl_execution import Failed, execute, executed, place
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_nb.sphinx_ import NbMetadataCollector, Parser
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.directive import ExerciseDirective

from gdl_course.chapters.links import Links
from gdl_course.chapters.markdown import VERDICTS, plain_markdown, verdict
from gdl_course.chapters.notebooks import STARS
from gdl_course.chapters.rubric import HOW, rubric_markdown, rubric_title
from gdl_course.chapters.source import ChapterError, Problem, read_chapter, without_markers

LOGGER = logging.getLogger(__name__)
FENCE = "`" * 12  # longer than any fence inside a cell
PLACE = "gdl_place"  # which outputs a page was made with
ANCHORS = "gdl_anchors"  # the ids that a code cell gets on its page


class ChapterParser(Parser):
    """MyST-NB's parser, which is handed every notebook with its outputs, and executes nothing."""

    def parse(self, inputstring, document):
        if not is_myst_markdown_notebook(inputstring):
            return super().parse(inputstring, document)
        stock, docname = self.env.mystnb_config, self.env.docname
        try:
            page = self.page(docname, inputstring)
        except ChapterError as error:
            name = docname.rpartition("/")[2]
            document += nodes.section("", nodes.title("", name), ids=[name])
            for problem in error.problems:
                LOGGER.error(problem.message, location=(docname, problem.line))
            return
        reader = ("gdl_chapters.as_given", {"notebook": page}, False)
        self.env.mystnb_config = stock.copy(custom_formats={".md": reader})
        try:
            super().parse(inputstring, document)
        finally:
            self.env.mystnb_config = stock

    def page(self, docname, text):
        """The notebook that is rendered for the source `text`: `read_notebook`, with outputs."""
        root, page = Path(self.env.srcdir), read_notebook(docname, text, Path(self.env.srcdir))
        NbMetadataCollector.set_doc_data(self.env, docname, PLACE, str(place(page, docname, root)))
        try:
            page, record = executed(page, docname, root)
        except Failed as error:
            LOGGER.warning(str(error), location=docname)
            return page
        NbMetadataCollector.set_exec_data(self.env, docname, record)
        return page


def as_given(text, notebook):
    """The reader that MyST-NB is told to use: `notebook` stands for the source `text`."""
    return notebook


def read_notebook(docname, text, root):
    """The notebook of a page, without outputs: `read_page` for a chapter, and for other pages what MyST-NB reads."""
    if docname.startswith("notebooks/"):
        return read_page(text, root / f"{docname}.md", root)
    return read_myst_markdown_notebook(text, add_source_map=True)


def read_notebooks(docnames, root):
    """The notebooks among some pages, by name. A chapter that is not right is left to its parser, which says why."""
    pages = {}
    for docname in docnames:
        text = (root / f"{docname}.md").read_text("utf8")
        if is_myst_markdown_notebook(text):
            with suppress(ChapterError):
                pages[docname] = read_notebook(docname, text, root)
    return pages


def execute_first(app, env, docnames):
    """Run what is to be read, before the first page is read."""
    root = Path(app.srcdir)
    execute(read_notebooks(docnames, root), root, app.config.nb_execution_timeout, LOGGER.info)


def outdated(app, env, added, changed, removed):
    """The pages whose cells would run again, though their own text has not changed."""
    root = Path(app.srcdir)
    before = {name: NbMetadataCollector.get_doc_data(env)[name].get(PLACE) for name in env.found_docs - added}
    pages = read_notebooks([name for name in before if before[name]], root)
    return [name for name, page in pages.items() if str(place(page, name, root)) != before[name]]


def read_page(text, path, root):
    """The notebook that MyST-NB executes and renders for the chapter `text` at `path` under `root`."""
    chapter, links = read_chapter(path, text), Links(root)
    check_claims(chapter, root)
    cells, lines, hints, shown = [], [], 0, set()
    for cell in chapter.cells:
        hints = hints + 1 if cell.role == "hint" else 0
        if cell.kind == "code":
            metadata = _code_metadata(cell) | {ANCHORS: [anchor(row) for row in cell.claims if row not in shown]}
            shown.update(cell.claims)
            cells.append(nbformat.v4.new_code_cell(without_markers(cell.source), metadata=metadata))
            lines.append(cell.line - 1)
            continue
        plain_markdown(chapter, cell, links)  # what learners could not read is an error here already
        opening = _opening(chapter, cell, hints)
        body = rubric_markdown(cell.source) if cell.role == "rubric" else cell.source
        source = "\n".join([*opening, body, FENCE]) if opening else body
        cells.append(nbformat.v4.new_markdown_cell(source))
        lines.append(cell.line - 1 - len(opening))
    return nbformat.v4.new_notebook(cells=cells, metadata={**chapter.metadata, "source_map": lines})


def _opening(chapter, cell, hints):
    """The lines that open the directive which a cell of this role stands in; none for running text."""
    if cell.role == "prompt":
        options = {key: cell.gdl[key] for key in ("difficulty", "minutes")}
        options |= {"label": f"ex-{cell.exercise.replace('.', '-')}", "number": chapter.label(cell.exercise)}
        lines = [f":{key}: {value}" for key, value in options.items()]
        return [f"{FENCE}{{gdl-exercise}} {cell.gdl['title']}", *lines, ""]
    if cell.role in ("hint", "answer"):
        title = f"Hint {hints}" if cell.role == "hint" else "Answer"
        return [f"{FENCE}{{dropdown}} {title}", f":class-container: gdl-part gdl-{cell.role}", ""]
    if cell.role == "rubric":
        title, style = rubric_title(cell.source), ":class-container: gdl-part gdl-rubric"
        return [f"{FENCE}{{dropdown}} {title}", style, "", HOW, ""]
    return []


def _code_metadata(cell):
    metadata = {key: value for key, value in cell.metadata.items() if key != "gdl"}
    tags = list(metadata.get("tags", []))
    if cell.role in ("solution", "check"):
        tags += ["gdl-part", f"gdl-{cell.role}"]
    if cell.role == "solution":
        tags.append("hide-input")
        prompts = {"code_prompt_show": "Solution", "code_prompt_hide": "Solution"}
        metadata["mystnb"] = {**metadata.get("mystnb", {}), **prompts}
    return {**metadata, "tags": tags} if tags else metadata


class Exercise(ExerciseDirective):
    """The box of an exercise: sphinx-exercise's, with the number that the notebooks show, and the effort it takes."""

    option_spec = {  # noqa: RUF012
        **ExerciseDirective.option_spec,
        "number": directives.unchanged_required,
        "difficulty": directives.positive_int,
        "minutes": directives.positive_int,
    }

    def run(self):
        self.name = "exercise"  # whatever name it is registered under
        self.options["nonumber"] = None
        found = super().run()
        for box in found:
            heading, content = box.children
            title = nodes.title("", "", nodes.inline("", f"Exercise {self.options['number']}", classes=["gdl-number"]))
            title += [nodes.Text(" "), *heading.children[-1].children]
            box[0] = title
            content["ids"] = [f"{self.options['label']}-content"]
            content.insert(0, self._effort())
        return found

    def _effort(self):
        difficulty, minutes = self.options["difficulty"], self.options["minutes"]
        stars = f'<span role="img" aria-label="difficulty {difficulty} of 3">{STARS[difficulty]}</span>'
        return nodes.raw("", f'<p class="gdl-effort">{stars} about {minutes} minutes</p>', format="html")


class Claim(SphinxDirective):
    """A statement that readers meet elsewhere, and the verdict on it, which is the body's first word."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self):
        word = verdict(self.content[0] if self.content else "")
        if word is None:
            raise self.error(f"a claim's body starts with one of {', '.join(f'**{word}**' for word in VERDICTS)}")
        text, messages = self.state.inline_text(self.arguments[0], self.lineno)
        label = nodes.inline("", "Said elsewhere", classes=["gdl-number"])
        claim = nodes.admonition(classes=["claim", f"claim-{word.lower()}"])
        claim += nodes.title("", "", label, nodes.Text(" "), *text)
        self.state.nested_parse(self.content, self.content_offset, claim)
        badge = next(claim[1].findall(nodes.strong))
        badge["classes"] += ["claim-verdict"]
        badge.insert(0, nodes.Text(f"{VERDICTS[word]} "))
        return [claim, *messages]


def check_claims(chapter, root):
    """Raise `ChapterError` for every row that the claims page does not have."""
    known = {claim.id for claim in read_claims(root)}
    named = [(cell.line, row) for cell in chapter.cells for row in cell.claims]
    problems = [Problem(line, f"claims: there is no row {row} in {DATA}") for line, row in named if row not in known]
    if problems:
        raise ChapterError(chapter.path, problems)


def set_anchors(app, doctree):
    for cell in doctree.findall(nodes.container):
        cell["ids"] += cell.get("cell_metadata", {}).get(ANCHORS, [])


def join_prints(app, doctree):
    """What one cell prints reaches the page in as many blocks as the kernel happened to send; make them one."""
    for block in list(doctree.findall(nodes.literal_block)):
        before = block.previous_sibling()
        if _is_print(block) and _is_print(before):
            text = before.astext() + block.astext()
            before.replace_self(nodes.literal_block(text, text, **before.attributes))
            block.parent.remove(block)


def _is_print(node):
    return isinstance(node, nodes.literal_block) and node["classes"] == ["output", "stream"]


def setup(app):
    app.setup_extension("myst_nb")
    app.setup_extension("sphinx_exercise")
    app.add_source_parser(ChapterParser, override=True)
    app.add_directive("gdl-exercise", Exercise)
    app.add_directive("claim", Claim)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute_first)
    app.connect("doctree-read", join_prints)
    app.connect("doctree-read", set_anchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Write the notebooks that people open: for learners without answers and outputs, for instructors with both."""

import re
from pathlib import Path

from gdl_course.chapters.extras import need
from gdl_course.chapters.links import Links
from gdl_course.chapters.markdown import cited_keys, plain_markdown
from gdl_course.chapters.rubric import HOW, rubric_markdown, rubric_title
from gdl_course.chapters.source import BEGIN, END, Cell, Chapter, read_chapter, without_markers
from gdl_course.exercises import Result

INSTALL = """\
# In Colab this installs the course's package. Anywhere else, install it once, in a terminal:
#     pip install "gdl-course @ git+{repository}"
import sys

if "google.colab" in sys.modules:
    %pip install --quiet "gdl-course @ git+{repository}"
"""
PROGRESS = """\
# How far you are. It is kept in a file on your own machine and sent nowhere.
from gdl_course.exercises import progress

progress("{chapter}")
"""
NOT_THE_CHAPTERS = tuple(cell.splitlines()[0] for cell in (INSTALL, PROGRESS))  # how the cells begin that we add
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STARS = {1: "★☆☆", 2: "★★☆", 3: "★★★"}


def chapters(root: Path) -> list[Chapter]:
    """Every chapter of the course at `root`, in order.

    Raises `ChapterError` on the first that is not right, FileNotFoundError if there is none.
    """
    paths = sorted((Path(root) / "notebooks").glob("[0-9][0-9]_*.md"))
    if not paths:
        where = Path(root) / "notebooks"
        raise FileNotFoundError(f"no chapters {where}/NN_name.md: run this in the course's folder, or say --root")
    return [read_chapter(path) for path in paths]


def learner_notebook(chapter: Chapter, links: Links):
    """The notebook that a learner opens: stubs for solutions, no answers, no outputs. It runs to its end untouched.

    Rubrics are left out too: they stand below the answers, on the chapter's page.
    """
    return _notebook(chapter, links, {"solution": _stub, "answer": _blank_answer, "rubric": _left_out})


def solution_notebook(chapter: Chapter, links: Links):
    """The same notebook with solutions, answers and rubrics, for instructors and for the tests; not yet executed."""
    return _notebook(chapter, links, {"solution": _code, "answer": _answer, "rubric": _rubric})


def with_outputs(notebook, executed):
    """`notebook` with the outputs of `executed`, the book's: the same code cells, without markers and those we add.

    Raises ValueError when the two do not belong together.
    """
    import copy

    notebook = copy.deepcopy(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code = [cell for cell in code if not cell.source.startswith(NOT_THE_CHAPTERS)]
    done = [cell for cell in executed.cells if cell.cell_type == "code"]
    if [without_markers(cell.source) for cell in code] != [cell.source for cell in done]:
        raise ValueError("the executed notebook is not of this chapter as it stands: run `make book` again")
    for cell, source in zip(code, done, strict=True):
        cell.outputs, cell.execution_count = source.outputs, source.execution_count
    return notebook


def with_reference(notebook, chapter: Chapter, executed):
    """The learner's `notebook` of a chapter with what it must show untouched, for nbval.

    A cell that the page has too gets the output that `executed` has, the page's notebook; a check gets "not started",
    as a promise.
    """
    import copy

    notebook = copy.deepcopy(notebook)
    shown = {cell.source: cell.outputs for cell in executed.cells if cell.cell_type == "code"}
    checks = {cell.source for cell in chapter.cells if cell.role == "check"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source in checks:
            cell.outputs, cell.metadata["tags"] = [_verdict(Result("not started", ""))], ["nbval-check-output"]
        elif cell.cell_type == "code":
            cell.outputs = shown.get(cell.source, [])
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count  # nbval holds a cell without one to be unrun
    return notebook


def _verdict(result):
    """The output of a cell that ends with a check."""
    import nbformat.v4

    data = {"text/plain": repr(result), "text/html": result._repr_html_()}
    return nbformat.v4.new_output("execute_result", data, execution_count=None)


def write_notebooks(root: Path, out: Path) -> list[Path]:
    """Write `out`/learner/NN_name.ipynb and `out`/solution/NN_name.ipynb for every chapter under `root`."""
    need("classroom")
    import nbformat

    links, written = Links(Path(root)), []
    for chapter in chapters(root):
        for kind, make in (("learner", learner_notebook), ("solution", solution_notebook)):
            path = Path(out) / kind / f"{chapter.path.stem}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(make(chapter, links), path)
            written.append(path)
    return written


def write_executed(root: Path, executed: Path, out: Path) -> list[Path]:
    """Write `out`/NN_name.ipynb: the solution notebooks with the outputs that the book's build left in `executed`."""
    need("classroom")
    import nbformat

    links, written = Links(Path(root)), []
    for chapter in chapters(root):
        done = nbformat.read(Path(executed) / "notebooks" / f"{chapter.path.stem}.ipynb", as_version=4)
        path = Path(out) / f"{chapter.path.stem}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(with_outputs(solution_notebook(chapter, links), done), path)
        written.append(path)
    return written


def _notebook(chapter, links, by_role):
    """All cells of `chapter`; `by_role` says how the cells of some roles appear, None if they do not."""
    import nbformat.v4

    cells = [_added(INSTALL.format(repository=links.addresses.repository))]
    hints = 0
    for cell in chapter.cells:
        hints = hints + 1 if cell.role == "hint" else 0
        if cell.role in by_role:
            cells.append(by_role[cell.role](cell, chapter, links))
        elif cell.kind == "code":
            cells.append(_code(cell))
        else:
            cells.append(_text(_dressed(cell, chapter, plain_markdown(chapter, cell, links), hints)))
        caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption")
        if caption:
            cells.append(_text(f"*{' '.join(caption.split())}*"))
    keys = cited_keys(chapter)
    if keys:
        cells.append(_text("## References\n\n" + "\n".join(f"- {links.reference(key)}" for key in keys)))
    if any(cell.role == "check" for cell in chapter.cells):
        cells.append(_added(PROGRESS.format(chapter=chapter.number)))
    cells = [cell for cell in cells if cell is not None]
    for n, cell in enumerate(cells):
        cell["id"] = f"cell-{chapter.number}-{n:03d}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)


def _dressed(cell, chapter, text, hints):
    """The Markdown of a cell with what its role adds: a heading for a prompt, a fold for a hint."""
    if cell.role == "prompt":
        effort = f"*{STARS[cell.gdl['difficulty']]} · about {cell.gdl['minutes']} minutes*"
        return f"#### Exercise {chapter.label(cell.exercise)}: {cell.gdl['title']}\n\n{effort}\n\n{text}"
    if cell.role == "hint":
        return f"<details>\n<summary>Hint {hints}</summary>\n\n{text}\n\n</details>"
    return text


def _text(source):
    import nbformat.v4

    return nbformat.v4.new_markdown_cell(source)


def _code(cell, *_):
    import nbformat.v4

    tags = cell.metadata.get("tags", [])
    metadata = {}
    if {"hide-input", "remove-input"} & set(tags):
        metadata["jupyter"] = {"source_hidden": True}
    if "nbval-check-output" in tags:
        metadata["tags"] = ["nbval-check-output"]
    return nbformat.v4.new_code_cell(cell.source, metadata=metadata)


def _added(source):
    return _code(Cell("code", source.strip(), 0, {}))


def _stub(cell, chapter, _):
    title = chapter.prompts[cell.exercise].gdl["title"]
    return _code(Cell("code", stub(cell.source, title), cell.line, {}))


def stub(source: str, title: str) -> str:
    """A solution with everything between its markers replaced by an error that says what to do.

    >>> print(stub('def f(x):\\n    # BEGIN SOLUTION\\n    return x\\n    # END SOLUTION', 'Identity'))
    def f(x):
        raise NotImplementedError("your turn: Identity")
    """
    title = title.replace("\\", "\\\\").replace('"', '\\"')
    hidden = re.compile(rf"^([ \t]+){BEGIN}$.*?^[ \t]*{END}$", flags=re.MULTILINE | re.DOTALL)
    return hidden.sub(lambda match: f'{match[1]}raise NotImplementedError("your turn: {title}")', source)


def _blank_answer(*_):
    return _text("*Your answer: double-click this cell and write here.*")


def _answer(cell, chapter, links):
    return _text(f"**Answer.** {plain_markdown(chapter, cell, links)}")


def _left_out(*_):
    return None


def _rubric(cell, chapter, links):
    drawn = rubric_markdown(plain_markdown(chapter, cell, links))
    return _text(f"**{rubric_title(cell.source)}.** {HOW}\n\n{drawn}")

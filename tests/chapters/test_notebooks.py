"""The notebooks that people open, made from the chapters as they stand: what is in them, and that they run."""

import importlib
import re
from pathlib import Path

import nbformat
import pytest

from gdl_course.chapters.links import Links
from gdl_course.chapters.notebooks import (
    chapters,
    learner_notebook,
    solution_notebook,
    stub,
    with_outputs,
    with_reference,
)
from gdl_course.chapters.rubric import read_rubric, rubric_title
from gdl_course.chapters.source import BEGIN, END
from gdl_course.exercises import progress

ROOT = Path(__file__).resolve().parents[2]
EXECUTED = ROOT / "_build" / "jupyter_execute"
CHAPTERS = {chapter.path.stem: chapter for chapter in chapters(ROOT)}
LINKS = Links(ROOT)
# Directives, roles, block breaks, targets, comments: what MyST understands and a notebook front end does not.
RAW_SYNTAX = re.compile(
    r"^[\s>]*(:{3,}|(`{3,}|~{3,})\{)|\{[A-Za-z][\w:.-]*\}`|^\+\+\+|^\([\w-]+\)=|^% ", flags=re.MULTILINE
)
MAKERS = (learner_notebook, solution_notebook)
ALLOWED_METADATA = [{}, {"jupyter": {"source_hidden": True}}, {"tags": ["nbval-check-output"]}]

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS.values(), ids=CHAPTERS.keys())


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def hidden_parts(source):
    """The lines of a solution that stand between its markers, one list for each pair of markers."""
    found = re.findall(rf"{BEGIN}\n(.*?){END}", source, flags=re.DOTALL)
    return [[line.strip() for line in part.splitlines() if line.strip()] for part in found]


def text_of(output):
    """What an output shows, whatever its kind."""
    data = output.get("data", {})
    return output.get("text", "") + "".join(str(data[kind]) for kind in data if kind.startswith("text/"))


def test_there_are_chapters():
    assert CHAPTERS


@each_chapter
def test_a_chapter_has_three_exercises_or_more(chapter):
    assert len(chapter.prompts) >= 3


@each_chapter
def test_every_check_is_one_of_the_chapters_checks(chapter):
    known = importlib.import_module(f"gdl_course.exercises.ch{chapter.number}").CHECKS
    assert {cell.exercise for cell in chapter.cells if cell.role == "check"} == set(known)


@each_chapter
def test_an_exercise_that_is_checked_has_two_or_three_hints(chapter):
    hints = {cell.exercise: 0 for cell in chapter.cells if cell.role == "check"}
    for cell in chapter.cells:
        if cell.role == "hint" and cell.exercise in hints:
            hints[cell.exercise] += 1
    assert {exercise: number for exercise, number in hints.items() if number not in (2, 3)} == {}


@each_chapter
def test_progress_numbers_the_exercises_as_the_chapter_does(chapter):
    (found,) = progress(chapter.number).chapters
    checks = [cell.exercise for cell in chapter.cells if cell.role == "check"]
    assert [found.label(name).split()[0] for name in found.exercises] == [chapter.label(name) for name in checks]


@each_chapter
def test_a_code_cell_is_short(chapter):
    lengths = {cell.line: len(cell.source.splitlines()) for cell in chapter.cells if cell.kind == "code"}
    assert {line: length for line, length in lengths.items() if length > 30} == {}


@each_chapter
@pytest.mark.parametrize("make", MAKERS)
def test_a_notebook_is_valid_and_its_metadata_clean(chapter, make):
    notebook = make(chapter, LINKS)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.metadata for cell in notebook.cells if cell.metadata not in ALLOWED_METADATA] == []


@each_chapter
@pytest.mark.parametrize("make", MAKERS)
def test_no_raw_directive_reaches_a_reader(chapter, make):
    texts = [cell.source for cell in make(chapter, LINKS).cells if cell.cell_type == "markdown"]
    assert [match[0] for text in texts for match in [RAW_SYNTAX.search(text)] if match] == []


def test_raw_syntax_is_recognised():
    raw = ["```{note}\nA\n```", ":::{tip}", "> :::", "See {doc}`x`.", "+++", "(a)=", "% note"]
    assert [text for text in raw if not RAW_SYNTAX.search(text)] == []


@each_chapter
def test_the_first_cell_installs_the_package_in_colab_only(chapter):
    first = learner_notebook(chapter, LINKS).cells[0].source
    assert 'if "google.colab" in sys.modules:\n    %pip install' in first
    assert f"git+{LINKS.addresses.repository}" in first


@each_chapter
def test_a_learner_notebook_has_no_outputs(chapter):
    cells = code(learner_notebook(chapter, LINKS))
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None] == []


@each_chapter
def test_a_learner_notebook_has_no_solution(chapter):
    notebook = learner_notebook(chapter, LINKS)
    whole = "\n".join(cell.source for cell in notebook.cells)
    assert BEGIN not in whole and END not in whole
    stubs = [cell.source for cell in code(notebook) if "raise NotImplementedError(" in cell.source]
    solutions = [cell for cell in chapter.cells if cell.role == "solution"]
    assert len(stubs) == len(solutions)
    for shown, solution in zip(stubs, solutions):
        lines = {line.strip() for line in shown.splitlines()}
        for part in hidden_parts(solution.source):
            assert part and not lines & set(part)


@each_chapter
def test_a_learner_notebook_has_no_answer(chapter):
    whole = "\n".join(cell.source for cell in learner_notebook(chapter, LINKS).cells)
    answers = [cell.source.splitlines()[0] for cell in chapter.cells if cell.role == "answer"]
    assert [answer for answer in answers if answer in whole] == []
    assert whole.count("*Your answer:") == len(answers)


@each_chapter
def test_rubrics_are_for_those_who_have_the_answers(chapter):
    rubrics = [cell for cell in chapter.cells if cell.role == "rubric"]
    learner, solution = ("\n".join(cell.source for cell in make(chapter, LINKS).cells) for make in MAKERS)
    assert rubrics and "Mark yourself" not in learner
    assert [cell.line for cell in rubrics if rubric_title(cell.source) not in solution] == []
    statements = [criterion.statement for cell in rubrics for criterion in read_rubric(cell.source)]
    assert [text for text in statements if text in learner or text not in solution] == []


@each_chapter
@pytest.mark.parametrize("make", MAKERS)
def test_a_notebook_ends_with_the_learners_progress(chapter, make):
    notebook = make(chapter, LINKS)
    last = notebook.cells[-1]
    assert last.cell_type == "code" and last.source.endswith(f'\nprogress("{chapter.number}")')
    assert "Progress is not recorded" in repr(eval_last(last.source))
    assert sum("progress(" in cell.source for cell in code(notebook)) == 1


def eval_last(source):
    """The value of the last line, as a notebook shows it; nothing but the cell itself is defined."""
    *before, last = source.splitlines()
    names = {}
    exec("\n".join(before), names)
    return eval(last, names)


@each_chapter
def test_a_solution_notebook_has_every_solution(chapter):
    sources = [cell.source for cell in code(solution_notebook(chapter, LINKS))]
    assert [cell.source for cell in chapter.cells if cell.role == "solution" and cell.source not in sources] == []


def test_a_stub_keeps_what_stands_outside_the_markers():
    body = f"    {BEGIN}\n    return y\n    {END}"
    source = f"def f(x):\n    y = 2 * x\n{body}\n\ndef g(y):\n{body}"
    raised = 'raise NotImplementedError("your turn: Twice \\"x\\"")'
    assert stub(source, 'Twice "x"') == f"def f(x):\n    y = 2 * x\n    {raised}\n\ndef g(y):\n    {raised}"


def page_of(chapter):
    """The chapter's page, as a notebook with the outputs of the book's build."""
    path = EXECUTED / "notebooks" / f"{chapter.path.stem}.ipynb"
    if not path.is_file():
        pytest.skip("the book is not built: run `make book` first")
    return nbformat.read(path, as_version=4)


def executed(chapter):
    """The solution notebook with the outputs of the book's build."""
    return with_outputs(solution_notebook(chapter, LINKS), page_of(chapter))


def outputs_of_checks(notebook, chapter):
    """Exercise -> what its check showed."""
    shown = {cell.source: "".join(map(text_of, cell.outputs)) for cell in code(notebook)}
    return {cell.exercise: shown[cell.source] for cell in chapter.cells if cell.role == "check"}


@each_chapter
def test_every_solution_passes_its_check(chapter):
    shown = outputs_of_checks(executed(chapter), chapter)
    assert {exercise: text for exercise, text in shown.items() if "✓" not in text} == {}


@each_chapter
def test_the_reference_of_a_learner_notebook_promises_that_no_check_has_started(chapter):
    """What nbval compares an untouched notebook with, in `make test`; see tests/support/validate.py."""
    learner = learner_notebook(chapter, LINKS)
    reference = with_reference(learner, chapter, page_of(chapter))
    checks = [cell for cell in chapter.cells if cell.role == "check"]
    promised = [cell for cell in code(reference) if "not started yet" in "".join(map(text_of, cell.outputs))]
    assert len(promised) == len(checks) and all(cell.metadata.tags == ["nbval-check-output"] for cell in promised)
    assert "Traceback" not in "".join(text_of(output) for cell in code(reference) for output in cell.outputs)
    assert [cell.source for cell in reference.cells] == [cell.source for cell in learner.cells]


@each_chapter
def test_the_reference_has_the_pages_output_of_every_cell_that_both_have(chapter):
    page = {cell.source: cell.outputs for cell in code(page_of(chapter))}
    reference = with_reference(learner_notebook(chapter, LINKS), chapter, page_of(chapter))
    ours = {cell.source for cell in chapter.cells if cell.role in ("check", "solution")}
    shared = [cell for cell in code(reference) if cell.source in page and cell.source not in ours]
    assert len(shared) >= 5 and [cell.source for cell in shared if cell.outputs != page[cell.source]] == []

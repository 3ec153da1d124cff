"""The hand-out of an assignment for each grader, held against what the graders document; no grader is needed.

nbgrader's metadata: https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html. Otter's cells:
https://otter-grader.readthedocs.io/en/stable/otter_assign/notebook_format.html. tests/graders/ runs the real tools.
"""

import ast
import re
import warnings
from pathlib import Path

import nbformat
import pytest
import yaml
from click.testing import CliRunner
from leaks import Haystack, secrets, squeezed, text_of_the_course

from gdl_course.chapters.links import Links
from gdl_course.chapters.notebooks import learner_notebook
from gdl_course.classroom.assignment import load_assignment, make_assignment
from gdl_course.classroom.cli import main
from gdl_course.classroom.exports import WRITERS, chosen_chapters, hand_out
from gdl_course.classroom.nbgrader_export import nbgrader_notebook
from gdl_course.classroom.otter_export import otter_notebook

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = ["02", "08"]
CHAPTERS = chosen_chapters(ROOT, NUMBERS)
ASSIGNMENT, LINKS = make_assignment(CHAPTERS, 20), Links(ROOT)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", flags=re.DOTALL)
SOLUTION = re.compile(r"^[ \t]*# BEGIN SOLUTION.*?^[ \t]*# END SOLUTION", flags=re.MULTILINE | re.DOTALL)
COURSE = text_of_the_course(ROOT, CHAPTERS)
SECRETS = [piece for chapter in CHAPTERS for secret in secrets(chapter, COURSE) for piece in secret.pieces]

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=NUMBERS)


def graded_cells(notebook):
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


def questions(notebook):
    """Otter's questions as they stand: (settings, {block: cells in it}) for each."""
    found, block = [], None
    for cell in notebook.cells:
        mark = re.match(r"# (BEGIN|END) (QUESTION|SOLUTION|TESTS)", cell.source) if cell.cell_type == "raw" else None
        if mark and mark[0] == "# BEGIN QUESTION":
            block = found.append((yaml.safe_load(cell.source), {None: [], "SOLUTION": [], "TESTS": []}))
        elif mark:
            block = mark[2] if mark[1] == "BEGIN" else None
        elif found:
            found[-1][1][block].append(cell)
    return found


# What is handed out ---------------------------------------------------------------------------------------------------


def test_learners_get_the_learner_notebooks_of_these_chapters_alone(tmp_path):
    done = hand_out(ROOT, ["2", "08"], 20, "learner", tmp_path)
    files = ["02_symmetry.ipynb", "08_message_passing.ipynb", "assignment.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    for chapter in CHAPTERS:
        assert nbformat.read(tmp_path / f"{chapter.path.stem}.ipynb", as_version=4) == learner_notebook(chapter, LINKS)
    assert load_assignment(tmp_path / "assignment.json") == done.assignment == ASSIGNMENT
    assert Haystack(tmp_path).where(SECRETS) == {}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_hand_out_has_its_assignment_and_the_same_files_each_time(kind, tmp_path):
    contents = []
    for out in (tmp_path / "one", tmp_path / "two"):
        done = hand_out(ROOT, NUMBERS, 20, kind, out)
        assert load_assignment(out / "assignment.json") == done.assignment == ASSIGNMENT
        contents.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert contents[0] == contents[1] and sum(path.suffix == ".ipynb" for path in contents[0]) == 2


def test_the_command_says_what_is_where_and_what_comes_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind in WRITERS:
        done = CliRunner().invoke(main, ["assign", "02", "--points", "7.5", "--to", kind, "--root", str(ROOT)])
        assert done.exit_code == 0, done.output
        first, *rest = done.output.splitlines()
        assert first == f"Chapter 2: 5 exercises, 7.5 points, in assignments/chapter-02/{kind}"
        assert 1 <= len(rest) <= 3 and rest[0].startswith("Next")
        assert ("can be deceived" in done.output) == (kind != "learner")
        assert (tmp_path / "assignments" / "chapter-02" / kind / "assignment.json").is_file()


def test_the_command_knows_every_grader():
    (option,) = [parameter for parameter in main.commands["assign"].params if parameter.name == "kind"]
    assert list(option.type.choices) == list(WRITERS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["02", "99"], "there is no chapter 99; the chapters are 01, 02, 03,"),
        (["symmetry"], "there is no chapter symmetry; the chapters are"),
        (["02", "2"], "chapter 02 is named more than once"),
        (["02", "--points", "0.5"], "0.5 points are too few for 5 exercises"),
        (["02", "--points", "7.1"], "points are given in steps of 0.25; got 7.1"),
    ],
)
def test_what_cannot_be_assigned_is_said_in_one_sentence(arguments, words, tmp_path):
    done = CliRunner().invoke(main, ["assign", *arguments, "--out", str(tmp_path / "out"), "--root", str(ROOT)])
    assert done.exit_code == 2 and words in done.output and "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_a_folder_without_chapters_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="run this in the course's folder, or name it with --root"):
        hand_out(tmp_path, ["02"], None, "learner", tmp_path / "out")


def test_a_folder_keeps_the_assignment_that_it_has(tmp_path):
    hand_out(ROOT, ["02"], 10, "learner", tmp_path)
    hand_out(ROOT, ["02"], 20, "learner", tmp_path)
    with pytest.raises(FileExistsError, match="holds the assignment 'Chapter 2': name another folder with --out"):
        hand_out(ROOT, ["08"], 20, "learner", tmp_path)
    assert load_assignment(tmp_path / "assignment.json").points == 20


# nbgrader -------------------------------------------------------------------------------------------------------------


@each_chapter
def test_nbgraders_metadata_is_that_of_its_schema_3(chapter):
    notebook = nbgrader_notebook(ASSIGNMENT, chapter, LINKS)
    nbformat.validate(notebook)
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    ids = [cell.metadata["nbgrader"]["grade_id"] for cell in marked]
    assert len(set(ids)) == len(ids) == 2 * len(ASSIGNMENT.of_chapter(chapter.number))
    for cell in marked:
        found = dict(cell.metadata["nbgrader"])
        assert found.pop("schema_version") == 3 and cell.cell_type == "code"
        assert re.fullmatch(r"[a-zA-Z0-9_-]+", found.pop("grade_id"))
        graded, points = found["grade"], found.pop("points", None)
        assert (points is not None and points > 0) == graded
        assert found == {"grade": graded, "locked": graded, "solution": not graded, "task": False}


def test_nbgraders_points_are_the_assignments():
    cells = [cell for chapter in CHAPTERS for cell in graded_cells(nbgrader_notebook(ASSIGNMENT, chapter, LINKS))]
    points = [cell.metadata["nbgrader"]["points"] for cell in cells]
    assert points == [exercise.points for exercise in ASSIGNMENT.exercises] and sum(points) == 20


@each_chapter
def test_nbgrader_clears_every_solution(chapter):
    """As nbgrader does it: regions go, in solution cells; a region anywhere else is an error to it."""
    notebook = nbgrader_notebook(ASSIGNMENT, chapter, LINKS)
    for cell in notebook.cells:
        is_solution = cell.metadata.get("nbgrader", {}).get("solution", False)
        assert ("BEGIN SOLUTION" in cell.source) == ("END SOLUTION" in cell.source) == is_solution
        assert ("HIDDEN TESTS" in cell.source) == cell.metadata.get("nbgrader", {}).get("grade", False)
        cell.source = SOLUTION.sub("", cell.source)
    text = squeezed("\n".join(cell.source for cell in notebook.cells))
    assert [piece for piece in SECRETS if piece in text] == []


class Verdict:
    def __init__(self, passed):
        self.passed = passed


@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("passed", [True, False])
def test_a_graded_cell_raises_only_for_the_grader_and_only_if_the_check_does_not_pass(passed, hidden):
    for cell in graded_cells(nbgrader_notebook(ASSIGNMENT, CHAPTERS[0], LINKS)):
        source = cell.source if hidden else HIDDEN.sub("", cell.source)
        shown = []
        names = {"check": lambda name, answer: Verdict(passed), "display": shown.append}
        names |= {exercise.function: None for exercise in ASSIGNMENT.exercises}
        try:
            exec(source, names)
            raised = False
        except AssertionError:
            raised = True
        assert raised == (hidden and not passed)
        assert [verdict.passed for verdict in shown] == [passed]  # the learner sees the diagnosis either way


def test_settings_that_somebody_changed_are_kept(tmp_path):
    hand_out(ROOT, ["02"], None, "nbgrader", tmp_path)
    config = tmp_path / "nbgrader_config.py"
    ast.parse(config.read_text("utf8"))
    config.write_text("# mine\n")
    hand_out(ROOT, ["02"], None, "nbgrader", tmp_path)
    assert config.read_text("utf8") == "# mine\n"


# Otter ----------------------------------------------------------------------------------------------------------------


@each_chapter
def test_otters_notebook_is_valid_and_starts_with_its_settings(chapter):
    notebook = otter_notebook(ASSIGNMENT, chapter, LINKS)
    nbformat.validate(notebook)
    first = notebook.cells[0]
    assert first.cell_type == "raw" and first.source.startswith("# ASSIGNMENT CONFIG\n")
    requirement = f"gdl-course @ git+{LINKS.addresses.repository}"
    assert yaml.safe_load(first.source) == {"init_cell": False, "export_cell": False, "requirements": [requirement]}


@each_chapter
def test_each_exercise_is_one_question_with_one_test_that_checks_it(chapter):
    found = questions(otter_notebook(ASSIGNMENT, chapter, LINKS))
    exercises = ASSIGNMENT.of_chapter(chapter.number)
    assert [settings["points"] for settings, _ in found] == [exercise.points for exercise in exercises]
    assert len({settings["name"] for settings, _ in found}) == len(exercises)
    for (settings, blocks), exercise in zip(found, exercises, strict=True):
        assert settings["check_cell"] is False and re.fullmatch(r"[\w-]+", settings["name"])
        assert f"def {exercise.function}(" in blocks["SOLUTION"][0].source
        (test,) = blocks["TESTS"]
        right = lambda name, answer: Verdict((name, answer) == (exercise.name, 7))
        exec(test.source, {"check": right, exercise.function: 7})
        with pytest.raises(AssertionError):
            exec(test.source, {"check": right, exercise.function: 8})


@each_chapter
def test_without_solutions_and_otters_cells_it_is_the_learner_notebook(chapter):
    """As Otter does it: solutions and markers go, prompts stay, and so do the cells of no block."""
    sources = []
    in_tests = False
    for cell in otter_notebook(ASSIGNMENT, chapter, LINKS).cells:
        if cell.cell_type == "raw":
            in_tests = cell.source == "# BEGIN TESTS"
        elif not in_tests:
            lines = re.sub(rf"{SOLUTION.pattern}\n", "", cell.source, flags=SOLUTION.flags).split("\n")
            sources.append("\n".join(line for line in lines if not line.endswith(("# BEGIN PROMPT", "# END PROMPT"))))
    assert sources == [cell.source for cell in learner_notebook(chapter, LINKS).cells]


@each_chapter
def test_otters_solution_cells_are_python(chapter):
    for _, blocks in questions(otter_notebook(ASSIGNMENT, chapter, LINKS)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a title with a backslash
            compile(blocks["SOLUTION"][0].source, "solution", "exec")

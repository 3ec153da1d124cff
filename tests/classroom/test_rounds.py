"""Who hands in again is asked other questions; protected and unprotected results are kept apart; names are names."""

import json

import pytest
from click.testing import CliRunner
from handed_in import ASSIGNMENT, CONVOLUTION, RIGHT, SANDBOX, WRONG, needs_bubblewrap, notebook

from gdl_course.classroom import batch
from gdl_course.classroom.assignment import Assignment
from gdl_course.classroom.batch import grade_all, has_record, round_of, seed_of
from gdl_course.classroom.cli import main
from gdl_course.classroom.grading import record_path
from gdl_course.classroom.reports import cell
from gdl_course.classroom.sandbox import Sandbox
from gdl_course.classroom.submissions import find_submissions

ONE = Assignment((CONVOLUTION,))


def questions(folder, report):
    return {s.learner: record["questions"] for s, record in grade_all(find_submissions(folder), ONE, report, SANDBOX)}


@needs_bubblewrap
def test_who_hands_in_again_gets_other_questions_and_the_same_as_all_in_that_round(tmp_path):
    folder, report = tmp_path / "class", tmp_path / "report"
    for name in ("ada", "bob"):
        notebook(folder / f"{name}.ipynb", WRONG)
    first = questions(folder, report)
    assert first["ada"] == first["bob"]
    for name in ("ada", "bob"):
        notebook(folder / f"{name}.ipynb", WRONG, "# again")
    notebook(folder / "carl.ipynb", WRONG)
    second = questions(folder, report)
    assert second["ada"] == second["bob"] != first["ada"] == second["carl"]
    notebook(folder / "ada.ipynb", RIGHT)
    assert questions(folder, report)["ada"] not in {first["ada"], second["ada"]}


def test_a_grading_that_told_nothing_begins_no_round(tmp_path):
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT)
    (ada,) = find_submissions(tmp_path / "class")
    path = record_path(tmp_path, "ada")
    assert round_of(ada, tmp_path) == 0
    for record, number in [
        ({"problem": "the machine", "round": 1}, 1),
        ({"problem": "", "round": 1}, 2),
        ({"problem": ""}, 1),
    ]:
        batch.write_record(path, record)
        assert round_of(ada, tmp_path) == number
    for broken in ("", "[]", '{"problem": "", "round": "x"}', "[" * 10**5):
        path.write_text(broken)
        assert round_of(ada, tmp_path) == 0 and not has_record(ada, tmp_path)


def test_no_seed_tells_another():
    seeds = {seed_of(secret, number) for secret in (1, 2) for number in range(50)}
    assert len(seeds) == 100 and all(0 <= seed < 2**56 for seed in seeds)


@needs_bubblewrap
@pytest.mark.parametrize(
    "first, second", [(Sandbox("none"), SANDBOX), (SANDBOX, Sandbox("none"))], ids=["none first", "none second"]
)
def test_protected_and_unprotected_results_are_never_mixed(first, second, tmp_path):
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT)
    found = find_submissions(tmp_path / "class")
    assert len(list(grade_all(found, ONE, tmp_path / "report", first))) == 1
    with pytest.raises(ValueError, match="results of another kind of sandbox"):
        list(grade_all(found, ONE, tmp_path / "report", second))


# Names ----------------------------------------------------------------------------------------------------------------


def test_no_two_submissions_write_one_report(tmp_path):
    notebook(tmp_path / "x" / "05_a.ipynb", RIGHT)
    for name in ("x.ipynb", "x.ipynb.ipynb", "y.ipynb", "y.zip"):
        notebook(tmp_path / name, RIGHT)
    found = find_submissions(tmp_path)
    assert {s.path.name: s.learner for s in found} == {
        "x": "x", "x.ipynb": "x.ipynb", "x.ipynb.ipynb": "x.ipynb.ipynb", "y.ipynb": "y.ipynb", "y.zip": "y.zip",
    }  # fmt: skip
    assert len({record_path(tmp_path, s.learner) for s in found}) == 5


def test_no_name_writes_escapes_to_the_terminal(tmp_path):
    ASSIGNMENT.save(tmp_path / "assignment.json")
    name = "\x1b]0;owned\x07\x1b[2Jada\u202e"
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / f"{name}.ipynb").write_text("no notebook")
    (tmp_path / "class" / f"{name}2.zip").write_text(name)
    for arguments in (["--unprotected"], ["--unprotected", "--only", name], ["--unprotected", "--part", "0/9"]):
        out = tmp_path / f"report{len(arguments)}{arguments[-1][:1] == '0'}"
        done = CliRunner().invoke(main, ["grade", str(tmp_path / "class"), "--out", str(out), *arguments])
        assert not {"\x1b", "\x07", "\u202e"} & set(done.output), done.output
        assert "<U+001B>" in done.output or "--only" in arguments


@pytest.mark.parametrize(
    "text",
    [
        "Ada;=1+1",
        "Ada\t=1+1",
        'Ada";"=1+1',
        "Ada| =1",
        "Ada,@sum",
        "a;\n=1",
        "'=1",
        '"=1',
        ";;=1",
        "x; ＝1",
        "x;+1",
        "x;-1",
    ],
)
def test_no_part_of_a_cell_is_a_formula_whatever_separates_cells(text):
    for separator in ";,\t|":
        for part in cell(text).split(separator):
            assert not part.strip(" \"'").startswith(("=", "+", "-", "@", "＝")) or part.strip(' "').startswith("'"), (
                part
            )


def test_one_line_a_submission_without_a_terminal(tmp_path):
    ASSIGNMENT.save(tmp_path / "assignment.json")
    for name in ("ada", "bob"):
        notebook(tmp_path / "class" / f"{name}.ipynb", RIGHT)
    done = CliRunner().invoke(
        main, ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "report"), "--unprotected"]
    )
    lines = [line for line in done.output.splitlines() if line.startswith("[")]
    assert [line.split(" in ")[0] for line in lines] == ["[1/2] ada: 3 of 5 points", "[2/2] bob: 3 of 5 points"]


def test_a_lost_machine_is_told_from_wrong_input(tmp_path):
    """1: try again. 2: wrong usage or input."""
    ASSIGNMENT.save(tmp_path / "assignment.json")
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT)
    run = CliRunner().invoke
    grade = ["grade", str(tmp_path / "class"), "--unprotected", "--out"]
    assert run(main, [*grade, str(tmp_path / "assignment.json")]).exit_code == 2
    assert (
        run(main, [*grade, str(tmp_path / "report"), "--assignment", str(tmp_path / "class" / "ada.ipynb")]).exit_code
        == 2
    )
    assert run(main, [*grade, str(tmp_path / "report")]).exit_code == 0
    record = record_path(tmp_path / "report", "ada")
    record.write_text(json.dumps(json.loads(record.read_text()) | {"problem": "a full disk", "to_blame": "machine"}))
    assert run(main, ["report", str(tmp_path / "report")]).exit_code == 1
    assert run(main, [*grade, str(tmp_path / "report")]).exit_code == 0


@pytest.mark.parametrize(
    "line", ['{"exercise": "05.by-hand", "status": ["right"], "at": "x"}', "[" * 100_000, "9" * 5000, "\0"]
)
def test_a_damaged_line_ends_no_progress(line, tmp_path, monkeypatch):
    file = tmp_path / "progress.jsonl"
    file.write_text(f'{line}\n{{"exercise": "05.by-hand", "status": "right", "at": "2026-11-30"}}\n')
    monkeypatch.setenv("GDL_PROGRESS_FILE", str(file))
    done = CliRunner().invoke(main, ["progress", "5"])
    assert done.exit_code == 0 and "by-hand" in done.output and "right since 2026-11-30" in done.output, done.output

"""Each check of each chapter against its bank of answers, tests/exercises/answers/chNN.py.

A bank has RIGHT = {exercise: [answer, ...]} and WRONG = {exercise: [(answer, words of the message), ...]}.
"""

import json
import re
import time
from importlib import resources

import pytest
from answer_banks import CHAPTERS, CHECKS, LOADED

from gdl_course.exercises.engine import checking
from gdl_course.exercises.engine.quiz import faults, quiz

pytestmark = pytest.mark.usefixtures("judged_here")

RIGHT = [(n, i, a) for b in LOADED.values() for n, answers in b.RIGHT.items() for i, a in enumerate(answers)]
WRONG = [(n, i, a, w) for b in LOADED.values() for n, answers in b.WRONG.items() for i, (a, w) in enumerate(answers)]
FILES = [f.name for f in resources.files("gdl_course.exercises").iterdir()]
QUIZZES = sorted(f for f in FILES if re.fullmatch(r"quiz\w+\.json", f))


def names(cases):
    return [f"{case[0]}-{getattr(case[2], '__name__', 'value').strip('<>')}-{case[1]}" for case in cases]


def test_every_chapter_with_checks_has_a_bank():
    assert checking.chapters() == CHAPTERS


@pytest.mark.parametrize("name", CHECKS)
def test_bank_has_two_right_and_five_wrong_answers(name):
    chapter = LOADED[name.split(".")[0]]
    assert len(chapter.RIGHT.get(name, [])) >= 2
    assert len(chapter.WRONG.get(name, [])) >= 5


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_bank_names_only_exercises_that_exist(chapter):
    assert set(LOADED[chapter].RIGHT) | set(LOADED[chapter].WRONG) == set(checking.checks_of(chapter))


@pytest.mark.parametrize("name", CHECKS)
def test_stub_is_not_started(name):
    def stub(*arguments):
        raise NotImplementedError("your turn: an exercise")

    assert checking.check(name, stub).status == "not started"
    assert checking.check(name, ...).status == "not started"


@pytest.mark.parametrize("name, number, answer", RIGHT, ids=names(RIGHT))
def test_right_answer_passes(name, number, answer):
    result = checking.check(name, answer)
    assert result.passed, result


@pytest.mark.parametrize("name, number, answer", RIGHT, ids=names(RIGHT))
def test_right_answer_passes_with_other_random_inputs(name, number, answer):
    result = checking.run(checking.find_check(name), answer, seed=1)
    assert result.passed, result


@pytest.mark.parametrize("name, number, answer, words", WRONG, ids=names(WRONG))
def test_wrong_answer_is_told_why_in_time(name, number, answer, words):
    start = time.process_time()  # of computing: other work on this machine does not count
    result = checking.check(name, answer)
    assert time.process_time() - start < 5
    assert not result.passed and result.status != "not started"
    assert words in repr(result)
    assert "gdl_course" not in result.message and "Traceback" not in result.message


@pytest.mark.parametrize("file", QUIZZES)
def test_quiz_explains_each_option_and_has_a_right_one(file):
    questions = json.loads((resources.files("gdl_course.exercises") / file).read_text(encoding="utf-8"))
    assert faults(questions) == []
    assert 4 <= len(questions) <= 8


@pytest.mark.parametrize("file", QUIZZES)
def test_quiz_draws_itself_from_its_file_alone(file):
    drawn = quiz(file[4:-5])._repr_html_()
    assert "http" not in drawn and "<script" not in drawn
    assert drawn.count("<details>") >= 4

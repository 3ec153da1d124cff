"""The quiz: what is drawn, what is said of a broken file, and how it works in a browser without scripts."""

import pytest

from gdl_course.exercises import UnknownExercise, quiz
from gdl_course.exercises.engine.quiz import Quiz, faults

CHOICE = {
    "question": "Which is `odd`?",
    "type": "many_choice",
    "answers": [
        {"answer": "1 & 3", "correct": True, "feedback": "Both are."},
        {"answer": "2", "correct": False, "feedback": "It is twice 1."},
    ],
}
NUMBER = {
    "question": "How many weights has a 5 × 5 circulant?",
    "type": "numeric",
    "answers": [
        {"value": 5, "correct": True, "feedback": "One a diagonal."},
        {"value": 25, "correct": False, "feedback": "That is every entry."},
        {"range": [6, 24], "correct": False, "feedback": "Too many."},
        {"type": "default", "feedback": "Count the diagonals."},
    ],
}


def test_text_has_the_options_and_not_the_answers():
    assert repr(Quiz("05", [CHOICE, NUMBER])) == (
        "1. Which is `odd`?\n   - 1 & 3\n   - 2\n\n2. How many weights has a 5 × 5 circulant?"
    )


def test_drawing_is_the_same_each_time():
    assert Quiz("05", [CHOICE])._repr_html_() == Quiz("05", [CHOICE])._repr_html_()


def test_unknown_quiz_is_told_the_chapters():
    with pytest.raises(UnknownExercise, match="no quiz for chapter '99'; chapters with a quiz: .*02"):
        quiz("99")


def test_sound_questions_have_no_faults():
    assert faults([CHOICE, NUMBER]) == []


@pytest.mark.parametrize("spoil, fault", [
    (lambda q: q["answers"][1].pop("feedback"), "question 1: no feedback on 2"),
    (lambda q: q["answers"][0].update(correct=False), "question 1: no right answer"),
    (lambda q: q["answers"][1].update(correct=True), "question 1: no wrong answer"),
    (lambda q: q["answers"].pop(), "question 1: fewer than two answers"),
    (lambda q: q.update(type="essay"), "question 1: type 'essay'; expected many_choice, multiple_choice or numeric"),
    (lambda q: q.update(question=""), "question 1: no text"),
    (lambda q: q.update(question="$x$"), "question 1: TeX or HTML; expected plain text, with backticks around code"),
])  # fmt: skip
def test_fault_is_found(spoil, fault):
    question = {**CHOICE, "answers": [dict(a) for a in CHOICE["answers"]]}
    spoil(question)
    assert fault in faults([question])


@pytest.fixture
def page(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.route("**/*", lambda route: route.abort())
    head = '<!doctype html><html lang="en"><head><title>Quiz</title></head><body><main><h1>Quiz</h1>'
    page.set_content(head + Quiz("05", [CHOICE, NUMBER])._repr_html_() + "</main></body></html>")
    yield page
    context.close()


def test_verdict_opens_by_keyboard_without_any_script(page):
    assert not page.get_by_text("It is twice 1.").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_text("No. It is twice 1.").is_visible()
    assert not page.get_by_text("Both are.").is_visible()


def test_number_opens_on_what_each_number_means(page):
    page.get_by_text("Find the number, then open to compare").click()
    assert page.get_by_text("6 to 24: ✗ No. Too many.").is_visible()
    assert page.get_by_text("another number: ✗ No. Count the diagonals.").is_visible()


def test_quiz_is_accessible(browser):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context()
    page = context.new_page()
    head = '<!doctype html><html lang="en"><head><title>Quiz</title></head><body><main><h1>Quiz</h1>'
    page.set_content(head + Quiz("05", [CHOICE, NUMBER])._repr_html_() + "</main></body></html>")
    found = axe.run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()

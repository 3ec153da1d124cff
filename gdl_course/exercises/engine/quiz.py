"""Self-test questions, as HTML that needs no script, no kernel and no network.

The questions are stored in jupyterquiz's format (`quizNN.json`), but are not shown by jupyterquiz 2.9: its script stops
with an error on a page where MathJax is still loading, or fetches MathJax from another host, and neither can be
turned off. Here each option is a `<details>` that opens on its verdict and explanation: the keyboard, screen readers,
notebooks that are not trusted, light and dark pages all work without a line of JavaScript.

The text of a question is plain text; backticks mark code. Mathematics is written in Unicode, g⁻¹u, because not every
notebook front end typesets TeX in HTML.
"""

from __future__ import annotations

import html
import json
import re
from importlib import resources

from gdl_course.exercises.engine.result import UnknownExercise
from gdl_course.figures.colours import EITHER

# The colours of the symbols have a contrast of at least 3 : 1 on white and on black; the text has the page's own.
STYLE = f"""<style>
.gdl-quiz {{ max-width: 44em; margin: 0; padding: 0; }}
.gdl-quiz p {{ margin: 1.2em 0 0.4em; }}
.gdl-quiz details {{ margin: 0.3em 0; border: 1px solid {EITHER["frame"]};
  border-radius: 0.4em; overflow-wrap: anywhere; }}
.gdl-quiz summary {{ display: list-item; padding: 0.6em 0.9em; cursor: pointer; }}
.gdl-quiz details > div {{ margin: 0; padding: 0 0.9em 0.7em 2em; }}
.gdl-quiz .right {{ color: {EITHER["right"]}; }}
.gdl-quiz .wrong {{ color: {EITHER["violation"]}; }}
</style>"""
RIGHT = '<strong><span class="right" aria-hidden="true">✓</span> Right.</strong>'
WRONG = '<strong><span class="wrong" aria-hidden="true">✗</span> No.</strong>'


class Quiz:
    """The questions of a chapter. In a notebook it draws itself; elsewhere it is its text, without the answers."""

    def __init__(self, chapter: str, questions: list[dict]):
        self.chapter, self.questions = chapter, questions

    def __repr__(self) -> str:
        return "\n\n".join(_text(i, q) for i, q in enumerate(self.questions, start=1))

    def _repr_html_(self) -> str:
        drawn = [_question(f"gdl-quiz-{self.chapter}-{i}", i, q) for i, q in enumerate(self.questions, start=1)]
        return f'{STYLE}<div class="gdl-quiz">{"".join(drawn)}</div>'


def quiz(chapter: str) -> Quiz:
    """The quiz of a chapter: `quiz("05")`."""
    folder = resources.files("gdl_course.exercises")
    file = folder / f"quiz{chapter}.json"
    if not file.is_file():
        known = sorted(re.findall(r"quiz(\w+)\.json", " ".join(f.name for f in folder.iterdir())))
        raise UnknownExercise(f"no quiz for chapter {chapter!r}; chapters with a quiz: {', '.join(known)}")
    return Quiz(chapter, json.loads(file.read_text(encoding="utf-8")))


def faults(questions: list[dict]) -> list[str]:
    """What is wrong with the questions of a file: each needs a text, a right answer, an explanation for each option.

    >>> faults([{"question": "Is 1 odd?", "type": "many_choice", "answers": [{"answer": "yes", "correct": True}]}])
    ['question 1: fewer than two answers', 'question 1: no feedback on yes']
    """
    found = []
    for i, q in enumerate(questions, start=1):
        answers = q.get("answers", [])
        if q.get("type") not in ("many_choice", "multiple_choice", "numeric"):
            found.append(f"question {i}: type {q.get('type')!r}; expected many_choice, multiple_choice or numeric")
        if not q.get("question"):
            found.append(f"question {i}: no text")
        if len(answers) < 2:
            found.append(f"question {i}: fewer than two answers")
        if not any(a.get("correct") is True for a in answers):
            found.append(f"question {i}: no right answer")
        if q.get("type") != "numeric" and all(a.get("correct") for a in answers) and len(answers) > 1:
            found.append(f"question {i}: no wrong answer")
        found += [f"question {i}: no feedback on {_option(a)}" for a in answers if not a.get("feedback")]
        if any("$" in text or ("<" in text and ">" in text) for text in _texts(q)):
            found.append(f"question {i}: TeX or HTML; expected plain text, with backticks around code")
    return found


def _texts(question) -> list[str]:
    options = [a.get(key, "") for a in question.get("answers", []) for key in ("answer", "feedback")]
    return [question.get("question", ""), *options]


def _option(answer) -> str:
    """What an option says: its text; for a number, its value or range, or `another number`."""
    if "answer" in answer:
        return answer["answer"]
    if "value" in answer:
        return f"{answer['value']}"
    if "range" in answer:
        low, high = answer["range"]
        return f"{low} to {high}"
    return "another number"


def _text(number, question) -> str:
    options = "" if question["type"] == "numeric" else "".join(f"\n   - {_option(a)}" for a in question["answers"])
    return f"{number}. {question['question']}{options}"


def _question(name, number, question) -> str:
    options = _number(question) if question["type"] == "numeric" else "".join(map(_choice, question["answers"]))
    return (
        f'<div role="group" aria-labelledby="{name}"><p id="{name}"><strong>Question {number}.</strong> '
        f"{_html(question['question'])}</p>{options}</div>"
    )


def _choice(answer) -> str:
    verdict = RIGHT if answer["correct"] else WRONG
    explanation = f"<div>{verdict} {_html(answer['feedback'])}</div>"
    return f"<details><summary>{_html(_option(answer))}</summary>{explanation}</details>"


def _number(question) -> str:
    """One option: the reader finds a number first, then opens the answer and what each number means."""
    lines = "".join(
        f"<div>{_html(_option(a))}: {RIGHT if a.get('correct') else WRONG} {_html(a['feedback'])}</div>"
        for a in question["answers"]
    )
    return f"<details><summary>Find the number, then open to compare</summary>{lines}</details>"


def _html(text) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))

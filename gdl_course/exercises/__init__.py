"""Exercises that answer: `check("05.circular-conv", my_function)` says how an answer fails, `quiz("05")` asks,
`progress("05")` says how far you are.

Each chapter has a module `chNN.py` with its checks, and a file `quizNN.json` with its questions.
How to write a check, in ten lines: see `gdl_course.exercises.engine.checking`.
"""

from gdl_course.exercises.engine.checking import Check, check
from gdl_course.exercises.engine.progress import progress
from gdl_course.exercises.engine.properties import equivariant, holds, invariant
from gdl_course.exercises.engine.quiz import quiz
from gdl_course.exercises.engine.result import Result, UnknownExercise

__all__ = ["Check", "Result", "UnknownExercise", "check", "equivariant", "holds", "invariant", "progress", "quiz"]

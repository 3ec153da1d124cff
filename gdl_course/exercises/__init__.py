"""Exercises that answer: `check("05.circular-conv", my_function)` says how an answer fails, `quiz("05")` asks,
`progress("05")` says how far you are.

Each chapter has a module `chNN.py` with its checks, and a file `quizNN.json` with its questions.
How to write a check, in ten lines: see `gdl_course.exercises.checking`.
"""

from .checking import Check, check
from .progress import progress
from .properties import equivariant, holds, invariant
from .quiz import quiz
from .result import Result, UnknownExercise

__all__ = ["Check", "Result", "UnknownExercise", "check", "equivariant", "holds", "invariant", "progress", "quiz"]

"""The banks of right and wrong answers, tests/exercises/answers/chNN.py, and the checks that they are for."""

import importlib.util
from pathlib import Path

from gdl_course.exercises.engine import checking

BANKS = Path(__file__).parents[1] / "exercises" / "answers"


def bank(chapter):
    """The module with RIGHT = {exercise: [answer, ...]} and WRONG = {exercise: [(answer, words), ...]}."""
    file = BANKS / f"ch{chapter}.py"
    specification = importlib.util.spec_from_file_location(f"answers_ch{chapter}", file)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


CHAPTERS = [c for c in checking.chapters() if (BANKS / f"ch{c}.py").is_file()]
LOADED = {c: bank(c) for c in CHAPTERS}
CHECKS = {name: check for c in CHAPTERS for name, check in checking.checks_of(c).items()}

"""How the tests of the checks ask them."""

import pytest

from gdl_course.exercises.engine import checking


@pytest.fixture
def judged_here(monkeypatch):
    """Answers are judged in this process only: those of a bank end, or loop in Python. A copy would double the time."""
    monkeypatch.setattr(checking, "judged_apart", lambda judge: None)

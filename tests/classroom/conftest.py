"""Fixtures of the tests that run submissions for real."""

import os
import tempfile
import time

import pytest

from gdl_course.classroom import answers, grading


@pytest.fixture
def hasty(monkeypatch):
    """Shorter limits, so that the tests of endless loops end sooner."""
    monkeypatch.setattr(answers, "CALL", 5.0)
    monkeypatch.setattr(grading, "CELL", 2.0)


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """The name of a folder in which only this test's grader works, so that its sandboxes are told from all others."""
    folder = tmp_path / f"grader-{os.getpid()}-{time.time_ns()}"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder.name

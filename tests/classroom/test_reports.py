"""A report tells the truth about every record, and nothing in a record can do harm in it."""

import csv
import json
import os
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from accessibility import axe_finds
from tiny_class import ASSIGNMENT

from gdl_course.classroom import batch
from gdl_course.classroom.grading import record_path, write_record
from gdl_course.classroom.reports import write_reports
from gdl_course.exercises.engine.result import LOOKS, Result

SEED = 7_465_093_817
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> & \"quotes' \u202e\x1b[2J"


def exercise(status, message="", points=0.0, label="17.1"):
    return {
        "exercise": "17.corners", "label": label, "title": "Four corners", "function": "corners", "status": status,
        "message": message, "points": points, "of": 2.0, "seconds": 0.25,
    }  # fmt: skip


def record(learner, *exercises, **changes):
    chapter = {
        "chapter": "17", "notebook": "17_blueprint.ipynb", "status": "graded", "message": "", "seconds": 1.25,
        "cells": [{"cell": 3, "message": "line 1, `x`: NameError: name 'x' is not defined"}],
        "exercises": list(exercises) or [exercise("right", "counted", 2.0)],
    }  # fmt: skip
    return {
        "learner": learner, "assignment": "Chapter 17", "points": sum(e["points"] for e in chapter["exercises"]),
        "of": 2.0 * len(chapter["exercises"]), "seconds": 3.25, "isolation": "bubblewrap", "seed": SEED, "remarks": [],
        "graded_at": "2026-11-21T17:00:00+00:00", "version": "0.1.0", "problem": "", "chapters": [chapter], **changes,
    }  # fmt: skip


def reported(folder, *records):
    """The report of these records: its folder."""
    for content in records:
        write_record(record_path(folder, content["learner"]), content)
    write_reports(folder)
    return folder


def page_of(report, learner):
    return record_path(report, learner).stem + ".html"


class Reader(HTMLParser):
    """What a browser sees of a page: its text, its elements, where its links lead."""

    def __init__(self, path):
        super().__init__()
        self.text, self.tags, self.attributes, self.links = "", [], [], []
        self.feed(path.read_text("utf8"))

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attributes]
        self.links += [value for name, value in attributes if name == "href"]

    def handle_data(self, data):
        self.text += data


def learners_page(report, learner):
    return Reader(report / "learners" / page_of(report, learner))


def rows(report):
    with open(report / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("status", LOOKS)
def test_a_learner_reads_the_words_of_the_check(tmp_path, status):
    message = "`corners` fails:\nsee line 2"
    report = reported(tmp_path, record("Ada", exercise(status, message)))
    words = repr(Result(status, message)).replace("`", "")
    assert words in learners_page(report, "Ada").text


def test_a_learner_reads_points_time_failed_cells_and_what_is_next(tmp_path):
    lost, error = exercise("not found", "no `f`", label="17.2"), exercise("error", label="17.3")
    answers = [exercise("right", "", 2.0), lost, error]
    text = learners_page(reported(tmp_path, record("Ada", *answers)), "Ada").text
    assert "2 of 6 points" in text and "in 3.2 s" in text and "not found: no f" in text
    assert "Code cell 3: line 1, x: NameError" in text
    assert "Define corners" in text and "Look at 17.3:" in text and "Look at 17.1" not in text


def test_the_class_page_counts_each_status_and_tells_each_time(tmp_path):
    graded = [record("Ada"), record("Bob", exercise("wrong"), seconds=9.5), record("Cleo", exercise("wrong"))]
    text = Reader(reported(tmp_path, *graded) / "index.html").text
    assert "✓ 1 right, ✗ 2 wrong" in text and "mean 0.67 of 2 points" in text
    assert "9.5 s" in text and "the longest 9.5 s (Bob), together 16.0 s" in text


def test_hostile_text_is_only_text(tmp_path):
    cell = {"cell": 1, "message": HOSTILE}
    content = record(HOSTILE, exercise("error", HOSTILE))
    content["chapters"][0] |= {"cells": [cell], "notebook": HOSTILE}
    report = reported(tmp_path, content, record("Zoe", problem=HOSTILE))
    pages = [Reader(report / "index.html"), learners_page(report, HOSTILE), learners_page(report, "Zoe")]
    for page in pages:
        assert not {"script", "img"} & set(page.tags) and "onerror" not in page.attributes
        assert "<script>alert(1)</script><img src=x onerror=alert(2)> & \"quotes' <U+202E><U+001B>[2J" in page.text


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", " =1", "＝1"])
def test_no_cell_of_the_table_is_a_formula(tmp_path, name):
    report = reported(tmp_path, record(name), record("Ada", problem=f"{name}\nnext\rline"))
    found = rows(report)
    assert {row["learner"] for row in found} == {f"'{name}", "Ada"}
    assert [row["problem"] for row in found if row["learner"] == "Ada"] == [f"'{name} next<U+000D>line"]


def test_the_table_has_a_column_for_each_exercise(tmp_path):
    (row,) = rows(reported(tmp_path, record("Ada", exercise("right", "", 1.5))))
    expected = {"learner": "Ada", "17.corners": "1.5", "total": "1.5", "of": "2.0", "seconds": "3.25"}
    assert row == expected | {"isolation": "bubblewrap", "problem": "", "remarks": ""}


def test_who_was_not_graded_has_no_points_rather_than_0(tmp_path):
    failed = {"learner": "Bob", "problem": "its grading ended with code -9", "points": 0.0, "chapters": []}
    report = reported(tmp_path, record("Ada"), failed)
    row = rows(report)[1]
    assert row["learner"] == "Bob" and row["total"] == "" and row["problem"] == failed["problem"]
    assert "1 of 2 not graded" in Reader(report / "index.html").text
    assert "no points lost" in learners_page(report, "Bob").text


BROKEN = ["", "{", "[]", "null", "[" * 100_000, '{"learner": "Bob"}', json.dumps(record("Bob", points=float("nan"))),
          json.dumps(record("Bob", points=10**400)), json.dumps(record("Bob", exercise("perfect")))]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_record_is_shown_and_hides_no_other(tmp_path, text):
    reported(tmp_path, record("Ada"))
    record_path(tmp_path, "Bob").write_text(text)
    write_reports(tmp_path)
    ada, bob = rows(tmp_path)
    assert ada["total"] == "2.0" and bob["learner"] == "Bob" and "cannot be read" in bob["problem"]


def test_grading_without_a_sandbox_is_marked(tmp_path):
    report = reported(tmp_path, record("Ada", isolation="none"), record("Bob"))
    index = Reader(report / "index.html").text
    assert "1 of 2 graded without a sandbox" in index
    assert "without a sandbox" in learners_page(report, "Ada").text
    assert "without a sandbox" not in learners_page(report, "Bob").text


def test_no_page_shows_the_seed(tmp_path):
    report = reported(tmp_path, record("Ada"), record("Bob", problem="lost"))
    shown = [path.read_text("utf8") for path in report.rglob("*") if path.suffix in (".html", ".csv")]
    assert len(shown) == 4 and not any(str(SEED) in text for text in shown)


ODD_NAMES = ["a/b", "..", "100%", "#?&", "Zoë 王", "x" * 300, "x" * 300 + "y", "王" * 80, "lost\udcff", "lost\udcfe"]


def test_every_learner_has_a_page_that_the_class_page_links_to(tmp_path):
    report = reported(tmp_path, *map(record, ODD_NAMES))
    links = [link for link in Reader(report / "index.html").links if link.startswith("learners/")]
    pages = {report / unquote(link) for link in links}
    assert len(links) == len(pages) == len(ODD_NAMES)
    assert pages == set((report / "learners").iterdir())


def test_a_report_without_records_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no records"):
        write_reports(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["index.html", "grades.csv", "learners/Ada.html"])
def test_a_page_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch, name):
    page = reported(tmp_path, record("Ada")) / name
    before = page.read_bytes()
    for learner in ("Ada", "Bob"):
        write_record(record_path(tmp_path, learner), record(learner, exercise("wrong")))
    replace = os.replace

    def power_cut(source, target):
        if target == page:
            raise OSError
        replace(source, target)

    monkeypatch.setattr("os.replace", power_cut)
    with pytest.raises(OSError):
        write_reports(tmp_path)
    assert page.read_bytes() == before
    monkeypatch.undo()
    write_reports(tmp_path)
    assert page.read_bytes() != before


def test_of_two_that_begin_a_report_both_use_the_seed_of_the_first(tmp_path, monkeypatch):
    seeds = iter([222, 111])

    def slow_randbits(_):
        mine = next(seeds)
        if mine == 222:  # while this one still thinks, another is faster
            batch._run_of(tmp_path, ASSIGNMENT, "none")
        return mine

    monkeypatch.setattr("secrets.randbits", slow_randbits)
    assert batch._run_of(tmp_path, ASSIGNMENT, "none") == 111
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    assert (tmp_path / "run.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("width, scheme", [(1280, "light"), (360, "dark")])
def test_the_pages_are_accessible_and_fit_a_phone(tmp_path, browser, width, scheme):
    graded = [record(HOSTILE, exercise("wrong", "`" + "long" * 100 + "`")), record("Zoë", isolation="none")]
    report = reported(tmp_path, *graded, record("Bob", problem="lost"))
    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    problems = []
    view.on("console", lambda message: problems.append(message.text))
    view.goto((report / "index.html").as_uri())
    pages = [view.url] + [link.evaluate("a => a.href") for link in view.locator("table a").all()]
    for page in pages:
        view.goto(page)
        assert axe_finds(view) == {}
        assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert len(pages) == 4 and problems == []
    view.close()

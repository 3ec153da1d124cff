"""The directives of the instructors' pages, in a book of one chapter: who is shown what, and what stops the build."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from chapter_source import HEADER

ROOT = Path(__file__).resolve().parents[2]
CONF = """\
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_parser", "sphinx_design", "gdl_instructors"]
exclude_patterns = ["book/lessons"]
myst_enable_extensions = ["colon_fence"]
def setup(app):
    app.add_config_value("gdl_edition", "open", "env")
"""
INDEX = """\
# A book

```{gdl-map}
```

```{gdl-lessons}
```

```{gdl-prerequisites}
```

```{gdl-path} short
```

```{toctree}
notebooks/05_rings
```
"""
CHAPTER = (
    HEADER
    + """\
# Rings

## Ask

**What turns?**

After this chapter you can
- turn a `ring`;

It takes about 30 minutes, the exercises 8, the computer one. It builds on no other chapter.

## Exercises

+++ {"gdl": {"role": "prompt", "ex": "05.by-hand", "title": "By hand", "difficulty": 1, "minutes": 8}}

Do it.

+++ {"gdl": {"role": "answer", "ex": "05.by-hand"}}

Done.

+++ {"gdl": {"role": "rubric", "ex": "05.by-hand"}}

- 2: It has a reason. Slip: habit.
- 1: It has a case. Slip: none.
- 1: It has a test. Slip: nothing that could fail.
"""
)
TOC = """\
meta: {planned: [{chapter: "05", title: Rings, question: "Late?"}, {chapter: "06", title: Tori, question: "Holes?"}]}
parts: [{caption: I. Round, chapters: [{file: notebooks/05_rings}]}]
"""
PATHS = """\
- {name: short, title: Short, unit: Hour, minutes: 60, sessions: [{read: {"05": all}, exercises: ["05"]}]}
"""


@pytest.fixture
def built(tmp_path):
    """built(index, chapter, edition): the status and the log of a build of these two pages, and the first as HTML."""

    def build(index=INDEX, chapter=CHAPTER, edition="open", told="They mix up *rows* and columns."):
        conf = CONF.format(extensions=str(ROOT / "book" / "_ext"))
        files = {"conf.py": conf, "index.md": index, "notebooks/05_rings.md": chapter, "book/paths.yml": PATHS}
        files |= {"_toc.yml": TOC} | ({"book/lessons/05.md": told} if told else {})
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / name).write_text(text)
        options = ["-q", "-W", "--keep-going", "-D", f"gdl_edition={edition}"]
        command = [sys.executable, "-m", "sphinx", *options, str(tmp_path), str(tmp_path / "html")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        page = tmp_path / "html" / "index.html"
        return done.returncode, done.stderr, page.read_text("utf8") if page.exists() else ""

    return build


def test_instructors_read_goals_minutes_mistakes_and_slips(built):
    status, log, html = built()
    assert status == 0, log
    for words in ("05 Rings", ">ring<", "30 minutes, the exercises 8", "no other chapter", "5.1 By hand", "a rubric"):
        assert words in html
    assert "They mix up <em>rows</em>" in html
    assert "in the first row:" in html  # a slip of the package's check of this name
    assert '<svg class="gdl-graph"' in html and "Hour 1, 38 minutes." in html


def test_the_map_is_the_table_of_contents_with_the_chapters_questions_then_what_is_planned(built):
    status, log, html = built()
    assert status == 0, log
    words = ("I. Round", "What turns?", "Still to come", "Tori", "Holes?")
    places = [html.find(word) for word in words]
    assert -1 not in places and places == sorted(places)
    assert "Late?" not in html  # planned, and here


def test_the_class_edition_has_no_mistakes_and_no_slips(built):
    status, log, html = built(edition="class")
    assert status == 0, log
    assert "5.1 By hand" in html
    assert [words for words in ("Slips", "They mix up", "in the first row") if words in html] == []


def test_what_does_not_fit_stops_the_build(built):
    index = INDEX.replace("{gdl-path} short", "{gdl-path} long")
    status, log, _ = built(index, CHAPTER, told="")
    assert status != 0
    assert "book/lessons/05.md is missing: what students get wrong, and what to show" in log
    assert "there is no path long; there are short" in log


def test_chapters_in_a_circle_stop_the_build(built):
    status, log, _ = built(INDEX, CHAPTER.replace("no other chapter", "{doc}`/notebooks/05_rings`"))
    assert status != 0
    assert "in a circle: 05 -> 05" in log

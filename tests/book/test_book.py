"""The built book: every page works offline, by eye, by screen reader and on a phone; no build ships a stale output."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from accessibility import axe_finds
from bs4 import BeautifulSoup

from gdl_course import widgets
from gdl_course.chapters.links import Links

ROOT = Path(__file__).resolve().parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
DOCNAMES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
PAGES = [f"{docname}.html" for docname in DOCNAMES]
CHAPTERS = [docname for docname in DOCNAMES if docname.startswith("notebooks/")]
THEMES_OWN = {"region"}  # the theme's logo stands outside its landmarks

each_page = pytest.mark.parametrize("page", PAGES)
each_chapter = pytest.mark.parametrize("docname", CHAPTERS)


@cache
def read(file):
    """What is asked of a page's file. Its tree, some hundred times as large, is let go."""
    soup = BeautifulSoup(file.read_text("utf8"), "html.parser")
    folds = soup.select("details.gdl-hint, details.gdl-answer, details.gdl-rubric, .tag_gdl-solution details")
    loaded = [tag[key] for key in ("src", "data-src") for tag in soup.find_all(attrs={key: True})]
    return SimpleNamespace(
        loaded=loaded + [tag["href"] for tag in soup.find_all("link") if tag.get("rel") != ["canonical"]],
        ids=Counter(tag["id"] for tag in soup.find_all(id=True)),
        links=[link["href"] for link in soup.select("a[href]")],
        images=[(image.get("src", "")[:80], image.get("alt", "")) for image in soup.select("article img")],
        buttons={link["href"] for link in soup.select(".article-header-buttons a[href]")},
        exercises=len(soup.select(".exercise")),
        folds=[(fold.summary.get_text(strip=True), fold.has_attr("open")) for fold in folds],
    )


# What stands in the files


@each_page
def test_a_page_names_no_other_host_in_what_it_loads(page, book):
    assert [url for url in read(book / page).loaded if urlsplit(url).netloc] == []


@each_page
def test_every_internal_link_leads_somewhere(page, book):
    broken = []
    for link in read(book / page).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = ((book / page).parent / unquote(parts.path)).resolve() if parts.path else book / page
        if not target.is_file() or (parts.fragment and parts.fragment not in read(target).ids):
            broken.append(link)
    assert broken == []


@each_page
def test_every_image_has_alt_text(page, book):
    assert [source for source, alt in read(book / page).images if len(alt) < 10] == []


@each_page
def test_no_id_occurs_twice(page, book):
    assert sorted(name for name, count in read(book / page).ids.items() if count > 1) == []


@each_chapter
def test_the_buttons_lead_to_the_generated_notebooks(docname, book):
    addresses, name = Links(ROOT).addresses, docname.removeprefix("notebooks/")
    page = book / f"{docname}.html"
    links = read(page).buttons
    assert {addresses.colab(name), addresses.binder(name)} <= links
    assert not [link for link in links if ".md" in link and "colab" in link]
    downloads = [link for link in links if link.endswith(".ipynb") and not urlsplit(link).netloc]
    assert len(downloads) == 1 and (page.parent / downloads[0]).is_file()


@each_chapter
def test_hints_solutions_and_answers_are_folded(docname, book):
    page = read(book / f"{docname}.html")
    assert page.exercises >= 3
    assert len(page.folds) >= 3
    assert [words for words, is_open in page.folds if is_open] == []


@pytest.mark.parametrize("widget", [getattr(widgets, name) for name in widgets.__all__])
def test_the_book_carries_the_widgets_as_they_stand_in_the_package(widget, book):
    """A book older than the package's JavaScript is red here, whatever its pages look like."""
    files = {path.read_text("utf8") for path in (book / "_static" / "widgets").glob("*.js")}
    body = widget._esm.partition("export default")[0].strip()
    assert any(_without_exports(body) in text for text in files), "stale: run `make book` again"
    assert widget._css in {path.read_text("utf8") for path in (book / "_static" / "widgets").glob("*.css")}


def _without_exports(module):
    """The module's text as the book's script has it (see book/_ext/gdl_widgets.py)."""
    return re.sub(r"^export\s+(?=(?:async\s+)?(?:function|class|const|let)\b)", "", module, flags=re.MULTILINE)


# What a reader sees


@each_page
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_a_page_opens_offline_without_a_complaint_from_the_browser_or_from_axe(page, width, scheme, open_page):
    view = open_page(page, width=width, scheme=scheme)  # once for all statements: a page of formulas takes seconds
    view.wait_for_load_state("networkidle")
    view.wait_for_function("!window.MathJax?.startup?.promise || MathJax.startup.promise.then(() => true)")
    assert view.evaluate("document.querySelectorAll('article .math:not(:has(mjx-container))').length") == 0
    assert view.evaluate("document.querySelectorAll('mjx-merror').length") == 0
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert {rule: where for rule, where in axe_finds(view).items() if rule not in THEMES_OWN} == {}
    assert view.problems == []


def test_the_search_finds_a_word_of_a_chapter(open_page):
    view = open_page("search.html?q=convolution")
    view.wait_for_selector("#search-results li a")
    assert view.locator("#search-results li a", has_text=re.compile("convolution", re.IGNORECASE)).count() >= 1
    assert view.problems == []


# The build itself, on a book of a few lines

PAGE = """\
---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# A page

"""
CELL = "```{code-cell} ipython3\n%s\n```\n"
MISTAKES = {
    "02_role": ('+++ {"gdl": {"role": "promt", "ex": "02.x"}}\n\nDo it.\n', r"02_role\.md:14: .*unknown role 'promt'"),
    "03_figure": ("Text.\n\n```{figure} a.png\n```\n", r"03_figure\.md:14: .*directive 'figure' has no plain form"),
    "04_error": (CELL % "1 / 0", "ZeroDivisionError"),
    "05_warning": (CELL % "import warnings; warnings.warn('mind')", r"05_warning\.md:.*stderr was found"),
}


@pytest.fixture
def small_book(tmp_path):
    """A book without chapters, with the course's own settings and extensions; `build(names)` returns (status, log)."""
    for name in ("_config.yml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("book/_ext", "book/_static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "book" / "references.bib").write_text("")
    (tmp_path / "start.md").write_text("# A book")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "gdl_course").mkdir()

    def build(*names):
        toc = {"format": "jb-book", "root": "start", "chapters": [{"file": f"notebooks/{name}"} for name in names]}
        (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(tmp_path), "-W", "--keep-going"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    build.folder = tmp_path
    return build


def test_a_change_anywhere_reaches_the_page_and_no_change_costs_nothing(small_book):
    value, page = small_book.folder / "gdl_course" / "value.py", small_book.folder / "notebooks" / "01_page.md"
    html = small_book.folder / "_build" / "html" / "notebooks" / "01_page.html"
    uses = "if False:\n    import gdl_course.value"  # the build imports the real package; this one is read only
    page.write_text(PAGE + CELL % f'{uses}\nprint("value", open(r"{value}").read())')
    value.write_text("1")
    status, log = small_book("01_page")
    assert status == 0, log
    assert "value 1" in html.read_text("utf8")
    status, log = small_book("01_page")
    assert status == 0 and "no targets are out of date" in log
    value.write_text("2")
    status, log = small_book("01_page")
    assert status == 0 and "executed 1 of 1" in log
    assert "value 2" in html.read_text("utf8")
    (small_book.folder / "book" / "_static" / "gdl.css").write_text("/* new */")
    status, log = small_book("01_page")
    assert status == 0 and "executed" not in log
    assert (small_book.folder / "_build" / "html" / "_static" / "gdl.css").read_text() == "/* new */"


def test_the_notebook_that_a_build_leaves_has_its_outputs_whatever_was_built_before(small_book):
    """Slides and solution notebooks are made of these; a page that is read again runs nothing, and has them all the
    same."""
    page = small_book.folder / "notebooks" / "01_page.md"
    left = small_book.folder / "_build" / "jupyter_execute" / "notebooks" / "01_page.ipynb"
    for text in ("", "A word more.", "Another."):
        page.write_text(PAGE + CELL % "6 * 7" + text)
        status, log = small_book("01_page")
        assert status == 0, log
        cells = nbformat.read(left, as_version=4).cells
        assert [cell.outputs[0].data["text/plain"] for cell in cells if cell.cell_type == "code"] == ["42"]
        assert ("executed 1 of 1" in log) == (text == "")


def test_mistakes_fail_every_build_until_they_are_mended(small_book):
    for name, (mistake, _) in MISTAKES.items():
        (small_book.folder / "notebooks" / f"{name}.md").write_text(PAGE + mistake)
    for _ in range(2):  # the second must not pass for having nothing to do
        status, log = small_book(*MISTAKES)
        assert status != 0
        assert [message for _, message in MISTAKES.values() if not re.search(message, log)] == [], log
    for name in MISTAKES:
        (small_book.folder / "notebooks" / f"{name}.md").write_text(PAGE + "Text.")
    status, log = small_book(*MISTAKES)
    assert status == 0, log

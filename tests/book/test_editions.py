"""The two editions of the book: the open one has every solution; the class edition and what learners get have none."""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from accessibility import axe_finds
from bs4 import BeautifulSoup
from leaks import Haystack, indexed_words, secrets, text_of_the_course, words
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from gdl_course.chapters.notebooks import chapters, stub
from gdl_course.classroom.exports import hand_out

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where the build finds its extensions
import gdl_edition  # noqa: E402

CLASS = ROOT / "_build" / "class" / "_build" / "html"
CHAPTERS = {chapter.path.stem: chapter for chapter in chapters(ROOT)}
COURSE = text_of_the_course(ROOT, CHAPTERS.values())
COURSE_WORDS = words(COURSE)
SECRETS = {name: secrets(chapter, COURSE) for name, chapter in CHAPTERS.items()}
INDEX = "searchindex.js"
THEMES_OWN = {"region"}  # the theme's logo stands outside its landmarks

each_chapter = pytest.mark.parametrize("name", CHAPTERS)


def pieces(name):
    return [piece for secret in SECRETS[name] for piece in secret.pieces]


def hidden_words(name):
    """The words that stand in the chapter's secrets and nowhere else in the course."""
    return set().union(*(words(secret.text) for secret in SECRETS[name])) - COURSE_WORDS


@pytest.fixture(scope="module")
def class_book():
    if not (CLASS / "index.html").is_file():
        pytest.skip("the class edition is not built: run `make book EDITION=class` first")
    return CLASS


@pytest.fixture(scope="module")
def class_files(class_book):
    return Haystack(class_book)


@pytest.fixture(scope="module")
def open_pages(book):
    return Haystack(book / "notebooks")


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """The assignment of all chapters, as learners get it."""
    folder = tmp_path_factory.mktemp("assignment")
    hand_out(ROOT, [chapter.number for chapter in CHAPTERS.values()], None, "learner", folder)
    return Haystack(folder)


# What is searched for


@each_chapter
def test_every_secret_has_something_that_stands_nowhere_else(name):
    assert SECRETS[name]
    assert [secret.name for secret in SECRETS[name] if not secret.pieces] == []
    assert hidden_words(name)


@each_chapter
def test_the_open_edition_has_all_that_is_searched_for(name, open_pages):
    assert set(pieces(name)) - set(open_pages.where(pieces(name))) == set()


@each_chapter
def test_the_search_of_the_open_edition_knows_the_words_of_solutions(name, book):
    assert hidden_words(name) - indexed_words(book / INDEX) == set()


# Where it must not be


@each_chapter
def test_no_file_of_the_class_edition_holds_a_solution(name, class_files):
    assert class_files.where(pieces(name)) == {}


@each_chapter
def test_the_search_of_the_class_edition_knows_no_word_of_a_solution(name, class_book):
    assert hidden_words(name) & indexed_words(class_book / INDEX) == set()


@each_chapter
def test_no_file_that_learners_are_handed_holds_a_solution(name, handed_out):
    assert f"{name}.ipynb" in handed_out.files
    assert handed_out.where(pieces(name)) == {}


# A leak is found


def in_a_page(folder, text):
    page, code = folder / "page.html", highlight(text, PythonLexer(), HtmlFormatter())
    page.write_text(page.read_text("utf8").replace("</article>", f"{code}</article>"), "utf8")
    return page


def in_metadata(folder, text):
    path = folder / "learner.ipynb"
    notebook = json.loads(path.read_text("utf8"))
    notebook["cells"][3]["metadata"]["solution"] = text
    path.write_text(json.dumps(notebook), "utf8")
    return path


def in_an_archive(folder, text):
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.md", text)
    return path


def in_a_script(folder, text):
    path = folder / INDEX
    path.write_text(path.read_text("utf8") + text, "utf8")
    return path


@pytest.fixture
def some_files(class_book, tmp_path):
    """A page, a notebook and the search index of the class edition, to put solutions into."""
    shutil.copy(class_book / "notebooks" / "05_convolution.html", tmp_path / "page.html")
    shutil.copy(class_book / "_notebooks" / "05_convolution.ipynb", tmp_path / "learner.ipynb")
    shutil.copy(class_book / INDEX, tmp_path)
    return tmp_path


@pytest.mark.parametrize("plant", [in_a_page, in_metadata, in_an_archive, in_a_script])
def test_every_solution_is_found_line_by_line_where_it_is_planted(plant, some_files):
    solutions = [secret for name in CHAPTERS for secret in SECRETS[name] if secret.name.startswith("solution")]
    searched = {piece for secret in solutions for piece in secret.pieces}
    assert solutions and Haystack(some_files).where(searched) == {}
    path = plant(some_files, "\n\n".join(secret.text for secret in solutions))
    assert Haystack(some_files).where(searched) == {piece: [path.name] for piece in searched}


def test_a_planted_word_is_found_in_the_search_index(some_files):
    index, word = some_files / INDEX, sorted(hidden_words("05_convolution"))[0]
    index.write_text(index.read_text("utf8").replace('"terms": {', f'"terms": {{"{word}": 9, ', 1), "utf8")
    assert hidden_words("05_convolution") & indexed_words(index) == {word}


def test_what_the_course_says_elsewhere_is_no_secret():
    chapter = CHAPTERS["05_convolution"]
    lines = [line for secret in secrets(chapter, "") for line in secret.text.splitlines()]
    assert lines and not any(secret.pieces for secret in secrets(chapter, "\n".join(lines)))


# What the class edition has instead


@each_chapter
def test_a_page_of_the_class_edition_has_the_exercises_the_hints_and_the_stubs(name, class_book):
    page, chapter = parsed(class_book, name), CHAPTERS[name]
    code = {cell.get_text().strip() for cell in page.select("div.cell_input pre")}
    roles = [cell.role for cell in chapter.cells]
    assert len(page.select(".exercise")) == roles.count("prompt")
    assert len(page.select("details.gdl-hint:not([open])")) == roles.count("hint")
    for cell in chapter.cells:
        if cell.role == "solution":
            assert stub(cell.source, chapter.prompts[cell.exercise].gdl["title"]) in code
        if cell.role == "check":
            assert cell.source in code
    assert page.select(".gdl-answer, .gdl-rubric, .tag_gdl-solution, .tag_gdl-check .cell_output") == []
    assert page.get_text().count(gdl_edition.NOTE) == 1


@each_chapter
def test_every_other_output_is_the_open_editions(name, book, class_book):
    open_page = parsed(book, name)
    for cell in open_page.select(".tag_gdl-check, .tag_gdl-solution"):
        cell.decompose()
    assert outputs(open_page) and outputs(parsed(class_book, name)) == outputs(open_page)


def parsed(folder, name):
    return BeautifulSoup((folder / "notebooks" / f"{name}.html").read_text("utf8"), "html.parser")


def outputs(page):
    """What the page's cells show: figures by the hash of their content, text, widgets with their state."""
    shown = page.select(".cell_output")
    return [(output.get_text(), [image.get("src") for image in output.select("img")]) for output in shown]


TWO_PAGES = [("05_convolution", 1280, "light"), ("08_message_passing", 360, "dark")]


@pytest.mark.parametrize(("name", "width", "scheme"), TWO_PAGES)
def test_a_class_page_opens_from_the_disk_without_a_complaint(name, width, scheme, open_page):
    view = open_page(f"notebooks/{name}.html", width=width, scheme=scheme)
    view.wait_for_load_state("networkidle")
    view.wait_for_function("window.MathJax.startup.promise.then(() => true)")
    assert view.locator(".tag_gdl-stub", has_text="your turn").first.is_visible()
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert {rule: where for rule, where in axe_finds(view).items() if rule not in THEMES_OWN} == {}
    assert view.problems == []


@pytest.fixture(scope="module")
def book_url(class_book):
    """For `open_page`: the class edition, from the disk."""
    return class_book.as_uri()

"""The PDF of the book: what is joined and what is left out; and, where `make pdf` has made one, what is in it."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
PDF = ROOT / "_build" / "pdf" / "gdl-course.pdf"
FEWEST_PAGES = 150
SAMPLE = 12  # every twelfth page is read: to read one takes a tenth of a second
_spec = importlib.util.spec_from_file_location("make_pdf", ROOT / "book" / "print" / "make_pdf.py")
make_pdf = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_pdf)

ARTICLE = """\
<article><h1 id="top">Title<a class="headerlink" href="#top">#</a></h1>
<style>.kept {}</style>
<div class="gdl-mount"><noscript><img src="../_static/w.svg" alt="a widget"></noscript><script>{}</script></div>
<details class="sd-dropdown gdl-part gdl-hint"><summary>Hint 1</summary>a hint</details>
<details class="sd-dropdown gdl-part gdl-answer"><summary>Answer</summary>an answer</details>
<div class="cell tag_gdl-solution">a solution</div><div class="cell tag_gdl-check">a check</div>
<details class="admonition hide above-input"><summary>Show code</summary>code of a figure</details>
<div class="gdl-quiz"><details><summary>yes</summary><div>Right. An explanation.</div></details>
<details><summary>Find the number, then open to compare</summary><div>42</div></details></div>
<a href="06_sets.html#ask">next</a></article>
"""


@pytest.fixture
def printed():
    article = BeautifulSoup(ARTICLE, "html.parser").article
    docnames = {"notebooks/05_convolution", "notebooks/06_sets"}
    return make_pdf.printed(article, "notebooks/05_convolution", docnames, "https://book")


@pytest.fixture(scope="module")
def reader():
    pypdf = pytest.importorskip("pypdf", reason='pypdf is not installed: pip install "gdl-course[test]"')
    if not PDF.is_file():
        pytest.skip("the PDF is not made: run `make pdf` first")
    return pypdf.PdfReader(PDF)


def outline(items, level=0):
    """The outline as (level, title)."""
    for item in items:
        if isinstance(item, list):
            yield from outline(item, level + 1)
        else:
            yield level, item.title


def titles():
    """The title of each page of the book, in order."""
    found = []
    for _, docnames in make_pdf.read_toc(yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))):
        for docname in docnames:
            found.append(re.search(r"^# +(.+)$", (ROOT / f"{docname}.md").read_text("utf8"), flags=re.MULTILINE)[1])
    return found


@pytest.mark.parametrize("part", ["hint", "answer", "solution", "check", "code of", "explanation", "find the"])
def test_what_is_folded_is_left_out(printed, part):
    assert part not in printed.lower() and part in ARTICLE.lower()


def test_the_options_of_a_question_stay(printed):
    assert '<p class="option">☐ yes</p>' in printed


def test_a_widget_is_its_picture(printed):
    assert '<img alt="a widget" src="../html/_static/w.svg"/>' in printed and "<script" not in printed


def test_headings_stand_below_their_part_with_ids_of_their_own(printed):
    assert '<h2 id="notebooks-05_convolution--top">Title</h2>' in printed


def test_the_styles_of_an_output_stay(printed):
    assert "<style>.kept {}</style>" in printed


@pytest.mark.parametrize(
    "href, leads_to",
    [
        ("06_sets.html#ask", "#notebooks-06_sets--ask"),
        ("#ask", "#notebooks-05_convolution--ask"),
        ("06_sets.html", "#notebooks-06_sets"),
        ("../book/api.html", "https://book/book/api.html"),
        ("https://arxiv.org/abs/1", "https://arxiv.org/abs/1"),
    ],
)
def test_a_link_leads_into_the_pdf_where_it_can(href, leads_to):
    docnames = {"notebooks/05_convolution", "notebooks/06_sets"}
    assert make_pdf.target(href, "notebooks/05_convolution", docnames, "https://book") == leads_to


def test_a_title_that_chromium_wrote_twice_stands_once_and_no_byte_moves():
    before = b"/Title (AskAsk)\n/Title (haha, no)\n/Title <FEFF22C822C8>\n"
    after = make_pdf.repair_outline(before)
    assert after == b"/Title (Ask)   \n/Title (haha, no)\n/Title <FEFF22C8>    \n" and len(after) == len(before)


def test_a_missing_browser_is_said_in_one_line(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(SystemExit, match="^make pdf: no Chromium: install one .*$"):
        make_pdf.main()


def test_a_book_that_is_not_built_is_said_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(make_pdf, "HTML", tmp_path)
    with pytest.raises(make_pdf.MissingTool, match="run `make book` first$"):
        make_pdf.book_page()


def test_the_pdf_has_every_page_of_the_book_in_its_outline(reader):
    found = [title for level, title in outline(reader.outline) if level < 2]
    assert [title for title in titles() if title not in found] == []
    assert len(reader.pages) > FEWEST_PAGES


def test_no_formula_of_the_pdf_is_raw_tex_and_no_link_leads_to_this_machine(reader):
    text = "\n".join(page.extract_text() for page in reader.pages[::SAMPLE])
    assert len(text) > 500 * len(reader.pages) / SAMPLE
    assert re.findall(r".*(?:\\frac|\\sum|\\\(|\$\$).*", text) == []
    links = [note.get_object().get("/A", {}) for page in reader.pages for note in page.get("/Annots", [])]
    assert [link["/URI"] for link in links if not str(link.get("/URI", "https:")).startswith("https:")] == []


def test_each_chapter_is_in_the_pdf_with_its_title_as_text(reader):
    pages = {item.title: item for part in reader.outline if isinstance(part, list) for item in part
             if not isinstance(item, list)}  # fmt: skip
    for chapter in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.md")):
        title = re.search(r"^# +(.+)$", chapter.read_text("utf8"), flags=re.MULTILINE)[1]
        page = reader.pages[reader.get_destination_page_number(pages[title])]
        assert title in " ".join(page.extract_text().split())

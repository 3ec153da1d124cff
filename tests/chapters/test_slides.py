"""The slides: what is on them and what is not, and that every one fits its screen, with no other host asked."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

from gdl_course.chapters import slides, slides_outputs
from gdl_course.chapters.links import Links
from gdl_course.chapters.notebooks import chapters
from gdl_course.chapters.slides import RULE, make_slides, write_slides
from gdl_course.chapters.slides_text import blocks, lead_in, sentences
from gdl_course.chapters.source import BEGIN, END, read_chapter

ROOT = Path(__file__).resolve().parents[2]
EXECUTED = ROOT / "_build" / "jupyter_execute"
READY = 120_000  # ms; generous for a busy machine
SMALLEST = 50  # percent: slides.js goes no lower
# What is beside or below the visible part of a slide, for every slide of a deck.
OVERFLOW = """() => Reveal.getSlides().map((slide) => {
  const { h, v } = Reveal.getIndices(slide), body = slide.querySelector(".body");
  Reveal.slide(h, v, 99);
  const box = slide.getBoundingClientRect(), scale = Reveal.getScale();
  return {
    title: slide.querySelector("h1, h2").textContent, size: parseInt(slide.style.fontSize), height: box.height / scale,
    below: body.scrollHeight - body.clientHeight, beside: body.scrollWidth - body.clientWidth,
  };
})"""
CHAPTER = """\
---
kernelspec:
  name: python3
---

# A chapter

## Derive

Shifts commute. That is short. A third sentence is for the speaker.
They obey

$$
T^2 = 1 .
$$

```{code-cell} ipython3
print("seen")
```

```{claim} "Everything commutes."
**Wrong.** Turns do not. And there is more to say.
```

Later text leads to this:

- an item

+++ {"gdl": {"role": "prompt", "ex": "05.roll", "title": "Roll", "difficulty": 1, "minutes": 5}}

Write it.

+++ {"gdl": {"role": "hint", "ex": "05.roll"}}

Think of a secret.

+++ {"gdl": {"role": "answer", "ex": "05.roll"}}

The secret answer.

+++ {"gdl": {"role": "rubric", "ex": "05.roll"}}

- 2: The secret is named. Slip: it is told.
- 1: The secret is kept. Slip: it is not.
- 1: The secret is one. Slip: it is two.
"""


@pytest.fixture
def deck():
    """The slides of `CHAPTER`."""
    chapter = read_chapter(ROOT / "notebooks" / "05_convolution.md", CHAPTER)
    printed = nbformat.v4.new_output("stream", name="stdout", text="seen\n")
    cell = nbformat.v4.new_code_cell('print("seen")', outputs=[printed])
    return make_slides(chapter, Links(ROOT), nbformat.v4.new_notebook(cells=[cell]))


@pytest.fixture
def plain_widgets(monkeypatch):
    """Widgets without their pictures: some compute a while to draw one."""
    monkeypatch.setattr(slides_outputs, "_widget", lambda state, page: slides_outputs.picture("<svg/>", "widget", page))


def executed(chapter):
    path = EXECUTED / "notebooks" / f"{chapter.path.stem}.ipynb"
    if not path.is_file():
        pytest.skip("the book is not built: run `make book` first")
    return nbformat.read(path, as_version=4)


def everything(columns):
    """All that a deck shows and all that its notes say."""
    return "\n".join(text for column in columns for slide in column for text in (*slide.body, *slide.notes))


def test_a_section_is_a_column_and_an_exercise_and_a_claim_are_slides(deck):
    assert [[slide.title for slide in column] for column in deck] == [
        ["A chapter"],
        ["Derive", "Said elsewhere", "Derive", "Your turn: Roll"],
    ]


def test_the_prose_is_in_the_notes_but_for_its_first_sentences_and_what_leads_on(deck):
    slide = deck[1][0]
    shown = "".join(slide.body)
    assert "Shifts commute. That is short." in shown and "They obey" in shown and "third sentence" not in shown
    assert "A third sentence is for the speaker." in "".join(slide.notes)


def test_a_formula_stands_under_the_sentence_that_leads_to_it(deck):
    assert re.search(r"They obey.*T\^2 = 1", "".join(deck[1][0].body), flags=re.DOTALL)


def test_code_and_what_it_prints_are_shown(deck):
    assert 'class="output">seen</pre>' in "".join(deck[1][0].body)


def test_a_claim_shows_its_verdict_as_the_second_step(deck):
    said, verdict = deck[1][1].body
    assert "Everything commutes." in said
    assert 'class="box fragment"' in verdict and "<strong>Wrong.</strong> Turns do not." in verdict
    assert "more to say" not in verdict and "more to say" in "".join(deck[1][1].notes)


def test_an_exercise_says_its_number_and_its_minutes_and_no_hint_or_answer(deck):
    shown = "".join(deck[1][3].body)
    assert "Exercise 5.1" in shown and "about 5 minutes" in shown and "Write it." in shown
    assert "secret" not in everything(deck)


def test_the_first_notes_state_the_rule(deck):
    assert deck[0][0].notes[0] == RULE


def test_a_notebook_of_another_version_of_the_chapter_is_refused():
    chapter = read_chapter(ROOT / "notebooks" / "05_convolution.md", CHAPTER)
    stale = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('print("other")')])
    with pytest.raises(ValueError, match="run `make book` again"):
        make_slides(chapter, Links(ROOT), stale)


def test_a_book_that_is_not_built_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("gdl_course.chapters.slides_page.copy_assets", lambda out: None)
    with pytest.raises(FileNotFoundError, match="run `make book` first"):
        write_slides(ROOT, tmp_path, tmp_path)


def test_a_package_that_is_missing_is_named(tmp_path, monkeypatch):
    from gdl_course.chapters import extras, slides_page

    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "sphinx_revealjs" else 1)
    with pytest.raises(extras.MissingExtra, match=r"installs \(sphinx_revealjs\): `pip install"):
        slides_page.copy_assets(tmp_path)


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda chapter: chapter.path.stem)
def test_no_solution_answer_or_hint_is_on_a_slide_or_in_its_notes(chapter, plain_widgets):
    deck = everything(make_slides(chapter, Links(ROOT), executed(chapter)))
    visible = re.sub(r"<[^>]+>", "", deck)
    for cell in chapter.cells:
        if cell.role in ("answer", "hint", "rubric"):
            assert cell.source.strip() not in deck
        if cell.role == "solution":
            for part in re.findall(rf"{BEGIN}\n(.*?)\n[ \t]*{END}", cell.source, flags=re.DOTALL):
                assert part not in visible
    assert BEGIN not in deck


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda chapter: chapter.path.stem)
def test_every_figure_and_claim_of_a_chapter_is_shown(chapter, plain_widgets):
    deck = make_slides(chapter, Links(ROOT), executed(chapter))
    shown = "".join(text for column in deck for slide in column for text in slide.body)
    captions = [cell for cell in chapter.cells if cell.metadata.get("mystnb", {}).get("figure", {}).get("caption")]
    claims = sum(cell.source.count("```{claim}") for cell in chapter.cells if cell.kind == "markdown")
    assert shown.count("<figcaption>") >= len(captions) > 0
    assert shown.count('class="box fragment"') == claims > 0
    assert re.findall(r'<img(?![^>]* alt="[^"])', shown) == []


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The folder of two decks, written as `make slides` writes them."""
    for package in ("sphinx_revealjs", "sphinx-mathjax-offline"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f'{package.replace("_", "-")} is not installed: pip install ".[book]"')
    two = [chapter for chapter in chapters(ROOT) if chapter.number in ("03", "05")]
    for chapter in two:
        executed(chapter)
    out = tmp_path_factory.mktemp("slides")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slides, "chapters", lambda root: two)
        write_slides(ROOT, EXECUTED, out)
    return out


@pytest.mark.parametrize("name, scheme", [("03_groups", "dark"), ("05_convolution", "light")])
def test_every_slide_fits_its_screen_and_nobody_else_is_asked(browser, decks, name, scheme):
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    page, problems = context.new_page(), []
    page.set_default_timeout(READY)
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or problems.append(request.url))
    page.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
    page.goto((decks / f"{name}.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    measured = page.evaluate(OVERFLOW)
    assert len(measured) > 40
    assert [slide for slide in measured if slide["below"] > 0 or slide["beside"] > 0] == []
    assert [slide for slide in measured if slide["size"] < SMALLEST or slide["height"] > 721] == []
    assert page.locator("mjx-container").count() > 20 and page.locator("mjx-merror").count() == 0
    assert page.locator("html").get_attribute("lang") == "en" and page.title().endswith("GDL Course")
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert back == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}[scheme]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 1
    context.close()
    assert problems == []


def test_the_sentences_of_a_paragraph_are_told_apart():
    assert sentences("By He et al. (2015). Then **two.** $x. Y$ ends.") == [
        "By He et al. (2015).", "Then **two.**", "$x. Y$ ends."
    ]  # fmt: skip
    assert lead_in("One. Two:") == "Two:"
    assert lead_in("One.") == ""


def test_the_items_of_a_list_keep_their_lines():
    (block,) = blocks("1. one\n   more\n2. two")
    assert (block.kind, block.items) == ("list", ("one\nmore", "two"))

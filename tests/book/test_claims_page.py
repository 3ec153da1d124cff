"""The claims page in a real browser: its filter by mouse, by keyboard, on a phone and by link; and without
JavaScript."""

import json
import re
from pathlib import Path

import pytest
from accessibility import axe_finds

ROOT = Path(__file__).resolve().parents[2]
PAGE = "book/claims.html"
DATA = json.loads((ROOT / "book" / "claims.json").read_text("utf8"))
WIDE, PHONE = 1280, 360


@pytest.fixture
def claims(book, open_page):
    """claims(hash, **options) -> the page; at the end it must have had no error and have asked nobody else."""
    if not (book / PAGE).is_file():
        pytest.skip("the built book has no claims page: run `make book` again")
    views = []

    def opened(fragment="", **options):
        view = open_page(PAGE + fragment, **options)
        view.get_by_role("status").filter(has_text="statements").wait_for()
        views.append(view)
        return view

    yield opened
    assert [view.problems for view in views if view.problems] == []


def expected(view, **wanted):
    """The rows that the page has and the filter should leave, from the data."""
    there = set(view.locator(".gdl-claim").evaluate_all("(cards) => cards.map((card) => card.id)"))
    rows = [row for row in DATA if row["id"].lower() in there]
    return {row["id"].lower() for row in rows if all(row[key] == value for key, value in wanted.items())}


def visible(view):
    return set(view.locator(".gdl-claim:visible").evaluate_all("(cards) => cards.map((card) => card.id)"))


def count(view):
    return view.get_by_role("status").filter(has_text="statements").inner_text()


def test_all_statements_are_there_at_first(claims):
    view = claims()
    assert visible(view) == expected(view) and len(visible(view)) >= 77
    assert count(view) == f"{len(visible(view))} of {len(visible(view))} statements"


def test_filter_by_verdict_and_chapter(claims):
    view = claims()
    everything = len(visible(view))
    view.get_by_label("Verdict").select_option("wrong")
    assert visible(view) == expected(view, verdict="wrong")
    view.get_by_label("Chapter").select_option("05")
    assert visible(view) == expected(view, verdict="wrong", chapter="05") and "b7" in visible(view)
    assert count(view) == f"{len(visible(view))} of {everything} statements"
    headings = view.locator("h2:visible").all_inner_texts()
    assert len(headings) == 1 and headings[0].startswith("Chapter 05")
    assert view.evaluate("location.hash") == "#verdict=wrong&chapter=05"
    view.get_by_role("button", name="Show all").click()
    view.wait_for_function("document.querySelectorAll('.gdl-claim[hidden]').length === 0")
    assert len(visible(view)) == everything and view.evaluate("location.hash") == ""


def test_filter_by_words(claims):
    view = claims()
    view.get_by_label("Words").fill("PADDING left")
    assert visible(view) == {"e1"}
    view.get_by_label("Words").fill("nobody says this")
    assert visible(view) == set() and count(view).startswith("0 of ")
    assert view.locator("h2:visible").count() == 0


def test_keyboard_alone(claims):
    view = claims()
    view.get_by_label("Verdict").focus()
    view.keyboard.press("ArrowDown")
    assert visible(view) == expected(view, verdict="true")
    view.keyboard.press("Tab")
    view.keyboard.press("End")
    last = view.get_by_label("Chapter").input_value()
    assert visible(view) == expected(view, verdict="true", chapter=last)
    view.keyboard.press("Tab")
    view.keyboard.type("xyzzy")
    assert visible(view) == set()
    view.keyboard.press("Tab")
    view.keyboard.press("Enter")
    view.wait_for_function("document.querySelectorAll('.gdl-claim[hidden]').length === 0")
    assert visible(view) == expected(view)


def test_a_link_to_a_selection(claims):
    view = claims("#verdict=conditional&chapter=07")
    assert visible(view) == expected(view, verdict="conditional", chapter="07")
    assert view.get_by_label("Verdict").input_value() == "conditional"
    view.evaluate("location.hash = '#verdict=nonsense&chapter=99'")
    view.wait_for_function("document.querySelectorAll('.gdl-claim[hidden]').length === 0")
    assert visible(view) == expected(view)


def test_a_link_to_one_statement(claims):
    view = claims("#b12")
    assert visible(view) == expected(view)
    assert view.locator("#b12").evaluate("(card) => card.matches(':target')")
    view.wait_for_function("Math.abs(document.querySelector('#b12').getBoundingClientRect().top) < innerHeight")
    view.get_by_label("Verdict").select_option("true")
    assert "b12" not in visible(view)
    view.evaluate("location.hash = '#b12'")
    view.wait_for_function("document.querySelector('#b12').checkVisibility()")


def test_a_statement_leads_to_the_cell_that_shows_it(claims):
    view = claims()
    view.locator("#b3").get_by_role("link", name="see it fail in chapter 05").click()
    view.wait_for_url(re.compile(r"05_convolution\.html#claim-b3$"))
    cell = view.locator("#claim-b3")
    assert "convolve" in cell.inner_text() and "assert" in cell.inner_text()


def test_phone(claims):
    view = claims(width=PHONE)
    assert view.evaluate("document.documentElement.scrollWidth") <= PHONE
    controls = view.locator(".gdl-claims-filter :is(select, input, button)")
    boxes = [control.bounding_box() for control in controls.all()]
    assert len(boxes) == 4 and all(box["height"] >= 24 and box["x"] + box["width"] <= PHONE for box in boxes)
    parts = view.locator("#b3 > *")
    tops = [part.bounding_box()["y"] for part in parts.all()]
    assert tops == sorted(tops) and len(set(tops)) == 3  # one below the other
    view.get_by_label("Verdict").select_option("true")
    assert visible(view) == expected(view, verdict="true")


def test_wide_screens_show_three_columns(claims):
    view = claims(width=WIDE)
    tops = {round(part.bounding_box()["y"]) for part in view.locator("#b3 > *").all()}
    assert len(tops) == 1


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme, width, claims):
    view = claims("#verdict=wrong", scheme=scheme, width=width)
    assert axe_finds(view, "article") == {}


def test_dark(claims):
    view = claims(scheme="dark")
    colours = view.locator(".gdl-claims-filter :is(form, select, input, button)").evaluate_all(
        "(parts) => parts.map((part) => getComputedStyle(part).backgroundColor)"
    )
    assert all(max(int(c) for c in re.findall(r"\d+", colour)[:3]) < 70 for colour in colours)


def test_without_javascript_everything_is_shown_and_no_filter(book, browser, book_url):
    if not (book / PAGE).is_file():
        pytest.skip("the built book has no claims page: run `make book` again")
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto(f"{book_url}/{PAGE}#verdict=wrong")
    assert view.locator(".gdl-claim:visible").count() == view.locator(".gdl-claim").count() >= 77
    assert view.locator("article select, article input").count() == 0
    context.close()

"""The pages for instructors: what they say of a chapter is what the chapter says, and a path keeps what it promises."""

import re
import shlex
import sys
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from gdl_course.classroom.cli import main

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where the build finds its extensions
import gdl_paths  # noqa: E402
import gdl_plan  # noqa: E402
from gdl_paths import Path as LearningPath  # noqa: E402
from gdl_paths import PlanError, Session  # noqa: E402

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
DOCNAMES = [page["file"] for part in TOC["parts"] for page in part["chapters"]]
FILES = [ROOT / f"{docname}.md" for docname in DOCNAMES if docname.startswith("notebooks/")]
PLANS = gdl_plan.read_plans(FILES)
PATHS = gdl_paths.read_paths(ROOT)
PAGES = [f"book/{name}" for name in ("instructors", "teaching_chapters", "teaching_grading", "teaching_adapting")]
TEXTS = {page: (ROOT / f"{page}.md").read_text("utf8") for page in PAGES}
MADE_BY_READERS = ("SUBMISSIONS/", "assignments/")
PLANNED = {row["chapter"]: row for row in TOC["meta"]["planned"]}
LESSONS = {path.stem: path.read_text("utf8") for path in sorted((ROOT / "book" / "lessons").glob("*.md"))}


@pytest.mark.parametrize("found", PLANS.values(), ids=PLANS)
def test_every_chapter_of_the_book_has_goals_and_minutes(found):
    assert len(found.goals) >= 3 and all(found.goals)
    assert sum(section.reading for section in found.sections) == found.reading >= 20
    assert found.exercises == sum(prompt.gdl["minutes"] for prompt in found.chapter.prompts.values())


# The one list of the chapters


def test_every_chapter_of_the_folder_is_in_the_book_in_the_order_of_its_number():
    assert [path.name for path in FILES] == sorted(path.name for path in (ROOT / "notebooks").glob("*.md"))


def test_planned_chapters_come_in_order_and_say_what_they_ask():
    assert list(PLANNED) == sorted(PLANNED)
    assert all(row["title"] and row["question"].endswith("?") for row in PLANNED.values())


def test_the_map_shows_every_chapter_with_its_question_and_then_what_is_planned(book):
    soup = BeautifulSoup((book / "book" / "welcome.html").read_text("utf8"), "html.parser").select_one("#the-map")
    shown = {row.td.get_text(): row("td") for row in soup.select("tr") if row("td")}
    later = [number for number in PLANNED if number not in PLANS]
    assert list(shown) == [*PLANS, *later], "stale: run `make book` again"
    assert all(shown[number][1].a["href"].endswith(f"{PLANS[number].chapter.path.stem}.html") for number in PLANS)
    assert [shown[number][2].get_text() for number in later] == [PLANNED[number]["question"] for number in later]


def test_no_page_lists_the_chapters_a_second_time():
    """Three links to chapters in a table or in a list are a list of chapters, and it would go stale."""
    for page in ("book/welcome", *PAGES):
        text = (ROOT / f"{page}.md").read_text("utf8")
        listed = re.findall(r"^(?:\||- |\d+\. ).*/notebooks/\d\d_", text, re.MULTILINE)
        assert len(listed) < 3, page


# The order of the chapters


def test_the_chapters_stand_in_the_book_in_an_order_in_which_they_can_be_read():
    order = gdl_paths.order_of(PLANS)
    assert order.number_of_edges() == sum(len(found.builds_on) for found in PLANS.values()) > 0
    place = {path.stem[:2]: n for n, path in enumerate(FILES)}
    assert [(before, after) for before, after in order.edges if place[before] > place[after]] == []


# The paths


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_path_respects_what_builds_on_what_and_its_time(path):
    gdl_paths.check_path(path, PLANS)
    assert all(sum(gdl_paths.minutes_of(session, PLANS)) >= path.minutes / 2 for session in path.sessions)


def test_there_are_paths_of_a_day_of_six_weeks_and_of_twelve():
    lengths = {name: len(path.sessions) for name, path in PATHS.items()}
    assert lengths == {"one-day": 4, "six-weeks": 6, "twelve-weeks": 12}
    assert PATHS["one-day"].minutes * 4 == 6 * 60


@pytest.mark.parametrize(("session", "fault"), [
    (Session({"99": "all"}), "block 1: there is no chapter 99 in the book"),
    (Session({"02": ["Plya"]}), "block 1: chapter 02 has no section Plya; it has Play, Ask,"),
    (Session({"02": "all"}, ("02.no-such",)), "block 1: there is no exercise 02.no-such"),
    (Session({"05": ["Play"]}), "block 1: chapter 05 builds on 04, which has not been read"),
    (Session({"02": "all"}, ("04.forms",)), "block 1: exercise 04.forms belongs to a chapter that has not been read"),
    (Session({"02": "all"}, ("02",)), "block 1: takes 123 minutes, more than its 90"),
])  # fmt: skip
def test_a_path_that_does_not_keep_its_promise_is_an_error(session, fault):
    with pytest.raises(PlanError, match=re.escape(f"book/paths.yml: path short, {fault}")):
        gdl_paths.check_path(LearningPath("short", "Short", "Block", 90, (session,)), PLANS)


# The pages


def test_the_pages_are_in_the_book_and_name_all_paths_and_chapters():
    assert set(PAGES) <= set(DOCNAMES)
    assert re.findall(r"\{gdl-path\} (\S+)", TEXTS["book/instructors"]) == list(PATHS)
    assert list(LESSONS) == list(PLANS)


@pytest.mark.parametrize("number", PLANS)
def test_a_lesson_says_what_goes_wrong_and_what_to_show_and_names_exercises_that_exist(number):
    text, chapter = LESSONS[number], PLANS[number].chapter
    wrong, _, show = text.partition("*Show:*")
    assert len(wrong.split()) >= 30 and len(show.split()) >= 15
    assert f"(/notebooks/{chapter.path.stem}.md#" in show
    labels = {chapter.label(name) for name in chapter.prompts}
    assert set(re.findall(rf"\b{int(number)}\.\d+\b", text)) <= labels


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_file_that_a_page_names_exists(page):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE)
    for code in re.findall(r"`([^`\n]+)`", TEXTS[page]):
        words = shlex.split(code) if code.startswith(("gdl ", "make ")) else []
        if words and words[0] == "make":
            assert words[1] in targets, code
        elif words:
            options = {option for parameter in main.commands[words[1]].params for option in parameter.opts} | {"--help"}
            assert {word for word in words if word.startswith("--")} <= options, code
        elif re.fullmatch(r"[\w./-]+(\.(md|py|yml)|/)", code) and "NN" not in code and code not in MADE_BY_READERS:
            assert (ROOT / code).exists(), code


def test_the_page_tells_the_minutes_that_the_chapters_tell(book):
    soup = BeautifulSoup((book / "book" / "instructors.html").read_text("utf8"), "html.parser")
    rows = [[cell.get_text(strip=True) for cell in row("td")] for row in soup.select("table tr") if row("td")]
    table = {row[0][:2]: row[1:] for row in rows}
    for number, found in PLANS.items():
        minutes = [str(found.reading), str(found.exercises)]
        assert table[number] == [*minutes, ",".join(found.builds_on) or "–"], "stale: run `make book` again"


def test_the_graph_leads_to_a_chapter_by_keyboard(open_page):
    view = open_page("book/instructors.html", width=360, scheme="dark")
    link = view.locator("svg.gdl-graph a").nth(4)
    link.focus()
    assert link.evaluate("link => link === document.activeElement")
    view.keyboard.press("Enter")
    view.wait_for_url("**/notebooks/05_convolution.html")
    assert view.problems == []

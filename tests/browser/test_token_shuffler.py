"""The token shuffler in the built book: by mouse, by touch, by keyboard, by link."""

import re

import pytest
from accessibility import axe_finds

PAGE, NAME = "notebooks/07_attention.html", "Token shuffler"
CAT = "#tokens?words=the+cat+sat+on+the+mat&order=123450"


@pytest.fixture
def shown(shown):
    """shown(link, **options) -> (page, the widget of this file)."""
    return lambda link="", **options: shown(PAGE + link, NAME, **options)


def verdict(widget):
    return widget.locator(".gdl-verdict [role=status]").inner_text()


def findings(widget):
    return widget.locator(".gdl-findings li").all_inner_texts()


def button(widget, name):
    return widget.get_by_role("button", name=name, exact=True)


def words(widget):
    """The words in their present order."""
    labels = widget.locator(".gdl-movable .gdl-word").evaluate_all("(all) => all.map((e) => e.ariaLabel)")
    return [label.split(",")[0] for label in labels]


def choose(widget, legend, value):
    widget.get_by_role("group", name=legend, exact=True).locator("label", has_text=re.compile(f"^{value}$")).click()


def table(widget, name):
    """Row headings and numbers of the table with this caption."""
    rows = widget.locator("table").filter(has=widget.page.locator("caption", has_text=name)).locator("tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def middle(chip):
    box = chip.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_first_state_shows_the_point(shown):
    _, shuffler = shown()
    assert words(shuffler) == ["man", "bites", "dog"]
    assert verdict(shuffler).startswith("✓") and "All 6 orders pass" in verdict(shuffler)
    before, after = table(shuffler, re.compile(r"^A\(x\)")), table(shuffler, re.compile(r"^A\(Px\) = "))
    assert [[row[0], *row[:0:-1]] for row in before[::-1]] == after  # the swap turns rows and columns round


def test_positions_and_masks_break_it_and_the_verdict_is_computed(shown):
    _, shuffler = shown()
    choose(shuffler, "Positions", "absolute")
    assert verdict(shuffler).startswith("✗") and "1 of 6 orders passes" in verdict(shuffler)
    assert shuffler.locator("td[data-wrong]").count() > 0 and shuffler.get_by_text("A(Px) ≠ P A(x) Pᵀ").is_visible()
    assert [line[0] for line in findings(shuffler)] == ["✗", "✗"]
    choose(shuffler, "Positions", "rotary")
    assert [line[0] for line in findings(shuffler)] == ["✗", "✓"]
    choose(shuffler, "Positions", "none")
    assert shuffler.locator("td[data-wrong]").count() == 0
    choose(shuffler, "Mask", "causal")
    assert verdict(shuffler).startswith("✗") and "mask alone" in verdict(shuffler)
    assert [row[1:].count("·") for row in table(shuffler, re.compile(r"^A\(x\)"))] == [2, 1, 0]


def test_a_word_is_dragged_and_the_drag_is_one_step_to_undo(shown):
    view, shuffler = shown(CAT)
    assert words(shuffler) == ["cat", "sat", "on", "the₂", "mat", "the₁"]
    chips = shuffler.locator(".gdl-movable .gdl-word")
    chips.nth(0).scroll_into_view_if_needed()
    (x, y), (to, _) = middle(chips.nth(0)), middle(chips.nth(3))
    view.mouse.move(x, y)
    view.mouse.down()
    view.mouse.move(to, y + 3, steps=8)
    assert words(shuffler) == ["sat", "on", "the₂", "cat", "mat", "the₁"]  # while it is held
    assert abs(middle(shuffler.locator(".gdl-held"))[0] - to) < 3
    view.mouse.up()
    assert shuffler.locator(".gdl-held").count() == 0
    assert abs(middle(chips.nth(3))[0] - to) < 3
    assert [row[0] for row in table(shuffler, re.compile(r"^f\(Px\)"))] == words(shuffler)
    button(shuffler, "Undo").click()
    assert words(shuffler)[0] == "cat"


def test_words_move_by_keyboard_alone(shown):
    view, shuffler = shown()
    shuffler.locator(".gdl-movable .gdl-word").nth(0).focus()
    view.keyboard.press("ArrowRight")
    assert words(shuffler) == ["bites", "man", "dog"]
    assert shuffler.get_by_text("bites man dog").get_attribute("role") == "status"
    view.keyboard.press("ArrowRight")
    view.keyboard.press("ArrowRight")  # at the end there is nowhere to go
    assert words(shuffler) == ["bites", "dog", "man"]
    assert view.evaluate("document.activeElement.ariaLabel") == "man, place 3 of 3"
    view.keyboard.press("Home")
    assert words(shuffler) == ["man", "bites", "dog"]
    view.keyboard.press("Control+z")
    assert words(shuffler) == ["bites", "dog", "man"]


def test_words_move_by_touch(shown):
    from playwright.sync_api import expect

    view, shuffler = shown(width=360)
    chips = shuffler.locator(".gdl-movable .gdl-word")
    chips.nth(0).scroll_into_view_if_needed()
    (x, y), (to, _) = middle(chips.nth(0)), middle(chips.nth(2))
    touch = view.context.new_cdp_session(view)
    for kind, place in [("Start", x), *[("Move", x + (to - x) * k / 6) for k in range(1, 7)], ("End", None)]:
        points = [] if place is None else [{"x": place, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        view.wait_for_timeout(60)  # a finger, not a flick: after a flick the browser ignores the next tap
    assert words(shuffler) == ["bites", "dog", "man"]
    button(shuffler, "Shuffle").tap()
    expect(chips).not_to_have_text(["bites", "dog", "man"])  # the click comes a moment after the tap


def test_shuffle_shift_back_and_undo(shown):
    _, shuffler = shown(CAT)
    choose(shuffler, "Positions", "cyclic")
    assert "But only 6 of 720 orders pass" in verdict(shuffler)
    button(shuffler, "Shift").click()
    assert verdict(shuffler).startswith("✓") and words(shuffler)[0] == "sat"
    button(shuffler, "Back").click()
    assert words(shuffler)[0] == "the₁" and button(shuffler, "Back").is_disabled()
    assert verdict(shuffler).startswith("◐")
    for _ in range(3):
        button(shuffler, "Undo").click()
    assert words(shuffler)[0] == "cat" and "All 720 orders pass" in verdict(shuffler)


def test_equal_words_come_out_equal_until_places_count(shown):
    _, shuffler = shown()
    shuffler.get_by_label("Words", exact=True).select_option("the cat sat on the mat")
    assert findings(shuffler)[2].startswith("= the₁ and the₂ come out equal")
    choose(shuffler, "Positions", "relative")
    assert findings(shuffler)[2].startswith("≠ the₁ and the₂ come out different")


def test_the_first_position_matters_to_absolute_encodings_only(shown):
    view, shuffler = shown()
    slider = shuffler.get_by_role("slider", name="First position")
    assert slider.is_disabled()
    for positions, mark in (("rotary", "✓"), ("absolute", "✗")):
        choose(shuffler, "Positions", positions)
        slider.fill("3")
        assert findings(shuffler)[1].startswith(f"{mark} Starting at 3 instead of 0 changes")
        assert shuffler.locator(".gdl-movable small").all_inner_texts() == ["3", "4", "5"]
    slider.focus()
    view.keyboard.press("ArrowRight")
    assert findings(shuffler)[1].startswith("✗ Starting at 4")


@pytest.mark.parametrize(("step", "mark", "count"), [(0, "✗", "1 of 6"), (1, "✓", "6 of 720"), (2, "✗", "1 of 6")])
def test_the_steps_to_try_show_what_they_promise(step, mark, count, shown):
    _, shuffler = shown()
    shuffler.locator(".gdl-step").nth(step).click()
    assert verdict(shuffler).startswith(mark) and count in verdict(shuffler)


def test_shuffler_follows_a_link_and_gives_one(shown):
    view, shuffler = shown(CAT + "&mask=causal&positions=rotary&offset=7&seed=2")
    assert shuffler.get_by_label("Words", exact=True).input_value() == "the cat sat on the mat"
    assert shuffler.get_by_role("radio", name="causal").is_checked()
    button(shuffler, "Back").click()
    shuffler.get_by_role("button", name="Copy link").click()
    expected = "#tokens?words=the+cat+sat+on+the+mat&mask=causal&positions=rotary&offset=7&seed=2"
    assert view.evaluate("location.hash") == expected


def test_targets_are_44_pixels_on_a_phone(shown):
    _, shuffler = shown(CAT, width=360)
    small = shuffler.locator("button, select, input[type=range], .gdl-segments label").evaluate_all(
        "(all) => all.filter((e) => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 43.5)"
        ".map((e) => [e.textContent, e.getBoundingClientRect().width])"
    )
    assert small == []


@pytest.mark.parametrize("state", ["", CAT + "&positions=absolute&offset=20", CAT + "&mask=causal"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_sticks_out(state, width, shown):
    view, shuffler = shown(state, width=width)
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    cut = shuffler.locator("td, th, .gdl-word, caption, button").evaluate_all(
        "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["", CAT + "&positions=absolute&offset=7", CAT + "&mask=causal"])
def test_axe_finds_nothing(state, scheme, shown):
    view, _ = shown(state, width=360, scheme=scheme)
    assert axe_finds(view, ".gdl-mount") == {}

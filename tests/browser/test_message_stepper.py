"""The message stepper in the built book: by mouse, by touch, by keyboard, by link."""

import re

import pytest
from accessibility import axe_finds

PAGE, NAME = "notebooks/08_message_passing.html", "Message stepper"


@pytest.fixture
def shown(shown):
    """shown(link, **options) -> (page, the widget of this file)."""
    return lambda link="", **options: shown(PAGE + link, NAME, **options)


def verdict(widget, which=0):
    return widget.locator(".gdl-verdict [role=status]").nth(which).inner_text()


def button(widget, name):
    return widget.get_by_role("button", name=name, exact=True)


def at(widget, number):
    return widget.get_by_role("button", name=re.compile(f"^Node {number}, "))


def choose(widget, rule):
    widget.locator("label", has_text=re.compile(f"^{rule}$")).click()


def edges(widget):
    return widget.locator(".gdl-edges line").count()


def places(widget):
    return widget.locator(".gdl-node").evaluate_all("(nodes) => nodes.map((n) => n.getAttribute('transform'))")


def test_relabel_moves_the_numbers_and_the_verdict_is_computed(shown):
    _, stepper = shown()
    assert verdict(stepper).startswith("✓") and "24 random relabellings" in verdict(stepper)
    matrix = stepper.get_by_role("img", name="9 × 9")
    before = matrix.locator(".gdl-cell").evaluate_all("(cells) => cells.map((c) => c.dataset.sign)")
    button(stepper, "Relabel").click()
    after = matrix.locator(".gdl-cell").evaluate_all("(cells) => cells.map((c) => c.dataset.sign)")
    assert before != after and sorted(before) == sorted(after)
    assert verdict(stepper).startswith("✓") and "this relabelling" in verdict(stepper)
    choose(stepper, "position")
    assert verdict(stepper).startswith("✗")
    assert stepper.locator(".gdl-node[data-wrong=true]").count() > 0
    button(stepper, "Numbers as drawn").click()
    assert verdict(stepper).startswith("◐") and "24 fail" in verdict(stepper)


def test_steps_go_forward_and_back(shown):
    _, stepper = shown()
    stepper.get_by_label("Graph", exact=True).select_option("path")
    assert [at(stepper, k).get_attribute("aria-label") for k in (0, 1)] == ["Node 0, value 1", "Node 1, value 0"]
    choose(stepper, "sum")
    button(stepper, "Step ▸").click()
    assert [at(stepper, k).get_attribute("aria-label") for k in (0, 1)] == ["Node 0, value 0", "Node 1, value 1"]
    button(stepper, "◂ Back").click()
    assert "after 0 steps" in stepper.inner_text() and button(stepper, "◂ Back").is_disabled()


COUNT_DOTS = """() => {
    const layer = document.querySelector('.gdl-dots');
    window.dots = 0;
    new MutationObserver(() => { dots = Math.max(dots, layer.childElementCount); }).observe(layer, { childList: true });
}"""


def test_messages_fly_and_then_arrive(shown):
    """With motion allowed, a dot travels along each edge both ways; a second press does not wait for the first."""
    view, stepper = shown()
    view.emulate_media(reduced_motion="no-preference")
    view.evaluate(COUNT_DOTS)
    button(stepper, "Step ▸").evaluate("(b) => { b.click(); b.click(); }")
    stepper.get_by_text("after 4 steps").wait_for(timeout=5000)
    assert view.evaluate("dots") == 24 and stepper.locator(".gdl-dots circle").count() == 0


def test_a_pair_that_weisfeiler_and_leman_cannot_tell_apart(shown):
    _, stepper = shown()
    stepper.get_by_role("button", name="Colour two triangles and a hexagon").click()
    assert "cannot tell them apart" in verdict(stepper, 1) and "triangles 2 and 0" in verdict(stepper, 1)
    assert stepper.get_by_role("list", name="How often the colours").all_inner_texts() == ["a × 6", "a × 6"]
    at(stepper, 6).click()
    at(stepper, 7).click()
    assert "tell G from H" in verdict(stepper, 1)
    button(stepper, "Undo").click()
    assert "cannot tell them apart" in verdict(stepper, 1)


def test_a_node_is_dragged_and_the_drag_is_one_step_to_undo(shown):
    view, stepper = shown()
    old = places(stepper)
    box = at(stepper, 4).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    view.mouse.move(x, y)
    view.mouse.down()
    view.mouse.move(x + 30, y + 20, steps=5)
    view.mouse.up()
    new = places(stepper)
    assert [k for k in range(9) if old[k] != new[k]] == [4] and edges(stepper) == 12
    button(stepper, "Undo").click()
    assert places(stepper) == old and button(stepper, "Undo").is_disabled()


def test_stepper_by_keyboard_alone(shown):
    view, stepper = shown()

    def press(*keys):
        for key in keys:
            view.keyboard.press(key)

    at(stepper, 0).focus()
    old = places(stepper)
    press("ArrowRight", "ArrowDown")
    assert places(stepper)[0] != old[0]
    press("Enter")
    assert at(stepper, 0).get_attribute("aria-pressed") == "true"
    press("Tab", "Tab", "Enter")
    assert edges(stepper) == 13 and "Edge between 0 and 2 drawn." in stepper.inner_text()
    press("Delete")
    assert stepper.locator(".gdl-node").count() == 8 and "Node 2 removed." in stepper.inner_text()
    assert view.evaluate("document.activeElement.matches('.gdl-node')")
    press("Control+z", "Control+z")
    assert stepper.locator(".gdl-node").count() == 9 and edges(stepper) == 12


def test_stepper_by_touch(shown):
    view, stepper = shown(width=360)
    at(stepper, 0).evaluate("(e) => e.scrollIntoView({ block: 'center' })")  # away from the page's own bar
    for number in (0, 4):
        box = at(stepper, number).bounding_box()
        view.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert edges(stepper) == 13
    button(stepper, "Add node").tap()
    assert stepper.locator(".gdl-node").count() == 10


def test_targets_are_44_pixels_on_a_phone(shown):
    _, stepper = shown(width=360)
    small = stepper.locator("button, select, summary, .gdl-segments label, .gdl-reach").evaluate_all(
        "(all) => all.filter((e) => e.checkVisibility()).filter((e) => Math.min(e.getBoundingClientRect().height,"
        " e.getBoundingClientRect().width) < 43.5).map((e) => e.textContent || e.className.baseVal)"
    )
    assert small == []


def test_the_value_of_a_chosen_node_is_set(shown):
    _, stepper = shown()
    field = stepper.get_by_role("spinbutton")
    assert field.is_disabled()
    button(stepper, "Reset").click()
    at(stepper, 8).click()
    field.fill("-2.5")
    field.press("Enter")
    assert at(stepper, 8).get_attribute("aria-label") == "Node 8, value −2.5"
    field.fill("99")
    field.press("Enter")
    assert field.input_value() == "-2.5"


def test_stepper_follows_a_link_and_gives_one(shown):
    view, stepper = shown("#stepper?graph=ring&rule=position&step=1&labels=123450&seed=3")
    assert verdict(stepper).startswith("✗")
    assert stepper.get_by_label("Graph", exact=True).input_value() == "ring"
    button(stepper, "Numbers as drawn").click()
    stepper.get_by_role("button", name="Copy link").click()
    assert view.evaluate("location.hash") == "#stepper?graph=ring&rule=position&step=1&seed=3"


def test_the_table_says_what_the_picture_shows(shown):
    _, stepper = shown("#stepper?graph=path&rule=position&step=1&labels=12340")
    stepper.get_by_text("All values as a table").click()
    rows = [row.locator("th, td").all_inner_texts() for row in stepper.locator("tbody tr").all()]
    assert rows[2] == ["2", "1, 3", "0", "0.4", "≠ 0.2"] and len(rows) == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "state",
    ["", "#stepper?graph=decalin+and+bicyclopentyl&rule=WL&step=3", "#stepper?rule=position&labels=380517462"],
    ids=["start", "pair", "defect"],
)
def test_axe_finds_nothing_and_a_phone_shows_all(state, scheme, shown):
    view, stepper = shown(state, width=360, scheme=scheme)
    stepper.get_by_text("All values as a table").click()
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe_finds(view, ".gdl-mount") == {}

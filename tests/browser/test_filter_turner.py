"""The filter turner in the built book: by mouse, by touch, by keyboard, by link."""

import re

import pytest
from accessibility import axe_finds

PAGE, NAME = "notebooks/10_group_convolution.html", "Filter turner"
D4 = "#turner?group=D4&mirror=1&angle=0&kernel=-1+2+1+-1+2+-1+-1+0+-1"


def verdict(widget):
    return widget.locator(".gdl-verdict [role=status]").inner_text()


def button(widget, name):
    return widget.get_by_role("button", name=name, exact=True)


def choose(widget, legend, value):
    widget.get_by_role("group", name=legend, exact=True).locator("label", has_text=re.compile(f"^{value}$")).click()


def shades(widget, name):
    """The cells of each map of a field that are not empty, as [(place in the map, sign)], by channel."""
    return widget.locator(f".gdl-{name} .gdl-matrix").evaluate_all(
        "(maps) => maps.map((m) => [...m.children].map((c, i) => [i, c.dataset.sign]).filter(([, s]) => s !== '0'))"
    )


def test_first_state_shows_the_point_and_each_half_of_the_law_fails(shown):
    _, turner = shown(PAGE, NAME)
    assert verdict(turner).startswith("✓ Turned by 90°: f(g·x) = g·f(x).") and "Largest difference 0" in verdict(turner)
    old, new = shades(turner, "fx"), shades(turner, "fgx")
    assert shades(turner, "gfx") == new and shades(turner, "difference") == [[]] * 4
    turned = [sorted([(8 - i % 9) * 9 + i // 9, sign] for i, sign in channel) for channel in old]  # as numpy.rot90
    assert new == [turned[r - 1] for r in range(4)] != turned
    for law in ("channels only", "maps only"):
        choose(turner, "g·f(x) moves", law)
        assert verdict(turner).startswith("✗") and "half of the law" in verdict(turner)
        assert all(shades(turner, "difference"))
    choose(turner, "g·f(x) moves", "both")
    button(turner, "isotropic").click()
    choose(turner, "g·f(x) moves", "maps only")
    assert verdict(turner).startswith("✓") and "does not matter which channel" in verdict(turner)


def test_the_angle_turns_by_button_slider_and_key(shown):
    view, turner = shown(PAGE, NAME)
    slider, angle = turner.get_by_role("slider", name="Turn g"), turner.locator(".gdl-angle")
    button(turner, "+ 45°").click()
    assert angle.inner_text() == "135°" and "✗ Turned by 135°" in verdict(turner) and "45°" in verdict(turner)
    assert re.search(r"differ by \d+ %", turner.locator(".gdl-here-text").inner_text())
    slider.focus()
    view.keyboard.press("ArrowRight")
    assert angle.inner_text() == "136°"
    view.keyboard.press("PageUp")
    view.keyboard.press("Home")
    assert slider.input_value() == "0" and verdict(turner).startswith("◐ Nothing is turned yet.")
    view.keyboard.press("PageDown")
    assert slider.get_attribute("aria-valuetext") == "315 degrees"
    button(turner, "+ 90°").click()
    assert angle.inner_text() == "45°"
    assert turner.get_by_role("img", name="Largest difference by angle").get_attribute("aria-label").endswith("270°.")
    for expected in ("315°", "0°", "181°", "136°", "135°", "90°"):
        button(turner, "Undo").click()
        assert angle.inner_text() == expected
    assert button(turner, "Undo").is_disabled()


def test_picture_and_kernel_are_painted_by_mouse_and_by_keyboard(shown):
    view, turner = shown(PAGE, NAME)
    button(turner, "Clear").click()
    assert "◐" in verdict(turner) or verdict(turner).startswith("✓")
    grid = turner.get_by_role("grid", name="x, the picture: paint here")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    cell = box["width"] / 9
    view.mouse.move(box["x"] + 2.5 * cell, box["y"] + 4.5 * cell)
    view.mouse.down()
    view.mouse.move(box["x"] + 6.5 * cell, box["y"] + 4.5 * cell, steps=3)
    view.mouse.up()
    assert grid.locator(".gdl-cell[data-sign='+']").count() == 5
    button(turner, "Undo").click()  # a stroke is one step
    assert grid.locator(".gdl-cell[data-sign='+']").count() == 0
    choose(turner, "Paint", "−1")
    grid.focus()
    for key in ("Home", "ArrowRight", "Space", "ArrowDown", "+"):
        view.keyboard.press(key)
    signs = grid.locator(".gdl-cell").evaluate_all("(all) => all.map((c) => c.dataset.sign).join('')")
    assert sorted(signs.replace("0", "")) == ["+", "-"]
    kernel = turner.get_by_role("grid", name="The kernel: paint here")
    kernel.focus()
    view.keyboard.press("Delete")
    assert kernel.locator(".gdl-cell").first.get_attribute("aria-label") == "row 1, column 1: 0"
    view.keyboard.press("Control+z")
    assert kernel.locator(".gdl-cell").first.get_attribute("aria-label") == "row 1, column 1: −1"


def test_a_channel_is_followed_and_the_steps_keep_their_promises(shown):
    _, turner = shown(PAGE, NAME)
    turner.locator(".gdl-fx button").nth(3).click()
    assert turner.get_by_text("Channel 270° of f(x) moves to 0°, its map is turned by 90°.").is_visible()
    chosen = {
        name: turner.locator(f".gdl-{name} .gdl-tile").evaluate_all(
            "(all) => all.findIndex((t) => t.matches('.gdl-chosen'))"
        )
        for name in ("fx", "gfx", "fgx")
    }
    assert chosen == {"fx": 3, "gfx": 0, "fgx": 0}
    steps = turner.locator(".gdl-step")
    for step, mark in ((0, "✗"), (1, "✗"), (2, "✗")):
        steps.nth(step).click()
        assert verdict(turner).startswith(mark)
    assert "C4 has no mirrored pose" in verdict(turner)
    choose(turner, "Poses of the kernel", re.escape("D4 (p4m)"))
    assert verdict(turner).startswith("✓ Mirrored") and len(shades(turner, "fgx")) == 8
    choose(turner, "Poses of the kernel", "one")
    assert verdict(turner).startswith("✗") and turner.get_by_text("One pose, one channel.").is_visible()


def test_turner_follows_a_link_and_gives_one(shown):
    view, turner = shown(PAGE + D4 + "&law=space", NAME)
    assert (
        turner.get_by_role("radio", name="D4 (p4m)").is_checked()
        and turner.get_by_role("radio", name="maps only").is_checked()
    )
    assert button(turner, "mirror").get_attribute("aria-pressed") == "true"
    button(turner, "+ 90°").click()
    button(turner, "bar").click()
    turner.get_by_role("button", name="Copy link").click()
    assert "&kernel=-1+2+1+-1+2+-1+-1+0+-1&group=D4&angle=90&mirror=1&law=space" in view.evaluate("location.hash")


@pytest.mark.parametrize("state", ["", "#turner?angle=45", D4])
def test_it_fits_a_phone_and_works_by_touch(state, shown):
    view, turner = shown(PAGE + state, NAME, width=360)
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    small = turner.locator("button:not(.gdl-tile), input[type=range], .gdl-segments label").evaluate_all(
        "(all) => all.filter((e) => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 43.5)"
        ".map((e) => [e.textContent, e.getBoundingClientRect().width])"
    )
    assert small == []
    before = turner.locator(".gdl-angle").inner_text()
    button(turner, "+ 90°").tap()
    assert turner.locator(".gdl-angle").inner_text() == f"{int(before[:-1]) + 90}°"


@pytest.mark.parametrize(("state", "scheme"), [("", "dark"), ("#turner?angle=45", "light"), (D4, "dark")])
def test_axe_finds_nothing(state, scheme, shown):
    view, _ = shown(PAGE + state, NAME, width=360, scheme=scheme)
    assert axe_finds(view, ".gdl-mount") == {}

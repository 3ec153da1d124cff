"""The filter with hands in the built book: by mouse, by touch, by keyboard, by link."""

import re

import pytest
from accessibility import axe_finds

PAGE, NAME = "notebooks/11_steerable_filters.html", "The filter with hands"
PIXELS, BROKEN = "#hands?tab=pixels&angle=45", "#hands?k2=cosine"


def verdict(widget):
    return widget.locator(".gdl-verdict").inner_text()


def button(widget, name):
    return widget.get_by_role("button", name=name, exact=True)


def dial(widget):
    return widget.get_by_role("slider", name="Turn the filter")


def theta(widget):
    return widget.locator(".gdl-theta").inner_text()


def hand(widget, k):
    return widget.locator(".gdl-one-hand").nth(k)


def drag(view, element, *places):
    """Press at the first place of an element (shares of its box), move to the others, let go."""
    box = element.bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    view.mouse.move(*points[0])
    view.mouse.down()
    for point in points[1:]:
        view.mouse.move(*point, steps=4)
    view.mouse.up()


def blue_of_the_filter(widget):
    """The direction, in degrees, in which the blue of the drawn filter lies."""
    return widget.locator(".gdl-filter canvas").evaluate(
        """(canvas) => {
          const n = canvas.width, data = canvas.getContext("2d").getImageData(0, 0, n, n).data;
          let [x, y] = [0, 0];
          for (let i = 0; i < n * n; i++) {
            const blue = data[4 * i + 2] - data[4 * i] > 60 ? 1 : 0;
            x += blue * ((i % n) - n / 2 + 0.5);
            y -= blue * (Math.floor(i / n) - n / 2 + 0.5);
          }
          return (Math.atan2(y, x) * 180) / Math.PI;
        }"""
    )


def test_first_state_shows_the_point_without_a_click(shown):
    _, widget = shown(PAGE, NAME)
    assert verdict(widget).startswith("✓ The curve is exact.") and "5 convolutions, 360 responses" in verdict(widget)
    assert re.search(r"360 turned filters: \de−1[5-7]\.", verdict(widget))
    assert theta(widget) == "θ = 40°" and abs(blue_of_the_filter(widget) - 40) < 3
    names = [hand(widget, k).get_attribute("aria-label") for k in range(4)]
    assert [name.split(",")[0] for name in names] == [
        "Hand k = 0: does not turn", "Hand k = 1: turned 40°", "Hand k = 2: turned 80°", "Hand k = 3: off"
    ]  # fmt: skip
    total = float(widget.locator(".gdl-total b").inner_text().replace("−", "-"))
    shares = [float(hand(widget, k).locator("b").inner_text().replace("−", "-")) for k in range(3)]
    assert total == pytest.approx(sum(shares), abs=0.02)


def test_the_filter_follows_the_mouse_and_no_curve_is_drawn_again(shown):
    view, widget = shown(PAGE, NAME)
    curve = widget.locator(".gdl-above-zero-line").get_attribute("d")
    drag(view, dial(widget), (0.9, 0.5), (0.5, 0.06))
    assert theta(widget) == "θ = 90°" and abs(blue_of_the_filter(widget) - 90) < 3
    drag(view, dial(widget), (0.5, 0.06), (0.06, 0.5), (0.12, 0.6))
    assert -180 < int(re.search(r"−\d+", theta(widget))[0].replace("−", "-")) < -150
    assert widget.locator(".gdl-above-zero-line").get_attribute("d") == curve
    for angle in ("90°", "40°"):
        button(widget, "Undo").click()  # a drag is one step
        assert theta(widget) == f"θ = {angle}"
    assert button(widget, "Undo").is_disabled()


def test_the_ring_is_dragged_and_the_curve_changes(shown):
    view, widget = shown(PAGE, NAME)
    picture, curve = widget.locator(".gdl-picture"), widget.locator(".gdl-above-zero-line")
    before = curve.get_attribute("d")
    drag(view, picture, (0.5, 0.5), (0.8, 0.3))
    assert curve.get_attribute("d") != before and "column 52, row 20" in picture.get_attribute("aria-label")
    assert verdict(widget).startswith("✓")


def test_the_keyboard_turns_and_moves_and_undoes(shown):
    view, widget = shown(PAGE, NAME)
    dial(widget).focus()
    for key, angle in [("ArrowRight", 45), ("Shift+ArrowUp", 46), ("ArrowDown", 41), ("Shift+ArrowLeft", 40),
                       ("PageUp", 85), ("End", 180), ("ArrowRight", -175), ("Home", 0), ("PageDown", -45)]:  # fmt: skip
        view.keyboard.press(key)
        assert dial(widget).get_attribute("aria-valuenow") == str(angle)
    assert dial(widget).get_attribute("aria-valuetext") == "minus 45 degrees"
    view.keyboard.press("Control+z")
    assert theta(widget) == "θ = 0°"
    picture = widget.get_by_role("application")
    picture.focus()
    view.keyboard.press("ArrowRight")
    view.keyboard.press("Shift+ArrowUp")
    assert "column 24, row 43" in picture.get_attribute("aria-label")
    hand(widget, 3).focus()
    view.keyboard.press("Enter")
    assert "7 convolutions" in verdict(widget) and hand(widget, 3).get_attribute("aria-pressed") == "true"


def test_without_a_sine_the_filter_refuses_to_turn(shown):
    view, widget = shown(PAGE, NAME)
    button(widget, "Forbid sin 2φ").click()
    assert verdict(widget).startswith("✗ It refuses to turn.") and "66 % is missing at 40°" in verdict(widget)
    assert hand(widget, 2).get_attribute("data-hand") == "cosine" and widget.locator(".gdl-ought").get_attribute("d")
    drag(view, dial(widget), (0.9, 0.5), (0.5, 0.06))
    assert "Nothing is missing at 90°" in verdict(widget) and verdict(widget).startswith("✗")
    button(widget, "Give it back").click()
    assert verdict(widget).startswith("✓") and widget.locator(".gdl-ought").get_attribute("d") == ""


def test_on_pixels_90_is_exact_and_45_is_not(shown):
    _, widget = shown(PAGE, NAME)
    widget.locator(".gdl-tabs label", has_text="On pixels").click()
    assert verdict(widget).startswith("✗ Not exact at 40°.")
    button(widget, "Try 90°").click()
    assert verdict(widget).startswith("✓ Exact at 90°.") and "rounding" in verdict(widget)
    button(widget, "Try 45°").click()
    assert verdict(widget).startswith("✗ Not exact at 45°. Error 0.8 %.") and widget.get_by_text("≠").is_visible()
    curve = widget.get_by_role("img", name="Error against the angle from 0° to 90°: 0.8 % at 45°, 0 % at 90°")
    curve.wait_for(timeout=10_000)  # a point a frame


def test_the_verdict_is_spoken_when_the_hand_rests(shown):
    view, widget = shown(PAGE, NAME)
    spoken = widget.locator(".gdl-verdict [role=status]")
    view.wait_for_timeout(700)
    assert spoken.text_content().startswith("✓ The curve is exact.")
    spoken.evaluate(
        "(e) => { window.said = []; new MutationObserver(() => window.said.push(e.textContent))"
        ".observe(e, { childList: true, characterData: true, subtree: true }); }"
    )
    button(widget, "Forbid sin 2φ").click()
    drag(view, dial(widget), (0.9, 0.5), (0.7, 0.2), (0.5, 0.06))
    view.wait_for_timeout(700)
    assert [text[:22] for text in view.evaluate("window.said")] == ["✗ It refuses to turn. "]


def test_the_folded_line_says_the_present_values(shown):
    _, widget = shown(PAGE + "#hands?picture=star&size=medium&show=response&k2=cosine&k3=cosine", NAME)
    fold = widget.locator(".gdl-folded summary")
    assert "star · response everywhere · medium filter · without sin 2φ and sin 3φ" in fold.inner_text()
    assert widget.get_by_role("group", name="Picture").is_hidden()
    fold.click()
    widget.get_by_role("group", name="Picture").locator("label", has_text="rings").click()
    widget.get_by_role("group", name="k = 1").locator("label", has_text="off").click()
    assert "rings" in fold.inner_text() and hand(widget, 1).get_attribute("data-hand") == "off"


def test_the_widget_follows_a_link_and_gives_one(shown):
    view, widget = shown(PAGE + PIXELS + "&picture=rings", NAME)
    assert verdict(widget).startswith("✗ Not exact at 45°.")
    widget.get_by_role("button", name="Copy link").click()
    assert view.evaluate("location.hash").startswith("#hands?tab=pixels&angle=45&k1=both&k2=both&k3=off&picture=rings")


def test_a_new_angle_is_swept_to_and_reached(shown):
    view, widget = shown(PAGE + PIXELS, NAME)
    view.emulate_media(reduced_motion="no-preference")
    dial(widget).evaluate(
        "(e) => { window.angles = []; new MutationObserver(() => window.angles.push(Number(e.ariaValueNow)))"
        ".observe(e, { attributes: true, attributeFilter: ['aria-valuenow'] }); }"
    )
    button(widget, "Try 90°").click()
    view.wait_for_function("window.angles.at(-1) === 90", timeout=5000)
    angles = view.evaluate("window.angles")
    assert angles == sorted(angles) and verdict(widget).startswith("✓ Exact at 90°.")
    view.emulate_media(reduced_motion="reduce")
    view.evaluate("window.angles = []")
    button(widget, "Try 45°").click()
    assert view.evaluate("window.angles") == [45]


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
@pytest.mark.parametrize("link", ["", BROKEN, PIXELS])
def test_picture_verdict_and_handle_share_a_screen(width, height, link, shown):
    """Scrolled so that the card begins below the title of a chapter, 110 px from the top."""
    _, widget = shown(PAGE + link, NAME, width=width, height=height)
    widget.evaluate("(w) => scrollBy(0, w.getBoundingClientRect().top - 110)")
    verdict_box = widget.locator(".gdl-verdict").bounding_box()
    assert verdict_box["y"] + verdict_box["height"] <= height
    for part in (".gdl-turn-dial", ".gdl-picture", ".gdl-plot:not([hidden])"):
        box = widget.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= verdict_box["y"], part
    assert widget.bounding_box()["height"] <= 2.5 * 740


@pytest.mark.parametrize("link", ["", BROKEN, PIXELS])
def test_it_fits_a_phone_and_works_by_touch(link, shown):
    view, widget = shown(PAGE + link, NAME, width=360, height=740)
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    small = widget.locator("button, summary, .gdl-segments label").evaluate_all(
        "(all) => all.filter((e) => e.offsetParent).map((e) => [e.textContent, e.getBoundingClientRect()])"
        ".filter(([, box]) => Math.min(box.height, box.width) < 43.5).map(([text]) => text)"
    )
    assert small == []
    box = dial(widget).bounding_box()
    view.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 0.06 * box["height"])
    assert theta(widget) == "θ = 90°"
    assert dial(widget).evaluate("(e) => getComputedStyle(e).touchAction") == "none"
    assert widget.locator(".gdl-field-of-plot").first.evaluate("(e) => getComputedStyle(e).touchAction") == "pan-y"


def test_a_phone_shows_one_step_at_a_time(shown):
    _, widget = shown(PAGE, NAME, width=360, height=740)
    steps = widget.locator(".gdl-step")
    for i, mark in enumerate("✓✗✗"):
        assert [step.is_visible() for step in steps.all()] == [k == i for k in range(3)]
        steps.nth(i).tap()
        assert verdict(widget).startswith(mark)
        button(widget, "Next step").tap()
    assert steps.first.is_visible()


def test_a_page_that_runs_from_right_to_left_mirrors_nothing(shown):
    view, widget = shown(PAGE, NAME)
    view.evaluate("document.documentElement.dir = 'rtl'")
    picture, plot = (widget.locator(name).bounding_box() for name in (".gdl-picture", ".gdl-plot:not([hidden])"))
    assert dial(widget).bounding_box()["x"] < picture["x"] < plot["x"]
    drag(view, dial(widget), (0.5, 0.06), (0.94, 0.5))
    assert theta(widget) == "θ = 0°"


@pytest.mark.parametrize(("link", "scheme"), [("", "light"), ("", "dark"), (BROKEN, "dark"), (PIXELS, "light")])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(link, scheme, width, shown):
    view, _ = shown(PAGE + link, NAME, width=width, scheme=scheme)
    assert axe_finds(view, ".gdl-mount") == {}

"""Spin the Earth in a browser: by mouse, by touch, by keyboard, by link; on the first screen; calm."""

import re

import pytest
from accessibility import axe_finds

from gdl_course.widgets import SpinTheEarth

expect = pytest.importorskip("playwright.sync_api").expect
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def verdict(earth):
    """What is spoken: the verdict, when it has stood still."""
    return earth.locator(".gdl-verdict [role=status]")


def button(earth, name):
    return earth.get_by_role("button", name=name, exact=True)


def globe(earth, side="pixels"):
    return earth.get_by_label(f"The Earth, turned in {side}")


def unfold(earth):
    earth.locator(".gdl-folded summary").click()


def choose(earth, legend, text):
    group = earth.get_by_role("group", name=legend, exact=True)
    group.locator("label", has_text=re.compile(f"^{re.escape(text)}$")).click()


def state(view, earth):
    """The state that the link names, as a dictionary of text."""
    earth.get_by_role("button", name="Copy link").click()
    hash_ = view.evaluate("location.hash")
    return dict(pair.split("=") for pair in hash_.partition("?")[2].split("&"))


def colour(earth, side, across, down):
    """The colour (r, g, b) of a globe at a place, in shares of its width and height."""
    return globe(earth, side).evaluate(
        "(c, [x, y]) => [...c.getContext('2d').getImageData(x * c.width, y * c.height, 1, 1).data].slice(0, 3)",
        [across, down],
    )


def blue(rgb):
    return rgb[2] - rgb[0] > 80


def drag(view, earth, start, end, side="pixels"):
    box = globe(earth, side).bounding_box()
    at = lambda place: (box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"])
    view.mouse.move(*at(start))
    view.mouse.down()
    view.mouse.move(*at(end), steps=5)
    view.mouse.up()


def test_first_state_shows_the_point(alone):
    """North and South America are where the coasts are, on both globes, and the verdict says so."""
    _, earth = alone(SpinTheEarth())
    expect(verdict(earth)).to_contain_text("✓ The same globe, up to the pixels. Largest difference 0.017 of the range.")
    for side in ("pixels", "coefficients"):
        assert blue(colour(earth, side, 0.62, 0.36)) and not blue(colour(earth, side, 0.3, 0.5))
    triangle = earth.get_by_role("img", name="A triangle of 289 coefficients")
    assert "0: 1.111 and 1.110" in triangle.get_attribute("aria-label")


def test_a_globe_is_dragged_and_what_is_under_the_hand_follows(alone):
    view, earth = alone(SpinTheEarth())
    before = state(view, earth)["turn"]
    assert blue(colour(earth, "coefficients", 0.62, 0.36))
    for side in ("pixels", "coefficients"):
        drag(view, earth, (0.62, 0.36), (0.36, 0.5), side)
        expect(verdict(earth)).to_contain_text("✓")
        assert blue(colour(earth, "pixels", 0.36, 0.5)) and blue(colour(earth, "coefficients", 0.36, 0.5))
        assert state(view, earth)["turn"] != before
        button(earth, "Undo").click()  # a drag is one step
        assert state(view, earth)["turn"] == before
    assert button(earth, "Undo").is_disabled()


def test_the_bars_stand_still_while_the_entries_churn(alone):
    view, earth = alone(SpinTheEarth(pixel="none"))
    label = lambda: earth.locator(".gdl-triangle").get_attribute("aria-label")
    picture = lambda: earth.locator(".gdl-triangle").evaluate("(c) => c.toDataURL()")
    energies, cells = label(), picture()
    drag(view, earth, (0.5, 0.5), (0.7, 0.4))
    expect(verdict(earth)).to_contain_text("✓ The same globe.")
    assert label() == energies and picture() != cells


def test_a_globe_is_turned_by_keys(alone):
    view, earth = alone(SpinTheEarth(turn=[10000, 0, 0, 0]))
    globe(earth).focus()
    angle = earth.locator(".gdl-angle")
    expect(angle).to_have_text("turned by 0°")
    view.keyboard.press("ArrowRight")
    expect(angle).to_have_text("turned by 10°")
    assert state(view, earth)["turn"] == "9962.0.0.872"  # about the pole, eastwards
    globe(earth, "coefficients").focus()
    for key in ("ArrowLeft", "PageUp", "ArrowDown", "ArrowDown"):
        view.keyboard.press(key)
    expect(angle).to_have_text(re.compile("turned by 2[0-9]°"))
    view.keyboard.press("Home")
    expect(angle).to_have_text("turned by 0°")
    view.keyboard.press("Control+z")
    expect(angle).to_have_text(re.compile("turned by 2[0-9]°"))


def test_a_cut_melts_the_continents(alone):
    view, earth = alone(SpinTheEarth())
    slider = earth.get_by_role("slider")
    slider.focus()
    view.keyboard.press("Home")
    expect(verdict(earth)).to_contain_text("◐ Nothing to turn.")
    assert abs(sum(colour(earth, "pixels", 0.4, 0.5)) - sum(colour(earth, "pixels", 0.6, 0.5))) < 6
    for _ in range(3):
        view.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "16 coefficients"
    expect(earth.get_by_text("16 numbers times D")).to_be_visible()
    expect(verdict(earth)).to_contain_text("✓")


@pytest.mark.parametrize("name", ["(−1)ᵐ lost", "θ ↔ φ", "Dᵀ"])
def test_each_slip_drives_the_globes_apart_and_is_told_with_its_number(name, alone):
    _, earth = alone(SpinTheEarth())
    unfold(earth)
    choose(earth, "Convention", name)
    expect(verdict(earth)).to_contain_text(re.compile(r"✗ Not the same globe\. Largest difference 0\.[5-9]\d? of the"))
    expect(earth.locator(".gdl-folded .gdl-values")).to_have_text(f"3° · {name}")
    expect(earth.locator(".gdl-right strong")).to_have_text("≠ turned in coefficients")
    places = [(0.3, 0.3), (0.62, 0.36), (0.4, 0.5), (0.5, 0.7), (0.7, 0.6)]
    assert any(blue(colour(earth, "pixels", *place)) != blue(colour(earth, "coefficients", *place)) for place in places)
    choose(earth, "Convention", "right")
    expect(verdict(earth)).to_contain_text("✓")


def test_finer_pixels_close_the_gap(alone):
    _, earth = alone(SpinTheEarth())
    unfold(earth)
    for name, gap in (("5°", "0.043"), ("1.5°", "0.0043"), ("none", r"\de−1\d")):
        choose(earth, "Size of a pixel", name)
        expect(verdict(earth)).to_contain_text(re.compile(f"✓ .*Largest difference {gap} of the range"))


def test_spin_turns_once_round_and_comes_back(alone):
    view, earth = alone(SpinTheEarth(), motion="no-preference")
    before = state(view, earth)["turn"]
    button(earth, "Spin").click()
    view.wait_for_function(
        "(before) => document.querySelector('.gdl-angle').textContent !== before", arg="turned by 100°"
    )
    button(earth, "Stop").click()
    assert state(view, earth)["turn"] != before
    button(earth, "Undo").click()
    assert state(view, earth)["turn"] == before
    button(earth, "Spin").click()
    button(earth, "Spin").wait_for(timeout=20_000)
    assert state(view, earth)["turn"] == before


def test_with_reduced_motion_spin_is_one_step(alone):
    view, earth = alone(SpinTheEarth(turn=[10000, 0, 0, 0]))
    button(earth, "Spin").click()
    assert state(view, earth)["turn"] == "7071.0.0.7071" and button(earth, "Spin").is_visible()


def test_the_verdict_is_not_spoken_at_every_move(alone):
    """The text of the live region changes far less often than the globe."""
    _, earth = alone(SpinTheEarth())
    moves, spoken = globe(earth).evaluate(
        """async (canvas) => {
            const box = canvas.getBoundingClientRect();
            const at = (type, x) => canvas.dispatchEvent(new PointerEvent(type,
                { clientX: box.left + x * box.width, clientY: box.top + 0.5 * box.height, pointerId: 1 }));
            canvas.setPointerCapture = () => {};
            let spoken = 0;
            const status = document.querySelector(".gdl-verdict [role=status]");
            const all = { subtree: true, childList: true, characterData: true };
            new MutationObserver(() => spoken++).observe(status, all);
            at("pointerdown", 0.4);
            for (let i = 0; i < 40; i++) {
                at("pointermove", 0.4 + i / 200);
                await new Promise(requestAnimationFrame);
            }
            return [40, spoken];
        }"""
    )
    assert spoken < moves / 3


def test_the_steps_keep_their_promises(alone):
    view, earth = alone(SpinTheEarth(convention="sign"))
    steps = earth.locator(".gdl-step")
    for step, mark in ((0, "✓"), (1, "✓"), (2, "✗")):
        steps.nth(step).click()
        expect(verdict(earth)).to_contain_text(mark)
    assert state(view, earth)["convention"] == "transposed"


def test_it_follows_a_link_and_gives_one(alone):
    link = "#earth?turn=1.2.3.4&degree=7&pixel=1.5&convention=transposed"
    view, earth = alone(SpinTheEarth(), hash=link)
    expect(verdict(earth)).to_contain_text("✗")
    expect(earth.get_by_text("28 800 pixels looked up")).to_be_visible()
    state(view, earth)
    assert view.evaluate("location.hash") == link


# ---- the page ----


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("hash_", ["", "#earth?convention=sign", "#earth?pixel=none"])
def test_picture_verdict_and_main_control_are_on_the_first_screen(hash_, screen, alone):
    view, earth = alone(SpinTheEarth(), hash=hash_, **screen)
    view.evaluate("window.scrollTo(0, 0)")
    picture = [globe(earth), globe(earth, "coefficients"), earth.locator(".gdl-triangle")]
    for part in (*picture, earth.get_by_role("slider"), earth.locator(".gdl-verdict")):
        box = part.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= screen["height"], part
    assert earth.bounding_box()["height"] <= 2.5 * 740
    assert view.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def test_a_page_keeps_as_much_room_as_the_widget_takes(alone):
    for screen, kept in zip((DESK, PHONE), SpinTheEarth.page_height, strict=True):
        _, earth = alone(SpinTheEarth(), **screen)
        assert abs(earth.bounding_box()["height"] - kept) < 40


def test_on_a_phone_there_is_one_step_at_a_time(alone):
    _, earth = alone(SpinTheEarth(), **PHONE)
    steps = earth.locator(".gdl-step")
    for current in (0, 1, 2, 0):
        assert [step.is_visible() for step in steps.all()] == [i == current for i in range(3)]
        button(earth, "Next step").tap()


def test_it_works_by_touch(alone):
    view, earth = alone(SpinTheEarth(), **PHONE)
    unfold(earth)
    small = earth.locator("button:visible, input[type=range]:visible, .gdl-segments label, summary").evaluate_all(
        "(all) => all.filter((e) => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 43.5)"
        ".map((e) => [e.textContent, e.getBoundingClientRect().height, e.getBoundingClientRect().width])"
    )
    assert small == []
    assert globe(earth).evaluate("(e) => getComputedStyle(e).touchAction") == "none"  # a finger turns it
    assert view.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_page_that_runs_from_right_to_left_does_not_mirror_it(alone):
    view, earth = alone(SpinTheEarth(), direction="rtl", **PHONE)
    assert globe(earth).bounding_box()["x"] < globe(earth, "coefficients").bounding_box()["x"]
    assert blue(colour(earth, "pixels", 0.62, 0.36)) and not blue(colour(earth, "pixels", 0.3, 0.5))
    assert view.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_globes_follow_the_theme_of_the_page(alone):
    view, earth = alone(SpinTheEarth())
    light = colour(earth, "pixels", 0.4, 0.5)
    view.evaluate("document.documentElement.dataset.theme = 'dark'")
    view.wait_for_timeout(100)
    dark = colour(earth, "pixels", 0.4, 0.5)
    assert min(light) > 180 and max(dark) < 110


@pytest.mark.parametrize(("hash_", "scheme"), [("", "dark"), ("#earth?convention=sign", "light")])
def test_axe_finds_nothing(hash_, scheme, alone):
    view, earth = alone(SpinTheEarth(), hash=hash_, scheme=scheme, **PHONE)
    unfold(earth)
    assert axe_finds(view, ".gdl-mount") == {}

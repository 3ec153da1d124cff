"""The blueprint builder in the built book: by mouse, by touch, by keyboard, by link."""

import re

import pytest
from accessibility import axe_finds

from gdl_course import blueprint
from gdl_course.widgets import BlueprintBuilder

PAGE, NAME = "notebooks/17_blueprint.html", "Blueprint builder"
ROWS = blueprint.DOMAINS
READY = [name for name, row in ROWS.items() if not row.planned]
PLANNED = [name for name, row in ROWS.items() if row.planned]
START, OTHER = READY[:2]
SWAP = ROWS[START].swaps["invariant"][0]
MODULES, LETTERS = ".gdl-stack strong", ".gdl-weights-slot .gdl-cell"
BROKEN = f"#blueprint?domain={START}&output=invariant&swap={SWAP.name}"
STATES = ["#blueprint?swap=", BROKEN, *(f"#blueprint?domain={name}&output=equivariant&swap=" for name in ROWS)]


@pytest.fixture
def shown(shown):
    """shown(link, **options) -> (page, the widget of this file)."""
    return lambda link="", **options: shown(PAGE + link, NAME, **options)


def verdict(widget):
    return widget.locator(".gdl-verdict [role=status]").inner_text()


def button(widget, name):
    return widget.get_by_role("button", name=name, exact=True)


def cell(widget):
    return widget.locator(".gdl-cell-text code").text_content()


def numbers(widget):
    """The counts that are shown, by prior."""
    rows = [row.locator("th, td").all_inner_texts() for row in widget.locator(".gdl-counts tr:not([hidden])").all()]
    return {name: int(re.sub(r"\D", "", number)) for name, _, number, _ in rows}


def choose(widget, name):
    widget.locator(f"label[for$='-{name}']").click()


def test_the_first_state_shows_the_point(shown):
    _, builder = shown()
    counts = BlueprintBuilder().counts
    assert verdict(builder).startswith("✓")
    assert list(numbers(builder).values()) == [count for count in counts.values() if count is not None]
    assert len(set(builder.locator(LETTERS).all_inner_texts())) == counts["symmetry"]
    assert cell(builder) == BlueprintBuilder().cell


def test_a_domain_brings_its_group_its_layer_and_its_cell(shown):
    (_, builder), expected = shown(), BlueprintBuilder()
    for name in READY:
        choose(builder, name)
        expected.domain = name  # both keep the size where it fits
        assert expected.row["group"] in builder.locator(".gdl-signal").inner_text()
        assert builder.locator(MODULES).all_inner_texts() == [module["name"] for module in expected.plan["modules"]]
        assert numbers(builder)["symmetry"] == expected.counts["symmetry"]
        for expected.output in ("equivariant", "invariant"):
            choose(builder, expected.output)
            assert cell(builder) == expected.cell


def test_a_planned_domain_says_so_and_has_no_cell(shown):
    _, builder = shown()
    for name in PLANNED:
        choose(builder, name)
        assert verdict(builder).startswith("◐ Planned") and ROWS[name].chapter in verdict(builder)
        assert builder.get_by_text(ROWS[name].layer, exact=True).is_visible()
        assert not builder.locator(".gdl-export").is_visible() and not builder.locator(".gdl-panels").is_visible()


def test_it_says_when_only_trivial_maps_exist(shown):
    _, builder = shown("#blueprint?domain=points")
    sentence = BlueprintBuilder(domain="points").row["trivial"]["invariant"]
    assert sentence.startswith("Only the zero map") and sentence in verdict(builder)


def test_a_swap_breaks_the_network_and_can_be_put_back(shown):
    _, builder = shown()
    place = builder.locator(f".gdl-module[data-at='{SWAP.at}']")
    place.click()
    builder.locator(".gdl-tray label", has_text=re.compile(f"^{re.escape(SWAP.title)}$")).click()
    assert verdict(builder).startswith("✗") and SWAP.why in verdict(builder)
    assert builder.locator(MODULES).nth(SWAP.at).inner_text() == f"✗ {SWAP.title}"
    assert builder.locator("[data-broken]").count() == 1
    lawful = ROWS[START].parts["invariant"][SWAP.at].name
    button(builder, f"Put {lawful} back").click()
    assert verdict(builder).startswith("✓") and builder.locator("[data-broken]").count() == 0
    for mark in ("✗", "✓"):
        button(builder, "Undo").click()
        assert verdict(builder).startswith(mark)
    assert button(builder, "Undo").is_disabled()


def test_the_sliders_change_layer_and_cell_and_a_slide_is_one_step_to_undo(shown):
    view, builder = shown()
    values, start = ROWS[START].sizes, ROWS[START].start
    slider = builder.get_by_role("slider").first
    slider.focus()
    view.keyboard.press("End")
    expected = BlueprintBuilder(size=values[-1])
    assert numbers(builder)["symmetry"] == expected.counts["symmetry"] and cell(builder) == expected.cell
    assert slider.get_attribute("aria-valuetext") == str(values[-1])
    assert builder.locator(LETTERS).count() == values[-1] ** 2
    view.keyboard.press("Control+z")
    assert cell(builder) == BlueprintBuilder(size=start).cell
    builder.get_by_role("slider", name="Channels").focus()
    view.keyboard.press("Home")
    assert cell(builder) == BlueprintBuilder(channels=1).cell


WHERE = "(all) => all.map((e) => [e.getAttribute('transform'), e.textContent])"


def test_every_move_of_the_group_can_be_made_and_taken_back(shown):
    _, builder = shown()
    for name in READY:
        choose(builder, name)
        values = builder.locator(".gdl-value")
        before, pattern = values.evaluate_all(WHERE), builder.locator(LETTERS).all_inner_texts()
        sample = BlueprintBuilder(domain=name).sample
        rows_are_places = len(sample["orbits"]) % len(sample["places"]) == 0  # those of the sphere are coefficients
        for move in sample["moves"]:
            builder.locator(".gdl-move", has_text=re.compile(f"^{re.escape(move['label'])}$")).click()
            assert values.evaluate_all(WHERE) != before and builder.locator(LETTERS).all_inner_texts() == pattern
            said = builder.locator(".gdl-moved").inner_text()
            assert ("W stays the same" in said) == ("images" in move and rows_are_places)
            button(builder, "Back").click()
            assert values.evaluate_all(WHERE) == before


def test_the_group_moves_for_a_fifth_of_a_second_and_stops(shown):
    """With motion allowed, the points are on their way at first, and later at rest."""
    view, builder = shown()
    view.emulate_media(reduced_motion="no-preference")
    read = "[...document.querySelectorAll('.gdl-value')].map((e) => e.getAttribute('transform'))"
    started = builder.locator(".gdl-move").first.evaluate(f"(b) => {{ b.click(); return {read}; }}")
    view.wait_for_timeout(400)
    rest = view.evaluate(read)
    assert started != rest
    view.wait_for_timeout(200)
    assert view.evaluate(read) == rest
    assert view.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length") == 0


def test_the_weights_can_be_walked_through(shown):
    _, builder = shown()
    said = builder.locator(".gdl-orbit-said")
    assert said.inner_text() == f"{BlueprintBuilder().counts['symmetry']} weights"
    button(builder, "Next weight").click()
    assert re.match(r"a\s+in \d+ places", said.inner_text())
    dim = builder.locator(".gdl-weights-slot [data-other=true]").count()
    assert 0 < dim < builder.locator(LETTERS).count()
    button(builder, "Previous weight").click()
    assert not said.inner_text().startswith("a")


def test_the_cell_is_copied_or_selected_where_the_clipboard_is_out_of_reach(shown):
    view, builder = shown()
    view.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(builder, "Copy the cell").click()
    builder.get_by_text("Copied.").wait_for(timeout=5000)
    assert view.evaluate("navigator.clipboard.readText()") == BlueprintBuilder().cell
    view.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")
    button(builder, "Copy the cell").click()
    builder.get_by_text("The cell is selected").wait_for(timeout=5000)
    assert view.evaluate("getSelection().toString()").strip() == BlueprintBuilder().cell.strip()


def test_builder_by_keyboard_alone(shown):
    view, builder = shown()
    builder.get_by_role("radio", name=ROWS[START].title).first.focus()
    view.keyboard.press("ArrowRight")
    assert cell(builder) == BlueprintBuilder(domain=OTHER).cell
    view.keyboard.press("Control+z")
    place = builder.locator(f".gdl-module[data-at='{SWAP.at}']")
    place.focus()
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.matches('.gdl-module')")
    view.keyboard.press("Tab")
    while not view.evaluate("document.activeElement.matches('.gdl-tray input')"):
        view.keyboard.press("Tab")
    view.keyboard.press("ArrowRight")
    assert verdict(builder).startswith("✗")


def test_builder_by_touch(shown):
    _, builder = shown(width=360)
    builder.locator(f"label[for$='-{OTHER}']").tap()
    builder.locator(".gdl-move").first.tap()
    button(builder, "Back").tap()
    assert cell(builder) == BlueprintBuilder(domain=OTHER).cell


def test_the_steps_to_try_show_what_they_promise(shown):
    _, builder = shown()
    said = ("Max-pool 2", "moves", "ReLU on vectors")
    for place, words in zip(builder.locator(".gdl-step").all(), said, strict=True):
        promised = place.locator(".gdl-expect").inner_text()
        place.click()
        assert promised[0] in "✓✗" and verdict(builder).startswith(promised[0]) and words in verdict(builder)


def test_builder_follows_a_link_and_gives_one(shown):
    view, builder = shown(BROKEN + "&channels=4")
    assert verdict(builder).startswith("✗")
    assert builder.get_by_role("radio", name=SWAP.title).is_checked()
    button(builder, "Undo").click()
    assert verdict(builder).startswith("✓")
    builder.get_by_role("button", name="Copy link").click()
    expected = f"#blueprint?domain={START}&output=invariant&size={ROWS[START].start}&channels=16"
    assert view.evaluate("location.hash") == expected


def test_targets_are_44_pixels_on_a_phone(shown):
    _, builder = shown(BROKEN, width=360)
    small = builder.locator("button, input[type=range], .gdl-segments label, .gdl-domain-cards label").evaluate_all(
        "(all) => all.filter((e) => e.checkVisibility()).filter((e) => Math.min(e.getBoundingClientRect().height,"
        " e.getBoundingClientRect().width) < 43.5).map((e) => [e.textContent, e.getBoundingClientRect().width])"
    )
    assert small == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_sticks_out(width, shown):
    view, builder = shown(width=width)
    for state in STATES:
        view.evaluate("(state) => { location.hash = state; }", state)
        assert view.evaluate("document.documentElement.scrollWidth") <= width, state
        cut = builder.locator("td, th, button, label, .gdl-module, .gdl-orbit").evaluate_all(
            "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
        )
        assert cut == [], state


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme, shown):
    view, _ = shown(width=360, scheme=scheme)
    for state in (STATES[0], BROKEN, STATES[-1]):
        view.evaluate("(state) => { location.hash = state; }", state)
        assert axe_finds(view, ".gdl-mount") == {}, state

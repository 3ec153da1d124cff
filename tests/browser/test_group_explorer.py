"""The group explorer in the built book, in a real browser: by mouse, by touch, by keyboard, from a link."""

import pytest
from accessibility import axe_finds

PAGE, NAME = "notebooks/03_groups.html", "Group explorer"
KLEIN = "#group?group=S4&element=1&other=-1&generators=1.2"
PLANE = "#group?group=D6&element=2&other=7&generators=3&matrices=plane"


@pytest.fixture
def shown(shown):
    """shown(link, **options) -> (page, the widget of this file)."""
    return lambda link="", **options: shown(PAGE + link, NAME, **options)


def verdict(explorer):
    return explorer.locator(".gdl-verdict [role=status]").inner_text()


def node(explorer, name):
    """A node of the Cayley graph; its label goes on with what it is."""
    return explorer.locator(f".gdl-node[aria-label='{name}'], .gdl-node[aria-label^='{name}, ']")


def cell(explorer, label):
    return explorer.get_by_role("grid").locator(f"[aria-label='{label}']")


def matrix(explorer, letters):
    return explorer.get_by_role("img", name=f"ρ({letters}) =").get_attribute("aria-label")


@pytest.mark.parametrize("link", ["", KLEIN, "#group?group=Q8", "#group?group=A4&generators=4&other=1"])
@pytest.mark.parametrize("width", [360, 1280])
def test_explorer_fits_the_page(link, width, shown):
    view, explorer = shown(link, width=width)
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    box = explorer.bounding_box()
    outside = explorer.evaluate(
        "(w, right) => [...w.querySelectorAll('button, label, svg, [role=grid], table, figure')]"
        ".filter((e) => e.getClientRects().length)"
        ".filter((e) => e.getBoundingClientRect().right > right || e.getBoundingClientRect().left < 0)"
        ".map((e) => e.outerHTML.slice(0, 80))",
        box["x"] + box["width"],
    )
    assert outside == []


@pytest.mark.parametrize("width", [360, 1280])
def test_rows_and_frames_of_the_table_stay_in_step(width, shown):
    """A heading of two lines must not stretch its row away from the frame that marks it."""
    _, explorer = shown("#group?group=A4&element=4&other=1", width=width)
    chosen = cell(explorer, "(012) · (01)(23) = (023)").bounding_box()
    frame = explorer.locator(".gdl-frame-gh").bounding_box()
    assert all(abs(chosen[side] - frame[side]) < 1.5 for side in ("x", "y", "width", "height"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("link", ["", KLEIN, PLANE, "#group?group=Q8&other=4"])
def test_axe_finds_nothing(link, scheme, shown):
    view, _ = shown(link, scheme=scheme)
    assert axe_finds(view, ".gdl-mount") == {}


def test_a_click_on_a_cell_is_seen_everywhere(shown):
    _, explorer = shown()
    cell(explorer, "s · r = r³s").click()
    assert verdict(explorer).startswith("✗ First r, then s, is gh = r³s.")
    assert node(explorer, "s").get_attribute("aria-label") == "s, g"
    assert node(explorer, "r³s").get_attribute("aria-label") == "r³s, gh"
    assert matrix(explorer, "g") == "ρ(g) = 1 0 0 0; 0 0 0 1; 0 0 1 0; 0 1 0 0"
    assert explorer.get_by_role("img", name="after r: turns by 90°").count() == 1
    assert explorer.get_by_role("img", name="after r³s: mirrors in the line at 135°").count() == 1
    assert cell(explorer, "s · r = r³s").get_attribute("aria-selected") == "true"


def test_a_click_in_the_graph_chooses_g_and_then_h(shown):
    _, explorer = shown()
    explorer.get_by_role("button", name="Only g").click()
    node(explorer, "r²").click()
    assert verdict(explorer).startswith("✓ r² commutes with everything.")
    explorer.locator("label").get_by_text("h", exact=True).click()
    node(explorer, "rs").click()
    assert verdict(explorer).startswith("✓ First rs, then r², is gh = r³s.")
    explorer.get_by_role("button", name="Undo").click()
    assert verdict(explorer).startswith("✓ r² commutes with everything.")


def test_a_subgroup_colours_its_cosets(shown):
    _, explorer = shown("#group?group=D4&element=4&other=-1")
    explorer.get_by_role("button", name="⟨g⟩").click()
    assert explorer.get_by_text("H = ⟨s⟩ = {e, s}: 8 = 2 × 4.").is_visible()
    legend = explorer.get_by_role("list", name="Cosets").locator("li").all_inner_texts()
    assert legend == ["A H", "B rH", "C r²H", "D r³H"]
    assert "not normal" in verdict(explorer)
    assert node(explorer, "rs").get_attribute("aria-label") == "rs, coset B"
    explorer.locator("label", has_text="right, Hg").click()
    assert node(explorer, "rs").get_attribute("aria-label") == "rs, coset D"
    node(explorer, "r²").click()
    explorer.get_by_role("button", name="Add g").click()
    assert "8 = 4 × 2" in explorer.inner_text() and "H is normal" in verdict(explorer)


def test_the_blocks_of_a_normal_subgroup_hold_one_letter_each(shown):
    _, explorer = shown(KLEIN)
    letters = explorer.get_by_role("gridcell").all_inner_texts()
    blocks = {}
    for i, letter in enumerate(letters):
        blocks.setdefault((i // 24 // 4, i % 24 // 4), set()).add(letter)
    assert [len(block) for block in blocks.values()] == [1] * 36


def test_another_group_starts_with_its_generator(shown):
    _, explorer = shown()
    explorer.locator("label", has_text="permutations").click()
    assert explorer.get_by_role("radio", name="S₃").is_checked()
    explorer.locator("label", has_text="S₄").click()
    assert explorer.get_by_role("gridcell").count() == 24 * 24
    assert "(01)(23) commutes with 8 of 24 elements" in verdict(explorer)


def test_the_table_by_keyboard_alone(shown):
    view, explorer = shown()
    assert explorer.get_by_role("grid").locator("[tabindex='0']").count() == 1
    cell(explorer, "r · s = rs").focus()
    for key in ("ArrowDown", "ArrowRight"):
        view.keyboard.press(key)
    assert explorer.get_by_text("r² · rs = r³s: first rs, then r².").is_visible()
    view.keyboard.press("Enter")
    assert verdict(explorer).startswith("✓ First rs, then r², is gh = r³s.")
    view.keyboard.press("Home")  # the heading of the row
    view.keyboard.press("ArrowUp")
    view.keyboard.press("Space")
    assert "First rs, then r, is gh = r²s." in verdict(explorer)


def test_the_graph_by_keyboard_alone(shown):
    view, explorer = shown("#group?group=Q8&element=1&other=-1")
    assert explorer.locator(".gdl-node[tabindex='0']").count() == 1
    explorer.locator(".gdl-node[tabindex='0']").focus()
    view.keyboard.press("ArrowRight")
    view.keyboard.press("Enter")
    assert verdict(explorer).startswith("✓ −1 commutes with everything.")


def test_the_largest_table_by_touch(shown):
    view, explorer = shown("#group?group=S4", width=360)
    grid = explorer.get_by_role("grid")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    view.touchscreen.tap(box["x"] + box["width"] * 13.5 / 25, box["y"] + box["height"] * 5.5 / 25)
    assert "First (01), then (012)" in verdict(explorer)  # the elements number 12 and 4


@pytest.mark.parametrize(
    ("step", "said"), [(0, "they do not commute"), (1, "H is not normal"), (2, "the 6 cosets form a group")]
)
def test_the_steps_to_try_show_what_they_promise(step, said, shown):
    _, explorer = shown("#group?group=C2")
    explorer.locator(".gdl-step").nth(step).click()
    assert said in verdict(explorer)


def test_explorer_gives_a_link_and_follows_one(shown):
    view, explorer = shown(KLEIN)
    assert explorer.get_by_text("24 = 4 × 6.").is_visible()
    explorer.get_by_role("button", name="Copy link").click()
    whole = KLEIN + "&side=left&matrices=permutation"
    assert view.evaluate("location.hash") == whole

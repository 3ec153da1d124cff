"""The filter with hands computes in JavaScript what NumPy computes in the package, and says what is true."""

import json
import subprocess
from itertools import product

import numpy as np
import pytest
from javascript import javascript, node

from gdl_course.widgets import FilterWithHands
from gdl_course.widgets.filter_with_hands import harmonics
from gdl_course.widgets.filter_with_hands.harmonics import AMPLITUDES, RADII, SHARES
from gdl_course.widgets.filter_with_hands.pictures import SIDE, grey_values, pictures
from gdl_course.widgets.filter_with_hands.widget import correlated
from gdl_course.widgets.shared.schema import schema_of

MATH, WORDS = "filter_with_hands/math.js", "filter_with_hands/words.js"
ANGLES = (-180, -133, -90, -1, 0, 22, 45, 90, 161, 180)


def numbers(value):
    """A typed array of JavaScript arrives as an object: {"0": ..., "1": ...}."""
    return np.array([value[str(i)] for i in range(len(value))] if isinstance(value, dict) else value, dtype=float)


def random_widgets(count, **state):
    rng = np.random.default_rng(7)
    return [
        FilterWithHands(
            angle=int(rng.integers(-180, 181)), row=int(rng.integers(SIDE)), column=int(rng.integers(SIDE)),
            picture=str(rng.choice(sorted(pictures()))), size=str(rng.choice(list(RADII))),
            **{f"k{k}": str(rng.choice(SHARES)) for k in (1, 2, 3)} | state,
        )
        for _ in range(count)
    ]  # fmt: skip


def at_one_place(*widgets):
    """What atOnePlace() finds out about each."""
    return javascript(MATH, [("atOnePlace", [grey_values(w.picture).ravel().tolist(), w.state]) for w in widgets])


def on_pixels(*widgets):
    return javascript(MATH, [("onPixels", [grey_values(w.picture).ravel().tolist(), w.state]) for w in widgets])


def verdicts(function, found, *widgets):
    return javascript(WORDS, [(function, [w.state, f]) for w, f in zip(widgets, found, strict=True)])


# ---- the filter ----


def test_constants_and_pictures_are_the_same_in_both_languages():
    side, amplitudes, radii = javascript(MATH, [("SIDE", []), ("AMPLITUDES", []), ("RADII", [])])
    assert (side, tuple(amplitudes), radii) == (SIDE, AMPLITUDES, RADII)
    names = sorted(pictures())
    for name, there in zip(names, javascript(MATH, [("decoded", [pictures()[name]]) for name in names]), strict=True):
        np.testing.assert_allclose(numbers(there), grey_values(name).ravel(), atol=1e-15, rtol=0)


@pytest.mark.parametrize("made", ["wanted", "allowed"])
def test_coefficients_are_those_of_the_package(made):
    cases = list(product(product(("both",), SHARES, SHARES, SHARES), ANGLES))
    there = javascript(MATH, [(made, [list(hands), angle]) for hands, angle in cases])
    expected = [getattr(harmonics, made)(hands, angle) for hands, angle in cases]
    np.testing.assert_allclose(there, expected, atol=1e-15, rtol=0)


@pytest.mark.parametrize("radius", RADII.values())
def test_filters_are_those_of_the_package(radius):
    rng = np.random.default_rng(0)
    cases = [rng.normal(size=(4, 2)) for _ in range(3)]
    there = javascript(MATH, [("filterPixels", [radius, c.tolist()]) for c in cases])
    for coefficients, pixels in zip(cases, there, strict=True):
        np.testing.assert_allclose(numbers(pixels), harmonics.pixels(radius, coefficients).ravel(), atol=1e-14)
    hands = ("both", "both", "off", "both")
    for angle, pixels in zip(
        ANGLES, javascript(MATH, [("turnedFilter", [radius, list(hands), a]) for a in ANGLES]), strict=True
    ):
        expected = harmonics.turned_filter(radius, hands, angle)
        np.testing.assert_allclose(numbers(pixels), expected.ravel(), atol=1e-15)


def test_the_first_tab_is_that_of_the_python_class():
    widgets = random_widgets(8)
    for widget, there in zip(widgets, at_one_place(*widgets), strict=True):
        read, true = widget.curves()
        np.testing.assert_allclose(there["read"], read, atol=1e-13)
        np.testing.assert_allclose(there["true"], true, atol=1e-13)
        assert there["value"] == pytest.approx(widget.response(), abs=1e-13)
        assert sum(there["shares"]) == pytest.approx(widget.response(), abs=1e-13)
        assert there["missing"] == pytest.approx(widget.missing(), abs=1e-13)
        assert there["convolutions"] == widget.convolutions
        assert read[there["strongest"] + 180] == pytest.approx(read.max(), abs=1e-13)


def test_the_curve_is_exact_if_and_only_if_no_sine_is_forbidden():
    widgets = [FilterWithHands(k1=a, k2=b, k3=c) for a, b, c in product(SHARES, SHARES, SHARES)]
    for widget, there in zip(widgets, at_one_place(*widgets), strict=True):
        assert (there["gap"] < 1e-14) == ("cosine" not in widget.hands)
        assert there["gap"] < 1e-14 or there["gap"] > 0.01


def test_the_response_everywhere_is_that_of_the_filter():
    widget = FilterWithHands(k3="cosine", angle=-70, picture="star", size="small")
    x, radius = grey_values("star"), RADII["small"]
    (maps,) = javascript(MATH, [("maps", [x.ravel().tolist(), radius])])
    maps = [[numbers(part).tolist() for part in pair] for pair in maps]
    coefficients = harmonics.allowed(widget.hands, -70)
    (there,) = javascript(MATH, [("responseMap", [maps, coefficients.tolist()])])
    expected = correlated(x, harmonics.pixels(radius, coefficients))
    np.testing.assert_allclose(numbers(there), expected.ravel(), atol=1e-13)
    assert expected[widget.row, widget.column] == pytest.approx(widget.response(), abs=1e-13)


def test_no_response_exceeds_the_bound_and_one_comes_near():
    x = grey_values("star")
    hands = ("both", "both", "off", "both")
    (maps,) = javascript(MATH, [("maps", [x.ravel().tolist(), 3.0])])
    maps = [[numbers(part).tolist() for part in pair] for pair in maps]
    (long,) = javascript(MATH, [("lengths", [maps])])
    (bound,) = javascript(MATH, [("bound", [long, list(hands)])])
    largest = max(np.abs(correlated(x, harmonics.turned_filter(3.0, hands, a))).max() for a in range(0, 360, 15))
    assert 0.6 * bound < largest <= bound


# ---- pixels ----


def test_turns_are_those_of_the_package_and_quarter_turns_exact():
    x = np.random.default_rng(1).normal(size=(SIDE, SIDE))
    for angle, there in zip(
        ANGLES, javascript(MATH, [("turned", [x.ravel().tolist(), a]) for a in ANGLES]), strict=True
    ):
        np.testing.assert_allclose(numbers(there), harmonics.turned(x, angle).ravel(), atol=1e-12)
        if angle % 90 == 0:
            assert np.array_equal(numbers(there).reshape(x.shape), np.rot90(x, angle // 90))


def test_the_second_tab_is_that_of_the_python_class():
    widgets = random_widgets(5)
    for widget, there in zip(widgets, on_pixels(*widgets), strict=True):
        maps, errors = widget.pixel_maps(), widget.pixel_errors()
        where = harmonics.inside(SIDE, RADII[widget.size])
        np.testing.assert_allclose(numbers(there["gx"]), maps["gx"].ravel(), atol=1e-13)
        for name in ("before", "after"):
            np.testing.assert_allclose(numbers(there[name]).reshape(SIDE, SIDE)[where], maps[name][where], atol=1e-13)
        assert there["error"] == pytest.approx(errors["layer"], abs=1e-12)
        assert there["alone"] == pytest.approx(errors["alone"], abs=1e-12)
        largest = np.abs(maps["before"] - maps["after"])[where].max()
        assert there["gap"] == pytest.approx(largest, abs=1e-13)


def test_a_quarter_turn_more_changes_no_error():
    """So the curve from 0° to 90° is the whole curve."""
    widgets = [FilterWithHands(angle=angle) for angle in (20, 110, -160)]
    first, *others = on_pixels(*widgets)
    assert all(other["error"] == pytest.approx(first["error"], abs=1e-12) for other in others)
    assert javascript(MATH, [("folded", [a]) for a in (20, 110, -160, 0, 90, -90, 180)]) == [20, 20, 20, 0, 90, 90, 90]


# ---- words ----


def test_the_verdict_on_the_filter_follows_the_numbers():
    widgets = [FilterWithHands(k1=a, k2=b, k3=c) for a, b, c in product(SHARES, SHARES, SHARES)]
    found = at_one_place(*widgets)
    for widget, there, said in zip(widgets, found, verdicts("verdictOnFilter", found, *widgets), strict=True):
        if set(widget.hands[1:]) == {"off"}:
            assert said["status"] == "partly" and said["headline"] == "A round filter: nothing to turn."
        else:
            assert said["status"] == ("yes" if there["gap"] < 1e-9 else "no")
            assert (said["action"] == "Give it back") == ("cosine" in widget.hands)
        assert said["detail"] and said["why"]


def test_the_verdict_on_the_filter_has_its_numbers():
    widgets = [FilterWithHands(), FilterWithHands(k3="both"), FilterWithHands(k2="cosine"),
               FilterWithHands(k2="cosine", angle=90)]  # fmt: skip
    exact, seven, broken, upright = verdicts("verdictOnFilter", at_one_place(*widgets), *widgets)
    assert exact["headline"] == "The curve is exact." and exact["detail"] == "5 convolutions, 360 responses."
    assert exact["action"] == "Forbid sin 2φ" and seven["action"] == "Forbid sin 3φ"
    assert seven["detail"].startswith("7 convolutions")
    widget, whole = widgets[2], FilterWithHands()
    assert broken["detail"] == f"{100 * widget.missing():.0f} % is missing at 40°."
    assert f"it reads {widget.response():.2f}, not {whole.response():.2f}." in broken["why"]
    assert f"360 turned filters: {widget.gap():.2f}." in broken["why"] and "Without sin 2φ" in broken["why"]
    assert upright["status"] == "no" and upright["detail"] == "Nothing is missing at 90°."


def test_the_verdict_on_pixels_follows_the_numbers():
    widgets = [FilterWithHands(tab="pixels", angle=a, k2=k2) for a in (0, 30, 45, 90, 180) for k2 in ("both", "cosine")]
    found = on_pixels(*widgets)
    said = verdicts("verdictOnPixels", found, *widgets)
    for widget, there, one in zip(widgets, found, said, strict=True):
        exact = there["error"] < 1e-12
        assert one["status"] == ("partly" if widget.angle == 0 else "yes" if exact else "no")
    tilted, broken = said[4], said[5]
    errors = widgets[4].pixel_errors()
    assert tilted["headline"] == "Not exact at 45°." and tilted["detail"] == f"Error {100 * errors['layer']:.1f} %."
    assert f"there and back: {100 * errors['alone']:.0f} %" in tilted["why"]
    assert broken["headline"] == "At 45° the filter did not turn." and "sin 2φ" in broken["why"]
    assert said[6]["headline"] == "Exact at 90°." and said[6]["detail"].endswith(": rounding.")


def test_the_steps_to_try_keep_their_promises():
    sharper, stuck, pixels = (FilterWithHands(**s["state"]) for s in javascript(WORDS, [("STEPS", [])])[0])
    first, second = verdicts("verdictOnFilter", at_one_place(sharper, stuck), sharper, stuck)
    assert first["status"] == "yes" and first["detail"].startswith("7 convolutions") and second["status"] == "no"
    quarter = FilterWithHands(**pixels.state | {"angle": 90})
    said = verdicts("verdictOnPixels", on_pixels(pixels, quarter), pixels, quarter)
    assert [one["status"] for one in said] == ["no", "yes"]


def test_javascript_starts_where_python_does():
    (start,) = javascript(WORDS, [("START", [])])
    assert start == FilterWithHands().state


def test_every_choice_has_its_words():
    sizes, tabs = javascript(WORDS, [("SIZES", []), ("TABS", [])])
    choices = {field["name"]: field.get("choices") for field in schema_of(FilterWithHands)}
    assert list(sizes) == choices["size"] and list(tabs) == choices["tab"]
    for name, words in sizes.items():
        side = 2 * int(np.ceil(2 * RADII[name])) + 1
        assert words == f"{name}, {side} × {side}"


@pytest.mark.parametrize(("share", "words"), [(0, "0 %"), (1e-4, "below 0.1 %"), (0.0081, "0.8 %"), (0.657, "66 %")])
def test_a_share_in_per_cent_is_never_0_for_what_is_not_0(share, words):
    assert javascript(WORDS, [("percent", [share])]) == [words]


# ---- one module ----


def test_module_is_one_standard_es_module_below_200_kB(tmp_path):
    """It is imported with nothing beside it, as Jupyter does."""
    module = tmp_path / "filter_with_hands.mjs"
    module.write_text(str(FilterWithHands._esm), "utf-8")
    assert module.stat().st_size + len(str(FilterWithHands._css)) < 200_000
    code = f"const m = await import({json.dumps(module.as_uri())}); console.log(typeof m.default.render);"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "function\n", done.stderr

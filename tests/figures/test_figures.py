"""What the figures show: cells, letters, colours with their one meaning, verdicts. No pixel is compared."""

import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb, to_rgba

from gdl_course import figures, groups, linear_maps
from gdl_course.figures import style
from gdl_course.widgets.shared.course_widget import WIDGETS, styles


@pytest.fixture(autouse=True)
def own_style():
    with plt.rc_context():
        figures.use_style()
        yield
        plt.close("all")


def svg(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def square(**changes):
    x = np.array([[0.0, 1, 2], [0, 0, 3], [0, -1, 0]])
    g = lambda x: np.roll(x, 1, axis=1)
    values = {"x": x, "gx": g(x), "fx": 2 * x, "gfx": 2 * g(x), "fgx": 2 * g(x)} | changes
    return figures.commuting_square(**values, g="shift", f="double")


def panel(figure, title):
    return next(ax for ax in figure.axes if ax.get_title() == title)


def arrows(figure):
    """Colour, tail and head of each arrow, in fractions of the figure."""
    found = [text for ax in figure.axes for text in ax.texts if text.arrow_patch is not None]
    return [(to_hex(a.arrow_patch.get_edgecolor()).upper(), a.get_position(), a.xy) for a in found]


def test_zero_is_pale_positive_blue_and_negative_gold():
    for value, colour in [(2.0, figures.SIGNAL), (-2.0, figures.NEGATIVE), (0.0, style.ZERO)]:
        image = figures.heat(np.array([[2.0, -2.0, 0.0]])).images[0]
        assert to_hex(image.cmap(image.norm(value))).upper() == colour


def test_the_colour_scale_is_centred_at_zero_whatever_the_data():
    assert figures.heat(np.array([[1.0, 5.0], [2.0, 3.0]])).images[0].get_clim() == (-5, 5)
    assert figures.heat(np.zeros((2, 2))).images[0].get_clim() == (-1, 1)
    assert figures.heat(np.ones((2, 2)), limit=4).images[0].get_clim() == (-4, 4)


def test_errors_are_magenta_by_magnitude():
    image = figures.error_map(np.array([[-2.0, 0.0, 1.0]])).images[0]
    np.testing.assert_array_equal(image.get_array(), [[2, 0, 1]])
    assert to_hex(image.cmap(image.norm(2.0))).upper() == figures.VIOLATION
    assert to_hex(image.cmap(image.norm(0.0))).upper() == style.ZERO


@pytest.mark.parametrize("colours", [style.DIVERGING, style.ERRORS])
def test_lightness_falls_steadily_away_from_zero(colours):
    """So that a map can be read in grey."""
    luminance = colours(np.arange(257))[:, :3] @ [0.2126, 0.7152, 0.0722]
    centre = int(np.argmax(luminance))
    assert centre in (0, 128)
    assert (np.diff(luminance[centre:]) < 0).all() and (np.diff(luminance[: centre + 1]) > 0).all()


def test_figures_draw_on_the_axes_that_they_are_given():
    _, ax = plt.subplots()
    assert figures.heat(np.eye(2), ax) is ax and figures.error_map(np.eye(2), ax) is ax
    assert figures.orbit_matrix(np.eye(2, dtype=int), ax) is ax and len(plt.get_fignums()) == 1


def test_orbits_share_a_colour_and_a_letter():
    rho = groups.cyclic(8).permutation()
    orbits = linear_maps(rho, rho).orbits
    ax = figures.orbit_matrix(orbits)
    letters = np.array([text.get_text() for text in ax.texts]).reshape(8, 8)
    colours = ax.images[0].get_array()
    assert len(np.unique(letters)) == len(np.unique(colours.reshape(-1, 3), axis=0)) == 8
    for k in range(8):
        assert len(set(letters[orbits == k])) == len(np.unique(colours[orbits == k], axis=0)) == 1


def test_72_orbits_have_72_letters_and_colours():
    ax = figures.orbit_matrix(np.arange(72).reshape(6, 12))
    assert len({text.get_text() for text in ax.texts}) == 72
    assert len(np.unique(ax.images[0].get_array().reshape(-1, 3).round(6), axis=0)) == 72
    assert [text.get_text() for text in figures.orbit_matrix(np.array([[72, -1]])).texts] == ["72"]


def test_letters_are_left_out_where_they_could_not_be_read():
    assert not figures.orbit_matrix(np.zeros((21, 21), int)).texts
    assert len(figures.orbit_matrix(np.zeros((20, 20), int)).texts) == 400


def test_letters_contrast_with_their_cells():
    def luminance(colour):
        c = np.array(to_rgb(colour))
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    ax = figures.orbit_matrix(np.arange(60).reshape(6, 10))
    for text, colour in zip(ax.texts, ax.images[0].get_array().reshape(-1, 3), strict=True):
        low, high = sorted([luminance(text.get_color()), luminance(colour)])
        assert (high + 0.05) / (low + 0.05) >= 4.5, text.get_text()


def test_orbits_look_the_same_in_figures_and_widgets():
    parts = WIDGETS / "shared/parts.js"
    source = parts.read_text("utf8")
    assert f'"{style.ORBIT_LETTERS}"' in source
    sheet = styles()
    assert tuple(re.findall(r"--gdl-orbit-\d: (#\w{6});", sheet)) == style.ORBIT_COLOURS
    dark_letters = dict(re.findall(r"--gdl-orbit-ink-(\d): (#\w{6});", sheet))
    assert dark_letters == {str(k): style.INK for k in style.LIGHT_ORBITS}


def test_a_filter_bank_has_one_scale_and_writes_small_kernels_out():
    kernels = np.array([np.eye(3), -4 * np.eye(3)])
    figure = figures.filter_bank(kernels)
    assert [ax.images[0].get_clim() for ax in figure.axes] == [(-4, 4), (-4, 4)]
    assert [text.get_text() for text in figure.axes[1].texts] == ["−4", "0", "0", "0", "−4", "0", "0", "0", "−4"]
    assert not figures.filter_bank(np.ones((1, 7, 7))).axes[0].texts


def test_a_filter_bank_shows_every_kernel_once():
    kernels = np.random.default_rng(0).normal(size=(2, 4, 3, 3))
    figure = figures.filter_bank(kernels, columns=3)
    shown = np.stack([ax.images[0].get_array() for ax in figure.axes])
    np.testing.assert_array_equal(shown, kernels.reshape(8, 3, 3))


def test_seed_curves_show_mean_and_deviation_and_name_their_lines():
    scores = np.random.default_rng(0).uniform(size=(5, 4))
    ax = figures.seed_curves(range(4), {"MLP": scores, "CNN": scores / 2})
    assert [text.get_text() for text in ax.texts] == ["MLP", "CNN"]
    line, _, (bars,) = ax.containers[0]
    np.testing.assert_allclose(line.get_ydata(), scores.mean(0))
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(np.ptp(ends, axis=1), 2 * scores.std(0, ddof=1))
    assert len({(c[0].get_color(), c[0].get_marker()) for c in ax.containers}) == 2


def test_the_commuting_square_is_a_square():
    """x above f(x) and g·x above f(g·x); the group goes right, the layer down."""
    figure = square()
    corner = {name: panel(figure, title).get_position() for name, title in
              {"x": "$x$", "gx": r"$g \cdot x$", "fx": "$f(x)$", "fgx": r"$f(g \cdot x)$"}.items()}  # fmt: skip
    assert corner["x"].x0 == corner["fx"].x0 < corner["gx"].x0 == corner["fgx"].x0
    assert corner["x"].y0 == corner["gx"].y0 > corner["fx"].y0 == corner["fgx"].y0
    kinds = {(colour, "right" if head[0] > tail[0] else "down") for colour, tail, head in arrows(figure)}
    assert len(arrows(figure)) == 4 and kinds == {(figures.GROUP, "right"), (figures.LAYER, "down")}


def test_the_commuting_square_shows_each_signal_in_its_place():
    values = {"x": np.eye(3), "gx": 2 * np.eye(3), "fx": 3 * np.eye(2), "gfx": 4 * np.eye(2), "fgx": 5 * np.eye(2)}
    figure = square(**values)
    titles = ["$x$", r"$g \cdot x$", "$f(x)$", r"$g \cdot f(x)$", r"$f(g \cdot x)$"]
    for title, value in zip(titles, values.values(), strict=True):
        np.testing.assert_array_equal(panel(figure, title).images[0].get_array(), value)
    np.testing.assert_array_equal(panel(figure, "difference").images[0].get_array(), np.eye(2))
    assert {panel(figure, title).images[0].get_clim() for title in titles[2:]} == {(-5, 5)}


def test_the_verdict_has_a_sign_words_and_a_number():
    good, bad = square(), square(fgx=np.ones((3, 3)))
    assert [text.get_text() for text in good.texts][-2:] == ["=", "✓ They commute: relative error 0."]
    sign, verdict = bad.texts[-2:]
    assert sign.get_text() == "≠" and to_rgba(verdict.get_color()) == to_rgba(figures.VIOLATION)
    error = np.linalg.norm(np.array([[4, 0, 2], [6, 0, 0], [0, 0, -2]]) - 1) / np.linalg.norm([2, 4, 6, 2])
    assert verdict.get_text() == (
        f"✗ They do not commute: relative error {error:.2g}, largest difference 5, in 9 of 9 cells."
    )


def test_rounding_is_no_violation_and_does_not_fill_the_difference():
    figure = square(fgx=2 * np.array([[2.0, 0, 1], [3, 0, 0], [0, 0, -1]]) + 1e-7)
    assert figure.texts[-1].get_text() == "✓ They commute: relative error 4e-08."
    low, high = panel(figure, "difference").images[0].get_clim()
    assert high > 5


def test_arrows_carry_the_names_they_are_given():
    assert [text.get_text() for text in square().texts][:3] == ["shift", "double", "double"]


def test_signals_on_a_line_and_channels_of_one_are_drawn_flat():
    x = np.arange(5.0)[None]
    figure = figures.commuting_square(x, x, x, x, x)
    assert figure.get_figheight() < square().get_figheight()
    assert figures.heat(np.ones((1, 1, 4, 4))).images[0].get_array().shape == (4, 4)


def test_nothing_is_drawn_outside_the_page():
    figure = square(fgx=np.full((3, 3), -123.456))
    figure.canvas.draw()
    box = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height


def test_the_same_figure_makes_the_same_file():
    assert svg(square()) == svg(square())


def test_the_style_is_set_and_nothing_else(monkeypatch):
    with plt.rc_context():
        before = dict(plt.rcParams)
        figures.use_style()
        changed = {name for name, value in plt.rcParams.items() if value != before[name]}
    assert changed <= set(style.STYLE)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: figures.heat(np.ones((2, 3, 3))), "one channel at a time; got shape \\(2, 3, 3\\)"),
        (lambda: figures.heat(np.array([])), "got shape \\(0,\\)"),
        (lambda: figures.heat(np.array([1.0, np.nan])), "1 values that are NaN or infinite"),
        (lambda: figures.orbit_matrix(np.ones((2, 2))), "whole numbers.*got float64 of shape \\(2, 2\\)"),
        (lambda: figures.orbit_matrix(np.arange(3)), "got int64 of shape \\(3,\\)"),
        (lambda: figures.filter_bank(np.ones(3)), "got \\(3,\\)"),
        (lambda: figures.seed_curves(range(3), {"MLP": np.ones((1, 3))}), "'MLP'.*two seeds or more; got \\(1, 3\\)"),
        (lambda: square(fgx=np.ones((2, 2))), "one shape to be compared; got \\(3, 3\\) and \\(2, 2\\)"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

"""One set of colours: palette.json is where a colour is written, and everything that paints reads it there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gdl_course.figures import colours, report_square
from gdl_course.widgets.shared.course_widget import styles

ROOT = Path(__file__).parents[2]
PAINTERS = [
    path
    for folder in ("gdl_course", "book/_ext", "book/_static", "notebooks")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".js", ".css", ".md")
]
HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
USED = re.compile(r"var\(--gdl-([a-z-]+)\)")


def test_no_colour_is_written_beside_the_palette():
    """White letters apart, and the examples of the module that reads it."""
    written = {path.name: set(HEX.findall(path.read_text("utf-8"))) - {"#fff"} for path in PAINTERS}
    assert len(written.pop("colours.py")) > 0 and {name for name, found in written.items() if found} == set()


def luminance(colour):
    """The relative luminance of the WCAG, from 0 for black to 1 for white."""
    shares = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name, colour", colours.EITHER.items())
def test_a_colour_for_either_scheme_is_seen_on_white_and_on_black(name, colour):
    assert min(1.05 / (luminance(colour) + 0.05), (luminance(colour) + 0.05) / 0.05) >= 3


def test_every_colour_that_a_sheet_names_is_in_the_palette():
    own = {"target"}  # a size, set in the sheet of the widgets
    names = {name for path in PAINTERS for name in USED.findall(path.read_text("utf-8"))}
    assert len(names) > 15 and names - own <= colours.LIGHT.keys()


def test_sheets_of_widgets_book_and_reports_have_the_colours_of_the_palette():
    for name, light in colours.LIGHT.items():
        dark = colours.DARK[name]
        assert f"--gdl-{name}: light-dark({light}, {dark});" in styles()
        on_light, on_dark = colours.book_sheet().split("\n")[:2]
        assert f"--gdl-{name}: {light};" in on_light and f"--gdl-{name}: {dark};" in on_dark
    for name in ("signal", "negative", "group", "layer", "violation"):
        for scheme in (colours.LIGHT, colours.DARK):
            assert report_square.STYLE.count(f"--{name}: {scheme[name]};") == 2


def test_the_icon_of_the_book_has_the_colours_of_signal_group_and_layer():
    icon = (ROOT / "book/_static/favicon.svg").read_text("utf-8")
    assert set(HEX.findall(icon.upper())) == {colours.SIGNAL, colours.GROUP, colours.LAYER}


def test_colours_and_widgets_load_no_matplotlib():
    code = "import sys, gdl_course.widgets, gdl_course.figures.colours; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0


def test_figures_has_every_name_that_it_promises():
    from gdl_course import figures

    assert all(getattr(figures, name) is not None for name in figures.__all__)
    with pytest.raises(AttributeError, match="no attribute 'heat_map'"):
        figures.heat_map  # noqa: B018

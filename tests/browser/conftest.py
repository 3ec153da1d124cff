"""What the browser tests share: a widget of the built book, ready to be used."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "book" / "_ext"))  # where the build finds its extensions
import gdl_widgets

LIMIT = 5000  # ms; generous for a busy machine, benchmarks/page_load.py reports the figure that counts


@pytest.fixture
def shown(open_page):
    """shown(path, name, **options) -> (page, the first widget with that name), when it is ready.

    At the end of the test the page must have had no error and have asked nobody else.
    """
    views = []

    def opened(path, name, **options):
        view = open_page(path, **{"formulas": False} | options)
        views.append(view)
        widget = view.get_by_role("region", name=name, exact=True).first
        widget.wait_for(timeout=LIMIT)
        return view, widget

    yield opened
    assert [view.problems for view in views if view.problems] == []


@pytest.fixture
def alone(browser, tmp_path):
    """alone(widget, hash="", **options) -> (page, the widget), on a page of its own, opened from the disk.

    Room is kept above it as a chapter's head takes it: 112 px on a phone, 130 px on a desk (sketches/first-screen).
    At the end of the test the page must have had no error and have asked nobody else.
    """
    views = []

    def opened(widget, hash="", width=1280, height=800, scheme="light", direction="ltr", motion="reduce"):
        state = widget.get_state() | {"_esm": str(widget._esm), "_css": str(widget._css)}
        parts, files = gdl_widgets._unpack(state)
        for name, text in files.items():
            (tmp_path / name).write_text(text, "utf-8")
        body = gdl_widgets._loaders(parts, ".", set()) + gdl_widgets._element(parts, 0, ".")
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>One widget</title>'
        room = f'style="margin: {112 if width < 600 else 130}px 16px 0"'
        page = f'<!doctype html><html lang="en" dir="{direction}"><head>{head}</head><body {room}>{body}</body></html>'
        (tmp_path / "page.html").write_text(page, "utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=width < 600,
            reduced_motion=motion,
        )
        view = context.new_page()
        view.problems = problems = []
        views.append((context, view))
        view.on("console", lambda message: message.type == "error" and problems.append(f"console: {message.text}"))
        view.on("pageerror", lambda error: problems.append(f"exception: {error}"))
        view.on("request", lambda sent: sent.url.startswith("file:") or problems.append(f"request: {sent.url}"))
        view.goto(f"{(tmp_path / 'page.html').as_uri()}{hash}")
        view.locator(".gdl-mount[data-state=ready]").wait_for(timeout=LIMIT)
        return view, view.locator(".gdl-mount section.gdl-card")

    yield opened
    problems = [view.problems for _, view in views if view.problems]
    for context, _ in views:
        context.close()
    assert problems == []

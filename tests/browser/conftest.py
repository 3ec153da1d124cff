"""What the browser tests share: a widget of the built book, ready to be used."""

import pytest

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

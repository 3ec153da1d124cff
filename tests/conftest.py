"""Fixtures shared by the tests: strict JAX, and the built book in a browser that can reach nothing else."""

import gc
import os
import re
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jaxtyping
import pytest

# Read by JAX when it is first imported; set here so that no test has to import JAX for it.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_NUMPY_RANK_PROMOTION", "raise")
os.environ.setdefault("JAX_DEBUG_NANS", "True")
os.environ.setdefault("MPLBACKEND", "agg")
# What XLA has compiled once, another worker and the next run find again; a lost race for an entry is no warning
# (pyproject.toml), it is compiled twice.
os.environ["JAX_COMPILATION_CACHE_DIR"] = str(Path(__file__).resolve().parent.parent / "_build" / "jax" / "tests")
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
# The checks that tests run are no tries of the person who runs the tests.
os.environ["GDL_PROGRESS_FILE"] = ""

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "_build" / "html"
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# What is left of a page without its text: sections with their headings, which the theme's contents lead to, and each
# widget, with what it loads and the room that is kept for it (book/_ext/gdl_widgets.py).
SKELETON = re.compile(
    r"<section [^>]*>|</section>|<h\d>.*?</h\d>"
    r'|(?:<link rel="stylesheet" href="[^"]+">)?(?:<script async src="[^"]+"></script>)*'
    r'<style>\.gdl-mount-.*?</style><div class="gdl-mount .*?</div>',
    re.DOTALL,
)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    """Every test that asks for the browser carries the marker, so `-m "not browser"` needs no bookkeeping."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def annotations_stand_back(request, monkeypatch):
    """A test of what a function refuses gives it what its annotations forbid: there the function's own words count.

    In all other tests every call is held to the annotations (`--jaxtyping-packages` in pyproject.toml).
    """
    function = getattr(request.node, "function", None)
    if function is not None and "raises" in function.__code__.co_names:
        monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture(autouse=True, scope="module")
def compiled_functions_are_forgotten():
    """What a file compiled stays in memory, some gigabytes in the end; the next file finds what it needs on the
    disk."""
    yield
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
        gc.collect()


@pytest.fixture(scope="session")
def book() -> Path:
    """The folder of the built book."""
    if not (BOOK / "index.html").is_file():
        pytest.skip("the book is not built: run `make book` first")
    return BOOK


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def book_url(book):
    """The address of a server of the built book, without a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(book))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; the CHROMIUM variable names it, or it is found on the PATH."""
    sync_api = pytest.importorskip("playwright.sync_api")
    names = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else CHROMIUM_NAMES
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.skip("no Chromium: install one (apt-get install chromium) or set CHROMIUM to its path")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


def _without_text(file):
    page = file.read_text("utf8")
    start, end = page.find(">", page.find("<article")) + 1, page.rfind("</article>")
    return page[:start] + "".join(SKELETON.findall(page[start:end])) + page[end:] if end >= 0 else page


@pytest.fixture
def open_page(browser, book_url):
    """open_page("notebooks/05_convolution.html", width=360, scheme="dark") -> a Playwright page.

    Without `text` the page has its widgets alone, and sets no formula: that takes seconds, and a widget needs none.

    Every host but the book's own is blocked. `page.problems` collects, as text, each console error, uncaught
    exception, failed or foreign request: a test ends with `assert page.problems == []`.
    """
    contexts = []

    def opened(path="index.html", width=1280, height=900, scheme="light", text=True):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=width < 600,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = problems = []

        def only_the_book(route):
            url = route.request.url
            if "mathjax" in url and not text:
                route.fulfill(body="", content_type="text/javascript")
            elif route.request.is_navigation_request() and url.startswith(book_url) and not text:
                file = BOOK / unquote(urlsplit(url).path).lstrip("/")
                route.fulfill(body=_without_text(file), content_type="text/html; charset=utf-8")
            elif url.startswith((book_url, "data:", "blob:")):
                route.continue_()
            else:
                problems.append(f"request to another host: {url}")
                route.abort()

        context.route("**/*", only_the_book)
        page.on("console", lambda message: message.type == "error" and problems.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"exception: {error}"))
        page.on("requestfailed", lambda request: problems.append(f"failed: {request.url} {request.failure}"))
        page.on("response", lambda answer: answer.status >= 400 and problems.append(f"{answer.status}: {answer.url}"))
        page.goto(f"{book_url}/{path}")
        return page

    yield opened
    for context in contexts:
        context.close()

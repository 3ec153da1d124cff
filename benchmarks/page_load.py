"""How long a reader waits for the widgets: from navigation until the first one on the page can be used.

    make book && python benchmarks/page_load.py

Each figure is from a fresh browser context (empty cache) with all other hosts blocked. The course promises 1.5 s.
"""

import os
import shutil
import statistics
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html"
PROMISE, RUNS = 1500, 7  # ms, visits of each page
NAMES = [os.environ.get("CHROMIUM", "chromium"), "chromium-browser", "google-chrome"]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def waits(browser, origin, page):
    """(ms until a widget is ready, kB received) for each of RUNS first visits."""
    found = []
    for _ in range(RUNS):
        context = browser.new_context()
        context.route(
            "**/*", lambda route: route.continue_() if route.request.url.startswith(origin) else route.abort()
        )
        view = context.new_page()
        view.goto(f"{origin}/{page}", wait_until="commit")
        view.wait_for_function("performance.getEntriesByName('gdl-ready').length > 0", timeout=30_000)
        ready = view.evaluate("performance.getEntriesByName('gdl-ready')[0].startTime")
        view.wait_for_load_state("load")
        size = view.evaluate("performance.getEntriesByType('resource').reduce((sum, e) => sum + e.transferSize, 0)")
        found.append((ready, size / 1000))
        context.close()
    return found


def main():
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    pages = sorted(path for path in BOOK.rglob("*.html") if 'class="gdl-mount' in path.read_text("utf8"))
    if executable is None or not pages:
        sys.exit("needs Chromium (or CHROMIUM=path) and the built book: run `make book` first")
    kept = []
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(BOOK))) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        print(f"{'page':44} {'median ms':>10} {'worst ms':>10} {'kB':>8}")
        for page in (path.relative_to(BOOK).as_posix() for path in pages):
            found = waits(browser, f"http://127.0.0.1:{server.server_port}", page)
            times = [ready for ready, _ in found]
            kept.append(max(times) <= PROMISE)
            print(f"{page:44} {statistics.median(times):10.0f} {max(times):10.0f} {found[0][1]:8.0f}")
        browser.close()
        server.shutdown()
    print(f"within {PROMISE} ms: {'yes' if all(kept) else 'NO'}")


if __name__ == "__main__":
    main()

"""How many frames a second a widget makes while it is dragged, on a phone-sized page with a processor 4 times slower.

    make book && python benchmarks/widget_frames.py

Each line is the best of 5 seconds of dragging, one move a frame. "frames/s" is what was seen with the processor slowed
down; it depends on what else the machine does. "work" hardly does: the processor time of the page's main thread for one
frame (script, style, layout, paint) without the slowing, times 4. The course promises 60 frames a second: work below
16.7 ms.

November 2026, on two cores that many others used too (load 18): work 12.7 ms for the dial, 10.2 for the ring, 13.9 with
the response everywhere, 16.1 and 14.5 on pixels. Before, 20 ms on pixels: now nothing is drawn or written that did not
change, curves are computed once a place, and a map turns only within the disc that is compared.
"""

import shutil
import sys
import threading
from functools import partial
from http.server import ThreadingHTTPServer

from page_load import ARGUMENTS, BOOK, NAMES, Quiet
from playwright.sync_api import sync_playwright

SLOWER, SECONDS, RUNS, FRAME = 4, 1, 5, 16.7
HANDS = "notebooks/11_steerable_filters.html"
DRAGS = {  # what is dragged: page, and the element
    "filter with hands, the dial": (HANDS, ".gdl-turn-dial"),
    "filter with hands, the ring": (HANDS, ".gdl-picture"),
    "filter with hands, response everywhere": (f"{HANDS}#hands?show=response&k3=both", ".gdl-turn-dial"),
    "filter with hands, on pixels": (f"{HANDS}#hands?tab=pixels", ".gdl-turn-dial"),
    "filter with hands, on pixels, medium": (f"{HANDS}#hands?tab=pixels&size=medium", ".gdl-turn-dial"),
}
DRAG = """async ([selector, seconds]) => {
  const element = document.querySelector(selector), box = element.getBoundingClientRect();
  const send = (kind, angle) => {
    const clientX = box.left + box.width * (0.5 + 0.4 * Math.cos(angle)),
      clientY = box.top + box.height * (0.5 + 0.4 * Math.sin(angle));
    element.dispatchEvent(new PointerEvent(kind, { clientX, clientY, bubbles: true, cancelable: true }));
  };
  const frame = () => new Promise(requestAnimationFrame);
  element.setPointerCapture = () => {};
  send("pointerdown", 0);
  await frame();
  const begin = await frame();
  let frames = 0, now = begin;
  for (; now < begin + 1000 * seconds; frames++) {
    send("pointermove", 0.03 * frames);
    now = await frame();
  }
  send("pointerup", 0);
  return [frames, now - begin];
}"""


def dragged(browser, address, selector, slower):
    """(frames a second, ms of processor time of the main thread for each) while the element is dragged."""
    view = browser.new_page(viewport={"width": 360, "height": 740}, has_touch=True)
    view.goto(address)
    view.wait_for_function("performance.getEntriesByName('gdl-ready').length > 0", timeout=30_000)
    view.wait_for_timeout(1500)
    tools = view.context.new_cdp_session(view)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    tools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    worked = lambda: {m["name"]: m["value"] for m in tools.send("Performance.getMetrics")["metrics"]}["TaskDuration"]
    found = []
    for _ in range(RUNS):
        before = worked()
        frames, time = view.evaluate(DRAG, [selector, SECONDS])
        found.append((1000 * frames / time, 1000 * (worked() - before) / frames))
    view.close()
    rates, works = zip(*found, strict=True)
    return max(rates), min(works)


def main():
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None or not (BOOK / HANDS).is_file():
        sys.exit("needs Chromium (or CHROMIUM=path) and the built book: run `make book` first")
    kept = []
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(BOOK))) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        print(f"{'dragged':44} {'frames/s':>9} {'work ms':>8}")
        for name, (page, selector) in DRAGS.items():
            address = f"http://127.0.0.1:{server.server_port}/{page}"
            seen, _ = dragged(browser, address, selector, SLOWER)
            _, work = dragged(browser, address, selector, 1)
            kept.append(SLOWER * work < FRAME)
            print(f"{name:44} {seen:9.1f} {SLOWER * work:8.1f}")
        browser.close()
        server.shutdown()
    print(f"within {FRAME} ms: {'yes' if all(kept) else 'NO'}")


if __name__ == "__main__":
    main()

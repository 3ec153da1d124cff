"""What the cells of an executed notebook show on a slide, each as HTML with an estimate of its height in pixels."""

import base64
import re
from dataclasses import dataclass
from html import escape

LINE = 28  # pixels: a line of code or of printed text
PICTURE = 330  # at the least: a figure takes what the rest of its slide leaves
WHOLE = 560  # all the room there is
MOST_LINES = 16  # of code or of printed text on one slide
WIDGET = "application/vnd.jupyter.widget-view+json"
STATES = "application/vnd.jupyter.widget-state+json"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Shown:
    """Something on a slide: its HTML, and how high it is expected to be."""

    html: str
    height: int


def code(source: str) -> Shown:
    """A cell's source, highlighted."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    html = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
    return Shown(f'<pre class="code"><code>{html}</code></pre>', 24 + LINE * len(source.splitlines()))


def picture(svg: str, alt: str, caption: str) -> Shown:
    """A figure; `caption` is HTML, or empty."""
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return Shown(f'<figure><img src="{address}" alt="{escape(alt)}">{below}</figure>', PICTURE + 70 * bool(caption))


def outputs(cell, widgets: dict, page: str, caption: str) -> list[Shown]:
    """What the executed code `cell` shows.

    `widgets` is the state of the notebook's widgets (model id -> state), `page` the address of the chapter's page,
    where they can be used, `caption` the HTML of the caption of the cell's figure.
    """
    printed = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
    shown = [_text(printed)] if printed.strip() else []
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    for data in (output.data for output in cell.outputs if "data" in output):
        if WIDGET in data:
            shown.append(_widget(widgets[data[WIDGET]["model_id"]]["state"], page))
        elif "image/svg+xml" in data:
            shown.append(picture(data["image/svg+xml"], alt, caption))
        elif "text/html" in data:
            report = data["text/html"]
            shown.append(Shown(f'<div class="report">{report}</div>', PICTURE if "<svg" in report else WHOLE))
        elif "text/plain" in data:
            shown.append(_text(data["text/plain"]))
    return shown


def _text(text):
    lines = _ANSI.sub("", text).rstrip().split("\n")
    rest = len(lines) - MOST_LINES
    if rest > 0:
        lines = [*lines[:MOST_LINES], f"… {rest} more line{'s' * (rest > 1)} in the chapter"]
    return Shown(f'<pre class="output">{escape(chr(10).join(lines))}</pre>', 16 + LINE * len(lines))


def _widget(state, page):
    """The fallback picture of a widget, and where to find the widget itself."""
    from gdl_course.widgets.shared.course_widget import restore

    svg, alt = restore(state).fallback_svg()
    return picture(svg, alt, f'A widget: <a href="{escape(page)}">use it on the chapter’s page</a>')

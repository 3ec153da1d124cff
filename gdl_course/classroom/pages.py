"""Pages of HTML that text cannot break: a page is a tree, and text in a tree is only ever text."""

import re
import xml.etree.ElementTree as tree

from gdl_course.exercises.engine.result import LOOKS
from gdl_course.figures.colours import declarations, of_both_schemes

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = (
    f":root {{ color-scheme: light dark; {declarations(of_both_schemes(), prefix='')} }}"
    + """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 68rem; margin: 0 auto; padding: 1rem;
       background: var(--raised); color: var(--ink); overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.3rem; }
a { color: var(--link); }
code { font: 0.92em ui-monospace, monospace; background: var(--wash); border-radius: 3px; padding: 0 0.2em;
       unicode-bidi: isolate; }
.quiet { color: var(--quiet); } .total { font-size: 1.3rem; }
.result { border-left: 0.35em solid var(--line); padding: 0.3em 0.8em; white-space: pre-wrap; }
.warning { border: 2px solid var(--group-ink); border-radius: 4px; padding: 0.6em 0.9em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.35em 0.6em; border-bottom: 1px solid var(--line);
         overflow-wrap: break-word; }
tbody th { min-width: 7rem; max-width: 20rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { display: flex; gap: 2px; height: 0.9em; min-width: 8rem; margin-bottom: 0.2em; }
.bar span { display: block; min-width: 3px; }
"""
)


def tag(name: str, /, *content, **attributes) -> tree.Element:
    """An element; `content` is text, elements, or None for nothing, and `class_` stands for `class`.

    >>> text_of(tag("p", "1 < 2, ", tag("b", "so?"), class_='"x"'))
    '<p class="&quot;x&quot;">1 &lt; 2, <b>so?</b></p>'
    """
    element = tree.Element(name, {key.rstrip("_"): value for key, value in attributes.items()})
    for part in content:
        if isinstance(part, str):
            _append_text(element, part)
        elif part is not None:
            element.append(part)
    return element


def text_of(element) -> str:
    """An element as HTML."""
    return tree.tostring(element, encoding="unicode", method="html")


def _append_text(element, text):
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def page(title: str, *content) -> str:
    """A whole page: nothing is loaded, no script runs, in light and in dark."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", **{"http-equiv": "Content-Security-Policy"}, content=POLICY),
        tag("title", title),
        tag("style", STYLE),
    )
    return "<!DOCTYPE html>\n" + text_of(tag("html", head, tag("body", tag("main", *content)), lang="en")) + "\n"


def with_code(text: str) -> list:
    """`text`, with what stands in backticks as code.

    >>> [part if isinstance(part, str) else text_of(part) for part in with_code("use `x < y`")]
    ['use ', '<code>x &lt; y</code>', '']
    """
    parts = re.split(r"`([^`]+)`", text)
    return [tag("code", part) if i % 2 else part for i, part in enumerate(parts)]


def named(name: str) -> tree.Element:
    """A person's name, which may run from right to left: it turns nothing else round."""
    return tag("bdi", name)


def look(status: str) -> tuple[str, str]:
    """The symbol and the colour of a status, as in a notebook."""
    return LOOKS.get(status, LOOKS["not started"])

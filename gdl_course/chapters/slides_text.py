"""Markdown for slides: its blocks, its sentences, and its HTML, with the TeX left for MathJax."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise

from gdl_course.chapters.extras import need

# What a full stop in it does not end a sentence: formulas, code, links, and these abbreviations.
_ATOMS = re.compile(r"\$[^$]+\$|`[^`]+`|!?\[[^\]]*\]\([^)]*\)|\b(?:e\.g|i\.e|cf|vs|et al|Fig|Eq|No)\.")
_SENTENCE_END = re.compile(r"[.!?][*_)\]\"”’]*(?=\s+[^\sa-z])")
_PARAGRAPH_END = re.compile(r"[.!?][*_)\]\"”’]*$")

SHORT = 60  # characters


@dataclass(frozen=True)
class Block:
    """One block of Markdown: `kind` is heading, paragraph, math, list, table, quote or other; `source` its lines."""

    kind: str
    source: str
    level: int = 0  # of a heading
    items: tuple[str, ...] = ()  # of a list: what follows each bullet


KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "math_block": "math",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "blockquote_open": "quote",
}


def blocks(markdown: str) -> list[Block]:
    """The top-level blocks of a text in their order.

    >>> [(block.kind, block.source) for block in blocks("## Ask\\n\\nSo:\\n\\n$$\\nx\\n$$\\nEnd.")]
    [('heading', 'Ask'), ('paragraph', 'So:'), ('math', '$$\\nx\\n$$'), ('paragraph', 'End.')]
    """
    tokens, lines, found = _parser().parse(markdown), markdown.split("\n"), []
    for n, token in enumerate(tokens):
        if token.level or not token.map:
            continue
        kind, source = KINDS.get(token.type, "other"), "\n".join(lines[slice(*token.map)]).strip("\n")
        if kind == "heading":
            found.append(Block(kind, tokens[n + 1].content, level=int(token.tag[1])))
        else:
            found.append(Block(kind, source, items=_items(tokens[n:], lines) if kind == "list" else ()))
    return found


def _items(tokens, lines):
    """The text of each item of the list that `tokens` begin with."""
    items = []
    for token in tokens[1:]:
        if token.level == 0:
            break
        if token.type == "list_item_open" and token.level == 1:
            first, *rest = lines[slice(*token.map)]
            items.append("\n".join([re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", first), *map(str.strip, rest)]).strip())
    return tuple(items)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph. A full stop inside a formula, code or a link ends none.

    >>> sentences("It has $a. B$ and 0.5, e.g. Two *points.* What next? `x. Y` follows")
    ['It has $a. B$ and 0.5, e.g. Two *points.*', 'What next?', '`x. Y` follows']
    """
    masked = _ATOMS.sub(lambda atom: "X" * len(atom[0]), text)
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(masked)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(ends) if text[a:b].strip()]


def opening(text: str) -> str:
    """The first sentence of a paragraph, with the second where the first is shorter than `SHORT`.

    >>> opening("Blur. Then it is smaller. It is not zero.")
    'Blur. Then it is smaller.'
    """
    first, *more = sentences(text) or [""]
    return " ".join([first, *more[:1]]) if len(first) < SHORT else first


def lead_in(text: str) -> str:
    """The last sentence of a paragraph if it runs into what follows, that is if no full stop ends it.

    >>> lead_in("Shifts commute. In a formula,"), lead_in("Shifts commute.")
    ('In a formula,', '')
    """
    return "" if _PARAGRAPH_END.search(text.strip()) else sentences(text)[-1]


def to_html(markdown: str) -> str:
    r"""The HTML of a text; MathJax finds the formulas between `\(` and `\)`, `\[` and `\]`.

    >>> to_html("So $a < b$.")
    '<p>So <span class="math inline">\\(a &lt; b\\)</span>.</p>\n'
    """
    return _parser().render(markdown)


def inline_html(markdown: str) -> str:
    """The HTML of one line, without a paragraph around it.

    >>> inline_html("the *row*")
    'the <em>row</em>'
    """
    return _parser().renderInline(markdown)


@cache
def _parser():
    need("book")
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark").enable("table")
    return parser.use(dollarmath_plugin, allow_labels=False, renderer=_tex)


def _tex(content, options):
    opening, closing = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return f"{opening}{escape(content.strip(), quote=False)}{closing}"

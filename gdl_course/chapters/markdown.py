"""Turn a chapter's MyST Markdown into Markdown that every notebook front end shows.

Only these directives and roles may stand in a chapter; each has a plain form, and anything else is a `ChapterError`
with its line, so that raw directive text never reaches a learner:

    note, tip, warning, important, claim    -> a block quote with a bold title
    dropdown                                -> <details>
    math                                    -> $$ ... $$
    {cite:p}, {cite:t}                      -> (Author, year), linked
    {doc} and links to .md files            -> links to the published book
"""

import re

from gdl_course.chapters.links import Links
from gdl_course.chapters.source import Cell, Chapter, ChapterError, Problem

ADMONITIONS = {"note": "Note", "tip": "Tip", "warning": "Warning", "important": "Important"}
VERDICTS = {"True": "✓", "Wrong": "✗", "Conditional": "◐", "Unsupported": "○"}
_DIRECTIVE = re.compile(r"^( *)(:{3,}|`{3,}|~{3,})\{([\w:-]+)\} *(.*?) *$")
_FENCE = re.compile(r"^ *(`{3,}|~{3,}|:{3,})")
_OPTION = re.compile(r"^:[\w-]+:")
_ROLE_OR_CODE = re.compile(r"\{([A-Za-z][\w:.-]*)\}`([^`]+)`|(`+)(?!`).+?(?<!`)\3(?!`)", flags=re.DOTALL)
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")


class _Wrong(Exception):
    """Something that has no plain form, at a line counted from the start of the text."""

    def __init__(self, offset, message):
        self.offset, self.message = offset, message


def cited_keys(chapter: Chapter) -> list[str]:
    """The sources that a chapter cites, each once, sorted."""
    texts = (cell.source for cell in chapter.cells if cell.kind == "markdown")
    return sorted({key.strip() for text in texts for keys in _CITED.findall(text) for key in keys.split(",")})


def plain_markdown(chapter: Chapter, cell: Cell, links: Links) -> str:
    """The text of `cell` without any directive or role. Raises `ChapterError` where that is not possible."""
    docname = f"notebooks/{chapter.path.stem}"
    try:
        lines = _convert(cell.source.splitlines(), 0, links, docname)
    except _Wrong as wrong:
        raise ChapterError(chapter.path, [Problem(cell.line + wrong.offset, wrong.message)]) from None
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _convert(lines, offset, links, docname):
    """The plain form of `lines`; `offset` is the number of the first, for error messages."""
    result, text, n = [], [], 0
    while n < len(lines):
        directive, fence = _DIRECTIVE.match(lines[n]), _FENCE.match(lines[n])
        if not (directive or fence):
            text.append(lines[n])
            n += 1
            continue
        result += _convert_text(text, offset + n - len(text), links, docname)
        text = []
        mark = directive[2] if directive else fence[1]
        end = _closing(lines, n, mark, offset)
        if directive:
            result += _convert_directive(directive, lines[n + 1 : end], offset + n, links, docname)
        elif mark.startswith(":"):
            raise _Wrong(offset + n, f"{lines[n].strip()!r} has no plain form")
        else:
            result += lines[n : end + 1]
        n = end + 1
    return result + _convert_text(text, offset + n - len(text), links, docname)


def _closing(lines, start, mark, offset):
    for n in range(start + 1, len(lines)):
        line = lines[n].strip()
        if len(line) >= len(mark) and set(line) == {mark[0]}:
            return n
    raise _Wrong(offset + start, f"{lines[start].strip()!r} is never closed")


def _convert_directive(match, body, offset, links, docname):
    indent, _, name, title = match.groups()
    skipped = 0
    while body and (_OPTION.match(body[0].strip()) or not body[0].strip()):
        body, skipped = body[1:], skipped + 1
    body = [line.removeprefix(indent) for line in body]
    if name == "math":
        plain = ["$$", *([title] if title else []), *body, "$$"]
        return [indent + line for line in plain]
    inner = _convert(body, offset + 1 + skipped, links, docname)
    title = _convert_text([title], offset, links, docname)[0]
    if name == "dropdown":
        plain = ["<details>", f"<summary>{title}</summary>", "", *inner, "", "</details>"]
    elif name == "claim":
        plain = _quote([f"**Said elsewhere:** {title}", "", *_with_verdict(inner, offset)])
    elif name in ADMONITIONS and not title:
        plain = _quote([f"**{ADMONITIONS[name]}**", "", *inner])
    elif name in ADMONITIONS:
        raise _Wrong(offset, f"a {name} has no title; begin its text with {title!r}")
    else:
        allowed = ", ".join([*ADMONITIONS, "claim", "dropdown", "math"])
        raise _Wrong(offset, f"directive {name!r} has no plain form; use one of {allowed}")
    return ["", *(indent + line for line in plain), ""]


def verdict(first_line: str) -> str | None:
    """Which of `VERDICTS` the body of a claim opens with.

    >>> verdict("**Wrong.** Stride 2 breaks it.")
    'Wrong'
    """
    match = re.match(rf"\*\*({'|'.join(VERDICTS)})\b", first_line)
    return match[1] if match else None


def _with_verdict(lines, offset):
    found = verdict(lines[0]) if lines else None
    if not found:
        raise _Wrong(offset, f"a claim's body starts with one of {', '.join(f'**{word}**' for word in VERDICTS)}")
    return [f"{VERDICTS[found]} {lines[0]}", *lines[1:]]


def _quote(lines):
    """A block quote. Display math goes on one line: front ends take a `>` inside $$ for a relation."""
    joined = re.sub(r"\$\$(.+?)\$\$", lambda m: f"$${' '.join(m[1].split())}$$", "\n".join(lines), flags=re.DOTALL)
    return [f"> {line}".rstrip() for line in joined.split("\n")]


def _convert_text(lines, offset, links, docname):
    """Roles, links and comments in running text, outside of any fence."""
    for n, line in enumerate(lines):
        if re.match(r"^\([\w-]+\)=\s*$", line):
            raise _Wrong(offset + n, f"the target {line.strip()} has no plain form")
    # A comment goes, but not a line of TeX: those do not start with a percent sign and a blank.
    text = "\n".join(line for line in lines if not line.startswith("% "))
    kept, position = [], 0
    for match in _ROLE_OR_CODE.finditer(text):
        before, here = (offset + text.count("\n", 0, n) for n in (position, match.start()))
        kept.append(_convert_links(text[position : match.start()], before, links, docname))
        kept.append(_convert_role(match, here, links, docname) if match[1] else match[0])
        position = match.end()
    kept.append(_convert_links(text[position:], offset + text.count("\n", 0, position), links, docname))
    return "".join(kept).split("\n") if lines else []


def _convert_role(match, offset, links, docname):
    name, content = match[1], match[2]
    try:
        if name in ("cite:p", "cite:t"):
            return links.cite(content, name[-1])
        if name == "doc":
            explicit = re.fullmatch(r"(.+?)\s*<(.+)>", content, flags=re.DOTALL)
            address, title = links.page(explicit[2] if explicit else content, docname)
            return f"[{explicit[1] if explicit else title}]({address})"
    except KeyError as error:
        raise _Wrong(offset, error.args[0]) from None
    raise _Wrong(offset, f"role {name!r} has no plain form; use cite:p, cite:t or doc")


def _convert_links(text, offset, links, docname):
    def converted(match):
        image, label, target = match.groups()
        here = offset + text.count("\n", 0, match.start())
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        if image or not re.search(r"\.md(#|$)", target):
            raise _Wrong(here, f"{match[0]} points at a file that learners do not have")
        try:
            return f"[{label}]({links.page(target, docname)[0]})"
        except KeyError as error:
            raise _Wrong(here, error.args[0]) from None

    if "[^" in text:
        raise _Wrong(offset + text.count("\n", 0, text.index("[^")), "a footnote has no plain form; say it in the text")
    return _LINK.sub(converted, text)

"""Slides for a lecture, made of a chapter and of what its cells showed when the book was built.

What is on a slide and what is said beside it follows one rule (`RULE`, which each deck repeats in its first notes).
Each section is a column of slides, each subsection begins a new slide in it, and a slide that is full continues on
the next one. Hints, solutions, checks, answers and rubrics are left out, of the notes too.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from gdl_course.chapters.extras import need
from gdl_course.chapters.links import Links
from gdl_course.chapters.markdown import plain_markdown
from gdl_course.chapters.notebooks import STARS, chapters
from gdl_course.chapters.slides_outputs import MOST_LINES, STATES, WHOLE, Shown, code, outputs
from gdl_course.chapters.slides_text import blocks, inline_html, lead_in, opening, sentences, to_html
from gdl_course.chapters.source import Chapter, without_markers

RULE = (
    "These slides are made of the chapter. They show the first sentence or two of each section, sentences that lead "
    "to a formula, a list or a cell, formulas, lists, tables, figures, claims with their verdict, the exercises, the "
    f"quiz’s questions, and code of at most {MOST_LINES} lines that the page shows too, with what it prints. The "
    "text of the chapter is in these notes, and no solution is anywhere."
)
CLAIM = "Said elsewhere"  # the title of a claim's slide
LONG_LIST = 600  # characters; of a longer list each item keeps its first sentence
_HIDDEN = {"hide-input", "remove-input", "hide-cell", "remove-cell"}
_CLAIM = re.compile(r"\*\*Said elsewhere:\*\*(.+?)\n\n(.+)", flags=re.DOTALL)
_QUIZ = re.compile(r'^quiz\("(\w+)"\)$', flags=re.MULTILINE)


@dataclass
class Slide:
    """One slide: the column's `section`, its own `title` (Markdown), HTML to show, Markdown for the speaker."""

    section: str
    title: str
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    height: int = 0


@dataclass
class Deck:
    """The slides of a chapter, column by column, while they are being filled."""

    columns: list[list[Slide]] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)  # (lead-in, paragraph), for the item that follows
    heading: str = ""  # the last one of the chapter; slides of claims and exercises have titles of their own

    @property
    def slide(self) -> Slide:
        return self.columns[-1][-1]

    def open_section(self, title):
        """Begin a column."""
        self.let_go()
        self.columns.append([Slide(title, title)])

    def open_slide(self, title):
        """Begin a slide in this column; one without content takes the title instead."""
        self.let_go()
        if self.slide.body or self.slide.notes:
            self.columns[-1].append(Slide(self.slide.section, title))
        self.slide.title = title

    def show(self, item):
        """Put an item under what leads to it, on a new slide where there is no room."""
        leads = [_paragraph(lead) for lead, _ in self.waiting]
        needed = item.height + sum(lead.height for lead in leads)
        if leads and self.slide.title == CLAIM:  # the text goes on after a claim
            self.columns[-1].append(Slide(self.slide.section, self.heading))
        elif self.slide.body and self.slide.height + needed > WHOLE:
            self.columns[-1].append(Slide(self.slide.section, self.slide.title))
        self.let_go()
        self.slide.body += [shown.html for shown in (*leads, item)]
        self.slide.height += needed

    def note(self, markdown):
        """Say something beside the present slide."""
        self.let_go()
        self.slide.notes.append(markdown)

    def let_go(self):
        """The paragraphs that lead on are said beside the present slide, whether or not an item follows them."""
        for _, paragraph in self.waiting:
            self.slide.notes.append(paragraph)
        self.waiting = []


def make_slides(chapter: Chapter, links: Links, executed) -> list[list[Slide]]:
    """The columns of slides of `chapter`; `executed` is its notebook from the book's build.

    Raises ValueError when that notebook is not of this chapter as it stands.
    """
    page = links.page(f"/notebooks/{chapter.path.stem}", "")[0]
    done = _executed_cells(chapter, executed)
    widgets = executed.metadata.get("widgets", {}).get(STATES, {}).get("state", {})
    deck = Deck()
    for cell in chapter.cells:
        if cell.kind == "markdown" and cell.role is None:
            _add_text(deck, plain_markdown(chapter, cell, links))
        elif cell.role == "prompt":
            _add_exercise(deck, chapter, cell, links)
        elif cell.kind == "code" and cell.role is None:
            _add_code(deck, cell, done[cell.line], widgets, page)
    deck.let_go()
    title = deck.columns[0][0]
    title.body.append(f'<p class="course">GDL Course, chapter {int(chapter.number)}</p>')
    title.body.append(f'<p><a href="{page}">The chapter</a> · arrows to move · S for the notes · ? for all keys</p>')
    title.notes.insert(0, RULE)
    return deck.columns


def write_slides(root: Path, executed: Path, out: Path) -> list[Path]:
    """Write `out`/NN_name.html, a deck for every chapter under `root`, as the book's build, `executed`, ran it.

    Raises FileNotFoundError when the book is not built, `MissingExtra` when reveal.js or MathJax is not installed.
    """
    need("book")
    import nbformat

    from gdl_course.chapters.slides_page import copy_assets, deck_page

    links, written = Links(Path(root)), []
    copy_assets(Path(out))
    for chapter in chapters(root):
        source = Path(executed) / "notebooks" / f"{chapter.path.stem}.ipynb"
        if not source.is_file():
            raise FileNotFoundError(f"no {source}: run `make book` first")
        notebook = nbformat.read(source, as_version=4)
        if not any(cell.get("outputs") for cell in notebook.cells):
            why = "as after a build that took its chapters from the cache"
            raise FileNotFoundError(f"{source} has no outputs, {why}: run `make clean`, then `make book`")
        columns = make_slides(chapter, links, notebook)
        path = Path(out) / f"{chapter.path.stem}.html"
        path.write_text(deck_page(chapter.title, columns), "utf8")
        written.append(path)
    return written


def _executed_cells(chapter, executed):
    """Line of a code cell of the chapter -> the same cell, executed."""
    code_cells = [cell for cell in chapter.cells if cell.kind == "code"]
    done = [cell for cell in executed.cells if cell.cell_type == "code"]
    if [without_markers(cell.source) for cell in code_cells] != [cell.source for cell in done]:
        raise ValueError(f"{chapter.path.name} has changed since the book was built: run `make book` again")
    return {cell.line: after for cell, after in zip(code_cells, done, strict=True)}


def _add_text(deck, markdown):
    first = False  # whether the next paragraph opens its section
    for block in blocks(markdown):
        if block.kind == "heading":
            (deck.open_section if block.level < 3 else deck.open_slide)(block.source)
            deck.heading, first = block.source, True
            continue
        if block.kind == "paragraph":
            _add_paragraph(deck, block.source, first)
        elif block.kind in ("math", "table"):
            rows = block.source.count("\\\\") + 1 if block.kind == "math" else block.source.count("\n")
            deck.show(Shown(to_html(block.source), 56 + 48 * rows))
        elif block.kind == "list":
            _add_list(deck, block)
        elif block.kind == "quote":
            _add_quote(deck, re.sub(r"^> ?", "", block.source, flags=re.MULTILINE))
        else:
            deck.note(block.source)
        first = False


def _add_paragraph(deck, text, first):
    lead = lead_in(text)
    begins = opening(text.removesuffix(lead))
    if first and begins:
        deck.show(_paragraph(begins))
    if lead:
        deck.waiting.append((lead, text))
    else:
        deck.note(text)


def _add_list(deck, block):
    whole = len(block.source) <= LONG_LIST
    numbered = block.source.lstrip()[0].isdigit()
    items = [item if whole else sentences(item)[0] for item in block.items]
    marks = [f"{n}. " if numbered else "- " for n in range(1, len(items) + 1)]
    marked = zip(marks, items, strict=True)
    markdown = "\n".join(mark + item.replace("\n", "\n" + " " * len(mark)) for mark, item in marked)
    deck.show(Shown(to_html(markdown), sum(_paragraph(item).height for item in items)))
    if not whole:
        deck.note(block.source)


def _add_quote(deck, text):
    """A claim with its verdict, on a slide of its own; or a note, which shows its first sentence."""
    claim = _CLAIM.match(text)
    if claim is None:
        title, _, body = text.partition("\n\n")
        shown = _paragraph(f"{title} {opening(body)}")
        deck.show(Shown(f'<div class="box">{shown.html}</div>', 30 + shown.height))
        deck.note(body)
        return
    said, verdict = claim.groups()
    deck.open_slide(CLAIM)
    deck.show(Shown(f"<blockquote>{to_html(said)}</blockquote>", 30 + _paragraph(said).height))
    shown = _paragraph(opening(verdict))
    deck.show(Shown(f'<div class="box fragment">{shown.html}</div>', 30 + shown.height))
    deck.note(verdict)


def _add_exercise(deck, chapter, cell, links):
    about = cell.gdl
    deck.open_slide(f"Your turn: {about['title']}")
    stars = f'<span role="img" aria-label="difficulty {about["difficulty"]} of 3">{STARS[about["difficulty"]]}</span>'
    effort = f"Exercise {chapter.label(cell.exercise)} · {stars} · about {about['minutes']} minutes"
    deck.show(Shown(f'<p class="effort">{effort}</p>', 40))
    for block in blocks(plain_markdown(chapter, cell, links)):
        deck.show(Shown(to_html(block.source), _paragraph(block.source).height))


def _add_code(deck, cell, done, widgets, page):
    quiz = _QUIZ.search(cell.source)
    if quiz:
        _add_quiz(deck, quiz[1])
        return
    lines = len(cell.source.splitlines())
    caption = " ".join(cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "").split())
    shown = outputs(done, widgets, page, inline_html(caption))
    if not _HIDDEN & set(cell.metadata.get("tags", [])):
        if lines <= MOST_LINES:
            shown.insert(0, code(cell.source))
        elif shown:
            shown.insert(0, Shown(f'<p class="effort">From {lines} lines of code, which are in the chapter:</p>', 40))
    pair, height = shown[:2], sum(item.height for item in shown[:2])
    if pair and height <= WHOLE:  # code and what it shows stay together where they can
        shown[:2] = [Shown("".join(item.html for item in pair), height)]
    for item in shown:
        deck.show(item)


def _add_quiz(deck, chapter):
    from gdl_course.exercises import quiz

    for n, question in enumerate(questions := quiz(chapter).questions, start=1):
        deck.open_slide(f"Quiz: question {n} of {len(questions)}")
        options = [answer["answer"] for answer in question["answers"] if "answer" in answer]
        listed = f'<ol class="options">{"".join(f"<li>{inline_html(option)}</li>" for option in options)}</ol>'
        asked = _paragraph(question["question"])
        height = asked.height + sum(_paragraph(option).height for option in options)
        deck.show(Shown(asked.html + (listed if options else ""), height))


def _paragraph(markdown):
    """A paragraph, at some 76 characters a line."""
    return Shown(to_html(markdown), 15 + 40 * (1 + len(markdown) // 76))

"""The claims page: what readers meet elsewhere, the verdict, and the cell that shows it.

`book/claims.json` holds one record a statement; chapters mark the cells that show it (`gdl: {claims: [B12]}`), and
`{gdl-claims}` puts the two together: a section a chapter, a card a statement, a link to the cell. Without JavaScript
the page shows everything; `gdl_claims.js` adds the filter.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from gdl_course.chapters.markdown import VERDICTS
from gdl_course.chapters.source import ChapterError, read_chapter

DATA = "book/claims.json"
PAGE = "book/claims"
MARKS = {word.lower(): mark for word, mark in VERDICTS.items()}
SEE = {
    "true": "see it hold",
    "wrong": "see it fail",
    "conditional": "see the condition",
    "unsupported": "see what is known",
}
FILES = ("gdl_claims.js", "gdl_claims.css")


@dataclass(frozen=True)
class Claim:
    """A row of the page. `said`, `truth` are Markdown; `chapter` is "05"; `source` is a key of the bibliography or None."""

    id: str
    chapter: str
    said: str
    verdict: str
    truth: str
    source: str | None


def read_claims(root: Path) -> list[Claim]:
    """The statements of the course at `root`, in order; none for a book without them."""
    path = Path(root) / DATA
    return [Claim(**record) for record in json.loads(path.read_text("utf8"))] if path.is_file() else []


def anchor(row: str) -> str:
    """The id of the first cell of a chapter that shows the row.

    >>> anchor("F1b")
    'claim-f1b'
    """
    return f"claim-{row.lower()}"


class ClaimsPage(SphinxDirective):
    """Every statement whose chapter is in the book, and one line about the others."""

    def run(self):
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / DATA))
        self.chapters = self._read_chapters()
        claims = read_claims(root)
        shown = [claim for claim in claims if claim.chapter in self.chapters]
        filters = nodes.container(classes=["gdl-claims-filter"])
        sections = [self._section(number, shown) for number in self.chapters]
        later = [claim for claim in claims if claim not in shown]
        return [self._summary(shown), filters, *filter(None, sections), *self._still_to_come(later)]

    def _read_chapters(self):
        """Number -> (docname, chapter), for every chapter of the book."""
        found = {}
        for docname in sorted(self.env.found_docs):
            if docname.startswith("notebooks/"):
                path = self.env.doc2path(docname)
                self.env.note_dependency(path)
                try:
                    chapter = read_chapter(path)
                except ChapterError:
                    continue  # the chapter's own page says what is wrong
                found[chapter.number] = docname, chapter
        return found

    def _summary(self, shown):
        counts = Counter(claim.verdict for claim in shown)
        parts = [f"{MARKS[verdict]} {counts[verdict]} {verdict}" for verdict in MARKS if counts[verdict]]
        return nodes.paragraph("", f"{len(shown)} statements: {', '.join(parts)}.")

    def _section(self, number, shown):
        claims = [claim for claim in shown if claim.chapter == number]
        if not claims:
            return None
        section = nodes.section(ids=[f"chapter-{number}"], names=[f"chapter-{number}"])
        section += nodes.title("", f"Chapter {number}: {self.chapters[number][1].title}")
        section += nodes.bullet_list("", *map(self._card, claims), classes=["gdl-claims"])
        return section

    def _card(self, claim):
        card = nodes.list_item(ids=[claim.id.lower()], classes=["gdl-claim", f"claim-{claim.verdict}"])
        badge = nodes.strong("", f"{MARKS[claim.verdict]} {claim.verdict.capitalize()}", classes=["claim-verdict"])
        card += self._markdown(claim.said, "gdl-said")
        card += nodes.paragraph("", "", badge, nodes.Text(" "), nodes.reference("", claim.id, refid=claim.id.lower()))
        truth = self._markdown(claim.truth, "gdl-truth")
        truth += self._see(claim)
        card += truth
        return card

    def _markdown(self, text, name):
        box = nodes.container(classes=[name])
        self.state.nested_parse(StringList([text], source=DATA), self.content_offset, box)
        return box

    def _see(self, claim):
        """The cells that show it, those of its own chapter first; or its source. A test sees to it that there is one."""
        marked = [n for n, (_, chapter) in self.chapters.items() if any(claim.id in c.claims for c in chapter.cells)]
        if claim.chapter in marked:
            marked.remove(claim.chapter)
            line = nodes.paragraph(
                "", "", self._link(f"{SEE[claim.verdict]} in chapter {claim.chapter}", claim.chapter, claim)
            )
            for number in marked:
                line += [nodes.Text(", "), self._link(f"also in {number}", number, claim)]
            return [line]
        return self._markdown(f"Source: {{cite:t}}`{claim.source}`", "").children if claim.source else []

    def _link(self, text, number, claim):
        builder = self.env.app.builder
        page = relative_uri(builder.get_target_uri(self.env.docname), builder.get_target_uri(self.chapters[number][0]))
        return nodes.reference("", text, refuri=f"{page}#{anchor(claim.id)}", internal=True)

    def _still_to_come(self, claims):
        if not claims:
            return []
        chapters = sorted({claim.chapter for claim in claims})
        text = f"Still to come, with the chapters {', '.join(chapters)}: {len(claims)} statements."
        return [nodes.paragraph("", text, classes=["gdl-later"])]


def write_files(app):
    """The script and the sheet of the one page that needs them."""
    if app.builder.format == "html":
        folder = Path(app.outdir) / "_static"
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (folder / name).write_text(Path(__file__).with_name(name).read_text("utf8"), "utf8")


def load_files(app, pagename, templatename, context, doctree):
    if pagename == PAGE:
        app.add_js_file(FILES[0], loading_method="defer")
        app.add_css_file(FILES[1])


def notice_chapters(app, env, added, changed, removed):
    """The page depends on which chapters there are."""
    return [PAGE] if PAGE in env.found_docs and (added or removed) else []


def setup(app):
    app.add_directive("gdl-claims", ClaimsPage)
    app.connect("builder-inited", write_files)
    app.connect("html-page-context", load_files)
    app.connect("env-get-outdated", notice_chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

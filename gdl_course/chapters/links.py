"""Where things are on the web, and how a source is cited: all from `_config.yml` and the bibliography."""

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Addresses:
    """The addresses that follow from the repository's, which is the only one that anybody sets.

    >>> Addresses("https://github.com/owner/course").colab("05_convolution")
    'https://colab.research.google.com/github/owner/course/blob/notebooks/learner/05_convolution.ipynb'
    """

    repository: str

    def __post_init__(self):
        if not re.fullmatch(r"https://github\.com/[^/]+/[^/]+", self.repository):
            raise ValueError(f"repository.url is {self.repository!r}, expected https://github.com/OWNER/NAME")

    @property
    def _owner_and_name(self) -> tuple[str, str]:
        owner, name = self.repository.split("/")[-2:]
        return owner, name

    @property
    def book(self) -> str:
        owner, name = self._owner_and_name
        return f"https://{owner.lower()}.github.io/{name}"

    def page(self, docname: str) -> str:
        return f"{self.book}/{docname}.html"

    def colab(self, chapter: str) -> str:
        owner, name = self._owner_and_name
        return f"https://colab.research.google.com/github/{owner}/{name}/blob/notebooks/learner/{chapter}.ipynb"

    def binder(self, chapter: str) -> str:
        owner, name = self._owner_and_name
        return f"https://mybinder.org/v2/gh/{owner}/{name}/notebooks?labpath=learner%2F{chapter}.ipynb"


@dataclass(frozen=True)
class Links:
    """What a notebook outside the book needs to point into it: the addresses, the sources, the chapters' titles."""

    root: Path

    @cached_property
    def addresses(self) -> Addresses:
        import yaml

        return Addresses(yaml.safe_load((self.root / "_config.yml").read_text("utf8"))["repository"]["url"])

    @cached_property
    def _entries(self) -> dict:
        from pybtex.database import parse_file

        path = self.root / "book" / "references.bib"
        return parse_file(str(path)).entries if path.is_file() else {}

    def page(self, target: str, docname: str) -> tuple[str, str]:
        """(address, title) of the page that `target` means when it is written in `docname`; KeyError if none is."""
        folder = posixpath.dirname(docname)
        found = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found, _, anchor = found.removesuffix(".md").partition("#")
        found = found.removesuffix(".md")
        source = self.root / f"{found}.md"
        if not source.is_file():
            raise KeyError(f"no page {target!r}: {found}.md does not exist")
        heading = re.search(r"^# +(.+)$", source.read_text("utf8"), flags=re.MULTILINE)
        address = self.addresses.page(found) + (f"#{anchor}" if anchor else "")
        return address, heading[1] if heading else found

    def cite(self, keys: str, style: str) -> str:
        """`{cite:p}` ("p": in parentheses) or `{cite:t}` ("t": as part of the sentence), as Markdown with links."""
        cited = [self._author_and_year(key.strip()) for key in keys.split(",")]
        if style == "t":
            return ", ".join(self._link(f"{author} ({year})", key) for author, year, key in cited)
        return "(" + "; ".join(self._link(f"{author}, {year}", key) for author, year, key in cited) + ")"

    def reference(self, key: str) -> str:
        """The full entry, one line of Markdown."""
        author, year, _ = self._author_and_year(key)
        fields = self._entries[key].fields
        where = fields.get("journal") or fields.get("booktitle") or fields.get("publisher") or ""
        text = f"{author} ({year}). *{_plain(fields['title'])}*." + (f" {_plain(where)}." if where else "")
        address = self._address(key)
        return f"{text} <{address}>" if address else text

    def _author_and_year(self, key):
        if key not in self._entries:
            raise KeyError(f"no source {key!r} in book/references.bib")
        entry = self._entries[key]
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        names = [" ".join(map(str, person.rich_prelast_names + person.rich_last_names)) for person in people]
        author = names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
        return author, entry.fields.get("year", "n.d."), key

    def _link(self, text, key):
        address = self._address(key)
        return f"[{text}]({address})" if address else text

    def _address(self, key):
        fields = self._entries[key].fields
        if "doi" in fields:
            return f"https://doi.org/{fields['doi']}"
        if "eprint" in fields:
            return f"https://arxiv.org/abs/{fields['eprint']}"
        return fields.get("url", "")


def _plain(latex: str) -> str:
    from pybtex.richtext import Text

    return str(Text.from_latex(latex))

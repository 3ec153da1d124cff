"""Look for the text of solutions, answers and rubrics where it must not be, in whatever form a file may hold it.

What is looked for is computed: the lines of a solution and the clauses of an answer that stand nowhere else in the
course. Blanks are dropped on both sides, so that neither indentation nor the spans of a highlighter hide a line.
"""

import html
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from sphinx.search.en import SearchEnglish

from gdl_course.chapters.source import BEGIN, END

SHOWN = (None, "prompt", "hint", "check")  # the roles of cells that everybody sees; of a solution, only the frame
SHORTEST_LINE, SHORTEST_CLAUSE = 12, 24  # characters without blanks; what is shorter may stand anywhere by chance
BETWEEN = re.compile(r"[$`*_\[\]{}|\\\n]+|<[^<>]*>|[.:;?!]\s")  # markup, and what ends a clause
TYPED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "--", "—": "---", "…": "..."})
ESCAPED = re.compile(r'\\(?:u([0-9a-fA-F]{4})|([ntr])|(["\\/]))')
MARKED_UP = {".html", ".ipynb", ".json", ".svg", ".txt", ".inv"}  # with tags or escapes in the middle of a text
stem = SearchEnglish({}).stem


@dataclass(frozen=True)
class Secret:
    """What a cell hides from learners: its `text`, and the `pieces` of it, without blanks, that stand nowhere else."""

    name: str
    text: str
    pieces: tuple[str, ...]


def squeezed(text: str) -> str:
    """`text` without blanks, and with quotes and dashes as one types them.

    >>> squeezed("“Two  words”")
    '"Twowords"'
    """
    return "".join(text.translate(TYPED).split())


def hidden_text(cell) -> str:
    """What only those see who may see solutions."""
    if cell.role == "solution":
        return "\n".join(re.findall(rf"{BEGIN}\n(.*?)\n[ \t]*{END}", cell.source, flags=re.DOTALL))
    return "" if cell.role in SHOWN else cell.source


def open_text(cell) -> str:
    """What everybody sees."""
    if cell.role == "solution":
        return re.sub(rf"{BEGIN}.*?{END}", "", cell.source, flags=re.DOTALL)
    return cell.source if cell.role in SHOWN else ""


def text_of_the_course(root: Path, chapters) -> str:
    """All that stands in the course outside of solutions, answers, rubrics and the checks' own reference answers."""
    package = [path for path in (root / "gdl_course").rglob("*") if path.suffix in (".py", ".js", ".json")]
    files = [path for path in package if not path.match("exercises/ch*.py")]
    files += [path for path in (root / "book").glob("*") if path.suffix in (".md", ".json", ".bib", ".yml")]
    cells = [open_text(cell) for chapter in chapters for cell in chapter.cells]
    return "\n".join(cells + [path.read_text("utf8") for path in files])


def secrets(chapter, course: str) -> list[Secret]:
    """The secrets of a chapter; `course` is the text in which no piece of them may stand (see `text_of_the_course`)."""
    course = squeezed(course)
    return [_secret(cell, course) for cell in chapter.cells if hidden_text(cell)]


def _secret(cell, course):
    text, code = hidden_text(cell), cell.role == "solution"
    parts = [*text.split("\n"), text] if code else BETWEEN.split(text)
    shortest = SHORTEST_LINE if code else SHORTEST_CLAUSE
    pieces = [piece for piece in map(squeezed, parts) if len(piece) >= shortest and piece not in course]
    return Secret(f"{cell.role} of {cell.exercise}", text, tuple(dict.fromkeys(pieces)))


class Haystack:
    """Every file under `folder`, read once, in the forms in which a text may stand in it."""

    def __init__(self, folder: Path):
        files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        self.files = {path.relative_to(folder).as_posix(): searchable(path.name, path.read_bytes()) for path in files}

    def where(self, pieces) -> dict[str, list[str]]:
        """Piece -> the files that hold it, for those of `pieces` that are found."""
        wanted = {piece: piece.encode() for piece in pieces}
        found = {piece: [name for name, text in self.files.items() if key in text] for piece, key in wanted.items()}
        return {piece: names for piece, names in found.items() if names}


def searchable(name: str, content: bytes) -> bytes:
    """The text of a file as it stands, without tags, and with escapes resolved; packed files are unpacked.

    >>> b"a='x'<b" in searchable("a.html", b"<span>a</span> = &#39;x&#39; &lt; b")
    True
    >>> b"a='x'<b" in searchable("a.ipynb", b'{"source": "a =' + rb"\\n" + b" 'x' " + rb"\\u003c" + b' b"}')
    True
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        packed = zipfile.ZipFile(io.BytesIO(content))
        return b"\0".join(searchable(member, packed.read(member)) for member in packed.namelist())
    if content.startswith(b"# Sphinx inventory"):
        content += zlib.decompress(content.split(b"\n", 4)[4])
    raw = content.decode("utf8", "replace")
    forms = [raw]
    if Path(name).suffix in MARKED_UP:
        texts = [raw, ESCAPED.sub(_resolve, raw)]
        forms = [*texts, *(html.unescape(re.sub(r"<[^<>]*>", "", text)) for text in texts)]
    return "\0".join(map(squeezed, dict.fromkeys(forms))).encode()


def _resolve(escape):
    return chr(int(escape[1], 16)) if escape[1] else " " if escape[2] else escape[3]


def words(text: str) -> set[str]:
    """The words of `text` as Sphinx writes them into its search index.

    >>> sorted(words("Turning the filters"))
    ['filter', 'the', 'turn']
    """
    return {stem(word) for word in re.findall(r"\w+", text) if not word.isdigit()}


def indexed_words(index: Path) -> set[str]:
    """The words that the book's search knows, from its `searchindex.js`."""
    text = index.read_text("utf8").strip()
    found = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return set(found["terms"]) | set(found["titleterms"])

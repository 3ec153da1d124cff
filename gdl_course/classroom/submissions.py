"""Find and read what learners handed in. Nothing in a submission is trusted: not its names, its size or its form."""

import ast
import hashlib
import json
import re
import symtable
from dataclasses import dataclass
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

LARGEST = 20 * 2**20  # bytes of a notebook
MOST_CELLS = 2000
_CHAPTER = re.compile(r"(?<![0-9])([0-9]{2})_")


class Unreadable(Exception):
    """A notebook that cannot be graded; the message says why, in words for its author."""


@dataclass(frozen=True)
class Submission:
    """What one learner handed in: a notebook, or a folder of notebooks."""

    learner: str
    path: Path

    def notebook(self, chapter: str, only: bool) -> Path | None:
        """The notebook of a chapter, by its name; any notebook at all if the assignment has `only` this chapter.

        Raises `Unreadable` if two could be meant.
        """
        found = [self.path] if self.path.is_file() else _notebooks_in(self.path)
        named = [path for path in found if chapter in _CHAPTER.findall(path.name)]
        meant = named or (found if only else [])
        if len(meant) > 1:
            raise Unreadable(f"{len(meant)} notebooks could be chapter {chapter}: {', '.join(p.name for p in meant)}")
        return meant[0] if meant else None


def find_submissions(path: Path) -> list[Submission]:
    """The submissions at `path`, by learner: each notebook or folder in it, or the one notebook that it is.

    Raises FileNotFoundError if there is none. Links are not followed: they may lead to somebody else's work.
    """
    path = Path(path)
    if path.is_file():
        return [Submission(path.stem, path)]
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith(".")) if path.is_dir() else []
    found = [
        Submission(entry.name if entry.is_dir() else entry.stem, entry)
        for entry in entries
        if entry.is_symlink() or entry.suffix == ".ipynb" or entry.is_dir()
    ]
    if not found:
        raise FileNotFoundError(f"no submissions in {path}: expected notebooks, or a folder of notebooks per learner")
    return _told_apart(found)


def chosen(submissions: list[Submission], only: str | None, part: str | None) -> list[Submission]:
    """Those whose file is named `only`, or those of `part` "K/N": every N-th, from the K-th on; else all.

    Raises ValueError if there is no such file or no such part.

    >>> [s.learner for s in chosen([Submission(name, Path(name)) for name in "abcde"], None, "1/3")]
    ['b', 'e']
    """
    if only is not None:
        found = [submission for submission in submissions if submission.path.name == only]
        if not found:
            raise ValueError(f"no submission {only!r}; expected one of {len(submissions)} names of files or folders")
        return found
    if part is None:
        return submissions
    numbers = re.fullmatch(r"([0-9]+)/([0-9]+)", part)
    if numbers is None or int(numbers[1]) >= int(numbers[2]):
        raise ValueError(f"expected a part such as 0/10, the first of ten, up to 9/10; got {part!r}")
    return submissions[int(numbers[1]) :: int(numbers[2])]


def _told_apart(submissions):
    """`alice.ipynb` beside a folder `alice` would write one report: the name of both is then their whole file name."""
    names = [submission.learner for submission in submissions]
    return [Submission(s.path.name, s.path) if names.count(s.learner) > 1 else s for s in submissions]


def _notebooks_in(folder):
    found = sorted(folder.rglob("*.ipynb")) if not folder.is_symlink() else []
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def read_cells(path: Path) -> list[str]:
    """The source of each code cell of a notebook. Raises `Unreadable`, whatever the file may be."""
    path = Path(path)
    if path.is_symlink() or not path.is_file():
        raise Unreadable("it is a link or no file: hand in the notebook itself")
    if path.stat().st_size > LARGEST:
        size = path.stat().st_size / 2**20
        raise Unreadable(f"the file has {size:.0f} MB; {LARGEST // 2**20} are the most: clear its outputs and save")
    try:
        notebook = json.loads(path.read_text("utf8"))
    except (ValueError, OSError, RecursionError):  # a UnicodeDecodeError is a ValueError
        empty = path.stat().st_size == 0
        raise Unreadable("the file is empty" if empty else "the file is not JSON, so it is not a notebook") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Unreadable("the file has no list of cells: save it as a notebook of version 4")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells; {MOST_CELLS} are the most")
    return [_source(cell) for cell in cells if cell.get("cell_type") == "code"]


def _source(cell) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def fingerprint(source: str) -> str:
    """What a cell's text is recognised by."""
    return hashlib.sha256(source.strip().encode(errors="replace")).hexdigest()[:16]


def to_run(cells: list[str], handout: frozenset[str], functions: list[str]) -> list[int]:
    """Which cells to run before the answers can be called: all that the learner changed, and what these build on.

    A cell as it was handed out is run only if it is the nearest above to define a name that a function to be graded,
    or a cell that is run, needs. So nobody waits for the chapter's own figures and training runs.
    """
    names = [names_of(cell) for cell in cells]
    run = {i for i, cell in enumerate(cells) if fingerprint(cell) not in handout}
    waiting = [(len(cells), name) for name in functions]
    waiting += [(i, name) for i in run for name in names[i].needed]
    while waiting:
        place, name = waiting.pop()
        places = [i for i in range(len(cells)) if name in names[i].bound]
        above = [i for i in places if i < place] or places
        if above and above[-1] not in run:
            run.add(above[-1])
            waiting += [(above[-1], other) for other in names[above[-1]].needed]
    return sorted(run)


@dataclass(frozen=True)
class Names:
    """The global names that a cell defines, and those that it needs from other cells."""

    bound: set[str]
    needed: set[str]


def names_of(source: str) -> Names:
    """The names of a cell, statement by statement.

    >>> names_of("import numpy as np\\nkey, part = np.split(key)\\nfor i in part:\\n    print(i)").needed - {"print"}
    {'key'}
    """
    try:
        statements = ast.parse(TransformerManager().transform_cell(source)).body  # magics become Python
        tables = [symtable.symtable(ast.unparse(statement), "cell", "exec") for statement in statements]
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it does not run, so it needs nothing
        return Names(set(), set())
    bound, needed = set(), set()
    for statement, table in zip(statements, tables, strict=True):
        assigned, used = _globals_of(table)
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            used.add(statement.target.id)
        simple = isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr))
        needed |= used - bound - (set() if simple else assigned)  # a loop uses what it assigns
        bound |= assigned
    return Names(bound, needed)


def _globals_of(table) -> tuple[set[str], set[str]]:
    """The global names that a statement assigns, and those that it uses, in its functions too."""
    assigned, used, tables = set(), set(), [table]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            if table.get_type() == "module" or symbol.is_global():
                assigned |= {symbol.get_name()} if symbol.is_assigned() or symbol.is_imported() else set()
                used |= {symbol.get_name()} if symbol.is_referenced() else set()
    return assigned, used

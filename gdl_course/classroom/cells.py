"""The code cells of a notebook, read inside the sandbox: what is a course's own cell, and which names a cell has.

A notebook is data of strangers, and reading it can take a hundred times its length in memory: so this runs where a
submission's code runs, before any of it, and `replies.Cell` is all that comes out.
"""

import ast
import hashlib
import json
import re
import symtable
from dataclasses import dataclass
from functools import lru_cache

LARGEST = 20 * 2**20  # bytes of a notebook
MOST_CELLS = 2000
LONG = 2**17  # characters of a cell whose names are still looked for
_CELL_MAGIC = re.compile(r"\s*%%(\w+).*(?:\n|\Z)")
RUNS_PYTHON = ("capture", "time", "timeit", "prun", "memit", "mprun", "lprun", "snakeviz")  # and so its body has names
_TIMING = re.compile(r"^([ \t]*)%(?:time|timeit|prun|memit)\b(?:[ \t]+-\w+[ \t]*\d*)*[ \t]*", re.MULTILINE)


class Unreadable(Exception):
    """What was handed in cannot be graded as it is; the message says why, in words for its author."""


def read_notebook(content: bytes) -> list[str]:
    """The source of each code cell, whatever the encoding of the file. Raises `Unreadable`, whatever the file may be.

    >>> read_notebook(b'{"cells": [{"cell_type": "code", "source": ["x = 1\\\\n", "y = 2"]}]}')
    ['x = 1\\ny = 2']
    """
    try:
        notebook = json.loads(content)  # UTF-8, -16 or -32, with a byte-order mark or without
    except (ValueError, RecursionError):  # a UnicodeDecodeError is a ValueError
        raise Unreadable("the file is not JSON, so it is not a notebook") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Unreadable("the file has no list of cells: save it as a notebook of version 4")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells; {MOST_CELLS} are the most")
    return [_source(cell) for cell in cells if cell.get("cell_type") == "code"]


def _source(cell) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def by_text(source: str) -> str:
    """What a cell is recognised by if nothing in it was changed."""
    return _digest(source.replace("\r\n", "\n").strip())


def by_meaning(source: str) -> str:
    """What a cell is recognised by if it does the same, whatever its layout, quotes, comments and timing magics.

    >>> by_meaning("x = f( 'a' )  # why") == by_meaning('%%time\\nx = f("a")'), by_meaning("not Python at all")
    (True, '')
    """
    tree = _parsed(source)
    try:
        return "" if tree is None else "=" + _digest(repr(_meaning(tree)))
    except RecursionError:
        return ""


def prints(source: str) -> tuple[str, ...]:
    """All that a cell is recognised by: what an assignment keeps of each cell that it hands out."""
    return tuple(filter(None, (by_text(source), by_meaning(source))))


def _digest(text):
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _meaning(node):
    """A syntax tree as nested lists that every version of Python writes alike; a docstring without its indentation."""
    if isinstance(node, list):
        return [_meaning(part) for part in node]
    if isinstance(node, str):
        return "\n".join(line.strip() for line in node.strip().split("\n")) if "\n" in node else node
    if not isinstance(node, ast.AST):
        return node
    fields = [(name, value) for name, value in ast.iter_fields(node) if name not in ("kind", "type_comment")]
    return [type(node).__name__, *[(name, _meaning(value)) for name, value in fields if value not in (None, [])]]


@lru_cache(maxsize=1)  # a cell is asked for its meaning and then for its names
def _parsed(source):
    """The syntax tree of a cell, magics turned into Python; None if it has none, so that it cannot run either."""
    from IPython.core.inputtransformer2 import TransformerManager

    if len(source) > LONG:
        return None
    text = source
    while match := _CELL_MAGIC.match(text):
        if match[1] not in RUNS_PYTHON:
            return None
        text = text[match.end() :]
    try:
        return ast.parse(TransformerManager().transform_cell(_TIMING.sub(r"\1", text)))
    except Exception:  # IPython has errors of its own, for a cell with 600 shell lines say
        return None


@dataclass(frozen=True)
class Names:
    """The global names that a cell defines, and those that it needs from other cells."""

    bound: set[str]
    needed: set[str]


def names_of(source: str) -> Names:
    """The names of a cell, statement by statement; under a cell magic, those of its body.

    >>> names_of("import numpy as np\\nkey, part = np.split(key)\\nfor i in part:\\n    print(i)").needed - {"print"}
    {'key'}
    """
    tree = _parsed(source)
    try:
        statements = [] if tree is None else tree.body
        tables = [symtable.symtable(ast.unparse(statement), "cell", "exec") for statement in statements]
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it does not run, so it needs nothing
        return Names(set(), set())
    bound: set[str] = set()
    needed: set[str] = set()
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


def line_of(source: str) -> str:
    """A cell as `replies.cells_of` reads it."""
    names = names_of(source)
    return "\t".join([by_text(source), by_meaning(source), " ".join(names.bound), " ".join(names.needed)]) + "\n"

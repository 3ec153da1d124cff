"""Each page's cells run once: pages side by side, and again only when something that they use has changed.

The outputs are kept in `_build/executed`, a file for each page and for each state of what its cells depend on: their
sources, the package's files that they import, directly or not, the lock, the interpreter. MyST-NB is handed notebooks
that have their outputs already, and executes nothing. Both editions of the book, the notebooks with outputs and the
slides are made from these files.
"""

import ast
import asyncio
import hashlib
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

PACKAGE = "gdl_course"
FOLDER = Path("_build") / "executed"
DATA = {".js", ".css", ".json", ".svg", ".npz", ".h5"}
_OF_A_CHAPTER = re.compile(r"(?:ch|quiz)(\d\d)\w*\.(?:py|json)")  # in exercises/: no other chapter uses them
_FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError)


class Failed(Exception):
    """A cell of the page raised an error; the message is its traceback."""


def execute(pages: dict, root: Path, timeout: int, say=print) -> None:
    """Run every page that has not been run as it stands, as many at a time as there are cores.

    Args:
        pages: the notebook of each page, by the page's name.
        timeout: seconds a cell.
        say: told of each page that is done.

    A page with a failing cell leaves the traceback, for `executed` to raise, and is run again the next time.
    """
    places = {name: place(page, name, root) for name, page in pages.items()}
    waiting = [name for name in pages if not places[name].is_file()]
    waiting.sort(key=lambda name: -sum(len(cell.source) for cell in code_cells(pages[name])))  # the longest first
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {pool.submit(_run, pages[name], places[name], timeout): name for name in waiting}
        for count, run in enumerate(as_completed(runs), start=1):
            name, seconds = runs[run], run.result()
            ended = "" if places[name].is_file() else ", with an error"
            say(f"executed {count} of {len(runs)}: {name}, {seconds:.0f} s{ended}")


def executed(page, name: str, root: Path):
    """A copy of `page` with its outputs, and what MyST-NB's table tells of the execution.

    Raises:
        Failed: a cell raised an error.
        FileNotFoundError: `execute` has not run the page as it stands.
    """
    file = place(page, name, root)
    if not file.is_file() and _traceback(file).is_file():
        raise Failed(_traceback(file).read_text("utf8"))
    done, page = nbformat.read(file, as_version=4), nbformat.from_dict(page)
    for cell, ran in zip(code_cells(page), code_cells(done), strict=True):
        cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
    page.metadata |= {key: done.metadata[key] for key in ("widgets", "language_info") if key in done.metadata}
    record = {"mtime": file.stat().st_mtime, "runtime": done.metadata["seconds"], "method": "once"}
    return page, record | {"succeeded": True, "error": None, "traceback": None}


def place(page, name: str, root: Path) -> Path:
    """The file for the outputs of `page`, named after a hash of it and of everything that it uses, as they stand."""
    source = "\n\n".join(cell.source for cell in code_cells(page))
    digest = hashlib.sha256(sys.version.encode() + source.encode())
    for file in [*used_files(source, name, root), root / "requirements.txt"]:
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + _contents(file))
    return root / FOLDER / f"{name}-{digest.hexdigest()[:16]}.ipynb"


def used_files(source: str, name: str, root: Path) -> list[Path]:
    """The package's files that code depends on: the modules that it imports, theirs, and the data beside them.

    The checks and the quiz of a chapter are used by the page of this chapter only, though their room is everybody's.
    """
    modules, found = set(), _imported(re.sub(r"^([ \t]*)[%!].*$", r"\1pass", source, flags=re.MULTILINE), root)
    while found:
        module = found.pop()
        if module not in modules:
            modules.add(module)
            found |= _imports_of(module, root)
    folders = {module.parent for module in modules}
    beside = {file for folder in folders for file in folder.iterdir() if file.suffix in DATA | {".py"}}
    own = re.search(r"(\d\d)_", name)
    chapters = {file: match[1] for file in beside if (match := _OF_A_CHAPTER.fullmatch(file.name))}
    data = {file for file in beside if file.suffix in DATA and file not in chapters}
    return sorted(modules - set(chapters) | data | {file for file in chapters if own and chapters[file] == own[1]})


def code_cells(notebook) -> list:
    """The code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _run(page, file: Path, timeout: int) -> float:
    """Execute `page`, write `file` in place of older ones, and return the seconds it took."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob(f"{file.name.rpartition('-')[0]}-????????????????.*"):
        old.unlink()
    notebook, start = nbformat.from_dict(page), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            client = NotebookClient(
                notebook, timeout=timeout, resources={"metadata": {"path": folder}},
                extra_arguments=["--IPKernelApp.log_level=ERROR"],  # it warns of sockets that never leave this machine
            )  # fmt: skip
            asyncio.run(client.async_execute())
        except _FAILURES as error:
            _traceback(file).write_text(str(error), "utf8")
            return time.monotonic() - start
    seconds = notebook.metadata["seconds"] = time.monotonic() - start
    unfinished = file.with_suffix(".unfinished")
    nbformat.write(notebook, unfinished)
    unfinished.replace(file)  # so that a build that is stopped leaves no half of a file
    return seconds


def _traceback(file: Path) -> Path:
    return file.with_suffix(".traceback")


@cache
def _contents(file: Path) -> bytes:
    return file.read_bytes()


@cache
def _imports_of(module: Path, root: Path) -> frozenset[Path]:
    return frozenset(_imported(module.read_text("utf8"), root))


def _imported(source: str, root: Path) -> set[Path]:
    """The files of the package's modules that a source imports, wherever it does."""
    files = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            files |= {_file(alias.name, root) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            files |= {_home(node.module, alias.name, root) for alias in node.names}
    if files != {None}:
        files.add(_file(PACKAGE, root))
    return files - {None}


def _home(module: str, name: str, root: Path) -> Path | None:
    """The file that `from module import name` is about: a room that only passes a name on is not looked at."""
    file = _file(f"{module}.{name}", root) or _file(module, root)
    if file is not None and file.name == "__init__.py" and module != PACKAGE:
        for node in ast.parse(file.read_text("utf8")).body:
            if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
                return _home(node.module, name, root)
    return file


def _file(module: str, root: Path) -> Path | None:
    """The source of a module or a package of the course; None for those of others."""
    parts = module.split(".")
    path = root.joinpath(*parts)
    files = (path.with_suffix(".py"), path / "__init__.py") if parts[0] == PACKAGE else ()
    return next((file for file in files if file.is_file()), None)

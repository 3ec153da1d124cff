"""Read a chapter: its cells, the line each one starts on, and the part that each plays in an exercise.

A cell says its part in its metadata, `{"gdl": {"role": ..., "ex": ...}}`:

    prompt    Markdown: what to do; needs `title`, `difficulty` (1 to 3) and `minutes`
    hint      Markdown: one rung of the ladder
    solution  code: a function whose body stands between `# BEGIN SOLUTION` and `# END SOLUTION`
    check     code: `check("<ex>", ...)`; needs `points`
    answer    Markdown: the answer of an exercise by hand or of an open one
    rubric    Markdown: how to mark one's own answer, a list of criteria as in rubric.py

The parts of an exercise follow its prompt, in this order, and an exercise has a solution and its check, or an answer.
An answer that no check decides has a rubric; beside a check it may have one.

A code cell that plays no such part may say which statements of the claims page it shows,
`{"gdl": {"claims": ["B12"]}}`. It must be able to fail: it asserts, or calls something that raises.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from gdl_course.chapters.extras import need
from gdl_course.chapters.rubric import NotARubric, read_rubric

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
ORDER = ["prompt", "hint", "solution", "check", "answer", "rubric"]
ROLES = {role: "code" if role in ("solution", "check") else "markdown" for role in ORDER}
CLAIM = re.compile(r"[A-H][1-9][0-9]?b?")
CAN_FAIL = re.compile(r"\bassert\b|\b(?:check_equivariance|raises)\(")
NEEDS = {"prompt": ("title", "difficulty", "minutes"), "check": ("points",)}


@dataclass(frozen=True)
class Problem:
    """Something wrong in a chapter's source, and the line (from 1) where it is."""

    line: int
    message: str


class ChapterError(ValueError):
    """A chapter that cannot be used as it stands; `problems` lists every reason, the message shows them all."""

    def __init__(self, path, problems):
        self.problems = list(problems)
        super().__init__("\n".join(f"{path}:{p.line}: {p.message}" for p in self.problems))


@dataclass(frozen=True)
class Cell:
    """One cell: `kind` is "markdown" or "code", `line` (from 1) is where its text starts in the source."""

    kind: str
    source: str
    line: int
    metadata: dict

    @property
    def gdl(self) -> dict:
        return self.metadata.get("gdl", {})

    @property
    def role(self) -> str | None:
        return self.gdl.get("role")

    @property
    def exercise(self) -> str | None:
        return self.gdl.get("ex")

    @property
    def claims(self) -> tuple[str, ...]:
        """The rows of the claims page that this cell shows."""
        return tuple(self.gdl.get("claims", ()))


@dataclass(frozen=True)
class Chapter:
    """A chapter as read: `number` is "05" for `05_convolution.md`, `title` its first heading."""

    path: Path
    metadata: dict
    cells: tuple[Cell, ...]

    @property
    def number(self) -> str:
        return self.path.stem.split("_")[0]

    @property
    def title(self) -> str:
        headings = (re.match(r"# +(.+)", cell.source) for cell in self.cells if cell.kind == "markdown")
        return next((match[1].strip() for match in headings if match), self.path.stem)

    @property
    def prompts(self) -> dict[str, Cell]:
        """The exercises in their order: id -> prompt cell."""
        return {cell.exercise: cell for cell in self.cells if cell.role == "prompt" and cell.exercise}

    def label(self, exercise: str) -> str:
        """The number readers see: "5.2" for the second exercise of chapter 05."""
        return f"{int(self.number)}.{list(self.prompts).index(exercise) + 1}"


def read_chapter(path, text=None) -> Chapter:
    """The chapter at `path` (or `text`, as if it stood there). Raises `ChapterError` with every problem found."""
    path = Path(path)
    text = path.read_text("utf8") if text is None else text
    chapter = _parse(path, text)
    problems = sorted(find_problems(chapter), key=lambda problem: problem.line)
    if problems:
        raise ChapterError(path, problems)
    return chapter


def without_markers(source: str) -> str:
    """A solution as a reader wants to see it.

    >>> without_markers("def f(x):\\n    # BEGIN SOLUTION\\n    return x\\n    # END SOLUTION")
    'def f(x):\\n    return x'
    """
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN, END))


def _parse(path, text):
    need("classroom")
    from myst_nb.core.read import read_myst_markdown_notebook

    notebook = read_myst_markdown_notebook(text, add_source_map=True, path=path)
    lines = text.splitlines()
    cells = []
    for cell, start in zip(notebook.cells, notebook.metadata.pop("source_map"), strict=True):
        body = cell.source.splitlines()  # starts at `start` or later, after blank lines or the cell's options
        first = [line.rstrip() for line in body[:1]]  # trailing blanks are gone from it, or not
        start = next((n for n in range(start, len(lines)) if not body or [lines[n].rstrip()] == first), start)
        cells.append(Cell(cell.cell_type, cell.source, start + 1, _plain(cell.metadata)))
    return Chapter(path, _plain(notebook.metadata), tuple(cells))


def _plain(node):
    """Notebook nodes as plain dictionaries and lists."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(value) for value in node] if isinstance(node, list) else node


def find_problems(chapter):
    """Yield a `Problem` for everything that breaks the rules at the top of this file."""
    current, seen = None, []  # the exercise that is open, and the roles met in it
    prompts = {}
    for cell in chapter.cells:
        if "claims" in cell.gdl:
            yield from _claims_problems(cell)
        if "gdl" not in cell.metadata or "claims" in cell.gdl:
            if cell.kind == "code" and (BEGIN in cell.source or END in cell.source):
                yield Problem(cell.line, f"`{BEGIN}` in a cell that is not a solution: it would reach learners")
            continue
        wrong = list(_cell_problems(chapter, cell))
        yield from wrong
        if wrong:
            continue
        if cell.role == "prompt":
            if cell.exercise in prompts:
                first = prompts[cell.exercise]
                yield Problem(cell.line, f"exercise {cell.exercise} has a second prompt; the first is on line {first}")
            if current:
                yield from _exercise_problems(current, seen)
            prompts[cell.exercise], current, seen = cell.line, cell, ["prompt"]
            continue
        if current is None or cell.exercise != current.exercise:
            yield Problem(cell.line, f"{cell.role} of exercise {cell.exercise} does not follow its prompt")
            continue
        if ORDER.index(cell.role) < ORDER.index(seen[-1]) or (cell.role in seen and cell.role != "hint"):
            order = ", ".join(ORDER)
            yield Problem(cell.line, f"{cell.role} after {seen[-1]} in exercise {cell.exercise}: the order is {order}")
        seen.append(cell.role)
    if current:
        yield from _exercise_problems(current, seen)


def _cell_problems(chapter, cell):
    role, exercise = cell.role, cell.exercise
    if role not in ROLES:
        yield Problem(cell.line, f"unknown role {role!r}: expected one of {', '.join(ORDER)}")
        return
    if cell.kind != ROLES[role]:
        yield Problem(cell.line, f"role {role} on a {cell.kind} cell: it belongs on a {ROLES[role]} cell")
        return
    if not isinstance(exercise, str) or not re.fullmatch(rf"{chapter.number}\.[a-z0-9-]+", exercise):
        yield Problem(cell.line, f"{role}: `ex` is {exercise!r}, expected {chapter.number}.some-name")
    for key in NEEDS.get(role, ()):
        if key not in cell.gdl:
            yield Problem(cell.line, f"{role} of {exercise}: `{key}` is missing")
    if role == "prompt" and cell.gdl.get("difficulty", 1) not in (1, 2, 3):
        yield Problem(cell.line, f"prompt of {exercise}: difficulty is {cell.gdl['difficulty']!r}, expected 1, 2 or 3")
    if cell.kind == "markdown" and re.search(r"^#{1,6} ", cell.source, flags=re.MULTILINE):
        yield Problem(cell.line, f"{role} of {exercise}: a heading cannot stand inside an exercise")
    if role == "solution":
        yield from _marker_problems(cell)
    if role == "rubric":
        yield from _rubric_problems(cell)
    if role == "check" and not re.search(rf"""check\(\s*["']{re.escape(str(exercise))}["']""", cell.source):
        yield Problem(cell.line, f'check of {exercise}: no call of check("{exercise}", ...)')


def _claims_problems(cell):
    named = cell.gdl["claims"]
    if not isinstance(named, list) or not named:
        yield Problem(cell.line, f"claims: got {named!r}, expected a list such as [B19, B12]")
        return
    for name in named:
        if not CLAIM.fullmatch(str(name)):
            yield Problem(cell.line, f"claims: {name!r} is not the name of a row, such as B19")
    if set(cell.gdl) != {"claims"} or cell.kind != "code":
        yield Problem(cell.line, "claims stand alone, on a code cell that is no part of an exercise")
    elif not CAN_FAIL.search(cell.source):
        yield Problem(cell.line, f"claims {', '.join(map(str, named))}: the cell asserts nothing, so it shows nothing")


def _marker_problems(cell):
    markers = [(n, line) for n, line in enumerate(cell.source.splitlines()) if line.strip() in (BEGIN, END)]
    if not markers or [line.strip() for _, line in markers] != [BEGIN, END] * (len(markers) // 2):
        yield Problem(cell.line, f"solution of {cell.exercise}: `{BEGIN}` and `{END}` must come in pairs")
    for n, line in markers:
        if not line.startswith((" ", "\t")):
            message = "a marker outside a function: the stub would stop the whole notebook"
            yield Problem(cell.line + n, f"solution of {cell.exercise}: {message}")


def _rubric_problems(cell):
    try:
        read_rubric(cell.source)
    except NotARubric as wrong:
        yield Problem(cell.line + wrong.offset, f"rubric of {cell.exercise}: {wrong}")


def _exercise_problems(prompt, seen):
    if ("solution" in seen) != ("check" in seen):
        present, absent = ("solution", "check") if "solution" in seen else ("check", "solution")
        yield Problem(prompt.line, f"exercise {prompt.exercise} has a {present} but no {absent}")
    if not {"solution", "check", "answer"} & set(seen):
        yield Problem(prompt.line, f"exercise {prompt.exercise} has neither a solution nor an answer")
    if "answer" in seen and not {"check", "rubric"} & set(seen):
        yield Problem(prompt.line, f"exercise {prompt.exercise} has an answer but neither a check nor a rubric")
    if "rubric" in seen and "answer" not in seen:
        yield Problem(prompt.line, f"exercise {prompt.exercise} has a rubric but no answer")

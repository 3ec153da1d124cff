"""Hand out an assignment: the learner notebooks of some chapters, or the same exercises for nbgrader or for Otter.

All three are made from the one source, and beside each stands `assignment.json`, which `gdl grade` reads.
nbgrader and Otter run the check in the learner's own process, so a submission that means to can deceive them; only
`gdl grade` keeps the two apart.
"""

from dataclasses import dataclass
from pathlib import Path

from gdl_course.chapters.extras import need
from gdl_course.chapters.links import Links
from gdl_course.chapters.notebooks import learner_notebook
from gdl_course.chapters.source import Chapter, read_chapter
from gdl_course.classroom.assignment import Assignment, load_assignment, make_assignment
from gdl_course.classroom.nbgrader_export import write_nbgrader
from gdl_course.classroom.otter_export import write_otter

TRUST = "{} runs the check in the learner's own process and can be deceived; `gdl grade` keeps the two apart."


@dataclass(frozen=True)
class Handout:
    """What was handed out, the folder it is in, and what to do next, in lines for the instructor."""

    assignment: Assignment
    folder: Path
    advice: tuple[str, ...]


def hand_out(root, numbers, points, kind, out=None) -> Handout:
    """Write the assignment of the chapters `numbers` of the course at `root` to `out`, for the grader `kind`.

    `points` is what all is worth together, or None for what the source says; `kind` is a key of `WRITERS`.
    Raises ValueError if a chapter does not exist or is named twice, or if the points cannot be shared out,
    FileExistsError if `out` holds another assignment, `MissingExtra` without what reads chapters.
    """
    need("classroom")
    chapters = chosen_chapters(root, numbers)
    assignment = make_assignment(chapters, points)
    folder = Path(out) if out else Path("assignments", slug(chapters), kind)
    _refuse_another(folder / "assignment.json", assignment)
    folder.mkdir(parents=True, exist_ok=True)
    advice = WRITERS[kind](assignment, chapters, Links(Path(root)), folder)
    assignment.save(folder / "assignment.json")
    return Handout(assignment, folder, tuple(advice))


def chosen_chapters(root, numbers) -> list[Chapter]:
    """The chapters with these numbers ("05" or "5"), in the order given; only these are read."""
    paths = {path.stem[:2]: path for path in sorted((Path(root) / "notebooks").glob("[0-9][0-9]_*.md"))}
    if not paths:
        missing = Path(root) / "notebooks" / "NN_name.md"
        raise FileNotFoundError(f"no chapters {missing}: run this in the course's folder, or name it with --root")
    wanted = [str(number).zfill(2) for number in numbers]
    for number in wanted:
        if number not in paths:
            raise ValueError(f"there is no chapter {number}; the chapters are {', '.join(paths)}")
        if wanted.count(number) > 1:
            raise ValueError(f"chapter {number} is named more than once; name each chapter once")
    return [read_chapter(paths[number]) for number in wanted]


def slug(chapters) -> str:
    """The name of an assignment in paths: "chapter-05", "chapters-05-08"."""
    return "-".join(["chapter" if len(chapters) == 1 else "chapters", *(chapter.number for chapter in chapters)])


def write_learner(assignment, chapters, links, folder) -> list[str]:
    """The learner notebooks of the chapters, as `gdl notebooks` writes them."""
    import nbformat

    for chapter in chapters:
        nbformat.write(learner_notebook(chapter, links), folder / f"{chapter.path.stem}.ipynb")
    return [
        "Next: give the notebooks to your learners. When they come back:",
        f"gdl grade SUBMISSIONS --assignment {folder / 'assignment.json'} --out REPORT",
    ]


def _write_nbgrader(assignment, chapters, links, folder):
    name = slug(chapters)
    write_nbgrader(assignment, chapters, links, folder, name)
    next_step = f"Next: cd {folder} && nbgrader generate_assignment {name}; learners get release/{name}."
    return [next_step, TRUST.format("nbgrader")]


def _write_otter(assignment, chapters, links, folder):
    write_otter(assignment, chapters, links, folder)
    name = chapters[0].path.stem
    command = f"otter assign {name}.ipynb dist/{name}"
    next_step = f"Next, in {folder}, for each notebook: {command}; learners get dist/{name}/student."
    return [next_step, TRUST.format("Otter")]


WRITERS = {"learner": write_learner, "nbgrader": _write_nbgrader, "otter": _write_otter}


def _refuse_another(path, assignment):
    """A folder keeps one assignment: notebooks of two would lie side by side with the points of the last."""
    if path.is_file() and (found := load_assignment(path)).chapters != assignment.chapters:
        raise FileExistsError(f"{path.parent} holds the assignment {found.title!r}: name another folder with --out")

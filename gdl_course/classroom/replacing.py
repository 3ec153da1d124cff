"""A learner notebook whose solution and check cells are replaced by what a grader wants in their places."""

from gdl_course.chapters.notebooks import learner_notebook, stub


def grade_id(exercise: str) -> str:
    """The name of an exercise where only letters, digits, - and _ are allowed.

    >>> grade_id("05.circular-conv")
    '05-circular-conv'
    """
    return exercise.replace(".", "-")


def notebook_with(chapter, links, replacements):
    """The learner notebook of `chapter`, in which `replacements[role](cell, part)` are the cells that stand for `cell`.

    `role` is "solution" or "check", `part` is the cell of the source with that role, and `cell` what a learner gets.
    """
    notebook = learner_notebook(chapter, links)
    parts = {_as_learners_see(part, chapter): part for part in chapter.cells if part.role in ("solution", "check")}
    cells = []
    for cell in notebook.cells:
        part = parts.get(cell.source)
        cells.extend(_numbered(cell, replacements[part.role](cell, part)) if part else [cell])
    notebook.cells = cells
    return notebook


def _as_learners_see(part, chapter):
    return stub(part.source, chapter.prompts[part.exercise].gdl["title"]) if part.role == "solution" else part.source


def _numbered(cell, replaced):
    """The cells with ids that follow from the old cell's, so that the same source gives the same file."""
    for n, new in enumerate(replaced):
        new["id"] = f"{cell.id}-{n}"
    return replaced

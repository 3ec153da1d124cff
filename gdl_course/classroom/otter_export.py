"""Notebooks for Otter-Grader 7 (https://otter-grader.readthedocs.io), made from the chapters' source, one a chapter.

`otter assign` takes each as it stands. Learners get the notebook that they know, with our stubs and our checks and
without Otter's own cells, so they need no Otter; the test that grades is kept in the metadata of the check cell.

Otter runs the check in the learner's own process and can be deceived: `gdl grade` is the grader that defends itself.
"""

import json

from gdl_course.chapters.source import BEGIN, END
from gdl_course.classroom.replacing import grade_id, notebook_with

# JSON strings are YAML strings, too. The check cell is the last of its question, so Otter's test goes with it.
CONFIG = """\
# ASSIGNMENT CONFIG
init_cell: false
export_cell: false
requirements:
- {package}"""
QUESTION = """\
# BEGIN QUESTION
name: {name}
points: {points}
check_cell: false"""
TEST = """\
verdict = check("{name}", {function})
assert verdict.passed, verdict"""


def write_otter(assignment, chapters, links, folder) -> None:
    """Write `folder`/NN_name.ipynb, with solutions, for every chapter."""
    import nbformat

    for chapter in chapters:
        nbformat.write(otter_notebook(assignment, chapter, links), folder / f"{chapter.path.stem}.ipynb")


def otter_notebook(assignment, chapter, links):
    """The chapter with one question for each exercise that a check decides, and no answers to open exercises."""
    exercises = {exercise.name: exercise for exercise in assignment.exercises}

    def solution(cell, part):
        exercise = exercises[part.exercise]
        question = QUESTION.format(name=json.dumps(grade_id(exercise.name)), points=exercise.points)
        cell.source = with_prompt(part.source, cell.source)
        return [_raw(question), _raw("# BEGIN SOLUTION"), cell, _raw("# END SOLUTION")]

    def graded(cell, part):
        exercise = exercises[part.exercise]
        test = _code(TEST.format(name=exercise.name, function=exercise.function))
        return [cell, _raw("# BEGIN TESTS"), test, _raw("# END TESTS"), _raw("# END QUESTION")]

    notebook = notebook_with(chapter, links, {"solution": solution, "check": graded})
    config = _raw(CONFIG.format(package=json.dumps(f"gdl-course @ git+{links.addresses.repository}")))
    config["id"] = f"config-{chapter.number}"
    notebook.cells.insert(0, config)
    return notebook


def with_prompt(solution: str, stub: str) -> str:
    """`solution` in Otter's form: each region between our markers is followed by what `stub` has in its place.

    >>> solution = "def f(x):\\n    # BEGIN SOLUTION\\n    return x\\n    # END SOLUTION"
    >>> print(with_prompt(solution, "def f(x):\\n    pass"))
    def f(x):
        # BEGIN SOLUTION NO PROMPT
        return x
        # END SOLUTION
        \"\"\" # BEGIN PROMPT
        pass
        \"\"\" # END PROMPT
    """
    left, lines, stub_lines = False, [], iter(stub.split("\n"))
    for line in solution.split("\n"):
        if line.strip() == BEGIN:
            left, line = True, f"{line} NO PROMPT"
        lines.append(line)
        if line.strip() == END:
            indent = line.removesuffix(END)
            lines += [f'{indent}""" # BEGIN PROMPT', next(stub_lines), f'{indent}""" # END PROMPT']
            left = False
        elif not left:
            next(stub_lines)
    return "\n".join(lines)


def _raw(source):
    import nbformat.v4

    return nbformat.v4.new_raw_cell(source)


def _code(source):
    import nbformat.v4

    return nbformat.v4.new_code_cell(source)

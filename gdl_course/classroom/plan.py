"""Which cells of a notebook to run before its answers can be called, and which of them the answers need."""

from dataclasses import dataclass

from gdl_course.classroom.replies import Cell


@dataclass(frozen=True)
class Plan:
    """Cells to run, in their order; those that answers `need`; of each function, the cells that answer it."""

    run: tuple[int, ...]
    need: frozenset[int]
    answers: dict[str, list[int]]


def plan(cells: list[Cell], handout: frozenset[str], functions: list[str]) -> Plan:
    """Run all that the learner changed, and what this and the answers build on.

    A cell as it was handed out, by its text or by its meaning, is run only if it is the nearest above to define a
    name that a function to be graded, or a cell that is run, needs. So nobody waits for the chapter's own figures and
    training. The stub of an exercise that is answered in another cell does not undo the answer, wherever it stands.
    """
    changed = {i for i, cell in enumerate(cells) if not {cell.by_text, cell.by_meaning} & handout}
    answers = {name: [i for i in sorted(changed) if name in cells[i].bound] for name in functions}
    stubs = _stubs(cells, changed, answers)
    need = _closure(cells, [(len(cells), name) for name in functions], stubs)
    wanted = [(i, name) for i in changed - need for name in cells[i].needed]
    run = changed | need | _closure(cells, wanted, stubs)
    # A stub that brings other names, an import say, runs above the answer, which is to stand.
    order = sorted(run, key=lambda i: (min([i, *(answers[name][0] for name in stubs.get(i, ()))]), i not in stubs))
    return Plan(tuple(order), frozenset(need), answers)


def _stubs(cells, changed, answers) -> dict[int, list[str]]:
    """The cells that learners were given to answer in, and of each the functions that they answered elsewhere."""
    given = [i for i in range(len(cells)) if i not in changed]
    bound = {i: [name for name in answers if answers[name] and name in cells[i].bound] for i in given}
    return {i: names for i, names in bound.items() if names}


def _closure(cells, waiting, stubs) -> set[int]:
    """The cells that define the names in `waiting`, pairs (place, name), and the names that these need."""
    found, waiting = set(), list(waiting)
    while waiting:
        place, name = waiting.pop()
        places = [i for i, cell in enumerate(cells) if name in cell.bound and name not in stubs.get(i, ())]
        above = [i for i in places if i < place] or places
        if above and above[-1] not in found:
            found.add(above[-1])
            waiting += [(above[-1], other) for other in cells[above[-1]].needed]
    return found

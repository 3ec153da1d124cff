"""The page that one learner gets: each exercise with the check's own words, and what to do next."""

from gdl_course.classroom.pages import look, named, page, tag, with_code
from gdl_course.classroom.records import NOT_FOUND, Chapter, Exercise, Record
from gdl_course.exercises.engine.result import Result

# Whether what was handed in is the reason, or the machine
TOLD = {False: "The grading did not come to its end: ", True: "What was handed in cannot be graded as it is: "}
TURN = {
    False: "These are no points lost. Ask your instructor to have it graded again.",
    True: "Your instructor has the same message. Hand in the notebook itself, as Jupyter saves it, or ask what to do.",
}


def learner_page(record: Record) -> str:
    """The page of one submission."""
    if record.problem:
        return page(
            f"{record.learner}: not graded",
            tag("h1", named(record.learner), ": not graded"),
            tag("p", TOLD[record.to_blame == "hand-in"], *with_code(record.problem), ".", class_="warning"),
            tag("p", TURN[record.to_blame == "hand-in"]),
        )
    return page(
        f"{record.learner}: {record.assignment}",
        tag("h1", named(record.learner), f": {record.assignment}"),
        tag("p", tag("strong", f"{record.points:g} of {record.of:g} points"), class_="total"),
        tag("p", _how(record), class_="quiet"),
        tag("h2", "What to do next"),
        tag("ul", *(tag("li", *with_code(step)) for step in next_steps(record))),
        *(part for chapter in record.chapters for part in _chapter(chapter)),
    )


def _how(record):
    sandbox = {"none": ", without a sandbox", "user": ", as another user, without a sandbox"}.get(record.isolation, "")
    return f"Graded at {record.when} in {record.seconds:.1f} s by version {record.version} of the course{sandbox}."


def next_steps(record: Record) -> list[str]:
    """What helps most, first."""
    steps = [f"Chapter {chapter.number}: {chapter.message}." for chapter in record.chapters if chapter.message]
    if any(chapter.cells for chapter in record.chapters):
        steps.append("Repair the cells that failed, restart the kernel, and run all cells in order.")
    answers = [answer for chapter in record.chapters if not chapter.message for answer in chapter.exercises]
    lost = [answer for answer in answers if answer.status == NOT_FOUND]
    if lost:
        names = ", ".join(f"`{answer.function}`" for answer in lost)
        steps.append(f"Define {names}: the grader finds your answers by these names.")
    blank = [answer for answer in answers if answer.status == "not started"]
    if blank:
        steps.append(f"Begin with {_labels(blank)}: the hints stand below each exercise.")
    wrong = [answer for answer in answers if answer.status not in ("right", "not started", NOT_FOUND)]
    if wrong:
        steps.append(f"Look at {_labels(wrong)}: `check` in the notebook says the same while you work on it.")
    return steps or ["Nothing is left to do: every exercise is right."]


def _labels(answers):
    return ", ".join(answer.label for answer in answers)


def _chapter(chapter: Chapter):
    yield tag("h2", f"Chapter {chapter.number}", f": {chapter.notebook}" if chapter.notebook else "")
    if chapter.message:
        yield tag("p", tag("strong", f"{chapter.status}: "), *with_code(chapter.message), class_="warning")
        return
    for exercise in chapter.exercises:
        yield from _exercise(exercise)
    if chapter.cells:
        yield tag("h3", "Cells that failed")
        yield tag("p", "Counted among the code cells, from the top of your notebook.", class_="quiet")
        yield tag("ul", *(tag("li", f"Code cell {number}: ", *with_code(text)) for number, text in chapter.cells))


def _exercise(exercise: Exercise):
    points = f"{exercise.points:g} of {exercise.of:g} points, {exercise.seconds:.1f} s"
    yield tag("h3", f"{exercise.label} {exercise.title} ", tag("span", f"({points})", class_="quiet"))
    symbol, colour = look(exercise.status)
    heading, rest = verdict(exercise)
    mark = tag("span", symbol, style=f"color: {colour}", **{"aria-hidden": "true"})
    yield tag(
        "div", tag("strong", mark, f" {heading}"), *with_code(rest), class_="result", style=f"border-color: {colour}"
    )


def verdict(exercise: Exercise) -> tuple[str, str]:
    """The heading and what follows it: the words of the notebook's `check`, whose statuses lack only "not found"."""
    if exercise.status == NOT_FOUND:
        return NOT_FOUND, f": {exercise.message}" if exercise.message else ""
    result = Result(exercise.status, exercise.message)
    _, words = repr(result).split(" ", 1)  # symbol, words
    return result.heading, words.removeprefix(result.heading)

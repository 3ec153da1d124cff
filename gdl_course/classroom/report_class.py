"""The instructor's page of a report: who got how many points, how each exercise went, what the machine could not do."""

from collections import Counter
from statistics import median
from urllib.parse import quote

from gdl_course.classroom.pages import look, named, page, tag
from gdl_course.classroom.records import STATUSES, Record
from gdl_course.classroom.sandbox import PARTS

WITHOUT = "graded without a sandbox"


def class_page(records: list[Record]) -> str:
    """The page of all these submissions."""
    graded = [record for record in records if not record.problem]
    title = " / ".join(dict.fromkeys(record.assignment for record in graded)) or "Not graded"
    return page(
        f"{title}: the class",
        tag("h1", f"{title}: the class"),
        *_warnings(records, graded),
        _summary(graded),
        tag("h2", "Learners"),
        _learners(records),
        *([tag("h2", "Exercises"), _exercises(graded)] if graded else []),
        tag("p", "For a spreadsheet: ", tag("a", "grades.csv", href="grades.csv"), ". For each learner: the page of "
            "that name in learners/. Keep run.json to yourself: it holds the seed of the questions.",
            class_="quiet"),
    )  # fmt: skip


def _warnings(records, graded):
    unsafe = sum(record.isolation == "none" for record in graded)
    if unsafe:
        yield tag(
            "p", tag("strong", f"{unsafe} of {len(graded)} {WITHOUT}."), " Their code could read the checks and change "
            "the grader: trust these points as far as you trust the learners.", class_="warning",
        )  # fmt: skip
    apart = sum(record.isolation == "user" for record in graded)
    if apart:
        yield tag(
            "p", f"{apart} of {len(graded)} graded as another user, without a sandbox: they could read neither checks "
            "nor each other's work, but shared /tmp with all that ran.", class_="warning",
        )  # fmt: skip
    if without := dict.fromkeys(part for record in graded for part in record.without):
        yield tag("p", "Graded without a part of the protection: ", *(PARTS.get(part, part) + ". " for part in without),
                  class_="warning")  # fmt: skip
    unclear = sum(record.to_blame == "hand-in" for record in records)
    if unclear:
        yield tag(
            "p", tag("strong", f"{unclear} of {len(records)} could not be read."), " The table says why. Look at them "
            "yourself, or ask for another file: grading again changes nothing.", class_="warning",
        )  # fmt: skip
    failed = len(records) - len(graded) - unclear
    if failed:
        yield tag(
            "p", tag("strong", f"{failed} of {len(records)} not graded."), " The table says why. Grade the same folder "
            "again: what has a grade is kept, the rest is graded.", class_="warning",
        )  # fmt: skip


def _summary(graded):
    if not graded:
        return None
    points, times = [record.points for record in graded], [record.seconds for record in graded]
    most = max(record.of for record in graded)
    slowest = max(graded, key=lambda record: record.seconds)
    return tag(
        "p",
        f"{len(graded)} graded. Points: median {median(points):g} of {most:g}, from {min(points):g} to "
        f"{max(points):g}. Time: median {median(times):.1f} s, the longest {slowest.seconds:.1f} s (",
        named(slowest.learner),
        f"), together {sum(times):.1f} s. The last was graded at {max(record.when for record in graded)}.",
    )


def _learners(records):
    heads = [("Learner", ""), ("Points", "number"), ("Time", "number"), ("Remarks", "")]
    head = tag("tr", *(tag("th", words, class_=kind, scope="col") for words, kind in heads))
    return _table("Learners", head, [_learner(record) for record in records])


def _learner(record):
    link = tag("a", named(record.learner), href=f"learners/{quote(record.file)}.html")
    figures = ["–", "–"] if record.problem else [f"{record.points:g} of {record.of:g}", f"{record.seconds:.1f} s"]
    cells = [tag("td", figure, class_="number") for figure in figures]
    remarks = tag("td", *(tag("div", remark) for remark in _remarks(record)))
    return tag("tr", tag("th", link, scope="row"), *cells, remarks)


def _remarks(record):
    if record.problem:
        yield f"not graded: {record.problem}"
    if record.isolation == "none":
        yield WITHOUT
    yield from (f"look at this: {remark}" for remark in record.remarks)
    for chapter in record.chapters:
        if chapter.status != "graded":
            yield f"chapter {chapter.number} {chapter.status}"
        elif chapter.cells:
            yield f"chapter {chapter.number}: {len(chapter.cells)} cell{'s' * (len(chapter.cells) > 1)} failed"


def _exercises(graded):
    head = tag("tr", tag("th", "Exercise", scope="col"), tag("th", "How it went", scope="col"))
    exercises = {exercise.name: exercise for record in graded for exercise in record.exercises}
    return _table("Exercises", head, [_exercise(exercise, graded) for exercise in exercises.values()])


def _exercise(exercise, graded):
    answers = [answer for record in graded for answer in record.exercises if answer.name == exercise.name]
    counts = Counter(answer.status for answer in answers)
    told = [(status, counts[status]) for status in STATUSES if counts[status]]
    bar = [tag("span", style=f"flex: {count}; background: {look(status)[1]}") for status, count in told]
    words = ", ".join(f"{look(status)[0]} {count} {status}" for status, count in told)
    mean = sum(answer.points for answer in answers) / len(answers)
    return tag(
        "tr",
        tag("th", f"{exercise.label} {exercise.title}", scope="row"),
        tag("td", tag("div", *bar, class_="bar", **{"aria-hidden": "true"}), words,
            tag("div", f"mean {mean:.2f} of {exercise.of:g} points", class_="quiet")),
    )  # fmt: skip


def _table(name, head, rows):
    """A table that scrolls by itself where the screen is narrow, by keyboard too."""
    table = tag("table", tag("thead", head), tag("tbody", *rows), **{"aria-label": name})
    return tag("div", table, class_="wide", tabindex="0", role="group", **{"aria-label": f"{name}, a table"})

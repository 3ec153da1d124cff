"""What a graded class looks like: a page for the instructor, a page for each learner, a table for a spreadsheet.

All of it is made anew from `records/`, so records that several machines wrote are merged by putting them into one
folder. Each file is replaced whole: who reads, or writes at the same time, never meets half a file.
"""

import csv
import io
import re
from pathlib import Path

from gdl_course.classroom.files import write_whole
from gdl_course.classroom.records import Record, read_records
from gdl_course.classroom.report_class import class_page
from gdl_course.classroom.report_learner import learner_page

# A spreadsheet computes what begins so, at the start of a cell or after what ends a cell in another country.
FORMULA = re.compile(r"""(^|[;,|"'])(?=\s*[=+\-@＝＋－＠])""")


def write_reports(report: Path) -> list[Record]:
    """Write `report`/index.html, `report`/grades.csv and `report`/learners/NAME.html from the records; return these.

    Give a learner the one page with their name. Keep run.json to yourself: it holds the seed of the secret questions.
    Raises FileNotFoundError if there are no records.
    """
    report, records = Path(report), read_records(report)
    if not records:
        raise FileNotFoundError(f"no records in {report / 'records'}: `gdl grade` writes them")
    for record in records:
        write_whole(report / "learners" / f"{record.file}.html", learner_page(record))
    write_whole(report / "grades.csv", "\ufeff" + grades(records))  # the mark tells Excel that it is UTF-8
    write_whole(report / "index.html", class_page(records))
    return records


def grades(records: list[Record]) -> str:
    """The points as CSV: one line a learner, one column an exercise; who was not graded has no points, not 0."""
    names = list(dict.fromkeys(exercise.name for record in records for exercise in record.exercises))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["learner", *map(cell, names), "total", "of", "seconds", "isolation", "problem", "remarks"])
    for record in records:
        points = {exercise.name: exercise.points for exercise in record.exercises}
        total = ["", "", ""] if record.problem else [record.points, record.of, record.seconds]
        words = [cell(record.isolation), cell(record.problem), cell("; ".join(record.remarks))]
        writer.writerow([cell(record.learner), *(points.get(name, "") for name in names), *total, *words])
    return text.getvalue()


def cell(text: str) -> str:
    """`text` as one line that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell("Ada"), cell("Ada;=1+1")
    ("'=1+1", 'Ada', "Ada;'=1+1")
    """
    return FORMULA.sub(r"\1'", " ".join(text.replace("\t", " ").splitlines()))

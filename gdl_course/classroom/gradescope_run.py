"""Grade one submission inside Gradescope's container: `python -m gdl_course.classroom.gradescope_run /autograder`.

It reads submission/ and source/autograder.json and writes results/results.json, whatever happens.

Gradescope runs the submission in the container that holds the checks, as root, and many containers forbid the
namespaces that a sandbox is made of. Running on without one would let a submission read the checks and write its own
results.json, and nobody would know. So a submission is graded without a sandbox only if the instructor asked for it
when the zip was made, and its results say so: as another user, who can read neither the checks nor the results
(`gdl gradescope --other-user`), or with no protection at all (`--unprotected`). Otherwise it is not graded.

Gradescope has no "not graded": without a results.json it tells the learner that the submission may be invalid, and the
reason is only in the log. So the result is a score of 0 with one failed test called "Not graded", which everybody
sees, which says whose turn it is, and which "Regrade All Submissions" replaces.
"""

import json
import secrets
import sys
from pathlib import Path

from gdl_course.classroom import batch
from gdl_course.classroom.answers import NotGraded
from gdl_course.classroom.assignment import assignment_of
from gdl_course.classroom.grading import grade_submission
from gdl_course.classroom.records import Record, record_of, visible
from gdl_course.classroom.report_learner import next_steps, verdict
from gdl_course.classroom.sandbox import Limits, NoSandbox, Sandbox, require_bubblewrap, require_other_user
from gdl_course.classroom.submissions import Submission

WITHOUT = {
    "none": "Graded without a sandbox, as the instructor has chosen: the submission could read and change the grader.",
    "user": "Graded as another user, without a sandbox, as the instructor has chosen.",
}
TURN = (
    "These are no points lost. Instructor: the reason stands above. Where it is a sandbox that cannot be made, "
    "`gdl gradescope --other-user` makes an autograder that goes without one, and --unprotected one without any "
    "protection, if you trust every submission. Then use Regrade All Submissions."
)
HAND_IN = "Hand in the notebook itself, as Jupyter saves it; if it is that, show this to your instructor."


def main(folder: Path) -> None:
    """Write results/results.json for the submission in submission/, under `folder`."""
    try:
        results = results_of(_graded(folder))
    except (NoSandbox, NotGraded) as problem:
        results = not_graded(str(problem))
    except Exception as problem:  # our own failure: still a result, so that it is seen
        results = not_graded(f"{type(problem).__name__}: {problem}")
    path = folder / "results" / "results.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf8")


def _graded(folder) -> Record:
    batch.limit_memory(batch.CHECKER)
    settings = json.loads((folder / "source" / "autograder.json").read_text("utf8"))
    around = _around(settings["isolation"], folder)
    submission = Submission("submission", folder / "submission")
    assignment = assignment_of(settings["assignment"])
    return record_of(grade_submission(submission, assignment, secrets.randbits(56), around, Limits()))


def _around(isolation, folder) -> Sandbox:
    """The sandbox that the instructor has chosen; another user must find the doors shut."""
    if isolation == "none":
        return Sandbox("none")
    if isolation == "bubblewrap":
        return require_bubblewrap([folder])
    shut = [folder / "source", folder / "submission", folder / "results", Path(__file__).resolve().parents[1]]
    for place in shut:
        place.mkdir(exist_ok=True)
        place.chmod(0o700)
    return require_other_user(shut[:3])


def results_of(record: Record) -> dict:
    """The record in Gradescope's words; each exercise is a test."""
    if record.problem:
        return not_graded(record.problem, HAND_IN if record.to_blame == "hand-in" else TURN)
    remarks = [WITHOUT[record.isolation]] if record.isolation in WITHOUT else []
    cells = [
        f"Code cell {number} of {chapter.notebook} failed: {message}"
        for chapter in record.chapters
        for number, message in chapter.cells
    ]
    extra = {"isolation": record.isolation, "version": record.version, "graded_at": record.graded_at}
    lines = [*remarks, *record.remarks, *next_steps(record), *cells]
    return _results(record.points, lines, list(map(_test, record.exercises))) | {
        "execution_time": record.seconds, "extra_data": extra,
    }  # fmt: skip


def not_graded(why: str, turn: str = TURN) -> dict:
    """The result that says that there is none."""
    why = visible(why)
    test = {"name": "Not graded", "score": 0, "max_score": 0, "status": "failed", "output": why} | _VISIBLE
    return _results(0, [f"Not graded: {why}", turn], [test])


_VISIBLE = {"name_format": "text", "output_format": "text", "visibility": "visible"}


def _results(score, lines, tests):
    return {
        "score": score, "output": "\n".join(lines), "output_format": "text", "visibility": "visible",
        "stdout_visibility": "hidden", "tests": tests,
    }  # fmt: skip


def _test(exercise):
    heading, words = verdict(exercise)
    return {
        "name": f"{exercise.label} {exercise.title}", "score": exercise.points, "max_score": exercise.of,
        "status": "passed" if exercise.status == "right" else "failed", "output": heading + words,
    } | _VISIBLE  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))

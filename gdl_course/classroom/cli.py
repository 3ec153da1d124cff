"""`gdl`, the command line of the course: hand out, grade, report, see your progress.

Each command is a few lines: it reads its options, calls a function of this room and says what came of it. What goes
wrong is said in one sentence. Exit code 2 means that what was given is wrong, 1 that another try may do.
"""

from pathlib import Path

import click

from gdl_course.chapters.extras import MissingExtra
from gdl_course.classroom.records import visible

USAGE = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError)
PROBLEMS = (
    ValueError,
    LookupError,
    OSError,
    MissingExtra,
)  # ours, each with a message that says what to do; others are bugs


class _Problem(click.ClickException):
    """Wrong usage, or input that is not what it should be: another try with the same changes nothing."""

    exit_code = 2


class _Group(click.Group):
    """Says an expected problem in one sentence, without a traceback."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except PROBLEMS as problem:
            again = isinstance(problem, OSError) and not isinstance(problem, USAGE)  # a full disk, say
            raise (click.ClickException if again else _Problem)(visible(problem)) from problem


root_option = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=".",
    show_default="this folder",
    help="The course's folder, with notebooks/ in it.",
)


@click.group(cls=_Group)
@click.version_option(package_name="gdl-course")
def main():
    """GDL Course: hand out chapters, grade a class, see your own progress."""


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@root_option
def notebooks(out, root):
    """Write OUT/learner and OUT/solution, all chapters, without outputs."""
    from gdl_course.chapters.notebooks import write_notebooks

    click.echo(f"{len(write_notebooks(root, out))} notebooks under {out}")


@main.command()
@click.argument("build", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path))
@root_option
def executed(build, out, root):
    """Write to OUT the solution notebooks with the outputs of the book, whose executed pages are in BUILD.

    After `make book` BUILD is _build/jupyter_execute.
    """
    from gdl_course.chapters.notebooks import write_executed

    click.echo(f"{len(write_executed(root, build, out))} notebooks under {out}")


@main.command()
@click.argument("chapters", nargs=-1, required=True)
@click.option("--points", type=click.FloatRange(0.25), help="What they are worth. Default: what the chapters say.")
@click.option(
    "--to",
    "kind",
    type=click.Choice(["learner", "nbgrader", "otter"]),
    default="learner",
    show_default=True,
    help="For `gdl grade`, or for another grader.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to. Default: a folder of its own under assignments.",
)
@root_option
def assign(chapters, points, kind, out, root):
    """Hand out CHAPTERS, such as 05 08: write the notebooks and assignment.json, which a grader reads."""
    from gdl_course.classroom.exports import hand_out

    done = hand_out(root, chapters, points, kind, out)
    exercises = f"{len(done.assignment.exercises)} exercises, {done.assignment.points:g} points"
    click.echo("\n".join([f"{done.assignment.title}: {exercises}, in {done.folder}", *done.advice]))


@main.command()
@click.argument("chapter", required=False)
@click.option("--reset", is_flag=True, help="Forget all tries, after asking.")
def progress(chapter, reset):
    """Show what you have got right, in all chapters or in CHAPTER, such as 05 or 5."""
    from gdl_course.exercises import progress
    from gdl_course.exercises.engine.progress import table
    from gdl_course.exercises.engine.record import record_file

    if reset and chapter:
        raise click.UsageError("--reset forgets the tries of all chapters: leave the chapter out")
    file = record_file()
    if reset:
        if file and file.exists() and click.confirm(f"Forget all tries and delete {file}?"):
            file.unlink()
        return
    found = progress(chapter and chapter.zfill(2))
    click.echo(table(found))
    click.echo(found.remark or f"Kept in {file}, on this machine only.")


@main.command()
@click.argument("submissions", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out", "report", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder of the report."
)
@click.option(
    "--assignment",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `gdl assign` wrote. Default: assignment.json in SUBMISSIONS or here.",
)
@click.option("--only", metavar="NAME", help="Of SUBMISSIONS, this file or folder alone.")
@click.option("--part", metavar="K/N", help="Of SUBMISSIONS, every N-th alone, from the K-th; K counts from 0.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="How many to grade at a time.")
@click.option("--seconds", type=click.FloatRange(1), default=300, show_default=True, help="Time of one submission.")
@click.option("--memory", type=click.IntRange(512), default=4096, show_default=True, help="Its memory, in MB.")
@click.option("--unprotected", is_flag=True, help="Without a sandbox: a submission can then do all that you can.")
@click.option(
    "--other-user",
    is_flag=True,
    help="As root in a container that forbids a sandbox: each submission as another user, who cannot read the checks.",
)
def grade(submissions, report, assignment, only, part, jobs, seconds, memory, unprotected, other_user):
    """Grade SUBMISSIONS: a folder of notebooks or of folders, one per learner, or one notebook.

    What was graded before is not graded again, so a run that was stopped goes on where it was. Exit codes: 0, all
    submissions have a grade; 1, the machine failed on some: try again; 2, wrong usage or input; 3, no sandbox;
    4, some of what was handed in cannot be graded as it is, or needs a look: the list says which and why.
    """
    from gdl_course.classroom import sandbox
    from gdl_course.classroom.assignment import find_assignment
    from gdl_course.classroom.batch import grade_all, has_record
    from gdl_course.classroom.reports import write_reports
    from gdl_course.classroom.submissions import chosen, find_submissions
    from gdl_course.classroom.telling import in_short, sandbox_of, told

    assigned = find_assignment(assignment, submissions)
    found = chosen(find_submissions(submissions), only, part)
    if not found:
        click.echo(f"No submissions in part {part}.")
        return
    around = sandbox_of(unprotected, other_user, [submissions, report, *([assignment] if assignment else [])])
    done = sum(has_record(submission, report) for submission in found)
    if done:
        click.echo(f"{done} of {len(found)} submissions were graded before.")
    limits = sandbox.Limits(memory=memory * sandbox.MEGABYTE, seconds=seconds, computing=2 * seconds)
    graded = grade_all(found, assigned, report, around, jobs=jobs, limits=limits)
    for number, (submission, record) in enumerate(graded, 1):
        click.echo(f"[{number}/{len(found) - done}] {visible(submission.learner)}: {in_short(record)}")
    names = {submission.learner for submission in found}
    records = [record for record in write_reports(report) if record.learner in {visible(name) for name in names}]
    click.echo(f"The report: {Path(report) / 'index.html'}")
    raise SystemExit(told(records))


@main.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True, file_okay=False))
def report(report):
    """Write the pages of REPORT anew from its records: after several machines have graded into it."""
    from gdl_course.classroom.reports import write_reports
    from gdl_course.classroom.telling import told

    code = told(write_reports(report))
    click.echo(f"The report: {report / 'index.html'}")
    raise SystemExit(code)


@main.command()
@click.argument("chapters", nargs=-1, required=True)
@click.option("--points", type=click.FloatRange(0.25), help="What they are worth. Default: what the chapters say.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The zip to write.")
@click.option("--unprotected", is_flag=True, help="Grade without a sandbox: a submission can then give itself marks.")
@click.option("--other-user", is_flag=True, help="Without a sandbox, but as another user, who cannot read the checks.")
@root_option
def gradescope(chapters, points, out, unprotected, other_user, root):
    """Write an autograder for Gradescope that grades CHAPTERS, such as 05 08.

    Upload it, try it on one submission, and only then hand out the assignment: where Gradescope's container forbids
    a sandbox, a submission is not graded and says so, unless you choose --other-user or --unprotected.
    """
    from gdl_course.classroom.assignment import make_assignment
    from gdl_course.classroom.exports import chosen_chapters
    from gdl_course.classroom.gradescope import write_autograder

    if unprotected and other_user:
        raise click.UsageError("--other-user protects and --unprotected does not: choose one")
    assignment = make_assignment(chosen_chapters(root, chapters), points)
    write_autograder(root, out, assignment, "none" if unprotected else "user" if other_user else "bubblewrap")
    click.echo(f"{out}: {assignment.title}, {assignment.points:g} points")


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
def recipes(out):
    """Write to OUT, a new folder, scripts that grade a large class: xargs, GNU parallel, Slurm, Kubernetes."""
    import shutil

    if out.exists():
        raise click.UsageError(f"{out} is there already: name a new folder")
    shutil.copytree(Path(__file__).parent / "recipes", out)
    click.echo("\n".join(sorted(str(path) for path in out.iterdir())))


@main.command()
@click.argument("build", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path))
@root_option
def slides(build, out, root):
    """Write to OUT slides of every chapter, with the outputs of the book, whose executed pages are in BUILD.

    After `make book` BUILD is _build/jupyter_execute; `make slides` does both.
    """
    from gdl_course.chapters.slides import write_slides

    click.echo(f"{len(write_slides(root, build, out))} decks under {out}")

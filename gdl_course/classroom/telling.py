"""What `gdl grade` says: the protection that a run has, a line for each submission, what became of all, as a code."""

import click

from gdl_course.classroom import sandbox
from gdl_course.classroom.records import visible
from gdl_course.classroom.sandbox import PARTS, NoSandbox, Sandbox


def sandbox_of(unprotected, other_user, secrets):
    """The sandbox of a run, and what it lacks, said before anything is graded; exit code 3 if there is none."""
    if unprotected:
        click.echo("Warning: without a sandbox a submission can read, change and delete what you can.", err=True)
        return Sandbox("none")
    require = sandbox.require_other_user if other_user else sandbox.require_bubblewrap
    try:
        around = require(secrets)
    except NoSandbox as problem:
        click.echo(f"Error: {visible(problem)}", err=True)
        raise SystemExit(3) from None
    if other_user:
        click.echo(
            "Warning: without a sandbox submissions share /tmp and see that there are other processes.", err=True
        )
    for part in around.without:
        click.echo(f"Warning: a part of the protection is missing, {part}: {PARTS[part]}.", err=True)
    return around


def in_short(record) -> str:
    """A submission's points and time, or why there are none."""
    if record["problem"]:
        return f"not graded: {visible(record['problem'])}"
    remarks = "".join(f"; look at this: {visible(remark)}" for remark in record["remarks"])
    return f"{record['points']:g} of {record['of']:g} points in {record['seconds']:.1f} s{remarks}"


def told(records) -> int:
    """The exit code that tells what became of these; each that has no grade is named on the error output."""
    failed = [record for record in records if record.problem]
    for record in failed:
        click.echo(f"not graded: {record.learner}: {record.problem}", err=True)
    looks = [record for record in records if record.remarks]
    for record in looks:
        click.echo(f"look at this: {record.learner}: {'; '.join(record.remarks)}", err=True)
    if any(record.to_blame != "hand-in" for record in failed):
        return 1
    return 4 if failed or looks else 0

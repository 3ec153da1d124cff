"""`python -m gdl_course.classroom notebooks OUT`: write the learner and the solution notebooks of the course here."""

import argparse
from pathlib import Path

from gdl_course.classroom.notebooks import write_executed, write_notebooks
from gdl_course.classroom.source import ChapterError


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m gdl_course.classroom", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("."), help="the course's folder (default: this one)")
    commands = parser.add_subparsers(dest="command", required=True)
    notebooks = commands.add_parser("notebooks", help="write OUT/learner and OUT/solution, without outputs")
    notebooks.add_argument("out", type=Path)
    executed = commands.add_parser("executed", help="write the solution notebooks with the outputs of the book's build")
    executed.add_argument("build", type=Path, help="the book's folder of executed notebooks")
    executed.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    try:
        if options.command == "notebooks":
            written = write_notebooks(options.root, options.out)
        else:
            written = write_executed(options.root, options.build, options.out)
    except (ChapterError, FileNotFoundError) as error:
        print(error)
        return 1
    print(f"{len(written)} notebooks under {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

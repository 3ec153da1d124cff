"""`python -m gdl_course.classroom` is the command `gdl`."""

from gdl_course.classroom.cli import main

main(prog_name="gdl")

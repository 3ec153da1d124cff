#!/bin/sh
# Grade a class on one machine, so many at a time, each submission in a process of its own:
#
#     sh xargs.sh SUBMISSIONS REPORT [JOBS]
#
# SUBMISSIONS holds a notebook or a folder for each learner, and assignment.json. Exit code 0: all have a grade. With
# any other the report says why; what a machine failed on is graded if you run this again.
# `gdl grade SUBMISSIONS --out REPORT --jobs JOBS` does the same; this is what to change where an engine of your own
# is to start the processes.
set -u
submissions=$1
report=$2
jobs=${3:-$(nproc)}

find "$submissions" -mindepth 1 -maxdepth 1 ! -name '.*' \( -type d -o -type l -o -name '*.ipynb' \) -printf '%f\0' |
    xargs -0 -P "$jobs" -I {} gdl grade "$submissions" --only={} --out "$report"
failed=$?

gdl report "$report"
exit $failed

#!/bin/sh
# The same with GNU parallel, which keeps a log of each submission's exit code and time, and can use other machines:
#
#     sh parallel.sh SUBMISSIONS REPORT [JOBS]
#
# Other machines: add `--sshloginfile hosts.txt`; SUBMISSIONS and REPORT must then be absolute paths on a shared disk.
set -u
submissions=$1
report=$2
jobs=${3:-100%}

mkdir -p "$report"
find "$submissions" -mindepth 1 -maxdepth 1 ! -name '.*' \( -type d -o -type l -o -name '*.ipynb' \) -printf '%f\0' |
    parallel -0 -q --jobs "$jobs" --joblog "$report/parallel.log" gdl grade "$submissions" --only={} --out "$report"
failed=$?

gdl report "$report"
exit $failed

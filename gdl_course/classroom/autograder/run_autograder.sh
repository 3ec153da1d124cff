#!/bin/sh
# Gradescope runs this for each submission: grade what is in submission/, write results/results.json.
AUTOGRADER=${AUTOGRADER:-/autograder}

# There from the beginning, for the case that the grader is ended before it can say anything.
mkdir -p "$AUTOGRADER/results"
cat >"$AUTOGRADER/results/results.json" <<'END'
{"score": 0, "visibility": "visible", "stdout_visibility": "hidden",
 "output": "Not graded: the grader was ended before it had a result. These are no points lost: tell your instructor. Instructor: give the autograder's container more memory or time, then regrade."}
END

exec "$AUTOGRADER/gdl/bin/python" -m gdl_course.classroom.gradescope_run "$AUTOGRADER"

#!/bin/bash
# Gradescope runs this once, as root, when it builds the autograder; `gdl gradescope` put it into the zip.
set -eu
AUTOGRADER=${AUTOGRADER:-/autograder}
export DEBIAN_FRONTEND=noninteractive

apt-get update
apt-get install -y --no-install-recommends bubblewrap util-linux python3 python3-venv
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then  # Ubuntu 22.04
    apt-get install -y --no-install-recommends python3.11 python3.11-venv
    python=python3.11
fi

"$python" -m venv "$AUTOGRADER/gdl"
"$AUTOGRADER/gdl/bin/pip" install --no-cache-dir \
    --constraint "$AUTOGRADER/source/requirements.txt" "$AUTOGRADER/source"

# What is built may run elsewhere, so this decides nothing; it tells you early what to expect.
"$AUTOGRADER/gdl/bin/python" -c 'from gdl_course.classroom.sandbox import require_bubblewrap as r; r()' &&
    echo "A sandbox can be made in this container." ||
    echo "No sandbox can be made in this container: try one submission before you hand out the assignment." >&2

"""Whether this is the long run, `make test-nightly`: it sets GDL_NIGHTLY=1, and nothing else counts as a yes."""

import os

NIGHTLY = os.environ.get("GDL_NIGHTLY") == "1"

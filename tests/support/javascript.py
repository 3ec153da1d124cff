"""Run functions of the widgets' JavaScript modules in Node, for the tests that compare them with the package."""

import json
import shutil
import subprocess
from pathlib import Path

from gdl_course.widgets.shared.course_widget import WIDGETS

CALLER = Path(__file__).with_name("call.mjs")


def javascript(module, calls):
    """The results of calls [(function, arguments), ...] to a module of gdl_course/widgets."""
    text = json.dumps([[name, list(arguments)] for name, arguments in calls])
    done = subprocess.run([node(), CALLER, WIDGETS / module], input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def node() -> str:
    """A node binary: the system's, or the one that comes with Playwright."""
    if found := shutil.which("node"):
        return found
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])

"""Run functions of the widgets' JavaScript modules in Node, for the tests that compare them with the package."""

import json
import shutil
import subprocess
from pathlib import Path

from gdl_course.widgets.shared.course_widget import WIDGETS
from gdl_course.widgets.shared.schema import schema_of

CALLER = Path(__file__).with_name("call.mjs")
LINKER = Path(__file__).with_name("permalinks.mjs")


def javascript(module, calls):
    """The results of calls [(function, arguments), ...] to a module of gdl_course/widgets."""
    return _run([CALLER, WIDGETS / module], [[name, list(arguments)] for name, arguments in calls])


def links(widget, name, *, start, hashes=(), states=(), data=None):
    """What the front end of a widget makes of links that arrive at the state `start`, and of states to be linked to.

    Args:
        widget: The widget's class; its schema and the `fields` of its words.js are used.
        name: What a link calls the widget, as "explorer".
        data: What `fields` is made from, where it is a function.

    Returns:
        (the state that each hash opens, the hash of each state).
    """
    words = WIDGETS / widget.__module__.split(".")[-2] / "words.js"
    addresses = {"codec": (WIDGETS / "shared/permalink.js").as_uri(), "words": words.as_uri()}
    given = {"name": name, "schema": schema_of(widget), "data": data, "start": start}
    result = _run([LINKER], addresses | given | {"hashes": list(hashes), "states": list(states)})
    return result["opened"], result["hashes"]


def _run(command, value):
    text = json.dumps(value)
    done = subprocess.run([node(), *command], input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def node() -> str:
    """A node binary: the system's, or the one that comes with Playwright."""
    if found := shutil.which("node"):
        return found
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])

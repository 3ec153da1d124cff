"""The reference page: docstrings as Markdown, and every documented room complete."""

import importlib
import importlib.util
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("gdl_api", ROOT / "book" / "_ext" / "gdl_api.py")
gdl_api = importlib.util.module_from_spec(spec)
spec.loader.exec_module(gdl_api)

MODULES = re.findall(r"\{api\} ([\w.]+)", (ROOT / "book" / "api.md").read_text("utf8"))
NAMES = [(m, name) for m in MODULES for name in gdl_api.public_names(importlib.import_module(m))]


def test_sections_and_examples_become_markdown():
    docstring = "Twice x.\n\nArgs:\n    x: a number, or\n        an array.\n\n>>> twice(2)\n4\n\nSource: nobody."
    assert gdl_api.as_markdown(docstring).split("\n") == [
        "Twice x.", "", "**Args**", "", "- `x`: a number, or", "  an array.", "",
        "```python", ">>> twice(2)", "4", "```", "", "Source: nobody.",
    ]  # fmt: skip


def test_numpy_style_sections_become_lists():
    assert gdl_api.as_markdown("A.\n\nAttributes\n----------\nname : what it is").endswith("**Attributes**\n\n- `name`: what it is")


@pytest.mark.parametrize(("module", "name"), NAMES, ids=[f"{m}.{n}" for m, n in NAMES])
def test_every_public_name_has_a_docstring(module, name):
    thing = getattr(importlib.import_module(module), name)
    written = thing.__dict__.get("__doc__") if inspect.isclass(thing) else thing.__doc__
    made_by_dataclass = inspect.isclass(thing) and (written or "").startswith(f"{name}(")
    assert written and not made_by_dataclass, f"{module}.{name} has no docstring"

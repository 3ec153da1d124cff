"""The API page: every public name is there once, has an example, and docstrings come out as they are meant."""

import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest
from bs4 import BeautifulSoup

import gdl_course
from gdl_course import layers

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where the build finds its extensions
import gdl_docstrings  # noqa: E402

PAGE = (ROOT / "book" / "api.md").read_text("utf8")
MODULES = re.findall(r"automodule:: (gdl_course\.[\w.]+)", PAGE)
CONSTANTS = re.findall(r"autodata:: (gdl_course\.[\w.]+)", PAGE)
ANCHORS = (Path(__file__).parent / "api_anchors.txt").read_text("utf8").split()  # before autodoc
BEHIND_THE_COMMAND = {"chapters", "classroom"}  # rooms that promise the command `gdl` only
PARTS = {  # exported by another
    "group_filters", "messages", "pooling", "recurrences", "relational", "sphere_samples", "steerable_kernels",
    "steerable_nonlinearities",
}  # fmt: skip
WITHOUT_EXAMPLE = {
    "a constructor beside its like, whose example shows the pattern": "E O grid_rotations p4 p4m symmetric",
    "made by the functions that return it, and shown there": "LieGroup Edge Digits PointClouds Relief Wind",
    "made by a method or function of the room, and shown there": "CharacterTable Decomposition",
    "made by the check, which has the example": "EquivarianceReport EquivarianceError equivariance_report",
    "called by constructors, whose errors are tested": "require_homomorphism require_same_group",
    "shown by `Group.trivial` and by the grids' representations": "from_images trivial",
    "a surface beside `sphere`, sampled in the same way": "torus cube cylinder cone",
    "changes the state of the notebook or the learner's record": "use_style progress quiz Check UnknownExercise",
    "the number inside `measured_error`, which has the example": "squared_error",
}
EXCUSED = {name for names in WITHOUT_EXAMPLE.values() for name in names.split()}


def public_names(module):
    """`__all__`, or the classes and functions that the module itself defines."""
    own = [name for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__]
    names = getattr(module, "__all__", [name for name in own if not name.startswith("_")])
    return [name for name in names if not isinstance(getattr(module, name), ModuleType | TypeVar)]


NAMES = [f"{name}.{public}" for name in MODULES for public in public_names(importlib.import_module(name))]


def thing(name):
    module, _, public = name.rpartition(".")
    return getattr(importlib.import_module(module), public)


def is_documented(name):
    return inspect.isclass(thing(name)) or inspect.isroutine(thing(name)) or hasattr(thing(name), "__wrapped__")


def text_of(docstring, what="function"):
    """A docstring as autodoc hands it on, line by line, after napoleon."""
    lines = docstring.split("\n")
    gdl_docstrings.read_text(None, what, "f", None, None, lines)
    return lines


# What the page holds


def test_every_room_is_on_the_page_or_behind_the_command():
    rooms = {room.name for room in pkgutil.iter_modules(gdl_course.__path__)} - BEHIND_THE_COMMAND - {"results"}
    assert {name.split(".")[1] for name in MODULES} == rooms


def test_every_module_of_layers_is_on_the_page_or_part_of_one():
    modules = {module.name for module in pkgutil.iter_modules(layers.__path__) if not module.name.startswith("_")}
    assert {name.split(".")[2] for name in MODULES if name.startswith("gdl_course.layers.")} == modules - PARTS


def test_every_constant_is_on_the_page():
    assert sorted(CONSTANTS) == sorted(name for name in NAMES if not is_documented(name))


def test_nothing_stands_on_the_page_twice():
    assert len(set(MODULES)) == len(MODULES)
    objects = [id(thing(name)) for name in NAMES if is_documented(name)]
    assert len(set(objects)) == len(objects)


@pytest.mark.parametrize("name", [name for name in NAMES if is_documented(name)])
def test_every_public_name_has_a_docstring_with_an_example(name):
    found = thing(name)
    docstring = found.__dict__.get("__doc__") if inspect.isclass(found) else found.__doc__
    made_by_dataclass = inspect.isclass(found) and (docstring or "").startswith(f"{found.__name__}(")
    assert docstring and not made_by_dataclass, f"{name} has no docstring"
    members = vars(found).values() if inspect.isclass(found) else ()
    texts = [docstring, *(inspect.getdoc(member) or "" for member in members)]
    assert any(">>>" in text for text in texts) or found.__name__ in EXCUSED, f"{name} has no example"


# How docstrings are read


def test_bars_stars_and_tex_outside_of_code():
    assert text_of("|G| is $n!$; x of shape (*space, 3), (number of cosets, *rho.shape), *not* `a|b`.") == [
        r"\|G\| is :math:`n!`; x of shape (\*space, 3), (number of cosets, \*rho.shape), *not* `a|b`."
    ]


def test_examples_and_literal_blocks_stay_as_they_are():
    docstring = "As in ::\n\n    |x|\n\n|x|\n\n>>> f('|x|')\n'|x|'\n\n|x|"
    assert text_of(docstring) == ["As in ::", "", "    |x|", "", "\\|x\\|", "", ">>> f('|x|')", "'|x|'", "", "\\|x\\|"]


def test_code_may_touch_what_follows():
    assert text_of("`weight`s and `a`^2, `b`.") == [r"`weight`\ s and `a`\ ^2, `b`."]


def test_types_are_shown_as_the_source_writes_them():
    spelled_out = next(long for long, name in gdl_docstrings.LONG.items() if name == "PRNGKeyArray")
    signature = f"(x: ~jaxtyping.Float[jaxlib._jax.Array, 'n'], key: {spelled_out})"
    assert gdl_docstrings.as_written(signature) == "(x: ~Float[Array, 'n'], key: PRNGKeyArray)"


# The page


@pytest.fixture(scope="module")
def page(book):
    return BeautifulSoup((book / "book" / "api.html").read_text("utf8"), "html.parser")


def test_every_public_name_is_on_the_page_once(page):
    shown = [term["id"] for term in page.select("dt.sig[id]")]
    assert [name for name in NAMES if shown.count(name) != 1] == [], "stale: run `make book` again"


def test_addresses_from_before_still_lead_somewhere(page):
    assert [anchor for anchor in ANCHORS if page.find(id=anchor) is None] == []


def test_shapes_are_readable_and_examples_shown(page):
    signature = page.find(id="gdl_course.layers.grid.conv")
    assert 'x: Num[Array, "in *space"]' in signature.get_text()
    assert ">>> conv(x" in signature.parent.get_text()
    assert not re.search(r"jaxlib|UInt32|~", "".join(term.get_text() for term in page.select("dt.sig")))

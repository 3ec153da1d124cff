"""A row of the blueprint's table holds everything of its domain: no other code asks for a domain's name."""

import ast
import importlib
import re
from pathlib import Path

import pytest

import gdl_course
from gdl_course import blueprint
from gdl_course.blueprint.domain import Domain, only_planned
from gdl_course.widgets import BlueprintBuilder

PACKAGE = Path(gdl_course.__file__).parent
ROOMS = [PACKAGE / "blueprint", PACKAGE / "widgets/blueprint_builder"]
OWN = PACKAGE / "blueprint/domains"
FILES = sorted(path for path in OWN.glob("*.py") if path.stem != "__init__")
PYTHON = sorted(path for room in ROOMS for path in room.rglob("*.py") if path not in FILES)
SCRIPTS = sorted((PACKAGE / "widgets/blueprint_builder").glob("*.js"))
NAMES = set(blueprint.DOMAINS)
each_row = pytest.mark.parametrize("row", blueprint.DOMAINS.values(), ids=list(blueprint.DOMAINS))


def named(source):
    """The domains' names that a module holds as strings, docstrings left out."""
    return {n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and n.value in NAMES}


def keyed(script):
    """The domains' names that a script compares with or has as keys, and not as the names of methods."""
    words = "|".join(map(re.escape, sorted(NAMES, key=len, reverse=True)))
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", script, flags=re.DOTALL)
    compared, quoted = rf"""[=!]==?\s*["'](?:{words})["']""", rf"""["'](?:{words})["']\s*:"""
    bare = rf"(?<![\w.-])(?:{words})\s*:\s*[^\s(]"
    return re.findall(f"{compared}|{quoted}|{bare}", code)


@pytest.mark.parametrize("path", PYTHON, ids=[str(path.relative_to(PACKAGE)) for path in PYTHON])
def test_no_module_knows_a_domain_by_its_name(path):
    assert named(path.read_text("utf-8")) == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_no_script_has_a_table_of_domains(path):
    assert keyed(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_domains_file_names_its_own_rows_and_no_others(path):
    module = importlib.import_module(f"gdl_course.blueprint.domains.{path.stem}")
    own = {row.name for row in vars(module).values() if isinstance(row, Domain)}
    assert own and named(path.read_text("utf-8")) == own


@pytest.mark.parametrize(
    "planted",
    ['if row.name == "points": pass', 'near = {"grid": 1}', 'rows["set"]', 'row.name in ("sphere", "mesh")'],
)
def test_a_planted_name_is_found(planted):
    assert named(planted)


@pytest.mark.parametrize(
    "planted",
    ['if (name === "points") x();', "const T = {\n  grid: 1,\n};", '{ "cyclic-sequence": 1 }', "{ a: 1, set: 2 }"],
)
def test_a_planted_table_in_a_script_is_found(planted):
    assert keyed(planted)


@each_row
def test_a_row_has_words_a_picture_and_all_or_nothing_of_a_network(row):
    path, dots = row.icon
    assert re.fullmatch(r"[MLHVAQCZmlhvaqcz0-9 .,-]*", path) and all(0 <= v <= 30 for dot in dots for v in dot)
    assert path or dots
    assert all(getattr(row, word) for word in ("title", "group", "signal", "layer", "nonlinearity", "pooling"))
    made = (row.symmetry, row.sample, row.target_shape, row.pattern, row.why, row.picture)
    built = [bool(row.parts), bool(row.swaps), *(function is not only_planned for function in made)]
    assert all(built) if not row.planned else not any(built)


def test_the_widget_gets_each_picture_from_its_row():
    shown = {row["name"]: row["icon"] for row in BlueprintBuilder().domains}
    for name, row in blueprint.DOMAINS.items():
        path, dots = row.icon
        assert shown[name] == [path, [list(dot) for dot in dots]]

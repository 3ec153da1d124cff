"""One module out of several sources: what the bundler understands, what it refuses, and the sources' own form."""

import json
import subprocess
from pathlib import Path

import pytest
from javascript import node

from gdl_course.widgets.shared.course_widget import WIDGETS, bundle

ROOT = Path(__file__).parents[2]
SCRIPTS = [*WIDGETS.rglob("*.js"), *(ROOT / "book/_ext").glob("*.js"), *Path(__file__).parent.parent.rglob("*.mjs")]


def made_of(folder, **sources):
    """What the module main.js exports as `result`, bundled from the sources (name -> text)."""
    for name, text in sources.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    (folder / "bundled.mjs").write_text(bundle(folder / "main.js"), "utf-8")
    code = f"const m = await import({json.dumps((folder / 'bundled.mjs').as_uri())}); console.log(m.result);"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("names", ["one, two as second", "\n  one,\n  two as second,\n"])
def test_imports_stand_on_one_line_or_on_several(tmp_path, names):
    numbers = "export const one = 1;\nexport const two = 2;\n"
    main = f'import {{{names}}} from "./numbers.js";\nexport const result = one + second;\n'
    assert made_of(tmp_path, numbers=numbers, main=main) == "3"


def test_private_names_of_two_files_do_not_clash(tmp_path):
    first = "const own = 1;\nexport const one = () => own;\n"
    second = 'import { one } from "./first.js";\nconst own = 10;\nexport const two = () => own + one();\n'
    main = (
        'import { one } from "./first.js";\nimport { two } from "./second.js";\nexport const result = one() + two();\n'
    )
    assert made_of(tmp_path, first=first, second=second, main=main) == "12"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('import * as all from "./parts.js";', r"main.js: cannot inline `import \* as all"),
        ('import {\n  a,\n} from "elsewhere";', "main.js: cannot inline `import {`"),
        ("export const HEIGHT = 9, WIDTH = 8;", "export one name in a statement"),
        ("export const HEIGHT = 9,\n  WIDTH = 8;", "export one name in a statement"),
    ],
)
def test_what_cannot_be_inlined_is_an_error_that_names_the_line(tmp_path, line, problem):
    (tmp_path / "main.js").write_text(f"{line}\n", "utf-8")
    with pytest.raises(ValueError, match=problem):
        bundle(tmp_path / "main.js")


def test_no_line_of_a_script_is_longer_than_120_columns():
    """Biome breaks code, but neither texts nor comments."""
    lines = {
        f"{path.name}:{k}": line for path in SCRIPTS for k, line in enumerate(path.read_text("utf-8").split("\n"), 1)
    }
    assert len(SCRIPTS) > 30 and {place for place, line in lines.items() if len(line) > 120} == set()


def test_the_lock_of_the_javascript_tools_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert len(lock["packages"]) > 2 and [p for p in lock["packages"].values() if "resolved" in p] == []

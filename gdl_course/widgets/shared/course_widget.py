"""What every widget shares: one ES module out of several sources, one stylesheet, state in and out."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import anywidget
import traitlets

from gdl_course.figures.colours import declarations, of_both_schemes
from gdl_course.widgets.shared.schema import schema_of

WIDGETS = Path(__file__).parents[1]
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.\.?/[\w./-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|let|class) (\w+))", re.MULTILINE)
_SECOND = re.compile(
    r"^export (?:const|let) \w+ = [\w.+*/ -]+,\s+\w+ =.*$", re.MULTILINE
)  # its second name would be lost
_LEFT_OVER = re.compile(r"^(?:import\b|export (?!default\b)).*$", re.MULTILINE)


def bundle(source: str | Path) -> str:
    """Return one self-contained ES module: `source` with its relative imports inlined, each once.

    A dependency becomes a closure that returns its exports, so names private to a file cannot clash.
    Understood: `import { a, b } from "./file.js";` from the start of a line, the list on one line or on
    several, and `export` before a `function`, `const`, `let` or `class`. Anything else raises `ValueError` and names
    the line.

    Args:
        source: a path, or one below this package, as "explorer/widget.js".

    >>> module = bundle("shared/parts.js")
    >>> "import {" in module
    False
    """
    source = WIDGETS / source
    done: list[Path] = []
    return "".join(_dependencies(source, done)) + _with_bound_imports(source)


def _dependencies(path: Path, done: list[Path]) -> list[str]:
    """The closures that `path` needs, dependencies first."""
    closures = []
    for _, name in _IMPORT.findall(path.read_text("utf-8")):
        dependency = (path.parent / name).resolve()
        if dependency in done:
            continue
        done.append(dependency)
        closures += _dependencies(dependency, done)
        text = _with_bound_imports(dependency)
        exports = ", ".join(_EXPORT.findall(text))
        text = _EXPORT.sub("", text)
        if bad := re.search(r"^export\b.*$", text, re.MULTILINE):
            raise ValueError(f"{name}: cannot inline `{bad.group()}`; export a function, const, let or class by name")
        closures.append(f"const {_variable(dependency)} = (() => {{\n{text}\nreturn {{ {exports} }};\n}})();\n")
    return closures


def _with_bound_imports(path: Path) -> str:
    """The text of `path` with each import turned into a destructuring of the inlined closure."""
    text = _IMPORT.sub(
        lambda found: (
            f"const {{{found[1].replace(' as ', ': ')}}} = {_variable((path.parent / found[2]).resolve())};\n"
        ),
        path.read_text("utf-8"),
    )
    for bad in _SECOND.findall(text):
        raise ValueError(f"{path.name}: cannot inline `{bad}`; export one name in a statement")
    for bad in _LEFT_OVER.findall(text):
        if not _EXPORT.match(bad):
            raise ValueError(f'{path.name}: cannot inline `{bad}`; write `import {{ a, b }} from "./file.js";`')
    return text


def _variable(path: Path) -> str:
    return "$" + re.sub(r"\W", "_", f"{path.parent.name}_{path.name}")


def styles(*folders: str) -> str:
    """The palette as custom properties, the stylesheet that all widgets share, and those in these folders."""
    sheets = [(WIDGETS / folder / "style.css").read_text("utf-8") for folder in ("shared", *folders)]
    return f".gdl {{ {declarations(of_both_schemes())} }}\n{''.join(sheets)}"


class CourseWidget(anywidget.AnyWidget):
    """A widget of the course: an ipywidget whose front end is one ES module.

    A subclass sets `_esm = bundle("name/widget.js")` and `_css = styles("name")`, tags the traits that make up its
    state with `tag(sync=True, state=True)`, and draws `fallback_svg`.

    Attributes:
        schema: What each field of the state may be; made from the traits, read by the front end. See `schema_of`.
        page_height: Pixels that a page keeps free for the widget, on a wide and on a narrow screen.
    """

    _css = styles()
    page_height: tuple[int, int] = (0, 0)
    schema: traitlets.List = traitlets.List(read_only=True).tag(sync=True)

    @traitlets.default("schema")
    def _schema_of_the_traits(self) -> list[dict]:
        return schema_of(type(self))

    @property
    def state(self) -> dict:
        """The values that the reader can change, by name: what a permalink holds."""
        return {name: getattr(self, name) for name in sorted(self.trait_names(state=True))}

    def fallback_svg(self) -> tuple[str, str]:
        """Return (svg, alt): a picture of the present state and its description, for a page without scripts."""
        raise NotImplementedError(f"{type(self).__name__} draws no fallback picture")

    def __repr__(self) -> str:
        """The call that makes this state: only what differs from the default (and no address, for nbval)."""
        defaults = self.trait_defaults()
        changed = (f"{name}={value!r}" for name, value in self.state.items() if value != defaults[name])
        return f"{type(self).__name__}({', '.join(changed)})"


def restore(model_state: dict) -> CourseWidget:
    """Return the widget whose state a notebook stores: `_anywidget_id` and the traits.

    The static page takes from it `fallback_svg()` and `page_height`.
    Raises `ValueError` if the state is not that of a widget of this course.

    >>> restore({"_anywidget_id": "somewhere.else.Widget"})
    Traceback (most recent call last):
    ...
    ValueError: expected the state of a gdl_course widget; got _anywidget_id 'somewhere.else.Widget'
    """
    identity = str(model_state.get("_anywidget_id"))
    module, _, name = identity.rpartition(".")
    if not module.startswith("gdl_course.widgets."):
        raise ValueError(f"expected the state of a gdl_course widget; got _anywidget_id {identity!r}")
    widget_class = getattr(importlib.import_module(module), name)
    names = widget_class.class_trait_names(state=True)
    return widget_class(**{key: model_state[key] for key in names if key in model_state})

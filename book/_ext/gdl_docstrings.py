"""The API page: what autodoc and napoleon do not know about this package's docstrings.

Docstrings are Google style and reStructuredText, read with four liberties: a bar is a bar, as in |G|; a star in a shape
is a star, as in (*space, 3); code in backticks may touch what follows it; and TeX stands between dollars. Shapes are
shown as the source writes them, `Float[Array, "channels height width"]`, and so is the signature of every `__call__`,
with or without a text.
"""

import inspect
import re

from docutils import nodes
from jaxtyping import PRNGKeyArray
from numpy.typing import ArrayLike
from sphinx import addnodes
from sphinx.domains.python import PyObject
from sphinx.util.typing import stringify_annotation
from traitlets import HasTraits

PAGE = "book/api"
ENGINE = ("chapters", "checks_of", "find_check", "judge", "run")  # what is behind `check`, once on the page
MOVED = [  # (today's name, what it was called, with everything below it, when an address could have been copied)
    ("gdl_course.graph.weisfeiler_leman", "gdl_course.weisfeiler_leman"),
    ("gdl_course.data.point_clouds", "gdl_course.point_clouds"),
    ("gdl_course.data.time_warps", "gdl_course.time_warps"),
    ("gdl_course.exercises", "gdl_course.exercises.checking"),
    ("gdl_course.groups.Group.vector", "gdl_course.representations.vector"),
    *(("gdl_course.exercises.check", f"gdl_course.exercises.checking.{name}") for name in ENGINE),
]
CODE_OR_MATHS = re.compile(r"(``.+?``|`[^`]+`|\$[^$\n]+\$)")
SHAPE = re.compile(r"\(\*?[\w.]+(?: [\w.]+)*(?:, \*?[\w.]+(?: [\w.]+)*)*,?\)")  # (number of nodes, *rho.shape)
SEVERAL = re.compile(r"(?<=^:ivar )\w+(?:, \w+)+(?=:)")  # Sphinx would take the first name for the others' type
ARRAY = re.compile(r"\b(?:jaxlib\._jax|jax)\.Array\b")
LONG = {  # what Sphinx spells out -> what the source says
    stringify_annotation(annotation, mode): name
    for name, annotation in {"PRNGKeyArray": PRNGKeyArray, "ArrayLike": ArrayLike}.items()
    for mode in ("smart", "fully-qualified")
}


def protect_attributes(app, what, name, obj, options, lines):
    """Napoleon takes the words before a colon in a property's first line for its type; so that line is a comment.

    A constant is told about on the page; autodoc would show what `tuple` says of itself.
    """
    if what == "data" and lines and lines[0] in (inspect.getdoc(type(obj)) or ""):
        lines.clear()
    elif what in ("property", "attribute", "data"):
        lines[:0] = ["..", ""]


def read_text(app, what, name, obj, options, lines):
    """The liberties above, outside of doctests (to a blank line) and literal blocks (as far as they are indented)."""
    example, literal = False, None  # `literal`: the indentation of the line that opens the block
    for n, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if literal is not None and line.strip() and indent <= literal:
            literal = None
        if example or literal is not None:
            continue
        if line.rstrip().endswith("::"):
            literal = indent
        lines[n] = attribute_type(line) if line.startswith(":vartype") else prose(line)


def prose(line: str) -> str:
    """A line of a docstring as reStructuredText.

    >>> print(prose("|G| is $n!$ for `order`s of shape (*space, 3)"))
    \\|G\\| is :math:`n!` for `order`\\ s of shape (\\*space, 3)
    """
    line = SEVERAL.sub(lambda names: names[0].replace(" ", ""), line)
    parts = CODE_OR_MATHS.split(line)
    for n, part in enumerate(parts):
        if n % 2 == 0:
            part = SHAPE.sub(lambda shape: shape[0].replace("*", r"\*"), part)
            parts[n] = part.replace("|", r"\|")
        else:
            touches = re.match(r"[\w^(]", parts[n + 1])
            parts[n] = (f":math:`{part[1:-1]}`" if part[0] == "$" else part) + (r"\ " if touches else "")
    return "".join(parts)


def as_written(annotations: str) -> str:
    """Annotations with JAX's types as the source names them.

    >>> as_written("(x: ~jaxtyping.Float[jaxlib._jax.Array, 'n'])")
    "(x: ~Float[Array, 'n'])"
    """
    for spelled_out, name in LONG.items():
        annotations = annotations.replace(spelled_out, name)
    return ARRAY.sub("Array", annotations.replace("jaxtyping.", ""))


def attribute_type(line: str) -> str:
    """The line of an attribute's type, with our own classes by their names alone.

    >>> attribute_type(":vartype x: gdl_course.groups.group.Group | None")
    ':vartype x: Group | None'
    """
    return re.sub(r"\bgdl_course\.(?:[a-z_]\w*\.)+", "", as_written(line)).replace("'", '"')


def write_signature(app, what, name, obj, options, signature, returned):
    if inspect.isclass(obj) and issubclass(obj, HasTraits):
        return "(**traits)", None
    signature = signature and signature.replace("<factory>", "...")  # a dataclass's default that Sphinx cannot parse
    return tuple(part and as_written(part) for part in (signature, returned))


def show_calls(app, what, name, obj, skip, options):
    """False is "do not skip"; None leaves it to autodoc, which skips what has no docstring of its own."""
    return False if what == "class" and name == "__call__" else None


def finish_page(app, doctree):
    """Strings in double quotes, names set apart, and the anchors that this page had before autodoc made it."""
    if app.env.docname != PAGE:
        return
    for literal in doctree.findall(addnodes.desc_sig_literal_string):
        text = literal.astext()
        if text.startswith("'") and '"' not in text:
            literal[0] = nodes.Text(f'"{text[1:-1]}"')
    for comma in doctree.findall(addnodes.literal_strong):
        if comma.astext() == ",":
            comma[0] = nodes.Text(", ")
    for signature in list(doctree.findall(addnodes.desc_signature)):
        for text in list(signature.findall(nodes.Text)):
            text.parent.replace(text, nodes.Text(ARRAY.sub("Array", text)))
        signature["ids"] += old_anchors(signature["ids"][0]) if signature["ids"] else []


def old_anchors(name: str) -> list[str]:
    """Where `name` stood on this page before autodoc made it.

    >>> old_anchors("gdl_course.data.time_warps.tune")
    ['gdl_course-data-time_warps-tune', 'gdl_course-time_warps-tune']
    """
    before = [old + name.removeprefix(new) for new, old in MOVED if name == new or name.startswith(f"{new}.")]
    return [known.replace(".", "-") for known in (name, *before)]


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    next(field for field in PyObject.doc_field_types if field.name == "variable").label = "Attributes"
    app.connect("autodoc-process-docstring", protect_attributes, priority=400)  # before napoleon
    app.connect("autodoc-process-docstring", read_text, priority=600)  # after it
    app.connect("autodoc-process-signature", write_signature)
    app.connect("autodoc-skip-member", show_calls)
    app.connect("doctree-read", finish_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

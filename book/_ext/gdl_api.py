"""The directive `{api} gdl_course.groups`: a reference of a module's public names, from their docstrings.

Docstrings are read as Markdown, so that what reads well in the source reads well on the page. Two notations are
translated: section lines ("Args:", or a word underlined with dashes) and the entries below them.
"""

import importlib
import inspect
import re

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

SECTION = re.compile(r"^(Args|Returns|Raises|Attributes|Source|Notes):?\s*$")
ENTRY = re.compile(r"^(\w+(?:, \w+)*) ?: (.+)")


def setup(app):
    app.add_directive("api", Api)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


class Api(SphinxDirective):
    """One section for each public class and function of a module, in the order of the source."""

    required_arguments = 1

    def run(self):
        module = importlib.import_module(self.arguments[0])
        self.env.note_dependency(module.__file__)
        summary = nodes.container()
        self._markdown(summary, as_markdown(inspect.getdoc(module)))
        return [summary, *(self._entry(module, name) for name in public_names(module))]

    def _entry(self, module, name):
        thing = getattr(module, name)
        section = nodes.section(ids=[f"{module.__name__}.{name}".replace(".", "-")])
        section += nodes.title(text=name)
        signature = f"{'class ' if inspect.isclass(thing) else ''}{name}{_signature(thing)}"
        section += nodes.literal_block(signature, signature, language="python")
        self._markdown(section, as_markdown(inspect.getdoc(thing) or ""))
        return section

    def _markdown(self, parent, text):
        self.state.nested_parse(StringList(text.splitlines(), source=self.arguments[0]), self.content_offset, parent)


def public_names(module):
    """`__all__`, or the public classes and functions that the module itself defines, in the order of the source."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__, key=str.lower)
    own = [
        (inspect.getsourcelines(thing)[1], name)
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__ == module.__name__
    ]
    return [name for _, name in sorted(own)]


def _signature(thing):
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def as_markdown(docstring):
    """A docstring as Markdown: sections in bold, their entries as lists, examples as code."""
    lines, result, in_section, in_example = docstring.splitlines(), [], False, False
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else ""
        if in_example and not line.strip():
            result.append("```")
            in_example = False
        if line.startswith(">>>") and not in_example:
            result += ["", "```python"]
            in_example, in_section = True, False
        if in_example:
            result.append(line)
        elif re.fullmatch(r"-{3,}", line.strip()):
            continue
        elif SECTION.match(line) or (line and re.fullmatch(r"-{3,}", following.strip())):
            result += ["", f"**{line.rstrip(':')}**", ""]
            in_section = True
        elif in_section and (entry := ENTRY.match(line.strip())):
            result.append(f"- `{entry[1]}`: {entry[2]}")
        elif in_section and line.strip():
            result.append(f"  {line.strip()}")
        else:
            in_section = in_section and not line.strip()
            result.append(re.sub(r"::$", ":", line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(result + ["```"] * in_example))

"""The course's widgets in a static page: no kernel, no network, no widget manager.

MyST-NB writes the state of every ipywidget of a notebook into the page, code included, and expects a manager from
another host to run it. Here the code (`_esm`, `_css`) moves to files named after their content, and a short script,
`gdl_mount.js`, gives each widget a model that holds the state. The readers of a book on disk are served too: browsers
refuse to import a module from `file://`, so a module is rewritten as a classic script that registers what it exports.

Readers without JavaScript see the widget's fallback picture. The page keeps `page_height` free so that it does not jump.
"""

import hashlib
import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from gdl_course.widgets.shared import course_widget

logger = logging.getLogger(__name__)
MOUNT = Path(__file__).with_name("gdl_mount.js")
FOLDER = "_static/widgets"
VIEW = '<script type="application/vnd.jupyter.widget-view+json">'
NARROW = "(max-width: 600px)"


def as_script(module: str, name: str) -> str:
    """The standard ES module `module` as a classic script that puts its default export into `gdlWidgets[name]`.

    Raises ValueError if the module imports anything or exports in a way that a widget does not need.

    >>> print(as_script("export const two = 2;\\nexport default { render() {} };", "a.js"))
    (() => {
    "use strict";
    const two = 2;
    const gdlDefault = { render() {} };
    (window.gdlWidgets ??= {})["a.js"] = gdlDefault;
    document.dispatchEvent(new Event("gdl-widget"));
    })();
    <BLANKLINE>
    """
    body = re.sub(r"^export\s+(?=(?:async\s+)?(?:function|class|const|let)\b)", "", module, flags=re.M)
    body, found = re.subn(r"^export\s+default\s+", "const gdlDefault = ", body, flags=re.M)
    rest = re.search(r"^(?:export|import)\b.*", body, flags=re.M)
    if found != 1 or rest:
        problem = f"the line {rest[0]!r}" if rest else f"{found} default exports"
        raise ValueError(f"a widget is one module with one `export default {{ render }}` and no imports; got {problem}")
    register = f'(window.gdlWidgets ??= {{}})["{name}"] = gdlDefault;\ndocument.dispatchEvent(new Event("gdl-widget"));'
    return f'(() => {{\n"use strict";\n{body.strip()}\n{register}\n}})();\n'


def hashed(content: str, suffix: str) -> str:
    """A file name that changes with the content: no reader's cache and no rebuild can serve a stale one."""
    return hashlib.sha256(content.encode()).hexdigest()[:16] + suffix


def collect(app, doctree):
    """Take the widgets' state out of what MyST-NB is to write on the page; keep it with the page's other metadata."""
    page = NbMetadataCollector.get_doc_data(app.env)[app.env.docname]
    scripts = page.get("js_files", {})
    body = scripts.pop("ipywidgets_state", (None, {"body": '{"state": {}}'}))[1]["body"]
    page["gdl_widgets"], page["gdl_widget_files"] = {}, {}
    models = json.loads(body)["state"]
    for model_id in [_model_id(view) for view in _views(doctree)]:
        state = models.get(model_id, {}).get("state", {})
        if str(state.get("_anywidget_id")).startswith("gdl_course.widgets."):
            parts, files = _unpack(state)
            page["gdl_widgets"][model_id] = parts
            page["gdl_widget_files"] |= files


def _views(doctree):
    """The nodes that stand where a widget is to be shown."""
    return [node for node in doctree.findall(nodes.raw) if node.astext().startswith(VIEW)]


def _model_id(view):
    return json.loads(view.astext().removeprefix(VIEW).removesuffix("</script>"))["model_id"]


def _unpack(state):
    """What a page says about a widget, and the static files (name -> content) that it names."""
    widget = course_widget.restore(state)
    svg, alt = widget.fallback_svg()
    module, mount_script = hashed(state["_esm"], ".js"), MOUNT.read_text("utf-8")
    parts = {
        "css": hashed(state["_css"], ".css"),
        "mount": "mount-" + hashed(mount_script, ".js"),
        "module": module,
        "svg": hashed(svg, ".svg"),
        "alt": alt,
        "height": widget.page_height,
        "traits": {key: value for key, value in state.items() if not (key.startswith("_") or key == "layout")},
    }
    contents = {"css": state["_css"], "mount": mount_script, "module": as_script(state["_esm"], module), "svg": svg}
    return parts, {parts[key]: text for key, text in contents.items()}


def mount(app, doctree, docname):
    """Put a mount where each view of a widget stands."""
    if app.builder.format != "html":
        return
    models = NbMetadataCollector.get_doc_data(app.env)[docname].get("gdl_widgets", {})
    to_file = relative_uri(app.builder.get_target_uri(docname), FOLDER)
    loaded, shown = set(), []
    for node in _views(doctree):
        model_id = _model_id(node)
        if model_id not in models:
            logger.warning("an output is a widget that needs a kernel; show a widget of gdl_course.widgets or a figure",
                           location=node, type="gdl_widgets")  # fmt: skip
            node.parent.remove(node)
            continue
        if model_id not in shown:
            shown.append(model_id)
        model = models[model_id]
        html = _loaders(model, to_file, loaded) + _element(model, shown.index(model_id), to_file)
        node.replace_self(nodes.raw("", html, format="html"))


def _loaders(model, to_file, loaded):
    """The tags that load what this widget needs and the page does not have yet."""
    tags = {
        model["css"]: '<link rel="stylesheet" href="{}">',
        model["mount"]: '<script async src="{}"></script>',
        model["module"]: '<script async src="{}"></script>',
    }
    new = [name for name in tags if name not in loaded]
    loaded.update(new)
    return "".join(tags[name].format(f"{to_file}/{name}") for name in new)


def _element(model, number, to_file):
    wide, narrow = model["height"]
    state = json.dumps(model["traits"], sort_keys=True).replace("<", "\\u003c")
    return (
        f"<style>.gdl-mount-{number} {{ min-height: {wide}px }} "
        f"@media {NARROW} {{ .gdl-mount-{number} {{ min-height: {narrow}px }} }}</style>"
        f'<div class="gdl-mount gdl-mount-{number}" data-gdl-static data-module="{model["module"]}" data-model="{number}">'
        f'<noscript><img src="{to_file}/{model["svg"]}" alt="{escape(model["alt"])}"></noscript>'
        f'<script type="application/json">{state}</script></div>'
    )


def write_files(app, exception):
    """Write the files that some page of the book uses, and remove those that none uses any more."""
    if exception or app.builder.format != "html":
        return
    folder, pages = Path(app.outdir, FOLDER), NbMetadataCollector.get_doc_data(app.env).values()
    used = {name: text for page in pages for name, text in page.get("gdl_widget_files", {}).items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in used.items():
        (folder / name).write_text(text, "utf-8")
    for stale in {path.name for path in folder.iterdir()} - used.keys():
        (folder / stale).unlink()


def setup(app):
    app.setup_extension("myst_nb")
    source = Path(__file__).read_text("utf-8") + MOUNT.read_text("utf-8")
    app.add_config_value(
        "gdl_widgets_version", hashed(source, ""), "env"
    )  # a change here makes Sphinx read all pages again
    app.connect("config-inited", lambda app, config: setattr(config, "nb_ipywidgets_js", {}))
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", mount)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The buttons over a chapter: open its learner notebook in Colab or Binder, or download it.

The stock buttons point at the chapter's Markdown source, which Colab cannot open. These point at the notebooks that
the workflow publishes on the branch `notebooks`; the download is a file of the book and needs no network.
"""

from pathlib import Path

import nbformat

from gdl_course.chapters.links import Links
from gdl_course.chapters.notebooks import learner_notebook
from gdl_course.chapters.source import read_chapter

FOLDER = "_notebooks"


def set_the_address(app, config):
    """Search engines and previews want the book's own address; it follows from the repository's."""
    config.html_baseurl = f"{Links(Path(app.srcdir)).addresses.book}/"


def add_buttons(app, pagename, templatename, context, doctree):
    if not pagename.startswith("notebooks/"):
        return
    name, addresses = pagename.removeprefix("notebooks/"), Links(Path(app.srcdir)).addresses
    launch = [
        _link("Colab", addresses.colab(name), "_static/images/logo_colab.png", "Open the exercises in Colab"),
        _link("Binder", addresses.binder(name), "_static/images/logo_binder.svg", "Open the exercises in Binder"),
    ]
    printing = {"type": "javascript", "javascript": "window.print()", "text": "Print or PDF", "icon": "fas fa-file-pdf"}
    file = f"{context['pathto'](FOLDER, 1)}/{name}.ipynb"
    download = [_link("Notebook (.ipynb)", file, "fas fa-code", "Download the notebook with the exercises"), printing]
    context["header_buttons"][:0] = [
        _group("Run this chapter", "fas fa-rocket", launch, "launch-buttons"),
        _group("Download this chapter", "fas fa-download", download, "download-buttons"),
    ]


def _link(text, url, icon, tooltip):
    return {"type": "link", "text": text, "url": url, "icon": icon, "tooltip": tooltip}


def _group(tooltip, icon, buttons, label):
    return {"type": "group", "tooltip": tooltip, "icon": icon, "buttons": buttons, "label": label}


def write_downloads(app, exception):
    """Put the learner notebook of every chapter of the book beside its pages; not after a build that failed."""
    if exception is not None or app._warncount or app.builder.format != "html":
        return
    folder, links = Path(app.outdir) / FOLDER, Links(Path(app.srcdir))
    folder.mkdir(exist_ok=True)
    for docname in sorted(app.env.found_docs):
        if docname.startswith("notebooks/"):
            notebook = learner_notebook(read_chapter(app.env.doc2path(docname)), links)
            nbformat.write(notebook, folder / f"{Path(docname).name}.ipynb")


def setup(app):
    app.connect("config-inited", set_the_address)
    app.connect("html-page-context", add_buttons, priority=502)  # after the theme has prepared its own (501)
    app.connect("build-finished", write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

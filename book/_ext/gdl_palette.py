"""The course's palette as custom properties, --gdl-signal and so on, for every page of the book."""

from pathlib import Path

from gdl_course.figures.colours import book_sheet

NAME = "gdl_palette.css"


def write_sheet(app):
    if app.builder.format == "html":
        folder = Path(app.outdir, "_static")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NAME).write_text(book_sheet(), "utf-8")


def setup(app):
    app.connect("builder-inited", write_sheet)
    app.add_css_file(NAME)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

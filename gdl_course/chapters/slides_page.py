"""A deck as a page of reveal.js that asks no other host for anything: reveal.js and MathJax are copied beside it."""

import shutil
from html import escape
from importlib.util import find_spec
from pathlib import Path

from gdl_course.chapters.extras import need
from gdl_course.chapters.slides_text import inline_html, to_html
from gdl_course.figures.colours import declarations, of_both_schemes

HERE = Path(__file__).parent
ASSETS = "assets"  # the folder beside the decks
# (package that holds it, folder inside, files, folder under ASSETS)
VENDORED = [
    ("sphinx_revealjs", "_static/revealjs", ["LICENSE", "dist/reset.css", "dist/reveal.css", "dist/reveal.js",
                                             "plugin/notes/notes.js"], "reveal"),
    ("sphinx-mathjax-offline", "static/mathjax", ["tex-svg.js"], "mathjax"),
]  # fmt: skip
STYLES = {"light": "a11y-light", "dark": "a11y-dark"}  # those of the book
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – slides – GDL Course</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{assets}/reveal/dist/reset.css">
<link rel="stylesheet" href="{assets}/reveal/dist/reveal.css">
<link rel="stylesheet" href="{assets}/code.css">
<link rel="stylesheet" href="{assets}/slides.css">
</head>
<body>
<div class="reveal"><main class="slides">
{slides}
</main></div>
<script src="{assets}/reveal/dist/reveal.js"></script>
<script src="{assets}/reveal/plugin/notes/notes.js"></script>
<script src="{assets}/slides.js"></script>
<script src="{assets}/mathjax/tex-svg.js"></script>
</body>
</html>
"""


def deck_page(title: str, columns) -> str:
    """The page of a deck: `columns` of slides, as `make_slides` returns them."""
    inside = "\n".join(_column(column) for column in columns)
    return PAGE.format(title=escape(title), assets=ASSETS, slides=inside)


def copy_assets(out: Path) -> None:
    """Put what every deck loads into `out`/assets. Raises `MissingExtra` where a package is not installed."""
    for package, folder, files, name in VENDORED:
        source = _package(package) / folder
        for file in files:
            target = out / ASSETS / name / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file, target)
    shutil.copyfile(HERE / "slides.js", out / ASSETS / "slides.js")
    colours = f":root {{ {declarations(of_both_schemes(), prefix='')} }}\n"
    (out / ASSETS / "slides.css").write_text(colours + (HERE / "slides.css").read_text("utf8"), "utf8")
    (out / ASSETS / "code.css").write_text(_code_colours(), "utf8")


def _package(name):
    need("book")
    return Path(find_spec(name).origin).parent


def _code_colours():
    from pygments.formatters import HtmlFormatter

    rules = {scheme: HtmlFormatter(style=style).get_style_defs(".reveal .code") for scheme, style in STYLES.items()}
    return "\n".join(f"@media (prefers-color-scheme: {scheme}) {{\n{text}\n}}" for scheme, text in rules.items())


def _column(slides):
    return "<section>\n" + "\n".join(_slide(slide, n) for n, slide in enumerate(slides)) + "\n</section>"


def _slide(slide, number):
    heading = "h1" if number == 0 else "h2"
    above = f'<p class="section">{inline_html(slide.section)}</p>' if slide.title != slide.section else ""
    notes = to_html("\n\n".join(slide.notes))
    return (
        f'<section><div class="page">{above}<{heading}>{inline_html(slide.title)}</{heading}>\n'
        f'<div class="body">\n{"".join(slide.body)}</div></div>\n<aside class="notes">{notes}</aside></section>'
    )

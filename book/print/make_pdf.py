"""The book as one PDF: the pages of _build/html joined in the order of _toc.yml and printed by Chromium.

    python book/print/make_pdf.py            # after `make book`; writes _build/pdf/gdl-course.pdf

Nothing is executed again. A page keeps its text, formulas, code, outputs and figures. A widget is its picture. What is
folded on a page is left out: hints, solutions, answers, the code of figures, the explanations in the quizzes. So a
class can be given the PDF, and who wants to look something up opens the page.
"""

import os
import posixpath
import re
import shutil
import sys
from pathlib import Path

import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
HTML, OUT = ROOT / "_build" / "html", ROOT / "_build" / "pdf"
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LEFT_OUT = [
    "script", "link", "a.headerlink", "button",
    ".gdl-hint", ".gdl-answer", ".tag_gdl-solution", ".tag_gdl-check", "details.hide",
]  # fmt: skip
FOOTER = '<div style="width: 100%; font: 8px sans-serif; text-align: center"><span class="pageNumber"></span></div>'
DOCUMENT = """\
<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{styles}
<link rel="stylesheet" href="print.css">
<script>window.MathJax = {{options: {{processHtmlClass: "tex2jax_process|mathjax_process|math|output_area"}}}};</script>
<script defer src="../html/_static/mathjax/tex-chtml.js"></script>
</head>
<body class="bd-article-container">
<header><p class="book-title">{title}</p><p>{author}</p><p><a href="{address}">{address}</a></p></header>
<nav aria-label="Contents"><h1>Contents</h1>{contents}</nav>
<main class="bd-article">{body}</main>
</body>
</html>
"""


class MissingTool(Exception):
    """Something that has to be installed, or made, first."""


def main():
    """Write the PDF; say in one line what is missing where that is not possible."""
    try:
        chromium = find_chromium()
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / "book.html").write_text(book_page(), "utf8")
        shutil.copyfile(Path(__file__).with_name("print.css"), OUT / "print.css")
        pdf = OUT / "gdl-course.pdf"
        print_page(OUT / "book.html", pdf, chromium)
        pdf.write_bytes(repair_outline(pdf.read_bytes()))
    except MissingTool as missing:
        sys.exit(f"make pdf: {missing}")
    print(f"The PDF: file://{pdf}  ({pdf.stat().st_size / 1e6:.1f} MB)")


def find_chromium() -> str:
    """The browser's path: the CHROMIUM variable names it, or it is found on the PATH."""
    names = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else CHROMIUM_NAMES
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise MissingTool("no Chromium: install one (apt-get install chromium) or set CHROMIUM to its path")
    return found


def book_page() -> str:
    """All pages of the book in one."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    parts = read_toc(yaml.safe_load((ROOT / "_toc.yml").read_text("utf8")))
    docnames = [docname for _, chapters in parts for docname in chapters]
    missing = [docname for docname in docnames if not (HTML / f"{docname}.html").is_file()]
    if missing:
        raise MissingTool(f"no page {missing[0]}.html in _build/html: run `make book` first")
    pages = {name: BeautifulSoup((HTML / f"{name}.html").read_text("utf8"), "html.parser") for name in docnames}
    address = pages[docnames[0]].select_one('link[rel="canonical"]')["href"].removesuffix(f"/{docnames[0]}.html")
    styles = "\n".join(
        f'<link rel="stylesheet" href="{_from(docnames[0], link["href"])}">'
        for link in pages[docnames[0]].select('head link[rel="stylesheet"]')
    )
    body, contents = [], []
    for caption, chapters in parts:
        if caption:
            body.append(f'<h1 class="part">{caption}</h1>')
            contents.append(f"<p>{caption}</p>")
        for docname in chapters:
            article = pages[docname].select_one("article.bd-article")
            title = article.find("h1").get_text().rstrip("#")
            contents.append(f'<p class="chapter"><a href="#{anchor(docname)}">{title}</a></p>')
            inside = printed(article, docname, set(docnames), address)
            body.append(f'<article id="{anchor(docname)}">{inside}</article>')
    about = {"title": config["title"], "author": config["author"], "address": address}
    return DOCUMENT.format(**about, styles=styles, contents="\n".join(contents), body="\n".join(body))


def read_toc(toc: dict) -> list[tuple[str, list[str]]]:
    """The parts of the book: (caption, the names of its pages).

    >>> read_toc({"root": "hello", "parts": [{"caption": "I", "chapters": [{"file": "one"}]}]})
    [('', ['hello']), ('I', ['one'])]
    """
    parts = [(part["caption"], [chapter["file"] for chapter in part["chapters"]]) for part in toc["parts"]]
    return [("", [toc["root"]]), *parts]


def printed(article, docname: str, docnames: set[str], address: str) -> str:
    """The HTML of an article as it is printed: see the top of this file."""
    for mount in article.select(".gdl-mount"):
        mount.replace_with(mount.noscript.img)
    for option in article.select(".gdl-quiz details"):
        _as_option(option)
    for part in article.select(", ".join(LEFT_OUT)):
        part.decompose()
    for level in range(5, 0, -1):  # the parts are first in the outline
        for heading in article.find_all(f"h{level}"):
            heading.name = f"h{level + 1}"
    for element in article.find_all(id=True):
        element["id"] = anchor(docname, element["id"])
    for image in article.find_all("img"):
        image["src"] = _from(docname, image["src"])
    for link in article.find_all("a", href=True):
        link["href"] = target(link["href"], docname, docnames, address)
    return article.decode_contents()


def _as_option(details):
    """An option of a question, without its explanation. A number has no options: readers find it themselves."""
    summary = details.find("summary").extract()
    if summary.get_text().startswith("Find the number"):
        details.decompose()
        return
    details.clear()
    details.name = "p"
    details["class"] = "option"
    details.append("☐ ")
    details.extend(list(summary.contents))


def anchor(docname: str, name: str = "") -> str:
    """An id that is the only one of its kind in the joined book.

    >>> anchor("notebooks/05_convolution", "ask")
    'notebooks-05_convolution--ask'
    """
    return docname.replace("/", "-") + (f"--{name}" if name else "")


def target(href: str, docname: str, docnames: set[str], address: str) -> str:
    """Where a link of the page `docname` leads in the PDF: to a place in it, or to the web.

    >>> about = ("notebooks/05", {"notebooks/05", "notebooks/06"}, "https://book")
    >>> target("06.html#ask", *about), target("#ask", *about), target("../search.html", *about)
    ('#notebooks-06--ask', '#notebooks-05--ask', 'https://book/search.html')
    """
    if "://" in href or href.startswith(("mailto:", "data:")):
        return href
    path, _, name = href.partition("#")
    page = posixpath.normpath(posixpath.join(posixpath.dirname(docname), path)) if path else f"{docname}.html"
    if page.removesuffix(".html") in docnames:
        return "#" + anchor(page.removesuffix(".html"), name)
    return f"{address}/{page}" + (f"#{name}" if name else "")


def _from(docname, address):
    """The address of a file of the built book, as seen from the folder of the PDF."""
    if "://" in address or address.startswith("data:"):
        return address
    return posixpath.normpath(posixpath.join("../html", posixpath.dirname(docname), address))


def print_page(page: Path, pdf: Path, chromium: str) -> None:
    """Print `page` when its formulas are set and its pictures are there."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingTool('playwright is not installed: pip install "gdl-course[test]"') from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        view = browser.new_page()
        view.set_default_timeout(600_000)
        view.goto(page.as_uri())
        view.evaluate("MathJax.startup.promise.then(() => document.fonts.ready).then(() => true)")
        if wrong := view.locator("mjx-merror").all_text_contents():
            raise ValueError(f"formulas that MathJax cannot set: {wrong}")
        view.pdf(path=pdf, prefer_css_page_size=True, print_background=True, outline=True, tagged=True,
                 display_header_footer=True, header_template="<span></span>", footer_template=FOOTER)  # fmt: skip
        browser.close()


def repair_outline(pdf: bytes) -> bytes:
    """`pdf` with each title of the outline once: Chromium writes that of a heading which opens a page twice.

    Blanks take the place of the second, because a PDF counts its bytes.

    >>> repair_outline(b"/Title (AskAsk)\\n/Title (Build)\\n")
    b'/Title (Ask)   \\n/Title (Build)\\n'
    """
    return re.sub(rb"/Title ([(]|<FEFF)(.+)\2([)>])$", _once, pdf, flags=re.MULTILINE)


def _once(match):
    opening, title, closing = match.groups()
    return b"/Title " + opening + title + closing + b" " * len(title)


if __name__ == "__main__":
    main()

"""How the book is built: the same everywhere, and again when what builds it has changed."""

import hashlib
import os
from pathlib import Path

from gdl_course import chapters

SUFFIXES = {".py", ".js", ".css", ".json", ".svg"}


def fingerprint(*places: Path) -> str:
    """A hash of the files at `places`: each a file, or a folder with sources in it."""
    digest = hashlib.sha256()
    for place in places:
        files = sorted(path for path in place.rglob("*") if path.suffix in SUFFIXES) if place.is_dir() else [place]
        for path in files:
            digest.update(path.relative_to(place.parent).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def notice_changes(app, config):
    """A setting that changes when something changes that Sphinx does not watch; it then reads every page again."""
    root = Path(app.srcdir)
    readers = Path(chapters.__file__).parent  # what turns a chapter into cells
    config.gdl_book_sources = fingerprint(root / "book" / "_ext", root / "book" / "_static", readers)


def fix_the_environment(build: Path):
    """What a kernel inherits: this interpreter, the CPU unless told otherwise, no bars, nobody's private settings."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ["GDL_PROGRESS"] = "0"  # training.fit draws no bar
    os.environ["GDL_PROGRESS_FILE"] = ""  # checks record nothing
    os.environ["PYTHONHASHSEED"] = "0"
    os.environ["IPYTHONDIR"] = str(build / ".ipython")


def prepare_fonts(app, env, docnames):
    """Matplotlib's first import on a machine says on stderr that it builds a cache of fonts; let it say so here."""
    if docnames:
        import matplotlib.font_manager  # noqa: F401


def forget_a_build_with_warnings(app, exception):
    """Without this a second build would skip the pages that warned, and pass."""
    if exception is not None or app._warncount:
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app):
    app.add_config_value("comments_config", {}, "env")  # Jupyter Book sets it even when its extension is left out
    app.add_config_value("gdl_book_sources", "", "env")
    app.connect("config-inited", notice_changes)
    app.connect("config-inited", lambda app, config: fix_the_environment(Path(app.outdir).parent))
    app.connect("env-before-read-docs", prepare_fonts)
    app.connect("build-finished", forget_a_build_with_warnings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

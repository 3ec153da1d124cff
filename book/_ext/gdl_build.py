"""How the chapters are executed: the same everywhere, and never from a stale cache.

jupyter-cache looks at the cells of a chapter only, so a change in the package would leave old outputs and old widget
code in the book. The cache's folder is therefore named after a hash of everything that the cells depend on. Sphinx
re-reads every page when the setting with that name changes, so no page keeps what an older package printed.
"""

import hashlib
import os
import sys
from pathlib import Path

SUFFIXES = {".py", ".js", ".css", ".json", ".svg"}


def fingerprint(*places: Path) -> str:
    """A hash of the interpreter's version and of the files at `places`: each a file, or a folder with sources in it."""
    digest = hashlib.sha256(sys.version.encode())
    for place in places:
        files = sorted(path for path in place.rglob("*") if path.suffix in SUFFIXES) if place.is_dir() else [place]
        for path in files:
            digest.update(path.relative_to(place.parent).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def notice_changes(app, config):
    """Settings that change when something changes that Sphinx does not watch; it then reads every page again."""
    root = Path(app.srcdir)
    cache = root / "_build" / ".jupyter_cache"  # the same for both editions
    rooms = [room for room in sorted((root / "gdl_course").iterdir()) if room.name != "classroom"]  # no chapter runs it
    config.nb_execution_cache_path = str(cache / fingerprint(*rooms, root / "requirements.txt"))
    config.gdl_book_sources = fingerprint(root / "book" / "_ext", root / "book" / "_static")


def fix_the_environment(app, config):
    """What a kernel inherits: this interpreter, the CPU unless told otherwise, no bars, nobody's private settings."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ["GDL_PROGRESS"] = "0"  # training.fit draws no bar
    os.environ["GDL_PROGRESS_FILE"] = ""  # checks record nothing
    os.environ["PYTHONHASHSEED"] = "0"
    os.environ["IPYTHONDIR"] = str(Path(app.outdir).parent / ".ipython")


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
    app.connect("config-inited", fix_the_environment)
    app.connect("env-before-read-docs", prepare_fonts)
    app.connect("build-finished", forget_a_build_with_warnings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

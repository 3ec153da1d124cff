"""What a submission must not see: the checks, the quizzes, the chapters' source, the class, its report. Masked by name.

Python's folders and /usr are shown inside the sandbox; whatever secret lies below them is covered by an empty folder or
file. `seen` then looks from inside, for a mask that was forgotten is found by nobody else.
"""

import os
import sys
import sysconfig
from pathlib import Path

SECRET = ["ch[0-9]*.py", "quiz*.json"]  # in exercises/: the answers
LOOKER = """
import glob, importlib.util, os, sys
names, extra = [], sys.argv[1].split(os.pathsep)
for place in sys.argv[2:]:
    try:
        names += [place] if not os.path.isdir(place) and open(place, "rb").read(1) else []
        names += [os.path.join(place, name) for name in os.listdir(place)] if os.path.isdir(place) else []
    except OSError:
        pass
for place in [*sys.path, *extra, "/course"]:
    for pattern in ("ch[0-9]*.py", "quiz*.json", os.path.join("__pycache__", "ch[0-9]*")):
        for name in glob.glob(os.path.join(glob.escape(place or "."), "gdl_course", "exercises", pattern)):
            names += [name] if os.access(name, os.R_OK) else []
shown = [prefix + "/" for prefix in (sys.prefix, sys.base_prefix)]  # and the folders above
names = [name for name in names if not any(prefix.startswith(name + "/") for prefix in shown)]
sys.stderr.write(", ".join(names[:5]))
sys.exit(1 if names else 0)
"""


def masks(shown, secrets) -> list[str]:
    """The options by which bubblewrap covers each secret that lies below a folder that is `shown`."""
    covered = []
    for root in shown:
        for path in sorted({*_courses(), *map(_real, secrets)}):
            if path != _real(root) and path.is_relative_to(_real(root)) and path.exists():
                covered.append(Path(root) / path.relative_to(_real(root)))
    outermost = [path for path in covered if not any(path != other and path.is_relative_to(other) for other in covered)]
    return [option for path in dict.fromkeys(outermost) for option in _cover(path)]


def _cover(path):
    if path.is_dir():
        return ["--perms", "0755", "--size", "4096", "--tmpfs", str(path), "--remount-ro", str(path)]
    return ["--ro-bind", "/dev/null", str(path)]


def looked_for(secrets, masked: bool) -> list[str]:
    """The arguments of the self-test: where to look for checks, then all that must not be seen.

    Where nothing is `masked` the package itself can be seen, and must not hold a check that can be read.
    """
    courses = _courses()
    hidden = courses if masked else {path / name for path in courses for name in ("notebooks", "tests", "_build")}
    paths = sorted({str(path) for path in [*hidden, *map(_real, secrets)]})
    return [os.pathsep.join(sorted({str(path.parent) for path in courses})), *paths]


def _courses() -> set[Path]:
    """The folders of this package and of each other copy that Python could import, and the clones that they lie in."""
    own = Path(__file__).resolve().parent.parent
    folders = {*sys.path, *(sysconfig.get_path(name) for name in ("purelib", "platlib"))}
    found = {own, *(_real(folder) / own.name for folder in folders if folder)}
    clones = {
        path.parent
        for path in found
        if (path.parent / "notebooks").is_dir() and (path.parent / "pyproject.toml").is_file()
    }
    return {path for path in found if path.is_dir()} | clones


def _real(path) -> Path:
    return Path(os.path.realpath(path))

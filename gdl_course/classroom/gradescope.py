"""Make the zip that Gradescope takes as an autograder.

It follows https://gradescope-autograders.readthedocs.io/en/latest/specs/: `setup.sh` and `run_autograder` at its top,
beside them what these need, which is this package's own source. When Gradescope builds the autograder, pip installs
the package and its dependencies and apt installs bubblewrap; nothing else is downloaded. Of the checks there are only
those of the assigned chapters, and no chapter's source: what is not in the zip cannot leak from it.

What happens where the container forbids a sandbox is told in `gradescope_run`.
"""

import json
import zipfile
from dataclasses import asdict
from pathlib import Path

from gdl_course.classroom.assignment import Assignment

ABOUT = ("pyproject.toml", "requirements.txt", "README.md", "LICENSE")  # what pip needs, and what was tested
SCRIPTS = {"setup.sh": "setup.sh", "run_autograder.sh": "run_autograder"}
DATE = (2000, 1, 1, 0, 0, 0)  # of each file in the zip: the same content makes the same zip


def write_autograder(root: Path, out: Path, assignment: Assignment, isolation: str) -> Path:
    """Write the autograder of `assignment` to the zip `out`, from the course at `root`.

    `isolation` is a kind of `sandbox.Sandbox`: "bubblewrap", or "user" or "none" for submissions that run without one.
    Raises FileNotFoundError if `root` is not the course's folder.
    """
    root, out = Path(root), Path(out)
    if not (root / "pyproject.toml").is_file():
        raise FileNotFoundError(f"no pyproject.toml in {root}: run this in the course's folder, or name it with --root")
    out.parent.mkdir(parents=True, exist_ok=True)
    settings = {"isolation": isolation, "assignment": asdict(assignment)}
    with zipfile.ZipFile(out, "w") as archive:
        for name, inside in SCRIPTS.items():
            _add(archive, inside, (Path(__file__).parent / "autograder" / name).read_bytes(), 0o755)
        _add(archive, "autograder.json", json.dumps(settings, indent=1, ensure_ascii=False).encode())
        for path in _files(root, assignment.chapters):
            _add(archive, path.relative_to(root).as_posix(), path.read_bytes())
    return out


def _files(root, chapters):
    """The package's files, without the checks and quizzes of chapters that are not assigned."""
    yield from (root / name for name in ABOUT)
    package = root / "gdl_course"
    secret = {*package.glob("exercises/ch[0-9]*.py"), *package.glob("exercises/quiz*.json")}
    assigned = {package / "exercises" / f"ch{chapter}.py" for chapter in chapters}
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path not in secret - assigned:
            yield path


def _add(archive, name, content, mode=0o644):
    entry = zipfile.ZipInfo(name, DATE)
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)

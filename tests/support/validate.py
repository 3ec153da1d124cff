"""Run every learner notebook under nbval: `python tests/support/validate.py BUILD` in the course's folder, see `make
test`.

The reference is the book: a cell that both have must run without an error, and where its output is a promise (the tag
`nbval-check-output`) show what the page shows. Stubs stand in for the solutions, so each check must say "not started".
What has not changed since it passed, nor anything that it uses, is not run again: BUILD keeps a stamp for each; the
environment variable GDL_NIGHTLY=1 runs all.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nightly import NIGHTLY

ROOT = Path.cwd()
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where the build finds its extensions
from gdl_build import fix_the_environment  # noqa: E402
from gdl_chapters import read_page  # noqa: E402
from gdl_execution import executed, place  # noqa: E402

from gdl_course.chapters.links import Links  # noqa: E402
from gdl_course.chapters.notebooks import chapters, learner_notebook, with_reference  # noqa: E402

NBVAL = "-m pytest -q --nbval-lax --nbval-current-env --nbval-cell-timeout=600 -p no:cacheprovider"
OWN = "-o addopts= -o filterwarnings="  # not those of the course's tests


def main(build: Path) -> int:
    """Validate all chapters, as many at a time as there are cores; the number of those that failed."""
    links = Links(ROOT)
    fix_the_environment(ROOT / "_build")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(not passed for passed in pool.map(lambda chapter: validated(chapter, links, build), chapters(ROOT)))


def validated(chapter, links, build: Path) -> bool:
    """Whether the learner notebook of a chapter holds what the page shows; says so, with nbval's words if it does
    not."""
    name = f"notebooks/{chapter.path.stem}"
    page = read_page(chapter.path.read_text("utf8"), chapter.path, ROOT)
    notebook = with_reference(learner_notebook(chapter, links), chapter, executed(page, name, ROOT)[0])
    path = build / place(notebook, name, ROOT).name
    stamp = path.with_suffix(".passed")
    if stamp.is_file() and not NIGHTLY:
        print(f"{path.name}: has passed, and nothing has changed since")
        return True
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    run = subprocess.run(
        [sys.executable, *NBVAL.split(), *OWN.split(), f"--rootdir={build}", str(path)], capture_output=True, text=True
    )
    if run.returncode == 0:
        stamp.touch()
    print(f"{path.name}: {run.stdout if run.returncode else run.stdout.splitlines()[-1]}", flush=True)
    return run.returncode == 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

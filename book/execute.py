"""Run the cells of every page of the book, once for both editions: `python book/execute.py` in the course's folder."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
from gdl_build import fix_the_environment  # noqa: E402
from gdl_chapters import read_notebooks  # noqa: E402
from gdl_execution import execute  # noqa: E402


def main() -> None:
    """Execute what is listed in _toc.yml, with the settings of _config.yml."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    pages = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["execute"]["timeout"]
    fix_the_environment(ROOT / "_build")
    execute(read_notebooks(pages, ROOT), ROOT, timeout, lambda words: print(words, flush=True))


if __name__ == "__main__":
    main()

"""What only authors and instructors install: `pip install .` is for learners, and the rest are extras of the package.

The package is not on the index, so a command that installs an extra names a clone or the repository's address.
"""

from importlib.util import find_spec

REPOSITORY = "https://github.com/gdl-course/gdl-course"
MODULES = {  # extra -> what it brings, by the names under which it is imported
    "classroom": ("myst_nb", "nbformat", "pybtex", "yaml"),
    "book": ("myst_nb", "nbformat", "pybtex", "yaml", "markdown_it", "sphinx_revealjs", "sphinx-mathjax-offline"),
}


class MissingExtra(ImportError):
    """Something that an extra brings is not installed; the message names the command that installs it."""


def need(extra: str) -> None:
    """Raises `MissingExtra` unless all that `extra` brings is installed.

    >>> need("classroom")  # here it is
    """
    missing = [module for module in MODULES[extra] if find_spec(module) is None]
    if missing:
        names = ", ".join(missing)
        raise MissingExtra(f"this needs what the extra [{extra}] installs ({names}): {how_to_install(extra)}")


def how_to_install(extra: str) -> str:
    """The commands that install an extra, in a clone and without one.

    >>> print(how_to_install("book"))
    `pip install ".[book]"` in the course's folder, or
    `pip install "gdl-course[book] @ git+https://github.com/gdl-course/gdl-course"`
    """
    here = f'`pip install ".[{extra}]"` in the course\'s folder'
    return f'{here}, or\n`pip install "gdl-course[{extra}] @ git+{REPOSITORY}"`'

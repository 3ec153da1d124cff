"""Run every notebook beside Colab's packages: `python3.13 tests/support/colab.py CONSTRAINTS BUILD` in the course's
folder.

It makes a fresh environment with the packages that Colab already has (those that the course uses, and the notebook
stack), installs the course under the same constraints, checks that no package moved, and runs the learner and the
solution notebooks that `make notebooks` wrote. Only the standard library is needed to start it.
"""

import json
import os
import re
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

COURSE = ["numpy", "scipy", "jax", "jaxlib", "optax", "matplotlib", "networkx", "scikit-learn", "tqdm"]
NOTEBOOKS = ["pip", "ipywidgets", "anywidget", "ipykernel", "ipython", "nbclient", "nbformat", "pyzmq"]
TIMEOUT = 300  # seconds a cell


def main(constraints: str, build: str) -> int:
    """Returns the exit status: 0 when nothing moved and every notebook ran to its end."""
    version = pinned(constraints)
    python = make_environment(Path(build))
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--constraint", constraints]
    subprocess.run([*install, *(name for name in COURSE + NOTEBOOKS if name in version)], check=True)
    before = installed(pip)
    subprocess.run([*install, "."], check=True)
    after = installed(pip)
    moved = [f"{name}: {old} -> {after.get(name)}" for name, old in before.items() if after.get(name) != old]
    moved += [f"{name}: {new}, not {version[name]}" for name, new in after.items() if new != version.get(name, new)]
    print(f"{len(before)} packages before, {len(after)} after; moved: {', '.join(moved) or 'none'}")
    print("added:", ", ".join(f"{name} {after[name]}" for name in sorted(after.keys() - before.keys())))
    notebooks = sorted(Path("_build/notebooks").glob("learner/*.ipynb"))
    notebooks += sorted(Path("_build/notebooks").glob("solution/*.ipynb"))
    if not notebooks:
        print("no notebooks: run `make notebooks` first")
        return 1
    with ThreadPoolExecutor(2) as pool:
        failed = [
            path
            for path, ran in zip(notebooks, pool.map(lambda path: run(python, path), notebooks), strict=False)
            if not ran
        ]
    return 1 if moved or failed else 0


def pinned(constraints: str) -> dict[str, str]:
    """Name -> version of each `name==version` line, names in pip's canonical form."""
    lines = re.findall(r"^([\w.-]+)==([^\s;]+)", Path(constraints).read_text("utf8"), flags=re.MULTILINE)
    return {canonical(name): version.split("+")[0] for name, version in lines}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def make_environment(build: Path) -> str:
    venv.create(build / "venv", clear=True, with_pip=True)
    return str((build / "venv" / "bin" / "python").absolute())


def installed(pip) -> dict[str, str]:
    listed = subprocess.run([*pip, "list", "--format", "json"], check=True, capture_output=True, text=True)
    return {canonical(one["name"]): one["version"].split("+")[0] for one in json.loads(listed.stdout)}


def run(python: str, path: Path) -> bool:
    """Execute one notebook from its first to its last cell; says how it went."""
    program = (
        "import sys, nbformat, nbclient;"
        "notebook = nbformat.read(sys.argv[1], as_version=4);"
        f"nbclient.NotebookClient(notebook, timeout={TIMEOUT}, kernel_name='python3').execute()"
    )
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([python, "-c", program, str(path)], env=environment, capture_output=True, text=True)
    print(f"FAILED: {path}\n{done.stderr[-3000:]}" if done.returncode else f"ran: {path}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

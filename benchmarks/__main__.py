"""Run the benchmarks, each on one core and then on all: `make bench`, or `make bench ONLY="gcn attention"`.

What is not installed (torch, PyTorch Geometric, EMLP) is said and left out. A benchmark is a script of this folder with
a `main()`; those of `ONCE` choose their cores themselves or do not depend on them.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ONCE = ["basis", "grading", "imports", "page_load", "widget_frames"]
LAYERS = sorted(f.stem for f in HERE.glob("*.py") if f.stem not in (*ONCE, "__main__", "side_by_side"))


def on_cores(count: int) -> dict:
    """How `subprocess.run` starts a process that may use this many cores."""
    if not hasattr(os, "sched_setaffinity"):
        return {}
    chosen = sorted(os.sched_getaffinity(0))[:count]
    return {"preexec_fn": lambda: os.sched_setaffinity(0, chosen)}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; return 1 if one of them failed."""
    unknown = set(names) - {*LAYERS, *ONCE}
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join([*LAYERS, *ONCE])}")
        return 2
    failed = 0
    everything = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    for name in names or [*LAYERS, *ONCE]:
        for count in [everything] if name in ONCE else dict.fromkeys([1, everything]):
            print(f"{name}, {count} core(s)", flush=True)
            failed |= subprocess.run([sys.executable, HERE / f"{name}.py"], **on_cores(count)).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

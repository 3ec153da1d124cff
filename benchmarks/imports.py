"""How long the algebra takes to import, beside NumPy with SciPy: seconds and their ratio.

    python benchmarks/imports.py

Each import runs in fresh processes, alternating; the smallest wall time of seven counts. The aim is 0.3 s at the most for
`import gdl_course` beyond NumPy and SciPy.
"""

import subprocess
import sys
import time

PEER = "import numpy, scipy.linalg, scipy.sparse"
OURS = f"{PEER}, gdl_course"


def wall_time(code):
    """Seconds of wall time for a fresh Python to run `code`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main():
    """Print both times, the difference and the ratio."""
    runs = [(wall_time(PEER), wall_time(OURS)) for _ in range(7)]
    peer, ours = (min(times) for times in zip(*runs, strict=True))
    print(
        f"NumPy and SciPy {peer:.3f} s; with gdl_course {ours:.3f} s: {ours - peer:.3f} s more, ratio {ours / peer:.2f}"
    )


if __name__ == "__main__":
    main()

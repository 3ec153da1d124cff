"""The dimensions that the engine must find, the time it takes, and the same beside two peers, as ratios.

    python benchmarks/basis.py

The peers are a dense null space (one NumPy SVD of all constraints, up to 800 unknowns) and EMLP (M. Finzi,
M. Welling, A. G. Wilson, ICML 2021) where it is installed: `pip install emlp six` in an environment with this
package (EMLP imports six and does not say so; 1.0.3 runs with jax 0.10, except for the largest problems, where
its progress bar fails). One core, processor time; ours is the
best of three. EMLP compiles as it goes, so it is timed once, in a new process, import not counted.
"""

import os

for library in ("OPENBLAS", "OMP", "MKL"):  # one thread, before NumPy loads
    os.environ[f"{library}_NUM_THREADS"] = "1"

import importlib.util  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402

from gdl_course import groups, linear_maps  # noqa: E402

DENSE_UNKNOWNS = 800
EMLP_SECONDS = 120

PATH = np.diag(np.ones(4), 1) + np.diag(np.ones(4), -1)
ASYMMETRIC = np.zeros((6, 6))
for i, j in [(0, 1), (0, 3), (1, 2), (1, 3), (1, 5), (2, 4), (3, 5), (4, 5)]:
    ASYMMETRIC[i, j] = ASYMMETRIC[j, i] = 1


def cases():
    """Name, (rho_in, rho_out), the dimension that must come out, the same problem for EMLP."""
    S5, S6, S8 = (groups.symmetric(n).permutation() for n in (5, 6, 8))
    C4, SO2, V = groups.grid_rotations(), groups.SO(2), groups.SO(3).vector()
    Z8, Z64 = groups.cyclic(8).permutation(), groups.cyclic(64).permutation()
    return [
        ("Z_8", Z8, Z8, 8, "(V >> V)(Z(8))"),
        ("Z_64", Z64, Z64, 64, "(V >> V)(Z(64))"),
        ("S_6 sets", S6, S6, 2, "(V >> V)(S(6))"),
        ("S_5 edges", S5**2, S5**2, 15, "(V**2 >> V**2)(S(5))"),
        ("S_6 edges", S6**2, S6**2, 15, "(V**2 >> V**2)(S(6))"),
        ("S_8 edges", S8**2, S8**2, 15, "(V**2 >> V**2)(S(8))"),
        ("S_6 order 2 to 3", S6**2, S6**3, 52, "(V**2 >> V**3)(S(6))"),
        ("torus 28x28", *[groups.translations(28, 28).permutation()] * 2, 784, None),
        ("path, automorphisms", *[groups.automorphisms(PATH).permutation()] * 2, 13, None),
        ("asymmetric graph", *[groups.automorphisms(ASYMMETRIC).permutation()] * 2, 36, None),
        ("C4 on 8x8", *[C4.on_grid(8, 8)] * 2, 1024, None),
        ("C4 on 7x7", *[C4.on_grid(7, 7)] * 2, 601, None),
        ("SO(3) V to V", V, V, 1, "(V >> V)(SO(3))"),
        ("SO(3) T2 to T2", V**2, V**2, 3, "(V**2 >> V**2)(SO(3))"),
        ("SO(3) T3 to T3", V**3, V**3, 15, "(V**3 >> V**3)(SO(3))"),
        ("SO(3) T4 to T4", V**4, V**4, 91, "(V**4 >> V**4)(SO(3))"),
        ("SO(2) irrep 3 to 3", SO2.irrep(3), SO2.irrep(3), 2, None),
        ("SO(2) irrep 3 to 2", SO2.irrep(3), SO2.irrep(2), 0, None),
    ]


def seconds(work, repeats):
    """The smallest processor time of some runs, and the last result."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return min(times), result


def dense_dimension(rho_in, rho_out):
    """The dimension by one SVD of the constraints of every generator, as a first course would do it."""
    generators = [*zip(rho_out.generators, rho_in.generators, strict=True)]
    generators += [*zip(rho_out.lie_generators, rho_in.lie_generators, strict=True)]
    one_out, one_in = np.eye(rho_out.dimension), np.eye(rho_in.dimension)
    rows = [np.kron(B, one_in) - np.kron(one_out, A.T) for B, A in generators]
    values = np.linalg.svd(np.concatenate(rows))[1]
    return int((values < 1e-8).sum())


EMLP_PROGRAM = """
import logging, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
import jax, numpy as np
from emlp.groups import S, SO, Z
from emlp.reps import V
rep = {problem}
start = time.process_time()
basis = np.asarray(rep.equivariant_basis())
print("RESULT", time.process_time() - start, basis.shape[-1], bool(np.isfinite(basis).all()))
"""


def emlp(problem):
    """Seconds (None when it did not finish) and a remark on EMLP's result."""
    command = [sys.executable, "-c", EMLP_PROGRAM.format(problem=problem)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=EMLP_SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"over {EMLP_SECONDS} s"
    lines = [line for line in run.stdout.splitlines() if line.startswith("RESULT")]
    if not lines:
        return None, f"failed: {run.stderr.strip().splitlines()[-1][:60]}"
    _, took, dimension, finite = lines[0].split()
    return float(took), f"dimension {dimension}" + ("" if finite == "True" else ", NaN")


def peer(took, ours, remark):
    """One cell of the table: seconds, times slower than ours, and a remark."""
    return f"{remark:>24}" if took is None else f"{took:9.4f} s {took / ours:8.3g}x {remark}"


def main():
    """Print the table; exit with 1 when a dimension is wrong."""
    has_emlp = importlib.util.find_spec("emlp") is not None
    if not has_emlp:
        print("EMLP is not installed here, so that its column is empty: pip install emlp six\n")
    columns = f"{'problem':20} {'unknowns':>8} {'dimension':>9} {'method':>10} {'seconds':>9}"
    print(f"{columns}   peers: seconds, times slower than ours")
    wrong = 0
    linear_maps(groups.cyclic(2).permutation(), groups.cyclic(2).permutation())  # SciPy loads its parts here
    for name, rho_in, rho_out, dimension, problem in cases():
        ours, basis = seconds(lambda a=rho_in, b=rho_out: linear_maps(a, b), 3)
        unknowns = rho_in.dimension * rho_out.dimension
        cells = []
        if unknowns <= DENSE_UNKNOWNS:
            took, found = seconds(lambda a=rho_in, b=rho_out: dense_dimension(a, b), 1)
            cells.append("dense " + peer(took, ours, "" if found == dimension else f"dimension {found}"))
        if has_emlp and problem:
            took, remark = emlp(problem)
            cells.append("EMLP " + peer(took, ours, remark))
        verdict = "" if basis.dimension == dimension else f"  WRONG, expected {dimension}"
        wrong += bool(verdict)
        row = f"{name:20} {unknowns:8} {basis.dimension:9} {basis.method:>10} {ours:9.4f}"
        print(f"{row}   {'; '.join(cells)}{verdict}", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

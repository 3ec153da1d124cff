"""Time two implementations of the same work in turns, and tell their ratio with its range.

Machines are shared and slow down at times: the two take turns, so that a bad moment hits both, and of each turn the
fastest of a few runs counts. A benchmark compares the results of the two before it compares their times:

    torch = torch_or_none()                       # None, and a line that says so, where there is no torch
    header()
    x = np.random.default_rng(0).normal(size=(64, 32)).astype(np.float32)
    ours = jax.jit(lambda x: x @ x.T)
    theirs = (lambda t=tensor(torch, x): t @ t.T) if torch else None
    compare("64 x 32", lambda: ours(x), theirs)

On a GPU (JAX with CUDA, and JAX_PLATFORMS=cuda) torch works on the GPU too.
"""

import os
import time
from collections.abc import Callable

import jax
import numpy as np

ROUNDS = 9
TURN = 0.15  # seconds of runs in one turn, and at least three of them


def threads() -> int:
    """The number of cores that this process may use: what both sides are given."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def torch_or_none():
    """torch on as many threads as this process has cores; None, and a line that says so, where it is not installed."""
    try:
        import torch
    except ImportError:
        print("  torch is not installed here, so only our own times are shown; `make bench` installs the peers")
        return None
    torch.set_num_threads(threads())
    torch.backends.cuda.matmul.allow_tf32 = False  # full float32, as ours
    return torch


def tensor(torch, array: np.ndarray):
    """The array as a torch tensor, on the kind of device that JAX uses."""
    return torch.from_numpy(np.ascontiguousarray(array)).to("cuda" if jax.default_backend() == "gpu" else "cpu")


def header() -> None:
    """What the times depend on."""
    print(f"  jax {jax.__version__} on {jax.devices()[0].device_kind}, {threads()} core(s)")


def compare(work: str, ours: Callable, peer: Callable | None = None, peer_name: str = "torch") -> np.ndarray:
    """Print the median times of `ours` and `peer` and their ratio (below 1: ours is faster); return the ratios.

    Both take no arguments and return what is computed, so that it can be waited for.
    """
    for run in filter(None, (ours, peer)):
        _finish(run())  # compile, and warm up
    turns = np.array([[_fastest(ours), _fastest(peer) if peer else np.nan] for _ in range(ROUNDS)])
    ratios = turns[:, 0] / turns[:, 1]
    line = f"  {work:44s} ours {np.median(turns[:, 0]):9.3f} ms"
    if peer:
        line += f"   {peer_name} {np.median(turns[:, 1]):9.3f} ms"
        line += f"   ratio {np.median(ratios):.2f} ({ratios.min():.2f} to {ratios.max():.2f})"
    print(line, flush=True)
    return ratios


def _fastest(run: Callable) -> float:
    """Milliseconds of the fastest run of one turn."""
    times, end = [], time.perf_counter() + TURN
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        _finish(run())
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def _finish(result) -> None:
    """Wait until a result of JAX or of torch is there: on a GPU both return before they have computed."""
    for part in jax.tree.leaves(result):
        if getattr(part, "is_cuda", False):
            import torch

            torch.cuda.synchronize()
        else:
            jax.block_until_ready(part)

"""`gdl_course.layers.grid.conv` against torch.nn.functional.conv2d, on the torus: forward, and forward with gradients.

Run it in an environment of its own, since torch is no dependency of the course:

    python -m venv _build/torch && _build/torch/bin/pip install -e . torch && _build/torch/bin/python benchmarks/convolution.py

The two take turns, `ROUNDS` times; of each turn the fastest of a few runs counts. Printed are the medians, and the ratio
of the two (below 1: ours is faster) as median and range over the turns. Results are compared before times are.
"""

import os
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

from gdl_course.layers import grid

ROUNDS, RUNS = 9, 7
CASES = [  # batch, channels in, channels out, height and width, kernel
    (64, 1, 16, 8, 3),
    (64, 16, 32, 8, 3),
    (64, 16, 32, 16, 3),
    (16, 16, 16, 64, 5),
]


@jax.jit
def ours(x, kernel):
    return jax.vmap(lambda one: grid.conv(one, kernel))(x)


@jax.jit
def ours_with_gradients(x, kernel):
    return jax.grad(lambda x, kernel: (ours(x, kernel) ** 2).sum(), argnums=(0, 1))(x, kernel)


def theirs(torch, x, kernel):
    r = kernel.shape[-1] // 2
    padded = torch.nn.functional.pad(x, (r, r, r, r), mode="circular")
    return torch.nn.functional.conv2d(padded, kernel)


def theirs_with_gradients(torch, x, kernel):
    x, kernel = x.detach().requires_grad_(), kernel.detach().requires_grad_()
    return torch.autograd.grad((theirs(torch, x, kernel) ** 2).sum(), (x, kernel))


def fastest(run):
    """Milliseconds of the fastest of RUNS runs; a run returns when its result is there."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def arrays(case):
    batch, c_in, c_out, size, k = case
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, c_in, size, size)).astype(np.float32)
    return x, rng.normal(size=(c_out, c_in, k, k)).astype(np.float32)


def report(name, case, mine, other):
    turns = np.array([[fastest(mine), fastest(other) if other else np.nan] for _ in range(ROUNDS)])
    line = f"{'x'.join(map(str, case)):18s} {name:20s} ours {np.median(turns[:, 0]):8.3f} ms"
    if other:
        ratio = turns[:, 0] / turns[:, 1]
        line += f"   torch {np.median(turns[:, 1]):8.3f} ms"
        line += f"   ratio {np.median(ratio):.2f} ({ratio.min():.2f} to {ratio.max():.2f})"
    print(line)


def main():
    try:
        import torch
    except ImportError:
        torch = None
        print("torch is not installed here: only our own times are shown (see the top of this file)")
    else:
        torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
        print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    print(f"jax {jax.__version__}, {jax.default_backend()}; batch x in x out x size x kernel")
    for case in CASES:
        x, kernel = arrays(case)
        jx, jk = jnp.asarray(x), jnp.asarray(kernel)
        tx, tk = (torch.from_numpy(a) for a in (x, kernel)) if torch else (None, None)
        if torch:
            np.testing.assert_allclose(ours(jx, jk), theirs(torch, tx, tk), atol=1e-3)
        for name, mine, other in [
            ("forward", ours, theirs), ("forward and backward", ours_with_gradients, theirs_with_gradients)
        ]:  # fmt: skip
            jax.block_until_ready(mine(jx, jk))  # compile
            report(
                name, case, lambda: jax.block_until_ready(mine(jx, jk)), (lambda: other(torch, tx, tk)) if torch else None
            )


if __name__ == "__main__":
    sys.exit(main())

"""`gdl_course.layers.grid.conv` against torch.nn.functional.conv2d, on the torus: forward, and forward with gradients.

make bench ONLY=convolution
"""

import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, tensor, torch_or_none

from gdl_course.layers import grid

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


def arrays(case):
    batch, c_in, c_out, size, k = case
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, c_in, size, size)).astype(np.float32)
    return x, rng.normal(size=(c_out, c_in, k, k)).astype(np.float32)


def main():
    torch = torch_or_none()
    header()
    for case in CASES:
        x, kernel = arrays(case)
        name = "{}x {}->{} channels, {} pixels square, kernel {}".format(*case)
        jx, jk = jnp.asarray(x), jnp.asarray(kernel)
        if torch is None:
            compare(name, lambda: ours(jx, jk))
            compare("  with gradients", lambda: ours_with_gradients(jx, jk))
            continue
        tx, tk = tensor(torch, x), tensor(torch, kernel)
        np.testing.assert_allclose(ours(jx, jk), theirs(torch, tx, tk).cpu(), atol=1e-3)
        compare(name, lambda: ours(jx, jk), lambda: theirs(torch, tx, tk))
        compare("  with gradients", lambda: ours_with_gradients(jx, jk), lambda: theirs_with_gradients(torch, tx, tk))


if __name__ == "__main__":
    main()

"""`gdl_course.layers.group_grid.group_conv` for C4 against torch's conv2d with the same bank, and the gradients.

    make bench ONLY=group_convolution

Measured on one core, the two in turns, 16 examples, 16 -> 16 fields of C4, 64 pixels square, kernel 5; median ratios of
ours to torch 2.13, with their range. The aim, 1.05 and 1.1, is not reached:

                        forward                  forward and both gradients
    wrap                1.19 (1.15 to 1.23)      1.26 (1.19 to 1.28)
    zero                1.33 (1.29 to 1.34)      1.54 (1.47 to 1.61)

What was tried, CPU-time minima in ms on the same core, for the convolution of 64 -> 64 channels alone (13.4 GFLOP;
torch: forward 111 wrap and 80 zero, forward and gradients 343 wrap and 251 zero):

    forward     without padding, XLA calls YNNPACK                            298 .. 303
                with padding, XLA's own: one more row, dropped again          123
                ... "SAME", where the border is zero                          102
    gradient    JAX's own, of x                                               138
                JAX's own, of the kernel                                      453 .. 538
    kernel's    one product for each of the 25 offsets                        447
    gradient    rows cut out, one product for each of 5 offsets, by example   204 .. 231
                all windows cut out, one product, by example                  324
                a convolution of columns with swapped roles                   1326
                5 rows of dy times 5 columns of x, by example                 159
                ... all examples at once                                      261
                ... a batched product                                         232
"""

import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, tensor, torch_or_none

from gdl_course import groups
from gdl_course.layers import group_grid

C4 = groups.cyclic(4)
CASES = [  # batch, fields in, fields out, height and width, kernel
    (16, 16, 16, 64, 5),
    (64, 4, 8, 16, 3),
]
PADDINGS = ["wrap", "zero"]


def layer(padding):
    """The jitted layer on a batch, and the same with the gradients of x and kernel."""
    forward = jax.jit(lambda x, k: jax.vmap(lambda one: group_grid.group_conv(one, k, C4, padding=padding))(x))

    @jax.jit
    def with_gradients(x, k, dy):
        y, pull_back = jax.vjp(forward, x, k)
        return y, pull_back(dy)

    return forward, with_gradients


def their_layer(torch, padding):
    def forward(x, kernel):
        out, fields, _, k, _ = kernel.shape
        poses = [torch.rot90(kernel.roll(r, 2), r, (-2, -1)) for r in range(4)]
        bank = torch.stack(poses, 1).reshape(4 * out, 4 * fields, k, k)
        channels = x.flatten(1, 2)
        if padding == "zero":
            y = torch.nn.functional.conv2d(channels, bank, padding=k // 2)
        else:
            y = torch.nn.functional.conv2d(torch.nn.functional.pad(channels, 4 * [k // 2], mode="circular"), bank)
        return y.reshape(len(x), out, 4, *y.shape[-2:])

    def with_gradients(x, kernel, dy):
        x, kernel = x.detach().requires_grad_(), kernel.detach().requires_grad_()
        y = forward(x, kernel)
        return y, torch.autograd.grad(y, (x, kernel), dy)

    return forward, with_gradients


def arrays(case):
    batch, fields, out, size, k = case
    rng = np.random.default_rng(0)
    shapes = (batch, fields, 4, size, size), (out, fields, 4, k, k), (batch, out, 4, size, size)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def agree(mine, other):
    """To 1e-5 of the largest entry: the gradient of a kernel sums over all pixels of the batch."""
    for a, b in zip(jax.tree.leaves(mine), jax.tree.leaves(other), strict=True):
        b = b.detach().cpu().numpy()
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-5 * np.abs(b).max())


def main():
    torch = torch_or_none()
    header()
    for case in CASES:
        numbers = arrays(case)
        mine = [jnp.asarray(a) for a in numbers]
        for padding in PADDINGS:
            name = "{}x {}->{} fields, {} pixels square, kernel {}".format(*case) + f", {padding}"
            forward, with_gradients = layer(padding)
            if torch is None:
                compare(name, lambda: forward(*mine[:2]))
                compare("  with gradients", lambda: with_gradients(*mine))
                continue
            other = [tensor(torch, a) for a in numbers]
            their_forward, theirs_with_gradients = their_layer(torch, padding)
            agree(with_gradients(*mine), theirs_with_gradients(*other))
            compare(name, lambda: forward(*mine[:2]), lambda: their_forward(*other[:2]))
            compare("  with gradients", lambda: with_gradients(*mine), lambda: theirs_with_gradients(*other))


if __name__ == "__main__":
    main()

"""`gdl_course.layers.group_grid.group_conv` for C4 against torch's conv2d with the same bank, and the gradients.

    make bench ONLY=group_convolution

Measured on one core, the two in turns, 16 examples, 16 -> 16 fields of C4, 64 pixels square, kernel 5; ratios of ours
to torch 2.13 (below 1: ours is faster), of the CPU-time minima of 18 runs, and median and range of what this
script printed, on a machine with other work. The aim was 1.05 and 1.1:

                        forward                          forward and both gradients
    wrap                0.84     0.88 (0.83 to 0.93)     0.79     0.80 (0.76 to 0.85)
    zero                0.89     0.98 (0.92 to 1.00)     0.95     1.00 (0.94 to 1.09)

On two cores torch is ahead (1.2 to 1.6): XLA used one core for this work, in tiles (95 and 325 ms) as in the direct sum
(120 and 443 ms). Smaller layers, kernels and images are summed directly, as before.

What was tried, CPU-time minima in ms on one core for the convolution of 64 -> 64 channels alone (13.4 GFLOP; torch:
forward 111 wrap and 80 zero, forward and gradients 343 wrap and 251 zero). First the direct sum:

    forward     without padding, XLA calls YNNPACK                            298 .. 303
                with padding, XLA's own: one more row, dropped again          116 .. 142
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

Then with fewer multiplications (`gdl_course.layers._fast.tile_convolution`); forward, and forward with both
gradients, where
the direct sum took 142 and 459 to 478:

    Fourier transform of the whole image, jnp.fft     410    image 20 + bank 124 + complex product 229 + back 37
    tiles of 12 pixels, all examples at once          -      each product 2 to 3 times as long as by example
    tiles of 12, by example; a dense 2-D transform    96     357, with faster cuts 333
    ... a transform for each axis                     83     298
    ... tiles of 10, 11, 13, 16 and 20                95 .. 207 and 386 .. 682
    ... filter gradients before their transposition,
        the transposed spectrum computed once         83     the layer's 329 became 295 with zero padding
    ... padded by example, not the whole batch        -      the layer's forward 106 became 93 with wrap
    Winograd, F(4 x 4, 5 x 5): as many multiplications as the tiles, but an error of 7e-6 of the largest entry, where
    tiles have 8e-7; F(2 x 2, 5 x 5) has 2e-6 to 5e-6

Tiles against the direct sum for other layers (below 1: tiles are faster), forward and both: 0.6 to 0.9 and 0.6 to 0.9
from 48 pixels and 96 channels, in and out together, on; 1.0 to 1.2 and 0.5 to 0.8 for 32 to 72 channels (64 -> 8: 1.6
and 1.4); 1.2 to 1.3 and 1.1 to 1.6 for kernel 3; 0.9 to 1.6 and 0.9 to 3.1 for 16 to 40 pixels; 2.3 and 0.8 for 256 ->
256 channels.
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

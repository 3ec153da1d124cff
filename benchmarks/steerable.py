"""`gdl_course.layers.steerable.SteerableConv` against a plain convolution with the same bank of filters, and escnn.

    make bench ONLY=steerable

The plain convolution is given the bank, and the gradient of the bank; the layer has its weights, expands them, and has
their gradient. What it costs more is one small product for each pair of frequencies, once a batch. The aim was 1.1.

Measured on one core, a machine with much other work, in turns; median (and range) of 7 and 5 ratios, below 1: ours is
faster. Batch, counts of the frequencies 0, 1, ... in and out, pixels, kernel:

                                                forward                  forward and gradients
    16, (8, 8, 8) -> (8, 8, 8), 32, 5  plain    1.02 (0.85 to 1.11)      0.99 (0.89 to 1.16)
                                       escnn    0.96 (0.81 to 2.33)      1.53 (1.30 to 3.96)
    64, (4, 4) -> (8, 4, 4), 16, 7     plain    1.01 (0.76 to 1.20)      1.08 (0.93 to 1.87)
                                       escnn    1.10 (0.79 to 3.20)      2.61 (0.55 to 2.79)

So the expansion is within the aim. With gradients escnn (1.0.11, torch 2.14) seems to be ahead; the ranges are wide,
and why was not looked into. It was given empty modules for lie_learn and py3nj, which it needs in space only.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, tensor, torch_or_none

from gdl_course import groups
from gdl_course.layers._fast.bank_convolution import correlate
from gdl_course.layers.steerable import Fields, SteerableConv

SO2 = groups.SO(2)
CASES = [  # batch, counts of frequencies in and out, height and width, kernel
    (16, (8, 8, 8), (8, 8, 8), 32, 5),
    (64, (4, 4), (8, 4, 4), 16, 7),
]


def layer(case):
    """The layer, and its two jitted functions: forward on a batch, and with the gradients of weights and batch."""
    _, into, out, _, size = case
    module = SteerableConv(Fields(SO2, into), Fields(SO2, out), size, padding="zero", key=jax.random.key(0))
    forward = jax.jit(lambda weights, x: jax.vmap(eqx.tree_at(lambda m: m.weights, module, weights))(x))
    return module, forward, both(forward)


def plain(bank):
    """The same convolution with the bank as its weights."""
    forward = jax.jit(lambda bank, x: jax.vmap(lambda one: correlate(one, bank, 1, "zero"))(x))
    return forward, both(forward)


def both(forward):
    """The function and its gradients."""

    @jax.jit
    def with_gradients(weights, x, dy):
        y, pull_back = jax.vjp(forward, weights, x)
        return y, pull_back(dy)

    return with_gradients


def escnn_or_none(torch):
    """escnn's module for R²; None, and a line that says so, where it is not installed."""
    try:
        from escnn import gspaces, nn
    except ImportError as missing:
        print(f"  escnn is not installed here ({missing.name} is missing), so it is left out")
        return None
    jax.config.update("jax_enable_x64", False)  # a package that escnn imports has set it
    return gspaces, nn


def their_layer(torch, escnn, case):
    """escnn's convolution between the same numbers of fields, forward and with gradients, in training mode."""
    gspaces, nn = escnn
    _, into, out, _, size = case
    space = gspaces.rot2dOnR2(N=-1, maximum_frequency=8)
    field = lambda counts: nn.FieldType(space, [space.irrep(k) for k, n in enumerate(counts) for _ in range(n)])
    conv = nn.R2Conv(field(into), field(out), size, padding=size // 2, bias=False).train()

    def forward(x):
        return conv(nn.GeometricTensor(x, conv.in_type)).tensor

    def with_gradients(x, dy):
        x = x.detach().requires_grad_()
        y = forward(x)
        return y, torch.autograd.grad(y, (x, *conv.parameters()), dy)

    return forward, with_gradients


def main():
    torch = torch_or_none()
    escnn = escnn_or_none(torch) if torch else None
    header()
    for case in CASES:
        batch, into, out, pixels, size = case
        module, forward, with_gradients = layer(case)
        bank = module.bank()
        rng = np.random.default_rng(0)
        x = jnp.asarray(rng.normal(size=(batch, bank.shape[1], pixels, pixels)), jnp.float32)
        dy = jnp.asarray(rng.normal(size=(batch, bank.shape[0], pixels, pixels)), jnp.float32)
        plainly, plainly_with_gradients = plain(bank)
        np.testing.assert_allclose(forward(module.weights, x), plainly(bank, x), rtol=0, atol=1e-4)
        name = f"{batch}x {into}->{out}, {pixels} pixels square, kernel {size}"
        compare(name, lambda: forward(module.weights, x), lambda: plainly(bank, x), "plain")
        compare("  with gradients", lambda: with_gradients(module.weights, x, dy),
                lambda: plainly_with_gradients(bank, x, dy), "plain")  # fmt: skip
        if escnn:
            theirs, theirs_with_gradients = their_layer(torch, escnn, case)
            a, b = tensor(torch, np.array(x)), tensor(torch, np.array(dy))
            compare(name, lambda: forward(module.weights, x), lambda: theirs(a), "escnn")
            compare("  with gradients", lambda: with_gradients(module.weights, x, dy),
                    lambda: theirs_with_gradients(a, b), "escnn")  # fmt: skip


if __name__ == "__main__":
    main()

"""`gdl_course.layers.attention.attention` against torch's scaled_dot_product_attention: forward, and with gradients.

    make bench ONLY=attention

Measured on one core of a machine without other work, median ratios for 8 x 8 heads of 512 tokens and 64 channels:
forward
1.09 (1.06 to 1.11), forward and backward 1.16 (1.14 to 1.24). What was tried before, CPU-time minima in ms, on a slower
day of the machine:

                                                      forward      forward and backward
    torch 2.13                                         56 .. 59         178 .. 200
    this package, heads as an axis or by vmap               60                 230
    one head after the other, jax.checkpoint                60                 262
    the same under vmap: the whole batch at once           109                 487
    blocks of 128 queries, under vmap                       81                 366
    all heads at once                                      172                 733

The scores of one head (1 MB) stay in the cache, those of all do not. Under `vmap` a loop over heads would become a loop
over batches of heads, so `headwise._stacked` has a rule of its own. In the backward pass the weights are computed as
(keys, queries): then one product of five needs a transpose, not two.
"""

import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, tensor, torch_or_none

from gdl_course.layers.attention import attention, causal_mask

CASES = [  # batch, heads, tokens, channels
    (8, 8, 512, 64),
    (8, 8, 128, 64),
    (64, 4, 16, 16),
]


@jax.jit
def ours(q, k, v):
    return jax.vmap(attention)(q, k, v)


@jax.jit
def ours_causal(q, k, v):
    mask = causal_mask(q.shape[-2])
    return jax.vmap(lambda q, k, v: attention(q, k, v, mask=mask))(q, k, v)


@jax.jit
def with_gradients(q, k, v, dy):
    y, pull_back = jax.vjp(ours, q, k, v)
    return y, pull_back(dy)


def theirs_with_gradients(torch, q, k, v, dy):
    inputs = [a.detach().requires_grad_() for a in (q, k, v)]
    y = torch.nn.functional.scaled_dot_product_attention(*inputs)
    return y, torch.autograd.grad(y, inputs, dy)


def main():
    torch = torch_or_none()
    header()
    for case in CASES:
        arrays = np.random.default_rng(0).normal(size=(4, *case)).astype(np.float32)
        name = "{} x {} heads, {} tokens, {} channels".format(*case)
        mine = [jnp.asarray(a) for a in arrays]
        if torch is None:
            compare(name, lambda: ours(*mine[:3]))
            compare("  causal", lambda: ours_causal(*mine[:3]))
            compare("  with gradients", lambda: with_gradients(*mine))
            continue
        other = [tensor(torch, a) for a in arrays]
        library = torch.nn.functional.scaled_dot_product_attention
        agree(with_gradients(*mine), theirs_with_gradients(torch, *other))
        compare(name, lambda: ours(*mine[:3]), lambda: library(*other[:3]))
        compare("  causal", lambda: ours_causal(*mine[:3]), lambda: library(*other[:3], is_causal=True))
        compare("  with gradients", lambda: with_gradients(*mine), lambda: theirs_with_gradients(torch, *other))


def agree(mine, other):
    for a, b in zip(jax.tree.leaves(mine), jax.tree.leaves(other), strict=True):
        np.testing.assert_allclose(a, b.detach().cpu(), atol=1e-3)


if __name__ == "__main__":
    main()

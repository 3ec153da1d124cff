"""How attention is computed on a CPU: one head after the other, and its weights again in the backward pass.

The scores of one head stay in the fast memory of a core, those of all heads do not: one large stack takes three times
as long. Use `gdl_course.layers.attention`; `bias` here is added to the scores, and pairs that a mask forbids have one
so low that their weight is exactly 0.
"""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import lax

from gdl_course.layers._fast.derivatives import derivatives_of

SCORES_AT_ONCE = 2**16  # 256 kB in float32; more is no faster, and slower from about 1 MB on


def score(q, k, bias):
    keys_last = jnp.swapaxes(k, -1, -2)
    scores = jnp.matmul(q / math.sqrt(q.shape[-1]), keys_last, precision=lax.Precision.HIGHEST)
    return scores if bias is None else scores + jnp.broadcast_to(bias, scores.shape)


def row_maximum(scores):
    """The largest allowed score of each row. In rows without one, a number far above the forbidden scores."""
    return scores.max(axis=-1, keepdims=True, initial=jnp.finfo(scores.dtype).min / 4)


def positive(row_sums):
    return jnp.where(row_sums == 0, 1, row_sums)


def _stacked(of_matrices: Callable) -> Callable:
    """From a function of one head's matrices to one of stacks of heads, SCORES_AT_ONCE at a time, also under `vmap`.

    The first argument is the bias: one matrix shared by all heads, a stack like the others, or None.
    """

    def one_by_one(bias, q, k, *others):
        if q.ndim == 2:
            return of_matrices(bias, q, k, *others)
        count = math.prod(q.shape[:-2])
        heads = [a.reshape(count, *a.shape[-2:]) for a in (q, k, *others)]
        if bias is None or bias.ndim == 2:
            one = lambda head: of_matrices(bias, *head)
        else:
            heads.append(bias.reshape(count, *bias.shape[-2:]))
            one = lambda head: of_matrices(head[-1], *head[:-1])
        at_once = max(1, SCORES_AT_ONCE // max(1, q.shape[-2] * k.shape[-2]))
        if at_once >= count:
            results = jax.vmap(one)(heads)
        else:
            results = lax.map(one, heads, batch_size=at_once if at_once > 1 else None)
        return jax.tree.map(lambda y: y.reshape(*q.shape[:-2], *y.shape[1:]), results)

    of_stacks = jax.custom_batching.custom_vmap(one_by_one)

    @of_stacks.def_vmap
    def _(size, batched, bias, *stacks):
        heads = [a if b else jnp.broadcast_to(a, (size, *a.shape)) for a, b in zip(stacks, batched[1:], strict=True)]
        if bias is not None and (batched[0] or bias.ndim > 2):
            bias = bias if batched[0] else bias[None]
            missing = heads[0].ndim - bias.ndim
            bias = bias.reshape(bias.shape[0], *[1] * missing, *bias.shape[1:])
            bias = jnp.broadcast_to(bias, (*heads[0].shape[:-2], *bias.shape[-2:]))
        results = of_stacks(bias, *heads)
        return results, jax.tree.map(lambda _: True, results)

    return derivatives_of(one_by_one)(of_stacks)


@_stacked
def _forward(bias, q, k, v):
    """The output of one head, and the logarithm of each row's sum of exp(scores)."""
    scores = score(q, k, bias)
    largest = row_maximum(scores)
    powers = jnp.exp(scores - largest)
    sums = positive(powers.sum(axis=-1, keepdims=True))
    return jnp.matmul(powers, v, precision=lax.Precision.HIGHEST) / sums, largest + jnp.log(sums)


@_stacked
def _backward(bias, q, k, v, y, log_sums, dy):
    """The gradients of one head. All pairs are (keys, queries), so that one product needs a transpose and not two."""
    matmul = lambda a, b: jnp.matmul(a, b, precision=lax.Precision.HIGHEST)
    weights = jnp.exp(score(k, q, None if bias is None else bias.T) - log_sums.T)
    dscores = weights * (matmul(v, dy.T) - (y * dy).sum(axis=-1)[None, :])
    scale = 1 / math.sqrt(q.shape[-1])
    gradients = scale * matmul(dscores.T, k), scale * matmul(dscores, q), matmul(weights, dy)
    return gradients if bias is None else (*gradients, dscores.T)


@jax.custom_vjp
def attend(q, k, v, bias):
    """What `gdl_course.layers.attention.attention` computes, for float arrays of one type that fit together."""
    return _attend_forward(q, k, v, bias)[0]


def _attend_forward(q, k, v, bias):
    y, log_sums = _forward(bias, q, k, v)
    return y, (q, k, v, bias, y, log_sums)


def _attend_backward(saved, dy):
    q, k, v, bias, y, log_sums = saved
    dq, dk, dv, *dscores = _backward(bias, q, k, v, y, log_sums, dy)
    if bias is None:
        return dq, dk, dv, None
    shared_by = tuple(range(dscores[0].ndim - bias.ndim))
    return dq, dk, dv, dscores[0].sum(axis=shared_by)


attend.defvjp(_attend_forward, _attend_backward)

"""Convolution with a large bank of filters, with gradients that are fast on a CPU; used by `group_grid`.

XLA (jaxlib 0.10.2) computes both the convolution and the gradient of its kernel well below the speed of its matrix
product; `benchmarks/group_convolution.py` has the figures. Large images and filters go to `tile_convolution`, all
others are summed directly, with a hand-written gradient. Like every function with a hand-written backward pass
(`jax.custom_vjp`), this one has reverse-mode derivatives (`jax.grad`, `jax.jacrev`) and no forward-mode ones.
"""

import functools
import math

import jax
import jax.numpy as jnp
from jax import lax

from gdl_course import kernels
from gdl_course.layers._fast import tile_convolution
from gdl_course.layers._fast.derivatives import derivatives_of

AT_ONCE = 2**22  # numbers; a batch is worked through in parts, so that what one part needs stays near the core


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def correlate(x, bank, stride, padding):
    """y[o, i] = sum over c and t of bank[o, c, t] * x[c, stride * i + t], t in the square around 0.

    Args:
        x: (in, height, width).
        bank: (out, in, k, k), k odd, of the type of x.
        padding: how x is continued beyond its border, a key of `kernels.PADDINGS`.
    """
    k = bank.shape[-1]
    if _in_tiles(x, bank, stride):
        return tile_convolution.correlate(x, bank, functools.partial(_pad, k=k, padding=padding))
    return _correlate(_pad(x, k, padding), bank, stride)


def _pad(x, k, padding):
    r = k // 2
    return jnp.pad(x, ((0, 0), (r, r), (r, r)), mode=kernels.PADDINGS[padding])


def _correlate(x, bank, stride):
    """The direct sum, wherever the window lies inside x."""
    # A convolution without padding goes to a library that needs 2.5 times as long: so ask for one row, and drop it.
    y = lax.conv_general_dilated(x[None], bank, (stride, stride), [(0, 1), (0, 0)], precision=lax.Precision.HIGHEST)[0]
    return y[:, : (x.shape[1] - bank.shape[2]) // stride + 1]


def _forward(x, bank, stride, padding):
    return correlate(x, bank, stride, padding), (x, bank)


def _backward(stride, padding, saved, dy):
    x, bank = saved
    pad = functools.partial(_pad, k=bank.shape[-1], padding=padding)
    if _in_tiles(x, bank, stride):
        return tile_convolution.gradients(x, bank, pad, dy)
    x, to_dx = jax.vjp(pad, x)
    dx, d_bank = _direct_gradients(x, bank, stride, dy)
    return *to_dx(dx), d_bank


correlate.defvjp(_forward, _backward)


def _direct_gradients(x, bank, stride, dy):
    """dx is dy convolved with the mirrored bank. With a stride, zeros fill dy up to the outputs that were left out."""
    k = bank.shape[-1]
    missing = [n - k - stride * (m - 1) for n, m in zip(x.shape[1:], dy.shape[1:], strict=True)]
    dy = lax.pad(dy, jnp.zeros((), dy.dtype), [(0, 0, 0), *((0, end, stride - 1) for end in missing)])
    wide = jnp.pad(dy, ((0, 0), (k - 1, k - 1), (k - 1, k - 1)))
    return _correlate(wide, bank[:, :, ::-1, ::-1].swapaxes(0, 1), 1), _bank_gradient(x, dy)


def _in_tiles(x, bank, stride):
    """Whether `tile_convolution` is used: where it was the faster one when measured on one core, gradients included."""
    fits = stride == 1 and x.dtype == jnp.float32 and jax.default_backend() == "cpu"
    k, channels = bank.shape[-1], bank.shape[0] + bank.shape[1]
    return fits and k >= 5 and 96 <= channels <= 256 and min(x.shape[1:]) >= 48


def _bank_gradient_of_one(x, dy):
    """sum over u of dy[o, u] x[c, u + (i, j)], as one product: of dy moved by i rows and x moved by j columns."""
    width, k = dy.shape[2], x.shape[1] - dy.shape[1] + 1
    rows = jnp.stack([jnp.pad(dy, ((0, 0), (i, k - 1 - i), (0, 0))) for i in range(k)])
    columns = jnp.stack([x[:, :, j : j + width] for j in range(k)])
    return jnp.einsum("iohw,jchw->ocij", rows, columns, precision=lax.Precision.HIGHEST)


_bank_gradient_of_many = jax.custom_batching.custom_vmap(_bank_gradient_of_one)
_bank_gradient = derivatives_of(_bank_gradient_of_one)(_bank_gradient_of_many)


@_bank_gradient_of_many.def_vmap
def _(size, batched, x, dy):
    x, dy = (a if b else jnp.broadcast_to(a, (size, *a.shape)) for a, b in zip((x, dy), batched, strict=True))
    k = x.shape[2] - dy.shape[2] + 1
    at_once = max(1, AT_ONCE // max(1, k * (math.prod(x.shape[1:]) + math.prod(dy.shape[1:]))))
    if at_once >= size:
        return jax.vmap(_bank_gradient_of_one)(x, dy), True
    one = lambda pair: _bank_gradient_of_one(*pair)
    return lax.map(one, (x, dy), batch_size=at_once if at_once > 1 else None), True

"""Convolution of large images with large filters on a CPU, tile by tile in frequencies; used by `bank_convolution`.

On a torus, correlation is a product at each frequency. So cut the image into square tiles of T = 2k + 2 pixels that
overlap by k - 1, take each for a torus, and keep the m = T - k + 1 outputs a side whose windows do not go round it
("overlap-save"). For k = 5 this takes 84 complex products for 64 outputs, 5.25 multiplications for each output and pair
of channels where the sum over the window takes 25. The Fourier transforms are needed once for each channel, not for
each pair; on so few pixels they are products with matrices of cosines and sines.

Complex numbers are pairs of real ones here: a + ib multiplies as the matrix [[a, -b], [b, a]], so that all work is in
products of real matrices. The results are exact up to rounding: against float64, float32 errors were below 1e-6 of the
largest entry, for values and gradients. An infinite or undefined pixel spoils its whole tile.

Source: Mathieu, Henaff and LeCun, *Fast training of convolutional networks through FFTs*, ICLR 2014.
"""

import functools
import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from gdl_course.layers._fast.derivatives import derivatives_of

HIGHEST = lax.Precision.HIGHEST


def tile_and_step(k: int) -> tuple[int, int]:
    """The size T of a tile for filters of size k, and the number m of outputs a side that it gives."""
    return 2 * k + 2, k + 3


def correlate(
    x: Float[Array, "in h w"], bank: Float[Array, "out in k k"], pad: Callable[[Array], Array]
) -> Float[Array, "out h2 w2"]:
    """y[o, i] = sum over c and t of bank[o, c, t] * pad(x)[c, i + t], wherever the window lies inside pad(x).

    Args:
        x: (in, height, width).
        bank: (out, in, k, k).
        pad: linear; how x is continued beyond its border.
    """
    k = bank.shape[-1]

    def of_one(x, spectrum):
        x = pad(x)
        products = jnp.matmul(spectrum, _to_frequencies(x, k), precision=HIGHEST)
        return _to_pixels(products, [n - k + 1 for n in x.shape[1:]], k)

    return _one_by_one(of_one)(x, _spectrum(jnp.moveaxis(bank, (2, 3), (0, 1))))


def gradients(
    x: Float[Array, "in h w"],
    bank: Float[Array, "out in k k"],
    pad: Callable[[Array], Array],
    dy: Float[Array, "out h2 w2"],
) -> tuple[Float[Array, "in h w"], Float[Array, "out in k k"]]:
    """The gradients of `correlate` for x and bank; the frequencies of x are computed again."""
    k = bank.shape[-1]
    filters = jnp.moveaxis(bank, (2, 3), (0, 1))

    def of_one(x, filters, transposed, dy):
        x, to_dx = jax.vjp(lambda x: _to_frequencies(pad(x), k), x)
        products = jax.ShapeDtypeStruct((len(x), transposed.shape[2], x.shape[2]), x.dtype)
        dy = jax.linear_transpose(lambda y: _to_pixels(y, dy.shape[1:], k), products)(dy)[0]
        d_spectrum = jnp.einsum("fyt,fxt->fyx", dy, x, precision=HIGHEST)
        d_filters = jax.linear_transpose(_spectrum, filters)(d_spectrum)[0]
        return to_dx(jnp.matmul(transposed, dy, precision=HIGHEST))[0], d_filters

    dx, d_filters = _one_by_one(of_one)(x, filters, _spectrum(filters).swapaxes(1, 2), dy)
    return dx, jnp.moveaxis(d_filters, (0, 1), (2, 3))


def _to_frequencies(x, k):
    """For each frequency (p, q) the matrix of coefficients, from (in, height, width) to (p q, re/im in, tiles)."""
    T, m = tile_and_step(k)
    to_p, to_q = (jnp.asarray(matrix, x.dtype) for matrix in _transforms(T, m)[:2])
    counts = [_count(n - k + 1, m) for n in x.shape[1:]]
    x = jnp.pad(x, [(0, 0), *((0, (count + 1) * m - n) for count, n in zip(counts, x.shape[1:], strict=True))])
    x = _tiles(x, T, m, axis=1).transpose(2, 0, 1, 3)  # i, in, rows, width
    x = jnp.dot(to_p, x.reshape(T, -1), precision=HIGHEST).reshape(len(to_p), *x.shape[1:])
    x = _tiles(x, T, m, axis=3).transpose(0, 4, 1, 2, 3)  # p re/im, j, in, rows, columns
    x = _each(to_q, x.reshape(len(to_p) // 2, 2 * T, -1))
    return x.reshape(len(to_p) // 2 * T, -1, math.prod(counts))


def _to_pixels(y, shape, k):
    """The way back, from (p q, re/im out, tiles) to the first `shape` pixels, (out, height, width)."""
    T, m = tile_and_step(k)
    from_q, from_p = (jnp.asarray(matrix, y.dtype) for matrix in _transforms(T, m)[2:])
    rows, columns = (_count(n, m) for n in shape)
    y = _each(from_q, y.reshape(len(y) // T, 2 * T, -1))
    y = jnp.dot(from_p, y.reshape(from_p.shape[1], -1), precision=HIGHEST).reshape(m, m, -1, rows, columns)
    return y.transpose(2, 3, 0, 4, 1).reshape(-1, rows * m, columns * m)[:, : shape[0], : shape[1]]


def _count(n, m):
    """How many tiles give n outputs, m each."""
    return -(-n // m)


def _tiles(x, T, m, axis):
    """Cut one axis of (count + 1) m pixels into `count` overlapping tiles: axes (count, T) take its place."""
    pieces = x.reshape(*x.shape[:axis], -1, m, *x.shape[axis + 1 :])
    here, beyond = (lax.slice_in_dim(pieces, i, pieces.shape[axis] - 1 + i, axis=axis) for i in (0, 1))
    return jnp.concatenate([here, lax.slice_in_dim(beyond, 0, T - m, axis=axis + 1)], axis + 1)


def _each(matrix, x):
    """The product with each matrix of the stack x."""
    return jnp.matmul(jnp.broadcast_to(matrix, (len(x), *matrix.shape)), x, precision=HIGHEST)


def _spectrum(filters):
    """From (k, k, out, in) to matrices from (re/im in) to (re/im out), one for each frequency (p, q) of a tile."""
    k, _, *channels = filters.shape
    W = _waves(tile_and_step(k)[0])[:, :k].conj()  # correlation multiplies by the conjugate spectrum of the filter
    both = np.einsum("pi,qj->pqij", W[: len(W) // 2 + 1], W).reshape(-1, k * k)
    parts = jnp.asarray(np.concatenate([both.real, both.imag]), filters.dtype)
    a, b = jnp.dot(parts, filters.reshape(k * k, -1), precision=HIGHEST).reshape(2, len(both), *channels)
    columns = [jnp.stack(column, axis=1) for column in ([a, b], [-b, a])]  # each: frequency, re/im, out, in
    return jnp.stack(columns, axis=3).reshape(len(both), *(2 * n for n in channels))


@functools.lru_cache
def _transforms(T, m):
    """Real matrices: pixel i to (p, re/im); (re/im, pixel j) to (q, re/im); and back, to the first m pixels.

    The spectrum of a real tile at -p is the conjugate of that at p: half of the p are enough, and on the way back those
    count twice that stand for two.
    """
    half, W = T // 2 + 1, _waves(T)
    count = np.where(2 * np.arange(half) % T == 0, 1, 2) / T**2
    to_p = _blocks(W[:half])[:, 0].transpose(1, 0, 2).reshape(2 * half, T)
    to_q = _blocks(W).transpose(2, 0, 1, 3).reshape(2 * T, 2 * T)
    from_q = _blocks(W[:m].conj()).transpose(0, 2, 3, 1).reshape(2 * m, 2 * T)
    from_p = _blocks(W[:m, :half].conj() * count)[0].transpose(1, 2, 0).reshape(m, 2 * half)
    return to_p, to_q, from_q, from_p


def _waves(T):
    return np.exp(-2j * np.pi * np.outer(np.arange(T), np.arange(T)) / T)


def _blocks(matrix):
    """blocks[r, s]: what the real or imaginary part s of a number gives to part r of its product with `matrix`."""
    return np.array([[matrix.real, -matrix.imag], [matrix.imag, matrix.real]])


def _one_by_one(f: Callable) -> Callable:
    """f, whose examples under `vmap` are worked through in turn, so that what one needs stays near the core."""
    of_one = jax.custom_batching.custom_vmap(f)

    @of_one.def_vmap
    def _(size, batched, *args):
        of_batch = [a for a, b in zip(args, batched, strict=True) if b]

        def step(parts):
            parts = iter(parts)
            return f(*(next(parts) if b else a for a, b in zip(args, batched, strict=True)))

        results = lax.map(step, of_batch)
        return results, jax.tree.map(lambda _: True, results)

    return derivatives_of(f)(of_one)

"""Layers for signals on a grid: convolution, pooling, and the unconstrained linear layer to compare with.

A signal has shape (channels, n) or (channels, height, width); functions take one signal, use `jax.vmap` for batches.
The layers fit into `equinox.nn.Sequential`, which hands every layer a `key`; they ignore it.
"""

import functools
import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Num, PRNGKeyArray

from gdl_course import kernels
from gdl_course.layers._precision import common_type, floats, widened


def conv(
    x: Num[Array, "in *space"],
    kernel: Float[Array, "out in *size"],
    *,
    stride: int = 1,
    padding: str = "wrap",
) -> Float[Array, "out *coarse"]:
    """Convolution as deep learning means it (cross-correlation): one kernel slides over the grid.

    On one axis, with kernel size 2r + 1 and stride s, ::

        y[o, i] = sum over c and t = -r .. r of  kernel[o, c, t + r] * x[c, s i + t]

    and likewise on two. The output is sampled at the points 0, s, 2s, ..., so it has ceil(n / s) of them.

    Which shifts it commutes with depends on `padding`, how x is continued beyond its border:

    - "wrap" (a torus): with every cyclic shift if s = 1. If s > 1, a shift of x by s a becomes a shift of y by a;
      other shifts do not commute. s must divide the size.
    - "zero" and "reflect" (mirrored without repeating the edge): with no cyclic shift. The equation
      holds only for outputs whose window, before and after the shift, stays inside the grid.

    Args:
        x: one signal. Integers are converted to floats.
        kernel: odd sizes. It may be larger than the grid: then weights that meet on one point add.

    Raises:
        ValueError: the channels do not agree, or the sizes, the padding or the stride are impossible.

    >>> x = jnp.array([[1.0, 2.0, 4.0, 8.0]])
    >>> conv(x, jnp.array([[[-1.0, 0.0, 1.0]]]))  # y[i] = x[i + 1] - x[i - 1] on a circle
    Array([[-6.,  3.,  6., -3.]], dtype=float32)

    Source: LeCun et al., *Backpropagation applied to handwritten zip code recognition*, Neural Computation 1989.
    """
    dtype = common_type(x, kernel)
    x, kernel = jnp.asarray(x, dtype), jnp.asarray(kernel, dtype)
    if x.ndim not in (2, 3) or kernel.ndim != x.ndim + 1 or kernel.shape[1] != x.shape[0]:
        raise ValueError(
            "conv takes x of shape (in, *space) and a kernel of shape (out, in, *size), with 1 or 2 axes of space; "
            f"got x {x.shape} and kernel {kernel.shape}"
        )
    kernels.check_correlation(kernel.shape[2:], x.shape[1:], padding, stride)
    margins = [(0, 0)] + [(k // 2, k // 2) for k in kernel.shape[2:]]
    padded = jnp.pad(x, margins, mode=kernels.PADDINGS[padding])
    strides = (stride,) * (x.ndim - 1)
    # Full float32 also on GPUs, whose default (TF32) keeps three digits: too few to see an equivariance error.
    return lax.conv_general_dilated(padded[None], kernel, strides, "VALID", precision=lax.Precision.HIGHEST)[0]


class Conv(eqx.Module):
    """`conv` with a learned kernel, and one learned bias per output channel.

    Kernel and bias start uniform in ±1/sqrt(fan in), as is usual; `key` is a JAX random key.

    >>> layer = Conv(1, 4, 3, key=jax.random.key(0))
    >>> layer(jnp.ones((1, 8, 8))).shape
    (4, 8, 8)
    """

    kernel: Float[Array, "out in *size"]
    bias: Float[Array, "out *ones"]
    stride: int = eqx.field(static=True)
    padding: str = eqx.field(static=True)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        dimensions: int = 2,
        stride: int = 1,
        padding: str = "wrap",
        key: PRNGKeyArray,
    ):
        size = (kernel_size,) * dimensions
        # The grid is not known yet: one that fits the stride lets every other mistake be reported here.
        kernels.check_correlation(size, (stride,) * dimensions, padding, stride)
        key_kernel, key_bias = jax.random.split(key)
        bound = 1 / math.sqrt(in_channels * math.prod(size))
        self.kernel = jax.random.uniform(key_kernel, (out_channels, in_channels, *size), minval=-bound, maxval=bound)
        self.bias = jax.random.uniform(key_bias, (out_channels, *[1] * dimensions), minval=-bound, maxval=bound)
        self.stride = stride
        self.padding = padding

    def __call__(self, x: Num[Array, "in *space"], *, key: PRNGKeyArray | None = None) -> Float[Array, "out *coarse"]:
        return conv(x, self.kernel, stride=self.stride, padding=self.padding) + self.bias


class Dense(eqx.Module):
    """The unconstrained linear layer on whole signals, y = W x + b with x and y flattened: no symmetry at all.

    From one 28 x 28 image to another it has 784^2 weights, where circular convolution has 784.

    >>> layer = Dense((1, 8, 8), (10,), key=jax.random.key(0))
    >>> layer(jnp.ones((1, 8, 8))).shape, layer.weight.shape
    ((10,), (10, 64))
    """

    weight: Float[Array, "out in"]
    bias: Float[Array, " out"]
    shape_in: tuple[int, ...] = eqx.field(static=True)
    shape_out: tuple[int, ...] = eqx.field(static=True)

    def __init__(self, shape_in: tuple[int, ...], shape_out: tuple[int, ...], *, key: PRNGKeyArray):
        key_weight, key_bias = jax.random.split(key)
        n_in, n_out = math.prod(shape_in), math.prod(shape_out)
        bound = 1 / math.sqrt(n_in)
        self.weight = jax.random.uniform(key_weight, (n_out, n_in), minval=-bound, maxval=bound)
        self.bias = jax.random.uniform(key_bias, (n_out,), minval=-bound, maxval=bound)
        self.shape_in = tuple(shape_in)
        self.shape_out = tuple(shape_out)

    def __call__(self, x: Num[Array, "*shape_in"], *, key: PRNGKeyArray | None = None) -> Float[Array, "*shape_out"]:
        x = floats(x)
        if x.shape != self.shape_in:
            raise ValueError(f"this layer takes a signal of shape {self.shape_in}; got {x.shape}")
        y = jnp.matmul(self.weight, x.reshape(-1), precision=lax.Precision.HIGHEST) + self.bias
        return y.reshape(self.shape_out)


def max_pool(
    x: Num[Array, "channels *space"], size: int, stride: int | None = None
) -> Float[Array, "channels *coarse"]:
    """The maximum over windows of `size` points per axis that start at 0, s, 2s, ... and wrap round the border.

    The stride s is `size` by default: windows side by side. Shifting x by s a shifts the output by a; other
    shifts do not commute. With stride 1 every shift commutes.

    Raises:
        ValueError: the stride does not divide the size of the grid, or the window is larger than the grid.

    >>> max_pool(jnp.array([[3.0, 1.0, 4.0, 1.0, 5.0, 9.0]]), 2)
    Array([[3., 4., 9.]], dtype=float32)
    """
    return _pool(x, size, stride, lambda windows: functools.reduce(jnp.maximum, windows))


def average_pool(
    x: Num[Array, "channels *space"], size: int, stride: int | None = None
) -> Float[Array, "channels *coarse"]:
    """The mean over the same windows as `max_pool`, with the same equivariance.

    >>> average_pool(jnp.array([[3.0, 1.0, 4.0, 1.0, 5.0, 9.0]]), 2)
    Array([[2. , 2.5, 7. ]], dtype=float32)
    """
    x = _signal(x)
    mean = _pool(widened(x), size, stride, lambda windows: functools.reduce(jnp.add, windows) / len(windows))
    return mean.astype(x.dtype)


def _pool(x: Array, size: int, stride: int | None, combine: Callable[[list[Array]], Array]) -> Array:
    """Pool one axis after the other: both the maximum and the mean over a square are separable."""
    x = _signal(x)
    stride = size if stride is None else stride
    if size < 1 or stride < 1 or size > min(x.shape[1:]):
        raise ValueError(
            f"windows have 1 to {min(x.shape[1:])} points on a grid of shape {x.shape[1:]}, and strides are positive; "
            f"got size {size} and stride {stride}"
        )
    kernels.check_divides(stride, x.shape[1:], "stride")
    for axis in range(1, x.ndim):
        n = x.shape[axis]
        ends = [(0, size - 1) if a == axis else (0, 0) for a in range(x.ndim)]
        padded = jnp.pad(x, ends, mode="wrap")
        x = combine([lax.slice_in_dim(padded, t, t + n, stride, axis) for t in range(size)])
    return x


def blur_pool(x: Num[Array, "channels *space"], stride: int, taps: int = 3) -> Float[Array, "channels *coarse"]:
    """A binomial blur on the torus, then every s-th sample: subsampling with less aliasing.

    The blur is [1, 2, 1] / 4 on each axis (`taps` 3), [1, 4, 6, 4, 1] / 16 (`taps` 5) and so on, centred on the sampled
    points. Shifts by multiples of s commute exactly; for other shifts the error is *reduced, not removed*. The
    antialiased max pooling of the paper is ``blur_pool(max_pool(x, size, stride=1), stride)``.

    Raises:
        ValueError: the stride does not divide the size of the grid, or `taps` is even.

    >>> blur_pool(jnp.array([[0.0, 0.0, 4.0, 0.0, 0.0, 8.0]]), 2)
    Array([[2., 2., 2.]], dtype=float32)

    Source: Zhang, *Making Convolutional Networks Shift-Invariant Again*, ICML 2019.
    """
    x = _signal(x)
    row = jnp.array([math.comb(taps - 1, t) / 2 ** (taps - 1) for t in range(taps)], x.dtype)
    kernel = row if x.ndim == 2 else row[:, None] * row[None, :]
    one_channel = functools.partial(conv, kernel=kernel[None, None], stride=stride)
    return jax.vmap(one_channel)(x[:, None])[:, 0]


def global_mean(x: Num[Array, "channels *space"]) -> Float[Array, " channels"]:
    """The mean of each channel over the whole grid: invariant to every permutation of the points, so to every shift.

    >>> global_mean(jnp.array([[1.0, 2.0, 6.0], [0.0, 0.0, 3.0]]))
    Array([3., 1.], dtype=float32)
    """
    x = _signal(x)
    return x.mean(axis=tuple(range(1, x.ndim)))


def _signal(x: Array) -> Array:
    x = floats(x)
    if x.ndim not in (2, 3) or 0 in x.shape[1:]:
        raise ValueError(f"a signal has shape (channels, n) or (channels, height, width), and points; got {x.shape}")
    return x

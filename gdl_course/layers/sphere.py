"""Functions on the sphere: samples and coefficients, the exact way between them, rotation and convolution.

A function of the degrees l < L, f(u) = sum over l and m of c_lm Y^l_m(u), is held in one of two ways:

- *coefficients*, shape (..., L²), with c_lm at l² + l + m; `representations.harmonics` has the convention;
- *samples*, shape (..., rings, 2 rings): rings of one latitude from north to south, at the colatitudes of Gauss and
  Legendre, each with 2 rings points, eastwards from longitude 0.

Weighted sums of samples are integrals, exact up to degree 2 rings - 1. So `transform` takes `inverse` back for every
L <= rings. A rotation R moves functions by (R·f)(u) = f(R⁻¹u), and coefficients by `rotate`: degrees stay apart, and in
each the Wigner matrix D^l(R) mixes the 2l + 1 orders. By Schur's lemma a linear map from functions to functions that
commutes with all rotations is one number for each degree: a convolution with a kernel that depends on the angle only.

Source: Esteves, Allen-Blanchette, Makadia and Daniilidis, *Learning SO(3) equivariant representations with spherical
CNNs*, ECCV 2018, for layers of one number for each degree; Cohen, Geiger, Köhler and Welling, *Spherical CNNs*, ICLR
2018, for the lift to SO(3); Driscoll and Healy, *Computing Fourier transforms and convolutions on the 2-sphere*,
Advances in Applied Mathematics 15, 1994, for the theorem behind both.
"""

import functools
import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Num, PRNGKeyArray

from gdl_course import groups
from gdl_course.layers._precision import floats
from gdl_course.layers.sphere_samples import areas, degrees_of, inverse, points, rings_of, transform
from gdl_course.representations import harmonics

__all__ = [
    "SphereConv", "areas", "convolve", "inverse", "lift", "mean", "points", "power", "rotate", "transform",
]  # fmt: skip


def rotate(c: Num[Array, "*channels coefficients"], R: Num[Array, "3 3"]) -> Float[Array, "*channels coefficients"]:
    """The coefficients of u -> f(R⁻¹u): D^l(R) times those of degree l.

    R turns about z, y and z by the angles γ, β and α. About z, orders m and -m turn in their plane by m times the
    angle; about y, too, after a quarter turn about x which brings y to z. The matrix K of this quarter turn does not
    depend on R: for a degree l the cost is two products with it.

    Raises:
        ValueError: R is no rotation (where its numbers are known), or c is no L² numbers.

    >>> quarter = jnp.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])  # about z: x goes to y
    >>> rotate(jnp.array([0.0, 0.0, 0.0, 1.0]), quarter).round(4) + 0.0  # from the function x to the function y
    Array([0., 1., 0., 0.], dtype=float32)

    Source: D. Pinchon and P. E. Hoggan, *Rotation matrices for real spherical harmonics*, Journal of Physics A 40,
    2007, for the quarter turn.
    """
    c = floats(c)
    return _rotated(c, _rotation(R).astype(c.dtype), jnp.asarray(_quarter_turns(degrees_of(c)), c.dtype))


@jax.jit
def _rotated(c, R, K):
    L = len(K)
    alpha = jnp.arctan2(R[1, 2], R[0, 2])
    x, y = jnp.cos(alpha) * R[0] + jnp.sin(alpha) * R[1], jnp.cos(alpha) * R[1] - jnp.sin(alpha) * R[0]
    beta, gamma = jnp.arctan2(x[2], R[2, 2]), jnp.arctan2(y[0], y[1])  # x, y and R[2] are the rows of R_y(β) R_z(γ)

    def about_z(c, angle):
        cos, sin = (f(np.arange(1 - L, L) * angle).reshape((1,) * (c.ndim - 1) + (-1,)) for f in (jnp.cos, jnp.sin))
        return cos * c - sin * c[..., ::-1]

    def product(form, c):
        return jnp.einsum(form, K, c, precision=lax.Precision.HIGHEST)

    l, m = harmonics.degrees(L), harmonics.orders(L)
    triangle = jnp.zeros((*c.shape[:-1], L, 2 * L - 1), c.dtype).at[..., l, L - 1 + m].set(c)
    about_y = product("lmn,...ln->...lm", about_z(product("lnm,...ln->...lm", about_z(triangle, gamma)), beta))
    return about_z(about_y, alpha)[..., l, L - 1 + m]


@functools.cache
def _quarter_turns(L: int) -> Float[np.ndarray, "L orders orders"]:
    """D^l of the turn about x that brings z to y, in the middle of (2L - 1) x (2L - 1) zeros for each l."""
    SO3, turn = groups.SO(3), np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    return np.stack([np.pad(SO3.irrep(l)(turn), L - 1 - l) for l in range(L)])


def _rotation(R):
    """R in JAX. Its shape is checked, and its numbers where they are known, to the precision of float32."""
    if np.shape(R) != (3, 3):
        raise ValueError(f"a rotation is a 3 x 3 matrix; got shape {np.shape(R)}")
    if not isinstance(R, jax.core.Tracer):
        M = np.asarray(R, float)
        if not np.allclose(M @ M.T, np.eye(3), rtol=0, atol=1e-5) or np.linalg.det(M) < 0:
            raise ValueError(f"a rotation is an orthogonal 3 x 3 matrix of determinant 1; got {M.tolist()}")
    return jnp.asarray(R)


def convolve(
    c: Num[Array, "*channels coefficients"], kernel: Num[Array, " L"]
) -> Float[Array, "*channels coefficients"]:
    """The convolution with a zonal kernel: (k * f)(u) = ∫ k(u·v) f(v) dv, as one factor for each degree.

    The kernel is a function of the angle between two points, k(cos θ) = sum over l of k_l Y^l_0. By the theorem of
    Funk and Hecke, (k * f)_lm = √(4π / (2l + 1)) k_l f_lm.

    Args:
        c: coefficients of f, L² of them.
        kernel: the L numbers k_l.

    Raises:
        ValueError: the kernel has not as many degrees as c.

    >>> point = np.sqrt((2 * np.arange(3) + 1) / (4 * np.pi))  # Y^l_0 at the north pole: the kernel 'all at angle 0'
    >>> c = jnp.arange(9.0)
    >>> convolve(c, jnp.asarray(point)).round(4)
    Array([0., 1., 2., 3., 4., 5., 6., 7., 8.], dtype=float32)
    """
    L, kernel = degrees_of(c), floats(kernel)
    if kernel.shape != (L,):
        raise ValueError(f"coefficients of {L} degrees are convolved with a kernel of {L} numbers; got {kernel.shape}")
    factor = jnp.asarray(np.sqrt(4 * np.pi / (2 * np.arange(L) + 1)), kernel.dtype) * kernel
    return floats(c) * jnp.reshape(factor[harmonics.degrees(L)], (1,) * (c.ndim - 1) + (-1,))


def lift(
    c: Num[Array, "*channels coefficients"], kernel: Num[Array, "*channels coefficients"], R: Num[Array, "n 3 3"]
) -> Float[Array, "*channels n"]:
    """The correlation with a kernel of any shape, in n poses: y(R) = ∫ k(R⁻¹u) f(u) du, a function on SO(3).

    What a zonal kernel cannot see, a direction, becomes the pose. y moves with f: that of g·f at R is y(g⁻¹R).

    >>> c, k = jnp.array([0.0, 1.0, 2.0, 3.0]), jnp.array([0.0, 0.0, 0.0, 1.0])  # f = 3x + y + 2z, k = x up to a factor
    >>> lift(c, k, jnp.eye(3)[None])
    Array([3.], dtype=float32)
    """
    if c.shape != kernel.shape:
        raise ValueError(f"f and kernel have as many coefficients; got {c.shape} and {kernel.shape}")
    return jax.vmap(lambda R: (rotate(kernel, R) * c).sum(axis=-1), out_axes=-1)(R)


def power(c: Num[Array, "*channels coefficients"]) -> Float[Array, "*channels L"]:
    """The power spectrum: for each degree the sum over its orders of c_lm². No rotation changes it.

    >>> power(jnp.array([1.0, 0.0, 3.0, 4.0]))
    Array([ 1., 25.], dtype=float32)
    """
    squares, l = floats(c) ** 2, harmonics.degrees(degrees_of(c))
    return jnp.moveaxis(jax.ops.segment_sum(jnp.moveaxis(squares, -1, 0), l, indices_are_sorted=True), 0, -1)


def mean(x: Num[Array, "*channels rings longitudes"]) -> Float[Array, "*channels"]:
    """The mean over the sphere: each sample counts as the area that it stands for.

    >>> x = jnp.asarray(points(8)[:, :, 2] ** 2)
    >>> mean(x).round(4)  # of z²
    Array(0.3333, dtype=float32)
    """
    x = floats(x)
    weights = areas(rings_of(x)) / (4 * np.pi)
    return (x.sum(axis=-1) * jnp.asarray(weights, x.dtype).reshape((1,) * (x.ndim - 2) + (-1,))).sum(axis=-1)


class SphereConv(eqx.Module):
    """Convolution of samples with zonal kernels, one for each pair of channels: one number for each degree.

    y_o = b_o + sum over channels c of the function with coefficients w_ocl f_clm, for l < L. The output has no degree
    above L - 1, whatever the input has. It commutes with all rotations, to rounding, if the input has no degree above
    2 rings - L. A pointwise function raises degrees without end (ReLU), or to twice the highest (the square): give the
    samples more rings than L, and what of this the next layer reads is nearly, or exactly, right.

    Weights start uniform in ±√(3/in), so that each degree keeps its mean square; the bias, one number a channel, at 0.

    Args:
        in_channels, channels: before and after.
        L: the number of degrees.
        key: a JAX random key.

    Raises:
        ValueError: a number is not positive; when called: the samples have fewer rings than L, or other channels.

    >>> layer = SphereConv(1, 4, 8, key=jax.random.key(0))
    >>> layer(jnp.ones((1, 16, 32))).shape
    (4, 16, 32)
    """

    weight: Float[Array, "channels in L"]
    bias: Float[Array, " channels"]

    def __init__(self, in_channels: int, channels: int, L: int, *, key: PRNGKeyArray):
        if min(in_channels, channels, L) < 1:
            raise ValueError(f"channels and degrees are 1 or more; got {in_channels}, {channels} and L = {L}")
        bound = math.sqrt(3 / in_channels)
        self.weight = jax.random.uniform(key, (channels, in_channels, L), minval=-bound, maxval=bound)
        self.bias = jnp.zeros(channels)

    def __call__(
        self, x: Num[Array, "in rings longitudes"], *, key: PRNGKeyArray | None = None
    ) -> Float[Array, "channels rings longitudes"]:
        _, channels, L = self.weight.shape
        if x.ndim != 3 or x.shape[0] != channels:
            raise ValueError(f"this layer takes samples of shape ({channels}, rings, 2 rings); got {x.shape}")
        c = transform(x, L)
        factors = self.weight.astype(c.dtype)[:, :, harmonics.degrees(L)]
        y = inverse(jnp.einsum("oik,ik->ok", factors, c, precision=lax.Precision.HIGHEST), rings_of(x))
        return y + self.bias.astype(y.dtype)[:, None, None]

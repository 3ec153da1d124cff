"""Samples of functions on the sphere, their coefficients, and the exact way between the two; see `layers.sphere`."""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Num

from gdl_course.layers._precision import floats
from gdl_course.representations import harmonics


def points(rings: int) -> Float[np.ndarray, "rings longitudes 3"]:
    """Where the samples are: unit vectors (x, y, z), the northernmost ring first.

    >>> points(2)[:, 0].round(3)  # cos θ = ±1/√3, longitude 0
    array([[ 0.816,  0.   ,  0.577],
           [ 0.816,  0.   , -0.577]])
    """
    z, _ = gauss(rings)
    longitude = np.pi * np.arange(2 * rings) / rings
    x, y, z = np.broadcast_arrays(np.cos(longitude)[None], np.sin(longitude)[None], z[:, None])
    return np.stack([np.sqrt(1 - z**2) * x, np.sqrt(1 - z**2) * y, z], axis=2)


def areas(rings: int) -> Float[np.ndarray, " rings"]:
    """The part of the sphere's area 4π that one sample stands for, ring by ring: the weights of the quadrature.

    >>> float(round(6 * areas(3).sum() / np.pi, 12))  # there are 6 samples on each of 3 rings
    4.0
    """
    return np.pi * gauss(rings)[1] / rings


def transform(x: Num[Array, "*channels rings longitudes"], L: int) -> Float[Array, "*channels coefficients"]:
    """The coefficients of the degrees l < L: c_lm = ∫ f Y^l_m du, as the sum of area · f · Y^l_m over the samples.

    A fast Fourier transform along each ring, then for each order m one matrix product over the rings. It is exact if
    f has no degree above 2 rings - L.

    Raises:
        ValueError: the samples are not on n rings of 2n points, or n < L.

    >>> x = jnp.asarray(points(4)[:, :, 2])  # f(u) = z, which is √(4π/3) Y^1_0
    >>> transform(x, 2).round(4) + 0.0
    Array([0.    , 0.    , 2.0467, 0.    ], dtype=float32)
    """
    x = floats(x)
    return analysis(x, table(L, rings_of(x)))


def inverse(c: Num[Array, "*channels coefficients"], rings: int) -> Float[Array, "*channels rings longitudes"]:
    """The samples, on this many rings, of the function with coefficients c.

    Raises:
        ValueError: c is no L² numbers, or the rings are fewer than L.

    >>> inverse(jnp.array([0.0, 0.0, 2.0467, 0.0]), 2).round(2)  # the function z again, ±1/√3
    Array([[ 0.58,  0.58,  0.58,  0.58],
           [-0.58, -0.58, -0.58, -0.58]], dtype=float32)
    """
    c = floats(c)
    return synthesis(c, table(degrees_of(c), rings))


def analysis(x: Float[Array, "*channels rings longitudes"], t: Float[np.ndarray, "L L rings"]) -> Array:
    """The integrals of f against t[m, l, ring] (√2 sin |m|φ, 1, √2 cos mφ), at l² + l + m as all coefficients."""
    return _analysis(x, jnp.asarray(t, x.dtype))


def synthesis(c: Float[Array, "*channels coefficients"], t: Float[np.ndarray, "L L rings"]) -> Array:
    """The samples of the sum of c_lm t[m, l, ring] (√2 sin |m|φ, 1, √2 cos mφ): `analysis` the other way round."""
    return _synthesis(c, jnp.asarray(t, c.dtype))


@jax.jit  # one compiled function for each shape, and not one for each step: at the first call these take a second
def _analysis(x, t):
    L, rings = t.shape[1:]
    x = x * _constant(areas(rings), x, -2)
    waves = jnp.fft.rfft(x)[..., :L]
    parts = jnp.stack([waves.real, -waves.imag], axis=-1)  # the sums of f cos mφ and f sin mφ along a ring
    triangle = jnp.einsum("mlr,...rmk->...lmk", t, parts, precision=lax.Precision.HIGHEST)
    l, m = harmonics.degrees(L), harmonics.orders(L)
    c = triangle.reshape(*x.shape[:-2], 2 * L * L)[..., 2 * (l * L + abs(m)) + (m < 0)]
    return c * _constant(np.where(m == 0, 1, math.sqrt(2)), c, -1)


@jax.jit
def _synthesis(c, t):
    L, rings = t.shape[1:]
    l, m = harmonics.degrees(L), harmonics.orders(L)
    place = np.full((L, L, 2), L * L)  # of a zero, where there is no coefficient
    place[l, abs(m), (m < 0).astype(int)] = np.arange(L * L)
    c = c * _constant(np.where(m == 0, 1, math.sqrt(1 / 2)), c, -1)  # √2 cos mφ is the sum of two complex waves / √2
    triangle = jnp.concatenate([c, jnp.zeros_like(c[..., :1])], axis=-1)[..., place]
    parts = jnp.einsum("mlr,...lmk->...rmk", t, triangle, precision=lax.Precision.HIGHEST)
    return jnp.fft.irfft(lax.complex(parts[..., 0], -parts[..., 1]), 2 * rings, norm="forward")


def _constant(values, like, axis):
    """Numbers of the type of `like`, along one of its axes."""
    return jnp.asarray(np.expand_dims(values, [i for i in range(like.ndim) if i != axis % like.ndim]), like.dtype)


@functools.cache
def table(L: int, rings: int) -> Float[np.ndarray, "L L rings"]:
    """P^l_m(cos θ) at [m, l, ring]: what is left of Y^l_m without the waves along the rings.

    Raises:
        ValueError: fewer than L rings: they do not tell the degrees below L apart.
    """
    if rings < L:
        raise ValueError(f"{rings} rings tell the degrees 0 ... {rings - 1} apart; got L = {L}: take L rings or more")
    return harmonics.legendre(L, gauss(rings)[0]).transpose(1, 0, 2)


@functools.cache
def gauss(rings: int) -> tuple[Float[np.ndarray, " rings"], Float[np.ndarray, " rings"]]:
    """cos θ of the rings and the weights of Gauss and Legendre, from north to south; NumPy has south first."""
    if int(rings) != rings or rings < 1:
        raise ValueError(f"the sphere is sampled on 1, 2, 3, ... rings; got {rings}")
    z, weight = np.polynomial.legendre.leggauss(int(rings))
    return z[::-1], weight[::-1]


def rings_of(x: Array) -> int:
    """The number of rings of samples, whose shape is checked."""
    if x.ndim < 2 or x.shape[-1] != 2 * x.shape[-2]:
        raise ValueError(f"samples have shape (..., rings, 2 rings); got {x.shape}")
    return x.shape[-2]


def degrees_of(c: Array) -> int:
    """The L of an array of L² coefficients, whose shape is checked."""
    L = math.isqrt(c.shape[-1]) if c.ndim else 0
    if L == 0 or c.shape[-1] != L * L:
        raise ValueError(f"coefficients of the degrees below L have shape (..., L²); got {c.shape}")
    return L

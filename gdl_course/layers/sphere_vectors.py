"""Tangent vector fields on the sphere, such as the wind: gradients, and what wells up and what whirls.

A field is two maps of samples, shape (..., 2, rings, 2 rings): its components to the east and to the north, at the
points of `layers.sphere`. The two maps are no two functions on the sphere: a rotation turns the arrows too, and so it
mixes them, (R·v)(u) = R v(R⁻¹u). Every field is the gradient of one function plus the turned gradient of another
(Helmholtz), and both come from coefficients that turn as those of functions do. Physicists say spin 1, and call the
fields ∇Y^l_m and u × ∇Y^l_m vector spherical harmonics.

On the unit sphere: for one of radius a, divide derivatives by a.

Source: R. G. Barrera, G. A. Estévez and J. Giraldo, *Vector spherical harmonics and their application to
magnetostatics*, European Journal of Physics 6, 1985; E. Newman and R. Penrose, *Note on the Bondi-Metzner-Sachs group*,
Journal of Mathematical Physics 7, 1966, for all spins.
"""

import functools

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Num

from gdl_course.layers._precision import floats
from gdl_course.layers.sphere_samples import analysis, degrees_of, gauss, points, rings_of, synthesis, table
from gdl_course.representations import harmonics

__all__ = ["divergence", "frames", "gradient", "laplacian", "quarter_turn", "vorticity"]


def frames(rings: int) -> Float[np.ndarray, "2 rings longitudes 3"]:
    """The unit vectors to the east and to the north at each point, for drawing a field as arrows in space.

    >>> frames(2)[:, 0, 0].round(3) + 0.0  # at longitude 0, on the northern ring
    array([[ 0.   ,  1.   ,  0.   ],
           [-0.577,  0.   ,  0.816]])
    """
    u = points(rings)
    east = np.cross([0.0, 0.0, 1.0], u)
    east /= np.linalg.norm(east, axis=-1, keepdims=True)
    return np.stack([east, np.cross(u, east)])


def gradient(c: Num[Array, "*channels coefficients"], rings: int) -> Float[Array, "*channels 2 rings longitudes"]:
    """The gradient of the function with coefficients c: to the east ∂f/∂φ / sin θ, to the north -∂f/∂θ.

    >>> slope = gradient(jnp.array([0.0, 0.0, 2.0467, 0.0]), 2)  # of z: to the north everywhere, by sin θ = √(2/3)
    >>> slope[:, 0, 0].round(2) + 0.0
    Array([0.  , 0.82], dtype=float32)
    """
    c = floats(c)
    along, down = _slopes(degrees_of(c), rings)
    return jnp.stack([synthesis(_derived(c), along), synthesis(c, -down)], axis=-3)


def divergence(v: Num[Array, "*channels 2 rings longitudes"], L: int) -> Float[Array, "*channels coefficients"]:
    """The coefficients, of the degrees below L, of how much more of v leaves a point than arrives.

    By parts: the integral of div v · Y^l_m is that of -v · ∇Y^l_m, so nothing is differentiated but Y.

    Raises:
        ValueError: v is no pair of maps of n rings of 2n samples, or n < L.

    >>> c = jnp.array([0.0, 1.0, 2.0, 3.0])
    >>> divergence(gradient(c, 3), 2).round(4) + 0.0  # div grad is the Laplacian: -l (l + 1) = -2 times c
    Array([ 0., -2., -4., -6.], dtype=float32)
    """
    v = _field(v)
    along, down = _slopes(L, rings_of(v))
    return _derived(analysis(v[..., 0, :, :], along)) - analysis(v[..., 1, :, :], -down)


def vorticity(v: Num[Array, "*channels 2 rings longitudes"], L: int) -> Float[Array, "*channels coefficients"]:
    """The coefficients of how fast v turns about each point, anticlockwise seen from outside: u · curl v.

    Raises:
        ValueError: as `divergence`.

    >>> c = jnp.array([0.0, 1.0, 2.0, 3.0])
    >>> vorticity(quarter_turn(gradient(c, 3)), 2).round(4) + 0.0
    Array([ 0., -2., -4., -6.], dtype=float32)
    >>> bool(jnp.abs(vorticity(gradient(c, 3), 2)).max() < 1e-5)  # a gradient does not whirl
    True
    """
    return -divergence(quarter_turn(v), L)


def quarter_turn(v: Num[Array, "*channels 2 rings longitudes"]) -> Float[Array, "*channels 2 rings longitudes"]:
    """Every arrow turned by 90° anticlockwise, seen from outside: u × v. East becomes north, and north west.

    >>> quarter_turn(jnp.array([[[1.0, 1.0]], [[0.0, 0.0]]]).reshape(2, 1, 2))[:, 0, 0] + 0.0
    Array([0., 1.], dtype=float32)
    """
    v = _field(v)
    return jnp.stack([-v[..., 1, :, :], v[..., 0, :, :]], axis=-3)


def laplacian(L: int) -> Float[np.ndarray, " coefficients"]:
    """By what the Laplacian multiplies each coefficient: -l (l + 1).

    Divide by it, but for degree 0, to get a function from its Laplacian: from the vorticity the stream function ψ, from
    the divergence the potential χ, and v = ∇χ + u × ∇ψ.

    >>> laplacian(2)
    array([-0., -2., -2., -2.])
    """
    l = harmonics.degrees(L)
    return -1.0 * l * (l + 1)


def _derived(c):
    """The coefficients of ∂f/∂φ: m times those of the opposite order."""
    l, m = harmonics.degrees(L := degrees_of(c)), harmonics.orders(L)
    return c[..., l * l + l - m] * jnp.asarray(m, c.dtype).reshape((1,) * (c.ndim - 1) + (-1,))


@functools.cache
def _slopes(L, rings):
    """P^l_m / sin θ and dP^l_m / dθ at [m, l, ring]; no ring is a pole.

    sin θ dP^l_m/dθ = l cos θ P^l_m - n P^(l-1)_m with n² = (l² - m²) (2l + 1)/(2l - 1).
    """
    P, z = table(L, rings), gauss(rings)[0]
    sine = np.sqrt(1 - z**2)
    m, l = np.arange(L)[:, None, None], np.arange(L)[None, :, None]
    n = np.sqrt(np.maximum(l**2 - m**2, 0) * (2 * l + 1) / np.maximum(2 * l - 1, 1))
    below = np.concatenate([np.zeros_like(P[:, :1]), P[:, :-1]], axis=1)
    return P / sine, (l * z * P - n * below) / sine


def _field(v):
    if v.ndim < 3 or v.shape[-3] != 2:
        raise ValueError(f"a field has two maps, to the east and to the north: (..., 2, rings, 2 rings); got {v.shape}")
    rings_of(v)
    return floats(v)

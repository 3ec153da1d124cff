"""`gdl_course.layers.sphere` against s2fft and ducc0: samples on Gauss-Legendre rings to coefficients, and back.

    make bench ONLY=sphere

One real function of the degrees below L, float64. s2fft is its precomputed transform in JAX, compiled, on L rings of
2L - 1 points; ducc0, in C++, and ours have L rings of 2L points. The making of tables is in nobody's time.

Measured on one core of a busy machine (jax 0.10.2, s2fft 1.5.0, ducc0 0.42.0), in ms, the two in turns; the ratio is
the median of nine turns, with their range. Ours compiles in 0.3 to 0.6 s, and a round trip is exact to 5e-13 at L = 64.

                          ours    s2fft    ratio                     ducc0    ratio
    transform, L = 16    0.020    0.025    0.80 (0.79 to 0.81)       0.011    1.82 (1.79 to 1.84)
    transform, L = 32    0.028    0.068    0.41 (0.40 to 0.41)       0.022    1.23 (1.23 to 1.26)
    transform, L = 64    0.074    0.984    0.08 (0.01 to 0.11)       0.064    1.14 (1.13 to 1.14)
    inverse, L = 16      0.020    0.024    0.83 (0.82 to 1.09)       0.011    1.85 (1.82 to 1.87)
    inverse, L = 32      0.028    0.105    0.27 (0.27 to 0.27)       0.021    1.32 (1.25 to 1.33)
    inverse, L = 64      0.082    1.323    0.06 (0.01 to 0.13)       0.060    1.36 (1.35 to 1.38)

What was aimed at, a quarter of s2fft and three times ducc0, is reached for ducc0 and at L = 64. Below, the Fourier
transform of the rings alone takes 0.017 ms in JAX, and a quarter of s2fft's time is 0.006 (L = 16) and 0.017 (L = 32);
16 functions at once are 0.47 and 0.43 of s2fft. Tried at L = 32, one function: rings folded at the equator, which
halves the products, 0.032 against 0.025 ms; matrix products along the rings in place of the fast transform, 0.028
against 0.028, and at L = 64 0.102 against 0.073; sums of the table times the waves in place of a matrix product, 0.046
against 0.025.
"""

import time

import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, threads

from gdl_course.layers import sphere
from gdl_course.representations.harmonics import degrees, harmonics, orders

SIZES = (16, 32, 64)


def peer_or_none(name):
    """The module; None, and a line that says so, where it is not installed."""
    try:
        return __import__(name)
    except ImportError:
        print(f"  {name} is not installed here, so it is left out; `make bench` installs the peers")
        return None


def by_s2fft(s2fft, c, L):
    """Its samples of the function, both its transforms with the tables given, and its coefficients as ours."""
    from s2fft.precompute_transforms import construct, spherical

    theta, phi = s2fft.sampling.s2_samples.thetas(L, "gl")[:, None], s2fft.sampling.s2_samples.phis_equiang(L, "gl")
    u = np.stack(np.broadcast_arrays(np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)), axis=-1)
    x = jnp.asarray(harmonics(L, u) @ c)
    tables = [
        jnp.asarray(construct.spin_spherical_kernel(L, 0, True, "gl", forward=forward)) for forward in (True, False)
    ]
    settings = {"sampling": "gl", "reality": True, "method": "jax"}
    forward = jax.jit(lambda x, table: spherical.forward(x, L, 0, table, **settings))
    back = jax.jit(lambda f, table: spherical.inverse(f, L, 0, table, **settings).real)
    f = forward(x, tables[0])
    return (
        lambda: forward(x, tables[0]),
        lambda: back(f, tables[1]),
        real(lambda l, m: np.asarray(f)[l, L - 1 + m], L),
    )


def by_ducc0(ducc0, x, L):
    """Both its transforms and its coefficients as ours."""
    settings = {"spin": 0, "lmax": L - 1, "geometry": "GL", "nthreads": threads()}
    samples = np.asarray(x)[None]
    forward = lambda: ducc0.sht.analysis_2d(map=samples, **settings)
    alm = forward()
    back = lambda: ducc0.sht.synthesis_2d(alm=alm, ntheta=L, nphi=2 * L, **settings)
    return forward, back, real(lambda l, m: alm[0, m * (2 * L - 1 - m) // 2 + l], L)


def real(f, L):
    """Complex coefficients with the sign of Condon and Shortley as ours; see tests/peers/test_sphere_peer.py."""
    l, m = degrees(L), orders(L)
    theirs = f(l, abs(m))
    return np.where(m == 0, 1, np.sqrt(2) * (-1.0) ** m) * np.where(m < 0, -theirs.imag, theirs.real)


def compile_time(function, argument):
    """Seconds to trace and compile, with nothing known from before."""
    start = time.perf_counter()
    jax.jit(function).lower(argument).compile()
    return time.perf_counter() - start


def main():
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_enable_compilation_cache", False)
    header()
    s2fft, ducc0 = map(peer_or_none, ("s2fft", "ducc0"))
    for L in SIZES:
        c = np.random.default_rng(0).normal(size=L * L)
        ours, back = jax.jit(lambda x: sphere.transform(x, L)), jax.jit(lambda c: sphere.inverse(c, L))
        numbers = jnp.asarray(c)
        x = back(numbers)
        error = np.abs(np.asarray(ours(x)) - c).max()
        seconds = [compile_time(f, a) for f, a in ((lambda x: sphere.transform(x, L), x),
                                                   (lambda c: sphere.inverse(c, L), numbers))]  # fmt: skip
        print(f"L = {L}: round trip to {error:.0e}, compiled in {seconds[0]:.2f} and {seconds[1]:.2f} s")
        peers = {"s2fft": s2fft and by_s2fft(s2fft, c, L), "ducc0": ducc0 and by_ducc0(ducc0, x, L)}
        for name, peer in peers.items():
            if peer is not None:
                np.testing.assert_allclose(peer[2], c, rtol=0, atol=1e-10)
                compare(f"transform, L = {L}", lambda: ours(x), peer[0], name)
                compare(f"inverse, L = {L}", lambda: back(numbers), peer[1], name)
        if not any(peers.values()):
            compare(f"transform, L = {L}", lambda: ours(x))


if __name__ == "__main__":
    main()

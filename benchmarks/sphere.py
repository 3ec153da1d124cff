"""`gdl_course.layers.sphere` against s2fft and ducc0: samples on Gauss-Legendre rings to coefficients, and back.

    make bench ONLY=sphere

One real function of the degrees below L, float64. s2fft is its precomputed transform in JAX, compiled, on L rings of
2L - 1 points; ducc0, in C++, and ours have L rings of 2L points. Nobody's time has the making of tables in it.
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
        x = back(jnp.asarray(c))
        error = np.abs(np.asarray(ours(x)) - c).max()
        seconds = [compile_time(f, a) for f, a in ((lambda x: sphere.transform(x, L), x),
                                                   (lambda c: sphere.inverse(c, L), jnp.asarray(c)))]  # fmt: skip
        print(f"L = {L}: round trip to {error:.0e}, compiled in {seconds[0]:.2f} and {seconds[1]:.2f} s")
        peers = {"s2fft": s2fft and by_s2fft(s2fft, c, L), "ducc0": ducc0 and by_ducc0(ducc0, x, L)}
        for name, peer in peers.items():
            if peer is not None:
                np.testing.assert_allclose(peer[2], c, rtol=0, atol=1e-10)
                compare(f"transform, L = {L}", lambda: ours(x), peer[0], name)
                compare(f"inverse, L = {L}", lambda: back(jnp.asarray(c)), peer[1], name)
        if not any(peers.values()):
            compare(f"transform, L = {L}", lambda: ours(x))


if __name__ == "__main__":
    main()

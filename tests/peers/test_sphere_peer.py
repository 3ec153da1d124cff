"""The sphere against s2fft and ducc0 (transforms) and e3nn-jax (Wigner matrices), after the change of convention.

The others' coefficients are complex, with the sign (-1)^m of Condon and Shortley: f = sum over l, m of f_lm Y_lm with
f_(l, -m) = (-1)^m conj f_lm, so c_lm is √2 (-1)^m Re f_lm and c_(l, -m) is -√2 (-1)^m Im f_lm for m > 0.
In e3nn, y is the polar axis and degree 1 is (x, y, z): its matrices for R are ours with the axes renamed.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import groups
from gdl_course.layers import sphere
from gdl_course.representations.harmonics import degrees, harmonics, orders

WHERE = "is not installed here: `make test-peers` has it"


def real(f, L):
    """Our coefficients from the function f(l, m) that gives theirs for m >= 0."""
    l, m = degrees(L), orders(L)
    theirs = f(l, abs(m))
    sign = np.where(m == 0, 1, np.sqrt(2) * (-1.0) ** m)
    return sign * np.where(m < 0, -theirs.imag, theirs.real)


@pytest.fixture
def float64():
    with jax.enable_x64(True):
        yield


def drawn(L):
    return np.random.default_rng(12).normal(size=L * L)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # logarithms of 0 in the recursion of the other
@pytest.mark.parametrize("L", [8, 32])
def test_transform_against_s2fft(float64, L):
    s2fft = pytest.importorskip("s2fft", reason=f"s2fft {WHERE}")
    c = drawn(L)
    ours = sphere.transform(sphere.inverse(jnp.asarray(c), L), L)
    theta, phi = s2fft.sampling.s2_samples.thetas(L, "gl")[:, None], s2fft.sampling.s2_samples.phis_equiang(L, "gl")
    u = np.stack(np.broadcast_arrays(np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)), axis=-1)
    found = np.asarray(s2fft.forward(harmonics(L, u) @ c, L, sampling="gl", method="numpy", reality=True))
    np.testing.assert_allclose(ours, real(lambda l, m: found[l, L - 1 + m], L), rtol=0, atol=1e-10)


@pytest.mark.parametrize("L", [8, 32])
def test_transform_and_inverse_against_ducc0(float64, L):
    ducc0 = pytest.importorskip("ducc0", reason=f"ducc0 {WHERE}")
    c = drawn(L)
    x = sphere.inverse(jnp.asarray(c), L)
    settings = {"spin": 0, "lmax": L - 1, "geometry": "GL", "nthreads": 1}
    alm = ducc0.sht.analysis_2d(map=np.asarray(x)[None], **settings)[0]
    found = real(lambda l, m: alm[m * (2 * L - 1 - m) // 2 + l], L)
    np.testing.assert_allclose(sphere.transform(x, L), found, rtol=0, atol=1e-10)
    back = ducc0.sht.synthesis_2d(alm=alm[None], ntheta=L, nphi=2 * L, **settings)[0]
    np.testing.assert_allclose(x, back, rtol=0, atol=1e-10)


@pytest.mark.parametrize("l", [1, 2, 5, 8])
def test_wigner_matrices_against_e3nn(float64, l):
    e3nn = pytest.importorskip("e3nn_jax", reason=f"e3nn-jax {WHERE}")
    R = groups.SO(3).random(np.random.default_rng(l))
    renamed = np.eye(3)[[1, 2, 0]]  # theirs (x, y, z) are our (y, z, x)
    theirs = np.asarray(e3nn.Irrep(l, 1).D_from_matrix(jnp.asarray(renamed @ R @ renamed.T)))
    np.testing.assert_allclose(groups.SO(3).irrep(l)(R), theirs, rtol=0, atol=1e-10)
    unchanged = np.asarray(e3nn.Irrep(l, 1).D_from_matrix(jnp.asarray(R)))
    assert np.abs(groups.SO(3).irrep(l)(R) - unchanged).max() > 0.1

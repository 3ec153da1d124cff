"""The sphere: exact transforms, rotation by Wigner matrices, zonal convolution, and what is only nearly equivariant."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads
from scipys_harmonics import of_scipy

from gdl_course import groups
from gdl_course.layers import grid, sphere
from gdl_course.representations.harmonics import degrees, harmonics

SO3 = groups.SO(3)
ABOUT_X = np.diag([1.0, -1.0, -1.0])
CLOSE_TO_ONE = SO3.exp([1e-9, -2e-9, 1e-9])


@pytest.fixture
def rng():
    return np.random.default_rng(12)


@pytest.fixture
def float64():
    with jax.enable_x64(True):
        yield


def drawn(rng, *shape):
    return jnp.asarray(rng.normal(size=shape))


def turned_samples(c, R, rings):
    """u -> f(R⁻¹u) by the definition, from the values of the harmonics at R⁻¹u."""
    L = int(np.sqrt(c.shape[-1]))
    return np.einsum("rpk,...k->...rp", harmonics(L, sphere.points(rings) @ R), c)


def error(left, right):
    return float(np.abs(np.asarray(left) - np.asarray(right)).max() / np.abs(np.asarray(right)).max())


# Samples and coefficients ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("L", "rings"), [(1, 1), (2, 2), (7, 7), (7, 12), (32, 32), (64, 64), (64, 96)])
def test_transform_takes_inverse_back(rng, float64, L, rings):
    c = drawn(rng, 2, L * L)
    np.testing.assert_allclose(sphere.transform(sphere.inverse(c, rings), L), c, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("L", "rings"), [(1, 3), (6, 6), (32, 40)])
def test_samples_are_sums_of_scipys_harmonics(rng, float64, L, rings):
    c = drawn(rng, L * L)
    expected = of_scipy(L, sphere.points(rings).reshape(-1, 3)) @ c
    np.testing.assert_allclose(sphere.inverse(c, rings).ravel(), expected, rtol=0, atol=1e-10)


def test_coefficients_are_integrals_with_scipys_harmonics(rng, float64):
    """Of samples that are no function of low degree: what `transform` computes is the quadrature, and no more."""
    L, rings = 9, 12
    x = drawn(rng, rings, 2 * rings)
    Y = of_scipy(L, sphere.points(rings).reshape(-1, 3))
    expected = Y.T @ (np.asarray(x) * sphere.areas(rings)[:, None]).ravel()
    np.testing.assert_allclose(sphere.transform(x, L), expected, rtol=0, atol=1e-10)


def test_the_quadrature_is_exact_up_to_its_degree_and_not_beyond(float64):
    rings, L = 6, 4
    exact = jnp.asarray(harmonics(2 * rings, sphere.points(rings)))
    highest = lambda l: jnp.moveaxis(exact[..., l * l : (l + 1) ** 2], -1, 0)
    assert np.abs(sphere.transform(highest(2 * rings - L), L)).max() < 1e-13
    assert np.abs(sphere.transform(highest(2 * rings - L + 1), L)).max() > 0.1


def test_rings_run_from_north_to_south(rng, float64):
    """NumPy's nodes begin in the south: with them, functions come out upside down."""
    z = sphere.points(9)[:, 0, 2]
    assert (np.diff(z) < 0).all() and z[0] > 0
    c = drawn(rng, 25)
    upside_down = sphere.transform(sphere.inverse(c, 9)[::-1], 5)
    np.testing.assert_allclose(upside_down, c * (-1.0) ** (degrees(5) + (_orders(5) % 2)), rtol=0, atol=1e-12)
    assert error(upside_down, c) > 0.1


def _orders(L):
    return np.arange(L * L) - degrees(L) ** 2 - degrees(L)


def test_areas_are_those_of_the_sphere():
    for rings in (1, 2, 5, 64):
        assert 2 * rings * sphere.areas(rings).sum() == pytest.approx(4 * np.pi, rel=1e-13)
        assert (sphere.areas(rings) > 0).all()


def test_the_mean_weighs_by_area(rng, float64):
    c = drawn(rng, 3, 36)
    x = sphere.inverse(c, 6)
    np.testing.assert_allclose(sphere.mean(x), c[:, 0] / np.sqrt(4 * np.pi), rtol=0, atol=1e-13)
    assert np.abs(x.mean(axis=(1, 2)) - sphere.mean(x)).max() > 1e-3  # pixels at the poles are small


# Rotation -------------------------------------------------------------------------------------------------------------


def rotations(rng):
    ends = (np.eye(3), ABOUT_X, CLOSE_TO_ONE, SO3.exp([0, 0, 1.0]), SO3.exp([0, 0, 2.0]) @ ABOUT_X)
    return [*(SO3.random(rng) for _ in range(4)), *ends]


@pytest.mark.parametrize("L", [1, 2, 8, 32])
def test_rotated_coefficients_are_those_of_the_turned_function(rng, float64, L):
    c = drawn(rng, 2, L * L)
    for R in rotations(rng):
        turned = sphere.inverse(sphere.rotate(c, R), L)
        np.testing.assert_allclose(turned, turned_samples(c, R, L), rtol=0, atol=1e-10)
    if L > 1:
        R = SO3.random(rng)
        assert error(sphere.inverse(sphere.rotate(c, R.T), L), turned_samples(c, R, L)) > 0.1


def test_rotation_is_the_irreps_degree_by_degree(rng, float64):
    c, R = drawn(rng, 49), SO3.random(rng)
    expected = [SO3.irrep(l)(R) @ c[l * l : (l + 1) ** 2] for l in range(7)]
    np.testing.assert_allclose(sphere.rotate(c, R), np.concatenate(expected), rtol=0, atol=1e-12)


def test_rotation_is_a_left_action(rng, float64):
    c, g, h = drawn(rng, 100), SO3.random(rng), SO3.random(rng)
    np.testing.assert_allclose(sphere.rotate(c, g @ h), sphere.rotate(sphere.rotate(c, h), g), rtol=0, atol=1e-12)
    assert error(sphere.rotate(c, g @ h), sphere.rotate(sphere.rotate(c, g), h)) > 0.1


def test_the_power_spectrum_does_not_turn_and_does_not_tell_everything(rng, float64):
    c, R = drawn(rng, 2, 64), SO3.random(rng)
    np.testing.assert_allclose(sphere.power(sphere.rotate(c, R)), sphere.power(c), rtol=1e-12)
    np.testing.assert_allclose(sphere.power(c).sum(axis=-1), (c**2).sum(axis=-1), rtol=1e-12)
    degree_by_degree = jnp.concatenate([SO3.irrep(l)(SO3.random(rng)) @ c[0, l * l : (l + 1) ** 2] for l in range(8)])
    np.testing.assert_allclose(sphere.power(degree_by_degree), sphere.power(c[0]), rtol=1e-12)


# Convolution ----------------------------------------------------------------------------------------------------------


def test_zonal_convolution_is_the_integral(rng, float64):
    L = 6
    c, kernel = drawn(rng, L * L), drawn(rng, L)
    place = np.arange(L) ** 2 + np.arange(L)  # of m = 0
    u, v = sphere.points(3)[:, :2].reshape(-1, 3), sphere.points(L)
    at_angle = lambda cosine: harmonics(L, np.stack([np.sqrt(1 - cosine**2), 0 * cosine, cosine], axis=-1))[..., place]
    f = np.asarray(sphere.inverse(c, L))
    between = np.clip(np.einsum("nk,rpk->nrp", u, v), -1, 1)
    expected = np.einsum("nrpl,l,rp,r->n", at_angle(between), kernel, f, sphere.areas(L))
    found = harmonics(L, u) @ np.asarray(sphere.convolve(c, kernel))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_zonal_convolution_commutes_with_rotations_and_other_factors_do_not(rng, float64):
    c, kernel, R = drawn(rng, 3, 64), drawn(rng, 8), SO3.random(rng)
    left, right = sphere.convolve(sphere.rotate(c, R), kernel), sphere.rotate(sphere.convolve(c, kernel), R)
    np.testing.assert_allclose(left, right, rtol=0, atol=1e-12)
    factors = drawn(rng, 1, 64)  # one for each order as well
    assert error(sphere.rotate(c, R) * factors, sphere.rotate(c * factors, R)) > 0.1


def test_the_lift_is_the_integral_against_a_turned_kernel(rng, float64):
    L, poses = 5, np.stack([SO3.random(rng) for _ in range(3)])
    c, kernel = drawn(rng, L * L), drawn(rng, L * L)
    f = np.asarray(sphere.inverse(c, L)) * sphere.areas(L)[:, None]
    expected = [(turned_samples(kernel, R, L) * f).sum() for R in poses]
    np.testing.assert_allclose(sphere.lift(c, kernel, poses), expected, rtol=0, atol=1e-12)


def test_the_lift_moves_with_the_function(rng, float64):
    c, kernel = drawn(rng, 2, 25), drawn(rng, 2, 25)
    g, poses = SO3.random(rng), np.stack([SO3.random(rng) for _ in range(5)])
    moved = sphere.lift(sphere.rotate(c, g), kernel, poses)
    np.testing.assert_allclose(moved, sphere.lift(c, kernel, g.T @ poses), rtol=0, atol=1e-12)
    assert error(moved, sphere.lift(c, kernel, g @ poses)) > 0.1


# Layers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "bound"), [(np.float32, 1e-5), (np.float64, 1e-12)])
def test_the_layer_commutes_with_rotations(rng, float64, dtype, bound):
    L, rings = 6, 9
    layer = biased(sphere.SphereConv(2, 3, L, key=jax.random.key(0)))
    c, R = drawn(rng, 2, L * L).astype(dtype), SO3.random(rng)
    left = layer(sphere.inverse(sphere.rotate(c, R), rings))
    right = turned_samples(np.asarray(sphere.transform(layer(sphere.inverse(c, rings)), L), float), R, rings)
    assert left.dtype == dtype and left.shape == (3, rings, 2 * rings)
    assert error(left, right) < bound
    assert error(left, layer(sphere.inverse(c, rings))) > 0.1


def biased(layer):
    return eqx.tree_at(lambda l: l.bias, layer, jnp.arange(len(layer.bias), dtype=jnp.float32))


def test_the_layer_is_a_sum_of_convolutions(rng, float64):
    L, rings = 5, 6
    layer = biased(sphere.SphereConv(2, 3, L, key=jax.random.key(1)))
    c = drawn(rng, 2, L * L)
    to_kernel = np.sqrt((2 * np.arange(L) + 1) / (4 * np.pi))
    for o, y in enumerate(layer(sphere.inverse(c, rings))):
        parts = [sphere.convolve(c[i], jnp.asarray(layer.weight[o, i] * to_kernel)) for i in range(2)]
        np.testing.assert_allclose(y, sphere.inverse(sum(parts), rings) + layer.bias[o], rtol=0, atol=1e-12)


def test_the_layer_keeps_the_mean_square_of_each_degree(rng):
    layer, c = sphere.SphereConv(50, 400, 4, key=jax.random.key(0)), rng.normal(size=(50, 16)).astype(np.float32)
    y = sphere.transform(layer(sphere.inverse(c, 4)), 4)
    # 400 channels of 2l + 1 ≥ 1 numbers: the mean of their squares is known to √(2/400) = 7 %, three times that allowed
    np.testing.assert_allclose(sphere.power(y).mean(axis=0) / sphere.power(c).mean(axis=0), 1, rtol=0.21)


def test_degrees_beyond_the_quadrature_break_the_law(rng, float64):
    L, rings = 6, 6
    layer = sphere.SphereConv(1, 1, L, key=jax.random.key(0))
    R = SO3.random(rng)
    high = np.zeros((1, 100))
    high[:, 81:] = rng.normal(size=(1, 19))  # degree 9 > 2 rings - L
    right = turned_samples(np.asarray(sphere.transform(layer(turned_samples(high, np.eye(3), rings)), L)), R, rings)
    assert error(layer(turned_samples(high, R, rings)), right) > 0.1


def pointwise_error(rng, function, rings, L=8, trials=10):
    """How far transform(function(samples)) is from commuting with rotations: root mean square, relative."""
    f = lambda c: sphere.transform(function(sphere.inverse(c, rings)), L)
    c, wrong, size = drawn(rng, 4, L * L), 0.0, 0.0
    for _ in range(trials):
        R = SO3.random(rng)
        right = sphere.rotate(f(c), R)
        wrong += ((f(sphere.rotate(c, R)) - right) ** 2).sum()
        size += (right**2).sum()
    return float(np.sqrt(wrong / size))


def test_the_error_of_relu_falls_with_oversampling_and_stays(rng, float64):
    errors = [pointwise_error(rng, jax.nn.relu, rings) for rings in (8, 16, 32)]
    assert errors[0] > 0.03 and errors[1] < errors[0] / 2 and errors[2] < errors[1] / 2
    assert errors[2] > 1e-4  # there is a kink, and its degrees have no end


def test_the_square_is_exact_with_half_as_many_rings_again(rng, float64):
    """L - 1 twice, and L - 1 to read: 3 (L - 1) <= 2 rings - 1."""
    assert pointwise_error(rng, jnp.square, 11) < 1e-12
    assert pointwise_error(rng, jnp.square, 10) > 1e-3


def test_planar_convolution_of_the_map_does_not_commute_with_rotations(rng):
    """Turns about the axis shift the map, and it commutes with these; it does not with any other turn."""
    L, rings = 6, 12
    layer = grid.Conv(1, 1, 3, key=jax.random.key(0))
    samples = lambda c: jnp.asarray(sphere.inverse(c, rings))
    c = rng.normal(size=(1, L * L)).astype(np.float32)
    about_axis, tilt = SO3.exp([0, 0, np.pi / rings]), SO3.exp([np.pi / 3, 0, 0])
    smooth = lambda y: sphere.transform(y, L)
    law = lambda R: error(smooth(layer(samples(sphere.rotate(c, R)))), sphere.rotate(smooth(layer(samples(c))), R))
    assert law(about_axis) < 1e-5
    assert law(tilt) > 0.1


# In practice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_stay(rng, float64, dtype):
    c, R = drawn(rng, 16).astype(dtype), SO3.random(rng)
    x = sphere.inverse(c, 5)
    results = [x, sphere.transform(x, 4), sphere.rotate(c, R), sphere.power(c), sphere.mean(x),
               sphere.convolve(c, jnp.ones(4, dtype)), sphere.lift(c, c, R[None])]  # fmt: skip
    assert {y.dtype for y in results} == {np.dtype(dtype)}


def test_whole_numbers_become_floats():
    assert sphere.inverse(jnp.ones(4, int), 2).dtype == np.float32
    assert sphere.transform(np.ones((2, 4), int), 2).dtype == np.float32


def test_float32_is_accurate(rng):
    c = rng.normal(size=32 * 32).astype(np.float32)
    assert error(sphere.transform(sphere.inverse(c, 32), 32), c) < 1e-5
    assert error(sphere.rotate(sphere.rotate(c, R := SO3.random(rng)), R.T), c) < 1e-5


def test_jit_and_vmap_change_nothing(rng, float64):
    c, R = drawn(rng, 3, 2, 25), np.stack([SO3.random(rng) for _ in range(3)])

    def f(c, R):
        return sphere.transform(jnp.tanh(sphere.inverse(sphere.rotate(c, R), 7)), 5)

    expected = np.stack([f(*pair) for pair in zip(c, R, strict=True)])
    np.testing.assert_allclose(jax.jit(jax.vmap(f))(c, R), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(f(c, R[0])[0], expected[0], rtol=0, atol=1e-12)


def test_gradients(rng, float64):
    layer, x = sphere.SphereConv(2, 2, 3, key=jax.random.key(0)), drawn(rng, 2, 4, 8)
    parts = lambda layer, x: jnp.sin(layer(x)).sum()
    in_float64 = jax.tree.map(lambda leaf: leaf.astype(float), layer)
    check_grads(parts, (in_float64, x), order=1, modes=["fwd", "rev"])
    weights, generators = drawn(rng, 25), jnp.stack(SO3.lie_generators)
    turned = lambda c, t: sphere.rotate(c, jax.scipy.linalg.expm(jnp.tensordot(t, generators, 1)))
    check_grads(lambda c, t: (weights * turned(c, t)).sum(), (drawn(rng, 25), drawn(rng, 3)), order=1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sphere.transform(jnp.ones((4, 4)), 2), r"shape \(\.\.\., rings, 2 rings\); got \(4, 4\)"),
        (lambda: sphere.transform(jnp.ones((4, 8)), 5), "4 rings tell the degrees 0 ... 3 apart; got L = 5"),
        (lambda: sphere.transform(jnp.ones((4, 8)), 0), "got L = 0"),
        (lambda: sphere.inverse(jnp.ones(8), 4), r"L²\); got \(8,\)"),
        (lambda: sphere.inverse(jnp.ones(9), 2), "got L = 3"),
        (lambda: sphere.points(0), "got 0"),
        (lambda: sphere.areas(2.5), "got 2.5"),
        (lambda: sphere.rotate(jnp.ones(9), jnp.eye(2)), r"3 x 3 matrix; got shape \(2, 2\)"),
        (lambda: sphere.rotate(jnp.ones(9), -jnp.eye(3)), "determinant 1; got"),
        (lambda: sphere.rotate(jnp.ones(9), 1.001 * np.eye(3)), "orthogonal"),
        (lambda: sphere.convolve(jnp.ones(9), jnp.ones(4)), r"3 degrees .* 3 numbers; got \(4,\)"),
        (lambda: sphere.lift(jnp.ones(9), jnp.ones(4), jnp.eye(3)[None]), r"got \(9,\) and \(4,\)"),
        (lambda: sphere.SphereConv(0, 1, 4, key=jax.random.key(0)), "got 0, 1 and L = 4"),
        (lambda: sphere.SphereConv(2, 1, 4, key=jax.random.key(0))(jnp.ones((1, 4, 8))), r"\(2, rings, 2 rings\); got"),
    ],
)
def test_errors_say_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

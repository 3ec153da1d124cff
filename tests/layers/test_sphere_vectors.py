"""Fields on the sphere: gradients by definition, derivatives by parts, and components that are no functions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course import groups
from gdl_course.layers import sphere, sphere_vectors
from gdl_course.representations.harmonics import degrees, harmonics

SO3, L, RINGS = groups.SO(3), 6, 8


@pytest.fixture
def rng():
    return np.random.default_rng(12)


@pytest.fixture(autouse=True)
def float64(request):
    with jax.enable_x64("float32" not in request.node.name):
        yield


def drawn(rng, *shape):
    return jnp.asarray(rng.normal(size=shape))


def arrows(v):
    """A field as vectors in space, (rings, longitudes, 3)."""
    return np.einsum("krp,krpx->rpx", np.asarray(v), sphere_vectors.frames(v.shape[-2]))


def any_field(rng):
    grad = lambda: sphere_vectors.gradient(drawn(rng, L * L), RINGS)
    return grad() + sphere_vectors.quarter_turn(grad())


def test_frames_are_right_handed_and_look_east_and_north():
    east, north = sphere_vectors.frames(RINGS)
    u = sphere.points(RINGS)
    np.testing.assert_allclose(np.cross(east, north), u, rtol=0, atol=1e-14)
    np.testing.assert_allclose(east[..., 2], 0, rtol=0, atol=1e-14)
    assert (north[..., 2] > 0).all()


def test_the_gradient_is_the_slope_along_a_path(rng):
    c, step = drawn(rng, L * L), 1e-5
    f = lambda u: harmonics(L, u) @ c  # of the direction only
    slopes = [(f(sphere.points(RINGS) + step * e) - f(sphere.points(RINGS) - step * e)) / (2 * step)
              for e in sphere_vectors.frames(RINGS)]  # fmt: skip
    np.testing.assert_allclose(sphere_vectors.gradient(c, RINGS), slopes, rtol=0, atol=1e-7)


def test_divergence_and_vorticity_take_a_field_apart(rng):
    potential, stream = drawn(rng, L * L), drawn(rng, L * L)
    v = sphere_vectors.gradient(potential, RINGS)
    v = v + sphere_vectors.quarter_turn(sphere_vectors.gradient(stream, RINGS))
    minus = sphere_vectors.laplacian(L)
    np.testing.assert_allclose(sphere_vectors.divergence(v, L), minus * potential, rtol=0, atol=1e-11)
    np.testing.assert_allclose(sphere_vectors.vorticity(v, L), minus * stream, rtol=0, atol=1e-11)


def test_a_spinning_globe_has_the_vorticity_of_its_axis():
    """v = ω × u with ω along z goes east at speed sin θ, and its vorticity is 2 cos θ."""
    u = sphere.points(RINGS)
    v = jnp.asarray(np.stack([np.sqrt(1 - u[..., 2] ** 2), 0 * u[..., 2]]))
    expected = np.zeros(L * L)
    expected[2] = 2 * np.sqrt(4 * np.pi / 3)
    np.testing.assert_allclose(sphere_vectors.vorticity(v, L), expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(sphere_vectors.divergence(v, L), 0, rtol=0, atol=1e-13)


def test_the_harmonics_of_degree_l_have_the_laplacian_of_degree_l():
    np.testing.assert_array_equal(sphere_vectors.laplacian(L), -degrees(L) * (degrees(L) + 1.0))


def test_a_turned_function_has_the_turned_gradient(rng):
    """(R·v)(u) = R v(R⁻¹u), as vectors in space."""
    c, R = drawn(rng, L * L), SO3.random(rng)
    left = arrows(sphere_vectors.gradient(sphere.rotate(c, R), RINGS))
    before = slopes_in_space(lambda u: harmonics(L, u) @ c, sphere.points(RINGS) @ R)
    np.testing.assert_allclose(left, before @ R.T, rtol=0, atol=1e-11)
    assert np.abs(left - before).max() > 0.1  # the arrows turn as well as their places


def slopes_in_space(f, u, step=1e-3):
    """The gradient of a function of directions, along each axis of space, by differences of order 6 at step 1e-3."""
    weights = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
    difference = lambda e: sum(w * (f(u + k * step * e) - f(u - k * step * e)) for k, w in weights.items()) / step
    return np.stack([difference(e) for e in np.eye(3)], axis=-1)


def test_components_do_not_turn_as_functions_do(rng):
    """Each map transformed as if it were a function: its power spectrum changes, that of the divergence does not."""
    c, R = drawn(rng, L * L), SO3.random(rng)
    v, turned = (sphere_vectors.gradient(b, RINGS) for b in (c, sphere.rotate(c, R)))
    of_map = lambda v: sphere.power(sphere.transform(v[0], L))
    of_divergence = lambda v: sphere.power(sphere_vectors.divergence(v, L))
    np.testing.assert_allclose(of_divergence(turned), of_divergence(v), rtol=1e-10)
    assert np.abs(of_map(turned) / of_map(v) - 1).max() > 0.1


def test_four_quarter_turns_are_none(rng):
    v = any_field(rng)
    turn = sphere_vectors.quarter_turn
    np.testing.assert_array_equal(turn(turn(v)), -v)
    np.testing.assert_allclose(arrows(turn(v)), np.cross(sphere.points(RINGS), arrows(v)), rtol=0, atol=1e-13)


def test_channels_jit_and_gradients(rng):
    c = drawn(rng, 3, L * L)
    v = sphere_vectors.gradient(c, RINGS)
    assert v.shape == (3, 2, RINGS, 2 * RINGS)
    np.testing.assert_allclose(v[1], sphere_vectors.gradient(c[1], RINGS), rtol=0, atol=1e-13)
    again = jax.jit(lambda v: sphere_vectors.divergence(v, L))(v)
    np.testing.assert_allclose(again, sphere_vectors.divergence(v, L), rtol=0, atol=1e-12)
    weights = drawn(rng, *again.shape)
    check_grads(lambda v: (weights * sphere_vectors.vorticity(v, L)).sum(), (v,), order=1)


def test_float32_stays_float32(rng):
    v = sphere_vectors.gradient(rng.normal(size=L * L).astype(np.float32), RINGS)
    assert v.dtype == sphere_vectors.divergence(v, L).dtype == sphere_vectors.quarter_turn(v).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sphere_vectors.divergence(jnp.ones((3, 4, 8)), 2), r"two maps.*got \(3, 4, 8\)"),
        (lambda: sphere_vectors.vorticity(jnp.ones((2, 4, 4)), 2), r"rings, 2 rings\); got \(2, 4, 4\)"),
        (lambda: sphere_vectors.divergence(jnp.ones((2, 4, 8)), 5), "got L = 5"),
        (lambda: sphere_vectors.gradient(jnp.ones(9), 2), "got L = 3"),
        (lambda: sphere_vectors.gradient(jnp.ones(8), 4), r"got \(8,\)"),
    ],
)
def test_errors_say_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

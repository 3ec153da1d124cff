"""The set layers: all the linear maps that commute with S_n, invariant and equivariant, blind to what is no element."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course import check_equivariance, equivariance_report, groups, linear_maps
from gdl_course.equivariance import EquivarianceError
from gdl_course.layers import sets

GARBAGE = np.array([[1e6], [-1e6], [np.inf], [np.nan], [0.0], [1.0], [-1.0]], np.float32)  # a row each
each_pool = pytest.mark.parametrize("pool", sets.POOLS)


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def points_last(f):
    """The engine permutes the last axis; a set has its elements in the first."""
    return lambda x: np.asarray(f(np.swapaxes(x, -1, -2))).swapaxes(-1, -2)


def deep_sets(pool, seed=0):
    return sets.DeepSets((3, 16, 8), (8, 16, 2), pool=pool, key=jax.random.key(seed))


# The linear layer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_sum_layer_with_one_channel_is_a_times_identity_plus_b_times_ones(rng, n):
    a, b, c = rng.normal(size=3)
    x = rng.normal(size=(n, 1))
    with jax.enable_x64(True):
        y = sets.linear(x, np.full((1, 1), a), np.full((1, 1), b), np.full(1, c), pool="sum")
    np.testing.assert_allclose(y, (a * np.eye(n) + b * np.ones((n, n))) @ x + c, atol=1e-13)


def layer_matrices(n, c_in, c_out, pool):
    """The matrices of the layer, one for each weight, on signals flattened channel by channel."""
    for k in range(2 * c_out * c_in):
        own, others = jnp.eye(2 * c_out * c_in)[k].reshape(2, c_out, c_in)
        f = lambda x, own=own, others=others: sets.linear(
            x.reshape(c_in, n).T, own, others, jnp.zeros(c_out), pool=pool
        ).T.reshape(-1)
        yield np.asarray(jax.jacobian(f)(jnp.zeros(c_in * n)))


@pytest.mark.parametrize(("n", "c_in", "c_out"), [(4, 1, 1), (3, 2, 3), (5, 2, 2)])
@pytest.mark.parametrize("pool", ["sum", "mean"])
def test_layer_spans_all_equivariant_linear_maps(n, c_in, c_out, pool):
    point = groups.symmetric(n).permutation()
    basis = linear_maps(sum([point] * (c_in - 1), point), sum([point] * (c_out - 1), point))
    matrices = np.array(list(layer_matrices(n, c_in, c_out, pool)))
    for M in matrices:
        np.testing.assert_allclose(basis.project(M), M, atol=1e-6)
    rank = np.linalg.matrix_rank(matrices.reshape(len(matrices), -1))
    assert rank == basis.dimension == 2 * c_in * c_out


@each_pool
def test_layer_commutes_with_every_permutation(pool):
    rho = groups.symmetric(7).permutation()
    layer = eqx.filter_jit(sets.SetLinear(3, 4, pool=pool, key=jax.random.key(0)))
    assert check_equivariance(points_last(layer), rho, rho, leading=(3,)).passed


def test_a_weight_that_depends_on_the_position_does_not_commute():
    rho = groups.symmetric(7).permutation()
    layer = sets.SetLinear(3, 4, key=jax.random.key(0))
    with pytest.raises(EquivarianceError):
        check_equivariance(points_last(lambda x: layer(x) * jnp.arange(1.0, 8)[:, None]), rho, rho, leading=(3,))


def test_mean_layer_is_the_sum_layer_divided_by_the_number_of_elements(rng):
    x, weights = rng.normal(size=(6, 3)), rng.normal(size=(2, 4, 3))
    by_sum = sets.linear(x, weights[0], weights[1] / 4, np.zeros(4), np.arange(6) < 4, pool="sum")
    by_mean = sets.linear(x, weights[0], weights[1], np.zeros(4), np.arange(6) < 4, pool="mean")
    np.testing.assert_allclose(by_sum, by_mean, atol=1e-5)


# Invariance -----------------------------------------------------------------------------------------------------------


@each_pool
def test_deep_sets_are_invariant(pool):
    S = groups.symmetric(9)
    model = eqx.filter_jit(deep_sets(pool))
    assert check_equivariance(lambda x: model(x.T), S.permutation(), S.trivial(2), leading=(3,)).passed


@each_pool
def test_deep_sets_that_know_the_position_are_not_invariant(pool):
    S = groups.symmetric(9)
    positions = jnp.arange(9.0)[:, None] / 9
    report = equivariance_report(
        lambda x: deep_sets(pool)(x.T + positions), S.permutation(), S.trivial(2), leading=(3,)
    )
    assert not report.passed


@each_pool
def test_deep_sets_with_two_equivariant_layers_are_still_invariant(pool):
    S = groups.symmetric(6)
    first, second = (sets.SetLinear(3, 3, pool=pool, key=k) for k in jax.random.split(jax.random.key(1)))
    network = eqx.filter_jit(lambda x: deep_sets(pool)(jax.nn.relu(second(jax.nn.relu(first(x.T))))))
    assert check_equivariance(network, S.permutation(), S.trivial(2), leading=(3,)).passed


# Masks ----------------------------------------------------------------------------------------------------------------


def padded(x):
    """x among rows of rubbish, at places that only the mask knows."""
    places = np.array([2, 4, 5, 6])[: len(x)]
    whole, mask = np.tile(GARBAGE, (1, x.shape[1])), np.zeros(7, bool)
    whole[places], mask[places] = x, True
    return whole, mask


@each_pool
@pytest.mark.parametrize("n", [0, 1, 4])
def test_padding_influences_nothing(rng, pool, n):
    x = rng.normal(size=(n, 3)).astype(np.float32)
    whole, mask = padded(x)
    layer, model = sets.SetLinear(3, 4, pool=pool, key=jax.random.key(0)), deep_sets(pool)
    np.testing.assert_allclose(sets.POOLS[pool](whole, mask), sets.POOLS[pool](x), atol=1e-5)
    np.testing.assert_allclose(layer(whole, mask)[mask], layer(x), atol=1e-5)
    np.testing.assert_array_equal(layer(whole, mask)[~mask], 0)
    np.testing.assert_allclose(model(whole, mask), model(x), atol=1e-5)


@each_pool
def test_padding_has_no_gradient_and_spoils_none(rng, pool):
    x = rng.normal(size=(4, 3)).astype(np.float32)
    whole, mask = padded(x)
    gradient = jax.grad(lambda model, x, *mask: model(x, *mask).sum(), argnums=1)
    with jax.debug_nans(False):  # the padding is NaN
        padded_gradient = gradient(deep_sets(pool), whole, mask)
    np.testing.assert_array_equal(padded_gradient[~mask], 0)
    np.testing.assert_allclose(padded_gradient[mask], gradient(deep_sets(pool), x), atol=1e-5)


@each_pool
def test_padding_without_a_mask_does_influence(rng, pool):
    x = rng.normal(size=(4, 3)).astype(np.float32)
    whole = np.concatenate([x, np.full((3, 3), 1e6, np.float32)])
    assert np.abs(deep_sets(pool)(whole) - deep_sets(pool)(x)).max() > 1


@each_pool
def test_one_compiled_function_serves_every_size(rng, pool):
    traces = []

    @jax.jit
    def compiled(x, mask):
        traces.append(1)
        return deep_sets(pool)(x, mask)

    x = rng.normal(size=(7, 3)).astype(np.float32)
    for n in range(8):
        np.testing.assert_allclose(compiled(x, np.arange(7) < n), deep_sets(pool)(x[:n]), atol=1e-5)
    assert len(traces) == 1


# Small sets -----------------------------------------------------------------------------------------------------------


@each_pool
def test_the_empty_set_is_pooled_to_zero_with_a_finite_gradient(pool):
    empty, x = np.zeros((0, 3), np.float32), np.ones((5, 3), np.float32)
    nothing = np.zeros(5, bool)
    np.testing.assert_array_equal(sets.POOLS[pool](empty), np.zeros(3))
    np.testing.assert_array_equal(sets.POOLS[pool](x, nothing), np.zeros(3))
    assert sets.SetLinear(3, 2, pool=pool, key=jax.random.key(0))(empty).shape == (0, 2)
    gradient = jax.grad(lambda model: model(x, nothing).sum())(deep_sets(pool))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))


@each_pool
def test_a_set_of_one_element_is_pooled_to_that_element(rng, pool):
    x = rng.normal(size=(1, 3)).astype(np.float32)
    np.testing.assert_array_equal(sets.POOLS[pool](x), x[0])


def test_the_maximum_of_negative_numbers_is_not_the_padding():
    x = np.array([[-5.0], [-7.0], [0.0]])
    assert sets.maximum(x, np.array([True, True, False])) == -5


def test_mean_and_maximum_cannot_count_and_the_sum_can(rng):
    x = rng.normal(size=(4, 3)).astype(np.float32)
    twice = np.concatenate([x, x])
    for pool in ("mean", "max"):
        np.testing.assert_allclose(deep_sets(pool)(twice), deep_sets(pool)(x), atol=1e-5)
    np.testing.assert_allclose(deep_sets("sum").latent(twice), 2 * deep_sets("sum").latent(x), rtol=1e-5)


# Critical points ------------------------------------------------------------------------------------------------------


def test_only_critical_points_matter_to_a_max_pooled_network(rng):
    model, x = deep_sets("max"), rng.normal(size=(40, 3)).astype(np.float32)
    critical = np.isin(np.arange(40), sets.critical_points(model.inner(x)))
    assert 1 <= critical.sum() <= 8
    np.testing.assert_array_equal(model(x, critical), model(x))
    for k in np.flatnonzero(critical):  # and each of them does matter
        assert (model.latent(x, np.arange(40) != k) != model.latent(x)).any()


def test_critical_points_are_elements(rng):
    features = rng.normal(size=(6, 5)) - 100
    features[4:] = 0
    assert sets.critical_points(features, np.arange(6) < 4).max() < 4


def test_nothing_has_no_critical_points():
    for features, mask in ((jnp.zeros((0, 2)), None), (jnp.ones((3, 2)), jnp.zeros(3, bool))):
        with pytest.raises(ValueError, match="a set without elements has no critical points"):
            sets.critical_points(features, mask)


def test_values_of_minus_infinity_are_a_maximum_and_no_gap():
    x = jnp.array([[1.0], [-jnp.inf], [-jnp.inf]])
    assert sets.maximum(x, jnp.array([False, True, True])) == -jnp.inf
    assert sets.critical_points(jnp.array([[1.0], [-1e38]]), jnp.array([False, True])) == 1


# Types, gradients, errors ---------------------------------------------------------------------------------------------


@each_pool
def test_layers_keep_the_precision_of_their_input(rng, pool):
    x = rng.normal(size=(4, 3))
    with jax.enable_x64(True):
        assert sets.POOLS[pool](x).dtype == np.float64
    assert sets.POOLS[pool](x.astype(np.float32)).dtype == np.float32
    assert sets.POOLS[pool](np.arange(12).reshape(4, 3)).dtype == np.float32


@each_pool
def test_gradients_are_those_of_finite_differences(rng, pool):
    with jax.enable_x64(True):
        model = jax.tree.map(lambda w: w.astype(np.float64), deep_sets(pool))
        x, mask = jnp.asarray(rng.normal(size=(5, 3))), np.arange(5) < 4
        check_grads(lambda model, x: model(x, mask), (model, x), order=1, modes=["rev"])


def test_batches_are_vmapped(rng):
    x, mask = rng.normal(size=(6, 5, 3)).astype(np.float32), rng.random((6, 5)) < 0.5
    batch = jax.vmap(deep_sets("max"))(x, mask)
    np.testing.assert_allclose(batch[2], deep_sets("max")(x[2], mask[2]), atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sets.mean(np.ones(3)), r"shape \(n, channels\), one row an element; got \(3,\)"),
        (lambda: sets.mean(np.ones((3, 2)), np.ones(2, bool)), r"one boolean for each of the 3 rows; got bool \(2,\)"),
        (lambda: sets.mean(np.ones((3, 2)), np.ones(3)), r"one boolean for each of the 3 rows; got float"),
        (lambda: sets.SetLinear(3, 2, key=jax.random.key(0))(np.ones((4, 2))), r"got x \(4, 2\), own \(2, 3\)"),
        (lambda: sets.SetLinear(3, 2, pool="median", key=jax.random.key(0)), "'sum', 'mean', 'max'; got 'median'"),
        (lambda: sets.DeepSets((3, 8), (9, 2), key=jax.random.key(0)), r"got \(3, 8\) and \(9, 2\)"),
        (lambda: sets.DeepSets((8,), (8, 2), key=jax.random.key(0)), r"got \(8,\) and \(8, 2\)"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_given(call, message):
    with pytest.raises(ValueError, match=message):
        call()

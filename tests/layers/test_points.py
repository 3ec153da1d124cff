"""EGNN: its equations, E(d) with reflections, no word from padding, and defects that these tests do see."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course.layers import points

N, FEATURES, HIDDEN, EDGES = 6, 3, 5, 2
FIVE_CYCLE = np.array([1, 2, 3, 4, 0, 5])
GARBAGE = np.array([np.nan, np.inf, -np.inf, 1e30, -1.0])


@pytest.fixture
def rng():
    return np.random.default_rng(13)


def moving(network):
    """The same weights with a large φ_x: a fresh layer hardly moves a point, which would hide errors in x'."""
    is_layer = lambda part: isinstance(part, points.EGNNLayer)
    layers = lambda network: filter(is_layer, jax.tree.leaves(network, is_leaf=is_layer))
    factors = lambda network: [layer.shift[1].weight for layer in layers(network)]
    return eqx.tree_at(factors, network, replace_fn=lambda weight: 1000 * weight)


LAYER = moving(points.EGNNLayer(FEATURES, HIDDEN, key=jax.random.key(0)))
WITH_EDGES = moving(points.EGNNLayer(FEATURES, HIDDEN, edge_channels=EDGES, key=jax.random.key(1)))
MODEL = moving(points.EGNN(FEATURES, HIDDEN, 4, 3, key=jax.random.key(2)))
every_network = pytest.mark.parametrize("network", [LAYER, MODEL], ids=["layer", "model"])


def cloud(rng, n=N, d=3):
    return rng.normal(size=(n, FEATURES)), rng.normal(size=(n, d))


def double(network):
    """The network in float64; under `jax.enable_x64`."""
    return jax.tree.map(lambda leaf: leaf.astype(np.float64) if eqx.is_array(leaf) else leaf, network)


@eqx.filter_jit
def run(network, *inputs):
    return network(*inputs)


def in_float64(network, *inputs):
    with jax.enable_x64(True):
        return [np.asarray(y) for y in run(double(network), *inputs)]


# The equations --------------------------------------------------------------------------------------------------------


def silu(z):
    return z / (1 + np.exp(-z))


def perceptron(linears, z):
    """One hidden layer, from the weights of two affine maps, in NumPy's float64."""
    first, second = [(np.asarray(l.weight, float), 0 if l.bias is None else np.asarray(l.bias, float)) for l in linears]
    return second[0] @ silu(first[0] @ z + first[1]) + second[1]


def by_hand(layer, h, x, edges=None):
    """Equations 3 to 6 of Satorras, Hoogeboom and Welling, pair by pair."""
    n = len(x)
    new_h, new_x = np.zeros_like(h), np.zeros_like(x)
    for i in range(n):
        heard, moved = np.zeros(HIDDEN), np.zeros(x.shape[1])
        for j in range(n):
            if j == i:
                continue
            pair = [] if edges is None else edges[i, j]
            m = silu(perceptron(layer.message, np.concatenate([h[i], h[j], [np.sum((x[i] - x[j]) ** 2)], pair])))
            moved += (x[i] - x[j]) * perceptron(layer.shift, m)
            heard += m
        new_x[i] = x[i] + moved / (n - 1)
        new_h[i] = h[i] + perceptron(layer.update, np.concatenate([h[i], heard]))
    return new_h, new_x


@pytest.mark.parametrize(("n", "d"), [(2, 3), (3, 1), (5, 2), (6, 3), (4, 7)])
def test_a_layer_is_its_equations(rng, n, d):
    h, x = cloud(rng, n, d)
    for ours, expected in zip(in_float64(LAYER, h, x), by_hand(LAYER, h, x), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-10)


def test_edges_are_heard_by_the_point_of_their_row(rng):
    (h, x), edges = cloud(rng), rng.normal(size=(N, N, EDGES))
    ours, turned_round = (in_float64(WITH_EDGES, h, x, None, e) for e in (edges, edges.swapaxes(0, 1)))
    for a, b in zip(ours, by_hand(WITH_EDGES, h, x, edges), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)
    assert np.abs(ours[0] - turned_round[0]).max() > 1e-2


def loss(network, *inputs):
    return sum((y**2).sum() for y in network(*inputs))


def test_what_a_point_knows_of_itself_is_not_asked_for(rng):
    (h, x), edges = map(np.float32, cloud(rng)), rng.normal(size=(N, N, EDGES)).astype(np.float32)
    slopes = eqx.filter_jit(jax.grad(loss))
    expected = slopes(WITH_EDGES, h, x, None, edges)
    edges[np.arange(N), np.arange(N)] = np.nan
    assert eqx.tree_equal(slopes(WITH_EDGES, h, x, None, edges), expected)


def test_a_model_is_embedding_layers_and_readout(rng):
    h, x = cloud(rng)
    affine = lambda linear, z: z @ np.asarray(linear.weight, float).T + np.asarray(linear.bias, float)
    ours = in_float64(MODEL, h, x)
    h = affine(MODEL.embed, h)
    for layer in MODEL.layers:
        h, x = by_hand(layer, h, x)
    np.testing.assert_allclose(ours[0], affine(MODEL.readout, h), rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours[1], x, rtol=0, atol=1e-10)


# The symmetry ---------------------------------------------------------------------------------------------------------


def orthogonal(rng, d, determinant):
    """A random orthogonal matrix of determinant 1 or -1. In 3 dimensions it is not its own inverse, in 2 it may be."""
    Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
    Q[0] *= determinant * np.sign(np.linalg.det(Q))
    return Q


def errors(network, h, x, Q, t=0.0, order=slice(None), expected=None):
    """By how much features are not invariant and coordinates not equivariant, if the result turns by `expected`, Q."""
    expected = Q if expected is None else expected
    (h1, x1), (h2, x2) = in_float64(network, h, x), in_float64(network, h[order], (x @ Q.T + t)[order])
    return np.abs(h2 - h1[order]).max(), np.abs(x2 - (x1 @ expected.T + t)[order]).max()


@every_network
@pytest.mark.parametrize("determinant", [1, -1])
@pytest.mark.parametrize("d", [2, 3, 4])
def test_features_are_invariant_and_coordinates_equivariant(rng, network, determinant, d):
    h, x = cloud(rng, d=d)
    Q, t = orthogonal(rng, d, determinant), 10 * rng.normal(size=d)
    assert max(errors(network, h, x, Q, t, FIVE_CYCLE)) < 1e-11
    assert np.abs(in_float64(network, h, x)[1] - x).max() > 1e-2  # a network that moves nothing would pass


@every_network
def test_turning_the_result_back_is_seen_unless_the_turn_is_its_own_inverse(rng, network):
    (h, x), Q, half_turn = cloud(rng), orthogonal(rng, 3, 1), np.diag([-1.0, -1.0, 1.0])
    assert errors(network, h, x, Q, expected=Q.T)[1] > 0.1
    assert errors(network, h, x, half_turn, expected=half_turn.T)[1] < 1e-11


def squared_length(x):
    return ((x[:, None] - x[None]) ** 2).sum(axis=2)


def affine(linear, z):
    return z @ linear.weight.T + (0 if linear.bias is None else linear.bias.reshape((1,) * (z.ndim - 1) + (-1,)))


def variant(length=squared_length, arrow=lambda x: x[:, None] - x[None], after=lambda x: x):
    """The layer once more, on all pairs with a mask of the diagonal, and with parts that can be exchanged."""

    def network(h, x):
        layer, n = double(LAYER), len(x)
        two = lambda linears, z: affine(linears[1], jax.nn.silu(affine(linears[0], z)))
        ends = [jnp.broadcast_to(end, (n, n, FEATURES)) for end in (h[:, None], h[None])]
        off_diagonal = (1 - jnp.eye(n))[:, :, None]
        m = jax.nn.silu(two(layer.message, jnp.concatenate([*ends, length(x)[:, :, None]], axis=2))) * off_diagonal
        x = x + (arrow(x) * two(layer.shift, m) * off_diagonal).sum(axis=1) / (n - 1)
        return h + two(layer.update, jnp.concatenate([h, m.sum(axis=1)], axis=1)), after(x)

    return network


DEFECTS = {
    "absolute coordinates in the messages": variant(length=lambda x: squared_length(x) + x[:, :1]),
    "scalar products for lengths": variant(length=lambda x: x @ x.T),
    "sums of coordinates for lengths": variant(length=lambda x: jnp.abs(x[:, None] - x[None]).sum(axis=2)),
    "coordinates for differences": variant(arrow=lambda x: jnp.broadcast_to(x[None], (len(x), *x.shape))),
    "ReLU on coordinates": variant(after=jax.nn.relu),
    "an order of the points": variant(length=lambda x: squared_length(x) * jnp.arange(len(x))[None]),
}


def test_the_variant_without_a_defect_is_the_layer(rng):
    h, x = cloud(rng)
    for a, b in zip(in_float64(variant(), h, x), in_float64(LAYER, h, x), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_breaks_the_symmetry(rng, defect):
    h, x = cloud(rng)
    assert max(errors(DEFECTS[defect], h, x, orthogonal(rng, 3, -1), rng.normal(size=3), FIVE_CYCLE)) > 1e-3


@pytest.mark.parametrize("defect", ["scalar products for lengths", "coordinates for differences"])
def test_rotations_alone_do_not_see_a_missing_translation(rng, defect):
    h, x = cloud(rng)
    assert max(errors(DEFECTS[defect], h, x, orthogonal(rng, 3, 1))) < 1e-11


# Chirality ------------------------------------------------------------------------------------------------------------


def handedness(x):
    """The volume, with its sign, of the tetrahedron of the first four points: a mirror turns the sign round."""
    return jnp.sum(jnp.cross(x[1] - x[0], x[2] - x[0]) * (x[3] - x[0]))


@every_network
def test_features_of_mirror_images_are_equal_and_an_oriented_volume_tells_them_apart(rng, network):
    h, x = cloud(rng)
    sees = lambda h, x: double(network)(h + handedness(x), x)
    rotation, mirror = (orthogonal(rng, 3, determinant) for determinant in (1, -1))
    assert errors(network, h, x, mirror)[0] < 1e-11
    assert errors(sees, h, x, rotation)[0] < 1e-11  # invariant under rotations too,
    assert errors(sees, h, x, mirror)[0] > 1e-2  # and not under reflections


# Masks ----------------------------------------------------------------------------------------------------------------


def padded(h, x):
    """The points among rows of rubbish, at places that only the mask knows."""
    places = np.array([1, 2, 5, 7])[: len(x)]
    mask = np.isin(np.arange(8), places)
    whole = [np.resize(GARBAGE, (8, rows.shape[1])).astype(np.float32) for rows in (h, x)]
    for target, rows in zip(whole, (h, x), strict=True):
        target[places] = rows
    return *whole, mask


@every_network
@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_padding_influences_nothing(rng, network, n):
    h, x = map(np.float32, cloud(rng, n))
    *whole, mask = padded(h, x)
    for ours, alone in zip(run(network, *whole, mask), run(network, h, x), strict=True):
        np.testing.assert_allclose(ours[mask], alone, atol=1e-5)
        np.testing.assert_array_equal(ours[~mask], 0)


def test_edges_of_padding_influence_nothing(rng):
    h, x = map(np.float32, cloud(rng, 4))
    *whole, mask = padded(h, x)
    some, edges = rng.normal(size=(4, 4, EDGES)).astype(np.float32), np.full((8, 8, EDGES), np.nan, np.float32)
    edges[np.ix_(mask, mask)] = some
    for ours, alone in zip(run(WITH_EDGES, *whole, mask, edges), run(WITH_EDGES, h, x, None, some), strict=True):
        np.testing.assert_allclose(ours[mask], alone, atol=1e-5)


@every_network
def test_padding_has_no_gradient_and_spoils_none(rng, network):
    h, x = map(np.float32, cloud(rng, 4))
    *whole, mask = padded(h, x)
    gradient = eqx.filter_jit(jax.grad(loss, argnums=(0, 1, 2)))
    (parameters, *with_padding), (expected, *alone) = gradient(network, *whole, mask), gradient(network, h, x)
    for a, b in zip(with_padding, alone, strict=True):
        np.testing.assert_array_equal(a[~mask], 0)
        np.testing.assert_allclose(a[mask], b, rtol=1e-4, atol=1e-4)
    for a, b in zip(jax.tree.leaves(parameters), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_a_mask_of_receivers_alone_lets_padding_speak(rng):
    h, x = map(np.float32, cloud(rng, 4))
    *whole, mask = padded(h, x)
    one_sided = run(LAYER, *(np.where(mask[:, None], rows, np.float32(0)) for rows in whole))
    for ours, alone in zip(one_sided, run(LAYER, h, x), strict=True):
        assert np.abs(ours[mask] - alone).max() > 1e-2


def test_one_compiled_function_serves_every_size(rng):
    traces = []

    @jax.jit
    def compiled(h, x, mask):
        traces.append(1)
        return LAYER(h, x, mask)

    h, x = map(np.float32, cloud(rng))
    for n in (0, 1, 2, N):
        for ours, alone in zip(compiled(h, x, np.arange(N) < n), run(LAYER, h[:n], x[:n]), strict=True):
            np.testing.assert_allclose(ours[:n], alone, atol=1e-5)
    assert len(traces) == 1


# Small sets, and points in one place ----------------------------------------------------------------------------------


def test_a_single_point_hears_nothing_and_stays_where_it_is(rng):
    h, x = cloud(rng, 1)
    new_h, new_x = in_float64(LAYER, h, x)
    np.testing.assert_array_equal(new_x, x)
    alone = perceptron(LAYER.update, np.concatenate([h[0], np.zeros(HIDDEN)]))
    np.testing.assert_allclose(new_h[0], h[0] + alone, rtol=0, atol=1e-12)


@every_network
@pytest.mark.parametrize("n", [0, 1, 5])
def test_points_in_one_place_stay_there_and_have_gradients(network, n):
    h, x = np.ones((n, FEATURES), np.float32), np.full((n, 3), 2.5, np.float32)
    gradient = eqx.filter_jit(jax.grad(loss, argnums=(0, 1, 2)))(network, h, x)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))
    new_h, new_x = run(network, h, x)
    np.testing.assert_array_equal(new_x, x)
    np.testing.assert_allclose(new_h, np.repeat(new_h[:1], n, axis=0), atol=1e-6)


# Types, gradients, errors ---------------------------------------------------------------------------------------------


def test_new_layers_hardly_move_a_point(rng):
    x, layer = np.float32(rng.normal(size=(N, 3))), points.EGNNLayer(FEATURES, 64, key=jax.random.key(0))
    moved = run(layer, np.ones((N, FEATURES), np.float32), x)[1] - x
    assert 0 < np.abs(moved).max() < 0.01


def test_gradients_are_those_of_finite_differences_also_the_second_ones(rng):
    """Forces are the gradient of an energy, and training on forces needs a gradient of it."""
    h, x = cloud(rng, 3)
    with jax.enable_x64(True):
        energy = jax.jit(lambda layer, x: sum(jnp.sin(y).sum() for y in layer(h, x)))
        check_grads(energy, (double(LAYER), jnp.asarray(x)), order=2, modes=["rev"])


def test_layers_keep_the_precision_of_their_input(rng):
    h, x = cloud(rng)
    dtypes = lambda pair: [y.dtype for y in pair]
    assert dtypes(run(LAYER, np.float32(h), np.float32(x))) == 2 * [np.float32]
    assert dtypes(run(LAYER, np.ones((2, FEATURES), np.int32), np.eye(2, dtype=np.int32))) == 2 * [np.float32]
    assert dtypes(in_float64(LAYER, h, x)) == 2 * [np.float64]


def test_batches_are_vmapped(rng):
    h, x = np.float32(rng.normal(size=(4, N, FEATURES))), np.float32(rng.normal(size=(4, N, 3)))
    mask = rng.random((4, N)) < 0.6
    for batch, one in zip(
        run(lambda *sets: jax.vmap(MODEL)(*sets), h, x, mask), run(MODEL, h[2], x[2], mask[2]), strict=True
    ):
        np.testing.assert_allclose(batch[2], one, atol=1e-5)


def test_equal_keys_give_equal_networks_and_other_keys_others():
    first, same, other = (points.EGNN(3, 4, 2, 2, key=jax.random.key(k)) for k in (0, 0, 1))
    assert eqx.tree_equal(first, same) and not eqx.tree_equal(first, other)
    numbers = [float(np.ravel(leaf)[0]) for leaf in jax.tree.leaves(first)]
    assert len(set(numbers)) == len(numbers)  # weights and biases start as numbers of their own


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda h, x: LAYER(h[:, :2], x), r"features \(n, 3\) and coordinates \(n, d\); got \(6, 2\) and \(6, 3\)"),
        (lambda h, x: LAYER(h[:4], x), r"got \(4, 3\) and \(6, 3\)"),
        (lambda h, x: MODEL(h, x[0]), r"got \(6, 3\) and \(3,\)"),
        (lambda h, x: LAYER(h, x, np.ones(5, bool)), r"one boolean for each of the 6 rows; got bool \(5,\)"),
        (lambda h, x: LAYER(h, x, np.ones(6)), r"one boolean for each of the 6 rows; got float"),
        (lambda h, x: LAYER(h, x, None, np.ones((6, 6, 1))), r"edges of shape \(6, 6, 0\); got \(6, 6, 1\)"),
        (lambda h, x: WITH_EDGES(h, x), r"edges of shape \(6, 6, 2\); got \(6, 6, 0\)"),
        (lambda h, x: points.EGNN(3, 4, 2, -1, key=jax.random.key(0)), "0 or more; got -1"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_given(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.ones((N, FEATURES), np.float32), np.ones((N, 3), np.float32))

"""Steerable convolution: three routes to one space of kernels, and layers that turn as far as pixels allow."""

import itertools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course import groups, kernels, linear_maps
from gdl_course.layers import grid, steerable
from gdl_course.layers.steerable import Fields, SteerableConv, act

SO2, O2 = groups.SO(2), groups.O(2)
GROUPS = {"SO(2)": SO2, "O(2)": O2}
IRREPS = [(G, i, j) for G in (SO2, O2) for i in range(len(G.irreps(4))) for j in range(len(G.irreps(4)))]
each_pair = pytest.mark.parametrize(("G", "i", "j"), IRREPS, ids=lambda v: getattr(v, "name", str(v)))
FIELDS = {"SO(2)": (2, 2, 1), "O(2)": (2, 1, 2, 1)}
each_group = pytest.mark.parametrize("name", GROUPS)


@pytest.fixture
def rng():
    return np.random.default_rng(12)


def turn(angle):
    return SO2.exp([angle])


def fields(name, *counts):
    return Fields(GROUPS[name], counts or FIELDS[name])


def a_layer(name, **settings):
    """From and to fields of several kinds, with a bias that is not 0."""
    layer = SteerableConv(fields(name), fields(name), 5, key=jax.random.key(1), **settings)
    return eqx.tree_at(lambda layer: layer.bias, layer, jnp.array([0.7, -0.4]))


def normal(rng, *shape):
    return rng.normal(size=shape).astype(np.float32)


def error(left, right):
    return float(np.abs(np.asarray(left) - np.asarray(right)).max() / np.abs(np.asarray(right)).max())


def distance_of_spans(one, other):
    """How far the orthogonal projections on the spans of two families of arrays are apart; inf for other dimensions."""
    if len(one) != len(other):
        return np.inf
    Q, R = (np.linalg.qr(family.reshape(len(family), -1).T)[0] for family in (one, other))
    return float(np.abs(Q @ Q.T - R @ R.T).max())


# Three routes to the kernels


def on_a_ring(G, psi_in, psi_out, n):
    """The ring's n points are a representation of C_n or D_n, and a kernel is a map that commutes: the null space.

    K is a map from V_in to arrays (n, d_out) with (g·K)(φ) = psi_out(g) K(g⁻¹φ), so that K psi_in(g) = g·K.
    """
    H = groups.dihedral(n) if G.generators else groups.cyclic(n)
    rho_in, rho_out = psi_in.restrict(H, H.vector()), psi_out.restrict(H, H.vector())
    return linear_maps(rho_in, H.permutation() * rho_out).maps.reshape(-1, n, rho_out.dimension, rho_in.dimension)


def steered(G, psi_in, psi_out, angles):
    K0 = kernels.at_point(psi_in, psi_out, [1.0, 0.0])
    return np.stack([kernels.steer(K0.maps, psi_in, psi_out, turn(a)) for a in angles], axis=1)


@each_pair
def test_ring_and_null_space_and_steering_and_closed_form_agree(G, i, j):
    psi_in, psi_out = G.irreps(4)[i], G.irreps(4)[j]
    angles = 2 * np.pi * np.arange(20) / 20
    _, closed = steerable.ring_kernels(psi_in, psi_out, angles)
    by_steering, by_null_space = steered(G, psi_in, psi_out, angles), on_a_ring(G, psi_in, psi_out, 20)
    if len(closed) == 0:
        assert len(by_steering) == len(by_null_space) == 0
        return
    assert distance_of_spans(closed, by_steering) < 1e-10
    assert distance_of_spans(closed, by_null_space) < 1e-10


@each_pair
def test_kernels_are_steerable_at_any_angle(rng, G, i, j):
    psi_in, psi_out = G.irreps(4)[i], G.irreps(4)[j]
    angles = rng.uniform(0, 7, 5)
    _, K = steerable.ring_kernels(psi_in, psi_out, angles)
    for g in (turn(1.234), G.random_non_involution(rng)):
        flipped, by = np.linalg.det(g) < 0, np.arctan2(g[1, 0], g[0, 0])
        _, moved = steerable.ring_kernels(psi_in, psi_out, by - angles if flipped else by + angles)
        np.testing.assert_allclose(moved, kernels.steer(K, psi_in, psi_out, g), rtol=0, atol=1e-13)


@pytest.mark.parametrize(("i", "j"), [(i, j) for i in range(5) for j in range(5)])
def test_frequencies_are_the_difference_and_the_sum_in_pairs(i, j):
    frequencies, _ = steerable.ring_kernels(SO2.irrep(i), SO2.irrep(j), np.zeros(1))
    expected = [abs(j - i)] * 2 + [j + i] * 2 if i and j else [max(i, j)] * (2 if i or j else 1)
    assert frequencies.tolist() == expected


@pytest.mark.parametrize(("i", "j"), [(i, j) for i in range(5) for j in range(5)])
def test_frequencies_are_those_of_the_values(i, j):
    """Told by NumPy's FFT along the ring."""
    frequencies, K = steerable.ring_kernels(SO2.irrep(i), SO2.irrep(j), 2 * np.pi * np.arange(32) / 32)
    power = np.abs(np.fft.rfft(K, axis=1)).max(axis=(2, 3)) > 1e-10
    assert [np.flatnonzero(row).tolist() for row in power] == [[m] for m in frequencies]


@each_pair
def test_only_frequency_0_stands_at_the_centre(G, i, j):
    psi_in, psi_out = G.irreps(4)[i], G.irreps(4)[j]
    K = steerable.grid_kernels(psi_in, psi_out, 9)
    centre = K[..., 4, 4]
    allowed = linear_maps(psi_in, psi_out)
    assert np.linalg.matrix_rank(centre.reshape(len(K), -1)) == allowed.dimension if len(K) else allowed.dimension == 0
    for value in centre:
        np.testing.assert_allclose(allowed.project(value), value, rtol=0, atol=1e-12)


def test_a_frequency_keeps_off_rings_that_are_too_small_for_it():
    # On a ring of radius q stand 2 pi q pixels: 4 of them cannot tell frequency 4 from 0.
    counts = [len(steerable.grid_kernels(SO2.irrep(0), SO2.irrep(m), 9)) for m in range(5)]
    assert counts == [5, 8, 8, 6, 6]


@pytest.mark.parametrize("name", GROUPS)
def test_the_kernels_on_the_grid_are_independent(name):
    for psi_in in GROUPS[name].irreps(3):
        for psi_out in GROUPS[name].irreps(3):
            K = steerable.grid_kernels(psi_in, psi_out, 7)
            assert len(K) == 0 or np.linalg.matrix_rank(K.reshape(len(K), -1), tol=1e-6) == len(K)


# Equivariance


@each_group
def test_in_the_plane_the_layer_commutes_with_every_turn(rng, name):
    """Fields on scattered points instead of pixels: y(u) = sum over p of K(p - u) x(p), at any angle."""
    rho, G = fields(name).representation, GROUPS[name]
    weights = rng.normal(size=(8, 8, 4, 3))

    def bank(offset):
        """The kernel at one offset, from all pairs of irreps, with random weights of three radial functions."""
        radius, angle = np.linalg.norm(offset), np.arctan2(offset[1], offset[0])
        rings = np.exp(-((radius - np.arange(3)) ** 2))
        rows, out = [], 0
        for psi_out, n_out in zip(fields(name).irreps, FIELDS[name], strict=True):
            for _ in range(n_out):
                row, into = [], 0
                for psi_in, n_in in zip(fields(name).irreps, FIELDS[name], strict=True):
                    _, K = steerable.ring_kernels(psi_in, psi_out, np.array([angle]))
                    for _ in range(n_in):
                        row.append(np.einsum("kq,q,kij->ij", weights[out, into, : len(K)], rings, K[:, 0]))
                        into += 1
                rows.append(np.concatenate(row, axis=1))
                out += 1
        return np.concatenate(rows)

    points, x = rng.normal(size=(6, 2)), rng.normal(size=(6, rho.dimension))
    f = lambda points, x, u: sum(bank(p - u) @ v for p, v in zip(points, x, strict=True))
    u = rng.normal(size=2)
    for g in (turn(1.234), G.random_non_involution(rng), *G.generators):
        moved = f(points @ g.T, x @ rho(g).T, g @ u)
        np.testing.assert_allclose(moved, rho(g) @ f(points, x, u), rtol=0, atol=1e-12)
    assert np.abs(f(points @ turn(1.2).T, x, turn(1.2) @ u) - f(points, x, u)).max() > 0.1  # x has to turn as well


@pytest.mark.parametrize("padding", ["wrap", "zero", "reflect"])
@each_group
def test_quarter_turns_and_mirrors_of_pixels_are_exact(rng, name, padding):
    layer, F = eqx.filter_jit(a_layer(name, padding=padding)), fields(name)
    x = normal(rng, F.channels, 8, 8)
    elements = [turn(np.pi / 2), turn(np.pi), *GROUPS[name].generators]
    elements += [turn(np.pi / 2) @ m for m in GROUPS[name].generators]
    for g in elements:
        assert error(layer(act(g, x, F).astype(np.float32)), act(g, layer(x), F)) < 2e-6


def test_the_sense_of_rotation_is_that_of_rot90(rng):
    """An image turned by np.rot90, and its gradient, a field of frequency 1: kernels i/r turn the same way."""
    image, vectors = Fields(SO2, (1,)), Fields(SO2, (0, 1))
    x = rng.normal(size=(1, 9, 9))
    np.testing.assert_allclose(act(turn(np.pi / 2), x, image), np.rot90(x, axes=(1, 2)), rtol=0, atol=1e-12)
    layer = SteerableConv(image, vectors, 3, key=jax.random.key(0))
    turned, y = layer(jnp.asarray(np.rot90(x, axes=(1, 2)))), np.asarray(layer(jnp.asarray(x)))
    right, up = np.rot90(y, axes=(1, 2))
    assert error(turned, np.stack([-up, right])) < 2e-6
    assert error(turned, np.stack([up, -right])) > 0.5  # the other sense


def test_turns_between_the_quarters_are_off_by_the_sampling_and_less_so_for_smooth_pictures(rng):
    F, layer = fields("SO(2)"), a_layer("SO(2)", padding="zero")
    v, u = np.meshgrid(np.arange(33) - 16.0, np.arange(33) - 16.0)

    def worst(width):
        x = normal(rng, F.channels, 1, 1) * np.exp(-((u - 2) ** 2 + (v + 3) ** 2) / (2 * width**2)).astype(np.float32)
        g = turn(np.pi / 4)
        return error(layer(jnp.asarray(act(g, x, F), jnp.float32)), act(g, layer(x) - layer(0 * x), F) + layer(0 * x))

    assert worst(1.0) > 0.01
    assert worst(2.0) < worst(1.0)


def test_a_plain_convolution_does_not_commute(rng):
    F, x = fields("SO(2)"), normal(rng, 8, 8, 8)
    layer = grid.Conv(F.channels, F.channels, 5, key=jax.random.key(0))
    g = turn(np.pi / 2)
    assert error(layer(act(g, x, F).astype(np.float32)), act(g, layer(x), F)) > 0.3


@each_group
def test_fields_are_moved_by_an_action(rng, name):
    F, G = fields(name), GROUPS[name]
    x, quarter = rng.normal(size=(F.channels, 6, 6)), turn(np.pi / 2)
    for h in (quarter, quarter @ quarter, *G.generators):
        np.testing.assert_allclose(act(quarter @ h, x, F), act(quarter, act(h, x, F), F), rtol=0, atol=1e-12)


def test_the_layer_is_a_plain_convolution_with_its_bank(rng):
    layer, x = a_layer("SO(2)", padding="zero"), normal(rng, 8, 10, 10)
    expected = grid.conv(x, layer.bank(), padding="zero")
    expected = expected.at[:2].add(layer.bias[:, None, None])
    assert error(layer(x), expected) < 2e-6


@pytest.mark.parametrize("size", [3, 5, 7])
@each_group
def test_outputs_start_with_mean_square_1(name, size):
    F = fields(name, *(8,) * len(FIELDS[name]))
    # For noise of mean square 1 the mean square of an output is the sum of the squares of its filters.
    banks = [SteerableConv(F, F, size, key=jax.random.key(seed)).bank() for seed in range(3)]
    np.testing.assert_allclose(np.mean([np.square(b).sum(axis=(1, 2, 3)) for b in banks]), 1, rtol=0, atol=0.1)


# Non-linear functions


def two_sides(f, name, rng, angle=1.1, F=None, F_out=None):
    """f(rho(g) x) and rho(g) f(x) on fields of two pixels."""
    F = F or fields(name)
    F_out, x, g = F_out or F, normal(rng, F.channels, 2), turn(angle)
    move = lambda F, x: (F.representation(g) @ np.asarray(x, float)).astype(np.float32)
    return f(jnp.asarray(move(F, x))), move(F_out, f(jnp.asarray(x)))


@each_group
def test_norm_and_gate_commute_with_every_turn(rng, name):
    F = fields(name)
    bias = jnp.asarray(normal(rng, sum(F.counts)))
    assert error(*two_sides(lambda x: steerable.norm_relu(x, bias, F), name, rng)) < 2e-6
    gated = fields(name, F.counts[0] + sum(F.counts[1:]), *F.counts[1:])
    assert error(*two_sides(lambda x: steerable.gate(x, gated), name, rng, F=gated, F_out=F)) < 2e-6


@pytest.mark.parametrize("f", [jax.nn.relu, jnp.tanh, jnp.abs])
def test_a_function_of_each_channel_does_not(rng, f):
    assert error(*two_sides(f, "SO(2)", rng)) > 0.05


@pytest.mark.parametrize(("i", "j"), [(1, 1), (2, 1), (3, 1), (3, 2)])
def test_a_product_has_the_difference_and_the_sum_as_frequencies(rng, i, j):
    v, w, g = rng.normal(size=2), rng.normal(size=2), turn(0.9)
    sides = lambda v, w: [np.asarray(s) for s in steerable.tensor_product(jnp.asarray(v), jnp.asarray(w))]
    moved, still = sides(SO2.irrep(i)(g) @ v, SO2.irrep(j)(g) @ w), sides(v, w)
    difference = SO2.irrep(i - j)(g) if i > j else np.eye(2)
    np.testing.assert_allclose(moved[0], difference @ still[0], rtol=0, atol=2e-6)
    np.testing.assert_allclose(moved[1], SO2.irrep(i + j)(g) @ still[1], rtol=0, atol=2e-6)


def test_sampled_relu_commutes_at_its_samples_and_better_with_more_of_them(rng):
    F = fields("SO(2)", 3, 3, 3)
    f = lambda samples: lambda x: steerable.fourier_relu(x, F, samples)
    assert error(*two_sides(f(8), "SO(2)", rng, 2 * np.pi * 3 / 8, F)) < 2e-6
    errors = [error(*two_sides(f(n), "SO(2)", np.random.default_rng(5), 1.1, F)) for n in (5, 10, 20, 40, 80)]
    assert errors[0] > 0.05 and errors[-1] < 2e-3
    assert all(later < earlier for earlier, later in itertools.pairwise(errors))


def test_sampled_relu_is_relu_of_the_function(rng):
    """Of f(θ) = 1 + 2 cos θ, whose ReLU has known coefficients: integrals over |θ| < 2π/3."""
    F = fields("SO(2)", 1, 1)
    a, b = 2 * np.pi / 3, np.sqrt(3) / 2
    mean, first = (a + 2 * b) / np.pi, 2 * (b + a / 1 + np.sin(2 * a) / 2) / np.pi
    y = steerable.fourier_relu(jnp.array([1.0, 2.0, 0.0]), F, 4000)
    np.testing.assert_allclose(y, [mean, first, 0], rtol=0, atol=1e-5)


@each_group
def test_invariants_do_not_change(rng, name):
    F, x = fields(name), normal(rng, fields(name).channels, 6, 6)
    for g in (turn(np.pi / 2), *GROUPS[name].generators):
        y = steerable.invariants(jnp.asarray(act(g, x, F), jnp.float32), F)
        assert error(y, steerable.invariants(jnp.asarray(x), F)) < 2e-6
    assert steerable.invariants(jnp.asarray(x), F).shape == (sum(F.counts),)


@each_group
def test_a_network_is_invariant_under_quarter_turns(rng, name):
    image, F = fields(name, 1), fields(name, *((2, 2, 1) if name == "SO(2)" else (2, 0, 2, 1)))
    wide = fields(name, F.counts[0] + sum(F.counts[1:]), *F.counts[1:])
    keys = jax.random.split(jax.random.key(3), 2)
    first, second = SteerableConv(image, wide, 5, key=keys[0]), SteerableConv(F, F, 5, key=keys[1])
    net = jax.jit(lambda x: steerable.invariants(second(steerable.gate(first(x), wide)), F))
    x = normal(rng, 1, 12, 12)
    assert error(net(np.rot90(x, axes=(1, 2)).copy()), net(x)) < 1e-5
    assert error(net(np.roll(x, (3, 1), (1, 2))), net(x)) < 1e-5


# JAX


def test_gradients(rng):
    layer, x = a_layer("O(2)"), jnp.asarray(normal(rng, 9, 6, 6))
    F, bias = fields("O(2)"), jnp.asarray(normal(rng, 6)) + 1.0

    def f(weights, x):
        y = eqx.tree_at(lambda layer: layer.weights, layer, weights)(x)
        return jnp.sum(jnp.sin(steerable.norm_relu(y, bias, F)))

    check_grads(jax.jit(f), (layer.weights, x), order=1, modes=["rev"], rtol=5e-3, atol=5e-3)


@pytest.mark.parametrize("f", ["norm_relu", "invariants"])
def test_gradients_at_zero_are_finite(f):
    F = fields("SO(2)")
    with_bias = {"norm_relu": lambda x: steerable.norm_relu(x, -jnp.ones(5), F)}
    g = jax.grad(lambda x: with_bias.get(f, lambda x: steerable.invariants(x, F))(x).sum())(jnp.zeros((8, 3)))
    assert np.isfinite(g).all()


def test_jit_and_vmap(rng):
    layer, x = a_layer("SO(2)"), normal(rng, 3, 8, 7, 9)
    one_by_one = np.stack([layer(e) for e in x])
    assert error(jax.jit(jax.vmap(layer))(x), one_by_one) < 2e-6


def test_the_bank_is_expanded_once_for_a_whole_batch(rng):
    layer, x = a_layer("SO(2)"), normal(rng, 5, 8, 7, 7)
    text = str(jax.make_jaxpr(jax.vmap(layer))(x))
    assert "f32[8,8,5,5]" in text and "f32[5,8,8,5,5]" not in text


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32"])
def test_types_of_numbers(rng, kind):
    layer, F = a_layer("SO(2)"), fields("SO(2)")
    exact, x = normal(rng, 8, 6, 6), jnp.asarray(normal(rng, 8, 6, 6), kind)
    half = jax.tree.map(lambda w: w.astype(kind) if eqx.is_inexact_array(w) else w, layer)
    assert layer(x).dtype == jnp.float32 and half(x).dtype == x.dtype
    tolerance = {"float16": 5e-3, "bfloat16": 4e-2, "float32": 1e-6}[kind]
    assert error(half(x).astype(float), layer(x.astype(jnp.float32))) < tolerance
    gates = fields("SO(2)", 5, 2, 1)
    functions = [
        lambda x: steerable.norm_relu(x, jnp.ones(5, x.dtype), F),
        lambda x: steerable.invariants(x, F),
        lambda x: steerable.gate(jnp.concatenate([x[:3], x]), gates),
        lambda x: steerable.fourier_relu(x[:6], fields("SO(2)", 2, 2), 8),
    ]
    for f in functions:
        assert f(x).dtype == x.dtype
        assert error(f(x).astype(float), f(x.astype(jnp.float32))) < tolerance
    assert exact.shape == (8, 6, 6)


def test_float64(rng):
    with jax.enable_x64(True):
        layer = jax.tree.map(lambda w: w.astype(float) if eqx.is_inexact_array(w) else w, a_layer("SO(2)"))
        F, x, g = fields("SO(2)"), rng.normal(size=(8, 8, 8)), turn(np.pi / 2)
        assert layer(x).dtype == jnp.float64
        assert error(layer(act(g, x, F)), act(g, layer(x), F)) < 1e-13


# What is refused


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Fields(groups.SO(3), (1,)), r"irreps of SO\(2\) or O\(2\); got SO\(3\)"),
        (lambda: Fields(SO2, (0, 0)), "not all 0"),
        (lambda: Fields(SO2, (1.5,)), "numbers of fields"),
        (lambda: steerable.add_bias(jnp.zeros((3, 2)), jnp.ones(3), Fields(SO2, (1, 1))), "frequency 0.*would point"),
        (lambda: steerable.add_bias(jnp.zeros((2, 2)), jnp.ones(1), Fields(SO2, (0, 1))), "each of the 0 fields"),
        (lambda: a_layer("SO(2)")(jnp.zeros((7, 5, 5))), r"shape \(8, height, width\); got \(7, 5, 5\)"),
        (lambda: SteerableConv(fields("SO(2)"), fields("O(2)"), 3, key=jax.random.key(0)), "of one group"),
        (lambda: SteerableConv(fields("SO(2)"), fields("SO(2)"), 4, key=jax.random.key(0)), "odd"),
        (
            lambda: SteerableConv(Fields(SO2, (1,)), Fields(SO2, (1, 1)), 1, key=jax.random.key(0)),
            "no kernel of size 1 leads",
        ),
        (lambda: steerable.grid_kernels(SO2.irrep(0), SO2.irrep(1), 4), "odd"),
        (lambda: steerable.ring_kernels(SO2.irrep(0), O2.irrep(1), np.zeros(1)), "of one group"),
        (lambda: steerable.ring_kernels(SO2.vector() * SO2.vector(), SO2.irrep(1), np.zeros(1)), "expected an irrep"),
        (lambda: act(2 * np.eye(2), np.zeros((8, 3, 3)), fields("SO(2)")), r"matrix of SO\(2\)"),
        (lambda: act(np.eye(2), np.zeros((7, 3, 3)), fields("SO(2)")), "have 8 channels"),
        (lambda: steerable.gate(jnp.zeros((4, 2)), Fields(SO2, (0, 2))), "2 gates are needed"),
        (lambda: steerable.norm_relu(jnp.zeros((8, 2)), jnp.zeros(8), fields("SO(2)")), "one number for each"),
        (lambda: steerable.fourier_relu(jnp.zeros((8, 2)), fields("SO(2)"), 9), "equally many"),
        (lambda: steerable.fourier_relu(jnp.zeros((3, 2)), Fields(SO2, (1, 1)), 2), "at least 3 samples"),
    ],
)
def test_bad_input_is_told_what_was_given_and_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()

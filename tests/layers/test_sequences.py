"""Recurrent layers: their equations, their lengths, and which changes of time they commute with, exactly or nearly."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course.layers import sequences

LAYERS = [sequences.RNN, sequences.LeakyRNN, sequences.GRU, sequences.LSTM]
each_layer = pytest.mark.parametrize("make", LAYERS)
run = eqx.filter_jit(lambda layer, x, **options: layer(x, **options))


@pytest.fixture
def rng():
    return np.random.default_rng(9)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def leaky_by_loop(layer, x):
    h, states = np.zeros(layer.U.shape[1]), []
    leak = sigmoid(-np.asarray(layer.memory)) if isinstance(layer, sequences.LeakyRNN) else 1.0
    for now in x:
        h = (1 - leak) * h + leak * np.tanh(layer.W @ now + layer.U @ h + layer.b)
        states.append(h)
    return np.array(states)


def gru_by_loop(layer, x):
    """Gate by gate, with the blocks of the weights cut out by hand."""
    n = layer.U.shape[1]
    (W_r, W_z, W_n), (U_r, U_z, U_n), (b_r, b_z, b_n) = (
        np.asarray(a).reshape(3, n, *a.shape[1:]) for a in parts(layer)
    )
    h, states = np.zeros(n), []
    for now in x:
        r, z = sigmoid(W_r @ now + U_r @ h + b_r), sigmoid(W_z @ now + U_z @ h + b_z)
        h = (1 - z) * np.tanh(W_n @ now + b_n + r * (U_n @ h + np.asarray(layer.c))) + z * h
        states.append(h)
    return np.array(states)


def lstm_by_loop(layer, x):
    n = layer.U.shape[1]
    W, U, b = (np.asarray(a).reshape(4, n, *a.shape[1:]) for a in parts(layer))
    h, c, states = np.zeros(n), np.zeros(n), []
    for now in x:
        i, f, g, o = (W[k] @ now + U[k] @ h + b[k] for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.array(states)


def parts(layer):
    return layer.W, layer.U, layer.b


BY_LOOP = dict(zip(LAYERS, [leaky_by_loop, leaky_by_loop, gru_by_loop, lstm_by_loop], strict=True))


def random_layer(make, rng, hidden=5, gain=1.0):
    """All parameters random, also those that start at zero; U scaled by `gain` to spectral norm at most that."""
    layer = make(3, hidden, key=jax.random.key(0))
    layer = jax.tree.map(lambda a: jnp.asarray(rng.normal(size=a.shape), jnp.result_type(float)), layer)
    return eqx.tree_at(lambda m: m.U, layer, gain * layer.U / jnp.linalg.norm(layer.U, 2))


@each_layer
def test_layer_is_its_loop(make, rng):
    with jax.enable_x64(True):
        layer, x = random_layer(make, rng), rng.normal(size=(7, 3))
        np.testing.assert_allclose(run(layer, x), BY_LOOP[make](layer, x), atol=1e-12)


@each_layer
def test_layer_has_the_right_gradient(make, rng):
    with jax.enable_x64(True):
        x, layer = rng.normal(size=(4, 3)), random_layer(make, rng)
        trained, fixed = eqx.partition(layer, eqx.is_inexact_array)
        check_grads(lambda p, x: eqx.combine(p, fixed)(x).sum(), (trained, x), order=1, modes=["rev"], atol=1e-6)


@each_layer
@pytest.mark.parametrize("time", [0, 1])
def test_layer_reads_sequences_of_no_and_of_one_step(make, time, rng):
    layer = make(3, 5, key=jax.random.key(1))
    x = rng.normal(size=(time, 3)).astype(np.float32)
    y = layer(x)
    assert y.shape == (time, 5) and y.dtype == jnp.float32
    np.testing.assert_allclose(y, BY_LOOP[make](layer, x).reshape(time, 5), atol=1e-6)


@each_layer
def test_sequences_of_different_lengths_share_an_array(make, rng):
    """What stands behind the end changes neither the states nor, however large, a gradient."""
    layer, lengths = make(3, 5, key=jax.random.key(1)), np.array([0, 1, 4, 6])
    x = rng.normal(size=(4, 6, 3)).astype(np.float32)
    x[np.arange(6)[None] >= lengths[:, None]] = np.inf
    last = lambda layer: jax.vmap(lambda x, length: layer(x, length=length)[-1])(x, lengths)
    y = last(layer)
    for row, now, length in zip(y, x, lengths, strict=True):
        alone = layer(now[:length])
        np.testing.assert_allclose(row, alone[-1] if length else np.zeros(5), atol=1e-6)
    gradient = jax.grad(lambda layer: last(layer).sum())(layer)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))


@each_layer
def test_two_halves_make_the_whole_if_the_state_is_handed_on(make, rng):
    layer, x = make(3, 5, key=jax.random.key(1)), rng.normal(size=(9, 3)).astype(np.float32)
    handed = jax.tree.map(lambda states: states[-1], layer.states(x[:4]))
    np.testing.assert_allclose(layer(x[4:], initial=handed), layer(x)[4:], atol=1e-6)


@each_layer
def test_weights_and_input_of_two_types_meet_in_the_wider_one(make, rng):
    layer, x = make(3, 5, key=jax.random.key(1)), jnp.asarray(rng.normal(size=(4, 3)), jnp.float32)
    half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), layer)
    exact = jax.tree.map(lambda a: a.astype(jnp.float32), half)
    np.testing.assert_allclose(half(x), exact(x), atol=1e-6)
    mixed = eqx.tree_at(lambda layer: layer.W, layer, half.W)
    assert half(x).dtype == mixed(x.astype(jnp.bfloat16)).dtype == jnp.float32
    rest = jax.tree.leaves(sequences.rest_state(half, x[0]))
    np.testing.assert_allclose(rest, jax.tree.leaves(sequences.rest_state(exact, x[0])), atol=1e-6)


def test_a_scan_starts_from_whole_numbers():
    states = sequences.scan(lambda state, x: state + x[0], jnp.array(0), jnp.array([[0.5], [1.0]]))
    np.testing.assert_array_equal(states, [0.5, 1.5])


# Delays ---------------------------------------------------------------------------------------------------------------


def gap_after(layer, x, pads, pad=None, initial=None):
    """How far the states on x are from those on x with one step of the pad more in front, after `pads` steps of it."""
    pad = np.zeros(x.shape[1]) if pad is None else pad
    longer = [np.concatenate([np.tile(pad, (p, 1)), x]) for p in (pads, pads + 1)]
    states = [np.asarray(layer(y, initial=initial))[-len(x) :] for y in longer]
    return np.abs(states[1] - states[0]).max()


@each_layer
def test_delays_commute_exactly_from_a_fixed_point_of_the_pad(make, rng):
    with jax.enable_x64(True):
        layer, x, pad = random_layer(make, rng, gain=0.5), rng.normal(size=(8, 3)), rng.normal(size=3)
        rest = sequences.rest_state(layer, pad)
        assert gap_after(layer, x, 0, pad, initial=rest) < 1e-12
        assert gap_after(layer, x, 0, pad) > 1e-3  # from zero, with a bias and a pad: not a fixed point
        assert gap_after(layer, x, 0, 2 * pad, initial=rest) > 1e-3  # nor for another pad


@pytest.mark.parametrize("make", [sequences.RNN, sequences.LeakyRNN])
def test_without_bias_the_state_zero_is_at_rest(make, rng):
    with jax.enable_x64(True):
        layer = eqx.tree_at(lambda m: m.b, random_layer(make, rng), jnp.zeros(5))
        assert gap_after(layer, rng.normal(size=(8, 3)), 0) == 0


def test_a_contracting_network_forgets_its_start_and_an_expansive_one_need_not(rng):
    with jax.enable_x64(True):
        x, gaps = rng.normal(size=(8, 3)), {}
        for gain in (0.9, 6.0):
            layer = random_layer(sequences.RNN, np.random.default_rng(2), hidden=6, gain=gain)
            gaps[gain] = [gap_after(layer, x, pads) for pads in (0, 10, 200)]
    assert gaps[0.9][0] > 0.1 and gaps[0.9][2] < 1e-8
    assert all(gap > 0.1 for gap in gaps[6.0])
    with jax.enable_x64(True), pytest.raises(ValueError, match="after 10000 steps of this input the state still moves"):
        sequences.rest_state(layer, np.zeros(3))


# Speed ----------------------------------------------------------------------------------------------------------------


def melody(u):
    return np.stack([np.sin(7 * u), np.cos(19 * u), u], axis=1)


def warped_error(c, speed, steps):
    """Euler's states on x(c(t)), with leak 10 c'(t) / steps, against those on x at the place c(t)."""
    rng = np.random.default_rng(4)
    W, U, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 5)), rng.normal(size=5)
    U = 0.9 * U / np.linalg.norm(U, 2)
    t, slow = np.linspace(0, 1, steps), np.linspace(0, 1, 2 * steps)

    def states(x, leak):
        step = lambda h, now: sequences.leaky_step(h, W @ now[:-1] + b, U, now[-1])
        return np.asarray(sequences.scan(step, jnp.zeros(5), jnp.concatenate([x, leak[:, None]], axis=1)))

    base = states(melody(t), np.full(steps, 10 / steps))
    heard = np.stack([np.interp(c(slow), t, channel) for channel in base.T], axis=1)
    return np.abs(states(melody(c(slow)), 5 / steps * speed(slow)) - heard).max()


def test_half_the_leak_follows_half_the_speed_to_first_order():
    with jax.enable_x64(True):
        ones, same = np.ones_like, lambda t: t
        errors = [warped_error(same, ones, steps) for steps in (200, 400, 800)]
        ratios = np.divide(errors[:-1], errors[1:])
        assert errors[0] < 0.1 and ((ratios > 1.8) & (ratios < 2.2)).all()
        unchanged = [warped_error(same, lambda t: 2 * ones(t), steps) for steps in (200, 800)]
        assert min(unchanged) > 5 * errors[0]  # the leak as it was: no refinement helps


def test_a_gate_follows_a_speed_that_changes_and_no_constant_leak_does():
    with jax.enable_x64(True):
        cubed, speed = lambda t: t**3, lambda t: 3 * t**2
        errors = [warped_error(cubed, speed, steps) for steps in (200, 800)]
        assert errors[0] < 0.15 and 3.5 < errors[0] / errors[1] < 4.5
        constants = [warped_error(cubed, lambda t, s=s: s * np.ones_like(t), 800) for s in np.geomspace(0.1, 10, 9)]
        assert min(constants) > 5 * errors[0]


def test_a_gate_that_closes_on_repeats_undoes_them_exactly(rng):
    with jax.enable_x64(True):
        layer, x = random_layer(sequences.RNN, rng), rng.normal(size=(6, 3))
        drive = layer.drive(np.repeat(x, 2, axis=0))
        gate = jnp.tile(jnp.array([1.0, 0.0]), 6)[:, None]
        step = lambda h, now: sequences.leaky_step(h, now[:-1], layer.U, now[-1])
        states = sequences.scan(step, jnp.zeros(5), jnp.concatenate([drive, gate], axis=1))
        np.testing.assert_array_equal(states[1::2], sequences.scan(layer.step, jnp.zeros(5), layer.drive(x)))
        assert np.abs(layer(np.repeat(x, 2, axis=0))[1::2] - layer(x)).max() > 0.1


def test_a_gru_that_sees_its_whole_state_is_a_leaky_unit_with_a_gate(rng):
    with jax.enable_x64(True):
        h, drive, U = rng.normal(size=4), rng.normal(size=12), rng.normal(size=(12, 4))
        drive[:4] = 1e3  # r = 1
        gate = 1 - sigmoid(drive[4:8] + U[4:8] @ h)
        expected = sequences.leaky_step(h, drive[8:], U[8:], gate)
        np.testing.assert_allclose(sequences.gru_step(h, drive, U, jnp.zeros(4)), expected, atol=1e-12)


# Forgetting times -----------------------------------------------------------------------------------------------------


def kept(layer, steps=30):
    """What is left of the state (1, ..., 1) after so many steps without input, with only the biases of the gates."""
    quiet = jax.tree.map(lambda a: a if a.ndim == 1 else 0 * a, layer)
    start = jax.tree.map(jnp.ones_like, layer.start())
    states = quiet.states(np.zeros((steps, 3), np.float32), initial=start)
    return np.asarray(states[1] if isinstance(states, tuple) else states)[-1]


@pytest.mark.parametrize("make", LAYERS[1:])
def test_a_layer_that_remembers_forgets_at_the_drawn_times(make):
    layer = make(3, 50, key=jax.random.key(2))
    layer = eqx.tree_at(lambda m: m.b, layer, jnp.zeros_like(layer.b))
    assert kept(layer).max() < 1e-8  # a bias of 0 keeps half of the state in every step
    times = 1 + np.exp(np.asarray(sequences.chrono_bias(50, 40, key=jax.random.key(3))))
    expected = (1 - 1 / times) ** 30
    np.testing.assert_allclose(kept(layer.remembering(40, key=jax.random.key(3))), expected, atol=1e-5)
    assert 2 <= times.min() < 6 and 36 < times.max() <= 40


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda layer: layer(np.ones((4, 2))), r"shape \(time, 3\); got \(4, 2\)"),
        (lambda layer: layer(np.ones(3)), r"shape \(time, 3\); got \(3,\)"),
        (lambda layer: layer(np.ones((4, 3)), length=5), "a sequence of 4 steps has a length from 0 to 4; got 5"),
        (lambda layer: layer(np.ones((4, 3)), length=-1), "got -1"),
        (lambda layer: layer(np.ones((4, 3)), initial=np.ones(4)), r"initial state has shape \(5,\); got \(4,\)"),
        (lambda layer: layer.remembering(1.5, key=jax.random.key(0)), "at least 2 steps; got 1.5"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call(sequences.GRU(3, 5, key=jax.random.key(0)))


def test_an_lstm_starts_from_a_pair():
    with pytest.raises(ValueError, match=r"shape \(\(5,\), \(5,\)\); got \(5,\)"):
        sequences.LSTM(3, 5, key=jax.random.key(0))(np.ones((4, 3)), initial=np.ones(5))

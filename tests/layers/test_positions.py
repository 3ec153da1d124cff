"""Encodings of position: the symmetry that each one keeps, and the larger one that it breaks."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import check_equivariance, equivariance_report, groups
from gdl_course.layers.attention import MultiHeadAttention, attention_weights
from gdl_course.layers.positions import cyclic_bias, frequencies, relative_bias, rotary, sinusoids

N = 7
RING, ANY_ORDER = groups.cyclic(N).permutation(), groups.symmetric(N).permutation()
LAYER = MultiHeadAttention(8, 2, key=jax.random.key(3))
PLACES = jnp.arange(float(N))


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def layer_with(before=lambda x: x, **options):
    return eqx.filter_jit(lambda x: LAYER(before(jnp.asarray(x, jnp.float32).T), **options).T)


TABLE = jax.random.normal(jax.random.key(4), (2, N))
ROUND_THE_RING = 2 * jnp.pi / N * jnp.array([1.0, 3.0])  # whole turns after N tokens: rotary for a ring

KEEPS = [  # what is added, then: does it commute with cyclic shifts, with all permutations?
    ("nothing", layer_with(), True, True),
    ("cyclic bias", layer_with(bias=cyclic_bias(TABLE)), True, False),
    ("rotary on a ring", layer_with(encode=lambda q: rotary(q, PLACES, ROUND_THE_RING)), True, False),
    ("rotary on a line", layer_with(encode=lambda q: rotary(q, PLACES)), False, False),
    ("bias on a line", layer_with(bias=relative_bias(TABLE, N)), False, False),
    ("sinusoids", layer_with(before=lambda x: x + sinusoids(PLACES, 8)), False, False),
]


@pytest.mark.parametrize(("name", "layer", "shifts", "permutations"), KEEPS, ids=[case[0] for case in KEEPS])
def test_an_encoding_chooses_the_symmetry(name, layer, shifts, permutations):
    for rho, keeps in (RING, shifts), (ANY_ORDER, permutations):
        report = equivariance_report(layer, rho, rho, leading=(8,))
        assert report.error < 1e-5 if keeps else report.error > 0.005
    if shifts:
        assert check_equivariance(layer, RING, RING, leading=(8,)).passed


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float16])
def test_in_half_precision_scores_depend_on_the_difference_of_positions_as_well(rng, dtype):
    q, k = jnp.asarray(rng.normal(size=(2, 1, 64)), dtype)
    turned = lambda x, position: rotary(x, jnp.array([position])).astype(jnp.float32)
    score = lambda shift: float((turned(q, shift) * turned(k, shift + 3)).sum())
    # Each of the 64 products is rounded by the type, and not by a radian.
    rounding = float(jnp.finfo(dtype).eps) * np.abs(np.float32(q) * np.float32(k)).sum() * 2
    assert max(abs(score(shift) - score(0)) for shift in (257, 1000, 5001)) < rounding
    assert rotary(q, jnp.zeros(1)).dtype == dtype


def test_rotary_is_a_representation_of_the_shifts(rng):
    with jax.enable_x64(True):
        q, k = rng.normal(size=(2, N, 6))
        p, r = rng.normal(size=(2, N))
        np.testing.assert_allclose(rotary(rotary(q, p), r), rotary(q, p + r), atol=1e-12)
        np.testing.assert_allclose(rotary(q, 0 * p), q, atol=0)
        np.testing.assert_allclose(np.linalg.norm(rotary(q, p), axis=1), np.linalg.norm(q, axis=1), atol=1e-12)
        score = lambda shift: np.sum(rotary(q, p + shift) * rotary(k, r + shift), axis=1)
        np.testing.assert_allclose(score(12.3), score(0), atol=1e-12)
        opposite = np.sum(rotary(q, p + 12.3) * rotary(k, r - 12.3), axis=1)  # one side turned the wrong way
        assert np.abs(opposite - score(0)).max() > 0.1


def test_rotary_turns_by_the_angle_and_in_pairs():
    turned = rotary(jnp.array([[1.0, 0, 0, 1]]), jnp.array([2.0]), jnp.array([0.3, 0.05]))[0]
    np.testing.assert_allclose(turned, [np.cos(0.6), np.sin(0.6), -np.sin(0.1), np.cos(0.1)], atol=1e-6)


def test_rotary_scores_survive_a_far_shift_in_float32(rng):
    q, k = rng.normal(size=(2, N, 8)).astype(np.float32)
    weights = lambda shift: attention_weights(rotary(q, PLACES + shift), rotary(k, PLACES + shift))
    assert np.abs(weights(1000.0) - weights(0.0)).max() < 1e-3


def test_the_same_table_serves_every_length(rng):
    table = rng.normal(size=(2, 5)).astype(np.float32)
    long = relative_bias(jnp.asarray(table), 9)
    np.testing.assert_array_equal(long[:, 2:7, 2:7], relative_bias(jnp.asarray(table), 5))
    assert long.shape == (2, 9, 9)
    np.testing.assert_array_equal(long[0, 8, 5], table[0, 4])  # three to the right counts as two


def test_cyclic_bias_is_a_circulant_that_is_read_from_its_first_column():
    B = cyclic_bias(TABLE[0])
    T = np.roll(np.eye(N), 1, axis=0)
    np.testing.assert_array_equal(B[:, 0], TABLE[0])
    np.testing.assert_array_equal(T @ np.asarray(B) @ T.T, B)


def test_sinusoids_turn_with_the_position():
    positions = jnp.array([0.5, 3.0])
    up = jnp.tile(jnp.array([1.0, 0]), (2, 4))  # (cos, sin) pairs, so each (sin, cos) pair is swapped
    swapped = sinusoids(positions, 8).reshape(2, 4, 2)[..., ::-1].reshape(2, 8)
    np.testing.assert_allclose(rotary(up, positions), swapped, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: frequencies(3), "even and positive; got 3"),
        (lambda: rotary(jnp.ones((4, 6)), jnp.arange(3)), r"x \(4, 6\), positions \(3,\)"),
        (lambda: rotary(jnp.ones((4, 6)), jnp.arange(4), jnp.ones(2)), r"frequencies \(2,\)"),
        (lambda: relative_bias(jnp.ones((2, 4)), 5), r"odd number of entries.*got \(2, 4\)"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

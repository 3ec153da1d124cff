"""Attention: equal to its definition, equivariant under permutations exactly where the docstrings say so, finite."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course import check_equivariance, equivariance_report, groups
from gdl_course.layers import attention as module
from gdl_course.layers._fast import headwise
from gdl_course.layers.attention import MultiHeadAttention, attention, attention_weights, causal_mask
from gdl_course.layers.transformer import TransformerBlock

ORDER = groups.symmetric(5)
TOKENS = ORDER.permutation()


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def by_definition(q, k, v, mask=None, bias=None):
    """The formula, in a loop over queries, in float64."""
    heads = np.ndindex(q.shape[:-2])
    whole = (*q.shape[:-1], k.shape[-2])
    mask = np.broadcast_to(True if mask is None else mask, whole)
    bias = np.broadcast_to(0.0 if bias is None else bias, whole)
    y = np.zeros((*q.shape[:-1], v.shape[-1]))
    for h in heads:
        for i in range(q.shape[-2]):
            sees = np.flatnonzero(mask[h][i])
            if sees.size:
                scores = k[h][sees] @ q[h][i] / np.sqrt(q.shape[-1]) + bias[h][i, sees]
                powers = np.exp(scores - scores.max())
                y[h][i] = powers @ v[h][sees] / powers.sum()
    return y


def random_qkv(rng, *lead, queries=4, keys=6, depth=3, channels=2):
    shapes = (queries, depth), (keys, depth), (keys, channels)
    return [rng.normal(size=(*lead, *shape)) for shape in shapes]


def random_mask(rng, *shape):
    mask = rng.random(shape) < 0.6
    mask[..., 0, :] = False
    return mask


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
@pytest.mark.parametrize("own", ["no mask", "one for all heads", "one for each head"])
def test_attention_is_its_definition(rng, lead, own):
    q, k, v = random_qkv(rng, *lead)
    shape = (*(lead if own == "one for each head" else ()), 4, 6)
    mask, bias = (None, None) if own == "no mask" else (random_mask(rng, *shape), rng.normal(size=shape))
    with jax.enable_x64(True):
        y = jax.jit(attention)(q, k, v, mask=mask, bias=bias)
        plain = jax.jit(attention_weights)(q, k, mask=mask, bias=bias) @ v
    assert y.dtype == np.float64
    np.testing.assert_allclose(y, by_definition(q, k, v, mask, bias), atol=1e-12)
    np.testing.assert_allclose(plain, y, atol=1e-12)


@pytest.mark.parametrize("at_once", [1, 50, 100_000])
def test_working_off_the_heads_in_pieces_changes_nothing(rng, monkeypatch, at_once):
    monkeypatch.setattr(headwise, "SCORES_AT_ONCE", at_once)
    q, k, v = random_qkv(rng, 5)
    bias = rng.normal(size=(5, 4, 6))
    with jax.enable_x64(True):
        function = lambda q, k, v, bias: attention(q, k, v, bias=bias)
        np.testing.assert_allclose(jax.jit(function)(q, k, v, bias), by_definition(q, k, v, bias=bias), atol=1e-12)
        check_grads(jax.jit(function), (q, k, v, bias), order=1, modes=["rev"], rtol=1e-6)


@pytest.mark.parametrize("axes", [(0, 0, 0, 0), (0, None, 0, None), (None, 0, None, 0), (0, 0, 0, None)])
@pytest.mark.parametrize("pairs", [(4, 6), (3, 4, 6)])
def test_batches_by_vmap_and_by_a_leading_axis_agree_with_their_gradients(rng, axes, pairs):
    arguments = [*random_qkv(rng, 3), rng.normal(size=pairs)]
    arguments = [np.stack([a, 0.5 * a + 1]) if axis == 0 else a for a, axis in zip(arguments, axes, strict=False)]
    weights = rng.normal(size=(2, 3, 4, 2))

    def one(q, k, v, bias):
        return attention(q, k, v, bias=bias)

    def one_by_one(*a):
        pick = lambda i: [x[i] if axis == 0 else x for x, axis in zip(a, axes, strict=False)]
        return (jnp.stack([one(*pick(i)) for i in range(2)]) * weights).sum()

    with jax.enable_x64(True):
        batched = jax.jit(jax.grad(lambda *a: (jax.vmap(one, axes)(*a) * weights).sum(), argnums=range(4)))(*arguments)
        expected = jax.jit(jax.grad(one_by_one, argnums=range(4)))(*arguments)
    for b, e in zip(batched, expected, strict=False):
        np.testing.assert_allclose(b, e, atol=1e-12)


@pytest.mark.parametrize("masked", [False, True])
def test_gradients(rng, masked):
    mask = random_mask(rng, 4, 6) if masked else None
    with jax.enable_x64(True):
        fast = jax.jit(lambda q, k, v, bias: attention(q, k, v, mask=mask, bias=bias))
        check_grads(fast, (*random_qkv(rng, 2), rng.normal(size=(4, 6))), order=1, modes=["rev"], rtol=1e-6)
        plain = jax.jit(lambda q, k: attention_weights(q, k, mask=mask))
        check_grads(plain, tuple(random_qkv(rng, 2)[:2]), order=2, rtol=1e-5)


@pytest.mark.parametrize("masked", [False, True])
def test_the_library_on_gpus_computes_the_same(rng, masked):
    q, k, v = (a.astype(np.float32) for a in random_qkv(rng, 2, 3, channels=3))
    mask = jnp.asarray(random_mask(rng, 2, 3, 4, 6)) if masked else None
    bias = None if mask is None else jnp.where(mask, 0, jnp.finfo(jnp.float32).min / 2)
    library = jax.jit(module._attend_by_library)
    np.testing.assert_allclose(library(q, k, v, bias), by_definition(q, k, v, mask), atol=1e-6)
    np.testing.assert_allclose(library(q, k, v[..., :2], bias), by_definition(q, k, v[..., :2], mask), atol=1e-6)


@pytest.mark.parametrize("size", [1e2, 1e4, 1e18])
def test_large_scores_do_not_overflow(rng, size):
    x = (size * rng.normal(size=(5, 4))).astype(np.float32)
    weights = attention_weights(x, x)
    assert np.isfinite(weights).all() and np.isfinite(attention(x, x, x)).all()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)
    assert (x @ x.T / 2).max() > np.log(np.finfo(np.float32).max)  # so the textbook formula overflows here


def test_a_query_that_may_look_nowhere_gets_0_and_passes_no_gradient_on(rng):
    q, k, v = (jnp.asarray(a, jnp.float32) for a in random_qkv(rng))
    mask = jnp.asarray(random_mask(rng, 4, 6))
    assert not np.asarray(attention(q, k, v, mask=mask))[0].any()
    nowhere = jnp.zeros((4, 6), bool)
    for function in (attention, lambda q, k, v, mask: attention_weights(q, k, mask=mask) @ v):
        assert not np.asarray(function(q, k, v, mask=nowhere)).any()
        gradients = jax.grad(lambda *a: function(*a, mask=nowhere).sum(), argnums=(0, 1, 2))(q, k, v)
        assert all(not np.asarray(g).any() for g in gradients)


def test_a_masked_key_has_no_influence(rng):
    q, k, v = (a.astype(np.float32) for a in random_qkv(rng))
    mask = np.ones((4, 6), bool)
    mask[:, 4:] = False
    expected = attention(q, k[:4], v[:4])
    k[4:], v[4:] = 1e6, -1e6
    np.testing.assert_allclose(attention(q, k, v, mask=jnp.asarray(mask)), expected, atol=1e-6)
    assert np.abs(attention(q, k, v) - expected).max() > 0.1  # padding that nobody masked


@pytest.mark.parametrize("rubbish", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_spoils_the_queries_that_may_look_at_it_and_no_others(rng, rubbish):
    q, k, v = (jnp.asarray(a, jnp.float32) for a in random_qkv(rng, 2, queries=6))
    weigh = lambda q, k, v, mask: attention_weights(q, k, mask=mask) @ jnp.where(jnp.isfinite(v), v, 0)
    for function in (lambda q, k, v, mask: attention(q, k, v, mask=mask), weigh):
        for place, spoilt in ((5, causal_mask(6)), (2, jnp.arange(6)[None] != 2)):
            with jax.debug_nans(False):
                bad_k, bad_v = k.at[1, place].set(rubbish), v.at[1, place, 0].set(rubbish)
            clean = np.ones((2, 6), bool)
            clean[1] = ~np.broadcast_to(spoilt, (6, 6))[:, place]
            expected = np.asarray(function(q, k, v, spoilt))
            with jax.debug_nans(False):
                y = np.asarray(function(q, bad_k, bad_v, spoilt))
            np.testing.assert_allclose(y[clean], expected[clean], atol=1e-6)
            assert np.isnan(y[~clean]).all() and (place == 2) == clean.all()
            loss = lambda q, k, v, f=function, m=spoilt, c=clean: jnp.where(c[..., None], f(q, k, v, m), 0).sum()
            with jax.debug_nans(False):
                slopes = jax.grad(loss, argnums=(0, 1))(q, bad_k, bad_v)
            assert all(np.isfinite(slope).all() for slope in slopes)


def test_padding_of_rubbish_passes_through_a_layer(rng):
    layer, x = LAYERS[0], jnp.asarray(rng.normal(size=(5, 4)), jnp.float32)
    mask = jnp.arange(5) < 3
    with jax.debug_nans(False):
        y = layer(x.at[3:].set(jnp.nan), mask=mask[None, :] & mask[:, None])
    np.testing.assert_allclose(y[:3], layer(x[:3]), atol=1e-6)


def test_masks_and_biases_may_be_lists_and_one_row_serves_all_queries(rng):
    q, k, v = random_qkv(rng)
    keys = [True, False, True, True, False, True]
    expected = attention(q, k[keys], v[keys])
    for mask in ([keys], [keys] * 4, np.array([keys])):
        np.testing.assert_allclose(attention(q, k, v, mask=jnp.asarray(mask)), expected, atol=1e-6)
    np.testing.assert_allclose(attention(q, k, v, bias=jnp.ones((1, 6))), attention(q, k, v), atol=1e-6)


def test_second_derivatives_are_those_of_the_definition(rng):
    with jax.enable_x64(True):
        q, k, v = random_qkv(rng, 2, queries=3, keys=3)
        bias = rng.normal(size=(3, 3))
        ours = lambda q, k, v, bias: jnp.sin(attention(q, k, v, bias=bias)).sum()
        plain = lambda q, k, v, bias: jnp.sin(attention_weights(q, k, bias=bias) @ v).sum()
        for argnum in range(4):
            hessians = [jax.jit(jax.hessian(f, argnum))(q, k, v, bias) for f in (ours, plain)]
            np.testing.assert_allclose(*hessians, atol=1e-12)
            assert np.abs(hessians[0]).max() > 0.01


@pytest.mark.parametrize(("queries", "keys"), [(0, 3), (3, 0), (0, 0), (1, 1)])
def test_empty_and_single(rng, queries, keys):
    q, k, v = (a.astype(np.float32) for a in random_qkv(rng, 2, queries=queries, keys=keys))
    y = attention(q, k, v)
    assert y.shape == (2, queries, 2) and attention_weights(q, k).shape == (2, queries, keys)
    np.testing.assert_array_equal(y, v if keys == 1 else np.zeros((2, queries, 2)))
    gradients = jax.grad(lambda *a: attention(*a).sum(), argnums=(0, 1, 2))(*map(jnp.asarray, (q, k, v)))
    assert [g.shape for g in gradients] == [q.shape, k.shape, v.shape]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_layer_and_block_take_any_number_of_tokens(n):
    for layer in (MultiHeadAttention(4, 2, key=jax.random.key(0)), TransformerBlock(4, 2, key=jax.random.key(0))):
        assert layer(jnp.ones((n, 4))).shape == (n, 4)


# Symmetry -------------------------------------------------------------------------------------------------------------


def channels_first(layer, **options):
    """The layer as a map of (channels, n) to (channels, n), on whose last axis permutations act."""
    return eqx.filter_jit(lambda x: layer(jnp.asarray(x, jnp.float32).T, **options).T)


LAYERS = [MultiHeadAttention(4, 2, key=jax.random.key(1)), TransformerBlock(4, 2, key=jax.random.key(1))]


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_commutes_with_every_permutation(layer):
    assert check_equivariance(channels_first(layer), TOKENS, TOKENS, leading=(4,), tolerance=1e-5).passed


@pytest.mark.parametrize("layer", LAYERS)
def test_a_causal_mask_breaks_the_symmetry_without_any_encoding(layer):
    masked = channels_first(layer, mask=causal_mask(5))
    assert equivariance_report(masked, TOKENS, TOKENS, leading=(4,)).error > 0.01


def test_a_mask_that_is_permuted_too_keeps_the_symmetry(rng):
    layer, x = LAYERS[0], rng.normal(size=(5, 4)).astype(np.float32)
    P = TOKENS(ORDER.random_non_involution(rng)).astype(np.float32)
    mask = random_mask(rng, 5, 5)
    turned = lambda M: jnp.asarray(P @ M @ P.T > 0.5)
    run = eqx.filter_jit(lambda x, mask: layer(x, mask=mask))
    expected = P @ run(x, jnp.asarray(mask))
    np.testing.assert_allclose(run(P @ x, turned(mask)), expected, atol=1e-6)
    transposed = jnp.asarray(P.T @ mask @ P > 0.5)  # the inverse permutation
    assert np.abs(run(P @ x, transposed) - expected).max() > 0.01


def wrong_axis(x):
    scores = x @ x.T
    return jax.nn.softmax(scores, axis=0) @ x


def right_axis(x):
    return jax.nn.softmax(x @ x.T, axis=1) @ x


def test_columns_that_sum_to_one_are_no_attention(rng):
    """Softmax over the wrong axis is equivariant all the same: only the row sums tell it from attention."""
    x = rng.normal(size=(5, 4)).astype(np.float32)
    assert check_equivariance(lambda x: wrong_axis(jnp.asarray(x).T).T, TOKENS, TOKENS, leading=(4,)).passed
    np.testing.assert_allclose(attention(2 * x, x, x), right_axis(x), atol=1e-5)
    assert np.abs(attention(2 * x, x, x) - wrong_axis(x)).max() > 0.1


def test_queries_permute_the_output_and_keys_with_values_change_nothing(rng):
    q, k, v = (a.astype(np.float32) for a in random_qkv(rng, queries=5, keys=5))
    P, Q = (TOKENS(ORDER.random_non_involution(rng)).astype(np.float32) for _ in range(2))
    y = attention(q, k, v)
    np.testing.assert_allclose(attention(P @ q, Q @ k, Q @ v), P @ y, atol=1e-6)
    np.testing.assert_allclose(attention_weights(P @ q, Q @ k), P @ attention_weights(q, k) @ Q.T, atol=1e-6)
    assert np.abs(attention(P @ q, Q @ k, Q @ v) - P.T @ y).max() > 0.01  # P for Pᵀ
    assert np.abs(attention(P @ q, Q @ k, v) - P @ y).max() > 0.01  # values left behind


# Types and mistakes ---------------------------------------------------------------------------------------------------


def test_dtypes(rng):
    q = np.arange(6).reshape(3, 2)
    assert attention(q, q, q).dtype == attention_weights(q, q).dtype == jnp.float32
    half = jnp.asarray(q, jnp.bfloat16)
    assert attention(half, half, half, mask=causal_mask(3)).dtype == jnp.bfloat16


def test_equal_keys_give_equal_layers_and_other_keys_others():
    first, same, other = (TransformerBlock(4, 2, key=jax.random.key(k)) for k in (0, 0, 1))
    assert eqx.tree_equal(first, same) and not eqx.tree_equal(first, other)


Q = jnp.ones((2, 3, 4))
LAYER = LAYERS[0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: attention(Q, Q[0], Q[0]), r"got \(2, 3, 4\) and \(3, 4\)"),
        (lambda: attention(Q, Q[..., :2], Q), r"depth\); got \(2, 3, 4\) and \(2, 3, 2\)"),
        (lambda: attention(Q[0, 0], Q[0, 0], Q[0, 0]), r"got \(4,\)"),
        (lambda: attention(Q, Q, Q[:, :2]), r"keys \(2, 3, 4\) and values \(2, 2, 4\)"),
        (lambda: attention(Q, Q, Q, mask=causal_mask(4)), r"mask must have shape \(3, 3\).* got \(4, 4\)"),
        (lambda: attention(Q[0], Q[0], Q[0], mask=[[True], [True]]), r"mask must have shape \(3, 3\); got \(2, 1\)"),
        (lambda: attention(Q, Q, Q, mask=[[0, 1, 1]] * 3), "holds booleans.* got int32"),
        (lambda: attention(Q, Q, Q, bias=jnp.zeros(3)), r"bias must have shape \(3, 3\).* got \(3,\)"),
        (lambda: attention(Q, Q, Q, mask=jnp.zeros((3, 3))), "holds booleans.* got float32"),
        (lambda: MultiHeadAttention(6, 4, key=jax.random.key(0)), "got 6 channels and 4 heads"),
        (lambda: LAYER(jnp.ones((3, 5))), r"tokens of shape \(n, 4\); got \(3, 5\)"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

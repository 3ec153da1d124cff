"""Attention and the transformer block against torch: the same numbers and the same gradients, from the same weights."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course.layers.attention import MultiHeadAttention, attention, causal_mask
from gdl_course.layers.transformer import TransformerBlock

torch = pytest.importorskip("torch", reason="no torch here: `make test-peers` has it")

CHANNELS, HEADS, N = 12, 3, 7
PRECISIONS = pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-10)])


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def masks(rng):
    scattered = rng.random((N, N)) < 0.5
    scattered[:, 0] = True  # torch returns NaN for a row without any True
    return {"none": None, "causal": np.array(causal_mask(N)), "scattered": scattered}


@PRECISIONS
@pytest.mark.parametrize("kind", ["none", "causal", "scattered"])
def test_attention_and_its_gradients(rng, dtype, tolerance, kind):
    q, k, v, w = rng.normal(size=(4, 2, HEADS, N, 4)).astype(dtype)
    mask = masks(rng)[kind]
    theirs = [torch.from_numpy(a).requires_grad_() for a in (q, k, v)]
    y = torch.nn.functional.scaled_dot_product_attention(
        *theirs, attn_mask=None if mask is None else torch.from_numpy(mask)
    )
    expected = torch.autograd.grad(y, theirs, torch.from_numpy(w))
    with jax.enable_x64(dtype == np.float64):
        allowed = None if mask is None else jnp.asarray(mask)
        one = lambda q, k, v: attention(q, k, v, mask=allowed)
        ours, pull_back = jax.vjp(jax.vmap(one), *map(jnp.asarray, (q, k, v)))
        gradients = pull_back(jnp.asarray(w))
    np.testing.assert_allclose(ours, y.detach(), atol=tolerance)
    for g, e in zip(gradients, expected, strict=False):
        np.testing.assert_allclose(g, e, atol=10 * tolerance)


@PRECISIONS
def test_bias_and_its_gradient(rng, dtype, tolerance):
    q, k, v, w = rng.normal(size=(4, 2, HEADS, N, 4)).astype(dtype)
    bias = rng.normal(size=(HEADS, N, N)).astype(dtype)
    their_bias = torch.from_numpy(bias).requires_grad_()
    y = torch.nn.functional.scaled_dot_product_attention(*map(torch.from_numpy, (q, k, v)), attn_mask=their_bias)
    (expected,) = torch.autograd.grad(y, their_bias, torch.from_numpy(w))
    with jax.enable_x64(dtype == np.float64):
        batch = lambda bias: jax.vmap(lambda q, k, v: attention(q, k, v, bias=bias))(q, k, v)
        ours, pull_back = jax.vjp(batch, jnp.asarray(bias))
        (gradient,) = pull_back(jnp.asarray(w))
    np.testing.assert_allclose(ours, y.detach(), atol=tolerance)
    np.testing.assert_allclose(gradient, expected, atol=10 * tolerance)


def their_block(dtype):
    torch.manual_seed(0)
    block = torch.nn.TransformerEncoderLayer(
        CHANNELS, HEADS, dim_feedforward=20, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    ).to(getattr(torch, np.dtype(dtype).name))
    with torch.no_grad():
        for parameter in block.parameters():  # also the biases and norms, which start at 0 and 1
            parameter.add_(0.1 * torch.randn_like(parameter))
    return block


def copied(theirs):
    """Our block with the weights of theirs."""
    ours = TransformerBlock(CHANNELS, HEADS, hidden=20, key=jax.random.key(0))
    array = lambda parameter: jnp.asarray(parameter.detach().numpy())
    there = theirs.self_attn
    project = array(there.in_proj_weight).reshape(3, HEADS, CHANNELS // HEADS, CHANNELS)
    return eqx.tree_at(parameters, ours, [
        project, array(there.in_proj_bias).reshape(3, HEADS, -1),
        array(there.out_proj.weight).reshape(CHANNELS, HEADS, -1), array(there.out_proj.bias),
        array(theirs.norm1.weight), array(theirs.norm1.bias), array(theirs.norm2.weight), array(theirs.norm2.bias),
        array(theirs.linear1.weight), array(theirs.linear2.weight),
        array(theirs.linear1.bias), array(theirs.linear2.bias),
    ])  # fmt: skip


def parameters(block):
    a, norms = block.attention, block.norms
    return [
        a.project, a.project_bias, a.merge, a.merge_bias,
        norms[0].weight, norms[0].bias, norms[1].weight, norms[1].bias, *block.weights, *block.biases,
    ]  # fmt: skip


def in_torchs_order(block):
    a = block.self_attn
    return [
        a.in_proj_weight, a.in_proj_bias, a.out_proj.weight, a.out_proj.bias,
        block.norm1.weight, block.norm1.bias, block.norm2.weight, block.norm2.bias,
        block.linear1.weight, block.linear2.weight, block.linear1.bias, block.linear2.bias,
    ]  # fmt: skip


@PRECISIONS
@pytest.mark.parametrize("kind", ["none", "causal"])
def test_block_and_its_gradients(rng, dtype, tolerance, kind):
    x, w = rng.normal(size=(2, 4, N, CHANNELS)).astype(dtype)
    mask = masks(rng)[kind]
    theirs = their_block(dtype)
    y = theirs(torch.from_numpy(x), src_mask=None if mask is None else torch.from_numpy(~mask))
    expected = torch.autograd.grad(y, in_torchs_order(theirs), torch.from_numpy(w))
    with jax.enable_x64(dtype == np.float64):
        allowed = None if mask is None else jnp.asarray(mask)
        ours = copied(theirs)

        @eqx.filter_value_and_grad(has_aux=True)
        def loss(block):
            y = jax.vmap(lambda x: block(x, mask=allowed))(jnp.asarray(x))
            return (y * w).sum(), y

        (_, mine), gradient = eqx.filter_jit(loss)(ours)
    np.testing.assert_allclose(mine, y.detach(), atol=tolerance)
    for g, e in zip(parameters(gradient), expected, strict=False):
        np.testing.assert_allclose(np.reshape(g, e.shape), e, atol=20 * tolerance)


def test_other_heads_are_other_numbers(rng):
    """The comparison can fail: with the heads in another order it does."""
    theirs = their_block(np.float32)
    ours = copied(theirs)
    shuffled = eqx.tree_at(lambda b: b.attention.merge, ours, ours.attention.merge[:, ::-1])
    x = rng.normal(size=(N, CHANNELS)).astype(np.float32)
    y = theirs(torch.from_numpy(x)[None])[0].detach().numpy()
    assert np.abs(ours(x) - y).max() < 1e-5 < 1e-2 < np.abs(shuffled(x) - y).max()


def test_attention_layer_alone(rng):
    theirs = their_block(np.float32)
    ours = copied(theirs).attention
    assert isinstance(ours, MultiHeadAttention)
    x = rng.normal(size=(N, CHANNELS)).astype(np.float32)
    t = torch.from_numpy(x)[None]
    np.testing.assert_allclose(ours(x), theirs.self_attn(t, t, t, need_weights=False)[0][0].detach(), atol=1e-5)

"""EGNN against torch, written as the authors write it: a list of edges, gathered ends, messages added up by index."""

import equinox as eqx
import jax
import numpy as np
import pytest

from gdl_course.layers import points

torch = pytest.importorskip("torch", reason="no torch here: `make test-peers` has it")

SIZES, FEATURES, HIDDEN = (4, 1, 6), 3, 8


def in_torch(linear):
    module = torch.nn.Linear(linear.in_features, linear.out_features, bias=linear.use_bias)
    module.weight.data = torch.tensor(np.array(linear.weight))
    if linear.use_bias:
        module.bias.data = torch.tensor(np.array(linear.bias))
    return module


def perceptron(linears, *last):
    return torch.nn.Sequential(in_torch(linears[0]), torch.nn.SiLU(), in_torch(linears[1]), *last)


def their_layer(layer, h, x, receivers, senders):
    arrow = x[receivers] - x[senders]
    known = torch.cat([h[receivers], h[senders], (arrow**2).sum(dim=1, keepdim=True)], dim=1)
    m = perceptron(layer.message, torch.nn.SiLU())(known)
    degree = torch.bincount(receivers, minlength=len(x)).clamp(min=1)[:, None]
    moved = torch.zeros_like(x).index_add_(0, receivers, arrow * perceptron(layer.shift)(m)) / degree
    heard = torch.zeros(len(h), HIDDEN).index_add_(0, receivers, m)
    return h + perceptron(layer.update)(torch.cat([h, heard], dim=1)), x + moved


def theirs(model, h, x, receivers, senders):
    h = in_torch(model.embed)(h)
    for layer in model.layers:
        h, x = their_layer(layer, h, x, receivers, senders)
    return in_torch(model.readout)(h), x


def pairs_within(sizes):
    """All ordered pairs of different points of the same set, in sets stored end to end."""
    belongs = np.repeat(np.arange(len(sizes)), sizes)
    together = (belongs[:, None] == belongs[None]) & ~np.eye(len(belongs), dtype=bool)
    return (torch.tensor(ends) for ends in np.nonzero(together))


@pytest.mark.parametrize("d", [2, 3])
def test_padded_sets_give_what_a_list_of_edges_gives(d):
    rng, widest = np.random.default_rng(0), max(SIZES)
    model = points.EGNN(FEATURES, HIDDEN, 2, 3, key=jax.random.key(0))
    factors = lambda model: [layer.shift[1].weight for layer in model.layers]
    model = eqx.tree_at(factors, model, replace_fn=lambda weight: 1000 * weight)  # so that points move
    mask = np.arange(widest) < np.array(SIZES)[:, None]
    h, x = (rng.normal(size=(*mask.shape, c)).astype(np.float32) for c in (FEATURES, d))
    with torch.no_grad():
        results = theirs(model, torch.tensor(h[mask]), torch.tensor(x[mask]), *pairs_within(SIZES))
    expected = [y.numpy() for y in results]
    batch = eqx.filter_jit(lambda model, *sets: jax.vmap(model)(*sets))
    for ours, their in zip(batch(model, h, x, mask), expected, strict=True):
        np.testing.assert_allclose(ours[mask], their, rtol=1e-5, atol=1e-5)
    assert np.abs(expected[1] - x[mask]).max() > 1e-2

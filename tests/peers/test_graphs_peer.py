"""Graph layers against PyTorch Geometric: the same numbers and the same gradients, from the same weights."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import graph
from gdl_course.layers import graphs

torch = pytest.importorskip("torch", reason="no torch here: `make test-peers` has it")
pyg = pytest.importorskip("torch_geometric.nn", reason="no torch_geometric.nn here: `make test-peers` has it")

NODES, EDGES, IN, OUT = 12, 40, 5, 6
KEY = jax.random.key(1)


@pytest.fixture
def rng():
    return np.random.default_rng(9)


def random_edges(rng, loops):
    """(senders, receivers), weights; the last node is isolated. Self-loops are added or taken out."""
    ends = rng.integers(0, NODES - 1, size=(2, EDGES))
    ends = ends[:, ends[0] != ends[1]]
    if loops:
        ends = np.concatenate([ends, [[2, 5], [2, 5]]], axis=1)
    return ends, rng.uniform(0.5, 2.0, size=ends.shape[1]).astype(np.float32)


def tensors(*arrays):
    return [torch.from_numpy(np.array(a)) for a in arrays]


def copied(module, **values):
    """The torch module with these parameters; every name must exist and fit."""
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for name, value in values.items():
            parameters[name.replace("__", ".")].copy_(torch.from_numpy(np.array(value)))
    return module


def assert_same(layer, module, g, x, arguments):
    """Values, and gradients of a random loss in x, to 1e-5."""
    weight = np.random.default_rng(0).normal(size=(NODES, OUT)).astype(np.float32)
    theirs = torch.from_numpy(x).requires_grad_()
    y = module(theirs, *arguments)
    expected = torch.autograd.grad((y * torch.from_numpy(weight)).sum(), theirs)[0]
    np.testing.assert_allclose(layer(g, x), y.detach().numpy(), atol=1e-5)
    gradient = jax.grad(lambda x: (layer(g, x) * weight).sum())(jnp.asarray(x))
    np.testing.assert_allclose(gradient, expected.numpy(), atol=1e-5)


def signal(rng):
    return rng.normal(size=(NODES, IN)).astype(np.float32)


@pytest.mark.parametrize("weighted", [True, False])
def test_gcn(rng, weighted):
    ends, weights = random_edges(rng, loops=False)
    g = graph.Graph(*ends, NODES, weights=weights if weighted else None)
    layer = eqx.tree_at(lambda layer: layer.bias, graphs.GCN(IN, OUT, key=KEY), jnp.arange(6.0))
    module = copied(pyg.GCNConv(IN, OUT), lin__weight=layer.weight, bias=layer.bias)
    assert_same(layer, module, g, signal(rng), tensors(ends, *([weights] if weighted else [])))


def test_gcn_adds_1_to_a_self_loop_where_the_peer_leaves_it(rng):
    ends, weights = random_edges(rng, loops=True)
    layer = graphs.GCN(IN, OUT, key=KEY)
    module = copied(pyg.GCNConv(IN, OUT), lin__weight=layer.weight, bias=layer.bias)
    x, g = signal(rng), graph.Graph(*ends, NODES, weights=weights)
    with_1_on_top = np.where(ends[0] == ends[1], weights + 1, weights)
    assert_same(layer, module, g, x, tensors(ends, with_1_on_top))
    plain = module(*tensors(x, ends, weights)).detach().numpy()
    assert np.abs(layer(g, x) - plain).max() > 1e-2


def test_gin(rng):
    ends, _ = random_edges(rng, loops=True)
    layer = eqx.tree_at(lambda layer: layer.epsilon, graphs.GIN(IN, OUT, hidden=7, key=KEY), jnp.asarray(0.25))
    network = torch.nn.Sequential(torch.nn.Linear(IN, 7), torch.nn.ReLU(), torch.nn.Linear(7, OUT))
    first, second = layer.mlp.layers
    module = copied(
        pyg.GINConv(network, train_eps=True), eps=layer.epsilon[None],
        nn__0__weight=first.weight, nn__0__bias=first.bias, nn__2__weight=second.weight, nn__2__bias=second.bias,
    )  # fmt: skip
    assert_same(layer, module, graph.Graph(*ends, NODES), signal(rng), tensors(ends))


@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize("loops", [True, False])
def test_gat(rng, heads, loops):
    ends, _ = random_edges(rng, loops)
    layer = graphs.GAT(IN, OUT, heads=heads, key=KEY)
    module = copied(
        pyg.GATConv(IN, OUT // heads, heads=heads), lin__weight=layer.weight.reshape(OUT, IN),
        att_dst=layer.to_receiver[None], att_src=layer.to_sender[None], bias=layer.bias,
    )  # fmt: skip
    assert_same(layer, module, graph.Graph(*ends, NODES), signal(rng), tensors(ends))
    swapped = eqx.tree_at(
        lambda layer: (layer.to_receiver, layer.to_sender), layer, (layer.to_sender, layer.to_receiver)
    )
    x = signal(rng)
    assert np.abs(swapped(graph.Graph(*ends, NODES), x) - layer(graph.Graph(*ends, NODES), x)).max() > 1e-2


def test_relational_convolution(rng):
    ends, _ = random_edges(rng, loops=True)
    types = rng.integers(0, 3, size=ends.shape[1])
    layer = graphs.RelationalConv(IN, OUT, 3, key=KEY)
    module = copied(
        pyg.RGCNConv(IN, OUT, 3, aggr="sum", root_weight=False),
        weight=np.asarray(layer.weight).transpose(0, 2, 1), bias=layer.bias,
    )  # fmt: skip
    assert_same(layer, module, graph.Graph(*ends, NODES, features=types), signal(rng), tensors(ends, types))

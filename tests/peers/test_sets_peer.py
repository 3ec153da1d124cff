"""Deep Sets with masks against PyTorch Geometric, which stores sets of different sizes end to end, without padding."""

import jax
import numpy as np
import pytest

from gdl_course.layers import sets

torch = pytest.importorskip("torch", reason="no torch here: `make test-peers` has it")
aggregation = pytest.importorskip("torch_geometric.nn.aggr", reason="PyTorch Geometric is not installed")


def in_torch(mlp):
    """The same perceptron, as a torch module."""
    layers = []
    for weight, bias in zip(mlp.weights, mlp.biases, strict=True):
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
        linear.weight.data, linear.bias.data = (torch.tensor(np.array(p)) for p in (weight, bias))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@pytest.mark.parametrize(
    ("pool", "peer"), [("sum", "SumAggregation"), ("mean", "MeanAggregation"), ("max", "MaxAggregation")]
)
def test_padded_sets_give_what_sets_stored_end_to_end_give(pool, peer):
    rng = np.random.default_rng(0)
    model = sets.DeepSets((3, 16, 8), (8, 16, 2), pool=pool, key=jax.random.key(0))
    mask = np.arange(9) < np.array([[0], [1], [4], [9]])
    x = rng.normal(size=(4, 9, 3)).astype(np.float32)
    ours = jax.vmap(model)(x, mask)

    index = torch.tensor(np.repeat(np.arange(4), mask.sum(axis=1)))
    features = in_torch(model.inner)(torch.tensor(x[mask]))
    theirs = in_torch(model.outer)(getattr(aggregation, peer)()(features, index, dim_size=4)).detach()
    np.testing.assert_allclose(ours, theirs, atol=1e-5)

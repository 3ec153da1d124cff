"""What holds of every layer: of each type of number, for no, one and many points, under jit, vmap and two derivatives.

A line of the table is a layer as a function of one array, made for numbers of one type, and the shape of that array
for a given size. "A right answer or a clear error": what a layer does not take, it refuses in words of its own.
"""

import itertools
from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest
from nightly import NIGHTLY

from gdl_course import graph, groups, linear_maps
from gdl_course.layers import edges, graphs, grid, group_grid, messages, pooling, positions, sequences, sets
from gdl_course.layers.attention import MultiHeadAttention, attention, attention_weights, causal_mask
from gdl_course.layers.from_basis import EquivariantLinear
from gdl_course.layers.points import EGNN, EGNNLayer
from gdl_course.layers.transformer import TransformerBlock

KEY = jax.random.key(0)
C4 = groups.cyclic(4)


def star(n):
    """Every node sends to node 0, and hears from it; the edges of type 0 and 1."""
    outside = np.arange(1, n)
    pairs = np.concatenate([np.stack([outside, 0 * outside], 1), np.stack([0 * outside, outside], 1)])
    return graph.from_directed_edges(pairs, n, features=np.arange(len(pairs)) % 2)


def batched(n):
    return graph.batch([star(n), star(1)], nodes=n + 2)


def weights(*shape):
    return jax.random.uniform(KEY, shape, minval=0.1, maxval=1.0)


class Line(NamedTuple):
    apply: Callable  # from the parameters and x
    shape: Callable  # from a size
    parameters: object = ()
    large: int = 700  # so many points that their sum has no place in half precision
    least: int = 0  # smaller sizes are refused


def of_module(layer, shape, call=lambda layer, x: layer(x), **options):
    return Line(call, shape, layer, **options)


NODES = lambda n: (n, 2)
BATCH = lambda n: (n + 2, 2)
PAIRS = lambda n: (n, n, 2)
FIELDS = lambda n: (2, 4, n, n)
READOUTS = {f"graph_{name}": getattr(pooling, f"graph_{name}") for name in ("sum", "mean", "max")}
AGGREGATES = {f"{name}_messages": getattr(messages, f"{name}_messages") for name in ("sum", "mean", "max")}
on_star = lambda layer: lambda p, x: layer(star(len(x)), x, *p)
of_star = lambda layer, x: layer(star(len(x)), x)
hear = lambda aggregate: lambda _, x: messages.message_passing(star(len(x)), x, lambda i, j, e: e.weight * j, aggregate)

LAYERS = {
    **{name: Line(hear(aggregate), NODES) for name, aggregate in AGGREGATES.items()},
    "propagate": Line(on_star(messages.propagate), NODES),
    "GCN": of_module(graphs.GCN(2, 3, key=KEY), NODES, of_star),
    "GIN": of_module(graphs.GIN(2, 3, key=KEY), NODES, of_star),
    "GAT": of_module(graphs.GAT(2, 4, heads=2, key=KEY), NODES, of_star),
    "MPNN": of_module(graphs.MPNN(2, 3, edge_channels=1, key=KEY), NODES, of_star),
    "RelationalConv": of_module(graphs.RelationalConv(2, 3, 2, key=KEY), NODES, of_star),
    **{name: Line(on_star(readout), NODES) for name, readout in READOUTS.items()},
    **{f"{name} of a batch": Line(lambda _, x, f=f: f(batched(len(x) - 2), x), BATCH) for name, f in READOUTS.items()},
    "pool_clusters": Line(
        lambda _, x: pooling.pool_clusters(star(len(x)), x, [0] * (len(x) > 0) + [1] * (len(x) - 1), 2)[1], NODES
    ),
    "total": Line(lambda _, x: sets.total(x), NODES),
    "mean": Line(lambda _, x: sets.mean(x), NODES),
    "maximum": Line(lambda _, x: sets.maximum(x), NODES),
    "SetLinear": of_module(sets.SetLinear(2, 3, key=KEY), NODES),
    "MLP": of_module(sets.MLP((2, 5, 3), key=KEY), NODES),
    "DeepSets": of_module(sets.DeepSets((2, 5, 4), (4, 5, 3), pool="mean", key=KEY), NODES),
    "edge_maps": Line(lambda _, x: edges.edge_maps(x), PAIRS, large=40, least=1),
    "edge_numbers": Line(lambda _, x: edges.edge_numbers(x), PAIRS, large=40, least=1),
    "edge_product": Line(lambda _, x: edges.edge_product(x, x), PAIRS, large=300, least=1),
    "EdgeLayer": of_module(edges.EdgeLayer(2, 3, key=KEY), PAIRS, large=40, least=1),
    "EGNNLayer": of_module(EGNNLayer(2, 4, key=KEY), NODES, lambda layer, x: layer(x, x)[0], large=300),
    "EGNN": of_module(EGNN(2, 4, 3, 2, key=KEY), NODES, lambda layer, x: layer(x, x)[1], large=40),
    "attention_weights": Line(lambda _, x: attention_weights(x, x), NODES),
    "attention": Line(lambda _, x: attention(x, x, x), NODES),
    "masked attention": Line(lambda _, x: attention(x, x, x, mask=causal_mask(len(x))), NODES),
    "MultiHeadAttention": of_module(MultiHeadAttention(4, 2, key=KEY), lambda n: (n, 4)),
    "TransformerBlock": of_module(TransformerBlock(4, 2, key=KEY), lambda n: (n, 4)),
    "rotary": Line(lambda _, x: positions.rotary(x, jnp.arange(len(x))), lambda n: (n, 4)),
    "Conv": of_module(grid.Conv(2, 3, 3, key=KEY), lambda n: (2, n, n), large=20, least=1),
    "Dense": of_module(grid.Dense((2, 4), (3,), key=KEY), lambda n: (2, 4)),
    "max_pool": Line(lambda _, x: grid.max_pool(x, x.shape[1]), lambda n: (2, n), large=20, least=1),
    "average_pool": Line(lambda _, x: grid.average_pool(x, x.shape[1]), lambda n: (2, n), large=300, least=1),
    "blur_pool": Line(lambda _, x: grid.blur_pool(x, 1), lambda n: (2, n), least=1),
    "global_mean": Line(lambda _, x: grid.global_mean(x), lambda n: (2, n), least=1),
    "Lift": of_module(group_grid.Lift(2, 3, 3, group=C4, key=KEY), lambda n: (2, n, n), large=20, least=1),
    "GroupConv": of_module(group_grid.GroupConv(2, 3, 3, group=C4, key=KEY), FIELDS, large=12, least=1),
    "pool_group": Line(lambda _, x: group_grid.pool_group(x), FIELDS, large=12),
    **{
        make.__name__: of_module(make(2, 3, key=KEY), NODES)
        for make in (sequences.RNN, sequences.LeakyRNN, sequences.GRU, sequences.LSTM)
    },
    "EquivariantLinear": of_module(
        EquivariantLinear(linear_maps(C4.permutation(), C4.regular()), 2, 3, key=KEY), lambda n: (2, 4)
    ),
}
every_layer = pytest.mark.parametrize("line", LAYERS.values(), ids=list(LAYERS))
# Second derivatives take long to compile: an ordinary run has those of every third layer, the nightly one all.
some_layers = pytest.mark.parametrize("name", list(LAYERS)[:: 1 if NIGHTLY else 3])


@pytest.fixture(autouse=True, scope="module")
def compiled_in_haste():
    """Many small programs, each run once."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture
def any_type(monkeypatch):
    """Annotations stand back: here the layers themselves say what they take."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


def numbers(shape, dtype=np.float32):
    """Positive, so that sums grow with their length."""
    return jnp.asarray(np.random.default_rng(5).uniform(0.5, 1.5, shape), dtype)


def cast(tree, dtype):
    is_float = lambda a: isinstance(a, jax.Array) and jnp.issubdtype(a.dtype, jnp.floating)
    return jax.tree.map(lambda a: a.astype(dtype) if is_float(a) else a, tree)


@pytest.mark.parametrize("name, dtype", list(zip(LAYERS, itertools.cycle([jnp.bfloat16, jnp.float16]), strict=False)))
def test_half_precision_comes_back_rounded_and_was_added_up_in_float32(name, dtype):
    line = LAYERS[name]
    apply = eqx.filter_jit(line.apply)
    x, parameters = numbers(line.shape(line.large), dtype), cast(line.parameters, dtype)
    y = apply(parameters, x)
    exact = np.asarray(apply(cast(parameters, jnp.float32), x.astype(jnp.float32)))
    assert y.dtype == dtype
    rounding = float(jnp.finfo(dtype).eps) * np.abs(exact).max()  # of the result, of pooled features, of products
    np.testing.assert_allclose(y.astype(jnp.float32), exact, rtol=0, atol=2 * rounding)


@every_layer
def test_the_type_that_comes_back_is_the_one_in_common(line, any_type):
    def type_of(dtype, parameters=line.parameters):
        return eqx.filter_eval_shape(line.apply, parameters, jnp.ones(line.shape(4), dtype)).dtype

    parametric = bool(jax.tree.leaves(eqx.filter(line.parameters, eqx.is_array)))
    assert type_of(bool) == type_of(np.int32) == type_of(np.uint8) == jnp.float32
    assert type_of(np.float32, cast(line.parameters, jnp.bfloat16)) == jnp.float32
    assert type_of(jnp.bfloat16) == (jnp.float32 if parametric else jnp.bfloat16)
    with jax.enable_x64(True):
        assert type_of(np.float64) == type_of(np.float64, cast(line.parameters, jnp.float16)) == jnp.float64


@every_layer
def test_complex_numbers_are_refused(line):
    with pytest.raises(TypeError, match="layers take real numbers; got complex64"):
        line.apply(line.parameters, numbers(line.shape(4)) + 1j)


@every_layer
@pytest.mark.parametrize("n", [0, 1])
def test_no_point_and_one_point_have_an_answer_or_a_clear_refusal(line, n):
    x = numbers(line.shape(n))
    if n < line.least:
        with pytest.raises(ValueError, match="got"):
            line.apply(line.parameters, x)
        return
    y, slope = eqx.filter_jit(lambda p, x: (line.apply(p, x), jax.grad(lambda x: line.apply(p, x).sum())(x)))(
        line.parameters, x
    )
    assert np.isfinite(y).all() and y.dtype == jnp.float32
    assert slope.shape == x.shape and np.isfinite(slope).all()


@some_layers
def test_vmap_is_one_after_the_other_and_two_derivatives_are_those_of_differences(name):
    line = LAYERS[name]
    with jax.enable_x64(True):
        parameters, rng, h = cast(line.parameters, jnp.float64), np.random.default_rng(6), 1e-5
        x, v = rng.normal(size=(2, *line.shape(4)))
        f = lambda x: line.apply(parameters, x)
        slope = jax.grad(lambda x: jnp.sin(f(x)).sum())
        curvature = jax.grad(lambda x: (slope(x) * v).sum())
        near = [x - h * v, x + h * v]
        y, slopes, bent = jax.jit(lambda x, near: (jax.vmap(f)(near), jax.vmap(slope)(near), curvature(x)))(
            x, jnp.stack(near)
        )
        np.testing.assert_allclose(y, [f(one) for one in near], atol=1e-12)
        difference = np.diff(np.sin(y).reshape(2, -1).sum(axis=1))[0] / (2 * h)
        np.testing.assert_allclose((slopes.mean(axis=0) * v).sum(), difference, atol=1e-6 * (1 + abs(difference)))
        difference = np.diff(slopes, axis=0)[0] / (2 * h)
        np.testing.assert_allclose(bent, difference, atol=1e-6 * (1 + np.abs(difference).max()))

"""`gdl_course.layers.graphs.GCN` against PyTorch Geometric's GCNConv: 10 000 nodes, 100 000 edges, 64 -> 64 channels.

    make bench ONLY=gcn

We compute the normalisation in each call, as GCNConv does by default. Our time over the peer's on one core, the
medians of two runs on a busy machine (jax 0.10.2, torch 2.13, PyTorch Geometric 2.8 without its compiled extras):

    peer                            forward         with gradients
    GCNConv, its default            0.14, 0.14      0.17, 0.16
    GCNConv, cached                 0.15, 0.18      0.16, 0.25
    GCNConv, CSR matrix             0.16, 0.37      0.36, 0.34
    GCNConv, CSR matrix, cached     1.7, 1.5        0.55, 0.65
    GCNConv, EdgeIndex, cached      0.22, 0.27      0.28, 0.26
    ours, from a list of messages   0.49, 0.56      0.58, 0.69

Ours took 4.7 and 12.4 ms when the machine was calm. The one that is faster forward has normalised its matrix once and
for all, and leaves that out of the time.

What made it fast: scaling nodes instead of edges, since D^(-1/2) A D^(-1/2) z is A between two diagonals; JAX's
compiled CSR product (`BCSR`), forward with A and backward with its transpose, each in the order of its own rows.
Tried and left: `jax.custom_derivatives.linear_call`, as fast and with forward mode, but without `vmap`; degrees by the
CSR product (1.7 ms, where a sorted `segment_sum` takes 0.2); sums of messages by it (3.4 ms to 3.1, no gain).
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, tensor, torch_or_none

from gdl_course import graph
from gdl_course.layers import graphs

NODES, EDGES, CHANNELS = 10_000, 100_000, 64


@eqx.filter_jit
def ours(layer, g, x):
    return layer(g, x)


@eqx.filter_jit
def ours_with_gradients(layer, g, x):
    return eqx.filter_grad(lambda pair: (pair[0](g, pair[1]) ** 2).sum())((layer, x))


@eqx.filter_jit
def by_messages(layer, g, x):
    """The same layer from a list of messages, to see what the sparse product is worth."""
    scale = 1 / jnp.sqrt(g.in_degrees() + 1)[:, None]
    z = scale * (x @ layer.weight.T)
    return scale * (graphs.message_passing(g, z, lambda i, j, edge: edge.weight * j) + z) + layer.bias[None, :]


@eqx.filter_jit
def by_messages_with_gradients(layer, g, x):
    return eqx.filter_grad(lambda pair: (by_messages(pair[0], g, pair[1]) ** 2).sum())((layer, x))


def peers(torch, layer, ends):
    """Name, module and edges: the default, then what its user can do when the graph stays the same."""
    try:
        from torch_geometric import EdgeIndex
        from torch_geometric.nn import GCNConv
    except ImportError:
        print("  torch_geometric is not installed here: `make bench` installs the peers")
        return

    def module(**options):
        conv = GCNConv(CHANNELS, CHANNELS, **options)
        with torch.no_grad():
            conv.lin.weight.copy_(tensor(torch, np.array(layer.weight)))
        return conv

    index = tensor(torch, ends)
    ones = torch.ones(EDGES)
    matrix = torch.sparse_coo_tensor(index.flip(0), ones, (NODES, NODES)).coalesce().to_sparse_csr()
    yield "GCNConv, its default", module(), index
    yield "GCNConv, cached", module(cached=True), index
    yield "GCNConv, CSR matrix", module(), matrix
    yield "GCNConv, CSR matrix, cached", module(cached=True), matrix
    ordered = EdgeIndex(index, sparse_size=(NODES, NODES)).sort_by("col")[0].fill_cache_()
    yield "GCNConv, EdgeIndex, cached", module(cached=True), ordered


def main():
    torch = torch_or_none()
    header()
    rng = np.random.default_rng(0)
    senders = rng.integers(0, NODES, size=EDGES)
    # No self-loops: the two sides treat those that are there already in different ways.
    ends = np.stack([senders, (senders + rng.integers(1, NODES, size=EDGES)) % NODES])
    g, layer = graph.Graph(*ends, NODES), graphs.GCN(CHANNELS, CHANNELS, key=jax.random.key(0))
    x = jnp.asarray(rng.normal(size=(NODES, CHANNELS)), jnp.float32)
    y, gradient = ours(layer, g, x), ours_with_gradients(layer, g, x)[1]
    np.testing.assert_allclose(by_messages(layer, g, x), y, atol=1e-4)
    compare("a list of messages", lambda: ours(layer, g, x), lambda: by_messages(layer, g, x), "messages")
    compare(
        "  with gradients", lambda: ours_with_gradients(layer, g, x), lambda: by_messages_with_gradients(layer, g, x),
        "messages",
    )  # fmt: skip
    for name, module, edges in peers(torch, layer, ends) if torch else ():
        tx = tensor(torch, np.array(x))

        def theirs():
            with torch.no_grad():
                return module(tx, edges)

        def theirs_with_gradients():
            leaves = [tx.detach().requires_grad_(), *module.parameters()]
            return torch.autograd.grad((module(leaves[0], edges) ** 2).sum(), leaves)

        np.testing.assert_allclose(theirs().cpu(), y, atol=1e-4)
        np.testing.assert_allclose(theirs_with_gradients()[0].cpu(), gradient, atol=1e-3)
        compare(name, lambda: ours(layer, g, x), theirs)
        compare("  with gradients", lambda: ours_with_gradients(layer, g, x), theirs_with_gradients)


if __name__ == "__main__":
    main()

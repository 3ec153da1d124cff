"""A graph layer with one weight matrix for each type of edge, of which convolution on a grid is a special case."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, PRNGKeyArray

from gdl_course.graph import Graph
from gdl_course.graph.edge_lists import is_known
from gdl_course.layers._precision import common_type, widened
from gdl_course.layers.messages import node_signal, sum_messages


def relational(
    graph: Graph, x: Float[Array, "nodes in"], weight: Float[Array, "types out in"]
) -> Float[Array, "nodes out"]:
    """y_i = sum over all edges j -> i of A_ij W_t x_j, where t is the edge's type, a whole number in `graph.features`.

    On `graph.torus(h, w)`, whose nine types are the places in a 3 x 3 window, this is every convolution with a 3 x 3
    kernel: W_t[o, c] = kernel[o, c, t // 3, t % 3]. It commutes with every relabelling that carries the types along.

    Raises:
        ValueError: the edges have no types, or a type has no weight.

    >>> from gdl_course import graph
    >>> g = graph.from_directed_edges([(0, 1), (2, 1)], 3, features=[0, 1])
    >>> relational(g, jnp.array([[1.0], [2.0], [4.0]]), jnp.array([[[1.0]], [[10.0]]]))
    Array([[ 0.],
           [41.],
           [ 0.]], dtype=float32)

    Source: Schlichtkrull et al., *Modeling Relational Data with Graph Convolutional Networks*, ESWC 2018, equation 2,
    without its normalisation and with the self-loop as one more type.
    """
    dtype, x, types = common_type(x, weight), widened(node_signal(graph, x)), graph.features
    if types is None or types.ndim != 1 or not jnp.issubdtype(types.dtype, jnp.integer):
        raise ValueError(f"the features of {graph!r} must be types: one whole number an edge")
    if is_known(types) and len(types) and not 0 <= np.min(types) <= np.max(types) < len(weight):
        used = f"{np.min(types)} to {np.max(types)}"
        raise ValueError(f"{len(weight)} weights serve edges of types 0 to {len(weight) - 1}; got types {used}")
    # Nodes are fewer than edges: transform each node once for every type, then pick.
    z = jnp.einsum("toi,ni->nto", weight, x, precision=lax.Precision.HIGHEST)
    sent = z.at[graph.senders, types].get(mode="clip")
    return sum_messages(graph, graph.weights[:, None] * sent).astype(dtype)


class RelationalConv(eqx.Module):
    """`relational` with a learned weight matrix for each type of edge, and one learned bias per output channel.

    >>> from gdl_course import graph
    >>> layer = RelationalConv(2, 3, 9, key=jax.random.key(0))
    >>> layer(graph.torus(4, 5), jnp.ones((20, 2))).shape
    (20, 3)
    """

    weight: Float[Array, "types out in"]
    bias: Float[Array, " out"]

    def __init__(self, in_channels: int, out_channels: int, types: int, *, key: PRNGKeyArray):
        bound = 1 / math.sqrt(types * in_channels)
        self.weight = jax.random.uniform(key, (types, out_channels, in_channels), minval=-bound, maxval=bound)
        self.bias = jnp.zeros(out_channels)

    def __call__(self, graph: Graph, x: Float[Array, "nodes in"]) -> Float[Array, "nodes out"]:
        return relational(graph, x, self.weight) + self.bias[None, :]

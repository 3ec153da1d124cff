"""Graphs as arrays: an immutable list of edges that goes through `jax.jit`, `jax.vmap` and `jax.grad`.

A message goes from sender to receiver, and the adjacency matrix has A[receiver, sender] = the sum of the weights of
these edges: row i of A @ x is what node i receives. An undirected edge is two directed ones. Repeated edges add;
self-loops, isolated nodes, and graphs without edges or nodes are allowed.
"""

from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import networkx as nx
import numpy as np
import scipy.sparse
from jaxtyping import Array, Float, Int, Shaped

from gdl_course.graph.edge_lists import (
    AnyArray,
    Ends,
    Nodes,
    Weights,
    array,
    check_edges,
    check_graph_of_node,
    indices,
    is_known,
)


class Graph(eqx.Module):
    """A weighted directed graph on the nodes 0 .. n_nodes - 1; repeated edges are allowed.

    The edges are kept sorted by receiver, then by sender, and `weights` and `features` with them: sums over the
    incoming edges are fast in this order, and those over the outgoing edges in the order `by_sender`.

    Padding points nowhere: an edge from n_nodes to n_nodes brings nothing to nobody, and a node whose graph is n_graphs
    is in no graph. So no layer needs a mask. `batch` makes such graphs.

    Attributes:
        senders, receivers: edge e goes from node senders[e] to node receivers[e].
        weights: a float32 number for each edge, 1 by default.
        features: anything else that edges carry, a row (or a whole number, the edge's type) for each; or None.
        by_sender: the order of the edges sorted by sender.
        graph_of_node: the graph that each node is in, if the nodes are those of a `batch`; or None.
        n_nodes, n_graphs: sizes, static under `jax.jit`; n_graphs is None for one graph.

    Raises:
        ValueError: shapes do not agree, an index is out of range, or a weight is not finite.

    >>> g = Graph([0, 1, 1], [1, 0, 2], 3)
    >>> g
    Graph(3 nodes, 3 directed edges)
    >>> g.adjacency()
    Array([[0., 1., 0.],
           [1., 0., 0.],
           [0., 1., 0.]], dtype=float32)
    """

    senders: Int[Array, " edges"]
    receivers: Int[Array, " edges"]
    weights: Float[Array, " edges"]
    features: Shaped[Array, "edges ..."] | None
    by_sender: Int[Array, " edges"]
    graph_of_node: Int[Array, " nodes"] | None
    n_nodes: int = eqx.field(static=True)
    n_graphs: int | None = eqx.field(static=True)

    def __init__(
        self,
        senders: Ends,
        receivers: Ends,
        n_nodes: int,
        *,
        weights: Weights | None = None,
        features: Shaped[AnyArray, "edges ..."] | Sequence | None = None,
        graph_of_node: Nodes | None = None,
        n_graphs: int | None = None,
    ):
        senders, receivers = indices(senders), indices(receivers)
        weights = np.ones(senders.shape, np.float32) if weights is None else array(weights, np.float32)
        features = None if features is None else array(features)
        graph_of_node = None if graph_of_node is None else indices(graph_of_node)
        if not senders.shape == receivers.shape == weights.shape or senders.ndim != 1:
            raise ValueError(
                "senders, receivers and weights are three lists of the same length, one entry an edge; "
                f"got shapes {senders.shape}, {receivers.shape} and {weights.shape}"
            )
        if features is not None and features.shape[:1] != senders.shape:
            raise ValueError(f"features need a row for each of the {len(senders)} edges; got shape {features.shape}")
        check_edges(senders, receivers, n_nodes)
        check_graph_of_node(graph_of_node, n_nodes, n_graphs)
        if is_known(weights) and not np.isfinite(weights).all():
            bad = np.count_nonzero(~np.isfinite(weights))
            raise ValueError(f"weights must be finite; got {bad} of {len(weights)} that are NaN or infinite")
        numpy = np if is_known(senders, receivers) else jnp
        order = numpy.lexsort((senders, receivers))
        in_order = lambda a: jnp.asarray(a[order] if is_known(a, order) else jnp.asarray(a)[order])
        self.senders, self.receivers, self.weights = in_order(senders), in_order(receivers), in_order(weights)
        self.features = None if features is None else in_order(features)
        self.by_sender = jnp.asarray(numpy.argsort(senders[order], stable=True), jnp.int32)
        self.graph_of_node = None if graph_of_node is None else jnp.asarray(graph_of_node)
        self.n_nodes = n_nodes
        self.n_graphs = n_graphs

    def __repr__(self) -> str:
        batched = "" if self.n_graphs is None else f", {self.n_graphs} graphs"
        return f"Graph({self.n_nodes} nodes, {self.n_edges} directed edges{batched})"

    @property
    def n_edges(self) -> int:
        """The number of directed edges, padding included."""
        return self.senders.shape[-1]

    def adjacency(self) -> Float[Array, "nodes nodes"]:
        """The dense matrix A with A[receiver, sender] = the sum of the weights.

        >>> from gdl_course import graph
        >>> graph.from_edges([(0, 1), (1, 2)], 3).adjacency()
        Array([[0., 1., 0.],
               [1., 0., 1.],
               [0., 1., 0.]], dtype=float32)
        """
        A = jnp.zeros((self.n_nodes, self.n_nodes), self.weights.dtype)
        return A.at[self.receivers, self.senders].add(self.weights, mode="drop")

    def in_degrees(self) -> Float[Array, " nodes"]:
        """The sum of the weights of the edges into each node, A @ 1.

        >>> from gdl_course import graph
        >>> graph.from_edges([(0, 1), (1, 2)], 3).in_degrees()
        Array([1., 2., 1.], dtype=float32)
        """
        return jax.ops.segment_sum(self.weights, self.receivers, self.n_nodes, indices_are_sorted=True)

    def relabel(self, permutation: Nodes) -> "Graph":
        """The same graph with node i renamed permutation[i]: A' = P A Pᵀ, where P[permutation[i], i] = 1.

        A signal goes with it by x' = P x, that is ``x'[permutation[i]] = x[i]``.

        Raises:
            ValueError: the numbers are no permutation of 0 .. n_nodes - 1.

        >>> from gdl_course import graph
        >>> path = graph.from_edges([(0, 1), (1, 2)], 3)
        >>> path.relabel([1, 2, 0]).adjacency()  # the middle of the path is now node 2
        Array([[0., 0., 1.],
               [0., 0., 1.],
               [1., 1., 0.]], dtype=float32)
        """
        p = indices(permutation)
        if p.shape != (self.n_nodes,) or (is_known(p) and not np.array_equal(np.sort(p), np.arange(self.n_nodes))):
            raise ValueError(f"expected a permutation of 0 .. {self.n_nodes - 1}; got {permutation}")
        extended = jnp.append(jnp.asarray(p), self.n_nodes).astype(jnp.int32)  # padding stays padding
        graph_of_node = self.graph_of_node
        if graph_of_node is not None:
            graph_of_node = jnp.zeros_like(graph_of_node).at[p].set(graph_of_node)
        return Graph(
            extended[self.senders], extended[self.receivers], self.n_nodes, weights=self.weights,
            features=self.features, graph_of_node=graph_of_node, n_graphs=self.n_graphs,
        )  # fmt: skip

    def to_scipy(self) -> scipy.sparse.csr_array:
        """The adjacency matrix as a SciPy array: repeated edges added, padding left out."""
        senders, receivers, weights = map(np.asarray, (self.senders, self.receivers, self.weights))
        real = receivers < self.n_nodes
        shape = (self.n_nodes, self.n_nodes)
        return scipy.sparse.coo_array((weights[real], (receivers[real], senders[real])), shape).tocsr()

    def to_networkx(self) -> nx.DiGraph:
        """The directed graph for networkx, with `weight`s; an undirected one is ``nx.Graph(g.to_networkx())``."""
        G = nx.empty_graph(self.n_nodes, nx.DiGraph)
        A = self.to_scipy().tocoo()
        G.add_weighted_edges_from(zip(A.col.tolist(), A.row.tolist(), A.data.tolist(), strict=True))
        return G

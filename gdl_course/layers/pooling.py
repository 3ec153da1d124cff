"""From nodes to graphs: readouts that do not depend on the numbering, and coarsening by clusters of nodes."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Num

from gdl_course.graph import Graph
from gdl_course.graph.edge_lists import Nodes, indices, is_known
from gdl_course.layers._precision import widened
from gdl_course.layers.messages import as_column, largest_of, node_signal


def graph_sum(graph: Graph, x: Num[Array, "nodes ..."]) -> Float[Array, "..."]:
    """The sum over all nodes: shape (channels,) for a graph, (graphs, channels) for a batch. Padding is left out.

    >>> from gdl_course import graph
    >>> g = graph.from_edges([(0, 1), (1, 2)], 3)
    >>> x = jnp.array([[1.0], [2.0], [6.0]])
    >>> graph_sum(g, x)
    Array([9.], dtype=float32)
    >>> graph_sum(graph.batch([g, g]), graph.stack([x, 10 * x]))
    Array([[ 9.],
           [90.]], dtype=float32)
    """
    x = node_signal(graph, x)
    if graph.graph_of_node is None:
        return x.sum(axis=0)
    return jax.ops.segment_sum(widened(x), graph.graph_of_node, graph.n_graphs).astype(x.dtype)


def graph_mean(graph: Graph, x: Num[Array, "nodes ..."]) -> Float[Array, "..."]:
    """The mean over all nodes, shaped as `graph_sum`; 0 for a graph without nodes.

    >>> from gdl_course import graph
    >>> graph_mean(graph.from_edges([(0, 1), (1, 2)], 3), jnp.array([[1.0], [2.0], [6.0]]))
    Array([3.], dtype=float32)
    """
    x = node_signal(graph, x)
    total = graph_sum(graph, widened(x))
    return (total / as_column(jnp.maximum(_sizes(graph), 1), total)).astype(x.dtype)


def graph_max(graph: Graph, x: Num[Array, "nodes ..."]) -> Float[Array, "..."]:
    """The maximum over all nodes, shaped as `graph_sum`; 0 for a graph without nodes.

    >>> from gdl_course import graph
    >>> graph_max(graph.from_edges([(0, 1), (1, 2)], 3), jnp.array([[1.0], [2.0], [6.0]]))
    Array([6.], dtype=float32)
    """
    x = node_signal(graph, x)
    if graph.graph_of_node is None or graph.n_graphs is None:
        return x.max(axis=0) if len(x) else jnp.zeros(x.shape[1:], x.dtype)
    largest = largest_of(x, graph.graph_of_node, graph.n_graphs)
    return jnp.where(as_column(_sizes(graph) > 0, largest), largest, 0)


def _sizes(graph):
    return graph_sum(graph, jnp.ones(graph.n_nodes))


def pool_clusters(
    graph: Graph, x: Num[Array, "nodes ..."], clusters: Nodes, n_clusters: int | None = None
) -> tuple[Graph, Float[Array, "clusters ..."]]:
    """Clusters become nodes: the graph Sᵀ A S, where S[i, clusters[i]] = 1, and the mean of x over each cluster.

    The number of edges stays: edges between the same two clusters add, those within a cluster become self-loops. In a
    batch, the padding nodes are in cluster n_clusters, that is in none. Give `n_clusters` under `jax.jit`.

    Raises:
        ValueError: a cluster is out of range or spread over two graphs of a batch, or some node has none.

    >>> from gdl_course import graph
    >>> path = graph.from_edges([(0, 1), (1, 2), (2, 3)], 4)
    >>> coarse, y = pool_clusters(path, jnp.array([[1.0], [3.0], [5.0], [5.0]]), [0, 0, 1, 1])
    >>> coarse.adjacency()
    Array([[2., 1.],
           [1., 2.]], dtype=float32)
    >>> y[:, 0]
    Array([2., 5.], dtype=float32)
    """
    x, clusters = node_signal(graph, x), indices(clusters)
    if n_clusters is None:
        if not is_known(clusters):
            raise ValueError("the number of clusters is not known while JAX traces; give n_clusters")
        n_clusters = int(clusters.max(initial=-1)) + 1
    if clusters.shape != (graph.n_nodes,) or (is_known(clusters) and ((clusters < 0) | (clusters > n_clusters)).any()):
        raise ValueError(
            f"each of the {graph.n_nodes} nodes needs a cluster from 0 to {n_clusters - 1} ({n_clusters} for padding); "
            f"got {clusters}"
        )
    extended = jnp.append(jnp.asarray(clusters), n_clusters).astype(jnp.int32)  # padding edges stay padding
    coarse = Graph(
        extended[graph.senders], extended[graph.receivers], n_clusters, weights=graph.weights, features=graph.features,
        graph_of_node=_graph_of_cluster(graph, clusters, n_clusters), n_graphs=graph.n_graphs,
    )  # fmt: skip
    sizes, total = (jax.ops.segment_sum(a, clusters, n_clusters) for a in (jnp.ones(graph.n_nodes), widened(x)))
    return coarse, (total / as_column(jnp.maximum(sizes, 1), total)).astype(x.dtype)


def _graph_of_cluster(graph, clusters, n_clusters):
    if graph.graph_of_node is None:
        return None
    first = jax.ops.segment_min(graph.graph_of_node, clusters, n_clusters)
    last = jax.ops.segment_max(graph.graph_of_node, clusters, n_clusters)
    if is_known(first, last) and np.any((first != last) & (first <= last)):
        raise ValueError("a cluster of a batch lies in one graph; got one that has nodes of two graphs")
    return jnp.minimum(first, graph.n_graphs)  # a cluster without nodes is padding

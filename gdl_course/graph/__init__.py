"""Graphs: edge lists that layers run over, how to make them, and colour refinement on them."""

from gdl_course.graph.building import (
    batch,
    from_directed_edges,
    from_edges,
    from_networkx,
    from_scipy,
    stack,
    torus,
)
from gdl_course.graph.graph import Graph

__all__ = [
    "Graph", "batch", "from_directed_edges", "from_edges", "from_networkx", "from_scipy", "stack", "torus",
]  # fmt: skip

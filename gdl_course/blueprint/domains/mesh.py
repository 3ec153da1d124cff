"""Meshes, with geodesics and gauges: planned, in words only."""

from gdl_course.blueprint.domain import Domain

MESH = Domain(
    name="mesh", title="mesh", group="isometries; gauges SO(2)", chapter="14 and 15",
    icon=("M5 23L11 7L25 10L21 25zM11 7L21 25M11 7L17 17L5 23M17 17L25 10", ()),
    signal="a value, or a tangent vector, at each vertex",
    layer="filters of the Laplacian; gauge-equivariant convolution",
    nonlinearity="pointwise on scalars; on the length of vectors", pooling="coarser meshes",
    readout="mean, weighted by area",
)  # fmt: skip

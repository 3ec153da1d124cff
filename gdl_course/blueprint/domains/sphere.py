"""The sphere: planned, in words only."""

from gdl_course.blueprint.domain import Domain

SPHERE = Domain(
    name="sphere", title="sphere", group="SO(3)", chapter="12",
    icon=("M15 4a11 11 0 1 1-.01 0M4 15c3 5 19 5 22 0M15 4c-6 4-6 18 0 22", ()),
    signal="a function on the sphere", layer="a weight for each degree of spherical harmonics",
    nonlinearity="pointwise on samples, exact for low degrees only; or tensor products of degrees",
    pooling="low-pass: fewer degrees", readout="mean over the sphere",
)  # fmt: skip

"""The table of the course as data: one row a domain, one file a row. A new domain is a file, and its name here."""

from gdl_course.blueprint.domain import Domain
from gdl_course.blueprint.domains.graphs import GRAPH
from gdl_course.blueprint.domains.grid_with_turns import GRID_WITH_TURNS
from gdl_course.blueprint.domains.mesh import MESH
from gdl_course.blueprint.domains.points import POINTS
from gdl_course.blueprint.domains.sets import SET
from gdl_course.blueprint.domains.sphere import SPHERE
from gdl_course.blueprint.domains.torus import GRID, RING
from gdl_course.blueprint.modules import CLASSES

ROWS = (RING, GRID, GRID_WITH_TURNS, SET, GRAPH, POINTS, SPHERE, MESH)
DOMAINS = {row.name: row for row in ROWS}


def domain_of(name: str, size: int | None = None) -> Domain:
    """The row of a domain that can be built, at a size that it can have.

    Raises:
        ValueError: no such domain, or it is planned only, or the size does not fit.
    """
    if name not in DOMAINS:
        raise ValueError(f"domain is one of {', '.join(map(repr, DOMAINS))}; got {name!r}")
    row = DOMAINS[name]
    if row.planned:
        raise ValueError(f"the blueprint names {name!r} and does not build it; see chapter {row.chapter}")
    least = min(row.sizes)
    if size is not None and (int(size) != size or size < least):
        raise ValueError(f"{name!r} needs a whole size of at least {least}; got {size}")
    return row


def output_shape(name: str, size: int, output: str) -> tuple[int, ...]:
    """The shape of the network's answer.

    Raises:
        ValueError: as `domain_of`, or the output is neither invariant nor equivariant.
    """
    row = domain_of(name, size)
    if output not in row.parts:
        raise ValueError(f"output is 'invariant' or 'equivariant'; got {output!r}")
    return (CLASSES,) if output == "invariant" else row.target_shape(size)

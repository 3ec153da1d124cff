"""The table of the course as data: one row a domain."""

from collections.abc import Callable
from dataclasses import dataclass, field

import jax.numpy as jnp
import numpy as np

from gdl_course import groups
from gdl_course.blueprint import actions, pictures, stacks_grids, stacks_points
from gdl_course.blueprint.modules import CLASSES, sample_graph


@dataclass(frozen=True, eq=False)
class Domain:
    """A row of the table: words for the page, and functions of the size that make signals, actions and pictures.

    A planned row has words only: `sizes` is empty.
    """

    name: str
    title: str
    symbol: str
    group: str
    signal: str
    layer: str
    nonlinearity: str
    pooling: str
    readout: str
    chapter: str
    size_name: str = "n"
    sizes: tuple = ()
    start: int = 0
    parts: dict = field(default_factory=dict)
    swaps: dict = field(default_factory=dict)
    symmetry: Callable | None = None
    sample: Callable | None = None  # (size, rng) -> signal
    target_shape: Callable | None = None  # size -> shape of the equivariant answer
    picture: Callable | None = None

    def __repr__(self):
        return f"Domain({self.name!r}, {self.group})"

    @property
    def planned(self) -> bool:
        """Whether the course only names this domain here, and builds nothing."""
        return not self.sizes


def _floats(rng, *shape):
    return jnp.asarray(rng.normal(size=shape), jnp.float32)


def _row(stack, **words):
    parts, swaps = stack
    return Domain(parts=parts, swaps=swaps, **words)


ROWS = (
    _row(
        stacks_grids.on_torus(1), name="cyclic-sequence", title="cyclic sequence", symbol="◯", group="Cₙ", chapter="05",
        signal="one value at each of n places on a ring", layer="circular convolution",
        nonlinearity="any function of one value, at each place", pooling="blur (stride 1 keeps every shift)",
        readout="mean over the ring", sizes=(6, 8, 12), start=8,
        symmetry=lambda n: actions.on_pixels(groups.cyclic(n)), sample=lambda n, rng: _floats(rng, 1, n),
        target_shape=lambda n: (1, n), picture=pictures.ring,
    ),
    _row(
        stacks_grids.on_torus(2), name="grid", title="grid", symbol="▦", group="Zₙ × Zₙ", chapter="05",
        signal="one value at each of n × n pixels that wrap", layer="convolution on a torus",
        nonlinearity="any function of one value, at each pixel", pooling="blur (stride 1 keeps every shift)",
        readout="mean over all pixels", sizes=(4, 6), start=6,
        symmetry=lambda n: actions.on_pixels(groups.translations(n, n)),
        sample=lambda n, rng: _floats(rng, 1, n, n), target_shape=lambda n: (1, n, n), picture=pictures.square,
    ),
    _row(
        stacks_grids.on_grid_with_turns(), name="grid-with-turns", title="grid with turns", symbol="↻",
        group="p4 = (Zₙ × Zₙ) ⋊ C₄", chapter="10", signal="an image; inside, one value at each place and pose",
        layer="lifting, then group convolution", nonlinearity="any function of one value, at each place and pose",
        pooling="blur, maximum over poses", readout="mean over places and poses", sizes=(3, 4), start=3,
        symmetry=lambda n: actions.on_pixels(groups.p4(n)), sample=lambda n, rng: _floats(rng, 1, n, n),
        target_shape=lambda n: (1, n, n), picture=pictures.four_squares,
    ),
    _row(
        stacks_points.on_set(), name="set", title="set", symbol="⋰", group="Sₙ", chapter="06",
        signal="n elements in any order", layer="a I + b 11ᵀ (Deep Sets)",
        nonlinearity="any function of one element, for each element", pooling="none: a set has no neighbours",
        readout="sum, mean or maximum over the elements", sizes=(4, 6, 8, 12), start=8,
        symmetry=actions.on_rows, sample=lambda n, rng: _floats(rng, n, 1), target_shape=lambda n: (n, 1),
        picture=pictures.scattered,
    ),
    _row(
        stacks_points.on_graph(), name="graph", title="graph", symbol="⋈", group="Sₙ on (A, X)", chapter="08",
        signal="edges A and a value at each of n nodes, X", layer="message passing: A_ij times something of x_j",
        nonlinearity="any function of one node's values, at each node", pooling="maximum or mean of neighbours, clusters",
        readout="sum, mean or maximum over the nodes", sizes=(4, 5, 6), start=5,
        symmetry=actions.on_graphs, sample=lambda n, rng: (sample_graph(n), _floats(rng, n, 1)),
        target_shape=lambda n: (n, 1), picture=pictures.nodes,
    ),
    _row(
        stacks_points.on_points(), name="points", title="points in space", symbol="⁂", group="E(3) × Sₙ", chapter="13",
        signal="n points in space, a value at each", layer="EGNN: messages by distance, steps along the lines between",
        nonlinearity="any function of invariants; vectors only times invariants", pooling="clusters of near points",
        readout="sum or mean of invariant features", sizes=(4, 6, 8), start=6,
        symmetry=actions.on_motions, sample=lambda n, rng: (_floats(rng, n, 1), _floats(rng, n, 3)),
        target_shape=lambda n: (n, 3),
        picture=lambda n: pictures.projected(np.random.default_rng(n).normal(size=(n, 3))),
    ),
    Domain(
        name="sphere", title="sphere", symbol="◍", group="SO(3)", chapter="12",
        signal="a function on the sphere", layer="a weight for each degree of spherical harmonics",
        nonlinearity="pointwise on samples, exact for low degrees only; or tensor products of degrees",
        pooling="low-pass: fewer degrees", readout="mean over the sphere",
    ),
    Domain(
        name="mesh", title="mesh", symbol="△", group="isometries; gauges SO(2)", chapter="14 and 15",
        signal="a value, or a tangent vector, at each vertex",
        layer="filters of the Laplacian; gauge-equivariant convolution",
        nonlinearity="pointwise on scalars; on the length of vectors",
        pooling="coarser meshes", readout="mean, weighted by area",
    ),
)  # fmt: skip

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
    """The shape of the network's answer."""
    row = domain_of(name, size)
    if output not in row.parts:
        raise ValueError(f"output is 'invariant' or 'equivariant'; got {output!r}")
    return (CLASSES,) if output == "invariant" else row.target_shape(size)

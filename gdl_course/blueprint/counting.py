"""How many weights a linear layer has: no prior, symmetry, symmetry and locality. All by the solver."""

import functools

import numpy as np
from jaxtyping import Int

from gdl_course.blueprint.domains import domain_of


def counts(domain: str, size: int) -> dict[str, int | None]:
    """The weights of one linear layer, for one input and one output channel: "none", "symmetry" and "locality".

    "locality" is None where the domain has no neighbourhoods (sets), or where no linear layer is local in the
    domain's own sense (graphs, points: see `why`).

    Raises:
        ValueError: the domain is not built, or the size does not fit.

    >>> counts("cyclic-sequence", 8)
    {'none': 64, 'symmetry': 8, 'locality': 3}
    >>> counts("graph", 5)
    {'none': 625, 'symmetry': 15, 'locality': None}
    """
    labels, near = pattern(domain, size), domain_of(domain, size).near(size)
    return {
        "none": labels.size,
        "symmetry": len(np.unique(labels[labels >= 0])),
        "locality": None if near is None else len(np.unique(labels[near])),
    }


@functools.cache
def pattern(domain: str, size: int) -> Int[np.ndarray, "out in"]:
    """Integers of shape (out, in): entries of the layer's matrix with one label share a weight; -1 is a forced zero.

    On grids with turns the layer maps fields over places and poses, on graphs numbers on pairs of nodes, such as A.

    >>> pattern("set", 4)
    array([[0, 1, 1, 1],
           [1, 0, 1, 1],
           [1, 1, 0, 1],
           [1, 1, 1, 0]], dtype=int32)
    """
    return domain_of(domain, size).pattern(size)


def why(domain: str, size: int) -> str:
    """One or two sentences on where the counts come from.

    >>> why("cyclic-sequence", 8)
    '8 orbits of index pairs = 1/8 Σ χ(g)² = 8. Of these, 3 join places at most 1 apart.'
    """
    return domain_of(domain, size).why(size, counts(domain, size))

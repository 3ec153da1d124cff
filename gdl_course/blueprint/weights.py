"""Which entries of a linear layer share a weight, by the solver: what the rows of the table count with."""

import numpy as np
from jaxtyping import Bool, Int

from gdl_course.equivariance import linear_maps
from gdl_course.equivariance.solvers import character_dimension
from gdl_course.representations import Representation

LISTED = 1000  # groups with more elements are not summed over


def shared(rho: Representation) -> Int[np.ndarray, "out in"]:
    """The orbits of index pairs of a permutation representation: entries with one label share a weight.

    >>> from gdl_course import groups
    >>> shared(groups.cyclic(3).permutation())
    array([[0, 1, 2],
           [2, 0, 1],
           [1, 2, 0]], dtype=int32)
    """
    orbits = linear_maps(rho, rho).orbits
    assert orbits is not None  # rho permutes
    return orbits


def orbits_in_words(rho: Representation, number: dict) -> str:
    """How many orbits there are, and the same by the character formula where the group can be listed.

    >>> from gdl_course import groups
    >>> orbits_in_words(groups.cyclic(8).permutation(), {"symmetry": 8})
    '8 orbits of index pairs = 1/8 Σ χ(g)² = 8.'
    """
    words = f"{number['symmetry']} orbits of index pairs"
    if rho.group.order > LISTED:
        return f"{words}."
    return f"{words} = 1/{rho.group.order} Σ χ(g)² = {character_dimension(rho, rho)}."


def window(size: int) -> Bool[np.ndarray, "size size"]:
    """Whether two of `size` places on a ring are at most 1 apart.

    >>> window(5).sum(axis=1)
    array([3, 3, 3, 3, 3])
    """
    i = np.arange(size)
    step = np.abs(i[:, None] - i)
    return np.minimum(step, size - step) <= 1


def only_trivial(rho_in: Representation, rho_out: Representation) -> str:
    """A sentence if zero is the only linear map that commutes with the group, and "" if there is another.

    >>> from gdl_course import groups
    >>> vector = groups.SO(3).vector()
    >>> only_trivial(vector, vector.group.trivial())
    'Only the zero map from vector (3) to trivial (1) commutes with SO(3).'
    >>> only_trivial(vector, vector)
    ''
    """
    if linear_maps(rho_in, rho_out).dimension:
        return ""
    names = " to ".join(f"{rho.name} ({rho.dimension})" for rho in (rho_in, rho_out))
    return f"Only the zero map from {names} commutes with {rho_in.group.name}."

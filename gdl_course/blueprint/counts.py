"""How many weights a linear layer has: no prior, symmetry, symmetry and locality. All by the solver."""

import functools

import numpy as np

from gdl_course import groups, linear_maps
from gdl_course.blueprint.actions import fields
from gdl_course.blueprint.domains import domain_of
from gdl_course.equivariance.solvers import character_dimension

LISTED = 1000  # groups with more elements are not summed over


def counts(domain: str, size: int) -> dict:
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
    labels, local = pattern(domain, size), near(domain, size)
    return {
        "none": labels.size,
        "symmetry": len(np.unique(labels[labels >= 0])),
        "locality": None if local is None else len(np.unique(labels[local])),
    }


@functools.cache
def pattern(domain: str, size: int) -> np.ndarray:
    """Integers of shape (out, in): entries of the layer's matrix with one label share a weight; -1 is a forced zero.

    >>> pattern("set", 4)
    array([[0, 1, 1, 1],
           [1, 0, 1, 1],
           [1, 1, 0, 1],
           [1, 1, 1, 0]], dtype=int32)
    """
    if domain_of(domain, size).name == "points":
        return _pattern_of_vectors(size)
    rho = layer_space(domain, size)
    return linear_maps(rho, rho).orbits


def layer_space(domain: str, size: int):
    """The permutation representation from which and to which the counted layer maps.

    On grids with turns these are fields over places and poses, on graphs numbers on pairs of nodes, such as A.
    """
    spaces = {
        "cyclic-sequence": lambda n: groups.cyclic(n).permutation(),
        "grid": lambda n: groups.translations(n, n).permutation(),
        "grid-with-turns": fields,
        "set": lambda n: groups.symmetric(n).permutation(),
        "graph": lambda n: groups.symmetric(n).permutation() ** 2,
    }
    return spaces[domain](size)


def _pattern_of_vectors(n):
    """A vector at each point: Sₙ shares weights between pairs of points, O(3) inside a pair.

    The groups act on different indices, so the maps are the products of the maps of each.
    """
    vector = groups.O(3).vector()
    inside = linear_maps(vector, vector)
    (one,) = inside.maps  # a second map would raise here
    used = np.abs(one) > 1e-9
    elements = layer_space("set", n)
    pairs = linear_maps(elements, elements).orbits
    return np.where(np.kron(np.ones_like(pairs), used) > 0, np.kron(pairs, np.ones((3, 3), np.int32)), -1)


def near(domain: str, size: int) -> np.ndarray | None:
    """Booleans (out, in): whether the input lies in the window of three places per axis around the output."""
    i = np.arange(size)
    step = np.abs(i[:, None] - i)
    close = np.minimum(step, size - step) <= 1
    window = np.kron(close, close)
    return {"cyclic-sequence": close, "grid": window, "grid-with-turns": np.tile(window, (4, 4))}.get(domain)


def why(domain: str, size: int) -> str:
    """One or two sentences on where the counts come from."""
    number = counts(domain, size)
    if domain == "points":
        return (
            f"A vector at each point, {3 * size} numbers. {number['symmetry']} orbits of pairs of points × 1 map of "
            "vectors that commutes with turns and mirrors. Distances are not linear: EGNN is no linear layer."
        )
    words = f"{number['symmetry']} orbits of index pairs"
    rho = layer_space(domain, size)
    if rho.group.order <= LISTED:
        average = character_dimension(rho, rho)
        words += f" = 1/{rho.group.order} Σ χ(g)² = {average}"
    return f"{words}.{_LOCAL[domain].format(**number)}"


_LOCAL = {
    "cyclic-sequence": " Of these, {locality} join places at most 1 apart.",
    "grid": " Of these, {locality} join pixels of one 3×3 window.",
    "grid-with-turns": " Of these, {locality} join places of one 3×3 window, in 4 relative poses.",
    "set": " One for an element itself, one for all others. No element is nearer than another: no locality.",
    "graph": (
        " Numbers on pairs of nodes, such as A. Locality needs a product, A_ij times x_j: no linear map of (A, X) has it."
    ),
}


def only_trivial(rho_in, rho_out) -> str:
    """A sentence if zero is the only linear map that commutes with the group, and "" if there is another.

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

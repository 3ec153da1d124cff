"""Groups by generators: cyclic, dihedral, symmetric, products, torus shifts, p4, p4m, and the Lie groups.

Elements of finite groups are image tuples (`g[i]` is where point i goes), elements of Lie groups are
matrices. Only generators are stored; listing is left until it is asked for.

>>> from gdl_course import groups
>>> C4 = groups.cyclic(4)
>>> C4.elements
((0, 1, 2, 3), (1, 2, 3, 0), (2, 3, 0, 1), (3, 0, 1, 2))
>>> groups.symmetric(20).order
2432902008176640000
"""

from gdl_course.groups.catalogue import (
    alternating,
    cyclic,
    dihedral,
    grid_rotations,
    icosahedral,
    icosahedron,
    p4,
    p4m,
    quaternion,
    symmetric,
    translations,
)  # fmt: skip
from gdl_course.groups.characters import CharacterTable
from gdl_course.groups.constructions import automorphisms, direct_product, finite, semidirect_product
from gdl_course.groups.finite_group import FiniteGroup, Group
from gdl_course.groups.fourier import convolve, fourier_transform, inverse_fourier_transform, plancherel_weights
from gdl_course.groups.lie_group import SE, SO, E, LieGroup, O
from gdl_course.groups.stabilisers import Subgroup, carrying, stabiliser

__all__ = [
    "CharacterTable", "E", "FiniteGroup", "Group", "LieGroup", "O", "SE", "SO", "Subgroup", "alternating",
    "automorphisms", "carrying", "convolve", "cyclic", "dihedral", "direct_product", "finite", "fourier_transform",
    "grid_rotations", "icosahedral", "icosahedron", "inverse_fourier_transform", "p4", "p4m", "plancherel_weights",
    "quaternion", "semidirect_product", "stabiliser", "symmetric", "translations",
]  # fmt: skip

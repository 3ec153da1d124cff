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
from gdl_course.groups.constructions import automorphisms, direct_product, finite, semidirect_product
from gdl_course.groups.finite_group import FiniteGroup, Group
from gdl_course.groups.lie_group import SE, SO, E, LieGroup, O

__all__ = [
    "E", "FiniteGroup", "Group", "LieGroup", "O", "SE", "SO", "alternating", "automorphisms", "cyclic",
    "dihedral", "direct_product", "finite", "grid_rotations", "icosahedral", "icosahedron", "p4", "p4m", "quaternion",
    "semidirect_product", "symmetric", "translations",
]  # fmt: skip

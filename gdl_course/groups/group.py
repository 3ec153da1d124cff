"""What every group here can do: random elements that tell g from its inverse, and the doors to representations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gdl_course.representations import Representation, trivial

# If some element is no involution, then at least a quarter of them are none (G. A. Miller, 1905): of so many draws
# from the whole group all are involutions with a chance below (3/4)^1000 < 1e-124.
DRAWS = 1000


class Group:
    """What `FiniteGroup` and `LieGroup` share; what they do not is declared here and defined there."""

    name: str
    order: Any  # an int, or math.inf
    generators: tuple
    lie_generators: Any
    factors: tuple = ()
    identity: Any
    elements: Any
    require: Callable
    compose: Callable
    inverse: Callable
    random: Callable
    _is_identity: Callable
    _is_trivial: Any
    _all_involutions: Any

    def __contains__(self, g) -> bool:
        raise NotImplementedError

    def random_non_involution(self, rng: np.random.Generator):
        """A random g with g·g != e; any element but the identity where the group has no such g.

        A test with an involution cannot tell g from its inverse, so tests of equivariance use these.

        Raises:
            ValueError: 1000 random elements were none, as when a sampler draws from a part of the group.

        >>> from gdl_course import groups
        >>> g = groups.dihedral(4).random_non_involution(np.random.default_rng(0))
        >>> groups.dihedral(4).compose(g, g) == (0, 1, 2, 3)
        False
        """
        if self._is_trivial:
            return self.identity
        banned = self._is_identity if self._all_involutions else self._is_involution
        for _ in range(DRAWS):
            g = self.random(rng)
            if not banned(g):
                return g
        kind = "the identity" if self._all_involutions else "involutions, or the identity"
        raise ValueError(f"{DRAWS} random elements of {self.name} were all {kind}; does its sampler reach the group?")

    def describe(self, g) -> str:
        """The element g in a few words, for messages."""
        return str((np.round(g, 3) + 0.0).tolist())  # + 0.0 turns -0.0 into 0.0

    def _is_involution(self, g):
        return self._is_identity(self.compose(g, g))

    def trivial(self, d: int = 1) -> Representation:
        """The trivial representation on R^d: every element acts as the identity."""
        return trivial(self, d)

    def vector(self) -> Representation:
        """The defining matrices: rotations and reflections of R^n, homogeneous coordinates for SE(n), E(n)."""
        raise NotImplementedError

    def irrep(self, k: int, sign: int = 1) -> Representation:
        """The real irrep of frequency k (C_n, D_n, SO(2), O(2)) or of degree k, dimension 2k + 1 (SO(3), O(3)).

        `sign` = -1 turns the sign of rho(g) wherever g is a reflection: irrep(0, -1) of D_n and O(n) is the
        determinant, irrep(1, -1) of O(3) is the vector representation.
        C_n and D_n have k = 0 ... n // 2, of dimension 1 for k = 0 and k = n/2 and of dimension 2 otherwise;
        a finite group of 2 x 2 orthogonal matrices is one of these, whatever it is called.

        >>> from gdl_course import groups
        >>> groups.SO(3).irrep(2)
        irrep 2 of SO(3), dimension 5
        >>> groups.cyclic(8).irrep(4)((1, 2, 3, 4, 5, 6, 7, 0))
        array([[-1.]])
        """
        raise NotImplementedError

    def irreps(self, degree: int | None = None) -> tuple[Representation, ...]:
        """All real irreps, no two equivalent, the trivial one first; of a Lie group those up to a degree.

        Those of a finite group are found by the machine, smallest first, and named by their dimension and a letter (not
        that of its character table, whose rows are complex); an irrep of C_n or D_n with a given frequency is `irrep`.

        Raises:
            ValueError: the irreps of the group are not known, or a Lie group is given no degree.

        >>> from gdl_course import groups
        >>> [psi.name for psi in groups.symmetric(4).irreps()], [psi.name for psi in groups.O(2).irreps(2)]
        (['1a', '1b', '2a', '3a', '3b'], ['irrep 0', 'irrep 0, sign -1', 'irrep 1', 'irrep 2'])
        """
        raise NotImplementedError

    def quadrature(self, degree: int = 0) -> tuple:
        """Elements with weights, in one or more steps: the mean over the group, exact up to a degree.

        A step is a list of pairs (g, weight), and all products g1 g2 ... with one element of each step, weighted by the
        products of their weights, replace the group: the mean of D(g) is the same, for each irrep D of at most this
        degree. So the mean of rho(g) W sigma(g)⁻¹ is a few short sums, one inside the other.
        A finite group is one step of all its elements; a turn of R³ is three turns, about z, y and z.

        Raises:
            ValueError: there is no such rule for the group.

        >>> from gdl_course import groups
        >>> [len(step) for step in groups.O(3).quadrature(4)], len(groups.symmetric(4).quadrature()[0])
        ([2, 5, 3, 5], 24)
        """
        raise NotImplementedError

    def inflate(self, rho: Representation, factor: int) -> Representation:
        """The representation of a direct product in which one factor acts by rho, and the other not at all.

        `factor` is 0 or 1, the place of rho's group in `direct_product`.

        >>> from gdl_course import groups
        >>> SO3, S5 = groups.SO(3), groups.symmetric(5)
        >>> G = groups.direct_product(SO3, S5)
        >>> G.inflate(SO3.vector(), 0) * G.inflate(S5.permutation(), 1)  # five points in space
        (vector ⊗ permutation) of SO(3)×S5, dimension 15
        """
        if not self.factors:
            raise ValueError(f"inflate is for direct products; got {self.name}")
        if factor not in (0, 1):
            raise ValueError(f"factor is 0 or 1, the place in direct_product; got {factor!r}")
        group, projection = self.factors[factor]
        if rho.group != group:
            raise ValueError(
                f"factor {factor} of {self.name} is {group.name}; got a representation of {rho.group.name}"
            )
        return rho.restrict(self, projection)

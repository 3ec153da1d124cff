"""What leaves a point alone, and what carries it elsewhere: the two halves of "solve at one point, then steer"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from gdl_course.groups.catalogue import cyclic
from gdl_course.groups.finite_group import FiniteGroup
from gdl_course.groups.lie_group import SO, LieGroup, O
from gdl_course.groups.permutations import StabiliserChain

NEAR = 1e-9  # points nearer than this, for points of length 1, are one

Point = ArrayLike | tuple  # the number of a point, or a vector


@dataclass(frozen=True, repr=False)
class Subgroup:
    """A group and its inclusion into a larger one; unpack it into ``rho.restrict(*subgroup)``.

    Attributes:
        group: the smaller group H, of any kind, with elements of its own.
        inclusion: the injective homomorphism that sends the elements of H to elements of G.
        name: what is included where, in words.

    >>> from gdl_course import groups
    >>> H, inclusion = groups.stabiliser(groups.O(2), [0, 1])
    >>> H, inclusion(H.generators[0]).tolist()
    (C2 (finite group of order 2, acts on 2 points), [[-1.0, 0.0], [0.0, 1.0]])
    """

    group: FiniteGroup | LieGroup
    inclusion: Callable
    name: str

    def __iter__(self) -> Iterator:
        return iter((self.group, self.inclusion))

    def __repr__(self) -> str:
        return self.name


def stabiliser(G: FiniteGroup | LieGroup, point: Point) -> Subgroup:
    """The elements of G that leave a point alone, as a group with its inclusion into G.

    In SO(n) and O(n) what leaves a vector x0 != 0 alone turns, or mirrors, the rest: it is SO(n - 1), or O(n - 1). So
    the stabiliser is trivial in SO(2), one mirror in O(2), the turns about x0 in SO(3), these and the mirrors through
    x0 in O(3); of x0 = 0 it is all of G. In a finite group the elements are tried one by one.

    Args:
        G: SO(2), O(2), SO(3), O(3), or a finite group.
        point: a vector that the matrices of G act on; for a finite group also the number of one of its points.

    Raises:
        ValueError: G is another group, or does not act on such points.

    >>> from gdl_course import groups
    >>> SO3 = groups.SO(3)
    >>> H = stabiliser(SO3, [0, 0, 2])
    >>> H, H.group
    (SO(2) about (0, 0, 1) in SO(3), SO(2) (Lie group of 2x2 matrices, dimension 1))
    >>> SO3.irrep(2).restrict(*H)
    irrep 2 of SO(2), dimension 5
    >>> stabiliser(groups.symmetric(4), 0).group
    S4 that fixes 0 (finite group of order 6, acts on 4 points)
    """
    if isinstance(G, FiniteGroup):
        return _of_finite(G, point)
    x0 = _vector(G, point)
    length, n = np.linalg.norm(x0), len(x0)
    if length == 0:
        return Subgroup(G, lambda h: h, f"{G.name}, which fixes 0")
    if G not in (SO(2), SO(3), O(2), O(3)):
        raise ValueError(f"the stabiliser of a vector is known in SO(2), O(2), SO(3), O(3); got {G.name}")
    frame = _turn(np.eye(n)[-1], x0 / length)  # its last axis points to x0
    inside = lambda block: frame @ np.block([[block, np.zeros((n - 1, 1))], [np.zeros((1, n - 1)), 1.0]]) @ frame.T
    mirrors = bool(G.generators)
    where = f"({', '.join(f'{c:.3g}' for c in x0 / length + 0.0)}) in {G.name}"
    if n == 3:
        H = O(2) if mirrors else SO(2)
        return Subgroup(H, inside, f"{H.name} about {where}")
    if mirrors:
        return Subgroup(cyclic(2), lambda h: inside(1.0 - 2.0 * h[0]), f"C2, the mirror through {where}")
    return Subgroup(cyclic(1), lambda h: np.eye(2), f"C1, which fixes {where}")


def carrying(G: FiniteGroup | LieGroup, start: Point, end: Point):
    """An element g of G with g·start = end: the shortest turn in SO(n) and O(n), the first that fits in a finite group.

    All the others are g h, with h in the stabiliser of `start`.

    Raises:
        ValueError: the two are not on one orbit, or G does not act on such points.

    >>> from gdl_course import groups
    >>> carrying(groups.SO(2), [1, 0], [0, 1]).round(3) + 0.0
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    if isinstance(G, FiniteGroup):
        move = _action(G, start)
        for g in G.elements:
            if np.allclose(move(g), end, rtol=0, atol=NEAR):
                return g
    else:
        a, b = _vector(G, start), _vector(G, end)
        length = float(np.linalg.norm(a))
        if G not in (SO(2), SO(3), O(2), O(3)):
            raise ValueError(f"vectors are carried by SO(2), O(2), SO(3), O(3) and finite groups; got {G.name}")
        if abs(length - np.linalg.norm(b)) <= NEAR * max(length, 1e-300):
            return np.eye(G.size) if length == 0 else _turn(a / length, b / np.linalg.norm(b))
    raise ValueError(f"no element of {G.name} carries {_words(start)} to {_words(end)}: they are on different orbits")


def _turn(a, b) -> Float[np.ndarray, "n n"]:
    """The rotation in the plane of two unit vectors of R² or R³ with R a = b."""
    if a @ b < 0:  # carry a to -b first, and then make half a turn in the same plane
        half = -np.eye(2)
        if len(b) == 3:
            across = np.cross(a, b)
            if np.linalg.norm(across) < NEAR:  # opposite points: every plane through them will do
                across = np.cross(b, np.eye(3)[np.abs(b).argmin()])
            across = across - (across @ b) * b
            half = 2 * np.outer(across, across) / (across @ across) - np.eye(3)
        return half @ _turn(a, -b)
    A = np.outer(b, a) - np.outer(a, b)
    return np.eye(len(a)) + A + A @ A / (1 + a @ b)


def _vector(G, point):
    x = np.asarray(point, dtype=float)
    if x.shape != (G.size,) or not np.isfinite(x).all():
        raise ValueError(f"{G.name} acts on vectors of {G.size} finite numbers; got {_words(point)}")
    return x


def _action(G, point) -> Callable:
    """The map g -> g·point of a finite group."""
    if isinstance(point, (int, np.integer)):
        if not 0 <= point < G.degree:
            raise ValueError(f"{G.name} acts on the points 0 ... {G.degree - 1}; got {point}")
        return lambda g: g[point]
    rho, x = G.vector(), np.asarray(point, dtype=float)
    if x.shape != rho.shape:
        raise ValueError(f"{G.name} acts on vectors of {rho.dimension} numbers; got {_words(point)}")
    return lambda g: rho.act(g, x)


def _of_finite(G, point):
    move = _action(G, point)
    chain, generators = StabiliserChain(G.degree), []
    for g in G.elements:
        if g not in chain and np.allclose(move(g), point, rtol=0, atol=NEAR):
            chain.add(g)  # keep only what is new
            generators.append(g)
    name = f"{G.name} that fixes {_words(point)}"
    H = FiniteGroup(tuple(generators) or (G.identity,), name, G.shape, chain.order, G.matrix)
    return Subgroup(H, lambda h: h, name)


def _words(point) -> str:
    return str(np.asarray(point).tolist())

"""Representations: a group that acts on R^d by matrices, rho(gh) = rho(g) rho(h).

Left actions everywhere: on signals (g·x)(u) = x(g⁻¹u), so a permutation representation has
`(rho(g) @ x)[g[i]] = x[i]`. Build one from a group, then combine with `+`, `*`, `**` and `.dual`:

>>> from gdl_course import groups
>>> rho = groups.symmetric(5).permutation()
>>> edges = rho**2                      # acts on 5 x 5 arrays by A -> P A Pᵀ
>>> edges.shape, edges.dimension, (rho + edges).dimension
((5, 5), 25, 30)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import scipy
from jaxtyping import Float, Int


@runtime_checkable
class HasElements(Protocol):
    """What a representation asks of its group; the groups themselves are in `gdl_course.groups`."""

    @property
    def name(self) -> str:
        """What the group is called in messages."""

    @property
    def order(self) -> float:
        """The number of elements, math.inf for a Lie group."""

    @property
    def generators(self) -> tuple:
        """Elements that generate it, with what the `lie_generators` reach."""

    @property
    def lie_generators(self) -> tuple:
        """A basis of the Lie algebra, () for a finite group."""

    def __contains__(self, g) -> bool: ...

    def require(self, g) -> Any:
        """Return g, if it is an element."""

    def compose(self, g, h) -> Any:
        """The product gh."""

    def random(self, rng) -> Any:
        """A random element."""


@dataclass(frozen=True, repr=False, eq=False)
class Representation:
    """A representation of `group` on arrays of shape `shape`, read as vectors in R^dimension (C order).

    Attributes:
        group: what acts.
        shape: of the arrays that it acts on.
        name: what the representation is called in messages.
        matrix: the map from g to its (dimension, dimension) matrix; call `rho(g)`, which checks g first.
        lie_generators: for Lie groups, the matrices d rho(A), one for each of the group's `lie_generators`.
        images: for permutation representations, the map from g to the int array p with index i -> p[i].
    """

    group: Any  # one of gdl_course.groups, a room above this one; `HasElements` is the least that it has
    shape: tuple[int, ...]
    name: str
    matrix: Callable
    lie_generators: Sequence[Float[np.ndarray, "d d"]] = ()
    images: Callable | None = None

    def __repr__(self) -> str:
        return f"{self.name} of {self.group.name}, dimension {self.dimension}"

    @property
    def dimension(self) -> int:
        """The d of R^d."""
        return math.prod(self.shape)

    def __call__(self, g) -> Float[np.ndarray, "d d"]:
        """The (d, d) float64 matrix of g."""
        return self.matrix(self.group.require(g))

    @property
    def generators(self) -> tuple[Float[np.ndarray, "d d"], ...]:
        """The matrices of the group's discrete generators."""
        return tuple(self(g) for g in self.group.generators)

    @property
    def is_permutation(self) -> bool:
        """Whether every element acts as a permutation of the coordinates (by construction)."""
        return self.images is not None

    def permutation_of(self, g) -> Int[np.ndarray, " d"]:
        """The int array p with (rho(g) @ x)[p[i]] = x[i]; ValueError where matrices are no permutations."""
        if self.images is None:
            raise ValueError(f"{self!r} is not a permutation representation; use its matrix rho(g)")
        return self.images(self.group.require(g))

    def act(self, g, x):
        """g·x for x of shape (*leading, *shape), NumPy or JAX; leading axes (batch, channels) stay untouched.

        Raises:
            ValueError: x has another shape.

        >>> from gdl_course import groups
        >>> C4 = groups.cyclic(4)
        >>> C4.permutation().act((1, 2, 3, 0), np.array([10, 20, 30, 40]))
        array([40, 10, 20, 30])
        """
        x = x if hasattr(x, "dtype") else np.asarray(x)
        leading = x.shape[: max(0, x.ndim - len(self.shape))]
        if (*leading, *self.shape) != x.shape:
            expected = ", ".join(map(str, ("...", *self.shape)))
            raise ValueError(f"{self!r}: acts on arrays of shape ({expected}); got shape {x.shape}")
        flat = x.reshape(*leading, self.dimension)
        if self.is_permutation:
            return flat[..., np.argsort(self.permutation_of(g))].reshape(x.shape)
        kind = x.dtype if np.issubdtype(x.dtype, np.inexact) else np.dtype(float)
        return (flat @ self(g).T.astype(kind)).reshape(x.shape)

    def character(self, g) -> float:
        """The trace of rho(g)."""
        if self.is_permutation:
            return float(np.count_nonzero(self.permutation_of(g) == np.arange(self.dimension)))
        return float(np.trace(self(g)))

    @property
    def dual(self) -> Representation:
        """The dual representation rho*(g) = rho(g⁻¹)ᵀ; the same as rho when rho(g) is orthogonal."""
        if self.is_permutation:
            return self
        return Representation(
            self.group, self.shape, f"dual({self.name})", lambda g: np.linalg.inv(self.matrix(g)).T,
            tuple(-A.T for A in self.lie_generators),
        )  # fmt: skip

    def _lie_pairs(self, other):
        return zip(self.lie_generators, other.lie_generators, strict=True)

    def __add__(self, other: Representation) -> Representation:
        """The direct sum: self acts on the first coordinates, other on the rest."""
        require_same_group(self, other)
        images, mine, theirs = None, self.images, other.images
        if mine is not None and theirs is not None:
            images = lambda g: np.concatenate([mine(g), self.dimension + theirs(g)])
        return Representation(
            self.group, (self.dimension + other.dimension,), f"({self.name} + {other.name})",
            lambda g: scipy.linalg.block_diag(self.matrix(g), other.matrix(g)),
            tuple(scipy.linalg.block_diag(A, B) for A, B in self._lie_pairs(other)),
            images,
        )  # fmt: skip

    def __mul__(self, other: Representation) -> Representation:
        """The tensor product; it acts on arrays of shape self.shape + other.shape."""
        require_same_group(self, other)
        images, mine, theirs = None, self.images, other.images
        if mine is not None and theirs is not None:
            images = lambda g: (mine(g)[:, None] * other.dimension + theirs(g)).ravel()
        one, two = np.eye(self.dimension), np.eye(other.dimension)
        return Representation(
            self.group, self.shape + other.shape, f"({self.name} ⊗ {other.name})",
            lambda g: np.kron(self.matrix(g), other.matrix(g)),
            # Leibniz: the derivative of rho ⊗ sigma along A is d rho(A) ⊗ 1 + 1 ⊗ d sigma(A).
            tuple(np.kron(A, two) + np.kron(one, B) for A, B in self._lie_pairs(other)),
            images,
        )  # fmt: skip

    def __pow__(self, k: int) -> Representation:
        """The k-fold tensor product; k = 0 is the trivial representation."""
        if int(k) != k or k < 0:
            raise ValueError(f"a tensor power needs an exponent k = 0, 1, 2, ...; got {k}")
        return trivial(self.group, 1) if k == 0 else math.prod([self] * (k - 1), start=self)

    def restrict(self, subgroup: HasElements, embedding: Callable = lambda h: h) -> Representation:
        """The representation h -> rho(embedding(h)) of a subgroup, or of any group with a homomorphism into this one.

        `embedding` sends elements of `subgroup` to elements of the group (by default the same tuples or matrices).

        Raises:
            ValueError: `embedding` is no homomorphism into the group.

        >>> from gdl_course import groups
        >>> C4 = groups.cyclic(4)
        >>> rho = groups.SO(2).vector().restrict(C4, C4.vector())
        >>> np.round(rho((1, 2, 3, 0))) + 0.0
        array([[ 0., -1.],
               [ 1.,  0.]])
        """
        require_embedding(subgroup, embedding, self.group)
        mine = self.images
        images = None if mine is None else (lambda h: mine(embedding(h)))
        lie = tuple(self._derivative(embedding, A) for A in subgroup.lie_generators)
        return Representation(subgroup, self.shape, self.name, lambda h: self.matrix(embedding(h)), lie, images)

    def _derivative(self, embedding, A):
        """d rho of the direction in which `embedding` sends A, from the logarithm of a small step."""
        if not self.group.lie_generators:  # what moves continuously stands still in a finite group
            return np.zeros((self.dimension, self.dimension))
        step = 2.0**-6
        direction = scipy.linalg.logm(embedding(scipy.linalg.expm(step * A))).real / step
        columns = np.stack([B.ravel() for B in self.group.lie_generators], axis=1)
        return np.tensordot(np.linalg.lstsq(columns, direction.ravel())[0], self.lie_generators, 1)


def require_same_group(rho: Representation, sigma: Representation) -> None:
    """Raise ValueError, naming both, when two representations are of different groups."""
    for r in (rho, sigma):
        if not isinstance(r, Representation):
            raise TypeError(f"expected a Representation, such as G.permutation() or G.vector(); got {r!r}")
    if rho.group != sigma.group:
        raise ValueError(f"both representations must be of one group; got {rho!r}, and {sigma!r}")


def require_homomorphism(rho: Representation) -> None:
    """Raise ArithmeticError unless rho(sg) = rho(s) rho(g) for generators s and random g, and d rho fits rho."""
    rng, G = np.random.default_rng(0), rho.group
    for s in [*G.generators[:4], G.random(rng)]:
        g = G.random(rng)
        product = G.compose(s, g)
        if rho.is_permutation:
            fits = np.array_equal(rho.permutation_of(product), rho.permutation_of(s)[rho.permutation_of(g)])
        else:
            fits = _close(rho(product), rho(s) @ rho(g))
        if not fits:
            raise ArithmeticError(
                f"{rho!r} is no representation: rho(sg) differs from rho(s) rho(g) for s = {s}, g = {g}"
            )
    if rho.lie_generators:
        step = rng.uniform(0.1, 0.3, len(rho.lie_generators))
        if not _close(rho(G.exp(step)), scipy.linalg.expm(np.tensordot(step, rho.lie_generators, 1))):
            raise ArithmeticError(f"{rho!r}: its lie_generators are not the derivative of its matrices")


def _close(a, b):
    return np.allclose(a, b, rtol=0, atol=1e-8 * max(1.0, np.abs(b).max()))


def from_images(group: HasElements, images: Callable, shape: tuple[int, ...], name: str) -> Representation:
    """The permutation representation with index i -> images(g)[i]; its matrices are built when asked for."""
    d = math.prod(shape)

    def matrix(g):
        M = np.zeros((d, d))
        M[images(g), np.arange(d)] = 1.0
        return M

    lie = tuple(np.zeros((d, d)) for _ in group.lie_generators)
    return Representation(group, tuple(shape), name, matrix, lie, images)


def trivial(group: HasElements, d: int = 1) -> Representation:
    """Every element acts as the identity of R^d; see `Group.trivial`."""
    if int(d) != d or d < 1:
        raise ValueError(f"a representation needs a dimension d >= 1; got d = {d}")
    return from_images(group, lambda g: np.arange(d), (d,), "trivial" if d == 1 else f"trivial({d})")


def require_embedding(subgroup: HasElements, embedding: Callable, group: HasElements) -> None:
    """Raise ValueError unless `embedding` is a homomorphism into the group, on generators and random elements."""
    rng = np.random.default_rng(0)
    samples = [*subgroup.generators, subgroup.random(rng), subgroup.random(rng)]
    for h in samples:
        if embedding(h) not in group:
            raise ValueError(f"the embedding must send {subgroup.name} into {group.name}; got {embedding(h)!r}")
        for k in samples:
            left, right = embedding(subgroup.compose(h, k)), group.compose(embedding(h), embedding(k))
            if not np.allclose(left, right, rtol=0, atol=1e-9):
                raise ValueError(f"the embedding of {subgroup.name} into {group.name} does not respect products")

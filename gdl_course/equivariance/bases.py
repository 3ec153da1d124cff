"""The solver's door, its basis, and the doors to the tests of maps that claim to commute with a symmetry."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int32

from gdl_course.equivariance import solvers
from gdl_course.equivariance.testing import EquivarianceError, Square, worst_case
from gdl_course.groups.finite_group import FiniteGroup
from gdl_course.representations import Representation, require_homomorphism, require_same_group

RESIDUAL = 1e-10  # a basis with a larger residual is refused
CHARACTER_WORK = 3_000_000  # the character formula is checked when order times dimensions is below this
MAPS_BYTES = 2 * 10**9


@dataclass(frozen=True, repr=False, eq=False)
class EquivariantBasis:
    """A basis of the linear maps W with rho_out(g) W = W rho_in(g) for all g; made by `linear_maps`.

    Attributes:
        rho_in: what acts on the inputs.
        rho_out: what acts on the outputs.
        method: "orbits", "null_space" or "average".
        dimension: the number of basis maps; 0 when only the zero map is equivariant.
        residual: the largest entry of rho_out(g) W - W rho_in(g) over generators g and basis maps W.
        orbits: for permutation representations, labels: entries with one label share one weight. None otherwise.
        orthonormal: the maps where there are no orbits.
    """

    rho_in: Representation
    rho_out: Representation
    method: str
    dimension: int
    residual: float
    orbits: Int32[np.ndarray, "out in"] | None = None
    orthonormal: Float64[np.ndarray, "k out in"] | None = field(default=None)

    def __repr__(self) -> str:
        sizes = f"{self.rho_in.name} ({self.rho_in.dimension}) -> {self.rho_out.name} ({self.rho_out.dimension})"
        unknowns = self.rho_in.dimension * self.rho_out.dimension
        zero = " (only the zero map is equivariant)" if self.dimension == 0 else ""
        return (
            f"EquivariantBasis of {self.rho_in.group.name}: {sizes}, "
            f"dimension {self.dimension} of {unknowns}{zero}, by {self.method}"
        )

    @property
    def _orthonormal(self) -> Float64[np.ndarray, "k out in"]:
        assert self.orthonormal is not None  # a basis has orbits, or these
        return self.orthonormal

    @cached_property
    def maps(self) -> Float64[np.ndarray, "k out in"]:
        """The basis, dense, float64 (dimension, out, in): 0/1 indicators of orbits, or orthonormal maps."""
        if self.orbits is None:
            return self._orthonormal
        size = 8 * self.dimension * self.orbits.size
        if size > MAPS_BYTES:
            raise MemoryError(
                f"the {self.dimension} dense maps would take {size / 1e9:.1f} GB; use .orbits, .combine(coefficients) "
                "or .project(W), which never build them"
            )
        return (self.orbits == np.arange(self.dimension)[:, None, None]).astype(float)

    @property
    def norms(self) -> Float64[np.ndarray, " k"]:
        """The Frobenius norm of each map: 1 where they are orthonormal, else the square root of the orbit's size."""
        return np.ones(self.dimension) if self.orbits is None else np.sqrt(np.bincount(self.orbits.ravel()))

    def combine(self, coefficients):
        """The map sum_k coefficients[k] * maps[k]; leading axes (channels) stay, so that weights become matrices.

        NumPy or JAX, shape (..., dimension) to (..., out, in). The dense maps of permutations are never built: a
        coefficient is copied to each entry of its orbit.

        >>> from gdl_course import groups
        >>> rho = groups.cyclic(3).permutation()
        >>> linear_maps(rho, rho).combine([5.0, 7.0, 9.0])
        array([[5., 7., 9.],
               [9., 5., 7.],
               [7., 9., 5.]])
        """
        c = coefficients if hasattr(coefficients, "dtype") else np.asarray(coefficients)
        if c.ndim < 1 or c.shape[-1] != self.dimension:
            raise ValueError(f"expected {self.dimension} coefficients on the last axis; got shape {c.shape}")
        if self.orbits is not None:
            return c[..., self.orbits]
        shape = (self.rho_out.dimension, self.rho_in.dimension)
        kind = float if c.dtype.kind in "biu" else c.dtype
        maps = self._orthonormal.reshape(self.dimension, math.prod(shape)).astype(kind)
        return (c @ maps).reshape(*c.shape[:-1], *shape)

    def coefficients(self, W) -> Float64[np.ndarray, " k"]:
        """The coefficients of the equivariant map that is closest to W, a vector of length `dimension`."""
        W = _require_map(W, self.rho_in, self.rho_out)
        if self.orbits is None:
            return np.tensordot(self._orthonormal, W, 2)
        labels = self.orbits.ravel()
        return np.bincount(labels, W.ravel(), self.dimension) / np.bincount(labels)

    def project(self, W) -> Float64[np.ndarray, "out in"]:
        """The equivariant map closest to W in the sum of squares; equals the group average for orthogonal rho.

        >>> from gdl_course import groups
        >>> rho = groups.cyclic(2).permutation()
        >>> linear_maps(rho, rho).project([[1.0, 2.0], [4.0, 5.0]])
        array([[3., 3.],
               [3., 3.]])
        """
        return self.combine(self.coefficients(W))


def linear_maps(rho_in: Representation, rho_out: Representation, method: str = "auto") -> EquivariantBasis:
    """All linear maps W with rho_out(g) W = W rho_in(g) for every g, as a verified `EquivariantBasis`.

    Method "orbits" (permutation representations; exact), "null_space" (any), "average" (finite groups), or
    "auto": orbits where both are permutation representations, the null space otherwise. The result is
    verified: both are representations, the maps are finite, their residual is < 1e-10, the spectrum has a
    clear gap, and the dimension is that of the character formula where the group is finite and small enough
    to sum over.

    Raises:
        ArithmeticError: the result, or one of the representations, does not stand this test.
        ValueError: the representations are of different groups, or the method does not apply.

    >>> from gdl_course import groups
    >>> SO3 = groups.SO(3)
    >>> linear_maps(SO3.vector() ** 2, SO3.vector() ** 2).dimension
    3
    >>> linear_maps(SO3.irrep(0), SO3.irrep(1))  # doctest: +NORMALIZE_WHITESPACE
    EquivariantBasis of SO(3): irrep 0 (1) -> irrep 1 (3), dimension 0 of 3 (only the zero map is
    equivariant), by null_space
    """
    require_same_group(rho_in, rho_out)
    permutations = rho_in.is_permutation and rho_out.is_permutation
    if method == "auto":
        method = "orbits" if permutations else "null_space"
    if method == "orbits" and not permutations:
        raise ValueError(f"method 'orbits' needs permutation representations; got {rho_in!r}, and {rho_out!r}")
    if method == "average" and not isinstance(rho_in.group, FiniteGroup):
        raise ValueError(f"method 'average' needs a finite group; got {rho_in.group!r}. Use 'null_space'")
    if method not in _METHODS:
        raise ValueError(f"method is 'auto', {', '.join(map(repr, _METHODS))}; got {method!r}")
    for rho in {id(rho): rho for rho in (rho_in, rho_out)}.values():  # once when they are the same object
        require_homomorphism(rho)
    return _verified(_METHODS[method](rho_in, rho_out))


def _by_orbits(rho_in, rho_out):
    labels = solvers.orbits(rho_in, rho_out)
    residual = solvers.orbit_residual(labels, rho_in, rho_out)
    return EquivariantBasis(rho_in, rho_out, "orbits", int(labels.max()) + 1, residual, orbits=labels)


def _by_null_space(rho_in, rho_out):
    return _orthonormal(rho_in, rho_out, "null_space", solvers.null_space(rho_in, rho_out))


def _by_average(rho_in, rho_out):
    dimension = solvers.character_dimension(rho_in, rho_out)
    return _orthonormal(rho_in, rho_out, "average", solvers.average(rho_in, rho_out, dimension))


def _orthonormal(rho_in, rho_out, method, maps):
    residual = solvers.residual(maps, solvers.constraints(rho_in, rho_out))
    return EquivariantBasis(rho_in, rho_out, method, len(maps), residual, orthonormal=maps)


_METHODS = {"orbits": _by_orbits, "null_space": _by_null_space, "average": _by_average}


def _verified(basis):
    rho_in, rho_out = basis.rho_in, basis.rho_out
    if not basis.residual < RESIDUAL:  # also true for NaN
        raise ArithmeticError(f"{basis!r}: the residual {basis.residual:.1e} is not below {RESIDUAL:.0e}")
    if rho_in.group.order * (rho_in.dimension + rho_out.dimension) <= CHARACTER_WORK:
        expected = solvers.character_dimension(rho_in, rho_out)
        if expected != basis.dimension:
            raise ArithmeticError(f"{basis!r}: the character formula gives dimension {expected}")
    return basis


def project(W, rho_in: Representation, rho_out: Representation) -> Float64[np.ndarray, "out in"]:
    """The group average (Reynolds operator) of W: the mean of rho_out(g) W rho_in(g)⁻¹ over a finite group.

    W has shape (out, in). For groups that cannot be listed use `linear_maps(rho_in, rho_out).project(W)`.

    >>> from gdl_course import groups
    >>> rho = groups.cyclic(3).permutation()
    >>> project(np.diag([3.0, 0.0, 0.0]), rho, rho)
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """
    require_same_group(rho_in, rho_out)
    if not isinstance(rho_in.group, FiniteGroup):
        raise ValueError(f"the average runs over a finite group; got {rho_in.group!r}. Use linear_maps(...).project(W)")
    return solvers.reynolds(_require_map(W, rho_in, rho_out), rho_in, rho_out)


def _require_map(W, rho_in, rho_out):
    W = np.asarray(W, dtype=float)
    shape = (rho_out.dimension, rho_in.dimension)
    if W.shape != shape:
        raise ValueError(f"expected a map of shape (out, in) = {shape}; got shape {W.shape}")
    if not np.isfinite(W).all():
        bad = np.count_nonzero(~np.isfinite(W))
        raise ValueError(f"expected finite numbers in W; got {bad} NaN or infinite entries of {W.size}")
    return W


def equivariance_error(f: Callable, x, rho_in: Representation, rho_out: Representation, g) -> float:
    """The relative error ||f(g·x) - g·f(x)|| / ||f(x) - f(0)||, a float (absolute where both are 0, inf for NaN).

    A constant part of f does not make a failure look small: see `gdl_course.equivariance.testing.Square.error`.

    x has shape (*leading, *rho_in.shape), NumPy or JAX, and is handed to f as it is.

    >>> from gdl_course import groups
    >>> rho = groups.cyclic(4).permutation()
    >>> x = np.array([1.0, 2.0, 4.0, 8.0])
    >>> equivariance_error(np.square, x, rho, rho, (1, 2, 3, 0))
    0.0
    >>> round(equivariance_error(np.cumsum, x, rho, rho, (1, 2, 3, 0)), 3)
    0.921
    """
    require_same_group(rho_in, rho_out)
    if not np.isfinite(np.asarray(x)).all():
        raise ValueError("expected finite numbers in x; got NaN or infinite entries")
    return Square(f, rho_in, rho_out).error(x, g)


def equivariance_report(f, rho_in, rho_out, *, seed=0, samples=8, tolerance=1e-5, leading=()):
    """Test f(g·x) = g·f(x) on random g and random x, and report; see `check_equivariance`, which also raises.

    Tested are every discrete generator, `samples` random elements that are no involutions and `samples` that
    may be, each on its own normal x of shape (*leading, *rho_in.shape), float64. f must be deterministic. It is called
    twice a test, and where one fails at most 200 times more, in search of a small input that fails.
    """
    require_same_group(rho_in, rho_out)
    return worst_case(f, rho_in, rho_out, seed=seed, samples=samples, tolerance=tolerance, leading=leading)


def check_equivariance(f, rho_in, rho_out, *, seed=0, samples=8, tolerance=1e-5, leading=()):
    """As `equivariance_report`, but raises `EquivarianceError` (with `.report`) when f is not equivariant.

    >>> from gdl_course import groups
    >>> rho = groups.cyclic(5).permutation()
    >>> check_equivariance(lambda x: x - x.mean(), rho, rho).passed
    True
    """
    report = equivariance_report(f, rho_in, rho_out, seed=seed, samples=samples, tolerance=tolerance, leading=leading)
    if not report.passed:
        raise EquivarianceError(report)
    return report

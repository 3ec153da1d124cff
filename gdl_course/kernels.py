"""From a matrix to a kernel and back: circulants, correlation matrices, rotated and isotropic kernels.

Everything here is NumPy float64 algebra on small dense arrays. It is the slow, readable side of
`gdl_course.layers.grid`: `correlation_matrix` writes out, entry by entry, the matrix that the fast layer applies.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gdl_course.equivariance import EquivariantBasis, linear_maps
from gdl_course.groups import stabiliser
from gdl_course.representations import Representation, actions, require_same_group

# What each padding is called by `np.pad` and `jnp.pad`. "reflect" does not repeat the edge: c b | a b c | b a.
PADDINGS = {"wrap": "wrap", "zero": "constant", "reflect": "reflect"}


def circulant(column: ArrayLike) -> np.ndarray:
    """The matrix of circular convolution with `column`: ``W[u, v] = column[(u - v) mod shape]``.

    The convolution kernel is the *first column* of W, the response to an impulse at the origin. The first row holds
    the same numbers in reverse order: it is the kernel of circular *correlation*.

    Args:
        column: shape (n,) for signals on Z_n, or (h, w) for signals on the torus Z_h x Z_w, whose pixels are numbered
            row by row.

    Returns:
        float64, shape (n, n) or (h w, h w).

    Raises:
        ValueError: `column` is empty or has another number of axes.

    >>> circulant([1, 2, 3])
    array([[1., 3., 2.],
           [2., 1., 3.],
           [3., 2., 1.]])

    Source: Davis, *Circulant Matrices*, 1979.
    """
    column = np.asarray(column, dtype=np.float64)
    if column.ndim not in (1, 2) or column.size == 0:
        raise ValueError(f"a circulant needs a non-empty column of shape (n,) or (h, w); got shape {column.shape}")
    points = np.indices(column.shape).reshape(column.ndim, -1)
    differences = points[:, :, None] - points[:, None, :]
    return column[tuple(d % n for d, n in zip(differences, column.shape, strict=True))]


def from_circulant(W: ArrayLike, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """The convolution kernel of a circulant matrix: its first column, in the shape of the grid.

    Args:
        W: shape (n, n).
        shape: the grid, (n,) by default; (h, w) for a block-circulant matrix on the torus Z_h x Z_w.

    Returns:
        float64, shape `shape`; ``circulant(from_circulant(W, shape))`` is W.

    Raises:
        ValueError: W is not square, does not fit `shape`, or does not commute with the shifts.

    >>> from_circulant([[1, 3, 2], [2, 1, 3], [3, 2, 1]])
    array([1., 2., 3.])
    """
    W = np.asarray(W, dtype=np.float64)
    if W.ndim != 2 or W.shape[0] != W.shape[1] or W.size == 0:
        raise ValueError(f"a circulant matrix is square; got shape {W.shape}")
    shape = W.shape[:1] if shape is None else tuple(shape)
    if np.prod(shape) != len(W):
        raise ValueError(f"a grid of shape {shape} has {np.prod(shape)} points; got a matrix of shape {W.shape}")
    column = W[:, 0].reshape(shape)
    distance = np.abs(W - circulant(column)).max()
    if not distance <= 1e-10 * max(np.abs(W).max(), 1.0):
        raise ValueError(
            f"the matrix does not commute with the shifts of a grid of shape {shape}: it differs by {distance:.2g} "
            "from the circulant of its first column; project it first, with gdl_course.project"
        )
    return column


def correlation_matrix(kernel: ArrayLike, shape: tuple[int, ...], padding: str = "wrap", stride: int = 1) -> np.ndarray:
    """The dense matrix of the layer `gdl_course.layers.grid.conv` with one channel in and one out.

    With radius r (kernel size 2r + 1) and stride s, on one axis, ::

        (W x)[i] = sum over t = -r .. r of  kernel[t + r] * x[s i + t]

    where x is continued beyond its border as `padding` says. This is cross-correlation, what deep learning calls
    convolution. On two axes the sum runs over both offsets, and pixels are numbered row by row.

    Args:
        kernel: shape (k,) or (k1, k2), odd sizes.
        shape: the input grid, (n,) or (h, w).
        padding: "wrap" (torus), "zero", or "reflect" (mirrored without repeating the edge).
        stride: the output is sampled at 0, s, 2s, ... on each axis.

    Returns:
        float64, shape (number of outputs, number of inputs).

    Raises:
        ValueError: as `check_correlation`.

    >>> correlation_matrix([1, 0, -1], (4,))
    array([[ 0., -1.,  0.,  1.],
           [ 1.,  0., -1.,  0.],
           [ 0.,  1.,  0., -1.],
           [-1.,  0.,  1.,  0.]])
    """
    kernel, shape = np.asarray(kernel, dtype=np.float64), tuple(shape)
    check_correlation(kernel.shape, shape, padding, stride)
    axes = [_taps(k, n, padding, stride) for k, n in zip(kernel.shape, shape, strict=True)]
    if kernel.ndim == 1:
        return np.einsum("a,aiu->iu", kernel, axes[0])
    W = np.einsum("ab,aiu,bjv->ijuv", kernel, *axes, optimize=True)
    return W.reshape(-1, shape[0] * shape[1])


def _taps(size: int, n: int, padding: str, stride: int) -> np.ndarray:
    """For each of the `size` taps, the (outputs, n) matrix that picks the entry of x which the tap reads."""
    radius = size // 2
    mode: Any = PADDINGS[padding]
    padded = np.pad(np.eye(n), ((radius, radius), (0, 0)), mode=mode)  # padding x is a linear map, too
    return np.stack([padded[t : t + n : stride] for t in range(size)])


def check_correlation(kernel: tuple[int, ...], shape: tuple[int, ...], padding: str, stride: int) -> None:
    """Raise ValueError unless a kernel of these sizes can slide over a grid of this shape.

    A kernel may be larger than the grid: then several taps read the same point, and their weights add.

    >>> check_correlation((3, 3), (7, 8), "wrap", 2)
    Traceback (most recent call last):
        ...
    ValueError: height 7 is not a multiple of stride 2: the coarse grid would have no shift action; crop or pad the \
signal, or use stride 1
    """
    if not isinstance(stride, (int, np.integer)) or stride < 1:
        raise ValueError(f"stride must be a positive whole number; got {stride!r}")
    if len(shape) not in (1, 2) or min(shape) < 1:
        raise ValueError(f"signals live on a non-empty grid of shape (n,) or (h, w); got shape {shape}")
    if len(kernel) != len(shape):
        raise ValueError(
            f"the kernel needs as many spatial axes as the signal; got kernel sizes {kernel} on a grid of shape {shape}"
        )
    if any(k % 2 == 0 for k in kernel):
        raise ValueError(f"kernel sizes must be odd, so that the kernel has a centre; got {kernel}")
    if padding not in PADDINGS:
        raise ValueError(f"padding must be one of {', '.join(PADDINGS)}; got {padding!r}")
    if padding == "wrap":
        check_divides(stride, shape, "stride")


def check_divides(step: int, shape: tuple[int, ...], what: str) -> None:
    """Raise ValueError unless `step` divides every size: only then do shifts by multiples of it act on the coarse grid.

    >>> check_divides(2, (8, 6), "stride")
    """
    names = ("length",) if len(shape) == 1 else ("height", "width")
    for name, n in zip(names, shape, strict=True):
        if n % step:
            raise ValueError(
                f"{name} {n} is not a multiple of {what} {step}: the coarse grid would have no shift action; "
                f"crop or pad the signal, or use {what} 1"
            )


def rotated(kernel: ArrayLike, k: int) -> np.ndarray:
    """The kernel turned by `k` quarter turns, counterclockwise as printed (`np.rot90` on the last two axes).

    >>> rotated([[1, 2], [3, 4]], 1)
    array([[2, 4],
           [1, 3]])
    """
    kernel = np.asarray(kernel)
    if kernel.ndim < 2 or kernel.shape[-1] != kernel.shape[-2]:
        raise ValueError(f"quarter turns act on square kernels, (..., k, k); got shape {kernel.shape}")
    return actions.moved(kernel, actions.TURNS[k % 4])


def isotropic(kernel: ArrayLike) -> np.ndarray:
    """The average of the kernel over the 8 symmetries of the square: the nearest kernel that they leave alone.

    Convolution with it commutes with quarter turns and reflections of a square grid.

    Args:
        kernel: shape (..., k, k).

    Returns:
        float64, the same shape.

    >>> isotropic([[4, 0, 0], [0, 1, 0], [0, 8, 0]])
    array([[1., 2., 1.],
           [2., 1., 2.],
           [1., 2., 1.]])
    """
    return np.mean([actions.moved(rotated(kernel, 0), M) for M in actions.TURNS + actions.MIRRORS], axis=0)


def is_isotropic(kernel: ArrayLike) -> bool:
    """Whether the 8 symmetries of the square leave the kernel alone, up to rounding.

    >>> is_isotropic([[0, 1, 0], [1, -4, 1], [0, 1, 0]]), is_isotropic([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    (True, False)
    """
    kernel = np.asarray(kernel, dtype=np.float64)
    return bool(np.allclose(kernel, isotropic(kernel), rtol=0, atol=1e-12 * max(np.abs(kernel).max(), 1.0)))


def at_point(rho_in: Representation, rho_out: Representation, point: ArrayLike) -> EquivariantBasis:
    """What a steerable kernel may be at one point: the maps that commute with all that leaves the point alone.

    A kernel is steerable when K(g x) = rho_out(g) K(x) rho_in(g)⁻¹ for all g. With g from the stabiliser of x0 this
    says that K(x0) commutes with the stabiliser, and all other points of the orbit follow by `steer`:

        K0 = kernels.at_point(rho_in, rho_out, x0)              # a basis of what K(x0) may be
        K = kernels.steer(K0.maps, rho_in, rho_out, g)          # the same kernels at g x0

    `point` is the vector x0; the group is SO(2), O(2), SO(3), O(3), or a finite one, see `groups.stabiliser`.

    Raises:
        ValueError: the representations are of different groups, or the group does not act on such points.

    >>> from gdl_course import groups
    >>> SO2, O2, SO3 = groups.SO(2), groups.O(2), groups.SO(3)
    >>> [at_point(G.irrep(1), G.irrep(2), [0, 1]).dimension for G in (SO2, O2)]  # no condition; one mirror
    [4, 2]
    >>> at_point(SO3.irrep(1), SO3.irrep(2), [0, 0, 1]).dimension  # 2 min(1, 2) + 1
    3
    >>> at_point(SO2.irrep(1), SO2.irrep(2), [0, 0]).dimension  # at the centre: everything turns
    0
    """
    require_same_group(rho_in, rho_out)
    H = stabiliser(rho_in.group, point)
    return linear_maps(rho_in.restrict(*H), rho_out.restrict(*H))


def steer(K: ArrayLike, rho_in: Representation, rho_out: Representation, g: Any) -> np.ndarray:
    """rho_out(g) K rho_in(g)⁻¹: the value at g x0 of a kernel that is K at x0.

    Args:
        K: shape (..., out, in), for instance the maps of `at_point`.
        rho_in, rho_out: of one group.
        g: an element of it; `groups.carrying(G, x0, x)` is one with g x0 = x.

    Raises:
        ValueError: K has another shape, or the representations are of different groups.

    >>> from gdl_course import groups
    >>> SO2 = groups.SO(2)
    >>> gradient = [[1.0, 0.0]]  # from a vector to a number, at x0 = (1, 0): its part along x0
    >>> steer(gradient, SO2.vector(), SO2.trivial(), groups.carrying(SO2, [1, 0], [0, 1])).round(12) + 0.0
    array([[0., 1.]])
    """
    require_same_group(rho_in, rho_out)
    K = np.asarray(K, dtype=float)
    if K.shape[-2:] != (rho_out.dimension, rho_in.dimension):
        raise ValueError(f"a kernel from {rho_in!r} to {rho_out!r} has these axes last: out, in; got shape {K.shape}")
    return rho_out(g) @ K @ rho_in(rho_in.group.inverse(g))

"""Fields of frequencies and the kernels between them, in closed form; used through `steerable`."""

import functools
import operator
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Array, Float, Int, Num, Shaped

from gdl_course.groups import SO, LieGroup, O
from gdl_course.representations import Representation

RING_WIDTH = 0.6  # standard deviation of a ring in pixels: neighbouring rings, one pixel apart, overlap a little
UPPER = np.diag([1.0, -1.0])  # the mirror that leaves the point (1, 0) alone
QUARTER = np.array([[0.0, -1.0], [1.0, 0.0]])


@dataclass(frozen=True)
class Fields:
    """What stands at each pixel: several fields, each of which turns by an irrep of SO(2) or O(2).

    An image of `Fields(SO(2), (8, 4, 2))` has shape (8 + 4·2 + 2·2, height, width): 8 fields of frequency 0, which
    do not turn, then 4 vectors, which turn with the picture, then 2 fields that turn twice as fast. A field of
    frequency k > 0 has two channels, read as a vector of R² or as one complex number.

    Attributes:
        group: `groups.SO(2)` or `groups.O(2)`.
        counts: how many fields of each irrep, in the order of `group.irreps(degree)`: frequency 0, 1, 2, ... for SO(2);
            for O(2) frequency 0, frequency 0 with the sign of a mirror, then 1, 2, ...

    Raises:
        ValueError: the group is another one, or `counts` are not numbers of fields.

    >>> from gdl_course import groups
    >>> fields = Fields(groups.SO(2), (8, 4, 2))
    >>> fields.channels, fields.irreps[2]
    (20, irrep 2 of SO(2), dimension 2)
    """

    group: LieGroup
    counts: tuple[int, ...]

    def __post_init__(self):
        if self.group not in (SO(2), O(2)):
            raise ValueError(f"fields turn by irreps of SO(2) or O(2); got {self.group!r}")
        counts = tuple(self.counts)
        if not counts or any(not isinstance(n, (int, np.integer)) or n < 0 for n in counts) or sum(counts) == 0:
            raise ValueError(f"counts are numbers of fields, one for each irrep, not all 0; got {self.counts!r}")
        object.__setattr__(self, "counts", counts)

    @functools.cached_property
    def irreps(self) -> tuple[Representation, ...]:
        """The irrep of each entry of `counts`."""
        return self.group.irreps(len(self.counts))[: len(self.counts)]

    @property
    def channels(self) -> int:
        """The number of channels: one for a field of frequency 0, two for every other."""
        return sum(n * psi.dimension for n, psi in zip(self.counts, self.irreps, strict=True))

    @functools.cached_property
    def representation(self) -> Representation:
        """The direct sum by which the channels of one pixel turn."""
        copies = [psi for n, psi in zip(self.counts, self.irreps, strict=True) for _ in range(n)]
        return functools.reduce(operator.add, copies)

    def split(self, x: Shaped[Array | np.ndarray, "channels *space"]) -> list[Array | np.ndarray]:
        """The channels by irrep: a list of arrays (fields, dimension, *space), one for each entry of `counts`.

        Raises:
            ValueError: x has another number of channels.
        """
        if x.shape[0] != self.channels:
            raise ValueError(f"{self!r} have {self.channels} channels; got x of shape {x.shape}")
        parts, start = [], 0
        for n, psi in zip(self.counts, self.irreps, strict=True):
            end = start + n * psi.dimension
            parts.append(x[start:end].reshape(n, psi.dimension, *x.shape[1:]))
            start = end
        return parts


def act(
    g: Float[np.ndarray, "2 2"], x: Num[Array | np.ndarray, "channels h w"], fields: Fields
) -> Float[np.ndarray, "channels h w"]:
    """(g·x)(u) = rho(g) x(g⁻¹u): the picture is turned about its centre, and what stands at each pixel turns with it.

    Quarter turns and mirrors move pixels to pixels and are exact. All other turns read between the pixels, by cubic
    splines; beyond the border x is 0. The first axis of the plane points to the right and the second one up, against
    the rows, so that a turn by a positive angle is counter-clockwise as seen, as in `np.rot90`.

    Args:
        g: an element of SO(2) or O(2), for instance ``groups.SO(2).exp([angle])``.
        x: an image of these fields, square where g swaps the axes.

    Raises:
        ValueError: g is no element of the group, or x has another number of channels.

    >>> from gdl_course import groups
    >>> vectors = Fields(groups.SO(2), (0, 1))
    >>> right = np.zeros((2, 3, 3))
    >>> right[0, 1, 2] = 1.0  # a vector to the right, at the right border
    >>> up = act(groups.SO(2).exp([np.pi / 2]), right, vectors)
    >>> np.argwhere(up > 0.5).tolist()  # a vector upwards, at the upper border
    [[1, 0, 1]]
    """
    if g not in fields.group:
        raise ValueError(f"g must be a 2x2 matrix of {fields.group.name}; got {np.asarray(g).tolist()}")
    x = np.asarray(x, dtype=float)
    fields.split(x)
    centre = (np.array(x.shape[1:]) - 1) / 2
    to_rows = np.array([[0.0, -1.0], [1.0, 0.0]])  # (row, column) of a step (right, up)
    back = to_rows @ np.linalg.inv(g) @ to_rows.T  # where a pixel is read
    rounded = np.rint(back)
    exact = np.allclose(back, rounded, rtol=0, atol=1e-12)
    back = rounded if exact else back
    moved = [
        scipy.ndimage.affine_transform(c, back, centre - back @ centre, order=0 if exact else 3, mode="constant")
        for c in x
    ]
    return np.tensordot(fields.representation(g), np.array(moved), 1)


def ring_kernels(
    psi_in: Representation, psi_out: Representation, angles: Num[np.ndarray, " n"]
) -> tuple[Int[np.ndarray, " k"], Float[np.ndarray, "k n out in"]]:
    """All steerable kernels from one irrep of SO(2) or O(2) to another, on a ring of angles.

    K(φ + θ) = psi_out(θ) K(φ) psi_in(θ)⁻¹ for all turns θ. Where both have frequencies i, j > 0 the solutions are
    cos and sin of (j - i)φ and of (j + i)φ, each in a *pair*: with R(α) the turn by α, J the quarter turn and
    S = diag(1, -1), which turns against it,

        R((j - i)φ),  R((j - i)φ) J,  R((j + i)φ) S,  R((j + i)φ) S J.

    From or to frequency 0 it is cos and sin of the other frequency, and 1 between two of them. A mirror leaves one of
    each pair.

    Returns:
        The frequency in φ of each kernel, and its values: 4, 2 or 1 kernels for SO(2), half as many for O(2).

    Raises:
        ValueError: the representations are not irreps of SO(2), or of O(2).

    >>> from gdl_course import groups
    >>> irrep = groups.SO(2).irrep
    >>> frequencies, K = ring_kernels(irrep(1), irrep(2), np.linspace(0, 6, 100))
    >>> frequencies, K.shape
    (array([1, 1, 3, 3]), (4, 100, 2, 2))

    Source: Weiler and Cesa, *General E(2)-Equivariant Steerable CNNs*, NeurIPS 2019, whose appendix solves for
    all irreps of O(2) and its subgroups.
    """
    i, j = _frequency(psi_in), _frequency(psi_out)
    if psi_in.group != psi_out.group:
        raise ValueError(f"both irreps must be of one group; got {psi_in!r}, and {psi_out!r}")
    angles = np.asarray(angles, dtype=float)
    if i and j:
        starts = [(j - i, np.eye(2)), (j - i, QUARTER), (j + i, UPPER), (j + i, UPPER @ QUARTER)]
    elif j:
        starts = [(j, np.eye(2)[:, :1]), (j, np.eye(2)[:, 1:])]
    elif i:  # a row: the transpose turns back
        starts = [(i, np.eye(2)[:1]), (i, np.eye(2)[1:])]
    else:
        starts = [(0, np.eye(1))]
    if psi_in.group.generators:  # what a mirror leaves alone at the angle 0
        at_zero = lambda K: psi_out(UPPER) @ K @ psi_in(UPPER)
        starts = [(m, K) for m, K in starts if np.allclose(at_zero(K), K, rtol=0, atol=1e-12)]
    values = [_turns(m * angles) @ K if j else K @ _turns(-m * angles) if i else 0 * angles[:, None, None] + K
              for m, K in starts]  # fmt: skip
    frequencies = np.array([abs(m) for m, _ in starts], dtype=int)
    return frequencies, np.array(values).reshape(len(starts), len(angles), psi_out.dimension, psi_in.dimension)


def grid_kernels(psi_in: Representation, psi_out: Representation, size: int) -> Float[np.ndarray, "k out in size size"]:
    """The kernels of `ring_kernels` on a square of pixels, each on rings of radius 0, 1, ..., size // 2.

    A ring is a Gaussian bump in the radius. A kernel of frequency m stands on the rings of radius q >= m/2 only: one
    with few pixels cannot tell a fast wave from a slow one (aliasing). At the centre, where there is no angle, all
    but frequency 0 are 0. Each kernel has length 1.

    Raises:
        ValueError: the size is even or not positive, or as `ring_kernels`.

    >>> from gdl_course import groups
    >>> irrep = groups.SO(2).irrep
    >>> K = grid_kernels(irrep(0), irrep(1), 5)  # cos and sin, on the rings 1 and 2
    >>> K.shape, K[0, 0, 0, 2].round(2) + 0.0  # from left to right through the centre
    ((4, 2, 1, 5, 5), array([-0.1 , -0.38,  0.  ,  0.38,  0.1 ]))
    """
    if not isinstance(size, (int, np.integer)) or size < 1 or size % 2 == 0:
        raise ValueError(f"kernel sizes must be odd, so that the kernel has a centre; got {size!r}")
    right = np.arange(size) - size // 2
    across, up = np.meshgrid(right, -right)  # rows run down
    radius = np.hypot(across, up)
    frequencies, values = ring_kernels(psi_in, psi_out, np.arctan2(up, across).ravel())
    values = np.moveaxis(values, 1, -1).reshape(*values.shape[:1], *values.shape[2:], size, size)
    kernels = []
    for q in range(size // 2 + 1):
        ring = np.exp(-((radius - q) ** 2) / (2 * RING_WIDTH**2))
        for m, value in zip(frequencies, values, strict=True):
            if m <= 2 * q:
                kernel = ring * value * (radius > 0 if m else 1)
                kernels.append(kernel / np.linalg.norm(kernel))
    return np.array(kernels).reshape(len(kernels), psi_out.dimension, psi_in.dimension, size, size)


def _frequency(psi: Representation) -> int:
    """The frequency of an irrep of SO(2) or O(2), from its generator."""
    if psi.group not in (SO(2), O(2)) or psi.dimension > 2:
        raise ValueError(f"expected an irrep of SO(2) or O(2), such as groups.SO(2).irrep(1); got {psi!r}")
    k = psi.lie_generators[0][-1, 0]
    if psi.dimension == 2 and not (k > 0 and np.allclose(psi.lie_generators[0], k * QUARTER)):
        raise ValueError(f"expected an irrep of SO(2) or O(2), such as groups.SO(2).irrep(1); got {psi!r}")
    return round(k) if psi.dimension == 2 else 0


def _turns(angles) -> Float[np.ndarray, "n 2 2"]:
    c, s = np.cos(angles), np.sin(angles)
    return np.moveaxis(np.array([[c, -s], [s, c]]), -1, 0)

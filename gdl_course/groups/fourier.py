"""The Fourier transform of a finite group: a signal on the group as one small matrix for each real irrep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Num

from gdl_course.groups.finite_group import FiniteGroup


def fourier_transform(G: FiniteGroup, x: Num[np.ndarray, "*leading order"]) -> list[Float[np.ndarray, "*leading _ _"]]:
    """x̂(ψ) = sum over g of x(g) ψ(g): a d x d matrix for each real irrep ψ, in the order of `G.irreps()`.

    With the dimension c = 1, 2 or 4 of what commutes with ψ (see `plancherel_weights`) the numbers add up,
    sum of d²/c = |G|, and the lengths agree, sum of x(g)² = 1/|G| sum of d/c ‖x̂(ψ)‖². Convolution becomes one
    small matrix product an irrep, and for a commutative group this is the discrete Fourier transform in real numbers.

    Args:
        G: the group.
        x: one number for each of `G.elements`; leading axes (channels) stay.

    Raises:
        ValueError: x has another length.

    >>> from gdl_course import groups
    >>> S3 = groups.symmetric(3)
    >>> [block.shape for block in fourier_transform(S3, np.ones(6))]  # 1² + 1² + 2² = 6
    [(1, 1), (1, 1), (2, 2)]

    Source: Diaconis, *Group Representations in Probability and Statistics*, 1988, chapter 2.
    """
    x = _signal(G, x)
    return [np.tensordot(x, psi, 1) for psi in _matrices(G)]


def inverse_fourier_transform(
    G: FiniteGroup, blocks: Sequence[Float[np.ndarray, "*leading _ _"]]
) -> Float[np.ndarray, "*leading order"]:
    """x(g) = 1/|G| sum over ψ of d/c trace(ψ(g)ᵀ x̂(ψ)): the signal with these Fourier matrices.

    Where c > 1 only those matrices occur that commute with what commutes with ψ; of others the rest is lost.

    Raises:
        ValueError: there is not one d x d matrix for each irrep.

    >>> from gdl_course import groups
    >>> S3 = groups.symmetric(3)
    >>> inverse_fourier_transform(S3, fourier_transform(S3, np.arange(6.0))).round(12) + 0.0
    array([0., 1., 2., 3., 4., 5.])
    """
    matrices = _matrices(G)
    shapes = [np.shape(b)[-2:] for b in blocks]
    if shapes != [psi.shape[1:] for psi in matrices]:
        expected = [psi.shape[1:] for psi in matrices]
        raise ValueError(f"expected one matrix for each irrep of {G.name}, of shapes {expected}; got {shapes}")
    parts = [
        weight * np.einsum("gij,...ij->...g", psi, block)
        for weight, psi, block in zip(plancherel_weights(G), matrices, blocks, strict=True)
    ]
    return sum(parts) / G.order


def plancherel_weights(G: FiniteGroup) -> Float[np.ndarray, " irreps"]:
    """d/c for each real irrep: its dimension over that of what commutes with it, how often `G.regular()` holds it.

    >>> from gdl_course import groups
    >>> plancherel_weights(groups.symmetric(3)), plancherel_weights(groups.quaternion())
    (array([1., 1., 2.]), array([1., 1., 1., 1., 1.]))
    """
    characters, types = G.character_table().real()
    return characters[:, 0].round() / types


def convolve(
    G: FiniteGroup, x: Num[np.ndarray, "*leading order"], y: Num[np.ndarray, "*leading order"]
) -> Float[np.ndarray, "*leading order"]:
    """(x * y)(g) = sum over h of x(h) y(h⁻¹g), by the sum itself; its Fourier matrices are x̂(ψ) ŷ(ψ).

    >>> from gdl_course import groups
    >>> convolve(groups.cyclic(4), np.array([0, 1, 0, 0]), np.array([1.0, 2.0, 3.0, 4.0]))  # a shift by one
    array([4., 1., 2., 3.])
    """
    x, y = _signal(G, x), _signal(G, y)
    quotients = G.cayley_table()[[G.index(G.inverse(h)) for h in G.elements]]
    return np.einsum("...h,...hg->...g", x, y[..., quotients])


def _matrices(G):
    return [np.array([psi(g) for g in G.elements]) for psi in G.irreps()]


def _signal(G, x):
    if not isinstance(G, FiniteGroup):
        raise TypeError(f"the Fourier transform here is that of a finite group; got {G!r}")
    x = np.asarray(x, dtype=float)
    if x.ndim < 1 or x.shape[-1] != G.order:
        raise ValueError(f"a signal on {G.name} has {G.order} numbers on its last axis; got shape {x.shape}")
    return x

"""The real irreps of any finite group, cut out of its regular representation with the help of its characters."""

from __future__ import annotations

import numpy as np

from gdl_course.groups.characters import character_table, lettered
from gdl_course.representations import Representation

GAP = 1e-6  # eigenvalues farther apart than this belong to different copies


def real_irreps(group) -> tuple[Representation, ...]:
    """See `Group.irreps`.

    The regular representation holds every irrep. The characters cut it into one block for each, in which an irrep of
    dimension d and type c stands d/c times; a symmetric matrix that commutes with the group then tells the copies
    apart, as its eigenspaces. The basis of a copy is what is made orthonormal of the projections of e, g1, g2, ...
    """
    table = character_table(group)
    characters, types = table.real()
    where = np.empty(group.order, dtype=int)
    for k, c in enumerate(table.classes):
        where[[group.index(g) for g in c]] = k
    inverses = np.array([group.index(group.inverse(g)) for g in group.elements])
    products = group.cayley_table()
    a = np.random.default_rng(0).normal(size=group.order)
    quotients = products[inverses]  # [g, h]: the place of g⁻¹h
    commuting = (a + a[inverses])[quotients]  # h -> sum of a(g⁻¹h): shifts from the right, which commute with the left
    names = lettered(np.rint(characters[:, 0]))
    return tuple(
        _one(group, products, name, chi[where][quotients] * chi[0] / c / group.order, commuting, round(chi[0]))
        for name, chi, c in zip(names, characters, types, strict=True)
    )


def _one(group, products, name, block, commuting, d):
    """The irrep of dimension d in the block onto which the symmetric matrix `block` projects."""
    inside, basis = np.linalg.eigh(block)
    basis = basis[:, inside > 0.5]
    values, vectors = np.linalg.eigh(basis.T @ commuting @ basis)
    if np.ptp(values[:d]) > GAP or (len(values) > d and values[d] - values[d - 1] < GAP):
        raise ArithmeticError(f"the copies of an irrep of {group.name} of dimension {d} do not separate: {values}")
    copy = basis @ vectors[:, :d]
    axes: list[np.ndarray] = []
    for row in copy:  # the projections of e, g1, g2, ..., in the coordinates of the copy
        for axis in axes + axes:  # twice, against rounding
            row = row - (row @ axis) * axis
        if np.linalg.norm(row) > 1e-6:
            axes.append(row / np.linalg.norm(row))
        if len(axes) == d:
            break
    frame = copy @ np.array(axes).T

    def matrix(g):
        M = frame.T @ frame[np.argsort(products[group.index(g)])]  # (L_g x)[gh] = x[h]
        return np.where(np.abs(M - np.rint(M)) < 1e-12, np.rint(M) + 0.0, M)

    return Representation(group, (d,), name, matrix)

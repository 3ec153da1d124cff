"""From a representation of a subgroup to one of the whole group: fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from gdl_course.representations.representation import Representation, require_embedding, require_homomorphism


def induced(
    rho: Representation, group, embedding: Callable = lambda h: h, cosets: Sequence | None = None
) -> Representation:
    """The representation of a finite group G that one of a subgroup H induces, Ind_H^G rho: fields.

    A field has a vector of type rho at each place, and the places are the cosets r_0 H, r_1 H, ... in G. For each i
    there are one j and one h with g r_i = r_j h: the element g moves place i to place j, and turns what stands there,

        (g·x)[j] = rho(h) x[i].

    With H = {e} and rho trivial this is the regular representation, with H = G it is rho. Where rho is a permutation
    representation, so is the induced one.

    Args:
        rho: of a finite group H.
        group: the finite group G.
        embedding: the injective homomorphism of H into G; by default, the elements of H are elements of G.
        cosets: representatives r_i, one a coset, which number the places; by default they are found, e first, in the
            order in which the generators reach them.

    Returns:
        A representation on arrays of shape (number of cosets, *rho.shape), verified.

    Raises:
        ValueError: a group is infinite, the embedding is no injective homomorphism into the group, or `cosets` are not
            one of each.
        ArithmeticError: rho is no representation.

    >>> from gdl_course import groups
    >>> C4, D4 = groups.cyclic(4), groups.dihedral(4)
    >>> induced(C4.vector(), D4).shape, induced(C4.trivial(), D4).permutation_of((0, 3, 2, 1))
    ((2, 2), array([1, 0]))

    Source: Serre, *Linear Representations of Finite Groups*, 1977, chapter 7; as fields, Cohen, Geiger and Weiler,
    *A General Theory of Equivariant CNNs on Homogeneous Spaces*, NeurIPS 2019.
    """
    H = rho.group
    if math.inf in (H.order, group.order):
        raise ValueError(f"induced is for finite groups; got {H.name} in {group.name}")
    require_embedding(H, embedding, group)
    inside = {embedding(h): h for h in H.elements}
    if len(inside) != H.order:
        raise ValueError(f"the embedding of {H.name} into {group.name} must be injective; {H.order} elements have "
                         f"{len(inside)} images")  # fmt: skip
    label = lambda g: min(group.compose(g, h) for h in inside)
    representatives = _found(group, label) if cosets is None else _given(cosets, label, group, H)
    place = {label(r): j for j, r in enumerate(representatives)}

    def moves(g):
        """For each place i, the place j and the h with g r_i = r_j h."""
        for r in representatives:
            moved = group.compose(g, r)
            j = place[label(moved)]
            yield j, inside[group.compose(group.inverse(representatives[j]), moved)]

    shape, d = (len(representatives), *rho.shape), rho.dimension

    def images(g):
        return np.concatenate([j * d + rho.permutation_of(h) for j, h in moves(g)])

    def matrix(g):
        blocks = np.zeros((shape[0], d, shape[0], d))
        for i, (j, h) in enumerate(moves(g)):
            blocks[j, :, i] = rho(h)
        return blocks.reshape(shape[0] * d, -1)

    result = Representation(group, shape, f"induced({rho.name})", matrix, images=images if rho.is_permutation else None)
    require_homomorphism(result)
    return result


def _found(group, label) -> list:
    """One element of each coset: the identity, and then what the generators reach."""
    reached, seen = [group.identity], {label(group.identity)}
    for r in reached:  # grows while it is read
        for s in group.generators:
            if label(g := group.compose(s, r)) not in seen:
                seen.add(label(g))
                reached.append(g)
    return reached


def _given(cosets, label, group, H) -> list:
    """The representatives, when there is one for each coset."""
    cosets, index = list(cosets), group.order // H.order
    different = len({label(r) for r in cosets})
    if not len(cosets) == different == index:
        raise ValueError(
            f"{H.name} has {index} cosets in {group.name}, which need one representative each; "
            f"got {len(cosets)} elements of {different} cosets"
        )
    return cosets

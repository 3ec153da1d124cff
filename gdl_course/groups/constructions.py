"""Groups from groups, from generators and from graphs: products, permutations, matrices, automorphisms."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import scipy

from gdl_course.groups.finite_group import FiniteGroup
from gdl_course.groups.lie_group import LieGroup
from gdl_course.groups.permutations import StabiliserChain

# A matrix group counts as infinite when it moves basis vectors to more vectors, or further, than this.
ORBIT_LIMIT, ENTRY_LIMIT = 10_000, 1e6


def direct_product(G: FiniteGroup | LieGroup, H: FiniteGroup | LieGroup) -> FiniteGroup | LieGroup:
    """G x H. Finite groups act on the points of G followed by those of H: g joined with h is one tuple.

    Where one of them is a Lie group, elements are block-diagonal matrices, and a finite factor enters by its
    permutation matrices. `G.inflate(rho, factor)` turns a representation of a factor into one of the product.

    >>> from gdl_course.groups import SO, cyclic, symmetric
    >>> direct_product(cyclic(2), cyclic(3)).order
    6
    >>> direct_product(SO(3), symmetric(5))
    SO(3)×S5 (Lie group of 8x8 matrices, dimension 3)
    """
    if isinstance(G, FiniteGroup) and isinstance(H, FiniteGroup):
        return _finite_product(G, H)
    return _matrix_product(_Factor(G), _Factor(H))


def _finite_product(G, H):
    shift, e, f = G.degree, G.identity, H.identity
    left, right = lambda g: g[:shift], lambda g: tuple(i - shift for i in g[shift:])
    generators = [_join(g, f, shift) for g in G.generators] + [_join(e, h, shift) for h in H.generators]
    return FiniteGroup(
        tuple(generators), f"{G.name}×{H.name}", (G.degree + H.degree,), G.order * H.order,
        sampler=lambda rng: _join(G.random(rng), H.random(rng), shift),
        factors=((G, left), (H, right)),
        contains=lambda g: left(g) in G and right(g) in H,
    )  # fmt: skip


class _Factor:
    """A group as matrices: a Lie group by its own, a finite one by its permutation matrices."""

    def __init__(self, group):
        if not isinstance(group, (FiniteGroup, LieGroup)):
            raise TypeError(f"direct_product takes groups; got {group!r}")
        self.group = group
        self.matrix: Callable = np.asarray
        self.element: Callable = np.asarray
        if isinstance(group, FiniteGroup):
            self.matrix, self.element, self.size = group.permutation(), _images, group.degree
        else:
            self.size = group.size

    def contains(self, M):
        """Whether the matrix M is an element of the group."""
        return np.allclose(self.matrix(g := self.element(M)), M, rtol=0, atol=1e-9) and g in self.group


def _matrix_product(one, two):
    n, m = one.size, two.size
    left, right = lambda M: M[:n, :n], lambda M: M[n:, n:]
    joined = lambda M, N: scipy.linalg.block_diag(M, N)
    return LieGroup(
        f"{one.group.name}×{two.group.name}",
        n + m,
        tuple(joined(A, np.zeros((m, m))) for A in one.group.lie_generators)
        + tuple(joined(np.zeros((n, n)), B) for B in two.group.lie_generators),
        tuple(joined(one.matrix(g), np.eye(m)) for g in one.group.generators)
        + tuple(joined(np.eye(n), two.matrix(h)) for h in two.group.generators),
        lambda rng: joined(one.matrix(one.group.random(rng)), two.matrix(two.group.random(rng))),
        lambda M: not M[:n, n:].any() and not M[n:, :n].any() and one.contains(left(M)) and two.contains(right(M)),
        factors=((one.group, lambda M: one.element(left(M))), (two.group, lambda M: two.element(right(M)))),
    )


def _images(M):
    """The image tuple of a permutation matrix: column i has its 1 in row g[i]."""
    return tuple(np.asarray(M).argmax(axis=0).tolist())


def semidirect_product(N: FiniteGroup, H: FiniteGroup, action: Callable) -> FiniteGroup:
    """N ⋊ H with (n, h)(n', h') = (n · action(h, n'), h h'), where each action(h, ·) is an automorphism of N.

    It acts on the elements of N by (n, h)·m = n · action(h, m), and then on the points of H.

    Raises:
        ValueError: `action` is not an action by automorphisms.
        TypeError: a group is not finite.

    >>> from gdl_course.groups import cyclic
    >>> C3, C2 = cyclic(3), cyclic(2)
    >>> S3 = semidirect_product(C3, C2, lambda h, n: n if h == C2.identity else C3.inverse(n))
    >>> S3.order, S3.is_abelian
    (6, False)
    """
    _require_finite("semidirect_product", N, H)
    for h in H.elements:
        image = {n: action(h, n) for n in N.elements}
        if any(image[N.compose(a, b)] != N.compose(image[a], image[b]) for a in N.generators for b in N.elements):
            raise ValueError(f"action(h, .) is not a homomorphism of {N.name} for h = {h}")
    # from_action, behind permutation(), verifies that h -> action(h, .) is an action of H.
    on_elements = H.permutation(action, N.elements)
    lefts = [tuple(N.index(N.compose(n, m)) for m in N.elements) for n in N.generators]
    turns = [tuple(on_elements.permutation_of(h).tolist()) for h in H.generators]
    generators = [_join(left, H.identity, N.order) for left in lefts]
    generators += [_join(turn, h, N.order) for turn, h in zip(turns, H.generators, strict=True)]
    return FiniteGroup(tuple(generators), f"{N.name}⋊{H.name}", (N.order + H.degree,), N.order * H.order)


def automorphisms(adjacency) -> FiniteGroup:
    """The automorphisms of a graph: the relabellings P with P A Pᵀ = A, found by backtracking.

    For small graphs.

    Args:
        adjacency: a square matrix; weights and directions count.

    Raises:
        ValueError: the matrix is not square or empty, or there are more than 1000 partial relabellings at once.

    >>> path = np.diag(np.ones(4), 1) + np.diag(np.ones(4), -1)
    >>> automorphisms(path).elements
    ((0, 1, 2, 3, 4), (4, 3, 2, 1, 0))
    """
    A = np.asarray(adjacency)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or A.size == 0:
        raise ValueError(f"an adjacency matrix is square with at least one node; got shape {A.shape}")
    n = len(A)
    partial: list[tuple[int, ...]] = [()]
    for k in range(n):  # extend each partial map 0 ... k-1 -> images by one node, in every possible way
        partial = [
            (*images, v)
            for images in partial
            for v in range(n)
            if v not in images
            and A[v, v] == A[k, k]
            and all(A[v, w] == A[k, i] and A[w, v] == A[i, k] for i, w in enumerate(images))
        ]
        if len(partial) > 1000:
            raise ValueError(f"the graph on {n} nodes has too many automorphisms to list; give generators to finite()")
    chain = StabiliserChain(n)
    generators: list[tuple[int, ...]] = []
    for g in partial:  # keep only what is new
        if g not in chain:
            chain.add(g)
            generators.append(g)
    return FiniteGroup(tuple(generators) or tuple(partial), f"Aut(graph on {n} nodes)", (n,), len(partial))


def finite(generators: Iterable, name: str = "G") -> FiniteGroup:
    """The group generated by permutations (image sequences) or by invertible matrices.

    Matrices are turned into permutations of the vectors that they move the standard basis to, on which they
    act faithfully; `vector()` gives the matrices back.

    Raises:
        ValueError: a generator is not invertible, or the matrices generate an infinite group.

    >>> finite([[[0, -1], [1, 0]]], name="quarter turns").order
    4
    >>> finite([(1, 1, 0)])
    Traceback (most recent call last):
      ...
    ValueError: generator 0 is not invertible: (1, 1, 0) is no permutation of 0 ... 2
    """
    arrays = [np.asarray(g) for g in generators]
    if not arrays or any(a.size == 0 or a.shape != arrays[0].shape for a in arrays):
        shapes = [a.shape for a in arrays]
        raise ValueError(f"expected one or more generators of equal size, none empty; got shapes {shapes}")
    if arrays[0].ndim == 1:
        for i, a in enumerate(arrays):
            if sorted(a.tolist()) != list(range(len(a))):
                raise ValueError(
                    f"generator {i} is not invertible: {tuple(a.tolist())} is no permutation of 0 ... {len(a) - 1}"
                )
        return FiniteGroup(tuple(tuple(map(int, a)) for a in arrays), name, (len(arrays[0]),))
    if arrays[0].ndim == 2 and arrays[0].shape[0] == arrays[0].shape[1]:
        return _from_matrices([np.asarray(a, float) for a in arrays], name)
    raise ValueError(f"a generator is a sequence of ints or a square matrix; got an array of shape {arrays[0].shape}")


def _from_matrices(matrices, name):
    for i, M in enumerate(matrices):
        if not np.isfinite(M).all() or np.linalg.matrix_rank(M) < len(M):
            raise ValueError(
                f"generator {i} is not invertible: the matrix {M.tolist()} has rank below {len(M)} or is not finite"
            )
    vectors = list(np.eye(len(matrices[0])))
    place = {_key(v): i for i, v in enumerate(vectors)}
    images: list[list[int]] = [[] for _ in matrices]
    for v in vectors:  # grows while it is read
        for M, image in zip(matrices, images, strict=True):
            moved = M @ v
            index = place.setdefault(_key(moved), len(vectors))
            if index == len(vectors):
                vectors.append(moved)
            image.append(index)
        if len(vectors) > ORBIT_LIMIT or np.abs(vectors[-1]).max() > ENTRY_LIMIT:
            raise ValueError(f"{name}: the matrices generate an infinite group, or one too large for us: {matrices}")
    if any(sorted(image) != list(range(len(vectors))) for image in images):
        raise ValueError(f"{name}: the matrices do not permute vectors; they contract, or are too inexact: {matrices}")
    columns = np.array(vectors)
    size = len(matrices[0])
    return FiniteGroup(tuple(map(tuple, images)), name, (len(vectors),), matrix=lambda g: columns[list(g[:size])].T)


def _key(v):
    return tuple((np.round(v, 7) + 0.0).tolist())  # + 0.0 turns -0.0 into 0.0


def _join(g, h, shift):
    return (*g, *(shift + i for i in h))


def _require_finite(what, *groups):
    for G in groups:
        if not isinstance(G, FiniteGroup):
            raise TypeError(f"{what} takes finite groups; got {G!r}")

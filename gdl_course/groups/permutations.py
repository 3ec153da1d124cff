"""The Schreier-Sims algorithm: what a permutation group is, from its generators alone.

A chain G = G0 > G1 > ... > 1, where each group fixes one more point, gives the order, a membership test
and uniform random elements of groups far too large to list (C. C. Sims, *Computational methods in the
study of permutation groups*, 1970; in the incremental form of D. E. Knuth, *Efficient representation of
perm groups*, Combinatorica 1991).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

Element = tuple[int, ...]  # the images of the points


def compose(g: Element, h: Element) -> Element:
    """First h, then g: (gh)[i] = g[h[i]]."""
    return tuple(map(g.__getitem__, h))


def inverse(g: Element) -> Element:
    """The permutation with g⁻¹[g[i]] = i."""
    back = [0] * len(g)
    for i, image in enumerate(g):
        back[image] = i
    return tuple(back)


class StabiliserChain:
    """The stabiliser chain of the permutation group that some image tuples generate.

    >>> chain = StabiliserChain(4, [(1, 2, 3, 0), (1, 0, 2, 3)])
    >>> chain.order
    24
    >>> (3, 2, 1, 0) in chain
    True
    """

    def __init__(self, degree: int, generators: Iterable[Element] = ()):
        self._identity = tuple(range(degree))
        self._levels = []  # one (base point, {point: element that sends base there}, generators) a level
        for generator in generators:
            self.add(tuple(generator))

    def add(self, g: Element) -> None:
        """Enlarge the group so that it contains g."""
        self._extend(0, g)

    @property
    def order(self) -> int:
        """The number of elements: the product of the orbit sizes."""
        return reduce(lambda product, level: product * len(level[1]), self._levels, 1)

    def __contains__(self, g: Element) -> bool:
        return self._sift(0, g) == self._identity

    def random(self, rng: np.random.Generator) -> Element:
        """An element drawn uniformly: a product of one random coset representative a level."""
        g = self._identity
        for _, transversal, _ in self._levels:
            points = list(transversal)
            g = compose(g, transversal[points[rng.integers(len(points))]])
        return g

    def _sift(self, depth, g):
        """Divide g by coset representatives; what remains is e exactly when g is in the group."""
        for base, transversal, _ in self._levels[depth:]:
            if g[base] not in transversal:
                break
            g = compose(inverse(transversal[g[base]]), g)
        return g

    def _extend(self, depth, g):
        """Add g to the group at this depth, and by Schreier's lemma what follows to the groups below."""
        if self._sift(depth, g) == self._identity:
            return
        if depth == len(self._levels):
            base = next(i for i, image in enumerate(g) if i != image)
            self._levels.append((base, {base: self._identity}, []))
        _, transversal, generators = self._levels[depth]
        generators.append(g)
        # Old points meet the new generator only; points that join the orbit meet every generator.
        pending = [(point, g) for point in transversal]
        while pending:
            point, s = pending.pop()
            moved = compose(s, transversal[point])
            if s[point] in transversal:
                self._extend(depth + 1, compose(inverse(transversal[s[point]]), moved))
            else:
                transversal[s[point]] = moved
                pending += [(s[point], t) for t in generators]

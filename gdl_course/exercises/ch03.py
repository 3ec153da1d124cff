"""Checks of chapter 03, groups. The bank `tests/exercises/answers/ch03.py` shows right and wrong answers to each."""

import numpy as np
from hypothesis import strategies as st

from gdl_course import groups
from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array
from gdl_course.exercises.engine.properties import holds
from gdl_course.exercises.engine.values import parts
from gdl_course.exercises.engine.words import show

# 03.which-rule --------------------------------------------------------------------------------------------------------

RULES = ["it is a group", "closure fails", "associativity fails", "there is no identity", "an inverse is missing"]
STRUCTURES = {
    "a": (2, "(5 - 3) - 1 is 1 and 5 - (3 - 1) is 3; all differences are integers"),
    "b": (1, "1 + 1 is even"),
    "c": (3, "sums of positive integers are positive; what would have to be added to leave 1 alone?"),
    "d": (0, "det(AB) = det A det B is not 0, and such matrices can be inverted"),
    "e": (4, "the identity matrix is among them, and so is the zero matrix"),
    "f": (0, "2·3 = 1 and 4·4 = 1 modulo 5"),
    "g": (1, "2·2 = 0 modulo 4"),
    "h": (4, "composing maps is associative, a shift by 0 is the identity, and a shift by 8 erases everything"),
}


def _eight_answers(answer):
    if np.shape(answer) != (8,):
        return f"expected eight numbers, one for each structure; got shape {np.shape(answer)}"
    for (letter, (rule, reason)), given in zip(STRUCTURES.items(), answer, strict=True):
        if given not in range(5):
            return f"({letter}): expected 0, 1, 2, 3 or 4; got {show(given)}"
        if given != rule:
            return f"({letter}) is not {show(given)}, '{RULES[int(given)]}': {reason}"
    return True


# 03.relabel -----------------------------------------------------------------------------------------------------------


def relabel(A, g):
    """The adjacency matrix after node i has become node g[i]."""
    B = np.empty_like(A)
    B[np.ix_(g, g)] = A
    return B


def _with_permutation(shape):
    """Arrays of shape (n, n) with a permutation of n nodes."""
    permutations = st.permutations(range(shape)).map(lambda p: np.array(p, dtype=int))
    return st.tuples(array(shape, shape), permutations)


def _composes(f, A, g):
    return np.array_equal(f(f(A, g), g), f(A, g[g]))


# 03.colourings --------------------------------------------------------------------------------------------------------


def number_of_cycles(g):
    """In how many cycles a permutation moves its points; a point left in place is one, too."""
    seen, count = set(), 0
    for start in g.tolist():
        count += start not in seen
        while start not in seen:
            seen.add(start)
            start = int(g[start])
    return count


def _fixed(g):
    return int(np.count_nonzero(g == np.arange(len(g))))


def _long_cycles(g):
    return number_of_cycles(g) - _fixed(g)


def _average(power):
    return lambda elements, k: sum(k ** power(g) for g in elements) / len(elements)


_HALF_SWAPS = groups.finite([(1, 0, 2, 3)], name="one swap of four points")
_GROUPS = [groups.cyclic(1), groups.cyclic(2), groups.cyclic(3), _HALF_SWAPS, groups.symmetric(3), groups.cyclic(4),
           groups.dihedral(4), groups.cyclic(6), groups.alternating(4), groups.dihedral(12)]  # fmt: skip
_ELEMENTS = [np.array(G.elements) for G in _GROUPS]


# 03.square-count ------------------------------------------------------------------------------------------------------


def square_count(n):
    """The number of linear maps on n×n pixels that commute with all eight symmetries of the square."""
    in_place = [n * n, *[n % 2] * 3, n, n, *[n * (n % 2)] * 2]
    return sum(pixels**2 for pixels in in_place) // 8


# 03.break-it ----------------------------------------------------------------------------------------------------------


def _blind(pair):
    pair = parts(pair, (4,), (4, 4))
    if pair is None:
        return "expected the pair `(g, A)`: 4 images and a 4 × 4 matrix"
    g, A = pair
    if sorted(g.tolist()) != [0, 1, 2, 3]:
        return f"`g = {show(g)}` is no permutation of 0, 1, 2, 3"
    if not (np.array_equal(A, A.T) and np.isin(A, (0, 1)).all() and not np.diag(A).any()):
        return "A is no adjacency matrix: expected a symmetric matrix of zeros and ones with zeros on the diagonal"
    g = g.astype(int)
    if np.array_equal(g[g], np.arange(4)):
        return "g is its own inverse: then P and Pᵀ are equal, and nothing is surprising"
    forwards, backwards = relabel(A, g), A[np.ix_(g, g)]
    if np.array_equal(forwards, A):
        return "g is an automorphism of this graph: relabelling changes nothing"
    if not np.array_equal(forwards, backwards):
        return "this pair does tell the two formulas apart: doing g twice is no automorphism of A"
    return True


CHECKS = {
    "03.which-rule": Check(
        properties=[holds("all eight are right", _eight_answers)],
        praise="what cannot be undone is the usual reason why something is no group",
    ),
    "03.relabel": Check(
        reference=relabel,
        inputs=st.integers(1, 5).flatmap(_with_permutation),
        examples=[(np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]]), np.array([1, 0, 2]))],
        properties=[holds("relabelling twice is relabelling by g after g", _composes)],
        slips={
            "the inverse relabelling, P^T A P: `A[g[i], g[j]]` brings the entry from `g` to i, j": (
                lambda A, g: A[np.ix_(g, g)]
            ),
            "relabelling the rows alone: an entry belongs to a *pair* of nodes": lambda A, g: A[np.argsort(g)],
            "relabelling the rows alone, and with the inverse": lambda A, g: A[g],
            "relabelling the columns alone: an entry belongs to a *pair* of nodes": lambda A, g: A[:, np.argsort(g)],
            "P A P, without the transpose: rows and columns go different ways": (lambda A, g: A[np.argsort(g)][:, g]),
        },
        praise="the entry at (i, j) moves to (g[i], g[j]), for every permutation",
    ),
    "03.colourings": Check(
        reference=lambda elements, k: round(_average(number_of_cycles)(elements, k)),
        inputs=st.tuples(st.sampled_from(_ELEMENTS), st.integers(1, 4)),
        examples=[(_ELEMENTS[0], 2)],
        slips={
            "the number of colourings, not of orbits": lambda elements, k: k ** elements.shape[1],
            "all colourings divided by |G|: not every element moves every colouring": (
                lambda elements, k: k ** elements.shape[1] / len(elements)
            ),
            "all colourings divided by |G|, rounded: not every element moves every colouring": (
                lambda elements, k: k ** elements.shape[1] // len(elements)
            ),
            "k to the number of *points* left in place; it is cycles that count, all points of one have one colour": (
                _average(_fixed)
            ),
            "cycles without those of length one: a point left in place may have any colour": _average(_long_cycles),
            "the sum over the elements: divide by |G|": (
                lambda elements, k: sum(k ** number_of_cycles(g) for g in elements)
            ),
            "colours and cycles exchanged: k colours for each cycle are k ** cycles": (
                lambda elements, k: sum(number_of_cycles(g) ** k for g in elements) / len(elements)
            ),
        },
        praise="one colour for each cycle, averaged over the group",
    ),
    "03.square-count": Check(
        reference=square_count,
        inputs=st.tuples(st.integers(1, 9)),
        examples=[(2,)],
        slips={
            "n⁴/8: that would be right if no element but the identity left a pixel in place": lambda n: n**4 / 8,
            "n⁴/8, rounded: that would be right if no element but the identity left a pixel in place": (
                lambda n: n**4 // 8
            ),
            "the turns alone, a group of four": lambda n: (n**4 + 3 * (n % 2)) // 4,
            "mirrors that leave n pixels in place for every n: for even n an axis runs *between* the pixels": (
                lambda n: (n**4 + 3 * (n % 2) + 4 * n**2) // 8
            ),
            "the number of orbits of pixels: a parameter belongs to a *pair* of pixels, so square each number": (
                lambda n: (n**2 + 3 * (n % 2) + 2 * n + 2 * n * (n % 2)) // 8
            ),
            "forgetting the mirrors' pixels: each diagonal leaves n in place": lambda n: (n**4 + 3 * (n % 2)) // 8,
        },
        praise="eight characters, squared and averaged",
    ),
    "03.break-it": Check(
        properties=[holds("the pair passes for both formulas", _blind)],
        praise="doing g twice is an automorphism, doing it once is not; so test with several random permutations",
    ),
}

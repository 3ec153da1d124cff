"""Conjugacy classes and the character table of a finite group, found by the machine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from string import ascii_lowercase

import numpy as np
from jaxtyping import Complex, Float, Int

ROUNDING = 1e-8  # what is a whole number is nearer to one than this


@dataclass(frozen=True, repr=False, eq=False)
class CharacterTable:
    """The irreducible characters of a finite group over the complex numbers, one a row, one column for each class.

    Attributes:
        group: the name of the group.
        classes: the conjugacy classes, as `FiniteGroup.conjugacy_classes` lists them.
        class_names: the order of the elements of a class and a letter, 1A, 2A, 2B, ...
        names: the dimension of a representation and a letter, 1a, 1b, 2a, ...
        values: the characters; the trivial one is the first row.
        indicators: the mean of chi(g²), Frobenius and Schur's: 1 for a representation by real matrices, 0 for one whose
            character is not real, -1 where the character is real and no real matrices of this dimension exist.
    """

    group: str
    classes: tuple[tuple, ...]
    class_names: tuple[str, ...]
    names: tuple[str, ...]
    values: Complex[np.ndarray, "irreps classes"]
    indicators: Int[np.ndarray, " irreps"]

    @property
    def sizes(self) -> Int[np.ndarray, " classes"]:
        """The number of elements of each class."""
        return np.array([len(c) for c in self.classes])

    @property
    def dimensions(self) -> Int[np.ndarray, " irreps"]:
        """The dimensions d of the representations: the character of e. The sum of d² is the order of the group."""
        return np.rint(self.values[:, 0].real).astype(int)

    def real(self) -> tuple[Float[np.ndarray, "real classes"], Int[np.ndarray, " real"]]:
        """The characters of the real irreps, and the dimension 1, 2 or 4 of what commutes with each.

        A row with indicator 1 stays as it is (real type, 1). Two rows that are conjugate to each other make one
        irrep by their sum (complex type, 2), and a row with indicator -1 by its double (quaternionic type, 4).
        """
        rows, types = [], []
        for row, indicator in zip(self.values, self.indicators, strict=True):
            if indicator == 0 and _key(row) < _key(row.conj()):
                continue  # the other of the pair stands for both
            rows.append(row.real * (1 if indicator == 1 else 2))
            types.append({1: 1, 0: 2, -1: 4}[int(indicator)])
        order = sorted(range(len(rows)), key=lambda k: (round(rows[k][0]), _key(-rows[k])))
        return np.array(rows)[order], np.array(types)[order]

    def __repr__(self) -> str:
        cells = [["", *self.class_names], ["size", *map(str, self.sizes)]]
        cells += [[name, *map(_text, row)] for name, row in zip(self.names, self.values, strict=True)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(f"{c:>{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
        return "\n".join([f"characters of {self.group}", *lines])


def conjugacy_classes(group) -> tuple[tuple, ...]:
    """See `FiniteGroup.conjugacy_classes`."""
    remaining = dict.fromkeys(group.elements)
    classes = []
    while remaining:
        orbit = [next(iter(remaining))]
        seen = set(orbit)
        for g in orbit:  # grows while it is read
            for s in group.generators:
                image = group.compose(group.compose(s, g), group.inverse(s))
                if image not in seen:
                    seen.add(image)
                    orbit.append(image)
        for g in orbit:
            del remaining[g]
        classes.append(tuple(sorted(orbit, key=group.index)))
    return tuple(sorted(classes, key=lambda c: (order_of(group, c[0]), len(c), group.index(c[0]))))


def order_of(group, g) -> int:
    """The least n >= 1 with gⁿ = e."""
    power, n = g, 1
    while power != group.identity:
        power, n = group.compose(g, power), n + 1
    return n


def character_table(group) -> CharacterTable:
    """See `FiniteGroup.character_table`.

    Burnside's method: the sums over the classes multiply with whole coefficients, C_i C_j = sum_k a_ijk C_k, and all
    the matrices a_i commute. In the basis of the C_j / sqrt|C_j| the matrix of the inverse class is the transpose, so
    that a random Hermitian mixture of them has orthonormal eigenvectors, and these are the characters.
    """
    classes = conjugacy_classes(group)
    sizes, order = np.array([len(c) for c in classes]), group.order
    where = {g: i for i, c in enumerate(classes) for g in c}
    counts = np.zeros((len(classes),) * 3)
    for k, c in enumerate(classes):
        for x in group.elements:
            counts[where[x], where[group.compose(group.inverse(x), c[0])], k] += 1
    # counts[i, j, k]: the ways to write an element of class k as a product of one of class i and one of class j.
    scaled = counts * np.sqrt(sizes[None, None, :] / sizes[None, :, None]) / sizes[:, None, None]
    weights = np.random.default_rng(0).normal(size=(2, len(classes)))
    mixture = np.tensordot(weights[0] + 1j * weights[1], scaled, 1)
    vectors = np.linalg.eigh(mixture + mixture.conj().T)[1].T
    vectors = vectors / np.sqrt(sizes) / vectors[:, :1]  # chi / chi(e)
    dimensions = np.sqrt(order / (np.abs(vectors) ** 2 @ sizes))
    values = np.rint(dimensions)[:, None] * vectors
    squares = [where[group.compose(c[0], c[0])] for c in classes]
    indicators = (values[:, squares] @ sizes).real / order
    gram = (values * sizes) @ values.conj().T / order
    exact = [np.abs(dimensions - np.rint(dimensions)), np.abs(indicators - np.rint(indicators))]
    if max(map(np.max, exact)) > ROUNDING or not np.allclose(gram, np.eye(len(values)), rtol=0, atol=ROUNDING):
        raise ArithmeticError(f"the characters of {group.name} are uncertain: dimensions {dimensions}")
    rows = sorted(range(len(values)), key=lambda k: (round(dimensions[k]), _key(-values[k])))
    return CharacterTable(
        group.name, classes, lettered([order_of(group, c[0]) for c in classes], upper=True),
        lettered(np.rint(dimensions[rows]).astype(int)), values[rows], np.rint(indicators[rows]).astype(int),
    )  # fmt: skip


def lettered(numbers, upper: bool = False) -> tuple[str, ...]:
    """Each number with a letter that tells it from its equals: 1a, 1b, 2a; after z comes aa.

    >>> lettered([1, 2, 2], upper=True)
    ('1A', '2A', '2B')
    """
    letters = ["".join(t) for n in (1, 2, 3) for t in itertools.product(ascii_lowercase, repeat=n)]
    counts: dict[int, int] = {}
    names = []
    for number in map(int, numbers):
        k = counts[number] = counts.get(number, -1) + 1
        names.append(f"{number}{letters[k].upper() if upper else letters[k]}")
    return tuple(names)


def _key(row):
    """A row of characters as numbers to sort by, the same on every machine."""
    return [(round(z.real, 6) + 0.0, round(z.imag, 6) + 0.0) for z in np.asarray(row, complex)]


def _text(z) -> str:
    """A complex number in at most four digits: 2, -1, 1.618, i, -0.5+0.866i."""
    real, imaginary = round(z.real, 3) + 0.0, round(z.imag, 3) + 0.0
    if imaginary == 0:
        return f"{real:g}"
    part = {1.0: "i", -1.0: "-i"}.get(imaginary, f"{imaginary:g}i")
    return part if real == 0 else f"{real:g}{'' if part.startswith('-') else '+'}{part}"

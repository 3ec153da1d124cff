"""The group explorer: one small group as a table, a graph, matrices and moves of a shape, all linked."""

from __future__ import annotations

from dataclasses import dataclass

import traitlets as t

from gdl_course import groups
from gdl_course.groups import FiniteGroup
from gdl_course.groups.permutations import compose
from gdl_course.widgets.group_explorer.picture import draw
from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Entry:
    """A group on offer, and how it is listed, named and drawn.

    `series` lists the group: first the powers of its first element, then their products with the powers of the
    second, and so on. Each element normalises what those before it generate, so every stage is a subgroup.
    """

    group: FiniteGroup
    series: tuple[tuple[int, ...], ...]
    arrows: tuple[tuple[int, ...], ...]  # the generators whose arrows the Cayley graph draws
    shape: str  # what the group moves: "blade", "polygon", "row", "tetrahedron" or "itself"
    about: str

    @property
    def elements(self) -> tuple[tuple[int, ...], ...]:
        """All elements as image tuples, in the order of the widget's indices."""
        elements = [self.group.identity]
        for s in self.series:
            block, power = tuple(elements), s
            while power not in block:
                elements += [compose(g, power) for g in block]
                power = compose(power, s)
        return tuple(elements)

    @property
    def names(self) -> tuple[str, ...]:
        """What each element is called: powers of r and s, a product of cycles, or a quaternion."""
        if self.shape == "itself":
            return ("1", "i", "−1", "−i", "j", "k", "−j", "−k")
        if self.shape in ("blade", "polygon"):
            n = self.group.degree
            return tuple((_power(k % n) + "s" * (k // n)) or "e" for k in range(self.group.order))
        return tuple(map(_cycles, self.elements))

    def front_end(self) -> dict:
        """What the page needs to know, as JSON."""
        lists = {name: [list(g) for g in getattr(self, name)] for name in ("series", "arrows")}
        return lists | {"names": list(self.names), "shape": self.shape, "about": self.about}


def _power(k: int) -> str:
    return "" if k == 0 else "r" if k == 1 else "r" + str(k).translate(SUPERSCRIPTS)


def _cycles(g: tuple[int, ...]) -> str:
    """(1, 0, 3, 2) as "(01)(23)", and the identity as "e"."""
    cycles, seen = "", set()
    for start in range(len(g)):
        cycle, i = "", start
        while i not in seen:
            seen.add(i)
            cycle, i = cycle + str(i), g[i]
        cycles += f"({cycle})" if len(cycle) > 1 else ""
    return cycles or "e"


def _cyclic(n):
    G = groups.cyclic(n)
    about = f"the turns of a saw blade with {n} teeth; r is a turn by 1/{n}"
    return Entry(G, G.generators, G.generators, "blade", about)


def _dihedral(n):
    G = groups.dihedral(n)
    about = f"the turns and mirrors of a regular polygon with {n} corners; s swaps up and down"
    return Entry(G, G.generators, G.generators, "polygon", about)


def _permutations():
    """S₃, A₄ and S₄; the last two through the Klein group {e, (01)(23), (02)(13), (03)(12)}."""
    S3, (three, swap) = groups.symmetric(3), groups.symmetric(3).generators
    klein, three_of_four, swap_of_four = ((1, 0, 3, 2), (2, 3, 0, 1)), (1, 2, 0, 3), (1, 0, 2, 3)
    four = (1, 2, 3, 0)
    return {
        "S3": Entry(S3, (three, swap), (three, swap), "row", "all orders of three tokens"),
        "A4": Entry(
            groups.alternating(4), (*klein, three_of_four), (three_of_four, klein[0]), "tetrahedron",
            "the turns of a tetrahedron, that is, the even permutations of its four corners",
        ),
        "S4": Entry(
            groups.symmetric(4), (*klein, three_of_four, swap_of_four), (four, swap_of_four), "tetrahedron",
            "the turns and mirrors of a tetrahedron, that is, all permutations of its four corners",
        ),
    }  # fmt: skip


def _quaternions():
    Q8 = groups.quaternion()
    about = "±1, ±i, ±j, ±k, which move one another by multiplication from the left"
    return Entry(Q8, Q8.generators, Q8.generators, "itself", about)


CATALOGUE = (
    {f"C{n}": _cyclic(n) for n in range(2, 9)}
    | {f"D{n}": _dihedral(n) for n in range(3, 7)}
    | _permutations()
    | {"Q8": _quaternions()}
)


IN_THE_GROUP = {"by": "group", "of": {name: entry.group.order - 1 for name, entry in CATALOGUE.items()}}


class GroupExplorer(CourseWidget):
    """A small group in four linked views: Cayley table, Cayley graph, matrices, and its moves of a shape.

    The chosen element g is lit in all of them; with a second one, h, the product gh (first h, then g) is shown;
    the subgroup H that `generators` generate colours its cosets.

    Traits: `group`, one of "C2" ... "C8", "D3" ... "D6", "S3", "A4", "S4", "Q8"; `element`, the index of g in
    `elements`; `other`, that of h, or -1 for none; `generators`, the indices of elements that generate H, or []
    for no subgroup; `side` of the cosets, "left" (gH) or "right" (Hg); `matrices`, "permutation" or, for C_n and
    D_n, "plane". A value that does not fit raises `traitlets.TraitError`.

    >>> widget = GroupExplorer(group="D4", element=1, other=4, generators=[2])
    >>> widget.names[widget.product], widget.subgroup.order
    ('rs', 2)
    """

    _esm = bundle("group_explorer/widget.js")
    _css = styles("group_explorer")
    page_height = (1490, 2440)

    catalogue = t.Dict({name: entry.front_end() for name, entry in CATALOGUE.items()}, read_only=True).tag(sync=True)
    group = t.Enum(list(CATALOGUE), "D4").tag(sync=True, state=True)
    element = t.Int(1, min=0).tag(sync=True, state=True, most=IN_THE_GROUP)
    other = t.Int(4, min=-1).tag(sync=True, state=True, most=IN_THE_GROUP)
    generators = t.List(t.Int(min=0)).tag(sync=True, state=True, most=IN_THE_GROUP)
    side = t.Enum(["left", "right"], "left").tag(sync=True, state=True)
    matrices = t.Enum(["permutation", "plane"], "permutation").tag(sync=True, state=True)

    @t.validate("element", "other", "generators")
    def _is_in_the_group(self, proposal):
        value, order = proposal["value"], CATALOGUE[self.group].group.order
        name = proposal["trait"].name
        largest = max(value, default=0) if name == "generators" else value
        if largest >= order:
            raise t.TraitError(f"{self.group} has the elements 0 to {order - 1}; got {name} = {value}")
        return value

    @t.observe("group")
    def _keep_to_the_group(self, change):
        order = CATALOGUE[self.group].group.order
        self.element, self.other = min(self.element, order - 1), self.other if self.other < order else -1
        self.generators = [g for g in self.generators if g < order]

    @property
    def elements(self) -> tuple[tuple[int, ...], ...]:
        """The elements as image tuples, in the order that `element`, `other` and `generators` count."""
        return CATALOGUE[self.group].elements

    @property
    def names(self) -> tuple[str, ...]:
        """What the elements are called in the widget."""
        return CATALOGUE[self.group].names

    @property
    def product(self) -> int:
        """The index of gh, first h and then g; that of g if there is no h."""
        g, h = self.elements[self.element], self.elements[max(self.other, 0)]
        return self.elements.index(compose(g, h))

    @property
    def subgroup(self) -> FiniteGroup:
        """H, generated by `generators`; the trivial group for []."""
        chosen = [self.elements[g] for g in self.generators] or [self.elements[0]]
        return groups.finite(chosen, name=f"subgroup of {self.group}")

    @property
    def cosets(self) -> list[list[int]]:
        """The cosets of H, as indices: H itself first."""
        elements, found = self.elements, []
        for g in elements:
            pairs = [(g, h) if self.side == "left" else (h, g) for h in self.subgroup.elements]
            coset = sorted(elements.index(compose(a, b)) for a, b in pairs)
            found += [coset] if coset not in found else []
        return found

    def fallback_svg(self) -> tuple[str, str]:
        """Return (svg, alt): the Cayley table, with the row of g and the column of h."""
        return draw(self)

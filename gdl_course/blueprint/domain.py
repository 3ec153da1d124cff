"""What a row of the table holds, and what its networks are described by. The rows: `domains`, one file a domain."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Array, Bool, Int, PRNGKeyArray

Make = Callable[[int, int, PRNGKeyArray], Callable]  # (size, channels, key) -> module
NO_REMARK = {"invariant": "", "equivariant": ""}


@dataclass(frozen=True)
class Part:
    """One module of a network, built by `make(size, channels, key)`; `role` is one of the four types."""

    name: str
    says: str
    role: str
    make: Make


@dataclass(frozen=True)
class Swap:
    """A module that breaks the symmetry when it takes the place `at` in the network, and why it does."""

    name: str
    title: str
    at: int
    why: str
    make: Make


@dataclass(frozen=True)
class Symmetry:
    """A group as far as tests need it: a random element, its action on inputs and on one answer for each point."""

    random: Callable[[np.random.Generator], object]
    on_input: Callable
    on_output: Callable


def only_planned(*arguments: Any) -> Any:
    """What a planned row has in place of a function."""
    raise ValueError("this domain is only planned: the course names it here and builds nothing")


def no_neighbours(size: int) -> None:
    """Of a domain in which no input of a linear layer is near an output."""


@dataclass(frozen=True, eq=False)
class Domain:
    """A row of the table: everything that the course knows of one domain.

    A planned row has words only: `sizes` is empty. No code outside a domain's own file asks for its name; what
    differs between domains is a field here.

    Attributes:
        name: as `build` knows it; `title` and `icon` are what a reader sees. The icon lives on 30 × 30: a path to
            stroke in SVG's notation, and the centres of dots.
        group: with signal, layer, nonlinearity, pooling, readout and chapter, the words of the row.
        size_name: the letter for the size; `sizes` are those that the page offers, `start` is where it begins.
        parts: the modules of the network by output, "invariant" or "equivariant"; `swaps`, the forbidden ones.
        symmetry: from the size to the group and its actions.
        sample: from (size, random generator) to a signal.
        target_shape: from the size to the shape of an equivariant answer.
        pattern: from the size to the layer's matrix as labels: equal labels share a weight, -1 is a forced zero.
        near: from the size to the entries of this matrix that join neighbours; None where no linear layer is local.
        why: from (size, counts) to one or two sentences on where the counts come from.
        remarks: by output, what to say where zero is the only linear map; "" elsewhere.
        picture: from the size to places, edges and moves, see `pictures`.
    """

    name: str
    title: str
    icon: tuple[str, tuple[tuple[float, float], ...]]
    group: str
    signal: str
    layer: str
    nonlinearity: str
    pooling: str
    readout: str
    chapter: str
    size_name: str = "n"
    sizes: tuple[int, ...] = ()
    start: int = 0
    parts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    swaps: dict[str, tuple[Swap, ...]] = field(default_factory=dict)
    symmetry: Callable[[int], Symmetry] = only_planned
    sample: Callable[[int, np.random.Generator], Array | tuple] = only_planned
    target_shape: Callable[[int], tuple[int, ...]] = only_planned
    pattern: Callable[[int], Int[np.ndarray, "out in"]] = only_planned
    near: Callable[[int], Bool[np.ndarray, "out in"] | None] = no_neighbours
    why: Callable[[int, dict], str] = only_planned
    remarks: Callable[[], dict[str, str]] = lambda: NO_REMARK
    picture: Callable[[int], dict] = only_planned

    def __repr__(self) -> str:
        return f"Domain({self.name!r}, {self.group})"

    @property
    def planned(self) -> bool:
        """Whether the course only names this domain here, and builds nothing."""
        return not self.sizes

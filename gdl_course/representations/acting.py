"""What a representation asks of its group, so that representations can lie below groups."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class HasElements(Protocol):
    """What a representation asks of its group; the groups themselves are in `gdl_course.groups`."""

    @property
    def name(self) -> str:
        """What the group is called in messages."""

    @property
    def order(self) -> float:
        """The number of elements, math.inf for a Lie group."""

    @property
    def generators(self) -> tuple:
        """Elements that generate it, with what the `lie_generators` reach."""

    @property
    def lie_generators(self) -> tuple:
        """A basis of the Lie algebra, () for a finite group."""

    def __contains__(self, g) -> bool: ...

    def require(self, g) -> Any:
        """Return g, if it is an element."""

    def compose(self, g, h) -> Any:
        """The product gh."""

    def random(self, rng) -> Any:
        """A random element."""

    def irreps(self, degree) -> tuple:
        """Its real irreps, those of a Lie group up to a degree."""

    def quadrature(self, degree) -> tuple:
        """Elements and weights, in steps, whose mean is that over the group."""

"""What the state of a widget may be, as data: written once, in the traits, and read by the front end."""

from __future__ import annotations

from typing import Any

import traitlets


def schema_of(widget_class: type[traitlets.HasTraits]) -> list[dict[str, Any]]:
    """The fields of a widget's state, in the order in which the class declares them.

    A field is a trait tagged `state=True`. Two more tags speak of it: `key`, what stands for it in a link, and `most`,
    the largest value where it depends on another field, as {"by": "group", "of": {"C4": 3, ...}}.

    Args:
        widget_class: A widget whose traits are `Enum`, `Bool`, `Int`, `List` of `Int`, `Unicode`, or have a method
            `schema()` that describes them.

    Returns:
        One dictionary a field: name, key, kind, and the choices or limits, all of it JSON.

    Example:
        >>> class Dial(traitlets.HasTraits):
        ...     angle = traitlets.Int(0, min=0, max=360).tag(state=True)
        ...     law = traitlets.Enum(["both", "one"], "both").tag(state=True, key="l")
        >>> for field in schema_of(Dial):
        ...     print(field)
        {'name': 'angle', 'key': 'angle', 'kind': 'whole', 'min': 0, 'max': 360}
        {'name': 'law', 'key': 'l', 'kind': 'choice', 'choices': ['both', 'one']}
    """
    declared = {name: trait for base in reversed(widget_class.__mro__) for name, trait in vars(base).items()}
    traits = {name: t for name, t in declared.items() if isinstance(t, traitlets.TraitType) and t.metadata.get("state")}
    return [{"name": name, "key": t.metadata.get("key", name)} | _description(t) for name, t in traits.items()]


def _description(trait: traitlets.TraitType) -> dict[str, Any]:
    if hasattr(trait, "schema"):
        return trait.schema()
    if isinstance(trait, traitlets.Enum):
        return {"kind": "choice", "choices": list(trait.values or ())}
    if isinstance(trait, traitlets.Bool):
        return {"kind": "truth"}
    if isinstance(trait, traitlets.Unicode):
        return {"kind": "text"}
    if isinstance(trait, traitlets.List):
        return {"kind": "wholes"} | _limits(trait._trait) | _limits(trait)
    if isinstance(trait, traitlets.Int):
        return {"kind": "whole"} | _limits(trait)
    raise TypeError(f"no front end knows a trait of the kind {type(trait).__name__}")


def _limits(trait: traitlets.TraitType) -> dict[str, Any]:
    limits = {"min": getattr(trait, "min", None), "max": trait.metadata.get("most", getattr(trait, "max", None))}
    return {name: limit for name, limit in limits.items() if limit is not None}

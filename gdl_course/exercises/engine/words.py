"""What was given, in words. Numbers and arrays are printed by `gdl_course.equivariance.printing`, here as elsewhere."""

from __future__ import annotations

from gdl_course.equivariance.printing import number, show, show_both

__all__ = ["number", "show", "show_arguments", "show_both", "show_type"]


def show_arguments(names, arguments) -> str:
    """`x = [0, 1], k = [1, 0]`"""  # noqa: D415
    return ", ".join(f"{n} = {show(a)}" for n, a in zip(names, arguments, strict=True))


def show_type(value) -> str:
    """`a function`, `a str`, `an array of shape (3,) and dtype float64`"""  # noqa: D415
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"an array of shape {tuple(value.shape)} and dtype {value.dtype}"
    if isinstance(value, (bool, int, float, complex)):
        return "a number"
    if callable(value):
        return "a function"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"

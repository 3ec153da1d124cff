"""Values in words: short, exact, and the same on every machine."""

from __future__ import annotations

import numpy as np

LONG = 40  # entries of an array that are still written out


def number(value) -> str:
    """A number, short: whole numbers without a point, others with four digits.

    >>> number(3.0), number(0.123456), number(-0.0), number(2 + 1e-3j)
    ('3', '0.1235', '0', '2+0.001j')
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (complex, np.complexfloating)):
        sign = "-" if value.imag < 0 else "+"
        return f"{number(value.real)}{sign}{number(abs(value.imag))}j"
    if np.isfinite(value) and value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{float(value):.4g}"


def show(value) -> str:
    """A value as the learner could type it; a large array by its shape and its entries that are not zero.

    >>> show(np.array([[1.0, 0.5], [0, 2]]))
    '[[1, 0.5], [0, 2]]'
    >>> x = np.zeros((8, 8)); x[0, 3] = 1; show(x)
    'zeros(8, 8) except [0, 3] = 1'
    """
    if isinstance(value, tuple):
        return "(" + ", ".join(show(v) for v in value) + ("," if len(value) == 1 else "") + ")"
    if callable(value):
        return getattr(value, "__name__", repr(value))
    try:
        array = np.asarray(value)
    except Exception:
        return repr(value)
    if array.dtype.kind not in "biufc":
        return repr(value)
    return _nested(array) if array.size <= LONG else _sparse(array)


def _nested(array) -> str:
    if array.ndim == 0:
        return number(array[()])
    return "[" + ", ".join(_nested(row) for row in array) + "]"


def _sparse(array) -> str:
    shape = ", ".join(map(str, array.shape))
    places = np.argwhere(array != 0)
    if len(places) == 0:
        return f"zeros({shape})"
    if len(places) <= 6:
        entries = ", ".join(f"[{', '.join(map(str, p))}] = {number(array[tuple(p)])}" for p in places)
        return f"zeros({shape}) except {entries}"
    first = ", ".join(number(v) for v in array.ravel()[:6])
    return f"an array of shape {array.shape}, {first}, ..."


def show_arguments(names, arguments) -> str:
    """`x = [0, 1], k = [1, 0]`"""
    return ", ".join(f"{n} = {show(a)}" for n, a in zip(names, arguments, strict=True))


def show_type(value) -> str:
    """`a function`, `a str`, `an array of shape (3,) and dtype float64`"""
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

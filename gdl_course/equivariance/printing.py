"""Numbers and arrays in words: short, exact, and the same on every machine."""

from __future__ import annotations

import numpy as np

LONG = 40  # entries of an array that are still written out
DIGITS = 4  # significant digits


def number(value, digits: int = DIGITS) -> str:
    """A number, short: whole numbers without a point, others with four significant digits.

    >>> number(3.0), number(0.123456), number(-0.0), number(2 + 1e-3j), number(1e-30)
    ('3', '0.1235', '0', '2+0.001j', '1e-30')
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (complex, np.complexfloating)):
        sign = "-" if value.imag < 0 else "+"
        return f"{number(value.real, digits)}{sign}{number(abs(value.imag), digits)}j"
    if np.isfinite(value) and value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{float(value):.{digits}g}"


def show(value, digits: int = DIGITS) -> str:
    """A value as one could type it; a large array by its shape and its entries that are not zero.

    >>> show(np.array([[1.0, 0.5], [0, 2]]))
    '[[1, 0.5], [0, 2]]'
    >>> x = np.zeros((8, 8)); x[0, 3] = 1; show(x)
    'zeros(8, 8) except [0, 3] = 1'
    """
    if isinstance(value, tuple):
        return "(" + ", ".join(show(v, digits) for v in value) + ("," if len(value) == 1 else "") + ")"
    if callable(value):
        return getattr(value, "__name__", repr(value))
    try:
        array = np.asarray(value)
    except Exception:
        return repr(value)
    if array.dtype.kind not in "biufc":
        return repr(value)
    return _nested(array, digits) if array.size <= LONG else _sparse(array, digits)


def show_both(first, second) -> tuple[str, str]:
    """Two values that differ, with as many digits as it takes to see that they do.

    >>> show_both(np.float64(0.5), np.float64(0.50001))
    ('0.5', '0.50001')
    """
    for digits in (DIGITS, 6, 9, 17):
        texts = show(first, digits), show(second, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _nested(array, digits) -> str:
    if array.ndim == 0:
        return number(array[()], digits)
    return "[" + ", ".join(_nested(row, digits) for row in array) + "]"


def _sparse(array, digits) -> str:
    shape = ", ".join(map(str, array.shape))
    places = np.argwhere(array != 0)
    if len(places) == 0:
        return f"zeros({shape})"
    if len(places) <= 6:
        entries = (f"[{', '.join(map(str, p))}] = {number(array[tuple(p)], digits)}" for p in places)
        return f"zeros({shape}) except {', '.join(entries)}"
    first = ", ".join(number(v, digits) for v in array.ravel()[:6])
    return f"an array of shape {array.shape}, {first}, ..."

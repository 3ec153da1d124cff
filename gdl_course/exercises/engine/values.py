"""What an answer is, whatever it came in: one answer in any natural container, finite, real, of the shape asked for.

An answer is an array or a tuple of answers (see `running.plain`). A tuple, a list and an array of the same numbers are
one answer, and so are a pair and a list of two.
"""

from __future__ import annotations

import numpy as np

from gdl_course.exercises.engine.result import Stop
from gdl_course.exercises.engine.words import number, show, show_both, show_type

NAMES = {2: "a pair", 3: "three results", 4: "four results"}
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]


def stacked(value):
    """A tuple of equal shapes as one array; other tuples part by part.

    >>> stacked((np.array(4), np.array(16)))
    array([ 4, 16])
    """
    if not isinstance(value, tuple):
        return value
    parts = tuple(map(stacked, value))
    alike = parts and all(isinstance(part, np.ndarray) and part.shape == parts[0].shape for part in parts)
    return np.stack(parts) if alike else parts


def fitted(value, expected):
    """`value` in the container of `expected`, where it holds as many parts.

    >>> tuple(map(int, fitted(np.array([7, 6]), (np.array(7), np.array(6)))))
    (7, 6)
    """
    if not isinstance(expected, tuple):
        return stacked(value)
    if isinstance(value, np.ndarray) and value.shape[:1] == (len(expected),):
        value = tuple(value)
    if not (isinstance(value, tuple) and len(value) == len(expected)):
        return value
    return tuple(fitted(v, e) for v, e in zip(value, expected, strict=True))


def parts(value, *shapes) -> tuple[np.ndarray, ...] | None:
    """The parts of an answer of several, if these are their shapes: a pair `(k, x)` in whatever container; else None.

    >>> parts(np.ones((2, 3)), (3,), (3,))
    (array([1., 1., 1.]), array([1., 1., 1.]))
    """
    try:
        found = tuple(np.asarray(part) for part in value)
    except (TypeError, ValueError):
        return None
    return found if [part.shape for part in found] == list(shapes) else None


def require_shape(value, expected) -> None:
    """Raise `Stop` unless the two have one shape and one kind of numbers."""
    if isinstance(expected, tuple):
        if not (isinstance(value, tuple) and len(value) == len(expected)):
            wanted = NAMES.get(len(expected), f"{len(expected)} results")
            raise Stop("wrong shape", f"got {show_type(value)}, expected {wanted}, in a tuple or a list")
        for v, e in zip(value, expected, strict=True):
            require_shape(v, e)
    elif isinstance(value, tuple):
        wanted = "one number" if expected.shape == () else f"one array of shape {expected.shape}"
        raise Stop("wrong shape", f"got {show_type(value)} whose shapes differ, expected {wanted}")
    elif value.shape != expected.shape:
        raise Stop("wrong shape", f"got shape {value.shape}, expected shape {expected.shape}")
    elif expected.dtype.kind != "c":
        require_real(value)


def require_real(value) -> None:
    """Raise `Stop` where a number is complex."""
    for array in _arrays(value):
        if array.dtype.kind == "c":
            raise Stop("wrong shape", f"got complex numbers ({array.dtype}), expected real ones: take `.real`")


def require_finite(value) -> None:
    """Raise `Stop` where a number is NaN or infinite: such an answer is right only if the right one is so, too."""
    for array in _arrays(value):
        if not np.isfinite(array).all():
            what = "NaN" if np.isnan(array).any() else "an infinite number"
            raise Stop("wrong", f"the answer contains {what}; got `{show(value)}`")


def is_finite(value) -> bool:
    """Whether all its numbers are finite."""
    return all(np.isfinite(array).all() for array in _arrays(value))


def difference(value, expected) -> str:
    """`got ..., expected ...`, never with one text for both: else the entry that differs most."""
    got, wanted = show_both(value, expected)
    if got != wanted or isinstance(value, tuple):
        return f"got `{got}`, expected `{wanted}`"
    place = np.unravel_index(np.argmax(np.abs((value + 0.0) - (expected + 0.0))), value.shape)
    got, wanted = show_both(value[place], expected[place])
    return f"got `{got}` at `{[int(i) for i in place]}`, expected `{wanted}` there"


def which_are_wrong(value, expected, right) -> str:
    """Which of several numbers are wrong, `: the third of 3 numbers is wrong`; empty where none or nothing is right.

    `right(v, e)` says whether one number is.
    """
    value, expected = stacked(value), stacked(expected)
    if isinstance(value, tuple) or value.ndim == 0:
        return ""
    wrong = [p for p in np.ndindex(value.shape) if not right(value[p], expected[p])]
    if not 0 < len(wrong) < value.size:
        return ""
    if value.ndim == 1 and value.size <= len(ORDINALS):
        names = " and ".join(f"the {ORDINALS[p[0]]}" for p in wrong)
        return f": {names} of {value.size} numbers {'is' if len(wrong) == 1 else 'are'} wrong"
    return f": {number(len(wrong))} of {value.size} numbers are wrong, the first at `{list(wrong[0])}`"


def _arrays(value):
    if isinstance(value, tuple):
        for part in value:
            yield from _arrays(part)
    else:
        yield np.asarray(value)

"""What a submission's process may say, and nothing else: each reply is taken apart here, once, before anything uses it.

A value is an array of numbers or a tuple of values. All else that is not as expected is `Forged`, whoever is to blame:
the code of a submission runs in the process that sends it.
"""

import re
from dataclasses import dataclass

import numpy as np

from gdl_course.classroom.wire import Forged, fits

DEPTH, LEAVES = 3, 1000  # of a tuple of tuples
WORDS = 2000  # characters of a message
CALLBACK = 10_000  # entries of all arrays together that one call of the checker's own functions takes
FROM_A_FUNCTION = ("error", "wrong shape", "wrong", "not started")  # what a process may say of its own function
CELLS = 2000
_NAME = re.compile(r"[^\W\d]\w{0,99}")


@dataclass(frozen=True)
class Cell:
    """A code cell as it was read: what recognises it, by its text and by its meaning, and the names in it."""

    by_text: str
    by_meaning: str
    bound: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


def value_of(reply, depth: int = DEPTH):
    """`reply` if it is an array of numbers or a tuple of such values.

    >>> value_of((np.arange(2), np.float64(0.5)))
    (array([0, 1]), array(0.5))
    """
    if depth == DEPTH and _leaves(reply) > LEAVES:
        raise Forged("too many arrays")
    if isinstance(reply, tuple) and depth:
        return tuple(value_of(part, depth - 1) for part in reply)
    if isinstance(reply, (np.ndarray, np.generic)):
        return np.asarray(reply)
    raise Forged(f"a {type(reply).__name__} where an array is expected")


def travels(value) -> None:
    """Raises TypeError, with words for its author, if an answer's value is not one that a reply may have."""
    try:
        value_of(value)
        _fit(value)
    except (Forged, ValueError) as problem:
        raise TypeError(f"the answer cannot be judged: {problem}") from None


def _fit(value):
    if not isinstance(value, tuple):
        return fits(np.shape(value))
    for part in value:
        _fit(part)


def _leaves(value) -> int:
    return sum(map(_leaves, value)) if isinstance(value, tuple) else 1


def words_of(reply) -> str:
    """`reply` if it is text, cut off where it is long."""
    if not isinstance(reply, str):
        raise Forged(f"a {type(reply).__name__} where words are expected")
    return reply[:WORDS]


def stop_of(reply) -> tuple[str, str, bool]:
    """Status, words, and whether that is the end."""
    if not (isinstance(reply, (list, tuple)) and len(reply) == 3 and reply[0] in FROM_A_FUNCTION):
        raise Forged("no way in which an answer ends")
    return reply[0], words_of(reply[1]), reply[2] is True


def call_of(reply, functions):
    """The function of the checker that a process wants to call, and the arguments."""
    number, arguments = reply.get("callback"), reply.get("arguments")
    if not (type(number) is int and 0 <= number < len(functions) and isinstance(arguments, tuple)):
        raise Forged("a call of a function that it was not given")
    arguments = value_of(arguments)
    if sum(map(_entries, arguments)) > CALLBACK:
        raise ValueError(f"the function takes arrays with {CALLBACK} entries at most")
    return functions[number], arguments


def _entries(value) -> int:
    return sum(map(_entries, value)) if isinstance(value, tuple) else max(value.size, *value.shape, 1)


def cells_of(reply) -> list[Cell]:
    """The cells of a notebook, of which one line each came: two prints, names bound, names needed, all by spaces."""
    if not (isinstance(reply, np.ndarray) and reply.dtype == np.uint8 and reply.ndim == 1):
        raise Forged("no list of cells")
    lines = reply.tobytes().decode("utf8", errors="replace").split("\n")[:-1]
    if len(lines) > CELLS:
        raise Forged("too many cells")
    return [_cell(line.split("\t")) for line in lines]


def _cell(parts) -> Cell:
    if len(parts) != 4:
        raise Forged("no cell")
    bound, needed = (frozenset(name for name in part.split(" ") if _NAME.fullmatch(name)) for part in parts[2:])
    return Cell(parts[0], parts[1], bound, needed)

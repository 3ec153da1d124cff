"""Messages between the checker and a submission's process: numbers, strings, lists, tuples and plain arrays.

A message is a head and a body after the lengths of both. The head is JSON and says what there is; the body holds the
bytes of the arrays, one after the other. Nothing is ever unpickled, so that what a submission sends is data and never
code. Whoever reads does so up to a deadline and up to a size: JSON can take a hundred times its length in memory, so
the head of what comes from a submission is short, and large things come as arrays. `replies` says what they may be.
"""

import json
import math
import re
import socket
import struct
import time
from functools import partial

import numpy as np

LARGEST = 4 * 2**20  # bytes of a body from a submission: a check keeps some forty answers
HEAD = 2**16  # bytes of its head
OURS = 64 * 2**20  # bytes of either from the checker, whom a submission's process believes
LOOK = 0.1  # seconds between two looks at the deadline
DIMENSIONS, EMPTY = 8, 1000  # of an array; an array without entries is no longer than EMPTY in all directions together
_DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|c(8|16))")


class Broken(Exception):
    """The other side is gone, is late, or sends what is no message."""


class Forged(Broken):
    """The other side sends what no program of ours sends."""


class Channel:
    """One end of a socket pair. It reads heads and bodies of so many bytes at most.

    >>> ours, theirs = map(Channel, socket.socketpair())
    >>> ours.send({"x": (np.arange(3), 2.5)}, seconds=1)
    >>> theirs.receive(seconds=1)
    {'x': (array([0, 1, 2]), 2.5)}
    >>> ours.close(), theirs.close()
    (None, None)
    """

    def __init__(self, end: socket.socket, head: int = HEAD, body: int = LARGEST):
        self.end, self.head, self.body = end, head, body

    def send(self, message, seconds, head: int = OURS, body: int = OURS) -> None:
        """Raises TypeError if the message has parts that cannot travel, `Broken` if the other side does not take it.

        `seconds` is how long we wait, or a function that says whether it is too late.
        """
        arrays: list[np.ndarray] = []
        late = _deadline(seconds)
        text = json.dumps(_packed(message, arrays)).encode()
        size = sum(array.nbytes for array in arrays)
        if len(text) > head or size > body:
            raise TypeError(f"the message has {len(text)} + {size} bytes; {head} + {body} are the most")
        self._write(struct.pack(">II", len(text), size) + text, late)
        for array in arrays:
            self._write(array.tobytes(), late)

    def receive(self, seconds):
        """The next message; `Broken` if none comes in time, `Forged` if it is none. `seconds` as in `send`."""
        late = _deadline(seconds)
        head, body = struct.unpack(">II", self._read(8, late))
        if head > self.head or body > self.body:
            raise Forged(f"a message of {head} + {body} bytes; {self.head} + {self.body} are the most")
        text, content = self._read(head, late), _Body(self._read(body, late))
        try:
            message = _unpacked(json.loads(text), content)
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError, MemoryError) as error:
            raise Forged(f"not a message: {str(error)[:200]}") from None
        if content.left():
            raise Forged(f"not a message: {content.left()} bytes too many")
        return message

    def _read(self, count, late) -> bytes:
        content = bytearray()
        while len(content) < count:
            chunk = self._waiting(late, partial(self.end.recv, min(count - len(content), 2**16)))
            if not chunk:
                raise Broken("the process ended")
            content += chunk
        return bytes(content)

    def _write(self, content, late):
        rest = memoryview(content)
        while rest:
            rest = rest[self._waiting(late, partial(self.end.send, rest[: 2**16])) :]

    def _waiting(self, late, act):
        """What `act` returns, once the other side lets it."""
        while not late():
            try:
                self.end.settimeout(LOOK)
                return act()
            except TimeoutError:
                continue
            except OSError as error:
                raise Broken(f"the process ended: {error}") from None
        raise Broken("no answer in time")

    def close(self) -> None:
        self.end.close()


def _deadline(seconds):
    """Whether it is too late, as a function."""
    if callable(seconds):
        return seconds
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


class _Body:
    """The bytes of a message's arrays, taken one array after the other."""

    def __init__(self, content: bytes):
        self.content, self.place = content, 0

    def left(self) -> int:
        return len(self.content) - self.place

    def array(self, dtype, shape):
        """The next array. Raises ValueError unless it is a plain one that the body holds."""
        if not (isinstance(dtype, str) and _DTYPE.fullmatch(dtype) and isinstance(shape, list)):
            raise ValueError("no plain array")
        fits(shape)
        size = np.dtype(dtype).itemsize * math.prod(shape)
        if size > self.left():
            raise ValueError(f"{size} bytes of an array are not there")
        found = np.frombuffer(self.content, dtype, math.prod(shape), self.place) if size else np.zeros(0, dtype)
        self.place += size
        return found.reshape(shape).copy()


def fits(shape) -> None:
    """Raises ValueError for a shape that nobody means: too many dimensions, or without entries and long all the same.

    >>> fits((3, 0))
    >>> fits((10**9, 0))
    Traceback (most recent call last):
    ValueError: an array of shape (1000000000, 0) is too large
    """
    if len(shape) > DIMENSIONS or not all(type(n) is int and 0 <= n <= OURS for n in shape):
        raise ValueError(f"an array of shape {tuple(shape)[:9]} is too large")
    if 0 in shape and math.prod(max(n, 1) for n in shape) > EMPTY:
        raise ValueError(f"an array of shape {tuple(shape)} is too large")


def _packed(value, arrays):
    """JSON for `value`: what JSON lacks becomes a dictionary with one key that says what it is."""
    if isinstance(value, dict):
        return {"dict": {str(key): _packed(part, arrays) for key, part in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [_packed(part, arrays) for part in value]}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if not _DTYPE.fullmatch(array.dtype.str):
            raise TypeError(f"arrays of dtype {array.dtype} cannot travel")
        arrays.append(array)
        return {"array" if isinstance(value, np.ndarray) else "number": [array.dtype.str, list(array.shape)]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a {type(value).__name__} cannot travel")


def _unpacked(value, body):
    if not isinstance(value, (dict, list)):
        return value
    ((kind, content),) = value.items() if isinstance(value, dict) else [("", None)]
    if kind == "dict":
        return {key: _unpacked(part, body) for key, part in content.items()}
    if kind in ("list", "tuple"):
        return (list if kind == "list" else tuple)(_unpacked(part, body) for part in content)
    if kind == "complex":
        return complex(*content)
    if kind in ("array", "number"):
        array = body.array(*content)
        return array if kind == "array" else array[()]
    raise ValueError(f"no part of a message is called {kind!r}")

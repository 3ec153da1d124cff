"""Messages between the checker and a submission's process: numbers, strings, lists, tuples and plain arrays.

A message is JSON text after its length. Arrays travel as their bytes with a dtype and a shape; nothing is ever
unpickled, so that what a submission sends is data and never code. Whoever reads does so up to a deadline and a size.
"""

import base64
import binascii
import json
import math
import re
import select
import socket
import struct
import time

import numpy as np

LARGEST = 16 * 2**20  # bytes in one message
_DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|c(8|16))")


class Broken(Exception):
    """The other side is gone, is late, or sends what is no message."""


class Channel:
    """One end of a socket pair.

    >>> ours, theirs = map(Channel, socket.socketpair())
    >>> ours.send({"x": (np.arange(3), 2.5)}, seconds=1)
    >>> theirs.receive(seconds=1)
    {'x': (array([0, 1, 2]), 2.5)}
    >>> ours.close(), theirs.close()
    (None, None)
    """

    def __init__(self, end: socket.socket):
        self.end = end

    def send(self, message, seconds: float) -> None:
        """Raises TypeError if the message has parts that cannot travel, `Broken` if the other side does not take it."""
        text = json.dumps(_packed(message)).encode()
        if len(text) > LARGEST:
            raise TypeError(f"the message has {len(text)} bytes; {LARGEST} are the most")
        try:
            self.end.settimeout(seconds)
            self.end.sendall(struct.pack(">I", len(text)) + text)
        except OSError as error:
            raise Broken(f"nothing takes the message: {error}") from None

    def receive(self, seconds: float):
        """The next message; `Broken` if none comes in time or it is none."""
        until = time.monotonic() + seconds
        (length,) = struct.unpack(">I", self._read(4, until))
        if length > LARGEST:
            raise Broken(f"a message of {length} bytes; {LARGEST} are the most")
        text = self._read(length, until)
        try:
            return _unpacked(json.loads(text))
        except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
            raise Broken(f"not a message: {error}") from None

    def waits(self, seconds: float) -> bool:
        """Whether something comes within so many seconds: the beginning of a message, or the end."""
        return bool(select.select([self.end], [], [], seconds)[0])

    def _read(self, count, until) -> bytes:
        chunks = []
        while count:
            try:
                self.end.settimeout(max(until - time.monotonic(), 1e-3))
                chunk = self.end.recv(min(count, 2**16))
            except OSError as error:  # a timeout too
                raise Broken("no answer in time" if isinstance(error, TimeoutError) else str(error)) from None
            if not chunk:
                raise Broken("the process ended")
            chunks.append(chunk)
            count -= len(chunk)
        return b"".join(chunks)

    def close(self) -> None:
        self.end.close()


def _packed(value):
    """JSON for `value`: what JSON lacks becomes a dictionary with one key that says what it is."""
    if isinstance(value, dict):
        return {"dict": {str(key): _packed(part) for key, part in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [_packed(part) for part in value]}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if not _DTYPE.fullmatch(array.dtype.str):
            raise TypeError(f"arrays of dtype {array.dtype} cannot travel")
        parts = [array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode()]
        return {"array" if isinstance(value, np.ndarray) else "number": parts}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a {type(value).__name__} cannot travel")


def _unpacked(value):
    if not isinstance(value, (dict, list)):
        return value
    ((kind, content),) = value.items() if isinstance(value, dict) else [("", None)]
    if kind == "dict":
        return {key: _unpacked(part) for key, part in content.items()}
    if kind in ("list", "tuple"):
        return (list if kind == "list" else tuple)(_unpacked(part) for part in content)
    if kind == "complex":
        return complex(*content)
    if kind in ("array", "number"):
        array = _array(*content)
        return array if kind == "array" else array[()]
    raise ValueError(f"no part of a message is called {kind!r}")


def _array(dtype, shape, text):
    if not _DTYPE.fullmatch(dtype) or not all(type(n) is int and 0 <= n for n in shape):
        raise ValueError(f"no plain array has dtype {dtype!r} and shape {shape!r}")
    content = base64.b64decode(text, validate=True)
    if len(content) != np.dtype(dtype).itemsize * math.prod(shape):
        raise ValueError(f"{len(content)} bytes are no array of dtype {dtype} and shape {shape}")
    return np.frombuffer(content, dtype).reshape(shape).copy()

"""The channel between checker and submission: what goes in comes out, and nothing else gets through."""

import json
import socket
import struct
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gdl_course.classroom.wire import OURS, Broken, Channel, Forged

DTYPES = ["?", "i1", "i4", "i8", "u1", "f2", "f4", "f8", "c8", "c16"]
PLAIN = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=9)
ARRAYS = st.sampled_from(DTYPES).flatmap(
    lambda t: arrays.arrays(t, arrays.array_shapes(min_dims=0, min_side=0, max_side=3))
)
VALUES = st.recursive(
    PLAIN | ARRAYS,
    lambda part: st.lists(part, max_size=3) | st.lists(part, max_size=3).map(tuple)
    | st.dictionaries(st.text(max_size=4), part, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours), Channel(theirs)


def equal(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(equal, a, b))
    return type(a) is type(b) and a == b


@given(VALUES)
def test_a_message_arrives_as_it_was_sent(value):
    ours, theirs = map(Channel, socket.socketpair())
    try:
        ours.send(value, 5)
        assert equal(value, theirs.receive(5))
    finally:
        ours.close()
        theirs.close()


def test_an_array_that_arrives_may_be_written_to(ends):
    ends[0].send(np.zeros(3), 5)
    x = ends[1].receive(5)
    x[0] = 1
    assert x.tolist() == [1, 0, 0]


@pytest.mark.parametrize("value", [np.array([print]), np.array(["a"]), print, {1, 2}, np.zeros(2, "i4,f8"), b"bytes"])
def test_what_is_not_plain_is_not_sent(value, ends):
    with pytest.raises(TypeError, match="cannot travel"):
        ends[0].send({"value": value}, 5)


def test_what_is_too_large_is_not_sent(ends):
    with pytest.raises(TypeError, match="are the most"):
        ends[0].send(np.zeros(OURS // 8 + 1), 5)


ARRAY = {"array": ["<f8", [1]]}
FORGED = {
    "no JSON": b"}{",
    "no text": b"\xff\xfe",
    "bare list": json.dumps([1]).encode(),
    "two keys": json.dumps({"list": [], "tuple": []}).encode(),
    "another kind": json.dumps({"pickle": "gASVAAAAAAAAAA=="}).encode(),
    "objects": json.dumps({"array": ["|O8", [1]]}).encode(),
    "structures": json.dumps({"array": ["i4,O", [1]]}).encode(),
    "a shape too large": json.dumps({"array": ["<f8", [10**18]]}).encode(),
    "a negative shape": json.dumps({"array": ["<f8", [-1]]}).encode(),
    "a shape of booleans": json.dumps({"array": ["<f8", [True]]}).encode(),
    "no bytes for it": json.dumps({"list": [ARRAY, ARRAY]}).encode(),
    "bytes for nothing": b"1",
    "a billion empty rows": json.dumps({"array": ["<f8", [10**9, 0]]}).encode(),
    "many dimensions": json.dumps({"array": ["<f8", [1] * 9]}).encode(),
    "dimensions that are none": json.dumps({"array": ["<f8", {"0": 1}]}).encode(),
    "a dtype that is none": json.dumps({"array": [8, [1]]}).encode(),
    "deep": b"[" * 60_000,
    "a long number": b"9" * 60_000,
}


@pytest.mark.parametrize("content", FORGED.values(), ids=FORGED)
def test_what_is_no_message_is_refused(content, ends):
    sender = threading.Thread(
        target=ends[0].end.sendall, args=[struct.pack(">II", len(content), 8) + content + struct.pack("<d", 1)]
    )
    sender.start()
    with pytest.raises(Forged, match="not a message"):
        ends[1].receive(10)
    sender.join()


def test_a_plain_array_is_taken(ends):
    content = json.dumps(ARRAY).encode()
    ends[0].end.sendall(struct.pack(">II", len(content), 8) + content + struct.pack("<d", 1))
    assert ends[1].receive(5).tolist() == [1.0]


def test_a_message_that_is_too_large_is_refused_unread(ends):
    ends[0].end.sendall(b"\xff" * 8)
    with pytest.raises(Broken, match="are the most"):
        ends[1].receive(5)


@pytest.mark.parametrize(
    "start", [b"", b"\0\0", b"\0\0\0\x09\0\0\0\0{"], ids=["nothing", "half a length", "half a message"]
)
def test_nobody_waits_for_the_rest_for_ever(start, ends):
    ends[0].end.sendall(start)
    with pytest.raises(Broken, match="in time"):
        ends[1].receive(0.1)


def test_the_end_of_the_other_side_is_noticed(ends):
    ends[0].close()
    with pytest.raises(Broken, match="ended"):
        ends[1].receive(5)


def test_a_reader_that_does_not_read_blocks_nobody(ends):
    with pytest.raises(Broken, match="in time"):
        for _ in range(100):
            ends[0].send(np.zeros(10**5), 0.1)

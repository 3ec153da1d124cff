"""The limit of memory and what of the kernel can be reached: hoards of every kind of memory, doors that stay shut.

Run this file as root and as an ordinary user: the walls are built differently.
"""

import time

import pytest
from attacked import FIND_CHANNEL, LIMIT, Peak
from handed_in import RIGHT, RIGHT_MATRIX, graded, messages, needs_bubblewrap, notebook, statuses

from gdl_course.classroom.sandbox import MEGABYTE, Limits

pytestmark = needs_bubblewrap

# 2. The limit of memory -----------------------------------------------------------------------------------------------

HOLD = "\nimport time\ntime.sleep(20)"
FORK = "import os\nfor _ in range(4):\n    if os.fork() == 0:\n"
HOARDS = {
    "memfd": """
import os
for _ in range(4):
    held = os.memfd_create("x")
    for _ in range(15):
        os.write(held, bytes(10**7))""",
    "shared and anonymous": """
import mmap
held = [mmap.mmap(-1, 10**8) for _ in range(5)]
for m in held:
    m.write(bytes(10**8))""",
    "System V": """
import ctypes
c = ctypes.CDLL(None)
c.shmat.restype = ctypes.c_void_p
for _ in range(6):
    n = c.shmget(0, 10**8, 0o1600)
    p = c.shmat(n, None, 0)
    ctypes.memset(p, 1, 10**8)
    c.shmdt(ctypes.c_void_p(p))""",
    "shared and of no file": """
import mmap
zero = open("/dev/zero", "r+b")
held = [mmap.mmap(zero.fileno(), 10**8) for _ in range(5)]
for m in held:
    m.write(bytes(10**8))""",
    "files in memory": """
for place in ("/tmp", "/dev/shm", "/dev", "/"):
    try:
        with open(place + "/x", "wb") as f:
            for _ in range(200):
                f.write(bytes(10**7))
    except OSError:
        pass""",
    "private": """
waste = []
try:
    while len(waste) < 60:
        waste.append(b"x" * 10**7)
except MemoryError:
    pass""",
}


@pytest.mark.parametrize("cell", HOARDS.values(), ids=HOARDS)
def test_no_kind_of_memory_escapes_the_limit(cell, tmp_path, hasty, own_folder):
    """Four processes hoard at a time; the whole tree stays below 1.5 times the limit."""
    body = "\n".join("        " + line for line in (cell + HOLD).splitlines())
    with Peak(own_folder) as peak:
        record = graded(
            notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, f"{FORK}{body}\n        os._exit(0)\n{cell}{HOLD}", RIGHT),
            LIMIT,
        )
    assert statuses(record) == {"by_hand": "right", "circ_conv": "right"}, messages(record)
    assert peak.for_a_second < 1536


def test_two_bytes_of_a_message_do_not_close_the_watchs_eyes(tmp_path, hasty, own_folder):
    """The checker waits for the rest of the message, the watch goes on."""
    body = "\n".join("        " + line for line in (HOARDS["private"] + HOLD).splitlines())
    cell = (
        f"{FIND_CHANNEL}\nchannel.end.sendall(bytes(2))\n{FORK}{body}\n        os._exit(0)\nimport time\ntime.sleep(20)"
    )
    with Peak(own_folder) as peak:
        record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell, RIGHT), LIMIT)
    assert "more than 1024 MB" in messages(record) and peak.for_a_second < 1536
    assert statuses(record) == {"by_hand": "right", "circ_conv": "right"}


def test_memory_is_watched_while_nobody_asks(tmp_path, own_folder):
    """A thread of the submission hoards while the checker is busy with the answer."""
    cell = (
        "import threading, time\nwaste = []\ndef hoard():\n    time.sleep(1)\n    while True:\n"
        "        waste.append(bytearray(b'x' * 10**7))\nthreading.Thread(target=hoard, daemon=True).start()"
    )
    with Peak(own_folder) as peak:
        record = graded(notebook(tmp_path / "ada.ipynb", cell, RIGHT, RIGHT_MATRIX), LIMIT)
    assert record["problem"] == "" and peak.for_a_second < 1536


def test_processor_time_has_a_limit(tmp_path):
    cell = f"{FORK}        while True:\n            pass\nimport time\ntime.sleep(50)"
    limits = Limits(memory=1024 * MEGABYTE, seconds=60.0, computing=8.0)
    began = time.monotonic()
    record = graded(notebook(tmp_path / "ada.ipynb", cell, RIGHT), limits)
    assert "8 s of processor time" in messages(record) and time.monotonic() - began < 60
    assert statuses(record)["circ_conv"] == "right"


# 3. The kernel --------------------------------------------------------------------------------------------------------

DOORS = {
    "another user namespace": "c.unshare(0x10000000) == 0",
    "a process in one": "any(c.syscall(n, 0x10000000 | 17, 0, 0, 0, 0) > 0 for n in (56, 220))",
    "a file system": "c.unshare(0x10020000) == 0 and c.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    "io_uring": "c.syscall(425, 8, ctypes.create_string_buffer(120)) >= 0",
    "a key": "c.syscall(248, b'user', b'gdl', b'x', 1, -3) > 0",
    "keys of others": "len(open('/proc/keys').read()) > 0",
    "vsock": "c.socket(40, 1, 0) >= 0",
    "the network's own socket": "c.socket(16, 3, 0) >= 0 or c.socket(2, 2, 0) >= 0",
    "another's memory": "c.ptrace(16, 1, 0, 0) == 0",
    "userfaultfd": "c.syscall(323, 1) >= 0",
    "performance counters": "c.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0) >= 0",
    "programs of the kernel's": "c.syscall(321, 0, ctypes.create_string_buffer(128), 128) >= 0",
}


def test_what_learners_never_need_is_refused_by_the_kernel(tmp_path):
    tests = "\n".join(
        f"try:\n    if {test}:\n        open_doors.append({name!r})\nexcept OSError:\n    pass"
        for name, test in DOORS.items()
    )
    begin = "import ctypes\nc = ctypes.CDLL(None)\nopen_doors = []"
    cell = f"{begin}\n{tests}\ndef by_hand():\n    raise ValueError(str(open_doors))"
    assert "ValueError: []" in messages(graded(notebook(tmp_path / "ada.ipynb", cell)))

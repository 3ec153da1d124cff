"""Code that ends, hangs, fills, and what it finds around it: nothing to steal, to write to, or to reach."""

import os
import socket
import threading
import time

import pytest
from handed_in import (
    LIMITS,
    RIGHT,
    RIGHT_MATRIX,
    SANDBOX,
    graded,
    left_running,
    messages,
    needs_bubblewrap,
    notebook,
    processes_of,
    statuses,
    tree,
)

from gdl_course import exercises
from gdl_course.classroom.answers import Session
from gdl_course.classroom.sandbox import MEGABYTE, Limits, write_course

pytestmark = needs_bubblewrap


# Code that ends, hangs, fills -----------------------------------------------------------------------------------------

VIOLENT = {
    "sys.exit": "import sys\nsys.exit(0)",
    "os._exit": "import os\nos._exit(0)",
    "kill all": "import os, signal\nos.kill(-1, signal.SIGKILL)\nos.kill(os.getpid(), signal.SIGKILL)",
    "kill the parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "an endless loop": "while True:\n    pass",
    "an endless loop that catches all": "while True:\n try:\n  while True: pass\n except BaseException: pass",
    "an endless sleep": "import time\ntime.sleep(10**6)",
    "an endless compiled loop": "import jax\njax.lax.while_loop(lambda i: i >= 0, lambda i: i * 0, 0)",
    "a fork bomb": "import os\nwhile True:\n    os.fork()",
    "a bomb of threads": "import threading as t, time\nwhile True:\n  t.Thread(target=time.sleep, args=(99,)).start()",
    "6 GB": "waste = bytearray(6 * 10**9)",
    "6 GB, bit by bit": "waste = []\nwhile True:\n    waste.append(bytearray(10**8))",
    "6 GB in arrays of NumPy": "import numpy as np\nwaste = np.ones(6 * 10**9 // 8)",
    "1 GB printed": "for _ in range(1000):\n    print('x' * 10**6)",
    "a full disk": "with open('/tmp/waste', 'wb') as file:\n    while True:\n        file.write(bytes(10**7))",
    "a segmentation fault": "import ctypes\nctypes.string_at(0)",
    "endless recursion": "def f():\n    return f()\nf()",
    "no memory for others": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (10**7, 10**7))",
}


@pytest.mark.parametrize("cell", VIOLENT.values(), ids=VIOLENT)
def test_right_answers_beside_a_violent_cell_get_their_marks(cell, tmp_path, hasty, own_folder):
    """The cells before and after the violent one count: where it ends their process, they get another without it."""
    limits = Limits(memory=LIMITS.memory, seconds=60)
    record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell, RIGHT), limits)
    assert statuses(record) == {"by_hand": "right", "circ_conv": "right"}, messages(record)
    assert left_running(own_folder) == []


def test_a_sandbox_is_seen_while_it_runs_and_gone_when_it_is_closed(tmp_path, own_folder):
    """So the search of the test above can find what it looks for."""
    folder = tmp_path / own_folder
    write_course(folder / "course")
    session = Session(SANDBOX, folder / "course", folder, LIMITS)
    assert len(processes_of(own_folder)) >= 2  # bubblewrap and Python
    session.close()
    assert left_running(own_folder) == []


@pytest.mark.parametrize("name", ["os._exit", "an endless compiled loop", "6 GB, bit by bit", "a fork bomb"])
def test_a_violent_answer_fails_alone(name, tmp_path, hasty):
    body = VIOLENT[name].replace("\n", "\n    ")
    record = graded(notebook(tmp_path / "ada.ipynb", f"def by_hand():\n    {body}", RIGHT))
    assert statuses(record) == {"by_hand": "error", "circ_conv": "right"}


def test_memory_counts_for_all_processes_together(tmp_path, hasty):
    """Four children with 500 MB each, none of them too large alone."""
    child = "        waste = b'x' * (500 * 2**20)\n        time.sleep(60)"
    fork = f"import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n{child}"
    record = graded(
        notebook(tmp_path / "ada.ipynb", f"{fork}\ntime.sleep(8)", RIGHT), Limits(1024 * MEGABYTE, seconds=40)
    )
    assert "more than 1024 MB" in messages(record)
    assert statuses(record)["circ_conv"] == "right"


def test_a_detached_child_ends_with_its_submission(tmp_path):
    mark = f"gdl-detached-{os.getpid()}"
    child = (
        f"import subprocess, sys\nprogram = 'import os, time; os.setsid(); time.sleep(600) # {mark}'\n"
        "for _ in range(3):\n    subprocess.Popen([sys.executable, '-c', program], start_new_session=True)"
    )
    assert graded(notebook(tmp_path / "ada.ipynb", child, RIGHT, RIGHT_MATRIX))["points"] == 5.0
    assert left_running(mark) == []


# What is around: files, other submissions, solutions, the network -----------------------------------------------------


def test_neither_solutions_nor_other_submissions_can_be_read(tmp_path):
    """The thief looks for the check's reference wherever the package and the class may be."""
    other = notebook(tmp_path / "class" / "zelda.ipynb", RIGHT)
    package = os.path.dirname(exercises.__file__)
    steal = f"""
import importlib, os, sys
def circ_conv(x, k):
    return x
try:
    circ_conv = importlib.import_module("gdl_course.exercises.ch05").CHECKS["05.circular-conv"].reference
except Exception:
    pass
places = ["/course", "/home", "/root", "/work", "/tmp", {str(tmp_path)!r}, {package!r}, os.path.dirname({package!r}),
          os.path.dirname(os.path.dirname({package!r})), *(place + "/gdl_course" for place in sys.path)]
places += [f"/proc/{{pid}}/root{{place}}" for place in places[:6] for pid in (1, "self", os.getppid())]
found = [os.path.join(folder, name) for place in places for folder, _, names in os.walk(place) for name in names]
stolen = [path for path in found if "ch05" in path or "05_convolution" in path or "zelda" in path]
if stolen or not found or os.path.exists({str(other)!r}):
    def circ_conv(x, k):
        raise ValueError("stolen: " + str(stolen))
"""
    record = graded(notebook(tmp_path / "class" / "ada.ipynb", steal))
    assert statuses(record)["circ_conv"] == "wrong", messages(record)
    assert "stolen" not in messages(record)


def test_nothing_outside_can_be_written(tmp_path):
    notebook(tmp_path / "class" / "grace.ipynb", RIGHT)
    (tmp_path / "report").mkdir()
    before = tree(tmp_path)
    home, package = os.path.expanduser("~"), os.path.dirname(exercises.__file__)
    places = ["../../x", "../x", str(tmp_path / "report/x"), str(tmp_path / "class/grace.ipynb"), f"{home}/gdl-x",
              f"{package}/x.py", "/usr/x", "/etc/x", "/course/gdl_course/x", "/dev/x", "/x"]  # fmt: skip
    cell = f"""
written = []
for place in {places!r}:
    try:
        open(place, "w").write("changed")
        written.append(place)
    except OSError:
        pass
def by_hand():
    raise ValueError(str(written))
"""
    record = graded(notebook(tmp_path / "ada.ipynb", cell))
    assert "ValueError: []" in messages(record)
    assert {path: text for path, text in tree(tmp_path).items() if not path.endswith("ada.ipynb")} == before
    assert not os.path.exists(f"{home}/gdl-x") and not os.path.exists(f"{package}/x.py")


def test_no_network_is_reached(tmp_path):
    """A server listens on this very machine; a submission does not get as far as that."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        reached = []
        server.settimeout(20)
        threading.Thread(target=lambda: _accept(server, reached), daemon=True).start()
        port = server.getsockname()[1]
        cell = f"""
import socket
reached = []
for host, port in [("127.0.0.1", {port}), ("192.0.2.1", 80), ("localhost", {port})]:
    try:
        socket.create_connection((host, port), timeout=2)
        reached.append(host)
    except OSError:
        pass
def by_hand():
    raise ValueError(str(reached))
"""
        record = graded(notebook(tmp_path / "ada.ipynb", cell))
        socket.create_connection(("127.0.0.1", port)).close()  # the test itself reaches it
        time.sleep(0.2)
    assert "ValueError: []" in messages(record) and len(reached) == 1


def _accept(server, reached):
    try:
        while True:
            connection, address = server.accept()
            connection.close()
            reached.append(address)
    except OSError:
        pass


def test_the_callers_secrets_are_not_in_its_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("GDL_TEST_SECRET", "do not tell")
    cell = "import os\ndef by_hand():\n    raise ValueError(str(dict(os.environ)) + open('/proc/self/environ').read())"
    assert "do not tell" not in messages(graded(notebook(tmp_path / "ada.ipynb", cell)))

"""Submissions that cheat, break or attack: none gets a mark it does not deserve, none harms anything outside.

Each runs for real, in the sandbox. "Cheats" hold a wrong `circ_conv` and must get nothing for it; what follows an
attack in the same notebook and is right must get its marks.
"""

import json
import os
import socket
import threading
import time

import pytest
from handed_in import (
    CONVOLUTION,
    LIMITS,
    RIGHT,
    RIGHT_MATRIX,
    SANDBOX,
    WRONG,
    graded,
    hasty,
    left_running,
    messages,
    needs_bubblewrap,
    notebook,
    own_folder,
    processes_of,
    statuses,
    tree,
)  # fmt: skip

from gdl_course import exercises
from gdl_course.classroom.answers import Session
from gdl_course.classroom.assignment import Assignment, Exercise
from gdl_course.classroom.batch import grade_all
from gdl_course.classroom.cells import LARGEST
from gdl_course.classroom.grading import record_path
from gdl_course.classroom.sandbox import MEGABYTE, Limits, write_course
from gdl_course.classroom.submissions import find_submissions

__all__ = ["hasty", "own_folder"]  # fixtures
pytestmark = needs_bubblewrap

CHEATS = {
    "np.allclose is replaced": "import numpy as np\nnp.allclose = np.array_equal = lambda *a, **k: True",
    "jnp.allclose is replaced": "import jax.numpy as jnp\njnp.allclose = lambda *a, **k: True",
    "abs, max and all are replaced": (
        "import builtins\nbuiltins.abs = builtins.max = lambda *a, **k: 0\nbuiltins.all = lambda *a: True"
    ),
    "comparison is replaced": (
        "import numpy as np\nfrom gdl_course.exercises.engine import judging, properties\n"
        "judging.same = properties.same = lambda *a, **k: True\nproperties.error = lambda *a: 0.0"
    ),
    "the check is patched": (
        "from gdl_course import exercises\nfrom gdl_course.exercises.engine import checking\n"
        "from gdl_course.exercises.engine.result import Result\n"
        "exercises.check = checking.check = checking.judge = lambda *a, **k: Result('right', '')\n"
        "Result.passed = True"
    ),
    "results are made right": (
        "from gdl_course.exercises.engine import result, running\n"
        "result.Stop.__init__ = lambda self, *a, **k: setattr(self, 'result', result.Result('right', ''))"
    ),
    "the check's cell is edited": "from gdl_course.exercises import check\ncheck = print\ncheck('05.circular-conv', 1)",
    "exception hooks": (
        "import sys\nshell = get_ipython()\n"
        "shell.set_custom_exc((BaseException,), lambda *a, **k: None)\n"
        "shell.showtraceback = lambda *a, **k: None\nsys.excepthook = lambda *a: None"
    ),
    "an array that is equal to all": (
        "import numpy as np\n"
        "class Equal(np.ndarray):\n    __eq__ = lambda self, other: True\n    __array_priority__ = 1e9"
    ),
}
RETURNS = {
    "an object that is equal to all": "type('E', (), {'__eq__': lambda s, o: True, 'shape': x.shape})()",
    "an array of objects": "__import__('numpy').array([object()] * len(x))",
    "a pickle in an array": "__import__('numpy').array([__import__('pickle').dumps(print)] * len(x))",
    "NaN": "x * float('nan')",
    "a NumPy scalar of another size": "__import__('numpy').longdouble(3)",
    "a huge array": "__import__('numpy').zeros(10**8, dtype='u1')",
    "a generator": "(value for value in x)",
}
FIND_CHANNEL = (
    "import gc\nfrom gdl_course.classroom.wire import Channel\n"
    "channel, = [o for o in gc.get_objects() if type(o) is Channel]\n"
)
FORGERIES = {
    "a reply that says right": "channel.send({'stop': ['right', '', True]}, 1)",
    "a reply before the question": "channel.send({'value': x}, 1); channel.send({'value': x}, 1)",
    "a pickle": "channel.end.sendall(b'\\0\\0\\0\\x04\\0\\0\\0\\0' + __import__('pickle').dumps(print)[:4])",
    "a message of 4 GB": "channel.end.sendall(b'\\xff' * 8)",
    "half a message": "channel.end.sendall(b'\\0\\0\\xff\\xff\\0\\0\\0\\0 1'); __import__('time').sleep(100)",
    "deep nesting": "t = b'[' * 10**6; channel.end.sendall(len(t).to_bytes(4, 'big') + bytes(4) + t)",
    "endless callbacks": "[channel.send({'callback': 0, 'arguments': (x,)}, 1) for _ in iter(int, 1)]",
    "a dialogue without end": (
        'exec(\'while True:\\n try:\\n  channel.send({"callback": 0, "arguments": ()}, 9); channel.receive(9)\\n\''
        " ' except BaseException: pass', globals())"
    ),
    "the channel is closed": "channel.end.close()",
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_a_cheat_gets_nothing_for_a_wrong_answer(cheat, tmp_path):
    record = graded(notebook(tmp_path / "ada.ipynb", cheat, RIGHT_MATRIX, WRONG, cheat))
    assert statuses(record)["circ_conv"] in ("wrong", "error")
    # Who replaces `max` everywhere may break the process that runs their own right answer, too.
    assert statuses(record)["by_hand"] == "right" or "builtins.max" in cheat


@pytest.mark.parametrize("value", RETURNS.values(), ids=RETURNS)
def test_what_is_no_array_of_numbers_is_no_right_answer(value, tmp_path):
    record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, f"def circ_conv(x, k):\n    return {value}"))
    assert statuses(record) == {"by_hand": "right", "circ_conv": statuses(record)["circ_conv"]}
    assert statuses(record)["circ_conv"] in ("wrong", "wrong shape", "error")


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_message_is_no_right_answer(forgery, tmp_path, hasty):
    cell = f"{FIND_CHANNEL}\ndef circ_conv(x, k):\n    {forgery}\n    return x"
    record = graded(notebook(tmp_path / "ada.ipynb", RIGHT_MATRIX, cell))
    assert statuses(record)["by_hand"] == "right"
    assert statuses(record)["circ_conv"] in ("wrong", "error")


def test_a_pickle_is_never_opened(tmp_path):
    """An object whose unpickling would write a file here, sent in each way that a submission has."""
    witness = tmp_path / "witness"
    evil = f"class Evil:\n    def __reduce__(self):\n        return (open, ({str(witness)!r}, 'w'))\n"
    send = "    data = pickle.dumps(Evil())\n    channel.end.sendall(len(data).to_bytes(4, 'big') + bytes(4) + data)\n"
    cell = f"import pickle\n{FIND_CHANNEL}\n{evil}\ndef circ_conv(x, k):\n{send}    return [Evil()] * len(x)"
    assert statuses(graded(notebook(tmp_path / "ada.ipynb", cell)))["circ_conv"] == "error"
    assert not witness.exists()


# Cells that were moved, lost, edited ----------------------------------------------------------------------------------

CHECK = 'from gdl_course.exercises import check\ncheck("05.circular-conv", circ_conv)'
ORDERS = {
    "as handed out": [RIGHT_MATRIX, RIGHT, CHECK],
    "checks deleted": [RIGHT_MATRIX, RIGHT],
    "checks doubled": [RIGHT_MATRIX, CHECK, RIGHT, CHECK, CHECK],
    "answers doubled, the last one counts": [WRONG, CHECK, RIGHT_MATRIX, RIGHT],
    "in another order": [CHECK, RIGHT, RIGHT_MATRIX],
    "checks edited": [RIGHT_MATRIX, RIGHT, CHECK.replace("circ_conv)", "None, points=100)")],
    "all in one cell": [RIGHT_MATRIX + RIGHT],
}


@pytest.mark.parametrize("cells", ORDERS.values(), ids=ORDERS)
def test_grading_goes_by_name_wherever_the_cells_are(cells, tmp_path):
    """The notebooks of these tests have no metadata at all."""
    assert graded(notebook(tmp_path / "ada.ipynb", *cells))["points"] == 5.0


def test_the_last_definition_counts(tmp_path):
    record = graded(notebook(tmp_path / "ada.ipynb", RIGHT, RIGHT_MATRIX, WRONG))
    assert statuses(record) == {"by_hand": "right", "circ_conv": "wrong"}


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


# Notebooks that are none ----------------------------------------------------------------------------------------------

BROKEN = {
    "not JSON": (b"circ_conv = ...", "not JSON"),
    "empty": (b"", "empty"),
    "not text": (bytes(range(256)), "not JSON"),
    "no cells": (b"{}", "no list of cells"),
    "a list": (b"[1, 2]", "no list of cells"),
    "cells that are none": (b'{"cells": [1, 2]}', "no list of cells"),
    "deep nesting": (b"[" * 200_000, "not JSON"),
    "a huge number": (b'{"cells": ' + b"9" * 10_000 + b"}", "not JSON"),
    "too many cells": (b'{"cells": [' + b",".join([b"{}"] * 3000) + b"]}", "3000 cells"),
}


@pytest.mark.parametrize("content, words", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_notebook_is_told_why(content, words, tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_bytes(content)
    record = graded(path)
    assert record["to_blame"] == "hand-in" and words in record["problem"]
    assert record["chapters"][0]["status"] == "unreadable" and words in messages(record)


def test_a_notebook_of_100_mb_is_not_read(tmp_path):
    path = tmp_path / "ada.ipynb"
    with path.open("wb") as file:
        file.truncate(100 * MEGABYTE)
    record = graded(path)
    assert path.stat().st_size > LARGEST and "100 MB" in messages(record)
    assert record["chapters"][0]["status"] == "unreadable"


def test_odd_sources_are_read_as_far_as_they_go(tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_text(
        '{"cells": [{"cell_type": "code", "source": ["def circ_conv(x, k):\\n", 3, "    return x"]},'
        ' {"cell_type": "code", "source": {"a": 1}}, {"cell_type": "code"}, {"cell_type": 7, "source": "x"}]}'
    )
    assert statuses(graded(path)) == {"by_hand": "not found", "circ_conv": "wrong"}


def test_a_link_to_another_submission_is_not_followed(tmp_path):
    grace = notebook(tmp_path / "grace.ipynb", RIGHT, RIGHT_MATRIX)
    (tmp_path / "ada.ipynb").symlink_to(grace)
    record = graded(tmp_path / "ada.ipynb")
    assert "link" in record["problem"]


def test_a_notebook_of_another_chapter_gets_nothing(tmp_path):
    cells = ["def relabel(p, A, X):\n    return A, X", "def walks():\n    return 3"]
    record = graded(notebook(tmp_path / "08_message_passing.ipynb", *cells))
    assert record["points"] == 0 and set(statuses(record).values()) == {"not found"}


# A function of the checker, called by a submission --------------------------------------------------------------------

SYMMETRISE = Assignment((Exercise("02.symmetrise", "2.3", "Symmetrise", "symmetrise", 4.0),))
CALLS = {
    "a huge array": "f(np.zeros(10**6))",
    "no array": "f('x' * 100)",
    "no argument": "f()",
    "an array of objects": "f(np.array([object()]))",
    "a function": "f(print)",
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_checkers_own_function_takes_only_plain_arrays(call, tmp_path):
    cell = f"import numpy as np\ndef symmetrise(f, x):\n    return {call}"
    record = graded(notebook(tmp_path / "02_a.ipynb", cell), assignment=SYMMETRISE)
    assert statuses(record) == {"symmetrise": "error"}


# A class --------------------------------------------------------------------------------------------------------------


def test_no_submission_changes_anothers_grade_or_stops_the_run(tmp_path):
    folder, report = tmp_path / "class", tmp_path / "report"
    notebook(folder / "ada.ipynb", RIGHT_MATRIX, RIGHT)
    notebook(folder / "bob.ipynb", VIOLENT["kill all"], WRONG)
    notebook(folder / "carl" / "05_convolution.ipynb", VIOLENT["a fork bomb"])
    notebook(
        folder / "dora.ipynb",
        "import glob, os\nfor path in glob.glob('/**/*.json', recursive=True):\n    os.remove(path)",
        RIGHT,
    )
    (folder / "eve.ipynb").write_text("no notebook")
    notebook(folder / "..finn é<b>.ipynb", RIGHT_MATRIX)
    limits = Limits(memory=LIMITS.memory, seconds=25)
    assignment = Assignment((CONVOLUTION,))
    records = {
        s.learner: r for s, r in grade_all(find_submissions(folder), assignment, report, SANDBOX, jobs=2, limits=limits)
    }
    points = {learner: record["points"] for learner, record in records.items()}
    assert points == {"ada": 3.0, "bob": 0.0, "carl": 0.0, "dora": 3.0, "eve": 0.0}
    assert [learner for learner, record in records.items() if record["problem"]] == ["eve"]


def test_no_learners_name_leads_out_of_the_report(tmp_path):
    for name in ("../../evil", "/etc/passwd", "..", ".", "a\nb", "x" * 500, "é<b>"):
        path = record_path(tmp_path, name)
        assert path.resolve().parent == tmp_path / "records" and path.suffix == ".json"
        assert "/" not in path.name and len(path.name) < 200


def test_the_seed_is_secret_and_each_report_has_its_own(tmp_path):
    """What was drawn for one report tells nothing about the next, and no record tells it to a learner."""
    notebook(tmp_path / "class" / "ada.ipynb", "x = 1")
    seeds = set()
    for name in ("a", "b"):
        report = tmp_path / name
        found = find_submissions(tmp_path / "class")
        ((_, record),) = grade_all(found, Assignment((CONVOLUTION,)), report, SANDBOX)
        seed = json.loads((report / "run.json").read_text())["seed"]
        seeds.add(seed)
        assert str(seed) not in json.dumps(record) and (report / "run.json").stat().st_mode & 0o077 == 0
    assert len(seeds) == 2 and max(seeds) > 2**32

"""Submissions that cheat, break or attack: none gets a mark it does not deserve, none harms anything outside.

Each runs for real, in the sandbox. "Cheats" hold a wrong `circ_conv` and must get nothing for it; what follows an
attack in the same notebook and is right must get its marks.
"""

import json

import pytest
from handed_in import (
    CONVOLUTION,
    LIMITS,
    RIGHT,
    RIGHT_MATRIX,
    SANDBOX,
    WRONG,
    graded,
    needs_bubblewrap,
    notebook,
    statuses,
)

from gdl_course.classroom.assignment import Assignment, Exercise
from gdl_course.classroom.batch import grade_all
from gdl_course.classroom.grading import record_path
from gdl_course.classroom.sandbox import Limits
from gdl_course.classroom.submissions import find_submissions

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
    notebook(
        folder / "bob.ipynb",
        "import os, signal\nos.kill(-1, signal.SIGKILL)\nos.kill(os.getpid(), signal.SIGKILL)",
        WRONG,
    )
    notebook(folder / "carl" / "05_convolution.ipynb", "import os\nwhile True:\n    os.fork()")
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

"""Which cells of a notebook are run, and which names they need."""

import numpy as np
import pytest

from gdl_course.classroom.cells import by_text, line_of, names_of
from gdl_course.classroom.plan import plan
from gdl_course.classroom.replies import cells_of


def read(sources):
    """The cells as the sandbox reads them."""
    return cells_of(np.frombuffer("".join(map(line_of, sources)).encode(), np.uint8))


def to_run(sources, handout, functions):
    return list(plan(read(sources), handout, functions).run)


def test_only_what_the_answers_need_is_run():
    given = ["import numpy as np", "model = train(np)", "def f(x):\n    return helper(x)", "print(model)", "n = 3"]
    handout = frozenset(map(by_text, given))
    assert to_run(given, handout, ["f"]) == [2]
    mine = [*given, "def helper(x):\n    return np.sum(x) + n"]
    assert to_run(mine, handout, ["f"]) == [0, 2, 4, 5]
    assert to_run(["n = 1", "n = 2", "def f():\n    return n", "n = 4"], frozenset(), ["f"]) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "source, needed",
    [
        ("key, part = split(key)", {"split", "key"}),
        ("x = 1\ny = x", set()),
        ("total += part", {"total", "part"}),
        ("for i in items:\n    use(i)", {"items", "use"}),
        ("def f(x, y=z):\n    return x + w", {"z", "w"}),
        ("[i for i in items]", {"items"}),
        ("%timeit f(x)\ng(y)", {"f", "x", "g", "y"}),
        ("%time y = f(x)", {"f", "x"}),
        ("%%time\ny = f(x)", {"f", "x"}),
        ("\n%%capture out\n%%time\ny = f(x)", {"f", "x"}),
        ("%%bash\nls -l", set()),
        ("!ls\n" * 600 + "x", set()),
        ("not Python at all", set()),
        ("\0", set()),
    ],
)
def test_the_names_that_a_cell_needs(source, needed):
    assert names_of(source).needed == needed

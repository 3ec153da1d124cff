"""Right answers in any natural container and type are right; NaN, infinity and constants never are; words are exact."""

import time

import numpy as np
import pytest
from answer_banks import CHECKS, LOADED

from gdl_course.exercises import Check, equivariant
from gdl_course.exercises.engine import judging, limits
from gdl_course.exercises.engine.checking import find_check, run
from gdl_course.exercises.engine.inputs import signals
from gdl_course.exercises.engine.limits import TimeUp, within
from gdl_course.exercises.engine.running import plain
from gdl_course.exercises.engine.values import stacked

pytestmark = pytest.mark.usefixtures("judged_here")


def nested(convert):
    """`convert` on the arrays of an answer, part by part."""
    return lambda value: tuple(map(nested(convert), value)) if isinstance(value, tuple) else convert(np.asarray(value))


def floats(dtype):
    return nested(lambda array: array.astype(dtype) if array.dtype.kind in "fiu" else array)


def to_jax(array):
    import jax.numpy as jnp

    return jnp.asarray(array)


def lists(value):
    return [lists(part) for part in value] if isinstance(value, tuple) else np.asarray(value).tolist()


def tuples(value):
    value = lists(value) if not isinstance(value, list) else value
    return tuple(map(tuples, value)) if isinstance(value, list) else value


CONTAINERS = {"list": lists, "tuple": tuples, "NumPy": nested(np.asarray), "JAX": nested(to_jax),
              "float32": floats(np.float32), "float64": floats(np.float64)}  # fmt: skip


def variant(answer, convert):
    """The same answer in another container: of a value the value, of a function its values."""
    if callable(answer):
        return lambda *arguments: convert(plain(answer(*arguments)))
    return convert(plain(answer))


RIGHT_FORMS = [(name, form) for name in CHECKS for form in CONTAINERS]


@pytest.mark.parametrize("name, form", RIGHT_FORMS, ids=["-".join(case) for case in RIGHT_FORMS])
def test_right_answer_is_right_in_every_natural_container(name, form):
    answer = LOADED[name.split(".")[0]].RIGHT[name][0]
    result = run(find_check(name), variant(answer, CONTAINERS[form]))
    assert result.passed, result


SPOILED = {
    "NaN": lambda value: value * np.nan,
    "infinity": lambda value: value * 0 + np.inf,
    "zero": lambda value: value * 0.0,
    "one": lambda value: value * 0.0 + 1.0,
}
# A constant that is right, with the reason. Nothing else may be right.
RIGHT_CONSTANTS: dict[tuple[str, str], str] = {}
WRONG_FORMS = [(name, form) for name in CHECKS for form in SPOILED]


@pytest.mark.parametrize("name, form", WRONG_FORMS, ids=["-".join(case) for case in WRONG_FORMS])
def test_nan_infinity_and_constants_are_wrong(name, form, monkeypatch):
    monkeypatch.setattr(judging, "_smallest", lambda check, f, x, failure, seed: (x, failure))  # the verdict counts
    answer = LOADED[name.split(".")[0]].RIGHT[name][0]
    result = run(find_check(name), variant(answer, nested(lambda array: SPOILED[form](array + 0.0))))
    assert result.passed == ((name, form) in RIGHT_CONSTANTS), result
    assert result.status != "not started"


# Each fault that was found, once -------------------------------------------------------------------------------------


def test_nan_is_not_as_wrong_as_possible():
    assert "NaN" in run(find_check("05.worst-border"), ([np.nan] * 3, [np.nan] * 8)).message


@pytest.mark.parametrize("name, answer", [
    ("07.count-masks", (4, 16, 256)), ("10.by-hand", [7, 6, 216]), ("10.by-hand", np.array([7, 6, 216])),
])  # fmt: skip
def test_tuple_list_and_array_of_the_same_numbers_are_one_answer(name, answer):
    assert run(find_check(name), answer).passed


def average(term):
    return lambda f, x, ins, outs: np.mean([term(f, x, A, B) for A, B in zip(ins, outs, strict=True)], axis=0)


def refined(A, rounds, collect=sorted):
    colours = [0] * len(A)
    for _ in range(rounds):
        seen = [(colours[i], collect([colours[j] for j in np.flatnonzero(A[i])])) for i in range(len(A))]
        palette = {s: k for k, s in enumerate(sorted(set(map(repr, seen))))}
        colours = [palette[repr(s)] for s in seen]
    return np.equal.outer(colours, colours)


def walk_counts(A):
    counts = np.stack([np.linalg.matrix_power(A, k).sum(1) for k in range(len(A) + 1)], 1)
    return (counts[:, None] == counts[None]).all(-1)


def either_strand(X, k):
    both = k, k[::-1, ::-1]
    return max(0, *((X[p : p + len(k)] * m).sum() for m in both for p in range(len(X) - len(k) + 1)))


@pytest.mark.parametrize("name, answer", [
    ("04.symmetrise", average(lambda f, x, A, B: B @ f(A.T @ x))),
    ("10.strands", either_strand),
    ("08.colours", lambda A: refined(A, 3)),
    ("08.colours", walk_counts),
    ("08.colours", lambda A: refined(A, len(A), collect=lambda c: [sum(c)])),
    ("02.tell-apart", lambda x: 1e6 * (x @ np.roll(x, 1)) + x[0]),
    ("02.tell-apart", lambda x: float(np.array_equal(x, [1, 1, 0, 0, 0, 0]))),
    ("02.tell-apart", lambda x: np.append(1e6, x @ np.arange(len(x)))),
])  # fmt: skip
def test_wrong_answers_that_once_passed(name, answer):
    assert not run(find_check(name), answer).passed


@pytest.mark.parametrize("seed", range(4))
def test_fool_by_the_expanded_square_is_right_for_every_seed(seed):
    def distance(X, u):
        return np.sqrt(np.maximum((X**2).sum(1) + u @ u - 2 * X @ u, 0)).min()

    assert run(find_check("01.fool"), distance, seed).passed


def test_a_large_constant_hides_no_failure_of_equivariance():
    shift = lambda s, x: np.roll(x, s)
    check = Check(arguments=["x"], inputs=signals(), properties=[equivariant("shift", [1], [shift], shift)])
    assert not run(check, lambda x: 1e6 + np.cumsum(x)).passed
    assert run(check, lambda x: 1e6 + x).passed


def test_one_wrong_number_is_named():
    assert "the third of 3 numbers is wrong" in run(find_check("07.count-masks"), [4, 16, 255]).message


def test_got_and_expected_never_print_alike():
    message = run(find_check("10.act"), lambda y: np.rot90(np.roll(y, 1, axis=0), axes=(1, 2)) * (1 + 1e-4)).message
    got, expected = message.split("got `")[1].split("`, expected `")
    assert got != expected.split("`")[0]


def test_slip_is_named_rather_than_its_shape():
    result = run(find_check("05.circular-conv"), lambda x, k: np.convolve(x, k, mode="same"))
    assert 'mode="same"' in result.message and "got shape" not in result.message


def test_stub_left_below_an_answer_is_told():
    def answer(x, k):
        y = x + k  # the learner forgot to return it  # noqa: F841
        raise NotImplementedError("your turn")

    result = run(find_check("05.circular-conv"), answer)
    assert result.status == "not started" and 'raise NotImplementedError("your turn")`: this line' in result.message


def test_counterexample_has_as_few_nodes_as_possible():
    """Five nodes were shown; three are needed for a permutation that is not its own inverse."""
    wrong = dict(CASES)["03.relabel"]
    assert "g = [1, 2, 0]" in run(find_check("03.relabel"), wrong).message


CASES = [("03.relabel", lambda A, g: A[np.argsort(g)][:, g])]


def test_a_list_argument_that_is_changed_is_told():
    assert "changes its argument `generators`" in run(find_check("04.tuples"), lambda g, n, k: g.clear() or 1).message


def test_compiling_is_nobodys_loop():
    """A second of computing in a function of JAX's compiler, with a tenth of a second to spend."""
    names = {"__name__": "jax._src.compiler", "time": time}
    code = (
        "def compile_():\n    end = time.process_time() + 1\n"
        "    while time.process_time() < end: pass\n    return 'done'"
    )
    exec(compile(code, limits.NOT_THE_LEARNERS[0] + "jax.py", "exec"), names)
    assert within(0.1, names["compile_"]) == "done"
    with pytest.raises(TimeUp):
        exec(compile(code, "cell.py", "exec"), own := {"__name__": "__main__", "time": time})
        within(0.1, own["compile_"])


def test_a_tuple_of_unequal_parts_stays_a_tuple():
    assert isinstance(stacked((np.ones(2), np.ones(3))), tuple) and stacked((np.ones(()),)).shape == (1,)

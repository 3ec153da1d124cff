"""The engine of the checks, on one whole example: circular convolution, its check, its bank of answers."""

import time
from pathlib import Path

import numpy as np
import pytest

from gdl_course.exercises import Check, UnknownExercise, check, equivariant, holds, invariant
from gdl_course.exercises.engine import judging
from gdl_course.exercises.engine.checking import checks_of, judge, run
from gdl_course.exercises.engine.inputs import arrays, signals
from gdl_course.exercises.engine.running import TimeUp, within
from gdl_course.exercises.engine.words import show

# The example: a check, and the bank of answers that proves it -------------------------------------------------------


def shift(s, x):
    return np.roll(x, s)


def convolution(x, k):
    n = len(x)
    return np.array([sum(k[j] * x[(i - j) % n] for j in range(n)) for i in range(n)])


def correlation(x, k):
    n = len(x)
    return np.array([sum(k[j] * x[(i + j) % n] for j in range(n)) for i in range(n)])


CHECK = Check(
    reference=convolution,
    inputs=signals(2),
    examples=[(np.ones(3), np.ones(3))],
    properties=[equivariant("shift", [1, 2], [shift, None], shift)],
    slips={"correlation: `x[i - j]` is needed where you have `x[i + j]`": correlation},
    praise="it is the circulant of k, applied to x",
)


def with_fft(x, k):
    return np.fft.ifft(np.fft.fft(x) * np.fft.fft(k)).real


def with_jax(x, k):
    import jax.numpy as jnp

    n = len(x)
    return jnp.convolve(jnp.tile(x, 2), k)[n : 2 * n]


def with_zeros(x, k):
    return np.convolve(x, k)[: len(x)]


def in_place(x, k):
    x += 1
    return convolution(x, k)


def out_of_range(x, k):
    return x[len(x)] * k


def for_ever(x, k):
    while True:
        print("still here")


def for_ever_and_deaf(x, k):
    while True:
        try:
            x = x + 0
        except:  # noqa: E722
            pass


def without_end(x, k):
    return without_end(x, k)


def fickle(x, k, counter=iter(range(10**9))):
    return convolution(x, k) + next(counter)


WRONG = [
    (correlation, "wrong", "This looks like correlation: `x[i - j]` is needed"),
    (correlation, "wrong", "right on the easy inputs, wrong in general; smallest failing input `x = [0, 0, 1]"),
    (with_zeros, "not equivariant", "under a shift by 1: max error 1; smallest failing input `x = [0, 1], k = [0, 1]`"),
    (in_place, "wrong", "the function changes its argument `x`: work on a copy, `x.copy()`"),
    (out_of_range, "error", "`return x[len(x)] * k`: IndexError: index 1 is out of bounds for axis 0 with size 1"),
    (for_ever, "error", "stopped after 3 s on `x = [1, 1, 1], k = [1, 1, 1]`: does it loop for ever?"),
    (for_ever_and_deaf, "error", "stopped after 3 s"),
    (
        lambda x, k: sum(range(10**10)),
        "error",
        "stopped after 5 s on `x = [1, 1, 1], k = [1, 1, 1]`, in a call that Py",
    ),
    (without_end, "error", "the function calls itself without an end"),
    (fickle, "wrong", "two calls with the same input"),
    (lambda x, k: exit(), "error", "SystemExit"),
    (lambda x, k: np.zeros(10**15), "error", "MemoryError"),
    (lambda x, k: convolution(x, k) * np.nan, "wrong", "the answer contains NaN"),
    (lambda x, k: convolution(x, k).astype(int), "wrong", "right on the easy inputs, wrong in general"),
    (lambda x, k: None, "wrong shape", "the function returns None: is a `return` missing?"),
    (lambda x, k: "abc", "wrong shape", "the answer is a str; expected numbers: one, an array"),
    (
        lambda x, k: [[1], [1, 2]],
        "wrong shape",
        "got a tuple of 2 whose shapes differ, expected one array of shape (1,)",
    ),
    (lambda x, k: convolution(x, k)[None], "wrong shape", "got shape (1, 1), expected shape (1,)"),
    (lambda x, k: (x, k), "wrong shape", "got shape (2, 1), expected shape (1,)"),
    (lambda x, k: with_fft(x, k) + 0j, "wrong shape", "expected real ones: take `.real`"),
    (lambda x: x, "error", "the function takes `(x)`; it is called with `(x, k)`"),
    (np.ones(3), "wrong shape", "expected a function of `(x, k)`; got an array of shape (3,) and dtype float64"),
]
NAMES = [f"{getattr(a, '__name__', 'value').strip('<>')}-{i}" for i, (a, _, _) in enumerate(WRONG)]


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="the memory that is free is known on Linux only")
def test_a_huge_allocation_is_an_error_and_no_dead_kernel():
    """Nine tenths of what is free: NumPy would get it, and the kernel would die once it is written to."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    memory = Path("/proc/meminfo").read_text().splitlines()
    free = next(int(line.split()[1]) for line in memory if line.startswith("MemAvailable"))
    result = run(CHECK, lambda x, k: np.empty(free * 1024 // 8 * 9 // 10))
    assert result.status == "error" and "Unable to allocate" in result.message
    assert resource.getrlimit(resource.RLIMIT_DATA) == limits


@pytest.mark.parametrize("answer", [convolution, with_fft, with_jax, lambda x, k: list(convolution(x, k))])
def test_right_answers_pass(answer):
    assert repr(run(CHECK, answer)) == "✓ right: it is the circulant of k, applied to x"


@pytest.mark.parametrize("answer, status, words", WRONG, ids=NAMES)
def test_wrong_answer_fails_with_status_and_words(answer, status, words):
    start = time.process_time()  # of computing: other work on this machine does not count
    result = run(CHECK, answer)
    assert result.status == status
    assert words in repr(result)
    assert not result.passed
    assert time.process_time() - start < 5


def test_machine_too_busy_to_try_much_lets_no_wrong_answer_pass(monkeypatch):
    monkeypatch.setattr(judging, "TRYING", -60.0)
    monkeypatch.setattr(judging, "SHRINKING", -60.0)
    assert "This looks like correlation" in repr(run(CHECK, correlation))


def test_seconds_on_the_clock_alone_are_not_computing():
    assert within(0.05, lambda: time.sleep(0.08) or "done") == "done"
    with pytest.raises(TimeUp):
        within(0.05, lambda: time.sleep(1))


def stub(x, k):
    raise NotImplementedError("your turn: Circular convolution")


@pytest.mark.parametrize("answer", [stub, None, ...])
def test_stub_is_not_started(answer):
    assert repr(run(CHECK, answer)) == "○ not started yet"


# What the messages rest on ------------------------------------------------------------------------------------------


def test_same_answer_gets_same_message():
    assert run(CHECK, with_zeros) == run(CHECK, with_zeros)


def test_other_seeds_try_other_inputs():
    def inputs_tried(seed):
        seen = []
        judge(CHECK, lambda x, k: seen.append(show((x, k))) or convolution(x, k), seed)
        return seen

    assert inputs_tried(0) == inputs_tried(0) != inputs_tried(1)


def test_slip_is_not_named_where_it_does_not_explain_all_values():
    almost = lambda x, k: correlation(x, k) + (len(x) > 3)
    assert "This looks like" not in run(CHECK, almost).message


def test_slip_that_fails_itself_is_passed_over():
    slips = {"a crash": lambda x: 1 / 0, "x": np.copy}
    broken = Check(reference=np.negative, arguments=["x"], inputs=signals(), slips=slips)
    assert "This looks like x." in run(broken, lambda x: x).message


def test_failure_only_on_the_example_is_shown_on_the_example():
    big = Check(reference=lambda x: x, inputs=signals(high=3), examples=[(np.arange(9.0),)])
    assert "x = [0, 1, 2, 3, 4, 5, 6, 7, 8]" in run(big, lambda x: x[:8]).message


def test_error_on_one_input_outranks_wrong_values_on_others():
    positive = Check(reference=np.abs, arguments=["x"], inputs=signals(high=2))
    assert run(positive, lambda x: x + 1 if len(x) < 2 else x[7]).status == "error"


def test_prints_of_the_answer_are_not_shown(capsys):
    run(CHECK, lambda x, k: print("hello") or convolution(x, k))
    assert capsys.readouterr().out == ""


def test_answer_may_not_spoil_later_inputs():
    spoiler = lambda x, k: (convolution(x.copy(), k), k.fill(0))[0]
    assert "changes its argument `k`" in run(CHECK, spoiler).message
    assert run(CHECK, convolution).passed


def test_only_the_learners_own_line_is_quoted():
    def calls_numpy(x, k):
        return np.linalg.inv(x)  # fails inside NumPy

    message = run(CHECK, calls_numpy).message
    assert "`return np.linalg.inv(x)  # fails inside NumPy`: LinAlgError" in message
    assert "site-packages" not in message and "gdl_course" not in message


def test_innermost_line_of_the_learner_is_quoted():
    def helper(x):
        return x[99]

    assert "`return x[99]`: IndexError" in run(CHECK, lambda x, k: helper(x)).message


def test_invariance_is_named_so():
    total = Check(arguments=["x"], inputs=signals(), properties=[invariant("shift", [1], [shift])])
    assert run(total, np.sum).passed
    assert repr(run(total, lambda x: x[0])).startswith("✗ not invariant under a shift by 1: max error 1; smallest")


def test_elements_may_depend_on_the_input():
    cycle = equivariant("shift", lambda x: range(1, len(x)), [shift], shift)
    only_even = Check(arguments=["x"], inputs=signals(low=4, high=4), properties=[cycle])
    assert run(only_even, lambda x: x * [1, 1, 1, 1]).passed
    assert "a shift by 1" in run(only_even, lambda x: x * [1, 2, 1, 2]).message


def test_question_that_cannot_be_asked_is_a_wrong_shape():
    act = lambda s, x: x.reshape(2, 2)[::-1]
    flip = Check(arguments=["x"], inputs=arrays((2, 2)), properties=[equivariant("flip", [1], [act], act)])
    assert run(flip, lambda x: x[0]).status == "wrong shape"


# Answers that are values --------------------------------------------------------------------------------------------

COUNT = Check(reference=6, slips={"the number of pairs, not of orbits": 36})


@pytest.mark.parametrize("answer", [6, 6.0, np.int32(6), lambda: 6])
def test_right_value_passes(answer):
    assert run(COUNT, answer).passed


@pytest.mark.parametrize("answer, text", [
    (36, "✗ wrong: got `36`.\nThis looks like the number of pairs, not of orbits."),
    (7, "✗ wrong: got `7`"),
    ([6, 6], "✗ wrong shape: got shape (2,), expected shape ()"),
    ("six", "✗ wrong shape: the answer is a str; expected numbers: one, an array, or a tuple or list of them"),
    (..., "○ not started yet"),
])  # fmt: skip
def test_wrong_value_is_told_without_the_right_one(answer, text):
    assert repr(run(COUNT, answer)) == text


def test_value_may_be_asked_for_by_properties_alone():
    crooked = Check(properties=[holds("the kernel is not symmetric", lambda k: not np.allclose(k, k.T))])
    assert run(crooked, np.array([[0, 1], [2, 0]])).passed
    assert run(crooked, np.eye(2)).message == "this does not hold: the kernel is not symmetric; got `[[1, 0], [0, 1]]`"


# Names and declarations -----------------------------------------------------------------------------------------------


def test_check_without_reference_and_properties_is_refused():
    with pytest.raises(ValueError, match="a Check needs a reference or properties"):
        Check(inputs=signals())


def test_check_without_reference_needs_names():
    with pytest.raises(ValueError, match="needs the arguments' names"):
        Check(inputs=signals(), properties=[invariant("shift", [1], [shift])])


def test_unknown_exercise_is_told_near_names():
    name = next(iter(checks_of("02")))
    with pytest.raises(UnknownExercise, match=f"did you mean .*'{name}'"):
        check(name[:-1], None)


def test_unknown_chapter_is_told_the_chapters():
    with pytest.raises(UnknownExercise, match="no chapter '99' in '99.x'; chapters with exercises: .*02") as caught:
        check("99.x", None)
    assert caught.value._render_traceback_() == [f"UnknownExercise: {caught.value}"]

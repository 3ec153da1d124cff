"""What the checks rest on: the time limit, comparing, drawing inputs, showing the result."""

import signal
import threading
import time

import numpy as np
import pytest
from hypothesis import find, settings

from gdl_course.exercises.engine import judging
from gdl_course.exercises.engine.inputs import array
from gdl_course.exercises.engine.properties import alike, error, same
from gdl_course.exercises.engine.result import LOOKS, Result, Stop
from gdl_course.exercises.engine.running import TimeUp, within


class Named:
    """A function with the names of its arguments, as checks call it."""

    names = ("x",)

    def __init__(self, function):
        self.function = function

    def __call__(self, x):
        return self.function(x)


def loop():
    while True:
        pass


def test_time_limit_holds_in_another_thread_and_ends_its_loop():
    caught = []

    def work():
        try:
            within(0.1, loop)
        except TimeUp:
            caught.append(True)

    before = threading.active_count()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(3)
    assert caught == [True]
    time.sleep(0.2)
    assert threading.active_count() == before


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="alarms are for Unix")
def test_time_limit_restores_the_alarm_of_others():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeUp):
        within(0.05, loop)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_error_is_infinite_where_values_do_not_compare():
    assert error(np.ones(2), np.ones(3)) == error(np.array([np.nan]), np.ones(1)) == np.inf
    assert error((np.ones(2),), (np.zeros(2),)) == 1.0
    assert error(np.array([np.inf]), np.array([np.inf])) == 0.0


def test_same_is_relative_to_the_largest_entry_and_exact_enough_for_float32():
    x = np.linspace(1, 1e4, 50)
    assert same(x.astype(np.float32), x)
    assert not same(x + 1, x)


def test_two_calls_are_compared_by_their_values_and_not_by_what_is_shown_of_them():
    whole = np.arange(1000.0)
    other = np.where(whole == 500, np.nan, whole)
    slightly = whole + 1e-9  # another order of adding up
    assert alike(whole, slightly, 1e-6) and alike((other, whole), (other, whole), 1e-6)
    assert alike(np.zeros(0), np.zeros(0), 1e-6)
    for a, b in ((whole, other), (whole, whole + 1e-3 * (whole == 500)), (whole, whole[:-1]), (whole, (whole,))):
        assert not alike(a, b, 1e-6) and not alike(b, a, 1e-6)
    answers = iter([whole, whole + 1.0 * (whole == 500)])
    with pytest.raises(Stop) as stopped:
        judging._repeatable(Named(lambda x: next(answers)), (whole,), 1e-6)
    assert "two calls with the same input" in stopped.value.result.message


def test_arrays_shrink_to_whole_numbers_and_include_reals():
    quiet = settings(database=None, max_examples=200)
    assert find(array(2, 2), lambda x: abs(x.sum()) > 0.5, settings=quiet).tolist() == [[0, 0], [0, 1]]
    assert find(array(3), lambda x: np.any(x != np.round(x)), settings=quiet).shape == (3,)


def luminance(colour):
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
@pytest.mark.parametrize("status", LOOKS)
def test_symbol_is_readable_on_light_and_dark(status, page):
    light, dark = sorted([luminance(LOOKS[status][1]), luminance(page)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_html_escapes_what_the_learner_wrote():
    drawn = Result("error", "`x<b>` & more")._repr_html_()
    assert "<code>x&lt;b&gt;</code> &amp; more" in drawn
    assert '<strong><span aria-hidden="true"' in drawn and "error</strong>" in drawn


def test_unknown_status_is_refused():
    with pytest.raises(ValueError, match="unknown status 'fine'"):
        Result("fine", "")

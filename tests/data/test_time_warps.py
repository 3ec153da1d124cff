"""The simulated tunes: one score, read at different tempos."""

import numpy as np
import pytest

from gdl_course.data.time_warps import NOTES, score_places, tune, tunes


def test_half_the_tempo_is_the_same_tune_with_twice_the_samples():
    fast, slow = score_places(25), score_places(49)
    for label in range(len(NOTES)):
        np.testing.assert_allclose(tune(label, slow)[::2], tune(label, fast), atol=1e-12)


def test_the_notes_name_the_tune():
    for label, notes in enumerate(NOTES):
        loudest = tune(label, np.array([1 / 6, 3 / 6, 5 / 6])).argmax(axis=1)
        assert tuple(loudest) == notes
    assert len(set(NOTES)) == 8


@pytest.mark.parametrize("wobble", [0.3, 1.0, 2.0])
def test_a_warp_runs_through_the_whole_score_and_never_back(wobble):
    for seed in range(20):
        u = score_places(60, wobble, np.random.default_rng(seed))
        assert u[0] == 0 and u[-1] == 1 and (np.diff(u) > 0).all()


def test_a_stronger_wobble_is_a_less_even_tempo():
    def spread(wobble):
        tempos = [np.diff(score_places(60, wobble, np.random.default_rng(seed))) for seed in range(50)]
        return np.mean([np.log(tempo).std() for tempo in tempos])

    assert spread(0.5) == pytest.approx(spread(1.0) / 2, rel=1e-6)
    assert 0.7 < spread(1.0) < 1.1


def test_equal_seeds_give_equal_tunes_and_classes_at_every_tempo():
    (x, y), (again, _), (slow, same) = tunes(30, 24), tunes(30, 24), tunes(30, 48, wobble=0.5)
    np.testing.assert_array_equal(x, again)
    np.testing.assert_array_equal(y, same)
    assert not np.array_equal(x, tunes(30, 24, seed=1)[0]) and slow.shape == (30, 48, 2)
    assert np.abs(x - np.stack([tune(label, score_places(24)) for label in y])).std() < 0.2


@pytest.mark.parametrize(
    ("call", "words"),
    [(lambda: score_places(1), "at least 2 samples; got 1"), (lambda: score_places(9, 1.0), "give rng")],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

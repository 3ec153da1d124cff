"""The digits are the bundled ones, split fairly; a canvas moves images without cutting them."""

import dataclasses

import numpy as np
import pytest
from sklearn.datasets import load_digits

from gdl_course import data


@pytest.fixture(scope="module")
def digits():
    return data.digits(seed=1)


def test_training_and_test_set_together_are_the_bundled_digits(digits):
    """Compared as multisets of (image, label): nothing is lost, doubled, or given another label."""
    bunch = load_digits()
    expected = np.column_stack([bunch.data, bunch.target])
    found = np.vstack([
        np.column_stack([x.reshape(len(x), -1) * 16, y])
        for x, y in [(digits.x_train, digits.y_train), (digits.x_test, digits.y_test)]
    ])  # fmt: skip
    order = lambda rows: rows[np.lexsort(rows.T)]
    np.testing.assert_array_equal(order(found), order(expected))


def test_images_are_float32_between_0_and_1(digits):
    for x, y in [(digits.x_train, digits.y_train), (digits.x_test, digits.y_test)]:
        assert x.dtype == np.float32 and x.shape == (len(y), 1, 8, 8) and y.dtype == np.int32
        assert x.min() == 0 and x.max() == 1


def test_every_class_is_split_in_the_same_proportion(digits):
    shares = np.bincount(digits.y_test) / np.bincount(np.concatenate([digits.y_train, digits.y_test]))
    np.testing.assert_allclose(shares, 0.2, atol=0.005)


def test_equal_seeds_give_equal_splits_and_other_seeds_others(digits):
    np.testing.assert_array_equal(data.digits(seed=1).x_test, digits.x_test)
    assert (data.digits(seed=2).y_test != digits.y_test).any()


def test_digits_know_where_they_come_from_and_cannot_be_reassigned(digits):
    assert "Alpaydin" in digits.provenance and "1998" in digits.provenance and "scikit-learn" in digits.provenance
    with pytest.raises(dataclasses.FrozenInstanceError):
        digits.x_train = digits.x_test


def test_the_middle_of_the_canvas_holds_the_image():
    image = np.arange(1.0, 7).reshape(1, 2, 3)
    canvas = data.on_canvas(image, 6)
    np.testing.assert_array_equal(canvas[0, 2:4, 1:4], image[0])
    assert canvas.shape == (1, 6, 6) and canvas.sum() == image.sum()


def test_random_places_are_shifts_of_each_other_that_cut_nothing():
    image = np.random.default_rng(0).uniform(1, 2, size=(1, 2, 3)).astype(np.float32)
    canvases = data.on_canvas(np.tile(image, (200, 1, 1, 1)), 5, np.random.default_rng(1))
    assert canvases.shape == (200, 1, 5, 5) and canvases.dtype == np.float32
    corners = {tuple(np.argwhere(canvas[0])[0]) for canvas in canvases}
    assert corners == {(i, j) for i in range(4) for j in range(3)}
    for canvas in canvases:
        i, j = np.argwhere(canvas[0])[0]
        np.testing.assert_array_equal(np.roll(canvas, (-i, -j), (1, 2))[:, :2, :3], image)


def test_channels_move_together():
    image = np.random.default_rng(0).uniform(1, 2, size=(4, 1, 2, 2)).repeat(3, axis=1)
    canvases = data.on_canvas(image, 9, np.random.default_rng(1))
    np.testing.assert_array_equal(canvases[:, 0], canvases[:, 2])


@pytest.mark.parametrize(("shape", "size"), [((1, 8, 8), 7), ((2, 4, 6), 5), ((8,), 9)])
def test_a_canvas_that_cannot_hold_the_images_says_so(shape, size):
    with pytest.raises(ValueError, match=f"got size {size} for images of shape"):
        data.on_canvas(np.ones(shape), size)

"""Data sets: bundled or simulated, never downloaded, each with its provenance."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

DIGITS_PROVENANCE = (
    "Optical Recognition of Handwritten Digits (E. Alpaydin and C. Kaynak, 1998; UCI Machine Learning Repository, "
    "doi:10.24432/C50P49, CC BY 4.0): its test part, 1797 digits of 13 writers, 8 x 8 pixels of 17 grey levels "
    "(0 to 16), as bundled with scikit-learn. Divided by 16 here, and split at random, 80 to 20 in every class."
)


@dataclass(frozen=True, eq=False)
class Digits:
    """Handwritten digits, divided into a training and a test set. Images are float32 in [0, 1], labels int32."""

    x_train: Float[np.ndarray, "train 1 8 8"]
    y_train: Int[np.ndarray, " train"]
    x_test: Float[np.ndarray, "test 1 8 8"]
    y_test: Int[np.ndarray, " test"]
    provenance: str = DIGITS_PROVENANCE

    def __repr__(self) -> str:
        return f"Digits({len(self.x_train)} for training, {len(self.x_test)} for testing, images 1 x 8 x 8)"


def digits(seed: int = 0) -> Digits:
    """The 1797 handwritten digits bundled with scikit-learn, one fifth of each class held out for testing.

    The 13 writers are not told apart in the data, so one writer's digits may be on both sides of the split: test
    accuracy says how well a model reads new digits of these people, not new people.

    Args:
        seed: chooses the split; equal seeds give equal splits.

    >>> data = digits()
    >>> data
    Digits(1437 for training, 360 for testing, images 1 x 8 x 8)
    >>> data.x_test.shape, data.x_test.dtype, float(data.x_test.max())
    ((360, 1, 8, 8), dtype('float32'), 1.0)
    """
    from sklearn.datasets import load_digits  # a second to import: only for those who train
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    x = (bunch.images[:, None] / 16).astype(np.float32)
    y = bunch.target.astype(np.int32)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=seed, stratify=y)
    return Digits(x_train, y_train, x_test, y_test)


def on_canvas(
    images: Float[np.ndarray, "... height width"], size: int, rng: np.random.Generator | None = None
) -> Float[np.ndarray, "... size size"]:
    """Images on a larger black square: in the middle, or, with a random generator, each at a place of its own.

    Nothing is cut off and nothing wraps round, so two places of one image differ by a shift of the canvas.

    Args:
        images: any leading axes; those before the last three (channels, height, width) number the images.
        size: height and width of the canvas.
        rng: where to draw the places from, uniform over those that fit; None for the middle.

    Raises:
        ValueError: the canvas is smaller than the images, or `images` has no height and width.

    >>> on_canvas(np.ones((1, 2, 2)), 4)[0]
    array([[0., 0., 0., 0.],
           [0., 1., 1., 0.],
           [0., 1., 1., 0.],
           [0., 0., 0., 0.]])
    >>> on_canvas(np.ones((5, 1, 8, 8)), 16, np.random.default_rng(0)).sum(axis=(1, 2, 3))
    array([64., 64., 64., 64., 64.])
    """
    images = np.asarray(images)
    if images.ndim < 2 or size < max(images.shape[-2:]):
        raise ValueError(
            f"the canvas must hold the images: got size {size} for images of shape {images.shape} (..., height, width)"
        )
    height, width = images.shape[-2:]
    stack = images.reshape(-1, *images.shape[-3:])
    canvas = np.zeros((*stack.shape[:-2], size, size), dtype=images.dtype)
    room = np.array([size - height, size - width])
    places = np.tile(room // 2, (len(stack), 1)) if rng is None else rng.integers(0, room + 1, size=(len(stack), 2))
    for blank, image, (top, left) in zip(canvas, stack, places, strict=True):
        blank[..., top : top + height, left : left + width] = image
    return canvas.reshape(*images.shape[:-2], size, size)

"""Simulated tunes, played at any tempo: sequences whose class does not depend on how fast time runs."""

from itertools import product

import numpy as np
from jaxtyping import Float, Int

TUNES_PROVENANCE = (
    "Simulated. A tune is three notes, each low or high: eight classes. A note is a bell-shaped rise in the loudness "
    "of one of two channels. The place in the score, u, runs from 0 to 1 at the tempo du/dt; noise is added to every "
    "sample."
)
NOTES = tuple(product((0, 1), repeat=3))  # the channel of each note, for each class
_CENTRES, _WIDTH = (1 / 6, 3 / 6, 5 / 6), 0.07


def tune(label: int | np.integer, u: Float[np.ndarray, " time"]) -> Float[np.ndarray, "time 2"]:
    """The tune `label` at the places u of the score: the loudness of the low and of the high channel.

    >>> tune(1, np.array([1 / 6, 3 / 6, 5 / 6])).round(2)  # low, low, high
    array([[1., 0.],
           [1., 0.],
           [0., 1.]])
    """
    x = np.zeros((len(u), 2))
    for channel, centre in zip(NOTES[label], _CENTRES, strict=True):
        x[:, channel] += np.exp(-(((u - centre) / _WIDTH) ** 2) / 2)
    return x


def score_places(
    steps: int, wobble: float = 0.0, rng: np.random.Generator | None = None
) -> Float[np.ndarray, " steps"]:
    """The place in the score at each of `steps` samples: 0 at the start, 1 at the end, increasing.

    The tempo is exp(wobble * s), with s a random smooth function of time (three waves, mean square 1), times whatever
    makes the tune end with the last sample. `wobble` 0 is an even tempo; at 1 the tempo varies by a factor of about 7
    between its usual extremes (one standard deviation to either side).

    Raises:
        ValueError: fewer than 2 steps, or a wobble without a random generator.

    >>> score_places(5)
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    >>> u = score_places(100, wobble=1.0, rng=np.random.default_rng(0))
    >>> float(u[0]), float(u[-1]), bool((np.diff(u) > 0).all())
    (0.0, 1.0, True)
    """
    if steps < 2:
        raise ValueError(f"a tune has at least 2 samples; got {steps}")
    if not wobble:
        return np.linspace(0, 1, steps)
    if rng is None:
        raise ValueError("a wobbling tempo is random: give rng, a numpy random generator")
    t = (np.arange(steps - 1) + 0.5) / (steps - 1)
    waves = 2 * np.pi * np.arange(1, 4)[:, None] * t
    amplitudes = rng.normal(size=(2, 3)) / np.sqrt(3)
    s = amplitudes[0] @ np.cos(waves) + amplitudes[1] @ np.sin(waves)
    tempo = np.exp(wobble * s)
    u = np.concatenate([[0.0], np.cumsum(tempo)])
    return u / u[-1]


def tunes(
    count: int, steps: int, *, wobble: float = 0.0, noise: float = 0.2, seed: int = 0
) -> tuple[Float[np.ndarray, "count steps 2"], Int[np.ndarray, " count"]]:
    """`count` noisy tunes of `steps` samples and their classes, 0 to 7: the same score at another tempo.

    Twice the `steps` is half the tempo. The same seed gives the same classes at every tempo, with other noise.

    Args:
        wobble: how unevenly each tune is played; see `score_places`.
        noise: standard deviation of the noise in every sample.

    >>> x, y = tunes(4, 48)
    >>> x.shape, x.dtype, y.shape, y.dtype
    ((4, 48, 2), dtype('float32'), (4,), dtype('int32'))
    """
    labels = np.random.default_rng(seed).integers(len(NOTES), size=count)
    rng = np.random.default_rng([seed, steps, round(1000 * wobble)])
    x = np.stack([tune(label, score_places(steps, wobble, rng)) for label in labels.tolist()])
    x += noise * rng.normal(size=x.shape)
    return x.astype(np.float32), labels.astype(np.int32)

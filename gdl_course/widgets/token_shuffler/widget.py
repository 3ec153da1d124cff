"""The token shuffler: move the words of a sentence, and see whether attention moves along."""

from __future__ import annotations

import math
from itertools import islice, permutations

import numpy as np
import traitlets as t

from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles
from gdl_course.widgets.shared.random_numbers import mulberry32
from gdl_course.widgets.token_shuffler.picture import draw

SENTENCES = ("dog bites man", "a set of points", "the cat sat on the mat")
MASKS = ("none", "causal")
POSITIONS = ("none", "absolute", "relative", "cyclic", "rotary")
CHANNELS, LONGEST, LARGEST_OFFSET = 4, 6, 20
TURNS = np.array([1.0, 0.01])  # radians a place, for each pair of channels
TOLERANCE = 1e-9


class TokenShuffler(CourseWidget):
    r"""Does $f(Px) = P f(x)$? The reader moves the words $x$, and $f$ is one head of attention.

    Every word has a feature vector of 4 channels, equal words have equal ones. With $q_i = W_q x_i$, $k_j = W_k x_j$,
    $v_j = W_v x_j$ the output is $f(x)_i = \sum_j A_{ij} v_j$ and row $i$ of $A$ is the softmax over $j$ of
    $\langle q_i, k_j \rangle / 2$, where place $i$ has the position $p + i$ and `positions` says what sees it:

    - "none": nothing;  "absolute": $x_i$, to which the sines and cosines of the position are added;
    - "relative": a bias $b(i - j)$ is added to each score;  "cyclic": the same with $i - j$ modulo $n$, on a ring;
    - "rotary": the pairs of channels of $q_i$ and $k_j$ are turned by angles in proportion to their positions.

    Attributes:
        words: "dog bites man", "a set of points" or "the cat sat on the mat".
        order: the words shown, (Px)_i = x_{order[i]}, a permutation of 0 ... n-1. Empty: as in `words`.
        mask: "none", or "causal": place i sees the places j ≤ i only.
        positions: one of the above;  offset : the position p of the first place, 0 to 20.
        seed: decides the features, the three matrices and the biases (mulberry32, the same in both languages).

    A value that does not fit raises `traitlets.TraitError` and says what was expected.

    >>> shuffler = TokenShuffler()
    >>> shuffler.tokens, shuffler.error() < 1e-15, shuffler.passing()
    (['man', 'bites', 'dog'], True, 6)
    >>> shuffler.positions = "absolute"
    >>> shuffler.error() > 0.1, shuffler.passing()
    (True, 1)

    Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017; the encodings are those of
    `gdl_course.layers.positions`.
    """

    _esm = bundle("token_shuffler/widget.js")
    _css = styles("token_shuffler")
    page_height = (1120, 2205)

    words = t.Enum(SENTENCES, SENTENCES[0]).tag(sync=True, state=True)
    order = t.List(t.Int(), [2, 1, 0]).tag(sync=True, state=True)
    mask = t.Enum(MASKS, "none").tag(sync=True, state=True)
    positions = t.Enum(POSITIONS, "none").tag(sync=True, state=True)
    offset = t.Int(0, min=0, max=LARGEST_OFFSET).tag(sync=True, state=True)
    seed = t.Int(9, min=0, max=2**31 - 1).tag(sync=True, state=True)

    @t.validate("order")
    def _order_permutes(self, proposal):
        order, n = proposal["value"], len(self.words.split())
        if order and sorted(order) != list(range(n)):
            raise t.TraitError(f"order: expected a permutation of 0 to {n - 1}, or an empty list; got {order}")
        return [] if order == sorted(order) else order

    @t.observe("words")
    def _order_fits(self, change):
        if self.order and len(self.order) != len(self.words.split()):
            self.order = []

    @property
    def permutation(self) -> np.ndarray:
        """The order shown, (n,) int64: place i holds word permutation[i]."""
        return np.array(self.order or range(len(self.words.split())))

    @property
    def tokens(self) -> list[str]:
        """The words in the order shown; words that occur more than once are numbered."""
        names = numbered(self.words.split())
        return [names[k] for k in self.permutation]

    @property
    def numbers(self) -> dict[str, np.ndarray]:
        """What the seed decides: features x (n, 4), matrices (3, 4, 4), line (11,) and ring (n,) of biases; float64."""
        return drawn_numbers(self.words.split(), self.seed)

    def attention_matrix(self) -> np.ndarray:
        """A(Px), (n, n) float64: row i says how much place i takes from each place. Rows sum to 1."""
        return self._attend(self.permutation)[0]

    def shuffled_result(self) -> np.ndarray:
        """f(Px), (n, 4) float64: computed on the words in the order shown."""
        return self._attend(self.permutation)[1]

    def result(self) -> np.ndarray:
        """P f(x), (n, 4) float64: computed in the order of `words`, then moved."""
        return self._attend(np.arange(len(self.permutation)))[1][self.permutation]

    def error(self) -> float:
        """The largest entry of |f(Px) − P f(x)|."""
        return float(np.abs(self.shuffled_result() - self.result()).max())

    def passing(self) -> int:
        """For how many of the n! orders of these words f(Px) = P f(x)."""
        n = len(self.permutation)
        there = self._attend(np.arange(n))[1]
        orders = np.array(list(permutations(range(n))))
        gaps = [np.abs(self._attend(p)[1] - there[p]).max() for p in orders]
        return int((np.array(gaps) <= TOLERANCE).sum())

    def fallback_svg(self) -> tuple[str, str]:
        """The attention matrix and the verdict, without a browser: (svg, alt text)."""
        return draw(self)

    def _attend(self, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        numbers = self.numbers
        return attend(numbers | {"x": numbers["x"][order]}, self.mask, self.positions, self.offset)


def numbered(words: list[str]) -> list[str]:
    """Names by which equal words can be told apart.

    >>> numbered(["the", "cat", "the"])
    ['the₁', 'cat', 'the₂']
    """
    return [w if words.count(w) == 1 else w + "₁₂₃₄₅₆"[words[:i].count(w)] for i, w in enumerate(words)]


def drawn_numbers(words: list[str], seed: int) -> dict[str, np.ndarray]:
    """Uniform numbers of mean 0 and variance 1 (matrices: 0.36), in the order that token_shuffler_math.js draws.

    >>> x = drawn_numbers(["the", "cat", "the"], seed=1)["x"]
    >>> x.shape, bool((x[0] == x[2]).all()), bool((x[0] == x[1]).all())
    ((3, 4), True, False)
    """
    random = mulberry32(seed)
    draw_some = lambda count: math.sqrt(3) * (2 * np.array(list(islice(random, count))) - 1)
    matrices = 0.6 * draw_some(3 * CHANNELS**2).reshape(3, CHANNELS, CHANNELS)
    line, ring = draw_some(2 * LONGEST - 1), draw_some(LONGEST)
    features = {word: draw_some(CHANNELS) for word in dict.fromkeys(words)}
    return {"x": np.array([features[w] for w in words]), "matrices": matrices, "line": line, "ring": ring[: len(words)]}


def attend(numbers: dict[str, np.ndarray], mask: str, positions: str, offset: int) -> tuple[np.ndarray, np.ndarray]:
    """One head of attention on the tokens numbers["x"]: (A, f(x)), shapes (n, n) and (n, 4)."""
    x, i = numbers["x"], np.arange(len(numbers["x"]))
    angles = (offset + i)[:, None] * TURNS
    if positions == "absolute":
        x = x + np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(x.shape)
    q, k, v = x @ numbers["matrices"].transpose(0, 2, 1)
    if positions == "rotary":
        q, k = (turned(pairs, angles) for pairs in (q, k))
    scores = q @ k.T / math.sqrt(CHANNELS)
    if positions == "relative":
        scores = scores + numbers["line"][LONGEST - 1 + i[:, None] - i]
    if positions == "cyclic":
        scores = scores + numbers["ring"][(i[:, None] - i) % len(i)]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    if mask == "causal":
        powers = np.tril(powers)
    A = powers / powers.sum(axis=1, keepdims=True)
    return A, A @ v


def turned(x: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Each pair of channels (2m, 2m + 1) of row i, turned by angles[i, m].

    >>> turned(np.array([[1.0, 0.0]]), np.array([[np.pi / 2]])).round(6).tolist()
    [[0.0, 1.0]]
    """
    pairs = x.reshape(*angles.shape, 2)
    cos, sin = np.cos(angles), np.sin(angles)
    both = cos * pairs[..., 0] - sin * pairs[..., 1], sin * pairs[..., 0] + cos * pairs[..., 1]
    return np.stack(both, axis=-1).reshape(x.shape)

"""The message stepper: draw a graph, pass messages along its edges, renumber the nodes, watch the result follow."""

from __future__ import annotations

import numpy as np
import traitlets as t

from gdl_course.widgets.message_stepper.graphs import PRESETS, DrawnGraph, normalised
from gdl_course.widgets.message_stepper.picture import draw
from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles
from gdl_course.widgets.shared.random_numbers import random_permutation

RULES = ("sum", "mean", "max", "GCN", "WL", "position")
MOST_STEPS = 12


class MessageStepper(CourseWidget):
    r"""Does $f(PAP^\top, PX) = P f(A, X)$? The reader draws the graph $A$, gives each node a value $X$, and steps.

    A step replaces the value of every node at once, by one of the `rule`s; $N(i)$ are the neighbours of $i$,
    $d_i$ their number, and a sum, mean or maximum over none is 0:

    - "sum": $h'_i = \sum_{j \in N(i)} h_j$;  "mean": the same divided by $d_i$;  "max": the largest $h_j$;
    - "GCN": $h'_i = \sum_{j \in N(i) \cup \{i\}} h_j / \sqrt{(d_i + 1)(d_j + 1)}$ (Kipf and Welling 2017, equation 2,
      with Θ = 1 and no non-linearity);
    - "WL": colours; equal values begin with equal colours, and two nodes keep one colour if they have it and their
      neighbours have the same colours, counted with multiplicity (Weisfeiler and Leman 1968);
    - "position": $h'_i = \sum_{j \in N(i)} \tfrac{j + 1}{n} h_j$, which looks at the number $j$ of a node: a defect,
      planted.

    Attributes:
        graph: the name of a preset, or a dictionary with edges, nodes (places), values and split; see `DrawnGraph`.
        rule: one of the above;  step : how many steps, 0 to 12.
        labels: the numbers that the nodes carry, a permutation p: node i of `graph` is called p[i]. Empty: as drawn.
        seed: the next random relabelling is drawn from it.

    A value that does not fit raises `traitlets.TraitError` and says what was expected.

    >>> pair = MessageStepper(graph="two triangles and a hexagon", rule="WL", step=3)
    >>> pair.result().tolist()
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    >>> path = MessageStepper(graph="path", rule="position", labels=[1, 2, 3, 4, 0], step=2)
    >>> path.error() > 0.1
    True
    >>> path.rule = "mean"
    >>> path.error() < 1e-15
    True
    """

    _esm = bundle("message_stepper/widget.js")
    _css = styles("message_stepper")
    page_height = (1190, 2025)

    graph = DrawnGraph().tag(sync=True, state=True)
    rule = t.Enum(RULES, "GCN").tag(sync=True, state=True)
    step = t.Int(2, min=0, max=MOST_STEPS).tag(sync=True, state=True)
    labels = t.List(t.Int(), []).tag(sync=True, state=True)
    seed = t.Int(1, min=0, max=2**31 - 1).tag(sync=True, state=True)

    @t.default("graph")
    def _grid(self):
        return normalised(PRESETS["grid"])

    @t.validate("labels")
    def _labels_permute(self, proposal):
        labels, n = proposal["value"], len(self.graph["nodes"])
        if labels and sorted(labels) != list(range(n)):
            raise t.TraitError(f"labels: expected a permutation of 0 to {n - 1}, or an empty list; got {labels}")
        return [] if labels == sorted(labels) else labels

    @t.observe("graph")
    def _labels_fit(self, change):
        if len(self.labels) != len(self.graph["nodes"]):
            self.labels = []

    @property
    def permutation(self) -> np.ndarray:
        """The labels as a permutation p, (n,) int64: node i of `graph` is called p[i]."""
        return np.array(self.labels or range(len(self.graph["nodes"])))

    @property
    def adjacency(self) -> np.ndarray:
        """A of the graph as drawn: (n, n) float64, symmetric, with zeros and ones."""
        A = np.zeros((len(self.graph["nodes"]),) * 2)
        for i, j in self.graph["edges"]:
            A[i, j] = A[j, i] = 1
        return A

    def result(self) -> np.ndarray:
        """P f(A, X): computed with the numbers as drawn, then renumbered. (n,), float64, or int64 for colours."""
        return renumbered(run(self.rule, self.adjacency, self._values, self.step), self.permutation)

    def relabelled_result(self) -> np.ndarray:
        """f(PAPᵀ, PX): computed on the renumbered graph. (n,), float64, or int64 for colours."""
        p = self.permutation
        back = np.argsort(p)
        return run(self.rule, self.adjacency[np.ix_(back, back)], renumbered(self._values, p), self.step)

    def error(self) -> float:
        """The largest entry of |f(PAPᵀ, PX) − P f(A, X)|."""
        return float(np.abs(self.relabelled_result() - self.result()).max())

    def relabel(self) -> None:
        """Give the nodes new numbers, the next random ones; the same as the button."""
        self.labels = random_relabelling(len(self.graph["nodes"]), self.seed)
        self.seed += 1

    def fallback_svg(self) -> tuple[str, str]:
        """The graph shown, without a browser: (svg, alt text)."""
        return draw(self)

    @property
    def _values(self) -> np.ndarray:
        return np.array(self.graph["values"], dtype=float)

    def __repr__(self) -> str:
        text = super().__repr__()
        name = next((name for name, preset in PRESETS.items() if preset == self.graph), None)
        return text.replace(f"graph={self.graph!r}", f"graph={name!r}") if name else text


def renumbered(x: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Px: the entry of node i goes to place p[i].

    >>> renumbered(np.array([10, 20, 30]), np.array([1, 2, 0])).tolist()
    [30, 10, 20]
    """
    moved = np.empty_like(x)
    moved[p] = x
    return moved


def run(rule: str, A: np.ndarray, x: np.ndarray, steps: int) -> np.ndarray:
    """The values after some steps: A (n, n) of zeros and ones, x (n,) float64 -> (n,).

    >>> path = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    >>> run("sum", path, np.array([1.0, 0.0, 0.0]), steps=2).tolist()
    [1.0, 0.0, 1.0]
    >>> run("WL", path, np.ones(3), steps=1).tolist()
    [0, 1, 0]
    """
    if rule == "WL":
        return _colours(A, x, steps)
    step = _STEPS[rule]
    for _ in range(steps):
        x = step(A, x)
    return x


def _largest(A: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.where(A.any(1), np.where(A > 0, x, -np.inf).max(1), 0)


def _gcn(A: np.ndarray) -> np.ndarray:
    with_loops = A + np.eye(len(A))
    root = np.sqrt(with_loops.sum(1))
    return with_loops / np.outer(root, root)


_STEPS = {
    "sum": lambda A, x: A @ x,
    "mean": lambda A, x: A @ x / np.maximum(A.sum(1), 1),
    "max": _largest,
    "GCN": lambda A, x: _gcn(A) @ x,
    "position": lambda A, x: A @ (x * (np.arange(len(x)) + 1) / len(x)),
}


def _colours(A: np.ndarray, x: np.ndarray, rounds: int) -> np.ndarray:
    """Colour = rank of (own colour, sorted colours of the neighbours): the same for every numbering."""
    colours = np.unique(x, return_inverse=True)[1]
    for _ in range(rounds):
        signatures = [(c, *sorted(colours[row > 0])) for c, row in zip(colours, A, strict=True)]
        ranks = {signature: rank for rank, signature in enumerate(sorted(set(signatures)))}
        colours = np.array([ranks[signature] for signature in signatures])
    return colours


def random_relabelling(n: int, seed: int) -> list[int]:
    """A permutation of 0..n-1 that is not its own inverse, the first of those drawn from `seed`; n < 3: the reversal.

    >>> random_relabelling(5, seed=1)
    [4, 2, 1, 0, 3]
    """
    if n < 3:
        return list(range(n))[::-1]
    for attempt in range(1000):
        p = random_permutation(n, seed + 7919 * attempt)
        if (p[p] != np.arange(n)).any():
            return p.tolist()
    raise AssertionError("unreachable: at least one permutation in three of 3 or more points is not an involution")

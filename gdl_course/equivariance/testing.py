"""The test behind `equivariance_report` and `check_equivariance`, and the report that it writes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdl_course.representations import Representation
from gdl_course.equivariance.shrinking import shrink


def both_sides(f, x, rho_in, rho_out, g):
    """f(g·x), g·f(x) and f(x) as float64 arrays; ValueError when f's output does not fit rho_out."""
    left, y = np.asarray(f(rho_in.act(g, x)), float), np.asarray(f(x), float)
    rank = len(rho_out.shape)
    if y.shape[y.ndim - rank :] != rho_out.shape or y.ndim < rank:
        expected = ", ".join(map(str, ("...", *rho_out.shape)))
        raise ValueError(f"f must return arrays of shape ({expected}) for {rho_out!r}; got shape {y.shape}")
    return left, rho_out.act(g, y), y


def relative_error(left, right, y):
    """||left - right|| / ||y||; absolute where y = 0; inf where anything is NaN or infinite."""
    if not (np.isfinite(left).all() and np.isfinite(right).all()):
        return float("inf")
    signal = float(np.linalg.norm(y))
    return float(np.linalg.norm(left - right)) / (signal if signal > 0 else 1.0)


@dataclass(frozen=True, repr=False, eq=False)
class EquivarianceReport:
    """What a test of equivariance found. `print` it for a paragraph; notebooks draw the commuting square.

    Attributes
    ----------
    passed : whether every error was within the tolerance.
    error : the worst relative error ||f(g·x) - g·f(x)|| / ||f(x)|| over random inputs.
    element : the group element of that worst error.
    counterexample : None if passed, otherwise the smallest failing input found, of the input's shape.
    counterexample_element : the element on which `counterexample` fails: a generator where one fails.
    x, gx, fx, left, right : the five corners of the commuting square, x, g·x, f(x), f(g·x) and g·f(x): of
        the counterexample, or of the worst random case if passed.
    cases : how many pairs of an element and an input were tested.
    """

    rho_in: Representation
    rho_out: Representation
    passed: bool
    error: float
    tolerance: float
    cases: int
    element: object
    counterexample: np.ndarray | None
    counterexample_element: object
    x: np.ndarray
    gx: np.ndarray
    fx: np.ndarray
    left: np.ndarray
    right: np.ndarray

    def _name(self, g):
        return self.rho_in.group.describe(g)

    def verdict(self):
        """One sentence, with the number."""
        name = self.rho_in.group.name
        if self.passed:
            return (
                f"✓ Equivariant under {name}: f(g·x) = g·f(x) in {self.cases} random cases, "
                f"worst relative error {self.error:.1e} (tolerance {self.tolerance:.0e})."
            )
        return (
            f"✗ Not equivariant under {name}: the worst relative error is {self.error:.2g} "
            f"(tolerance {self.tolerance:.0e}), for g = {self._name(self.element)}."
        )

    def failure(self):
        """One sentence on the counterexample."""
        return (
            f"Smallest failing input found, for g = {self._name(self.counterexample_element)}: "
            f"x = {brief(self.counterexample)}; f(g·x) = {brief(self.left)}, but g·f(x) = {brief(self.right)}."
        )

    def __str__(self):
        return self.verdict() if self.passed else f"{self.verdict()} {self.failure()}"

    __repr__ = __str__


class EquivarianceError(AssertionError):
    """Raised by `check_equivariance`; `.report` is the `EquivarianceReport`."""

    def __init__(self, report):
        super().__init__(str(report))
        self.report = report

    def _render_traceback_(self):
        """IPython shows these lines instead of the traceback."""
        return [f"EquivarianceError: {self.report}"]


def brief(array):
    """An array on one line: all of a small one, the entries that are not zero of a larger one.

    >>> brief(np.eye(8)[:, 3:])
    '0 except [3, 0]: 1, [4, 1]: 1, [5, 2]: 1, [6, 3]: 1, [7, 4]: 1'
    """
    array = np.round(array, 4) + 0.0
    if array.size <= 16:
        return str(_numbers(array))
    support = np.argwhere(array)
    entries = [f"{index.tolist()}: {_numbers(array[tuple(index)])}" for index in support[:8]]
    more = f" and {len(support) - 8} more" if len(support) > 8 else ""
    return f"0 except {', '.join(entries)}{more}" if entries else f"0 in all {array.size} entries"


def _numbers(array):
    whole = np.isfinite(array).all() and np.all(array == np.round(array))
    return (array.astype(int) if whole else array).tolist()


def worst_case(f, rho_in, rho_out, *, seed, samples, tolerance, leading):
    """Run the test of `equivariance_report` and shrink the failure, if there is one."""
    if samples < 1:
        raise ValueError(f"a test needs at least one random element; got samples = {samples}")
    rng = np.random.default_rng(seed)
    generators = rho_in.group.generators
    worst, failing_generator = (-1.0, None, None), None
    elements = _elements(rho_in.group, samples, rng)
    for g in elements:
        x = rng.normal(size=(*leading, *rho_in.shape))
        error = relative_error(*both_sides(f, x, rho_in, rho_out, g))
        worst = max(worst, (error, g, x), key=lambda case: case[0])
        if failing_generator is None and error > tolerance and any(g is s for s in generators):
            failing_generator = (g, x)
    error, element, x = worst
    passed = error <= tolerance
    g, counterexample = element, None
    if not passed:
        g, x = failing_generator or (element, x)
        x = counterexample = shrink(lambda y: relative_error(*both_sides(f, y, rho_in, rho_out, g)) > tolerance, x)
    left, right, fx = both_sides(f, x, rho_in, rho_out, g)
    return EquivarianceReport(
        rho_in, rho_out, passed, error, tolerance, len(elements), element, counterexample, g if not passed else None,
        x, np.asarray(rho_in.act(g, x)), fx, left, right,
    )  # fmt: skip


def _elements(group, samples, rng):
    """The discrete generators, then random elements: without involutions (they hide a mixed-up inverse), then any.

    A map that commutes with every generator is equivariant; the involutions matter too, since the elements
    of D_4 that are none are two rotations, which say nothing of its mirrors.
    """
    careful = [group.random_non_involution(rng) for _ in range(samples)]
    return [*group.generators, *careful, *(group.random(rng) for _ in range(samples))]

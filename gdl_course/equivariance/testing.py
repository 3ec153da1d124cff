"""The test of f(g·x) = g·f(x), in one place, and the report that it writes.

`two_ways` walks round the commuting square both ways, `relative_error` compares what comes out; the checks of the
exercises and the blueprint use the same two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdl_course.equivariance.printing import show, show_both
from gdl_course.equivariance.shrinking import shrink
from gdl_course.representations import Representation

ROUNDING = 2.0**20  # units in the last place of f(x) that count as signal, see `error_at`


def two_ways(f, x, act_in, act_out):
    """The two ways round the square, f(g·x) and g·f(x), and f(x).

    Args:
        f: a function of one argument.
        x: its argument, of any kind: f and `act_in` alone look at it.
        act_in, act_out: what g does to x and to f(x).

    >>> two_ways(np.cumsum, np.array([1, 2, 4]), np.flip, np.flip)
    (array([4, 6, 7]), array([7, 3, 1]), array([1, 3, 7]))
    """
    y = f(x)
    return f(act_in(x)), act_out(y), y


def relative_error(left, right, signal):
    """||left - right|| / ||signal||; absolute where the signal is 0; inf where anything is NaN or infinite."""
    if not (np.isfinite(left).all() and np.isfinite(right).all()):
        return float("inf")
    size = float(np.linalg.norm(signal))
    return float(np.linalg.norm(left - right)) / (size if size > 0 else 1.0)


class Square:
    """The test of one f: f(g·x), g·f(x) and f(x) as float64 arrays, and their error.

    f is called on copies, since it may work in place; `in_place` says whether it did.
    """

    def __init__(self, f, rho_in, rho_out):
        self._f, self.rho_in, self.rho_out = f, rho_in, rho_out
        self.in_place, self._epsilon, self._silence = False, 0.0, None

    def sides(self, x, g):
        """f(g·x), g·f(x) and f(x). Raises ValueError when f's output is complex or does not fit rho_out."""
        act_out = lambda y: self.rho_out.act(g, self._fitting(y))
        return two_ways(self._f_of_a_copy, x, lambda x: self.rho_in.act(g, x), act_out)

    def error(self, x, g):
        """||f(g·x) - g·f(x)|| relative to what f says of x: ||f(x) - f(0)||.

        An error relative to ||f(x)|| would let a constant hide every failure: f(x) = 10⁶ + h(x) with any h. Since 0
        stays in place under each g, f(0) is what f says without a signal, and f(x) - f(0) is what it says of x.
        For a linear f nothing changes. Where f(x) - f(0) is no more than rounding can tell (2²⁰ units in the last
        place of f's own type, so that ten such units stay below a tolerance of 10⁻⁵), or where f has no finite value
        at 0, the error is relative to ||f(x)||, scaled down by that resolution.
        """
        left, right, y = self.sides(x, g)
        return relative_error(left, right, self._signal(x, y))

    def fails(self, x, g, tolerance):
        """Whether the error is too large at x; where f raises, it is not defined, and that is another matter."""
        try:
            return self.error(x, g) > tolerance
        except Exception:
            return False

    def _signal(self, x, y):
        if self._silence is None:
            self._silence = self._without_a_signal(x)
        said = np.linalg.norm(y - self._silence) if np.shape(self._silence) == y.shape else np.nan
        if not np.isfinite(said):
            return y
        return np.array(max(said, min(1.0, ROUNDING * self._epsilon) * np.linalg.norm(y)))

    def _without_a_signal(self, x):
        """f(0), or NaN where f is not defined there (a direction x / |x|) and raises or says NaN."""
        try:
            with np.errstate(all="ignore"):
                return self._f_of_a_copy(x * 0)
        except Exception:
            return np.nan

    def _f_of_a_copy(self, x):
        given = x.copy() if isinstance(x, np.ndarray) else x
        y = np.asarray(self._f(given))
        self.in_place |= isinstance(x, np.ndarray) and not np.array_equal(x, given, equal_nan=True)
        if y.dtype.kind == "c":
            raise ValueError(
                f"f must return real numbers; got {y.dtype}. Test the real and the imaginary part: "
                "lambda x: np.stack([f(x).real, f(x).imag])"
            )
        self._epsilon = max(self._epsilon, _epsilon(y.dtype))
        return y.astype(float)

    def _fitting(self, y):
        shape = self.rho_out.shape
        if y.ndim < len(shape) or y.shape[y.ndim - len(shape) :] != shape:
            expected = ", ".join(map(str, ("...", *shape)))
            raise ValueError(f"f must return arrays of shape ({expected}) for {self.rho_out!r}; got shape {y.shape}")
        return y


def _epsilon(dtype):
    """One unit in the last place, relative: NumPy knows its own floats; JAX's bfloat16 has 8 bits."""
    if dtype.kind == "V":
        return 2.0**-7
    return float(np.finfo(dtype).eps) if dtype.kind == "f" else float(np.finfo(float).eps)


@dataclass(frozen=True, repr=False, eq=False)
class EquivarianceReport:
    """What a test of equivariance found. `print` it for a paragraph; notebooks draw the commuting square.

    Attributes:
        passed: whether every error was within the tolerance.
        error: the worst relative error over random inputs, ||f(g·x) - g·f(x)|| / ||f(x) - f(0)||.
        element: the group element of that worst error.
        counterexample: None if passed, otherwise the smallest failing input found, of the input's shape.
        counterexample_element: the element on which `counterexample` fails: a generator where one fails.
        x, gx, fx, left, right: the five corners of the commuting square, x, g·x, f(x), f(g·x) and g·f(x): of
            the counterexample, or of the worst random case if passed.
        cases: how many pairs of an element and an input were tested.
        in_place: whether f changes its argument; it was given copies, so the verdict holds all the same.
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
    in_place: bool = False

    def _name(self, g):
        return self.rho_in.group.describe(g)

    def verdict(self):
        """One sentence, with the number."""
        name = self.rho_in.group.name
        copies = " f changes its argument in place, so it was given copies." if self.in_place else ""
        if self.passed:
            return (
                f"✓ Equivariant under {name}: f(g·x) = g·f(x) in {self.cases} random cases, "
                f"worst relative error {self.error:.1e} (tolerance {self.tolerance:.0e}).{copies}"
            )
        return (
            f"✗ Not equivariant under {name}: the worst relative error is {self.error:.2g} "
            f"(tolerance {self.tolerance:.0e}), for g = {self._name(self.element)}.{copies}"
        )

    def failure(self):
        """One sentence on the counterexample."""
        left, right = show_both(self.left, self.right)
        return (
            f"Smallest failing input found, for g = {self._name(self.counterexample_element)}: "
            f"x = {show(self.counterexample)}; f(g·x) = {left}, but g·f(x) = {right}."
        )

    def __str__(self):
        return " ".join([self.verdict(), *([] if self.passed else [self.failure()])])

    __repr__ = __str__


class EquivarianceError(AssertionError):
    """Raised by `check_equivariance`; `.report` is the `EquivarianceReport`."""

    def __init__(self, report):
        super().__init__(str(report))
        self.report = report

    def _render_traceback_(self):
        """IPython shows these lines instead of the traceback."""
        return [f"EquivarianceError: {self.report}"]


def worst_case(f, rho_in, rho_out, *, seed, samples, tolerance, leading):
    """Run the test of `equivariance_report` and shrink the failure, if there is one."""
    if samples < 1:
        raise ValueError(f"a test needs at least one random element; got samples = {samples}")
    rng, square = np.random.default_rng(seed), Square(f, rho_in, rho_out)
    generators = rho_in.group.generators
    worst: tuple = (-1.0, None, None)
    failing_generator = None
    elements = _elements(rho_in.group, samples, rng)
    for g in elements:
        x = rng.normal(size=(*leading, *rho_in.shape))
        error = square.error(x, g)
        worst = max(worst, (error, g, x), key=lambda case: case[0])
        if failing_generator is None and error > tolerance and any(g is s for s in generators):
            failing_generator = (g, x)
    error, element, x = worst
    passed = error <= tolerance
    g, counterexample = element, None
    if not passed:
        g, x = failing_generator or (element, x)
        x = counterexample = shrink(lambda y: square.fails(y, g, tolerance), x)
    left, right, fx = square.sides(x, g)
    return EquivarianceReport(
        rho_in, rho_out, passed, error, tolerance, len(elements), element, counterexample, g if not passed else None,
        x, np.asarray(rho_in.act(g, x)), fx, left, right, square.in_place,
    )  # fmt: skip


def _elements(group, samples, rng):
    """The discrete generators, then random elements: without involutions (they hide a mixed-up inverse), then any.

    A map that commutes with every generator is equivariant; the involutions matter too, since the elements
    of D_4 that are none are two rotations, which say nothing of its mirrors.
    """
    careful = [group.random_non_involution(rng) for _ in range(samples)]
    return [*group.generators, *careful, *(group.random(rng) for _ in range(samples))]

"""Spin the Earth: a function on the sphere turned in pixels and in coefficients, side by side."""

from __future__ import annotations

import numpy as np
import traitlets as t

from gdl_course.representations.harmonics import harmonics as all_harmonics
from gdl_course.representations.harmonics import orders
from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles
from gdl_course.widgets.spin_the_earth import harmonics
from gdl_course.widgets.spin_the_earth.coast import coasts
from gdl_course.widgets.spin_the_earth.picture import draw

DEGREE = 16
SIDES = {"5": 5.0, "3": 3.0, "1.5": 1.5, "none": 5.0}  # of a pixel, in degrees
CONVENTIONS = ("right", "sign", "swapped", "transposed")
UNIT = 10_000  # the length of a turn as whole numbers
START = [6428, 0, 2993, 7051]  # 100° about a tilted axis: America


class SpinTheEarth(CourseWidget):
    r"""Is a function on the sphere the same, turned pixel by pixel and turned as coefficients?

    The function is the Earth's land, $f = \sum c_{lm} Y_{lm}$ up to a degree. On the left a map of it is turned: each
    new pixel $u$ reads $f(R^{-1}u)$ between four old ones. On the right its coefficients are multiplied by the Wigner
    matrices, $c \mapsto D(R)\,c$, one block for each degree, so a turn mixes inside a row and never between rows, and
    the energy $\sum_m c_{lm}^2$ of each row stands still.

    Attributes:
        turn: the rotation R as a quaternion (w, x, y, z) of whole numbers; its length does not matter.
        degree: the largest degree l that is let in, 0 to 16.
        pixel: the side of a pixel in degrees, "5", "3", "1.5", or "none": $f(R^{-1}u)$ itself, at the places of "5".
        convention: "right", or a slip: "sign" (the coefficients are taken without $(-1)^m$, the rest has it), "swapped"
            (the picture takes each angle for the other), "transposed" ($D^\top$ for $D$).

    A value out of range raises `traitlets.TraitError` and says what was expected.

    >>> spin = SpinTheEarth()
    >>> spin.difference() < 0.02
    True
    >>> SpinTheEarth(pixel="none").difference() < 1e-10
    True
    >>> SpinTheEarth(convention="transposed").difference() > 0.5
    True

    Source: the matrices are those of E. P. Wigner, *Group Theory and its Application to the Quantum Mechanics of Atomic
    Spectra*, 1959, for real harmonics; the page computes them as in J. Ivanic and K. Ruedenberg, *J. Phys. Chem.* 100
    (1996) 6342, doi:10.1021/jp953350u.
    """

    _esm = bundle("spin_the_earth/widget.js")
    _css = styles("spin_the_earth")
    page_height = (742, 747)

    coefficients: t.List = t.List(t.Float(), read_only=True).tag(sync=True)
    coasts: t.List = t.List(read_only=True).tag(sync=True)
    turn = t.List(t.Int(min=-UNIT, max=UNIT), START, minlen=4, maxlen=4).tag(sync=True, state=True)
    degree = t.Int(DEGREE, min=0, max=DEGREE).tag(sync=True, state=True)
    pixel = t.Enum(tuple(SIDES), "3").tag(sync=True, state=True)
    convention = t.Enum(CONVENTIONS, "right").tag(sync=True, state=True)

    @t.default("coefficients")
    def _the_earth(self):
        return [round(float(c), 6) for c in harmonics.earth(DEGREE)]

    @t.default("coasts")
    def _its_coasts(self):
        return [list(line) for line in coasts()]

    @t.validate("turn")
    def _turn_is_one(self, proposal):
        if not any(proposal["value"]):
            raise t.TraitError("turn: expected a quaternion (w, x, y, z) that is not 0; got four zeros")
        return proposal["value"]

    @property
    def rotation(self) -> np.ndarray:
        """R as a matrix (3, 3)."""
        return harmonics.rotation_matrix(self.turn)

    def before(self) -> np.ndarray:
        """The coefficients that are let in, ((degree + 1)²,)."""
        return np.array(self.coefficients[: (self.degree + 1) ** 2])

    def after(self) -> np.ndarray:
        """The coefficients after the turn, with the slip if there is one."""
        D = harmonics.wigner(self.rotation, self.degree)
        signs = (-1.0) ** orders(self.degree + 1) if self.convention == "sign" else 1.0
        return (D.T if self.convention == "transposed" else D) @ (signs * self.before())

    def globes(self) -> tuple[np.ndarray, np.ndarray]:
        """The function turned in pixels and in coefficients, at the middle of each pixel: (rings, 2 rings) each."""
        polar, longitude = harmonics.middles(SIDES[self.pixel])
        read = harmonics.sources(polar, longitude, self.rotation)
        if self.pixel == "none":
            left = all_harmonics(self.degree + 1, read) @ self.before()
        else:
            left = harmonics.looked_up(harmonics.synthesis(self.before(), polar, longitude), read)
        if self.convention == "swapped":
            right = harmonics.synthesis(self.after(), longitude, polar).T
        else:
            right = harmonics.synthesis(self.after(), polar, longitude)
        return left.reshape(right.shape), right

    def difference(self) -> float:
        """The largest difference between the two globes, as a share of the function's range (0 for a constant)."""
        left, right = self.globes()
        scale = np.ptp(harmonics.synthesis(self.before(), *harmonics.middles(SIDES[self.pixel])))
        return float(np.abs(left - right).max() / scale) if scale > 1e-10 else 0.0

    def fallback_svg(self) -> tuple[str, str]:
        """Both globes, the triangle and the verdict, without a browser: (svg, alt text)."""
        return draw(self)

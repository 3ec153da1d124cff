"""The filter with hands: turn one filter by turning its coefficients, and read its responses off."""

from __future__ import annotations

import numpy as np
import traitlets

from gdl_course.widgets.filter_with_hands import harmonics
from gdl_course.widgets.filter_with_hands.harmonics import RADII, SHARES
from gdl_course.widgets.filter_with_hands.picture import draw
from gdl_course.widgets.filter_with_hands.pictures import SIDE, grey_values, pictures
from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles


class FilterWithHands(CourseWidget):
    r"""One filter, every direction: is its response at every angle known after five convolutions?

    The filter is the sum over k of $a_k \cos k\varphi + b_k \sin k\varphi$, times a Gaussian ring R(r). Turned by
    θ it is the same sum with each pair $(a_k, b_k)$ turned by kθ: a hand that runs k times as fast. So the response of
    the turned filter is a combination of the 2K + 1 responses of the basis filters, whatever θ is. With a sine
    forbidden the turned filter is not in the span any more, and the response that is read off is wrong.

    On the second tab the picture turns as well: (g·x) ⋆ (g·w) against g·(x ⋆ w), with the filter sampled on pixels
    and turns that interpolate (bilinear). At quarter turns they are equal to rounding, elsewhere they are not.

    Attributes:
        tab: "filter" (one filter on a picture) or "pixels" (filter and picture turned);
        angle: whole degrees from -180 to 180, counter-clockwise.
        k1, k2, k3: what a frequency has: "both" (cosine and sine), "cosine" (the sine is forbidden), "off".
        picture: "leaf", "star" or "rings", 64 × 64;  row, column : the pixel under the middle of the filter.
        size: of the filter: "small", "medium" or "large" (ring of radius 1.5, 3 or 5 pixels).
        show: "picture", or "response", the response everywhere.

    A value out of range raises `traitlets.TraitError` and says what was expected.

    >>> widget = FilterWithHands()
    >>> widget.gap() < 1e-14                 # read off, or the filter turned 360 times: the same
    True
    >>> FilterWithHands(k2="cosine").gap() > 0.1
    True
    >>> FilterWithHands(angle=90).pixel_errors()["layer"] < 1e-14 < FilterWithHands(angle=45).pixel_errors()["layer"]
    True

    Source: Freeman and Adelson, *The Design and Use of Steerable Filters*, IEEE PAMI 13(9), 1991; with frequencies as
    feature types, Weiler and Cesa, *General E(2)-Equivariant Steerable CNNs*, NeurIPS 2019.
    """

    _esm = bundle("filter_with_hands/widget.js")
    _css = styles("filter_with_hands")
    page_height = (626, 750)

    tab = traitlets.Enum(("filter", "pixels"), "filter").tag(sync=True, state=True)
    angle = traitlets.Int(40, min=-180, max=180).tag(sync=True, state=True)
    k1 = traitlets.Enum(SHARES, "both").tag(sync=True, state=True)
    k2 = traitlets.Enum(SHARES, "both").tag(sync=True, state=True)
    k3 = traitlets.Enum(SHARES, "off").tag(sync=True, state=True)
    picture = traitlets.Enum(("leaf", "star", "rings"), "leaf").tag(sync=True, state=True)
    row = traitlets.Int(43, min=0, max=SIDE - 1).tag(sync=True, state=True)
    column = traitlets.Int(20, min=0, max=SIDE - 1).tag(sync=True, state=True)
    size = traitlets.Enum(tuple(RADII), "large").tag(sync=True, state=True)
    show = traitlets.Enum(("picture", "response"), "picture").tag(sync=True, state=True)
    pictures = traitlets.Dict(read_only=True).tag(sync=True)

    @traitlets.default("pictures")
    def _drawn_by_formula(self) -> dict[str, str]:
        return pictures()

    @property
    def hands(self) -> tuple[str, ...]:
        """What each frequency from 0 on has: "both", "cosine" or "off"."""
        return ("both", self.k1, self.k2, self.k3)

    @property
    def convolutions(self) -> int:
        """How many basis filters, and so convolutions, these hands need.

        >>> FilterWithHands().convolutions, FilterWithHands(k2="cosine").convolutions
        (5, 4)
        """
        return 1 + sum({"both": 2, "cosine": 1, "off": 0}[hand] for hand in self.hands[1:])

    def response(self, angle: float | None = None) -> float:
        """The response under the ring to the filter turned by an angle (the present one), read off the coefficients."""
        angle = self.angle if angle is None else angle
        return self._under(harmonics.pixels(RADII[self.size], harmonics.allowed(self.hands, angle)))

    def curves(self) -> tuple[np.ndarray, np.ndarray]:
        """Responses at -180°, -179°, ..., 179°: (read off, by turning the filter each time), two (360,) float64."""
        read = [self.response(angle) for angle in range(-180, 180)]
        true = [self._under(harmonics.turned_filter(RADII[self.size], self.hands, a)) for a in range(-180, 180)]
        return np.array(read), np.array(true)

    def gap(self) -> float:
        """The largest difference of the two curves."""
        read, true = self.curves()
        return float(np.abs(read - true).max())

    def missing(self) -> float:
        """‖turned filter − what the hands can make of it‖ / ‖turned filter‖, at the present angle."""
        right, left = (
            harmonics.pixels(RADII[self.size], made(self.hands, self.angle))
            for made in (harmonics.wanted, harmonics.allowed)
        )
        return float(np.linalg.norm(right - left) / np.linalg.norm(right))

    def pixel_maps(self) -> dict[str, np.ndarray]:
        """The second tab's maps by name, (64, 64) float64: x, gx, before = (g·x) ⋆ (g·w), after = g·(x ⋆ w)."""
        x, radius = grey_values(self.picture), RADII[self.size]
        gx = harmonics.turned(x, self.angle)
        before = correlated(gx, harmonics.pixels(radius, harmonics.allowed(self.hands, self.angle)))
        upright = correlated(x, harmonics.pixels(radius, harmonics.allowed(self.hands, 0)))
        return {"x": x, "gx": gx, "upright": upright, "before": before, "after": harmonics.turned(upright, self.angle)}

    def pixel_errors(self) -> dict[str, float]:
        """What a turn costs on the pixels, as shares, away from the border.

        `layer` is ‖(g·x) ⋆ (g·w) − g·(x ⋆ w)‖ / ‖x ⋆ w‖, `alone` is ‖g⁻¹·(g·x) − x‖ / ‖x‖: the picture there and back.
        """
        maps, where = self.pixel_maps(), harmonics.inside(SIDE, RADII[self.size])
        back = harmonics.turned(maps["gx"], -self.angle)
        share = lambda error, values: float(np.linalg.norm(error[where]) / np.linalg.norm(values[where]))
        return {
            "layer": share(maps["before"] - maps["after"], maps["upright"]),
            "alone": share(back - maps["x"], maps["x"]),
        }

    def fallback_svg(self) -> tuple[str, str]:
        """The filter, the picture and the curve, without a browser: (svg, alt text)."""
        return draw(self)

    def _under(self, kernel: np.ndarray) -> float:
        """The response of one kernel at the ring: 0 beyond the border."""
        reach = len(kernel) // 2
        padded = np.pad(grey_values(self.picture), reach)
        under = padded[self.row : self.row + len(kernel), self.column : self.column + len(kernel)]
        return float((kernel * under).sum())


def correlated(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Cross-correlation, 0 beyond the border, the same size.

    >>> correlated(np.eye(3), np.array([[0, 0, 0], [0, 0, 2.0], [0, 0, 0]])).tolist()
    [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
    """
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, len(kernel) // 2), kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel, optimize=True)

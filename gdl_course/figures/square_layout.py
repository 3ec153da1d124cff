"""Where the parts of the commuting square stand on the page; `gdl_course.figures.commuting_square` fills them."""

from typing import Literal

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from gdl_course.figures.style import GROUP, GROUP_INK, LAYER, LAYER_INK, WIDTH


class SquareLayout:
    """Places of the commuting square, in inches: columns f(x), g·f(x), f(g·x), difference; rows below, above."""

    LEFT, SIDE = (0.1, 2.02, 3.76, 5.6), 1.3

    def __init__(self, flat: bool):
        self.side = 0.3 if flat else self.SIDE  # one-dimensional signals are strips
        self.aspect: Literal["auto", "equal"] = "auto" if flat else "equal"
        self.bottom = (0.5, 1.2 + self.side)
        self.figure = plt.figure(figsize=(WIDTH, self.bottom[1] + self.side + 0.3))

    def axes(self, column: int, row: int, title: str) -> Axes:
        width, height = self.figure.get_size_inches()
        box = (self.LEFT[column] / width, self.bottom[row] / height, self.SIDE / width, self.side / height)
        ax = self.figure.add_axes(box)
        ax.set_title(title, pad=4)
        return ax

    def arrows(self, g: str, f: str) -> None:
        above, below = (bottom + self.side / 2 for bottom in self.bottom[::-1])
        column = [left + self.SIDE / 2 for left in self.LEFT]
        ends = self.bottom[1] - 0.08, self.bottom[0] + self.side + 0.28
        self._arrow((self.LEFT[0] + 1.42, above), (self.LEFT[2] - 0.12, above), GROUP)
        self._arrow((self.LEFT[0] + 1.42, below), (self.LEFT[1] - 0.12, below), GROUP)
        self._text((self.LEFT[0] + self.LEFT[2] + self.SIDE) / 2, above + 0.07, g, GROUP_INK, va="bottom")
        for c in (0, 2):
            self._arrow((column[c], ends[0]), (column[c], ends[1]), LAYER)
            self._text(column[c] + 0.1, sum(ends) / 2, f, LAYER_INK, ha="left", va="center")

    def sign(self, sign: str, colour: str) -> None:
        middle = (self.LEFT[1] + self.SIDE + self.LEFT[2]) / 2
        self._text(middle, self.bottom[0] + self.side / 2, sign, colour, va="center", fontsize=17, weight="bold")

    def verdict(self, words: str, colour: str) -> None:
        self._text(self.LEFT[0], 0.16, words, colour, ha="left", va="center", fontsize=9.5, weight="bold")

    def _text(self, across: float, up: float, words: str, colour: str, ha: str = "center", **style) -> None:
        width, height = self.figure.get_size_inches()
        self.figure.text(across / width, up / height, words, color=colour, ha=ha, **style)

    def _arrow(self, tail: tuple[float, float], head: tuple[float, float], colour: str) -> None:
        size = self.figure.get_size_inches()
        ends = {"xy": tuple(head / size), "xytext": tuple(tail / size)}
        style = {"arrowstyle": "-|>,head_width=0.25,head_length=0.45", "color": colour, "lw": 1.8}
        style |= {"shrinkA": 0, "shrinkB": 0}
        self.figure.axes[0].annotate("", **ends, xycoords="figure fraction", arrowprops=style, annotation_clip=False)

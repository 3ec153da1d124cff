"""What a check says: one status, one message, shown as text or as HTML.

The HTML inherits the page's text colour, so that it reads the same on a light and on a dark page; the colour of the
bar and of the symbol has a contrast of at least 3 : 1 on both, and is never alone: a symbol and a word say the same.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from gdl_course.figures.colours import EITHER

# status: (symbol, colour)
LOOKS = {
    "right": ("✓", EITHER["right"]),
    "not started": ("○", EITHER["not-yet"]),
    "error": ("✗", EITHER["error"]),
    "wrong shape": ("✗", EITHER["violation"]),
    "wrong": ("✗", EITHER["violation"]),
    "not equivariant": ("✗", EITHER["violation"]),
}


@dataclass(frozen=True)
class Result:
    """The outcome of a check. `status` is one of `right`, `not started`, `error`, `wrong shape`, `wrong`,
    `not equivariant`; `message` says why, in words (Markdown backticks mark code).

    >>> Result("wrong", "`x` is not a fixed point")
    ✗ wrong: `x` is not a fixed point
    >>> Result("right", "").passed
    True
    """

    status: str
    message: str

    def __post_init__(self):
        if self.status not in LOOKS:
            raise ValueError(f"unknown status {self.status!r}; expected one of {', '.join(LOOKS)}")

    @property
    def passed(self) -> bool:
        return self.status == "right"

    @property
    def heading(self) -> str:
        if self.status == "not equivariant" and "not invariant under" in self.message:
            return "not invariant"  # the same property, where the output does not move
        return "not started yet" if self.status == "not started" else self.status

    @property
    def _text(self) -> str:
        """What follows the heading: the message, without the heading where it begins with it."""
        if self.message.startswith(self.heading + " "):
            return self.message[len(self.heading) :]
        return f": {self.message}" if self.message else ""

    def __repr__(self) -> str:
        return f"{LOOKS[self.status][0]} {self.heading}{self._text}"

    def _repr_html_(self) -> str:
        symbol, colour = LOOKS[self.status]
        text = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self._text)).replace("\n", "<br>")
        return (
            f'<div role="status" style="border-left: 0.35em solid {colour}; padding: 0.3em 0.8em; '
            f'overflow-wrap: anywhere">'
            f'<strong><span aria-hidden="true" style="color: {colour}">{symbol}</span> {self.heading}</strong>'
            f"{text}</div>"
        )


class Stop(Exception):
    """Ends one trial, or the whole check if `final`. Raised and caught inside this package; learners never see it."""

    def __init__(self, status: str, message: str, *, final: bool = False):
        super().__init__(message)
        self.result, self.final = Result(status, message), final


class UnknownExercise(LookupError):
    """There is no exercise of this name. IPython shows the message alone, without a traceback."""

    def _render_traceback_(self):
        return [f"UnknownExercise: {self}"]

"""Rubrics: how to mark the answer to a question that no machine can check.

In the source a rubric is a list, one criterion an item. A criterion is worth points, says something that can be seen
in the learner's own answer without knowing another one, and names a slip that it catches:

    - 2: The argument names the symmetry it uses. Slip: it argues from one example.
"""

import re
from dataclasses import dataclass

FEWEST, MOST = 3, 5  # criteria
HOW = "Each line gives its points if your answer does what the line says, half of them if it does so in part."
_ITEM = re.compile(r"^- ([1-9]): (.+?) Slip: (.+)", flags=re.MULTILINE)


class NotARubric(ValueError):
    """Text that is no rubric; `offset` counts lines from its start."""

    def __init__(self, offset, message):
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: `statement` is about the learner's answer, `slip` a mistake that it catches."""

    points: int
    statement: str
    slip: str


def read_rubric(text: str) -> list[Criterion]:
    """The criteria of a rubric. Raises `NotARubric` where the text is anything else.

    >>> read_rubric('''- 2: Every mask is named. Slip: one mask for all.
    ... - 1: Each has a reason. Slip: a reason from habit.
    ... - 1: One of them is tested. Slip: nothing that could fail.''')[0]
    Criterion(points=2, statement='Every mask is named.', slip='one mask for all.')
    """
    criteria = []
    for offset, line in enumerate(text.splitlines()):
        if not line.strip():
            continue
        item = _ITEM.fullmatch(line.rstrip())
        if item is None:
            raise NotARubric(offset, f"{line!r} is no criterion: expected `- 2: What is there. Slip: a mistake.`")
        criteria.append(Criterion(int(item[1]), item[2], item[3]))
    if not FEWEST <= len(criteria) <= MOST:
        raise NotARubric(0, f"a rubric has {FEWEST} to {MOST} criteria; this one has {len(criteria)}")
    return criteria


def rubric_title(text: str) -> str:
    """The title of a rubric, such as `Mark yourself: 5 points`."""
    return f"Mark yourself: {sum(criterion.points for criterion in read_rubric(text))} points"


def rubric_markdown(text: str) -> str:
    """The rubric's list as readers see it, below `HOW`; it has as many lines as the source.

    >>> rubric_markdown("- 1: It has a reason. Slip: habit.")
    '- **1 point.** It has a reason. *A slip:* habit.'
    """
    return _ITEM.sub(_drawn, text)


def _drawn(item):
    points = f"{item[1]} point{'' if item[1] == '1' else 's'}"
    return f"- **{points}.** {item[2]} *A slip:* {item[3]}"

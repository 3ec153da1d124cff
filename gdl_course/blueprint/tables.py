"""The course's table, drawn for a page."""

from html import escape

from gdl_course.blueprint.counting import counts
from gdl_course.blueprint.domains import ROWS

COLUMNS = ("domain", "group", "equivariant layer", "allowed non-linearity", "local pooling", "invariant readout",
           "weights: none → symmetry → and locality", "chapter")  # fmt: skip


class Table:
    """Rows of text that a notebook draws as an HTML table and `str` as Markdown."""

    def __init__(self, columns, rows):
        self.columns, self.rows = tuple(columns), [tuple(map(str, row)) for row in rows]

    def __str__(self):
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    __repr__ = __str__

    def _repr_html_(self):
        """The table, which scrolls sideways where it does not fit, also by keyboard."""
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.columns)
        line = '<tr style="border-top: 1px solid; vertical-align: top; text-align: left">'
        body = "".join(f"{line}{self._cells_of(row)}</tr>" for row in self.rows)
        return (
            '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="The table of the course">'
            '<table style="min-width: 40rem; font-size: 0.85em; border-collapse: collapse">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    @staticmethod
    def _cells_of(row):
        first, *others = map(escape, row)
        return f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others)


def table() -> Table:
    """The table of the course: one row a domain, with three parameter counts by the solver at the domain's start size.

    >>> print(str(table()).splitlines()[2][:33])
    | cyclic sequence | Cₙ | circular
    """
    return Table(COLUMNS, [_cells(row) for row in ROWS])


def _cells(row):
    words = row.title, row.group, row.layer, row.nonlinearity, row.pooling, row.readout
    return *words, "planned" if row.planned else _numbers(row), row.chapter


def _numbers(row):
    number = counts(row.name, row.start)
    steps = [str(number[prior]) for prior in ("none", "symmetry", "locality") if number[prior] is not None]
    return f"{' → '.join(steps)} (n = {row.start})"

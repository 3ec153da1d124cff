"""A table of numbers as a trait: what is painted on a grid, and kernels."""

from __future__ import annotations

import numpy as np
import traitlets

EDGE = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]  # the kernel that widgets start with: it answers to vertical edges


class Grid(traitlets.TraitType):
    """A rows × cols table of numbers within ±limit: nested lists or an array; kept as nested lists."""

    def __init__(self, default, *, limit: int, whole: bool, **keywords):
        self.expected = np.shape(default)
        self.limit, self.whole = limit, whole
        super().__init__(default, **keywords)

    def schema(self) -> dict:
        """What the front end needs to know: size and limit, and whether a link writes it as letters."""
        rows, cols = self.expected
        letters = bool(self.metadata.get("letters"))
        return {
            "kind": "grid",
            "rows": rows,
            "cols": cols,
            "limit": self.limit,
            "whole": self.whole,
            "letters": letters,
        }

    def validate(self, owner, value):
        kind = "integers" if self.whole else "numbers"
        rule = f"{self.expected[0]} rows of {self.expected[1]} {kind} from -{self.limit} to {self.limit}"
        try:
            table = np.array(value, dtype=float)
        except (TypeError, ValueError):
            raise traitlets.TraitError(f"{self.name}: expected {rule}; got {value!r}") from None
        if table.shape != self.expected:
            raise traitlets.TraitError(f"{self.name}: expected {rule}; got shape {table.shape}")
        good = np.abs(table) <= self.limit  # false for NaN too
        if self.whole:
            good &= table == np.round(table)
        if not good.all():
            raise traitlets.TraitError(f"{self.name}: expected {rule}; got {table[~good][0]}")
        return [[int(v) if v == int(v) else float(v) for v in row] for row in table.tolist()]

"""The whole table as plain data, for the Blueprint Builder: words, patterns, counts, pictures, errors, cells."""

import functools
import json

import numpy as np

from gdl_course.blueprint.cells import template
from gdl_course.blueprint.counting import counts, pattern
from gdl_course.blueprint.domain import Domain, Swap
from gdl_course.blueprint.domains import ROWS
from gdl_course.blueprint.errors import errors

WORDS = (
    "name", "title", "icon", "group", "planned", "chapter", "signal", "layer", "nonlinearity", "pooling", "readout",
)  # fmt: skip


def describe(seed: int = 0) -> dict:
    """Every domain with its modules and swaps, sizes, patterns, counts, and errors measured on random networks.

    JSON-able. `seed` chooses the networks, the signals and the group elements; equal seeds give equal results.

    >>> [row["name"] for row in describe()["domains"]][:3]
    ['cyclic-sequence', 'grid', 'grid-with-turns']
    """
    return json.loads(_as_text(seed))


@functools.cache
def _as_text(seed: int) -> str:
    # Text, because a caller may change what it gets.
    return json.dumps({"domains": [_described(row, seed) for row in ROWS]})


def _described(row: Domain, seed: int) -> dict:
    measured = errors(row, seed) if row.parts else {}
    return {word: getattr(row, word) for word in WORDS} | {
        "size": {"name": row.size_name, "values": list(row.sizes), "start": row.start},
        "trivial": row.remarks(),
        "by_size": {str(size): _at_size(row, size, seed) for size in row.sizes},
        "outputs": {output: _network(row, output, measured) for output in row.parts},
    }


def _at_size(row: Domain, size: int, seed: int) -> dict:
    picture, number = row.picture(size), counts(row.name, size)
    signal = np.random.default_rng((seed, size)).normal(size=len(picture["places"]))
    return picture | {
        "signal": np.round(signal, 2).tolist(),
        "orbits": pattern(row.name, size).tolist(),
        "counts": number,
        "why": row.why(size, number),
    }


def _network(row: Domain, output: str, measured: dict) -> dict:
    return {
        "modules": [{"name": part.name, "says": part.says, "role": part.role} for part in row.parts[output]],
        "swaps": [_swapped(row, output, swap, measured[output, swap.name]) for swap in row.swaps[output]],
        "error": measured[output, None],
        "cell": template(row.name, output),
    }


def _swapped(row: Domain, output: str, swap: Swap, error: float) -> dict:
    differ = "f(g·x) and f(x) differ" if output == "invariant" else "f(g·x) and g·f(x) differ"
    return {
        "name": swap.name, "at": swap.at, "title": swap.title, "error": error,
        "verdict": f"{differ} by {error:.2g} times the answer's size. {swap.why}",
        "cell": template(row.name, output, swap.name),
    }  # fmt: skip

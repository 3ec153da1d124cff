"""The whole table as plain data, for the Blueprint Builder: words, patterns, counts, pictures, errors, cells."""

import functools
import json

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gdl_course import groups
from gdl_course.blueprint.build import build, measured_error
from gdl_course.blueprint.cells import template
from gdl_course.blueprint.counts import counts, only_trivial, pattern, why
from gdl_course.blueprint.domains import ROWS

CHANNELS = 4  # of the networks that are measured
WORDS = (
    "name", "title", "symbol", "group", "planned", "chapter", "signal", "layer", "nonlinearity", "pooling", "readout",
)  # fmt: skip


def describe(seed: int = 0) -> dict:
    """Every domain with its modules and swaps, sizes, patterns, counts, and errors measured on random networks.

    JSON-able. `seed` chooses the networks, the signals and the group elements; equal seeds give equal results.

    >>> [row["name"] for row in describe()["domains"]][:3]
    ['cyclic-sequence', 'grid', 'grid-with-turns']
    """
    return json.loads(_as_text(seed))


@functools.cache
def _as_text(seed):
    # Text, because a caller may change what it gets.
    return json.dumps({"domains": [_described(row, seed) for row in ROWS]})


def _described(row, seed):
    return {word: getattr(row, word) for word in WORDS} | {
        "size": {"name": row.size_name, "values": list(row.sizes), "start": row.start},
        "trivial": _trivial(row),
        "by_size": {str(size): _at_size(row, size, seed) for size in row.sizes},
        "outputs": {output: _network(row, output, seed) for output in row.parts},
    }


def _at_size(row, size, seed):
    picture = row.picture(size)
    signal = np.random.default_rng((seed, size)).normal(size=len(picture["points"]))
    return picture | {
        "signal": np.round(signal, 2).tolist(),
        "orbits": pattern(row.name, size).tolist(),
        "counts": counts(row.name, size),
        "why": why(row.name, size),
    }


def _trivial(row):
    """What to say where zero is the only linear map, by output; "" elsewhere."""
    if row.name != "points":
        return {"invariant": "", "equivariant": ""}
    vector = groups.O(3).vector()
    number = vector.group.trivial()
    return {
        "invariant": f"{only_trivial(vector, number)} The network reads distances, which are not linear.",
        "equivariant": f"{only_trivial(number, vector)} The network takes directions from the lines between points.",
    }


def _network(row, output, seed):
    parts = [{"name": part.name, "says": part.says, "role": part.role} for part in row.parts[output]]
    return {
        "modules": parts,
        "swaps": [_swapped(row, output, swap, seed) for swap in row.swaps[output]],
        "error": _error(row, output, None, seed),
        "cell": template(row.name, output),
    }


def _swapped(row, output, swap, seed):
    error = _error(row, output, swap.name, seed)
    differ = "f(g·x) and f(x) differ" if output == "invariant" else "f(g·x) and g·f(x) differ"
    return {
        "name": swap.name, "at": swap.at, "title": swap.title, "error": error,
        "verdict": f"{differ} by {error:.2g} times the answer's size. {swap.why}",
        "cell": template(row.name, output, swap.name),
    }  # fmt: skip


def _error(row, output, swap, seed):
    make = eqx.filter_eval_shape
    shapes = make(build, row.name, size=row.start, channels=CHANNELS, output=output, swap=swap, key=jax.random.key(0))
    model = _random(shapes, np.random.default_rng(seed))
    return measured_error(model, row.name, row.start, output, seed, count=3)


def _random(shapes, rng):
    """A network of these shapes: normal weights of size 1/sqrt(fan in), biases of 0.1, those of each place of 1.

    By NumPy: `jax.random` would compile a function for each shape, which takes longer than all that is measured.
    """

    def draw(path, leaf):
        if not isinstance(leaf, jax.ShapeDtypeStruct):
            return leaf
        scale = max(1, np.prod(leaf.shape[1:])) ** -0.5
        if getattr(path[-1], "name", "") == "bias":
            scale = 0.1 if leaf.size == leaf.shape[0] else 1.0
        return jnp.asarray(scale * rng.normal(size=leaf.shape), leaf.dtype)

    return jax.tree_util.tree_map_with_path(draw, shapes)

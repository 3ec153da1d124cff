"""Elements in any order: Deep Sets."""

import functools

import numpy as np
from jaxtyping import Int

from gdl_course import groups
from gdl_course.blueprint import modules as m
from gdl_course.blueprint.domain import Domain, Make, Part, Swap
from gdl_course.blueprint.parts import (
    BIAS_WHY,
    LINEAR,
    ORDER_WHY,
    RELU,
    dense_over_points,
    each,
    fixed,
    flat,
    flatten,
    with_own_bias,
)  # fmt: skip
from gdl_course.blueprint.pictures import picture, relabellings
from gdl_course.blueprint.symmetries import floats, on_rows
from gdl_course.blueprint.weights import orbits_in_words, shared
from gdl_course.layers import sets

# Networks -------------------------------------------------------------------------------------------------------------


def _layer(first: bool) -> Make:
    return lambda size, c, key: sets.SetLinear(1 if first else c, c, key=key)


def _parts() -> dict[str, tuple[Part, ...]]:
    inside = (
        Part("Set layer", "itself and the mean of all", "equivariant", _layer(first=True)),
        RELU,
        Part("Set layer", "equivariant", "equivariant", _layer(first=False)),
        RELU,
    )
    return {
        "invariant": (*inside, Part("Mean over Ω", "invariant", "readout", fixed(sets.mean)), LINEAR),
        "equivariant": (*inside, Part("Linear", "the same for each element", "readout", each)),
    }


def _swaps() -> dict[str, tuple[Swap, ...]]:
    own_bias = with_own_bias(_layer(first=False), lambda size, c: (size, c))
    both = (
        Swap("dense", "Dense over elements", 2, ORDER_WHY, dense_over_points),
        Swap("own-bias", "Bias for each place", 2, BIAS_WHY, own_bias),
    )
    half = Swap("first-half", "Mean of the first rows", 4, ORDER_WHY, fixed(m.first_half))
    return {
        "invariant": (*both, half, flatten(4, flat(lambda size, c: (c,)))),
        "equivariant": (*both, flatten(4, flat(lambda size, c: (size, 1)))),
    }


# The row --------------------------------------------------------------------------------------------------------------


@functools.cache
def pairs_of_elements(n: int) -> Int[np.ndarray, "n n"]:
    """Which entries of a linear map on n elements share a weight; kept, as the solver sums over all n! orders."""
    return shared(groups.symmetric(n).permutation())


def _scattered(n: int) -> dict:
    """Elements of a set have no place of their own: on a spiral."""
    k = np.arange(n) + 0.5
    angle, radius = 2.399963 * k, 0.42 * np.sqrt(k / n)
    places = 0.5 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return picture(places, relabellings(n))


def _why(n: int, number: dict) -> str:
    words = orbits_in_words(groups.symmetric(n).permutation(), number)
    return f"{words} One for an element itself, one for all others. No element is nearer than another: no locality."


SET = Domain(
    name="set", title="set", group="Sₙ", chapter="06",
    icon=("", ((8, 9), (20, 6), (14, 16), (24, 17), (7, 23), (18, 25))),
    signal="n elements in any order", layer="a I + b 11ᵀ (Deep Sets)",
    nonlinearity="any function of one element, for each element", pooling="none: a set has no neighbours",
    readout="sum, mean or maximum over the elements", sizes=(4, 6, 8, 12), start=8, parts=_parts(), swaps=_swaps(),
    symmetry=on_rows, sample=lambda n, rng: floats(rng, n, 1), target_shape=lambda n: (n, 1),
    pattern=pairs_of_elements, why=_why, picture=_scattered,
)  # fmt: skip

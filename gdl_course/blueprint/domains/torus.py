"""Signals that wrap round, on a ring of n places and on a grid of n × n pixels: convolution."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from gdl_course import groups
from gdl_course.blueprint import modules as m
from gdl_course.blueprint.domain import Domain, Make, Part, Swap
from gdl_course.blueprint.parts import BIAS_WHY, LINEAR, RELU, fixed, flatten, with_own_bias
from gdl_course.blueprint.pictures import move, on_circle, picture, pixels
from gdl_course.blueprint.symmetries import floats, on_pixels
from gdl_course.blueprint.weights import orbits_in_words, shared, window
from gdl_course.layers import grid

# Networks -------------------------------------------------------------------------------------------------------------


def _first(axes: int, padding: str = "wrap") -> Make:
    return lambda size, c, key: grid.Conv(1, c, 3, dimensions=axes, padding=padding, key=key)


def _inner(axes: int) -> Make:
    return lambda size, c, key: grid.Conv(c, c, 3, dimensions=axes, key=key)


def _one_by_one(axes: int) -> Make:
    return lambda size, c, key: grid.Conv(c, 1, 1, dimensions=axes, key=key)


def _parts(axes: int, layer: str, taps: str) -> dict[str, tuple[Part, ...]]:
    inside = (
        Part(layer, f"equivariant, {taps}", "equivariant", _first(axes)),
        RELU,
        Part("Blur, stride 1", "local pooling, keeps all places", "pooling", fixed(m.blur)),
        Part(layer, "equivariant", "equivariant", _inner(axes)),
        RELU,
    )
    return {
        "invariant": (*inside, Part("Mean over Ω", "invariant", "readout", fixed(grid.global_mean)), LINEAR),
        "equivariant": (*inside, Part("1×1 conv", "the same at each place", "readout", _one_by_one(axes))),
    }


def repeated(x: Float[Array, "channels *coarse"]) -> Float[Array, "channels *space"]:
    """Every value twice along each axis: back to the fine grid, as a decoder does it."""
    for axis in range(1, x.ndim):
        x = jnp.repeat(x, 2, axis=axis)
    return x


def max_pool_and_repeat(x: Float[Array, "channels *space"]) -> Float[Array, "channels *space"]:
    return repeated(m.max_pool_2(x))


def stride_and_repeat(x: Float[Array, "channels *space"]) -> Float[Array, "channels *space"]:
    return repeated(m.stride_2(x))


def _swaps(axes: int) -> dict[str, tuple[Swap, ...]]:
    space = lambda size: (size,) * axes
    zero = Swap(
        "zero-padding", "Zero padding", 0, "What leaves at one end is lost, and zeros come in at the other.",
        _first(axes, padding="zero"),
    )  # fmt: skip
    biased = with_own_bias(_inner(axes), lambda size, c: (c, *space(size)))
    own_bias = Swap("own-bias", "Bias for each place", 3, BIAS_WHY, biased)
    why = "It keeps every second place, so shifts by 1 change what is kept. Even shifts are exact."
    stride = lambda function: Swap("stride-2", "Stride 2, no blur", 2, why, fixed(function))
    pool = lambda function: Swap("max-pool-2", "Max-pool 2", 2, why, fixed(function))
    flat = lambda to: flatten(5, lambda size, c, key: grid.Dense((c, *space(size)), to(size, c), key=key))
    return {
        "invariant": (zero, stride(m.stride_2), pool(m.max_pool_2), own_bias, flat(lambda size, c: (c,))),
        # A map for every place of the input: the coarse signal is brought back by repeating it.
        "equivariant": (
            zero, stride(stride_and_repeat), pool(max_pool_and_repeat), own_bias,
            flat(lambda size, c: (1, *space(size))),
        ),
    }  # fmt: skip


# The ring -------------------------------------------------------------------------------------------------------------


def _ring(n: int) -> dict:
    return picture(on_circle(n), [move(f"shift by {s}", (np.arange(n) + s) % n) for s in (1, 3)])


def _why_on_ring(n: int, number: dict) -> str:
    words = orbits_in_words(groups.cyclic(n).permutation(), number)
    return f"{words} Of these, {number['locality']} join places at most 1 apart."


RING = Domain(
    name="cyclic-sequence", title="cyclic sequence", group="Cₙ", chapter="05",
    icon=("M15 5a10 10 0 1 1-.01 0", ((15, 5), (25, 15), (15, 25), (5, 15))),
    signal="one value at each of n places on a ring", layer="circular convolution",
    nonlinearity="any function of one value, at each place", pooling="blur (stride 1 keeps every shift)",
    readout="mean over the ring", sizes=(6, 8, 12), start=8,
    parts=_parts(1, "Circular conv", "3 taps"), swaps=_swaps(1),
    symmetry=lambda n: on_pixels(groups.cyclic(n).permutation()), sample=lambda n, rng: floats(rng, 1, n),
    target_shape=lambda n: (1, n), pattern=lambda n: shared(groups.cyclic(n).permutation()), near=window,
    why=_why_on_ring, picture=_ring,
)  # fmt: skip

# The grid -------------------------------------------------------------------------------------------------------------


def _square(n: int) -> dict:
    down, right = groups.translations(n, n).generators
    return picture(pixels(n), [move("one down", down), move("one to the right", right)])


def _why_on_grid(n: int, number: dict) -> str:
    words = orbits_in_words(groups.translations(n, n).permutation(), number)
    return f"{words} Of these, {number['locality']} join pixels of one 3×3 window."


GRID = Domain(
    name="grid", title="grid", group="Zₙ × Zₙ", chapter="05",
    icon=("M5 5h20v20h-20zM15 5v20M5 15h20", ()),
    signal="one value at each of n × n pixels that wrap", layer="convolution on a torus",
    nonlinearity="any function of one value, at each pixel", pooling="blur (stride 1 keeps every shift)",
    readout="mean over all pixels", sizes=(4, 6), start=6,
    parts=_parts(2, "Conv on a torus", "3×3"), swaps=_swaps(2),
    symmetry=lambda n: on_pixels(groups.translations(n, n).permutation()), sample=lambda n, rng: floats(rng, 1, n, n),
    target_shape=lambda n: (1, n, n), pattern=lambda n: shared(groups.translations(n, n).permutation()),
    near=lambda n: np.kron(window(n), window(n)), why=_why_on_grid, picture=_square,
)  # fmt: skip

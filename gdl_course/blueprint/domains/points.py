"""Points in space with a number at each: EGNN. A signal is (h, x), features and coordinates.

Inside the network it is (h, x, start): the last are the coordinates at the beginning.
"""

from collections.abc import Callable
from typing import TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike, Float, Int, PRNGKeyArray

from gdl_course import groups
from gdl_course.blueprint import modules as m
from gdl_course.blueprint.domain import Domain, Make, Part, Swap, Symmetry
from gdl_course.blueprint.domains.sets import pairs_of_elements
from gdl_course.blueprint.parts import BIAS_WHY, LINEAR, each, fixed, flat, flatten, with_own_bias
from gdl_course.blueprint.pictures import picture, relabellings
from gdl_course.blueprint.symmetries import floats, permuted
from gdl_course.blueprint.weights import only_trivial
from gdl_course.equivariance import linear_maps
from gdl_course.layers import points

Features: TypeAlias = Float[Array, "n channels"]
Coordinates: TypeAlias = Float[Array, "n 3"]
Signal = tuple[Features, Coordinates]
Inside = tuple[Features, Coordinates, Coordinates]

# Modules --------------------------------------------------------------------------------------------------------------


class OnFeatures(eqx.Module):
    """A module for the features h of (h, x, start)."""

    module: Callable

    def __call__(self, signal: Inside) -> Inside:
        h, *rest = signal
        return self.module(h), *rest


class Messages(eqx.Module):
    """An EGNN layer, from (h, x, start) to (h', x', start)."""

    layer: points.EGNNLayer

    def __call__(self, signal: Inside) -> Inside:
        h, x, start = signal
        return *self.layer(h, x), start


class Start(eqx.Module):
    """From (h, x) to (embedding of h, x, x): the last is kept to measure how far the points move."""

    embed: Callable

    def __call__(self, signal: Signal) -> Inside:
        h, x = signal
        return self.embed(h), x, x


class AbsoluteCoordinates(eqx.Module):
    """From (h, x) to (embedding of h and x, x, x): the coordinates are read as three more features."""

    embed: m.EachPoint

    def __call__(self, signal: Signal) -> Inside:
        h, x = signal
        return self.embed(jnp.concatenate([h, x], axis=1)), x, x


def features(signal: Inside) -> Features:
    return signal[0]


def mean_of_features(signal: Inside) -> Float[Array, " channels"]:
    return signal[0].mean(axis=0)


def moved(signal: Inside) -> Coordinates:
    """How far each point has moved: a vector, equivariant under turns, the same wherever the points are."""
    _, x, start = signal
    return x - start


def relu_on_vectors(signal: Inside) -> Inside:
    """ReLU on each coordinate of the arrows from the mean: it keeps what points to the right, up and forward."""
    h, x, start = signal
    centre = x.mean(axis=0, keepdims=True)
    return h, centre + jax.nn.relu(x - centre), start


# Networks -------------------------------------------------------------------------------------------------------------


def _embed(size: int, c: int, key: PRNGKeyArray) -> m.EachPoint:
    return each(size, 1, key, c)


def _egnn(size: int, c: int, key: PRNGKeyArray) -> Messages:
    layer = points.EGNNLayer(c, c, key=key)
    # EGNN's points hardly move at the start. Here they shall, so that an error of the motion can be seen.
    last = layer.shift[1].weight
    return Messages(eqx.tree_at(lambda l: l.shift[1].weight, layer, 1000 * last))


def _after_features(make: Make) -> Make:
    return lambda size, c, key: m.Network((m.Apply(features), make(size, c, key)))


def _parts() -> dict[str, tuple[Part, ...]]:
    silu = lambda size, c, key: OnFeatures(m.Apply(jax.nn.silu))
    embed = lambda size, c, key: Start(_embed(size, c, key))
    inside = (
        Part("Embed", "each point's features", "equivariant", embed),
        Part("EGNN layer", "messages by distance", "equivariant", _egnn),
        Part("SiLU on features", "allowed: they do not turn", "nonlinearity", silu),
        Part("EGNN layer", "equivariant", "equivariant", _egnn),
    )
    return {
        "invariant": (*inside, Part("Mean of features", "invariant", "readout", fixed(mean_of_features)), LINEAR),
        "equivariant": (*inside, Part("x′ − x", "how far each point moved", "readout", fixed(moved))),
    }


def _swaps() -> dict[str, tuple[Swap, ...]]:
    own_bias = with_own_bias(_embed, lambda size, c: (size, c))
    both = (
        Swap(
            "coordinates", "Coordinates as features", 0, "Coordinates depend on where the axes are; distances do not.",
            lambda size, c, key: AbsoluteCoordinates(each(size, 4, key, c)),
        ),
        Swap("own-bias", "Bias for each point", 0, BIAS_WHY, lambda size, c, key: Start(own_bias(size, c, key))),
        Swap(
            "vector-relu", "ReLU on vectors", 2, "Which coordinates of a vector are negative depends on the axes.",
            fixed(relu_on_vectors),
        ),
    )  # fmt: skip
    to_vectors = _after_features(flat(lambda size, c: (size, 3)))
    no_vectors = "It gives numbers that do not turn, and calls them vectors."
    return {
        "invariant": (*both, flatten(4, _after_features(flat(lambda size, c: (c,))))),
        "equivariant": (*both, flatten(4, to_vectors, no_vectors)),
    }


# The row --------------------------------------------------------------------------------------------------------------


def _symmetry(n: int) -> Symmetry:
    """A rotation or reflection, a translation and another order, all random.

    The equivariant answer, (n, 3), is a vector at each point: translations leave it as it is.
    """
    space, order = groups.E(3), groups.symmetric(n)

    def on_input(g, signal: Signal) -> Signal:
        (motion, p), (h, x) = g, signal
        return permuted(p, h), permuted(p, _turned(motion, x) + np.float32(motion[None, :3, 3]))

    return Symmetry(
        lambda rng: (space.random(rng), order.random_non_involution(rng)),
        on_input,
        lambda g, y: permuted(g[1], _turned(g[0], y)),
    )


def _turned(motion: Float[np.ndarray, "4 4"], x: Float[ArrayLike, "n 3"]) -> Float[np.ndarray, "n 3"]:
    # In float64: the error that a test measures shall be the network's.
    return (np.asarray(x, float) @ motion[:3, :3].T).astype(np.float32)


def pattern_of_vectors(n: int) -> Int[np.ndarray, "out in"]:
    """A vector at each point: Sₙ shares weights between pairs of points, O(3) inside a pair.

    The groups act on different indices, so the maps are the products of the maps of each.
    """
    vector = groups.O(3).vector()
    (one,) = linear_maps(vector, vector).maps  # a second map would raise here
    used = np.abs(one) > 1e-9
    pairs = pairs_of_elements(n)
    return np.where(np.kron(np.ones_like(pairs), used) > 0, np.kron(pairs, np.ones((3, 3), np.int32)), -1)


def _why(n: int, number: dict) -> str:
    return (
        f"A vector at each point, {3 * n} numbers. {number['symmetry']} orbits of pairs of points × 1 map of "
        "vectors that commutes with turns and mirrors. Distances are not linear: EGNN is no linear layer."
    )


def _remarks() -> dict[str, str]:
    vector = groups.O(3).vector()
    number = vector.group.trivial()
    return {
        "invariant": f"{only_trivial(vector, number)} The network reads distances, which are not linear.",
        "equivariant": f"{only_trivial(number, vector)} The network takes directions from the lines between points.",
    }


def _projected(n: int) -> dict:
    """Points in space, seen along the third axis."""
    seen = np.random.default_rng(n).normal(size=(n, 3))[:, :2]
    seen = seen - seen.mean(axis=0)
    places = 0.5 + 0.42 * seen / np.linalg.norm(seen, axis=1).max()
    c, s = np.cos(2 * np.pi / 5), np.sin(2 * np.pi / 5)
    turn = {"label": "turn", "matrix": np.round([[c, -s], [s, c]], 6).tolist()}
    mirror = {"label": "mirror", "matrix": [[-1.0, 0.0], [0.0, 1.0]]}
    return picture(places, [turn, mirror, *relabellings(n)[:1]])


POINTS = Domain(
    name="points", title="points in space", group="E(3) × Sₙ", chapter="13",
    icon=("M6 24L15 17L25 24M15 17V4", ((10, 10), (22, 9), (20, 18))),
    signal="n points in space, a value at each", layer="EGNN: messages by distance, steps along the lines between",
    nonlinearity="any function of invariants; vectors only times invariants", pooling="clusters of near points",
    readout="sum or mean of invariant features", sizes=(4, 6, 8), start=6, parts=_parts(), swaps=_swaps(),
    symmetry=_symmetry, sample=lambda n, rng: (floats(rng, n, 1), floats(rng, n, 3)), target_shape=lambda n: (n, 3),
    pattern=pattern_of_vectors, why=_why, remarks=_remarks, picture=_projected,
)  # fmt: skip

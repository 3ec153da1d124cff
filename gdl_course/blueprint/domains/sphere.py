"""Functions on the sphere, of degrees below L: one weight for each degree.

They are sampled on half as many rings again as there are degrees: so many hold a square, and let the next convolution
read the degrees below L out of it, exactly.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from gdl_course import groups
from gdl_course.blueprint.domain import Domain, Part, Swap, Symmetry
from gdl_course.blueprint.parts import BIAS_WHY, LINEAR, fixed, flatten, with_own_bias
from gdl_course.blueprint.pictures import move, picture
from gdl_course.equivariance import linear_maps
from gdl_course.layers import grid, sphere
from gdl_course.representations import Representation, harmonics

ROTATIONS = groups.SO(3)


def rings_of(L: int) -> int:
    """As few as integrate a square times a harmonic exactly: 3 (L - 1) <= 2 rings - 1.

    >>> rings_of(4)
    5
    """
    return (3 * L - 1) // 2


def coefficients(L: int) -> Representation:
    """SO(3) on the L² coefficients of the degrees below L, one irrep after the other.

    >>> coefficients(3).dimension
    9
    """
    rho = ROTATIONS.irrep(0)
    for l in range(1, L):
        rho = rho + ROTATIONS.irrep(l)
    return Representation(ROTATIONS, rho.shape, f"degrees below {L}", rho.matrix, rho.lie_generators)


# Modules --------------------------------------------------------------------------------------------------------------


class LowPass(eqx.Module):
    """The degrees below L, and nothing of the others."""

    L: int = eqx.field(static=True)

    def __call__(self, x: Float[Array, "channels rings longitudes"]) -> Float[Array, "channels rings longitudes"]:
        return sphere.inverse(sphere.transform(x, self.L), x.shape[1])


def bent(x: Float[Array, "channels rings longitudes"]) -> Float[Array, "channels rings longitudes"]:
    """x + x²/2: it doubles the degree, and no more."""
    return x + x**2 / 2


def mean_of_samples(x: Float[Array, "channels rings longitudes"]) -> Float[Array, " channels"]:
    return x.mean(axis=(1, 2))


# Networks -------------------------------------------------------------------------------------------------------------


def _shape(L: int) -> tuple[int, int]:
    return rings_of(L), 2 * rings_of(L)


def _first(L: int, c: int, key: PRNGKeyArray) -> sphere.SphereConv:
    return sphere.SphereConv(1, c, L, key=key)


def _inner(L: int, c: int, key: PRNGKeyArray) -> sphere.SphereConv:
    return sphere.SphereConv(c, c, L, key=key)


def _last(L: int, c: int, key: PRNGKeyArray) -> sphere.SphereConv:
    return sphere.SphereConv(c, 1, L, key=key)


def _parts() -> dict[str, tuple[Part, ...]]:
    bend = Part("x + x²/2", "its degrees fit on the rings", "nonlinearity", fixed(bent))
    inside = (
        Part("Spherical conv", "equivariant, one weight a degree", "equivariant", _first),
        bend,
        Part("Low-pass", "without the highest degree", "pooling", lambda L, c, key: LowPass(L - 1)),
        Part("Spherical conv", "equivariant", "equivariant", _inner),
        bend,
    )
    mean = Part("Mean over Ω", "each sample by its area", "readout", fixed(sphere.mean))
    one = Part("Spherical conv", "to one channel", "readout", _last)
    return {"invariant": (*inside, mean, LINEAR), "equivariant": (*inside, one)}


def _swaps() -> dict[str, tuple[Swap, ...]]:
    biased = with_own_bias(_inner, lambda L, c: (c, *_shape(L)))
    both = (
        Swap(
            "planar-conv", "Conv on the map", 0,
            "Near a pole 3 × 3 pixels of the map are a small piece of the sphere, at the equator a large one.",
            lambda L, c, key: grid.Conv(1, c, 3, key=key),
        ),
        Swap(
            "relu", "ReLU on samples", 1,
            "Its kink has degrees without end, and those that do not fit on the rings are read as others. More rings "
            "make it less.", fixed(jax.nn.relu),
        ),
        Swap("own-bias", "Bias for each place", 3, BIAS_WHY, biased),
    )  # fmt: skip
    alike = Swap(
        "sample-mean", "Mean of the samples", 5, "Samples stand denser at the poles, and all count alike.",
        fixed(mean_of_samples),
    )  # fmt: skip
    flat = lambda to: flatten(5, lambda L, c, key: grid.Dense((c, *_shape(L)), to(L, c), key=key))
    return {
        "invariant": (*both, alike, flat(lambda L, c: (c,))),
        "equivariant": (*both, flat(lambda L, c: (1, *_shape(L)))),
    }


# The row --------------------------------------------------------------------------------------------------------------


def _samples_of(L: int) -> Float[np.ndarray, "samples coefficients"]:
    """The harmonics at the samples, in NumPy: in float64, and nothing to compile."""
    return harmonics.harmonics(L, sphere.points(rings_of(L))).reshape(-1, L * L)


def _symmetry(L: int) -> Symmetry:
    Y, rho = _samples_of(L), coefficients(L)
    integrals = Y.T * np.repeat(sphere.areas(rings_of(L)), 2 * rings_of(L))

    def act(R, x: Float[Array, "channels rings longitudes"]) -> Float[Array, "channels rings longitudes"]:
        flat = np.asarray(x, float).reshape(len(x), -1)
        return jnp.asarray((flat @ (Y @ rho(R) @ integrals).T).reshape(x.shape).astype(np.float32))

    return Symmetry(ROTATIONS.random_non_involution, act, act)


def _sample(L: int, rng: np.random.Generator) -> Float[Array, "1 rings longitudes"]:
    return jnp.asarray((_samples_of(L) @ rng.normal(size=L * L)).reshape(1, *_shape(L)).astype(np.float32))


def pattern_of_degrees(L: int) -> Int[np.ndarray, "out in"]:
    """From coefficients to coefficients: entries that are equal in every map of the solver share a weight.

    >>> pattern_of_degrees(2)
    array([[ 0, -1, -1, -1],
           [-1,  1, -1, -1],
           [-1, -1,  1, -1],
           [-1, -1, -1,  1]])
    """
    rho = coefficients(L)
    maps = np.round(np.moveaxis(linear_maps(rho, rho).maps, 0, -1), 6).reshape(L**4, -1)
    labels = {(0.0,) * maps.shape[1]: -1}
    return np.array([labels.setdefault(tuple(entry), len(labels) - 1) for entry in maps.tolist()]).reshape(L * L, L * L)


def _why(L: int, number: dict) -> str:
    return (
        f"{L * L} coefficients, degrees 0 to {L - 1}. {number['symmetry']} maps commute with all rotations: a number "
        "for each degree, and none between two degrees (Schur)."
    )


def _icosahedron(L: int) -> dict:
    """Twelve points of the sphere, seen from the side; two of the rotations that take them to each other."""
    V, (fifth, third) = groups.icosahedron(), groups.icosahedral().generators
    seen = V @ ROTATIONS.exp([0.5, 0.0, 0.0]).T @ ROTATIONS.exp([0.0, 0.35, 0.0]).T
    near = np.argwhere(np.triu(V @ V.T > 0.4, 1)).tolist()
    places = 0.5 + 0.42 * seen[:, [0, 2]] * np.array([1, -1])
    return picture(places, [move("fifth of a turn", fifth), move("third of a turn", third)], near)


SPHERE = Domain(
    name="sphere", title="sphere", group="SO(3)", chapter="12",
    icon=("M15 4a11 11 0 1 1-.01 0M4 15c3 5 19 5 22 0M15 4c-6 4-6 18 0 22", ()),
    signal="a function on the sphere, of degrees below L", layer="a weight for each degree of spherical harmonics",
    nonlinearity="pointwise on samples, exact for low degrees only; or tensor products of degrees",
    pooling="low-pass: fewer degrees", readout="mean over the sphere", size_name="L", sizes=(3, 4), start=4,
    parts=_parts(), swaps=_swaps(), symmetry=_symmetry, sample=_sample, target_shape=lambda L: (1, *_shape(L)),
    pattern=pattern_of_degrees, why=_why, picture=_icosahedron,
)  # fmt: skip

"""Images with shifts and quarter turns: lifting, and group convolution over places and poses."""

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from gdl_course import groups
from gdl_course.blueprint import modules as m
from gdl_course.blueprint.domain import Domain, Make, Part, Swap
from gdl_course.blueprint.parts import BIAS_WHY, LINEAR, RELU, fixed, flatten, with_own_bias
from gdl_course.blueprint.pictures import move, picture, pixels
from gdl_course.blueprint.symmetries import floats, on_pixels
from gdl_course.blueprint.weights import orbits_in_words, shared, window
from gdl_course.layers import grid, group_grid
from gdl_course.representations import Representation

TURNS = groups.cyclic(4)


def fields(n: int) -> Representation:
    """p4(n) on fields of shape (4, n, n), as `gdl_course.layers.group_grid.act` has it: a regular representation.

    >>> fields(3).shape
    (4, 3, 3)
    """
    group = groups.p4(n)

    def turn(g):
        """The element of C4 by which g turns the picture: where the step to the right points afterwards."""
        step = np.subtract(np.divmod(g[1], n), np.divmod(g[0], n)) % n
        quarters = {(0, 1): 0, (n - 1, 0): 1, (0, n - 1): 2, (1, 0): 3}[tuple(step.tolist())]
        return TURNS.elements[quarters]

    return TURNS.regular().restrict(group, turn) * group.permutation()


# Modules --------------------------------------------------------------------------------------------------------------


class PlainConv(eqx.Module):
    """One kernel for each of the four maps of a field, none of them a turned copy of another."""

    conv: grid.Conv

    def __call__(self, x: Float[Array, "in h w"]) -> Float[Array, "fields 4 h w"]:
        y = self.conv(x)
        return y.reshape(-1, 4, *y.shape[1:])


def blur_fields(x: Float[Array, "fields H h w"]) -> Float[Array, "fields H h w"]:
    return m.blur(x.reshape(-1, *x.shape[2:])).reshape(x.shape)


def mean_over_fields(x: Float[Array, "fields H h w"]) -> Float[Array, " fields"]:
    return x.mean(axis=(1, 2, 3))


# Networks -------------------------------------------------------------------------------------------------------------


def _lift(padding: str = "wrap") -> Make:
    return lambda size, c, key: group_grid.Lift(1, c, 3, group=TURNS, padding=padding, key=key)


def _group_conv(size: int, c: int, key: PRNGKeyArray) -> group_grid.GroupConv:
    return group_grid.GroupConv(c, c, 3, group=TURNS, key=key)


def _parts() -> dict[str, tuple[Part, ...]]:
    inside = (
        Part("Lift", "one kernel in four poses", "equivariant", _lift()),
        RELU,
        Part("Blur, stride 1", "local pooling, the same in all poses", "pooling", fixed(blur_fields)),
        Part("Group conv", "over places and poses", "equivariant", _group_conv),
        RELU,
    )
    mean = Part("Mean over Ω", "over places and poses", "readout", fixed(mean_over_fields))
    most = Part("Max over poses", "from fields to maps", "pooling", fixed(group_grid.pool_group))
    one = Part("1×1 conv", "the same at each place", "readout", lambda size, c, key: grid.Conv(c, 1, 1, key=key))
    return {"invariant": (*inside, mean, LINEAR), "equivariant": (*inside, most, one)}


def _swaps() -> dict[str, tuple[Swap, ...]]:
    plain = lambda size, c, key: PlainConv(grid.Conv(1, 4 * c, 3, key=key))
    place_bias = with_own_bias(_group_conv, lambda size, c: (c, 1, size, size))
    both = (
        Swap(
            "plain-conv", "Plain conv", 0,
            "Its kernels are not turned copies of one: shifts are exact, turns are not.", plain,
        ),
        Swap("zero-padding", "Zero padding", 0, "Quarter turns are exact, but shifts meet the border.", _lift("zero")),
        Swap("own-bias", "Bias for each place", 3, BIAS_WHY, place_bias),
    )  # fmt: skip
    # Not offered for invariant answers: the mean over poses hides most of it.
    pose_bias = Swap(
        "pose-bias", "Bias for each pose", 3, "A turn moves the poses among themselves, and the biases stay.",
        with_own_bias(_group_conv, lambda size, c: (c, 4, 1, 1)),
    )  # fmt: skip
    flat = lambda to: flatten(5, lambda size, c, key: grid.Dense((c, 4, size, size), to(size, c), key=key))
    return {
        "invariant": (*both, flat(lambda size, c: (c,))),
        "equivariant": (*both, pose_bias, flat(lambda size, c: (c, size, size))),
    }


# The row --------------------------------------------------------------------------------------------------------------


def _four_squares(n: int) -> dict:
    """The four maps of a field around the centre, so that a quarter turn of the group turns the picture."""
    rho = fields(n)
    _, right, turn = rho.group.generators
    # Pose r + 1 is pose r turned counter-clockwise: bottom right, top right, top left, bottom left.
    corners = np.array([[0.52, 0.52], [0.52, 0.02], [0.02, 0.02], [0.02, 0.52]])
    places = (corners[:, None] + 0.46 * pixels(n)[None]).reshape(-1, 2)
    named = {"one to the right": right, "quarter turn": turn}
    return picture(places, [move(label, rho.permutation_of(g)) for label, g in named.items()])


def _why(n: int, number: dict) -> str:
    local = f"Of these, {number['locality']} join places of one 3×3 window, in 4 relative poses."
    return f"{orbits_in_words(fields(n), number)} {local}"


GRID_WITH_TURNS = Domain(
    name="grid-with-turns", title="grid with turns", group="p4 = (Zₙ × Zₙ) ⋊ C₄", chapter="10",
    icon=("M9 11h12v12h-12zM15 11v12M9 17h12M7 7a13 13 0 0 1 16 0m0-4v4h-4", ()),
    signal="an image; inside, one value at each place and pose", layer="lifting, then group convolution",
    nonlinearity="any function of one value, at each place and pose", pooling="blur, maximum over poses",
    readout="mean over places and poses", sizes=(3, 4), start=3, parts=_parts(), swaps=_swaps(),
    symmetry=lambda n: on_pixels(groups.p4(n).permutation()), sample=lambda n, rng: floats(rng, 1, n, n),
    target_shape=lambda n: (1, n, n), pattern=lambda n: shared(fields(n)),
    near=lambda n: np.tile(np.kron(window(n), window(n)), (4, 4)), why=_why, picture=_four_squares,
)  # fmt: skip

"""Sequences and grids, with and without turns: the networks, module by module, and the swaps that break them."""

import jax

from gdl_course import groups
from gdl_course.blueprint import modules as m
from gdl_course.blueprint.parts import BIAS_WHY, FLAT_WHY, LINEAR, RELU, Part, Swap, bias, fixed
from gdl_course.layers import grid, group_grid


def _space(size, axes):
    return (size,) * axes


def _conv(axes, first, padding="wrap"):
    return lambda size, c, key: grid.Conv(1 if first else c, c, 3, dimensions=axes, padding=padding, key=key)


def _one_by_one(axes):
    return lambda size, c, key: grid.Conv(c, 1, 1, dimensions=axes, key=key)


def _biased_conv(axes):
    def make(size, c, key):
        keys = jax.random.split(key)
        return m.OwnBias(_conv(axes, first=False)(size, c, keys[0]), bias((c, *_space(size, axes)), keys[1]))

    return make


def _dense(axes, to):
    return lambda size, c, key: grid.Dense((c, *_space(size, axes)), to(c, size), key=key)


def on_torus(axes):
    """Modules and swaps for signals (1, n) or (1, n, n) that wrap round: convolution."""
    layer = "Circular conv" if axes == 1 else "Conv on a torus"
    inside = (
        Part(layer, "equivariant, 3 taps" if axes == 1 else "equivariant, 3×3", "equivariant", _conv(axes, first=True)),
        RELU,
        Part("Blur, stride 1", "local pooling, keeps all places", "pooling", fixed(m.blur)),
        Part(layer, "equivariant", "equivariant", _conv(axes, first=False)),
        RELU,
    )
    zero = Swap(
        "zero-padding", "Zero padding", 0, "What leaves at one end is lost, and zeros come in at the other.",
        _conv(axes, first=True, padding="zero"),
    )  # fmt: skip
    own_bias = Swap("own-bias", "Bias for each place", 3, BIAS_WHY, _biased_conv(axes))
    why = "It keeps every second place, so shifts by 1 change what is kept. Even shifts are exact."

    def coarse(stride, pool):
        return (
            Swap("stride-2", "Stride 2, no blur", 2, why, fixed(stride)),
            Swap("max-pool-2", "Max-pool 2", 2, why, fixed(pool)),
        )

    invariant = (*inside, Part("Mean over Ω", "invariant", "readout", fixed(grid.global_mean)), LINEAR)
    equivariant = (*inside, Part("1×1 conv", "the same at each place", "readout", _one_by_one(axes)))
    flatten = Swap("flatten", "Flatten + dense", 5, FLAT_WHY, _dense(axes, lambda c, size: (c,)))
    flatten_to_map = Swap(
        "flatten", "Flatten + dense", 5, FLAT_WHY, _dense(axes, lambda c, size: (1, *_space(size, axes)))
    )
    return (
        {"invariant": invariant, "equivariant": equivariant},
        {
            "invariant": (zero, *coarse(m.stride_2, m.max_pool_2), own_bias, flatten),
            # A map for every place of the input: the coarse signal is brought back by repeating it.
            "equivariant": (zero, *coarse(m.stride_and_repeat, m.max_pool_and_repeat), own_bias, flatten_to_map),
        },
    )


# Grids with turns -----------------------------------------------------------------------------------------------------

TURNS = groups.cyclic(4)


def _lift(padding="wrap"):
    return lambda size, c, key: group_grid.Lift(1, c, 3, group=TURNS, padding=padding, key=key)


def _group_conv(size, c, key):
    return group_grid.GroupConv(c, c, 3, group=TURNS, key=key)


def _biased_group_conv(shape):
    def make(size, c, key):
        keys = jax.random.split(key)
        return m.OwnBias(_group_conv(size, c, keys[0]), bias((c, *shape(size)), keys[1]))

    return make


def on_grid_with_turns():
    """Modules and swaps for images (1, n, n) with shifts and quarter turns: lifting and group convolution."""
    inside = (
        Part("Lift", "one kernel in four poses", "equivariant", _lift()),
        RELU,
        Part("Blur, stride 1", "local pooling, the same in all poses", "pooling", fixed(m.blur_fields)),
        Part("Group conv", "over places and poses", "equivariant", _group_conv),
        RELU,
    )
    swaps = (
        Swap(
            "plain-conv", "Plain conv", 0, "Its kernels are not turned copies of one: shifts are exact, turns are not.",
            lambda size, c, key: m.PlainConv(grid.Conv(1, 4 * c, 3, key=key)),
        ),
        Swap("zero-padding", "Zero padding", 0, "Quarter turns are exact, but shifts meet the border.", _lift("zero")),
        Swap("own-bias", "Bias for each place", 3, BIAS_WHY, _biased_group_conv(lambda size: (1, size, size))),
    )  # fmt: skip
    # Not offered for invariant answers: the mean over poses hides most of it.
    pose_bias = Swap(
        "pose-bias", "Bias for each pose", 3, "A turn moves the poses among themselves, and the biases stay.",
        _biased_group_conv(lambda size: (4, 1, 1)),
    )  # fmt: skip
    flat = lambda to: lambda size, c, key: grid.Dense((c, 4, size, size), to(size, c), key=key)  # noqa: E731
    max_over_poses = Part("Max over poses", "from fields to maps", "pooling", fixed(group_grid.pool_group))
    return (
        {
            "invariant": (
                *inside, Part("Mean over Ω", "over places and poses", "readout", fixed(m.mean_over_fields)), LINEAR
            ),
            "equivariant": (
                *inside, max_over_poses, Part("1×1 conv", "the same at each place", "readout", _one_by_one(2))
            ),
        },
        {
            "invariant": (*swaps, Swap("flatten", "Flatten + dense", 5, FLAT_WHY, flat(lambda size, c: (c,)))),
            "equivariant": (
                *swaps, pose_bias,
                Swap("flatten", "Flatten + dense", 5, FLAT_WHY, flat(lambda size, c: (c, size, size))),
            ),
        },
    )  # fmt: skip

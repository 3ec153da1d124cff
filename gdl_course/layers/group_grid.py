"""Group convolution on a square grid: layers that commute with shifts and with the turns and mirrors of a group H.

A field has shape (|H|, height, width): one map for each element of H, in the order of `H.elements`. Read x[h, u] as the
signal at the element (u, h) of Z² ⋊ H, "place u, pose h". Layers hold several fields: (fields, |H|, height, width).

H is any group of turns and mirrors that maps pixels to pixels: `groups.cyclic(1)`, `cyclic(2)`, `cyclic(4)` (p4),
`groups.dihedral(4)` (p4m), or one made from matrices, such as the mirror ``groups.finite([[[-1, 0], [0, 1]]], "D1")``.
Its matrices move points of the plane with x to the right and y upwards, so that for C4 a step of the axis of H goes
with `np.rot90`, counter-clockwise.

Source: Cohen and Welling, *Group Equivariant Convolutional Networks*, ICML 2016.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Num, PRNGKeyArray

from gdl_course import kernels
from gdl_course.groups.finite_group import FiniteGroup
from gdl_course.layers._fast.bank_convolution import correlate
from gdl_course.layers._precision import common_type, floats
from gdl_course.layers.group_filters import act, act_on_image, filter_bank, matrices, require_field, require_grid

__all__ = ["GroupConv", "Lift", "act", "act_on_image", "filter_bank", "group_conv", "lift", "pool_group"]


def lift(
    x: Num[Array, "in h w"], kernel: Num[Array, "out in k k"], H: FiniteGroup, *, padding: str = "wrap"
) -> Float[Array, "out H h w"]:
    """From an image to fields: y[o, h, u] = sum over c and t of (h·kernel[o])[c, t] x[c, u + t].

    t runs over the k x k square around 0, k odd: every kernel reads the image in each pose of H. For every g in H,
    lift(g·x) = g·lift(x) with `act_on_image` on x and `act` on the fields, for each padding of `grid.conv` ("wrap",
    "zero", "reflect"); with "wrap" also for all cyclic shifts.

    Raises:
        ValueError: H does not map pixels to pixels, or swaps axes and the image is not square; the shapes do not
            agree, the kernel is even, or the padding is unknown.

    >>> from gdl_course import groups
    >>> C4, x = groups.cyclic(4), jnp.zeros((1, 3, 3)).at[0, 1, 1].set(1.0)
    >>> step = jnp.zeros((1, 1, 3, 3)).at[0, 0, 1, 2].set(1.0)  # y(u) = x(u + one step right), in 4 poses
    >>> lift(x, step, C4)[0].reshape(4, 9).argmax(axis=1).tolist()  # the impulse at 4 goes left, down, right, up
    [3, 7, 5, 1]
    """
    if x.ndim != 3 or kernel.ndim != 4 or kernel.shape[1] != x.shape[0]:
        raise ValueError(
            "lift takes x of shape (in, height, width) and a kernel of shape (out, in, k, k); "
            f"got x {x.shape} and kernel {kernel.shape}"
        )
    return _convolved(x, kernel, H, 1, padding)


def group_conv(
    x: Num[Array, "in H h w"],
    kernel: Num[Array, "out in H k k"],
    H: FiniteGroup,
    *,
    stride: int = 1,
    padding: str = "wrap",
) -> Float[Array, "out H *coarse"]:
    """From fields to fields: y[o, h, u] = sum over c, m and t of (h·kernel[o])[c, m, t] x[c, m, s u + t].

    This is y(g) = sum over f of kernel(g⁻¹f) x(f) for g = (u, h) and f = (v, m) in Z² ⋊ H. With stride s = 1,
    group_conv(g·x) = g·group_conv(x) for every g in H and each padding, and with "wrap" for all cyclic shifts.

    With stride s the outputs sit at 0, s, 2s, ... Turns and mirrors about the centre of the image map these places to
    each other only if the last of them is n - 1, so that the law holds with "zero" and "reflect" if s divides n - 1,
    and fails otherwise, for instance for even n and s = 2. "wrap" needs an s that divides n, and then the law holds for
    turns and mirrors about pixel (0, 0) instead, which are those about the centre followed by a shift.

    Raises:
        ValueError: as `lift`, or the stride is impossible.

    >>> from gdl_course import groups
    >>> x, kernel = jnp.ones((2, 4, 9, 9)), jnp.ones((3, 2, 4, 5, 5))
    >>> group_conv(x, kernel, groups.cyclic(4), stride=2, padding="zero").shape
    (3, 4, 5, 5)
    """
    if x.ndim != 4 or kernel.ndim != 5 or kernel.shape[1:3] != x.shape[:2]:
        raise ValueError(
            "group_conv takes x of shape (in, |H|, height, width) and a kernel of shape (out, in, |H|, k, k); "
            f"got x {x.shape} and kernel {kernel.shape}"
        )
    require_field(x, H)
    return _convolved(x, kernel, H, stride, padding)


def _convolved(x, kernel, H, stride, padding):
    """Convolution with all filters of the bank, its poses and those of the fields read as channels."""
    require_grid(x, H)
    kernels.check_correlation(kernel.shape[-2:], x.shape[-2:], padding, stride)
    dtype = common_type(x, kernel)
    channels = jnp.asarray(x, dtype).reshape(-1, *x.shape[-2:])
    bank = filter_bank(jnp.asarray(kernel, dtype), H)
    y = correlate(channels, bank.reshape(-1, len(channels), *kernel.shape[-2:]), stride, padding)
    return y.reshape(*bank.shape[:2], *y.shape[-2:])


class Lift(eqx.Module):
    """`lift` with a learned kernel, and one learned bias per field.

    The bias is shared by the maps of a field: a constant b[h] added to map h commutes with H only if b[g⁻¹h] = b[h] for
    all g, that is, if it is the same for all h.

    >>> from gdl_course import groups
    >>> layer = Lift(1, 6, 3, group=groups.cyclic(4), key=jax.random.key(0))
    >>> layer(jnp.ones((1, 8, 8))).shape
    (6, 4, 8, 8)
    """

    kernel: Float[Array, "fields in k k"]
    bias: Float[Array, "fields 1 1 1"]
    group: FiniteGroup = eqx.field(static=True)
    padding: str = eqx.field(static=True)

    def __init__(
        self,
        in_channels: int,
        fields: int,
        size: int,
        *,
        group: FiniteGroup,
        padding: str = "wrap",
        key: PRNGKeyArray,
    ):
        kernels.check_correlation((size, size), (1, 1), padding, 1)
        self.kernel, self.bias = _initial((fields, in_channels, size, size), key)
        matrices(group)  # refuses a group that does not act on a grid
        self.group, self.padding = group, padding

    def __call__(self, x: Num[Array, "in h w"], *, key: PRNGKeyArray | None = None) -> Float[Array, "fields H h w"]:
        return lift(x, self.kernel, self.group, padding=self.padding) + self.bias


class GroupConv(eqx.Module):
    """`group_conv` with a learned kernel, and one learned bias per field, shared by its maps (see `Lift`).

    >>> from gdl_course import groups
    >>> layer = GroupConv(6, 8, 3, group=groups.cyclic(4), key=jax.random.key(0))
    >>> layer(jnp.ones((6, 4, 8, 8))).shape
    (8, 4, 8, 8)
    """

    kernel: Float[Array, "fields in H k k"]
    bias: Float[Array, "fields 1 1 1"]
    group: FiniteGroup = eqx.field(static=True)
    stride: int = eqx.field(static=True)
    padding: str = eqx.field(static=True)

    def __init__(
        self,
        in_fields: int,
        fields: int,
        size: int,
        *,
        group: FiniteGroup,
        padding: str = "wrap",
        stride: int = 1,
        key: PRNGKeyArray,
    ):
        kernels.check_correlation((size, size), (stride, stride), padding, stride)
        self.kernel, self.bias = _initial((fields, in_fields, group.order, size, size), key)
        matrices(group)
        self.group, self.stride, self.padding = group, stride, padding

    def __call__(
        self, x: Num[Array, "in H h w"], *, key: PRNGKeyArray | None = None
    ) -> Float[Array, "fields H *coarse"]:
        return group_conv(x, self.kernel, self.group, stride=self.stride, padding=self.padding) + self.bias


def pool_group(x: Num[Array, "*fields H h w"]) -> Float[Array, "*fields h w"]:
    """The maximum over the axis of H: fields become images, and pool_group(g·x) = g·pool_group(x).

    >>> pool_group(jnp.arange(8.0).reshape(1, 2, 2, 2))
    Array([[[4., 5.],
            [6., 7.]]], dtype=float32)
    """
    x = floats(x)
    if x.ndim < 3:
        raise ValueError(f"fields have shape (..., |H|, height, width); got {x.shape}")
    return x.max(axis=-3)


def _initial(shape, key):
    """Kernel and bias, uniform in ±1/sqrt(fan in)."""
    key_kernel, key_bias = jax.random.split(key)
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    kernel = jax.random.uniform(key_kernel, shape, minval=-bound, maxval=bound)
    return kernel, jax.random.uniform(key_bias, (shape[0], 1, 1, 1), minval=-bound, maxval=bound)

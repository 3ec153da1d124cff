"""How a group of turns and mirrors moves images, fields and kernels on a square grid; used through `group_grid`."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Num, Shaped

from gdl_course.groups import FiniteGroup
from gdl_course.representations import actions


def act_on_image(
    g: tuple, x: Shaped[Array | np.ndarray, "*leading h w"], H: FiniteGroup
) -> Shaped[Array | np.ndarray, "*leading h w"]:
    """(g·x)(u) = x(g⁻¹u): the pixels of an image turned or mirrored about its centre.

    Args:
        g: an element of H.
        x: NumPy or JAX, any type; leading axes (batch, channels) stay untouched.

    Raises:
        ValueError: H does not map pixels to pixels, or g swaps the axes of an image that is not square.

    >>> from gdl_course import groups
    >>> C4 = groups.cyclic(4)
    >>> act_on_image(C4.generators[0], np.array([[1, 2], [3, 4]]), C4)  # as np.rot90
    array([[2, 4],
           [1, 3]])
    """
    require_grid(x, H)
    return actions.moved(x, actions.pixel_matrix(H, g))


def act(
    g: tuple, x: Shaped[Array | np.ndarray, "*leading H h w"], H: FiniteGroup
) -> Shaped[Array | np.ndarray, "*leading H h w"]:
    """(g·x)[h, u] = x[g⁻¹h, g⁻¹u]: g moves the pixels of every map *and* the maps among themselves.

    For C4 and its generator r this reads new[r] = rot90(old[r - 1]).

    Raises:
        ValueError: as `act_on_image`, or the third axis from the end does not have one map for each element of H.

    >>> from gdl_course import groups
    >>> C4 = groups.cyclic(4)
    >>> x = np.random.default_rng(0).normal(size=(4, 5, 5))
    >>> new = act(C4.generators[0], x, C4)
    >>> all(np.array_equal(new[r], np.rot90(x[r - 1])) for r in range(4))
    True
    """
    require_field(x, H)
    back = H.inverse(g)
    sources = np.array([H.index(H.compose(back, h)) for h in H.elements])
    return act_on_image(g, x[..., sources, :, :], H)


def filter_bank(kernel: Num[Array, "out in *H k k"], H: FiniteGroup) -> Num[Array, "out H in *H k k"]:
    """The kernel moved by every element of H: bank[o, h] = h·kernel[o].

    Args:
        kernel: (out, in, k, k) for `lift`: its pixels are moved. (out, in, |H|, k, k) for `group_conv`: pixels and
            poses are moved, as in `act`.

    Raises:
        ValueError: the shape is another one, or H does not map pixels to pixels.

    >>> from gdl_course import groups
    >>> filter_bank(jnp.ones((3, 2, 4, 5, 5)), groups.cyclic(4)).shape
    (3, 4, 2, 4, 5, 5)
    """
    kernel = jnp.asarray(kernel)
    if kernel.ndim not in (4, 5):
        raise ValueError(
            f"a kernel has shape (out, in, k, k) for images, (out, in, |H|, k, k) for fields; got {kernel.shape}"
        )
    moved = act_on_image if kernel.ndim == 4 else act
    return jnp.stack([moved(h, kernel, H) for h in H.elements], axis=1)


def matrices(H):
    """The matrices of the generators of H; raises ValueError if one of them does not map pixels to pixels."""
    return [actions.pixel_matrix(H, g) for g in (H.identity, *H.generators)]


def require_grid(x, H):
    """Raise ValueError unless x has two axes of space that H maps to themselves."""
    swaps = any(M[0][0] == 0 for M in matrices(H))
    if x.ndim < 2:
        raise ValueError(f"images have shape (..., height, width); got {x.shape}")
    height, width = x.shape[-2:]
    if swaps and height != width:
        raise ValueError(f"group {H.name} acts on square grids; got height {height}, width {width}")


def require_field(x, H):
    """Raise ValueError unless x has one map for each element of H."""
    if x.ndim < 3 or x.shape[-3] != H.order:
        raise ValueError(f"a field of {H.name} has shape (..., {H.order}, height, width); got {x.shape}")

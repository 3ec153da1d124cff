"""What may stand between steerable convolutions, and what reads invariant numbers off; used through `steerable`.

A function of each channel for itself, such as ReLU, does not commute with the turns of a vector. These do: a function
of the length (`norm_relu`), a factor that does not turn (`gate`), a product (`tensor_product`), and a function of the
values on a circle of angles (`fourier_relu`), the last one up to the samples that it takes.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from gdl_course.layers.steerable_kernels import Fields

TINY = 1e-12  # under a root, so that its derivative at 0 is 0


def norm_relu(
    x: Float[Array, "channels *space"], bias: Float[Array, " fields"], fields: Fields
) -> Float[Array, "channels *space"]:
    """relu(‖v‖ + b) v / ‖v‖ for each field v: the length goes through ReLU, the direction stays.

    It commutes with every turn exactly, since a turn keeps lengths. `bias` has one number for each field.

    Raises:
        ValueError: x or `bias` have another shape.

    >>> from gdl_course import groups
    >>> vector = jnp.array([3.0, 4.0])  # of length 5
    >>> norm_relu(vector, jnp.array([-2.5]), Fields(groups.SO(2), (0, 1)))
    Array([1.5, 2. ], dtype=float32)

    Source: Worrall et al., *Harmonic Networks: Deep Translation and Rotation Equivariance*, CVPR 2017.
    """
    if jnp.shape(bias) != (sum(fields.counts),):
        raise ValueError(f"a bias of the lengths has one number for each of {fields!r}; got shape {jnp.shape(bias)}")
    out, start = [], 0
    for part in fields.split(x):
        length = _length(part)
        b = bias[start : start + len(part)].reshape(-1, *[1] * (part.ndim - 1)).astype(length.dtype)
        out.append((jax.nn.relu(length + b) / length * part).astype(x.dtype).reshape(-1, *x.shape[1:]))
        start += len(part)
    return jnp.concatenate(out)


def gate(x: Float[Array, "channels *space"], fields: Fields) -> Float[Array, "fewer *space"]:
    """ReLU on numbers, and sigmoid(s) v on every other field v, each with a number s of its own.

    The last fields of frequency 0, as many as there are fields of other kinds, are the gates, and are used up: fields
    of counts (n, m1, m2, ...) become (n - m1 - m2 - ..., m1, m2, ...). It commutes with every turn exactly; for O(2) a
    field of frequency 0 that a mirror turns round is gated, too.

    Raises:
        ValueError: there are fewer fields of frequency 0 than gates.

    >>> from gdl_course import groups
    >>> x = jnp.array([-1.0, 0.0, 6.0, 8.0])  # a number, a gate, a vector
    >>> gate(x, Fields(groups.SO(2), (2, 1)))
    Array([0., 3., 4.], dtype=float32)

    Source: Weiler et al., *3D Steerable CNNs*, NeurIPS 2018.
    """
    gates = sum(fields.counts[1:])
    kept = fields.counts[0] - gates
    if kept < 0:
        raise ValueError(f"{gates} gates are needed, one for each field that turns; got {fields!r}")
    scalars, *others = fields.split(x)
    factors = jax.nn.sigmoid(scalars[kept:])
    out, start = [jax.nn.relu(scalars[:kept]).reshape(-1, *x.shape[1:])], 0
    for part in others:
        out.append((factors[start : start + len(part)] * part).reshape(-1, *x.shape[1:]))
        start += len(part)
    return jnp.concatenate(out)


def tensor_product(
    v: Float[Array, "2 *space"], w: Float[Array, "2 *space"]
) -> tuple[Float[Array, "2 *space"], Float[Array, "2 *space"]]:
    """From fields of frequencies i and j, read as complex numbers, to the frequencies i - j and i + j: v w̄ and v w.

    A product of two waves is a wave of their difference and one of their sum. It commutes with every turn exactly.
    Where i < j the first one has the frequency j - i after complex conjugation; for i = j its two channels are
    the invariant numbers v·w and v × w.

    >>> difference, total = tensor_product(jnp.array([0.0, 1.0]), jnp.array([0.0, 1.0]))
    >>> difference, total  # i ī = 1 and i i = -1
    (Array([1., 0.], dtype=float32), Array([-1.,  0.], dtype=float32))
    """
    (a, b), (c, d) = v, w
    return jnp.stack([a * c + b * d, b * c - a * d]), jnp.stack([a * c - b * d, a * d + b * c])


def fourier_relu(x: Float[Array, "channels *space"], fields: Fields, samples: int) -> Float[Array, "channels *space"]:
    """ReLU on the circle: equally many fields of each frequency 0, ..., K are read as functions of an angle.

    The function f(θ) = a_0 + sum over k of a_k cos kθ + b_k sin kθ is taken at `samples` angles, goes through ReLU, and
    is expanded again up to K. A turn of the picture shifts f, so that turns by multiples of 360°/samples commute
    exactly, and all others up to what aliases: ReLU makes frequencies above K, and those above samples - K come back
    as wrong ones. More samples, a smaller error.

    Raises:
        ValueError: the counts of the frequencies differ, the group is O(2), or samples < 2K + 1.

    >>> from gdl_course import groups
    >>> fields = Fields(groups.SO(2), (1, 1))
    >>> fourier_relu(jnp.array([1.0, 0.0, 0.5]), fields, 8).round(4)  # nowhere negative: it comes back
    Array([1. , 0. , 0.5], dtype=float32)

    Source: Franzen and Wand, *General Nonlinearities in SO(2)-Equivariant CNNs*, NeurIPS 2021.
    """
    highest = len(fields.counts) - 1
    if fields.group.generators or len(set(fields.counts)) > 1:
        raise ValueError(f"functions on the circle have equally many fields of SO(2) of each frequency; got {fields!r}")
    if samples < 2 * highest + 1:
        raise ValueError(f"frequencies up to {highest} need at least {2 * highest + 1} samples; got {samples}")
    angles = 2 * np.pi * np.arange(samples) / samples
    waves = [np.ones((samples, 1))]
    waves += [np.stack([np.cos(k * angles), np.sin(k * angles)], axis=1) for k in range(1, highest + 1)]
    weights = [1.0 if k == 0 else 2.0 for k in range(highest + 1)]
    parts = fields.split(x)
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    product = lambda a, b, letters: jnp.einsum(letters, jnp.asarray(a, dtype), b, precision=jax.lax.Precision.HIGHEST)
    f = sum(product(wave, part.astype(dtype), "sd,nd...->ns...") for wave, part in zip(waves, parts, strict=True))
    f = jax.nn.relu(f)
    back = [
        product(weight / samples * wave, f, "sd,ns...->nd...").reshape(-1, *x.shape[1:])
        for weight, wave in zip(weights, waves, strict=True)
    ]
    return jnp.concatenate(back).astype(x.dtype)


def invariants(x: Float[Array, "channels *space"], fields: Fields) -> Float[Array, " fields"]:
    """One number for each field that no turn of the picture changes: the mean over all pixels.

    Of the fields of frequency 0 the value is averaged, of all others the length (for O(2) also of those of frequency 0
    that a mirror turns round).

    >>> from gdl_course import groups
    >>> x = jnp.array([[2.0, 4.0], [3.0, 0.0], [4.0, 1.0]])  # a number and a vector at two pixels
    >>> invariants(x, Fields(groups.SO(2), (1, 1)))
    Array([3., 3.], dtype=float32)
    """
    scalars, *others = fields.split(x)
    values = [scalars[:, 0], *(_length(part)[:, 0] for part in others)]
    return jnp.concatenate([v.mean(axis=tuple(range(1, v.ndim))).astype(x.dtype) for v in values])


def _length(part):
    """‖v‖ of fields (n, dimension, *space), in float32 or better, with a derivative of 0 where v = 0."""
    part = part.astype(jnp.promote_types(part.dtype, jnp.float32))
    return jnp.sqrt(jnp.sum(part * part, axis=1, keepdims=True) + TINY)

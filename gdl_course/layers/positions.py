"""Encodings of position: each gives the transformer another symmetry, from all permutations down to none.

| what the scores see          | they do not change under             | here                            |
|------------------------------|--------------------------------------|---------------------------------|
| no positions                 | every permutation                    | –                               |
| i - j on a ring              | cyclic shifts                        | `cyclic_bias`                   |
| i - j on a line              | shifts, as far as nothing falls off  | `relative_bias`, `rotary`       |
| i and j, added to the tokens | nothing                              | `sinusoids`, or a learned table |
"""

import jax.numpy as jnp
from jaxtyping import Array, Float, Num

from gdl_course.layers._precision import floats, widened


def frequencies(depth: int, longest: float = 10_000.0) -> Float[Array, " half"]:
    """`depth` / 2 angular frequencies from 1 radian a token downwards, in equal ratios.

    Number m is `longest`^(-2m / depth).

    >>> frequencies(4)
    Array([1.  , 0.01], dtype=float32)
    """
    if depth < 2 or depth % 2:
        raise ValueError(f"an angle needs a pair of channels, so the depth must be even and positive; got {depth}")
    return longest ** (-jnp.arange(0, depth, 2) / depth)


def rotary(
    x: Float[Array, "*heads n depth"],
    positions: Num[Array, " n"],
    turns: Float[Array, " half"] | None = None,
) -> Float[Array, "*heads n depth"]:
    """Turn each pair of channels (2m, 2m + 1) of token i by the angle positions[i] * turns[m].

    The turns R(p) are a representation of the shifts: R(p) R(r) = R(p + r), made of SO(2) blocks. As they are
    orthogonal, ⟨R(p) q, R(r) k⟩ = ⟨q, R(r - p) k⟩: scores depend on the difference of positions, and a common shift of
    all positions changes nothing. Any real positions will do.

    Args:
        x: queries or keys (not the values).
        turns: angular frequencies; `frequencies(depth)` if left out.

    Raises:
        ValueError: odd depth, or shapes that do not fit together.

    >>> quarter = jnp.array([jnp.pi / 2])
    >>> rotary(jnp.array([[1.0, 0.0], [1.0, 0.0]]), jnp.array([0.0, 1.0]), quarter).round(6)
    Array([[ 1.,  0.],
           [-0.,  1.]], dtype=float32)

    Source: Su et al., *RoFormer: enhanced transformer with rotary position embedding*, Neurocomputing 2024.
    """
    x = floats(x)
    turns = frequencies(x.shape[-1]) if turns is None else widened(floats(turns))
    positions = widened(floats(positions))
    if positions.shape != x.shape[-2:-1] or 2 * turns.size != x.shape[-1]:
        raise ValueError(
            "rotary takes x (*heads, n, depth), n positions and depth / 2 frequencies; "
            f"got x {x.shape}, positions {positions.shape} and frequencies {turns.shape}"
        )
    angles = positions[:, None] * turns[None, :]  # in bfloat16 angles from 256 radians on are a radian off
    pairs = widened(x).reshape(*x.shape[:-1], x.shape[-1] // 2, 2)
    cos, sin = (jnp.broadcast_to(f(angles).astype(pairs.dtype), pairs.shape[:-1]) for f in (jnp.cos, jnp.sin))
    turned = cos * pairs[..., 0] - sin * pairs[..., 1], sin * pairs[..., 0] + cos * pairs[..., 1]
    return jnp.stack(turned, axis=-1).reshape(x.shape).astype(x.dtype)


def cyclic_bias(table: Float[Array, "*heads n"]) -> Float[Array, "*heads n n"]:
    """bias[i, j] = table[(i - j) mod n], a circulant: unchanged by cyclic shifts, T B Tᵀ = B.

    >>> cyclic_bias(jnp.array([0.0, 1.0, 2.0]))
    Array([[0., 2., 1.],
           [1., 0., 2.],
           [2., 1., 0.]], dtype=float32)
    """
    i = jnp.arange(table.shape[-1])
    return table[..., (i[:, None] - i[None, :]) % i.size]


def relative_bias(table: Float[Array, "*heads offsets"], n: int) -> Float[Array, "*heads n n"]:
    """bias[i, j] = table[r + (i - j)], for n tokens on a line and differences from -r to r; farther ones count as ±r.

    One table serves every n. Shifting all tokens along the line changes nothing, as long as none leaves it.

    Args:
        table: 2 r + 1 numbers for each head.

    >>> relative_bias(jnp.array([-1.0, 0.0, 1.0]), 3)
    Array([[ 0., -1., -1.],
           [ 1.,  0., -1.],
           [ 1.,  1.,  0.]], dtype=float32)

    Source: Shaw et al., *Self-attention with relative position representations*, NAACL 2018; as a number added to the
    score, Raffel et al., *Exploring the limits of transfer learning*, JMLR 2020.
    """
    if table.shape[-1] % 2 == 0:
        raise ValueError(f"the table needs an odd number of entries, for differences -r ... r; got {table.shape}")
    i, r = jnp.arange(n), table.shape[-1] // 2
    return table[..., r + jnp.clip(i[:, None] - i[None, :], -r, r)]


def sinusoids(positions: Num[Array, " n"], channels: int) -> Float[Array, "n channels"]:
    """Sines and cosines of the position, to be added to the tokens: an *absolute* encoding, which keeps no symmetry.

    Channel 2m is sin(p w_m), channel 2m + 1 is cos(p w_m), with w = `frequencies(channels)`. These are the vectors
    that `rotary` makes out of (0, 1, 0, 1, ...), up to the order in each pair.

    >>> sinusoids(jnp.arange(2.0), 2).round(3)
    Array([[0.   , 1.   ],
           [0.841, 0.54 ]], dtype=float32)

    Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017, section 3.5.
    """
    angles = widened(floats(positions))[:, None] * frequencies(channels)[None, :]
    return jnp.stack([jnp.sin(angles), jnp.cos(angles)], axis=-1).reshape(-1, channels)

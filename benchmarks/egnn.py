"""`gdl_course.layers.points.EGNN` against the same network in torch: 100 graphs of 5 points, 4 layers, width 64.

    make bench ONLY=egnn

The peer is written in two ways: as the authors write it, one list of the edges of all graphs with messages added up by
index; and on dense pairs with the diagonal masked. All graphs are fully connected, points have 3 coordinates.

Measured on one core of a busy machine (jax 0.10.2, torch 2.13), CPU-time minima in ms, the two in turns; the ratio is
the median of nine turns, with their range:

                                           ours    torch    ratio
    forward, a list of edges                3.3      5.8    0.56 (0.46 to 0.60)
    forward, dense pairs                    3.3      6.0    0.54 (0.53 to 0.57)
    with gradients, a list of edges        12.4     17.2    0.70 (0.65 to 0.72)
    with gradients, dense pairs            13.3     22.1    0.58 (0.54 to 0.79)

What made it fast, and what was tried before (forward, with gradients; as it is now, 3.6 and 13.6 ms in the same run):
the first weights of φ_e meet each of the n points and not each of the pairs (h_i and h_j joined for each pair: 5.1
and 18.4 ms), and the n pairs of a point with itself are cut out instead of masked (4.5 and 15.6 ms).
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, tensor, torch_or_none

from gdl_course.layers import points

GRAPHS, N, WIDTH, DEPTH = 100, 5, 64, 4


@eqx.filter_jit
def ours(model, h, x):
    return jax.vmap(model)(h, x)


@eqx.filter_jit
def ours_with_gradients(model, h, x):
    return eqx.filter_grad(lambda model: sum((y**2).sum() for y in ours(model, h, x)))(model)


def linear(torch, layer, z):
    return torch.nn.functional.linear(z, *layer)


def perceptron(torch, layers, z):
    return linear(torch, layers[1], torch.nn.functional.silu(linear(torch, layers[0], z)))


def by_edges(torch, layer, h, x, receivers, senders):
    message, shift, update = layer
    arrows = x[receivers] - x[senders]
    known = torch.cat([h[receivers], h[senders], (arrows**2).sum(dim=1, keepdim=True)], dim=1)
    m = torch.nn.functional.silu(perceptron(torch, message, known))
    moved = torch.zeros_like(x).index_add_(0, receivers, arrows * perceptron(torch, shift, m))
    heard = torch.zeros_like(h).index_add_(0, receivers, m)
    return h + perceptron(torch, update, torch.cat([h, heard], dim=1)), x + moved / (N - 1)


def by_pairs(torch, layer, h, x, others):
    message, shift, update = layer
    arrows = x[:, :, None] - x[:, None]
    ends = [end.expand(-1, N, N, -1) for end in (h[:, :, None], h[:, None])]
    known = torch.cat([*ends, (arrows**2).sum(dim=3, keepdim=True)], dim=3)
    m = torch.nn.functional.silu(perceptron(torch, message, known)) * others
    x = x + (arrows * perceptron(torch, shift, m)).sum(dim=2) / (N - 1)
    return h + perceptron(torch, update, torch.cat([h, m.sum(dim=2)], dim=2)), x


def theirs(torch, model, layer, h, x, *pairs):
    embed, layers, readout = model
    h = linear(torch, embed, h)
    for parameters in layers:
        h, x = layer(torch, parameters, h, x, *pairs)
    return linear(torch, readout, h), x


def theirs_with_gradients(torch, model, *inputs):
    total = sum((y**2).sum() for y in theirs(torch, model, *inputs))
    return torch.autograd.grad(total, jax.tree.leaves(model))


def in_torch(torch, model):
    """The weights and biases as nested tuples, in the order of ours."""
    affine = lambda layer: tuple(
        tensor(torch, np.array(p)).requires_grad_() for p in (layer.weight, layer.bias) if p is not None
    )
    layers = [tuple(tuple(map(affine, pair)) for pair in (l.message, l.shift, l.update)) for l in model.layers]
    return affine(model.embed), layers, affine(model.readout)


def main():
    torch = torch_or_none()
    header()
    rng = np.random.default_rng(0)
    model = points.EGNN(WIDTH, WIDTH, WIDTH, DEPTH, key=jax.random.key(0))
    h, x = (rng.normal(size=(GRAPHS, N, channels)).astype(np.float32) for channels in (WIDTH, 3))
    mine = model, jnp.asarray(h), jnp.asarray(x)
    print(f"{GRAPHS} graphs of {N} points, {DEPTH} layers, width {WIDTH}")
    if torch is None:
        compare("forward", lambda: ours(*mine))
        compare("forward and gradients", lambda: ours_with_gradients(*mine))
        return
    peer = in_torch(torch, model)
    for name, layer, inputs in peers(torch, h, x):

        def forward():
            with torch.no_grad():
                return theirs(torch, peer, layer, *inputs)

        backward = lambda: theirs_with_gradients(torch, peer, layer, *inputs)
        agree(ours(*mine), forward())
        agree(jax.tree.leaves(ours_with_gradients(*mine)), backward())
        compare(f"forward, {name}", lambda: ours(*mine), forward)
        compare(f"forward and gradients, {name}", lambda: ours_with_gradients(*mine), backward)


def peers(torch, h, x):
    """Name, layer, and what it takes: features, coordinates and the pairs."""
    receivers, senders = np.nonzero(~np.eye(N, dtype=bool))
    first = N * np.arange(GRAPHS)[:, None]
    ends = [tensor(torch, (first + end).ravel()) for end in (receivers, senders)]
    flat = [tensor(torch, rows.reshape(GRAPHS * N, -1)) for rows in (h, x)]
    yield "a list of edges", by_edges, [*flat, *ends]
    others = tensor(torch, 1 - np.eye(N, dtype=np.float32)[None, :, :, None])
    yield "dense pairs", by_pairs, [tensor(torch, h), tensor(torch, x), others]


def agree(mine, other):
    for a, b in zip(mine, other, strict=True):
        b = b.cpu().reshape(a.shape)
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4 * float(jnp.abs(a).max()))


if __name__ == "__main__":
    main()

"""Group convolution against torch's conv2d with a bank built here, and against escnn where it is installed."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course import groups
from gdl_course.layers import group_grid

torch = pytest.importorskip("torch", reason="no torch here: `make test-peers` has it")

C4, D4 = groups.cyclic(4), groups.dihedral(4)
MODES = {"wrap": "circular", "zero": "constant", "reflect": "reflect"}


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def their_bank(kernel, mirrors):
    """bank[o, h] = the kernel turned, its poses permuted by hand: r^a r^b = r^(a + b), and for D4 r m = m r^-1.

    kernel (out, in, s, a, k, k), where the pose (s, a) is r^a m^s and m the up-down mirror; the same order in the bank.
    """
    rows = []
    for s in range(mirrors):
        for a in range(4):
            moved = torch.empty_like(kernel)
            for t in range(mirrors):
                for b in range(4):  # r^a m^s r^b m^t = r^(a ± b) m^(s + t)
                    pixels = kernel[:, :, t, b].flip(-2) if s else kernel[:, :, t, b]
                    turn = a - b if s else a + b
                    moved[:, :, (s + t) % 2, turn % 4] = torch.rot90(pixels, a, (-2, -1))
            rows.append(moved)
    return torch.stack(rows, 1)


def their_order(H):
    """The place of each r^a m^s, s first, in `H.elements`."""
    powers = [H.identity]
    for _ in range(3):
        powers.append(H.compose(H.generators[0], powers[-1]))
    if H.order == 8:
        powers += [H.compose(g, H.generators[1]) for g in powers]
    return np.array([H.index(g) for g in powers])


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-10)])
@pytest.mark.parametrize("padding", MODES)
@pytest.mark.parametrize("H", [C4, D4], ids=lambda H: H.name)
def test_values_and_gradients(rng, H, padding, dtype, tolerance):
    x = rng.normal(size=(3, 2, H.order, 8, 8)).astype(dtype)
    kernel = (0.1 * rng.normal(size=(3, 2, H.order, 5, 5))).astype(dtype)
    dy = (0.1 * rng.normal(size=(3, 3, H.order, 8, 8))).astype(dtype)
    order = their_order(H)
    t, k = (torch.from_numpy(a).requires_grad_() for a in (x[:, :, order], kernel[:, :, order]))
    bank = their_bank(k.reshape(3, 2, H.order // 4, 4, 5, 5), H.order // 4).reshape(3 * H.order, 2 * H.order, 5, 5)
    padded = torch.nn.functional.pad(t.reshape(3, -1, 8, 8), (2, 2, 2, 2), mode=MODES[padding])
    y = torch.nn.functional.conv2d(padded, bank).reshape(dy.shape)
    expected = torch.autograd.grad(y, (t, k), torch.from_numpy(dy[:, :, order]))
    with jax.enable_x64(dtype == np.float64):
        batch = lambda x, kernel: jax.vmap(lambda one: group_grid.group_conv(one, kernel, H, padding=padding))(x)
        ours, pull_back = jax.vjp(jax.jit(batch), jnp.asarray(x), jnp.asarray(kernel))
        gradients = pull_back(jnp.asarray(dy))
    assert ours.dtype == dtype
    np.testing.assert_allclose(np.asarray(ours)[:, :, order], y.detach(), atol=tolerance)
    for mine, theirs in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(np.asarray(mine)[:, :, order], theirs, atol=10 * tolerance)


def test_escnn_regular_to_regular(rng):
    """The matrix of an escnn layer with random weights is that of `group_conv`, with the kernel read off the layer."""
    gspaces = pytest.importorskip("escnn.gspaces", reason="no escnn here", exc_type=ImportError)
    from escnn import nn

    space = gspaces.rot2dOnR2(4)
    field = lambda count: nn.FieldType(space, count * [space.regular_repr])
    theirs = nn.R2Conv(field(2), field(3), 5, padding=2, padding_mode="circular", bias=False, frequencies_cutoff=None)
    torch.nn.init.normal_(theirs.weights)
    bank = theirs.expand_parameters()[0].detach().reshape(3, 4, 2, 4, 5, 5).numpy()
    x = rng.normal(size=(3, 8, 8, 8)).astype(np.float32)
    y = theirs(nn.GeometricTensor(torch.from_numpy(x), field(2))).tensor.detach().numpy().reshape(3, 3, 4, 8, 8)
    kernel = jnp.asarray(bank[:, 0])  # the filter of the identity
    np.testing.assert_allclose(group_grid.filter_bank(kernel, C4), bank, atol=1e-5)
    ours = jax.vmap(lambda one: group_grid.group_conv(one.reshape(2, 4, 8, 8), kernel, C4))(x)
    np.testing.assert_allclose(ours, y, atol=1e-4)

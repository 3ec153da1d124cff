"""Recurrent layers agree with PyTorch's, states and gradients, weight for weight."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course.layers import sequences

torch = pytest.importorskip("torch", reason="no torch here: `make test-peers` has it")

PEERS = {"RNN": sequences.RNN, "GRU": sequences.GRU, "LSTM": sequences.LSTM}
FLOATS = [("float32", 1e-5), ("float64", 1e-10)]


def pair(name, dtype):
    """PyTorch's layer and ours with its weights. Its two biases add, but for that of the GRU's candidate: c stays."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(4, 6, dtype=getattr(torch, dtype))
    W, U, b_in, b_state = (jnp.asarray(p.detach().numpy()) for p in theirs.parameters())
    ours = PEERS[name](4, 6, key=jax.random.key(0))
    if name == "GRU":
        ours = eqx.tree_at(lambda m: m.c, ours, b_state[12:])
        b_state = b_state.at[12:].set(0)
    return theirs, eqx.tree_at(lambda m: (m.W, m.U, m.b), ours, (W, U, b_in + b_state))


@pytest.mark.parametrize(("dtype", "tolerance"), FLOATS)
@pytest.mark.parametrize("name", PEERS)
def test_states_are_those_of_torch(name, dtype, tolerance):
    with jax.enable_x64(dtype == "float64"):
        theirs, ours = pair(name, dtype)
        x = np.random.default_rng(1).normal(size=(20, 4)).astype(dtype)
        y = np.asarray(ours(x))
        assert y.dtype == dtype
        np.testing.assert_allclose(y, theirs(torch.from_numpy(x))[0].detach().numpy(), atol=tolerance)


@pytest.mark.parametrize("name", PEERS)
def test_gradients_are_those_of_torch(name):
    with jax.enable_x64(True):
        theirs, ours = pair(name, "float64")
        x = np.random.default_rng(2).normal(size=(9, 4))
        theirs(torch.from_numpy(x))[0].pow(2).sum().backward()
        gradient = jax.grad(lambda layer: (layer(x) ** 2).sum())(ours)
        W, U, b, _ = (p.grad.numpy() for p in theirs.parameters())
        for mine, other in zip((gradient.W, gradient.U, gradient.b), (W, U, b), strict=True):
            np.testing.assert_allclose(mine, other, atol=1e-10)


@pytest.mark.parametrize("name", PEERS)
def test_different_lengths_are_those_of_packed_sequences(name):
    """PyTorch returns the last state of each sequence apart; here it is the last row."""
    with jax.enable_x64(True):
        theirs, ours = pair(name, "float64")
        x, lengths = np.random.default_rng(3).normal(size=(3, 8, 4)), np.array([8, 5, 1])
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            torch.from_numpy(x), torch.from_numpy(lengths), batch_first=True
        )
        theirs.batch_first = True
        last = theirs(packed)[1]
        last = (last[0] if name == "LSTM" else last)[0].detach().numpy()
        y = jax.vmap(lambda x, length: ours(x, length=length))(x, lengths)
        np.testing.assert_allclose(y[:, -1], last, atol=1e-10)

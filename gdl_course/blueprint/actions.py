"""How each domain's group acts on a signal and on an equivariant answer: what the tests of a network need."""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from gdl_course import groups
from gdl_course.representations import from_images


@dataclass(frozen=True)
class Symmetry:
    """A group as far as tests need it: a random element, its action on inputs and on one answer for each point."""

    random: Callable
    on_input: Callable
    on_output: Callable


@dataclass(frozen=True)
class Action:
    """One group element g: `on_input(x)` is g·x, `on_output(y)` is g·y (y itself if the answer is invariant)."""

    element: object
    on_input: Callable
    on_output: Callable


def on_pixels(group):
    """Signals (channels, *space), moved with the pixels."""
    rho = group.permutation()
    return Symmetry(group.random_non_involution, rho.act, rho.act)


def on_rows(n):
    """Signals (n, channels) whose rows may come in any order."""
    group = groups.symmetric(n)
    return Symmetry(group.random_non_involution, _permuted, _permuted)


def on_graphs(n):
    """Signals (graph, (n, channels)), relabelled together."""
    group = groups.symmetric(n)
    relabelled = lambda g, signal: (signal[0].relabel(g), _permuted(g, signal[1]))
    return Symmetry(group.random_non_involution, relabelled, _permuted)


def on_motions(n):
    """Points ((n, channels), (n, 3)): a rotation or reflection, a translation and another order, all random.

    The equivariant answer, (n, 3), is a vector at each point: translations leave it as it is.
    """
    space, order = groups.E(3), groups.symmetric(n)
    random = lambda rng: (space.random(rng), order.random_non_involution(rng))

    def on_input(g, signal):
        (motion, p), (h, x) = g, signal
        return _permuted(p, h), _permuted(p, _turned(motion, x) + jnp.asarray(motion[None, :3, 3], jnp.float32))

    return Symmetry(random, on_input, lambda g, y: _permuted(g[1], _turned(g[0], y)))


def fields(n):
    """p4(n) on fields of shape (4, n, n), as `gdl_course.layers.group_grid.act` has it: a regular representation.

    >>> fields(3).dimension
    36
    """
    group = groups.p4(n)

    def images(g):
        step = np.subtract(np.divmod(g[1], n), np.divmod(g[0], n)) % n  # where the step to the right points
        turn = {(0, 1): 0, (n - 1, 0): 1, (0, n - 1): 2, (1, 0): 3}[tuple(step.tolist())]
        poses = (np.arange(4) + turn) % 4
        return (poses[:, None] * n * n + np.array(g)[None]).ravel()

    return from_images(group, images, (4, n, n), f"fields on {n}x{n} pixels")


def _permuted(g, x):
    """Row i goes to place g[i]."""
    return x[np.argsort(g)]


def _turned(motion, x):
    # In float64: the error that a test measures shall be the network's.
    return jnp.asarray(np.asarray(x, float) @ motion[:3, :3].T, jnp.float32)

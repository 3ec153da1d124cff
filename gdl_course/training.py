"""Training with Adam, a classifier on mini-batches or any loss on all data, and the rules by which scores compare."""

import os
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, ArrayLike, Float, Int, PRNGKeyArray, PyTree
from scipy import stats
from tqdm.auto import tqdm

Model = Callable[[Array], Array]
_ADAM = optax.scale_by_adam()  # without the learning rate, so that one compiled step serves every rate


def fit(
    model: Model,
    x: Float[Array, "n ..."],
    y: Int[Array, " n"],
    *,
    steps: int,
    batch_size: int = 64,
    learning_rate: float = 1e-3,
    key: PRNGKeyArray,
) -> tuple[Model, dict[str, np.ndarray]]:
    """Train a model that maps one example to logits; return the trained model and ``{"loss": (steps,)}``.

    Each epoch goes through the examples in a new random order, drawn from `key`: equal models, data and keys give
    equal results. A model of the same structure and shapes is compiled once, so a second seed starts at once.
    The progress bar appears after a second; set the environment variable ``GDL_PROGRESS=0`` to never see it.

    Args:
        model: an Equinox module; its floating-point arrays are trained.
        x, y: examples and their classes 0, 1, ...
        steps: how many mini-batches to take.

    Raises:
        ValueError: examples and labels do not fit together or the model, or x is not finite.

    >>> from gdl_course.layers import grid
    >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = grid.Dense((1,), (2,), key=jax.random.key(0))
    >>> model, history = fit(
    ...     model, x, np.array([0, 0, 1, 1]), steps=200, batch_size=4, learning_rate=0.1, key=jax.random.key(1)
    ... )
    >>> accuracy(model, x, np.array([0, 0, 1, 1])), history["loss"].shape
    (1.0, (200,))

    Source: Kingma and Ba, *Adam: a method for stochastic optimization*, ICLR 2015.
    """
    x, y = _checked(model, x, y)
    if not 1 <= batch_size <= len(x):
        raise ValueError(f"batch_size must be between 1 and the number of examples, {len(x)}; got {batch_size}")
    if steps < 1:
        raise ValueError(f"steps must be positive; got {steps}")
    state = _ADAM.init(eqx.filter(model, eqx.is_inexact_array))
    rate = jnp.asarray(learning_rate, jnp.float32)
    losses = []
    for batch in _with_progress(_batches(key, len(x), steps, batch_size)):
        model, state, loss = _step(model, state, x, y, batch, rate)
        losses.append(loss)
    return model, {"loss": np.asarray(losses)}


def minimise(
    model: PyTree, loss: Callable[..., Array], data: tuple = (), *, steps: int, learning_rate: float = 1e-2
) -> tuple[PyTree, dict[str, np.ndarray]]:
    """Minimise ``loss(model, *data)`` by Adam on all data at once; return the trained model and ``{"loss": (steps,)}``.

    For what does not come as separate examples: the nodes of one graph, a few long sequences. A step is compiled once
    for a `loss` (the function itself, so define it once), a model's structure and the shapes of `data`; pass what
    changes from seed to seed through `data`.

    Args:
        model: an Equinox module; its floating-point arrays are trained.
        loss: returns a scalar.
        data: further arguments of `loss`, any trees of arrays.

    Raises:
        ValueError: `steps` is not positive, the loss is no scalar, or it is not finite for the model as given.

    >>> from gdl_course.layers import grid
    >>> def squared_error(model, x, y):
    ...     return ((jax.vmap(model)(x) - y) ** 2).mean()
    >>> x = jnp.array([[0.0], [1.0], [2.0]])
    >>> model = grid.Dense((1,), (1,), key=jax.random.key(0))
    >>> line, history = minimise(model, squared_error, (x, 3 * x - 1), steps=500, learning_rate=0.1)
    >>> print(f"{line.weight[0, 0]:.2f} x + {line.bias[0]:.2f}, {len(history['loss'])} losses")
    3.00 x + -1.00, 500 losses
    """
    if steps < 1:
        raise ValueError(f"steps must be positive; got {steps}")
    start = eqx.filter_jit(loss)(model, *data)
    if jnp.shape(start) != () or not jnp.isfinite(start):
        raise ValueError(f"loss(model, *data) must be one finite number before the first step; got {start}")
    state = _ADAM.init(eqx.filter(model, eqx.is_inexact_array))
    rate = jnp.asarray(learning_rate, jnp.float32)
    losses = []
    for _ in _with_progress(range(steps)):
        model, state, value = _descend(model, state, loss, data, rate)
        losses.append(value)
    return model, {"loss": np.asarray(losses)}


def accuracy(model: Callable[[Array], Array], x: Float[Array, "n ..."], y: Int[Array, " n"]) -> float:
    """The share of examples whose largest logit is that of their class.

    >>> accuracy(lambda logits: logits, np.array([[0.0, 1.0], [2.0, 0.0], [0.0, 3.0]]), np.array([1, 0, 0]))
    0.6666666666666666
    """
    x, y = _checked(model, x, y)
    return int(_right(model, x, y)) / len(y)


def lead(a: Float[np.ndarray, " seeds"], b: Float[np.ndarray, " seeds"]) -> tuple[float, float]:
    """The mean of a − b, paired seed by seed, and half of its 99 % interval by Student's t.

    A difference counts if its interval leaves out zero. The interval contains what differs from seed to seed, no more.

    >>> mean, half = lead(np.array([0.9, 0.8, 0.85]), np.array([0.7, 0.6, 0.7]))
    >>> print(f"{mean:.3f} ± {half:.3f}")
    0.183 ± 0.165
    """
    difference, n = a - b, len(a)
    half = stats.t.ppf(0.995, n - 1) * difference.std(ddof=1) / np.sqrt(n)
    return float(difference.mean()), float(half)


def mean_and_error(
    scores: Float[np.ndarray, "*runs seeds examples"],
) -> tuple[Float[ArrayLike, "*runs"], Float[ArrayLike, "*runs"]]:
    """The mean of scores of several seeds on the same test examples, and its error over seeds *and* examples.

    The two variances add; the mixed part is counted twice, so that the error is a little too long rather than too
    short. For a comparison take it of the difference, seed by seed and example by example.

    >>> mean, error = mean_and_error(np.array([[1.0, 1, 0, 1], [1, 0, 0, 1]]))
    >>> print(f"{mean:.3f} ± {error:.3f}")
    0.625 ± 0.270
    """
    by_seed, by_example = scores.mean(axis=-1), scores.mean(axis=-2)
    chance = [part.var(axis=-1, ddof=1) / part.shape[-1] for part in (by_seed, by_example)]
    return scores.mean(axis=(-2, -1)), np.sqrt(sum(chance))


def _checked(model: Callable[[Array], Array], x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim < 1 or len(x) == 0 or y.shape != x.shape[:1]:
        raise ValueError(f"x and y need the same number of examples, at least one; got shapes {x.shape} and {y.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"x must be finite; got {np.size(x) - np.isfinite(x).sum()} values that are NaN or infinite")
    x = jnp.asarray(x, jnp.result_type(x, float))
    logits = eqx.filter_eval_shape(model, x[0])
    if len(logits.shape) != 1:
        raise ValueError(f"the model must map one example to logits of shape (classes,); got shape {logits.shape}")
    classes = logits.shape[0]
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= classes:
        raise ValueError(
            f"y must hold whole numbers from 0 to {classes - 1}, one of the model's {classes} classes; "
            f"got {y.dtype} from {y.min()} to {y.max()}"
        )
    return x, jnp.asarray(y, jnp.int32)


def _batches(key: PRNGKeyArray, n: int, steps: int, batch_size: int) -> Int[np.ndarray, "steps batch"]:
    """Indices of the examples of each step: one shuffled epoch after another, cut into batches."""
    epochs = -(-steps * batch_size // n)
    order = jax.vmap(lambda key: jax.random.permutation(key, n))(jax.random.split(key, epochs))
    return np.asarray(order.reshape(-1)[: steps * batch_size].reshape(steps, batch_size))


def _loss(model, x, y):
    return optax.softmax_cross_entropy_with_integer_labels(jax.vmap(model)(x), y).mean()


def _with_progress(steps):
    hidden = os.environ.get("GDL_PROGRESS") == "0"
    return tqdm(steps, "training", leave=False, delay=1, disable=hidden)


# One compiled step, called in a Python loop: XLA runs a convolution inside `lax.scan` on one CPU core, without its
# fast kernels, and forty times slower.
@eqx.filter_jit
def _descend(model, state, loss, data, rate):
    value, gradient = eqx.filter_value_and_grad(loss)(model, *data)
    direction, state = _ADAM.update(gradient, state)
    updates = jax.tree.map(lambda d: -rate.astype(d.dtype) * d, direction)
    return eqx.apply_updates(model, updates), state, value


@eqx.filter_jit
def _step(model, state, x, y, batch, rate):
    return _descend(model, state, _loss, (x[batch], y[batch]), rate)


@eqx.filter_jit
def _right(model, x, y):
    return (jax.vmap(model)(x).argmax(axis=-1) == y).sum()

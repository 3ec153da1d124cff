"""Training is Adam on the cross-entropy, repeatable, compiled once; bad input is refused with the reason."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy import stats

from gdl_course import training
from gdl_course.layers import grid


@pytest.fixture(autouse=True)
def no_bar(monkeypatch):
    monkeypatch.setenv("GDL_PROGRESS", "0")


@pytest.fixture(scope="module")
def problem():
    """Three classes of noisy points around three centres: learnable, not separable without error."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, size=90)
    return (np.eye(3)[y] * 2 + rng.normal(size=(90, 3)) * 0.7).astype(np.float32), y


def model(seed=0):
    return grid.Dense((3,), (3,), key=jax.random.key(seed))


def test_training_is_adam_on_the_cross_entropy(problem):
    """Against optax.adam and a loss written out by hand, for the batches that the key draws."""
    x, y = problem
    trained, history = training.fit(model(), x, y, steps=8, batch_size=20, learning_rate=0.03, key=jax.random.key(5))
    adam, expected, losses = optax.adam(0.03), model(), []
    state = adam.init(expected)

    def loss(model, x, y):
        logits = x @ model.weight.T + model.bias[None]
        return (jnp.log(jnp.exp(logits).sum(1)) - logits[jnp.arange(len(y)), y]).mean()

    for batch in training._batches(jax.random.key(5), len(x), 8, 20):
        value, gradient = jax.value_and_grad(loss)(expected, x[batch], y[batch])
        updates, state = adam.update(gradient, state)
        expected = optax.apply_updates(expected, updates)
        losses.append(value)
    np.testing.assert_allclose(trained.weight, expected.weight, atol=1e-5)
    np.testing.assert_allclose(trained.bias, expected.bias, atol=1e-5)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-5)


def test_training_lowers_the_loss_and_raises_the_accuracy(problem):
    x, y = problem
    before = training.accuracy(model(), x, y)
    trained, history = training.fit(model(), x, y, steps=150, batch_size=30, learning_rate=0.03, key=jax.random.key(1))
    assert history["loss"].shape == (150,) and history["loss"][-20:].mean() < 0.5 * history["loss"][:5].mean()
    assert training.accuracy(trained, x, y) > max(0.9, before)


def test_equal_keys_give_equal_models_and_other_keys_others(problem):
    runs = [training.fit(model(), *problem, steps=5, key=jax.random.key(k))[0] for k in (0, 0, 1)]
    assert eqx.tree_equal(runs[0], runs[1]) and not eqx.tree_equal(runs[0], runs[2])


def test_training_leaves_the_given_model_alone(problem):
    given = model()
    training.fit(given, *problem, steps=3, key=jax.random.key(0))
    assert eqx.tree_equal(given, model())


def test_a_second_seed_and_another_rate_do_not_compile_again(problem):
    traces = []

    class Counted(eqx.Module):
        layer: grid.Dense

        def __call__(self, x):
            traces.append(x.shape)
            return self.layer(x)

    training.fit(Counted(model(0)), *problem, steps=2, learning_rate=1e-2, key=jax.random.key(0))
    first = len(traces)
    training.fit(Counted(model(1)), *problem, steps=7, learning_rate=1e-3, key=jax.random.key(1))
    assert len(traces) == first + 1  # one look at the shape of the logits


@pytest.mark.parametrize(("n", "steps", "batch_size"), [(10, 7, 4), (10, 1, 10), (3, 20, 2)])
def test_every_epoch_sees_every_example_once(n, steps, batch_size):
    batches = training._batches(jax.random.key(2), n, steps, batch_size)
    assert batches.shape == (steps, batch_size)
    seen = batches.ravel()
    for start in range(0, len(seen) - n + 1, n):
        assert sorted(seen[start : start + n]) == list(range(n))


def test_every_epoch_has_an_order_of_its_own():
    epochs = training._batches(jax.random.key(2), 50, 4, 50)
    assert len({tuple(epoch) for epoch in epochs}) == 4


def test_accuracy_counts_the_largest_logit():
    logits = np.array([[3.0, 1, 2], [0, 5, 1], [1, 0, 2], [9, 8, 7]])
    assert training.accuracy(lambda x: x, logits, np.array([0, 1, 1, 2])) == 0.5


def test_the_progress_bar_is_shown_only_if_wanted(problem, monkeypatch, capsys):
    monkeypatch.setattr(training, "tqdm", lambda steps, words, **options: training_bar(steps, options))
    shown = []

    def training_bar(steps, options):
        shown.append(not options["disable"])
        return steps

    training.fit(model(), *problem, steps=2, key=jax.random.key(0))
    monkeypatch.delenv("GDL_PROGRESS")
    training.fit(model(), *problem, steps=2, key=jax.random.key(0))
    assert shown == [False, True]


def fit(x, y, **options):
    return training.fit(model(), x, y, **{"steps": 1, "batch_size": 2, "key": jax.random.key(0)} | options)


X, Y = np.ones((4, 3), np.float32), np.array([0, 1, 2, 1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fit(X, Y[:3]), "got shapes \\(4, 3\\) and \\(3,\\)"),
        (lambda: fit(X[:0], Y[:0]), "at least one; got shapes \\(0, 3\\)"),
        (lambda: fit(X, Y + 1), "from 0 to 2, one of the model's 3 classes; got int64 from 1 to 3"),
        (lambda: fit(X, Y - 1), "got int64 from -1 to 1"),
        (lambda: fit(X, Y.astype(float)), "whole numbers.*got float64"),
        (lambda: fit(np.where(np.eye(4, 3) > 0, np.nan, X), Y), "finite; got 3 values that are NaN or infinite"),
        (lambda: fit(X, Y, batch_size=5), "between 1 and the number of examples, 4; got 5"),
        (lambda: fit(X, Y, steps=0), "steps must be positive; got 0"),
        (lambda: training.accuracy(lambda x: x.sum(), X, Y), "logits of shape \\(classes,\\); got shape \\(\\)"),
        (lambda: fit(X[:, :2], Y), "takes a signal of shape \\(3,\\); got \\(2,\\)"),
    ],
)
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def _distance_to(model, target):
    return ((model.weight - target) ** 2).sum() + (model.bias**2).sum()


def test_minimise_reaches_the_minimum_and_tells_each_loss():
    target = jnp.array([[1.0, -2.0]])
    start = grid.Dense((2,), (1,), key=jax.random.key(0))
    model, history = training.minimise(start, _distance_to, (target,), steps=300, learning_rate=0.05)
    np.testing.assert_allclose(model.weight, target, atol=1e-3)
    assert history["loss"].shape == (300,)
    assert history["loss"][0] == pytest.approx(float(_distance_to(start, target)))
    assert history["loss"][-1] < 1e-5 < history["loss"][0]


def test_minimise_compiles_once_for_many_targets():
    traced = []

    def counted(model, target):
        traced.append(1)
        return _distance_to(model, target)

    for seed in range(3):
        target = jnp.full((1, 2), float(seed))
        training.minimise(grid.Dense((2,), (1,), key=jax.random.key(seed)), counted, (target,), steps=3)
    assert len(traced) == 2  # the first look at the loss, and the step


@pytest.mark.parametrize(
    "loss, steps, words",
    [
        (_distance_to, 0, "steps must be positive"),
        (lambda model, target: model.weight - target, 5, "one finite number"),
        (lambda model, target: _distance_to(model, target) + jnp.inf, 5, "one finite number"),
    ],
)
def test_minimise_refuses_what_it_cannot_minimise(loss, steps, words):
    with pytest.raises(ValueError, match=words):
        training.minimise(grid.Dense((2,), (1,), key=jax.random.key(0)), loss, (jnp.zeros((1, 2)),), steps=steps)


def test_lead_is_paired_and_its_interval_is_students():
    """Against scipy's one-sample t test: the interval touches zero where p = 0.01. An offset of a seed cancels."""
    rng = np.random.default_rng(0)
    a, b, offset = rng.normal(size=(3, 7))
    mean, half = training.lead(a, b)
    assert np.isclose(stats.ttest_1samp(a - b - mean + half, 0).pvalue, 0.01)
    assert np.allclose(training.lead(a + 100 * offset, b + 100 * offset), (mean, half))
    assert training.lead(a, b) != training.lead(a, b[::-1])


def test_error_of_a_mean_has_the_chance_of_seeds_and_of_examples():
    """Against resampling of both; each kind of chance alone is seen, too."""
    rng = np.random.default_rng(1)
    scores = (rng.normal(size=200) + 0.3 * rng.normal(size=(8, 1)) + rng.normal(size=(8, 200)) > 0).astype(float)
    draws = [scores[rng.integers(0, 8, 8)][:, rng.integers(0, 200, 200)].mean() for _ in range(2000)]
    mean, error = training.mean_and_error(scores)
    assert mean == scores.mean() and 0.95 < error / np.std(draws) < 1.3
    assert training.mean_and_error(np.tile(scores[:1], (8, 1)))[1] > 0.02
    assert training.mean_and_error(np.tile(scores.mean(axis=1, keepdims=True), (1, 200)))[1] > 0.02
    assert training.mean_and_error(np.stack([scores, 1 - scores]))[0].shape == (2,)

"""The errors on the page are those of the networks: measured together, they are as measured one by one."""

import jax
import numpy as np
import pytest

from gdl_course import blueprint
from gdl_course.blueprint import errors
from gdl_course.blueprint.modules import Network

BUILT = [row for row in blueprint.DOMAINS.values() if not row.planned]
each_domain = pytest.mark.parametrize("row", BUILT, ids=[row.name for row in BUILT])


@each_domain
def test_a_network_answers_alone_what_it_answers_among_the_others(row):
    chains, makers = errors._numbered(row)
    modules = errors._random_modules(makers, row.start, np.random.default_rng(3))
    x = blueprint.sample(row.name, row.start, seed=4)
    g = blueprint.actions(row.name, row.start, seed=5)[0]
    both = jax.tree.map(lambda *leaves: np.stack(leaves), x, g.on_input(x))
    chain = chains["equivariant", row.swaps["equivariant"][0].name]
    (answers,) = errors._answers([chain], modules, both)
    model = Network(tuple(modules[k] for k in chain))
    alone = np.asarray(model(x))
    # float32 rounds by 6e-8: sums of some 30 terms in each of 6 modules, in another order, differ by 6 * 30 * 6e-8.
    np.testing.assert_allclose(answers[0], alone, rtol=0, atol=1e-5 * np.abs(alone).max())
    assert np.abs(answers[1] - alone).max() > 1e-3 * np.abs(alone).max()  # the signals are not mixed up


@each_domain
def test_networks_share_what_stands_before_the_swap_and_no_other_module(row):
    chains, makers = errors._numbered(row)
    for output in row.parts:
        lawful = chains[output, None]
        for swap in row.swaps[output]:
            chain = chains[output, swap.name]
            assert [k for k, pair in enumerate(zip(chain, lawful, strict=True)) if len(set(pair)) > 1] == [swap.at]
            assert makers[chain[swap.at]] is swap.make


def test_the_networks_of_a_domain_are_compiled_together():
    """Compilation is what a description costs: some four hundred functions, when each network is run by itself."""
    compiled = []
    count = lambda event, duration, **_: compiled.append(event) if event.endswith("backend_compile_duration") else None
    jax.clear_caches()
    jax.monitoring.register_event_duration_secs_listener(count)
    try:
        for row in BUILT:
            errors.errors(row, seed=6)
    finally:
        jax.monitoring.unregister_event_duration_listener(count)
    assert len(BUILT) <= len(compiled) <= 6 * len(BUILT)

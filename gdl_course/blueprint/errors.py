"""The errors of all networks of a domain, measured together: lawful ones, and each with one forbidden module.

One network after the other would compile some four hundred small functions, which takes 15 seconds; here the networks
of a domain are one function, and what two of them share, from the input on, is computed once.
"""

from collections.abc import Callable

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float, PyTree

from gdl_course.blueprint.domain import Domain, Make
from gdl_course.blueprint.measure import actions, largest_error, sample
from gdl_course.blueprint.networks import makers_of

CHANNELS = 4  # of the networks that are measured
ELEMENTS = 3  # of the group, for each network
# The functions run once, on a few numbers: the time goes into their compilation.
QUICK: dict[str, str | bool | int] = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
}

Chain = tuple[int, ...]  # the modules of a network, as numbers in a list of all modules


def errors(row: Domain, seed: int) -> dict[tuple[str, str | None], float]:
    """The relative error of the symmetry of every network of a row, by output and swap; None is the lawful network.

    The weights are random, and a module that stands in one place of two networks has the same weights in both.

    >>> from gdl_course.blueprint.domains import DOMAINS
    >>> measured = errors(DOMAINS["set"], seed=0)
    >>> measured["invariant", None] < 1e-5, measured["invariant", "flatten"] > 1e-3
    (True, True)
    """
    chains, makers = _numbered(row)
    elements = {output: actions(row.name, row.start, output, seed, ELEMENTS) for output in row.parts}
    x = sample(row.name, row.start, seed + 1)
    inputs = [x, *(g.on_input(x) for g in elements["invariant"])]  # the elements are the same for each output
    modules = _random_modules(makers, row.start, np.random.default_rng(seed))
    answers = _answers(list(chains.values()), modules, jax.tree.map(lambda *leaves: np.stack(leaves), *inputs))
    return {
        (output, swap): largest_error(y[0], list(y[1:]), elements[output])
        for (output, swap), y in zip(chains, answers, strict=True)
    }


def _numbered(row: Domain) -> tuple[dict[tuple[str, str | None], Chain], list[Make]]:
    """The networks of a row as chains of numbers, and the maker of each module; one number a place and a maker."""
    numbers: dict[tuple[int, Make], int] = {}
    chains: dict[tuple[str, str | None], Chain] = {}
    for output in row.parts:
        for swap in (None, *row.swaps[output]):
            links = enumerate(makers_of(row, output, swap))
            chains[output, swap.name if swap else None] = tuple(
                numbers.setdefault(link, len(numbers)) for link in links
            )
    return chains, [make for _, make in numbers]


def _random_modules(makers: list[Make], size: int, rng: np.random.Generator) -> list[PyTree]:
    """Modules with normal weights of size 1/sqrt(fan in), biases of 0.1, those of each place of 1.

    By NumPy: `jax.random` would compile a function for each shape.
    """

    def draw(path, leaf):
        if not isinstance(leaf, jax.ShapeDtypeStruct):
            return leaf
        scale = max(1, np.prod(leaf.shape[1:])) ** -0.5
        if getattr(path[-1], "name", "") == "bias":
            scale = 0.1 if leaf.size == leaf.shape[0] else 1.0
        return np.asarray(scale * rng.normal(size=leaf.shape), leaf.dtype)

    shapes = eqx.filter_eval_shape(lambda key: [make(size, CHANNELS, key) for make in makers], jax.random.key(0))
    return jax.tree_util.tree_map_with_path(draw, shapes)


def _answers(chains: list[Chain], modules: list[PyTree], inputs: PyTree) -> list[Float[np.ndarray, "inputs ..."]]:
    """What each chain of modules answers to a stack of inputs."""
    weights, rest = eqx.partition(modules, lambda leaf: isinstance(leaf, np.ndarray))

    def all_answers(weights, inputs):
        modules, known = eqx.combine(weights, rest), {(): inputs}
        for chain in chains:
            for end in range(len(chain)):
                if chain[: end + 1] not in known:
                    module = modules[chain[end]]
                    # In a lambda: JAX would write out every number of a module as the name of the function.
                    known[chain[: end + 1]] = jax.vmap(lambda x: module(x))(known[chain[:end]])  # noqa: B023
        return [known[chain] for chain in chains]

    return [np.asarray(y) for y in _compiled_quickly(all_answers, weights, inputs)(weights, inputs)]


def _compiled_quickly(function: Callable, *arguments: PyTree) -> Callable:
    lowered = jax.jit(function).lower(*arguments)
    try:
        return lowered.compile(compiler_options=QUICK)  # type: ignore[arg-type]
    except jax.errors.JaxRuntimeError:  # a compiler that knows other options
        return lowered.compile()

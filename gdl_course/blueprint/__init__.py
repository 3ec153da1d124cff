"""The blueprint: from a domain and its group to a network that tests itself. The course's table, as data.

>>> import jax
>>> model = build("set", size=5, channels=8, output="invariant", key=jax.random.key(0))
>>> model(sample("set", 5, seed=1)).shape
(3,)
>>> measured_error(model, "set", 5, output="invariant") < 1e-4
True

Source: Bronstein, Bruna, Cohen and Veličković, *Geometric Deep Learning*, 2021, section 3.5.
"""

from gdl_course.blueprint.build import actions, build, measured_error, sample, squared_error, swaps, target
from gdl_course.blueprint.cells import cell
from gdl_course.blueprint.counts import counts, only_trivial, pattern
from gdl_course.blueprint.describe import describe
from gdl_course.blueprint.domains import DOMAINS
from gdl_course.blueprint.table import table

__all__ = [
    "DOMAINS", "actions", "build", "cell", "counts", "describe", "measured_error", "only_trivial", "pattern", "sample",
    "squared_error", "swaps", "table", "target",
]  # fmt: skip

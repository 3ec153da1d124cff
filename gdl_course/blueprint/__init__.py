"""The blueprint: from a domain and its group to a network that tests itself. The course's table, as data.

>>> import jax
>>> model = build("set", size=5, channels=8, output="invariant", key=jax.random.key(0))
>>> model(sample("set", 5, seed=1)).shape
(3,)
>>> measured_error(model, "set", 5, output="invariant") < 1e-4
True

Source: Bronstein, Bruna, Cohen and Veličković, *Geometric Deep Learning*, 2021, section 3.5.
"""

from gdl_course.blueprint.cells import cell
from gdl_course.blueprint.counting import counts, pattern
from gdl_course.blueprint.domains import DOMAINS
from gdl_course.blueprint.measure import actions, measured_error, sample, squared_error, target
from gdl_course.blueprint.networks import build, swaps
from gdl_course.blueprint.page import describe
from gdl_course.blueprint.tables import table
from gdl_course.blueprint.weights import only_trivial

__all__ = [
    "DOMAINS", "actions", "build", "cell", "counts", "describe", "measured_error", "only_trivial", "pattern", "sample",
    "squared_error", "swaps", "table", "target",
]  # fmt: skip

"""The blueprint builder: choose a domain and a task; see the group, the layer and its size; export the network."""

from __future__ import annotations

import copy
import functools

import traitlets as t

from gdl_course.widgets.shared.course_widget import CourseWidget, bundle, styles

# The networks need JAX and the picture matplotlib; both load when they are used, as the other widgets need neither.

OUTPUTS = ("invariant", "equivariant")
CHANNELS = (1, 2, 4, 8, 16, 32, 64)


@functools.cache
def described() -> tuple[dict, ...]:
    """The rows of the course's table with all that was solved for and measured: `blueprint.describe()`, made once.

    >>> described()[0]["planned"]
    False
    """
    from gdl_course import blueprint

    return tuple(blueprint.describe()["domains"])


@functools.cache
def packed() -> tuple[list[dict], list[str]]:
    """The same rows with each cell's text as a list of numbers of lines, and the lines: the cells share most of them.

    >>> rows, lines = packed()
    >>> "\\n".join(lines[k] for k in rows[0]["outputs"]["invariant"]["cell"]).splitlines()[0]
    '# cyclic sequence, Cₙ: an invariant network with {channels} channels.'
    """
    rows = copy.deepcopy(list(described()))
    numbers: dict[str, int] = {}
    for plan in (plan for row in rows for plan in row["outputs"].values()):
        for holder in (plan, *plan["swaps"]):
            holder["cell"] = [numbers.setdefault(line, len(numbers)) for line in holder["cell"].split("\n")]
    return rows, list(numbers)


class BlueprintBuilder(CourseWidget):
    r"""From a domain $\Omega$ and its symmetry to a network that can be exported and tests itself.

    For the chosen row the reader sees the group act on a sample signal, the pattern of weights of the linear layer
    (index pairs of one orbit share a weight), how many weights are left, and the modules of the network. A module can
    be swapped for one that breaks the symmetry; the error that is shown was measured by `blueprint.describe`.

    Attributes:
        domain: the name of a row, as `blueprint.build` knows it; see `domains`.
        output: "invariant" (one answer for the whole input) or "equivariant" (one for each point).
        size: how large the domain is; each domain has its own sizes.
        channels: features at each point, a power of 2 from 1 to 64.
        swap: the name of the forbidden module that is put in, or "".

    Raises:
        traitlets.TraitError: a value does not fit; it says what was expected.

    >>> builder = BlueprintBuilder()
    >>> builder.counts["none"] > builder.counts["symmetry"], builder.error < 1e-4
    (True, True)
    >>> builder.swap = builder.plan["swaps"][0]["name"]
    >>> builder.error > 1e-3
    True

    Source: Bronstein, Bruna, Cohen and Veličković, *Geometric Deep Learning*, 2021, section 3.5 (the four modules);
    that the domain and the group fix only the linear layers, see claim B22 of the course.
    """

    _esm = bundle("blueprint_builder/widget.js")
    _css = styles("blueprint_builder")
    page_height = (1766, 3246)

    domains: t.List = t.List(read_only=True).tag(sync=True)
    lines = t.List(t.Unicode(), read_only=True).tag(sync=True)
    domain = t.Unicode().tag(sync=True, state=True)
    output = t.Enum(OUTPUTS, OUTPUTS[0]).tag(sync=True, state=True)
    size = t.Int().tag(sync=True, state=True)
    channels = t.Enum(CHANNELS, 16).tag(sync=True, state=True)
    swap = t.Unicode("").tag(sync=True, state=True)

    @t.default("domains")
    def _rows(self):
        return packed()[0]

    @t.default("lines")
    def _lines(self):
        return packed()[1]

    @t.default("domain")
    def _first_domain(self):
        return described()[0]["name"]

    @t.default("size")
    def _first_size(self):
        return described()[0]["size"]["start"]

    @t.validate("domain")
    def _domain_is_known(self, proposal):
        return _one_of("domain", proposal["value"], [row["name"] for row in described()])

    @t.validate("size")
    def _size_fits(self, proposal):
        values = self.row["size"]["values"]
        return _one_of(f"size of {self.domain}", proposal["value"], values) if values else proposal["value"]

    @t.validate("swap")
    def _swap_is_offered(self, proposal):
        return _one_of(f"swap of {self.domain}, {self.output}", proposal["value"], ["", *self._offers()])

    @t.observe("domain", "output")
    def _rest_fits(self, change):
        values = self.row["size"]["values"]
        if values and self.size not in values:
            self.size = self.row["size"]["start"]
        if self.swap not in self._offers():
            self.swap = ""

    @property
    def row(self) -> dict:
        """The chosen row of the table."""
        return next(row for row in described() if row["name"] == self.domain)

    @property
    def plan(self) -> dict:
        """The chosen network: modules, swaps, error. Empty for a planned domain."""
        return self.row["outputs"].get(self.output, {})

    @property
    def sample(self) -> dict:
        """Places, signal, moves, orbits and counts at the chosen size. Empty for a planned domain."""
        return self.row["by_size"].get(str(self.size), {})

    @property
    def counts(self) -> dict:
        """The weights of one layer with the prior "none", "symmetry" and "locality"; empty for a planned domain."""
        return self.sample.get("counts", {})

    @property
    def error(self) -> float | None:
        """The measured error of the network with its swap, if any; None for a planned domain."""
        swaps = {swap["name"]: swap["error"] for swap in self.plan.get("swaps", [])}
        return swaps.get(self.swap, self.plan.get("error"))

    @property
    def cell(self) -> str:
        """The text of the cell that is exported, with the swap if there is one; empty for a planned domain."""
        from gdl_course import blueprint

        if self.row["planned"]:
            return ""
        return blueprint.cell(self.domain, self.size, self.channels, self.output, self.swap or None)

    def fallback_svg(self) -> tuple[str, str]:
        """W coloured by orbit and the counts, without a browser: (svg, alt text)."""
        from gdl_course.widgets.blueprint_builder.picture import draw

        return draw(self)

    def _offers(self) -> list[str]:
        return [swap["name"] for swap in self.plan.get("swaps", [])]


def _one_of(what: str, value, options: list):
    if value not in options:
        raise t.TraitError(f"{what}: expected one of {options}; got {value!r}")
    return value

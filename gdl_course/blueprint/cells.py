"""A network as a cell to take away: it builds the model, takes one training step and tests its own symmetry."""

from gdl_course.blueprint.domains import domain_of, output_shape
from gdl_course.blueprint.networks import swap_named

HOLDS, BREAKS = 1e-4, 1e-3  # what counts as rounding, what counts as broken

# Names with ! are filled in here, the others by `filled`, in Python or in the browser.
_CELL = """\
# {title!}, {group!}: {what!} with {channels} channels.{remark!}
import jax
import numpy as np
from gdl_course import blueprint, training

domain, size, output = "{domain!}", {size}, "{output!}"
model = blueprint.build(domain, size=size, channels={channels}, output=output,{swap!}
                        key=jax.random.key(0))
data = blueprint.sample(domain, size), blueprint.target(domain, size, output)
model, history = training.minimise(model, blueprint.squared_error, data, steps=1)

x, errors = blueprint.sample(domain, size, seed=1), []
for g in blueprint.actions(domain, size, output):           # random elements of the group
    left, right = model(g.on_input(x)), g.on_output(model(x))      # f(g·x) and g·f(x)
    errors.append(float(np.linalg.norm(left - right) / np.linalg.norm(right)))
print(f"loss {history['loss'][0]:.3f}, largest error of the symmetry {max(errors):.1e}")
assert max(errors) {test!}, "{claim!}"
"""


def cell(domain: str, size: int, channels: int = 16, output: str = "invariant", swap: str | None = None) -> str:
    """The text of a cell that runs as it stands, for the network that `build` makes with the same arguments.

    Without a swap it asserts that the error of the symmetry is rounding (below 1e-4), with one that it is not
    (above 0.001): the exported network says what it is.

    Raises:
        ValueError: as `build`.

    >>> print(cell("set", 5, channels=4).splitlines()[0])
    # set, Sₙ: an invariant network with 4 channels.
    """
    output_shape(domain, size, output)
    return filled(template(domain, output, swap), {"size": size, "channels": channels})


def template(domain: str, output: str, swap: str | None = None) -> str:
    """The cell with {size} and {channels} left open: the one source of the cells in Python and in the browser."""
    claim = "f(g·x) differs from f(x)" if output == "invariant" else "f(g·x) differs from g·f(x)"
    parts = {"what": f"an {output} network", "remark": "", "swap": "", "test": f"< {HOLDS}", "claim": claim}
    if swap is not None:
        forbidden = swap_named(domain, output, swap)
        parts = {
            "what": f"a network that is not {output},", "remark": f"\n# {forbidden.title}: {forbidden.why}",
            "swap": f'\n                        swap="{swap}",', "test": f"> {BREAKS}",
            "claim": "expected the swap to break the symmetry",
        }  # fmt: skip
    row = domain_of(domain)
    words = parts | {"title": row.title, "group": row.group, "domain": domain, "output": output}
    return filled(_CELL, {f"{name}!": value for name, value in words.items()})


def filled(text: str, values: dict) -> str:
    """The text with each {name} replaced by its value, and other braces left alone."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text

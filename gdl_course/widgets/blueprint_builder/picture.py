"""The blueprint builder without a browser: W coloured by orbit and the counts as SVG, and in words."""

from __future__ import annotations

import math

from gdl_course.figures.colours import (
    GROUP_INK,
    INK,
    LAYER,
    LAYER_INK,
    LIGHT_ORBITS,
    LINE,
    ORBIT_COLOURS,
    ORBIT_LETTERS,
    PAPER,
    QUIET,
    VIOLATION,
    ZERO,
)  # fmt: skip
from gdl_course.widgets.shared.picture import page, text

WIDTH, HEIGHT, SIDE = 640, 400, 270
PRIORS = {"none": "no prior", "symmetry": "symmetry", "locality": "and locality"}


def draw(builder) -> tuple[str, str]:
    """Return (svg, alt) for a `BlueprintBuilder`: self-contained SVG of 640 × 400, and what it shows in words."""
    row, verdict = builder.row, _verdict(builder)
    if row["planned"]:
        return page(WIDTH, HEIGHT, verdict, [text(30, 200, verdict, QUIET)])
    counts = {key: count for key, count in builder.counts.items() if count is not None}
    orbits = builder.sample["orbits"]
    modules = " → ".join(_modules(builder))
    numbers = ", ".join(f"{PRIORS[key]} {count}" for key, count in counts.items())
    alt = (
        f"{row['title']}, group {row['group']}, {row['size']['name']} = {builder.size}. "
        f"The layer W has {len(orbits)} × {len(orbits[0])} entries; equal letters and colours are equal weights. "
        f"Weights of one layer: {numbers}. The network: {modules}. {verdict}"
    )
    body = [
        text(30, 38, f"{row['title']}, {row['group']}", GROUP_INK),
        _matrix(orbits, 30, 55),
        *(_bar(90 + 62 * k, PRIORS[key], count, counts["none"]) for k, (key, count) in enumerate(counts.items())),
        text(30, 360, modules, INK, size=min(15, 1150 / len(modules))),
        text(30, 385, verdict, VIOLATION if verdict.startswith("✗") else LAYER_INK),
    ]
    return page(WIDTH, HEIGHT, alt, body)


def _modules(builder) -> list[str]:
    swap = next((swap for swap in builder.plan["swaps"] if swap["name"] == builder.swap), None)
    names = [module["name"] for module in builder.plan["modules"]]
    if swap:
        names[swap["at"]] = f"✗ {swap['title']}"
    return names


def _verdict(builder) -> str:
    if builder.row["planned"]:
        return f"{builder.row['title']}: planned, see chapter {builder.row['chapter']}."
    if builder.swap:
        return f"✗ Not {builder.output}: relative error {builder.error:.2g}."
    return f"✓ {builder.output.capitalize()}: relative error {builder.error:.0e}."


def _matrix(orbits: list[list[int]], left: float, top: float) -> str:
    width, height = SIDE / len(orbits[0]), SIDE / len(orbits)
    size = min(width, height)
    cells = []
    for i, line in enumerate(orbits):
        for j, orbit in enumerate(line):
            x, y = left + width * j, top + height * i
            place = f'x="{x:.1f}" y="{y:.1f}" width="{width - 0.7:.1f}" height="{height - 0.7:.1f}"'
            cells.append(f'<rect {place} fill="{_colour(orbit)}"/>')
            if 0 <= orbit < len(ORBIT_LETTERS) and size > 12:
                cells.append(_letter(orbit, x + width / 2, y + height / 2, size / 2))
    return "".join(cells)


def _letter(orbit: int, x: float, y: float, size: float) -> str:
    ink = INK if orbit in LIGHT_ORBITS else PAPER
    return text(x, y + size / 3, ORBIT_LETTERS[orbit], ink, size=size, anchor="middle")


def _colour(orbit: int) -> str:
    if orbit < 0:
        return ZERO
    if orbit < len(ORBIT_COLOURS):
        return ORBIT_COLOURS[orbit]
    return f"hsl({round(orbit * 137.508) % 360} 45% 32%)"


def _bar(y: float, name: str, count: int, most: int) -> str:
    length = 260 * math.log(1 + count) / math.log(1 + max(most, 1))
    bar = f'<rect x="340" y="{y}" height="16" rx="8"'
    whole, part = f'{bar} width="260" fill="{LINE}"/>', f'{bar} width="{length:.1f}" fill="{LAYER}"/>'
    return text(340, y - 8, f"{name}: {count}", INK) + whole + part

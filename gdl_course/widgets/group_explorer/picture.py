"""The group explorer without a browser: its Cayley table as SVG, and in words."""

from __future__ import annotations

from itertools import product

from gdl_course.figures.colours import GROUP_INK, INK, QUIET
from gdl_course.groups.permutations import compose
from gdl_course.widgets.shared.picture import page, text

LEFT, TOP, SIDE = 40, 30, 580


def draw(explorer) -> tuple[str, str]:
    """Return (svg, alt) for a `GroupExplorer`: self-contained SVG of 640 × 660, and what it shows in words."""
    order, g, h = len(explorer.names), explorer.names[explorer.element], explorer.names[max(explorer.other, 0)]
    said = f"{g} has row {explorer.element + 1}"
    if explorer.other >= 0:
        said = f"In row g = {g} and column h = {h} stands gh = {explorer.names[explorer.product]}: first {h}, then {g}"
    size = explorer.subgroup.order
    cosets = f" The subgroup H has {size} elements: {order} = {size} × {len(explorer.cosets)}."
    alt = f"The Cayley table of {explorer.group}, a group of {order} elements: {', '.join(explorer.names)}. {said}."
    alt += cosets if explorer.generators else ""
    return page(640, 660, alt, [*_cells(explorer), *_chosen(explorer), text(LEFT, 648, f"{said}.", size=16)])


def _cells(explorer) -> list[str]:
    """The headings, and the products on the colours of their cosets."""
    elements, names, side = explorer.elements, explorer.names, _cell_side(explorer)
    size = min(17, 1.5 * side / max(map(len, names)))
    coset_of = {g: k for k, coset in enumerate(explorer.cosets) for g in coset}
    parts = []
    for r, c in product(range(-1, len(names)), repeat=2):
        x, y, inside = LEFT + side * (c + 1), TOP + side * (r + 1), r >= 0 and c >= 0
        found = elements.index(compose(elements[max(r, 0)], elements[max(c, 0)]))
        if inside:
            hue = 137.508 * (coset_of[found] if explorer.generators else found) % 360
            box = f'x="{x:.1f}" y="{y:.1f}" width="{side - 1:.1f}" height="{side - 1:.1f}"'
            parts.append(f'<rect {box} fill="hsl({hue:.0f} 60% 86%)"/>')
        if r >= 0 or c >= 0:
            colour = INK if inside else QUIET
            parts.append(text(x + side / 2, y + side / 2 + size / 3, names[found], colour, anchor="middle", size=size))
    return parts


def _chosen(explorer) -> list[str]:
    """Frames round the row of g and the column of h."""
    side, frame = _cell_side(explorer), f'fill="none" stroke="{GROUP_INK}" stroke-width="3"'
    row = f'x="{LEFT}" y="{TOP + side * (explorer.element + 1):.1f}" width="{SIDE}" height="{side:.1f}"'
    column = f'x="{LEFT + side * (explorer.other + 1):.1f}" y="{TOP}" width="{side:.1f}" height="{SIDE}"'
    both = [f"<rect {row} {frame}/>", f'<rect {column} {frame} stroke-dasharray="8 5"/>']
    return both if explorer.other >= 0 else both[:1]


def _cell_side(explorer) -> float:
    return SIDE / (len(explorer.names) + 1)

"""The prerequisite graph as a picture: SVG of lines and links, no script, readable at 360 pixels.

A chapter stands below all that it builds on (Sugiyama's layers: longest paths, at most three chapters a row). An arrow
that passes a row keeps a slot free in it. The rows are put in the order with the fewest crossings that a few sweeps
of the barycentre heuristic find, and then moved towards what they are joined to, so that arrows are nearly straight.
Arrows that follow from others are left out, as in a Hasse diagram.
"""

from html import escape
from itertools import accumulate, combinations, pairwise
from statistics import mean
from textwrap import wrap

import networkx as nx
from scipy.optimize import isotonic_regression

WIDE, HIGH = 104, 70  # a chapter's box
SLOT, SIDE, DOWN = 12, 8, 32  # an arrow's slot, the room between boxes, the room between rows
MOST, SWEEPS = 3, 12  # chapters a row; how often the rows are put in a better order, and moved
LETTERS, LINES, LEADING = 15, 3, 15  # of a title: letters a line, lines, the distance of two lines


def drawing(graph, titles, links) -> str:
    """The picture of `graph` (edges from a chapter to those that build on it).

    titles  number -> the words in the box;  links  number -> address
    """
    shown = nx.transitive_reduction(graph)
    rows, paths = _layers(shown)
    steps = [step for path in paths.values() for step in pairwise(path)]
    places = _places(_ordered(rows, steps), steps)
    right = max(x for x, _ in places.values()) + WIDE / 2
    height = max(y for _, y in places.values()) + HIGH / 2
    boxes = [_chapter(n, graph, paths, places, titles[n], links[n]) for n in sorted(graph)]
    label = "Chapters, with arrows to those that build on them. The table below says the same in words."
    return (
        f'<svg class="gdl-graph" role="group" aria-label="{label}" viewBox="-2 -2 {right + 4:.0f} {height + 4:.0f}" '
        f'style="max-width: {1.3 * (right + 4):.0f}px">{"".join(boxes)}</svg>'
    )


def _layers(graph):
    """(rows, paths): what stands in each row, and the stations of each arrow; a slot is (arrow, row)."""
    rows, row_of = [], {}
    for layer in nx.topological_generations(graph):
        layer = sorted(layer)
        for start in range(0, len(layer), MOST):
            row_of |= dict.fromkeys(layer[start : start + MOST], len(rows))
            rows.append(layer[start : start + MOST])
    paths = {}
    for edge in sorted(graph.edges):
        slots = [(edge, row) for row in range(row_of[edge[0]] + 1, row_of[edge[1]])]
        for slot in slots:
            rows[slot[1]].append(slot)
        paths[edge] = [edge[0], *slots, edge[1]]
    return rows, paths


def _ordered(rows, steps):
    """The rows in the best order found."""
    best = rows
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        near = {}
        for above, below in steps:
            near.setdefault(below if down else above, []).append(above if down else below)
        rows = [list(row) for row in rows]
        fixed, following = (rows, rows[1:]) if down else (rows[::-1], rows[-2::-1])
        for previous, row in zip(fixed, following, strict=False):
            middle = {thing: place - len(previous) / 2 for place, thing in enumerate(previous)}
            own = {thing: place - len(row) / 2 for place, thing in enumerate(row)}
            row.sort(key=lambda thing: mean(middle[other] for other in near[thing]) if thing in near else own[thing])
        if _crossings(rows, steps) < _crossings(best, steps):
            best = rows
    return best


def _crossings(rows, steps):
    place = {thing: (n, k) for n, row in enumerate(rows) for k, thing in enumerate(row)}
    ends = [(place[above], place[below]) for above, below in steps]
    return sum(
        a[0] == c[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0 for (a, b), (c, d) in combinations(ends, 2)
    )  # fmt: skip


def _places(rows, steps):
    """The middle of each box and slot. Each comes as near to the mean of what it is joined to as the others let it."""
    width = {thing: SLOT if isinstance(thing, tuple) else WIDE for row in rows for thing in row}
    full = max(sum(width[thing] + SIDE for thing in row) - SIDE for row in rows)
    joined = {thing: [] for thing in width}
    for above, below in steps:
        joined[above].append(below)
        joined[below].append(above)
    x = dict.fromkeys(width, full / 2)
    for _ in range(SWEEPS):
        for row in rows:
            wanted = [mean(x[other] for other in joined[thing] or [thing]) for thing in row]
            x |= zip(row, _apart(wanted, [width[thing] for thing in row], full), strict=False)
    return {thing: (x[thing], HIGH / 2 + n * (HIGH + DOWN)) for n, row in enumerate(rows) for thing in row}


def _apart(wanted, widths, full):
    """The places nearest to `wanted`, least squares, where no two overlap and all stand between 0 and `full`."""
    ends = [0, *accumulate(width + SIDE for width in widths)]
    least = [end + width / 2 for end, width in zip(ends, widths, strict=False)]  # all of them as far left as they go
    room = full - ends[-1] + SIDE
    free = isotonic_regression([want - far for want, far in zip(wanted, least, strict=False)]).x.clip(0, room)
    return [far + more for far, more in zip(least, free, strict=False)]


def _chapter(number, graph, paths, places, title, link):
    """A box, and the arrows that end at it: pointing at the box marks them."""
    arrows = "".join(_arrow(path, places) for edge, path in paths.items() if edge[1] == number)
    x, y = places[number]
    lines = [number, *wrap(title, LETTERS, max_lines=LINES, placeholder=" …")]
    first = y - LEADING * (len(lines) - 1) / 2 + 4
    spans = (f'<tspan x="{x:.0f}" y="{first + LEADING * n:.0f}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    before = ", ".join(sorted(graph.predecessors(number))) or "no other chapter"
    name = escape(f"{number} {title}, builds on {before}", quote=True)
    box = f'<rect x="{x - WIDE / 2:.0f}" y="{y - HIGH / 2:.0f}" width="{WIDE}" height="{HIGH}" rx="6"/>'
    link = escape(link, quote=True)
    return f'<g>{arrows}<a href="{link}" aria-label="{name}">{box}<text>{"".join(spans)}</text></a></g>'


def _arrow(path, places):
    """A curve through the slots of the rows it passes, and its head."""
    x, y = places[path[0]]
    steps = [f"M{x:.0f} {y + HIGH / 2:.0f}"]
    for above, below in pairwise(path):
        (x, y), (to_x, to_y) = places[above], places[below]
        top, bottom = y + HIGH / 2, to_y - HIGH / 2
        half = (top + bottom) / 2
        steps.append(f"C{x:.0f} {half:.0f} {to_x:.0f} {half:.0f} {to_x:.0f} {bottom:.0f}")
        if isinstance(below, tuple):
            steps.append(f"V{to_y + HIGH / 2:.0f}")
    x, y = places[path[-1]][0], places[path[-1]][1] - HIGH / 2
    head = f'<path class="gdl-graph-head" d="M{x - 4:.0f} {y - 7:.0f}h8l-4 7z"/>'
    return f'<path class="gdl-graph-arrow" d="{"".join(steps)}"/>{head}'

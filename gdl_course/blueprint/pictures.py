"""A small picture of each domain: places in the unit square, edges, and moves, as permutations or matrices."""

import numpy as np

from gdl_course import groups
from gdl_course.blueprint.actions import fields
from gdl_course.blueprint.modules import sample_graph

SHOWN_TURN = 2 * np.pi / 5


def ring(n):
    """Points on a circle, from the top clockwise."""
    angle = 2 * np.pi * np.arange(n) / n
    moves = [_images(f"shift by {s}", (np.arange(n) + s) % n) for s in (1, 3)]
    return _picture(0.5 + 0.4 * np.stack([np.sin(angle), -np.cos(angle)], axis=1), moves)


def square(n):
    """Pixels, row by row."""
    shifts = groups.translations(n, n).generators
    return _picture(_pixels(n), [_images("one down", shifts[0]), _images("one to the right", shifts[1])])


def four_squares(n):
    """The four maps of a field around the centre, so that a quarter turn of the group turns the picture."""
    rho = fields(n)
    down, right, turn = rho.group.generators
    # Pose r + 1 is pose r turned counter-clockwise: bottom right, top right, top left, bottom left.
    corners = np.array([[0.52, 0.52], [0.52, 0.02], [0.02, 0.02], [0.02, 0.52]])
    places = (corners[:, None] + 0.46 * _pixels(n)[None]).reshape(-1, 2)
    named = {"one to the right": right, "quarter turn": turn}
    return _picture(places, [_images(label, rho.permutation_of(g)) for label, g in named.items()])


def scattered(n):
    """Elements of a set, with no place of their own: on a spiral."""
    k = np.arange(n) + 0.5
    angle, radius = 2.399963 * k, 0.42 * np.sqrt(k / n)
    places = 0.5 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _picture(places, _relabellings(n))


def nodes(n):
    """The nodes of the sample graph on a circle, and its edges."""
    graph = sample_graph(n)
    pairs = zip(graph.senders.tolist(), graph.receivers.tolist(), strict=True)
    return ring(n) | {"edges": [[i, j] for i, j in pairs if i < j], "moves": _relabellings(n)}


def projected(x):
    """Points in space, seen along the third axis."""
    flat = np.asarray(x, float)[:, :2]
    flat = flat - flat.mean(axis=0)
    places = 0.5 + 0.42 * flat / np.linalg.norm(flat, axis=1).max()
    c, s = np.cos(SHOWN_TURN), np.sin(SHOWN_TURN)
    turn = {"label": "turn", "matrix": np.round([[c, -s], [s, c]], 6).tolist()}
    mirror = {"label": "mirror", "matrix": [[-1.0, 0.0], [0.0, 1.0]]}
    return _picture(places, [turn, mirror, *_relabellings(len(flat))[:1]])


def _relabellings(n):
    swap = [1, 0, *range(2, n)]
    return [_images("new order", (3 * np.arange(n) + 1) % n if n % 3 else np.roll(swap, 2)), _images("swap two", swap)]


def _images(label, images):
    return {"label": label, "images": np.asarray(images).tolist()}


def _pixels(n):
    rows, columns = np.divmod(np.arange(n * n), n)
    return (np.stack([columns, rows], axis=1) + 0.5) / n


def _picture(places, moves):
    return {"points": np.round(places, 3).tolist(), "edges": [], "moves": moves}

"""What the small pictures of the domains are made of: places in the unit square, edges, and moves of the points."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import ArrayLike, Float, Int


def picture(places: Float[ArrayLike, "n 2"], moves: list[dict], edges: list[list[int]] | None = None) -> dict:
    """Places with y downwards, edges between them, and moves: what the page draws."""
    return {"places": np.round(places, 3).tolist(), "edges": edges or [], "moves": moves}


def move(label: str, images: Int[ArrayLike, " n"] | Sequence[int]) -> dict:
    """A move by which point i goes to images[i]."""
    return {"label": label, "images": np.asarray(images).tolist()}


def on_circle(n: int) -> Float[np.ndarray, "n 2"]:
    """Points on a circle, from the top clockwise."""
    angle = 2 * np.pi * np.arange(n) / n
    return 0.5 + 0.4 * np.stack([np.sin(angle), -np.cos(angle)], axis=1)


def pixels(n: int) -> Float[np.ndarray, "pixels 2"]:
    """The middles of n × n pixels, row by row."""
    rows, columns = np.divmod(np.arange(n * n), n)
    return (np.stack([columns, rows], axis=1) + 0.5) / n


def relabellings(n: int) -> list[dict]:
    """Two moves of n points that may come in any order."""
    swap = [1, 0, *range(2, n)]
    return [move("new order", (3 * np.arange(n) + 1) % n if n % 3 else np.roll(swap, 2)), move("swap two", swap)]

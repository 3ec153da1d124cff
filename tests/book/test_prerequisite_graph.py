"""The picture of what builds on what, for the chapters that there are and for any others."""

import re
import sys
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "book" / "_ext"))
from gdl_graph import HIGH, WIDE, drawing


def parsed(graph):
    titles = {number: f"The title of {number}" for number in graph}
    return ElementTree.fromstring(drawing(graph, titles, {number: f"{number}.html" for number in graph}))


def boxes(svg):
    """Number -> (left, top) of its box."""
    return {link.get("href")[:2]: (float(link[0].get("x")), float(link[0].get("y"))) for link in svg.iter("a")}


def arrows(svg):
    return [path.get("d") for path in svg.iter("path") if path.get("class") == "gdl-graph-arrow"]


@st.composite
def orders(draw):
    """Graphs of up to 18 chapters, each of which may build on any before it."""
    numbers = [f"{n:02}" for n in range(1, draw(st.integers(1, 18)) + 1)]
    graph = nx.DiGraph()
    graph.add_nodes_from(numbers)
    pairs = list(combinations(numbers, 2))
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), max_size=30)) if pairs else [])
    return graph


@settings(max_examples=40, deadline=None)
@given(orders())
def test_every_box_is_in_the_picture_below_what_it_builds_on_and_beside_the_others(graph):
    svg = parsed(graph)
    placed = boxes(svg)
    assert sorted(placed) == sorted(graph)
    left, top, width, height = map(float, svg.get("viewBox").split())
    for x, y in placed.values():
        assert left <= x and x + WIDE <= left + width and top <= y and y + HIGH <= top + height
    for (x, y), (u, v) in combinations(placed.values(), 2):
        assert abs(x - u) >= WIDE + 2 or abs(y - v) >= HIGH + 2
    assert all(placed[before][1] + HIGH < placed[after][1] for before, after in graph.edges)


@settings(max_examples=40, deadline=None)
@given(orders())
def test_every_arrow_joins_two_chapters_and_passes_beside_the_others(graph):
    svg = parsed(graph)
    placed = boxes(svg)
    bottoms = {(x + WIDE / 2, y + HIGH): number for number, (x, y) in placed.items()}
    tops = {(x + WIDE / 2, y): number for number, (x, y) in placed.items()}
    drawn = set()
    for arrow in arrows(svg):
        numbers = [float(word) for word in re.findall(r"-?\d+", arrow)]
        drawn.add((nearest(bottoms, numbers[:2]), nearest(tops, numbers[-2:])))
        for x, y in points(arrow):
            assert not any(0 < x - left < WIDE and 1 < y - top < HIGH - 1 for left, top in placed.values())
    assert drawn == set(nx.transitive_reduction(graph).edges)
    assert len(arrows(svg)) == len(drawn)


def points(arrow):
    """Points along a path of the commands M, C and V, close together."""
    x = y = 0.0
    for command, text in re.findall(r"([MCV])([^MCV]*)", arrow):
        numbers = [float(word) for word in text.split()]
        to_x, to_y = (x, numbers[0]) if command == "V" else numbers[-2:]
        (ax, ay), (bx, by) = (numbers[:2], numbers[2:4]) if command == "C" else ((x, y), (to_x, to_y))
        for t in [n / 20 for n in range(21)] if command != "M" else []:
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            yield tuple(np.dot(weights, ends) for ends in ((x, ax, bx, to_x), (y, ay, by, to_y)))
        x, y = to_x, to_y


def nearest(places, point):
    """What stands at a point, but for rounding."""
    found = [name for (x, y), name in places.items() if abs(x - point[0]) <= 1 and abs(y - point[1]) <= 1]
    assert len(found) == 1
    return found[0]


def test_arrows_that_follow_from_others_are_left_out():
    graph = nx.DiGraph([("01", "02"), ("02", "03"), ("01", "03")])
    assert len(arrows(parsed(graph))) == 2


def test_two_parents_that_stand_crosswise_are_put_in_order():
    graph = nx.DiGraph([("01", "04"), ("02", "03")])
    placed = boxes(parsed(graph))
    assert (placed["01"][0] < placed["02"][0]) == (placed["04"][0] < placed["03"][0])


def test_a_box_says_all_that_it_builds_on_to_those_who_do_not_see_it():
    graph = nx.DiGraph([("01", "02"), ("02", "03"), ("01", "03")])
    labels = [link.get("aria-label") for link in parsed(graph).iter("a")]
    assert labels[0] == "01 The title of 01, builds on no other chapter"
    assert labels[2] == "03 The title of 03, builds on 01, 02"


def test_titles_and_addresses_are_escaped_and_long_ones_cut():
    graph = nx.DiGraph()
    graph.add_node("01")
    title = "Fish & chips <b> and a title that goes on and on and never comes to its end"
    text = drawing(graph, {"01": title}, {"01": 'a"b.html'})
    link = next(ElementTree.fromstring(text).iter("a"))
    assert link.get("href") == 'a"b.html' and title in link.get("aria-label")
    lines = [line.text for line in link.iter("tspan")]
    assert lines[:2] == ["01", "Fish & chips"] and len(lines) == 4 and lines[-1].endswith("…")

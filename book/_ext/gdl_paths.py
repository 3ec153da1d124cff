"""The order of the chapters, and the learning paths of `book/paths.yml`: minutes computed, promises kept.

A path is a list of sessions of equal length. A session reads chapters, whole or some of their sections, and assigns
exercises, one by one or all of a chapter:

    - name: one-day
      title: One day
      unit: Block
      minutes: 90
      sessions:
        - read: {"02": all, "04": [Play, Ask]}
          exercises: ["02", 04.reversal]
"""

from dataclasses import dataclass
from pathlib import Path as File

import networkx as nx
import yaml

DATA = "book/paths.yml"


class PlanError(ValueError):
    """Chapters or paths that contradict each other; the message says what to change."""


@dataclass(frozen=True)
class Session:
    """`read`: chapter -> the names of its sections, or "all"; `exercises`: names, or a chapter for all of its own."""

    read: dict
    exercises: tuple[str, ...] = ()


@dataclass(frozen=True)
class Path:
    """Sessions of `minutes` each; `unit` is what one is called."""

    name: str
    title: str
    unit: str
    minutes: int
    sessions: tuple[Session, ...]


def read_paths(root) -> dict[str, Path]:
    """The paths of the course at `root`, by name."""
    records = yaml.safe_load((File(root) / DATA).read_text("utf8"))
    return {record["name"]: _path(record) for record in records}


def _path(record):
    sessions = (Session(session["read"], tuple(session.get("exercises", ()))) for session in record["sessions"])
    return Path(**record | {"sessions": tuple(sessions)})


def order_of(plans) -> nx.DiGraph:
    """The chapters, with an edge from each to those that build on it. Raises `PlanError` for an impossible order."""
    graph = nx.DiGraph()
    graph.add_nodes_from(sorted(plans))
    for number, plan in plans.items():
        for before in plan.builds_on:
            if before not in plans:
                remedy = "add it to _toc.yml, or take the link out of the section Ask"
                raise PlanError(f"{plan.chapter.path}: builds on chapter {before}, which is not in the book: {remedy}")
            graph.add_edge(before, number)
    if not nx.is_directed_acyclic_graph(graph):
        circle = [start for start, _ in nx.find_cycle(graph)]
        chain = " -> ".join([*circle, circle[0]])
        raise PlanError(f"chapters build on each other in a circle: {chain}. Take one link out of a section Ask")
    return graph


def minutes_of(session, plans) -> tuple[int, int]:
    """(reading, exercises) of a session."""
    reading = sum(section.reading for number in session.read for section in sections_of(session, plans[number]))
    prompts = [plans[name[:2]].chapter.prompts[name] for name in exercises_of(session, plans)]
    return reading, sum(prompt.gdl["minutes"] for prompt in prompts)


def exercises_of(session, plans) -> list[str]:
    """The names of the exercises that a session assigns."""
    named = ([*plans[name].chapter.prompts] if name in plans else [name] for name in session.exercises)
    return [name for names in named for name in names]


def sections_of(session, plan):
    """The sections of a chapter that a session reads."""
    named = session.read[plan.number]
    return [section for section in plan.sections if named == "all" or section.short in named]


def check_path(path, plans) -> None:
    """Raise `PlanError` with everything that a path promises and does not keep."""
    faults = list(_faults(path, plans))
    if faults:
        raise PlanError("\n".join(f"{DATA}: path {path.name}, {fault}" for fault in faults))


def _faults(path, plans):
    known = set()  # the chapters met so far
    for n, session in enumerate(path.sessions, start=1):
        where, unknown = f"{path.unit.lower()} {n}", list(_unknown(session, plans))
        yield from (f"{where}: {fault}" for fault in unknown)
        if unknown:
            continue
        for number in session.read:
            yield from (
                f"{where}: chapter {number} builds on {before}, which has not been read"
                for before in plans[number].builds_on
                if before not in known
            )
            known.add(number)
        for name in exercises_of(session, plans):
            if name[:2] not in known:
                yield f"{where}: exercise {name} belongs to a chapter that has not been read"
        if (total := sum(minutes_of(session, plans))) > path.minutes:
            yield f"{where}: takes {total} minutes, more than its {path.minutes}"


def _unknown(session, plans):
    for number, named in session.read.items():
        if number not in plans:
            yield f"there is no chapter {number} in the book"
        elif named != "all":
            names = [section.short for section in plans[number].sections]
            wrong = [name for name in named if name not in names]
            yield from (f"chapter {number} has no section {name}; it has {', '.join(names)}" for name in wrong)
    for name in exercises_of(session, plans):
        if name[:2] not in plans or name not in plans[name[:2]].chapter.prompts:
            yield f"there is no exercise {name}"

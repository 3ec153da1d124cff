"""Checks of chapter 08, graphs. The bank `tests/exercises/answers/ch08.py` shows right and wrong answers to each."""

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from gdl_course.exercises.engine.checking import Check
from gdl_course.exercises.engine.inputs import array
from gdl_course.exercises.engine.properties import equivariant, holds

_CYCLES = [np.roll(np.arange(n), 1) for n in range(7)]  # renames i as i + 1; not its own inverse for n >= 3


def _cycle(A, *others):
    """The elements to test with: one renaming that is not its own inverse."""
    return [_CYCLES[len(A)]]


def _rows(p, X):
    moved = np.empty_like(X)
    moved[p] = X
    return moved


def _both(p, A):
    return _rows(p, _rows(p, A).T).T


@st.composite
def _graphs(draw, low=1, high=6):
    """Adjacency matrices of undirected graphs, 0 and 1, without loops."""
    n = draw(st.integers(low, high))
    chosen = draw(st.lists(st.booleans(), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2))
    A = np.zeros((n, n))
    A[np.triu_indices(n, 1)] = chosen
    return A + A.T


def _adjacency(G):
    return nx.to_numpy_array(G)


# 08.walks -------------------------------------------------------------------------------------------------------------

_PAW = _adjacency(nx.Graph([(0, 1), (0, 2), (1, 2), (0, 3)]))
_SQUARE = _PAW @ _PAW


def _two_rows(W):
    return W[[0, 3]]


# 08.relabel -----------------------------------------------------------------------------------------------------------


def _renamings():
    def arguments(n):
        return st.tuples(st.permutations(range(n)).map(np.array), array(n, n), array(n, 2))

    return st.integers(1, 5).flatmap(arguments)


def _relabelled(p, A, X):
    return _both(p, A), _rows(p, X)


def _edges_survive(f, p, A, X):
    B, Y = (np.asarray(part) for part in f(p, A, X))
    if B.shape != A.shape or Y.shape != X.shape:
        return f"expected arrays of shapes {A.shape} and {X.shape}; got {B.shape} and {Y.shape}"
    return True


# 08.gcn ---------------------------------------------------------------------------------------------------------------


def _gcn_arguments():
    weights = st.sampled_from([1.0, 0.5, 2.0])
    return _graphs(1, 5).flatmap(lambda A: st.tuples(weights.map(lambda w: w * A), array(len(A), 2), array(2, 2)))


def _propagated(left, right=None, loops=1.0, degrees_of_loops=True):
    """left(d) and right(d) scale the rows and the columns of A + loops I, where d are the degrees."""

    def layer(A, X, Theta):
        L = A + loops * np.eye(len(A))
        d = (L if degrees_of_loops else A).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            M = left(d)[:, None] * L * (1.0 if right is None else right(d))
            return M @ X @ Theta

    return layer


def _root(d):
    return d**-0.5


_GCN = _propagated(_root, _root)


# 08.colours -----------------------------------------------------------------------------------------------------------


def _refined(A, collect=sorted, rounds=None, own=True):
    """The pairs of nodes with one colour after `rounds` rounds; `collect` makes a value of the neighbours' colours."""
    colours = [0] * len(A)
    for _ in range(len(A) if rounds is None else rounds):
        seen = [(colours[i] * own, tuple(collect(colours[j] for j in np.flatnonzero(A[i])))) for i in range(len(A))]
        palette = {signature: k for k, signature in enumerate(sorted(set(seen)))}
        colours = [palette[signature] for signature in seen]
    return np.equal.outer(colours, colours)


def _orbits(A):
    """The pairs of nodes that some automorphism exchanges: finer than the colours."""
    G = nx.from_numpy_array(A)
    same = np.zeros(A.shape, dtype=bool)
    for automorphism in nx.isomorphism.GraphMatcher(G, G).isomorphisms_iter():
        same[list(automorphism), list(automorphism.values())] = True
    return same


_TWINS = _adjacency(nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(4)))
_LOLLIPOP = _adjacency(nx.lollipop_graph(3, 3))
_LIKE_WALKS = _adjacency(nx.Graph([(0, 3), (0, 4), (1, 3), (1, 4), (2, 3), (2, 4), (2, 5), (2, 6), (5, 6)]))
_LIKE_SUMS = _adjacency(nx.Graph([(0, 2), (1, 2), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5)]))
_UNEQUAL_STARS = _adjacency(nx.Graph([(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (5, 6), (6, 7), (6, 8)]))


# 08.blind -------------------------------------------------------------------------------------------------------------


def _graph_fault(A, name):
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not 1 <= len(A) <= 12:
        return f"{name} matrix must be square, with at most 12 nodes; got shape {A.shape}"
    if not np.isin(A, (0, 1)).all() or np.diag(A).any() or not np.array_equal(A, A.T):
        return f"{name} matrix must be symmetric, of zeros and ones, with zeros on the diagonal"
    if not nx.is_connected(nx.from_numpy_array(A)):
        return f"{name} graph is not connected: two triangles and a hexagon do not count this time"
    return None


def _blind(pair):
    if (not isinstance(pair, tuple) and np.ndim(pair) != 3) or len(pair) != 2:
        return "expected a pair of adjacency matrices"
    A, B = (np.asarray(part) for part in pair)
    fault = _graph_fault(A, "the first") or _graph_fault(B, "the second")
    if fault:
        return fault
    if len(A) != len(B):
        return f"the graphs have {len(A)} and {len(B)} nodes: counting nodes is enough to tell them apart"
    triangles = [int(round(np.trace(M @ M @ M))) // 6 for M in (A.astype(float), B.astype(float))]
    if (triangles[0] == 0) == (triangles[1] == 0):
        return f"they have {triangles[0]} and {triangles[1]} triangles: one graph needs some, the other none"
    union = np.block([[A, np.zeros_like(A)], [np.zeros_like(A), B]])
    n, colours = len(A), _refined(union).argmax(axis=1)
    if not np.array_equal(np.sort(colours[:n]), np.sort(colours[n:])):
        return "colour refinement tells them apart: start with graphs in which all nodes have equally many neighbours"
    return True


CHECKS = {
    "08.walks": Check(
        reference=_two_rows(np.eye(4) + 2 * _PAW + _SQUARE),
        slips={
            "an A² without its diagonal: two steps lead home once through each neighbour": _two_rows(
                np.eye(4) + 2 * _PAW + _SQUARE * (1 - np.eye(4))
            ),
            "weights by distance: nodes 1 and 2 are neighbours of node 0, and reached in two steps as well": _two_rows(
                np.eye(4) + 2 * _PAW + _SQUARE * (1 - _PAW)
            ),
            "I + A + A²: the coefficient of A is 2": _two_rows(np.eye(4) + _PAW + _SQUARE),
            "2A + A², without the identity": _two_rows(2 * _PAW + _SQUARE),
            "the squares of A's entries instead of A²": _two_rows(np.eye(4) + 2 * _PAW + _PAW**2),
        },
        praise="walks, not distances: they may turn round, and two ways to one node add up",
    ),
    "08.relabel": Check(
        reference=lambda p, A, X: _relabelled(p, A, X),
        inputs=_renamings(),
        examples=[(np.array([1, 2, 0]), np.array([[0.0, 1, 0], [0, 0, 2], [3, 0, 0]]), np.array([[1.0], [2], [3]]))],
        properties=[holds("a pair of the same shapes comes back", _edges_survive)],
        slips={
            "the inverse renaming: node i shall be called p[i], so `p` belongs on the left of the assignment": (
                lambda p, A, X: (A[np.ix_(p, p)], X[p])
            ),
            "A renamed by p, X by its inverse": lambda p, A, X: (_both(p, A), X[p]),
            "A renamed by the inverse of p, X by p": lambda p, A, X: (A[np.ix_(p, p)], _rows(p, X)),
            "only the rows of A renamed: senders have names, too": lambda p, A, X: (_rows(p, A), _rows(p, X)),
            "only the columns of A renamed: receivers have names, too": lambda p, A, X: (_rows(p, A.T).T, _rows(p, X)),
            "a transposed A: row i is what node i receives": lambda p, A, X: (_both(p, A).T, _rows(p, X)),
            "features left behind: X has a row for each node": lambda p, A, X: (_both(p, A), X),
            "an A left behind: the edges are between the same nodes, under their new names": (
                lambda p, A, X: (A, _rows(p, X))
            ),
        },
        praise="A' = PAPᵀ and X' = PX, with one p for both",
    ),
    "08.gcn": Check(
        reference=lambda A, X, Theta: _GCN(A, X, Theta),
        inputs=_gcn_arguments(),
        examples=[
            (_adjacency(nx.path_graph(3)), np.eye(3), np.eye(3)),
            (_adjacency(nx.empty_graph(2)), np.array([[1.0, 2], [3, 4]]), np.eye(2)),
        ],
        properties=[equivariant("renaming", _cycle, [_both, _rows, None], _rows, words="a {name} of the nodes by {g}")],
        slips={
            "no loops: a node hears itself, too, through A + I": _propagated(
                lambda d: np.where(d > 0, d, np.inf) ** -0.5, lambda d: np.where(d > 0, d, np.inf) ** -0.5, loops=0.0
            ),
            "the degrees of A where those of A + I are needed": _propagated(_root, _root, degrees_of_loops=False),
            "degrees of A that are kept from being 0, where those of A + I are needed": _propagated(
                lambda d: np.maximum(d, 1) ** -0.5, lambda d: np.maximum(d, 1) ** -0.5, degrees_of_loops=False
            ),
            "a mean over the neighbourhood: the degrees belong on both sides, as square roots": _propagated(
                lambda d: 1 / d
            ),
            "scaling on the right only, by one over the degree": _propagated(np.ones_like, lambda d: 1 / d),
            "one of the two factors D̃^(-1/2)": _propagated(_root),
            "a sum without degrees": _propagated(np.ones_like),
            "D̃^(-1) on both sides: the exponent is -1/2": _propagated(lambda d: 1 / d, lambda d: 1 / d),
            "D̃^(1/2) on both sides: the exponent is -1/2": _propagated(np.sqrt, np.sqrt),
            "the unrenormalised I + D^(-1/2) A D^(-1/2)": lambda A, X, Theta: (
                (
                    X
                    + _propagated(
                        lambda d: np.where(d > 0, d, np.inf) ** -0.5,
                        lambda d: np.where(d > 0, d, np.inf) ** -0.5,
                        loops=0.0,
                    )(A, X, np.eye(X.shape[1]))
                )
                @ Theta
            ),
        },
        praise="isolated nodes included: with its loop every node has a degree of at least 1",
    ),
    "08.colours": Check(
        reference=lambda A: _refined(A),
        inputs=st.tuples(_graphs(1, 6)),
        examples=[(_adjacency(nx.path_graph(3)),), (_TWINS,), (_LOLLIPOP,), (_UNEQUAL_STARS,)],
        traps=[(_adjacency(nx.path_graph(16)),), (_LIKE_WALKS,), (_LIKE_SUMS,)],
        slips={
            "a set of colours where a multiset is needed: how often matters": (
                lambda A: _refined(A, collect=lambda c: sorted(set(c)))
            ),
            "one round: these are the degrees, go on until nothing changes": lambda A: _refined(A, rounds=1),
            "two rounds: go on until nothing changes": lambda A: _refined(A, rounds=2),
            "no round at all: all nodes alike": lambda A: np.ones(A.shape, dtype=bool),
            "every node for itself: the numbers of nodes must not enter": lambda A: np.eye(len(A), dtype=bool),
            "the orbits of the automorphisms: refinement can be blind to a difference": lambda A: _orbits(A),
            "the opposite: true where the colours differ": lambda A: ~_refined(A),
        },
        praise="this is all that message passing, started from equal features, can ever tell apart",
    ),
    "08.blind": Check(
        properties=[holds("message passing cannot tell the two apart", _blind)],
        praise="connected, and still: no choice of weights sees the triangle",
    ),
}

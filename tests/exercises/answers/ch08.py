"""Right and wrong answers to the exercises of chapter 08."""

import networkx as nx
import numpy as np
from scipy import sparse

from gdl_course import groups

PAW = np.array([[0, 1, 1, 1], [1, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]])


# Rename the nodes -----------------------------------------------------------------------------------------------------


def relabel_by_matrix(p, A, X):
    P = np.eye(len(p))[np.argsort(p)]
    return P @ A @ P.T, P @ X


def relabel_by_argsort(p, A, X):
    back = np.argsort(p)
    return A[back][:, back], X[back]


def relabel_by_group(p, A, X):
    nodes = groups.symmetric(len(p)).permutation()
    g = tuple(int(i) for i in p)
    return (nodes**2).act(g, A), nodes.act(g, X.T).T


def relabel_by_loops(p, A, X):
    B, Y = np.zeros_like(A), np.zeros_like(X)
    for i in range(len(p)):
        Y[p[i]] = X[i]
        for j in range(len(p)):
            B[p[i], p[j]] = A[i, j]
    return [B, Y][0], [B, Y][1]


# The layer of Kipf and Welling ----------------------------------------------------------------------------------------


def gcn_by_diagonals(A, X, Theta):
    L = A + np.eye(len(A))
    D = np.diag(1 / np.sqrt(L.sum(1)))
    return D @ L @ D @ X @ Theta


def gcn_by_loops(A, X, Theta):
    n, d = len(A), A.sum(1) + 1
    y = np.zeros_like(X)
    for i in range(n):
        y[i] = X[i] / d[i]
        for j in range(n):
            y[i] += A[i, j] * X[j] / np.sqrt(d[i] * d[j])
    return y @ Theta


def gcn_by_sparse(A, X, Theta):
    L = sparse.csr_array(A) + sparse.eye_array(len(A))
    D = sparse.diags_array(np.asarray(L.sum(axis=1)) ** -0.5)
    return (D @ L @ D) @ (X @ Theta)


def without_degree(d):
    return np.where(d > 0, d, 1) ** -0.5 * (d > 0)


def gcn_scaled(left, right, loops=1.0):
    def layer(A, X, Theta):
        L = A + loops * np.eye(len(A))
        d = L.sum(1)
        return (left(d)[:, None] * L * right(d)) @ X @ Theta

    return layer


def gcn_degrees_of_A(A, X, Theta):
    d = np.maximum(A.sum(1), 1) ** -0.5
    return d[:, None] * ((A + np.eye(len(A))) @ (d[:, None] * X)) @ Theta


def gcn_by_number(A, X, Theta):
    return gcn_by_diagonals(A, X * np.arange(1, len(A) + 1)[:, None], Theta)


# Colour refinement ----------------------------------------------------------------------------------------------------


def colours_by_strings(A):
    colours = ["o"] * len(A)
    while True:
        longer = [c + "(" + ",".join(sorted(colours[j] for j in np.flatnonzero(a))) + ")" for c, a in zip(colours, A)]
        if len(set(longer)) == len(set(colours)):
            return [[a == b for b in colours] for a in colours]
        names = {s: str(k) for k, s in enumerate(sorted(set(longer)))}
        colours = [names[s] for s in longer]


def colours_by_random_numbers(A):
    """Random functions of colours: multisets collide with probability zero."""
    h = np.ones(len(A))
    for _ in range(len(A)):
        _, palette = np.unique(h.round(9), return_inverse=True)
        h = np.random.default_rng(0).random(len(A) + 1)[palette] * np.pi
        h = h + A @ np.random.default_rng(1).random(len(A) + 1)[palette]
    return np.isclose(h[:, None], h[None], rtol=0, atol=1e-7)


def refined(A, collect, rounds=None):
    colours = [0] * len(A)
    for _ in range(len(A) if rounds is None else rounds):
        seen = [(colours[i], *collect([colours[j] for j in np.flatnonzero(A[i])])) for i in range(len(A))]
        palette = {s: k for k, s in enumerate(sorted(set(seen)))}
        colours = [palette[s] for s in seen]
    return np.equal.outer(colours, colours)


def degrees_only(A):
    d = A.sum(1)
    return d[:, None] == d[None]


# Its blind spot -------------------------------------------------------------------------------------------------------


def pair(*graphs_):
    return lambda: tuple(nx.to_numpy_array(G) for G in graphs_)


PRISM, CAMPS = nx.circular_ladder_graph(3), nx.complete_bipartite_graph(3, 3)
WITH_LOOP = nx.Graph([*PRISM.edges, (0, 0)])

RIGHT = {
    "08.walks": [[[4, 3, 3, 2], [2, 1, 1, 2]], lambda: (np.eye(4) + 2 * PAW + PAW @ PAW)[[0, 3]]],
    "08.relabel": [relabel_by_matrix, relabel_by_argsort, relabel_by_group, relabel_by_loops],
    "08.gcn": [gcn_by_diagonals, gcn_by_loops, gcn_by_sparse],
    "08.colours": [colours_by_strings, colours_by_random_numbers],
    "08.blind": [
        pair(PRISM, CAMPS),
        pair(nx.circulant_graph(11, [1, 2]), nx.circulant_graph(11, [1, 3])),
        lambda: [nx.to_numpy_array(G).astype(int) for G in (CAMPS, PRISM)],
    ],
}

WRONG = {
    "08.walks": [
        ([[1, 3, 3, 2], [2, 1, 1, 1]], "without its diagonal"),
        ([[4, 2, 2, 2], [2, 1, 1, 2]], "weights by distance"),
        ((np.eye(4) + PAW + PAW @ PAW)[[0, 3]], "the coefficient of A is 2"),
        ((2 * PAW + PAW @ PAW)[[0, 3]], "without the identity"),
        ([[1, 3, 3, 3], [3, 0, 0, 1]], "the squares of A's entries"),
        ([4, 3, 3, 2], "shape"),
        ([[4, 3, 3, 2], [2, 2, 2, 2]], "got"),
        (lambda: undefined, "NameError"),  # noqa: F821
    ],
    "08.relabel": [
        (lambda p, A, X: (A[np.ix_(p, p)], X[p]), "looks like the inverse renaming"),
        (lambda p, A, X: (A[np.ix_(p, p)], X), "smallest failing input"),
        (lambda p, A, X: (relabel_by_loops(p, A, X)[0], X[p]), "X by its inverse"),
        (lambda p, A, X: (A[p][:, p], relabel_by_loops(p, A, X)[1]), "A renamed by the inverse of p"),
        (lambda p, A, X: (A[np.argsort(p)], X[np.argsort(p)]), "only the rows of A"),
        (lambda p, A, X: (A[:, np.argsort(p)], X[np.argsort(p)]), "only the columns of A"),
        (lambda p, A, X: (relabel_by_loops(p, A, X)[0].T, X[np.argsort(p)]), "looks like a transposed A"),
        (lambda p, A, X: (relabel_by_loops(p, A, X)[0], X), "features left behind"),
        (lambda p, A, X: (A, X[np.argsort(p)]), "looks like an A left behind"),
        (lambda p, A, X: relabel_by_loops(p, A, X)[0], "expected"),
        (lambda p, A: A, "takes"),
    ],
    "08.gcn": [
        (gcn_scaled(without_degree, without_degree, loops=0.0), "looks like no loops"),
        (gcn_degrees_of_A, "kept from being 0"),
        (gcn_scaled(lambda d: 1 / d, np.ones_like), "looks like a mean over the neighbourhood"),
        (gcn_scaled(np.ones_like, lambda d: 1 / d), "scaling on the right only"),
        (gcn_scaled(lambda d: d**-0.5, np.ones_like), "one of the two factors"),
        (gcn_scaled(np.ones_like, np.ones_like), "looks like a sum without degrees"),
        (gcn_scaled(lambda d: 1 / d, lambda d: 1 / d), "D̃^(-1) on both sides"),
        (gcn_scaled(np.sqrt, np.sqrt), "D̃^(1/2) on both sides"),
        (lambda A, X, T: X @ T + gcn_scaled(without_degree, without_degree, 0.0)(A, X, T), "unrenormalised"),
        (gcn_by_number, "not equivariant under a renaming"),
        (lambda A, X, Theta: gcn_by_loops(A, X, Theta.T), "smallest failing input"),
        (lambda A, X, Theta: gcn_by_loops(A, X, Theta).T, "smallest failing input"),
        (lambda A, X: X, "takes"),
    ],
    "08.colours": [
        (lambda A: refined(A, lambda c: sorted(set(c))), "looks like a set of colours"),
        (degrees_only, "looks like one round"),
        (lambda A: refined(A, sorted, rounds=2), "looks like two rounds"),
        (lambda A: np.ones(A.shape, bool), "looks like no round"),
        (lambda A: np.eye(len(A)) > 0, "every node for itself"),
        (lambda A: ~refined(A, sorted), "looks like the opposite"),
        (lambda A: refined(A, sorted)[0], "shape"),
        (lambda A: A > 0, "smallest failing input"),
    ],
    "08.blind": [
        (pair(nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(3)), nx.cycle_graph(6)), "is not connected"),
        (pair(PRISM, PRISM), "one graph needs some, the other none"),
        (pair(nx.cycle_graph(3), nx.cycle_graph(4)), "counting nodes is enough"),
        (pair(nx.lollipop_graph(3, 3), nx.path_graph(6)), "colour refinement tells them apart"),
        (pair(nx.circulant_graph(13, [1, 2]), nx.circulant_graph(13, [1, 5])), "at most 12 nodes"),
        (pair(WITH_LOOP, CAMPS), "zeros on the diagonal"),
        (lambda: nx.to_numpy_array(PRISM), "expected a pair"),
    ],
}

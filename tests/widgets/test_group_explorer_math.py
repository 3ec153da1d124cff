"""The group explorer computes in JavaScript what the package computes in Python, for every group on offer."""

import numpy as np
import pytest
from javascript import javascript

from gdl_course import groups
from gdl_course.widgets.group_explorer.widget import CATALOGUE, GroupExplorer

EVERY_GROUP = pytest.mark.parametrize("name", CATALOGUE)
PLANAR = [name for name in CATALOGUE if name[0] in "CD"]


def call(function, *arguments, module="group_explorer/math.js"):
    """What one function of a JavaScript module returns."""
    return javascript(module, [(function, arguments)])[0]


@pytest.fixture(scope="module")
def group_of():
    """group_of(name) -> (the package's group, what the JavaScript makes of its series)."""
    computed = each("groupOf", {name: [entry.series] for name, entry in CATALOGUE.items()})
    return lambda name: (CATALOGUE[name].group, computed[name])


@pytest.fixture(scope="module")
def subgroups(group_of):
    """subgroups(name) -> some subgroups: [(generators, H, left cosets, right cosets, whether H is normal), ...]."""
    rng, known = np.random.default_rng(3), {}
    for name, entry in CATALOGUE.items():
        known |= {(name, tuple(gens)): group_of(name)[1]["table"] for gens in some_subgroups(entry.group.order, rng)}
    closures = each("closure", {key: [table, key[1]] for key, table in known.items()})
    left = each("cosetsOf", {key: [known[key], H, "left"] for key, H in closures.items()})
    right = each("cosetsOf", {key: [known[key], H, "right"] for key, H in closures.items()})
    normal = each("isNormal", {key: [known[key], H] for key, H in closures.items()})
    return lambda group: [
        (generators, H, left[group, generators], right[group, generators], normal[group, generators])
        for (name, generators), H in closures.items()
        if name == group
    ]


@pytest.fixture(scope="module")
def graph_of(group_of):
    """graph_of(name) -> the places of the Cayley graph's nodes, and its edges as pairs of nodes."""
    arrows = {name: [entry.elements.index(arrow) for arrow in entry.arrows] for name, entry in CATALOGUE.items()}
    places = each("graphPlaces", {name: [group_of(name)[1], arrows[name]] for name in CATALOGUE})

    def graph(name):
        table = group_of(name)[1]["table"]
        edges = {tuple(sorted((x, table[a][x]))) for a in arrows[name] for x in range(len(table))}
        return np.array(places[name]), sorted(edges)

    return graph


def each(function, arguments):
    """What a function of the JavaScript returns for each of the argument lists, by the same keys."""
    results = javascript("group_explorer/math.js", [(function, a) for a in arguments.values()])
    return dict(zip(arguments, results, strict=True))


def some_subgroups(order, rng):
    """Generators of subgroups: the trivial one, the cyclic ones, some with two generators, the whole group."""
    pairs = [sorted(rng.choice(order, size=2, replace=False).tolist()) for _ in range(6)]
    return [[0], *([g] for g in range(order)), *pairs, list(range(order))]


def numbers_of(cosets):
    """The number of each element's coset."""
    return np.array([next(k for k, coset in enumerate(cosets) if g in coset) for g in range(sum(map(len, cosets)))])


# ---- the group ----


@EVERY_GROUP
def test_the_elements_are_those_of_the_package_in_the_order_of_the_traits(name, group_of):
    G, ours = group_of(name)
    assert [tuple(g) for g in ours["elements"]] == list(CATALOGUE[name].elements)
    assert set(CATALOGUE[name].elements) == set(G.elements)
    assert len(ours["elements"]) == G.order


@EVERY_GROUP
def test_the_table_has_gh_in_row_g_and_column_h(name, group_of):
    G, ours = group_of(name)
    elements = CATALOGUE[name].elements
    expected = [[elements.index(G.compose(g, h)) for h in elements] for g in elements]
    assert ours["table"] == expected
    transposed = np.transpose(expected).tolist()
    assert (ours["table"] == transposed) == G.is_abelian  # the test tells gh from hg where they differ


@EVERY_GROUP
def test_inverses_and_orders(name, group_of):
    G, ours = group_of(name)
    elements = CATALOGUE[name].elements
    assert [elements[i] for i in ours["inverses"]] == [G.inverse(g) for g in elements]
    assert ours["orders"] == [groups.finite([g], name="powers").order for g in elements]


@EVERY_GROUP
def test_what_commutes_and_the_centre(name, group_of):
    G, ours = group_of(name)
    elements = CATALOGUE[name].elements
    commuting = [[k for k, h in enumerate(elements) if G.compose(g, h) == G.compose(h, g)] for g in elements]
    calls = [("commutingWith", [ours["table"], g]) for g in range(G.order)]
    assert javascript("group_explorer/math.js", calls) == commuting
    assert call("centre", ours["table"]) == [g for g, row in enumerate(commuting) if len(row) == G.order]


def test_the_names_of_dihedral_elements_are_their_products():
    entry = CATALOGUE["D5"]
    G, (r, s) = entry.group, entry.group.generators
    rrs = G.compose(r, G.compose(r, s))
    assert entry.names[entry.elements.index(rrs)] == "r²s"


def test_the_names_of_permutations_are_their_cycles():
    for g, name in zip(CATALOGUE["S4"].elements, CATALOGUE["S4"].names, strict=True):
        images = list(range(4))
        for cycle in [] if name == "e" else name.strip("()").split(")("):
            for point, image in zip(cycle, cycle[1:] + cycle[0], strict=True):
                images[int(point)] = int(image)
        assert tuple(images) == g


def test_the_names_of_the_quaternions_multiply_as_hamilton_says():
    entry = CATALOGUE["Q8"]
    called = dict(zip(entry.names, entry.elements, strict=True))
    for product in ["i j k", "j k i", "k i j", "j i −k", "i i −1", "k k −1"]:
        g, h, gh = product.split()
        assert entry.group.compose(called[g], called[h]) == called[gh]


def test_the_triangle_and_three_tokens_have_one_table(group_of):
    assert group_of("D3")[1]["table"] == group_of("S3")[1]["table"] != group_of("C6")[1]["table"]


# ---- subgroups ----


@EVERY_GROUP
def test_subgroups_and_cosets(name, subgroups):
    G, elements = CATALOGUE[name].group, CATALOGUE[name].elements
    for generators, H, left, right, _ in subgroups(name):
        subgroup = groups.finite([elements[g] for g in generators], name="H").elements
        assert {elements[h] for h in H} == set(subgroup)
        for g in range(G.order):
            gH = {elements.index(G.compose(elements[g], h)) for h in subgroup}
            Hg = {elements.index(G.compose(h, elements[g])) for h in subgroup}
            assert [set(coset) for coset in left if g in coset] == [gH]
            assert [set(coset) for coset in right if g in coset] == [Hg]
        assert left[0] == right[0] == H and len(H) * len(left) == len(H) * len(right) == G.order


@EVERY_GROUP
def test_a_subgroup_is_normal_exactly_when_each_block_of_the_table_holds_one_letter(name, group_of, subgroups):
    G, ours = group_of(name)
    table = np.array(ours["table"])
    verdicts = []
    for _, _, left, right, normal in subgroups(name):
        assert normal == (sorted(map(sorted, left)) == sorted(map(sorted, right)))
        for cosets in (left, right):
            letters = numbers_of(cosets)[table]
            blocks = [letters[np.ix_(a, b)] for a in cosets for b in cosets]
            assert normal == all(len(np.unique(block)) == 1 for block in blocks)
        verdicts.append(normal)
    assert all(verdicts) == (G.is_abelian or name == "Q8")  # so both kinds were met


def test_the_cosets_of_the_klein_group_multiply_like_s3(group_of):
    """The third step to try promises it."""
    table = np.array(group_of("S4")[1]["table"])
    cosets = call("cosetsOf", table.tolist(), call("closure", table.tolist(), [1, 2]), "left")
    numbers = np.array(call("cosetNumbers", cosets))
    np.testing.assert_array_equal(numbers, numbers_of(cosets))
    quotient = numbers[table[np.ix_([c[0] for c in cosets], [c[0] for c in cosets])]]
    assert len(cosets) == 6 and quotient.tolist() == group_of("S3")[1]["table"]


# ---- matrices ----


@EVERY_GROUP
def test_permutation_matrices(name, group_of):
    G, rho = CATALOGUE[name].group, CATALOGUE[name].group.permutation()
    matrices = javascript("group_explorer/math.js", [("permutationMatrix", [g]) for g in CATALOGUE[name].elements])
    for g, matrix in zip(CATALOGUE[name].elements, matrices, strict=True):
        x = np.arange(1, G.degree + 1)
        np.testing.assert_array_equal(np.array(matrix) @ x, rho.act(g, x))


@pytest.mark.parametrize("name", PLANAR)
def test_plane_matrices(name):
    rho = CATALOGUE[name].group.vector()
    matrices = javascript("group_explorer/math.js", [("planeMatrix", [g]) for g in CATALOGUE[name].elements])
    for g, matrix in zip(CATALOGUE[name].elements, matrices, strict=True):
        np.testing.assert_allclose(matrix, rho.act(g, np.eye(2)).T, atol=1e-12)


@pytest.mark.parametrize("name", PLANAR)
def test_the_plane_matrix_moves_the_corners_as_the_permutation_does(name):
    entry = CATALOGUE[name]
    places = np.array(call("shapePlaces", entry.shape, entry.group.degree)) * [1, -1]  # y upwards
    matrices = javascript("group_explorer/math.js", [("planeMatrix", [g]) for g in entry.elements])
    for g, matrix in zip(entry.elements, matrices, strict=True):
        np.testing.assert_allclose(places @ np.transpose(matrix), places[list(g)], atol=1e-12)


# ---- pictures ----


def left_of(p, q, r):
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def cross(p, q, r, s):
    return left_of(p, q, r) * left_of(p, q, s) < 0 and left_of(r, s, p) * left_of(r, s, q) < 0


def crossings(places, edges):
    pairs = [(a, b) for i, a in enumerate(edges) for b in edges[:i] if not set(a) & set(b)]
    return sum(cross(places[a[0]], places[a[1]], places[b[0]], places[b[1]]) for a, b in pairs)


@EVERY_GROUP
def test_the_nodes_of_the_graph_keep_their_distance(name, graph_of):
    places, _ = graph_of(name)
    assert places.shape == (CATALOGUE[name].group.order, 2)
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1) + 1000 * np.eye(len(places))
    assert distances.min() > 2 * (19 if len(places) > 12 else 22)  # the radius of a node


@EVERY_GROUP
def test_the_graph_is_drawn_without_crossings_unless_it_is_that_of_the_quaternions(name, graph_of):
    assert (crossings(*graph_of(name)) == 0) == (name != "Q8")


@EVERY_GROUP
def test_the_arrows_reach_every_element(name):
    assert groups.finite(CATALOGUE[name].arrows, name="drawn").order == CATALOGUE[name].group.order


# ---- words ----


def words(function, *arguments):
    return call(function, *arguments, module="group_explorer/words.js")


def verdict(ours, **state):
    widget = GroupExplorer(**state)
    return words("verdictOf", ours, widget.names, widget.state)


@EVERY_GROUP
def test_the_verdict_says_whether_g_and_h_commute(name, group_of):
    G, ours = group_of(name)
    elements, names = CATALOGUE[name].elements, CATALOGUE[name].names
    pairs = np.random.default_rng(5).integers(G.order, size=(12, 2)).tolist()
    states = [GroupExplorer(group=name, element=g, other=h).state for g, h in pairs]
    verdicts = javascript("group_explorer/words.js", [("verdictOf", [ours, names, state]) for state in states])
    for (g, h), said in zip(pairs, verdicts, strict=True):
        gh, hg = G.compose(elements[g], elements[h]), G.compose(elements[h], elements[g])
        assert said["status"] == ("yes" if gh == hg else "no")
        assert said["headline"].endswith(f"{names[elements.index(gh)]}.")


def test_the_verdict_on_one_element(group_of):
    D4 = group_of("D4")[1]
    quarter, half = (verdict(D4, element=g, other=-1) for g in (1, 2))
    assert quarter["headline"] == "r commutes with 4 of 8 elements." and quarter["status"] == "partly"
    assert quarter["detail"] == "Its order is 4, its inverse r³. The centre is {e, r²}."
    assert half["headline"] == "r² commutes with everything." and half["status"] == "yes"


def test_the_verdict_on_a_subgroup(group_of):
    D4 = group_of("D4")[1]
    assert "normal. Each block" in verdict(D4, generators=[2])["why"]
    assert "not normal" in verdict(D4, generators=[4])["why"]
    assert "one coset" in verdict(D4, generators=[1, 4])["why"]


def test_the_three_steps_show_what_they_promise(group_of):
    steps = javascript("group_explorer/words.js", [("STEPS", [])])[0]
    said = [verdict(group_of(step["state"]["group"])[1], **step["state"]) for step in steps]
    assert said[0]["status"] == "no" and "gh = rs" in said[0]["headline"] and "hg = r³s" in said[0]["detail"]
    for step, normal in zip(steps[1:], (False, True), strict=True):
        widget = GroupExplorer(**step["state"])
        order, index = widget.subgroup.order, len(widget.cosets)
        assert step["expect"].startswith(f"{order * index} = {order} × {index}")
        widget.side, left = "right", sorted(widget.cosets)
        assert (sorted(widget.cosets) == left) == normal


def test_lagrange_in_words(group_of):
    names, D4 = CATALOGUE["D4"].names, group_of("D4")[1]
    subgroup = words("subgroupOf", D4, names, GroupExplorer(generators=[2]).state)
    assert words("lagrangeText", 8, names, subgroup) == "H = ⟨r²⟩ = {e, r²}: 8 = 2 × 4."


@pytest.mark.parametrize(
    ("name", "element", "said"),
    [
        ("C5", 2, "turns by 144°"),
        ("D4", 5, "mirrors in the line at 45°"),
        ("D3", 3, "mirrors in the line at 0°"),
        ("S3", 3, "sends 0→1, 1→0"),
        ("Q8", 4, "multiplies by j from the left"),
        ("A4", 0, "moves nothing"),
    ],
)
def test_moves_in_words(name, element, said):
    entry = CATALOGUE[name]
    assert words("moveText", entry.shape, entry.elements[element], entry.names[element]) == said

"""The melting matrix: its JavaScript against the Python package, at every step of every chain of subgroups."""

import json
import subprocess

import numpy as np
import pytest
import traitlets
from javascript import javascript, node

from gdl_course import kernels, linear_maps, project
from gdl_course.widgets.melting.widget import CHAINS, MeltingMatrix

SEEDS = [1, 20_261_121]
EVERY_CHAIN = pytest.mark.parametrize("name", CHAINS)


def call(module, name, *arguments):
    """What one function of a JavaScript module returns."""
    return javascript(module, [(name, arguments)])[0]


@pytest.fixture(scope="module")
def melted():
    """melted(name, seed) -> the stages that the JavaScript computes."""
    known = {}

    def stages(name, seed):
        if (name, seed) not in known:
            n, generators = CHAINS[name].group.degree, CHAINS[name].generators
            W = call("melting/math.js", "randomMatrix", n, seed)
            known[name, seed] = call("melting/math.js", "melt", W, generators, n)
        return known[name, seed]

    return stages


def same_partition(a, b):
    """Whether two labellings of the same things differ only in the names of the labels."""
    pairs = set(zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True))
    return len(pairs) == len(np.unique(a)) == len(np.unique(b))


@EVERY_CHAIN
def test_chain_ends_at_the_whole_group(name):
    chain = CHAINS[name]
    assert set(chain.subgroup(chain.steps).elements) == set(chain.group.elements)


@EVERY_CHAIN
@pytest.mark.parametrize("seed", SEEDS)
def test_every_stage_has_as_many_numbers_as_linear_maps_has_dimensions(name, seed, melted):
    for step, stage in enumerate(melted(name, seed)):
        subgroup = CHAINS[name].subgroup(step)
        rho = subgroup.permutation()
        assert (stage["order"], stage["parameters"]) == (subgroup.order, linear_maps(rho, rho).dimension)


@EVERY_CHAIN
def test_every_step_leaves_fewer_numbers(name, melted):
    counts = [stage["parameters"] for stage in melted(name, 1)]
    assert counts[0] == CHAINS[name].group.degree ** 2
    assert all(after < before for before, after in zip(counts, counts[1:], strict=False))


def test_final_counts_are_those_of_the_named_layers(melted):
    assert {name: melted(name, 1)[-1]["parameters"] for name in CHAINS} == {"C8": 8, "S6": 2, "Z4xZ4": 16, "p4": 6}


@EVERY_CHAIN
@pytest.mark.parametrize("seed", SEEDS)
def test_last_average_is_project(name, seed, melted):
    rho = CHAINS[name].group.permutation()
    W = MeltingMatrix(group=name, step=0, seed=seed).matrix
    np.testing.assert_allclose(
        np.reshape(melted(name, seed)[-1]["matrix"], W.shape), project(W, rho, rho), atol=1e-14, rtol=0
    )


@EVERY_CHAIN
def test_average_of_the_python_class_is_that_of_the_page(name, melted):
    for step, stage in enumerate(melted(name, 1)):
        widget = MeltingMatrix(group=name, step=step)
        np.testing.assert_allclose(widget.average.ravel(), stage["matrix"], atol=1e-14, rtol=0)
        assert widget.dimension == stage["parameters"]


@EVERY_CHAIN
def test_orbits_are_those_of_linear_maps(name, melted):
    for step, stage in enumerate(melted(name, 1)):
        rho = CHAINS[name].subgroup(step).permutation()
        assert same_partition(stage["orbits"], linear_maps(rho, rho).orbits)


@EVERY_CHAIN
def test_equal_numbers_are_exactly_the_orbits(name, melted):
    for stage in melted(name, 1):
        assert same_partition(stage["orbits"], np.round(stage["matrix"], 9))


@EVERY_CHAIN
def test_orbits_of_column_0_have_the_first_letters(name, melted):
    """So the kernel's letters are the matrix's, from a on; a transitive group has no others."""
    orbits = np.reshape(melted(name, 1)[-1]["orbits"], (CHAINS[name].group.degree, -1))
    assert sorted(set(orbits[:, 0].tolist())) == list(range(orbits.max() + 1))


@EVERY_CHAIN
def test_only_the_whole_average_commutes_with_the_group(name, melted):
    *early, last = melted(name, 1)
    order = CHAINS[name].group.order
    assert last["error"] < 1e-15 and last["commuting"] == order
    assert all(stage["error"] > 0.1 and stage["commuting"] < order for stage in early)


def test_commutator_is_that_of_the_permutation_matrices():
    rng = np.random.default_rng(5)
    group = CHAINS["S6"].group
    rho = group.permutation()
    for _ in range(10):
        g, W = group.random_non_involution(rng), rng.normal(size=(6, 6))
        there = call("melting/math.js", "commutator", W.ravel().tolist(), g, 6)
        assert there == pytest.approx(np.linalg.norm(W @ rho(g) - rho(g) @ W), rel=1e-12)


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_random_matrix_is_the_same_in_both_languages(seed):
    there = call("melting/math.js", "randomMatrix", 6, seed)
    np.testing.assert_array_equal(MeltingMatrix(group="S6", step=0, seed=seed).matrix.ravel(), there)


def test_distinct_values_are_counted_up_to_the_tolerance():
    assert call("melting/math.js", "distinctValues", [3, 1, 1 + 1e-12, 3 - 1e-12, -1]) == 3


def test_melted_circle_is_a_circulant():
    W = MeltingMatrix(group="C8").average
    np.testing.assert_allclose(W, kernels.circulant(W[:, 0]), atol=1e-15, rtol=0)


def test_melted_set_is_a_deep_sets_layer():
    W = MeltingMatrix(group="S6", step=5).average
    np.testing.assert_allclose(W, W[0, 0] * np.eye(6) + W[1, 0] * (1 - np.eye(6)), atol=1e-15, rtol=0)


@pytest.mark.parametrize(("name", "step"), [("Z4xZ4", 4), ("p4", 6)])
def test_melted_torus_is_the_convolution_with_its_column_0(name, step):
    W = MeltingMatrix(group=name, step=step).average
    x = np.random.default_rng(3).normal(size=(4, 4))
    kernel = W[:, 0].reshape(4, 4)
    convolved = np.fft.ifft2(np.fft.fft2(kernel) * np.fft.fft2(x)).real
    np.testing.assert_allclose((W @ x.ravel()).reshape(4, 4), convolved, atol=1e-14, rtol=0)


def test_kernel_of_the_turning_torus_is_the_same_after_a_quarter_turn():
    kernel = MeltingMatrix(group="p4", step=6).average[:, 0].reshape(4, 4)
    about_pixel_0 = np.roll(np.rot90(kernel), 1, axis=0)
    np.testing.assert_allclose(about_pixel_0, kernel, atol=1e-15, rtol=0)
    plain = MeltingMatrix(group="Z4xZ4", step=4).average[:, 0].reshape(4, 4)
    assert np.abs(np.roll(np.rot90(plain), 1, axis=0) - plain).max() > 0.1


def test_step_beyond_the_last_is_refused():
    with pytest.raises(traitlets.TraitError, match="group C8 has the steps 0 to 3; got step = 4"):
        MeltingMatrix(group="C8", step=4)


def test_unknown_group_is_refused():
    with pytest.raises(traitlets.TraitError, match="C8"):
        MeltingMatrix(group="C9")


def test_change_of_group_keeps_the_step_within_the_chain():
    widget = MeltingMatrix(group="p4", step=6)
    widget.group = "C8"
    assert widget.step == 3


@EVERY_CHAIN
def test_verdict_speaks_of_the_whole_group_only_at_the_end(name, melted):
    chain, stages, group = CHAINS[name].front_end(), melted(name, 1), CHAINS[name].group
    verdicts = [call("melting/words.js", "verdictOf", chain, stages, step) for step in range(len(stages))]
    assert [v["status"] for v in verdicts] == ["no"] + ["partly"] * (len(verdicts) - 2) + ["yes"]
    count = linear_maps(group.permutation(), group.permutation()).dimension
    promised = (
        f"After {group.order} of {group.order} elements: {count} free parameters instead of {group.degree**2}; error"
    )
    assert verdicts[-1]["detail"].startswith(promised)
    assert verdicts[-1]["why"].startswith(chain["result"])


def test_picture_without_scripts_says_what_it_shows():
    svg, alt = MeltingMatrix(group="S6", step=5).fallback_svg()
    assert svg.count("<rect") == 1 + 2 * 36
    assert alt.endswith("average over 720 of the 720 elements of S6, which has 2 different numbers.")


def test_module_is_one_standard_es_module_below_200_kB(tmp_path):
    """It is imported with nothing beside it, as Jupyter does."""
    module = tmp_path / "melting.mjs"
    module.write_text(str(MeltingMatrix._esm), "utf-8")
    assert module.stat().st_size < 200_000
    code = f"const m = await import({json.dumps(module.as_uri())}); console.log(typeof m.default.render);"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "function\n", done.stderr

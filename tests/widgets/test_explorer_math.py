"""The Equivariance Explorer computes in JavaScript what the package computes in Python, and says what is true."""

import subprocess

import numpy as np
import pytest
from javascript import javascript, node

from gdl_course import equivariance_error, groups, kernels
from gdl_course.widgets import EquivarianceExplorer
from gdl_course.widgets.explorer.widget import dense_weights
from gdl_course.widgets.shared.random_numbers import random_permutation

EXACT = {"rtol": 1e-12, "atol": 1e-11}
EDGE = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
BLUR = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
BLANK = [[0] * 8] * 8


def squares(states):
    """The commuting square of each state, by explorer_math.js."""
    return javascript("explorer/math.js", [("commutingSquare", [state]) for state in states])


def square(**changes):
    return squares([EquivarianceExplorer(**changes).state])[0]


def random_state(rng, **changes):
    state = {
        "pixels": rng.integers(-9, 10, (8, 8)).tolist(),
        "transform": str(rng.choice(["shift", "turn", "mirror", "shuffle"])),
        "dx": int(rng.integers(-7, 8)),
        "dy": int(rng.integers(-7, 8)),
        "layer": str(rng.choice(["conv", "conv", "dense", "relu", "max-pool", "mean"])),
        "kernel": rng.normal(size=(3, 3)).tolist(),
        "padding": str(rng.choice(["wrap", "zero"])),
        "stride": int(rng.integers(1, 3)),
        "seed": int(rng.integers(2**31)),
    }
    return state | changes


def pixel(row, column, value=1):
    return [[value * ((r, c) == (row, column)) for c in range(8)] for r in range(8)]


@pytest.fixture
def rng():
    return np.random.default_rng(20)


# ---- the group ----


def moved(states):
    return [np.reshape(result["gx"], (8, 8)) for result in squares(states)]


def test_shift_is_the_action_of_the_translations(rng):
    rho = groups.translations(8, 8).permutation()
    states = [random_state(rng, transform="shift") for _ in range(8)]
    for state, gx in zip(states, moved(states), strict=True):
        g = tuple((r + state["dy"]) % 8 * 8 + (c + state["dx"]) % 8 for r in range(8) for c in range(8))
        np.testing.assert_array_equal(gx, rho.act(g, np.array(state["pixels"])))


def test_turn_is_the_generator_of_c4_on_the_grid(rng):
    C4 = groups.cyclic(4)
    state = random_state(rng, transform="turn")
    np.testing.assert_array_equal(moved([state])[0], C4.on_grid(8, 8).act(C4.generators[0], np.array(state["pixels"])))


def test_mirror_is_a_reflection_of_d4_on_the_grid(rng):
    state = random_state(rng, transform="mirror")
    left_right = (2, 1, 0, 3)  # of the vertices of the square
    np.testing.assert_array_equal(
        moved([state])[0], groups.dihedral(4).on_grid(8, 8).act(left_right, np.array(state["pixels"]))
    )


def test_shuffle_is_the_action_of_s64(rng):
    states = [random_state(rng, transform="shuffle") for _ in range(3)]
    for state, gx in zip(states, moved(states), strict=True):
        g = tuple(random_permutation(64, state["seed"]).tolist())
        expected = groups.symmetric(64).permutation().act(g, np.ravel(state["pixels"]))
        np.testing.assert_array_equal(gx.ravel(), expected)


@pytest.mark.parametrize("layer", [{"layer": "max-pool"}, {"layer": "conv", "stride": 2}])
def test_an_even_shift_acts_on_the_coarse_grid_as_a_translation(rng, layer):
    state = random_state(rng, transform="shift", dx=6, dy=-2, **layer)
    result = squares([state])[0]
    g = tuple((r - 1) % 4 * 4 + (c + 3) % 4 for r in range(4) for c in range(4))
    expected = groups.translations(4, 4).permutation().act(g, np.reshape(result["fx"], (4, 4)))
    np.testing.assert_array_equal(np.reshape(result["gfx"], (4, 4)), expected)
    assert result["rule"] == "exact"


def test_an_odd_shift_has_no_action_on_the_coarse_grid():
    assert square(layer="max-pool", dx=3)["rule"] == square(stride=2, dx=2, dy=1)["rule"] == "half"


def test_a_shuffle_of_the_pixels_has_no_action_on_the_coarse_grid():
    result = square(layer="max-pool", transform="shuffle")
    assert result["rule"] == "none" and result["gfx"] == result["fx"] and not result["always"]


# ---- the layers ----


@pytest.mark.parametrize("padding", ["wrap", "zero"])
@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_is_the_correlation_matrix(rng, padding, stride):
    states = [random_state(rng, layer="conv", padding=padding, stride=stride) for _ in range(5)]
    for state, result in zip(states, squares(states), strict=True):
        W = kernels.correlation_matrix(np.array(state["kernel"]), (8, 8), padding=padding, stride=stride)
        np.testing.assert_allclose(result["fx"], W @ np.ravel(state["pixels"]), **EXACT)


def test_dense_map_is_the_same_random_matrix_in_both_languages():
    ours = javascript("explorer/math.js", [("denseWeights", [seed]) for seed in (0, 1, 2**31 - 1)])
    np.testing.assert_array_equal(ours, [dense_weights(seed) for seed in (0, 1, 2**31 - 1)])


def test_all_maps_of_the_square_agree_with_python(rng):
    states = [random_state(rng) for _ in range(60)]
    for state, result in zip(states, squares(states), strict=True):
        for name, values in EquivarianceExplorer(**state).square().items():
            np.testing.assert_allclose(
                np.reshape(result[name], values.shape), values, **EXACT, err_msg=f"{name} of {state}"
            )


# ---- error and verdict ----


def test_error_is_the_equivariance_error_of_the_package(rng):
    rho = groups.translations(8, 8).permutation()
    states = [random_state(rng, transform="shift", layer="conv", padding="zero", stride=1) for _ in range(6)]
    for state, result in zip(states, squares(states), strict=True):
        W = kernels.correlation_matrix(np.array(state["kernel"]), (8, 8), padding="zero")
        g = tuple((r + state["dy"]) % 8 * 8 + (c + state["dx"]) % 8 for r in range(8) for c in range(8))
        expected = equivariance_error(
            lambda x, W=W: (W @ x.ravel()).reshape(8, 8), np.array(state["pixels"], float), rho, rho, g
        )
        np.testing.assert_allclose(result["error"]["relative"], expected, rtol=1e-10)


def test_error_names_the_largest_difference_and_counts_the_cells():
    # The edge kernel puts 1, 2, 1 left of the pixel and -1, -2, -1 right of it; the border cuts off one of the two.
    result = square(pixels=pixel(2, 7), dx=1, padding="zero")
    assert result["error"] == {"largest": 2, "cells": 6, "relative": pytest.approx(2**0.5)}


def test_single_pixels_decide_for_every_input(rng):
    states = [random_state(rng, pixels=BLANK) for _ in range(60)]
    states += [random_state(rng, pixels=BLANK, layer="max-pool", transform="shift", dx=2 * k, dy=4) for k in range(3)]
    verdicts = [result["always"] for result in squares(states)]
    assert 10 < sum(verdicts) < 50  # the sample has both kinds
    for state, always in zip(states, verdicts, strict=True):
        explorer = EquivarianceExplorer(**state)
        errors = [_error_at(explorer, rng.integers(-9, 10, (8, 8))) for _ in range(4)]
        assert (max(errors) < 1e-12) == always, state


def _error_at(explorer, pixels):
    explorer.pixels = pixels
    return explorer.error()


def test_the_smallest_failing_input_is_one_pixel_and_fails(rng):
    states = [random_state(rng) for _ in range(40)]
    failing = [result["failing"] for result in squares(states)]
    smallest = javascript("explorer/math.js", [("smallestFailing", [pixels]) for pixels in failing])
    assert any(pixels is None for pixels in smallest) and any(pixels is not None for pixels in smallest)
    for state, pixels in zip(states, smallest, strict=True):
        if pixels is not None:
            assert np.sum(pixels) == np.abs(pixels).sum() == 1
            assert EquivarianceExplorer(**state | {"pixels": pixels}).error() > 1e-6, state


@pytest.mark.parametrize("padding", ["wrap", "zero"])
def test_a_turn_commutes_with_a_convolution_exactly_when_the_kernel_is_isotropic(padding):
    assert not square(transform="turn", kernel=EDGE, padding=padding)["commutes"]
    assert square(transform="turn", kernel=BLUR, padding=padding)["always"]


def test_zero_padding_breaks_a_shift_only_for_what_touches_the_border():
    inside, outside = square(pixels=pixel(3, 3), padding="zero"), square(pixels=pixel(3, 6), padding="zero")
    assert inside["commutes"] and not inside["always"] and not outside["commutes"]


def test_stride_2_commutes_with_even_shifts_only():
    shifts = range(-7, 8)
    states = [EquivarianceExplorer(stride=2, padding="wrap", dx=shift).state for shift in shifts]
    assert [result["always"] for result in squares(states)] == [shift % 2 == 0 for shift in shifts]


@pytest.mark.parametrize("transform", ["shift", "turn", "mirror", "shuffle"])
@pytest.mark.parametrize("layer", ["relu", "mean"])
def test_pointwise_relu_and_the_global_mean_commute_with_every_permutation(layer, transform, rng):
    assert square(pixels=rng.integers(-9, 10, (8, 8)), layer=layer, transform=transform, dx=3, dy=1)["always"]


@pytest.mark.parametrize("transform", ["turn", "mirror"])
def test_stride_2_sampling_is_not_symmetric_under_turns_and_mirrors_but_pooling_is(transform):
    assert not square(stride=2, kernel=BLUR, padding="wrap", transform=transform)["always"]
    assert square(layer="max-pool", transform=transform)["always"]


# ---- words ----


def verdict(**changes):
    state = EquivarianceExplorer(**changes).state
    return javascript("explorer/words.js", [("verdictOf", [state, squares([state])[0]])])[0]


def test_the_verdict_tells_here_from_everywhere():
    assert verdict(padding="wrap")["headline"] == "They commute, for this x and for every x."
    assert verdict(pixels=pixel(3, 3))["headline"] == "They agree on this x, but not on every x."
    assert verdict()["headline"] == "They do not commute."


def test_a_reason_for_one_outcome_is_never_given_for_the_other(rng):
    kernels_3x3 = [EDGE, BLUR, [[0] * 3] * 3, [[0, 0, 0], [0, 2, 0], [0, 0, 0]]] * 25
    states = [random_state(rng, kernel=kernel) for kernel in kernels_3x3]
    results = squares(states)
    said = javascript("explorer/words.js", [("verdictOf", pair) for pair in zip(states, results, strict=True)])
    reasons = {
        always: {v["why"] for v, r in zip(said, results, strict=True) if r["always"] == always}
        for always in (True, False)
    }
    assert len(reasons[True]) > 5 and len(reasons[False]) > 5
    assert not reasons[True] & reasons[False]


def test_the_three_steps_show_what_they_promise():
    steps = javascript("explorer/words.js", [("STEPS", [])])[0]
    commutes = [square(**step["state"])["commutes"] for step in steps]
    assert [step["expect"][0] for step in steps] == ["✓" if right else "✗" for right in commutes]
    assert (
        square(**steps[1]["state"] | {"kernel": BLUR})["always"] and square(**steps[2]["state"] | {"dx": 2})["always"]
    )


# ---- one module ----


def test_the_module_is_self_contained_and_small():
    module, style = EquivarianceExplorer._esm, EquivarianceExplorer._css
    assert len(str(module)) + len(str(style)) < 100_000
    assert "http" not in str(module).replace("http://www.w3.org/2000/svg", "") and "@import" not in str(style)
    command = [node(), "--input-type=module", "--check"]
    assert subprocess.run(command, input=str(module), text=True, timeout=60).returncode == 0


def test_the_blur_preset_is_isotropic_and_the_edge_preset_is_not():
    """The steps to try promise that blur looks the same from every side."""
    presets = javascript("explorer/words.js", [("KERNELS", [])])[0]
    assert kernels.is_isotropic(presets["blur"]) and not kernels.is_isotropic(presets["edge"])

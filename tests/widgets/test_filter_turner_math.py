"""The filter turner computes in JavaScript what NumPy and the package's group convolution compute, and says what is true."""

import json
import subprocess
from itertools import product

import numpy as np
import pytest
from javascript import javascript, node
from scipy.ndimage import map_coordinates

from gdl_course import groups
from gdl_course.layers import group_grid
from gdl_course.widgets import FilterTurner
from gdl_course.widgets.filter_turner.widget import LAWS, POSES, SIZE, channel_sources, nearest_turns, transformed

MATH, WORDS = "filter_turner/math.js", "filter_turner/words.js"
GROUPS = {"none": groups.cyclic(1), "C4": groups.cyclic(4), "D4": groups.dihedral(4)}
TURN, MIRROR = np.array([[0, -1], [1, 0]]), np.array([[-1, 0], [0, 1]])  # x to the right, y upwards
KERNELS = javascript(WORDS, [("KERNELS", [])])[0]
HOOK, EDGE, ISOTROPIC = KERNELS["hook"], KERNELS["edge"], KERNELS["isotropic"]


def matrix(pose):
    """The pose as a matrix: mirrored before (from 4 on), then turned."""
    return np.linalg.matrix_power(TURN, pose % 4) @ (MIRROR if pose >= 4 else np.eye(2, dtype=int))


def element(pose, H):
    """The same pose among the package's elements of H."""
    (found,) = [g for g in H.elements if np.allclose(H.vector()(g), matrix(pose))]
    return found


def in_our_order(field, group):
    """A field of the package, with its maps in the order of the widget's poses."""
    H = GROUPS[group]
    return np.asarray(field)[[H.index(element(pose, H)) for pose in range(POSES[group])]]


def random_state(seed, **state):
    """A picture with whole numbers up to its border, and a kernel without symmetry."""
    rng = np.random.default_rng(seed)
    return {"pixels": rng.integers(-9, 10, (SIZE, SIZE)), "kernel": rng.integers(-9, 10, (3, 3))} | state


def follow(*turners):
    """What follow() finds out about each."""
    return javascript(MATH, [("follow", [turner.state]) for turner in turners])


def verdicts(*states):
    """The verdict on each state, in two runs of Node."""
    turners = [FilterTurner(**state) for state in states]
    return javascript(WORDS, [("verdictOf", [t.state, f]) for t, f in zip(turners, follow(*turners), strict=True)])


# ---- g on an image, f, g on a field ----


@pytest.mark.parametrize("size", [3, 9])
def test_turns_interpolate_as_scipy_does(size):
    rng = np.random.default_rng(size)
    cases = [
        (rng.normal(size=(size, size)), angle, mirror)
        for angle in (0, 7, 45, 90, 133, 180, 270, 301, 360)
        for mirror in (False, True)
    ]
    calls = [("transformed", [x.ravel().tolist(), {"angle": angle, "mirror": mirror}]) for x, angle, mirror in cases]
    row, column = np.indices((size, size)) - (size - 1) / 2
    for (x, angle, mirror), there in zip(cases, javascript(MATH, calls), strict=True):
        theta = np.radians(angle)
        back = np.linalg.inv([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]])
        across, high = np.tensordot(back, [column, -row], 1)
        places = np.array([-high, -across if mirror else across]) + (size - 1) / 2
        expected = map_coordinates(x, places, order=1, mode="grid-constant", cval=0)
        np.testing.assert_allclose(transformed(x, angle, mirror), expected, atol=1e-12)
        np.testing.assert_allclose(np.reshape(there, x.shape), expected, atol=1e-12)


def test_quarter_turns_are_exactly_those_of_numpy():
    x = np.random.default_rng(1).normal(size=(SIZE, SIZE))
    calls = [
        ("transformed", [x.ravel().tolist(), {"angle": 90 * k, "mirror": m}]) for k in range(5) for m in (False, True)
    ]
    for there, (k, mirror) in zip(javascript(MATH, calls), product(range(5), (False, True)), strict=True):
        expected = np.rot90(np.fliplr(x) if mirror else x, k)
        assert np.array_equal(np.reshape(there, x.shape), expected)
        assert np.array_equal(transformed(x, 90 * k, mirror), expected)


@pytest.mark.parametrize("group", GROUPS)
def test_lift_is_that_of_the_package(group):
    for seed in range(3):
        turner = FilterTurner(**random_state(seed, group=group))
        x, kernel = np.array(turner.pixels), np.array(turner.kernel)
        (packaged,) = group_grid.lift(
            x[None].astype("float32"), kernel[None, None].astype("float32"), GROUPS[group], padding="zero"
        )
        (there,) = javascript(MATH, [("lift", [x.ravel().tolist(), kernel.ravel().tolist(), group])])
        expected = in_our_order(packaged, group)  # whole numbers: exact in float32
        assert np.array_equal(np.reshape(there, expected.shape), expected)
        assert np.array_equal(turner.square()["fx"], expected)


@pytest.mark.parametrize("group", GROUPS)
def test_a_field_moves_as_in_the_package(group):
    H = GROUPS[group]
    field = np.random.default_rng(2).normal(size=(H.order, SIZE, SIZE))
    ours = in_our_order(field, group)
    for pose in range(POSES[group]):
        g = {"angle": 90 * (pose % 4), "mirror": pose >= 4}
        there = javascript(
            MATH, [("acted", [ours.reshape(len(ours), -1).tolist(), g | {"group": group, "law": "both"}])]
        )[0]
        expected = in_our_order(group_grid.act(element(pose, H), field, H), group)
        assert np.array_equal(np.reshape(there, expected.shape), expected)


def test_channels_go_where_the_group_table_says_in_both_languages():
    cases = list(product(POSES, range(4), (False, True)))
    there = javascript(MATH, [("channelSources", list(case)) for case in cases])
    assert there == [channel_sources(*case) for case in cases]
    D4 = GROUPS["D4"]
    for turns, mirror in product(range(4), (False, True)):
        back = D4.inverse(element(turns + 4 * mirror, D4))
        expected = [D4.compose(back, element(h, D4)) for h in range(8)]
        assert [element(h, D4) for h in channel_sources("D4", turns, mirror)] == expected


def test_the_nearest_quarter_turn_is_the_same_in_both_languages():
    there = javascript(MATH, [("nearestTurns", [angle]) for angle in range(361)])
    assert there == [nearest_turns(angle) for angle in range(361)]
    assert [a for a in range(1, 361) if there[a] != there[a - 1]] == [45, 135, 225, 315]


# ---- the square ----


@pytest.mark.parametrize(("group", "law"), list(product(GROUPS, LAWS)))
def test_square_is_that_of_the_python_class(group, law):
    turners = [
        FilterTurner(**random_state(seed, group=group, law=law, angle=angle, mirror=seed % 2 == 0))
        for seed, angle in enumerate((0, 90, 45, 200, 313))
    ]
    for turner, there in zip(turners, follow(*turners), strict=True):
        for name, expected in turner.square().items():
            np.testing.assert_allclose(np.reshape(there[name], expected.shape), expected, atol=1e-9)
        assert there["relative"] == pytest.approx(turner.error(), abs=1e-12)
    curve = javascript(MATH, [("curve", [turners[1].state])])[0]
    expected = [FilterTurner(**turners[1].state | {"angle": 5 * i}).error() for i in range(73)]
    np.testing.assert_allclose(curve, expected, atol=1e-12)


@pytest.mark.parametrize("mirror", [False, True])
def test_the_law_is_exact_at_quarter_turns_and_nowhere_else(mirror):
    angles = [*range(0, 361, 90), 1, 30, 45, 60, 135, 200, 359]
    turners = [FilterTurner(**random_state(a, group="D4", angle=a, mirror=mirror)) for a in angles]
    for angle, found in zip(angles, follow(*turners), strict=True):
        assert (found["gap"] == 0) == (angle % 90 == 0)
        assert found["always"] == found["commutes"] == (angle % 90 == 0)
        assert found["relative"] > 0.01 or angle % 90 == 0


@pytest.mark.parametrize("law", ["channels", "space"])
def test_half_of_the_law_fails(law):
    turners = [FilterTurner(**random_state(4, group=g, law=law, angle=a)) for g in ("C4", "D4") for a in (90, 180, 270)]
    assert all(found["relative"] > 0.1 and not found["commutes"] for found in follow(*turners))


def test_one_pose_is_enough_for_a_kernel_that_looks_the_same():
    found = follow(*(FilterTurner(**random_state(5, group="none", kernel=k)) for k in (ISOTROPIC, EDGE)))
    assert [f["always"] for f in found] == [True, False]


def test_four_poses_are_enough_for_a_mirror_only_if_the_kernel_is_its_own_image():
    bar = [[1, 5, 1], [2, 0, 2], [3, 7, 3]]
    found = follow(
        *(FilterTurner(**random_state(6, kernel=k, mirror=True, angle=a)) for k in (bar, HOOK) for a in (0, 90))
    )
    assert [f["always"] for f in found] == [True, True, False, False]


def test_what_holds_for_this_picture_alone_is_told_from_what_always_holds():
    dot = np.zeros((SIZE, SIZE))
    dot[4, 4] = 1
    one_pixel = [[0, 0, 0], [0, 3, 0], [0, 0, 0]]
    at_rest = {"pixels": dot, "group": "none"}
    found = follow(
        FilterTurner(pixels=0 * dot, angle=45),
        FilterTurner(**at_rest, kernel=one_pixel, angle=30),
        FilterTurner(**at_rest, kernel=[[1, 2, 1], [0, 0, 0], [1, 2, 1]], angle=180, law="channels"),
    )
    assert [(f["commutes"], f["always"]) for f in found] == [(True, False), (True, True), (True, False)]


# ---- words ----


def test_the_verdict_on_a_quarter_turn():
    first, last, mirrored = verdicts({}, {"angle": 270}, {"group": "D4", "mirror": True, "angle": 0})
    assert first["status"] == "yes" and first["headline"] == "Turned by 90°: f(g·x) = g·f(x)."
    assert first["detail"] == "Largest difference 0, for this x; and so for every x."
    assert "new[r] = rot90(old[r − 1])" in first["why"] and "rot90(old[r − 3], 3)" in last["why"]
    assert mirrored["headline"].startswith("Mirrored: f(g·x) = ") and "to the other ring" in mirrored["why"]


def test_the_verdict_on_another_angle_says_what_is_compared():
    half, third, even = verdicts({"angle": 45}, {"angle": 30}, {"angle": 30, "kernel": ISOTROPIC})
    turner = FilterTurner(angle=45)
    gap = np.abs(turner.square()["difference"]).max()
    assert half["status"] == "no" and half["headline"] == "Turned by 45°: f(g·x) ≠ g·f(x)."
    assert half["detail"] == f"Largest difference {gap:.2f}, {100 * turner.error():.0f} % of the largest value of f(x)."
    assert "no turn by 45°" in half["why"] and "turned by 45° (bilinear)" in half["why"]
    assert "90° (the one below is as near)" in half["why"] and "nearest quarter turn, 0°." in third["why"]
    assert "channels are not to blame: the pixels are" in even["why"]


def test_the_verdict_on_half_of_the_law():
    laws = [{"law": law, "kernel": kernel} for law in ("channels", "space") for kernel in (EDGE, ISOTROPIC)]
    assert [said["status"] for said in verdicts(*laws)] == ["no", "no", "no", "yes"]


def test_the_verdict_where_there_is_little_to_compare():
    none, full, empty, mirrored, plain = verdicts(
        {"angle": 0}, {"angle": 360}, {"pixels": np.zeros((9, 9)), "angle": 45}, {"mirror": True, "kernel": HOOK}, {"group": "none"}
    )  # fmt: skip
    assert none["headline"] == full["headline"] == "Nothing is turned yet."
    assert empty["status"] == "partly" and empty["detail"] == "Here f(x) is 0 everywhere."
    assert "C4 has no mirrored pose" in mirrored["why"] and "One channel" in plain["why"]


def test_every_verdict_has_a_reason_and_follows_the_numbers():
    cases = product(POSES, (45, 90), (False, True), LAWS, (HOOK, ISOTROPIC))
    states = [dict(zip(("group", "angle", "mirror", "law", "kernel"), case, strict=True)) for case in cases]
    found = follow(*(FilterTurner(**state) for state in states))
    for state, said, f in zip(states, verdicts(*states), found, strict=True):
        assert said["why"], state
        assert said["status"] == ("yes" if f["always"] else "partly" if f["commutes"] else "no")


def test_the_steps_to_try_keep_their_promises():
    half, slanted, hook = (step["state"] for step in javascript(WORDS, [("STEPS", [])])[0])
    states = half, half | {"law": "space"}, slanted, slanted | {"angle": 90}, hook, hook | {"group": "D4"}
    assert [said["status"] for said in verdicts(*states)] == ["no", "no", "no", "yes", "no", "yes"]


def test_the_curve_in_words():
    curves = javascript(MATH, [("curve", [FilterTurner(**state).state]) for state in ({}, {"law": "channels"})])
    whole, half = javascript(WORDS, [("curveText", [curve]) for curve in curves])
    worst = max(FilterTurner(angle=a).error() for a in range(0, 361, 5))
    assert whole.endswith(f"{100 * worst:.0f} % at worst; 0 at 0°, 90°, 180°, 270°.") and half.endswith("0 at 0°.")


# ---- presets, one module ----


def test_javascript_and_python_have_the_same_size_and_poses():
    assert javascript(MATH, [("N", []), ("POSES", [])]) == [SIZE, POSES]


def test_the_presets_are_pictures_that_python_takes_and_the_first_is_the_start():
    pictures = javascript(WORDS, [("PICTURES", [])])[0]
    assert pictures["F"] == FilterTurner().pixels and FilterTurner().kernel == EDGE
    for picture in pictures.values():
        FilterTurner(pixels=picture)


def test_module_is_one_standard_es_module_below_100_kB(tmp_path):
    """It is imported with nothing beside it, as Jupyter does."""
    module = tmp_path / "filter_turner.mjs"
    module.write_text(str(FilterTurner._esm), "utf-8")
    assert module.stat().st_size < 100_000
    code = f"const m = await import({json.dumps(module.as_uri())}); console.log(typeof m.default.render);"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "function\n", done.stderr

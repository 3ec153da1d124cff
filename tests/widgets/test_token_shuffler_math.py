"""The token shuffler computes in JavaScript what NumPy and the package's attention compute, and says what is true."""

import json
import math
import subprocess
from itertools import permutations, product

import jax.numpy as jnp
import numpy as np
import pytest
from javascript import javascript, node

from gdl_course.layers import positions as encodings
from gdl_course.layers.attention import attention, attention_weights, causal_mask
from gdl_course.widgets import TokenShuffler
from gdl_course.widgets.token_shuffler.widget import MASKS, POSITIONS, SENTENCES, attend, drawn_numbers

MATH, WORDS = "token_shuffler/math.js", "token_shuffler/words.js"
SETTINGS = list(product(MASKS, POSITIONS))
DOG, POINTS, CAT = SENTENCES


def call(module, name, *arguments):
    """What one function of a JavaScript module returns."""
    return javascript(module, [(name, arguments)])[0]


def full_state(shuffler):
    """The state as the page holds it: the order written out."""
    return shuffler.state | {"order": shuffler.permutation.tolist()}


def found_of(shufflers):
    """What follow() finds out about each."""
    keys = ("mask", "positions", "offset")
    states = [full_state(s) for s in shufflers]
    calls = [("follow", [s["words"].split(), s["order"], {k: s[k] for k in keys}, s["seed"]]) for s in states]
    return javascript(MATH, calls)


def said(**state):
    """The verdict and the lines below it: (dictionary, list of dictionaries)."""
    shuffler = TokenShuffler(**state)
    both = [full_state(shuffler), found_of([shuffler])[0]]
    return javascript(WORDS, [("orderVerdict", both), ("facts", both)])


def packaged(numbers, mask, positions, offset):
    """The same head of attention, made of the package's parts: (A, f(x)), float32."""
    x, n = jnp.array(numbers["x"], jnp.float32), len(numbers["x"])
    places = jnp.arange(offset, offset + n, dtype=jnp.float32)
    if positions == "absolute":
        x = x + encodings.sinusoids(places, 4)
    q, k, v = (x @ jnp.array(W, jnp.float32).T for W in numbers["matrices"])
    if positions == "rotary":
        q, k = encodings.rotary(q, places), encodings.rotary(k, places)
    tables = {"relative": encodings.relative_bias(jnp.array(numbers["line"]), n)}
    tables["cyclic"] = encodings.cyclic_bias(jnp.array(numbers["ring"]))
    options = {"mask": causal_mask(n) if mask == "causal" else None, "bias": tables.get(positions)}
    return attention_weights(q, k, **options), attention(q, k, v, **options)


def structural_count(n, mask, positions):
    """How many permutations P satisfy P M Pᵀ = M, for the mask and the positions as they are."""
    if mask == "causal" or positions in ("absolute", "relative", "rotary"):
        return 1
    return n if positions == "cyclic" else math.factorial(n)


# ---- the layer ----


@pytest.mark.parametrize(("mask", "positions"), SETTINGS)
def test_attention_is_that_of_the_package_in_both_languages(mask, positions):
    cases = [(words.split(), seed, offset) for words in SENTENCES for seed, offset in ((9, 0), (5, 7), (123, 20))]
    drawn = javascript(MATH, [("drawnNumbers", [words, seed]) for words, seed, _ in cases])
    settings = [{"mask": mask, "positions": positions, "offset": offset} for *_, offset in cases]
    there = javascript(MATH, [("attend", [d["x"], d, s]) for d, s in zip(drawn, settings, strict=True)])
    for (words, seed, offset), found in zip(cases, there, strict=True):
        numbers = drawn_numbers(words, seed)
        for mine, numpys, package in zip(
            (found["A"], found["y"]),
            attend(numbers, mask, positions, offset),
            packaged(numbers, mask, positions, offset),
            strict=True,
        ):
            np.testing.assert_allclose(mine, numpys, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(mine, package, rtol=2e-4, atol=1e-5)


def test_encodings_are_those_of_the_package():
    token = [0.3, -1.2, 2.0, 0.7]
    for position in (0, 1, 9, 25):
        there = javascript(MATH, [("sinusoids", [position]), ("rotary", [token, position])])
        places = jnp.array([float(position)])
        np.testing.assert_allclose(there[0], encodings.sinusoids(places, 4)[0], atol=1e-5)
        np.testing.assert_allclose(there[1], encodings.rotary(jnp.array([token]), places)[0], atol=1e-5)


@pytest.mark.parametrize("words", SENTENCES)
def test_numbers_are_the_same_in_both_languages_and_equal_words_have_equal_features(words):
    words = words.split()
    for seed in (0, 9, 2**31 - 1):
        there, here = call(MATH, "drawnNumbers", words, seed), drawn_numbers(words, seed)
        assert set(there) == set(here)
        for name, array in here.items():
            np.testing.assert_allclose(there[name], array, rtol=1e-15)
        alike = np.array([[a == b for b in words] for a in words])
        assert ((here["x"][:, None] == here["x"][None]).all(-1) == alike).all()


def test_a_hidden_word_has_weight_exactly_zero():
    A = np.array(found_of([TokenShuffler(words=CAT, order=[], mask="causal", positions="rotary")])[0]["after"]["A"])
    assert (A[np.triu_indices(6, 1)] == 0).all() and (A[np.tril_indices(6)] > 0).all()
    np.testing.assert_allclose(A.sum(1), 1, rtol=1e-14)


# ---- what it commutes with ----


@pytest.mark.parametrize("seed", [1, 9, 77])
@pytest.mark.parametrize("words", SENTENCES)
def test_the_orders_that_pass_are_those_of_the_theory(words, seed):
    n = len(words.split())
    order = [1, 0, *range(2, n)]  # no turn of a ring
    shufflers = [TokenShuffler(words=words, order=order, mask=m, positions=p, seed=seed) for m, p in SETTINGS]
    for (mask, positions), found in zip(SETTINGS, found_of(shufflers), strict=True):
        expected = structural_count(n, mask, positions)
        assert (found["passing"], found["orders"]) == (expected, math.factorial(n))
        assert (found["largest"] < 1e-12) == (expected == math.factorial(n))
        assert (found["shift"] < 1e-12) == (expected >= n)
        assert (found["start"]["largest"] < 1e-12) == (positions != "absolute")


def test_the_orders_that_pass_on_a_ring_are_its_turns():
    turns = [[(i + k) % 4 for i in range(4)] for k in range(4)]
    every = [list(p) for p in permutations(range(4))]
    found = found_of([TokenShuffler(words=POINTS, order=p, positions="cyclic") for p in every])
    assert [p for p, f in zip(every, found, strict=True) if f["largest"] < 1e-12] == turns


@pytest.mark.parametrize(("mask", "positions"), SETTINGS)
def test_square_is_that_of_the_python_class(mask, positions):
    shuffler = TokenShuffler(words=POINTS, order=[2, 0, 3, 1], mask=mask, positions=positions, offset=3, seed=4)
    found = found_of([shuffler])[0]
    P = np.eye(4)[shuffler.permutation]
    np.testing.assert_allclose(found["after"]["A"], shuffler.attention_matrix(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["after"]["y"], shuffler.shuffled_result(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["there"], shuffler.result(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["there"], P @ found["before"]["y"], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found["thereA"], P @ np.array(found["before"]["A"]) @ P.T, rtol=1e-12, atol=1e-12)
    assert found["largest"] == pytest.approx(shuffler.error(), abs=1e-12)
    assert found["passing"] == shuffler.passing()


@pytest.mark.parametrize(("mask", "positions"), SETTINGS)
def test_equal_words_come_out_equal_only_where_no_place_is_seen(mask, positions):
    (pair,) = found_of([TokenShuffler(words=CAT, order=[4, 1, 0, 3, 2, 5], mask=mask, positions=positions)])[0]["twins"]
    assert pair["places"] == [0, 2]
    assert (pair["largest"] < 1e-12) == ((mask, positions) == ("none", "none"))


def test_a_shuffle_always_moves_a_word_and_reaches_every_order():
    drawn = javascript(MATH, [("anotherOrder", [[1, 2, 0], seed]) for seed in range(100)])
    assert {tuple(order) for order in drawn} == {*permutations(range(3))} - {(1, 2, 0)}


# ---- words ----


def test_the_verdict_where_nothing_sees_a_place():
    verdict, lines = said(order=[1, 2, 0])
    assert verdict["status"] == "yes" and verdict["headline"] == "The output moves with the words."
    assert verdict["detail"].endswith("All 6 orders pass.") and "f(Px) = P f(x)" in verdict["detail"]
    assert [line["good"] for line in lines] == [True, True]


def test_the_verdict_on_a_ring():
    verdict, lines = said(words=CAT, order=[1, 2, 3, 4, 5, 0], positions="cyclic")
    assert verdict["status"] == "yes" and "But only 6 of 720 orders pass." in verdict["detail"]
    assert [line["good"] for line in lines] == [True, True, False]
    assert lines[2]["text"].startswith("the₁ and the₂ come out different")
    assert said(words=CAT, order=[1, 0, 2, 3, 4, 5], positions="cyclic")[0]["status"] == "no"


@pytest.mark.parametrize("positions", ["absolute", "relative", "rotary"])
def test_the_verdict_where_every_place_counts(positions):
    verdict, lines = said(order=[1, 2, 0], positions=positions, offset=9)
    assert verdict["status"] == "no" and "f(Px) ≠ P f(x)" in verdict["detail"]
    assert verdict["detail"].endswith("1 of 6 orders passes.")
    assert lines[1]["good"] == (positions != "absolute")
    changes = "changes the output" if positions == "absolute" else "changes nothing"
    assert lines[1]["text"].startswith(f"Starting at 9 instead of 0 {changes}")


def test_the_verdict_on_a_mask_alone():
    verdict, lines = said(mask="causal")
    assert verdict["status"] == "no" and "mask alone knows an order" in verdict["why"]
    assert [line["good"] for line in lines] == [False, True]


def test_the_verdict_before_a_word_is_moved():
    assert said(order=[])[0]["status"] == "yes"
    waiting = said(order=[], positions="rotary")[0]
    assert waiting["status"] == "partly" and waiting["detail"] == "1 of 6 orders passes."


def test_the_steps_to_try_keep_their_promises():
    first, second, third = (said(**step["state"]) for step in javascript(WORDS, [("STEPS", [])])[0])
    assert first[0]["status"] == "no" and "1 of 6 orders" in first[0]["detail"]
    assert second[0]["status"] == "yes" and "6 of 720" in second[0]["detail"]
    assert third[0]["status"] == "no" and third[1][1]["good"]
    without = said(words=CAT, order=[1, 2, 3, 4, 5, 0])
    assert without[0]["detail"].endswith("All 720 orders pass.") and without[1][2]["good"]
    assert not said(order=[2, 0, 1], positions="absolute", offset=9)[1][1]["good"]


# ---- formulas, one module ----


def test_every_kind_of_positions_has_its_formula():
    assert set(javascript(WORDS, [("FORMULAS", [])])[0]) == set(POSITIONS)


def test_module_is_one_standard_es_module_below_100_kB(tmp_path):
    """It is imported with nothing beside it, as Jupyter does."""
    module = tmp_path / "token_shuffler.mjs"
    module.write_text(str(TokenShuffler._esm), "utf-8")
    assert module.stat().st_size < 100_000
    code = f"const m = await import({json.dumps(module.as_uri())}); console.log(typeof m.default.render);"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "function\n", done.stderr

"""The test of f(g·x) = g·f(x) at its edges: constants, tiny values, complex numbers, work in place, its budget."""

import numpy as np
import pytest

from gdl_course import groups
from gdl_course.equivariance import check_equivariance, equivariance_error, equivariance_report
from gdl_course.equivariance.shrinking import shrink

C8 = groups.cyclic(8)
RING = (C8.permutation(), C8.permutation())


@pytest.mark.parametrize("constant", [0.0, 1e3, 1e6])
def test_a_large_constant_hides_no_failure(constant):
    f = lambda x: constant + np.cumsum(x)
    assert not equivariance_report(f, *RING).passed
    x, g = np.arange(1.0, 9.0), C8.generators[0]
    plain = equivariance_error(np.cumsum, x, *RING, g)
    assert equivariance_error(f, x, *RING, g) == pytest.approx(plain, rel=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("constant", [0.0, 1.0, 1e3])
def test_rounding_beside_a_constant_is_no_failure(dtype, constant):
    """Two sums of the same numbers in two orders, in f's own type."""
    f = lambda x: (x.astype(dtype) + dtype(constant)) - x.astype(dtype).mean()
    assert equivariance_report(f, *RING, tolerance=1e-5 if dtype != np.float16 else 0.01).passed


def test_a_constant_that_is_not_fixed_by_the_group_fails_at_zero():
    report = equivariance_report(lambda x: x + np.arange(8.0), *RING)
    assert not report.passed and not report.counterexample.any()


def test_a_function_without_a_value_at_zero_is_tested_all_the_same():
    assert check_equivariance(lambda x: x / np.linalg.norm(x), *RING).passed

    def strict(x):
        if not x.any():
            raise ValueError("no direction")
        return np.cumsum(x) / np.linalg.norm(x)

    assert not equivariance_report(strict, *RING).passed


def test_complex_outputs_are_refused_in_words():
    with pytest.raises(ValueError, match="f must return real numbers; got complex128. Test the real and the imaginary"):
        equivariance_report(lambda x: x + 1j * np.cumsum(x), *RING)
    parts = lambda x: np.stack([x, np.cumsum(x)])
    assert not equivariance_report(parts, *RING).passed  # the advice works


def test_a_function_that_works_in_place_is_judged_by_its_values_and_told():
    def doubled(x):
        x *= 2
        return x

    report = check_equivariance(doubled, *RING)
    assert report.passed and report.in_place and "f changes its argument in place" in str(report)
    assert not check_equivariance(np.square, *RING).in_place

    def summed(x):
        np.cumsum(x, out=x)
        return x

    report = equivariance_report(summed, *RING)
    np.testing.assert_array_equal(report.fx, np.cumsum(report.x))
    assert "in place" in str(report)


@pytest.mark.parametrize("shape", [(8, 8), (20, 20)])
def test_a_failing_function_is_called_at_most_200_times_more(shape):
    rho, calls = groups.translations(*shape).permutation(), []

    def f(x):
        calls.append(1)
        return np.cumsum(x.ravel()).reshape(x.shape) * (np.abs(x).sum() > 30)  # no small input fails

    report = equivariance_report(f, rho, rho)
    assert len(calls) <= 2 * report.cases + 200 + 3
    assert not report.passed


def test_tiny_values_are_printed_as_numbers():
    text = str(equivariance_report(lambda x: 1e-30 * np.cumsum(x), *RING))
    left, right = text.split("f(g·x) = ")[1].split(", but g·f(x) = ")
    assert "1e-30" in text and left != right.rstrip(".")


def test_zero_is_the_smallest_input_where_it_fails():
    np.testing.assert_array_equal(shrink(lambda y: True, np.ones(5)), np.zeros(5))


def test_one_entry_out_of_many_is_found_within_the_budget():
    x = np.random.default_rng(0).normal(size=(40, 40))
    np.testing.assert_array_equal(shrink(lambda y: y[7, 31] != 0, x), np.eye(1600)[7 * 40 + 31].reshape(40, 40))

"""Circulants and correlation matrices, against NumPy's FFT, SciPy's filters and the solver."""

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st

from gdl_course import groups, kernels, linear_maps, project

SCIPY_MODES = {"wrap": "grid-wrap", "zero": "constant", "reflect": "mirror"}  # SciPy's "reflect" repeats the edge
GRIDS = st.one_of(st.tuples(st.integers(2, 9)), st.tuples(st.integers(2, 7), st.integers(2, 7)))
KERNEL_SIZES = st.sampled_from([1, 3, 5])


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def circular_convolution(k, x):
    """By the convolution theorem, an independent route."""
    return np.fft.ifftn(np.fft.fftn(k) * np.fft.fftn(x)).real


@pytest.mark.parametrize("shape", [(8,), (5,), (1,), (4, 6)])
def test_a_circulant_convolves_with_its_first_column(rng, shape):
    k, x = rng.normal(size=shape), rng.normal(size=shape)
    W = kernels.circulant(k)
    np.testing.assert_allclose((W @ x.ravel()).reshape(shape), circular_convolution(k, x), atol=1e-12)
    np.testing.assert_array_equal(W[:, 0], k.ravel())


def test_the_first_row_of_a_circulant_is_not_its_convolution_kernel(rng):
    W, x = kernels.circulant(rng.normal(size=8)), rng.normal(size=8)
    assert np.abs(W @ x - circular_convolution(W[0], x)).max() > 0.1
    correlation = np.fft.ifft(np.conj(np.fft.fft(W[0])) * np.fft.fft(x)).real
    np.testing.assert_allclose(W @ x, correlation, atol=1e-12)


@pytest.mark.parametrize("shape", [(8,), (3, 4)])
def test_circulants_are_what_the_solver_finds(rng, shape):
    G = groups.cyclic(*shape) if len(shape) == 1 else groups.translations(*shape)
    rho = G.permutation()
    W = kernels.circulant(rng.normal(size=shape))
    assert linear_maps(rho, rho).dimension == len(np.unique(W)) == np.prod(shape)
    np.testing.assert_allclose(project(W, rho, rho), W, atol=1e-12)


@pytest.mark.parametrize("shape", [(7,), (3, 5)])
def test_from_circulant_undoes_circulant(rng, shape):
    k = rng.normal(size=shape)
    np.testing.assert_array_equal(kernels.from_circulant(kernels.circulant(k), shape), k)


def test_from_circulant_refuses_a_matrix_that_does_not_commute_with_shifts(rng):
    W = kernels.circulant(rng.normal(size=(3, 4)))
    with pytest.raises(ValueError, match="does not commute with the shifts of a grid of shape \\(12,\\)"):
        kernels.from_circulant(W)
    W[2, 3] += 1e-6
    with pytest.raises(ValueError, match="project it first"):
        kernels.from_circulant(W, (3, 4))


@pytest.mark.parametrize("padding", kernels.PADDINGS)
@settings(max_examples=40, deadline=None)
@given(shape=GRIDS, data=st.data(), stride=st.sampled_from([1, 2, 3]), seed=st.integers(0, 2**32 - 1))
def test_correlation_matrix_is_scipys_correlation(padding, shape, data, stride, seed):
    if padding == "wrap":
        shape = tuple(n * stride for n in shape)
    rng = np.random.default_rng(seed)
    kernel = rng.normal(size=[data.draw(KERNEL_SIZES) for _ in shape])
    x = rng.normal(size=shape)
    W = kernels.correlation_matrix(kernel, shape, padding, stride)
    everywhere = scipy.ndimage.correlate(x, kernel, mode=SCIPY_MODES[padding])
    samples = everywhere[tuple(slice(None, None, stride) for _ in shape)]
    np.testing.assert_allclose(W @ x.ravel(), samples.ravel(), atol=1e-12)


def test_wrapped_correlation_is_the_circulant_of_the_flipped_kernel(rng):
    kernel = rng.normal(size=5)
    column = np.zeros(8)
    column[[-2, -1, 0, 1, 2]] = kernel[::-1]
    np.testing.assert_array_equal(kernels.correlation_matrix(kernel, (8,)), kernels.circulant(column))


@pytest.mark.parametrize(("padding", "weights"), [("wrap", 9), ("zero", 9), ("reflect", 16)])
def test_weight_sharing_of_a_3x3_kernel(padding, weights):
    """Mirrored, an axis has the weights a, b, c and a + c: 4 x 4 in all. Powers of two: no two sums are equal."""
    kernel = 2.0 ** np.arange(9).reshape(3, 3)
    entries = np.unique(kernels.correlation_matrix(kernel, (6, 6), padding))
    assert len(entries[entries != 0]) == weights


@pytest.mark.parametrize("padding", ["wrap", "zero", "reflect"])
def test_only_wrapped_correlation_is_left_alone_by_averaging_over_shifts(rng, padding):
    rho = groups.translations(5, 4).permutation()
    W = kernels.correlation_matrix(rng.normal(size=(3, 3)), (5, 4), padding)
    change = np.abs(project(W, rho, rho) - W).max()
    assert change < 1e-12 if padding == "wrap" else change > 0.1


def test_stride_keeps_the_subgroup_of_its_multiples(rng):
    """W T^s = T_coarse W for the shift by s = 2, and not for the shift by 1."""
    W = kernels.correlation_matrix(rng.normal(size=3), (8,), stride=2)
    shift, coarse = kernels.circulant(np.eye(8)[1]), kernels.circulant(np.eye(4)[1])
    np.testing.assert_array_equal(W @ shift @ shift, coarse @ W)
    assert np.abs(W @ shift - coarse @ W).max() > 0.1
    assert np.abs(W @ shift - W).max() > 0.1


def test_a_kernel_larger_than_the_torus_adds_the_weights_that_meet(rng):
    kernel = rng.normal(size=5)
    W = kernels.correlation_matrix(kernel, (3,))
    np.testing.assert_allclose(W[0], [kernel[2], kernel[0] + kernel[3], kernel[1] + kernel[4]])


def test_isotropic_is_the_projection_on_kernels_that_the_square_leaves_alone(rng):
    kernel = rng.normal(size=(5, 5))
    average = kernels.isotropic(kernel)
    rho = groups.dihedral(4).on_grid(5, 5)
    for g in groups.dihedral(4).elements:
        np.testing.assert_allclose(rho.act(g, average), average, atol=1e-15)
    np.testing.assert_allclose(kernels.isotropic(average), average, atol=1e-15)
    assert abs(((kernel - average) * average).sum()) < 1e-12  # orthogonal
    assert kernels.is_isotropic(average) and not kernels.is_isotropic(kernel)


def test_a_kernel_off_by_a_millionth_is_not_isotropic():
    laplacian = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0.0]])
    assert kernels.is_isotropic(laplacian)
    laplacian[0, 1] += 1e-6
    assert not kernels.is_isotropic(laplacian)


def test_a_kernel_with_quarter_turns_only_is_not_isotropic(rng):
    kernel = rng.normal(size=(5, 5))
    pinwheel = sum(kernels.rotated(kernel, k) for k in range(4))
    np.testing.assert_allclose(kernels.rotated(pinwheel, 1), pinwheel, atol=1e-12)
    assert not kernels.is_isotropic(pinwheel)


def test_rotated_turns_counterclockwise():
    np.testing.assert_array_equal(kernels.rotated([[[0, 1], [0, 0]]], 1), [[[1, 0], [0, 0]]])
    np.testing.assert_array_equal(kernels.rotated(np.arange(9).reshape(3, 3), 5), np.rot90(np.arange(9).reshape(3, 3)))


@pytest.mark.parametrize(
    ("kernel", "shape", "padding", "stride", "words"),
    [
        ((2,), (8,), "wrap", 1, "odd.*got \\(2,\\)"),
        ((3, 3), (8,), "wrap", 1, "as many spatial axes.*\\(3, 3\\).*\\(8,\\)"),
        ((3,), (8,), "circular", 1, "one of wrap, zero, reflect; got 'circular'"),
        ((3,), (8,), "wrap", 0, "positive whole number; got 0"),
        ((3, 3), (7, 8), "wrap", 2, "height 7 is not a multiple of stride 2"),
        ((3, 3), (8, 7), "wrap", 2, "width 7 is not a multiple of stride 2"),
        ((3,), (0,), "wrap", 1, "non-empty grid"),
        ((3, 3, 3), (4, 4, 4), "wrap", 1, "got shape \\(4, 4, 4\\)"),
    ],
)
def test_impossible_correlations_say_what_was_given(kernel, shape, padding, stride, words):
    with pytest.raises(ValueError, match=words):
        kernels.correlation_matrix(np.ones(kernel), shape, padding, stride)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kernels.circulant([]), "non-empty column"),
        (lambda: kernels.circulant(np.ones((2, 2, 2))), "got shape \\(2, 2, 2\\)"),
        (lambda: kernels.from_circulant(np.ones((2, 3))), "square; got shape \\(2, 3\\)"),
        (lambda: kernels.from_circulant(np.ones((4, 4)), (3, 2)), "has 6 points; got a matrix of shape \\(4, 4\\)"),
        (lambda: kernels.from_circulant(np.full((2, 2), np.nan)), "does not commute"),
        (lambda: kernels.rotated(np.ones((2, 3)), 1), "square kernels.*got shape \\(2, 3\\)"),
        (lambda: kernels.isotropic(np.ones(3)), "square kernels.*got shape \\(3,\\)"),
    ],
)
def test_impossible_kernels_say_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

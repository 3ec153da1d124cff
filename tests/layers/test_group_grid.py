"""Group convolution: exactly the maps that the solver finds, equivariant exactly where the docstrings say so."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gdl_course import groups, linear_maps
from gdl_course.layers import group_grid

C1, C2, C4, D4 = groups.cyclic(1), groups.cyclic(2), groups.cyclic(4), groups.dihedral(4)
MIRROR = [[-1, 0], [0, 1]]
D1 = groups.finite([MIRROR], "D1")
DIAGONAL = groups.finite([[[0, 1], [1, 0]]], "diagonal mirror")
D2 = groups.finite([MIRROR, [[1, 0], [0, -1]]], "D2")
GROUPS = [C1, C2, C4, D1, DIAGONAL, D2, D4]
names = lambda H: H.name
lift = jax.jit(group_grid.lift, static_argnames=("H", "padding"))
conv = jax.jit(group_grid.group_conv, static_argnames=("H", "padding", "stride"))


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def normal(rng, *shape):
    return rng.normal(size=shape).astype(np.float32)


def error(left, right):
    return float(np.abs(np.asarray(left) - np.asarray(right)).max() / np.abs(np.asarray(right)).max())


@pytest.mark.parametrize("H", [C2, C4, D4], ids=names)
def test_images_move_as_in_on_grid(rng, H):
    x, rho = rng.normal(size=(2, 5, 5)), H.on_grid(5, 5)
    for g in H.elements:
        assert np.array_equal(group_grid.act_on_image(g, x, H), rho.act(g, x))


@pytest.mark.parametrize("H", GROUPS, ids=names)
def test_images_and_fields_are_moved_by_actions(rng, H):
    x = rng.normal(size=(3, H.order, 4, 4))
    for act, y in ((group_grid.act_on_image, x), (group_grid.act, x)):
        for g in H.elements:
            for h in H.elements:
                assert np.array_equal(act(H.compose(g, h), y, H), act(g, act(h, y, H), H))


@pytest.mark.parametrize("padding", ["wrap", "zero", "reflect"])
@pytest.mark.parametrize("H", GROUPS, ids=names)
def test_layers_commute_with_the_group(rng, H, padding):
    image, kernel = normal(rng, 2, 6, 6), normal(rng, 3, 2, 3, 3)
    field, group_kernel = normal(rng, 2, H.order, 6, 6), normal(rng, 3, 2, H.order, 5, 5)
    first = lambda x: lift(x, kernel, H, padding=padding)
    second = lambda x: conv(x, group_kernel, H, padding=padding)
    for g in (*H.generators, H.random_non_involution(rng)):
        act = lambda x: group_grid.act(g, x, H)
        assert error(first(group_grid.act_on_image(g, image, H)), act(first(image))) < 1e-5
        assert error(second(act(field)), act(second(field))) < 1e-5


@pytest.mark.parametrize("H", [C4, D4], ids=names)
def test_wrapped_layers_commute_with_shifts_and_turns_together(rng, H):
    x, kernel = normal(rng, 2, H.order, 6, 6), normal(rng, 3, 2, H.order, 3, 3)
    g = H.random_non_involution(rng)
    move = lambda x: np.roll(group_grid.act(g, x, H), (1, 2), (-2, -1))
    assert error(conv(move(x), kernel, H), move(np.asarray(conv(x, kernel, H)))) < 1e-5


@pytest.mark.parametrize("padding", ["wrap", "zero", "reflect"])
def test_the_law_of_a_quarter_turn_and_its_halves(rng, padding):
    """new[r] = rot90(old[r - 1]); neither the roll of the maps nor the turn of each is enough, nor the other turn."""
    x, kernel = normal(rng, 1, 8, 8), normal(rng, 3, 1, 3, 3)
    old, new = (np.asarray(lift(image, kernel, C4, padding=padding)) for image in (x, np.rot90(x, axes=(1, 2)).copy()))
    turned = np.rot90(old, axes=(-2, -1))
    rolled = lambda y, step: np.roll(y, step, axis=1)
    assert error(rolled(turned, 1), new) < 1e-5
    for wrong in (rolled(old, 1), turned, rolled(turned, -1), rolled(np.rot90(old, -1, axes=(-2, -1)), 1)):
        assert error(wrong, new) > 0.1


def without_permuting(kernel, H):
    """A planted defect: the pixels of the kernel are moved and its poses are not."""
    return jnp.stack([group_grid.act_on_image(h, kernel, H) for h in H.elements], axis=1)


def clockwise(kernel, H):
    """A planted defect: the bank of r is where that of its inverse should be."""
    return group_grid.filter_bank(kernel, H)[:, np.array([H.index(H.inverse(h)) for h in H.elements])]


@pytest.mark.parametrize("defect", [without_permuting, clockwise])
def test_a_wrong_bank_is_not_equivariant(rng, monkeypatch, defect):
    x, kernel = normal(rng, 1, 4, 6, 6), normal(rng, 1, 1, 4, 3, 3)
    left = lambda: group_grid.group_conv(group_grid.act(C4.generators[0], x, C4), kernel, C4)
    right = lambda: group_grid.act(C4.generators[0], group_grid.group_conv(x, kernel, C4), C4)
    assert error(left(), right()) < 1e-5
    broken = defect(jnp.asarray(kernel), C4)
    monkeypatch.setattr(group_grid, "filter_bank", lambda kernel, H: broken)
    assert error(left(), right()) > 0.1


def torus_group(H, n):
    """Z_n x Z_n with H, and the permutations by which it moves the n x n pixels and the n x n pixels of |H| maps."""
    pixels, poses = np.arange(n * n).reshape(n, n), np.arange(H.order * n * n).reshape(H.order, n, n)
    shift = lambda steps: lambda x: np.roll(x, steps, (-2, -1))
    moves = [(shift((1, 0)), shift((1, 0))), (shift((0, 1)), shift((0, 1)))]
    for g in H.generators:
        moves.append((lambda x, g=g: group_grid.act_on_image(g, x, H), lambda x, g=g: group_grid.act(g, x, H)))
    images = lambda move, x: np.argsort(move(x).ravel())
    both = [np.concatenate([images(a, pixels), pixels.size + images(b, poses)]) for a, b in moves]
    G = groups.finite([tuple(p.tolist()) for p in both], f"torus with {H.name}")
    on_pixels = G.permutation(lambda g, i: g[i], list(range(pixels.size)))
    on_fields = G.permutation(lambda g, i: g[i], list(range(pixels.size, len(G.identity))))
    return on_pixels, on_fields


def matrix(f, shape):
    """The matrix of a linear map of arrays of this shape, in float64."""
    with jax.enable_x64(True):
        images = jax.vmap(f)(jnp.eye(int(np.prod(shape))).reshape(-1, *shape))
    return np.asarray(images).reshape(len(images), -1).T


@pytest.mark.parametrize(("H", "n"), [(C1, 3), (C2, 3), (D1, 3), (DIAGONAL, 3), (D2, 3), (C4, 3), (C4, 5), (D4, 3)])
def test_group_convolution_is_what_the_solver_finds(rng, H, n):
    """Each layer lies in the span of the basis, and a kernel as large as the torus has just as many free weights."""
    on_pixels, on_fields = torus_group(H, n)
    for f, shape, rho in (
        (lambda x, kernel: group_grid.group_conv(x[None], kernel, H), (H.order, n, n), on_fields),
        (lambda x, kernel: group_grid.lift(x[None], kernel, H), (n, n), on_pixels),
    ):
        basis = linear_maps(rho, on_fields)
        kernel = rng.normal(size=(1, 1, *shape))
        W = matrix(lambda x: f(x, kernel), shape)
        np.testing.assert_allclose(basis.project(W), W, atol=1e-10)
        assert basis.dimension == kernel.size
        # The response to one impulse alone holds every weight of the kernel.
        impulse = jnp.zeros(shape).at[(*[0] * (len(shape) - 2), 1, 0)].set(1.0)
        weights = matrix(lambda k: f(impulse, k), kernel.shape)
        assert np.linalg.matrix_rank(weights) == kernel.size
        mirrored = matrix(lambda x: f(x, kernel)[..., ::-1], shape)
        assert np.abs(basis.project(mirrored) - mirrored).max() > 0.1


@pytest.mark.parametrize("padding", ["zero", "reflect"])
@pytest.mark.parametrize(
    ("n", "stride", "exact"), [(9, 2, True), (7, 3, True), (4, 3, True), (8, 2, False), (9, 3, False)]
)
def test_stride_keeps_the_law_only_if_it_divides_n_minus_1(rng, padding, n, stride, exact):
    x, kernel, g = normal(rng, 2, 4, n, n), normal(rng, 2, 2, 4, 3, 3), C4.generators[0]
    f = lambda x: conv(x, kernel, C4, stride=stride, padding=padding)
    difference = error(f(group_grid.act(g, x, C4)), group_grid.act(g, f(x), C4))
    assert difference < 1e-5 if exact else difference > 0.1


@pytest.mark.parametrize(("n", "stride"), [(8, 2), (9, 3)])
def test_stride_on_the_torus_commutes_with_turns_about_pixel_0(rng, n, stride):
    x, kernel, g = normal(rng, 2, 8, n, n), normal(rng, 2, 2, 8, 3, 3), D4.generators[0]
    f = lambda x: np.asarray(conv(x, kernel, D4, stride=stride))
    # About the centre, pixel (0, 0) goes to (n - 1, 0); one step down on the torus brings it back.
    about_0 = lambda x: np.roll(group_grid.act(g, x, D4), 1, -2)
    assert error(f(about_0(x)), about_0(f(x))) < 1e-5
    assert error(f(group_grid.act(g, x, D4)), group_grid.act(g, f(x), D4)) > 0.1


@pytest.mark.parametrize("H", [C2, D1, D2], ids=names)
def test_groups_that_keep_the_axes_work_on_rectangles(rng, H):
    x, kernel, g = normal(rng, 2, H.order, 4, 7), normal(rng, 2, 2, H.order, 3, 3), H.generators[0]
    assert error(conv(group_grid.act(g, x, H), kernel, H), group_grid.act(g, conv(x, kernel, H), H)) < 1e-5


def test_gradient_of_lift(rng):
    with jax.enable_x64(True):
        x, kernel = jnp.asarray(rng.normal(size=(2, 4, 4))), jnp.asarray(rng.normal(size=(1, 2, 3, 3)))
        check_grads(jax.jit(lambda x, k: group_grid.lift(x, k, D4)), (x, kernel), order=1, modes=["rev"], rtol=1e-6)


def network(H, key):
    keys = jax.random.split(key, 2)
    return eqx.nn.Sequential([
        group_grid.Lift(1, 3, 3, group=H, key=keys[0]), eqx.nn.Lambda(jax.nn.relu),
        group_grid.GroupConv(3, 4, 3, group=H, key=keys[1]), eqx.nn.Lambda(group_grid.pool_group),
    ])  # fmt: skip


@pytest.mark.parametrize("H", [C4, D4], ids=names)
def test_a_network_of_layers_turns_its_output_with_its_input(rng, H):
    model, x, g = eqx.filter_jit(network(H, jax.random.key(0))), normal(rng, 1, 6, 6), H.random_non_involution(rng)
    y = model(x)
    assert y.shape == (4, 6, 6)
    assert error(model(group_grid.act_on_image(g, x, H)), group_grid.act_on_image(g, np.asarray(y), H)) < 1e-5


def test_a_network_has_a_gradient_for_every_weight_and_takes_empty_batches(rng):
    model, x = network(C4, jax.random.key(1)), normal(rng, 3, 1, 6, 6)
    loss = eqx.filter_jit(eqx.filter_value_and_grad(lambda model, x: (jax.vmap(model)(x) ** 2).sum()))
    _, gradient = loss(model, x)
    assert all(np.abs(g).max() > 0 for g in jax.tree.leaves(gradient))
    value, gradient = loss(model, x[:0])
    assert value == 0 and all(np.abs(g).max() == 0 for g in jax.tree.leaves(gradient))


def test_layers_of_groups_with_equal_generators_that_act_in_different_ways_are_told_apart(rng):
    """Half turns and the diagonal mirror have the same generator, a swap; a compiled layer must not be taken for it."""
    assert groups.cyclic(2).generators == DIAGONAL.generators
    x = normal(rng, 1, 4, 4)
    call = eqx.filter_jit(lambda layer, x: layer(x))
    half, mirror = (group_grid.Lift(1, 1, 3, group=H, key=jax.random.key(0)) for H in (C2, DIAGONAL))
    assert error(call(half, x), half(x)) < 1e-5
    assert error(call(mirror, x), mirror(x)) < 1e-5 < 1e-2 < error(half(x), mirror(x))


def test_dtypes(rng):
    x, kernel = np.arange(64).reshape(1, 4, 4, 4), normal(rng, 2, 1, 4, 1, 1)
    y = group_grid.group_conv(x, kernel, C4)
    assert y.dtype == group_grid.group_conv(x.astype(np.float32), kernel, C4).dtype == jnp.float32
    assert error(y, group_grid.group_conv(x.astype(np.float32), kernel, C4)) < 1e-6
    assert group_grid.lift(x[0, :1], np.ones((1, 1, 3, 3), int), C4).dtype == jnp.float32


IMAGE, FIELD = jnp.ones((2, 8, 8)), jnp.ones((2, 4, 8, 8))
KEY = jax.random.key(0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: group_grid.lift(IMAGE[..., :6], jnp.ones((1, 2, 3, 3)), C4), "C4 acts on square.*height 8, width 6"),
        (lambda: group_grid.group_conv(FIELD[..., :6], jnp.ones((1, 2, 4, 3, 3)), C4), "height 8, width 6"),
        (lambda: group_grid.act_on_image((1, 2, 3, 0), IMAGE[..., :6], C4), "height 8, width 6"),
        (lambda: group_grid.act_on_image((1, 2, 3, 0), jnp.ones(3), C4), "got \\(3,\\)"),
        (lambda: group_grid.act((1, 2, 3, 0), IMAGE, C4), "field of C4 has shape \\(..., 4, .* got \\(2, 8, 8\\)"),
        (lambda: group_grid.lift(IMAGE, jnp.ones((1, 3, 3, 3)), C4), "got x \\(2, 8, 8\\) and kernel \\(1, 3, 3, 3\\)"),
        (lambda: group_grid.group_conv(FIELD, jnp.ones((1, 2, 8, 3, 3)), C4), "and kernel \\(1, 2, 8, 3, 3\\)"),
        (lambda: group_grid.group_conv(FIELD, jnp.ones((1, 2, 4, 3, 3)), D4), "field of D4 has shape \\(..., 8,"),
        (lambda: group_grid.lift(IMAGE, jnp.ones((1, 2, 4, 4)), C4), "odd.*got \\(4, 4\\)"),
        (lambda: group_grid.lift(IMAGE, jnp.ones((1, 2, 3, 3)), C4, padding="same"), "got 'same'"),
        (lambda: group_grid.group_conv(FIELD, jnp.ones((1, 2, 4, 3, 3)), C4, stride=3), "not a multiple of stride 3"),
        (lambda: group_grid.filter_bank(jnp.ones((3, 3)), C4), "\\(out, in, k, k\\).*got \\(3, 3\\)"),
        (lambda: group_grid.Lift(1, 1, 4, group=C4, key=KEY), "odd.*got \\(4, 4\\)"),
        (lambda: group_grid.GroupConv(1, 1, 3, group=C4, stride=0, key=KEY), "stride must be .* got 0"),
        (lambda: group_grid.pool_group(jnp.ones((4, 4))), "got \\(4, 4\\)"),
        *((lambda n=n: group_grid.Lift(1, 1, 3, group=groups.cyclic(n), key=KEY), f"got C{n}") for n in (3, 6, 8)),
        (lambda: group_grid.GroupConv(1, 1, 3, group=groups.dihedral(3), key=KEY), "quarter turns.*got D3"),
        (lambda: group_grid.lift(IMAGE, jnp.ones((1, 2, 3, 3)), groups.symmetric(4)), "quarter turns.*got S4"),
        (lambda: group_grid.lift(IMAGE, jnp.ones((1, 2, 3, 3)), groups.SO(2)), "quarter turns.*got SO\\(2\\)"),
    ],
)  # fmt: skip
def test_bad_input_says_what_was_given(call, words):
    with pytest.raises(ValueError, match=words):
        call()

"""From a solved basis to a trainable layer: whatever `linear_maps` finds, with channels, weights and a bias.

The algebra says which matrices are allowed and the layer learns which one to take. The other files of this room are
layers written by hand, because they are faster or clearer, and *proved* equal to the solver's; this one takes any
basis as it comes, for a new group, a new representation, a first try.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from gdl_course.equivariance import EquivariantBasis, linear_maps
from gdl_course.layers._precision import floats


class EquivariantLinear(eqx.Module):
    """y_o = sum over c of W_oc x_c + b_o, where every W_oc is equivariant and every b_o is invariant.

    Each pair of an input channel c and an output channel o has its own matrix W_oc = sum over k of weight[o, c, k] M_k,
    with the maps M_k of the basis. A bias has to satisfy rho_out(g) b = b for every g: it is an equivariant map from
    the trivial representation, so that the same solver finds it. Where only the zero map, or only the zero bias, is
    equivariant, there is no weight for it.

    The weights start as independent normal numbers times sqrt(n_out / (in dimension)) / |M_k|, with n_out the dimension
    of rho_out. So the first W_oc is a normal random matrix, projected on the equivariant ones (whatever the basis), and
    inputs of mean square 1 lead, on average over weights, inputs and coordinates, to outputs of mean square 1: the
    expected square of the Frobenius norm of W_oc is n_out / in. The bias starts at 0.

    Args:
        basis: from `linear_maps`; float64, while the layer's numbers are float32.
        in_channels, out_channels: how many signals go in and come out, each of the shape of its representation.
        key: a JAX random key.

    Attributes:
        weight: the coefficients of the maps; `basis.combine(weight)` are the matrices W_oc.
        bias: the coefficients of the invariant vectors, the maps of `invariants`.

    Raises:
        TypeError: `basis` is not an `EquivariantBasis`.
        ValueError: a number of channels is not 1, 2, ..., or x does not have the shape (in, *basis.rho_in.shape).

    >>> from gdl_course import groups, linear_maps
    >>> pixels = groups.cyclic(4).on_grid(7, 7)
    >>> layer = EquivariantLinear(linear_maps(pixels, pixels), 3, 8, key=jax.random.key(0))
    >>> layer.weight.shape, layer.bias.shape, layer(jnp.ones((3, 7, 7))).shape
    ((8, 3, 601), (8, 13), (8, 7, 7))

    Source: Finzi, Welling and Wilson, *A Practical Method for Constructing Equivariant Multilayer Perceptrons for
    Arbitrary Matrix Groups*, ICML 2021; for orbits, Ravanbakhsh, Schneider and Poczos, *Equivariance Through
    Parameter-Sharing*, ICML 2017.
    """

    weight: Float[Array, "out in dimension"]
    bias: Float[Array, "out invariants"]
    basis: EquivariantBasis = eqx.field(static=True)
    invariants: EquivariantBasis = eqx.field(static=True)

    def __init__(self, basis: EquivariantBasis, in_channels: int, out_channels: int, *, key: PRNGKeyArray):
        if not isinstance(basis, EquivariantBasis):
            raise TypeError(f"expected an EquivariantBasis, such as linear_maps(rho_in, rho_out); got {basis!r}")
        if min(in_channels, out_channels) < 1:
            raise ValueError(f"a layer has at least one channel in and out; got {in_channels} in, {out_channels} out")
        rho = basis.rho_out
        self.basis, self.invariants = basis, linear_maps(rho.group.trivial(), rho)
        # A small layer has few weights for many entries: each map gets an equal share of the output.
        scale = np.sqrt(rho.dimension / (in_channels * max(1, basis.dimension))) / basis.norms
        shape = (out_channels, in_channels, basis.dimension)
        self.weight = jax.random.normal(key, shape) * jnp.asarray(scale[None, None], jnp.float32)
        self.bias = jnp.zeros((out_channels, self.invariants.dimension))

    def __call__(
        self, x: Float[Array, "in *shape_in"], *, key: PRNGKeyArray | None = None
    ) -> Float[Array, "out *shape_out"]:
        shape = (self.weight.shape[1], *self.basis.rho_in.shape)
        if jnp.shape(x) != shape:
            names = ", ".join(map(str, shape))
            raise ValueError(f"the layer takes x of shape (in, *rho_in.shape) = ({names}); got {jnp.shape(x)}")
        x = floats(x, self).reshape(shape[0], -1)
        # Full float32 also on GPUs, whose default (TF32) keeps three digits.
        y = jnp.einsum("ocij,cj->oi", self.basis.combine(self.weight), x, precision=jax.lax.Precision.HIGHEST)
        return (y + self.invariants.combine(self.bias)[..., 0]).reshape(-1, *self.basis.rho_out.shape)

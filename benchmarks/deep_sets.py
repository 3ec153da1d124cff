"""`gdl_course.layers.sets.DeepSets` against the same mathematics in torch, with masks: forward, and with gradients.

make bench ONLY=deep_sets
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from side_by_side import compare, header, tensor, torch_or_none

from gdl_course.layers import sets

CASES = [  # sets, elements, width, pool
    (32, 128, 64, "sum"),
    (32, 1024, 64, "mean"),
    (32, 1024, 64, "max"),
    (256, 64, 128, "max"),
]


@eqx.filter_jit
def ours(model, x, mask):
    return jax.vmap(model)(x, mask)


@eqx.filter_jit
def ours_with_gradients(model, x, mask):
    return eqx.filter_grad(lambda model: (ours(model, x, mask) ** 2).sum())(model)


def theirs(torch, model, x, mask):
    features = mlp(torch, model["inner"], torch.where(mask[:, :, None], x, 0.0))
    if model["pool"] == "max":
        pooled = features.masked_fill(~mask[:, :, None], torch.finfo(x.dtype).min).amax(dim=1)
    else:
        pooled = features.masked_fill(~mask[:, :, None], 0.0).sum(dim=1)
    if model["pool"] == "mean":
        pooled = pooled / mask.sum(dim=1, keepdim=True)
    return mlp(torch, model["outer"], pooled)


def mlp(torch, layers, x):
    for k, (weight, bias) in enumerate(layers):
        x = torch.nn.functional.linear(torch.relu(x) if k else x, weight, bias)
    return x


def theirs_with_gradients(torch, model, x, mask):
    parameters = [p for part in ("inner", "outer") for layer in model[part] for p in layer]
    return torch.autograd.grad((theirs(torch, model, x, mask) ** 2).sum(), parameters)


def in_torch(torch, model):
    layers = lambda part: [
        tuple(tensor(torch, np.array(p)).requires_grad_() for p in layer)
        for layer in zip(part.weights, part.biases, strict=True)
    ]
    return {"inner": layers(model.inner), "outer": layers(model.outer), "pool": model.pool}


def same_gradients(model_gradient, torch_gradient):
    ours = [p for part in (model_gradient.inner, model_gradient.outer)
            for layer in zip(part.weights, part.biases, strict=True) for p in layer]  # fmt: skip
    for a, b in zip(ours, torch_gradient, strict=True):
        np.testing.assert_allclose(a, b.cpu(), rtol=1e-3, atol=1e-3 * float(jnp.abs(a).max()))


def main():
    torch = torch_or_none()
    header()
    for case in CASES:
        count, n, width, pool = case
        model = sets.DeepSets((3, width, width), (width, width, 5), pool=pool, key=jax.random.key(0))
        rng = np.random.default_rng(0)
        x = rng.normal(size=(count, n, 3)).astype(np.float32)
        mask = np.arange(n) < rng.integers(1, n + 1, (count, 1))
        jax_sets = jnp.asarray(x), jnp.asarray(mask)
        name = "{} sets of up to {} elements, width {}, {}".format(*case)
        forward = backward = None
        if torch:
            peer, torch_sets = in_torch(torch, model), (tensor(torch, x), tensor(torch, mask))
            forward = lambda: theirs(torch, peer, *torch_sets).detach()
            backward = lambda: theirs_with_gradients(torch, peer, *torch_sets)
            scale = float(jnp.abs(ours(model, *jax_sets)).max())
            np.testing.assert_allclose(ours(model, *jax_sets), forward().cpu(), rtol=1e-4, atol=1e-5 * scale)
            same_gradients(ours_with_gradients(model, *jax_sets), backward())
        print(name)
        compare("forward", lambda: ours(model, *jax_sets), forward)
        compare("forward and gradients", lambda: ours_with_gradients(model, *jax_sets), backward)


if __name__ == "__main__":
    main()

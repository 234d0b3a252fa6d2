"""Towers of transformer layers that are stacked in one array each and scanned.

N: sequences, L: tokens, C: width of a token, F: width of a layer's hidden part, R: layers.
"""

from collections.abc import Callable

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.config import TowerConfig
from sima_jax.networks.attention import attend
from sima_jax.networks.linear import named
from sima_jax.sharding import along_data, rows_for_data

Weights = dict[str, jax.Array]


def normalise(x: jax.Array, scale: jax.Array, shift: jax.Array, epsilon: float) -> jax.Array:
    """Layer normalisation of the last axis in float32, given back in x's dtype (Ba et al. 2016, arXiv:1607.06450)."""
    wide = x.astype(jnp.float32)
    lead = (None,) * (x.ndim - 1)
    return (jax.nn.standardize(wide, axis=-1, epsilon=epsilon) * scale[lead] + shift[lead]).astype(x.dtype)


def layer(config: TowerConfig, weights: Weights, x: jax.Array, mask: jax.Array | None) -> jax.Array:
    """One layer: x [N, L, C] -> [N, L, C], computed in x's dtype.

    Normalised before each part as in ViT (Dosovitskiy et al. 2021), or after it as in BERT (Devlin et al. 2019).
    """
    first, second = (
        lambda y, part=part: normalise(y, weights[f"{part}_scale"], weights[f"{part}_shift"], config.epsilon)
        for part in ("norm_attention", "norm_mlp")
    )
    if config.norm_first:
        x = x + _attention(config, weights, first(x), mask)
        return x + _mlp(config, weights, second(x))
    x = first(x + _attention(config, weights, x, mask))
    return second(x + _mlp(config, weights, x))


def _attention(config: TowerConfig, weights: Weights, x: jax.Array, mask: jax.Array | None) -> jax.Array:
    projected = jnp.einsum("nlc,cpd->nlpd", x, weights["qkv_kernel"].astype(x.dtype))
    projected = projected + weights["qkv_bias"].astype(x.dtype)[None, None]
    split = (*x.shape[:2], config.heads, config.width // config.heads)
    query, key, value = (projected[:, :, part].reshape(split) for part in range(3))
    mixed = attend(query, key, value, mask).reshape(x.shape)
    return mixed @ weights["out_kernel"].astype(x.dtype) + weights["out_bias"].astype(x.dtype)[None, None]


def _mlp(config: TowerConfig, weights: Weights, x: jax.Array) -> jax.Array:
    hidden = x @ weights["mlp_in_kernel"].astype(x.dtype) + weights["mlp_in_bias"].astype(x.dtype)[None, None]
    hidden = nn.gelu(hidden, approximate=config.tanh_gelu)
    return hidden @ weights["mlp_out_kernel"].astype(x.dtype) + weights["mlp_out_bias"].astype(x.dtype)[None, None]


def _kernel(*out_axes: int) -> Callable[..., jax.Array]:
    """Begins [R, inputs, outputs ...] so that each layer keeps the size of its inputs."""
    return nn.initializers.variance_scaling(
        1.0, "fan_in", "truncated_normal", in_axis=1, out_axis=out_axes, batch_axis=(0,)
    )


# Shape of each array of one layer in terms of C and F, its logical axes (see sharding.py), and how all layers begin.
_ARRAYS: dict[str, tuple[tuple[str | int, ...], tuple[str | None, ...], Callable[..., jax.Array]]] = {
    "norm_attention_scale": (("C",), (None,), nn.initializers.ones),
    "norm_attention_shift": (("C",), (None,), nn.initializers.zeros),
    "qkv_kernel": (("C", 3, "C"), ("embed", None, "heads"), _kernel(2, 3)),
    "qkv_bias": ((3, "C"), (None, "heads"), nn.initializers.zeros),
    "out_kernel": (("C", "C"), ("heads", "embed"), _kernel(2)),
    "out_bias": (("C",), (None,), nn.initializers.zeros),
    "norm_mlp_scale": (("C",), (None,), nn.initializers.ones),
    "norm_mlp_shift": (("C",), (None,), nn.initializers.zeros),
    "mlp_in_kernel": (("C", "F"), ("embed", "mlp"), _kernel(2)),
    "mlp_in_bias": (("F",), ("mlp",), nn.initializers.zeros),
    "mlp_out_kernel": (("F", "C"), ("mlp", "embed"), _kernel(2)),
    "mlp_out_bias": (("C",), (None,), nn.initializers.zeros),
}


class Tower(nn.Module):
    """R layers, one after the other. Only what enters a layer is kept for the gradient; the rest is computed again."""

    config: TowerConfig

    @nn.compact
    def __call__(self, x: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """x [N, L, C], mask bool [N, L] or None -> [N, L, C], in x's dtype."""
        config = self.config
        sizes = {"C": config.width, "F": config.mlp}

        def array(name: str) -> jax.Array:
            shape, axes, begin = _ARRAYS[name]
            sized = (config.depth, *(sizes[size] if isinstance(size, str) else size for size in shape))
            return self.param(name, named(begin, None, *axes), sized, jnp.float32)

        stacked = {name: array(name) for name in _ARRAYS}

        @jax.checkpoint
        def one_layer(x: jax.Array, weights: Weights) -> jax.Array:
            return along_data(layer(config, weights, along_data(x), mask))

        count = len(x)
        # Each device then has sequences of its own; else all of them would compute every sentence of the table.
        x, mask = rows_for_data(x), None if mask is None else rows_for_data(mask)
        x, _ = jax.lax.scan(lambda x, weights: (one_layer(x, weights), None), x, stacked)
        return x[:count]

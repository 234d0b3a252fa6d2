"""Instructions -> latents by a tower of BERT's shape.

K: instructions, L: tokens, C: width of a token, D: latent width.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.config import TransformerAgentConfig
from sima_jax.networks.linear import Linear, named
from sima_jax.networks.tower import Tower, normalise


class LanguageTower(nn.Module):
    """BERT (Devlin et al. 2019, arXiv:1810.04805) without its pooler: the mean of the tokens is the sentence."""

    config: TransformerAgentConfig

    @nn.compact
    def __call__(self, tokens: jax.Array) -> jax.Array:
        """tokens [K, L] int32, 0 is padding -> latent [K, D] float32."""
        config = self.config
        width, dtype = config.language.width, jnp.dtype(config.compute)

        def table(name: str, rows: int, axis: str | None) -> jax.Array:
            return self.param(name, named(nn.initializers.normal(0.02), axis, "embed"), (rows, width), jnp.float32)

        kind = self.param("kind", named(nn.initializers.normal(0.02), "embed"), (width,), jnp.float32)
        ones, zeros = named(nn.initializers.ones, None), named(nn.initializers.zeros, None)
        scale = self.param("norm_scale", ones, (width,), jnp.float32)
        shift = self.param("norm_shift", zeros, (width,), jnp.float32)
        mask = tokens > 0
        x = table("words", config.words, "vocab")[tokens]
        x = x + table("places", config.places, None)[None, : tokens.shape[1]] + kind[None, None]
        x = Tower(config.language, name="tower")(
            normalise(x, scale, shift, config.language.epsilon).astype(dtype), mask
        )
        share = mask.astype(jnp.float32) / mask.sum(axis=1, keepdims=True)
        mean = jnp.einsum("kl,klc->kc", share, x.astype(jnp.float32))
        return jnp.tanh(Linear(config.language_width, 1.0, ("embed", "mlp"), name="latent")(mean))

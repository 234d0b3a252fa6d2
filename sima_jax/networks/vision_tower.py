"""Images -> latents by a vision transformer that knows nothing of the instruction.

N: images, H, W: pixels, G: patches, C: width of a token, D: latent width.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.config import TransformerAgentConfig
from sima_jax.networks.linear import Linear, named
from sima_jax.networks.tower import Tower, normalise
from sima_jax.networks.vision import cut_patches


class VisionTower(nn.Module):
    """A ViT with learnt positions and attention pooling, as SigLIP has (Zhai et al. 2023, arXiv:2303.15343)."""

    config: TransformerAgentConfig

    @nn.compact
    def __call__(self, image: jax.Array) -> jax.Array:
        """image [N, H, W, 3] uint8 -> latent [N, D] float32."""
        config = self.config
        dtype = jnp.dtype(config.compute)
        width = config.vision.width
        pixels = image.astype(jnp.float32)
        if config.front == "siglip":
            size = (image.shape[0], *config.siglip_size, 3)
            pixels = jax.image.resize(pixels, size, "linear", antialias=True)
        patches = cut_patches((pixels / 127.5 - 1.0).astype(dtype), config.grid, (1, 1))[:, :, 0]
        if config.front == "native":
            patches = Linear(config.squeeze, 1.0, ("embed", None), compute=dtype, name="squeeze")(patches)
        tokens = Linear(width, 1.0, (None, "embed"), compute=dtype, name="patches")(patches)
        places = named(nn.initializers.normal(0.02), None, "embed")
        places = self.param("places", places, (tokens.shape[1], width), jnp.float32)
        tokens = Tower(config.vision, name="tower")(tokens + places[None].astype(dtype))
        ones, zeros = named(nn.initializers.ones, None), named(nn.initializers.zeros, None)
        scale = self.param("norm_scale", ones, (width,), jnp.float32)
        shift = self.param("norm_shift", zeros, (width,), jnp.float32)
        tokens = normalise(tokens, scale, shift, config.vision.epsilon)
        return self._pooled(tokens)

    def _pooled(self, tokens: jax.Array) -> jax.Array:
        """One learnt question of each head, asked of every token: [N, G, C] -> [N, D]."""
        heads, width = self.config.pool_heads, self.config.vision.width
        question = named(nn.initializers.normal(0.02), "heads", None)
        question = self.param("question", question, (heads, width // heads), jnp.float32)
        keys = Linear(width, 1.0, ("embed", "heads"), compute=tokens.dtype, name="pool_key")(tokens)
        keys = keys.reshape(*keys.shape[:2], heads, -1).astype(jnp.float32)
        weights = jax.nn.softmax(jnp.einsum("nghd,hd->nhg", keys, question) * (width // heads) ** -0.5, axis=-1)
        values = Linear(self.config.vision_width, 1.0, ("embed", "heads"), compute=tokens.dtype, name="pool_value")(
            tokens
        )
        values = values.reshape(*values.shape[:2], heads, -1).astype(jnp.float32)
        pooled = jnp.einsum("nhg,nghd->nhd", weights, values)
        return pooled.reshape(tokens.shape[0], -1)

"""Instructions -> latents: a small transformer encoder (Vaswani et al. 2017, pre-norm).

K: instructions, L: tokens, C: channels, D: latent width.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.config import AgentConfig
from sima_jax.networks.linear import Linear, named


class LayerNorm(nn.Module):
    """Normalise the last axis to mean 0 and variance 1, then scale and shift."""

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        ones = named(nn.initializers.ones, "embed")
        zeros = named(nn.initializers.zeros, "embed")
        lead = (None,) * (x.ndim - 1)
        scale = self.param("scale", ones, (x.shape[-1],), jnp.float32)[lead]
        shift = self.param("shift", zeros, (x.shape[-1],), jnp.float32)[lead]
        return jax.nn.standardize(x, axis=-1) * scale + shift


class Attention(nn.Module):
    """Self-attention of [K, L, C] among the tokens where mask [K, L] is true."""

    heads: int

    @nn.compact
    def __call__(self, x: jax.Array, mask: jax.Array) -> jax.Array:
        split = (*x.shape[:2], self.heads, x.shape[-1] // self.heads)
        query, key, value = (
            Linear(x.shape[-1], 1.0, ("embed", "heads"), name=name)(x).reshape(split)
            for name in ("query", "key", "value")
        )
        mixed = jax.nn.dot_product_attention(query, key, value, mask=mask[:, None, None, :])
        return Linear(x.shape[-1], 1.0, ("heads", "embed"), name="out")(mixed.reshape(x.shape))


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x))."""

    heads: int

    @nn.compact
    def __call__(self, x: jax.Array, mask: jax.Array) -> jax.Array:
        x = x + Attention(self.heads, name="attention")(LayerNorm(name="norm_attention")(x), mask)
        hidden = nn.gelu(Linear(4 * x.shape[-1], name="mlp_in")(LayerNorm(name="norm_mlp")(x)))
        return x + Linear(x.shape[-1], 1.0, ("mlp", "embed"), name="mlp_out")(hidden)


class LanguageEncoder(nn.Module):
    """Token ids -> one latent per instruction; padding (0) is invisible to it."""

    config: AgentConfig
    vocabulary: int
    length: int

    @nn.compact
    def __call__(self, tokens: jax.Array) -> jax.Array:
        """tokens [K, L] int32 -> latent [K, D]."""
        width = self.config.language_hidden
        words = named(nn.initializers.normal(0.05), "vocab", "embed")
        places = named(nn.initializers.normal(0.1), None, "embed")
        words = self.param("words", words, (self.vocabulary, width), jnp.float32)
        places = self.param("places", places, (self.length, width), jnp.float32)
        mask = tokens > 0
        x = words[tokens] + places[None, : tokens.shape[1]]
        for layer in range(self.config.language_layers):
            x = Block(self.config.language_heads, name=f"block_{layer}")(x, mask)
        x = LayerNorm(name="norm_out")(x)
        # Attention pooling: one learnt question asked of every token.
        score = jnp.where(mask, Linear(1, 1.0, ("embed", None), name="pool")(x)[..., 0], -1e9)
        pooled = jnp.einsum("kl,klc->kc", jax.nn.softmax(score, axis=-1), x)
        return jnp.tanh(Linear(self.config.language_width, name="latent")(pooled))

"""Joined latents -> action distribution, and -> value."""

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.networks.linear import Linear, named


class PolicyHead(nn.Module):
    """Latents [..., D] -> mean [..., A] and log standard deviation [A] of a diagonal Gaussian."""

    hidden: int
    action_dim: int
    init_log_std: float

    @nn.compact
    def __call__(self, latent: jax.Array) -> tuple[jax.Array, jax.Array]:
        hidden = nn.relu(Linear(self.hidden, name="hidden")(latent))
        init = named(nn.initializers.constant(self.init_log_std), None)
        log_std = self.param("log_std", init, (self.action_dim,), jnp.float32)
        return Linear(self.action_dim, 0.01, ("embed", None), name="mean")(hidden), log_std


class ValueHead(nn.Module):
    """Latents [..., D] -> expected discounted return [...]."""

    hidden: int

    @nn.compact
    def __call__(self, latent: jax.Array) -> jax.Array:
        hidden = nn.relu(Linear(self.hidden, name="hidden")(latent))
        return Linear(1, 1.0, ("embed", None), name="value")(hidden)[..., 0]

"""Joined latents -> action distribution, and -> value."""

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.networks.linear import Linear, named


class PolicyHead(nn.Module):
    """Latents [..., D] -> mean [..., A] and log standard deviation [A] of a diagonal Gaussian.

    init_mean, init_std: A numbers each, about what an untrained head gives. layers: hidden ones.
    """

    hidden: int
    init_mean: tuple[float, ...]
    init_std: tuple[float, ...]
    layers: int = 1

    @nn.compact
    def __call__(self, latent: jax.Array) -> tuple[jax.Array, jax.Array]:
        hidden = nn.relu(Linear(self.hidden, name="hidden")(latent))
        for number in range(1, self.layers):  # cut the other way round, so that nothing is gathered between the two
            hidden = nn.relu(Linear(self.hidden, axes=("mlp", "embed"), name=f"hidden_{number}")(hidden))
        action_dim = len(self.init_mean)
        init = named(lambda *_: jnp.log(jnp.asarray(self.init_std, jnp.float32)), None)
        log_std = self.param("log_std", init, (action_dim,), jnp.float32)
        rest = jnp.asarray(self.init_mean, jnp.float32)[(None,) * (latent.ndim - 1)]
        # In units of the spread, so that a cautious input drifts as cautiously.
        spread = jnp.asarray(self.init_std, jnp.float32)[(None,) * (latent.ndim - 1)]
        return rest + spread * Linear(action_dim, 0.01, ("embed", None), name="mean")(hidden), log_std


class ValueHead(nn.Module):
    """Latents [..., D] and what only the simulator knows [..., G] -> expected discounted return [...].

    The value judges the policy in training and never acts, so it may know more (Pinto et al. 2018, arXiv:1710.06542).
    """

    hidden: int

    @nn.compact
    def __call__(self, latent: jax.Array, privileged: jax.Array) -> jax.Array:
        known = jnp.concatenate([latent, privileged], axis=-1)
        hidden = nn.relu(Linear(self.hidden, name="hidden")(known))
        return Linear(1, 1.0, ("embed", None), name="value")(hidden)[..., 0]

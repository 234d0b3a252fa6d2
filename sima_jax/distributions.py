"""The action distribution: a diagonal Gaussian on R^A. Actions are clipped to [-1, 1] only at the environment's door.

A: action dimensions.
"""

import math

import jax
import jax.numpy as jnp

_LOG_2_PI = math.log(2.0 * math.pi)


def sample(key: jax.Array, mean: jax.Array, log_std: jax.Array) -> jax.Array:
    """mean [..., A], log_std [A] -> one action [..., A]."""
    return mean + jnp.exp(_lead(log_std, mean)) * jax.random.normal(key, mean.shape)


def log_prob(action: jax.Array, mean: jax.Array, log_std: jax.Array) -> jax.Array:
    """log N(action; mean, exp(log_std)^2), summed over the A dimensions: [..., A] -> [...]."""
    log_std = _lead(log_std, mean)
    z = (action - mean) * jnp.exp(-log_std)
    return jnp.sum(-0.5 * z * z - log_std - 0.5 * _LOG_2_PI, axis=-1)


def entropy(log_std: jax.Array) -> jax.Array:
    """Differential entropy in nats: log_std [A] -> []."""
    return jnp.sum(log_std + 0.5 * (1.0 + _LOG_2_PI))


def _lead(log_std: jax.Array, mean: jax.Array) -> jax.Array:
    return log_std[(None,) * (mean.ndim - 1)]

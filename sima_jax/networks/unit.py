"""Vectors of length 1, as losses compare them."""

import jax
import jax.numpy as jnp


def unit(x: jax.Array) -> jax.Array:
    """Vectors [..., D] of length 1; a vector of zeros stays one."""
    return x * jax.lax.rsqrt(jnp.sum(x * x, axis=-1, keepdims=True) + 1e-8)

"""Proximal policy optimisation: the clipped surrogate, the value loss and the entropy bonus."""

import chex
import jax
import jax.numpy as jnp


def ppo_loss(
    log_prob: jax.Array,
    old_log_prob: jax.Array,
    advantages: jax.Array,
    values: jax.Array,
    old_values: jax.Array,
    returns: jax.Array,
    entropy: jax.Array,
    *,
    clip: float,
    value_cost: float,
    entropy_cost: float,
) -> tuple[jax.Array, dict[str, jax.Array]]:
    """L = -E[min(r A, clip(r, 1 - e, 1 + e) A)] + value_cost * L_V - entropy_cost * H.

    r = exp(log_prob - old_log_prob), L_V = 0.5 E[(V - R)^2]. All arrays have one shape, but for entropy [].
    Source: Schulman et al. 2017 (arXiv:1707.06347), eqs. 7 and 9.
    """
    chex.assert_equal_shape([log_prob, old_log_prob, advantages, values, old_values, returns])
    chex.assert_rank(entropy, 0)
    log_ratio = log_prob - old_log_prob
    ratio = jnp.exp(log_ratio)
    clipped = jnp.clip(ratio, 1.0 - clip, 1.0 + clip)
    policy = -jnp.mean(jnp.minimum(ratio * advantages, clipped * advantages))
    value = 0.5 * jnp.mean(jnp.square(values - returns))
    metrics = {
        "policy_loss": policy,
        "value_loss": value,
        "entropy": entropy,
        "approximate_kl": jnp.mean((ratio - 1.0) - log_ratio),
        "clip_fraction": jnp.mean((jnp.abs(ratio - 1.0) > clip).astype(jnp.float32)),
        "value_change": jnp.mean(jnp.abs(values - old_values)),
    }
    return policy + value_cost * value - entropy_cost * entropy, metrics

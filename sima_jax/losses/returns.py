"""Advantage estimation. T: time."""

import chex
import jax
import jax.numpy as jnp


def gae(
    rewards: jax.Array,
    values: jax.Array,
    bootstrap: jax.Array,
    continues: jax.Array,
    *,
    discount: float,
    lam: float,
) -> jax.Array:
    """Advantages [T] of one trajectory: A_t = d_t + discount * lam * c_t * A_{t+1}.

    d_t = r_t + discount * c_t * V_{t+1} - V_t.
    rewards, values: [T]; bootstrap: [] value after the last step; continues: [T] 0.0 where the episode ended, else 1.0.
    Source: Schulman et al. 2015 (arXiv:1506.02438), eq. 16.
    """
    chex.assert_rank([rewards, values, bootstrap, continues], [1, 1, 0, 1])
    chex.assert_equal_shape([rewards, values, continues])
    following = jnp.append(values[1:], bootstrap)
    deltas = rewards + discount * continues * following - values

    def step(later: jax.Array, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        delta, goes_on = now
        advantage = delta + discount * lam * goes_on * later
        return advantage, advantage

    _, advantages = jax.lax.scan(step, jnp.zeros_like(bootstrap), (deltas, continues), reverse=True)
    return advantages

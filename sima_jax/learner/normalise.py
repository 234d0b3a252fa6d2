"""Rewards scaled by the running spread of the discounted return, so that one learning rate fits every reward function.

T: time, B: environments.
"""

import jax
import jax.numpy as jnp

from sima_jax.types import RewardScale


def initial_reward_scale(batch: int) -> RewardScale:
    """Nothing seen yet: rewards pass unscaled until the first update."""
    return RewardScale(
        running_return=jnp.zeros((batch,), jnp.float32),
        mean=jnp.zeros((), jnp.float32),
        variance=jnp.ones((), jnp.float32),
        count=jnp.full((), 1e-4, jnp.float32),
    )


def scale_rewards(
    scale: RewardScale, rewards: jax.Array, continues: jax.Array, *, discount: float
) -> tuple[RewardScale, jax.Array]:
    """Divide rewards [T, B] by the standard deviation of G_t = r_t + discount * c_{t-1} * G_{t-1} seen so far.

    The mean is left alone: shifting rewards would change which policy is best.
    Source: Engstrom et al. 2020, "Implementation Matters in Deep Policy Gradients", section 2.
    """

    def step(running, now):
        reward, goes_on = now
        running = reward + discount * running
        return running * goes_on, running

    running, returns = jax.lax.scan(step, scale.running_return, (rewards, continues))
    mean, variance, count = _merge(scale, returns)
    scale = RewardScale(running_return=running, mean=mean, variance=variance, count=count)
    return scale, rewards * jax.lax.rsqrt(variance + 1e-8)


def _merge(scale: RewardScale, batch: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Mean, variance and count of old and new samples together (Chan et al. 1979)."""
    added = jnp.asarray(batch.size, jnp.float32)
    count = scale.count + added
    delta = batch.mean() - scale.mean
    mean = scale.mean + delta * added / count
    squares = scale.variance * scale.count + batch.var() * added + delta**2 * scale.count * added / count
    return mean, squares / count, count

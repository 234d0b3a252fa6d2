"""Reward scaling."""

import jax.numpy as jnp
import numpy as np

from sima_jax.learner.normalise import initial_reward_scale, scale_rewards


def test_returns_accumulate_and_stop_at_the_end_of_an_episode():
    # Rewards 1, 1, 1 with discount 0.5, the second step ends an episode:
    # G = 1, then 1 + 0.5 = 1.5 (and forgotten), then 1. Mean 3.5 / 3, variance 1/18.
    scale, scaled = scale_rewards(
        initial_reward_scale(1), jnp.ones((3, 1)), jnp.asarray([[1.0], [0.0], [1.0]]), discount=0.5
    )
    np.testing.assert_allclose(scale.running_return, [1.0])
    np.testing.assert_allclose(scale.mean, 3.5 / 3, rtol=1e-3)
    np.testing.assert_allclose(scale.variance, 1 / 18, rtol=1e-2)
    np.testing.assert_allclose(scaled, np.ones((3, 1)) / np.sqrt(scale.variance), rtol=1e-5)


def test_rewards_ten_times_larger_give_the_same_scaled_rewards():
    rng = np.random.default_rng(0)
    rewards = jnp.asarray(rng.normal(size=(50, 4)), jnp.float32)
    going = jnp.ones((50, 4))
    _, small = scale_rewards(initial_reward_scale(4), rewards, going, discount=0.9)
    _, large = scale_rewards(initial_reward_scale(4), 10 * rewards, going, discount=0.9)
    np.testing.assert_allclose(small, large, rtol=1e-3)


def test_two_batches_equal_one():
    rng = np.random.default_rng(1)
    rewards = jnp.asarray(rng.normal(size=(20, 3)), jnp.float32)
    going = jnp.ones((20, 3))
    whole, _ = scale_rewards(initial_reward_scale(3), rewards, going, discount=0.9)
    half, _ = scale_rewards(initial_reward_scale(3), rewards[:10], going[:10], discount=0.9)
    half, _ = scale_rewards(half, rewards[10:], going[10:], discount=0.9)
    np.testing.assert_allclose(whole.variance, half.variance, rtol=1e-4)
    np.testing.assert_allclose(whole.mean, half.mean, rtol=1e-4)

"""The diagonal Gaussian of the actions."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax import distributions


def test_log_prob_by_hand():
    # Two dimensions with standard deviations 1 and 2; the action is 1 off in the first, 2 off (one deviation) in the
    # second: -(1/2 + 1/2) - log 1 - log 2 - 2 * log(2 pi) / 2 = -1 - 0.6931 - 1.8379 = -3.5310.
    mean, log_std = jnp.array([[0.0, 1.0]]), jnp.log(jnp.array([1.0, 2.0]))
    np.testing.assert_allclose(distributions.log_prob(jnp.array([[1.0, 3.0]]), mean, log_std), [-3.5310], atol=1e-4)


def test_entropy_by_hand():
    # log(s) + (1 + log(2 pi)) / 2 in each dimension: 0 + 1.4189 and 0.6931 + 1.4189.
    assert float(distributions.entropy(jnp.log(jnp.array([1.0, 2.0])))) == pytest.approx(3.5310, abs=1e-4)


def test_log_prob_is_a_density():
    # Summed over a fine grid of one dimension, it makes one.
    grid = jnp.linspace(-12.0, 12.0, 4001)
    log_probs = distributions.log_prob(grid[:, None], jnp.full((4001, 1), 0.7), jnp.array([0.3]))
    assert float(jnp.exp(log_probs).sum() * (grid[1] - grid[0])) == pytest.approx(1.0, abs=1e-3)


def test_samples_have_the_mean_spread_and_entropy_that_they_claim():
    log_std = jnp.array([-1.0, 0.5])
    mean = jnp.broadcast_to(jnp.array([0.3, -2.0]), (20_000, 2))
    samples = distributions.sample(jax.random.key(0), mean, log_std)
    np.testing.assert_allclose(samples.mean(0), [0.3, -2.0], atol=0.04)
    np.testing.assert_allclose(samples.std(0), np.exp(log_std), rtol=0.03)
    surprise = -distributions.log_prob(samples, mean, log_std).mean()
    assert float(surprise) == pytest.approx(float(distributions.entropy(log_std)), abs=0.03)


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
def test_any_leading_axes(lead):
    mean, log_std = jnp.zeros((*lead, 8)), jnp.full((8,), -0.5)
    action = distributions.sample(jax.random.key(1), mean, log_std)
    log_prob = distributions.log_prob(action, mean, log_std)
    assert action.shape == (*lead, 8) and log_prob.shape == lead


def test_actions_are_not_clipped_and_a_far_one_has_a_finite_log_prob():
    mean, log_std = jnp.full((1000, 1), 0.9), jnp.array([0.0])
    assert float(distributions.sample(jax.random.key(2), mean, log_std).max()) > 1.0
    far = distributions.log_prob(jnp.array([[1e4]]), jnp.zeros((1, 1)), log_std)
    assert math.isfinite(float(far[0]))


def test_another_number_of_dimensions_is_refused():
    with pytest.raises((TypeError, ValueError), match="shapes"):
        distributions.log_prob(jnp.zeros((4, 8)), jnp.zeros((4, 8)), jnp.zeros((7,)))

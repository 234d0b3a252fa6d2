"""The clipped surrogate worked by hand."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.losses.ppo import ppo_loss


def loss(ratio, advantages, values: Any = 0.0, returns: Any = 0.0, entropy=0.0, **costs):
    ratio = jnp.atleast_1d(jnp.asarray(ratio, float))
    advantages, values, returns = (
        jnp.broadcast_to(jnp.asarray(x, float), ratio.shape) for x in (advantages, values, returns)
    )
    zeros = jnp.zeros_like(ratio)
    costs = {"clip": 0.2, "value_cost": 0.0, "entropy_cost": 0.0} | costs
    return ppo_loss(jnp.log(ratio), zeros, advantages, values, zeros, returns, jnp.asarray(entropy, float), **costs)


@pytest.mark.parametrize(
    ("ratio", "advantage", "expected"),
    [
        (1.0, 2.0, -2.0),
        (1.1, 2.0, -2.2),  # inside of the clip
        (1.5, 2.0, -2.4),  # likelier than 1.2 times earns no more than 1.2 * 2
        (0.5, 2.0, -1.0),  # but less likely is not forgiven
        (0.5, -2.0, 1.6),  # a bad action made rarer than 0.8 times earns no more than that
        (1.5, -2.0, 3.0),  # but likelier is not forgiven
    ],
)
def test_policy_loss_by_hand(ratio, advantage, expected):
    total, metrics = loss(ratio, advantage)
    assert float(total) == float(metrics["policy_loss"]) == pytest.approx(expected, rel=1e-5)


def test_parts_are_weighed_and_averaged():
    # Policy: -(1 + 3) / 2 = -2. Value: 0.5 * (1 + 9) / 2 = 2.5. Total: -2 + 0.1 * 2.5 - 0.01 * 5 = -1.8.
    total, metrics = loss([1.0, 1.0], [1.0, 3.0], [1.0, 0.0], [0.0, 3.0], 5.0, value_cost=0.1, entropy_cost=0.01)
    assert float(total) == pytest.approx(-1.8, rel=1e-5)
    assert float(metrics["value_loss"]) == pytest.approx(2.5)
    assert float(metrics["value_change"]) == pytest.approx(0.5)


def test_metrics_by_hand():
    # Ratios 1 and 2: one of two is clipped; (r - 1) - log r is 0 and 1 - 0.6931.
    _, metrics = loss([1.0, 2.0], 0.0)
    assert float(metrics["clip_fraction"]) == 0.5
    assert float(metrics["approximate_kl"]) == pytest.approx((1.0 - math.log(2.0)) / 2, rel=1e-4)


def test_beyond_the_clip_nothing_is_learned_and_inside_the_policy_gradient_is():
    gradient = jax.grad(lambda ratio: loss(ratio, 2.0)[0])
    assert float(gradient(1.5)) == 0.0
    assert float(gradient(1.0)) == pytest.approx(-2.0)
    worse = jax.grad(lambda ratio: loss(ratio, -2.0)[0])
    assert float(worse(1.5)) == pytest.approx(2.0)


def test_order_makes_no_difference():
    rng = np.random.default_rng(0)
    ratio, advantages = np.exp(rng.normal(size=20)), rng.normal(size=20)
    order = rng.permutation(20)
    np.testing.assert_allclose(loss(ratio, advantages)[0], loss(ratio[order], advantages[order])[0], rtol=1e-5)


def test_arrays_of_other_shapes_are_refused():
    one, two = jnp.ones((1,)), jnp.ones((2,))
    with pytest.raises(AssertionError, match="shape"):
        ppo_loss(one, one, two, one, one, one, jnp.zeros(()), clip=0.2, value_cost=0.5, entropy_cost=0.0)

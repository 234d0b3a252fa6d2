"""Advantages worked by hand."""

import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.losses.returns import gae


def advantages(rewards, values, bootstrap, continues, discount=0.5, lam=1.0):
    arrays = (jnp.asarray(rewards, float), jnp.asarray(values, float), jnp.asarray(bootstrap, float))
    return np.asarray(gae(*arrays, jnp.asarray(continues, float), discount=discount, lam=lam)).tolist()


def test_three_steps_by_hand():
    # d_2 = 1 + 0.5 * 4 - 3 = 0; d_1 = 1 + 0.5 * 3 - 2 = 0.5; d_0 = 1 + 0.5 * 2 - 1 = 1.
    # With lambda 0.5: A_2 = 0; A_1 = 0.5; A_0 = 1 + 0.5 * 0.5 * 0.5 = 1.125.
    assert advantages([1, 1, 1], [1, 2, 3], 4, [1, 1, 1], lam=0.5) == [1.125, 0.5, 0.0]


def test_stops_at_a_termination():
    # The last step ends the episode: A_1 = 1. Then A_0 = 1 + 0.5 * 1 = 1.5; the bootstrap is unused.
    assert advantages([1, 1], [0, 0], 100, [1, 0]) == [1.5, 1.0]
    # The first one does: what comes after, though worth 100, is another episode's.
    assert advantages([1, 1], [0, 100], 100, [0, 1]) == [1.0, 1 + 0.5 * 100 - 100]


def test_lambda_one_is_the_discounted_return_less_the_value():
    rng = np.random.default_rng(0)
    rewards, values = rng.normal(size=(2, 6))
    expected, later = [], 2.0
    for reward, value in zip(rewards[::-1], values[::-1], strict=True):
        later = reward + 0.9 * later
        expected.append(later - value)
    got = advantages(rewards, values, 2.0, np.ones(6), discount=0.9)
    np.testing.assert_allclose(got, expected[::-1], rtol=1e-5)


def test_lambda_zero_looks_one_step_ahead():
    assert advantages([1, 2], [3, 5], 7, [1, 1], lam=0.0) == [1 + 2.5 - 3, 2 + 3.5 - 5]


def test_right_values_leave_no_advantage():
    # A reward of 1 for ever, halved with every step, is worth 2.
    assert advantages([1] * 5, [2] * 5, 2, [1] * 5, lam=0.7) == [0.0] * 5


def test_wrong_shapes_are_refused():
    with pytest.raises(AssertionError, match="rank"):
        advantages([[1]], [[1]], 0, [[1]])
    with pytest.raises(AssertionError, match="shape"):
        advantages([1, 1], [1], 0, [1, 1])

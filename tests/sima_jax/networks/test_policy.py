"""Policy and value heads."""

from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.networks.policy import PolicyHead, ValueHead

MEAN, STD = (0.5, -0.8), (0.6, 0.2)
HEAD = PolicyHead(16, MEAN, STD)


def apply(module: nn.Module, params: Any, *inputs: jax.Array) -> Any:
    return jax.jit(module.apply)({"params": params}, *inputs)


def test_an_untrained_head_gives_about_what_it_was_told():
    latent = jax.random.normal(jax.random.key(1), (50, 6))
    (mean, log_std), _ = HEAD.init_with_output(jax.random.key(0), latent)
    np.testing.assert_allclose(np.exp(nn.unbox(log_std)), STD, rtol=1e-5)
    np.testing.assert_allclose(mean, np.broadcast_to(MEAN, (50, 2)), atol=0.1)
    assert (np.ptp(mean, axis=0) > 1e-4).all()  # but it does look


def test_policy_by_hand():
    # Hidden: relu(1 * 2, 1 * -3) = 2, 0. Mean: 0.5 + 0.6 * (2 * 0.1 + 0.01) and -0.8 + 0.2 * 2 * 0.3.
    params = {
        "hidden": {"kernel": jnp.array([[2.0, -3.0]]), "bias": jnp.zeros(2)},
        "mean": {"kernel": jnp.array([[0.1, 0.3], [9.0, 9.0]]), "bias": jnp.array([0.01, 0.0])},
        "log_std": jnp.array([-1.0, 0.0]),
    }
    mean, log_std = apply(PolicyHead(2, MEAN, STD), params, jnp.array([1.0]))
    np.testing.assert_allclose(mean, [0.626, -0.68], rtol=1e-5)
    np.testing.assert_allclose(log_std, [-1.0, 0.0])


def test_value_by_hand():
    # Hidden: relu(-1 + 0.5 * 4 + 3, -4 + 4) = 4, 0. Value: 4 * 5 + 1.
    params = {
        "hidden": {"kernel": jnp.array([[-1.0, -4.0], [0.5, 1.0]]), "bias": jnp.array([3.0, 0.0])},
        "value": {"kernel": jnp.array([[5.0], [7.0]]), "bias": jnp.array([1.0])},
    }
    assert float(apply(ValueHead(2), params, jnp.array([1.0]), jnp.array([4.0]))) == pytest.approx(21.0)


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
def test_any_leading_axes(lead):
    latent = jnp.ones((*lead, 6))
    (mean, log_std), _ = HEAD.init_with_output(jax.random.key(0), latent)
    value, _ = ValueHead(16).init_with_output(jax.random.key(0), latent, latent[..., :2])
    assert mean.shape == (*lead, 2) and nn.unbox(log_std).shape == (2,) and value.shape == lead


def test_rows_are_judged_one_by_one():
    latent, known = jax.random.normal(jax.random.key(1), (5, 6)), jax.random.normal(jax.random.key(2), (5, 3))
    values, variables = ValueHead(16).init_with_output(jax.random.key(0), latent, known)
    alone = apply(ValueHead(16), variables["params"], latent[2], known[2])
    np.testing.assert_allclose(values[2], alone, atol=1e-6)

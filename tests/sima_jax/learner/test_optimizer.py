"""Learning rate and clipping, worked by hand."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from sima_jax.config import OptimizerConfig
from sima_jax.learner.optimizer import learning_rate_schedule, make_optimizer


def rates(config, steps_per_update, steps):
    schedule = learning_rate_schedule(config, steps_per_update)
    return [float(jnp.asarray(schedule(step))) for step in steps]


def test_learning_rate_warms_up_then_falls():
    # 10 updates of 4 gradient steps, 2 of them warm-up: 0 at step 0, the peak at step 8, a tenth of it at step 40.
    # Half-way down, at step 24, it is (1 + 0.1) / 2.
    config = OptimizerConfig(learning_rate=1.0, final_fraction=0.1, warmup_updates=2, total_updates=10)
    assert rates(config, 4, (0, 4, 8, 24, 40, 1000)) == pytest.approx([0.0, 0.5, 1.0, 0.55, 0.1, 0.1])


def test_without_warm_up_it_begins_at_the_peak():
    config = OptimizerConfig(learning_rate=1.0, final_fraction=0.0, warmup_updates=0, total_updates=2)
    assert rates(config, 2, (0, 1, 2, 4)) == pytest.approx([1.0, 0.75, 0.5, 0.0])


@pytest.mark.parametrize("total", [1, 2, 5])
def test_a_training_shorter_than_its_warm_up_still_learns(total):
    config = OptimizerConfig(learning_rate=1.0, warmup_updates=50, total_updates=total)
    made = rates(config, 3, range(3 * total))
    assert max(made) > 0.3 and all(0.0 <= rate <= 1.0 for rate in made)


def one_step(gradient, max_grad_norm=0.5, learning_rate=0.1):
    config = OptimizerConfig(learning_rate=learning_rate, warmup_updates=0, max_grad_norm=max_grad_norm)
    optimizer = make_optimizer(config, 1)
    params = jnp.zeros(2)
    updates, state = optimizer.update(jnp.asarray(gradient), optimizer.init(params), params)
    return np.asarray(optax.apply_updates(params, updates)), state


def test_the_first_step_of_adam_by_hand():
    # m / (sqrt(v) + 1e-5) is the gradient's sign, but for what is as small as 1e-5: 1e-5 / 2e-5 = 0.5.
    moved, _ = one_step([0.3, -1e-5])
    np.testing.assert_allclose(moved, [-0.1, 0.05], rtol=1e-3)


def test_long_gradients_are_cut_to_length_with_their_direction():
    # 30, 40 is 50 long: a hundredth of it is left, which a tenth goes into Adam's first moment of: 0.03, 0.04.
    _, state = one_step([30.0, 40.0])
    np.testing.assert_allclose(optax.tree.get(state, "mu"), [0.03, 0.04], rtol=1e-4)
    _, short = one_step([0.3, 0.4])
    np.testing.assert_allclose(optax.tree.get(short, "mu"), [0.03, 0.04], rtol=1e-4)

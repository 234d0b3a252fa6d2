"""The train state at birth."""

import jax
import jax.numpy as jnp

from sima_jax.learner.normalise import initial_reward_scale
from sima_jax.learner.update import Objective, target_params
from sima_jax.types import TrainState


def initial_state(objective: Objective, key: jax.Array, image_shape: tuple[int, int, int], num_envs: int) -> TrainState:
    """Everything that learning changes, for num_envs environments with images of image_shape (H, W, 3)."""
    key_params, key_learning = jax.random.split(key)
    params = objective.agent.init(key_params, image_shape)
    return TrainState(
        step=jnp.zeros((), jnp.int32),
        params=params,
        opt_state=objective.optimizer.init(params),
        target=jax.tree.map(jnp.copy, target_params(objective.agent, params)),
        queue=jnp.zeros((objective.auxiliary.queue_size, objective.agent.config.match_width), jnp.float32),
        queue_cursor=jnp.zeros((), jnp.int32),
        reward_scale=initial_reward_scale(num_envs),
        key=key_learning,
    )

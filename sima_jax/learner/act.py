"""One acting step: observations in, sampled actions out.

B: environments, A: action dimensions, M: memory width, K: instructions, G: quantities that only the simulator knows.
"""

import jax
import jax.numpy as jnp
from flax import struct

from sima_jax import distributions
from sima_jax.networks.agent import Agent
from sima_jax.types import Observation, Params

# What the acting noise folds into the seed's key. Not 0 or 1: those are the children that `split` gives, and the
# parameters are drawn from one of them.
_ACTING = 2


class Decision(struct.PyTreeNode):
    """What the agent decided for B environments."""

    actions: jax.Array  # [B, A] sampled, not clipped
    log_probs: jax.Array  # [B]
    values: jax.Array  # [B]
    memory: jax.Array  # [B, M]


def acting_key(seed: int) -> jax.Array:
    """Key of the acting noise that `seed` decides."""
    return jax.random.fold_in(jax.random.key(seed), _ACTING)


def act(
    agent: Agent,
    params: Params,
    language: jax.Array,
    image: jax.Array,
    instruction: jax.Array,
    resets: jax.Array,
    previous_actions: jax.Array,
    privileged: jax.Array,
    memory: jax.Array,
    key: jax.Array,
    counter: jax.Array,
    *,
    greedy: bool = False,
) -> Decision:
    """image [B, H, W, 3], instruction [B], resets [B], previous_actions [B, A],
    privileged [B, G], which decides only the values, memory [B, M].

    Randomness comes from key and counter alone.
    greedy: take the mean instead of sampling.
    """
    tokens = jnp.zeros((0, 0), jnp.int32)  # the table is encoded already
    seen = Observation(
        image=image[None],
        tokens=tokens,
        instruction=instruction[None],
        resets=resets[None],
        previous_actions=previous_actions[None],
        privileged=privileged[None],
    )
    output = agent.apply_encoded(params, seen, language, memory)
    mean = output.mean[0]
    key_action = jax.random.fold_in(key, counter)
    actions = mean if greedy else distributions.sample(key_action, mean, output.log_std)
    log_probs = distributions.log_prob(actions, mean, output.log_std)
    return Decision(actions=actions, log_probs=log_probs, values=output.value[0], memory=output.memory)

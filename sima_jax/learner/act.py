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
    latent: jax.Array | None  # [B, D] AgentOutput.latent


def acting_key(seed: int) -> jax.Array:
    """Key of the acting noise that `seed` decides."""
    return jax.random.fold_in(jax.random.key(seed), _ACTING)


def act(
    agent: Agent,
    params: Params,
    language: jax.Array,
    envs: jax.Array,
    image: jax.Array,
    instruction: jax.Array,
    told: jax.Array,
    resets: jax.Array,
    previous_actions: jax.Array,
    privileged: jax.Array,
    memory: jax.Array,
    key: jax.Array,
    counter: jax.Array,
    *,
    greedy: bool = False,
    guidance: float = 0.0,
) -> Decision:
    """envs [B] numbers of the environments, image [B, H, W, 3], instruction [B], told [B], resets [B],
    previous_actions [B, A], privileged [B, G], which decides only the values, memory [B, M].

    Randomness comes from key, counter and the number of the environment alone.
    greedy: take the mean instead of sampling.
    guidance: by how much of their difference the mean is moved beyond that without instruction, as SIMA does (SIMA
        team 2024, arXiv:2404.10179, classifier-free guidance); only for an agent that looks apart.
    """
    tokens = jnp.zeros((0, 0), jnp.int32)  # the table is encoded already
    seen = Observation(
        image=image[None],
        tokens=tokens,
        instruction=heard(instruction, told)[None],
        resets=resets[None],
        previous_actions=previous_actions[None],
        privileged=privileged[None],
    )
    output = agent.apply_encoded(params, seen, language, memory)
    mean = output.mean[0]
    if guidance:
        assert output.mean_untold is not None, "settings refuse guidance where there is none"
        mean = mean + guidance * (mean - output.mean_untold[0])
    draw = lambda env, mean: distributions.sample(  # noqa: E731
        jax.random.fold_in(jax.random.fold_in(key, counter), env), mean, output.log_std
    )
    actions = mean if greedy else jax.vmap(draw)(envs, mean)
    log_probs = distributions.log_prob(actions, mean, output.log_std)
    latent = None if output.latent is None else output.latent[0]
    return Decision(actions=actions, log_probs=log_probs, values=output.value[0], memory=output.memory, latent=latent)


def heard(instruction: jax.Array, told: jax.Array) -> jax.Array:
    """Rows of the table, and -1, which stands for no instruction, where told is 0.0."""
    return jnp.where(told > 0.0, instruction, -1)

"""Arrays that travel between agent, collector and learner.

T: time, B: environments, A: action dimensions, K: rows of the instruction table, L: tokens,
D: latent width, P: contrastive pairs, S: steps of a sequence, G: quantities that only the simulator knows.
"""

from typing import Any

import jax
from flax import struct

Params = dict[str, Any]


class Observation(struct.PyTreeNode):
    """What the agent sees, [T, B] of it.

    Instructions are rows of one table, so each sentence is encoded once, not once per frame.
    """

    image: jax.Array | None  # [T, B, H, W, 3] uint8; None where there are latents
    tokens: jax.Array  # [K, L] int32, the instruction table; 0 is padding
    instruction: jax.Array  # [T, B] int32, row of the table
    resets: jax.Array  # [T, B] float32, 1.0 where an episode begins with this observation
    previous_actions: jax.Array  # [T, B, A] what was done just before, in [-1, 1]; where resets is 1.0 it is not read
    privileged: jax.Array  # [T, B, G] what the simulator knows; the value alone reads it, so zeros do for acting
    latent: jax.Array | None = None  # [T, B, D] of the images, where it is known already (AgentOutput.latent)


class AgentOutput(struct.PyTreeNode):
    """What the agent makes of [T, B] observations."""

    mean: jax.Array  # [T, B, A] of the action distribution
    log_std: jax.Array  # [A]
    value: jax.Array  # [T, B]
    guess: jax.Array  # [T, B, G] of what the simulator knows, from image and instruction
    memory: jax.Array  # [B, M] after the last observation
    latent: jax.Array | None = None  # [T, B, D] of what is seen, where it does not depend on the instruction
    mean_untold: jax.Array | None = None  # [T, B, A] mean of the action without any instruction


class ContrastivePairs(struct.PyTreeNode):
    """P states, each seen in two skins of its world."""

    image: jax.Array  # [P, H, W, 3] uint8, as it was seen
    other: jax.Array  # [P, H, W, 3] uint8, the same state in another skin
    instruction: jax.Array  # [P] int32


class Rollout(struct.PyTreeNode):
    """T steps of B environments, and what is needed to learn from them but for the pictures (see learner/frames.py)."""

    instruction: jax.Array  # [T, B] int32
    told: jax.Array  # [T, B] 0.0 where the instruction was kept from the agent, else 1.0
    resets: jax.Array  # [T, B] float32
    previous_actions: jax.Array  # [T, B, A] as the environment took them
    actions: jax.Array  # [T, B, A] as sampled; clipped at the environment's door
    log_probs: jax.Array  # [T, B]
    values: jax.Array  # [T, B]
    rewards: jax.Array  # [T, B]
    continues: jax.Array  # [T, B] 0.0 where the episode ended with this step, else 1.0
    privileged: jax.Array  # [T, B, G] what the simulator knew of each observation
    truncation_values: jax.Array  # [T, B] value of the last observation where a time limit cut the episode, else 0.0
    bootstrap: jax.Array  # [B] value of the observation after the last step
    memory: jax.Array  # [T / S, B, M] before the first step of each sequence of S steps
    latent: jax.Array | None = None  # [T, B, D] AgentOutput.latent, where the vision does not change


class RewardScale(struct.PyTreeNode):
    """Running scale of the discounted return (see learner/normalise.py)."""

    running_return: jax.Array  # [B]
    mean: jax.Array  # []
    variance: jax.Array  # []
    count: jax.Array  # []


class TrainState(struct.PyTreeNode):
    """Everything that learning changes."""

    step: jax.Array  # [] int32, updates made
    params: Params
    opt_state: Any
    target: Params  # momentum encoder: slow copy of the vision tower and the contrastive head
    queue: jax.Array  # [Q, D] unit vectors of earlier keys
    queue_cursor: jax.Array  # [] int32, keys ever written
    reward_scale: RewardScale
    key: jax.Array  # typed PRNG key

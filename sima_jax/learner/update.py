"""One PPO update: a rollout in, better parameters out. L = L_PPO + lambda * L_matching + gamma * L_contrastive.

T: time, B: environments, N: minibatches in all epochs, P: contrastive pairs.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from sima_jax import distributions
from sima_jax.config import AuxiliaryConfig, PPOConfig
from sima_jax.learner.noise import noisy_tokens
from sima_jax.learner.normalise import scale_rewards
from sima_jax.losses.contrastive import contrastive_loss, enqueue, momentum_update
from sima_jax.losses.language_matching import language_matching_loss
from sima_jax.losses.ppo import ppo_loss
from sima_jax.losses.returns import gae
from sima_jax.networks.agent import Agent
from sima_jax.networks.unit import unit
from sima_jax.types import ContrastivePairs, Observation, Params, Rollout, TrainState

Metrics = dict[str, jax.Array]


@dataclass(frozen=True)
class Objective:
    """What is minimised, and how: everything of an update that does not change.

    meanings: for each row of the instruction table a number of what it asks for, -1 where training never gives it:
        sentences of one meaning are paraphrases, and no negatives of each other in language matching. Empty: every row
        means something else.
    """

    agent: Agent
    ppo: PPOConfig
    auxiliary: AuxiliaryConfig
    optimizer: optax.GradientTransformation
    meanings: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Targets:
    advantages: Any  # [T, B]
    returns: Any  # [T, B]


jax.tree_util.register_dataclass(_Targets, ["advantages", "returns"], [])


def target_params(agent: Agent, params: Params) -> Params:
    """The part of the parameters that the momentum encoder follows."""
    return {name: params[name] for name in agent.target_parts}


def as_trained(objective: Objective, tokens: jax.Array, step: jax.Array) -> jax.Array:
    """The instruction table [K, L] as rollout and update number `step` read it."""
    noise = objective.auxiliary.word_noise
    return noisy_tokens(tokens, step, share=noise, vocabulary=objective.agent.vocabulary)


def update(objective: Objective, state: TrainState, rollout: Rollout, tokens: jax.Array) -> tuple[TrainState, Metrics]:
    """Epochs of minibatches over one rollout. tokens [K, L] is the instruction table. Pure; jit it once."""
    ppo = objective.ppo
    tokens = as_trained(objective, tokens, state.step)
    key, key_epochs = jax.random.split(state.key)
    scale, rewards = scale_rewards(state.reward_scale, rollout.rewards, rollout.continues, discount=ppo.discount)
    targets = _targets(ppo, rollout, rewards)

    def step(state: TrainState, chosen: tuple[jax.Array, jax.Array]) -> tuple[TrainState, tuple[Metrics, jax.Array]]:
        envs, pairs = chosen
        part = _choose(rollout, targets, envs)
        few = jax.tree.map(lambda x: x[pairs], rollout.pairs)
        return _gradient_step(objective, state, *part, few, tokens)

    state = state.replace(key=key, reward_scale=scale)
    state, (metrics, keys) = jax.lax.scan(step, state, _minibatches(objective, key_epochs, rollout))
    # Only now, and once: a state must not meet its own key of an earlier epoch among its negatives.
    last_epoch = keys[-ppo.minibatches :].reshape(-1, keys.shape[-1])
    queue, cursor = enqueue(state.queue, state.queue_cursor, last_epoch)
    metrics = jax.tree.map(jnp.mean, metrics)
    spread = jnp.var(targets.returns)
    unexplained = jnp.var(targets.returns - rollout.values) / (spread + 1e-8)
    metrics |= {"explained_variance": 1.0 - unexplained, "reward_scale": jax.lax.rsqrt(scale.variance + 1e-8)}
    return state.replace(step=state.step + 1, queue=queue, queue_cursor=cursor), metrics


def _targets(ppo: PPOConfig, rollout: Rollout, rewards: jax.Array) -> _Targets:
    # An episode cut off by the clock would have gone on: its last reward carries the value of what came next.
    rewards = rewards + ppo.discount * rollout.truncation_values
    one = lambda r, v, b, c: gae(r, v, b, c, discount=ppo.discount, lam=ppo.gae_lambda)  # noqa: E731
    columns = jax.vmap(one, in_axes=(1, 1, 0, 1), out_axes=1)
    advantages = columns(rewards, rollout.values, rollout.bootstrap, rollout.continues)
    return _Targets(advantages=advantages, returns=advantages + rollout.values)


def _minibatches(objective: Objective, key: jax.Array, rollout: Rollout) -> tuple[jax.Array, jax.Array]:
    """Environments [N, B / minibatches] and pairs [N, P / minibatches], each used once an epoch, in a new order."""
    epochs, parts = objective.ppo.epochs, objective.ppo.minibatches

    def order(key: jax.Array, count: int) -> jax.Array:
        one = lambda key: jax.random.permutation(key, count).reshape(parts, count // parts)  # noqa: E731
        return jax.vmap(one)(jax.random.split(key, epochs)).reshape(epochs * parts, count // parts)

    key_envs, key_pairs = jax.random.split(key)
    return order(key_envs, rollout.rewards.shape[1]), order(key_pairs, rollout.pairs.instruction.shape[0])


def _choose(rollout: Rollout, targets: _Targets, envs: jax.Array) -> tuple[Rollout, _Targets]:
    """The environments `envs` of a rollout; the pairs are chosen apart."""
    per_env = rollout.replace(pairs=None, bootstrap=None, memory=None)
    columns = jax.tree.map(lambda x: jnp.take(x, envs, axis=1), per_env)
    return columns.replace(memory=rollout.memory[envs]), jax.tree.map(lambda x: jnp.take(x, envs, axis=1), targets)


def _gradient_step(
    objective: Objective,
    state: TrainState,
    rollout: Rollout,
    targets: _Targets,
    pairs: ContrastivePairs,
    tokens: jax.Array,
) -> tuple[TrainState, tuple[Metrics, jax.Array]]:
    """The state after one step of the optimiser, with metrics and the contrastive keys [P / minibatches, D]."""

    def loss(params: Params) -> tuple[jax.Array, tuple[Metrics, jax.Array]]:
        language = objective.agent.encode(params, tokens)
        total, metrics, guess = _policy_loss(objective, params, rollout, targets, language)
        auxiliary = objective.auxiliary
        if auxiliary.guess_weight:
            error, guess_metrics = _guess_loss(rollout, guess)
            total += auxiliary.guess_weight * error
            metrics |= guess_metrics
        if auxiliary.language_matching_weight:
            match, match_metrics = _matching_loss(objective, params, rollout, language)
            total += auxiliary.language_matching_weight * match
            metrics |= match_metrics
        if auxiliary.paraphrase_weight:
            apart, paraphrase_metrics = _paraphrase_loss(objective, language)
            total += auxiliary.paraphrase_weight * apart
            metrics |= paraphrase_metrics
        keys = jnp.zeros((0, state.queue.shape[1]))
        if auxiliary.contrastive_weight:
            contrast, keys, contrast_metrics = _contrastive_loss(objective, params, state, pairs, language)
            total += auxiliary.contrastive_weight * contrast
            metrics |= contrast_metrics
        return total, (metrics | {"loss": total}, keys)

    gradient, (metrics, keys) = jax.grad(loss, has_aux=True)(state.params)
    metrics |= {"gradient_norm": optax.tree.norm(gradient)}
    updates, opt_state = objective.optimizer.update(gradient, state.opt_state, state.params)
    params: Any = optax.apply_updates(state.params, updates)
    target = momentum_update(state.target, target_params(objective.agent, params), objective.auxiliary.target_rate)
    return state.replace(params=params, opt_state=opt_state, target=target), (metrics, keys)


def _policy_loss(
    objective: Objective,
    params: Params,
    rollout: Rollout,
    targets: _Targets,
    language: jax.Array,
) -> tuple[jax.Array, Metrics, jax.Array]:
    """The loss of PPO, its metrics, and what the same look at the rollout guesses [T, B, G]."""
    seen = Observation(
        image=rollout.image,
        tokens=jnp.zeros((0, 0), jnp.int32),
        instruction=rollout.instruction,
        resets=rollout.resets,
        previous_actions=rollout.previous_actions,
        privileged=rollout.privileged,
    )
    output = objective.agent.apply_encoded(params, seen, language, rollout.memory)
    advantages = targets.advantages
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    ppo = objective.ppo
    total, metrics = ppo_loss(
        distributions.log_prob(rollout.actions, output.mean, output.log_std),
        rollout.log_probs,
        advantages,
        output.value,
        rollout.values,
        targets.returns,
        distributions.entropy(output.log_std),
        clip=ppo.clip,
        value_cost=ppo.value_cost,
        entropy_cost=ppo.entropy_cost,
    )
    return total, metrics, output.guess


def _guess_loss(rollout: Rollout, guess: jax.Array) -> tuple[jax.Array, Metrics]:
    error = jnp.mean(jnp.square(guess - rollout.privileged))
    return error, {"guess_error": error}


def _matching_loss(
    objective: Objective, params: Params, rollout: Rollout, language: jax.Array
) -> tuple[jax.Array, Metrics]:
    stride = objective.auxiliary.language_matching_stride
    image = rollout.image[::stride]
    image = image.reshape(-1, *image.shape[2:])
    instruction = rollout.instruction[::stride].reshape(-1)
    vision = objective.agent.match_vision(params, image)
    read = objective.agent.match_language(params, language)[instruction]
    meaning = jnp.asarray(objective.meanings, jnp.int32)[instruction] if objective.meanings else instruction
    temperature = objective.auxiliary.language_matching_temperature
    return language_matching_loss(vision, read, meaning, temperature=temperature)


def _paraphrase_loss(objective: Objective, language: jax.Array) -> tuple[jax.Array, Metrics]:
    """Sentences matched with one another as frames are with sentences: those that ask for the same belong together."""
    meanings = np.array(objective.meanings or range(len(language)), np.int32)
    given = np.flatnonzero(meanings >= 0)
    read = unit(language[given])
    temperature = objective.auxiliary.language_matching_temperature
    loss, metrics = language_matching_loss(read, read, jnp.asarray(meanings[given]), temperature=temperature)
    return loss, {"paraphrase_excess": metrics["matching_excess"]}


def _contrastive_loss(
    objective: Objective, params: Params, state: TrainState, pairs: ContrastivePairs, language: jax.Array
) -> tuple[jax.Array, jax.Array, Metrics]:
    query = objective.agent.contrast(params, pairs.image, pairs.instruction, language)
    still = jax.lax.stop_gradient(language)
    keys = objective.agent.contrast(state.target, pairs.other, pairs.instruction, still)
    keys = jax.lax.stop_gradient(keys)
    filled = jnp.minimum(state.queue_cursor, state.queue.shape[0])
    temperature = objective.auxiliary.contrastive_temperature
    loss, metrics = contrastive_loss(query, keys, state.queue, filled, temperature=temperature)
    return loss, keys, metrics

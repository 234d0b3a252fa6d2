"""The optimiser: gradient clipping, then Adam with a warm-up and a linear decay."""

import optax

from sima_jax.config import OptimizerConfig


def learning_rate_schedule(config: OptimizerConfig, steps_per_update: int) -> optax.Schedule:
    """Learning rate by gradient step: 0 -> peak over the warm-up, then linearly to final_fraction * peak."""
    warmup = min(config.warmup_updates, config.total_updates - 1) * steps_per_update
    decay = max(1, config.total_updates * steps_per_update - warmup)
    peak = config.learning_rate
    fall = optax.linear_schedule(peak, peak * config.final_fraction, decay)
    if warmup == 0:
        return fall
    return optax.join_schedules([optax.linear_schedule(0.0, peak, warmup), fall], [warmup])


def make_optimizer(config: OptimizerConfig, steps_per_update: int) -> optax.GradientTransformation:
    """steps_per_update: gradient steps that one rollout gives (epochs * minibatches)."""
    schedule = learning_rate_schedule(config, steps_per_update)
    return optax.chain(optax.clip_by_global_norm(config.max_grad_norm), optax.adam(schedule, eps=1e-5))

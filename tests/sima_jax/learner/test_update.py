"""The update learns, is pure, is the same on eight devices, and is traced once."""

from dataclasses import replace

import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax import sharding
from sima_jax.config import AgentConfig, AuxiliaryConfig, OptimizerConfig, PPOConfig
from sima_jax.learner.optimizer import learning_rate_schedule, make_optimizer
from sima_jax.learner.programs import compile_programs, put_rollout
from sima_jax.learner.update import Objective, update
from sima_jax.networks.agent import Agent
from sima_jax.types import ContrastivePairs, Rollout

IMAGE_SHAPE = (9, 16, 3)
STEPS, ENVS, PAIRS = 4, 16, 16
TOKENS = np.array([[3, 4, 0], [3, 5, 0]], np.int32)
CONFIG = replace(
    AgentConfig.named("sima_tiny"),
    stem_width=8,
    token_width=8,
    vision_width=16,
    memory_width=16,
    head_width=16,
    language_hidden=8,
    language_width=8,
    language_layers=1,
    language_heads=2,
    match_width=8,
)


def objective(auxiliary=None, **ppo) -> Objective:
    ppo = PPOConfig(**({"epochs": 2, "minibatches": 2} | ppo))
    auxiliary = auxiliary or AuxiliaryConfig(pairs=PAIRS, queue_size=32, language_matching_stride=2)
    optimizer = make_optimizer(OptimizerConfig(warmup_updates=0, total_updates=50), ppo.epochs * ppo.minibatches)
    return Objective(Agent(CONFIG, vocabulary=8, length=3), ppo, auxiliary, optimizer)


def programs(data=1, model=1, **kwargs):
    mesh = sharding.make_mesh(data, model, jax.devices()[: data * model])
    return compile_programs(objective(**kwargs), mesh, TOKENS, IMAGE_SHAPE, ENVS)


def rollout(seed=0, pairs=PAIRS) -> Rollout:
    rng = np.random.default_rng(seed)
    shape = (STEPS, ENVS)
    f = lambda *tail: rng.normal(size=(*shape, *tail)).astype(np.float32)  # noqa: E731
    image = rng.integers(0, 256, (*shape, *IMAGE_SHAPE), np.uint8)
    return Rollout(
        image=image,
        instruction=rng.integers(0, 2, shape).astype(np.int32),
        resets=(rng.random(shape) < 0.2).astype(np.float32),
        actions=f(8),
        log_probs=f() - 8.0,
        values=f(),
        rewards=f(),
        continues=(rng.random(shape) > 0.2).astype(np.float32),
        truncation_values=np.zeros(shape, np.float32),
        bootstrap=rng.normal(size=ENVS).astype(np.float32),
        memory=np.zeros((ENVS, CONFIG.memory_width), np.float32),
        pairs=ContrastivePairs(
            image=rng.integers(0, 256, (pairs, *IMAGE_SHAPE), np.uint8),
            other=rng.integers(0, 256, (pairs, *IMAGE_SHAPE), np.uint8),
            instruction=rng.integers(0, 2, pairs).astype(np.int32),
        ),
    )


def test_actions_with_advantage_become_likelier():
    # One action dimension is rewarded in proportion to its value: after some updates its mean must have risen.
    made = programs(auxiliary=AuxiliaryConfig(0.0, contrastive_weight=0.0, pairs=0))
    state = made.init(jax.random.key(0))
    rng = np.random.default_rng(0)
    language, memory, means = None, np.zeros((ENVS, CONFIG.memory_width), np.float32), []
    batch = rollout(pairs=0)
    for step in range(12):
        language = made.encode(state.params)
        image, row = batch.image[0], batch.instruction[0]
        decision = made.act(state.params, language, image, row, np.ones(ENVS, np.float32), memory, jax.random.key(1), step)
        means.append(float(decision.actions[:, 0].mean()))
        actions = np.broadcast_to(np.asarray(decision.actions), (STEPS, ENVS, 8)).copy()
        actions += rng.normal(size=actions.shape).astype(np.float32) * 0.3
        state, metrics = made.update(
            state,
            batch.replace(
                actions=actions,
                log_probs=np.broadcast_to(np.asarray(decision.log_probs), (STEPS, ENVS)).copy(),
                rewards=actions[..., 0].copy(),
                values=np.zeros((STEPS, ENVS), np.float32),
                continues=np.zeros((STEPS, ENVS), np.float32),
                resets=np.ones((STEPS, ENVS), np.float32),
            ),
        )
    greedy = made.greedy(state.params, language, image, row, np.ones(ENVS, np.float32), memory, jax.random.key(1), 0)
    assert int(state.step) == 12
    assert float(greedy.actions[:, 0].mean()) > 0.05


def test_every_part_is_moved_and_the_target_follows_slowly():
    made = programs()
    before = jax.tree.map(np.asarray, made.init(jax.random.key(0)).params)
    state, metrics = made.update(made.init(jax.random.key(0)), rollout())
    moved = jax.tree.map(lambda a, b: float(np.abs(a - b).max()), before, state.params)
    assert all(change > 0.0 for change in jax.tree.leaves(moved)), moved
    target = np.abs(np.asarray(state.target["vision"]["stem"]["kernel"]) - before["vision"]["stem"]["kernel"]).max()
    assert 0.0 < target < 0.1 * moved["vision"]["stem"]["kernel"]
    # 2 epochs of 2 minibatches of 8 pairs: 32 keys.
    assert int(state.queue_cursor) == 32
    assert {"loss", "explained_variance", "gradient_norm", "reward_scale"} <= set(metrics)


def test_a_weight_of_zero_leaves_the_loss_out():
    made = programs(auxiliary=AuxiliaryConfig(language_matching_weight=0.0, contrastive_weight=0.0, pairs=0))
    before = jax.tree.map(np.asarray, made.init(jax.random.key(0)).params)
    state, metrics = made.update(made.init(jax.random.key(0)), rollout(pairs=0))
    for head in ("match_hidden", "match_read", "match_seen", "contrast"):
        assert np.array_equal(before[head]["kernel"], state.params[head]["kernel"])
    assert not any("contrastive" in name or "matching" in name for name in metrics)


def test_the_same_inputs_give_the_same_bits():
    made = programs()
    one, _ = made.update(made.init(jax.random.key(3)), rollout(1))
    other, _ = made.update(made.init(jax.random.key(3)), rollout(1))
    assert all(map(np.array_equal, jax.tree.leaves(one.params), jax.tree.leaves(other.params)))


@pytest.mark.parametrize(("data", "model"), [(8, 1), (4, 2)])
def test_eight_devices_learn_what_one_learns(data, model):
    one, many = programs(), programs(data, model)
    state_one, metrics_one = one.update(one.init(jax.random.key(0)), rollout())
    state_many, metrics_many = many.update(many.init(jax.random.key(0)), rollout())
    np.testing.assert_allclose(metrics_one["loss"], metrics_many["loss"], rtol=1e-3, atol=1e-4)
    for a, b in zip(jax.tree.leaves(state_one.params), jax.tree.leaves(state_many.params), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-3)
    if model > 1:
        assert "model" in tuple(state_many.params["memory"]["inputs"]["kernel"].sharding.spec)


def test_parameters_are_born_sharded():
    made = programs(2, 4)
    state = made.init(jax.random.key(0))
    kernel = state.params["vision"]["latent"]["kernel"]
    assert kernel.sharding == made.shardings.params["vision"]["latent"]["kernel"]
    assert kernel.addressable_shards[0].data.size == kernel.size // 4
    moment = jax.tree.leaves(state.opt_state, is_leaf=lambda x: isinstance(x, dict))
    assert any(isinstance(m, dict) and m["vision"]["latent"]["kernel"].sharding == kernel.sharding for m in moment)


def test_the_update_is_traced_once():
    made = programs()
    chex.clear_trace_counter()
    traced = chex.assert_max_traces(lambda s, r, t: update(made.objective, s, r, t), 1)
    jitted = jax.jit(traced)
    state = made.init(jax.random.key(0))
    for seed in range(3):
        state, _ = jitted(state, put_rollout(made.mesh, rollout(seed)), made.tokens)
    assert int(state.step) == 3


def test_uneven_minibatches_are_refused():
    with pytest.raises(ValueError, match="num_envs is 16.*ppo.minibatches = 3"):
        programs(minibatches=3)


def test_learning_rate_warms_up_then_falls():
    # 10 updates of 4 gradient steps, 2 of them warm-up: 0 at step 0, the peak at step 8, a tenth of it at step 40.
    schedule = learning_rate_schedule(OptimizerConfig(1.0, 0.1, 2, 0.5, 10), 4)
    assert [float(schedule(s)) for s in (0, 4, 8, 40)] == pytest.approx([0.0, 0.5, 1.0, 0.1])
    assert float(jnp.asarray(schedule(24))) == pytest.approx(0.55)

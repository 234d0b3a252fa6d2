"""The update learns, is pure, is the same on eight devices, compiles once, and moves only the rollout to the device."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.config import AuxiliaryConfig
from sima_jax.learner import programs as programs_module
from sima_jax.learner.programs import put_rollout
from sima_jax.learner.update import Minibatch
from sima_jax.networks.unit import unit
from sima_jax.types import ContrastivePairs
from tests.sima_jax.toy_agent import (
    CONFIG,
    ENVS,
    PAIRS,
    STEPS,
    TRANSFORMER,
    WITHOUT_AUXILIARY,
    host,
    make_programs,
    random_lesson,
)


@pytest.fixture(scope="module")
def plain():
    return make_programs(auxiliary=WITHOUT_AUXILIARY)


def test_actions_with_advantage_become_likelier(plain):
    # One action dimension is rewarded in proportion to its value: after some updates its mean must have risen.
    state = plain.init(jax.random.key(0))
    rng = np.random.default_rng(0)
    key, fresh, memory = jax.random.key(1), np.ones(ENVS, np.float32), plain.initial_memory(ENVS)
    batch, frames = random_lesson(pairs=0)
    seen = (np.arange(ENVS), frames.image[0], batch.instruction[0], fresh, fresh, np.zeros((ENVS, 8), np.float32))
    seen = (*seen, batch.privileged[0])

    def mean_action():
        language = plain.encode(state.params)
        return float(plain.greedy(state.params, language, *seen, memory, key, 0).actions[:, 0].mean())

    before = mean_action()
    for step in range(12):
        language = plain.encode(state.params)
        decision = plain.act(state.params, language, *seen, memory, key, step)
        actions = np.broadcast_to(np.asarray(decision.actions), (STEPS, ENVS, 8)).copy()
        actions += rng.normal(size=actions.shape).astype(np.float32) * 0.3
        learnt_from = {
            "actions": actions,
            "log_probs": np.broadcast_to(np.asarray(decision.log_probs), (STEPS, ENVS)).copy(),
            "rewards": actions[..., 0].copy(),
            "values": np.zeros((STEPS, ENVS), np.float32),
            "continues": np.zeros((STEPS, ENVS), np.float32),
            "resets": np.ones((STEPS, ENVS), np.float32),
        }
        state, _ = plain.update(state, batch.replace(**learnt_from), frames)
    assert int(state.step) == 12
    assert mean_action() > before + 0.05


def test_every_part_is_moved_and_the_target_follows_slowly(programs):
    # Two updates: in the first the queue is still empty, so that no contrast can be learned.
    before = host(programs.init(jax.random.key(0)).params)
    state, _ = programs.update(programs.init(jax.random.key(0)), *random_lesson(0))
    state, metrics = programs.update(state, *random_lesson(1))
    moved: Any = jax.tree.map(lambda a, b: float(np.abs(a - b).max()), before, state.params)
    still = [jax.tree_util.keystr(path) for path, change in jax.tree.leaves_with_path(moved) if change < 1e-5]
    # A softmax does not see what is added to all of its scores, so that these two can learn nothing.
    assert still == ["['language']['block_0']['attention']['key']['bias']", "['language']['pool']['bias']"]
    target = np.abs(np.asarray(state.target["vision"]["stem"]["kernel"]) - before["vision"]["stem"]["kernel"]).max()
    assert 0.0 < target < 0.1 * moved["vision"]["stem"]["kernel"]
    assert {"loss", "explained_variance", "gradient_norm", "reward_scale"} <= set(metrics)


def test_every_state_is_queued_once_whatever_the_epochs(programs):
    # 2 epochs, 16 pairs, 32 places. A state queued in the first epoch would be its own negative in the second.
    state, _ = programs.update(programs.init(jax.random.key(0)), *random_lesson())
    assert int(state.queue_cursor) == PAIRS == 16
    length = np.linalg.norm(state.queue, axis=1)
    np.testing.assert_allclose(length, [1.0] * 16 + [0.0] * 16, atol=1e-4)


def test_a_weight_of_zero_leaves_the_loss_out(plain):
    before = host(plain.init(jax.random.key(0)).params)
    state, metrics = plain.update(plain.init(jax.random.key(0)), *random_lesson(pairs=0))
    for head in ("match_hidden", "match_read", "match_seen", "contrast"):
        assert np.array_equal(before[head]["kernel"], state.params[head]["kernel"])
    assert not any("contrastive" in name or "matching" in name for name in metrics)


def test_guesses_come_nearer_to_what_the_simulator_knows():
    # One rollout learned over and over: what is asked for is noise, but always the same noise.
    weights = {"language_matching_weight": 0.0, "contrastive_weight": 0.0, "pairs": 0}
    guessing = make_programs(auxiliary=AuxiliaryConfig(guess_weight=1.0, **weights))
    state, errors = guessing.init(jax.random.key(0)), []
    for _ in range(30):
        state, metrics = guessing.update(state, *random_lesson(pairs=0))
        errors.append(float(metrics["guess_error"]))
    assert errors[-1] < 0.8 * errors[0]


def test_sentences_of_one_meaning_are_not_negatives_of_each_other():
    # Both rows of the table mean the same: every match is a hit, and the least loss is that of a uniform guess.
    one_meaning = make_programs(meanings=(4, 4))
    _, metrics = one_meaning.update(one_meaning.init(jax.random.key(0)), *random_lesson())
    assert float(metrics["matching_accuracy"]) == 1.0
    assert float(metrics["matching_excess"]) >= -1e-5


def test_the_same_inputs_give_the_same_bits(programs):
    one, _ = programs.update(programs.init(jax.random.key(3)), *random_lesson(1))
    other, _ = programs.update(programs.init(jax.random.key(3)), *random_lesson(1))
    assert all(map(np.array_equal, jax.tree.leaves(one.params), jax.tree.leaves(other.params)))


def test_a_truncated_episode_is_worth_what_would_have_come(plain):
    # Every step ends an episode without reward. Where the clock ended it and what came next is worth 10, the return is
    # 0.99 * 10 = 9.9; otherwise 0. The untrained value is about 0: the loss is 0.5 * 9.9^2 = 49, or 0.
    ends, frames = random_lesson(pairs=0)
    nothing, always = np.zeros((STEPS, ENVS), np.float32), np.ones((STEPS, ENVS), np.float32)
    ends = ends.replace(continues=nothing, rewards=nothing, values=nothing, resets=always)
    for worth, loss in ((0.0, 0.0), (10.0, 49.0)):
        _, metrics = plain.update(plain.init(jax.random.key(0)), ends.replace(truncation_values=worth * always), frames)
        assert float(metrics["value_loss"]) == pytest.approx(loss, abs=6.0)


@pytest.mark.parametrize(("data", "model"), [(8, 1), (4, 2)])
def test_eight_devices_learn_what_one_learns(programs, data, model):
    many = make_programs(data, model)
    state_one, metrics_one = programs.update(programs.init(jax.random.key(0)), *random_lesson())
    state_many, metrics_many = many.update(many.init(jax.random.key(0)), *random_lesson())
    np.testing.assert_allclose(metrics_one["loss"], metrics_many["loss"], rtol=1e-3, atol=1e-4)
    for a, b in zip(jax.tree.leaves(state_one.params), jax.tree.leaves(state_many.params), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-3)
    if model > 1:
        assert "model" in tuple(state_many.params["memory"]["inputs"]["kernel"].sharding.spec)


@pytest.mark.parametrize(
    ("config", "data", "model", "updates"), [(CONFIG, 4, 2, 50), (TRANSFORMER, 8, 1, 50)], ids=["tiny", "transformer"]
)
def test_many_updates_have_the_same_losses_on_eight_devices(config, data, model, updates):
    curves = []
    for size in ((1, 1), (data, model)):
        programs = make_programs(*size, config=config, epochs=1)
        state, losses = programs.init(jax.random.key(0)), []
        for seed in range(updates):
            state, metrics = programs.update(state, *random_lesson(seed))
            losses.append(float(metrics["loss"]))
        curves.append(losses)
    np.testing.assert_allclose(*curves, atol=1e-4, rtol=0.0)
    assert np.std(curves[0]) > 0.01


def test_parameters_are_born_sharded():
    sharded = make_programs(2, 4)
    state = sharded.init(jax.random.key(0))
    kernel = state.params["vision"]["layout"]["kernel"]
    assert kernel.sharding == sharded.shardings.params["vision"]["layout"]["kernel"]
    assert kernel.addressable_shards[0].data.size == kernel.size // 8
    assert state.queue.addressable_shards[0].data.shape == (16, 8)  # half of 32 earlier keys
    moment = jax.tree.leaves(state.opt_state, is_leaf=lambda x: isinstance(x, dict))
    assert any(isinstance(m, dict) and m["vision"]["layout"]["kernel"].sharding == kernel.sharding for m in moment)


def test_nothing_is_compiled_after_the_first_update(plain):
    # Born, learned from once, learned from twice: the same shapes, layouts and types each time.
    compiled: list[Any] = [plain._begin, plain._learn, plain._end]
    state = plain.init(jax.random.key(0))
    for seed in range(3):
        state, _ = plain.update(state, *random_lesson(seed, pairs=0))
        assert [one._cache_size() for one in compiled] == [1, 1, 1]
    assert int(state.step) == 3


def test_nothing_but_the_minibatch_crosses_to_the_devices(programs):
    state, (rollout, frames) = programs.init(jax.random.key(0)), random_lesson()
    state, _ = programs.update(state, rollout, frames)
    learning, lessons, _ = programs._begin(state, put_rollout(programs.mesh, rollout))
    numbers = np.arange(8)
    batch = programs._put(frames.sequences(numbers, STEPS), frames.pairs(numbers), numbers, np.int32(0))
    with jax.transfer_guard("disallow_explicit"):
        learning, _ = programs._learn(learning, lessons, (batch,), programs.tokens)
        with pytest.raises(Exception, match="Disallowed host-to-device transfer"):
            programs._put(None, frames.pairs(numbers), numbers, np.int32(0))
    state, _ = programs.update(learning.state, rollout, frames)
    assert int(state.step) == 2


@pytest.mark.parametrize(("together", "sizes"), [(1300, [4, 4, 4]), (299, [1] * 12), (3600, [12])])
def test_small_minibatches_are_learned_from_together(monkeypatch, together, sizes):
    # Twelve minibatches of 300 bytes: 1300 hold four; 299 not even one, which is then taken by itself.
    monkeypatch.setattr(programs_module, "TOGETHER_BYTES", together)
    pictures, rest = jnp.zeros(50, jnp.uint8), jnp.zeros(7, jnp.int32)
    pairs = ContrastivePairs(pictures, pictures, pictures)
    batches = [Minibatch(jnp.zeros(150, jnp.uint8), pairs, rest, jnp.int32(number)) for number in range(12)]
    groups = list(programs_module.in_groups(iter(batches), 12))
    assert [len(group) for group in groups] == sizes
    assert [int(batch.number) for group in groups for batch in group] == list(range(12))


def test_steps_taken_together_are_those_taken_apart(programs, monkeypatch):
    together, metrics = programs.update(programs.init(jax.random.key(0)), *random_lesson())
    monkeypatch.setattr(programs_module, "TOGETHER_BYTES", 1)
    apart, metrics_apart = programs.update(programs.init(jax.random.key(0)), *random_lesson())
    assert metrics.keys() == metrics_apart.keys()
    for one, other in zip(jax.tree.leaves((together, metrics)), jax.tree.leaves((apart, metrics_apart)), strict=True):
        if not jnp.issubdtype(one.dtype, jax.dtypes.prng_key):
            np.testing.assert_allclose(one, other, atol=1e-4)


def test_paraphrases_are_read_alike_and_held_out_sentences_teach_nothing():
    tokens = np.array([[3, 4, 5], [6, 4, 7], [3, 8, 5], [6, 8, 7], [9, 4, 9]], np.int32)
    weights = {"language_matching_weight": 0.0, "contrastive_weight": 0.0, "pairs": 0}

    def learn(weight, tokens, meanings=(0, 0, 1, 1, -1)):
        auxiliary = AuxiliaryConfig(paraphrase_weight=weight, **weights)
        programs = make_programs(auxiliary=auxiliary, tokens=tokens, meanings=meanings)
        state = programs.init(jax.random.key(0))
        for _ in range(15):
            state, metrics = programs.update(state, *random_lesson(pairs=0))
        return programs.encode(state.params), metrics

    def cosine(read, one, other):
        return float(unit(read[one]) @ unit(read[other]))

    read, metrics = learn(10.0, tokens)
    assert min(cosine(read, 0, 1), cosine(read, 2, 3)) > 0.9 > 0.5 > cosine(read, 0, 2)
    assert float(metrics["paraphrase_excess"]) < 0.1
    plain, metrics = learn(0.0, tokens)
    assert cosine(plain, 0, 2) > 0.5 and "paraphrase_excess" not in metrics
    # Another sentence in the held-out row: what is learnt stays the same.
    other, _ = learn(10.0, np.concatenate([tokens[:4], [[10, 8, 10]]]).astype(np.int32))
    np.testing.assert_array_equal(read[:4], other[:4])


def test_without_meanings_every_sentence_is_kept_apart():
    auxiliary = AuxiliaryConfig(paraphrase_weight=10.0, contrastive_weight=0.0, pairs=0)
    programs = make_programs(auxiliary=auxiliary)
    state = programs.init(jax.random.key(0))
    for _ in range(15):
        state, metrics = programs.update(state, *random_lesson(pairs=0))
    assert float(metrics["paraphrase_excess"]) < 0.1


def test_an_update_of_one_gradient_step_is_its_first_step():
    once = make_programs(auxiliary=WITHOUT_AUXILIARY, epochs=1, minibatches=1)
    lesson = random_lesson(pairs=0)
    whole, _ = once.update(once.init(jax.random.key(0)), *lesson)
    step, learning, rest = once.first_step(once.init(jax.random.key(0)), *lesson)
    assert int(learning.state.step) == int(whole.step) - 1  # the update is not closed
    learning, metrics = step(learning, *rest)
    assert all(map(np.array_equal, jax.tree.leaves(learning.state.params), jax.tree.leaves(whole.params)))
    assert float(metrics["gradient_norm"]) > 0.0

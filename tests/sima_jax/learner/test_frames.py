"""Pictures come when they are learned from: the same whether they were kept or are rendered again."""

import threading
from typing import Any

import jax
import numpy as np
import pytest

from sima_jax.config import AuxiliaryConfig
from sima_jax.learner.collect import Collector
from sima_jax.learner.frames import AHEAD, StoredFrames, ahead, places_of
from sima_jax.learner.order import minibatches, pair_places
from sima_jax.types import ContrastivePairs
from tests.sima_jax.learner.counting_pool import TERMINATED, TRUNCATED, CountingPool
from tests.sima_jax.toy_agent import CONFIG, ENVS, TRANSFORMER, make_programs


def test_where_sequences_lie():
    # Two sequences of three steps in each environment: number 3 is the second one of environment 1.
    times, environments = places_of(np.array([0, 3]), steps=3, length=6)
    assert times.tolist() == [[0, 3], [1, 4], [2, 5]] and environments.tolist() == [[0, 1]]


def test_every_number_is_used_once_an_epoch_and_every_neighbourhood_in_every_minibatch():
    order = minibatches(np.random.default_rng(0), count=12, parts=4, epochs=3)
    assert order.shape == (12, 3)
    for epoch in order.reshape(3, 12):
        assert sorted(epoch) == list(range(12))
    # One of 0..3, one of 4..7 and one of 8..11 each: three devices give one each, whatever is drawn.
    assert (order // 4 == [0, 1, 2]).all()
    assert len({tuple(row) for row in order}) > 6


@pytest.mark.parametrize(
    ("pairs", "steps", "envs"), [(4, 6, 8), (8, 6, 8), (20, 6, 8), (48, 6, 8), (7, 5, 3), (0, 6, 8)]
)
def test_pairs_are_places_of_their_own_and_go_through_the_environments(pairs, steps, envs):
    times, environments = pair_places(np.random.default_rng(0), pairs, steps, envs)
    assert len(set(zip(times.tolist(), environments.tolist(), strict=True))) == pairs
    assert (np.diff(environments) >= 0).all() and (times < steps).all() and (environments < envs).all()


def test_two_batches_are_made_ahead_and_no_more():
    made, asked = [], threading.Semaphore(0)

    class Slow(StoredFrames):
        def sequences(self, numbers, steps):
            made.append(int(numbers[0]))
            asked.release()
            return super().sequences(numbers, steps)

    image = np.zeros((2, 9, 1, 1, 3), np.uint8)
    pairs: Any = image[0], image[0], np.zeros(9, np.int32)
    frames = Slow(image, ContrastivePairs(*pairs))
    batches = [(np.array([number]), np.array([number])) for number in range(9)]
    for number, (images, _) in enumerate(ahead(frames, batches, steps=2, seen=True)):
        assert images.shape == (2, 1, 1, 1, 3)
        for _ in range(1 + AHEAD if number == 0 else 1 if number + AHEAD < 9 else 0):
            assert asked.acquire(timeout=20)
        assert made == list(range(min(9, number + 1 + AHEAD)))


@pytest.mark.parametrize(
    ("config", "frozen"), [(CONFIG, False), (TRANSFORMER, False), (TRANSFORMER, True)], ids=["tiny", "large", "frozen"]
)
def test_learning_from_states_is_learning_from_pictures_bit_for_bit(config, frozen):
    auxiliary = AuxiliaryConfig(guess_weight=0.1, pairs=16, queue_size=32, language_matching_stride=2)
    programs = make_programs(config=config, auxiliary=auxiliary, sequences=2)
    plan = [[(3, TERMINATED), (4, TRUNCATED)]]
    learned = []
    for rerender in (False, True):
        halves = CountingPool(plan * (ENVS // 2)), CountingPool(plan * (ENVS // 2), ENVS // 2)
        state = programs.init(jax.random.key(0))
        with Collector(programs, halves, 4, 16, seed=3, sequences=2, rerender=rerender) as collector:
            for _ in range(2):
                rollout, frames, _, _ = collector.collect(state, keep_latents=frozen)
                state, _ = programs.update(state, rollout, frames)
        learned.append(jax.tree.map(np.asarray, (state.params, state.target, state.queue)))
    assert all(map(np.array_equal, *map(jax.tree.leaves, learned)))


def test_a_frozen_vision_stays_as_it_is_and_all_else_learns():
    auxiliary = AuxiliaryConfig(guess_weight=0.1, pairs=16, queue_size=32, language_matching_stride=2)
    programs = make_programs(config=TRANSFORMER, auxiliary=auxiliary)
    plan = [[(3, TERMINATED), (4, TRUNCATED)]]
    halves = CountingPool(plan * (ENVS // 2)), CountingPool(plan * (ENVS // 2), ENVS // 2)
    state = programs.init(jax.random.key(0))
    born = jax.tree.map(np.array, state.params)
    with Collector(programs, halves, 4, 16, seed=3) as collector:
        for frozen in (True, True, False):
            rollout, frames, _, _ = collector.collect(state, keep_latents=frozen)
            state, _ = programs.update(state, rollout, frames)
            moved = jax.tree.map(lambda a, b: float(np.abs(a - b).max()), born, state.params)
            seeing = jax.tree.leaves(moved["vision"])
            assert max(seeing) == 0.0 if frozen else moved["vision"]["tower"]["qkv_kernel"] > 1e-6
            for part in ("language", "memory", "policy", "value", "guess", "match_seen", "match_read"):
                assert max(jax.tree.leaves(moved[part])) > 1e-6, part

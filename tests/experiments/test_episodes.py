"""What counts as an episode, and what is said of many."""

import numpy as np
import pytest

from experiments.episodes import RandomPolicy, WrongInstruction, evaluate, wilson_interval
from genie3_env.types import Outcome
from tests.experiments.corridor_pool import TABLE, CorridorPool

SHORT, LONG = (3, Outcome.SUCCESS), (9, Outcome.TIMEOUT)


class Listener:
    """Stands still, and keeps what it was told and when."""

    def __init__(self):
        self.told, self.resets = [], []

    def reset(self, num_envs):
        self.told, self.resets = [], []

    def __call__(self, image, instruction_id, resets):
        self.told.append(instruction_id)
        self.resets.append(resets)
        return np.zeros((len(image), 8), np.float32)


def test_wilson_interval_by_hand():
    # 8 of 10 with z = 2: p = 0.8, z^2 = 4. Middle (0.8 + 4/20) / (1 + 4/10) = 1/1.4; half
    # 2 sqrt(0.8 * 0.2 / 10 + 4/400) / 1.4 = 2 sqrt(0.026) / 1.4 = 0.230350.
    low, high = wilson_interval(8, 10, z=2.0)
    assert low == pytest.approx(1 / 1.4 - 0.230350, abs=1e-6)
    assert high == pytest.approx(1 / 1.4 + 0.230350, abs=1e-6)


def test_wilson_interval_stays_within_0_and_1():
    # All of n at 95 %: the lower end is n / (n + z^2); for n = 10: 10 / 13.8415.
    assert wilson_interval(10, 10) == pytest.approx((10 / 13.841459, 1.0))
    assert wilson_interval(0, 10)[0] == 0.0
    with pytest.raises(ValueError, match="11 successes of 10"):
        wilson_interval(11, 10)


def test_every_environment_counts_equally_however_short_its_episodes():
    # Environment 0 could finish three episodes while environment 1 finishes one: yet each counts twice.
    result = evaluate(Listener(), CorridorPool([[SHORT], [LONG]]), 4)
    assert [episode.env for episode in result.episodes] == [0, 1, 0, 1]
    assert [(episode.first, episode.last) for episode in result.episodes] == [(0, 3), (0, 9), (3, 6), (9, 18)]
    assert result.success == 0.5
    assert len(result.states) == len(result.actions) == 18


def test_episodes_that_do_not_divide_go_to_the_first_environments():
    result = evaluate(Listener(), CorridorPool([[SHORT], [SHORT], [SHORT]]), 4)
    assert [episode.env for episode in result.episodes] == [0, 1, 2, 0]


def test_summary_by_hand():
    plan = [[SHORT, (2, Outcome.BURNT)], [(5, Outcome.SUCCESS), (2, Outcome.WRONG_FLAG)]]
    summary = evaluate(Listener(), CorridorPool(plan), 4, action_repeat=6).summary()
    assert summary["episodes"] == 4
    assert summary["success"] == 0.5
    assert summary["outcomes"] == {"success": 2, "wrong_flag": 1, "burnt": 1, "timeout": 0}
    assert summary["worlds"] == 2
    assert summary["start_distance_m"] == 10.0
    # Successes took 3 and 5 steps of 6/60 s; each walked 1 m for every 0.5 m gained.
    assert summary["seconds_to_flag"] == 0.4
    assert summary["path_efficiency"] == 0.5


def test_without_a_success_there_is_no_time_to_the_flag():
    summary = evaluate(Listener(), CorridorPool([[LONG]]), 1).summary()
    assert (summary["success"], summary["seconds_to_flag"], summary["path_efficiency"]) == (0.0, None, None)


def test_the_policy_hears_when_episodes_begin():
    listener = Listener()
    evaluate(listener, CorridorPool([[SHORT], [LONG]]), 2)
    assert np.array(listener.resets)[:, 0].tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 0]
    assert np.array(listener.resets)[:, 1].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_wrong_instruction_names_another_flag_in_words_of_the_same_split():
    pool, listener = CorridorPool([[SHORT]] * 16), Listener()
    result = evaluate(listener, pool, 32, tell=WrongInstruction(pool, seed=3))
    told = np.array(listener.told)
    assert set(told.ravel()) == {4, 5}  # not row 3, which names the goal; nor 1 and 2, which are training's
    assert (told[:3] == told[0]).all()  # the same throughout an episode
    assert {episode.told_row for episode in result.episodes} == {4, 5}
    assert {TABLE[episode.goal_row].colour for episode in result.episodes} == {0}


def test_random_policy_starts_over_and_fills_the_range():
    policy = RandomPolicy(seed=5)
    image, rows = np.zeros((64, 9, 16, 3), np.uint8), np.zeros(64, np.int32)
    first = policy(image, rows, rows)
    policy.reset(64)
    assert np.array_equal(first, policy(image, rows, rows))
    assert first.shape == (64, 8)
    assert -1.0 <= first.min() < -0.9
    assert 0.9 < first.max() <= 1.0


def test_no_episodes_are_refused():
    with pytest.raises(ValueError, match="episodes=0"):
        evaluate(Listener(), CorridorPool([[SHORT]]), 0)

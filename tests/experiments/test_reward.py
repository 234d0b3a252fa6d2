"""The reward that an experiment trains with, worked by hand."""

import numpy as np

from experiments.reward import make_reward
from experiments.settings import RewardSettings
from genie3_env.types import Outcome


def test_reward_by_hand():
    # Half a metre gained: 5. A wall met: -1. Turned by 0.2 towards the way: 3 * 0.2. Somewhere new: 0.5. Then what the
    # end is worth.
    settings = RewardSettings(collision=-1.0, heading=3.0, explore=0.5, success=50.0, wrong_flag=-7.0, burnt=-20.0)
    outcomes = [Outcome.RUNNING, Outcome.SUCCESS, Outcome.WRONG_FLAG, Outcome.BURNT, Outcome.TIMEOUT]
    info = {
        "task": np.full(5, "reach_flag"),
        "flag_distance_delta": np.full(5, 0.5, np.float32),
        "heading_delta": np.array([0.2, 0.0, 0.0, 0.0, -0.2], np.float32),
        "coins_collected": np.zeros(5, np.int32),
        "collision": np.array([True, False, False, False, False]),
        "explored": np.array([False, True, False, True, False]),
        "goal_seen": np.array([False, True, True, False, False]),
        "outcome": np.array(outcomes),
    }
    nothing = np.zeros((5, 8), np.float32)
    rewards = make_reward(settings)({}, nothing, info)
    np.testing.assert_allclose(rewards, [5 - 1 + 0.6, 5 + 50, 5 - 7, 5 - 20 + 0.5, 5 - 0.6], rtol=1e-6)
    assert rewards.dtype == np.float32

"""The default reward, worked by hand."""

import numpy as np

from genie3_env.tasks.reward import default_reward


def test_default_reward_by_hand():
    info = {
        "task": np.array(["reach_flag", "reach_flag", "collect_coins"]),
        "flag_distance_delta": np.array([0.5, -0.25, 7.0], np.float32),
        "coins_collected": np.array([0, 0, 2], np.int32),
        "collision": np.array([False, True, True]),
    }
    # 10 * 0.5; 10 * -0.25 - 2; 2 * 1 - 2, as progress pays only where a flag is to be reached.
    reward = default_reward({}, np.zeros((3, 8), np.float32), info)
    assert reward.dtype == np.float32
    np.testing.assert_array_equal(reward, [5.0, -4.5, 0.0])


def test_default_reward_of_a_single_environment():
    info = {"task": "reach_flag", "flag_distance_delta": 0.1, "coins_collected": 0, "collision": False}
    assert default_reward({}, np.zeros(8, np.float32), info) == np.float32(1.0)

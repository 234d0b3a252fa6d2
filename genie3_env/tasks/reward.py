"""The default reward; any function of the same signature can take its place. N: environments."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

RewardFn = Callable[[Mapping[str, Any], np.ndarray, Mapping[str, Any]], np.ndarray]

PROGRESS_REWARD = 10.0  # per metre of walkable path gained
COIN_REWARD = 1.0
COLLISION_REWARD = -2.0


def default_reward(
    obs: Mapping[str, Any], action: np.ndarray, info: Mapping[str, Any], *, collision: float = COLLISION_REWARD
) -> np.ndarray:
    """float32 [N]: 10 per metre gained where the task is reach_flag, 1 per coin, `collision` for running into a wall.

    Works as well on the info of a single environment; the result is then float32 [].
    """
    progress = np.where(np.asarray(info["task"]) == "reach_flag", info["flag_distance_delta"], 0.0)
    reward = PROGRESS_REWARD * progress + COIN_REWARD * np.asarray(info["coins_collected"])
    return (reward + collision * np.asarray(info["collision"])).astype(np.float32)

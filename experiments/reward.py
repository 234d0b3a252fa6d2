"""The reward that an experiment trains with: genie3_env's default, and something at the end of an episode."""

import numpy as np

from experiments.settings import RewardSettings
from genie3_env.tasks.reward import RewardFn, default_reward
from genie3_env.types import Outcome


def make_reward(settings: RewardSettings) -> RewardFn:
    """A reward_fn(obs, action, info) -> float32 [N] for a WorldPool."""
    at_end = np.zeros(len(Outcome), np.float32)
    at_end[Outcome.SUCCESS] = settings.success
    at_end[Outcome.WRONG_FLAG] = settings.wrong_flag
    at_end[Outcome.BURNT] = settings.burnt

    def reward(obs, action, info):
        # What is gained by turning towards the way is lost by turning off it: a potential, which no circling can farm.
        turn = np.float32(settings.heading) * info["heading_delta"]
        # Only who does not know where to go is to look around.
        new = np.float32(settings.explore) * (info["explored"] & ~info["goal_seen"])
        return default_reward(obs, action, info, collision=settings.collision) + at_end[info["outcome"]] + turn + new

    return reward

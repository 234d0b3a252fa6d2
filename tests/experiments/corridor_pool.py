"""A pool worked by hand: each environment's episodes have a length and an outcome that were written down beforehand."""

from types import SimpleNamespace

import numpy as np

from genie3_env.tasks.instructions import Instruction
from genie3_env.types import SIM_STATE, Outcome

# Rows 0 to 2 name the flags 0 to 2 in training's words, rows 3 to 5 in held-out ones.
TABLE = tuple(
    Instruction(row, f"words {row}", "reach_flag", row % 3, "train" if row < 3 else "held_out") for row in range(6)
)


class CorridorPool:
    """plan[i]: (length, outcome) of environment i's episodes, over and over. Every step goes 1 m along x, of which the
    goal comes 0.5 m nearer; the goal is flag 0, told in row 3."""

    def __init__(self, plan):
        self.plan = plan
        self.num_envs = len(plan)
        self.instruction_table = TABLE
        self.worlds = [SimpleNamespace(flag_colours=np.array([0, 1, 2], np.int32))] * self.num_envs
        self.reset_seeds = []
        self.told = []

    def reset(self, *, seed=None, options=None):
        self.reset_seeds.append(seed)
        self.played = [0] * self.num_envs
        self.now = np.zeros(self.num_envs, SIM_STATE)
        self.now["world"] = np.arange(self.num_envs)
        self.now["instruction"] = 3
        self.now["flag_distance_m"] = 10.0
        return self.observe(), {}

    def observe(self):
        return {
            "image": np.zeros((self.num_envs, 9, 16, 3), np.uint8),
            "instruction_id": self.now["instruction"].copy(),
        }

    @property
    def states(self):
        return self.now.copy()

    def step(self, actions):
        assert actions.shape == (self.num_envs, 8)
        outcome = np.zeros(self.num_envs, np.int32)
        self.now["position_m"][:, 0] += 1.0
        self.now["flag_distance_m"] -= 0.5
        self.now["step"] += 1
        for i, plan in enumerate(self.plan):
            length, end = plan[self.played[i] % len(plan)]
            if self.now["step"][i] == length:
                outcome[i] = end
                self.played[i] += 1
                self.now["position_m"][i] = 0.0
                self.now["flag_distance_m"][i], self.now["step"][i] = 10.0, 0
        done, timeout = outcome != 0, outcome == Outcome.TIMEOUT
        return self.observe(), np.zeros(self.num_envs), done & ~timeout, timeout, {"outcome": outcome}

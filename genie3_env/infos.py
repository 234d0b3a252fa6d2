"""What the simulator tells of a step beside the observation."""

from typing import Any

import numpy as np

from genie3_env.prompt.spec import TASKS
from genie3_env.sim.bank import SimBank
from genie3_env.sim.step import SUCCESS, Results

TASK_NAMES = np.array(TASKS)


def step_info(bank: SimBank, results: Results) -> dict[str, Any]:
    """What WorldPool tells of a step, arrays [N], copies."""
    after = results.after
    outcome = after["outcome"].copy()
    return {
        "task": TASK_NAMES[bank.tasks[after["world"]]],
        "flag_distance": after["flag_distance_m"].astype(np.float32),
        "flag_distance_delta": results.flag_distance_delta_m.copy(),
        "heading": after["heading"].astype(np.float32),
        "heading_delta": results.heading_delta.copy(),
        "coins_collected": results.coins_collected.copy(),
        "collision": results.collision.copy(),
        "explored": results.explored.copy(),
        "goal_seen": results.after["goal_seen"] > 0,
        "success": outcome == SUCCESS,
        "double_jumps": after["double_jumps"].copy(),
        "outcome": outcome,
    }

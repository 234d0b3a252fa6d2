"""A walker that follows the distance field to a flag in the real physics, and reports where it failed.

C: cells of one world.
"""

import math
from dataclasses import dataclass

import numpy as np

from genie3_env.sim.bank import SimBank
from genie3_env.sim.body import TURN_RAD
from genie3_env.sim.step import Rules, new_results, step_batch
from genie3_env.types import ACTION_DIM, DEFAULT_ACTION_REPEAT, SIM_STATE, Outcome
from genie3_env.world import World
from genie3_env.worldgen.navigation import Terrain, distance_fields, move_costs, survey

ARRIVED_M = 0.35  # near enough to a cell's centre to head for the next one
SLOW_WITHIN_M = 0.5  # before a drop, and in the air, the body slows down when it is this near to its aim


@dataclass(frozen=True)
class Walk:
    """How a walk went. steps: environment steps; last_cell: int [3] where it stood last."""

    outcome: Outcome
    steps: int
    last_cell: tuple[int, int, int]


def next_cells(terrain: Terrain, flags: np.ndarray, goal: int) -> np.ndarray:
    """int64 [C] where the shortest way to flags[goal] goes from each cell; -1 at the flag and where no way leads.

    flags: int [F] cells.
    """
    distance = distance_fields(terrain, flags)[goal].astype(float)
    target = np.repeat(np.arange(len(terrain.cells)), np.diff(terrain.move_start))
    through = distance[target] + move_costs(terrain, flags, goal)
    along = np.isfinite(through) & np.isclose(through, distance[terrain.move_origin], rtol=0.0, atol=1e-3)
    onwards = np.full(len(terrain.cells), -1)
    onwards[terrain.move_origin[along]] = target[along]
    return onwards


def walk_to_flag(bank: SimBank, world: int, made: World, spawn: int, flag: int, max_steps: int) -> Walk:
    """Walk from cell `spawn` of bank's world `world`, which is `made`, to its flag `flag`."""
    state = np.zeros(1, SIM_STATE)
    state["position_m"] = made.cells[spawn] + (0.5, 0.5, 0.0)
    state["world"], state["goal"], state["grounded"] = world, flag, 1
    state["hour"] = state["weather"] = state["liquid"] = -1  # as the world was made
    rules = Rules(
        np.zeros(0, np.int32),
        np.zeros(1, np.int64),
        DEFAULT_ACTION_REPEAT,
        max_steps,
        np.zeros(0, np.int64),
        1,
        False,
        0,
        False,
    )
    results = new_results(state)
    feet = np.floor(made.flag_positions_m).astype(int)
    onwards = next_cells(survey(made.voxels), made.cell_index[tuple(feet.T)], flag)
    cell = aim = spawn
    while state["outcome"][0] == Outcome.RUNNING:
        position = state["position_m"][0]
        if state["grounded"][0]:
            before, cell = cell, cell_under(made, position, cell)
            if cell not in (before, aim) or arrived(made, position, aim):
                aim = onwards[cell] if onwards[cell] >= 0 else cell
        step_batch(bank, rules, steer(made, state[0], cell, aim)[None], state, results, 0, 1)
    x, y, z = map(int, made.cells[cell])
    return Walk(Outcome(int(state["outcome"][0])), int(state["step"][0]), (x, y, z))


def arrived(made: World, position: np.ndarray, aim: int) -> bool:
    """Whether the body is near the middle of the cell `aim`."""
    return math.hypot(*(made.cells[aim][:2] + 0.5 - position[:2])) < ARRIVED_M


def cell_under(made: World, position: np.ndarray, before: int) -> int:
    """The cell that a body on the ground stands on: the nearest of those that its footprint touches, else `before`."""
    x, y, z = position
    level = round(z)
    touched = {
        int(made.cell_index[math.floor(x + dx), math.floor(y + dy), level])
        for dx in (-0.29, 0.0, 0.29)
        for dy in (-0.29, 0.0, 0.29)
    } - {-1}
    gap = {cell: math.hypot(*(made.cells[cell][:2] + 0.5 - position[:2])) for cell in sorted(touched)}
    return min(gap, key=lambda cell: gap[cell], default=before)


def steer(made: World, state: np.void, cell: int, aim: int) -> np.ndarray:
    """The action float32 [8] that turns and walks towards the middle of the cell `aim`."""
    dx, dy = made.cells[aim][:2] + 0.5 - state["position_m"][:2]
    gap = math.hypot(dx, dy)
    dropping = not state["grounded"] or made.cells[aim][2] < made.cells[cell][2] - 1
    speed = min(1.0, gap / SLOW_WITHIN_M) if dropping else 1.0
    heading = math.atan2(dy, dx)
    turn = math.remainder(heading - state["yaw_rad"], 2 * math.pi)
    turned = max(-TURN_RAD, min(TURN_RAD, turn))
    relative = turn - turned
    forward, left = speed * math.cos(relative), speed * math.sin(relative)
    action = np.zeros(ACTION_DIM, np.float32)
    action[:5] = forward, left, -forward, -left, -turned / TURN_RAD
    return action

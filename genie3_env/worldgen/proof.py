"""Proofs: a walker plays a world's task in the real physics, and the inputs that solved it are kept with the world.

The walker follows the shortest way over cells (navigation.ways_to), turns the view no faster than a person would, jumps
where a leap begins, waits for lifts, pulls levers. What it does is written down as int8, 127 being 1.0, before it is
done: `verify` plays the same bytes again and must get the same end.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.motion import lift_at, lift_share
from genie3_env.sim.bank import build_bank
from genie3_env.sim.body import TURN_RAD
from genie3_env.sim.step import Rules, new_results, step_one
from genie3_env.sim.targets import LEVER_RADIUS_M, coin_is_there, is_triggered, is_within, next_target
from genie3_env.trigonometry import sincos
from genie3_env.types import ACTION_DIM, DEFAULT_ACTION_REPEAT, MAX_FLAGS, SIM_STATE, Outcome
from genie3_env.world import World
from genie3_env.worldgen.course import DOUBLE_JUMP, LIFT, Leap
from genie3_env.worldgen.navigation import Terrain

MAX_STEPS = 1500  # of a proof
MOST_TURN = 0.7  # of the fastest turn: about 120 degrees a second
ARRIVED_M = 0.3  # near enough to a cell's middle to head for the next one
SLOW_WITHIN_M = 0.5  # before a drop, and in the air, the body slows down when it is this near to its aim
TAKE_OFF_M = 0.5  # a leap begins when the edge comes nearer than the way of one step
OVERHANG_M = 0.25  # how far the middle of the body may be beyond the edge
APEX_MPS = 0.5  # the second jump is made when the first one rises no faster
LIFT_READY_STEPS = 50  # physics steps that a lift has to wait for, to be stepped on or off
RUNNING, SUCCESS = int(Outcome.RUNNING), int(Outcome.SUCCESS)


class Ways(NamedTuple):
    """The way to each target of one world. T: targets, C: cells, J: leaps.

    via: int32 [T, C] see navigation.ways_to. cells, cell_index, move_target, move_leap: see Terrain.
    leap_kind: int8 [J]; leap_lift: int16 [J].
    """

    via: np.ndarray
    cells: np.ndarray
    cell_index: np.ndarray
    move_target: np.ndarray
    move_leap: np.ndarray
    leap_kind: np.ndarray
    leap_lift: np.ndarray


def make_ways(terrain: Terrain, via: np.ndarray, leaps: tuple[Leap, ...]) -> Ways:
    """Ways of a terrain whose targets have the moves `via` int32 [T, C]."""
    return Ways(
        via,
        terrain.cells,
        terrain.cell_index,
        terrain.move_target,
        terrain.move_leap,
        np.array([leap.kind for leap in leaps], np.int8),
        np.array([leap.lift for leap in leaps], np.int16),
    )


def prove(world: World, ways: Ways, rng: np.random.Generator, tries: int = 4) -> dict[str, np.ndarray] | None:
    """World.proof_starts, proof_lengths and proof_actions; None where the walker did not reach every goal.

    tries: spawns from which a goal is tried.
    """
    bank = build_bank([world])
    starts, walks = [], []
    actions = np.empty((MAX_STEPS, ACTION_DIM), np.int8)
    for goal in bank.goals[0]:
        for spawn in rng.permutation(world.spawns)[:tries]:
            states = start_state(world, int(spawn), int(goal))
            steps = walk(bank, proof_rules(), states, new_results(states), ways, actions)
            if steps > 0:
                starts.append(int(spawn))
                walks.append(actions[:steps].copy())
                break
        else:
            return None
    return {
        "proof_starts": np.array(starts, np.int32),
        "proof_lengths": np.array([len(one) for one in walks], np.int32),
        "proof_actions": np.concatenate(walks),
    }


def verify(world: World) -> bool:
    """Whether the proof that a world carries, played again in the physics, reaches every goal."""
    if not len(world.proof_starts):
        return False
    bank = build_bank([world])
    goals = bank.goals[0]
    ends = np.cumsum(world.proof_lengths)
    if not len(goals) == len(ends) == len(world.proof_starts) or ends[-1] != len(world.proof_actions):
        return False
    for goal, spawn, end, length in zip(goals, world.proof_starts, ends, world.proof_lengths, strict=True):
        states = start_state(world, int(spawn), int(goal))
        results = new_results(states)
        if not replay(bank, proof_rules(), states, results, world.proof_actions[end - length : end]):
            return False
    return True


def path_m(world: World, goal: int = 0) -> np.ndarray:
    """float64 [n + 1, 3] where the body is before and after each step of the proof of one of the world's goals."""
    bank = build_bank([world])
    ends = np.cumsum(world.proof_lengths)
    rows = world.proof_actions[ends[goal] - world.proof_lengths[goal] : ends[goal]]
    states = start_state(world, int(world.proof_starts[goal]), int(bank.goals[0, goal]))
    results, points = new_results(states), [states["position_m"][0].copy()]
    for row in rows:
        replay(bank, proof_rules(), states, results, row[None])
        points.append(states["position_m"][0].copy())
    return np.array(points)


def proof_rules() -> Rules:
    """Rules without an end by the clock."""
    none = np.zeros(0, np.int64)
    return Rules(
        np.zeros(0, np.int32), np.zeros(1, np.int64), DEFAULT_ACTION_REPEAT, 2 * MAX_STEPS, none, 1, False, 0, False
    )


def start_state(world: World, spawn: int, goal: int) -> np.ndarray:
    """SIM_STATE [1] of a body that stands on a spawn cell, looking along x."""
    states = np.zeros(1, SIM_STATE)
    states["position_m"] = world.cells[spawn] + (0.5, 0.5, 0.0)
    states["goal"], states["grounded"] = goal, 1
    states["coins"] = (1 << world.num_coins) - 1
    for name in ("hour", "weather", "liquid"):
        states[name] = -1
    return states


@njit(cache=True, nogil=True, error_model="numpy")
def as_action(row, out):
    """Write the action float32 [8] that bytes int8 [8] stand for."""
    for k in range(row.size):
        out[k] = np.float32(row[k]) / np.float32(127.0)


@njit(cache=True, nogil=True, error_model="numpy")
def replay(bank, rules, states, results, rows):
    """Play bytes int8 [n, 8]; whether the last one, and none before it, ends the episode with success."""
    actions = np.empty((1, rows.shape[1]), np.float32)
    for step in range(rows.shape[0]):
        if states[0].outcome != RUNNING:
            return False
        as_action(rows[step], actions[0])
        step_one(bank, rules, actions, states, results, 0)
    return states[0].outcome == SUCCESS


@njit(cache=True, nogil=True, error_model="numpy")
def walk(bank, rules, states, results, ways, rows):
    """Play from states [1] to the task's end, writing int8 rows; how many steps it took, 0 where it did not succeed."""
    actions = np.empty((1, rows.shape[1]), np.float32)
    wish = np.zeros(rows.shape[1])
    leap, cell = -1, cell_under(ways, states[0].position_m, -1)  # the move being leapt along; where the body stands
    from_cell = cell
    target = -1
    for step in range(rows.shape[0]):
        state = states[0]
        if target < 0 or is_done(bank, state, target):
            target, _ = next_target(bank, state, state.position_m)
            leap = -1
        if state.grounded and state.riding == 0:
            cell = cell_under(ways, state.position_m, cell)
        if leap >= 0 and state.grounded and state.riding == 0 and cell != from_cell:
            leap = -1
        wish[:] = 0.0
        move = ways.via[target, cell]
        if leap < 0 and move >= 0 and ways.move_leap[move] > 0:
            if away_m(ways, state.position_m, cell) < ARRIVED_M:
                leap, from_cell = move, cell
            else:
                head_for_cell(ways, state, cell, 1.0, wish)
        elif leap < 0:
            aim = ways.move_target[move] if move >= 0 else cell
            careful = not state.grounded or ways.cells[aim, 2] < ways.cells[cell, 2] - 1
            head_for_cell(ways, state, aim, SLOW_WITHIN_M if careful else 0.0, wish)
        if leap >= 0:
            follow_leap(bank, ways, state, leap, from_cell, wish)
        wish[7] = 1.0 if wants_lever(bank, state, target) else 0.0
        for k in range(wish.size):
            rows[step, k] = np.int8(math.floor(min(max(wish[k], -1.0), 1.0) * 127.0 + 0.5))
        as_action(rows[step], actions[0])
        step_one(bank, rules, actions, states, results, 0)
        if states[0].outcome != RUNNING:
            return step + 1 if states[0].outcome == SUCCESS else 0
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def is_done(bank, state, target):
    """Whether a coin has been collected, a lever pulled, a key found; a flag ends the episode."""
    if target >= bank.first_trigger:
        return is_triggered(state, target - bank.first_trigger)
    return target >= MAX_FLAGS and not coin_is_there(state, target - MAX_FLAGS)


@njit(cache=True, nogil=True, error_model="numpy")
def wants_lever(bank, state, target):
    """Whether the lever that is the target is within reach."""
    trigger = target - bank.first_trigger
    if trigger < 0 or bank.trigger_is_key[state.world, trigger]:
        return False
    return is_within(state.position_m, bank.trigger_positions_m[state.world, trigger], 0.9 * LEVER_RADIUS_M)


@njit(cache=True, nogil=True, error_model="numpy")
def follow_leap(bank, ways, state, move, from_cell, wish):
    """Write the wishes of a body in a leap from the cell `from_cell`."""
    index = ways.move_leap[move] - 1
    aim = ways.move_target[move]
    if ways.leap_kind[index] == LIFT:
        follow_lift(bank, ways, state, ways.leap_lift[index], from_cell, aim, wish)
        return
    if state.grounded:
        head_for_cell(ways, state, aim, 0.0, wish)
        dx, dy = ways.cells[aim, 0] - ways.cells[from_cell, 0], ways.cells[aim, 1] - ways.cells[from_cell, 1]
        length = math.sqrt(float(dx * dx + dy * dy))
        east, north = dx / length, dy / length
        ahead = (state.position_m[0] - ways.cells[from_cell, 0] - 0.5) * east
        ahead += (state.position_m[1] - ways.cells[from_cell, 1] - 0.5) * north
        if 0.5 + OVERHANG_M - ahead < TAKE_OFF_M:
            wish[6] = 1.0
        return
    head_for_cell(ways, state, aim, SLOW_WITHIN_M, wish)
    second = ways.leap_kind[index] == DOUBLE_JUMP and state.air_jumps == 0
    if second and state.velocity_mps[2] <= APEX_MPS and not state.jump_held:
        wish[6] = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def follow_lift(bank, ways, state, index, from_cell, aim, wish):
    """Wait for the lift, step on it, ride, step off."""
    lift = bank.lifts[bank.lift_start[state.world] + index]
    tick, period = int(state.tick), int(lift[8])
    now, soon = lift_share(tick, period), lift_share(tick + LIFT_READY_STEPS, period)
    if state.riding:
        if now == 1.0 and soon == 1.0:
            head_for_cell(ways, state, aim, 0.0, wish)
        else:
            x, y, _ = lift_at(lift, tick)
            head_for(state, x, y, SLOW_WITHIN_M, wish)
    elif now == 1.0 and away_m(ways, state.position_m, aim) < 2.0:
        head_for_cell(ways, state, aim, 0.0, wish)  # stepping off
    elif now == 0.0 and soon == 0.0:
        x, y, _ = lift_at(lift, tick)
        head_for(state, x, y, SLOW_WITHIN_M, wish)
    else:
        head_for_cell(ways, state, from_cell, SLOW_WITHIN_M, wish)


@njit(cache=True, nogil=True, error_model="numpy")
def away_m(ways, position, cell):
    """Metres from the middle of a cell, seen from above."""
    dx, dy = ways.cells[cell, 0] + 0.5 - position[0], ways.cells[cell, 1] + 0.5 - position[1]
    return math.sqrt(dx * dx + dy * dy)


@njit(cache=True, nogil=True, error_model="numpy")
def head_for_cell(ways, state, cell, slow_within_m, wish):
    """Head for the middle of a cell; see head_for."""
    head_for(state, ways.cells[cell, 0] + 0.5, ways.cells[cell, 1] + 0.5, slow_within_m, wish)


@njit(cache=True, nogil=True, error_model="numpy")
def head_for(state, x, y, slow_within_m, wish):
    """Write keys that move the body towards (x, y), and a mouse that turns the view there as fast as a person would."""
    dx, dy = x - state.position_m[0], y - state.position_m[1]
    gap = math.sqrt(dx * dx + dy * dy)
    if gap < 1e-6:
        return
    speed = min(1.0, gap / slow_within_m) if slow_within_m > 0.0 else 1.0
    sine, cosine = sincos(state.yaw_rad)
    ahead, left = (dx * cosine + dy * sine) / gap, (dy * cosine - dx * sine) / gap
    turn = left if ahead > 0.0 else math.copysign(1.0, left)  # near enough to the angle where it matters
    turn = min(max(turn / TURN_RAD, -MOST_TURN), MOST_TURN)
    wish[4] = -turn
    # What the keys do is along the view as it will be at the end of most of the turn.
    sine, cosine = sincos(state.yaw_rad + 0.6 * turn * TURN_RAD)
    ahead, left = (dx * cosine + dy * sine) / gap * speed, (dy * cosine - dx * sine) / gap * speed
    wish[0], wish[1], wish[2], wish[3] = max(ahead, 0.0), max(left, 0.0), max(-ahead, 0.0), max(-left, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def cell_under(ways, position, before):
    """The cell that a body on the ground stands on: the nearest of those that its footprint touches, else `before`."""
    level = math.floor(position[2] + 0.5)
    best, nearest = before, math.inf
    for i in range(-1, 2):
        for j in range(-1, 2):
            x, y = math.floor(position[0] + 0.29 * i), math.floor(position[1] + 0.29 * j)
            if not (0 <= x < ways.cell_index.shape[0] and 0 <= y < ways.cell_index.shape[1]):
                continue
            if not 0 <= level < ways.cell_index.shape[2]:
                continue
            cell = ways.cell_index[x, y, level]
            if cell >= 0:
                gap = away_m(ways, position, cell)
                if gap < nearest:
                    best, nearest = cell, gap
    return best

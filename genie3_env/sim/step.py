"""One environment step: the body acts, then the task judges. And the beginning of an episode.

N: environments. Everything random is drawn from the state's own stream, so a state and the actions decide what follows.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.sim.bank import world_grid
from genie3_env.sim.body import act, burns
from genie3_env.sim.mechanisms import (
    DIRECTIONS,
    distance_on_level,
    ground_below,
    touched_flag,
    visit,
    walkable_distance,
    way_on_level,
)
from genie3_env.sim.sight import flag_in_view
from genie3_env.trigonometry import sincos
from genie3_env.types import Outcome
from genie3_env.world import FLAG_COLOURS

RUNNING = int(Outcome.RUNNING)
SUCCESS = int(Outcome.SUCCESS)
WRONG_FLAG = int(Outcome.WRONG_FLAG)
BURNT = int(Outcome.BURNT)
TIMEOUT = int(Outcome.TIMEOUT)


class Rules(NamedTuple):
    """What decides an episode beside the world.

    instruction_rows: int32 rows of the instruction table that may be given, colour after colour.
    instruction_start: int64 [colours + 1] first of each colour's rows.
    action_repeat: physics steps in one environment step.
    max_episode_steps: environment steps after which an episode is cut off.
    spawn_draws: an episode begins at the nearest to its goal of so many spawns drawn at random; 1: at any.
    spawn_farthest: at the farthest of them instead.
    world_stride: the next episode's world is this many further on; 0: a random world.
    autoreset: begin the next episode in the step that ends one.
    """

    instruction_rows: np.ndarray
    instruction_start: np.ndarray
    action_repeat: int
    max_episode_steps: int
    spawn_draws: int
    spawn_farthest: bool
    world_stride: int
    autoreset: bool


class Results(NamedTuple):
    """What one step of N environments tells beside the states.

    after: SIM_STATE [N] the states that the step led to, before any next episode began.
    flag_distance_delta_m: float32 [N] metres of walkable path gained.
    heading_delta: float32 [N] by how much the view turned towards the walkable way (SIM_STATE.heading).
    collision: bool [N] whether the body ran into a wall that it was not already touching.
    explored: bool [N] whether the body came to a square of the world where it had not been in this episode.
    """

    after: np.ndarray
    flag_distance_delta_m: np.ndarray
    heading_delta: np.ndarray
    collision: np.ndarray
    explored: np.ndarray


def new_results(states: np.ndarray) -> Results:
    """Room for the results of stepping `states`."""
    num_envs = len(states)
    metres, heading = np.zeros(num_envs, np.float32), np.zeros(num_envs, np.float32)
    return Results(states.copy(), metres, heading, np.zeros(num_envs, np.bool_), np.zeros(num_envs, np.bool_))


def instruction_rows(colours: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Rules.instruction_rows and instruction_start of a table whose row r names the flag of colour colours[r].

    A colour of -1 leaves the row out.
    """
    rows = [[row for row, c in enumerate(colours) if c == colour] for colour in range(len(FLAG_COLOURS))]
    start = np.concatenate([[0], np.cumsum([len(of_colour) for of_colour in rows])])
    return np.array([row for of_colour in rows for row in of_colour], np.int32), start.astype(np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def step_batch(bank, rules, actions, states, results, lo, hi):
    """Step environments lo..hi-1 in place; actions float32 [N, 8]."""
    for i in range(lo, hi):
        step_one(bank, rules, actions, states, results, i)


@njit(cache=True, nogil=True, error_model="numpy")
def step_one(bank, rules, actions, states, results, i):
    """Step environment i in place; where its episode ends, begin the next one if the rules say so."""
    state = states[i]
    before_m, heading_before = state.flag_distance_m, state.heading
    grid = world_grid(bank, state.world)
    collided = act(grid, state, actions[i], rules.action_repeat)
    state.step += 1
    measure(bank, state)
    judge(bank, grid, state, rules.max_episode_steps)
    results.flag_distance_delta_m[i] = before_m - state.flag_distance_m
    results.heading_delta[i] = state.heading - heading_before
    results.collision[i] = collided
    results.explored[i] = visit(state)
    look(bank, state)
    results.after[i] = state
    if rules.autoreset and state.outcome != RUNNING:
        begin(bank, rules, state, next_world(bank, rules, state))


@njit(cache=True, nogil=True, error_model="numpy")
def measure(bank, state):
    """Note how far the goal is and how well the body faces the way, in the air from where it would land.

    Where no way leads on, what was noted last stays.
    """
    world, goal, position = state.world, state.goal, state.position_m
    level = math.floor(position[2] + 0.5) if state.grounded else ground_below(bank, world, position)
    metres = distance_on_level(bank, world, goal, position, level)
    if metres != math.inf:
        state.flag_distance_m = metres
    way = way_on_level(bank, world, goal, position, level)
    if way >= 0:
        sine, cosine = sincos(state.yaw_rad)
        state.heading = cosine * DIRECTIONS[way, 0] + sine * DIRECTIONS[way, 1]
        state.heading_sine = cosine * DIRECTIONS[way, 1] - sine * DIRECTIONS[way, 0]


@njit(cache=True, nogil=True, error_model="numpy")
def look(bank, state):
    """Note whether the goal is in view, or was."""
    if not state.goal_seen:
        colours = bank.flag_colours[state.world]
        for flag in range(bank.num_flags[state.world]):
            if colours[flag] == colours[state.goal]:
                seen, _ = flag_in_view(bank, state, flag)
                state.goal_seen |= seen


@njit(cache=True, nogil=True, error_model="numpy")
def judge(bank, grid, state, max_episode_steps):
    """Set the outcome."""
    flag = touched_flag(bank, state.world, state.position_m)
    if burns(grid, state):
        state.outcome = BURNT
    elif flag >= 0 and bank.flag_colours[state.world, flag] == bank.flag_colours[state.world, state.goal]:
        state.outcome = SUCCESS
    elif flag >= 0:
        state.outcome = WRONG_FLAG
    elif state.step >= max_episode_steps:
        state.outcome = TIMEOUT


@njit(cache=True, nogil=True, error_model="numpy")
def begin_batch(bank, rules, states, worlds, begins):
    """Begin an episode in world worlds[i] (-1: a random one) for every i where begins[i] is true."""
    for i in range(states.size):
        if begins[i]:
            state = states[i]
            world = worlds[i]
            if world < 0:
                world = draw(state, bank.num_flags.size)
            begin(bank, rules, state, world)


@njit(cache=True, nogil=True, error_model="numpy")
def next_world(bank, rules, state):
    """The world of the episode after this one."""
    if rules.world_stride > 0:
        return (state.world + rules.world_stride) % bank.num_flags.size
    return draw(state, bank.num_flags.size)


@njit(cache=True, nogil=True, error_model="numpy")
def begin(bank, rules, state, world):
    """Begin an episode in `world`: draw where to stand, where to look, the goal and its instruction."""
    state.world = world
    state.goal = draw(state, bank.num_goals[world])
    stand(bank, rules, state)
    state.yaw_rad = (draw(state, 1 << 24) / float(1 << 24) - 0.5) * (2.0 * math.pi)
    state.pitch_rad = 0.0
    colour = bank.flag_colours[world, state.goal]
    row = rules.instruction_start[colour]
    row += draw(state, rules.instruction_start[colour + 1] - row)
    state.instruction = rules.instruction_rows[row]
    state.step = 0
    state.double_jumps = 0
    state.outcome = RUNNING
    state.grounded = 1
    state.heading = 0.0
    state.heading_sine = 0.0
    measure(bank, state)
    state.air_jumps = 0
    state.jump_held = 0
    state.touching = 0
    state.hour = -1
    state.weather = -1
    state.visited[:] = 0
    visit(state)
    state.goal_seen = 0
    look(bank, state)


@njit(cache=True, nogil=True, error_model="numpy")
def stand(bank, rules, state):
    """Put the body on the nearest to the goal, or the farthest, of a few spawns drawn at random."""
    first, past = bank.spawn_start[state.world], bank.spawn_start[state.world + 1]
    sign = -1.0 if rules.spawn_farthest else 1.0
    least = math.inf
    for _ in range(rules.spawn_draws):
        spawn = first + draw(state, past - first)
        metres = walkable_distance(bank, state.world, state.goal, bank.spawns_m[spawn])
        if sign * metres < least:
            least = sign * metres
            state.flag_distance_m = metres
            for k in range(3):
                state.position_m[k] = bank.spawns_m[spawn, k]
                state.velocity_mps[k] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def draw(state, count):
    """A random integer in 0..count-1 from the state's stream: splitmix64 (Steele et al. 2014), upper 32 bits."""
    state.random = state.random + np.uint64(0x9E3779B97F4A7C15)
    z = state.random
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.int64(((z >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32))

"""One environment step: the body acts, then the task judges. And the beginning of an episode.

N: environments. Everything random is drawn from the state's own stream, so a state and the actions decide what follows.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.prompt.spec import TASKS
from genie3_env.sim.bank import SimBank, grid_of
from genie3_env.sim.body import act, burns
from genie3_env.sim.mechanisms import (
    DIRECTIONS,
    distance_on_level,
    ground_below,
    visit,
    walkable_distance,
    way_on_level,
)
from genie3_env.sim.sight import flag_in_view
from genie3_env.sim.targets import COLLECT_COINS, goal_colour, next_target, take_coins, touch_flags, use_triggers
from genie3_env.trigonometry import sincos
from genie3_env.types import ACTION_NAMES, MAX_FLAGS, Outcome
from genie3_env.world import FLAG_COLOURS

RUNNING = int(Outcome.RUNNING)
SUCCESS = int(Outcome.SUCCESS)
BURNT = int(Outcome.BURNT)
TIMEOUT = int(Outcome.TIMEOUT)
INTERACT = ACTION_NAMES.index("interact")
NUM_COLOURS = len(FLAG_COLOURS)


class Rules(NamedTuple):
    """What decides an episode beside the world.

    instruction_rows: int32 rows of the instruction table that may be given, task after task and colour after colour.
    instruction_start: int64 [tasks * colours + 1] first of the rows of each task and colour.
    action_repeat: physics steps in one environment step.
    max_episode_steps: environment steps after which an episode is cut off.
    worlds: int64 worlds that random episodes may begin in.
    spawn_draws: an episode begins at the nearest to its goal of so many spawns drawn at random; 1: at any.
    spawn_farthest: at the farthest of them instead.
    world_stride: the next episode's world is this many further on; 0: a random world.
    autoreset: begin the next episode in the step that ends one.
    """

    instruction_rows: np.ndarray
    instruction_start: np.ndarray
    action_repeat: int
    max_episode_steps: int
    worlds: np.ndarray
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
    coins_collected: int32 [N] in this step.
    explored: bool [N] whether the body came to a square of the world where it had not been in this episode.
    """

    after: np.ndarray
    flag_distance_delta_m: np.ndarray
    heading_delta: np.ndarray
    collision: np.ndarray
    coins_collected: np.ndarray
    explored: np.ndarray


def new_results(states: np.ndarray) -> Results:
    """Room for the results of stepping `states`."""
    num_envs = len(states)
    metres, heading = np.zeros(num_envs, np.float32), np.zeros(num_envs, np.float32)
    collision, explored = np.zeros((2, num_envs), np.bool_)
    return Results(states.copy(), metres, heading, collision, np.zeros(num_envs, np.int32), explored)


def instruction_key(task: str, colour: int) -> int:
    """The number of a task and a colour (an index in FLAG_COLOURS) for `instruction_rows`."""
    return TASKS.index(task) * len(FLAG_COLOURS) + colour


def instruction_rows(keys: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Rules.instruction_rows and instruction_start of a table whose row r is for what keys[r] says (instruction_key).

    A key of -1 leaves the row out.
    """
    rows = [[row for row, k in enumerate(keys) if k == key] for key in range(len(TASKS) * len(FLAG_COLOURS))]
    start = np.concatenate([[0], np.cumsum([len(of_key) for of_key in rows])])
    return np.array([row for of_key in rows for row in of_key], np.int32), start.astype(np.int64)


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
    grid = grid_of(bank, state)
    collided = act(grid, state, actions[i], rules.action_repeat)
    state.step += 1
    use_triggers(bank, state, actions[i, INTERACT] > 0.0)
    coins = judge(bank, grid, state, rules.max_episode_steps)
    measure(bank, state)
    results.coins_collected[i] = coins
    # With a coin in hand the next one counts: the way to it is no way lost.
    results.flag_distance_delta_m[i] = 0.0 if coins else before_m - state.flag_distance_m
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
    world, position = state.world, state.position_m
    target, beyond_m = next_target(bank, state, position)
    if target < 0:
        state.flag_distance_m = 0.0
        return
    level = math.floor(position[2] + 0.5) if state.grounded else ground_below(bank, world, position)
    metres = distance_on_level(bank, world, target, position, level) + beyond_m
    if metres != math.inf:
        state.flag_distance_m = metres
    way = way_on_level(bank, world, target, position, level)
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
            if colours[flag] == goal_colour(bank, state):
                seen, _ = flag_in_view(bank, state, flag)
                state.goal_seen |= seen


@njit(cache=True, nogil=True, error_model="numpy")
def judge(bank, grid, state, max_episode_steps):
    """Take what is touched and set the outcome; how many coins were collected."""
    coins = 0
    if bank.tasks[state.world] == COLLECT_COINS:
        coins, outcome = take_coins(bank, state)
    else:
        outcome = touch_flags(bank, state)
    if burns(grid, state):
        outcome = BURNT
    elif outcome == RUNNING and state.step >= max_episode_steps:
        outcome = TIMEOUT
    state.outcome = outcome
    return coins


@njit(cache=True, nogil=True, error_model="numpy")
def begin_batch(bank, rules, states, worlds, begins):
    """Begin an episode in world worlds[i] (-1: a random one) for every i where begins[i] is true."""
    for i in range(states.size):
        if begins[i]:
            state = states[i]
            begin(bank, rules, state, worlds[i] if worlds[i] >= 0 else draw_world(rules, state))


def choose_goal(bank: SimBank, states: np.ndarray, index: int, task: int, colour: int, row: int) -> None:
    """Make what has `colour` the goal of record `index` of states, and `row` its instruction.

    task: index in TASKS. ValueError where the state's world has another task, or nothing of the colour.
    """
    world = states["world"][index]
    colours = bank.coin_colours if task == COLLECT_COINS else bank.flag_colours
    for goal in bank.goals[world, : bank.num_goals[world]]:
        column = goal - MAX_FLAGS if task == COLLECT_COINS else goal
        if bank.tasks[world] == task and colours[world, column] == colour:
            states["goal"][index], states["instruction"][index] = goal, row
            states["goal_seen"][index] = 0
            look_again(bank, states, index)
            return
    raise ValueError(
        f"The world of environment {index} has no {FLAG_COLOURS[colour]} goal of the task {TASKS[task]!r}."
    )


@njit(cache=True, nogil=True, error_model="numpy")
def look_again(bank, states, index):
    """Note the way to a new goal, and whether it is in view."""
    measure(bank, states[index])
    look(bank, states[index])


@njit(cache=True, nogil=True, error_model="numpy")
def next_world(bank, rules, state):
    """The world of the episode after this one."""
    if rules.world_stride > 0:
        return (state.world + rules.world_stride) % bank.num_flags.size
    return draw_world(rules, state)


@njit(cache=True, nogil=True, error_model="numpy")
def draw_world(rules, state):
    """One of rules.worlds at random."""
    return rules.worlds[draw(state, rules.worlds.size)]


@njit(cache=True, nogil=True, error_model="numpy")
def begin(bank, rules, state, world):
    """Begin an episode in `world`: draw where to stand, where to look, the goal and its instruction."""
    state.world = world
    state.goal = bank.goals[world, draw(state, bank.num_goals[world])]
    state.coins = bank.coins[world]
    state.tick = 0
    state.triggers = 0
    state.riding = 0
    state.hour = -1
    state.weather = -1
    state.liquid = -1
    state.events = 0
    stand(bank, rules, state)
    state.yaw_rad = (draw(state, 1 << 24) / float(1 << 24) - 0.5) * (2.0 * math.pi)
    state.pitch_rad = 0.0
    key = bank.tasks[world] * NUM_COLOURS + goal_colour(bank, state)
    row = rules.instruction_start[key]
    row += draw(state, rules.instruction_start[key + 1] - row)
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
        target, beyond_m = next_target(bank, state, bank.spawns_m[spawn])
        metres = walkable_distance(bank, state.world, target, bank.spawns_m[spawn]) + beyond_m
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

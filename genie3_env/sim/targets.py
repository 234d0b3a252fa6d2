"""What a task asks for: which target comes next, what is touched, when the task is done.

A target is a column of SimBank.distances_m: a flag, a coin (from MAX_FLAGS on), a lever or a key (from
SimBank.first_trigger on).
"""

import math

import numpy as np
from numba import njit

from genie3_env.prompt.spec import TASKS
from genie3_env.sim.mechanisms import touched_flag, walkable_distance
from genie3_env.types import MAX_FLAGS, Outcome

COLLECT_COINS = TASKS.index("collect_coins")
RUNNING, SUCCESS, WRONG = int(Outcome.RUNNING), int(Outcome.SUCCESS), int(Outcome.WRONG_FLAG)

COIN_RADIUS_M = 0.9
KEY_RADIUS_M = 1.2
LEVER_RADIUS_M = 1.6
REACH_HEIGHT_M = 1.9  # what is taken or pulled is not farther above or below the soles


@njit(cache=True, nogil=True, error_model="numpy")
def goal_colour(bank, state):
    """The colour, an index in FLAG_COLOURS, that the instruction names."""
    if bank.tasks[state.world] == COLLECT_COINS:
        return bank.coin_colours[state.world, state.goal - MAX_FLAGS]
    return bank.flag_colours[state.world, state.goal]


@njit(cache=True, nogil=True, error_model="numpy")
def coin_is_there(state, coin):
    """Whether a coin can be collected."""
    return (state.coins >> np.uint64(coin)) & np.uint64(1) != 0


@njit(cache=True, nogil=True, error_model="numpy")
def is_triggered(state, trigger):
    """Whether a lever was pulled, or a key found."""
    return (int(state.triggers) >> trigger) & 1 != 0


@njit(cache=True, nogil=True, error_model="numpy")
def next_target(bank, state, position):
    """(target, metres): where to go now, and how far it is from there on; -1 where nothing is left to do.

    Coins: the nearest one of the colour. Flags: the levers and keys that still keep gates closed first, in the order
    that is shortest, then the flag.
    """
    world = state.world
    if bank.tasks[world] == COLLECT_COINS:
        return nearest_coin(bank, state, position), 0.0
    best, order = math.inf, (-1, -1)
    num_triggers = bank.num_triggers[world]
    for first in range(num_triggers):
        if is_triggered(state, first):
            continue
        others = 0
        for second in range(num_triggers):
            if second == first or is_triggered(state, second):
                continue
            others += 1
            metres = _leg(bank, world, position, first) + _between(bank, world, first, second)
            metres += _last_leg(bank, state, second)
            if metres < best:
                best, order = metres, (first, second)
        if others == 0:
            return bank.first_trigger + first, _last_leg(bank, state, first)
    if order[0] < 0:
        return int(state.goal), 0.0
    return bank.first_trigger + order[0], best - _leg(bank, world, position, order[0])


@njit(cache=True, nogil=True, error_model="numpy")
def _leg(bank, world, position, trigger):
    """Metres to a trigger."""
    return walkable_distance(bank, world, bank.first_trigger + trigger, position)


@njit(cache=True, nogil=True, error_model="numpy")
def _between(bank, world, first, second):
    """Metres from one trigger to another."""
    return walkable_distance(bank, world, bank.first_trigger + second, bank.trigger_positions_m[world, first])


@njit(cache=True, nogil=True, error_model="numpy")
def _last_leg(bank, state, trigger):
    """Metres from a trigger to the flag."""
    return walkable_distance(bank, state.world, int(state.goal), bank.trigger_positions_m[state.world, trigger])


@njit(cache=True, nogil=True, error_model="numpy")
def nearest_coin(bank, state, position):
    """The target of the nearest coin to be collected, by walking, or else as the crow flies; -1: none is left."""
    world, colour = state.world, goal_colour(bank, state)
    nearest, least = -1, math.inf
    straight, straight_m = -1, math.inf
    for coin in range(bank.num_coins[world]):
        if bank.coin_colours[world, coin] != colour or not coin_is_there(state, coin):
            continue
        metres = walkable_distance(bank, world, MAX_FLAGS + coin, position)
        if metres < least:
            nearest, least = MAX_FLAGS + coin, metres
        foot = bank.coin_positions_m[world, coin]
        away = math.sqrt((foot[0] - position[0]) ** 2 + (foot[1] - position[1]) ** 2)
        if away < straight_m:
            straight, straight_m = MAX_FLAGS + coin, away
    return nearest if nearest >= 0 else straight


@njit(cache=True, nogil=True, error_model="numpy")
def is_within(position, foot, radius_m):
    """Whether a body at `position` reaches what stands on `foot`."""
    dx, dy, dz = position[0] - foot[0], position[1] - foot[1], position[2] - foot[2]
    return dx * dx + dy * dy < radius_m * radius_m and abs(dz) < REACH_HEIGHT_M


@njit(cache=True, nogil=True, error_model="numpy")
def use_triggers(bank, state, interacting):
    """Pull levers within reach, if the interact key is held, and pick up keys."""
    for trigger in range(bank.num_triggers[state.world]):
        if is_triggered(state, trigger):
            continue
        foot = bank.trigger_positions_m[state.world, trigger]
        if bank.trigger_is_key[state.world, trigger]:
            used = is_within(state.position_m, foot, KEY_RADIUS_M)
        else:
            used = interacting and is_within(state.position_m, foot, LEVER_RADIUS_M)
        if used:
            state.triggers |= 1 << trigger


@njit(cache=True, nogil=True, error_model="numpy")
def take_coins(bank, state):
    """(coins collected, outcome): take the coins that the body touches."""
    colour, taken, left = goal_colour(bank, state), 0, 0
    for coin in range(bank.num_coins[state.world]):
        if not coin_is_there(state, coin):
            continue
        wanted = bank.coin_colours[state.world, coin] == colour
        if not is_within(state.position_m, bank.coin_positions_m[state.world, coin], COIN_RADIUS_M):
            left += wanted
        elif wanted:
            state.coins &= ~(np.uint64(1) << np.uint64(coin))
            taken += 1
        else:
            return taken, WRONG
    return taken, SUCCESS if left == 0 else RUNNING


@njit(cache=True, nogil=True, error_model="numpy")
def touch_flags(bank, state):
    """The outcome of what flag the body touches."""
    flag = touched_flag(bank, state.world, state.position_m)
    if flag < 0:
        return RUNNING
    return SUCCESS if bank.flag_colours[state.world, flag] == goal_colour(bank, state) else WRONG

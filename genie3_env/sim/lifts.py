"""Lifts: platforms that move to and fro, and carry who stands on them. They stop nobody from the side or from below.

A row of `grid.lifts` (float64 [P, 9], see World) is one lift.
"""

import math

from numba import njit

from genie3_env.types import BODY_RADIUS_M

REST = 0.5  # of the time that the way takes: how long a lift waits at either end, before and after it turns
GRIP_M = 0.02  # who is so little below the upper side when it comes is lifted onto it


@njit(cache=True, nogil=True, error_model="numpy")
def lift_share(tick, period):
    """Where a lift is between its ends, 0.0 to 1.0, `tick` physics steps after the episode began."""
    turn = 2.0 * ((tick % period) / period)
    share = turn if turn < 1.0 else 2.0 - turn
    return min(max(share * (1.0 + 2.0 * REST) - REST, 0.0), 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def lift_at(lift, tick):
    """(x, y, z) of the middle of a lift's upper side."""
    share = lift_share(tick, int(lift[8]))
    return (
        lift[0] + (lift[3] - lift[0]) * share,
        lift[1] + (lift[4] - lift[1]) * share,
        lift[2] + (lift[5] - lift[2]) * share,
    )


@njit(cache=True, nogil=True, error_model="numpy")
def ride(grid, state):
    """The body moves with the lift that it stands on, through the physics step that ends at state.tick."""
    if state.riding == 0:
        return
    lift = grid.lifts[state.riding - 1]
    x, y, z = lift_at(lift, state.tick)
    was_x, was_y, was_z = lift_at(lift, state.tick - 1)
    state.position_m[0] += x - was_x
    state.position_m[1] += y - was_y
    state.position_m[2] += z - was_z


@njit(cache=True, nogil=True, error_model="numpy")
def land_on_lift(grid, state, soles):
    """Put a body that has fallen from height `soles` on the lift that it came through; whether there was one."""
    position = state.position_m
    for index in range(grid.lifts.shape[0]):
        lift = grid.lifts[index]
        x, y, z = lift_at(lift, state.tick)
        beside = abs(position[0] - x) >= lift[6] + BODY_RADIUS_M or abs(position[1] - y) >= lift[7] + BODY_RADIUS_M
        if beside or position[2] > z or soles < z - GRIP_M:
            continue
        position[2] = z
        state.riding = index + 1
        return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def steps_until_here(lift, tick, share):
    """Physics steps from `tick` until a lift is at 0.0 or 1.0 of its way (`share`) and has just come to rest."""
    period = int(lift[8])
    for wait in range(period + 1):
        now, before = lift_share(tick + wait, period), lift_share(tick + wait - 1, period)
        if math.fabs(now - share) < 1e-9 and math.fabs(before - share) >= 1e-9:
            return wait
    return 0

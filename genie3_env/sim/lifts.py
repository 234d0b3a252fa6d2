"""Lifts: platforms that move to and fro, and carry who stands on them. They stop nobody from the side or from below.

A row of `grid.lifts` (float64 [P, 9], see World) is one lift.
"""

from numba import njit

from genie3_env.motion import lift_at
from genie3_env.types import BODY_RADIUS_M

GRIP_M = 0.02  # who is so little below the upper side when it comes is lifted onto it


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

"""What can be seen from where: flags in view, walls between, walls and lava around."""

import math

from numba import njit

from genie3_env.sim.bank import grid_of, is_solid
from genie3_env.trigonometry import sincos
from genie3_env.types import EYE_HEIGHT_M

CLOTH_M = 2.5  # height of the cloth's middle above the flag's foot
SIGHT_STEP_M = 0.25
EYESIGHT_M = 40.0
STRIDE_M = 0.5  # of looking along the ground
DEEPEST = 4  # voxels below the soles where lava is still looked for


@njit(cache=True, nogil=True, error_model="numpy")
def flag_in_view(bank, state, flag):
    """Whether a flag of the state's world stands in view, and how far to the left of the picture's middle.

    1.0 is the picture's edge; 0.0 where the flag is not in view.
    """
    sine, cosine = sincos(state.yaw_rad)
    x, y, z = state.position_m[0], state.position_m[1], state.position_m[2] + EYE_HEIGHT_M
    foot = bank.flag_positions_m[state.world, flag]
    dx, dy, dz = foot[0] - x, foot[1] - y, foot[2] + CLOTH_M - z
    ahead, left = cosine * dx + sine * dy, cosine * dy - sine * dx
    in_front = ahead > 0.0 and abs(left) < ahead < EYESIGHT_M
    if in_front and free_sight(grid_of(bank, state), x, y, z, dx, dy, dz):
        return True, left / ahead
    return False, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def free_sight(grid, x, y, z, dx, dy, dz):
    """Whether no solid voxel is met between a point and the one that lies (dx, dy, dz) from it."""
    kinds, open_gates = grid.kinds, grid.open_gates
    nx, ny, nz = kinds.shape
    steps = int(math.sqrt(dx * dx + dy * dy + dz * dz) / SIGHT_STEP_M) + 1
    for k in range(1, steps):
        share = k / steps
        i, j = math.floor(x + share * dx), math.floor(y + share * dy)
        level = math.floor(z + share * dz)
        if 0 <= i < nx and 0 <= j < ny and 0 <= level < nz and is_solid(kinds[i, j, level], open_gates):
            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def along_ground(grid, position, cosine, sine, farthest_m):
    """Metres to the first wall, and to the first lava, that a body would meet walking straight on along the ground.

    A wall is what is higher than a step of one voxel, or the end of the world. What is not met within farthest_m, or
    only behind the other one, is inf metres away.
    """
    kinds, open_gates, deadly = grid.kinds, grid.open_gates, grid.deadly
    nx, ny, nz = kinds.shape
    level = math.floor(position[2] + 0.5)
    for k in range(1, int(farthest_m / STRIDE_M) + 1):
        metres = k * STRIDE_M
        i, j = math.floor(position[0] + metres * cosine), math.floor(position[1] + metres * sine)
        if not (0 <= i < nx and 0 <= j < ny and 0 < level < nz - 2):
            return metres, math.inf
        if is_solid(kinds[i, j, level], open_gates):
            level += 1  # a step, or a wall
        if is_solid(kinds[i, j, level], open_gates) or is_solid(kinds[i, j, level + 1], open_gates):
            return metres, math.inf
        for below in range(level - 1, max(level - 1 - DEEPEST, -1), -1):
            if kinds[i, j, below] & deadly:
                return math.inf, metres
            if is_solid(kinds[i, j, below], open_gates):
                level = below + 1
                break
    return math.inf, math.inf

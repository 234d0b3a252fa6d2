"""What the simulator knows of a state and an agent, which sees only the picture, may learn to guess.

N: environments, P: PRIVILEGED quantities.
"""

import math

from numba import njit

from genie3_env.sim.bank import KIND_SOLID, world_grid
from genie3_env.trigonometry import sincos
from genie3_env.types import EYE_HEIGHT_M
from genie3_env.world import FLAG_COLOURS

WAY, GOAL, FLAGS = 0, 3, 5  # first quantity of the way to the goal, of the goal in view, and of all flags in view
PRIVILEGED = FLAGS + 2 * len(FLAG_COLOURS)

NEAR_M = 20.0
CLOTH_M = 2.5  # height of the cloth's middle above the flag's foot
SIGHT_STEP_M = 0.25
EYESIGHT_M = 40.0


@njit(cache=True, nogil=True, error_model="numpy")
def know(bank, states, out):
    """Write out float32 [N, P] of states [N].

    The way: cosine and sine of the angle from the view to the walkable way (positive: to the left), and
    20 / (20 + metres to walk). Then two for the goal and two for each of FLAG_COLOURS: 1.0 if that flag stands in view,
    and how far to the left of the picture's middle it does, 1.0 at the edge; both 0.0 where it does not.
    """
    for i in range(states.size):
        state, row = states[i], out[i]
        row[:] = 0.0
        row[WAY], row[WAY + 1] = state.heading, state.heading_sine
        row[WAY + 2] = NEAR_M / (NEAR_M + state.flag_distance_m)
        grid = world_grid(bank, state.world)
        sine, cosine = sincos(state.yaw_rad)
        x, y, z = state.position_m[0], state.position_m[1], state.position_m[2] + EYE_HEIGHT_M
        for flag in range(bank.num_flags[state.world]):
            foot = bank.flag_positions_m[state.world, flag]
            dx, dy, dz = foot[0] - x, foot[1] - y, foot[2] + CLOTH_M - z
            ahead, left = cosine * dx + sine * dy, cosine * dy - sine * dx
            if ahead > 0.0 and abs(left) < ahead < EYESIGHT_M and free_sight(grid, x, y, z, dx, dy, dz):
                colour = bank.flag_colours[state.world, flag]
                row[FLAGS + 2 * colour], row[FLAGS + 2 * colour + 1] = 1.0, left / ahead
                if flag == state.goal:
                    row[GOAL], row[GOAL + 1] = 1.0, left / ahead


@njit(cache=True, nogil=True, error_model="numpy")
def free_sight(grid, x, y, z, dx, dy, dz):
    """Whether no solid voxel is met between a point and the one that lies (dx, dy, dz) from it."""
    nx, ny, nz = grid.shape
    steps = int(math.sqrt(dx * dx + dy * dy + dz * dz) / SIGHT_STEP_M) + 1
    for k in range(1, steps):
        share = k / steps
        i, j = math.floor(x + share * dx), math.floor(y + share * dy)
        level = math.floor(z + share * dz)
        if 0 <= i < nx and 0 <= j < ny and 0 <= level < nz and grid[i, j, level] & KIND_SOLID:
            return False
    return True

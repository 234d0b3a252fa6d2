"""What the simulator knows of a state and an agent, which sees only the picture, may learn to guess.

N: environments, P: PRIVILEGED quantities.
"""

import math

import numpy as np
from numba import njit

from genie3_env.sim.bank import grid_of
from genie3_env.sim.mechanisms import was_at
from genie3_env.sim.sight import along_ground, flag_in_view
from genie3_env.sim.targets import goal_colour
from genie3_env.trigonometry import sincos
from genie3_env.world import FLAG_COLOURS

# First quantity of the way to the goal, of the goal in view, of all flags in view, of where the body has been.
WAY, GOAL, FLAGS = 0, 3, 5
TRAIL = FLAGS + 2 * len(FLAG_COLOURS)
BEARINGS = np.array([sincos(k * (2.0 * math.pi / 8))[::-1] for k in range(8)])  # straight ahead, then to the left
RINGS_M = np.array([4.0, 8.0])
AROUND = TRAIL + 1 + len(RINGS_M) * len(BEARINGS)  # of walls and lava around
AROUND_M = 8.0
PRIVILEGED = AROUND + 2 * len(BEARINGS)

NEAR_M = 20.0


@njit(cache=True, nogil=True, error_model="numpy")
def know(bank, states, out):
    """Write out float32 [N, P] of states [N].

    The way: cosine and sine of the angle from the view to the walkable way (positive: to the left), and
    20 / (20 + metres to walk). Then two for the goal and two for each of FLAG_COLOURS: 1.0 if that flag stands in view,
    and how far to the left of the picture's middle it does, 1.0 at the edge; both 0.0 where it does not. Then what an
    agent in search of the goal should remember: 1.0 if the goal has been in view in this episode, and, for each of
    the BEARINGS from the view, at 4 and then at 8 m, 1.0 if the body has been in the square of the world there. Then
    two for each of the BEARINGS: how near a wall is, and how near lava is, 1.0 at the body and 0.0 from AROUND_M on.
    """
    for i in range(states.size):
        state, row = states[i], out[i]
        row[:] = 0.0
        row[WAY], row[WAY + 1] = state.heading, state.heading_sine
        row[WAY + 2] = NEAR_M / (NEAR_M + state.flag_distance_m)
        for flag in range(bank.num_flags[state.world]):
            there, left = flag_in_view(bank, state, flag)
            colour = bank.flag_colours[state.world, flag]
            if there or row[FLAGS + 2 * colour] == 0.0:
                row[FLAGS + 2 * colour], row[FLAGS + 2 * colour + 1] = there, left
        goal = FLAGS + 2 * goal_colour(bank, state)
        row[GOAL], row[GOAL + 1] = row[goal], row[goal + 1]
        row[TRAIL] = state.goal_seen > 0
        sine, cosine = sincos(state.yaw_rad)
        at = TRAIL + 1
        for ring in range(RINGS_M.shape[0]):
            for k in range(BEARINGS.shape[0]):
                ahead, left = RINGS_M[ring] * BEARINGS[k, 0], RINGS_M[ring] * BEARINGS[k, 1]
                x = state.position_m[0] + cosine * ahead - sine * left
                y = state.position_m[1] + sine * ahead + cosine * left
                row[at] = was_at(state, x, y)
                at += 1
        grid = grid_of(bank, state)
        for k in range(BEARINGS.shape[0]):
            east = cosine * BEARINGS[k, 0] - sine * BEARINGS[k, 1]
            north = sine * BEARINGS[k, 0] + cosine * BEARINGS[k, 1]
            wall_m, lava_m = along_ground(grid, state.position_m, east, north, AROUND_M)
            row[AROUND + 2 * k] = max(0.0, 1.0 - wall_m / AROUND_M)
            row[AROUND + 2 * k + 1] = max(0.0, 1.0 - lava_m / AROUND_M)

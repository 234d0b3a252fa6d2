"""Vocabulary shared by physics, renderer, tasks and pools: the action, the body, the state record.

Metres, seconds, radians; one voxel is one metre; z up; yaw 0 looks along +x, positive yaw turns left.
"""

from enum import IntEnum

import numpy as np

ACTION_NAMES = ("w", "a", "s", "d", "mouse_dx", "mouse_dy", "jump", "interact")
ACTION_DIM = len(ACTION_NAMES)

PHYSICS_HZ = 60
DEFAULT_ACTION_REPEAT = 6  # physics steps in one environment step: 0.1 s

BODY_RADIUS_M = 0.3  # half the side of the square footprint
BODY_HEIGHT_M = 1.8
EYE_HEIGHT_M = 1.62

MAX_FLAGS = 5

VISIT_M = 4.0  # width of a square of the map of where an episode has been
VISIT_SQUARES = 32  # in each direction


class Outcome(IntEnum):
    """How an episode stands, or how it ended."""

    RUNNING = 0
    SUCCESS = 1
    WRONG_FLAG = 2
    BURNT = 3  # the body touched lava, or fell out of the world
    TIMEOUT = 4


# Everything that changes during an episode. With the worlds and the instruction table it determines the next state and
# the picture, so a rollout may keep states instead of frames. The record has no padding: equal states, equal bytes.
SIM_STATE = np.dtype(
    [
        ("position_m", "f8", (3,)),  # centre of the soles
        ("velocity_mps", "f8", (3,)),
        ("yaw_rad", "f8"),
        ("pitch_rad", "f8"),
        ("flag_distance_m", "f8"),  # walkable path left to the flag that the instruction names
        ("heading", "f8"),  # cosine of the angle between the view and the walkable way to that flag
        ("heading_sine", "f8"),  # its sine: above 0 the way is on the left
        # Where the body has been in this episode, a bit for each square; see sim.mechanisms.visit.
        ("visited", "u8", (VISIT_SQUARES * VISIT_SQUARES // 64,)),
        ("random", "u8"),  # the environment's own random stream
        ("world", "i4"),  # index in the pool's worlds
        ("instruction", "i4"),  # row of the instruction table
        ("step", "i4"),  # environment steps since the episode began
        ("double_jumps", "i4"),  # jumps made in the air since the episode began
        ("outcome", "i4"),  # Outcome
        ("goal", "i2"),  # index in the world's flags
        ("goal_seen", "i2"),  # the goal has been in view in this episode
        ("grounded", "i2"),
        ("air_jumps", "i2"),  # jumps used since the body left the ground
        ("jump_held", "i2"),  # the jump key was down at the last physics step
        ("touching", "i2"),  # sides on which a wall is touched: bits of sim.body.HIT_*
        ("hour", "i2"),  # what an event made of it, an index in prompt.spec.HOURS; -1: the world's own
        ("weather", "i2"),  # likewise, an index in prompt.spec.WEATHERS
        ("spare", "i2", (2,)),  # 0: the record stays a multiple of eight bytes
    ],
    align=True,
)

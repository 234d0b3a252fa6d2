"""What somebody would do who knows the walkable way: an expert to learn from, which acts from the state.

N: environments, A: action dimensions.
"""

from numba import njit

from genie3_env.sim.body import LOOK_RAD
from genie3_env.types import ACTION_NAMES

FORWARD, TURN, LOOK = (ACTION_NAMES.index(name) for name in ("w", "mouse_dx", "mouse_dy"))
WALKS_WITHIN = 1.5  # forward is so many times the cosine to the way: full speed within 48 degrees of it
TURNS = 3.0  # mouse per radian off the way


@njit(cache=True, nogil=True, error_model="numpy")
def advise(states, out):
    """Write out float32 [N, A]: turn to the way (SIM_STATE.heading), walk on it, level the view, let other keys be."""
    for i in range(states.size):
        state, row = states[i], out[i]
        row[:] = -1.0
        row[FORWARD] = min(max(WALKS_WITHIN * state.heading, 0.0), 1.0)
        if state.heading > 0.0:
            row[TURN] = min(max(-TURNS * state.heading_sine, -1.0), 1.0)
        else:
            row[TURN] = -1.0 if state.heading_sine > 0.0 else 1.0
        row[LOOK] = min(max(-state.pitch_rad / LOOK_RAD, -1.0), 1.0)

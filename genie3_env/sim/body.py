"""The body: a box with keyboard and mouse that walks, jumps and falls among voxels. One step is 1/60 s.

`grid` is one world as sim.bank.Grid; `state` one SIM_STATE record, changed in place; a position
is that of the soles' centre. Positions at a wall are exact: the face's coordinate minus or plus the radius.
"""

import math

from numba import njit

from genie3_env.sim.bank import KIND_SOLID, is_solid
from genie3_env.sim.lifts import land_on_lift, ride
from genie3_env.trigonometry import sincos
from genie3_env.types import BODY_HEIGHT_M, BODY_RADIUS_M, PHYSICS_HZ

DT_S = 1.0 / PHYSICS_HZ
WALK_SPEED_MPS = 5.0
GROUND_AGILITY = 12.0 / PHYSICS_HZ  # part of the way to the wanted velocity made in one step
AIR_AGILITY = 6.0 / PHYSICS_HZ
GRAVITY_MPS2 = 20.0
TERMINAL_SPEED_MPS = 40.0  # less than a voxel in one step, so that no floor is passed through
JUMP_SPEED_MPS = 7.0
AIR_JUMPS = 1
STEP_UP_M = 1.05
TURN_RAD = 0.30  # by mouse_dx = 1 in one environment step
LOOK_RAD = 0.15  # by mouse_dy = 1
MAX_PITCH_RAD = 1.2
BORDER_M = 1.0  # the outermost ring of voxels is not entered
BURN_HEIGHT_M = BODY_HEIGHT_M / 2
EPSILON_M = 1e-7  # what touches by less than this does not overlap
REACH_M = 0.1  # a wall that was met stays touched until the body is this far from it

# Bits of `state.touching`: the side of the body that meets a wall.
HIT_EAST, HIT_WEST, HIT_NORTH, HIT_SOUTH = 1, 2, 4, 8


@njit(cache=True, nogil=True, error_model="numpy")
def act(grid, state, action, action_repeat):
    """Hold the keys of `action` (float [8]) for `action_repeat` physics steps; True where a new wall was run into."""
    already_touching = state.touching
    met = 0
    for _ in range(action_repeat):
        state.tick += 1
        ride(grid, state)
        turn(state, axis(action, 4) / action_repeat, axis(action, 5) / action_repeat)
        press_jump(state, axis(action, 6) > 0.0)
        steer(state, action)
        met |= walk(grid, state)
        fall(grid, state)
        if burns(grid, state):
            break
    state.yaw_rad -= 2.0 * math.pi * math.floor((state.yaw_rad + math.pi) / (2.0 * math.pi))
    state.touching = still_touched(grid, state, met | already_touching)
    return (met & ~already_touching) != 0


@njit(cache=True, nogil=True, error_model="numpy")
def axis(action, index):
    """One input, held inside -1..1."""
    return min(max(float(action[index]), -1.0), 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def turn(state, right, up):
    """Mouse to the right turns right, which is negative yaw; mouse up looks up."""
    state.yaw_rad -= right * TURN_RAD
    state.pitch_rad = min(max(state.pitch_rad + up * LOOK_RAD, -MAX_PITCH_RAD), MAX_PITCH_RAD)


@njit(cache=True, nogil=True, error_model="numpy")
def press_jump(state, pressed):
    """Jump from the ground, or once more in the air; either needs the key to go down anew."""
    if pressed and not state.jump_held:
        if state.grounded:
            state.velocity_mps[2] = JUMP_SPEED_MPS
            state.grounded = 0
        elif state.air_jumps < AIR_JUMPS:
            state.velocity_mps[2] = JUMP_SPEED_MPS
            state.air_jumps += 1
            state.double_jumps += 1
    state.jump_held = 1 if pressed else 0


@njit(cache=True, nogil=True, error_model="numpy")
def steer(state, action):
    """Bring the horizontal velocity nearer to what the keys w, a, s, d ask for."""
    forward = max(axis(action, 0), 0.0) - max(axis(action, 2), 0.0)
    right = max(axis(action, 3), 0.0) - max(axis(action, 1), 0.0)
    length = math.sqrt(forward * forward + right * right)
    speed = WALK_SPEED_MPS / max(length, 1.0)  # two keys are not faster than one
    sine, cosine = sincos(state.yaw_rad)
    agility = GROUND_AGILITY if state.grounded else AIR_AGILITY
    velocity = state.velocity_mps
    velocity[0] += (speed * (forward * cosine + right * sine) - velocity[0]) * agility
    velocity[1] += (speed * (forward * sine - right * cosine) - velocity[1]) * agility


@njit(cache=True, nogil=True, error_model="numpy")
def walk(grid, state):
    """Move horizontally, up a step of one voxel where there is one; the sides on which a wall was met."""
    position, velocity = state.position_m, state.velocity_mps
    x, y, z = position[0], position[1], position[2]
    met = slide(grid, position, velocity)
    if met and state.grounded:
        slid_x, slid_y = position[0], position[1]
        position[0], position[1], position[2] = x, y, z + STEP_UP_M
        climbed, met_above = False, 0
        if not blocked(grid, position):
            met_above = slide(grid, position, velocity)
            gained = abs(position[0] - x) + abs(position[1] - y) - abs(slid_x - x) - abs(slid_y - y)
            climbed = gained > EPSILON_M
        if climbed:
            push(grid, position, 2, -STEP_UP_M)
            met = met_above
        else:
            position[0], position[1], position[2] = slid_x, slid_y, z
    if met & (HIT_EAST | HIT_WEST):
        velocity[0] = 0.0
    if met & (HIT_NORTH | HIT_SOUTH):
        velocity[1] = 0.0
    stay_inside(grid, position, velocity)
    return met


@njit(cache=True, nogil=True, error_model="numpy")
def fall(grid, state):
    """Move vertically under gravity, exact for constant acceleration: dz = (v + v') / 2 * dt."""
    velocity = state.velocity_mps
    before = velocity[2]
    velocity[2] = max(before - GRAVITY_MPS2 * DT_S, -TERMINAL_SPEED_MPS)
    rise = 0.5 * (before + velocity[2]) * DT_S
    state.grounded = 0
    state.riding = 0
    soles = state.position_m[2]
    if push(grid, state.position_m, 2, rise):
        velocity[2] = 0.0
        state.grounded = 1 if rise < 0.0 else 0
    if rise < 0.0 and land_on_lift(grid, state, soles):
        velocity[2] = 0.0
        state.grounded = 1
    if state.grounded:
        state.air_jumps = 0


@njit(cache=True, nogil=True, error_model="numpy")
def slide(grid, position, velocity):
    """Move along x, then along y; the sides on which a wall was met."""
    met = 0
    if push(grid, position, 0, velocity[0] * DT_S):
        met |= HIT_EAST if velocity[0] > 0.0 else HIT_WEST
    if push(grid, position, 1, velocity[1] * DT_S):
        met |= HIT_NORTH if velocity[1] > 0.0 else HIT_SOUTH
    return met


@njit(cache=True, nogil=True, error_model="numpy")
def push(grid, position, along, metres):
    """Move along one axis by less than a voxel and a bit, to the first solid face at most; whether one was met."""
    position[along] += metres
    if metres == 0.0 or not blocked(grid, position):
        return False
    lower = 0.0 if along == 2 else -BODY_RADIUS_M
    upper = BODY_HEIGHT_M if along == 2 else BODY_RADIUS_M
    if metres > 0.0:
        position[along] = math.floor(position[along] + upper - EPSILON_M) - upper
    else:
        position[along] = math.floor(position[along] + lower + EPSILON_M) + 1.0 - lower
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def stay_inside(grid, position, velocity):
    """The border of the grid holds the body without being a wall."""
    margin = BORDER_M + BODY_RADIUS_M
    for along in range(2):
        held = min(max(position[along], margin), grid.kinds.shape[along] - margin)
        if held != position[along]:
            position[along] = held
            velocity[along] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def blocked(grid, position):
    """Whether a body standing at `position` would overlap a solid voxel."""
    return overlaps(grid, position[0], position[1], position[2], BODY_HEIGHT_M, KIND_SOLID)


@njit(cache=True, nogil=True, error_model="numpy")
def burns(grid, state):
    """Whether the lower half of the body is in a deadly voxel, or the body below the world."""
    position = state.position_m
    if position[2] < 0.0:
        return True
    return overlaps(grid, position[0], position[1], position[2], BURN_HEIGHT_M, grid.deadly)


@njit(cache=True, nogil=True, error_model="numpy")
def still_touched(grid, state, sides):
    """Those of `sides` on which a wall is within reach."""
    x, y, z = state.position_m[0], state.position_m[1], state.position_m[2]
    kept = 0
    if sides & HIT_EAST and overlaps(grid, x + REACH_M, y, z, BODY_HEIGHT_M, KIND_SOLID):
        kept |= HIT_EAST
    if sides & HIT_WEST and overlaps(grid, x - REACH_M, y, z, BODY_HEIGHT_M, KIND_SOLID):
        kept |= HIT_WEST
    if sides & HIT_NORTH and overlaps(grid, x, y + REACH_M, z, BODY_HEIGHT_M, KIND_SOLID):
        kept |= HIT_NORTH
    if sides & HIT_SOUTH and overlaps(grid, x, y - REACH_M, z, BODY_HEIGHT_M, KIND_SOLID):
        kept |= HIT_SOUTH
    return kept


@njit(cache=True, nogil=True, error_model="numpy")
def overlaps(grid, x, y, z, height, kind):
    """Whether the box of the body's footprint and of `height` on soles at (x, y, z) overlaps a voxel of `kind`."""
    kinds, open_gates = grid.kinds, grid.open_gates
    nx, ny, nz = kinds.shape
    x_first = max(math.floor(x - BODY_RADIUS_M + EPSILON_M), 0)
    x_last = min(math.floor(x + BODY_RADIUS_M - EPSILON_M), nx - 1)
    y_first = max(math.floor(y - BODY_RADIUS_M + EPSILON_M), 0)
    y_last = min(math.floor(y + BODY_RADIUS_M - EPSILON_M), ny - 1)
    z_first = max(math.floor(z + EPSILON_M), 0)
    z_last = min(math.floor(z + height - EPSILON_M), nz - 1)
    for i in range(x_first, x_last + 1):
        for j in range(y_first, y_last + 1):
            for k in range(z_first, z_last + 1):
                found = kinds[i, j, k]
                if kind == KIND_SOLID:
                    if is_solid(found, open_gates):
                        return True
                elif found & kind:
                    return True
    return False

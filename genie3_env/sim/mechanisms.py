"""Flags to touch, the walkable way that is left to a target, and where an episode has been.

A target is a column of SimBank.distances_m: a flag, a coin, a lever or a key.
"""

import math

import numpy as np
from numba import njit

from genie3_env.trigonometry import sincos
from genie3_env.types import VISIT_M, VISIT_SQUARES

TOUCH_RADIUS_M = 1.2
TOUCH_HEIGHT_M = 2.5

# Unit vectors (x, y) all round, in which the way to a flag is looked for.
DIRECTIONS = np.array([sincos(k * (2.0 * math.pi / 32))[::-1] for k in range(32)])
LOOK_AHEAD_M = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def touched_flag(bank, world, position):
    """The flag whose pole the body touches, or -1."""
    for flag in range(bank.num_flags[world]):
        foot = bank.flag_positions_m[world, flag]
        dx, dy, dz = position[0] - foot[0], position[1] - foot[1], position[2] - foot[2]
        if dx * dx + dy * dy < TOUCH_RADIUS_M * TOUCH_RADIUS_M and abs(dz) < TOUCH_HEIGHT_M:
            return flag
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def walkable_distance(bank, world, target, position):
    """Metres to walk from `position` to a target: min over the cells n around of D[n] + |position - centre of n|.

    Cells one voxel higher or lower count too, diagonal ones only where both cells between lead to it.
    Returns inf where no cell around does.
    """
    return distance_on_level(bank, world, target, position, math.floor(position[2] + 0.5))


@njit(cache=True, nogil=True, error_model="numpy")
def ground_below(bank, world, position):
    """The highest standable level in the body's column that is not above the soles; -1 where there is none."""
    x, y = math.floor(position[0]), math.floor(position[1])
    nx, ny = bank.shape[world, 0], bank.shape[world, 1]
    if x < 0 or y < 0 or x >= nx or y >= ny:
        return -1
    column = bank.column_start[world] + x * ny + y
    start, level = bank.cell_start[world], -1
    for cell in range(start + bank.column_cells[column], start + bank.column_cells[column + 1]):
        if bank.cell_level[cell] <= math.floor(position[2] + 0.5):
            level = int(bank.cell_level[cell])
    return level


@njit(cache=True, nogil=True, error_model="numpy")
def distance_on_level(bank, world, target, position, level):
    """`walkable_distance` of a body that stands, or will land, on a level."""
    x, y = math.floor(position[0]), math.floor(position[1])
    best = math.inf
    for i in range(-1, 2):
        for j in range(-1, 2):
            through_corner = i != 0 and j != 0
            if through_corner:
                beside = cell_distance(bank, world, target, x + i, y, level)
                beside = max(beside, cell_distance(bank, world, target, x, y + j, level))
                if beside == math.inf:
                    continue
            dx, dy = position[0] - (x + i + 0.5), position[1] - (y + j + 0.5)
            best = min(best, cell_distance(bank, world, target, x + i, y + j, level) + math.sqrt(dx * dx + dy * dy))
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def way_on_level(bank, world, target, position, level):
    """Which of DIRECTIONS shortens the way to a target most; -1 where there is no way."""
    least, best = math.inf, -1
    ahead = np.empty(2)
    for k in range(DIRECTIONS.shape[0]):
        ahead[0] = position[0] + LOOK_AHEAD_M * DIRECTIONS[k, 0]
        ahead[1] = position[1] + LOOK_AHEAD_M * DIRECTIONS[k, 1]
        # Where one cannot stand there may be a wall, with the way on its other side.
        if cell_distance(bank, world, target, math.floor(ahead[0]), math.floor(ahead[1]), level) < math.inf:
            metres = distance_on_level(bank, world, target, ahead, level)
            if metres < least:
                least, best = metres, k
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def cell_distance(bank, world, target, x, y, level):
    """The least D[target, cell] over the cells of column (x, y) within one voxel of `level`; inf if there is none."""
    nx, ny = bank.shape[world, 0], bank.shape[world, 1]
    best = math.inf
    if x < 0 or y < 0 or x >= nx or y >= ny:
        return best
    column = bank.column_start[world] + x * ny + y
    start = bank.cell_start[world]
    for cell in range(start + bank.column_cells[column], start + bank.column_cells[column + 1]):
        if abs(bank.cell_level[cell] - level) <= 1:
            best = min(best, float(bank.distances_m[cell, target]))
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def visit(state):
    """Note the square, VISIT_M wide, that the body is in; whether it had not been there in this episode.

    The squares repeat after VISIT_SQUARES in each direction, 128 m: worlds that are larger are told apart no further.
    """
    x, y = state.position_m[0], state.position_m[1]
    new, square = not was_at(state, x, y), square_at(x, y)
    state.visited[square // 64] |= np.uint64(1) << np.uint64(square % 64)
    return new


@njit(cache=True, nogil=True, error_model="numpy")
def was_at(state, x, y):
    """Whether the body has been in the square around (x, y) in this episode."""
    square = square_at(x, y)
    return (state.visited[square // 64] >> np.uint64(square % 64)) & np.uint64(1) != 0


@njit(cache=True, nogil=True, error_model="numpy")
def square_at(x, y):
    """The number of the square around (x, y)."""
    column, row = math.floor(x / VISIT_M) % VISIT_SQUARES, math.floor(y / VISIT_M) % VISIT_SQUARES
    return row * VISIT_SQUARES + column

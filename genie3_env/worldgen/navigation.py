"""Where the body can stand, the moves that lead from cell to cell, and how far it is to walk.

A cell is named by the lower of its two free voxels. A move ends in one of the eight columns around: level, one voxel up
(the body steps up by itself), or down by any height. X, Y, Z: voxels along each axis. C: cells. M: moves. F: flags.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.materials import DEADLY, SOLID
from genie3_env.sim.body import GRAVITY_MPS2, WALK_SPEED_MPS
from genie3_env.sim.mechanisms import TOUCH_HEIGHT_M
from genie3_env.worldgen.course import Leap

# A way to one flag keeps this far from the others. They are touched at 1.2 m: whoever walks it roughly is safe too.
KEEP_OFF_M = 2.0
LEAP_M = 2.0  # what a leap costs beside the way over the gap: it takes a run-up
DIAGONAL_M = math.sqrt(2.0)
BLOCKED, FREE, FLOOR = 0, 1, 2  # what a voxel is to the body: deadly, to be passed through, to stand on

_PASSAGE = np.where(SOLID, FLOOR, np.where(DEADLY, BLOCKED, FREE)).astype(np.uint8)
_SIDES = np.array([(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)])


class Terrain(NamedTuple):
    """The cells of one world and the moves between them.

    cell_index: int32 [X, Y, Z] number of the cell whose lower voxel this is, else -1.
    cells: int32 [C, 3] voxel of each cell, in C order.
    move_start: int32 [C + 1] first move that *ends* in each cell; fields are computed backwards from the flag.
    move_origin, move_target: int32 [M] the cells that the move comes from and leads to.
    move_m: float64 [M] metres of the move.
    move_leap: int16 [M] one more than the leap (course.Leap) that the move is; 0: it is walked.
    """

    cell_index: np.ndarray
    cells: np.ndarray
    move_start: np.ndarray
    move_origin: np.ndarray
    move_target: np.ndarray
    move_m: np.ndarray
    move_leap: np.ndarray


def survey(voxels: np.ndarray, leaps: Sequence[Leap] = ()) -> Terrain:
    """Cells and moves of voxels uint8 [X, Y, Z], and the leaps as moves of their own.

    A cell has a solid floor and two voxels that are neither solid nor deadly; the outermost ring of columns has none.
    """
    passage = _PASSAGE[voxels]
    stand = np.zeros(voxels.shape, bool)
    free = passage == FREE
    stand[1:-1, 1:-1, 1:-1] = free[1:-1, 1:-1, 1:-1] & free[1:-1, 1:-1, 2:] & (passage[1:-1, 1:-1, :-2] == FLOOR)
    cells = np.argwhere(stand).astype(np.int32)
    cell_index = np.full(voxels.shape, -1, np.int32)
    cell_index[stand] = np.arange(len(cells), dtype=np.int32)
    origin, target, metres = _find_moves(passage, cell_index, cells)
    leap = np.zeros(len(origin), np.int16)
    if leaps:
        ends = [np.array([getattr(one, name) for one in leaps]) for name in ("origin", "target")]
        leap_origin, leap_target = (cell_index[tuple(end.T)] for end in ends)
        origin = np.concatenate([origin, leap_origin])
        target = np.concatenate([target, leap_target])
        metres = np.concatenate([metres, np.abs(ends[1] - ends[0]).max(1) + LEAP_M])
        leap = np.concatenate([leap, np.arange(1, len(leaps) + 1, dtype=np.int16)])
    by_target = np.argsort(target, kind="stable")
    start = np.searchsorted(target[by_target], np.arange(len(cells) + 1)).astype(np.int32)
    return Terrain(cell_index, cells, start, origin[by_target], target[by_target], metres[by_target], leap[by_target])


def distance_fields(terrain: Terrain, flags: np.ndarray, colours: np.ndarray | None = None) -> np.ndarray:
    """float32 [F, C] metres of the shortest way from each cell to each of the flag cells int [F]; inf where none leads.

    A way to one flag comes near no other: see `move_costs`. colours: int [F]; flags of one colour are one goal, and
    the way is that to the nearest of them. None: all are different.
    """
    return flag_ways(terrain, flags, np.arange(len(flags)) if colours is None else colours)[0]


def flag_ways(terrain: Terrain, flags: np.ndarray, colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(distances float32 [F, C], via int32 [F, C]): `distance_fields`, and the moves to make; see `ways_to`."""
    found = {}
    for goal, colour in enumerate(colours.tolist()):
        if colour not in found:
            alike = np.flatnonzero(colours == colour)
            found[colour] = ways_to(terrain, move_costs(terrain, flags, goal, alike), flags[alike])
    distances, via = zip(*(found[colour] for colour in colours.tolist()), strict=True)
    return np.stack(distances).astype(np.float32), np.stack(via)


def move_costs(terrain: Terrain, flags: np.ndarray, goal: int, alike: np.ndarray | None = None) -> np.ndarray:
    """float64 [M] metres that each move counts on a way to flags[goal]; inf where it is not allowed.

    alike: which flags are as good as the goal, itself among them; None: it alone.

    Within KEEP_OFF_M of another flag only moves that lead away from it are allowed, so whoever stands there has a way
    out; and a metre counts the more the nearer it is, so that it does not pay to come near.
    """
    gap = _gap_to_others(terrain.cells, terrain.cells[flags], [goal] if alike is None else alike)
    before, after = gap[terrain.move_origin], gap[terrain.move_target]
    costs = terrain.move_m * (1.0 + np.maximum(KEEP_OFF_M - before, 0.0))
    costs[(after < KEEP_OFF_M) & (after <= before)] = np.inf
    return costs


def reachable(terrain: Terrain, sources: np.ndarray) -> np.ndarray:
    """bool [C] cells to which a way leads from one of the cells `sources` int [n]."""
    return _spread(terrain, np.asarray(sources, np.int64))


def drop_m(height: int) -> float:
    """Metres that a drop of `height` voxels costs: those walked in the time that it takes, and at least the one across.

    t = sqrt(2 * height / g); a single step down is part of walking.
    """
    return max(1.0, WALK_SPEED_MPS * math.sqrt(2.0 * height / GRAVITY_MPS2)) if height > 1 else 1.0


_DROP_M = np.array([drop_m(height) for height in range(512)])


def _gap_to_others(cells: np.ndarray, feet: np.ndarray, goals: Sequence[int] | np.ndarray) -> np.ndarray:
    """float64 [C] horizontal distance to the nearest flag at this height but `goals`. feet: int [F, 3]."""
    offset = (cells[None] - np.delete(feet, goals, axis=0)[:, None]).astype(np.float64)
    gap = np.sqrt((offset[..., :2] ** 2).sum(2))
    gap[abs(offset[..., 2]) >= TOUCH_HEIGHT_M] = np.inf
    return gap.min(0, initial=np.inf)


def shut(terrain: Terrain, costs: np.ndarray, gates: np.ndarray) -> np.ndarray:
    """float64 [M] costs that are inf for moves that touch one of the gates int [L, 6] (World.gates)."""
    behind = np.zeros(len(terrain.cells), bool)
    for low_x, low_y, low_z, high_x, high_y, high_z in gates.tolist():
        low, high = np.array((low_x, low_y, low_z)), np.array((high_x, high_y, high_z))
        behind |= ((terrain.cells >= low) & (terrain.cells < high)).all(1)
    return np.where(behind[terrain.move_origin] | behind[terrain.move_target], np.inf, costs)


def ways_to(terrain: Terrain, costs: np.ndarray, goals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(distance float64 [C], via int32 [C]) the way from each cell to the nearest of the cells `goals` int [n].

    via: the move to make; -1 at the goals and where no way leads.
    """
    distance = _walk_back(terrain, costs, np.asarray(goals, np.int64))
    return distance, _moves_along(terrain, costs, distance)


@njit(cache=True, nogil=True, error_model="numpy")
def _moves_along(terrain, costs, distance):
    """int32 [C] from each cell the move that the shortest way begins with."""
    via = np.full(len(terrain.cells), -1, np.int32)
    for move in range(len(costs)):
        origin, target = terrain.move_origin[move], terrain.move_target[move]
        if distance[target] < distance[origin] < math.inf and distance[target] + costs[move] <= distance[origin] + 1e-9:
            via[origin] = move
    return via


@njit(cache=True, nogil=True, error_model="numpy")
def _find_moves(passage, cell_index, cells):
    """(origin, target, metres) of every move, by origin."""
    origin = np.empty(8 * len(cells), np.int32)
    target = np.empty(8 * len(cells), np.int32)
    metres = np.empty(8 * len(cells))
    count = 0
    for cell in range(len(cells)):
        x, y, z = cells[cell]
        for side in range(8):
            dx, dy = _SIDES[side]
            if dx != 0 and dy != 0:
                end, cost = _diagonal_move(passage, cell_index, x, y, z, dx, dy)
            else:
                end, cost = _straight_move(passage, cell_index, x, y, z, dx, dy)
            if end >= 0:
                origin[count], target[count], metres[count] = cell, end, cost
                count += 1
    return origin[:count].copy(), target[:count].copy(), metres[:count].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def _straight_move(passage, cell_index, x, y, z, dx, dy):
    """(cell, metres) where one metre straight on from the cell at x, y, z leads; cell -1: nowhere."""
    i, j = x + dx, y + dy
    if i < 1 or j < 1 or i > passage.shape[0] - 2 or j > passage.shape[1] - 2:
        return -1, 0.0
    if passage[i, j, z] == FLOOR:  # a step up, under a ceiling that leaves room for it
        end = cell_index[i, j, z + 1]
        return (end, 1.0) if end >= 0 and _is_free(passage, x, y, z, z + 2) else (-1, 0.0)
    if not _is_free(passage, i, j, z, z + 1):
        return -1, 0.0
    level = z
    while level > 0 and passage[i, j, level - 1] == FREE:
        level -= 1
    end = cell_index[i, j, level]  # -1 above lava and above nothing
    return end, _DROP_M[z - level]


@njit(cache=True, nogil=True, error_model="numpy")
def _diagonal_move(passage, cell_index, x, y, z, dx, dy):
    """(cell, metres) where a diagonal step leads, at most one voxel up or down; the body sweeps the corners too."""
    end_z = _level_near(cell_index, x + dx, y + dy, z)
    one_z = _level_near(cell_index, x + dx, y, z)
    other_z = _level_near(cell_index, x, y + dy, z)
    if end_z < 0 or one_z < 0 or other_z < 0:
        return -1, 0.0
    top = max(max(z, end_z), max(one_z, other_z)) + 1
    if (
        _is_free(passage, x, y, z, top)
        and _is_free(passage, x + dx, y + dy, end_z, top)
        and _is_free(passage, x + dx, y, one_z, top)
        and _is_free(passage, x, y + dy, other_z, top)
    ):
        return cell_index[x + dx, y + dy, end_z], DIAGONAL_M
    return -1, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _level_near(cell_index, x, y, z):
    """z of the cell of column (x, y) at most one voxel from z, or -1. There is never more than one."""
    for level in range(max(z - 1, 0), min(z + 2, cell_index.shape[2])):
        if cell_index[x, y, level] >= 0:
            return level
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def _is_free(passage, x, y, low, high):
    """Whether voxels low..high of a column let the body through; above the grid everything does."""
    for level in range(low, min(high + 1, passage.shape[2])):  # noqa: SIM110 (a generator is slow in Numba)
        if passage[x, y, level] != FREE:
            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _walk_back(terrain, costs, goals):
    """float64 [C] least cost of a way to the nearest of the cells `goals`: Dijkstra over moves taken backwards.

    No move costs less than a metre, so cells whose distances share the whole number of metres cannot shorten each
    other: they are finished together, ring after ring, without a queue in order.
    """
    distance = np.full(len(terrain.cells), np.inf)
    num_rings = 2
    for cost in costs:
        if cost != math.inf:
            num_rings = max(num_rings, math.ceil(cost) + 2)
    ring_first = np.full(num_rings, -1, np.int32)  # rings as linked lists of entries
    entry_cell = np.empty(len(costs) + len(goals), np.int32)
    entry_next = np.empty(len(costs) + len(goals), np.int32)
    entries, metre = 0, 0
    for goal in goals:
        distance[goal] = 0.0
        entry_cell[entries], entry_next[entries], ring_first[0] = goal, ring_first[0], entries
        entries += 1
    waiting = entries
    while waiting > 0:
        entry = ring_first[metre % num_rings]
        ring_first[metre % num_rings] = -1
        while entry >= 0:
            cell = entry_cell[entry]
            entry = entry_next[entry]
            waiting -= 1
            if int(distance[cell]) != metre:
                continue  # a shorter way was found later
            for move in range(terrain.move_start[cell], terrain.move_start[cell + 1]):
                before = terrain.move_origin[move]
                ahead = distance[cell] + costs[move]
                if ahead >= distance[before]:
                    continue
                distance[before] = ahead
                slot = int(ahead) % num_rings
                entry_cell[entries], entry_next[entries], ring_first[slot] = before, ring_first[slot], entries
                entries += 1
                waiting += 1
        metre += 1
    return distance


@njit(cache=True, nogil=True, error_model="numpy")
def _spread(terrain, sources):
    """bool [C] what can be reached from `sources`: moves followed forwards until nothing changes."""
    reached = np.zeros(len(terrain.cells), np.bool_)
    for source in sources:
        reached[source] = True
    changed = True
    forwards = True
    num_cells = len(terrain.cells)
    while changed:
        changed = False
        for k in range(num_cells):
            cell = k if forwards else num_cells - 1 - k
            if reached[cell]:
                continue
            for move in range(terrain.move_start[cell], terrain.move_start[cell + 1]):
                if reached[terrain.move_origin[move]]:
                    reached[cell] = True
                    changed = True
                    break
        forwards = not forwards
    return reached

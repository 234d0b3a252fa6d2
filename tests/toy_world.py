"""A hand-written world of 16 x 16 x 16 voxels for tests; every coordinate below can be checked by eye.

Ground: voxels z = 0..3 are solid, so the soles of a standing body are at z = 4. Seen from above (x to the right, y up):

    y
    14  . . . . . . . . . . . . . .
    13  . . . . Y . . . . . L L L .      Y: yellow flag at (5, 13)
    12  . . . . . . . . . . L L L .      L: lava pool, x = 11..13, y = 11..13; air at z = 3, lava at z = 2
    11  . . . . . . . . . . L L L .
    10  s s . . . . . . . . . . . .      s: step one voxel high, x = 1..2, y = 9..10 (soles at z = 5)
     9  s s . . . . . W . . . . . .      W: wall four voxels high, x = 8, y = 1..9 (z = 4..7)
     8  . . . . . . . W . . . . . .
     7  . . . . . . . W . . . . B .      B: blue flag at (13, 7)
     6  . . . . . . . W . . . . . .
     5  . . . . . . . W . . . . . .
     4  . . . . . . . W . . E E E .      E: ledge two voxels high, x = 11..13, y = 2..4 (soles at z = 6)
     3  . . . . . . . W . . E E E .
     2  . R . . . . . W . . E E E .      R: red flag at (2, 2)
     1  . . . . . . . W . . . . . .
   x    1 2 3 4 5 6 7 8 9 ..      14
"""

import heapq
import itertools

import numpy as np

from genie3_env.materials import AIR, LAVA, SOLID, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.world import FLAG_COLOURS, World

SIZE = 16
GROUND_M = 4
FLAGS = {"red": (2, 2), "blue": (13, 7), "yellow": (5, 13)}
SPAWN_COLUMNS = ((5, 5), (4, 8), (10, 10), (6, 10))


def toy_voxels() -> np.ndarray:
    """uint8 [16, 16, 16] voxels of the map above."""
    voxels = np.zeros((SIZE, SIZE, SIZE), np.uint8)
    voxels[:, :, : GROUND_M - 1] = material("dirt")
    voxels[:, :, GROUND_M - 1] = material("grass")
    voxels[8, 1:10, GROUND_M : GROUND_M + 4] = material("stone")
    voxels[1:3, 9:11, GROUND_M] = material("cobble")
    voxels[11:14, 2:5, GROUND_M : GROUND_M + 2] = material("brick")
    voxels[11:14, 11:14, 3] = AIR
    voxels[11:14, 11:14, 2] = LAVA
    return voxels


def toy_world(hour: str = "day") -> World:
    """The world of the map above, with flags red, blue and yellow (in this order)."""
    voxels = toy_voxels()
    cell_index, cells = _standable(voxels)
    feet = np.array([(x, y, GROUND_M) for x, y in FLAGS.values()])
    goals = cell_index[tuple(feet.T)]
    return World(
        spec=WorldSpec(theme="castle", hour=hour, flags=3),
        seed=0,
        hour=hour,
        ground_m=GROUND_M,
        voxels=voxels,
        flag_positions_m=feet + (0.5, 0.5, 0.0),
        flag_colours=np.array([FLAG_COLOURS.index(colour) for colour in FLAGS], np.int32),
        cell_index=cell_index,
        cells=cells,
        flag_distances_m=np.stack([_distances(cell_index, cells, goal) for goal in goals]),
        spawns=np.array([cell_index[x, y, GROUND_M] for x, y in SPAWN_COLUMNS], np.int32),
    )


def _standable(voxels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Air with air above and a solid voxel below, away from the border: (cell_index, cells)."""
    free = voxels == AIR
    stand = np.zeros(voxels.shape, bool)
    stand[1:-1, 1:-1, 1:-1] = free[1:-1, 1:-1, 1:-1] & free[1:-1, 1:-1, 2:] & SOLID[voxels[1:-1, 1:-1, :-2]]
    cells = np.argwhere(stand).astype(np.int32)
    cell_index = np.full(voxels.shape, -1, np.int32)
    cell_index[tuple(cells.T)] = np.arange(len(cells))
    return cell_index, cells


def _distances(cell_index: np.ndarray, cells: np.ndarray, goal: int) -> np.ndarray:
    """float32 [C] metres to `goal` in straight and diagonal moves, one voxel up or any number down at a time."""
    surface = {(int(x), int(y)): int(z) for x, y, z in cells}  # one cell in a column of this world
    distance = np.full(len(cells), np.inf, np.float32)
    distance[goal] = 0.0
    queue = [(0.0, goal)]
    while queue:
        metres, cell = heapq.heappop(queue)
        x, y, z = map(int, cells[cell])
        for dx, dy in itertools.product((-1, 0, 1), repeat=2):
            corners = [(x + dx, y), (x, y + dy), (x + dx, y + dy)]
            if not all(corner in surface for corner in corners):
                continue
            neighbour_z = surface[x + dx, y + dy]
            if max(surface[corner] for corner in corners) > max(neighbour_z, z + 1):
                continue  # something beside a diagonal move stands higher than both ends
            if neighbour_z < z - 1:  # the walk goes from the neighbour to here: at most one voxel up
                continue
            neighbour = int(cell_index[x + dx, y + dy, neighbour_z])
            ahead = metres + float(np.hypot(dx, dy))
            if ahead < distance[neighbour]:
                distance[neighbour] = ahead
                heapq.heappush(queue, (ahead, neighbour))
    return distance
